"""Catalogues: `.po` files read as they are, so that there is no compiled file to forget or to ship."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from survey.paths import locale_dir

SOURCE = "vi"
LOCALES = (SOURCE, "en")  # complete and shipped; an office may add others in a folder of its own

# Each language calls itself by its own name; a reader of it knows no other.
NAMES = {"vi": "Tiếng Việt", "en": "English", "rad": "Êđê", "jra": "Jrai"}
# Around a Vietnamese text that stands in for a translation: invisible, and made a mark by page and tablet.
STAND_IN = ("\N{INVISIBLE SEPARATOR}", "\N{INVISIBLE PLUS}")

_TAG = re.compile(r"[a-z]{2,3}")
_CATALOGUE = Path("LC_MESSAGES", "messages.po")


def catalogue_path(locale: str, extra: Path | None = None) -> Path | None:
    """Give the file of a language: ours for `LOCALES`, else one in the extra folder; `None` if there is none.

    Vietnamese has no file, because the texts in the code are Vietnamese.
    """
    if locale == SOURCE or not _TAG.fullmatch(locale):
        return None
    if locale in LOCALES:
        return locale_dir() / locale / _CATALOGUE
    path = extra / locale / _CATALOGUE if extra else None
    return path if path and path.is_file() else None


def is_tag(locale: str) -> bool:
    """Say whether a text can name a language (ISO 639: two or three small letters)."""
    return _TAG.fullmatch(locale) is not None


def stand_in(text: str) -> str:
    """Mark a Vietnamese text that stands where a translation is missing."""
    return f"{STAND_IN[0]}{text}{STAND_IN[1]}"


def available(extra: Path | None = None) -> tuple[str, ...]:
    """Give the languages that can be chosen: ours first, then those an office put into its folder."""
    folders = sorted(extra.iterdir()) if extra and extra.is_dir() else []
    added = [one.name for one in folders if one.name not in LOCALES and catalogue_path(one.name, extra)]
    return (*LOCALES, *added)


@lru_cache(maxsize=32)
def translations(locale: str, extra: Path | None = None) -> NullTranslations:
    """Read the catalogue of a language once; a language without one speaks Vietnamese.

    `translations.cache_clear()` makes a changed file of the extra folder count.
    """
    path = catalogue_path(locale, extra)
    if path is None:
        return NullTranslations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=locale)
    compiled = BytesIO()
    write_mo(compiled, catalogue)  # leaves out empty and doubtful ("fuzzy") texts: those stay Vietnamese
    compiled.seek(0)
    return Translations(compiled)


def negotiate(
    requested: str | None,
    cookie: str | None,
    accept_language: str | None,
    *,
    among: Collection[str] = LOCALES,
) -> str:
    """Choose a language: asked for, else kept, else preferred by the browser, else Vietnamese."""
    for wish in (requested, cookie):
        if wish in among:
            return str(wish)
    for tag in _preferred(accept_language or ""):
        if tag in among:
            return tag
    return SOURCE


def _preferred(header: str) -> list[str]:
    """Give the languages of an `Accept-Language` header without their regions, best first."""
    weighed: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, *parameters = part.strip().lower().split(";")
        quality = _quality(parameters)
        if tag and quality > 0:
            weighed.append((quality, tag.partition("-")[0]))
    return [tag for _, tag in sorted(weighed, key=lambda pair: -pair[0])]


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
