"""Slips and posters out of the server: what is printed opens the form, once, and is told nobody again."""

import calendar
import re
import unicodedata
from datetime import date, timedelta

import made_up
import pytest
from factories import desk_id
from flask.testing import FlaskClient
from printing import printed, read, words
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey import i18n
from survey.app import create_app
from survey.enums import InvitationState, Role
from survey.models import AuditEvent, Dossier, Invitation
from survey.services.office import installation
from survey.services.spoken import tiles
from survey.settings import Settings

DPI = 203


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An office whose form can be reached from outside, under a short address."""
    return Settings.for_folder(
        settings.data, database_url=settings.database_url, public_url="https://ks.example.gov.vn"
    )


@pytest.fixture
def officer(officer_client) -> FlaskClient:
    return officer_client(Role.OFFICER)


def send(client: FlaskClient, path: str, **data: object) -> TestResponse:
    page = client.get("/can-bo/quan-tri/phieu-moi").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    return client.post(path, data={**data, "csrf_token": token})


def print_roll(client: FlaskClient, database, **changes: object) -> TestResponse:
    data = {"roll-desk_id": desk_id(database), "roll-count": 2, "roll-paper": "a5"}
    return send(client, "/kiosk/phieu-moi/cuon", **{**data, **changes})


def codes_of(pdf: bytes) -> list[str]:
    """What a phone reads from each page that has a code."""
    return [found for image in printed(pdf, DPI) if (found := read(image))]


def add_returned(database, count: int = 3) -> None:
    database.write(
        lambda s: s.add_all(
            Dossier(
                code=f"H15.1-260302-{number:04d}",
                desk_id=desk_id(database),
                received_on=date(2026, 3, 2),
                returned_on=date(2026, 3, 4),
                filing_channel="counter",
            )
            for number in range(count)
        )
    )


@pytest.mark.parametrize("paper", ["a5", "a4-two-slips", "roll-80mm", "roll-58mm"])
def test_roll_is_one_pdf_that_no_cache_keeps(officer, database, paper):
    answer = print_roll(officer, database, **{"roll-paper": paper})
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(
        r'attachment; filename="phieu-moi-\d{8}-2\.pdf"', answer.headers["Content-Disposition"]
    )
    assert answer.data.startswith(b"%PDF")
    assert len(words(answer.data)) == (1 if paper == "a4-two-slips" else 2)


def test_the_page_of_slips_says_afterwards_what_was_printed(officer, database):
    """Once, on whatever page comes next; a cookie lets a script see that the file has come."""
    answer = print_roll(officer, database)
    assert "sipas-printed=1; Expires" in (cookie := answer.headers["Set-Cookie"])
    assert "Path=/can-bo/quan-tri/phieu-moi; SameSite=Strict" in cookie
    assert "Đã phát hành 2 phiếu" in officer.get("/can-bo/quan-tri/phieu-moi").text
    assert "Đã phát hành 2 phiếu" not in officer.get("/can-bo/quan-tri/phieu-moi").text


def test_printed_code_opens_the_form(officer, database, client):
    found = codes_of(print_roll(officer, database).data)
    assert len(set(found)) == 2
    for url in found:
        assert url.startswith("HTTPS://KS.EXAMPLE.GOV.VN/P/")
        assert 'name="stage"' in client.get(url.removeprefix("HTTPS://KS.EXAMPLE.GOV.VN")).text


def test_nothing_of_a_printed_slip_can_be_shown_again(officer, database):
    tokens = [url.rpartition("/")[2] for url in codes_of(print_roll(officer, database).data)]
    page = officer.get("/can-bo/quan-tri/phieu-moi").get_data(as_text=True)
    with database.read() as session:
        details = repr(session.scalars(select(AuditEvent.detail)).all())
        hashes = session.scalars(select(Invitation.token_hash)).all()
    assert len(hashes) == 2
    for token in tokens:
        assert token not in page + details
        assert token.encode() not in b"".join(hashes)


def test_office_stands_on_its_slips(officer, database):
    database.write(lambda s: installation.change(s, hotline="0262 000 000", petition_address="UBND xã"))
    text = " ".join(words(print_roll(officer, database).data))
    for said in ("Xã Ea Drăng", "Trung tâm Phục vụ hành chính công", "0262 000 000", "UBND xã"):
        assert said in text


def test_each_returned_dossier_gets_a_slip_and_the_first_sheet_says_whose(officer, database):
    add_returned(database)
    data = {
        "returned-desk_id": desk_id(database),
        "returned-start": "01/03/2026",
        "returned-end": "04/03/2026",
        "returned-paper": "a5",
    }
    answer = send(officer, "/kiosk/phieu-moi/ho-so", **data)
    assert answer.status_code == 200
    pages = words(answer.data)
    assert [f"H15.1-260302-{n:04d}" in pages[0] for n in range(3)] == [True] * 3
    assert not any("260302" in page for page in pages[1:])
    assert len(codes_of(answer.data)) == 3
    again = send(officer, "/kiosk/phieu-moi/ho-so", **data)
    assert again.status_code == 422
    assert "chưa có phiếu" in again.get_data(as_text=True)


def test_reprint_voids_the_slip_before(officer, database, client):
    add_returned(database, 1)
    data = {"reprint-dossier_code": "H15.1-260302-0000", "reprint-paper": "a5"}
    first, second = (codes_of(send(officer, "/kiosk/phieu-moi/in-lai", **data).data)[0] for _ in range(2))
    assert first != second
    host = "HTTPS://KS.EXAMPLE.GOV.VN"
    assert client.get(second.removeprefix(host)).status_code == 200
    assert client.get(first.removeprefix(host)).status_code == 410
    with database.read() as session:
        states = session.scalars(select(Invitation.state)).all()
    assert sorted(states) == [InvitationState.OPEN, InvitationState.VOID]


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_poster_opens_the_form_of_its_desk(officer, database, client, paper):
    answer = send(officer, "/kiosk/ap-phich", **{"poster-desk_id": desk_id(database), "poster-paper": paper})
    assert answer.mimetype == "application/pdf"
    (url,) = codes_of(answer.data)
    assert url == "HTTPS://KS.EXAMPLE.GOV.VN/D/MC"
    assert client.get("/D/MC").status_code == 200


def test_card_for_a_table_opens_the_same_form(officer, database):
    data = {"poster-desk_id": desk_id(database), "poster-paper": "a4-folded"}
    (url,) = set(codes_of(send(officer, "/kiosk/ap-phich", **data).data))
    assert url == "HTTPS://KS.EXAMPLE.GOV.VN/D/MC"


PRINTS = {
    "/kiosk/phieu-moi/cuon": {"roll-count": 1, "roll-paper": "roll-58mm"},
    "/kiosk/ap-phich": {"poster-paper": "a4-folded"},
    "/kiosk/phieu-giay": {"paper-paper": "a4-duplex"},
}


def printed_in(officer, database, path: str, language: str) -> bytes:
    data = PRINTS[path]
    prefix = next(iter(data)).partition("-")[0]
    desk = {f"{prefix}-desk_id": desk_id(database), f"{prefix}-language": language}
    answer = send(officer, path, **data, **desk)
    assert answer.mimetype == "application/pdf", answer.get_data(as_text=True)
    return answer.data


@pytest.mark.parametrize("path", PRINTS)
def test_sheet_is_printed_in_the_language_that_is_chosen(officer, database, settings, path):
    """English, and one an office added: with all its letters, on as many pages, and no text of ours left."""
    # One that every sheet of the path carries.
    source = {"/kiosk/phieu-giay": "Câu nào không muốn trả lời thì bỏ trống. Không cần ghi tên."}.get(
        path, "Ông/bà thấy chúng tôi phục vụ thế nào?"
    )
    made_up.lay(settings.data, made_up.po(database))
    vietnamese, english, added = (
        printed_in(officer, database, path, language) for language in ("vi", "en", made_up.CODE)
    )
    assert source in " ".join(words(vietnamese))
    assert source not in " ".join(words(english))
    text = unicodedata.normalize("NFC", " ".join(words(added)))
    # Reading a PDF doubles a letter with two marks, so words without one are looked for.
    expected = unicodedata.normalize("NFC", made_up.text(source)).split()
    plain = [word for word in expected if not any(map(unicodedata.combining, word))]
    assert len(plain) > 2
    assert [word for word in plain if word not in text] == []
    assert source not in text
    assert len(words(added)) == len(words(vietnamese))


def test_what_a_language_lacks_is_printed_in_vietnamese_without_marks(officer, database, settings):
    made_up.lay(settings.data, made_up.po(database, leave_out="Ông/bà thấy"))
    (text,) = words(printed_in(officer, database, "/kiosk/phieu-moi/cuon", made_up.CODE))
    assert "Ông/bà thấy chúng tôi phục vụ thế nào?" in text
    assert not set(text) & set(i18n.STAND_IN)
    assert (
        send(
            officer,
            "/kiosk/phieu-giay",
            **{"paper-desk_id": desk_id(database), "paper-paper": "a4-duplex", "paper-language": "xx"},
        ).status_code
        == 422
    )


def test_paper_form_is_printed_with_the_fields_of_the_office(officer, database):
    data = {"paper-desk_id": desk_id(database), "paper-paper": "a4-duplex"}
    answer = send(officer, "/kiosk/phieu-giay", **data)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="phieu-giay-mc.pdf"'
    text = " ".join(words(answer.data))
    with database.read() as session:
        for tile in tiles.fields_offered(session):
            assert tile.names["vi"] in text
    assert send(officer, "/kiosk/phieu-giay", **{**data, "paper-desk_id": 999}).status_code == 422


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [
        ("cuon", {"roll-count": "0"}, "Mỗi lần in từ 1 đến 200 phiếu."),
        ("cuon", {"roll-count": "201"}, "Mỗi lần in từ 1 đến 200 phiếu."),
        ("cuon", {"roll-count": "nhiều"}, "Hãy ghi một số nguyên."),
        ("cuon", {"roll-paper": "a0"}, "Giá trị này không có trong danh sách."),
        ("in-lai", {"reprint-dossier_code": "H15.1-260302-9999"}, "Không có hồ sơ mang mã này."),
        ("ho-so", {"returned-start": "mai"}, "Hãy ghi một ngày, ví dụ 24/11/2026."),
        ("ho-so", {"returned-start": "05/03/2026", "returned-end": "01/03/2026"}, "Ngày cuối phải từ"),
    ],
)
def test_refused_form_comes_back_as_typed_and_issues_nothing(officer, database, path, data, said):
    desk = desk_id(database)
    usual = {
        "cuon": {"roll-desk_id": desk, "roll-count": 2, "roll-paper": "a5"},
        "in-lai": {"reprint-paper": "a5"},
        "ho-so": {
            "returned-desk_id": desk,
            "returned-start": "01/03/2026",
            "returned-end": "04/03/2026",
            "returned-paper": "a5",
        },
    }[path]
    answer = send(officer, f"/kiosk/phieu-moi/{path}", **{**usual, **data})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert said in page
    assert all(f'value="{typed}"' in page for name, typed in data.items() if "paper" not in name)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_address_too_long_for_a_slip_issues_nothing(settings, database, officer_client):
    long = Settings.for_folder(
        settings.data,
        database_url=settings.database_url,
        public_url="https://khao-sat-hai-long.tinh-dak-lak.example.gov.vn",
    )
    officer = officer_client(Role.OFFICER)
    app = create_app(long, database=database)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    other = app.test_client()
    other.set_cookie("sipas", officer.get_cookie("sipas").value)
    answer = print_roll(other, database)
    assert answer.status_code == 409
    assert "chưa phát hành phiếu nào" in answer.get_data(as_text=True)
    before = other.get("/can-bo/quan-tri/phieu-moi").get_data(as_text=True)
    assert "dài quá 25 ký tự" in before, "the page says it before anything is pressed"
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_viewer_prints_nothing(officer_client):
    viewer = officer_client(Role.VIEWER)
    for path in ("phieu-moi/cuon", "phieu-moi/ho-so", "phieu-moi/in-lai", "ap-phich", "phieu-giay"):
        assert viewer.post(f"/kiosk/{path}").status_code == 403
    for path in ("ap-phich", "phieu-giay"):
        assert viewer.post(f"/kiosk/{path}").status_code == 403


def test_slip_of_today_is_valid_for_its_days(officer, database, today):
    print_roll(officer, database)
    with database.read() as session:
        expiry = session.scalars(select(Invitation.expires_on).distinct()).all()
    last = today + timedelta(days=90)
    assert expiry == [last.replace(day=calendar.monthrange(last.year, last.month)[1])]
