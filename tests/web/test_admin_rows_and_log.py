"""Rows that leave the house, and the log of what was done."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from admin import HOME, send, text
from factories import desk_id, make_submission, store_answer
from pages import elements, parse, text_of
from reported_year import unit_id
from sqlalchemy import select

import kiosk
import survey
from survey import clock
from survey.models import (
    AuditEvent,
)
from survey.services.intake import mixing
from survey.services.office import audit
from survey.web.admin.log import ACTIONS

pytestmark = pytest.mark.dated


def test_rows_leave_as_archive_and_as_spreadsheet_and_are_audited(
    administrator, database, settings, store, keyring
):
    for _ in range(6):
        store_answer(database, settings, store, make_submission(database, store))
    database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=date(2026, 11, 24)))
    archive = send(administrator, "/xuat-du-lieu", {"export-period": "2026", "export-file_format": "csv"})
    assert archive.mimetype == "application/zip"
    assert "filename=sipas-ratings-2026.zip" in archive.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(archive.data)) as opened:
        assert sorted(opened.namelist()) == ["SPEC.toml", "ratings.csv"]
        assert opened.read("ratings.csv").count(b"\n") == 7
    archive.close()
    sheet = send(administrator, "/xuat-du-lieu", {"export-period": "2026-Q1", "export-file_format": "xlsx"})
    assert sheet.data[:2] == b"PK"
    sheet.close()
    pack = send(administrator, "/xuat-du-lieu", {"export-period": "2026-Q1", "export-file_format": "pack"})
    assert pack.mimetype == "application/zip"
    assert "filename=sipas-pack-2026-q1.zip" in pack.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(pack.data)) as opened:
        assert {"ratings.csv", "ratings.sav", "codebook.xml", "estimates.R"} < set(opened.namelist())
    pack.close()
    with database.read() as session:
        details = session.scalars(
            select(AuditEvent.detail).where(AuditEvent.action == "rows-exported").order_by(AuditEvent.id)
        ).all()
    assert details == [
        {"period": "2026", "rows": 6, "format": "csv"},
        {"period": "2026-Q1", "rows": 6, "format": "xlsx"},
        {"period": "2026-Q1", "rows": 6, "format": "pack"},
    ]


@pytest.mark.parametrize("period", ["2026-03-02", "2026-W10", "", "1800"])
def test_nothing_finer_than_a_month_is_offered(administrator, period):
    answer = send(administrator, "/xuat-du-lieu", {"export-period": period, "export-file_format": "csv"})
    assert answer.status_code == 422


def test_log_tells_of_an_event_in_the_readers_words(administrator, database):
    told = {
        "officer-added": {"officer": "motcua1", "role": "viewer"},
        "officer-changed": {"officer": "motcua1", "role": "officer", "active": False},
        "desk-changed": {"desk": "MC", "active": True},
        "kiosk-code": {"name": "Máy 1", "desk": desk_id(database)},
        "period-closed": {"period": "2026-Q1", "unit": unit_id(database), "digest": "0123456789abcdef"},
        "goal-changed": {"year": 2026, "dimension": "staff", "threshold": 0.85},
        "special-days-added": {"first": "2026-09-02", "last": "2026-09-03", "open": False},
        "retention-changed": {"comments": {"from": 12, "to": 6}},
    }

    def happen(session):
        for action, detail in told.items():
            audit.record(session, login="administrator", action=action, now=clock.now(), detail=detail)

    database.write(happen)
    page = parse(administrator.get(f"{HOME}/nhat-ky").text)
    cells = [text_of(one) for one in elements(page, "td") if one.get("class") == "value"]
    assert cells[: len(told)] == [
        "lời góp ý: 12 → 6",
        "từ ngày: 02/09/2026; đến ngày: 03/09/2026; mở cửa: không",
        "năm: 2026; nội dung: Công chức; ngưỡng: 85,0%",
        "kỳ: Quý I năm 2026; đơn vị: Xã Ea Drăng; mã kiểm: 0123456789ab",
        "tên: Máy 1; bộ phận: MC",
        "bộ phận: MC; đang dùng: có",
        "tài khoản: motcua1; vai trò: cán bộ; được đăng nhập: không",
        "tài khoản: motcua1; vai trò: chỉ xem",
    ]


def test_log_names_what_was_done_and_pages_back(administrator, database):
    send(administrator, "/lien-he", {"contact-hotline": "0262350001"})

    def changed(session):
        for _ in range(59):
            audit.record(session, login="administrator", action="contact-changed", now=clock.now())

    database.write(changed)
    page = text(administrator.get(f"{HOME}/nhat-ky"))
    assert page.count("Sửa nơi liên hệ") == 50
    assert "Nhật ký liền mạch" in page
    older = re.search(r'href="([^"]*truoc=\d+)"', page)[1]
    assert text(administrator.get(older)).count("Sửa nơi liên hệ") == 10
    assert administrator.get(f"{HOME}/nhat-ky?truoc=x").status_code == 404


def test_every_action_that_is_recorded_has_its_words():
    packages = [Path(survey.__file__).parent, Path(kiosk.__file__).parent]
    code = "\n".join(path.read_text(encoding="utf-8") for one in packages for path in one.rglob("*.py"))
    recorded = set(re.findall(r'(?:action=|_record\(session, )"([a-z-]+)"', code))
    assert len(recorded) > 25
    assert recorded - set(ACTIONS) == set()


def test_log_says_when_somebody_changed_it(administrator, database):
    send(administrator, "/lien-he", {"contact-hotline": "0262350001"})
    database.write(lambda s: s.execute(AuditEvent.__table__.update().values(officer_login="x")))
    assert "Nhật ký bị đứt" in text(administrator.get(f"{HOME}/nhat-ky"))
