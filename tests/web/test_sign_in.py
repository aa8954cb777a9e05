"""Sign-in: one message for every failure, a throttle that outlives the process, no way out of this host."""

import re
from datetime import timedelta

import pytest
from conftest import PASSWORD
from sqlalchemy import func, select

from survey import clock
from survey.app import create_app
from survey.enums import Role
from survey.models import AuditEvent, Officer, OfficerSession
from survey.services.people import officers

SIGN_IN = "/can-bo/dang-nhap"
CHANGE = "/can-bo/mat-khau"
NEW = "mot-cau-de-nho-2026"
WRONG = "khong-phai-mat-khau"


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def post(client, address, **data):
    return client.post(address, data={"csrf_token": token_of(client.get(address).text), **data})


def sign_in(client, login, password, **more):
    return post(client, SIGN_IN, login=login, password=password, **more)


def alert(page: str) -> str:
    found = re.search(r'role="alert"><p>([^<]+)</p>', page)
    assert found
    return found[1]


def sessions(database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(OfficerSession))


def test_the_right_password_opens_the_page_that_was_asked_for(client, make_officer):
    make_officer(Role.VIEWER)
    asked = client.get("/can-bo/?channel=kiosk")
    assert asked.status_code == 302
    form = client.get(asked.location)
    answer = client.post(
        SIGN_IN,
        data={
            "csrf_token": token_of(form.text),
            "next": re.search(r'name="next"[^>]*value="([^"]+)"', form.text)[1].replace("&amp;", "&"),
            "login": " Viewer ",
            "password": PASSWORD,
        },
    )
    assert (answer.status_code, answer.location) == (303, "/can-bo/?channel=kiosk")
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("sipas="))
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie
    assert client.get("/can-bo/").status_code == 200
    assert client.get(SIGN_IN).status_code == 302


def test_over_https_the_cookie_is_bound_to_the_host(app, make_officer):
    make_officer(Role.VIEWER)
    client = app.test_client()
    page = client.get(SIGN_IN, base_url="https://localhost")
    answer = client.post(
        SIGN_IN,
        base_url="https://localhost",
        data={"csrf_token": token_of(page.text), "login": "viewer", "password": PASSWORD},
    )
    assert answer.status_code == 303
    cookies = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    names = {cookie.partition("=")[0] for cookie in cookies}
    assert names == {"__Host-sipas-form", "__Host-sipas"}
    for cookie in cookies:
        assert "; Secure;" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


def test_an_unknown_account_and_a_wrong_password_read_alike(client, make_officer, database):
    make_officer(Role.VIEWER)
    wrong = sign_in(client, "viewer", WRONG)
    unknown = sign_in(client, "khong-co", WRONG)
    assert wrong.status_code == unknown.status_code == 401
    assert alert(wrong.text) == alert(unknown.text) == "Tên đăng nhập hoặc mật khẩu chưa đúng."
    assert 'value="viewer"' in wrong.text
    assert WRONG not in wrong.text
    assert sessions(database) == 0


def test_an_account_that_was_closed_reads_like_an_unknown_one(client, make_officer, database):
    make_officer(Role.VIEWER)
    database.write(lambda session: setattr(session.scalars(select(Officer)).one(), "active", False))
    assert alert(sign_in(client, "viewer", PASSWORD).text) == "Tên đăng nhập hoặc mật khẩu chưa đúng."


def test_others_work_while_a_password_is_hashed(client, make_officer, database, monkeypatch):
    login, owners, check = make_officer(Role.VIEWER), [], officers.check_sign_in

    def noted(*args, **named):
        owners.append(database.turns._owner)
        return check(*args, **named)

    monkeypatch.setattr(officers, "check_sign_in", noted)
    with database.turns.taken():
        sign_in(client, login, PASSWORD)
    assert owners == [None]


def test_the_throttle_holds_in_a_new_process_and_ends(settings, database, client, make_officer, monkeypatch):
    make_officer(Role.VIEWER)
    make_officer(Role.OFFICER)
    for _ in range(officers.THROTTLE_FAILURES):
        assert sign_in(client, "viewer", WRONG).status_code == 401
    again = create_app(settings, database=database).test_client()
    refused = sign_in(again, "viewer", PASSWORD)
    assert refused.status_code == 429
    wait_s = int(refused.headers["Retry-After"])
    assert 1 <= wait_s <= 61
    assert alert(refused.text) == f"Đã thử sai nhiều lần. Hãy chờ {wait_s}\u00a0giây rồi thử lại."
    assert sign_in(again, "officer", PASSWORD).status_code == 303, "another account is not held up"
    later = clock.now() + timedelta(seconds=wait_s)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert sign_in(client, "viewer", PASSWORD).status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/",
        "//example.org/",
        "///example.org/",
        "/\\example.org/",
        "\\\\example.org",
        "javascript:alert(1)",
        "/\t/example.org",
        "/\n/example.org",
        "can-bo/",
        "",
    ],
)
def test_signing_in_never_leads_to_another_host(target, client, make_officer):
    make_officer(Role.VIEWER)
    assert sign_in(client, "viewer", PASSWORD, next=target).location == "/can-bo/"
    signed_in = client.get(SIGN_IN, query_string={"next": target})
    assert signed_in.location == "/can-bo/"


def test_a_form_without_its_token_signs_nobody_in(client, make_officer, database):
    make_officer(Role.VIEWER)
    answer = client.post(SIGN_IN, data={"login": "viewer", "password": PASSWORD})
    assert answer.status_code == 400
    assert sessions(database) == 0


def test_empty_fields_are_named_and_nothing_is_counted_against_the_account(client):
    for _ in range(officers.THROTTLE_FAILURES + 1):
        answer = sign_in(client, "viewer", "")
        assert answer.status_code == 422
    assert "Hãy điền mật khẩu." in answer.text


def test_signing_out_ends_the_session_on_the_server(officer_client, database):
    client = officer_client(Role.VIEWER)
    page = client.get("/can-bo/").text
    stolen = client.get_cookie("sipas").value
    assert client.get("/can-bo/dang-xuat").status_code == 405
    answer = client.post("/can-bo/dang-xuat", data={"csrf_token": token_of(page)})
    assert (answer.status_code, answer.location) == (303, SIGN_IN)
    assert sessions(database) == 0
    client.set_cookie("sipas", stolen)
    assert client.get("/can-bo/").status_code == 302


def test_a_new_password_closes_every_other_session(officer_client, app, database, keyring):
    client = officer_client(Role.VIEWER)
    other = app.test_client()
    assert sign_in(other, "viewer", PASSWORD).status_code == 303
    answer = post(client, CHANGE, current=PASSWORD, new=NEW, again=NEW)
    assert answer.status_code == 303
    assert client.get("/can-bo/").status_code == 200
    assert other.get("/can-bo/").status_code == 302
    assert sign_in(other, "viewer", PASSWORD).status_code == 401
    assert sign_in(other, "viewer", NEW).status_code == 303
    with database.read() as session:
        assert session.scalars(select(AuditEvent.action)).all()[-1] == "password-changed"


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        ({"current": WRONG, "new": NEW, "again": NEW}, 401, "Mật khẩu đang dùng chưa đúng"),
        ({"current": PASSWORD, "new": "ngan", "again": "ngan"}, 422, "ít nhất 10 ký tự"),
        ({"current": PASSWORD, "new": "viewer-2026-ok", "again": "viewer-2026-ok"}, 422, "quá dễ đoán"),
        ({"current": PASSWORD, "new": NEW, "again": NEW + "x"}, 422, "chưa giống nhau"),
        ({"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}, 422, "phải khác mật khẩu đang dùng"),
        ({"current": "", "new": NEW, "again": NEW}, 422, "Hãy điền mật khẩu đang dùng"),
    ],
    ids=["wrong", "short", "simple", "not the same", "no change", "empty"],
)
def test_a_password_is_kept_until_the_new_one_is_good(data, status, said, officer_client, app):
    client = officer_client(Role.VIEWER)
    answer = post(client, CHANGE, **data)
    assert answer.status_code == status
    assert said in answer.text
    assert sign_in(app.test_client(), "viewer", PASSWORD).status_code == 303


def test_a_stolen_session_cannot_guess_the_password_without_end(officer_client):
    client = officer_client(Role.VIEWER)
    for _ in range(officers.THROTTLE_FAILURES):
        assert post(client, CHANGE, current=WRONG, new=NEW, again=NEW).status_code == 401
    assert post(client, CHANGE, current=PASSWORD, new=NEW, again=NEW).status_code == 429


def test_a_password_that_was_given_must_be_changed_first(client, make_officer, database):
    make_officer(Role.VIEWER)
    given = officers.hashed(PASSWORD, login="viewer")
    database.write(
        lambda session: officers.set_password(session, login="viewer", password=given, must_change=True)
    )
    assert sign_in(client, "viewer", PASSWORD).status_code == 303
    led = client.get("/can-bo/")
    assert (led.status_code, led.location) == (302, CHANGE)
    assert "do quản trị viên đặt" in client.get(CHANGE).text
    assert post(client, CHANGE, current=PASSWORD, new=NEW, again=NEW).status_code == 303
    assert client.get("/can-bo/").status_code == 200


def test_the_chosen_language_is_kept_from_page_to_page(officer_client):
    client = officer_client(Role.VIEWER)
    assert '<html lang="en"' in client.get("/can-bo/?lang=en").text
    assert '<html lang="en"' in client.get("/can-bo/").text
    assert '<html lang="vi"' in client.get("/can-bo/?lang=vi").text
    assert '<html lang="vi"' in client.get("/can-bo/?lang=xx").text
