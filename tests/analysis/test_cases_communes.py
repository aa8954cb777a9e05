"""Communes side by side against Spiegelhalter's formulas, optim, VGAM and csranks (communes.json).

The glmer and metafor entries of the file fit other models (normal on the logit scale), which this library
does not offer: glmer is only asked to shrink to shares near ours, metafor is not used.
"""

from typing import Any

import numpy as np
import pytest
import reference_cases

from analysis.communes import Group, funnel, funnel_limits
from analysis.ranks import rank_sets
from analysis.shrinkage import fit_beta_binomial, shrink

if not reference_cases.exists("communes"):
    pytest.skip(f"no communes.json in {reference_cases.folder()}", allow_module_level=True)

Case = dict[str, Any]


def cases(prefix: str) -> list[Any]:
    return reference_cases.params(
        "communes", lambda file: [case for name, case in file.items() if name.startswith(prefix)]
    )


@pytest.mark.parametrize("case", cases("funnel"))
def test_funnel_has_the_dispersion_and_distances_of_spiegelhalter(case: Case) -> None:
    given, expected = case["input"], case["expected"]
    found = funnel(given["x"], given["n"], target=given["target"])
    assert found.centre == pytest.approx(expected["p0"], abs=1e-12)
    assert found.z == pytest.approx(expected["z"], abs=1e-9)
    assert found.dispersion_raw == pytest.approx(expected["phi_raw"], rel=1e-10)
    assert found.dispersion == pytest.approx(expected["phi_winsorised10"], rel=1e-10)
    assert found.between_variance == pytest.approx(expected["tau2_additive"], rel=1e-9)
    assert found.z_adjusted == pytest.approx(expected["z_additive"], abs=1e-9)
    assert (np.array(found.z) / np.sqrt(found.dispersion)).tolist() == pytest.approx(
        expected["z_multiplicative"], abs=1e-9
    )
    outside = [i for i, group in enumerate(found.groups, start=1) if group is not Group.MIDDLE]
    assert outside == expected["outside998_additive"]


@pytest.mark.parametrize("case", cases("funnel"))
@pytest.mark.parametrize(("percent", "level"), [("95", 0.95), ("998", 0.998)])
@pytest.mark.parametrize(
    ("method", "name"), [("exact", "exact"), ("normal", "normal"), ("wilson", "phe_wilson")]
)
def test_funnel_limits(case: Case, percent: str, level: float, method: str, name: str) -> None:
    expected = case["expected"][f"{name}{percent}"]
    limits = funnel_limits(case["expected"]["p0"], case["input"]["n"], level=level, method=method)
    np.testing.assert_allclose(limits, (expected["lower"], expected["upper"]), atol=1e-9)


@pytest.mark.parametrize("case", cases("funnel"))
def test_communes_outside_the_exact_limits(case: Case) -> None:
    given = case["input"]
    lower, upper = funnel_limits(case["expected"]["p0"], given["n"])
    shares = np.array(given["x"]) / np.array(given["n"])
    outside = np.flatnonzero((shares < lower) | (shares > upper)) + 1
    assert outside.tolist() == case["expected"]["outside998_exact"]


@pytest.mark.parametrize("case", cases("eb"))
def test_beta_binomial_fit_and_shrinkage(case: Case) -> None:
    given, expected = case["input"], case["expected"]
    fit = fit_beta_binomial(given["x"], given["n"])
    assert (fit.alpha, fit.beta) == pytest.approx(
        (expected["beta_binomial_alpha"], expected["beta_binomial_beta"]), rel=1e-3
    )
    assert (fit.alpha, fit.beta) == pytest.approx(expected["vgam_shapes"], rel=1e-3)
    assert (fit.mean, fit.precision) == pytest.approx(
        (expected["prior_mean"], expected["prior_precision"]), rel=1e-3
    )
    assert fit.log_likelihood == pytest.approx(expected["logLik"], abs=1e-6)
    found = shrink(given["x"], given["n"], alpha=fit.alpha, beta=fit.beta)
    assert found.means == pytest.approx(expected["posterior_mean"], rel=1e-3)
    assert found.lower == pytest.approx(expected["posterior_q025"], rel=1e-3)
    assert found.upper == pytest.approx(expected["posterior_q975"], rel=1e-3)
    assert found.means == pytest.approx(expected["glmer_shrunk"], abs=0.02)


@pytest.mark.parametrize("case", cases("ranks"))
@pytest.mark.parametrize("kind", ["marginal", "simultaneous"])
def test_rank_sets_match_csranks(case: Case, kind: str) -> None:
    given, expected = case["input"], case["expected"]
    x, n = np.array(given["x"]), np.array(given["n"])
    shares = (x + 0.5) / (n + 1)
    found = rank_sets(shares, np.sqrt(shares * (1 - shares) / n), simultaneous=kind == "simultaneous")
    assert list(found.ranks) == expected["rank"]
    # Both sides draw at random: one rank of tolerance, as the file states.
    assert np.abs(np.array(found.lowest) - expected[f"{kind}_L"]).max() <= 1
    assert np.abs(np.array(found.highest) - expected[f"{kind}_U"]).max() <= 1
