"""Frozen dataclasses as JSON that another version of the program can still read.

Fields that a later version added take their default, fields that it dropped are passed over. A float is
written so that it reads back to the last bit; what JSON has no number for is a word.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

_WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def written(value: Any) -> str:
    """Write a value as canonical JSON: the same value gives the same bytes."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, allow_nan=False)


def json_text(value: Any) -> str:
    """Write what a JSON column gave back as text again."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def parsed(text: str) -> dict[str, Any]:
    """Give a text as a JSON column takes it."""
    found: dict[str, Any] = json.loads(text)
    return found


def read(kind: type[T], text: str) -> T:
    """Read a value of a type back.

    Raises
    ------
    ValueError
        The text is not such a value.
    """
    try:
        found: T = _typed(kind, json.loads(text))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a {kind.__name__}: {error!r}") from error
    return found


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(_plain(one) for one in value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    number = float(value)
    if math.isfinite(number):
        return number
    return "nan" if math.isnan(number) else "inf" if number > 0 else "-inf"


@cache
def _hints(kind: type[Any]) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _typed(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if kind is Any or origin is Literal:
        return value
    if origin in {Union, UnionType}:
        return _typed_union(kind, value)
    if origin is not None:
        return _typed_many(origin, get_args(kind), value)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        given = {one.name: value[one.name] for one in fields(kind) if one.name in value}
        return kind(**{name: _typed(hints[name], one) for name, one in given.items()})
    return _typed_scalar(kind, value)


def _typed_union(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    (only,) = [one for one in get_args(kind) if one is not type(None)]
    return _typed(only, value)


def _typed_many(origin: Any, inner: tuple[Any, ...], value: Any) -> Any:
    if issubclass(origin, Mapping):
        return {_typed(inner[0], key): _typed(inner[1], one) for key, one in value.items()}
    if origin is tuple and len(inner) > 1 and inner[1] is not Ellipsis:
        return tuple(_typed(one, each) for one, each in zip(inner, value, strict=True))
    many = tuple(_typed(inner[0], one) for one in value)
    return frozenset(many) if issubclass(origin, AbstractSet) else many


def _typed_scalar(kind: Any, value: Any) -> Any:
    if kind is float:
        # A whole number that stood in the place of a float stays one, or the text would not read back alike.
        return _WORDS[value] if isinstance(value, str) else value
    if kind is date:
        return date.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind}")
    return value
