"""The byte form of rows of whole numbers: stable, versioned, and decoded in bulk.

A blob is two bytes (version, bytes a number) and then the numbers, little-endian and all equally wide: the
narrowest of 1, 2, 4 or 8 bytes that holds them. Equal rows therefore always have equal bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analysis._validation import AnalysisError

VERSION = 1
_HEADER = 2
_WIDTHS = (1, 2, 4, 8)
_LARGEST = 2**63 - 1


def encode(row: npt.ArrayLike) -> bytes:
    """Bytes of one row of sums.

    Parameters
    ----------
    row
        Whole numbers from 0 to 2⁶³ − 1, shape (width,).

    Raises
    ------
    AnalysisError
        A number outside that range, another type or another shape: sums never wrap around in silence.

    Examples
    --------
    >>> encode([3, 0, 255]).hex()
    '01010300ff'
    >>> encode([3, 0, 256]).hex()
    '0102030000000001'
    """
    array = np.asarray(row)
    if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "iu":
        raise AnalysisError(f"sums are {array.dtype}, shape {array.shape}; allowed: one row of whole numbers")
    lowest, largest = int(array.min()), int(array.max())
    if lowest < 0 or largest > _LARGEST:
        raise AnalysisError(f"sums reach from {lowest} to {largest}; allowed: 0 to {_LARGEST}")
    width = next(width for width in _WIDTHS if largest < 2 ** (8 * width))
    return bytes((VERSION, width)) + array.astype(f"<u{width}").tobytes()


def decode_rows(blobs: Sequence[bytes], *, width: int, name: str) -> npt.NDArray[np.int64]:
    """Rows of ``width`` numbers from their bytes, in any mix of number sizes; shape (blobs, ``width``).

    Raises
    ------
    AnalysisError
        A blob of another version or length; the message names its position.
    """
    rows = np.empty((len(blobs), width), np.int64)
    by_header: defaultdict[bytes, list[int]] = defaultdict(list)
    for position, blob in enumerate(blobs):
        by_header[blob[:_HEADER]].append(position)
    for header, positions in by_header.items():
        size = header[1] if len(header) == _HEADER and header[0] == VERSION else 0
        if size not in _WIDTHS:
            raise AnalysisError(
                f"blob {positions[0]} of {name} starts with {header.hex()!r}; allowed: version {VERSION} and "
                f"number size {', '.join(map(str, _WIDTHS))}"
            )
        chosen = blobs if len(positions) == len(blobs) else [blobs[position] for position in positions]
        expected = _HEADER + width * size
        if any(len(blob) != expected for blob in chosen):
            wrong = next(place for place in positions if len(blobs[place]) != expected)
            raise AnalysisError(
                f"blob {wrong} of {name} has {len(blobs[wrong])} bytes; allowed: {expected}, {width} numbers"
            )
        joined = np.frombuffer(b"".join(chosen), np.uint8).reshape(len(positions), expected)
        body = np.ascontiguousarray(joined[:, _HEADER:]).view(f"<u{size}")
        if size == _WIDTHS[-1] and body.size and int(body.max()) > _LARGEST:
            raise AnalysisError(f"{name} sums reach {int(body.max())}; allowed: up to {_LARGEST}")
        rows[positions] = body
    return rows
