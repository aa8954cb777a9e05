"""Compile the catalogue: `python -m survey.cli.words`."""

from __future__ import annotations

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from survey.cli.words import COMPILED, SOURCE

if __name__ == "__main__":
    with SOURCE.open("rb") as source, COMPILED.open("wb") as compiled:
        write_mo(compiled, read_po(source))
