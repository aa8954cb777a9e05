"""`sipas estimate`, `goals`, `invite`: the shape of what they print, for scripts and for people."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import get_args

import pytest
from commands import answered, as_json, refused
from factories import NOON, kiosk_submission, make_submission, store_answer
from sqlalchemy import func, select

from analysis.goal_results import Point, Verdict
from survey.cli import figures
from survey.enums import Dimension, Stage
from survey.models import AuditEvent, Desk, Invitation
from survey.services.intake import mixing
from survey.services.office import codes

DIMENSIONS = [dimension.value for dimension in Dimension]
MEASURES = {"index", "lower", "upper", "n", "n_eff", "df", "se_cluster", "se_respondent"}
YEAR = NOON.year


@pytest.fixture
def answers(database, settings, store):
    """Six on the phone in March, five on the kiosk in April, one who filed; all of them wait."""
    march, april = NOON, NOON + timedelta(days=31)
    for place in range(6):
        given = make_submission(database, store, answered_at=march + timedelta(days=place % 2))
        store_answer(database, settings, store, given)
    for place in range(5):
        given = kiosk_submission(database, store, level=2 if place == 0 else 5, answered_at=april)
        store_answer(database, settings, store, given)
    before_result = {
        item.code: 1
        for dimension in store_instrument(database, store).dimensions_asked(Stage.FILING)
        for item in dimension.items_asked(Stage.FILING)
    }
    filed = make_submission(database, store, stage=Stage.FILING, answers=before_result, answered_at=march)
    store_answer(database, settings, store, filed)


def store_instrument(database, store):
    with database.read() as session:
        return store.current(session).instrument


def estimate(settings, *options):
    return as_json(
        settings, "estimate", "--json", "--from", f"{YEAR}-01-01", "--to", f"{YEAR}-12-31", *options
    )


# --- estimate ----------------------------------------------------------------------------------------


def test_estimate_counts_persons_and_has_the_shape_of_the_library(settings, answers):
    body = estimate(settings)
    assert body["from"], body["to"] == (f"{YEAR}-01-01", f"{YEAR}-12-31")
    (group,) = body["groups"]
    assert group["by"] == {}
    assert group["n"] == 11, "people who received a result, waiting or mixed"
    assert sorted(group["dimensions"]) == sorted(DIMENSIONS)
    assert len(group["items"]) == 16
    for one in [*group["dimensions"].values(), group["overall"], *group["items"].values()]:
        assert set(one) >= MEASURES
    assert group["dimensions"]["staff"]["n"] == 11
    assert 0 < group["dimensions"]["staff"]["index"] < 1


def test_mixing_changes_no_figure(settings, database, keyring, store, answers):
    """What is mixed leaves the waiting room and is counted where it went."""
    before = estimate(settings, "--by", "channel")
    later = (NOON + timedelta(days=60)).date()
    report = database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=later))
    assert report.mixed
    after = estimate(settings, "--by", "channel")
    assert [(group["by"], group["n"]) for group in after["groups"]] == [
        (group["by"], group["n"]) for group in before["groups"]
    ]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("month", {f"{YEAR}-03": 6, f"{YEAR}-04": 5}),
        ("channel", {"phone": 6, "kiosk": 5}),
        ("desk", {"MC": 11}),
        ("field", {None: 11}),
    ],
)
def test_estimate_by_group(settings, answers, by, expected):
    groups = estimate(settings, "--by", by)["groups"]
    assert {group["by"][by]: group["n"] for group in groups} == expected


def test_estimate_by_two_marks_keeps_every_person(settings, answers):
    groups = estimate(settings, "--by", "month", "--by", "channel")["groups"]
    assert [sorted(group["by"]) for group in groups] == [["channel", "month"]] * len(groups)
    assert sum(group["n"] for group in groups) == 11


def test_all_stages_and_another_index(settings, answers):
    assert estimate(settings, "--all-stages")["groups"][0]["n"] == 12
    for index in figures.INDEXES:
        assert estimate(settings, "--index", index)["groups"][0]["dimensions"]["staff"]["index"] is not None
    over_five = estimate(settings, "--index", "mean-over-5")["groups"][0]["dimensions"]["access"]["index"]
    assert over_five == pytest.approx((6 * 4 + 4 * 5 + 2) / 11 / 5)


def test_the_last_day_belongs_to_the_span(settings, answers):
    april = (NOON + timedelta(days=31)).date().isoformat()
    body = as_json(settings, "estimate", "--json", "--from", april, "--to", april)
    assert (body["from"], body["to"]) == (april, april)
    assert body["groups"][0]["n"] == 5


def test_nothing_is_null_and_no_failure(settings, database):
    (group,) = as_json(settings, "estimate", "--json")["groups"]
    assert group["n"] == 0
    assert group["dimensions"]["access"]["index"] is None
    assert "chưa có số liệu" in answered(settings, "estimate")


def test_estimate_for_people_writes_numbers_as_vietnam_does(settings, answers):
    said = answered(settings, "estimate", "--from", f"{YEAR}-01-01", "--to", f"{YEAR}-12-31")
    assert "toàn bộ: 11 người" in said
    assert "100,0%" in said or "90,9%" in said
    assert "." not in said


def test_a_span_the_wrong_way_round_is_refused(settings, database):
    assert "--from" in refused(settings, "estimate", "--from", "2026-03-02", "--to", "2026-03-01")
    assert "2026-13-01" in refused(settings, "estimate", "--from", "2026-13-01")


# --- goals -------------------------------------------------------------------------------------------


@pytest.mark.dated
def test_goals_name_threshold_verdict_and_reasons(settings, answers):
    body = as_json(settings, "goals", "--plan", YEAR, "--json")
    assert body["year"] == YEAR
    assert list(body["dimensions"]) == DIMENSIONS
    access = body["dimensions"]["access"]
    assert (access["threshold"], access["operator"], access["require_improvement"]) == (0.8, ">=", True)
    assert access["n"] == 11
    assert (access["refused"], access["verdict"]) == (True, "not_shown"), "eleven persons allow no verdict"
    assert access["point"] in get_args(Point)
    assert {"diff", "lower", "upper", "verdict_threshold", "verdict_year_on_year"} <= set(access)
    assert "n_below_30" in [reason["code"] for reason in access["reasons"]]


@pytest.mark.dated
def test_goals_in_words(settings, answers):
    said = answered(settings, "goals", "--plan", YEAR)
    assert len(said.splitlines()) == 5
    assert "mục tiêu >= 80,0%" in said
    assert "chưa đủ phiếu để kết luận" in said
    assert not any(code in said for code in ("refused", "reached"))


def test_every_verdict_and_point_has_words():
    assert set(figures._VERDICTS) == set(get_args(Verdict))
    assert set(figures._POINTS) == set(get_args(Point))


def test_a_year_without_a_plan_says_so(settings, answers):
    assert f"{YEAR + 5}" in refused(settings, "goals", "--plan", YEAR + 5)


# --- invite ------------------------------------------------------------------------------------------


def test_invite_prints_what_is_kept_nowhere(settings, database):
    issued = as_json(settings, "invite", "--count", "7")
    assert len(issued) == 7
    assert len({one["token"] for one in issued}) == 7
    for one in issued:
        assert {"token", "code", "url"} <= set(one)
        assert codes.is_token(one["token"])
        assert codes.is_code(codes.normalise(one["code"]))
        assert one["url"].endswith(f"/P/{one['token']}")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 7
        stored = session.scalars(select(Invitation.token_hash)).all()
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "slips-issued"))
        assert (event.officer_login, event.detail["count"]) == ("sipas", 7)
    assert not any(one["token"].encode() in stored for one in issued)


def test_invite_needs_a_desk_where_there_are_two(settings, database):
    with database.read() as session:
        unit_id = session.scalars(select(Desk.unit_id)).one()
    database.write(lambda s: s.add(Desk(unit_id=unit_id, code="MC2", name="Bộ phận Một cửa số 2")))
    said = refused(settings, "invite", "--count", "1")
    assert "MC" in said
    assert "MC2" in said
    assert len(as_json(settings, "invite", "--count", "1", "--desk", "MC2")) == 1
    assert "MC2" in refused(settings, "invite", "--count", "1", "--desk", "XX")


@pytest.mark.parametrize("count", ["0", "-1", "5001", "x"])
def test_a_number_of_slips_that_makes_no_sense_is_refused(settings, database, count):
    refused(settings, "invite", "--count", count)


def test_standard_output_is_json_alone(settings, database):
    """A script reads it: whatever else is said goes to standard error."""
    assert isinstance(json.loads(answered(settings, "invite", "--count", "1")), list)
