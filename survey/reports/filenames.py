"""Names of files that every system can store: no diacritics, no spaces, nothing that Windows reserves."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 100
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")


def file_name(*parts: str, extension: str) -> str:
    """Join parts to a name: ("sipas", "Xã Ea Đrăng", "2024-Q4") → "sipas-xa-ea-drang-2024-q4.xlsx"."""
    plain = "-".join(filter(None, (_plain(part) for part in parts)))[:LONGEST].strip("-") or "sipas"
    if _RESERVED.fullmatch(plain):
        plain += "-tep"
    return f"{plain}.{extension}"


def _plain(text: str) -> str:
    # đ is a letter of its own: no decomposition takes its stroke away.
    decomposed = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    return re.sub(r"[^a-z0-9]+", "-", decomposed.encode("ascii", "ignore").decode().lower()).strip("-")
