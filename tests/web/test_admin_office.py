"""Desks, units, fields, the first run: what the pages do with what is sent."""

from __future__ import annotations

import re
from datetime import date

import pytest
from admin import HOME, one, send, text
from sqlalchemy import select

from survey.models import (
    Counter,
    Desk,
    Procedure,
    ProcedureField,
    Unit,
)
from survey.services.office import installation


def test_desk_and_counter_are_added_and_changed(administrator, database):
    made = send(administrator, "/bo-phan", {"new-desk-code": "mc2", "new-desk-name": "Bộ phận hai"})
    assert made.status_code == 303
    desk = one(database, select(Desk.id).where(Desk.code == "MC2"))
    counter_data = {f"new-counter-{desk}-code": "Q1", f"new-counter-{desk}-name": "Quầy"}
    assert send(administrator, f"/bo-phan/{desk}/quay", counter_data).status_code == 303
    counter = one(database, select(Counter.id).where(Counter.desk_id == desk))
    assert send(administrator, f"/quay/{counter}", {f"counter-{counter}-name": "Quầy A"}).status_code == 303
    send(administrator, f"/bo-phan/{desk}", {f"desk-{desk}-name": "Lưu động", f"desk-{desk}-active": "y"})
    page = text(administrator.get(f"{HOME}/bo-phan"))
    assert "Lưu động" in page
    assert "Quầy A" in page
    assert one(database, select(Counter.active).where(Counter.id == counter)) is False


def test_refused_form_comes_back_as_it_was_typed(administrator):
    answer = send(administrator, "/bo-phan", {"new-desk-code": "MC", "new-desk-name": "Bộ phận ba"})
    assert answer.status_code == 422
    assert "Mã này đã có." in text(answer)
    assert 'value="Bộ phận ba"' in text(answer)


@pytest.mark.dated
@pytest.mark.parametrize(
    ("path", "data", "page"),
    [
        ("/bo-phan", {"new-desk-code": "?"}, "/can-bo/quan-tri/bo-phan"),
        ("/muc-tieu/2026/access", {"access-threshold": "x"}, "/can-bo/quan-tri/muc-tieu/2026"),
        ("/tai-khoan/1", {"account-1-role": "x"}, "/can-bo/quan-tri/tai-khoan"),
        ("/thu-tuc/1", {"procedure-name_vi": ""}, "/can-bo/quan-tri/thu-tuc/1"),
        ("/kiosk/phieu-moi/cuon", {"roll-count": "x"}, "/can-bo/quan-tri/phieu-moi"),
        ("/kiosk/phieu-moi/in-lai", {"reprint-paper": "x"}, "/can-bo/quan-tri/phieu-moi"),
    ],
)
def test_other_language_of_a_refused_form_is_its_page(administrator, path, data, page):
    answer = send(administrator, path, data)
    assert answer.status_code == 422
    link = re.search(r'<a href="([^"]+)" lang="en"', text(answer))[1]
    assert link == f"{page}?lang=en"
    assert '<html lang="en"' in text(administrator.get(link))


def test_last_desk_cannot_be_put_out_of_use(administrator):
    answer = send(administrator, "/bo-phan/1", {"desk-1-name": "Trung tâm"})
    assert answer.status_code == 422
    assert "Đây là bộ phận duy nhất đang dùng." in text(answer)


def test_unit_is_added_and_succeeded(administrator, database):
    data = {
        "new-name": "Xã Mẫu",
        "new-level": "commune",
        "new-parent_id": "0",
        "new-valid_from": "01/07/2025",
    }
    assert send(administrator, "/don-vi", data).status_code == 303
    added = one(database, select(Unit.id).where(Unit.name == "Xã Mẫu"))
    assert send(administrator, "/don-vi", data).status_code == 422
    other = one(database, select(Unit.id).where(Unit.key == "ea-drang-2025"))
    answer = send(
        administrator, f"/don-vi/{added}/thay-the", {"next-successor_id": other, "next-on": "01/01/2026"}
    )
    assert answer.status_code == 303
    assert one(database, select(Unit.valid_to).where(Unit.id == added)) == date(2025, 12, 31)


def test_field_is_added_moved_and_its_procedures_are_kept(administrator, database):
    sent = {"new-field-name_vi": "Lâm nghiệp", "new-field-hint_vi": "gỗ", "new-field-active": "y"}
    assert send(administrator, "/linh-vuc", sent).status_code == 303
    added = one(database, select(ProcedureField.id).where(ProcedureField.code == "lam_nghiep"))
    assert send(administrator, f"/linh-vuc/{added}/chuyen", {"way": "up"}).status_code == 303
    procedure = {"new-procedure-name_vi": "Cấp phép khai thác", "new-procedure-field_id": added}
    assert send(administrator, "/thu-tuc", procedure).status_code == 303
    place = one(database, select(Procedure.id).where(Procedure.field_id == added))
    changed = {"procedure-name_vi": "Cấp phép", "procedure-field_id": added, "procedure-active": "y"}
    assert send(administrator, f"/thu-tuc/{place}", changed).status_code == 303
    assert "Cấp phép" in text(administrator.get(f"{HOME}/linh-vuc"))
    assert send(administrator, "/linh-vuc", {"new-field-name_vi": "hộ tịch"}).status_code == 422


def test_first_run_is_gone_through_and_confirmed(administrator, database):
    with database.read() as session:
        unit = installation.read(session).unit_id
    refused = send(administrator, "/xac-nhan", {})
    assert refused.status_code == 409
    assert "Còn cần xem: đơn vị và năm kế hoạch" in text(refused)
    assert send(administrator, "/don-vi-va-nam", {"unit_id": unit, "year": "2026"}).status_code == 303
    desk = send(
        administrator, "/bo-phan/1", {"desk-1-name": "Bộ phận", "desk-1-active": "y", "back": "first-run"}
    )
    assert desk.location.endswith("/can-bo/quan-tri/#desks")
    send(administrator, "/linh-vuc/da-xem", {})
    goals = send(administrator, "/muc-tieu/2026/xac-nhan", {"back": "first-run"})
    assert goals.location.endswith("/can-bo/quan-tri/#goals")
    send(administrator, "/lien-he", {"contact-hotline": "0262 000 000"})
    assert send(administrator, "/xac-nhan", {}).status_code == 303
    page = text(administrator.get(f"{HOME}/"))
    assert "Thiết lập đã được xác nhận." in page
    with database.read() as session:
        current = installation.read(session)
    assert (current.confirmed, current.hotline) == (True, "0262 000 000")


def test_unit_is_found_by_words_without_marks(administrator):
    page = text(administrator.get(f"{HOME}/?tim=ea+ral"))
    assert "Xã Ea Ral, Huyện Ea H&#39;Leo, Tỉnh Đắk Lắk (đến 30/06/2025, nay thuộc Xã Ea Drăng)" in page


def test_year_out_of_reach_is_refused_beside_the_field(administrator):
    answer = send(administrator, "/don-vi-va-nam", {"unit_id": "1", "year": "26"})
    assert answer.status_code == 422
    assert "Hãy ghi một năm, ví dụ 2026." in text(answer)
