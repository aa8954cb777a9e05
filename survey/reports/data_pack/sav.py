"""SPSS system files (.sav), written row by row.

The layout is the one that PSPP documents ("System File Format", PSPP Developers Guide): a header, a record
for each variable, value labels, extension records, then the cases in bytecode compression. Only what a table
of answers needs: numbers without decimals, short texts, labels, missing codes, UTF-8. Memory does not grow
with the rows. Why not a library: docs/decisions/0040.
"""

from __future__ import annotations

import math
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO

Cell = int | str | None

_SEGMENT = 8  # a case is made of pieces of eight bytes: a number, or eight bytes of a text
_BIAS = 100
_SYSTEM_MISSING = -sys.float_info.max
_LOWEST = math.nextafter(-sys.float_info.max, 0.0)
# Bytecodes: 1–251 are a number plus the bias.
_LITERAL, _SPACES, _MISSING_CODE = 253, 254, 255
_NUMBER_FORMAT, _TEXT_FORMAT = 5, 1
_NUMBER_WIDTH = 8
_LONGEST_LABEL, _LONGEST_VALUE_LABEL, _LONGEST_TEXT = 255, 120, 255
_BUFFERED = 32_768  # codes
_CASES_AT = 80  # where the header keeps their number
_NOMINAL, _ORDINAL, _SCALE = 1, 2, 3
# Without the time of its making: a file says nothing of when.
_DATE, _TIME = b"01 Jan 80", b"00:00:00"


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """`missing` are values that mean "no answer" (at most three); no value at all is `None`."""

    name: str
    label: str
    values: Mapping[int, str] = field(default_factory=dict)
    missing: tuple[int, ...] = ()
    is_ordered: bool = False


@dataclass(frozen=True)
class TextColumn:
    """`values` names every text that may stand in the column; the longest decides its width."""

    name: str
    label: str
    values: Mapping[str, str]

    @cached_property
    def width(self) -> int:
        return max(1, min(_LONGEST_TEXT, max((len(text.encode()) for text in self.values), default=1)))


Column = NumberColumn | TextColumn


class SavWriter:
    """Writes a file whose target can seek; `close` adds the number of rows."""

    def __init__(self, target: BinaryIO, columns: Sequence[Column], *, title: str) -> None:
        self._target, self._columns = target, columns
        self._pieces = [_pieces_of(column) for column in columns]
        self._known: list[dict[Cell, _Pieces]] = [{} for _ in columns]
        self._codes, self._literals = bytearray(), list[bytes]()
        self._rows = 0
        target.write(_dictionary(columns, title))

    def write(self, row: Iterable[Cell]) -> None:
        """Add a row: a value for each column in their order."""
        for number, value in enumerate(row):
            known = self._known[number]
            if value not in known:
                # Cluster labels may be many; all others are few.
                if len(known) > 1000:
                    known.clear()
                known[value] = _packed(self._pieces[number](value))
            codes, literals = known[value]
            self._codes += codes
            self._literals += literals
        self._rows += 1
        if len(self._codes) > _BUFFERED:
            self._flush(len(self._codes) // _SEGMENT * _SEGMENT)

    def _flush(self, count: int) -> None:
        """Write so many pieces: eight codes, then what they announce, then the next eight."""
        found = bytearray()
        for start in range(0, count, _SEGMENT):
            found += self._codes[start : start + _SEGMENT]
            found += b"".join(self._literals[start : start + _SEGMENT])
        self._target.write(found)
        del self._codes[:count], self._literals[:count]

    def close(self) -> None:
        """Write what is left, and how many rows there are."""
        self._codes += bytes(-len(self._codes) % _SEGMENT)  # zeros are passed over
        self._flush(len(self._codes))
        self._target.seek(_CASES_AT)
        self._target.write(struct.pack("<i", self._rows))
        self._target.seek(0, 2)


# The codes of a value, and for each what it announces: nothing, or eight bytes.
_Pieces = tuple[bytes, tuple[bytes, ...]]


def _packed(pieces: Iterable[tuple[int, bytes]]) -> _Pieces:
    codes, literals = zip(*pieces, strict=True)
    return bytes(codes), literals


def _pieces_of(column: Column) -> Callable[[Cell], Iterator[tuple[int, bytes]]]:
    return _number_pieces if isinstance(column, NumberColumn) else _TextPieces(_segments(column))


def _number_pieces(value: Cell) -> Iterator[tuple[int, bytes]]:
    if value is None:
        yield _MISSING_CODE, b""
    elif not isinstance(value, int):
        raise TypeError(f"a text in a column of numbers: {value!r}")
    elif 1 <= value + _BIAS < 252:
        yield value + _BIAS, b""
    else:
        yield _LITERAL, struct.pack("<d", value)


@dataclass(frozen=True, slots=True)
class _TextPieces:
    segments: int

    def __call__(self, value: Cell) -> Iterator[tuple[int, bytes]]:
        whole = _cut(str(value or ""), self.segments * _SEGMENT).ljust(self.segments * _SEGMENT)
        for start in range(0, len(whole), _SEGMENT):
            piece = whole[start : start + _SEGMENT]
            yield (_SPACES, b"") if piece == b" " * _SEGMENT else (_LITERAL, piece)


def _cut(text: str, most: int) -> bytes:
    """Give the bytes of a text without breaking a letter."""
    return text.encode()[:most].decode(errors="ignore").encode()


def _segments(column: Column) -> int:
    return 1 if isinstance(column, NumberColumn) else -(-column.width // _SEGMENT)


def _dictionary(columns: Sequence[Column], title: str) -> bytes:
    names = [b"V%d" % number for number in range(1, len(columns) + 1)]
    return b"".join(
        (
            _header(columns, title),
            *(_variable(name, column) for name, column in zip(names, columns, strict=True)),
            *_value_labels(columns),
            _extension(3, "i", 1, 0, 0, -1, 1, 1, 2, 65001),  # written here; IEEE, little-endian, UTF-8
            _extension(4, "d", _SYSTEM_MISSING, sys.float_info.max, _LOWEST),
            _extension(11, "i", *(one for column in columns for one in _display(column))),
            _bytes_extension(
                13,
                b"\t".join(
                    name + b"=" + column.name.encode() for name, column in zip(names, columns, strict=True)
                ),
            ),
            _bytes_extension(20, b"UTF-8"),
            _long_value_labels(columns),
            struct.pack("<ii", 999, 0),
        )
    )


def _header(columns: Sequence[Column], title: str) -> bytes:
    return struct.pack(
        "<4s60siiiiid9s8s64s3x",
        b"$FL2",
        b"@(#) SPSS DATA FILE - sipas".ljust(60),
        2,
        sum(map(_segments, columns)),
        1,  # bytecode compression
        0,
        -1,
        float(_BIAS),
        _DATE,
        _TIME,
        _cut(title, 64).ljust(64),
    )


def _variable(name: bytes, column: Column) -> bytes:
    is_text = isinstance(column, TextColumn)
    missing = () if isinstance(column, TextColumn) else column.missing
    width = column.width if isinstance(column, TextColumn) else _NUMBER_WIDTH
    shown = (_TEXT_FORMAT if is_text else _NUMBER_FORMAT) << 16 | width << 8
    label = _cut(column.label, _LONGEST_LABEL)
    parts = [
        struct.pack("<iiiiii8s", 2, width if is_text else 0, 1, len(missing), shown, shown, name.ljust(8)),
        struct.pack("<i", len(label)) + _padded(label, 4),
        *(struct.pack("<d", value) for value in missing),
    ]
    further = struct.pack("<iiiiii8s", 2, -1, 0, 0, 0, 0, b" " * 8)
    return b"".join((*parts, *[further] * (_segments(column) - 1)))


def _padded(content: bytes, unit: int) -> bytes:
    return content.ljust(-(-len(content) // unit) * unit, b"\0")


def _value_labels(columns: Sequence[Column]) -> Iterator[bytes]:
    """Write the labels of numbers and of texts of up to eight bytes, with the place of their variable."""
    place = 1
    for column in columns:
        labels = list(_short_labels(column))
        if labels:
            yield struct.pack("<ii", 3, len(labels))
            for value, words in labels:
                label = _cut(words, _LONGEST_VALUE_LABEL)
                yield value + _padded(bytes([len(label)]) + label, _SEGMENT)
            yield struct.pack("<iii", 4, 1, place)
        place += _segments(column)


def _short_labels(column: Column) -> Iterator[tuple[bytes, str]]:
    if isinstance(column, NumberColumn):
        yield from ((struct.pack("<d", value), words) for value, words in column.values.items())
    elif column.width <= _SEGMENT:
        known = ((value, words) for value, words in column.values.items() if value)
        yield from ((value.encode().ljust(_SEGMENT), words) for value, words in known)


def _long_value_labels(columns: Sequence[Column]) -> bytes:
    parts = []
    for column in columns:
        if isinstance(column, NumberColumn) or column.width <= _SEGMENT:
            continue
        labels = {value: words for value, words in column.values.items() if value}
        name = column.name.encode()
        parts += [struct.pack("<i", len(name)), name, struct.pack("<ii", column.width, len(labels))]
        for value, words in labels.items():
            text, label = value.encode().ljust(column.width), _cut(words, _LONGEST_VALUE_LABEL)
            parts += [struct.pack("<i", len(text)), text, struct.pack("<i", len(label)), label]
    return _bytes_extension(21, b"".join(parts)) if parts else b""


def _display(column: Column) -> tuple[int, int, int]:
    """Give measure, width and alignment."""
    if isinstance(column, TextColumn):
        return _NOMINAL, max(_SEGMENT, column.width), 0
    return (_ORDINAL if column.is_ordered else _NOMINAL if column.values else _SCALE), _NUMBER_WIDTH, 1


def _extension(subtype: int, kind: str, *values: float) -> bytes:
    size = struct.calcsize(f"<{kind}")
    return struct.pack(f"<iiii{len(values)}{kind}", 7, subtype, size, len(values), *values)


def _bytes_extension(subtype: int, content: bytes) -> bytes:
    return struct.pack("<iiii", 7, subtype, 1, len(content)) + content
