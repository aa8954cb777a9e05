"""Counts of the screens of simulated citizens, and of some more who began and did not finish.

Drawn apart from the answers, so that these are the same with and without it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from survey.enums import Channel, Form
from survey.instrument import LOW_LEVELS, Instrument
from survey.services.simulation.demo_citizens import AnswerDraft, Day
from survey.services.tablets import screen_counts
from survey.services.tablets.screen_counts import TIME_COLUMNS, VISIT, Counts, time_class

# Share who leave at a screen, and what the middle person needs there in seconds.
LEAVES = {"stage": 0.02, "field": 0.06, "use": 0.03, "comment": 0.02}
LEAVES_AT_A_QUESTION = 0.012
SECONDS = {"stage": 4.5, "field": 8.0, "feedback": 4.0, "reason": 7.0, "use": 20.0, "comment": 18.0}
SECONDS_AT_A_QUESTION = {Channel.KIOSK: 5.5, Channel.PHONE: 17.0}
_SPREAD = 0.5  # of the logarithm


def chance_of(day: date, seed: int) -> random.Random:
    return random.Random(f"screens/{seed}/{day.isoformat()}")  # noqa: S311 - a simulation


def store(session: Session, *, day: Day, instrument: Instrument, desk_id: int, seed: int) -> None:
    for channel, found in counts(day.answers, instrument, chance_of(day.day, seed)).items():
        screen_counts.add(session, desk_id=desk_id, day=day.day, counts=found, channel=channel)


def _low_dimensions(answer: AnswerDraft, instrument: Instrument) -> list[str]:
    low = {
        instrument.item_by_code[code].dimension
        for code, level in answer.answers.items()
        if level in LOW_LEVELS
    }
    return [dimension.code for dimension in instrument.dimensions if dimension.code in low]


def counts(
    answers: Iterable[AnswerDraft], instrument: Instrument, chance: random.Random
) -> Mapping[Channel, Counts]:
    """Count the screens of those who answered, and of some more who did not finish."""
    by_channel: dict[Channel, list[list[str]]] = {Channel.KIOSK: [], Channel.PHONE: []}
    for answer in answers:
        channel = Channel.KIOSK if answer.form is Form.SPLIT else Channel.PHONE
        by_channel[channel].append(_screens(answer, instrument))
    return {channel: _counted(channel, visits, chance) for channel, visits in by_channel.items() if visits}


def _screens(answer: AnswerDraft, instrument: Instrument) -> list[str]:
    dimensions = [one.code for one in instrument.dimensions_asked(answer.stage)]
    if answer.form is Form.FULL:
        return ["stage", *dimensions, "use", "comment"]
    shown = ["stage", "field", *dimensions]
    if any(instrument.item_by_code[code].only_with_feedback for code in answer.drawn or ()):
        shown.insert(shown.index("petitions"), "feedback")
        if answer.sent_feedback is False:
            shown.remove("petitions")
    return [*shown, *(["reason"] if _low_dimensions(answer, instrument) else [])]


def _counted(channel: Channel, visits: list[list[str]], chance: random.Random) -> Counts:
    seen: Counter[str] = Counter()
    left: Counter[str] = Counter()
    times: dict[str, list[int]] = {}

    def answer(screens: list[str]) -> float:
        whole = 0.0
        for screen in screens:
            typical = SECONDS.get(screen, SECONDS_AT_A_QUESTION[channel])
            seconds = typical * chance.lognormvariate(0, _SPREAD)
            whole += seconds
            seen[screen] += 1
            times.setdefault(screen, [0] * len(TIME_COLUMNS))[time_class(seconds)] += 1
        return whole

    for screens in visits:
        broken_off = next((s for s in screens if chance.random() < LEAVES.get(s, LEAVES_AT_A_QUESTION)), None)
        if broken_off is not None:
            # Somebody else, who began in the same way and stopped here.
            answer(screens[: screens.index(broken_off)])
            for screen in (VISIT, broken_off):
                seen[screen] += 1
                left[screen] += 1
        whole = answer(screens)
        seen[VISIT] += 1
        times.setdefault(VISIT, [0] * len(TIME_COLUMNS))[time_class(whole)] += 1
    told = dict(left) if channel is Channel.KIOSK else {}  # a phone does not say that somebody goes away
    return Counts(dict(seen), told, {screen: tuple(numbers) for screen, numbers in times.items()})
