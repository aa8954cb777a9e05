"""Index definitions: which ratio each named method is, so that every route computes the same one.

Every index here is a weighted mean of ratios of totals. A ratio has coordinates that count for it (its
numerator) and coordinates that count against it; both together are its denominator, so the complement is
known exactly and nothing cancels near 100 %. Coordinates are those of :mod:`analysis.sums`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from analysis._sum_parts import coordinate_names
from analysis._validation import AnalysisError, check_choice
from analysis.layout import Layout

VERSIONS = {
    "item-mean": "item-mean/1",
    "pooled": "pooled/1",
    "respondent-mean": "respondent-mean/1",
    "mean-over-5": "mean-over-5/1",
}
METHODS = tuple(VERSIONS)
ITEM_VERSION = "item-share/1"
OVERALL_VERSIONS = {"mean-of-dimensions": "mean-of-dimensions/1", "pooled": "pooled-overall/1"}
OVERALL = tuple(OVERALL_VERSIONS)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of totals: places of the coordinates that count for it and of those that count against it."""

    weight: float
    part_for: tuple[int, ...]
    part_against: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """One index to estimate.

    Attributes
    ----------
    name, kind
        Name, and ``item``, ``dimension`` or ``overall``.
    items
        Positions of its items.
    dimensions
        Positions of the dimensions that it draws on.
    ratios
        Ratios whose weighted mean it is.
    each_item
        Positions of the items that must each have answers of their own (item mean).
    mean_score
        Whether it is a mean score, not a share.
    method_version
        Name and version of the method.
    coordinates
        Places of its coordinates in ascending order.
    """

    name: str
    kind: str
    items: tuple[int, ...]
    dimensions: tuple[int, ...]
    ratios: tuple[Ratio, ...]
    each_item: tuple[int, ...]
    mean_score: bool
    method_version: str
    coordinates: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        places = {place for ratio in self.ratios for place in (*ratio.part_for, *ratio.part_against)}
        object.__setattr__(self, "coordinates", tuple(sorted(places)))

    def shape(self) -> tuple[tuple[float, tuple[int, ...], tuple[int, ...]], ...]:
        """Its ratios with coordinates counted from its own first: equal for targets computed alike."""
        place = {coordinate: number for number, coordinate in enumerate(self.coordinates)}
        return tuple(
            (
                ratio.weight,
                tuple(place[c] for c in ratio.part_for),
                tuple(place[c] for c in ratio.part_against),
            )
            for ratio in self.ratios
        )


@dataclass(frozen=True, slots=True)
class Targets:
    """Every index of a layout under chosen methods, and the pooled shares that stand in at 0 and 100 %."""

    items: tuple[Target, ...]
    dimensions: tuple[Target, ...]
    overall: Target
    pooled: tuple[Target, ...]


def resolve_methods(layout: Layout, methods: Mapping[str, str] | str) -> tuple[str, ...]:
    """Method of each dimension in order, from one name for all or a mapping that names every dimension.

    Raises
    ------
    AnalysisError
        An unknown method, an unknown dimension, or a dimension without a method.

    Examples
    --------
    >>> layout = Layout(dimensions=(("access", ("A1",)), ("petitions", ("E1",))))
    >>> resolve_methods(layout, {"access": "item-mean", "petitions": "pooled"})
    ('item-mean', 'pooled')
    """
    if isinstance(methods, str):
        return (check_choice("methods", methods, METHODS),) * len(layout.sizes)
    names = layout.dimension_names
    for name in methods:
        check_choice("dimension in methods", name, names)
    missing = [name for name in names if name not in methods]
    if missing:
        raise AnalysisError(f"methods name no method of {missing[0]!r}; allowed: one for each of {names}")
    return tuple(check_choice(f"method of {name}", methods[name], METHODS) for name in names)


def targets(layout: Layout, methods: Mapping[str, str] | str, overall: str) -> Targets:
    """Every index of ``layout``; the arguments are those of :func:`analysis.estimate.estimate`."""
    return _targets(layout, resolve_methods(layout, methods), check_choice("overall", overall, OVERALL))


@cache
def _targets(layout: Layout, methods: tuple[str, ...], overall: str) -> Targets:
    names = layout.dimension_names
    dimensions = tuple(
        _dimension(layout, number, name, method)
        for number, (name, method) in enumerate(zip(names, methods, strict=True))
    )
    items = tuple(
        Target(
            name=item,
            kind="item",
            items=(place,),
            dimensions=(dimension,),
            ratios=(_shares(layout, (place,)),),
            each_item=(),
            mean_score=False,
            method_version=ITEM_VERSION,
        )
        for place, (item, dimension) in enumerate(zip(layout.items, layout.dimension_of_item(), strict=True))
    )
    pooled = tuple(_dimension(layout, number, name, "pooled") for number, name in enumerate(names))
    return Targets(items, dimensions, _overall(layout, methods, overall, dimensions), pooled)


def _dimension(layout: Layout, number: int, name: str, method: str) -> Target:
    inside = range(len(layout.items))[layout.item_slice(name)]
    ratios = {
        "item-mean": tuple(_shares(layout, (place,), 1 / len(inside)) for place in inside),
        "pooled": (_shares(layout, inside),),
        "respondent-mean": (_blocks(layout, "M", "L-M", (number,)),),
        "mean-over-5": (_blocks(layout, "R", "5V-R", (number,)),),
    }
    return Target(
        name=name,
        kind="dimension",
        items=tuple(inside),
        dimensions=(number,),
        ratios=ratios[method],
        each_item=tuple(inside) if method == "item-mean" else (),
        mean_score=method == "mean-over-5",
        method_version=VERSIONS[method],
    )


def _overall(
    layout: Layout, methods: tuple[str, ...], overall: str, dimensions: tuple[Target, ...]
) -> Target:
    every = tuple(range(len(dimensions)))
    scores = all(target.mean_score for target in dimensions)
    if overall == "pooled":
        whole = _blocks(layout, "R", "5V-R", every) if scores else _shares(layout, range(len(layout.items)))
        ratios: tuple[Ratio, ...] = (whole,)
    else:
        ratios = tuple(
            Ratio(ratio.weight / len(dimensions), ratio.part_for, ratio.part_against)
            for target in dimensions
            for ratio in target.ratios
        )
    used = "+".join(sorted({VERSIONS[method] for method in methods}))
    return Target(
        name="overall",
        kind="overall",
        items=tuple(range(len(layout.items))),
        dimensions=every,
        ratios=ratios,
        each_item=() if overall == "pooled" else tuple(i for target in dimensions for i in target.each_item),
        mean_score=scores,
        method_version=f"{OVERALL_VERSIONS[overall]}({used})",
    )


def _shares(layout: Layout, items: tuple[int, ...] | range, weight: float = 1.0) -> Ratio:
    n_items = len(layout.items)
    return Ratio(weight, tuple(items), tuple(n_items + place for place in items))


def _blocks(layout: Layout, letter: str, complement: str, dimensions: tuple[int, ...]) -> Ratio:
    names = coordinate_names(layout)
    part_for = tuple(names.index(f"{letter}:{layout.dimension_names[number]}") for number in dimensions)
    against = tuple(names.index(f"{complement}:{layout.dimension_names[number]}") for number in dimensions)
    return Ratio(1.0, part_for, against)
