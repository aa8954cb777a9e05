"""Complementary suppression: hide enough figures of a table that no total gives a small one back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from analysis._validation import AnalysisError, check_whole
from analysis.disclosure import MINIMUM_CELL, DisclosureDecision, Visibility, shown

_Range = tuple[float, float]
_SLACK: Final = 1e-6  # far below the step of a count, far above the noise of the solver


@dataclass(frozen=True, slots=True)
class Relation:
    """The figure at position ``total`` is the sum of the figures at ``parts``."""

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TableDecisions:
    """Decisions for the cells of a two-way table and for its margins."""

    cells: tuple[tuple[DisclosureDecision, ...], ...]
    row_totals: tuple[DisclosureDecision, ...]
    column_totals: tuple[DisclosureDecision, ...]
    total: DisclosureDecision


def protect(
    counts: Sequence[int], relations: Sequence[Relation], *, minimum: int = MINIMUM_CELL
) -> tuple[DisclosureDecision, ...]:
    """Hide small figures, and as many others as are needed so that no sum gives a small one back.

    The reader is taken to know the relations, that a figure marked "fewer than 5" lies in 0–4 and that any
    other hidden one is at least 5. A small figure is safe when the shown ones still allow its whole range
    0–4: its exact range is the pair of linear programs min and max of that figure under the relations
    (Fischetti and Salazar 2001, attacker's problem). For two-way tables the matrix is totally unimodular,
    so the range over whole numbers is the same. While a small figure is not safe, one more figure of its
    relations is hidden (the smallest that is large enough); when none is left, the marks "fewer than 5"
    of that relation are withdrawn, so that it is not known which of its figures are small.

    Parameters
    ----------
    counts
        Persons behind each figure, totals included.
    relations
        Which figure is the sum of which.
    minimum
        Smallest number of persons that may be shown.

    Returns
    -------
    tuple of DisclosureDecision
        In the order of ``counts``; the rule is ``count-below-5`` or ``complementary``.

    Raises
    ------
    AnalysisError
        If a count is not a whole number from 0, or a total is not the sum of its parts.

    References
    ----------
    M. Fischetti, J. J. Salazar, Management Science 47 (2001) 1008–1027.

    Examples
    --------
    >>> decisions = protect([30, 3, 12, 15], [Relation(0, (1, 2, 3))])
    >>> [str(decision.visibility) for decision in decisions]
    ['shown', 'below-minimum', 'hidden', 'shown']
    """
    return _Search([check_whole("count", count) for count in counts], relations, minimum).decide()


def protect_parts(
    parts: Sequence[int], *, minimum: int = MINIMUM_CELL
) -> tuple[tuple[DisclosureDecision, ...], DisclosureDecision]:
    """Protect the parts of one total (the fields of a month, the channels of a desk).

    Returns
    -------
    parts, total
        Decisions for the parts in their order, and for their total.

    Examples
    --------
    >>> parts, total = protect_parts([2, 40, 60])
    >>> [part.rule for part in parts], total.is_shown
    (['count-below-5', 'complementary', 'count-below-5'], True)
    """
    whole = Relation(len(parts), tuple(range(len(parts))))
    decisions = protect([*parts, sum(parts)], [whole], minimum=minimum)
    return decisions[:-1], decisions[-1]


def protect_table(counts: np.ndarray, *, minimum: int = MINIMUM_CELL) -> TableDecisions:
    """Protect a two-way table that is shown with its row totals, column totals and grand total.

    Parameters
    ----------
    counts
        Persons, shape (rows, columns).
    minimum
        Smallest number of persons that may be shown.

    Examples
    --------
    >>> table = protect_table(np.array([[3, 20, 30], [25, 40, 10], [50, 12, 60]]))
    >>> [[int(cell.is_shown) for cell in row] for row in table.cells]
    [[0, 0, 1], [0, 0, 1], [1, 1, 1]]
    """
    table = np.asarray(counts)
    if table.ndim != 2 or 0 in table.shape:
        raise AnalysisError(f"counts has shape {table.shape}; allowed: (rows, columns), at least (1, 1)")
    rows, columns = table.shape
    figures = [*table.ravel(), *table.sum(axis=1), *table.sum(axis=0), table.sum()]
    row_start, column_start, last = rows * columns, rows * columns + rows, len(figures) - 1
    row_totals, column_totals = range(row_start, column_start), range(column_start, last)
    relations = [
        *(Relation(row_start + r, tuple(range(r * columns, (r + 1) * columns))) for r in range(rows)),
        *(Relation(column_start + c, tuple(range(c, rows * columns, columns))) for c in range(columns)),
        Relation(last, tuple(row_totals)),
        Relation(last, tuple(column_totals)),
    ]
    decisions = protect(figures, relations, minimum=minimum)
    return TableDecisions(
        cells=tuple(decisions[r * columns : (r + 1) * columns] for r in range(rows)),
        row_totals=decisions[row_start:column_start],
        column_totals=decisions[column_start:last],
        total=decisions[last],
    )


class _Search:
    """The search behind :func:`protect`: what is hidden so far, and what a reader can still work out."""

    def __init__(self, counts: list[int], relations: Sequence[Relation], minimum: int) -> None:
        for relation in relations:
            parts = [counts[part] for part in relation.parts]
            if counts[relation.total] != sum(parts):
                raise AnalysisError(
                    f"total {counts[relation.total]} is not the sum of its parts {parts}; "
                    "allowed: totals that add up"
                )
        self.counts = counts
        self.minimum = minimum
        self.relations = tuple(relations)
        self.small = {i for i, count in enumerate(counts) if count < minimum}
        self.hidden = set(self.small)
        self.marked = set(self.small)  # those shown as "fewer than the minimum"

    def decide(self) -> tuple[DisclosureDecision, ...]:
        while self._cover_lone_figure() or self._protect_exposed_figure():
            pass
        return tuple(self._decision(i) for i in range(len(self.counts)))

    def _decision(self, i: int) -> DisclosureDecision:
        rule = f"count-below-{self.minimum}"
        if i in self.marked:
            return DisclosureDecision(Visibility.BELOW_MINIMUM, rule, self.minimum)
        if i in self.hidden:
            return DisclosureDecision(Visibility.HIDDEN, "complementary", self.minimum)
        return shown(rule, self.minimum)

    def _known(self, i: int) -> _Range:
        """What a reader knows of figure ``i`` from what stands in its place."""
        if i not in self.hidden:
            return float(self.counts[i]), float(self.counts[i])
        if i in self.marked:
            return 0.0, self.minimum - 1.0
        return (0.0 if i in self.small else float(self.minimum)), np.inf

    def _cover_lone_figure(self) -> bool:
        """Hide a second figure where only one of a relation is hidden: alone it can be subtracted out."""
        for relation in self.relations:
            figures = (*relation.parts, relation.total)
            if len(self.hidden.intersection(figures)) == 1:
                return self._hide_cheapest(figures)
        return False

    def _protect_exposed_figure(self) -> bool:
        """Hide one figure, or withdraw marks, as close as can be to a figure that is still exposed."""
        exposed = self._find_exposed()
        if exposed is None:
            return False
        rings = self._figures_by_distance(exposed)
        return any(self._hide_cheapest(ring) for ring in rings) or any(self._withdraw(ring) for ring in rings)

    def _hide_cheapest(self, figures: Iterable[int]) -> bool:
        candidates = [i for i in figures if i not in self.hidden]
        if candidates:
            self.hidden.add(min(candidates, key=self._price))
        return bool(candidates)

    def _price(self, i: int) -> tuple[bool, int, bool, int]:
        """Order in which figures are given up: totals last, then those that leave others lone."""
        is_total = any(i == r.total for r in self.relations)
        newly_lone = sum(i in r.parts and not self.hidden.intersection(r.parts) for r in self.relations)
        count = self.counts[i]
        # From 2 × minimum − 1 on, one figure hides a small one completely: the smallest such is enough.
        is_enough = count >= 2 * self.minimum - 1
        return is_total, newly_lone, not is_enough, count if is_enough else -count

    def _withdraw(self, figures: Iterable[int]) -> bool:
        withdrawn = self.marked.intersection(figures)
        self.marked -= withdrawn
        return bool(withdrawn)

    def _figures_by_distance(self, start: int) -> list[list[int]]:
        """Figures related to ``start``, then those related to a hidden one of these, and so on."""
        reached, left, rings = {start}, list(self.relations), []
        while ring := [r for r in left if reached.intersection((*r.parts, r.total))]:
            left = [r for r in left if r not in ring]
            figures = [i for r in ring for i in (*r.parts, r.total)]
            reached = self.hidden.intersection(figures)
            rings.append(figures)
        return rings

    def _find_exposed(self) -> int | None:
        """Return a small figure whose range a reader can narrow, or None."""
        by_one_relation = ((i, self._range_in(r, i)) for r in self.relations for i in self._small_in(r))
        exposed = next((i for i, known in by_one_relation if self._narrows(known)), None)
        if exposed is not None or not self._hidden_are_linked():
            return exposed
        # Only now the exact, slower answer: several relations taken together.
        return next((i for i in sorted(self.small) if self._narrows(self._exact_range(i))), None)

    def _small_in(self, relation: Relation) -> list[int]:
        return [i for i in (*relation.parts, relation.total) if i in self.small]

    def _narrows(self, known: _Range) -> bool:
        return known[0] > _SLACK or known[1] < self.minimum - 1 - _SLACK

    def _range_in(self, relation: Relation, i: int) -> _Range:
        """Range of figure ``i`` that this relation alone leaves open."""
        others = [self._known(part) for part in relation.parts if part != i]
        low, high = sum(known[0] for known in others), sum(known[1] for known in others)
        if i == relation.total:
            return low, high
        total_low, total_high = self._known(relation.total)
        return total_low - high, total_high - low

    def _hidden_are_linked(self) -> bool:
        uses = [i for r in self.relations for i in (*r.parts, r.total) if i in self.hidden]
        return len(uses) > len(set(uses))

    def _exact_range(self, i: int) -> _Range:
        """Smallest and largest value of figure ``i`` that agrees with everything shown."""
        equations = np.zeros((len(self.relations), len(self.counts)))
        for row, relation in enumerate(self.relations):
            equations[row, list(relation.parts)] = 1.0
            equations[row, relation.total] -= 1.0
        objective = np.zeros(len(self.counts))
        objective[i] = 1.0
        bounds = [self._known(j) for j in range(len(self.counts))]
        low, high = (
            scipy.optimize.linprog(
                sign * objective, A_eq=equations, b_eq=np.zeros(len(equations)), bounds=bounds
            )
            for sign in (1.0, -1.0)
        )
        # An unbounded maximum has no value: the reader learns no upper limit.
        return float(low.fun), np.inf if high.fun is None else -float(high.fun)
