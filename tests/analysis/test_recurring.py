"""An answer that comes back too often among others: bounded false alarms, and what is found."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import integrate

from analysis._validation import AnalysisError
from analysis.recurring import FALSE_START, LONGEST, _evidence, flag_recurring, usual_share

TOP = bytes([5] * 5)
OTHERS = [bytes(one) for one in itertools.product([1, 2, 3, 4], repeat=5)]


def flags(said: list[bytes], share: float, device: str = "k") -> np.ndarray:
    times = np.arange(float(len(said)))
    return flag_recurring(times, [device] * len(said), said, usual=lambda _one: share)


@pytest.mark.parametrize(("n", "k", "p"), [(4, 4, 0.1), (50, 27, 0.105), (70, 20, 0.3), (20, 0, 0.2)])
def test_the_evidence_is_the_mean_likelihood_ratio_of_all_larger_shares(n: int, k: int, p: float) -> None:
    def ratio(u: float) -> float:
        return (u / p) ** k * ((1 - u) / (1 - p)) ** (n - k)

    mean = integrate.quad(ratio, p, 1, epsrel=1e-11, limit=200)[0] / (1 - p)
    assert np.exp(_evidence(round(p * 1000))[n, k]) == pytest.approx(mean, rel=1e-8)


@pytest.mark.parametrize("p", [0.02, 0.1, 0.5])
def test_the_evidence_does_not_grow_by_chance(p: float) -> None:
    """A supermartingale: its mean after the next answer is what it was, or less where fewer return."""
    now = np.exp(_evidence(round(p * 1000)))
    n, k = np.arange(LONGEST)[:, np.newaxis], np.arange(LONGEST)[np.newaxis, :]
    possible = k <= n
    for true in (p, p / 2):
        then = true * now[1:, 1:] + (1 - true) * now[1:, :-1]
        assert np.all((then <= now[:-1, :-1] * (1 + 1e-9))[possible])


def test_chance_reaches_the_limit_as_seldom_as_it_is_said() -> None:
    chance = np.random.default_rng(5)
    p, starts, alarms = 0.15, 20_000, 0
    evidence, limit = _evidence(150), -np.log(FALSE_START * 100)
    for _ in range(starts):
        returns = np.cumsum(chance.random(LONGEST) < p)
        alarms += bool(np.any(evidence[np.arange(1, LONGEST + 1), returns] >= limit))
    assert alarms <= starts * FALSE_START * 100


def test_a_slow_hand_among_others_is_flagged_and_nobody_else() -> None:
    said = [TOP if place % 3 == 2 else OTHERS[place] for place in range(60)]
    assert flags(said, 0.1).tolist() == [one == TOP for one in said]
    assert not flags(said, 0.33).any(), "where a third says so each day it is usual"


def test_it_ends_when_the_evidence_is_gone() -> None:
    said = [*[TOP] * 8, *OTHERS[:140], TOP]
    assert np.flatnonzero(flags(said, 0.1)).tolist() == [*range(8)]


def test_four_alike_are_never_flagged_and_devices_are_apart() -> None:
    assert not flags([TOP] * 4, 0.001).any()
    said, devices = [TOP] * 8, ["a", "b"] * 4
    assert not flag_recurring(np.arange(8.0), devices, said, usual=lambda _one: 0.01).any()
    assert not flag_recurring(np.arange(8.0), [None] * 8, said, usual=lambda _one: 0.01).any()


def test_a_few_days_of_somebody_else_do_not_become_usual() -> None:
    honest = usual_share(np.full(100, 8), np.full(100, 100))
    mixed = np.where(np.arange(100) % 12 == 0, 40, 8)
    assert usual_share(mixed, np.full(100, 100)) == pytest.approx(honest)


def test_days_of_few_are_put_together() -> None:
    alone, together = (
        usual_share(np.tile([4, 0], 20), np.full(40, 4)),
        usual_share(np.full(8, 10), np.full(8, 20)),
    )
    assert alone == pytest.approx(usual_share(np.full(8, 12), np.full(8, 20)), abs=0.05)
    assert together < alone
    assert usual_share(np.array([3]), np.array([4])) == 0.4, "four people are no day"


def test_shares_are_checked() -> None:
    with pytest.raises(AnalysisError, match="times exceed persons"):
        usual_share(np.array([3]), np.array([2]))
    with pytest.raises(AnalysisError, match="usual"):
        flags([TOP] * 9, 1.0)
