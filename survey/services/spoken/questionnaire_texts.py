"""The texts of the questionnaire that citizens read, each under a code of its own.

The same codes name translations and recordings: `A1`, `access-stem`, `level-4`, `stage-filing`, `field-land`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from survey.i18n import SOURCE
from survey.instrument import Dimension, Instrument, Option, Question, Texts
from survey.services.spoken.tiles import FieldTile

# Gives the texts that stand in the place of some.
Change = Callable[[str, Texts], Texts]
T = TypeVar("T", Instrument, FieldTile)


def N_(text: str) -> str:  # noqa: N802 - the name by which Babel knows a marked text
    """Mark a text for the catalogues without translating it."""
    return text


# Questions that the program asks itself; they have recordings like those of the questionnaire.
START_TITLE = N_("Ông/bà thấy việc phục vụ ở đây thế nào?")
FIELD_TITLE = N_("Việc của ông/bà thuộc lĩnh vực nào?")
REASON_TITLE = N_("Điều gì làm ông/bà chưa hài lòng nhất?")
OWN_QUESTIONS = {"start": START_TITLE, "field": FIELD_TITLE, "reason": REASON_TITLE}


@dataclass(frozen=True, slots=True)
class CodedText:
    code: str
    source: str  # Vietnamese
    texts: Texts


def changed(instrument: Instrument, change: Change) -> Instrument:
    """Give a questionnaire with other texts; what is asked and how it is stored stay the same."""
    return replace(
        instrument,
        dimensions=tuple(_dimension(one, change) for one in instrument.dimensions),
        levels=tuple(replace(one, text=change(f"level-{one.code}", one.text)) for one in instrument.levels),
        na=replace(instrument.na, text=change(instrument.na.code, instrument.na.text)),
        stage=_question(instrument.stage, change),
        feedback=_question(instrument.feedback, change),
        service_use=tuple(_question(one, change) for one in instrument.service_use),
        reasons=tuple(
            replace(one, text=change(f"reason-{one.code}", one.text)) for one in instrument.reasons
        ),
    )


def changed_tile(tile: FieldTile, change: Change) -> FieldTile:
    """Give a field of the office with other texts."""
    code = f"field-{tile.code}"
    return replace(
        tile,
        names=change(code, tile.names),
        hints=change(f"{code}-hint", tile.hints) if tile.hints.get(SOURCE) else tile.hints,
    )


def of_instrument(instrument: Instrument) -> list[CodedText]:
    return list(_texts(instrument, changed))


def of_tile(tile: FieldTile) -> list[CodedText]:
    return list(_texts(tile, changed_tile))


def _texts(holder: T, walk: Callable[[T, Change], T]) -> Iterator[CodedText]:
    found: list[CodedText] = []

    def look(code: str, texts: Texts) -> Texts:
        found.append(CodedText(code, texts[SOURCE], texts))
        return texts

    walk(holder, look)
    yield from found


def _dimension(dimension: Dimension, change: Change) -> Dimension:
    return replace(
        dimension,
        name=change(f"{dimension.code}-name", dimension.name),
        stem=change(f"{dimension.code}-stem", dimension.stem),
        items=tuple(replace(item, text=change(item.code, item.text)) for item in dimension.items),
    )


def _question(question: Question, change: Change) -> Question:
    return replace(
        question,
        text=change(question.code, question.text),
        options=tuple(_option(question.code, option, change) for option in question.options),
    )


def _option(question: str, option: Option, change: Change) -> Option:
    return replace(option, text=change(f"{question}-{option.code}", option.text))
