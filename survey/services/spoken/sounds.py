"""Recordings of questions and options: which there are, which are missing, which no longer fit their text.

Files lie in the data folder as `sounds/<language>/<code>.<kind>`, the codes as in `questionnaire_texts`.
Beside them `texts.json` keeps what each file was recorded for. A recording whose text has changed is not
played: it would say something else than the screen.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from survey import i18n
from survey.exceptions import InvalidInput, StorageUnavailable
from survey.instrument import Instrument, Texts
from survey.services.office import audit
from survey.services.spoken import questionnaire_texts
from survey.services.spoken.languages import Spoken
from survey.services.spoken.questionnaire_texts import CodedText
from survey.services.spoken.tiles import FieldTile

# Smallest first: of two files for one text the tablet keeps the lighter.
KINDS: Mapping[str, str] = {
    "opus": "audio/ogg",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
}
MOST_BYTES = 2_000_000
LOOK_AGAIN_S = 5.0
_TEXTS = "texts.json"
# Names of yardsticks and hints of tiles are not spoken: the text beside them is.
_SILENT = ("-name", "-hint")
_MAGIC = {"opus": (b"OggS",), "wav": (b"RIFF",), "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")}


class State(StrEnum):
    """How a recording stands to its text."""

    MISSING = "missing"
    NEW = "new"  # played; nobody has noted yet what it was recorded for
    GOOD = "good"
    CHANGED = "changed"  # not played


@dataclass(frozen=True, slots=True)
class Spot:
    """A text that can be spoken, and its recording."""

    language: str
    code: str
    text: str
    state: State
    file: str = ""


@dataclass(frozen=True, slots=True)
class Clip:
    """A file as it is handed out; `version` changes with its content."""

    path: Path
    version: str

    @property
    def kind(self) -> str:
        return self.path.suffix.removeprefix(".").lower()


@dataclass(frozen=True)
class Played:
    """The recordings of one moment that may be played, by language and code."""

    clips: Mapping[str, Mapping[str, Clip]] = field(default_factory=dict)
    fingerprint: str = ""


def folder(data: Path) -> Path:
    return data / "sounds"


def spoken_texts(instrument: Instrument, tiles: Iterable[FieldTile]) -> list[CodedText]:
    """Give every text that can have a recording, in the order in which it is met."""
    texts = questionnaire_texts.of_instrument(instrument)
    for tile in tiles:
        texts += questionnaire_texts.of_tile(tile)
    return [one for one in texts if not one.code.endswith(_SILENT)]


def text_in(texts: Texts, language: str) -> str:
    """Give what stands on the screen in a language."""
    return _plain(texts.get(language) or texts[i18n.SOURCE])


def _plain(text: str) -> str:
    return text.strip("".join(i18n.STAND_IN))


def found(where: Path) -> Mapping[str, Mapping[str, Clip]]:
    """Give every sound file by language and code."""
    clips: dict[str, dict[str, Clip]] = {}
    languages = sorted(one for one in where.iterdir() if one.is_dir()) if where.is_dir() else []
    for language in languages:
        if i18n.is_tag(language.name):
            clips[language.name] = dict(_clips(language))
    return clips


def _clips(language: Path) -> Iterator[tuple[str, Clip]]:
    order = list(KINDS)
    files = [one for one in language.iterdir() if one.suffix.removeprefix(".").lower() in KINDS]
    # The last of a code wins: the lightest kind comes last.
    for path in sorted(files, key=lambda one: -order.index(one.suffix.removeprefix(".").lower())):
        if path.is_file() and path.stat().st_size <= MOST_BYTES:
            yield path.stem, Clip(path, _version(path))


def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def check(where: Path, spoken: Spoken, instrument: Instrument, tiles: Sequence[FieldTile]) -> list[Spot]:
    """Say of every text in every language how its recording stands."""
    clips = found(where)
    texts = spoken_texts(spoken.instrument(instrument), [spoken.tile(one) for one in tiles])
    spots: list[Spot] = []
    for language in spoken.codes:
        noted = _noted(where, language)
        own = questionnaire_texts.OWN_QUESTIONS.items()
        said = [(code, _plain(spoken.gettext(language, text))) for code, text in own]
        said += [(one.code, text_in(one.texts, language)) for one in texts]
        for code, text in said:
            clip = clips.get(language, {}).get(code)
            state = _state(clip, noted.get(code), text)
            spots.append(Spot(language, code, text, state, clip.path.name if clip else ""))
    return spots


def _state(clip: Clip | None, noted: Mapping[str, str] | None, text: str) -> State:
    if clip is None:
        return State.MISSING
    if noted is None or noted.get("version") != clip.version:
        return State.NEW
    return State.GOOD if noted.get("text") == text else State.CHANGED


def _noted(where: Path, language: str) -> dict[str, dict[str, str]]:
    try:
        noted: dict[str, dict[str, str]] = json.loads((where / language / _TEXTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def note_new(where: Path, spots: Iterable[Spot]) -> int:
    """Note of every new recording what it was made for; give how many."""
    clips, count = found(where), 0
    by_language: dict[str, list[Spot]] = {}
    for spot in spots:
        if spot.state is State.NEW:
            by_language.setdefault(spot.language, []).append(spot)
    for language, new in by_language.items():
        noted = _noted(where, language)
        for spot in new:
            noted[spot.code] = {"version": clips[language][spot.code].version, "text": spot.text}
        _write(where / language / _TEXTS, json.dumps(noted, ensure_ascii=False, indent=1).encode())
        count += len(new)
    return count


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StorageUnavailable(path=str(path)) from error


def store(
    session: Session,
    where: Path,
    spots: Sequence[Spot],
    *,
    language: str,
    filename: str,
    content: bytes,
    login: str,
    now: datetime,
) -> None:
    """Put a recording in the place of the one before, named after the code of its text.

    Raises
    ------
    InvalidInput
        The name is no code here, or the content is no sound of its kind.
    """
    code, _, kind = filename.rpartition("/")[2].rpartition(".")
    kind = kind.lower()
    spot = next((one for one in spots if (one.language, one.code) == (language, code)), None)
    if spot is None:
        raise InvalidInput(field="file", value=filename, reason="no-code")
    if kind not in KINDS or not _is_sound(content, kind):
        raise InvalidInput(field="file", value=filename, reason="no-sound")
    if len(content) > MOST_BYTES:
        raise InvalidInput(field="file", value=filename, reason="too-large")
    for other in KINDS:
        if other != kind:
            (where / language / f"{code}.{other}").unlink(missing_ok=True)
    _write(where / language / f"{code}.{kind}", content)
    noted = _noted(where, language)
    version = hashlib.sha256(content).hexdigest()[:12]
    noted[code] = {"version": version, "text": spot.text}
    _write(where / language / _TEXTS, json.dumps(noted, ensure_ascii=False, indent=1).encode())
    detail: dict[str, Any] = {"language": language, "code": code}
    audit.record(session, login=login, action="sound-stored", now=now, detail=detail)


def _is_sound(content: bytes, kind: str) -> bool:
    if kind == "m4a":
        return content[4:8] == b"ftyp"
    return content.startswith(_MAGIC[kind])


class Sounds:
    """What may be played now; looked up again every few seconds, as an office puts files into the folder."""

    def __init__(self, data: Path) -> None:
        self._folder = folder(data)
        self._played = Played()
        self._seen: object = None
        self._look_at = 0.0
        self._lock = Lock()

    def now(self, spoken: Spoken, sources: Callable[[], tuple[Instrument, Sequence[FieldTile]]]) -> Played:
        """Give what may be played; `sources` are asked only where there is a sound and something changed."""
        if time.monotonic() < self._look_at:
            return self._played
        with self._lock:
            files = self._look()
            instrument, tiles = sources() if files else (None, ())
            seen = (files, spoken.fingerprint, instrument and instrument.digest, tiles)
            if seen != self._seen:
                spots = check(self._folder, spoken, instrument, tiles) if instrument else []
                self._played, self._seen = self._may_play(spots), seen
            self._look_at = time.monotonic() + LOOK_AGAIN_S
        return self._played

    def look_again(self) -> None:
        """Make a change of this process count at once."""
        self._look_at = 0.0

    def _look(self) -> tuple[tuple[str, int, int], ...]:
        files = sorted(self._folder.glob("*/*")) if self._folder.is_dir() else []
        stats = ((str(path), path.stat()) for path in files)
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)

    def _may_play(self, spots: Sequence[Spot]) -> Played:
        clips = found(self._folder)
        chosen: dict[str, dict[str, Clip]] = {}
        for spot in spots:
            if spot.state in {State.GOOD, State.NEW}:
                chosen.setdefault(spot.language, {})[spot.code] = clips[spot.language][spot.code]
        told = [f"{name}/{code}/{clip.version}" for name, one in chosen.items() for code, clip in one.items()]
        return Played(chosen, hashlib.sha256("\n".join(told).encode()).hexdigest()[:12] if told else "")
