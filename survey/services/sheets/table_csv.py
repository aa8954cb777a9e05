"""CSV as offices have it: any common encoding, and the separator their Excel happened to write."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from survey.exceptions import ImportRejected

SEPARATORS = "\t;,"
_LOOKED_AT = 30  # records from which the separator is guessed
_HINT = re.compile(r"sep=(.)\r?\n")


def records(content: bytes) -> Iterator[tuple[str, ...]]:
    text = decoded(content)
    hint = _HINT.match(text)
    separator = hint[1] if hint else separator_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    try:
        if hint:
            # Excel shows this line to nobody, so it has no number either.
            next(reader)
        for record in reader:
            yield tuple(record)
    except csv.Error as error:
        raise ImportRejected(reason="not-a-table") from error


def decoded(content: bytes) -> str:
    """Read UTF-8 and UTF-16 with or without a mark, else the Vietnamese code page of Windows (1258)."""
    for encoding in _candidates(content):
        try:
            # Code page 1258 writes a tone apart from its letter.
            return unicodedata.normalize("NFC", content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise ImportRejected(reason="encoding")


def _candidates(content: bytes) -> list[str]:
    if content.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig"]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    start = content[:4096]
    zeros = start.count(0)
    if zeros:
        # Half of the bytes of plain letters are zero, and their places tell the order.
        little = sum(1 for byte in start[1::2] if byte == 0)
        return ["utf-16-le" if little * 2 >= zeros else "utf-16-be"]
    return ["utf-8", "cp1258"]


def separator_of(text: str) -> str:
    """Choose the separator that gives most columns to most records of the beginning.

    Titles above a table and commas inside names give few columns, or few records of one width.
    """

    def weight(separator: str) -> int:
        widths: Counter[int] = Counter()
        try:
            for record in islice(csv.reader(io.StringIO(text[:65536]), delimiter=separator), _LOOKED_AT):
                widths[len(record)] += 1
        except csv.Error:
            return 0
        return max(((width - 1) * count for width, count in widths.items() if width), default=0)

    return max(SEPARATORS, key=weight)
