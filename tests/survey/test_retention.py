"""What was kept long enough goes; figures of record, pages and sums do not change by it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from commands import answered
from conftest import PASSWORD
from factories import make_submission, store_answer
from filled import filled_once
from many_answers import giver
from officer_year import fill_year
from reported_year import close_all
from sqlalchemy import func, insert, select, update

from survey.db import Database
from survey.enums import InvitationState, Role
from survey.exceptions import AnswersPurged, InvalidInput
from survey.models import (
    AuditEvent,
    BesideCount,
    Comment,
    DayTally,
    HourTally,
    Invitation,
    MonthRollup,
    MonthTally,
    OfficerSession,
    PeriodRecord,
    Response,
    ScreenCount,
    SignInFailure,
    SubmissionKey,
)
from survey.services.answers import kept, remasking, responses
from survey.services.figures import counting
from survey.services.intake import mixing
from survey.services.inviting import invitations
from survey.services.office import audit, installation, periods, plans
from survey.services.sums import tallies
from survey.services.upkeep import exports, retention
from survey.services.upkeep.retention import BOUNDS, Retention

YEAR = 2024
TODAY, NOW = date(2026, 6, 15), datetime(2026, 6, 15, 3, tzinfo=UTC)
OF_RECORD = (DayTally, MonthTally, MonthRollup, HourTally, BesideCount, PeriodRecord)


HOME = "/can-bo/"


def send(client, path: str, values: dict[str, str]):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)[1]
    return client.post(path, data={**values, "csrf_token": token})


def contents(database: Database, *tables) -> dict[str, list[tuple]]:
    with database.read() as session:
        return {
            table.__name__: sorted(map(repr, session.execute(select(*table.__table__.columns))))
            for table in tables
        }


def count(database: Database, table) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


@filled_once
def year(database, settings, store, keyring):
    give = giver(database, settings, store, keyring, year=YEAR)
    fill_year(give, database, store, year=YEAR)
    with database.read() as session:
        unit_id = installation.read(session).unit_id
    database.write(lambda session: plans.ensure(session, unit_id=unit_id, year=YEAR))
    close_all(database, store, today=TODAY)


def purge(database, **months) -> retention.Purge:
    database.write(lambda session: retention.change(session, Retention(**months), login="quan-tri", now=NOW))
    return retention.purge(database, today=TODAY, now=NOW)


@pytest.mark.usefixtures("year")
def test_answers_go_and_no_figure_of_record_changes(database, store):
    before, answers = contents(database, *OF_RECORD), count(database, Response)
    assert answers > 60
    assert purge(database, answers=15).answers == answers
    assert count(database, Response) == 0
    assert contents(database, *OF_RECORD) == before


@pytest.mark.usefixtures("year")
def test_sums_of_purged_answers_survive_a_rebuild(database, settings, store, keyring):
    purge(database, answers=15)
    at = datetime(2026, 5, 4, 5, tzinfo=UTC)
    for _ in range(6):
        store_answer(database, settings, store, make_submission(database, store, answered_at=at))
    database.write(partial(mixing.mix, keyring=keyring, store=store, today=TODAY))
    before = contents(database, DayTally, MonthTally, MonthRollup)
    assert database.write(lambda session: tallies.rebuild(session, store=store)) == 6
    assert contents(database, DayTally, MonthTally, MonthRollup) == before


@pytest.mark.usefixtures("year")
def test_pages_show_the_same_after_the_purge(database, officer_client):
    client = officer_client(Role.VIEWER)
    pages = [
        HOME + page
        for page in (
            "?period=2024",
            "?period=2024-Q1&channel=phone",
            "noi-dung/staff?period=2024",
            "bao-cao/2024",
        )
    ]

    def shown() -> dict[str, str]:
        answers = {page: client.get(page) for page in pages}
        assert {answer.status_code for answer in answers.values()} == {200}
        form_token = r'name="csrf_token" value="[^"]+"'
        return {page: re.sub(form_token, "", answer.text) for page, answer in answers.items()}

    before = shown()
    purge(database, answers=15)
    assert shown() == before


@pytest.mark.usefixtures("year")
def test_what_needs_single_answers_says_that_they_are_gone(database, store, keyring, officer_client):
    with database.read() as session:
        unit_id = installation.read(session).unit_id
    purge(database, answers=15)
    with database.read() as session:
        assert kept.answers_from(session) == date(2025, 3, 1)
        with pytest.raises(AnswersPurged):
            exports.gather(session, store=store, unit_id=unit_id, period=periods.make(YEAR))
        with pytest.raises(AnswersPurged):
            counting.count(
                session, store=store, keyring=keyring, unit_id=unit_id, start=date(2025, 1, 1), end=TODAY
            )
        counting.count(
            session, store=store, keyring=keyring, unit_id=unit_id, start=date(2025, 3, 1), end=TODAY
        )
    client = officer_client(Role.ADMINISTRATOR)
    path = HOME + "quan-tri/xuat-du-lieu"
    refused = send(client, path, {"export-period": str(YEAR), "export-file_format": "csv"})
    assert refused.status_code == 422
    assert "đã hết hạn lưu" in refused.text


def test_nothing_goes_before_its_period_is_closed(database, settings, store, keyring):
    fill_year(giver(database, settings, store, keyring, year=YEAR), database, store, year=YEAR)
    answers = count(database, Response)
    assert purge(database, answers=15).answers == 0
    assert count(database, Response) == answers
    close_all(database, store, today=TODAY)
    assert retention.purge(database, today=TODAY, now=NOW).answers == answers


def test_each_kind_goes_by_its_own_setting(database, keyring):
    def fill(session) -> None:
        for month in (date(2025, 5, 1), date(2025, 6, 1)):
            session.execute(
                insert(Comment),
                [
                    {
                        "id": bytes(15) + bytes([month.month]),
                        "desk_id": 1,
                        "month": month,
                        "language": "vi",
                        "text": "x",
                    }
                ],
            )
        session.add_all(
            ScreenCount(desk_id=1, day=day, channel="kiosk", screen="stage", seen=1)
            for day in (date(2024, 5, 31), date(2024, 6, 1))
        )
        session.add_all(
            SubmissionKey(key_hash=bytes([n]) * 32, keep_until=until)
            for n, until in enumerate((TODAY, TODAY + timedelta(days=1)))
        )
        session.add_all(
            SignInFailure(account_hash=bytes(32), at_utc=NOW - timedelta(hours=hours)) for hours in (1, 30)
        )
        for hours in (1, 60):
            session.add(
                OfficerSession(
                    id_hash=bytes([hours]) * 32,
                    officer_id=1,
                    started_at_utc=NOW - timedelta(hours=hours),
                    seen_at_utc=NOW - timedelta(hours=hours),
                )
            )
        invitations.issue_roll(session, keyring=keyring, desk_id=1, count=3, today=date(2024, 12, 1))
        invitations.issue_roll(session, keyring=keyring, desk_id=1, count=2, today=date(2025, 6, 1))
        session.execute(
            update(Invitation)
            .where(Invitation.quarter == date(2025, 1, 1))
            .values(state=InvitationState.SPENT, desk_id=None, field_id=None, expires_on=None)
        )

    from survey.services.people import officers

    with database.read() as session:
        unit_id = installation.read(session).unit_id
    database.write(
        lambda s: officers.create(
            s, login="motcua", password=PASSWORD, role=Role.VIEWER, unit_id=unit_id, now=NOW
        )
    )
    database.write(fill)
    with database.read() as session:
        due = retention.due(session, today=TODAY, now=NOW)
    expected = {"comments": 1, "screens": 1, "submission_keys": 1, "leftovers": 2, "invitations": 3}
    assert {name: n for name, n in asdict(due).items() if n} == expected
    assert retention.purge(database, today=TODAY, now=NOW) == due
    with database.read() as session:
        assert not retention.due(session, today=TODAY, now=NOW)
        told = session.execute(
            select(AuditEvent.officer_login, AuditEvent.detail).where(AuditEvent.action == "purged")
        ).one()
    assert tuple(told) == ("(sipas)", {"comments": 1, "screens": 1, "invitations": 3})


def test_old_events_go_and_the_chain_still_holds(database):
    def record(session, at: datetime, action: str) -> None:
        audit.record(session, login="a", action=action, now=at)

    for years in (9, 8, 7, 1):
        database.write(lambda s, y=years: record(s, NOW - timedelta(days=365 * y), f"years-{y}"))
    assert retention.purge(database, today=TODAY, now=NOW).audit == 3
    with database.read() as session:
        assert audit.first_broken(session) is None
        assert "years-1" in session.scalars(select(AuditEvent.action)).all()
        first = session.scalar(select(func.min(AuditEvent.id)))
    # A cut that nobody noted still shows.
    database.write(lambda s: s.execute(AuditEvent.__table__.delete().where(AuditEvent.id == first)))
    with database.read() as session:
        assert audit.first_broken(session) is not None


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_a_setting_stays_within_its_bounds(database, name, bounds):
    for months in (bounds[0] - 1, bounds[1] + 1):
        with pytest.raises(InvalidInput):
            database.write(
                lambda s, m=months: retention.change(s, replace(Retention(), **{name: m}), login="a", now=NOW)
            )
    for months in bounds:
        database.write(
            lambda s, m=months: retention.change(s, replace(Retention(), **{name: m}), login="a", now=NOW)
        )


def test_the_keys_of_submissions_outlive_four_hundred_days(database, settings, store):
    store_answer(database, settings, store, make_submission(database, store, answered_at=NOW))
    for days in (0, 399, 400):
        with database.read() as session:
            due = retention.due(session, today=TODAY + timedelta(days=days), now=NOW + timedelta(days=days))
        assert due.submission_keys == 0
    assert BOUNDS["answers"][0] > responses.KEY_MONTHS


def test_the_administrator_sets_months_and_sees_what_is_due(database, officer_client):
    client = officer_client(Role.ADMINISTRATOR)
    path = HOME + "quan-tri/thoi-han-luu"
    page = client.get(path)
    assert "Thời hạn lưu" in page.text
    values = {**{name: str(months) for name, months in asdict(Retention()).items()}, "comments": "6"}
    refused = send(client, path, {**values, "answers": "3"})
    assert refused.status_code == 422
    assert "15" in refused.text
    send(client, path, values)
    with database.read() as session:
        assert retention.read(session) == replace(Retention(), comments=6)
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "retention-changed")).one()
    assert event.detail == {"comments": {"from": 12, "to": 6}}


def test_comments_of_an_older_program_are_masked_once(database):
    database.write(
        lambda s: s.execute(
            insert(Comment),
            [
                {
                    "id": bytes(16),
                    "desk_id": 1,
                    "month": date(2026, 1, 1),
                    "language": "vi",
                    "text": "Gọi 0905123456",
                }
            ],
        )
    )
    assert remasking.ensure(database) == 1
    assert remasking.ensure(database) == 0
    with database.read() as session:
        row = session.execute(select(Comment.text, Comment.folded)).one()
    assert tuple(row) == ("Gọi [số điện thoại]", "goi [so dien thoai]")


def test_the_command_counts_before_it_deletes(database, settings):
    database.write(
        lambda s: s.execute(
            insert(Comment),
            [{"id": bytes(16), "desk_id": 1, "month": date(2020, 1, 1), "language": "vi", "text": "x"}],
        )
    )
    counted = json.loads(answered(settings, "purge", "--dry-run", "--json"))
    assert (counted["dry_run"], counted["comments"]) == (True, 1)
    assert count(database, Comment) == 1
    assert "Đã xóa 1 lời góp ý" in answered(settings, "purge")
    assert count(database, Comment) == 0
