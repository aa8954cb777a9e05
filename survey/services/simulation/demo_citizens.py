"""Simulated citizens of one year: who comes, who answers, and how. Pure, seeded, documented.

Every day of work brings dossiers by field (Poisson). A returned dossier is rated with a chance that depends
on the field; seven in ten ratings are made on the kiosk, the rest on a phone. Each person has a mood of
their own (normal, standard deviation 0.9 on the logit scale) that all their answers share, and each desk day
has one too (0.25), so answers cluster within people and days as real ones do.

Planted on purpose, so that the pages can be tried against a known truth:

* access is safe, the result is lost, procedure is open;
* counter Q2 is weak in how officials serve;
* from 1 August the result improves for good (dossiers are no longer late);
* the last week of March looks bad by chance in petitions only (a false spike);
* on 14 November somebody stuffs the kiosk of counter Q3 with forty answers "very satisfied".
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from survey.enums import FilingChannel, Form, Stage
from survey.instrument import NOT_APPLICABLE, Dimension, Instrument, Item

KIOSK_SHARE = 0.7
PERSON_SPREAD = 0.9
DAY_SPREAD = 0.25
CHANGE_FROM = (8, 1)
STUFFED_DAY = (11, 14)
STUFFED_ANSWERS = 40
WEAK_COUNTER = "Q2"
STUFFED_COUNTER = "Q3"
SENT_FEEDBACK = 0.16

# Share satisfied among people at the desk, before the planted effects.
LEVEL_OF_DIMENSION = {
    "access": 0.885,
    "procedure": 0.862,
    "staff": 0.905,
    "outcome": 0.665,
    "petitions": 0.835,
}
EFFECT_WEAK_COUNTER = -1.3  # logits, on staff
EFFECT_CHANGE = 0.8  # logits, on outcome
ITEM_OFFSETS = (0.15, -0.1, -0.05, 0.05)


# Dossiers returned on a day of work, and how likely a person of the field is to answer.
FIELDS = {
    "civil_status": (4.2, 0.36),
    "certification": (7.5, 0.30),
    "land": (3.1, 0.41),
    "social_protection": (2.4, 0.28),
    "merit": (0.7, 0.25),
}
COUNTER_OF_FIELD = {
    "civil_status": "Q1",
    "certification": "Q1",
    "land": "Q2",
    "social_protection": "Q3",
    "merit": "Q3",
}
DAYS_TO_RETURN = {"civil_status": 3, "certification": 0, "land": 12, "social_protection": 8, "merit": 10}


@dataclass(frozen=True, slots=True)
class DossierDraft:
    code: str
    field: str
    received_on: date
    due_on: date
    returned_on: date
    filing_channel: FilingChannel


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """One simulated answer. `dossier` is the place of the dossier whose slip was used, on a phone."""

    day: date
    minute: int
    form: Form
    stage: Stage
    counter: str
    field: str
    dossier: int | None
    drawn: tuple[str, ...] | None
    answers: dict[str, int]
    sent_feedback: bool | None
    service_use: dict[str, str]
    seconds: float
    comment: str


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    dossiers: tuple[DossierDraft, ...]
    answers: tuple[AnswerDraft, ...]


def work_days(year: int) -> Iterator[date]:
    """Monday to Friday without the days off of 2024 (Tết from 8 to 14 February among them)."""
    off = {(1, 1), (4, 18), (4, 29), (4, 30), (5, 1), (9, 2), (9, 3)} | {(2, day) for day in range(8, 15)}
    day = date(year, 1, 1)
    while day.year == year:
        if day.weekday() < 5 and (day.month, day.day) not in off:
            yield day
        day += timedelta(days=1)


def simulate(instrument: Instrument, *, year: int, seed: int) -> Iterator[Day]:
    """Give the year day by day; the same seed gives the same year."""
    chance = np.random.default_rng(seed)
    number = 0
    for day in work_days(year):
        mood = float(chance.normal(0, DAY_SPREAD))
        dossiers: list[DossierDraft] = []
        answers: list[AnswerDraft] = []
        for field, (mean, response) in FIELDS.items():
            for _ in range(int(chance.poisson(mean))):
                number += 1
                dossiers.append(_dossier(chance, day, field, number))
                if chance.random() < response:
                    place = len(dossiers) - 1
                    answers.append(_answer(chance, instrument, dossiers[place], place, mood))
        if (day.month, day.day) == STUFFED_DAY:
            answers += [_stuffed(chance, instrument, day, place) for place in range(STUFFED_ANSWERS)]
        yield Day(day, tuple(dossiers), tuple(answers))


def _dossier(chance: np.random.Generator, day: date, field: str, number: int) -> DossierDraft:
    took = DAYS_TO_RETURN[field]
    slow = field == "land" and (day.month, day.day) < CHANGE_FROM
    late = int(chance.integers(1, 6)) if chance.random() < (0.22 if slow else 0.03) else 0
    received = day - timedelta(days=took + late)
    channels = (FilingChannel.COUNTER, FilingChannel.ONLINE, FilingChannel.POSTAL)
    return DossierDraft(
        code=f"H15.45.12-{received:%y%m%d}-{number % 10000:04d}",
        field=field,
        received_on=received,
        due_on=received + timedelta(days=took),
        returned_on=day,
        filing_channel=channels[int(chance.choice(3, p=[0.66, 0.31, 0.03]))],
    )


def _answer(
    chance: np.random.Generator, instrument: Instrument, dossier: DossierDraft, place: int, mood: float
) -> AnswerDraft:
    on_kiosk = chance.random() < KIOSK_SHARE
    stage = (Stage.RESULT, Stage.FILING, Stage.OTHER)[int(chance.choice(3, p=[0.78, 0.16, 0.06]))]
    if not on_kiosk:
        stage = Stage.RESULT
    counter = COUNTER_OF_FIELD[dossier.field]
    person = float(chance.normal(0, PERSON_SPREAD)) + mood
    sent_feedback = bool(chance.random() < SENT_FEEDBACK)
    asked = [
        [item for item in dimension.items_asked(stage) if sent_feedback or not item.only_with_feedback]
        for dimension in instrument.dimensions_asked(stage)
    ]
    drawn = None
    if on_kiosk:
        drawn = tuple(
            str(chance.choice([item.code for item in dimension.items_asked(stage)]))
            for dimension in instrument.dimensions_asked(stage)
        )
        asked = [[item for item in items if item.code in drawn] for items in asked]
    answers = {
        item.code: _level(chance, instrument, item, dossier, counter, person)
        for items in asked
        for item in items
        if on_kiosk or chance.random() > 0.02
    }
    was_late = dossier.returned_on > dossier.due_on
    return AnswerDraft(
        day=dossier.returned_on,
        minute=int(chance.choice([450, 510, 570, 630, 810, 870, 930, 990])) + int(chance.integers(0, 60)),
        form=Form.SPLIT if on_kiosk else Form.FULL,
        stage=stage,
        counter=counter,
        field=dossier.field,
        dossier=None if on_kiosk else place,
        drawn=drawn,
        answers=answers,
        sent_feedback=sent_feedback,
        service_use={} if on_kiosk else _service_use(chance, was_late),
        seconds=float(chance.lognormal(math.log(34 if on_kiosk else 110), 0.35)),
        comment="",
    )


def _service_use(chance: np.random.Generator, was_late: bool) -> dict[str, str]:
    use = {
        "visits": str(chance.choice(["1", "2", "3"], p=[0.71, 0.23, 0.06])),
        "late": "yes" if was_late else "no",
        "extra_money": "no" if chance.random() < 0.994 else "yes",
    }
    if was_late:
        use["apology"] = "yes" if chance.random() < 0.55 else "no"
    return use


def _level(
    chance: np.random.Generator,
    instrument: Instrument,
    item: Item,
    dossier: DossierDraft,
    counter: str,
    person: float,
) -> int:
    if chance.random() < (0.12 if item.dimension == "petitions" else 0.015):
        return NOT_APPLICABLE
    dimension = next(d for d in instrument.dimensions if d.code == item.dimension)
    logit = _logit(dimension, item) + person
    if item.dimension == "staff" and counter == WEAK_COUNTER:
        logit += EFFECT_WEAK_COUNTER
    if item.dimension == "outcome" and (dossier.returned_on.month, dossier.returned_on.day) >= CHANGE_FROM:
        logit += EFFECT_CHANGE
    if item.dimension == "petitions" and dossier.returned_on.isocalendar().week == 13:
        logit -= 1.4
    if chance.random() < 1 / (1 + math.exp(-logit)):
        return 5 if chance.random() < 0.42 else 4
    return int(chance.choice([3, 2, 1], p=[0.62, 0.27, 0.11]))


def _logit(dimension: Dimension, item: Item) -> float:
    """Give the logit of an item whose share, averaged over moods, is that of its dimension."""
    place = dimension.items.index(item)
    share = LEVEL_OF_DIMENSION[dimension.code]
    # A logit-normal mean is pulled towards one half; this undoes the pull to first order.
    pull = math.sqrt(1 + 0.346 * (PERSON_SPREAD**2 + DAY_SPREAD**2))
    return math.log(share / (1 - share)) * pull + ITEM_OFFSETS[place]


def _stuffed(chance: np.random.Generator, instrument: Instrument, day: date, place: int) -> AnswerDraft:
    drawn = tuple(
        str(chance.choice([item.code for item in dimension.items_asked(Stage.RESULT)]))
        for dimension in instrument.dimensions
    )
    return AnswerDraft(
        day=day,
        minute=16 * 60 + 40 + place // 4,
        form=Form.SPLIT,
        stage=Stage.RESULT,
        counter=STUFFED_COUNTER,
        field="social_protection",
        dossier=None,
        drawn=drawn,
        answers=dict.fromkeys(drawn, 5),
        sent_feedback=True,
        service_use={},
        seconds=6.0,
        comment="",
    )
