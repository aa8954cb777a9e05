"""Which questions a tablet asks: the draw, and the keys that it makes."""

from __future__ import annotations

import pytest
from scipy.stats import chisquare
from tablet_modules import Run, shape

from survey.enums import Form, Part, Stage
from survey.instrument import Instrument

pytestmark = pytest.mark.browser

DRAWS = """
  const [{draw}, {pickEvenly}] = [await load("draw"), await load("chance")];
  const random = seeded(given.seed);
  const unfair = (count) => Math.min(random() % (count + 1), count - 1);
  const pick = given.biased ? unfair : (count) => pickEvenly(count, random);
  const counts = {};
  for (let turn = 0; turn < given.turns; turn += 1)
    for (const code of draw(given.instrument, given.stage, pick)) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
"""


@pytest.mark.parametrize("stage", [Stage.RESULT, Stage.FILING, Stage.OTHER])
def test_every_item_of_a_dimension_is_drawn_with_equal_chance(
    run: Run, instrument: Instrument, stage: Stage
) -> None:
    turns = 24_000
    given = {"instrument": shape(instrument), "stage": stage.value, "turns": turns, "seed": 20261124}
    counts = run(DRAWS, given)
    biased = run(DRAWS, {**given, "biased": True})
    weights = instrument.weights(Form.SPLIT, Part.HEADLINE if stage is Stage.RESULT else Part.OTHER_STAGES)
    for dimension, weight in zip(instrument.dimensions, weights, strict=True):
        drawn = [counts.get(item.code, 0) for item in dimension.items_asked(stage)]
        # What the estimate multiplies by is what was drawn from.
        assert len(drawn) == weight
        if drawn:
            assert sum(drawn) == turns
            assert chisquare(drawn).pvalue > 0.001, (dimension.code, drawn)
            unfair = [biased.get(item.code, 0) for item in dimension.items_asked(stage)]
            assert chisquare(unfair).pvalue < 1e-12, "the test would not see an unfair draw"


def test_a_draw_fits_what_the_server_expects(run: Run, instrument: Instrument) -> None:
    draws = run(
        """
        const [{draw}, {pickEvenly}] = [await load("draw"), await load("chance")];
        return given.stages.map((stage) => draw(given.instrument, stage, pickEvenly));
        """,
        {"instrument": shape(instrument), "stages": ["result", "filing", "other"]},
    )
    for stage, drawn in zip((Stage.RESULT, Stage.FILING, Stage.OTHER), draws, strict=True):
        instrument.check_draw(stage, drawn)


# Visits of one tablet, some of them broken off; by the way, what somebody would guess who had seen every draw.
BALANCED = """
  const [{draw, keep, AHEAD}, {pickEvenly}] = [await load("draw"), await load("chance")];
  const random = seeded(given.seed);
  const pick = (count) => pickEvenly(count, random);
  const {instrument, stage} = given;
  let kept = {}, most = 0, guessed = 0;
  const counts = {}, days = [];
  let day = {};
  for (let visit = 0; visit < given.visits; visit += 1) {
    const drawn = draw(instrument, stage, pick, kept);
    const brokenOff = random() % 100 < given.percentBrokenOff + (drawn[0] === "A1" ? given.moreForA1 : 0);
    if (brokenOff) continue;
    for (const code of drawn) counts[code] = (counts[code] ?? 0) + 1, day[code] = (day[code] ?? 0) + 1;
    if (given.balanced) kept = keep(instrument, stage, drawn, kept);
    most = Math.max(most, ...Object.values(kept));
    if (visit % 60 === 59) { days.push(day); day = {}; }
  }
  return {counts, most, days, ahead: AHEAD};
"""


@pytest.mark.parametrize("stage", [Stage.RESULT, Stage.FILING])
@pytest.mark.parametrize("broken_off", [0, 30], ids=["all finish", "a third breaks off"])
def test_every_item_has_its_share_of_the_finished_visits_of_a_day(
    run: Run, instrument: Instrument, stage: Stage, broken_off: int
) -> None:
    given = {
        "instrument": shape(instrument),
        "stage": stage.value,
        "visits": 3000,
        "percentBrokenOff": broken_off,
        # Who is asked A1 leaves more often: its share among the finished visits is the same all the same.
        "moreForA1": broken_off,
        "balanced": True,
        "seed": 7,
    }
    result = run(BALANCED, given)
    chance = run(BALANCED, {**given, "balanced": False})
    assert result["most"] <= result["ahead"] == 2
    for dimension in instrument.dimensions_asked(stage):
        codes = [item.code for item in dimension.items_asked(stage)]
        spread = [
            max(day.get(c, 0) for c in codes) - min(day.get(c, 0) for c in codes) for day in result["days"]
        ]
        # Of a whole day every item has its share, give or take what the days before left over.
        assert max(spread) <= 2 * result["ahead"], (dimension.code, spread)
        total = [result["counts"][code] for code in codes]
        assert max(total) - min(total) <= result["ahead"]
        alone = [chance["counts"][code] for code in codes]
        assert max(alone) - min(alone) > result["ahead"], "the test would not see a plain draw"


def test_each_item_is_as_likely_as_the_others_for_whoever_comes_next(
    run: Run, instrument: Instrument
) -> None:
    """On many tablets, the item of the first, second … visit: the chance 1/J stands at every place."""
    places = run(
        """
        const [{draw, keep}, {pickEvenly}] = [await load("draw"), await load("chance")];
        const random = seeded(11), pick = (count) => pickEvenly(count, random);
        const places = Array.from({length: 8}, () => ({}));
        for (let tablet = 0; tablet < 6000; tablet += 1) {
          let kept = {};
          for (const place of places) {
            const drawn = draw(given, "result", pick, kept);
            for (const code of drawn) place[code] = (place[code] ?? 0) + 1;
            kept = keep(given, "result", drawn, kept);
          }
        }
        return places;
        """,
        shape(instrument),
    )
    for place in places:
        for dimension in instrument.dimensions:
            drawn = [place.get(item.code, 0) for item in dimension.items]
            assert chisquare(drawn).pvalue > 1e-4, (dimension.code, drawn)


def test_who_saw_every_draw_could_still_not_name_the_next(run: Run, instrument: Instrument) -> None:
    guessed = run(
        """
        const [{draw, keep}, {pickEvenly}] = [await load("draw"), await load("chance")];
        const random = seeded(5), pick = (count) => pickEvenly(count, random);
        let kept = {}, right = 0;
        for (let visit = 0; visit < 6000; visit += 1) {
          const items = given.dimensions[0].items.map(({code}) => code);
          const guess = items.reduce((best, code) => ((kept[code] ?? 0) < (kept[best] ?? 0) ? code : best));
          const drawn = draw(given, "result", pick, kept);
          right += drawn[0] === guess;
          kept = keep(given, "result", drawn, kept);
        }
        return right / 6000;
        """,
        shape(instrument),
    )
    # Plain chance: 0.33; blocks of three: 0.61; and the staff see no draw at all.
    assert 0.48 < guessed < 0.55


def test_a_tablet_with_other_items_than_before_goes_on_with_what_it_knows(
    run: Run, instrument: Instrument
) -> None:
    drawn = run(
        """
        const {draw, keep} = await load("draw");
        const kept = {A1: 1, A2: 9, Z9: 4};
        return [draw(given, "result", () => 0, kept), keep(given, "result", ["A3", "B1"], kept)];
        """,
        shape(instrument),
    )
    assert drawn[0][0] in {"A1", "A3"}
    assert drawn[1]["A1"] == 0
    assert "Z9" not in drawn[1]


def test_numbers_that_would_favour_the_first_items_are_drawn_again(run: Run) -> None:
    picked = run(
        """
        const {pickEvenly} = await load("chance");
        const numbers = [2 ** 32 - 1, 2 ** 32 - 1, 5];
        return [pickEvenly(3, () => numbers.shift()), numbers.length];
        """,
        None,
    )
    assert picked == [2, 0]


def test_keys_are_random_uuids(run: Run) -> None:
    keys = run('const {newKey} = await load("chance"); return Array.from({length: 500}, newKey);', None)
    assert len(set(keys)) == 500
    assert all(len(key) == 36 and key[14] == "4" and key[19] in "89ab" for key in keys)
