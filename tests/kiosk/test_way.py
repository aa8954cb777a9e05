"""The way of one person through the questions."""

from __future__ import annotations

from typing import Any

import pytest
from scipy.stats import chisquare
from tablet_modules import Run, shape

from survey.instrument import Instrument

pytestmark = pytest.mark.browser

WAY = """
  const flow = await load("flow");
  const {instrument, fields = [{code: "land"}], picks = 0} = given;
  const setup = {instrument, fields, pick: () => picks};
  let visit = flow.begin({language: "vi", at: 1000}, setup);
  const seen = [];
  for (const value of given.taps) {
    const step = flow.currentStep(setup, visit);
    seen.push(step.screen === "item" ? step.item.code : step.screen);
    visit = value === "back" ? flow.back(visit) : flow.answer(setup, visit, value);
  }
  const finished = flow.isFinished(setup, visit);
  const answered = flow.isAnswered(setup, visit);
  const sent = finished ? flow.submission(setup, visit, {key: "k", version: 1, at: 41000}) : null;
  return {seen, finished, answered, sent};
"""


def way(
    run: Run, instrument: Instrument, taps: str, *, reasons: bool = False, **given: Any
) -> dict[str, Any]:
    form = shape(instrument, reasons=reasons)
    result: dict[str, Any] = run(WAY, {"instrument": form, "taps": taps.split(), **given})
    return result


def test_five_answers_after_stage_and_field_make_a_whole_form(run: Run, instrument: Instrument) -> None:
    result = way(run, instrument, "result land 5 4 3 2 na")
    assert result["seen"] == ["stage", "field", "A1", "B1", "C1", "D1", "E1"]
    assert result["sent"] == {
        "key": "k",
        "version": 1,
        "stage": "result",
        "field": "land",
        "drawn": ["A1", "B1", "C1", "D1", "E1"],
        "answers": {"A1": "5", "B1": "4", "C1": "3", "D1": "2", "E1": "na"},
        "sent_feedback": None,
        "reasons": [],
        "language": "vi",
        "duration_s": 40,
    }


@pytest.mark.parametrize(
    ("taps", "seen", "feedback", "answers"),
    [
        pytest.param(
            "filing skip 5 5 5 no",
            "stage field A2 B2 C2 feedback",
            False,
            {"A2", "B2", "C2"},
            id="no feedback",
        ),
        pytest.param(
            "filing skip 5 5 5 yes 1",
            "stage field A2 B2 C2 feedback E2",
            True,
            {"A2", "B2", "C2", "E2"},
            id="feedback",
        ),
        pytest.param(
            "filing skip 5 5 5 yes back no",
            "stage field A2 B2 C2 feedback E2 feedback",
            False,
            {"A2", "B2", "C2"},
            id="feedback taken back",
        ),
    ],
)
def test_the_question_about_feedback_decides_whether_e2_is_asked(
    run: Run, instrument: Instrument, taps: str, seen: str, feedback: bool, answers: set[str]
) -> None:
    result = way(run, instrument, taps, picks=2)
    assert result["seen"] == seen.split()
    assert result["finished"]
    assert result["sent"]["drawn"] == ["A2", "B2", "C2", "E2"]
    assert result["sent"]["sent_feedback"] is feedback
    assert set(result["sent"]["answers"]) == answers


def test_why_is_asked_once_about_the_lowest_level_when_all_is_answered(
    run: Run, instrument: Instrument
) -> None:
    result = way(run, instrument, "filing skip 2 3 1 1 staff_manner", reasons=True)
    assert result["seen"] == ["stage", "field", "A1", "B1", "C1", "E1", "reason"]
    assert result["finished"]
    assert result["sent"]["reasons"] == ["staff_manner"]
    assert way(run, instrument, "filing skip 2 3 1 1 skip", reasons=True)["sent"]["reasons"] == []
    # Nobody is asked about what is bearable.
    assert "reason" not in way(run, instrument, "filing skip 3 4 na 5", reasons=True)["seen"]


def test_among_equally_low_levels_chance_says_which_is_asked_about(run: Run, instrument: Instrument) -> None:
    asked = run(
        """
        const [flow, {pickEvenly}] = [await load("flow"), await load("chance")];
        const random = seeded(3), pick = (count) => pickEvenly(count, random);
        const setup = {instrument: given, fields: [], pick}, asked = {};
        for (let person = 0; person < 2000; person += 1) {
          let visit = flow.begin({language: "vi", at: 0}, setup);
          for (const value of ["result", "1", "1", "1", "1", "1"]) {
            const {screen} = flow.currentStep(setup, visit);
            if (screen === "feedback") visit = flow.answer(setup, visit, "yes");
            visit = flow.answer(setup, visit, value);
          }
          const {screen, dimension} = flow.currentStep(setup, visit);
          // Going back and forth asks about the same.
          const again = flow.currentStep(setup, flow.answer(setup, flow.back(visit), "1")).dimension;
          if (screen !== "reason" || again !== dimension) throw new Error(`${screen} ${again.code}`);
          asked[dimension.code] = (asked[dimension.code] ?? 0) + 1;
        }
        return asked;
        """,
        shape(instrument, reasons=True),
    )
    assert set(asked) == {dimension.code for dimension in instrument.dimensions}
    assert chisquare(list(asked.values())).pvalue > 0.001, asked


def test_who_changes_a_low_level_is_not_counted_for_the_reason(run: Run, instrument: Instrument) -> None:
    result = way(run, instrument, "filing skip 5 5 5 1 back 4", reasons=True)
    assert result["seen"] == ["stage", "field", "A1", "B1", "C1", "E1", "reason", "E1"]
    assert result["finished"]
    assert result["sent"]["reasons"] == []


def test_who_goes_away_at_the_last_reason_has_answered(run: Run, instrument: Instrument) -> None:
    def answered(taps: str) -> bool:
        return bool(way(run, instrument, taps, reasons=True)["answered"])

    assert answered("filing skip 5 1 5 1")
    assert not answered("filing skip 5 5 1"), "a question is still open"
    assert not answered("filing skip 5 5 5 1 back"), "a question is open again"
    assert not answered("filing skip")


def test_only_the_way_that_was_taken_in_the_end_is_sent(run: Run, instrument: Instrument) -> None:
    result = way(run, instrument, "result land 1 1 1 back back back back back filing skip 5 5 5 5")
    assert result["sent"]["stage"] == "filing"
    assert result["sent"]["field"] is None
    assert result["sent"]["answers"] == {"A1": "5", "B1": "5", "C1": "5", "E1": "5"}


def test_going_back_to_the_stage_does_not_draw_again(run: Run, instrument: Instrument) -> None:
    drawn = run(
        """
        const flow = await load("flow");
        let turn = 0;
        const setup = {instrument: given, fields: [], pick: (count) => (turn += 1) % count};
        let visit = flow.begin({language: "vi", at: 0}, setup);
        const draws = [];
        for (const stage of ["result", "filing", "result", "filing"]) {
          visit = flow.answer(setup, visit, stage);
          draws.push(visit.draws[stage].join());
          visit = flow.back(visit);
        }
        return draws;
        """,
        shape(instrument),
    )
    assert drawn[0] == drawn[2]
    assert drawn[1] == drawn[3]


def test_without_fields_nobody_is_asked_for_one(run: Run, instrument: Instrument) -> None:
    assert way(run, instrument, "other 1 1 1 1", fields=[])["seen"] == ["stage", "A1", "B1", "C1", "E1"]


def test_what_is_known_beforehand_is_not_asked(run: Run, instrument: Instrument) -> None:
    seen = run(
        """
        const flow = await load("flow");
        const setup = {instrument: given, fields: [{code: "land"}], pick: () => 0};
        return [{}, {field: "land"}, {stage: "result"}, {stage: "result", field: "land"}].map((known) => {
          let visit = flow.begin({language: "vi", at: 0}, setup, known);
          const seen = [];
          while (!flow.isFinished(setup, visit)) {
            const {screen} = flow.currentStep(setup, visit);
            seen.push(screen);
            visit = flow.answer(setup, visit, {stage: "result", field: "land", item: "5"}[screen]);
          }
          const {stage, field} = flow.submission(setup, visit, {key: "k", version: 1, at: 0});
          return [seen.filter((screen) => screen !== "item").join(), stage, field, seen.length];
        });
        """,
        shape(instrument),
    )
    assert [row[0] for row in seen] == ["stage,field", "stage", "field", ""]
    assert all(row[1:3] == ["result", "land"] for row in seen)
    assert [row[3] for row in seen] == [7, 6, 6, 5]
