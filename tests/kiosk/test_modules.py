"""The tablet's modules without a screen, in the browser that runs them: draw, way, patience, delivery."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from browser import Chromium, guarded_page
from flask.testing import FlaskClient
from playwright.sync_api import Route
from scipy.stats import chisquare
from tablet import first_scripts

from kiosk.configuration import STATIC_DIR
from kiosk.scripts import lean
from survey.enums import Form, Part, Stage
from survey.instrument import Instrument
from survey.paths import seeds_dir
from survey.services.office import codes, office_hours
from survey.services.office.office_hours import OfficeHours, Span, SpecialDay
from survey.services.tablets import screen_counts

pytestmark = pytest.mark.browser

Run = Callable[[str, Any], Any]

# A clock that goes when the test says so, and a random generator with a seed.
TOOLS = """
  const clock = {
    at: 0, waiting: [],
    now() { return this.at; },
    setTimeout(action, ms) { const job = {due: this.at + ms, action}; this.waiting.push(job); return job; },
    clearTimeout(job) { this.waiting = this.waiting.filter((one) => one !== job); },
    async pass(ms) {
      const until = this.at + ms;
      for (;;) {
        await settle();
        const next = this.waiting.filter((job) => job.due <= until).sort((a, b) => a.due - b.due)[0];
        if (!next) break;
        this.clearTimeout(next);
        this.at = next.due;
        next.action();
      }
      this.at = until;
    },
  };
  const settle = async () => { for (let turn = 0; turn < 20; turn += 1) await null; };
  const seeded = (state) => () => {
    state = (state + 0x6D2B79F5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const load = (name) => import(`/js/${name}.mjs`);
"""


@pytest.fixture(scope="module")
def run(chromium: Chromium) -> Iterator[Run]:
    """Run the body of an async function beside the modules; `given` is its argument."""
    with guarded_page(chromium) as page:
        page.route("**/*", _serve)
        page.goto("https://tablet.test/")
        yield lambda body, given=None: page.evaluate(f"async (given) => {{ {TOOLS} {body} }}", given)


def _serve(route: Route) -> None:
    name = route.request.url.removeprefix("https://tablet.test/js/")
    if name.endswith(".mjs"):
        source = (STATIC_DIR / "js" / name).read_bytes()
        route.fulfill(body=lean(source), content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return Instrument.read(seeds_dir() / "instrument.toml")


def shape(instrument: Instrument, *, reasons: bool = False) -> dict[str, Any]:
    """Give the instrument as the tablet sees it, without its words."""
    return {
        "low": ["1", "2"] if reasons else [],
        "dimensions": [
            {
                "code": dimension.code,
                "reasons": [{"code": reason.code} for reason in instrument.reasons_of(dimension.code)],
                "items": [
                    {
                        "code": item.code,
                        "only_after_result": item.only_after_result,
                        "only_with_feedback": item.only_with_feedback,
                    }
                    for item in dimension.items
                ],
            }
            for dimension in instrument.dimensions
        ],
    }


# --- the draw ---------------------------------------------------------------------------------------

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


# --- the way ----------------------------------------------------------------------------------------

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


# --- slips -------------------------------------------------------------------------------------------


def test_the_tablet_reads_codes_as_the_server_does(run: Run) -> None:
    good = [codes.new_code() for _ in range(300)]
    tokens = [codes.new_token() for _ in range(30)]
    # One wrong symbol, and two that changed places.
    wrong = [code[:4] + ("7" if code[4] != "7" else "8") + code[5:] for code in good]
    wrong += [code[:2] + code[3] + code[2] + code[4:] for code in good if code[2] != code[3]]
    read = """
      const {readSlip} = await load("slip");
      return given.map(readSlip);
    """
    assert run(read, good) == good
    assert (
        run(read, [codes.spoken(code).lower().replace("0", "o").replace("1", "l") for code in good]) == good
    )
    assert run(read, wrong) == [None] * len(wrong)
    assert run(read, [f"HTTPS://MOTCUA.XA.GOV.VN:8443/P/{token}" for token in tokens]) == tokens
    assert run(read, [f" http://10.0.0.2/p/{token.lower()}\n" for token in tokens]) == tokens
    # Nothing else is taken for a slip, a scan that is still coming in neither.
    others = [
        "",
        "HTTPS://OFFICE",
        "https://x.vn/D/7K3Q",
        "8934563138164",
        f"HTTPS://X/P/{tokens[0][:-1]}",
        "WIFI:S:XA;;",
    ]
    assert run(read, others) == [None] * len(others)


SCAN = """
  const {Scanner} = await load("scanner");
  const scans = [], kept = [];
  const scanner = new Scanner({now: () => clock.now(), onScan: (text) => scans.push(text)});
  for (const [key, pause, code] of given) { clock.at += pause; kept.push(scanner.pressed({key, code})); }
  return {scans, kept};
"""


def keys(text: str, pause: int) -> list[list[Any]]:
    return [[letter, pause] for letter in text] + [["Enter", pause]]


def test_a_scanner_is_told_from_a_person_by_its_haste(run: Run) -> None:
    address = "HTTPS://SIPAS.LAN/P/7K3Q9M2X4TB7K3Q9"
    assert run(SCAN, keys(address, 8))["scans"] == [address]
    assert run(SCAN, keys(address, 200)) == {"scans": [], "kept": [False] * (len(address) + 1)}
    # A finger on a key before the scan, and a short burst: neither is a scan, nor spoils the next.
    assert run(SCAN, [["a", 0], *keys("7K3Q9M2X4TB", 300)[:1], *keys("7K3Q9M2X4TB", 9)])["scans"] == [
        "77K3Q9M2X4TB"
    ]
    assert run(SCAN, [*keys("abc", 9), *[["x", 900]], *[["Enter", 900]]])["scans"] == []


def test_a_scan_is_read_by_the_place_of_the_keys_where_letters_are_composed(run: Run) -> None:
    composed = [
        ["Process", 8, f"Key{letter}" if letter.isalpha() else f"Digit{letter}"] for letter in "7K3Q9M2X4TB"
    ]
    assert run(SCAN, [*composed, ["Enter", 8]])["scans"] == ["7K3Q9M2X4TB"]


CAMERA = """
  const tracks = [];
  const stream = () => {
    const made = document.createElement("canvas");
    made.getContext("2d").fillRect(0, 0, 9, 9);
    const one = made.captureStream();
    tracks.push(...one.getTracks());
    return one;
  };
  const media = given.refused ? async () => { throw new DOMException("no", "NotAllowedError"); } : async () => stream();
  Object.defineProperty(navigator, "mediaDevices", {configurable: true, value: {getUserMedia: media}});
  const texts = [[], [], ["HTTPS://X/P/7K3Q9M2X4TB7K3Q9"]];
  globalThis.BarcodeDetector = class {
    static getSupportedFormats = async () => given.formats;
    detect = async () => (texts.shift() ?? []).map((rawValue) => ({rawValue}));
  };
  const {Camera, canScan} = await load("camera");
  const video = document.createElement("video");
  document.body.append(video);
  const camera = new Camera(), can = await canScan();
  const read = await new Promise((resolve) => camera.start(video, resolve).catch(() => resolve("refused")));
  camera.stop();
  video.remove();
  delete globalThis.BarcodeDetector;
  return {can, read, tracks: tracks.map((track) => track.readyState), without: await canScan()};
"""


def test_the_camera_reads_a_code_and_is_let_go(run: Run) -> None:
    assert run(CAMERA, {"formats": ["qr_code"]}) == {
        "can": True,
        "read": "HTTPS://X/P/7K3Q9M2X4TB7K3Q9",
        "tracks": ["ended"],
        "without": False,
    }
    assert run(CAMERA, {"formats": ["ean_13"], "refused": True}) == {
        "can": False,
        "read": "refused",
        "tracks": [],
        "without": False,
    }


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


# --- patience ---------------------------------------------------------------------------------------

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


# --- delivery ---------------------------------------------------------------------------------------

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


# --- the office's hours ------------------------------------------------------------------------------


ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SPECIAL = {
    date(2026, 11, 26): SpecialDay(date(2026, 11, 26), "Nghỉ lễ"),
    date(2026, 11, 29): SpecialDay(date(2026, 11, 29), "Làm bù", is_open=True),
}
WEEK = (*[(Span(time(7), time(11, 30)), Span(time(13, 30), time(17)))] * 5, (Span(time(7), time(11)),), ())


def test_tablet_and_server_agree_on_every_instant(run: Run) -> None:
    hours = OfficeHours(WEEK, SPECIAL)
    start = datetime(2026, 11, 20, tzinfo=ZONE)
    chance = random.Random(20261125)
    edges = [start + timedelta(minutes=30 * n) for n in range(48 * 14)]
    instants = [*edges, *(start + timedelta(minutes=chance.randrange(14 * 24 * 60)) for _ in range(2000))]
    told = {"hours": office_hours.for_tablet(hours, start)}
    said = run(
        "const {isOpen} = await load('hours'); return given.at.map((at) => isOpen(given.told, at));",
        {"told": told, "at": [instant.timestamp() * 1000 for instant in instants]},
    )
    assert said == [hours.is_open(instant) for instant in instants]
    assert 200 < sum(said) < len(said) - 200


def test_a_server_of_the_release_before_is_understood(run: Run) -> None:
    said = run("const {isOpen} = await load('hours'); return given.map((one) => isOpen(one, 0));",
               [{"open": False}, {"open": True}, {}])  # fmt: skip
    assert said == [False, True, True]


# --- all of them ------------------------------------------------------------------------------------


SCRIPTS = [*STATIC_DIR.rglob("*.mjs"), STATIC_DIR / "worker.js"]


def test_the_steps_of_the_volume_are_heard(run: Run) -> None:
    """EN 301 549, 8.2.1.1 and 8.2.1.2: a range of 18 dB, and a step 12 dB over the lowest."""
    steps = run('const {VOLUMES} = await load("comfort"); return VOLUMES;')
    over_lowest = [20 * math.log10(step / steps[0]) for step in steps]
    assert over_lowest == sorted(over_lowest)
    assert over_lowest[-1] >= 18
    assert 12 <= over_lowest[1] < 18
    assert steps[-1] == 1


def test_the_scripts_stay_small(client: FlaskClient, record_property: Callable[[str, object], None]) -> None:
    """What the page loads at first use, as an old tablet reads it; and all of them as they go over the wire."""
    addresses = {path: f"/kiosk/static/{path.relative_to(STATIC_DIR).as_posix()}" for path in SCRIPTS[:-1]}
    first = first_scripts()
    assert first < set(addresses)
    sizes = {"first": 0, "read": 0, "sent": 0}
    for path, address in {**addresses, STATIC_DIR / "worker.js": "/kiosk/worker.js"}.items():
        with client.get(address) as plain, client.get(address, headers={"Accept-Encoding": "gzip"}) as packed:
            assert len(plain.data) > 200
            sizes["first"] += len(plain.data) * (path in first)
            sizes["read"] += len(plain.data)
            sizes["sent"] += len(packed.data)
    print(f"\nkiosk scripts: {len(first)} at first use, {len(SCRIPTS)} in all; bytes: {sizes}")  # noqa: T201 - the figure
    record_property("kiosk_scripts", sizes)
    assert sizes["first"] <= 60_000
    assert sizes["sent"] <= 60_000
    assert sizes["read"] <= 80_000


TEXT = re.compile(r""""(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`""")
EXPRESSION = re.compile(r"[(=!] ?/((?:[^/\\\n]|\\.)+)/[a-z]*[.,;)]")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_sent_without_comments_and_spaces_and_nothing_else_is_missing(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    for number, line in enumerate(source.splitlines(), 1):
        assert line.count("`") % 2 == 0, f"{path.name}:{number}: a text over several lines would be changed"
        assert "/*" not in line or line.lstrip().startswith("/**"), f"{path.name}:{number}"
    code = [line.strip() for line in source.splitlines()]
    code = [line for line in code if line and not line.startswith(("//", "/**", "*"))]
    sent = lean(source.encode()).decode().splitlines()
    assert [line.replace(" ", "") for line in sent] == [line.replace(" ", "") for line in code]
    for ours, theirs in zip(code, sent, strict=True):
        # Texts and expressions are as written, words that stood apart stand apart, and plus and minus too.
        assert TEXT.findall(theirs) == TEXT.findall(ours)
        for expression in EXPRESSION.findall(ours):
            assert expression in theirs
            assert not set(expression) & set("\"'`"), f"a quote in an expression: {ours}"
        bare = [TEXT.sub("''", line) for line in (ours, theirs)]
        assert re.findall(r"[\w$#]+", bare[0]) == re.findall(r"[\w$#]+", bare[1])
        assert re.findall(r"[-+/]+=?", bare[0]) == re.findall(r"[-+/]+=?", bare[1])


def test_the_check_of_what_is_sent_sees_a_space_that_means_something() -> None:
    """An expression is no text: a space beside a sign in it would be lost, and the test above would say so."""
    line = b"const list = text.split(/, /);"
    assert lean(line) == b"const list=text.split(/,/);"
    (expression,) = EXPRESSION.findall(line.decode())
    assert expression not in lean(line).decode()
    assert lean(b'a = "x, y" + `b, ${c}` - -d;') == b'a="x, y" + `b, ${c}` - -d;'
