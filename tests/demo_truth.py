"""What is true of the simulated year, told from its citizens one by one: no estimate of the product is asked.

`python tests/demo_truth.py` prints it. The test of an officer's questions holds the pages against this.
"""

from __future__ import annotations

import math
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from survey.enums import Stage  # noqa: E402 - after the checkout is on the path
from survey.instrument import Instrument  # noqa: E402
from survey.services.simulation import demo, demo_citizens  # noqa: E402
from survey.services.simulation.demo_citizens import AnswerDraft, Day  # noqa: E402

Z_ONE_SIDED = 1.645
THRESHOLDS = {"access": 0.80, "procedure": 0.85, "staff": 0.85, "outcome": 0.80, "petitions": 0.80}


@dataclass(frozen=True, slots=True)
class Truth:
    """Answers to what an officer asks of the year."""

    returned: int
    answered: int  # who received a result
    safe: frozenset[str]
    lost: frozenset[str]
    undecided: frozenset[str]
    lowest_item: dict[str, str]
    change_month: int  # from which month the result is another
    spike: float  # standard deviations of months by which March differs from the other months in petitions
    weak_counter: str
    weak_dimension: str
    stuffed_day: date
    stuffed_answers: int
    far_in_september: frozenset[str]  # what the threshold asked of the rest of the year was hardly possible


def tell(instrument: Instrument) -> Truth:
    days = list(demo_citizens.simulate(instrument, year=demo.YEAR, seed=demo.SEED))
    year = Year(instrument, days)
    verdicts = {code: year.verdict(code) for code in THRESHOLDS}
    counter, dimension = year.weakest_counter()
    day, stuffed = year.most_alike_day()
    return Truth(
        returned=sum(len(one.dossiers) for one in days),
        answered=len(year.answers),
        safe=frozenset(code for code, said in verdicts.items() if said == "safe"),
        lost=frozenset(code for code, said in verdicts.items() if said == "lost"),
        undecided=frozenset(code for code, said in verdicts.items() if said == "undecided"),
        lowest_item={code: year.lowest_item(code) for code in THRESHOLDS},
        change_month=year.change_month("outcome"),
        spike=year.distance_of_month("petitions", 3),
        weak_counter=counter,
        weak_dimension=dimension,
        stuffed_day=day,
        stuffed_answers=stuffed,
        far_in_september=frozenset(code for code in THRESHOLDS if year.is_far(code, date(demo.YEAR, 9, 30))),
    )


class Year:
    """Who received a result, and what they said."""

    def __init__(self, instrument: Instrument, days: Sequence[Day]) -> None:
        self.items = {one.code: [item.code for item in one.items] for one in instrument.dimensions}
        self.drawn_from = {item: len(items) for items in self.items.values() for item in items}
        self.answers = [answer for day in days for answer in day.answers if answer.stage is Stage.RESULT]

    def share(self, items: Sequence[str], keep: Callable[[AnswerDraft], bool] = lambda _one: True) -> float:
        """Mean over items of the share of levels 4 and 5 among levels 1 to 5.

        Who was asked one item of several stands for as many answers as there were items to draw from.
        """
        shares = []
        for item in items:
            given = [
                (one.answers[item], self.drawn_from[item] if one.drawn else 1)
                for one in self.answers
                if keep(one) and one.answers.get(item, 9) <= 5
            ]
            if given:
                satisfied = sum(weight for level, weight in given if level >= 4)
                shares.append(satisfied / sum(weight for _level, weight in given))
        return sum(shares) / len(shares)

    def persons(self, code: str, keep: Callable[[AnswerDraft], bool] = lambda _one: True) -> int:
        own = set(self.items[code])
        return sum(keep(one) and any(one.answers.get(item, 9) <= 5 for item in own) for one in self.answers)

    def verdict(self, code: str) -> str:
        """Both the threshold and last year, one-sided at 5 %, by the plain binomial variance."""
        found, n = self.share(self.items[code]), self.persons(code)
        error = math.sqrt(found * (1 - found) / n)
        before, n_before = demo.BASELINE_2023[next(d for d in demo.BASELINE_2023 if d.value == code)]
        error_before = math.hypot(error, math.sqrt(before * (1 - before) / n_before))
        lead, rise = found - THRESHOLDS[code], found - before
        if lead > Z_ONE_SIDED * error and rise > Z_ONE_SIDED * error_before:
            return "safe"
        if lead < -Z_ONE_SIDED * error:
            return "lost"
        return "undecided"

    def is_far(self, code: str, day: date) -> bool:
        """Say whether the year ends below the threshold unless the people to come say something else.

        As many come as until now, by the days that are left; what they say has the variance of a share of
        theirs and that of the share so far.
        """

        def came(one: AnswerDraft) -> bool:
            return one.day <= day

        found, n = self.share(self.items[code], came), self.persons(code, came)
        passed = (day - date(day.year, 1, 1)).days + 1
        rest = n * (365 - passed) / passed
        error = rest / (n + rest) * math.sqrt(found * (1 - found) * (1 / n + 1 / rest))
        return THRESHOLDS[code] - found > Z_ONE_SIDED * error

    def lowest_item(self, code: str) -> str:
        return min(self.items[code], key=lambda item: self.share([item]))

    def change_month(self, code: str) -> int:
        """The month from which on the two parts of the year differ most, by the statistic of two shares."""

        def distance(month: int) -> float:
            def early(one: AnswerDraft) -> bool:
                return one.day.month < month

            def late(one: AnswerDraft) -> bool:
                return one.day.month >= month

            items = self.items[code]
            p, q = self.share(items, early), self.share(items, late)
            variance = p * (1 - p) / self.persons(code, early) + q * (1 - q) / self.persons(code, late)
            return abs(p - q) / math.sqrt(variance)

        return max(range(3, 12), key=distance)

    def distance_of_month(self, code: str, month: int) -> float:
        """By how many standard deviations between the other months a month differs from their mean."""
        shares = {
            one: self.share(self.items[code], lambda answer, m=one: answer.day.month == m)
            for one in range(1, 13)
        }
        others = [share for one, share in shares.items() if one != month]
        return (shares[month] - statistics.mean(others)) / statistics.stdev(others)

    def weakest_counter(self) -> tuple[str, str]:
        counters = sorted({one.counter for one in self.answers})
        gaps = {
            (counter, code): self.share(items, lambda one, c=counter: one.counter != c)
            - self.share(items, lambda one, c=counter: one.counter == c)
            for counter in counters
            for code, items in self.items.items()
        }
        return max(gaps, key=lambda pair: gaps[pair])

    def most_alike_day(self) -> tuple[date, int]:
        """The day with most answers that are nothing but 5 and took less than ten seconds."""
        alike = Counter(
            one.day for one in self.answers if set(one.answers.values()) == {5} and one.seconds < 10
        )
        return alike.most_common(1)[0]


if __name__ == "__main__":
    from survey.paths import seeds_dir

    print(tell(Instrument.read(seeds_dir() / "instrument.toml")))  # noqa: T201 - what it is run for
