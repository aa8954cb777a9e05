"""QR codes for screen and paper: text in, a matrix of modules or an SVG out.

A receipt printer has 203 dots an inch and a phone in an old hand shakes. So the code of a receipt stays at
version 3 (29 × 29 modules) with a quarter of it recoverable (level Q), which holds 47 characters of the
alphanumeric mode: capitals, digits, space and `$%*+-./:`. An address in lower case would need version 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

import qrcode
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError

from survey.exceptions import SurveyError

ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
RECEIPT_MAX_VERSION = 3
# A poster is read from two metres and printed large: more modules do no harm.
POSTER_MAX_VERSION = 6
# On a screen a code is as large as it has to be.
SCREEN_MAX_VERSION = 12
# Characters of the alphanumeric mode that versions 1, 2, 3 … hold at level Q (ISO/IEC 18004, table 7).
_CAPACITY_AT_Q = (16, 29, 47, 67, 87, 108)

QUIET_ZONE = 4  # white modules on each side, as the standard asks
RECEIPT_DOTS_PER_MODULE = 6
DOTS_PER_MILLIMETRE = 8  # what is sold as 203 dots an inch
# What follows the base address on a receipt: the path and a token of 80 bits in base 32.
TOKEN_SUFFIX_LENGTH = len("/P/") + 16
LONGEST_BASE = _CAPACITY_AT_Q[RECEIPT_MAX_VERSION - 1] - TOKEN_SUFFIX_LENGTH


class QrTooLong(SurveyError):
    """The text needs more modules than the paper can carry; `characters` says how long it is."""

    code = "qr-too-long"


class QrNotAlphanumeric(SurveyError):
    """Capital letters alone cannot write this address; `characters` names the signs in the way."""

    code = "qr-not-alphanumeric"


@dataclass(frozen=True, slots=True)
class QrMatrix:
    """The modules of a code without its quiet zone; True is dark."""

    version: int
    rows: tuple[tuple[bool, ...], ...]

    @property
    def modules(self) -> int:
        return len(self.rows)

    @property
    def modules_with_quiet_zone(self) -> int:
        return self.modules + 2 * QUIET_ZONE


@dataclass(frozen=True, slots=True)
class QrFit:
    """The code that receipts under an address will carry."""

    version: int
    modules: int
    characters: int
    spare_characters: int

    @property
    def millimetres_at_203dpi(self) -> float:
        """Give the side with the quiet zone, at the fewest dots a module that we print."""
        dots = (self.modules + 2 * QUIET_ZONE) * RECEIPT_DOTS_PER_MODULE
        return dots / DOTS_PER_MILLIMETRE


def fits_receipt(base_url: str, *, suffix_length: int = TOKEN_SUFFIX_LENGTH) -> QrFit:
    """Say which code the receipts under a public address carry, or raise why they cannot.

    Only scheme and host may be written in capitals without changing their meaning, so an address with a
    lower-case path is refused too.
    """
    base = base_url.rstrip("/")
    parts = urlsplit(base)
    capitals = base[: len(parts.scheme) + len("://") + len(parts.netloc)].upper()
    address = capitals + base[len(capitals) :]
    foreign = "".join(sorted(set(address) - ALPHANUMERIC))
    if foreign:
        raise QrNotAlphanumeric(characters=foreign, address=base_url)
    length = len(address) + suffix_length
    capacity = _CAPACITY_AT_Q[RECEIPT_MAX_VERSION - 1]
    if length > capacity:
        raise QrTooLong(characters=length, capacity=capacity, address=base_url)
    version = next(number for number, holds in enumerate(_CAPACITY_AT_Q, start=1) if length <= holds)
    return QrFit(
        version=version,
        modules=17 + 4 * version,
        characters=length,
        spare_characters=capacity - length,
    )


def encode(text: str, *, max_version: int = RECEIPT_MAX_VERSION) -> QrMatrix:
    """Lay out the smallest code at level Q that holds the text, no larger than `max_version`."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    # One segment: the library would cut the text into modes and need more bits for the joints.
    code.add_data(text, optimize=0)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError):
        raise QrTooLong(characters=len(text), max_version=max_version) from None
    if code.version > max_version:
        raise QrTooLong(characters=len(text), max_version=max_version)
    rows = tuple(tuple(bool(module) for module in row) for row in code.modules)
    return QrMatrix(version=code.version, rows=rows)


def svg(matrix: QrMatrix, *, label: str = "") -> str:
    """Draw the code with its quiet zone, one unit a module, as one path: no seams between modules.

    With a label it is an image with that name for a screen reader; without one it is decoration beside
    the same address in words.
    """
    side, path = matrix.modules_with_quiet_zone, outline(matrix)
    name = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" {name} '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path fill="#000" d="{path}"/></svg>'
    )


def outline(matrix: QrMatrix) -> str:
    """Give the dark modules as the path of an SVG whose side is the code with its quiet zone."""
    return "".join(
        f"M{start + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z"
        for y, row in enumerate(matrix.rows)
        for start, length in _runs(row)
    )


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Give start and length of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs
