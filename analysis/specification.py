"""What a SPEC.toml says of a ratings file: its items, its weights, and its design columns."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis._validation import AnalysisError
from analysis.layout import Layout

_SECTIONS = ("columns", "weights", "dimensions")
_COLUMNS = ("weight", "stratum", "cluster")


@dataclass(frozen=True, slots=True)
class Specification:
    """Columns of a ratings file and what each is for.

    Attributes
    ----------
    layout
        Dimensions, with the columns of their items.
    weight, stratum, cluster
        Columns of the design, ``None`` where there is none.
    dimension_weights
        Columns that override the weight of single dimensions.
    """

    layout: Layout
    weight: str | None = None
    stratum: str | None = None
    cluster: str | None = None
    dimension_weights: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a file must have, each once."""
        design = (self.weight, self.stratum, self.cluster, *self.dimension_weights.values())
        return tuple(dict.fromkeys([name for name in design if name] + list(self.layout.items)))


def read_specification(path: Path) -> Specification:
    """Read a SPEC.toml.

    Raises
    ------
    AnalysisError
        No such file, no TOML, a section or key that is not known, or a value of another kind.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AnalysisError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AnalysisError(f"{path}: no TOML in UTF-8 ({error})") from error
    try:
        return parse_specification(content)
    except AnalysisError as error:
        raise AnalysisError(f"{path}: {error}") from error


def parse_specification(content: Mapping[str, Any]) -> Specification:
    """Specification from the content of a SPEC.toml.

    Raises
    ------
    AnalysisError
        As in :func:`read_specification`.

    Examples
    --------
    >>> found = parse_specification({"columns": {"weight": "w"}, "dimensions": {"staff": ["q1", "q2"]}})
    >>> found.columns
    ('w', 'q1', 'q2')
    """
    _known("section", content, _SECTIONS)
    columns = _strings("columns", content.get("columns", {}))
    _known("key in [columns]", columns, _COLUMNS)
    dimensions = content.get("dimensions")
    if not isinstance(dimensions, Mapping) or not dimensions:
        raise AnalysisError(f'dimensions is {dimensions!r}; allowed: [dimensions] with name = ["column", …]')
    for name, items in dimensions.items():
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise AnalysisError(f"dimension {name!r} is {items!r}; allowed: a list of column names")
    layout = Layout(dimensions=tuple((name, tuple(items)) for name, items in dimensions.items()))
    weights = _strings("weights", content.get("weights", {}))
    _known("dimension in [weights]", weights, layout.dimension_names)
    return Specification(layout, **columns, dimension_weights=weights)


def _known(what: str, found: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    for name in found:
        if name not in allowed:
            raise AnalysisError(f"{what} {name!r}; allowed: {', '.join(allowed)}")


def _strings(section: str, values: Any) -> dict[str, str]:
    if not isinstance(values, Mapping):
        raise AnalysisError(f"{section} is {values!r}; allowed: a section [{section}]")
    for name, value in values.items():
        if not isinstance(value, str) or not value:
            raise AnalysisError(f"{name} in [{section}] is {value!r}; allowed: the name of a column")
    return dict(values)
