"""Dossiers: looked at before they are stored, stored once, and no more than was asked for."""

import csv
import io
from datetime import date

import pytest
from factories import NOON, desk_id
from sqlalchemy import inspect, select

from survey.db import Database
from survey.exceptions import Conflict, NotFound
from survey.models import AuditEvent, Dossier, ProcedureField
from survey.queries.dossiers import returned
from survey.services.inviting import dossiers
from survey.services.inviting.dossiers import ImportPreview, ImportResult

TODAY = date(2026, 11, 24)
HEAD = ["Họ tên", "Mã hồ sơ", "Thủ tục", "Lĩnh vực", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày trả"]


def line(number: int = 1, **changes: str) -> list[str]:
    cells = {
        "Họ tên": "Người nộp 001",
        "Mã hồ sơ": f"H15.46.12-260302-{number:04d}",
        "Thủ tục": "Đăng ký khai sinh",
        "Lĩnh vực": "Hộ tịch",
        "Ngày tiếp nhận": "02/03/2026",
        "Ngày hẹn trả": "05/03/2026",
        "Ngày trả": "",
    }
    return list({**cells, **changes}.values())


def look(database: Database, *rows: list[str], **changes: object) -> ImportPreview:
    target = io.StringIO()
    csv.writer(target).writerows([HEAD, *rows])
    values = {
        "content": target.getvalue().encode(),
        "filename": "x.csv",
        "desk_id": desk_id(database),
        "today": TODAY,
    }
    with database.read() as session:
        return dossiers.preview(session, **{**values, **changes})


def store(database: Database, preview: ImportPreview, *, keep_good: bool = False) -> ImportResult:
    return database.write(
        lambda session: dossiers.store(session, preview, keep_good=keep_good, login="officer", now=NOON)
    )


def stored(database: Database) -> list[Dossier]:
    with database.read() as session:
        return list(session.scalars(select(Dossier).order_by(Dossier.code)))


def field_codes(database: Database) -> dict[int | None, str]:
    with database.read() as session:
        return {row.id: row.code for row in session.scalars(select(ProcedureField))}


def test_looking_stores_nothing(database):
    preview = look(database, line(1), line(2))
    assert len(preview.rows_good) == 2
    assert preview.rows_known == ()
    assert stored(database) == []


def test_stored_once_however_often_the_file_is_imported(database):
    rows = [line(1), line(2, **{"Ngày trả": "04/03/2026"})]
    assert store(database, look(database, *rows)) == ImportResult(2, 0, 0, 0)
    again = look(database, *rows)
    assert (len(again.rows_good), len(again.rows_known), again.rows_changed) == (0, 2, 0)
    assert store(database, again) == ImportResult(0, 0, 2, 0)
    assert len(stored(database)) == 2


def test_preview_of_before_another_import_adds_nothing_twice(database):
    first, second = look(database, line(1)), look(database, line(1))
    store(database, first)
    assert store(database, second) == ImportResult(0, 0, 1, 0)


def test_later_export_brings_the_day_of_return(database):
    store(database, look(database, line(1)))
    later = look(database, line(1, **{"Ngày trả": "04/03/2026", "Ngày hẹn trả": "06/03/2026"}))
    assert later.rows_changed == 1
    assert store(database, later) == ImportResult(0, 1, 0, 0)
    (row,) = stored(database)
    assert (row.returned_on, row.due_on) == (date(2026, 3, 4), date(2026, 3, 6))


def test_empty_cell_takes_no_day_away(database):
    store(database, look(database, line(1, **{"Ngày trả": "04/03/2026"})))
    assert store(database, look(database, line(1))) == ImportResult(0, 0, 1, 0)
    assert stored(database)[0].returned_on == date(2026, 3, 4)


def test_rows_with_errors_hold_everything_back_unless_the_officer_says_so(database):
    preview = look(database, line(1), line(2, **{"Ngày trả": "chưa"}))
    assert preview.rows_wrong == 1
    with pytest.raises(Conflict):
        store(database, preview)
    assert stored(database) == []
    assert store(database, preview, keep_good=True) == ImportResult(1, 0, 0, 1)
    assert len(stored(database)) == 1


def test_no_name_reaches_the_database(database):
    store(database, look(database, line(1)))
    (row,) = stored(database)
    kept = [str(getattr(row, column.key)) for column in inspect(Dossier).columns]
    assert not any("Người nộp" in value for value in kept)


@pytest.mark.parametrize(
    ("field", "procedure", "code"),
    [
        ("Hộ tịch", "", "civil_status"),
        ("Lĩnh vực HỘ TỊCH", "", "civil_status"),
        ("Hộ tịch (cấp xã)", "", "civil_status"),
        ("Civil status", "", "civil_status"),
        ("", "Thủ tục đăng ký kết hôn", "civil_status"),
        ("Tư pháp", "Đăng ký khai tử", "civil_status"),
        ("Đất đai", "Đăng ký khai sinh", "land"),
        ("Tư pháp", "Trợ giúp pháp lý", None),
        ("", "", None),
    ],
)
def test_field_is_found_by_its_name_or_by_the_procedure(database, field, procedure, code):
    preview = look(database, line(1, **{"Lĩnh vực": field, "Thủ tục": procedure}))
    store(database, preview)
    assert field_codes(database).get(stored(database)[0].field_id) == code


def test_names_no_field_goes_by_are_counted(database):
    rows = [line(n, **{"Lĩnh vực": "Tư pháp", "Thủ tục": ""}) for n in range(1, 4)]
    assert look(database, *rows, line(9)).unknown_fields == (("Tư pháp", 3),)


def test_returned_dossiers_are_the_denominator(database):
    rows = [line(1, **{"Ngày trả": "04/03/2026"}), line(2, **{"Ngày trả": "31/03/2026"}), line(3)]
    store(database, look(database, *rows))
    with database.read() as session:
        desks = [desk_id(database)]
        assert returned(session, desk_ids=desks, start=date(2026, 3, 1), end=date(2026, 4, 1)) == 2
        counts = dossiers.counts(session, desk_ids=desks)
    assert (counts.total, counts.returned) == (3, 2)
    assert (counts.received_from, counts.received_to) == (date(2026, 3, 2), date(2026, 3, 2))


def test_audit_has_counts_alone(database):
    store(database, look(database, line(1), line(2, **{"Ngày trả": "x"})), keep_good=True)
    with database.read() as session:
        (event,) = session.scalars(select(AuditEvent))
    assert event.action == "dossiers-imported"
    assert event.detail == {"desk": "MC", "added": 1, "updated": 0, "left_out": 1}


def test_unknown_desk_is_refused(database):
    with pytest.raises(NotFound):
        look(database, line(1), desk_id=999)


def test_twenty_thousand_dossiers_are_stored_in_one_go(database):
    rows = [line(0, **{"Mã hồ sơ": f"H15.46.12-260302-{number:05d}"}) for number in range(20_000)]
    preview = look(database, *rows)
    assert store(database, preview).added == 20_000
    assert store(database, look(database, *rows)) == ImportResult(0, 0, 20_000, 0)
