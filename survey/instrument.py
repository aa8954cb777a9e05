"""The questionnaire as data: what is asked of whom, what a stored byte means, which weight it carries.

A published version never changes. `Instrument.parse` reads a definition (the table of a TOML seed or the
JSON of the database); everything else asks the instrument instead of knowing item names.
"""

from __future__ import annotations

import hashlib
import json
import random
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from survey.enums import Form, Part, Stage
from survey.exceptions import AnswersRejected

SCALE = (1, 2, 3, 4, 5)
# "Không hài lòng" and "rất không hài lòng": after these a person may say what was wrong.
LOW_LEVELS = (1, 2)
# Stored bytes: 0 blank or not asked, 1–5 the level, 6 "không áp dụng".
NOT_ANSWERED = 0
NOT_APPLICABLE = 6
NA_CODE = "na"

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    text: Texts


@dataclass(frozen=True, slots=True)
class Question:
    """A question with options that is not on the satisfaction scale."""

    code: str
    text: Texts
    label: Texts
    options: tuple[Option, ...]
    only_after_result: bool = False
    ask_if: tuple[str, str] | None = None

    def position(self, option: str | None) -> int:
        """Give the stored number of an option: its place from 1, or 0 where nothing was said."""
        codes = [one.code for one in self.options]
        if not option:
            return 0
        if option not in codes:
            raise AnswersRejected(question=self.code, value=option, allowed=codes)
        return codes.index(option) + 1


@dataclass(frozen=True, slots=True)
class Item:
    code: str
    dimension: str
    text: Texts
    label: Texts
    position: int
    only_after_result: bool
    only_with_feedback: bool


@dataclass(frozen=True, slots=True)
class Dimension:
    code: str
    name: Texts
    short: Texts
    stem: Texts
    items: tuple[Item, ...]

    def items_asked(self, stage: Stage) -> tuple[Item, ...]:
        return tuple(item for item in self.items if stage is Stage.RESULT or not item.only_after_result)


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    dimension: str
    text: Texts


@dataclass(frozen=True)
class Instrument:
    """One version of the questionnaire."""

    code: str
    version: str
    definition: Mapping[str, Any]
    dimensions: tuple[Dimension, ...]
    levels: tuple[Option, ...]
    na: Option
    stage: Question
    feedback: Question
    service_use: tuple[Question, ...]
    reasons: tuple[Reason, ...]

    @classmethod
    def parse(cls, definition: Mapping[str, Any]) -> Instrument:
        rows = list(definition["item"])
        items = [
            Item(
                code=row["code"],
                dimension=row["dimension"],
                text=row["text"],
                label=row["label"],
                position=position,
                only_after_result=bool(row.get("only_after_result", False)),
                only_with_feedback=bool(row.get("only_with_feedback", False)),
            )
            for position, row in enumerate(rows)
        ]
        return cls(
            code=definition["code"],
            version=str(definition["version"]),
            definition=definition,
            dimensions=tuple(
                Dimension(
                    row["code"],
                    row["name"],
                    row["short"],
                    row["stem"],
                    tuple(item for item in items if item.dimension == row["code"]),
                )
                for row in definition["dimension"]
            ),
            levels=tuple(Option(str(row["value"]), row["text"]) for row in definition["level"]),
            na=Option(definition["na"]["code"], definition["na"]["text"]),
            stage=_question(definition["stage"]),
            feedback=_question(definition["feedback"]),
            service_use=tuple(_question(row) for row in definition["service_use"]),
            reasons=tuple(Reason(row["code"], row["dimension"], row["text"]) for row in definition["reason"]),
        )

    @classmethod
    def read(cls, path: Path) -> Instrument:
        return cls.parse(tomllib.loads(path.read_text(encoding="utf-8")))

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Items in the order of the stored bytes."""
        return tuple(sorted((i for d in self.dimensions for i in d.items), key=lambda item: item.position))

    @cached_property
    def item_by_code(self) -> Mapping[str, Item]:
        return {item.code: item for item in self.items}

    @cached_property
    def digest(self) -> str:
        plain = json.dumps(self.definition, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()

    def dimensions_asked(self, stage: Stage) -> tuple[Dimension, ...]:
        """Dimensions with at least one item at this stage; the result is rated only by who received one."""
        return self._dimensions_asked[stage]

    @cached_property
    def _dimensions_asked(self) -> Mapping[Stage, tuple[Dimension, ...]]:
        return {stage: tuple(d for d in self.dimensions if d.items_asked(stage)) for stage in Stage}

    def reasons_of(self, dimension: str) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.dimension == dimension)

    def reasons_heard(self, levels: bytes, reasons: Iterable[str]) -> list[str]:
        """Keep of the reasons given those of dimensions with a low level, each once."""
        low = {item.dimension for item in self.items if levels[item.position] in LOW_LEVELS}
        fitting = {reason.code for reason in self.reasons if reason.dimension in low}
        return [reason for reason in dict.fromkeys(reasons) if reason in fitting]

    def service_use_asked(self, stage: Stage) -> tuple[Question, ...]:
        return tuple(q for q in self.service_use if stage is Stage.RESULT or not q.only_after_result)

    # --- the split form -----------------------------------------------------------------------------

    def draw(self, stage: Stage, chance: random.Random) -> tuple[str, ...]:
        """Draw one item of each dimension with equal chance; no exchange when a filter ends a dimension."""
        return tuple(chance.choice(d.items_asked(stage)).code for d in self.dimensions_asked(stage))

    def check_draw(self, stage: Stage, drawn: Iterable[str]) -> None:
        """Refuse a draw that is not one item of each dimension asked at this stage."""
        expected = [d.code for d in self.dimensions_asked(stage)]
        items = [self.item_by_code.get(code) for code in drawn]
        fits = all(item and (stage is Stage.RESULT or not item.only_after_result) for item in items)
        if not fits or [item.dimension for item in items if item] != expected:
            raise AnswersRejected(question="drawn", value=list(drawn), allowed=expected)

    def weights(self, form: Form, part: Part) -> tuple[int, ...]:
        """Give the design weight 1/π of each dimension: full 1, split the number of items drawn from.

        A dimension that nobody of this part is asked about has weight 0.
        """
        stage = Stage.OTHER if part is Part.OTHER_STAGES else Stage.RESULT
        counts = (len(dimension.items_asked(stage)) for dimension in self.dimensions)
        return tuple(counts) if form is Form.SPLIT else tuple(min(count, 1) for count in counts)

    # --- stored bytes -------------------------------------------------------------------------------

    def pack(
        self,
        answers: Mapping[str, int],
        *,
        stage: Stage,
        sent_feedback: bool | None,
        drawn: tuple[str, ...] | None = None,
    ) -> bytes:
        """Pack levels one byte an item; refuse what cannot have been asked.

        Answers about handled feedback are dropped when the person sent none (`sent_feedback` is False):
        without scripts the phone shows them all the same.
        """
        packed = bytearray(len(self.items))
        for code, level in answers.items():
            item = self.item_by_code.get(code)
            if item is None or (level not in SCALE and level != NOT_APPLICABLE):
                raise AnswersRejected(question=code, value=level, allowed=[*SCALE, NOT_APPLICABLE])
            if item.only_after_result and stage is not Stage.RESULT:
                raise AnswersRejected(question=code, value=level, allowed=[])
            if drawn is not None and code not in drawn:
                raise AnswersRejected(question=code, value=level, allowed=list(drawn))
            if item.only_with_feedback and sent_feedback is False:
                continue
            packed[item.position] = level
        return bytes(packed)


def level_of(raw: str) -> int:
    """Read a form value: `1`…`5` or `na`."""
    if raw == NA_CODE:
        return NOT_APPLICABLE
    if len(raw) == 1 and raw in "12345":
        return int(raw)
    raise AnswersRejected(question="level", value=raw, allowed=["1", "2", "3", "4", "5", NA_CODE])


def _question(row: Mapping[str, Any]) -> Question:
    ask_if = row.get("ask_if")
    return Question(
        code=row["code"],
        text=row["text"],
        label=row.get("label", row["text"]),
        options=tuple(Option(option["code"], option["text"]) for option in row["option"]),
        only_after_result=bool(row.get("only_after_result", False)),
        ask_if=(ask_if["code"], ask_if["answer"]) if ask_if else None,
    )
