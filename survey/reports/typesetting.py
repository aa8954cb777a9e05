"""Typst at work for reports: one of our layouts and its content in, a PDF or a picture out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import typst

_FOLDER = Path(__file__).resolve().parent


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FOLDER / "fonts"]
    )


# Typst keeps what it has worked out until this many later documents did not ask for it.
_GENERATIONS_KEPT = 12


def compiled(
    source: str | Path,
    inputs: Mapping[str, str],
    *,
    kind: Literal["pdf", "png"],
    points_per_inch: int | None = None,
) -> bytes:
    """Set a source with inputs. The server goes on for months: what was drawn is forgotten at once."""
    given: bytes | Path = source.encode() if isinstance(source, str) else source
    compiler = typst.Compiler(  # type: ignore[type-var]  # its stub knows no union of what it takes
        given, root=_FOLDER, font_paths=_fonts(), ignore_system_fonts=True
    )
    try:
        found = compiler.compile(format=kind, ppi=points_per_inch, sys_inputs=dict(inputs))
    finally:
        _forget()
    if not isinstance(found, bytes):
        raise TypeError(f"expected one {kind}")
    return found


def typeset(layout: Path, content: Mapping[str, object]) -> bytes:
    """Set a layout; the content travels as data, so no text of an office is ever read as markup."""
    return compiled(layout, {"content": json.dumps(content, ensure_ascii=False)}, kind="pdf")


def _forget() -> None:
    """Let empty documents age the cache out: it would hold every report that was ever set, 1 MB each."""
    empty = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)
    for _ in range(_GENERATIONS_KEPT):
        empty.compile(b" ", format="pdf")
