"""A language that nobody speaks, written with every letter of Ê Đê and Gia Rai: for tests alone.

Its texts are about as long as the Vietnamese ones, keep their placeholders, and say nothing.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from survey.db import Database
from survey.services.office.instruments import InstrumentStore
from survey.services.spoken import language_files, languages, tiles

CODE = "qaa"
NAME = "Ƀê̆č"
# The two alphabets together, small and capital; ê̆ ô̆ ơ̆ ư̆ have no code point of their own.
LETTERS = [
    "a",
    "ă",
    "â",
    "b",
    "ƀ",
    "c",
    "č",
    "d",
    "đ",
    "e",
    "ĕ",
    "ê",
    "ê̆",
    "g",
    "h",
    "i",
    "ĭ",
    "j",
    "k",
    "l",
    "m",
    "n",
    "ñ",
    "ng",
    "o",
    "ŏ",
    "ô",
    "ô̆",
    "ơ",
    "ơ̆",
    "p",
    "r",
    "s",
    "t",
    "u",
    "ŭ",
    "ư",
    "ư̆",
    "w",
    "y",
]
CAPITALS = [letter.upper() for letter in LETTERS]
_WORD = re.compile(r"(%\(\w+\)[sd]|\{\w+\}|%%|[^\W\d_]+)")


def text(source: str) -> str:
    """Write a text in the made-up language: word for word, letter for letter."""
    letters = itertools.cycle(LETTERS[len(source) % len(LETTERS) :] + LETTERS)

    def word(match: re.Match[str]) -> str:
        found = match.group()
        if found.startswith(("%", "{")):
            return found
        made = [next(letters) for _ in found]
        return "".join(one.upper() if old.isupper() else one for one, old in zip(made, found, strict=True))

    return _WORD.sub(word, source)


def po(database: Database, *, code: str = CODE, name: str = NAME, leave_out: str = "") -> bytes:
    """Give the catalogue of the language; texts that begin with `leave_out` are not translated."""
    with database.read() as session:
        instrument = InstrumentStore().current(session).instrument
        offered = list(tiles.fields_offered(session))
    catalogue = language_files.template(instrument, offered)
    catalogue.locale = code
    for message in catalogue:
        if message.id and not (leave_out and str(message.id).startswith(leave_out)):
            is_name = message.context == languages.NAME_CONTEXT
            message.string = name if is_name else text(str(message.id))
    return language_files._written(catalogue)


def lay(data: Path, content: bytes, *, code: str = CODE) -> Path:
    """Put a catalogue where an office would."""
    path = languages.folder(data) / code / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
