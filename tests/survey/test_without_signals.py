"""Where answers of several signals decide a verdict, the report says so; the figures of record count them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from factories import kiosk_submission, make_submission, store_answer
from reported_year import close_all, report_of, unit_id

from survey.enums import Dimension
from survey.models import KioskDevice
from survey.reports import periodic
from survey.reports.periodic import signals
from survey.reports.periodic.document import Paragraph
from survey.services.intake import mixing
from survey.services.office import periods, plans
from survey.services.pages import quality_page
from survey.services.records import period_figures
from survey.services.records.period_figures import PeriodFigures

DAY = date(2025, 11, 10)
QUARTER = "2025-Q4"


@pytest.fixture
def device(database) -> int:
    def work(session) -> int:
        made = KioskDevice(
            name="K",
            desk_id=1,
            counter_id=1,
            key_hash=bytes(32),
            enrolled_at_utc=datetime(2025, 1, 1, tzinfo=UTC),
        )
        session.add(made)
        session.flush()
        return made.id

    return database.write(work)


@pytest.fixture
def answered(database, settings, store, keyring, device):
    """A function that lets so many of each level answer on phones, then stuffs a tablet."""
    office = unit_id(database)
    database.write(lambda session: plans.ensure(session, unit_id=office, year=DAY.year))

    def mix(day: date) -> None:
        database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=day + timedelta(days=1)))

    def give(levels: dict[int, int], *, stuffed: int) -> None:
        for offset in range(3):
            day = DAY + timedelta(days=offset)
            noon = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
            for level, count in levels.items():
                for place in range(count):
                    # No two questions alike throughout: nobody looks as if one level were given to all.
                    answers = {"A1": level, "A2": level, "A3": 9 - level if place % 3 else level, "E1": level}
                    given = make_submission(database, store, answered_at=noon, answers=answers)
                    store_answer(database, settings, store, given)
            mix(day)
        day = DAY + timedelta(days=14)
        start = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
        for place in range(stuffed):
            moment = start + timedelta(seconds=12 * place)
            given = kiosk_submission(database, store, 5, device_id=device, answered_at=moment, duration_s=5.0)
            store_answer(database, settings, store, given)
        mix(day)

    return give


def figures_of(database, store) -> PeriodFigures:
    return report_of(database, store, QUARTER, today=date(2026, 6, 15)).figures


def test_a_verdict_that_hangs_on_stuffing_is_told_and_the_record_counts_everybody(
    database, store, settings, answered
):
    answered({4: 15, 3: 5}, stuffed=40)
    close_all(database, store)
    report = report_of(database, store, QUARTER)
    figures = report.figures
    found = figures.without_signals
    assert found is not None
    assert (found.persons, found.days) == (40, (DAY + timedelta(days=14),))
    assert figures.persons == 100, "the figures of record count every answer"
    with database.read() as session:
        panel = quality_page.build(
            session,
            store=store,
            unit_id=unit_id(database),
            period=periods.parse(QUARTER),
            desk_id=None,
        )
    beside = {one.dimension: one.without_several for one in panel.beside}
    assert {one.dimension: one.estimate for one in found.rows if one.estimate} == {
        dimension: beside[dimension] for dimension in (Dimension.ACCESS, Dimension.PETITIONS)
    }, "the same as the panel of quality to the last bit"
    others = {one.row.dimension for one in signals.decided(figures)}
    assert Dimension.PETITIONS in others
    document = periodic.build(report, zone=settings.zone)
    said = next(
        block.text
        for block in document.blocks
        if isinstance(block, Paragraph) and block.text.startswith("Lưu ý")
    )
    assert "40 phiếu mang từ hai dấu hiệu" in said
    assert "Phản ánh, kiến nghị từ 91,7% (≥ 80%: đạt, chưa chắc chắn) thành 75,0%" in said
    table = next(one for one in document.tables if one.code == "signals")
    cells = next(row for row in table.rows if row[0].text.startswith("Tiếp nhận, xử lý"))
    assert [cell.text for cell in cells[1:4]] == ["91,7%", "≥ 80%: đạt, chưa chắc chắn", "75,0%"]
    assert "phụ thuộc vào các phiếu có dấu hiệu" in signals.pointer(figures)
    assert signals.measures(figures)


def test_where_no_verdict_would_change_it_says_so_in_one_sentence(database, store, answered):
    answered({4: 20}, stuffed=10)
    figures = figures_of(database, store)
    assert figures.without_signals is not None
    assert signals.sentences(figures)[-1].endswith("các kết luận vẫn như vậy.")
    assert signals.table(figures) is None
    assert not signals.measures(figures)


def test_where_nothing_carries_several_signals_nothing_is_said(database, store, answered):
    answered({4: 15, 3: 5}, stuffed=0)
    figures = figures_of(database, store)
    assert figures.without_signals is None
    assert signals.sentences(figures) == []
    assert signals.limit_sentence(figures) == ""


def test_a_record_from_before_says_that_it_does_not_know(database, store, answered):
    answered({4: 15, 3: 5}, stuffed=40)
    text, _digest = period_figures.written(figures_of(database, store))
    old = json.loads(text)
    del old["without_signals"]
    old["version"] = 2
    figures = period_figures.read(json.dumps(old))
    assert signals.sentences(figures) == []
    assert "chốt trước khi" in signals.limit_sentence(figures)
    assert period_figures.read(text) == replace(
        figures, version=3, without_signals=period_figures.read(text).without_signals
    )
