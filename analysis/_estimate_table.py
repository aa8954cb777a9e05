"""Estimates of many domains as arrays, and each of them with its flags on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis._conclude import Conclusions, Evidence
from analysis._validation import check_choice
from analysis.index import Target
from analysis.layout import Layout
from analysis.results import IndexEstimate, SurveyEstimate

Integers = npt.NDArray[np.int64]

# Below these an estimate carries a flag (df: NCHS, Parker et al. 2017).
FEW_DF = 8
FEW_ITEM_ANSWERS = 30
KINDS = ("item", "dimension", "overall")


@dataclass(frozen=True, slots=True)
class EstimateTable:
    """Estimates of many domains as arrays; rows are indices, columns are domains.

    Attributes
    ----------
    targets
        The indices, one for each row.
    evidence, conclusions
        The numbers, arrays of shape (targets, domains).
    persons
        All persons of each domain.
    item_counts
        Valid answers of each item, shape (items, domains).
    """

    layout: Layout
    targets: tuple[Target, ...]
    evidence: Evidence
    conclusions: Conclusions
    persons: Integers
    item_counts: Integers
    level: float
    alpha: float
    interval: str

    def row(self, name: str) -> int:
        """Row of the index called ``name``.

        Raises
        ------
        AnalysisError
            No such index in the table.
        """
        names = [target.name for target in self.targets]
        return names.index(check_choice("index", name, names))

    def index_estimate(self, row: int, domain: int) -> IndexEstimate:
        """One index of one domain, with its evidence and flags."""
        target, found, drawn = self.targets[row], self.evidence, self.conclusions
        return IndexEstimate(
            index=float(found.index[row, domain]),
            n=int(found.n[row, domain]),
            valid=int(found.valid[row, domain]),
            satisfied=int(found.satisfied[row, domain]),
            se_cluster=float(np.sqrt(found.cluster_variance[row, domain])),
            se_respondent=float(np.sqrt(found.respondent_variance[row, domain])),
            df=float(drawn.df[row, domain]),
            n_eff=float(drawn.n_eff[row, domain]),
            lower=float(drawn.lower[row, domain]),
            upper=float(drawn.upper[row, domain]),
            one_sided_lower=float(drawn.one_sided_lower[row, domain]),
            one_sided_upper=float(drawn.one_sided_upper[row, domain]),
            level=self.level,
            alpha=self.alpha,
            method_version=target.method_version,
            interval_method=self._interval_method(row, domain),
            flags=self._flags(row, domain),
        )

    def survey_estimate(self, domain: int, *, by: Mapping[str, str] | None = None) -> SurveyEstimate:
        """All indices of one domain; the table must hold all kinds."""
        found: dict[str, dict[str, IndexEstimate]] = {kind: {} for kind in KINDS}
        for row, target in enumerate(self.targets):
            found[target.kind][target.name] = self.index_estimate(row, domain)
        return SurveyEstimate(
            n=int(self.persons[domain]),
            dimensions=found["dimension"],
            items=found["item"],
            overall=found["overall"]["overall"],
            by=dict(by or {}),
        )

    def _interval_method(self, row: int, domain: int) -> str:
        if self.conclusions.no_variance[row, domain]:
            return "korn-graubard" if self._drawn_as(row) == "korn-graubard" else "wilson-t"
        return self._drawn_as(row)

    def _drawn_as(self, row: int) -> str:
        return "t" if self.targets[row].mean_score else self.interval

    def _flags(self, row: int, domain: int) -> tuple[str, ...]:
        target, drawn = self.targets[row], self.conclusions
        if not self.evidence.n[row, domain]:
            return ("no-answers",)
        rules = (
            ("single-day", drawn.single_day[row, domain]),
            ("no-df", drawn.too_few[row, domain]),
            ("df-below-8", drawn.df[row, domain] < FEW_DF),
            ("no-variance", drawn.no_variance[row, domain]),
        )
        return tuple(name for name, fired in rules if fired) + tuple(self._few_answers(target, domain))

    def _few_answers(self, target: Target, domain: int) -> list[str]:
        flags = []
        for item in target.each_item:
            count = self.item_counts[item, domain]
            if count < FEW_ITEM_ANSWERS:
                flags.append(f"item-below-30:{self.layout.items[item]}")
            if count == 0:
                flags.append(f"item-without-answers:{self.layout.items[item]}")
        return flags
