"""The citizens' texts as PO files: given out to be translated, looked through, taken in.

Nothing here translates. A file that comes back is checked text by text: what would break a page or was typed
in a font encoding of its own is named, and stays Vietnamese.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po
from sqlalchemy.orm import Session

from survey import i18n
from survey.exceptions import ImportRejected, InvalidInput, StorageUnavailable
from survey.instrument import Instrument
from survey.services.office import audit
from survey.services.spoken import questionnaire_texts
from survey.services.spoken.languages import NAME_CONTEXT, Key, Spoken, folder, questionnaire_context
from survey.services.spoken.questionnaire_texts import CodedText
from survey.services.spoken.tiles import FieldTile

MOST_BYTES = 400_000
NAME_SOURCE = "Tên của ngôn ngữ này, viết bằng chính ngôn ngữ đó"
# Where texts of the program stand that citizens read, in the order in which a translator gets them.
PLACES = (
    "survey/services/spoken/questionnaire_texts",
    "kiosk/wording",
    "kiosk/paper/",
    "templates/kiosk/kiosk",
    "templates/public/",
    "templates/components/chrome",
    "templates/components/progress",
    "templates/components/options",
    "templates/layouts/base",
    "templates/layouts/public",
    "templates/layouts/step",
    "templates/errors/",
)

_NAMED = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
# In the old fonts of Ê Đê and Gia Rai, signs of the keyboard were drawn as letters: "{uôn", "R^t", "u\l".
_OLD_SIGNS = r"\\^{}\[\]|~`_"
_OLD_FONT = re.compile(rf"[^\W\d_][{_OLD_SIGNS}]|[{_OLD_SIGNS}][^\W\d_]")
_LETTERS_OF = ("rad", "jra")
_OWN_LETTERS = "ƀčĕĭñŏŭâêôăđơư"
_VIETNAMESE = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_BREVE = "\N{COMBINING BREVE}"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one text."""

    code: str  # placeholders, percent, markup, old-font, strange-letters
    source: str
    found: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What taking a file in would do."""

    locale: str
    name: str
    translated: int
    missing: int
    doubtful: int
    unknown: int  # translated, but no text of today
    composed: int  # texts that came as letter and mark apart
    problems: Sequence[Problem]
    catalogue: Catalog = field(repr=False)

    @property
    def content(self) -> bytes:
        return _written(self.catalogue)


# --- out --------------------------------------------------------------------------------------------


def template(instrument: Instrument, tiles: Iterable[FieldTile]) -> Catalog:
    """Give every text that a citizen reads, with its English as a help."""
    catalogue = Catalog(
        header_comment="# SIPAS: chữ cho người dân. Dịch vào msgstr; để trống thì hiện tiếng Việt.",
        project="SIPAS",
        version="",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        charset="utf-8",
        fuzzy=False,
    )
    catalogue.add(NAME_SOURCE, context=NAME_CONTEXT)
    for text in _questionnaire(instrument, tiles):
        english = text.texts.get("en", "")
        comments = [f"English: {english}"] if english else []
        context = questionnaire_context(text.code)
        catalogue.add(text.source, locations=[("questionnaire", 0)], auto_comments=comments, context=context)
    for message, place in _interface():
        catalogue.add(message.id, locations=[(place, 0)], auto_comments=[f"English: {message.string}"])
    return catalogue


def export(locale: str, spoken: Spoken, instrument: Instrument, tiles: Iterable[FieldTile]) -> bytes:
    """Give the file of a language, with what is translated already."""
    check_tag(locale)
    catalogue = template(instrument, tiles)
    catalogue.locale = locale
    added = spoken.added.get(locale)
    known: Mapping[Key, str] = (
        added.texts if added else {(NAME_CONTEXT, NAME_SOURCE): i18n.NAMES.get(locale, "")}
    )
    for message in catalogue:
        if message.id:
            message.string = known.get((message.context, str(message.id)), "")
    return _written(catalogue)


def check_tag(locale: str) -> None:
    if not i18n.is_tag(locale) or locale in i18n.LOCALES:
        raise InvalidInput(field="language", value=locale, reason="no-added-language")


def _questionnaire(instrument: Instrument, tiles: Iterable[FieldTile]) -> list[CodedText]:
    texts = questionnaire_texts.of_instrument(instrument)
    for tile in tiles:
        texts += questionnaire_texts.of_tile(tile)
    return texts


def _interface() -> Iterator[tuple[Message, str]]:
    """Give the program's own texts for citizens: the English catalogue knows where each stands."""
    path = i18n.catalogue_path("en")
    if path is None:
        raise RuntimeError("the English catalogue is missing")
    with path.open("rb") as source:
        messages = [message for message in read_po(source, locale="en") if message.id]
    for place in PLACES:
        for message in messages:
            stands = [one for one, _ in message.locations if one.startswith(place)]
            if stands and isinstance(message.id, str):
                yield message, stands[0]


def _written(catalogue: Catalog) -> bytes:
    target = BytesIO()
    write_po(target, catalogue, width=110, include_lineno=False, ignore_obsolete=True)
    return target.getvalue()


# --- in ---------------------------------------------------------------------------------------------


def check(
    content: bytes, instrument: Instrument, tiles: Iterable[FieldTile], *, locale: str | None = None
) -> Checked:
    """Look a file through; texts with problems are left out of what would be taken in.

    Raises
    ------
    ImportRejected
        It is no PO file of a language that can be added: `reason` says why.
    """
    given = _parsed(content)
    locale = locale or str(given.locale_identifier or "")
    if not i18n.is_tag(locale) or locale in i18n.LOCALES:
        raise ImportRejected(reason="no-language", value=locale)
    catalogue = template(instrument, tiles)
    catalogue.locale = locale
    wanted = {(message.context, str(message.id)): message for message in catalogue if message.id}
    problems: list[Problem] = []
    counts = dict.fromkeys(("doubtful", "unknown", "composed"), 0)
    for message in given:
        written = str(message.string or "") if isinstance(message.id, str) else ""
        if not message.id or not written.strip():
            continue
        if message.fuzzy:
            counts["doubtful"] += 1
            continue
        text = unicodedata.normalize("NFC", written)
        counts["composed"] += text != written
        target = wanted.get((message.context, str(message.id)))
        found = _problem(str(message.id), text, locale, in_page=_in_page(target))
        if found is not None:
            problems.append(found)
        elif target is None:
            counts["unknown"] += 1
            catalogue.add(message.id, text, context=message.context)
        else:
            target.string = text
    done = sum(bool(message.string) for message in wanted.values())
    name = str(wanted[NAME_CONTEXT, NAME_SOURCE].string) or i18n.NAMES.get(locale, locale)
    return Checked(
        locale, name, done, len(wanted) - done, **counts, problems=tuple(problems), catalogue=catalogue
    )


def _parsed(content: bytes) -> Catalog:
    if len(content) > MOST_BYTES:
        raise ImportRejected(reason="too-large")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ImportRejected(reason="not-utf8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ImportRejected(reason="not-utf8", row=line) from error
    charset = re.search(r'"Content-Type:[^"]*charset=([\w-]+)', text)
    if charset and charset[1].lower() not in {"utf-8", "utf8", "charset"}:
        raise ImportRejected(reason="not-utf8", value=charset[1])
    try:
        catalogue = read_po(text.splitlines(keepends=True), abort_invalid=True)
    except (PoFileError, ValueError, LookupError) as error:
        raise ImportRejected(reason="not-po") from error
    if not any(message.id for message in catalogue):
        raise ImportRejected(reason="not-po")
    return catalogue


def _in_page(message: Message | None) -> bool:
    return message is not None and any(place.startswith("templates/") for place, _ in message.locations)


def _problem(source: str, text: str, locale: str, *, in_page: bool) -> Problem | None:
    wanted, given = _placeholders(source), _placeholders(text)
    if wanted != given:
        return Problem("placeholders", source, text, ", ".join(wanted) or "–")
    rest = _NAMED.sub("", text)
    if in_page and "%" in rest.replace("%%", ""):
        return Problem("percent", source, text)
    if "<" in text or ">" in text:
        return Problem("markup", source, text)
    if "\N{REPLACEMENT CHARACTER}" in text:
        return Problem("strange-letters", source, text, "\N{REPLACEMENT CHARACTER}")
    if locale in _LETTERS_OF:
        old = _OLD_FONT.search(rest)
        if old:
            return Problem("old-font", source, text, old.group())
        strange = sorted({letter for letter in rest if letter.isalpha()} - _LETTERS)
        if strange:
            return Problem("strange-letters", source, text, " ".join(strange))
    return None


def _placeholders(text: str) -> list[str]:
    return sorted({match.group() for match in _NAMED.finditer(text)})


def _letters() -> frozenset[str]:
    composed = [unicodedata.normalize("NFC", vowel + tone) for vowel in _VIETNAMESE for tone in _TONES]
    small = "abcdefghijklmnopqrstuvwxyz" + "".join(composed) + _OWN_LETTERS
    return frozenset(small + small.upper())


_LETTERS = _letters()


def store(
    session: Session, checked: Checked, *, data: Path, keep_good: bool, login: str, now: datetime
) -> None:
    """Put a language into the data folder in the place of the one before."""
    if checked.problems and not keep_good:
        raise InvalidInput(field="file", reason="rows-with-errors")
    path = folder(data) / checked.locale / "LC_MESSAGES" / "messages.po"
    draft = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(checked.content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StorageUnavailable(path=str(path)) from error
    detail: Mapping[str, object] = {
        "language": checked.locale,
        "translated": checked.translated,
        "missing": checked.missing,
    }
    audit.record(session, login=login, action="language-stored", now=now, detail=detail)
