"""Small sounds for tests: no voice, no recording of anybody."""

from __future__ import annotations

import io
import math
import struct
import wave
from pathlib import Path

from survey.db import Database
from survey.services.office.instruments import InstrumentStore
from survey.services.spoken import languages, sounds, tiles
from survey.services.spoken.sounds import Spot


def wav(seconds: float = 0.3, *, pitch: int = 440) -> bytes:
    """Give a quiet tone."""
    rate = 8000
    samples = (int(3000 * math.sin(2 * math.pi * pitch * n / rate)) for n in range(int(rate * seconds)))
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return target.getvalue()


def spots(database: Database, data: Path) -> list[Spot]:
    with database.read() as session:
        instrument = InstrumentStore().current(session).instrument
        offered = list(tiles.fields_offered(session))
    spoken = languages.read(languages.folder(data))
    return sounds.check(sounds.folder(data), spoken, instrument, offered)


def lay(data: Path, language: str, code: str, content: bytes | None = None, *, kind: str = "wav") -> Path:
    """Put a file where an office would."""
    path = sounds.folder(data) / language / f"{code}.{kind}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav() if content is None else content)
    return path


def lay_all(database: Database, data: Path, *wanted: str) -> None:
    """Put a file for every text of some languages."""
    for spot in spots(database, data):
        if spot.language in wanted:
            lay(data, spot.language, spot.code)
