"""Who may open which page of administration, and what the pages do with what officers send."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from factories import desk_id, make_submission, store_answer
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

import kiosk
import survey
from survey.enums import Dimension, Role
from survey.models import (
    AuditEvent,
    Baseline,
    Counter,
    Desk,
    Dossier,
    Goal,
    Invitation,
    Officer,
    Procedure,
    ProcedureField,
    Unit,
)
from survey.services.intake import mixing
from survey.services.office import installation
from survey.web.admin.log import ACTIONS

HOME = "/can-bo/quan-tri"
ADMINISTRATORS = ["/", "/bo-phan", "/don-vi", "/don-vi/1", "/linh-vuc", "/thu-tuc/1", "/tai-khoan"]
ADMINISTRATORS += ["/xuat-du-lieu", "/nhat-ky", "/gio-lam-viec"]
HEADS = ["/muc-tieu/2026", "/so-nam-truoc"]
OFFICERS = ["/phieu-moi", "/ho-so"]
PAGES = {Role.ADMINISTRATOR: ADMINISTRATORS, Role.HEAD: HEADS, Role.OFFICER: OFFICERS}
ORDER = [Role.VIEWER, Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR]

SENDS = {
    Role.ADMINISTRATOR: [
        *("/don-vi-va-nam", "/lien-he", "/xac-nhan", "/linh-vuc/da-xem", "/xuat-du-lieu"),
        *("/bo-phan", "/bo-phan/1", "/bo-phan/1/quay", "/quay/1"),
        *("/don-vi", "/don-vi/1", "/don-vi/1/thay-the"),
        *("/linh-vuc", "/linh-vuc/1", "/linh-vuc/1/chuyen", "/thu-tuc", "/thu-tuc/1"),
        *("/gio-lam-viec", "/gio-lam-viec/ngay", "/gio-lam-viec/ngay-co-dinh", "/gio-lam-viec/bo-ngay"),
        *("/tai-khoan", "/tai-khoan/1", "/tai-khoan/1/mat-khau"),
    ],
    Role.HEAD: ["/muc-tieu", "/muc-tieu/2026/access", "/muc-tieu/2026/xac-nhan", "/so-nam-truoc/2025"],
    Role.OFFICER: ["/ho-so", "/ho-so/xem-truoc"],
}
PRINTS = ["/kiosk/phieu-moi/cuon", "/kiosk/phieu-moi/ho-so", "/kiosk/phieu-moi/in-lai", "/kiosk/ap-phich"]


def send(client: FlaskClient, path: str, data: dict[str, object], page: str | None = None) -> TestResponse:
    """Send a form with the token that its page gives."""
    shown = client.get(HOME + (page or "/ho-so")).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token
    full = path if path.startswith("/kiosk") else HOME + path
    # Encoded here: the test client would put a large form into a temporary file and forget it.
    boundary, content = encode_multipart(MultiDict({**data, "csrf_token": token[1]}))
    return client.post(full, data=content, content_type=f"multipart/form-data; boundary={boundary}")


def text(response: TestResponse) -> str:
    return response.get_data(as_text=True)


def one(database, query):
    with database.read() as session:
        return session.scalar(query)


@pytest.fixture
def administrator(officer_client) -> FlaskClient:
    return officer_client(Role.ADMINISTRATOR)


# --- who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ORDER)
def test_page_opens_for_its_role_and_those_above(officer_client, role):
    client = officer_client(role)
    for needed, pages in PAGES.items():
        expected = 200 if ORDER.index(role) >= ORDER.index(needed) else 403
        assert {p: client.get(HOME + p).status_code for p in pages} == dict.fromkeys(pages, expected)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OFFICER, Role.HEAD])
def test_form_of_a_higher_role_is_refused(officer_client, role):
    client = officer_client(role)
    above = [
        path for needed, paths in SENDS.items() if ORDER.index(role) < ORDER.index(needed) for path in paths
    ]
    assert above
    assert {path: client.post(HOME + path).status_code for path in above} == dict.fromkeys(above, 403)


def test_stranger_is_sent_to_sign_in_and_sends_nothing(client):
    for paths in PAGES.values():
        for path in paths:
            assert client.get(HOME + path).status_code == 302
    for path in [HOME + path for paths in SENDS.values() for path in paths] + PRINTS:
        assert client.post(path).status_code == 401, path


def test_every_form_needs_its_token_those_of_the_kiosk_too(administrator, database):
    for path in [HOME + path for paths in SENDS.values() for path in paths] + PRINTS:
        assert administrator.post(path).status_code == 400, path
    assert one(database, select(func.count()).select_from(Invitation)) == 0


# --- units, desks, catalogue ------------------------------------------------------------------------


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


# --- first run --------------------------------------------------------------------------------------


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


# --- goals ------------------------------------------------------------------------------------------


def goal_form(**changes: object) -> dict[str, object]:
    return {
        "access-threshold": "82,5",
        "access-operator": ">=",
        "access-require_improvement": "y",
        "access-improvement_operator": ">",
        "access-method": "item-mean",
        "access-wording": "Từ 82,5% trở lên",
        "access-task": ["Niêm yết", "", "Kê thêm ghế"],
        "access-task_role": ["Văn phòng", "", "Kế toán"],
        "access-task_short": ["", "", ""],
        **{f"access-{name}": value for name, value in changes.items()},
    }


def test_goal_is_saved_with_a_decimal_comma(administrator, database):
    assert send(administrator, "/muc-tieu/2026/access", goal_form()).status_code == 303
    assert one(database, select(Goal.threshold_ppm).where(Goal.dimension == Dimension.ACCESS)) == 825_000
    page = text(administrator.get(f"{HOME}/muc-tieu/2026"))
    assert 'value="82,5"' in page
    assert "≥ 82,5%" in page.replace("\u00a0", " ")
    assert "Kê thêm ghế" in page


@pytest.mark.parametrize("threshold", ["", "0", "100,5", "tám mươi"])
def test_goal_needs_a_sensible_threshold(administrator, threshold):
    answer = send(administrator, "/muc-tieu/2026/access", goal_form(threshold=threshold, wording="giữ lại"))
    assert answer.status_code == 422
    assert "giữ lại" in text(answer)
    assert f'value="{threshold}"' in text(answer)


def test_method_is_not_offered_once_the_year_has_answers(administrator, database, settings, store, keyring):
    for _ in range(5):
        store_answer(database, settings, store, make_submission(database, store))
    database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=date(2026, 11, 24)))
    assert '<select id="access-method"' not in text(administrator.get(f"{HOME}/muc-tieu/2026"))
    assert send(administrator, "/muc-tieu/2026/access", goal_form(threshold="81")).status_code == 303
    forged = send(administrator, "/muc-tieu/2026/access", goal_form(method="pooled"))
    assert forged.status_code == 422
    assert one(database, select(Goal.method).where(Goal.dimension == Dimension.ACCESS)) == "item-mean"


def test_another_plan_year_is_opened(administrator):
    answer = send(administrator, "/muc-tieu", {"open-year": "2027"})
    assert answer.location.endswith("/muc-tieu/2027")
    assert "Chép từ kế hoạch 2024" in text(administrator.get(answer.location))
    assert administrator.get(f"{HOME}/muc-tieu/2031").status_code == 404


def figures(**typed: str) -> dict[str, object]:
    """The whole form as a browser sends it, empty but for what was typed."""
    names = ("value", "n", "method", "source")
    empty = {f"{dimension.value}-{name}": "" for dimension in Dimension for name in names}
    return {**empty, **{name.replace("_", "-"): value for name, value in typed.items()}}


def test_figures_of_last_year_are_kept_as_typed_and_emptied(administrator, database):
    data = figures(access_value="78,5", access_n="412", access_method="item-mean", access_source="Báo cáo")
    assert send(administrator, "/so-nam-truoc/2025", data).status_code == 303
    with database.read() as session:
        rows = session.execute(select(Baseline.dimension, Baseline.value_ppm, Baseline.n)).all()
    assert rows == [(Dimension.ACCESS, 785_000, 412)]
    page = text(administrator.get(f"{HOME}/so-nam-truoc?nam=2025"))
    assert 'value="78,5"' in page
    assert 'value="0"' not in page
    assert send(administrator, "/so-nam-truoc/2025", figures()).status_code == 303
    assert one(database, select(func.count()).select_from(Baseline)) == 0


def test_everything_wrong_with_the_figures_is_said_at_once(administrator, database):
    data = figures(access_value="nhiều", staff_n="30", outcome_value="180")
    answer = send(administrator, "/so-nam-truoc/2025", data)
    assert answer.status_code == 422
    page = text(answer)
    assert "Hãy ghi một tỷ lệ, ví dụ 83,9." in page
    assert "thiếu chỉ số" in page
    assert "Tỷ lệ phải từ 0 đến 100." in page
    assert one(database, select(func.count()).select_from(Baseline)) == 0


@pytest.mark.parametrize("year", ["1999", "abc", "99999", "²"])
def test_year_of_figures_that_cannot_be_is_not_found(administrator, year):
    assert administrator.get(f"{HOME}/so-nam-truoc?nam={year}").status_code == 404


# --- accounts ---------------------------------------------------------------------------------------


def test_account_is_made_and_its_password_shown_once(administrator, database, app):
    made = send(administrator, "/tai-khoan", {"new-login": "motcua1", "new-role": "officer"})
    assert made.status_code == 200
    shown = re.search(r'class="shown-once"><strong>([^<]+)<', text(made))
    assert shown
    assert shown[1] not in text(administrator.get(f"{HOME}/tai-khoan"))
    newcomer = app.test_client()
    page = newcomer.get("/can-bo/dang-nhap").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    data = {"login": "motcua1", "password": shown[1], "csrf_token": token}
    assert newcomer.post("/can-bo/dang-nhap", data=data).status_code == 303
    assert newcomer.get(f"{HOME}/ho-so").location.endswith("/can-bo/mat-khau")


@pytest.mark.parametrize(("login", "said"), [("Văn thư", "3–40 chữ thường"), ("administrator", "đã có")])
def test_account_needs_a_free_plain_name(administrator, login, said):
    answer = send(administrator, "/tai-khoan", {"new-login": login, "new-role": "viewer"})
    assert answer.status_code == 422
    assert said in text(answer)


def test_last_administrator_is_kept(administrator, database):
    me = one(database, select(Officer.id))
    answer = send(administrator, f"/tai-khoan/{me}", {f"account-{me}-role": "viewer"})
    assert answer.status_code == 422
    assert "quản trị viên cuối cùng" in text(answer)
    assert one(database, select(Officer.active)) is True


def test_account_is_put_out_of_use_and_its_session_ends(administrator, officer_client, database):
    viewer = officer_client(Role.OFFICER)
    them = one(database, select(Officer.id).where(Officer.login == "officer"))
    assert send(administrator, f"/tai-khoan/{them}", {f"account-{them}-role": "officer"}).status_code == 303
    assert viewer.get(f"{HOME}/ho-so").status_code == 302
    assert send(administrator, f"/tai-khoan/{them}/mat-khau", {}).status_code == 409


# --- dossiers ---------------------------------------------------------------------------------------

GOOD = "Mã hồ sơ;Họ tên;Ngày tiếp nhận;Ngày trả\nH15.1-260302-0001;Người nộp 001;02/03/2026;03/03/2026\n"
BAD = GOOD + "H15.1-260302-0002;Người nộp 002;02/03/2026;hôm qua\n"


def upload(client: FlaskClient, database, content: str | bytes, name: str = "x.csv") -> TestResponse:
    raw = content.encode() if isinstance(content, str) else content
    data = {"upload-desk_id": desk_id(database), "upload-file": FileStorage(io.BytesIO(raw), name)}
    return send(client, "/ho-so/xem-truoc", data)


def sealed_in(response: TestResponse) -> str:
    found = re.search(r'name="store-sealed"[^>]*value="([^"]+)"', text(response))
    assert found
    return found[1]


def dossiers_stored(database) -> int:
    return one(database, select(func.count()).select_from(Dossier))


def test_upload_is_shown_first_and_stored_on_request(officer_client, database):
    client = officer_client(Role.OFFICER)
    shown = upload(client, database, GOOD)
    assert shown.status_code == 200
    assert dossiers_stored(database) == 0
    assert "Không đọc: Họ tên." in text(shown)
    assert "Người nộp 001" not in text(shown)
    stored = send(client, "/ho-so", {"store-sealed": sealed_in(shown)})
    assert stored.status_code == 303
    assert dossiers_stored(database) == 1
    assert "thêm 1 hồ sơ" in text(client.get(stored.location))
    again = upload(client, database, GOOD)
    send(client, "/ho-so", {"store-sealed": sealed_in(again)})
    assert dossiers_stored(database) == 1


def test_wrong_rows_are_named_and_good_ones_kept_if_told(officer_client, database):
    client = officer_client(Role.OFFICER)
    shown = upload(client, database, BAD)
    page = text(shown)
    assert "hôm qua" in page
    assert "không phải ngày; cần ngày/tháng/năm" in page
    assert send(client, "/ho-so", {"store-sealed": sealed_in(shown)}).status_code == 409
    assert dossiers_stored(database) == 0
    kept = send(client, "/ho-so", {"store-sealed": sealed_in(shown), "store-keep_good": "y"})
    assert kept.status_code == 303
    assert dossiers_stored(database) == 1


def test_preview_of_another_account_or_changed_is_refused(officer_client, database):
    head, officer = officer_client(Role.HEAD), officer_client(Role.OFFICER)
    sealed = sealed_in(upload(head, database, GOOD))
    assert send(officer, "/ho-so", {"store-sealed": sealed}).status_code == 409
    middle = len(sealed) // 2
    changed = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    for forged in (changed, "", "x", "ă"):
        assert send(head, "/ho-so", {"store-sealed": forged}).status_code == 409
    assert dossiers_stored(database) == 0


def test_file_that_cannot_be_read_is_explained(officer_client, database):
    client = officer_client(Role.OFFICER)
    answer = upload(client, database, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "cu.xls")
    assert answer.status_code == 422
    assert "Lưu thành" in text(answer)
    assert send(client, "/ho-so/xem-truoc", {"upload-desk_id": desk_id(database)}).status_code == 422


def test_twenty_thousand_rows_travel_with_their_page(officer_client, database):
    client = officer_client(Role.OFFICER)
    days = [(1 + n // 2500, 1 + n % 28) for n in range(20_000)]
    rows = "".join(
        f"H15.46.12-26{month:02d}{day:02d}-{n:05d};x;{day:02d}/{month:02d}/2026;\n"
        for n, (month, day) in enumerate(days)
    )
    shown = upload(client, database, GOOD + rows)
    sealed = sealed_in(shown)
    assert len(sealed) < 450_000
    assert send(client, "/ho-so", {"store-sealed": sealed}).status_code == 303
    assert dossiers_stored(database) == 20_001


# --- rows out, and the log --------------------------------------------------------------------------


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
    with database.read() as session:
        details = session.scalars(
            select(AuditEvent.detail).where(AuditEvent.action == "rows-exported").order_by(AuditEvent.id)
        ).all()
    assert details == [
        {"period": "2026", "rows": 6, "format": "csv"},
        {"period": "2026-Q1", "rows": 6, "format": "xlsx"},
    ]


@pytest.mark.parametrize("period", ["2026-03-02", "2026-W10", "", "1800"])
def test_nothing_finer_than_a_month_is_offered(administrator, period):
    answer = send(administrator, "/xuat-du-lieu", {"export-period": period, "export-file_format": "csv"})
    assert answer.status_code == 422


def test_log_names_what_was_done_and_pages_back(administrator, database):
    for number in range(60):
        send(administrator, "/lien-he", {"contact-hotline": f"02623500{number:02}"})
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


def test_upload_is_read_in_memory_however_large(app):
    file = FileStorage(io.BytesIO(b"x" * 2_000_000), "x.csv")
    boundary, content = encode_multipart({"file": file})
    kind = f"multipart/form-data; boundary={boundary}"
    with app.test_request_context("/", method="POST", data=content, content_type=kind) as context:
        assert isinstance(context.request.files["file"].stream, io.BytesIO)


def test_forms_work_over_https(app):
    """Our pages send no referrer, which the form library would ask for there."""
    client, base = app.test_client(), "https://localhost"
    page = client.get("/can-bo/dang-nhap", base_url=base).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    data = {"login": "nobody", "password": "nothing", "csrf_token": token}
    answer = client.post("/can-bo/dang-nhap", data=data, base_url=base, headers={"Origin": base})
    assert answer.status_code == 401
