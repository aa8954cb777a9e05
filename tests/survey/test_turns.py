"""Turns: one at a time, first come first served, and nobody is held up by who overstays."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from werkzeug.test import create_environ, run_wsgi_app

from survey.http_server import in_turns
from survey.turns import Turns

# Longer than any of these tests takes, unless somebody waits for ever.
LONG_S = 60.0


@pytest.fixture
def turns():
    return Turns(patience_s=LONG_S)


def in_threads(work, count):
    with ThreadPoolExecutor(count) as pool:
        return [one.result(LONG_S) for one in [pool.submit(work, number) for number in range(count)]]


def test_one_at_a_time_has_the_turn(turns):
    inside, most = [], []

    def work(number):
        for _ in range(20):
            with turns.taken():
                inside.append(number)
                time.sleep(0.0005)  # Python would let another thread go on here
                most.append(len(inside))
                inside.remove(number)

    in_threads(work, 8)
    assert max(most) == 1
    assert len(most) == 160


def waits(turns, count):
    """Say whether so many come to wait for the turn."""
    for _ in range(10_000):
        if len(turns._waiting) == count:
            return True
        threading.Event().wait(0.001)
    return False


def test_who_came_first_goes_first(turns):
    order = []

    def work(number):
        with turns.taken():
            order.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    with turns.taken():
        for number, thread in enumerate(threads):
            thread.start()
            assert waits(turns, number + 1)
    for thread in threads:
        thread.join(LONG_S)
    assert order == list(range(6))


def test_who_stands_aside_lets_others_work_and_goes_on_with_the_turn(turns):
    worked = threading.Event()

    def other():
        with turns.taken():
            worked.set()

    with turns.taken():
        thread = threading.Thread(target=other)
        thread.start()
        assert waits(turns, 1)
        with turns.aside():
            assert worked.wait(LONG_S)
        assert turns._owner == threading.get_ident()
    thread.join(LONG_S)
    assert turns._owner is None


def test_a_turn_within_a_turn_is_the_same_one(turns):
    with turns.taken():
        with turns.taken():
            pass
        assert turns._owner == threading.get_ident()
    assert turns._owner is None


def test_standing_aside_without_a_turn_does_nothing(turns):
    with turns.aside():
        assert turns._owner is None
    assert turns._owner is None


@pytest.mark.parametrize("manner", ["in the turn", "aside"])
def test_a_turn_ends_with_an_error_too(turns, manner):
    with (
        pytest.raises(ZeroDivisionError),
        turns.taken(),
        nullcontext() if manner != "aside" else turns.aside(),
    ):
        raise ZeroDivisionError
    assert turns._owner is None


def test_who_overstays_holds_nobody_up_and_takes_nobodys_turn_away():
    turns = Turns(patience_s=0.01)
    others_done, inside = threading.Event(), threading.Event()

    def overstay():
        with turns.taken():
            inside.set()
            assert others_done.wait(LONG_S)
        # By now the turn is somebody else's.
        return turns._owner

    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(overstay)
        assert inside.wait(LONG_S)
        with turns.taken():
            mine = turns._owner
            others_done.set()
            assert long.result(LONG_S) == mine == threading.get_ident()
        assert turns._owner is None


def test_who_comes_when_somebody_has_overstayed_already_does_not_wait():
    turns, done = Turns(patience_s=2 * LONG_S), threading.Event()

    def overstay():
        with turns.taken():
            turns._since -= 2 * LONG_S
            done.wait(LONG_S)

    def come():
        with turns.taken():
            done.set()

    with ThreadPoolExecutor(2) as pool:
        long = pool.submit(overstay)
        while not turns._since or turns._left_s():
            time.sleep(0.001)
        pool.submit(come).result(LONG_S / 4)
        long.result(LONG_S)


def test_a_request_that_takes_long_does_not_stop_the_others():
    """The second answers while the first waits for it: without patience neither would."""
    turns, entered, answered = Turns(), threading.Event(), threading.Event()

    def app(environ, start_response):
        start_response("200 OK", [])
        if environ["PATH_INFO"] == "/long":
            entered.set()
            return [b"late" if answered.wait(LONG_S) else b"alone"]
        return [b"short"]

    served = in_turns(app, turns)
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(run_wsgi_app, served, create_environ("/long"))
        assert entered.wait(LONG_S)
        assert b"".join(run_wsgi_app(served, create_environ("/short"))[0]) == b"short"
        answered.set()
        assert b"".join(long.result(LONG_S)[0]) == b"late"
