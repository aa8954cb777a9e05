"""The layout of a questionnaire: its dimensions, and the items of each in stored order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from analysis._validation import AnalysisError


@dataclass(frozen=True, slots=True)
class Layout:
    """Dimensions in order, each with its items in the order in which an answer stores them.

    Attributes
    ----------
    dimensions
        Pairs of a dimension name and the names of its items.
    items
        Every item name, dimension after dimension.
    dimension_names
        Every dimension name in order.

    Raises
    ------
    AnalysisError
        No dimension, a dimension without items, an empty name, or a name used twice.

    Examples
    --------
    >>> layout = Layout(dimensions=(("access", ("A1", "A2")), ("staff", ("C1",))))
    >>> layout.items
    ('A1', 'A2', 'C1')
    >>> layout.item_slice("staff")
    slice(2, 3, None)
    """

    dimensions: tuple[tuple[str, tuple[str, ...]], ...]
    items: tuple[str, ...] = field(init=False, repr=False, compare=False)
    dimension_names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _slices: dict[str, slice] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        dimensions = tuple((name, tuple(items)) for name, items in self.dimensions)
        _check(dimensions)
        slices: dict[str, slice] = {}
        start = 0
        for name, items in dimensions:
            slices[name] = slice(start, start + len(items))
            start += len(items)
        # A frozen dataclass sets its derived fields through object, once, here.
        object.__setattr__(self, "dimensions", dimensions)
        object.__setattr__(self, "items", tuple(item for _, items in dimensions for item in items))
        object.__setattr__(self, "dimension_names", tuple(slices))
        object.__setattr__(self, "_slices", slices)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of items of each dimension."""
        return tuple(len(items) for _, items in self.dimensions)

    def item_slice(self, name: str) -> slice:
        """Positions of the items of dimension ``name`` in stored order."""
        if name not in self._slices:
            raise AnalysisError(f"dimension is {name!r}; allowed: {', '.join(self.dimension_names)}")
        return self._slices[name]

    def dimension_of_item(self) -> tuple[int, ...]:
        """For each item the index of its dimension."""
        return tuple(index for index, size in enumerate(self.sizes) for _ in range(size))


def _check(dimensions: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    if not dimensions:
        raise AnalysisError("dimensions is empty; allowed: at least one dimension")
    for name, items in dimensions:
        if not name or not items or not all(items):
            raise AnalysisError(f"dimension {name!r} has items {items!r}; allowed: names that are not empty")
    for kind, names in (
        ("dimension", [name for name, _ in dimensions]),
        ("item", [item for _, items in dimensions for item in items]),
    ):
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise AnalysisError(f"{kind} {twice[0]!r} is named twice; allowed: every {kind} once")


SIPAS_LAYOUT = Layout(
    dimensions=(
        ("access", ("A1", "A2", "A3")),
        ("procedure", ("B1", "B2", "B3", "B4")),
        ("staff", ("C1", "C2", "C3")),
        ("outcome", ("D1", "D2", "D3")),
        ("petitions", ("E1", "E2", "E3")),
    )
)
