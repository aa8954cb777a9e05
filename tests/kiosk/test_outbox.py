"""How entries and counts leave the tablet: pauses, lost replies, refusals."""

from __future__ import annotations

import pytest
from tablet_modules import Run

from survey.services.tablets import screen_counts

pytestmark = pytest.mark.browser

OUTBOX = """
  const {Outbox, pauseAfter} = await load("send");
  const posts = [];
  const accept = (entries) => ({status: 200, results: entries.map(({key}) => ({key, result: "accepted"}))});
  let reply = accept;
  const post = async (entries) => {
    const keys = entries.map((entry) => entry.key).join("");
    posts.push({at: clock.now(), keys, ago: entries[0].seconds_ago});
    return reply(entries);
  };
  const outbox = new Outbox({post, timers: clock});
  const outcomes = {};
  const add = (key) => { outbox.add({key}).then((outcome) => { outcomes[key] = outcome; }); };
"""


def test_an_entry_leaves_only_when_the_server_has_named_its_key(run: Run) -> None:
    result = run(
        OUTBOX
        + """
        reply = () => { throw new TypeError("no network"); };
        add("a");
        await clock.pass(20000);
        const meanwhile = [outbox.waiting, outbox.failures > 3, {...outcomes}];
        reply = () => ({status: 200, results: [{key: "z", result: "accepted"}]});
        await clock.pass(40000);
        const unnamed = outbox.waiting;
        reply = accept;
        await clock.pass(40000);
        const pauses = posts.slice(1).map((one, index) => one.at - posts[index].at);
        return {meanwhile, unnamed, outcomes, waiting: outbox.waiting, pauses, last: posts[posts.length - 1]};
        """,
        None,
    )
    assert result["meanwhile"] == [1, True, {}]
    assert result["unnamed"] == 1
    assert result["outcomes"] == {"a": "stored"}
    assert result["waiting"] == 0
    # It waits longer after each failure, and says how long ago the answer was given.
    assert result["pauses"] == sorted(result["pauses"], key=lambda ms: min(ms, 20_000))
    assert result["last"]["ago"] == pytest.approx(result["last"]["at"] / 1000)


def test_pauses_double_up_to_half_a_minute(run: Run) -> None:
    pauses = run(
        """
        const {pauseAfter} = await load("send");
        return [1, 2, 3, 6, 20].map((n) => pauseAfter(n, () => 0.5));
        """,
        None,
    )
    assert pauses == [1000, 2000, 4000, 30000, 30000]


def test_a_new_answer_is_tried_at_once_together_with_those_that_wait(run: Run) -> None:
    result = run(
        OUTBOX
        + """
        reply = () => { throw new TypeError("no network"); };
        add("a");
        await clock.pass(60000);
        const before = posts.length;
        reply = accept;
        add("b");
        await clock.pass(0);
        return {tried: posts.slice(before).map((one) => one.keys), outcomes};
        """,
        None,
    )
    assert result == {"tried": ["ab"], "outcomes": {"a": "stored", "b": "stored"}}


def test_a_lost_reply_is_sent_again_under_the_same_key(run: Run) -> None:
    result = run(
        OUTBOX
        + """
        const stored = new Set();
        reply = (entries) => {
          const results = entries.map(({key}) => ({key, result: stored.has(key) ? "duplicate" : "accepted"}));
          const lost = !stored.has("a");
          for (const {key} of entries) stored.add(key);
          if (lost) throw new TypeError("the reply got lost");
          return {status: 200, results};
        };
        add("a");
        await clock.pass(5000);
        return {posts: posts.map((one) => one.keys), outcomes};
        """,
        None,
    )
    assert result == {"posts": ["a", "a"], "outcomes": {"a": "stored"}}


def test_what_the_server_refuses_is_put_aside_and_said(run: Run) -> None:
    result = run(
        OUTBOX
        + """
        const refuse = ({key}) => ({key, result: "rejected", code: "x"});
        reply = (entries) => ({status: 200, results: entries.map(refuse)});
        add("a");
        await clock.pass(0);
        const refused = outbox.refused.map(({entry, code}) => [entry.key, code]);
        return {outcomes, waiting: outbox.waiting, refused};
        """,
        None,
    )
    assert result == {"outcomes": {"a": "refused"}, "waiting": 0, "refused": [["a", "x"]]}


def test_an_entry_that_breaks_the_server_does_not_hold_up_the_others(run: Run) -> None:
    result = run(
        OUTBOX
        + """
        const breaks = ({key}) => key === "a";
        reply = (entries) => (entries.some(breaks) ? {status: 500, results: []} : accept(entries));
        add("a"); add("b"); add("c");
        await clock.pass(600000);
        return {outcomes, waiting: outbox.waiting};
        """,
        None,
    )
    assert result == {"outcomes": {"b": "stored", "c": "stored"}, "waiting": 1}


def test_an_unknown_tablet_keeps_what_it_holds(run: Run) -> None:
    result = run(
        OUTBOX
        + """
        reply = () => ({status: 401, results: []});
        add("a");
        await clock.pass(60000);
        const unknown = [outbox.unknownDevice, outbox.waiting];
        reply = accept;
        await clock.pass(60000);
        return {unknown, known: [outbox.unknownDevice, outbox.waiting], outcomes};
        """,
        None,
    )
    assert result == {"unknown": [True, 1], "known": [False, 0], "outcomes": {"a": "stored"}}


def test_counts_that_did_not_get_through_are_counted_with_the_next(run: Run) -> None:
    counts = run(
        """
        const {ScreenCounts} = await load("counts");
        const counts = new ScreenCounts(() => clock.at);
        const answer = (screen, ms) => { counts.saw(screen); clock.at += ms; counts.answered(screen); };
        counts.saw("visit");
        answer("stage", 2999);
        // Coming back does not count again, neither the screen nor its time.
        answer("stage", 60000);
        counts.saw("access");
        counts.leftAt("access");
        counts.answered("comment");
        counts.endVisit();
        const first = counts.take();
        answer("stage", 3000);
        answer("access", 120000);
        counts.putBack(first);
        return [first, counts.take(), counts.take()];
        """,
        None,
    )
    assert counts == [
        {
            "seen": {"visit": 1, "stage": 1, "access": 1},
            "left": {"access": 1},
            "times": {"stage": [1, 0, 0, 0, 0, 0, 0, 0]},
        },
        {
            "seen": {"visit": 1, "stage": 2, "access": 2},
            "left": {"access": 1},
            "times": {"stage": [1, 1, 0, 0, 0, 0, 0, 0], "access": [0, 0, 0, 0, 0, 0, 0, 1]},
        },
        None,
    ]


def test_tablet_and_server_count_time_in_the_same_classes(run: Run) -> None:
    ends = run('return (await load("counts")).TIME_CLASSES_S;', None)
    assert ends == list(screen_counts.TIME_CLASSES_S)


def test_what_waits_is_never_told_as_nothing_while_it_is_counted(run: Run) -> None:
    """A heartbeat may come back just then and show how much there is to send."""
    waiting = run(
        OUTBOX
        + """
        reply = () => { throw new TypeError("no network"); };
        const {MemoryStore} = await load("send");
        const told = [];
        class Slow extends MemoryStore {
          async count() {
            told.push(slow.waiting);
            return super.count();
          }
        }
        const slow = new Outbox({post, store: new Slow(), timers: clock});
        slow.add({key: "a"});
        await clock.pass(20000);
        return told;
        """
    )
    assert len(waiting) > 3
    assert set(waiting) == {1}
