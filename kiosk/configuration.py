"""What a tablet needs to know to ask, in every language it speaks: one JSON value, in the page and alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import url_for

from kiosk.wording import interface
from survey import __version__
from survey.i18n import with_no_break
from survey.instrument import LOW_LEVELS, Dimension, Instrument, Option, Question
from survey.paths import static_dir, templates_dir
from survey.services.answers.responses import COMMENT_CHARACTERS
from survey.services.office import installation, office_hours
from survey.services.spoken import tiles
from survey.services.tablets import calls

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from survey.services.office.instruments import Published
    from survey.services.spoken.languages import Spoken
    from survey.services.spoken.sounds import Clip, Played
    from survey.services.tablets.devices import Device

STATIC_DIR = Path(__file__).resolve().parent / "static"

# What a tablet's pages are made of; a change in any of them is another release of the tablet.
_PARTS: tuple[tuple[Callable[[], Path], str], ...] = (
    (lambda: STATIC_DIR, "**/*"),
    (static_dir, "css/base.css"),
    (static_dir, "fonts/*.woff2"),
    (static_dir, "img/*.svg"),
    (lambda: templates_dir() / "kiosk", "*"),
    (lambda: templates_dir() / "layouts", "*"),
    (lambda: templates_dir() / "components", "faces*"),
)

# A number is dialled from one line.
_BETWEEN_DIGITS = re.compile(r"(?<=\d) (?=\d)")

# Seconds without a touch before the warning, and how long it counts down (WCAG 2.2.1: at least 20).
IDLE_WARN_S = 50
IDLE_COUNTDOWN_S = 30
# The least that a last screen stays; the longer it is to read, the longer (WCAG 2.2.1).
THANKS_S = 20


def configuration(
    session: Session, *, device: Device, published: Published, spoken: Spoken, played: Played, now: datetime
) -> dict[str, Any]:
    """Give everything as one value; `now` in the zone of the office."""
    published = spoken.published(published)
    office = installation.read(session)
    hours = office_hours.read(session)
    unit = next(iter(installation.unit_names(session, device.unit_id).values()), "")
    return {
        "program": program_fingerprint(),
        "version": published.id,
        "languages": [{"code": code, "name": spoken.name(code)} for code in spoken.codes],
        "place": {
            "unit": unit,
            "unit_in_sentence": unit[:1].lower() + unit[1:],
            "desk": device.desk_name,
            "counter": device.counter_name,
            "confirmed": office.confirmed,
            "demo": office.demo,
        },
        "hotline": _BETWEEN_DIGITS.sub("\N{NO-BREAK SPACE}", office.hotline),
        "petition_address": office.petition_address,
        "instrument": _instrument(published.instrument),
        "fields": [
            {"code": tile.code, "name": dict(tile.names), "hint": dict(tile.hints)}
            for tile in map(spoken.tile, tiles.fields_offered(session))
        ],
        "words": {code: _interface(partial(spoken.gettext, code)) for code in spoken.codes},
        "sounds": {
            language: {code: _address(language, clip) for code, clip in clips.items()}
            for language, clips in played.clips.items()
        },
        "comment_characters": COMMENT_CHARACTERS,
        "open": hours.is_open(now),  # what tablets of the release before read
        "hours": office_hours.for_tablet(hours, now),
        "calls": {"every_s": calls.ask_every_s(session), "shown_s": int(calls.VALID.total_seconds())},
        "idle": {"warn_s": IDLE_WARN_S, "countdown_s": IDLE_COUNTDOWN_S, "thanks_s": THANKS_S},
    }


def _interface(gettext: Callable[[str], str]) -> dict[str, str]:
    """Give the texts of the tablet; a heading ends no line inside a word of ours."""
    texts = interface(gettext)
    return {key: with_no_break(text) if key.endswith("_title") else text for key, text in texts.items()}


def _asked(text: Mapping[str, str]) -> dict[str, str]:
    """Give a question, or a reason on its wide tile, in every language."""
    return {language: with_no_break(written) for language, written in text.items()}


def _address(language: str, clip: Clip) -> str:
    return url_for("sounds.play", language=language, name=clip.path.name, v=clip.version)


@cache
def program_fingerprint() -> str:
    """Name this release of the tablet's files: a tablet that runs another one loads itself again."""
    digest = hashlib.sha256(__version__.encode())
    for folder, pattern in _PARTS:
        for path in sorted(folder().glob(pattern)):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:10]


def _instrument(instrument: Instrument) -> dict[str, Any]:
    return {
        "stage": _question(instrument.stage),
        "feedback": _question(instrument.feedback),
        "levels": [_option(level) for level in instrument.levels],
        "na": _option(instrument.na),
        "low": [str(level) for level in LOW_LEVELS],
        "dimensions": [_dimension(instrument, dimension) for dimension in instrument.dimensions],
    }


def _question(question: Question) -> dict[str, Any]:
    return {"text": _asked(question.text), "options": [_option(option) for option in question.options]}


def _option(option: Option) -> dict[str, Any]:
    return {"value": option.code, "text": dict(option.text)}


def _dimension(instrument: Instrument, dimension: Dimension) -> dict[str, Any]:
    return {
        "code": dimension.code,
        "stem": _asked(dimension.stem),
        "reasons": [
            {"code": reason.code, "text": _asked(reason.text)}
            for reason in instrument.reasons_of(dimension.code)
        ],
        "items": [
            {
                "code": item.code,
                "text": _asked(item.text),
                "only_after_result": item.only_after_result,
                "only_with_feedback": item.only_with_feedback,
            }
            for item in dimension.items
        ],
    }
