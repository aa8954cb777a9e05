"""Is stuffing found, and are honest days left alone? `python -m benchmarks.stuffing [--quick]`.

A unit-year of tablets is simulated: people come unevenly over days and hours, in families too, share a mood,
and some are quick or content with everything. Into it one answer in twenty is put by somebody else, in four
ways. Answers leave as the product mixes them, minute by minute, and the signals are those of the product
(`survey.services.intake.quality.flag_bits`), beside what left that day, with a past learned as the year goes
on. A day is on the list of days to look at from five answers with several signals on, and 3 %.

Targets: where stuffing is done in one sitting, at least 90 % of the stuffed answers stand on days of the
list, and at most one honest day a unit-year is on it. How many carry several signals is told beside. Careful
stuffing, a few answers a day at an honest pace, cannot be told from honest ones: measured, not judged. At a
content desk half of the people say the same five times, on some days more and on some fewer: only that
honest days stay off the list is judged there.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter

import numpy as np

from analysis.response_quality import device_rate
from survey.enums import Form, Stage, TrustClass
from survey.queries.ratings import CELL
from survey.services.answers.responses import Waiting
from survey.services.figures.strange_days import is_noteworthy
from survey.services.intake import past_answers, quality
from survey.services.intake.batching import plan_releases
from survey.services.intake.mixing import SETTLES, may_leave
from survey.services.intake.past_answers import PastAnswers
from survey.services.intake.quality import EVEN_ANSWERS, SLOTS_PER_DAY, WINDOWS_PER_DAY, Flag, Usual
from survey.services.intake.rhythm import SLOT_MINUTES
from survey.services.intake.seen_today import SeenToday
from survey.services.office.office_hours import OfficeHours

DAYS = 248
STUFFED_SHARE = 0.05
# Starts of the half hours in which people come, with how many more come then.
STARTS = np.array([450, 480, 510, 540, 570, 600, 630, 810, 840, 870, 900, 930, 960, 990])
BUSY = np.array([2, 3, 3, 3, 2, 2, 1, 1, 2, 2, 2, 2, 1, 1], dtype=float)
SIZES = {"small (3 tablets, 4 a day each)": (3, 4.0), "middle (2, 20)": (2, 20.0), "large (3, 80)": (3, 80.0)}
JUDGED = ("at once", "in an hour", "identical, slow hand")
WAYS = (*JUDGED, "few a day, careful")
UNJUDGED, HONEST = ("few a day, careful",), "content desk, nothing"
# At a content desk so many say 5 throughout, and by so much a tablet's days differ.
CONTENT, MOOD = 0.40, 0.10
TARGET_RECALL, TARGET_FALSE_DAYS = 0.90, 1.0


@dataclass
class Past:
    """What the desk knows of itself by now."""

    answers: dict[int, int] = field(default_factory=dict)
    days: int = 0
    slots: np.ndarray = field(default_factory=lambda: np.zeros(24 * 60 // SLOT_MINUTES))
    said: list[Mapping[bytes, int]] = field(default_factory=list)
    doubtful: list[bool] = field(default_factory=list)

    def usual(self, tablets: int) -> Usual:
        total = sum(self.answers.values())
        peers = total / (self.days * tablets * WINDOWS_PER_DAY) if self.days else 0.0
        shape = (SLOTS_PER_DAY * self.slots + EVEN_ANSWERS) / (self.slots.sum() + EVEN_ANSWERS)
        rates: dict[Hashable, float] = {
            (tablet, slot): device_rate(
                self.answers.get(tablet, 0), self.days * WINDOWS_PER_DAY, peer_rate=peers
            )
            * factor
            for tablet in range(tablets)
            for slot, factor in enumerate(shape)
        }
        return Usual(rates, OfficeHours(), PastAnswers(past_answers.usual_days(self.said, self.doubtful)))

    def learn(self, answers: list[Waiting], bits: Mapping[bytes, int]) -> None:
        self.days += 1
        for tablet in {answer.device_id for answer in answers}:
            own = [answer for answer in answers if answer.device_id == tablet]
            self.said.append(Counter(past_answers.said(answer.levels) for answer in own))
            self.doubtful.append(any(bits[answer.id] & (Flag.REPEATED | Flag.PACE) for answer in own))
        while sum(sum(day.values()) for day in self.said[1:]) >= past_answers.LATEST:
            del self.said[0], self.doubtful[0]
        for answer in answers:
            tablet = answer.device_id or 0
            self.answers[tablet] = self.answers.get(tablet, 0) + 1
            self.slots[answer.minute // SLOT_MINUTES] += 1


def waiting(day: date, minute: float, tablet: int, levels: list[int], seconds: float, number: int) -> Waiting:
    return Waiting(
        id=number.to_bytes(8, "big"),
        desk_id=1,
        version_id=1,
        day=day,
        minute=int(minute),
        stage=Stage.RESULT,
        form=Form.SPLIT,
        trust_class=TrustClass.KIOSK,
        counter_id=tablet,
        field_id=None,
        language="vi",
        levels=bytes(levels),
        service_use=(0, 0, 0, 0),
        reasons=(),
        comment="",
        device_id=tablet,
        duration_s=seconds,
    )


def honest(chance: np.random.Generator, day: date, tablets: int, mean: float, start: int) -> list[Waiting]:
    """People of one day; one in twelve brings another who answers right after."""
    found: list[Waiting] = []
    for tablet in range(tablets):
        crowd = mean * chance.gamma(6.0, 1 / 6.0)
        for _ in range(int(chance.poisson(crowd))):
            minute = float(chance.choice(STARTS, p=BUSY / BUSY.sum())) + chance.uniform(0, 30)
            for companion in range(2 if chance.random() < 1 / 12 else 1):
                seconds = float(chance.lognormal(np.log(34), 0.35))
                if chance.random() < 0.04:
                    seconds = float(chance.uniform(5, 10))
                found.append(
                    waiting(day, minute + companion, tablet, levels_of(chance), seconds, start + len(found))
                )
    return found


def levels_of(chance: np.random.Generator) -> list[int]:
    """Five levels that share a mood; about one person in five says the same five times."""
    mood = chance.normal(0, 0.9)
    if chance.random() < 0.12:
        return [4 if mood < 0 else 5] * 5
    satisfied = chance.random(5) < 1 / (1 + np.exp(-(2.0 + mood)))
    high = np.where(chance.random(5) < 0.42, 5, 4)
    low = chance.choice([3, 2, 1], 5, p=[0.62, 0.27, 0.11])
    return [int(level) for level in np.where(satisfied, high, low)]


def stuffed(
    chance: np.random.Generator, way: str, day: date, tablets: int, count: int, start: int
) -> list[Waiting]:
    """Answers that somebody puts in for others, at one tablet."""
    tablet, first = int(chance.integers(tablets)), float(chance.integers(450, 960))
    step = {"at once": 0.25, "in an hour": 60 / max(count, 20), "identical, slow hand": 6.0}.get(way, 90.0)
    found = []
    for place in range(count):
        careful = way == "few a day, careful"
        levels = [int(level) for level in chance.choice([4, 5], 5)] if careful else [5] * 5
        seconds = float(chance.uniform(18, 40)) if careful else float(chance.uniform(5, 9))
        if way == "identical, slow hand":
            seconds = float(chance.uniform(15, 30))
        minute = min(first + step * place, 1019.0)
        found.append(waiting(day, minute, tablet, levels, seconds, start + place))
    return found


def mixed(answers: list[Waiting], day: date) -> Iterator[tuple[list[Waiting], list[Waiting]]]:
    """Give what leaves together and all that waits then, as the program mixes through the day."""
    coming = sorted(answers, key=lambda answer: answer.minute, reverse=True)
    here: list[Waiting] = []
    for minute in range(450, 1030):
        while coming and coming[-1].minute <= minute:
            here.append(coming.pop())
        if max(Counter(answer.device_id for answer in here).values(), default=0) < CELL:
            continue
        now = datetime.combine(day, time(minute // 60, minute % 60), UTC)
        releases = plan_releases(may_leave(here, now - SETTLES), today=day, returned={})
        if releases:
            gone = {release.answer.id for release in releases}
            yield [release.answer for release in releases], here
            here = [answer for answer in here if answer.id not in gone]
    if here:
        yield here, here


def flagged(answers: list[Waiting], day: date, known: Usual) -> dict[bytes, int]:
    """Give the signals of a day's answers as mixing sets them."""
    bits: dict[bytes, int] = {}
    seen = SeenToday()
    for leaving, here in mixed(answers, day):
        found = quality.flag_bits(here, known, mixed=seen.beside(1, here, today=day))
        seen.add(1, leaving, today=day)
        bits |= {answer.id: found[answer.id] for answer in leaving}
    return bits


def content(chance: np.random.Generator, people: list[Waiting], tablets: int) -> list[Waiting]:
    """Let many say 5 throughout, more on some days of a tablet and fewer on others."""
    moods = chance.normal(CONTENT, MOOD, tablets)
    return [
        replace(one, levels=bytes([5] * 5)) if chance.random() < moods[one.device_id or 0] else one
        for one in people
    ]


def plan(chance: np.random.Generator, way: str, expected: float) -> dict[int, int]:
    """Give the days on which something is put in, and how much: 5 % of the year."""
    total = round(expected * STUFFED_SHARE)
    size = 3 if way == "few a day, careful" else 25
    sittings = max(1, round(total / size))
    days = chance.choice(np.arange(20, DAYS), min(sittings, DAYS - 20), replace=False)
    return {int(day): size for day in days}


def years(way: str, tablets: int, mean: float, runs: int, seed: int) -> Iterator[tuple[int, int, int, int]]:
    """Give for each year: stuffed answers, those on days of the list, those flagged, honest days on it."""
    for run in range(runs):
        chance = np.random.default_rng([seed, run])
        put_in = {} if way == HONEST else plan(chance, way, tablets * mean * DAYS)
        past, total, listed, several_put_in, false_days = Past(), 0, 0, 0, 0
        for number in range(DAYS):
            day = date(2026, 1, 5) + timedelta(days=number // 5 * 7 + number % 5)
            people = honest(chance, day, tablets, mean, 0)
            if way == HONEST:
                people = content(chance, people, tablets)
            others = stuffed(chance, way, day, tablets, put_in.get(number, 0), 10_000)
            both = people + others
            bits = flagged(both, day, past.usual(tablets))
            past.learn(both, bits)
            several = {identity for identity, bit in bits.items() if quality.has_several(bit)}
            total += len(others)
            several_put_in += sum(one.id in several for one in others)
            if is_noteworthy(len(several), len(both)):
                listed += len(others)
                false_days += not others
        yield total, listed, several_put_in, false_days


def main(arguments: list[str]) -> int:
    runs = 1 if "--quick" in arguments else 5
    began, missed = perf_counter(), False
    sys.stdout.write(f"{runs} unit-years each\n")
    for size, (tablets, mean) in SIZES.items():
        for way in (*WAYS, HONEST):
            found = np.array(list(years(way, tablets, mean, runs, seed=2026)))
            stuffed_answers, listed, several, false_days = found.sum(axis=0)
            recall = listed / stuffed_answers if stuffed_answers else np.nan
            low = way in JUDGED and recall < TARGET_RECALL
            bad = way not in UNJUDGED and (low or false_days / runs > TARGET_FALSE_DAYS)
            missed |= bool(bad)
            share = several / stuffed_answers if stuffed_answers else np.nan
            sys.stdout.write(
                f"{size:34s} {way:22s} on days of the list {recall:6.1%}; with several signals "
                f"{share:6.1%}; honest days on the list {false_days / runs:4.2f} a year"
                f"{'  MISSED' if bad else '  (not judged)' if way in UNJUDGED else ''}\n"
            )
            sys.stdout.flush()
    sys.stdout.write(f"{perf_counter() - began:.0f} s\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
