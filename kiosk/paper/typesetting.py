"""Typst at work: one of our layouts and its content in, a PDF out, with no font but those shipped here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst

from survey import i18n, qr

_FOLDER = Path(__file__).resolve().parent


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FOLDER / "fonts"]
    )


# Typst keeps what it has worked out until this many later documents did not ask for it.
_GENERATIONS_KEPT = 12


def typeset(layout: str, content: Mapping[str, object]) -> bytes:
    """Set a layout; the content travels as data, so no text of an office is ever read as markup."""
    written = json.dumps({**content, "words": i18n.WORDS}, ensure_ascii=False)
    for mark in i18n.STAND_IN:
        # Vietnamese where a translation is missing: on paper it needs no mark.
        written = written.replace(mark, "")
    compiler = typst.Compiler(_FOLDER / layout, root=_FOLDER, font_paths=_fonts(), ignore_system_fonts=True)
    try:
        pdf = compiler.compile(format="pdf", sys_inputs={"content": written})
    finally:
        _forget()
    if not isinstance(pdf, bytes):
        raise TypeError(f"{layout}: expected one PDF")
    return pdf


def _forget() -> None:
    """Let empty documents age the cache out: it would hold codes that are kept nowhere, and 1 MB for each."""
    empty = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)
    for _ in range(_GENERATIONS_KEPT):
        empty.compile(b" ", format="pdf")


def drawn_code(matrix: qr.QrMatrix) -> dict[str, object]:
    """Give a code as the layouts take it: the drawing, and its side in modules with the quiet zone."""
    return {"svg": qr.svg(matrix), "side": matrix.modules_with_quiet_zone}
