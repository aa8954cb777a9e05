"""Periods close by themselves, their records stay as they were, and late answers stand beside them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from filled import filled_once
from many_answers import giver
from officer_year import fill_year
from reported_year import AT, LATER, YEAR, close_all, come_late, report_of, unit_id
from sqlalchemy import event, select, update

from survey.exceptions import NotFound
from survey.models import AuditEvent, PeriodRecord
from survey.services.office import periods
from survey.services.office.scopes import Filters
from survey.services.pages import officer_page
from survey.services.records import closing, period_figures, period_reports, plain_values
from survey.services.upkeep import diagnosis


@filled_once
def year(database, settings, store, keyring):
    fill_year(giver(database, settings, store, keyring, year=YEAR), database, store, year=YEAR)


def closed_codes(database) -> set[str]:
    with database.read() as session:
        return set(closing.closed(session, unit_id(database)))


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(YEAR, 2, 10), set()),
        (date(YEAR, 2, 11), {"2025-01"}),  # ten days after the end
        (date(YEAR, 4, 11), {"2025-01", "2025-02", "2025-03", "2025-Q1"}),
        (date(YEAR, 7, 11), {"2025-01", "2025-02", "2025-03", "2025-Q1", "2025-H1"}),
        (LATER, {"2025-01", "2025-02", "2025-03", "2025-Q1", "2025-H1", "2025"}),
    ],
)
def test_a_period_closes_ten_days_after_its_end_and_not_before(database, store, year, today, expected):
    close_all(database, store, today=today)
    assert closed_codes(database) == expected


def test_closing_twice_writes_once(database, store, year):
    assert close_all(database, store) == 6
    assert close_all(database, store) == 0


def test_an_open_period_cannot_be_closed_by_hand(database, store, year):
    with pytest.raises(NotFound):
        closing.close(
            database,
            store=store,
            unit_id=unit_id(database),
            period=periods.parse("2025-Q1"),
            today=date(YEAR, 4, 10),
            now=AT,
        )


def test_the_record_is_the_figures_of_that_moment_to_the_last_bit(database, store, year):
    live = report_of(database, store, "2025-Q1", today=date(YEAR, 4, 8)).figures
    close_all(database, store)
    kept = report_of(database, store, "2025-Q1").figures
    assert kept.persons == live.persons
    assert plain_values.written(kept.rows) == plain_values.written(live.rows)
    assert plain_values.written(kept.items) == plain_values.written(live.items)
    text, digest = period_figures.written(kept)
    assert period_figures.written(period_figures.read(text)) == (text, digest)


def test_late_answers_leave_the_record_alone_and_make_a_correction(database, settings, store, keyring, year):
    close_all(database, store)
    before = report_of(database, store, "2025-Q1")
    come_late(database, settings, store, keyring, persons=6)
    assert close_all(database, store) == 4, "March, the quarter, the half and the year"
    after = report_of(database, store, "2025-Q1")
    assert after.figures == before.figures
    assert after.record.digest == before.record.digest
    assert after.state is period_reports.State.CORRECTED
    assert after.corrections[0].figures.answers == before.figures.answers + 6
    assert after.corrections[0].figures.persons == before.figures.persons + 6
    assert close_all(database, store) == 0, "nothing new came"


def test_fewer_than_five_late_answers_make_no_correction(database, settings, store, keyring, year):
    close_all(database, store)
    come_late(database, settings, store, keyring, persons=5)
    database.write(
        lambda session: session.execute(update(PeriodRecord).values(answers=PeriodRecord.answers + 1))
    )
    assert close_all(database, store) == 0


def test_the_overview_shows_the_record_once_closed(database, settings, store, keyring, year):
    close_all(database, store)
    come_late(database, settings, store, keyring, persons=6)

    def page(filters: Filters):
        with database.read() as session:
            return officer_page.build(
                session,
                store=store,
                unit_id=unit_id(database),
                period=periods.parse("2025-Q1"),
                filters=filters,
                today=LATER,
            )

    shown = page(Filters())
    assert shown.overview.persons == report_of(database, store, "2025-Q1").figures.persons
    assert shown.closed_at == AT
    filtered = page(Filters(all_stages=True))
    assert filtered.closed_at is None
    assert filtered.overview.persons > shown.overview.persons


def test_closing_is_in_the_audit_with_the_digest(database, store, year):
    close_all(database, store)
    with database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "period-closed")).all()
        digests = set(session.scalars(select(PeriodRecord.digest)))
    assert {one.detail["digest"] for one in events} == digests
    assert {one.officer_login for one in events} == {closing.ITSELF}


def test_a_record_changed_by_hand_is_noticed_and_cannot_be_signed(database, settings, store, year):
    close_all(database, store)
    database.write(
        lambda session: session.execute(
            update(PeriodRecord)
            .where(PeriodRecord.period == "2025-Q1")
            .values(figures=PeriodRecord.figures + " ")
        )
    )
    found = report_of(database, store, "2025-Q1")
    assert not found.record.is_whole
    assert not found.can_be_signed
    with database.read() as session:
        assert closing.first_damaged(session) == "2025-Q1"
    findings = {one.code: one for one in diagnosis.examine(settings, database, now=AT, phone_url="http://a")}
    assert findings["records"].weight is diagnosis.Weight.ERROR


def test_no_answer_is_read_one_by_one(database, store, year):
    statements: list[str] = []

    def listen(connection, cursor, statement, *rest):
        statements.append(statement.lower())

    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        close_all(database, store)
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)
    reading = [one for one in statements if "from response" in one]
    assert all("group by" in one and "levels" not in one for one in reading)
    assert not any("sealed" in one for one in statements)


def test_a_record_of_an_older_program_can_be_read(database, store, year):
    """Fields that a later version adds take their default, fields it drops are passed over."""
    close_all(database, store)
    figures = report_of(database, store, "2025-Q1").figures
    plain = plain_values.parsed(plain_values.written(figures))
    plain["dropped_long_ago"] = [1, 2]
    for row in plain["rows"]:
        row["estimate"].pop("flags", None)
    back = plain_values.read(period_figures.PeriodFigures, plain_values.json_text(plain))
    assert back.persons == figures.persons
    assert all(row.estimate.flags == () for row in back.rows if row.estimate)


@pytest.mark.parametrize("text", ["[]", '{"version": 1}', "null", '"x"'])
def test_what_is_no_record_is_refused(text):
    with pytest.raises(ValueError, match="PeriodFigures"):
        period_figures.read(text)


def test_drafts_open_on_the_first_working_day(database, store, year):
    def prepare(today: date) -> int:
        return period_reports.prepare_due(database, unit_ids=[unit_id(database)], today=today, now=AT)

    assert prepare(date(2025, 3, 31)) == 0
    assert prepare(date(2025, 4, 1)) == 1, "the quarter; months are not among the kinds to report"
    assert prepare(date(2025, 4, 2)) == 0
    close_all(database, store)
    assert prepare(LATER + timedelta(days=1)) == 2, "after a long time off: the half and the year"
