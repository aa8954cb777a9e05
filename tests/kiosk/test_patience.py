"""How long a tablet waits for somebody."""

from __future__ import annotations

import pytest
from tablet_modules import Run

pytestmark = pytest.mark.browser

WATCH = """
  const {IdleWatch} = await load("idle");
  const said = [];
  const say = (words) => said.push(words);
  const on = {warn: (s) => say(`warn ${s}`), second: say, expire: () => say("expire")};
  const watch = new IdleWatch({warnAfterMs: 50000, countdownS: 30, on, timers: clock});
  watch.start();
"""


def test_nobody_is_cut_off_without_a_warning_that_counts_down(run: Run) -> None:
    said = run(WATCH + "await clock.pass(49000); say('quiet'); await clock.pass(31999); return said;", None)
    assert said == ["quiet", "warn 30", *range(29, 0, -1), "expire"]


def test_a_touch_puts_the_warning_off_but_not_under_it(run: Run) -> None:
    said = run(
        WATCH
        + """
        for (let turn = 0; turn < 20; turn += 1) { await clock.pass(40000); watch.touch(); }
        said.push("touched"); await clock.pass(50000); watch.touch(); await clock.pass(30000); return said;
        """,
        None,
    )
    assert said == ["touched", "warn 30", *range(29, 0, -1), "expire"]


def test_more_time_is_given_as_often_as_it_is_asked_for(run: Run) -> None:
    said = run(
        WATCH
        + """
        for (let turn = 0; turn < 12; turn += 1) { await clock.pass(50000 + 29000); watch.extend(); }
        return said.filter((one) => typeof one === "string");
        """,
        None,
    )
    assert said == ["warn 30"] * 12


def test_a_tablet_that_slept_over_the_time_starts_anew(run: Run) -> None:
    said = run(WATCH + "clock.at = 3600000; watch.touch(); return said;", None)
    assert said == ["expire"]


def test_buttons_that_rest_once_more_say_so_until_they_react(run: Run) -> None:
    said = run(
        """
        const {TapGuard} = await load("guard");
        const guard = new TapGuard(clock);
        const [part, other] = ["div", "div"].map((name) => document.createElement(name));
        const reacts = (group) => !group.hasAttribute("aria-disabled");
        const states = [];
        const look = () => states.push([reacts(part), guard.accepts({detail: 0})]);
        guard.screenChanged([part]);
        await clock.pass(300);
        guard.screenChanged([part]);
        await clock.pass(200);
        look();
        await clock.pass(200);
        look();
        guard.screenChanged([other]);
        await clock.pass(100);
        guard.screenChanged([part]);
        await clock.pass(300);
        return [...states, reacts(other)];
        """,
        None,
    )
    assert said == [[False, False], [True, True], True]
