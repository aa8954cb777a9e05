"""The precision gate against CDC surveytable (sipas_A_nchs_flags.json)."""

from typing import Any

import pytest
import reference_cases

from analysis.intervals import korn_graubard
from analysis.precision import Presentation, gate_share

FLAG = {
    "": Presentation.SHOW,
    "Px": Presentation.SUPPRESS,
    "Pc": Presentation.FOOTNOTE,
    "Pdf": Presentation.REVIEW,
    "P0": Presentation.REVIEW,
}
# The letters of two flags may stand together; the one asking for more caution decides.
CAUTION = [Presentation.SHOW, Presentation.FOOTNOTE, Presentation.REVIEW, Presentation.SUPPRESS]

cells = pytest.mark.parametrize(
    "cell",
    reference_cases.params(
        "sipas_A_nchs_flags", lambda file: file["cells"], label=lambda cell: f"{cell['item']}-{cell['month']}"
    ),
)


@cells
def test_presentation_follows_the_nchs_standard(cell: dict[str, Any]) -> None:
    decision = gate_share(
        cell["p"], n=cell["n"], n_eff=cell["n_eff"], df=cell["df"], lower=cell["lower"], upper=cell["upper"]
    )
    flags = cell["flag"].split() or [""]
    assert decision.presentation is max((FLAG[flag] for flag in flags), key=CAUTION.index)


@cells
def test_korn_graubard_limits_match_r_survey(cell: dict[str, Any]) -> None:
    if not 0.0 < cell["p"] < 1.0:
        pytest.skip("R survey gives no interval at 0 and 100 %")
    n_eff = cell["p"] * (1.0 - cell["p"]) / cell["se"] ** 2
    limits = korn_graubard(cell["p"], n_eff, cell["n"], cell["df"])
    assert limits == pytest.approx((cell["lower"], cell["upper"]), abs=1e-9)
