"""Does the fan hold what comes, and is a chance of 80 % right in 80 years of 100? By simulated years.

    python -m benchmarks.forecast_coverage [--years 2000] [--seed 2026]

Each year is drawn day by day (days differ, the items of a person agree), cut at the end of a month, and
forecast by the function of the page, :func:`analysis.forecast.of_months`, with the rest of the year at the
pace so far. What came is the index of the whole simulated year. The years:

``no change``  one level all year;
``months``     each month its own level, 1.5 points apart (standard deviation), without memory;
``drift``      up or down by 4 points from January to December, evenly;
``wander``     a random walk of 1 point a month;
``season``     a wave of 3 points, its crest in any month: no forecast from one year can know it;
``jump``       6 points up or down on one day, any day of the year: no forecast can know it.

Judged beyond two Monte Carlo errors: the 90 % fan covers at least 88 % in the first four kinds of year;
in these chances of 80 % and more come true in at least 75 %, chances below 20 % in at most 25 %. The last
two are reported.
The exit code is 1 when anything misses.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis import forecast
from analysis.estimate import estimate_rows
from analysis.forecast import Forecast
from analysis.layout import Layout
from analysis.results import IndexEstimate
from analysis.scale import NOT_APPLICABLE
from analysis.tables import RatingTable
from benchmarks.coverage_designs import DAY_ICC, ITEM_ICC, NOT_APPLICABLE_SHARE, NOT_SATISFIED, SATISFIED

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

DAYS, MONTHS = 252, 12  # days the desk is open
ITEMS = 3
YEARS_AT_ONCE = 200
ITEM_SHIFTS = np.array([0.02, 0.0, -0.02])
LAYOUT = Layout((("index", tuple(f"i{number + 1}" for number in range(ITEMS))),))
FANS = (0.5, 0.8, 0.9)
BINS = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
UNFORESEEABLE = ("season", "jump")
LEAST_COVERAGE = 0.88
LIKELY_COMES_TRUE, UNLIKELY_COMES_TRUE = 0.75, 0.25

Path = Callable[[np.random.Generator, int], Floats]


def _no_change(rng: np.random.Generator, years: int) -> Floats:
    return np.zeros((years, DAYS))


def _months(rng: np.random.Generator, years: int) -> Floats:
    return np.repeat(rng.normal(0.0, 0.015, (years, MONTHS)), DAYS // MONTHS, axis=1)


def _drift(rng: np.random.Generator, years: int) -> Floats:
    return rng.choice([-1.0, 1.0], (years, 1)) * np.linspace(-0.02, 0.02, DAYS)


def _wander(rng: np.random.Generator, years: int) -> Floats:
    steps = rng.normal(0.0, 0.01 / np.sqrt(DAYS / MONTHS), (years, DAYS))
    return np.cumsum(steps, axis=1)


def _season(rng: np.random.Generator, years: int) -> Floats:
    crest = rng.uniform(0.0, 1.0, (years, 1))
    return 0.03 * np.cos(2 * np.pi * (np.arange(DAYS) / DAYS - crest))


def _jump(rng: np.random.Generator, years: int) -> Floats:
    day = rng.integers(0, DAYS, (years, 1))
    return rng.choice([-0.06, 0.06], (years, 1)) * (np.arange(DAYS) >= day)


KINDS: dict[str, Path] = {
    "no change": _no_change,
    "months": _months,
    "drift": _drift,
    "wander": _wander,
    "season": _season,
    "jump": _jump,
}


@dataclass(frozen=True)
class Years:
    """Simulated years: whose day every person came, and the estimates of every stretch."""

    whole: list[IndexEstimate]
    months: list[list[IndexEstimate]]
    until: dict[int, list[IndexEstimate]]
    level: Floats  # about which each year was drawn


def simulate(path: Path, persons: int, cuts: tuple[int, ...], rng: np.random.Generator, years: int) -> Years:
    level = rng.uniform(0.76, 0.93, years)
    shares = np.clip(level[:, np.newaxis] + path(rng, years), 0.02, 0.985)
    count = rng.poisson(persons, years)
    year = np.repeat(np.arange(years), count)
    day = rng.integers(0, DAYS, len(year))
    levels = _answers(rng, shares, year, day)
    cluster = year * DAYS + day
    table = RatingTable.of(LAYOUT, levels, stratum=year, cluster=cluster)
    month = day // (DAYS // MONTHS)

    def estimates(domain: Integers, domains: int) -> list[IndexEstimate]:
        found = estimate_rows(table, domain, domains)
        return [found.survey_estimate(number).dimensions["index"] for number in range(domains)]

    by_month = estimates(year * MONTHS + month, years * MONTHS)
    return Years(
        whole=estimates(year, years),
        months=[by_month[number * MONTHS : (number + 1) * MONTHS] for number in range(years)],
        until={cut: estimates(np.where(month < cut, year, -1), years) for cut in cuts},
        level=level,
    )


def _answers(
    rng: np.random.Generator, shares: Floats, year: Integers, day: Integers
) -> npt.NDArray[np.uint8]:
    """Draw answers by the latent opinion of :mod:`benchmarks.coverage_designs`, the share moving by day."""
    by_day = rng.standard_normal(shares.shape) * np.sqrt(DAY_ICC)
    by_person = rng.standard_normal(len(year)) * np.sqrt(ITEM_ICC - DAY_ICC)
    own = rng.standard_normal((len(year), ITEMS)) * np.sqrt(1.0 - ITEM_ICC)
    opinion = (by_day[year, day] + by_person)[:, np.newaxis] + own
    wanted = special.ndtri(np.clip(shares[year, day][:, np.newaxis] + ITEM_SHIFTS, 0.01, 0.99))
    levels = np.where(opinion < wanted, SATISFIED, NOT_SATISFIED).astype(np.uint8)
    levels[rng.random(levels.shape) < NOT_APPLICABLE_SHARE] = NOT_APPLICABLE
    return levels


def foretell(so_far: IndexEstimate, months: list[IndexEstimate], cut: int, threshold: float) -> Forecast:
    """As the page does (:mod:`survey.services.pages.forecasts`), without a year before."""
    return forecast.of_months(
        so_far,
        months[:cut],
        remaining=round(so_far.n * (MONTHS - cut) / cut),
        months_ahead=MONTHS - cut,
        threshold=threshold,
    )


def quantiles(found: Forecast, probability: float) -> tuple[float, float]:
    """Give the fan of a probability, made of the distribution that the forecast has."""
    chances = np.cumsum(forecast.beta_binomial(found.remaining, found.posterior_a, found.posterior_b))
    ends = (np.searchsorted(chances, one - 1e-12) for one in ((1 - probability) / 2, (1 + probability) / 2))
    size = found.n + found.remaining
    low, high = ((found.share * found.n + int(end)) / size for end in ends)
    return low, high


@dataclass
class Score:
    """What came of the forecasts of one kind of year."""

    name: str
    years: int
    covered: dict[float, float]
    width: float
    chances: Floats
    came: npt.NDArray[np.bool_]

    def misses(self) -> list[str]:
        if self.name.split(",")[0] in UNFORESEEABLE:
            return []
        share = self.covered[0.9]
        found = ["coverage"] if share + 2 * np.sqrt(share * (1 - share) / self.years) < LEAST_COVERAGE else []
        for says, event, wrong in (
            ("likely", self.chances >= forecast.LIKELY, lambda s, e: s + 2 * e < LIKELY_COMES_TRUE),
            ("unlikely", self.chances < forecast.UNLIKELY, lambda s, e: s - 2 * e > UNLIKELY_COMES_TRUE),
        ):
            if event.sum() >= 50:
                came = float(self.came[event].mean())
                if wrong(came, np.sqrt(came * (1 - came) / event.sum())):
                    found.append(says)
        return found


def score(kind: str, persons: int, cut: int, drawn: list[Years], rng: np.random.Generator) -> Score:
    covered = dict.fromkeys(FANS, 0)
    widths, chances, came = [], [], []
    for years in drawn:
        for number, so_far in enumerate(years.until[cut]):
            actual = years.whole[number].index
            threshold = round(float(years.level[number] + rng.uniform(-0.035, 0.035)), 2)
            found = foretell(so_far, years.months[number], cut, threshold)
            for fan in FANS:
                low, high = quantiles(found, fan)
                covered[fan] += low - 1e-9 <= actual <= high + 1e-9
            widths.append(found.year_end.q95 - found.year_end.q05)
            chances.append(found.probability)
            came.append(actual >= threshold)
    total = len(widths)
    return Score(
        f"{kind}, {persons} persons, after {cut} months",
        total,
        {fan: count / total for fan, count in covered.items()},
        float(np.mean(widths)),
        np.array(chances),
        np.array(came),
    )


def reliability(scores: list[Score]) -> None:
    """Print how often a goal came, by the chance that was said."""
    chances, came = np.concatenate([s.chances for s in scores]), np.concatenate([s.came for s in scores])
    print("\nchance said      forecasts   mean said   came true")
    for low, high in pairwise(BINS):
        inside = (chances >= low) & ((chances < high) | (high == 1.0))
        if inside.any():
            said, true = chances[inside].mean(), came[inside].mean()
            print(f"{low:5.0%} – {high:5.0%} {inside.sum():12d} {said:11.1%} {true:11.1%}")
    print(f"Brier score {np.mean((chances - came) ** 2):.4f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=2000, help="years of each kind")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--persons", type=int, nargs="*", default=[300, 1240])
    parser.add_argument("--cuts", type=int, nargs="*", default=[3, 6, 9])
    given = parser.parse_args()
    started = time.monotonic()
    missed, plausible, unforeseeable = False, list[Score](), list[Score]()
    print(f"{'years':42s} {'50 %':>7s} {'80 %':>7s} {'90 %':>7s} {'width':>7s}")
    for persons in given.persons:
        for kind, path in KINDS.items():
            rng = np.random.default_rng([given.seed, persons, *kind.encode()])
            left, drawn = given.years, []
            while left > 0:
                drawn.append(simulate(path, persons, tuple(given.cuts), rng, min(YEARS_AT_ONCE, left)))
                left -= YEARS_AT_ONCE
            for cut in given.cuts:
                found = score(kind, persons, cut, drawn, rng)
                wrong = found.misses()
                missed |= bool(wrong)
                (unforeseeable if kind in UNFORESEEABLE else plausible).append(found)
                shares = " ".join(f"{found.covered[fan]:7.1%}" for fan in FANS)
                said = ", ".join(wrong) or ("reported" if kind in UNFORESEEABLE else "ok")
                print(f"{found.name:42s} {shares} {found.width:7.3f}  {said}", flush=True)
    print("\nNo change, months, drift, wander:")
    reliability(plausible)
    print("\nSeason, jump:")
    reliability(unforeseeable)
    print(f"\n{time.monotonic() - started:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
