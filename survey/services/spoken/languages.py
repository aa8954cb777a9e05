"""The languages that citizens can choose: ours, and those an office put into its data folder.

Files of the office are read anew when they change, so that the command line and another process of the
server can bring one in. What a language lacks stands in Vietnamese and is marked as such.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from babel.messages.pofile import PoFileError, read_po

from survey import i18n
from survey.instrument import Instrument, Texts
from survey.services.office.instruments import Published
from survey.services.spoken import questionnaire_texts
from survey.services.spoken.tiles import FieldTile

# The name of a language is a text of its catalogue, under this context.
NAME_CONTEXT = "language-name"
QUESTIONNAIRE_CONTEXT = "questionnaire"
# A changed file is seen after this many seconds.
LOOK_AGAIN_S = 2.0

Key = tuple[str | None, str]


def folder(data: Path) -> Path:
    return data / "languages"


def questionnaire_context(code: str) -> str:
    return f"{QUESTIONNAIRE_CONTEXT} {code}"


@dataclass(frozen=True, slots=True)
class Added:
    """A language of the office."""

    code: str
    name: str
    texts: Mapping[Key, str]

    def interface(self, source: str) -> str:
        return self.texts.get((None, source)) or i18n.stand_in(source)

    def questionnaire(self, code: str, source: str) -> str:
        return self.texts.get((questionnaire_context(code), source)) or i18n.stand_in(source)


@dataclass(frozen=True)
class Spoken:
    """The languages as they were at one moment; `fingerprint` changes with any text of them."""

    added: Mapping[str, Added] = field(default_factory=dict)
    fingerprint: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return (*i18n.LOCALES, *self.added)

    def name(self, locale: str) -> str:
        added = self.added.get(locale)
        return added.name if added else i18n.NAMES[locale]

    def gettext(self, locale: str, source: str) -> str:
        """Give a text of page or tablet."""
        added = self.added.get(locale)
        return added.interface(source) if added else i18n.translations(locale).gettext(source)

    def overlaid(self, code: str, texts: Texts) -> Texts:
        """Give a text of the questionnaire in every language; what we publish is never replaced."""
        if not self.added:
            return texts
        theirs = {name: one.questionnaire(code, texts[i18n.SOURCE]) for name, one in self.added.items()}
        return {**theirs, **texts}

    def instrument(self, instrument: Instrument) -> Instrument:
        return questionnaire_texts.changed(instrument, self.overlaid) if self.added else instrument

    def published(self, published: Published) -> Published:
        if not self.added:
            return published
        return Published(published.id, self.instrument(published.instrument), published.layout)

    def tile(self, tile: FieldTile) -> FieldTile:
        return questionnaire_texts.changed_tile(tile, self.overlaid)


class Languages:
    """Reads the office's folder once for each process and change."""

    def __init__(self, data: Path) -> None:
        self._folder = folder(data)
        self._spoken = Spoken()
        self._seen: object = ()
        self._look_at = 0.0
        self._lock = Lock()

    def now(self) -> Spoken:
        if time.monotonic() >= self._look_at:
            with self._lock:
                seen = self._look()
                if seen != self._seen:
                    self._spoken, self._seen = read(self._folder), seen
                self._look_at = time.monotonic() + LOOK_AGAIN_S
        return self._spoken

    def look_again(self) -> None:
        """Make a change of this process count at once."""
        self._look_at = 0.0

    def _look(self) -> object:
        files = [i18n.catalogue_path(code, self._folder) for code in _codes(self._folder)]
        stats = [(str(file), file.stat()) for file in files if file]
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def _codes(where: Path) -> list[str]:
    return [code for code in i18n.available(where) if code not in i18n.LOCALES]


def read(where: Path) -> Spoken:
    """Read every language of a folder; a file that cannot be read is passed over, `doctor` names it."""
    digest = hashlib.sha256()
    added: dict[str, Added] = {}
    for code in _codes(where):
        path = i18n.catalogue_path(code, where)
        try:
            content = path.read_bytes() if path else b""
            texts = texts_of(content, code)
        except (OSError, ValueError, PoFileError):
            continue
        digest.update(code.encode() + content)
        name = next((text for (context, _), text in texts.items() if context == NAME_CONTEXT), None)
        added[code] = Added(code, name or i18n.NAMES.get(code, code), texts)
    return Spoken(added, digest.hexdigest()[:12] if added else "")


def texts_of(content: bytes, locale: str) -> Mapping[Key, str]:
    """Give what is translated for sure: neither empty nor doubtful (“fuzzy”)."""
    lines = content.decode("utf-8-sig").splitlines(keepends=True)
    catalogue = read_po(lines, locale=locale, abort_invalid=True)
    return {
        (message.context, str(message.id)): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy and isinstance(message.id, str)
    }
