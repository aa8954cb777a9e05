"""Tokens and codes of slips: random, easy to type, with a check symbol.

A token (QR) has 80 bits, 16 symbols of Crockford's base 32. A code (typed) has 50 bits, 10 symbols, and one
check symbol: the sum of the symbols times powers of a generator of GF(32), which catches every single wrong
symbol and every exchange of two symbols.
"""

from __future__ import annotations

import secrets
from itertools import pairwise

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOKEN_SYMBOLS = 16
CODE_SYMBOLS = 10

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
# What people read or type instead of a symbol of the alphabet.
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)


def _times_generator(value: int) -> int:
    value <<= 1
    return value ^ _FIELD_POLYNOMIAL if value & 0b100000 else value


def symbols_from_bytes(raw: bytes, count: int) -> str:
    """Write the leading bits of `raw`, five for each symbol."""
    number = int.from_bytes(raw, "big") >> (len(raw) * 8 - count * 5)
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(count)))


def check_symbol(symbols: str) -> str:
    total = 0
    for symbol in symbols:
        total = _times_generator(total) ^ _VALUE[symbol]
    return ALPHABET[_times_generator(total)]


def new_token() -> str:
    return symbols_from_bytes(secrets.token_bytes(10), TOKEN_SYMBOLS)


def new_code() -> str:
    return with_check(symbols_from_bytes(secrets.token_bytes(7), CODE_SYMBOLS))


def with_check(symbols: str) -> str:
    return symbols + check_symbol(symbols)


def normalise(typed: str) -> str:
    """Read what a person typed: any case, any spaces and hyphens, look-alike letters."""
    return _symbols(typed).translate(_LOOKALIKES)


def as_printed(typed: str) -> str:
    """Group what was typed as slips print it, so that the two can be compared symbol by symbol."""
    return spoken(_symbols(typed))


def _symbols(typed: str) -> str:
    return "".join(c for c in typed.upper() if c.isalnum())


def is_token(symbols: str) -> bool:
    return len(symbols) == TOKEN_SYMBOLS and all(symbol in _VALUE for symbol in symbols)


def is_code(symbols: str) -> bool:
    return (
        len(symbols) == CODE_SYMBOLS + 1
        and all(symbol in _VALUE for symbol in symbols)
        and check_symbol(symbols[:-1]) == symbols[-1]
    )


def spoken(code: str) -> str:
    """Group a code for reading: `7K3Q-9M2X-4TBC` in fours."""
    places = [*range(0, len(code), 4), len(code)]
    return "-".join(code[start:end] for start, end in pairwise(places))
