"""A tablet becomes a kiosk by a one-time code, is known by its cookie alone, and stops being one at once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from pages import elements, parse
from sqlalchemy import select, text
from tablet import enrol, new_code, submission

from survey import clock, i18n
from survey.db import Database
from survey.exceptions import InvalidInput
from survey.models import Intake, KioskDevice
from survey.seal import Keyring
from survey.services.office import installation
from survey.services.office.audit import first_broken
from survey.services.tablets import devices


def test_an_unknown_tablet_is_told_how_to_be_enrolled(client: FlaskClient) -> None:
    page = client.get("/kiosk/").get_data(as_text=True)
    assert "Mã đăng ký" in page
    assert "kiosk-config" not in page


def test_a_code_makes_the_tablet_the_kiosk_of_its_counter(
    client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    response = client.post("/kiosk/enrol", data={"code": new_code(database, keyring).lower()})
    assert response.status_code == 303
    assert response.location == "/kiosk/"
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("sipas-kiosk=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    config = _config_in(client.get("/kiosk/").get_data(as_text=True))
    assert config["place"]["counter"] == "Quầy số 1"
    assert config == client.get("/kiosk/config.json").get_json()


def _config_in(page: str) -> dict[str, object]:
    (data,) = (one for one in elements(parse(page), "script") if one.get("id") == "kiosk-config")
    parsed: dict[str, object] = json.loads(data.text or "")
    return parsed


def test_on_https_the_cookie_is_bound_to_the_host(
    client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    code = new_code(database, keyring)
    response = client.post("/kiosk/enrol", data={"code": code}, base_url="https://sipas.test")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sipas-kiosk=")
    assert "Secure" in cookie


def test_a_code_is_spent_once(client: FlaskClient, database: Database, keyring: Keyring) -> None:
    code = new_code(database, keyring)
    assert client.post("/kiosk/enrol", data={"code": code}).status_code == 303
    again = client.application.test_client().post("/kiosk/enrol", data={"code": code})
    assert again.status_code == 422
    assert "không dùng được" in again.get_data(as_text=True)


@pytest.mark.parametrize(
    ("minutes", "works"), [pytest.param(14.9, True, id="in time"), pytest.param(15.1, False, id="too late")]
)
def test_a_code_lives_a_quarter_of_an_hour(
    database: Database, keyring: Keyring, minutes: float, works: bool
) -> None:
    made = clock.now()
    code = new_code(database, keyring, now=made)
    used = made + timedelta(minutes=minutes)

    def spend() -> str:
        return database.write(lambda session: devices.enrol(session, keyring=keyring, typed=code, now=used))

    if works:
        assert spend()
    else:
        with pytest.raises(InvalidInput):
            spend()


@pytest.mark.parametrize("typed", ["", "7K3Q-9M2X-4TB", "'; DROP TABLE enrolment; --", "Ơ" * 400])
def test_a_wrong_code_is_said_kindly_and_kept_in_the_form(client: FlaskClient, typed: str) -> None:
    response = client.post("/kiosk/enrol", data={"code": typed})
    assert response.status_code == 422
    inputs = elements(parse(response.get_data(as_text=True)), "input")
    (code,) = (one for one in inputs if one.get("id") == "code")
    assert code.get("value") == typed
    assert code.get("aria-invalid") == "true"


def test_neither_code_nor_key_stands_in_the_database(
    client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    code = new_code(database, keyring)
    unused = new_code(database, keyring)
    cookie = client.post("/kiosk/enrol", data={"code": code}).headers["Set-Cookie"]
    secret = cookie.split("=")[1].split(";")[0]
    with database.read() as session:
        everything = repr(session.execute(text("SELECT * FROM kiosk_device")).all())
        everything += repr(session.execute(text("SELECT * FROM enrolment")).all())
        everything += repr(session.execute(text("SELECT * FROM audit_event")).all())
        assert first_broken(session) is None
    for hidden in (code, unused, secret):
        assert hidden not in everything


def test_a_revoked_tablet_is_unknown_at_once_and_stores_nothing(
    client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    enrol(client, database, keyring)
    with database.read() as session:
        device_id = session.scalars(select(KioskDevice.id)).one()
    database.write(
        lambda session: devices.revoke(session, device_id=device_id, login="nguoi-quan-ly", now=clock.now())
    )
    assert client.get("/kiosk/config.json").status_code == 401
    assert client.post("/kiosk/responses", json=[submission()]).status_code == 401
    assert "Mã đăng ký" in client.get("/kiosk/").get_data(as_text=True)
    with database.read() as session:
        assert session.scalars(select(Intake.id)).all() == []


@pytest.mark.parametrize("path", ["responses", "comments", "screens"])
def test_an_unknown_tablet_stores_nothing(client: FlaskClient, database: Database, path: str) -> None:
    response = client.post(f"/kiosk/{path}", json=[submission()])
    assert response.status_code == 401
    assert response.get_json()["code"] == "device-unknown"
    with database.read() as session:
        assert session.scalars(select(Intake.id)).all() == []


@pytest.mark.parametrize("path", ["enrol", "responses", "comments", "screens"])
def test_another_site_cannot_use_the_tablets_cookie(
    client: FlaskClient, database: Database, keyring: Keyring, path: str
) -> None:
    enrol(client, database, keyring)
    response = client.post(f"/kiosk/{path}", json=[submission()], headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


def test_a_tablet_that_asks_is_marked_as_seen(
    client: FlaskClient, database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(client, database, keyring)
    later = clock.now() + timedelta(minutes=7)
    monkeypatch.setattr(clock, "now", lambda: later)
    client.get("/kiosk/config.json")
    with database.read() as session:
        (view,) = devices.list_devices(session)
    assert view.seen_at == later


def test_every_language_has_every_text(client: FlaskClient, database: Database, keyring: Keyring) -> None:
    enrol(client, database, keyring)
    config = client.get("/kiosk/config.json").get_json()
    assert sorted(config["words"]) == sorted(i18n.LOCALES)
    names = {code: set(words) for code, words in config["words"].items()}
    assert all(names[code] == names["vi"] for code in i18n.LOCALES)
    assert all(all(words.values()) for words in config["words"].values())
    # Braces are what the tablet fills in: a translation must not lose one.
    for name, vietnamese in config["words"]["vi"].items():
        assert _braces(config["words"]["en"][name]) == _braces(vietnamese), name


def _braces(words: str) -> list[str]:
    return sorted(part.split("}")[0] for part in words.split("{")[1:])


def test_headings_end_no_line_inside_a_word_nor_in_a_telephone_number(
    client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    database.write(lambda session: installation.change(session, hotline="0262 3 000 000 (giờ hành chính)"))
    config = enrol(client, database, keyring).get("/kiosk/config.json").get_json()
    assert "phục\u00a0vụ" in config["words"]["vi"]["attract_title"]
    assert "làm\u00a0việc" in config["instrument"]["stage"]["text"]["vi"]
    items = {i["code"]: i["text"]["vi"] for d in config["instrument"]["dimensions"] for i in d["items"]}
    assert items["A2"].endswith("viết hồ\u00a0sơ")
    assert config["hotline"] == "0262\u00a03\u00a0000\u00a0000 (giờ hành chính)"
    # Narrow columns break as the browser does.
    assert "\u00a0" not in "".join(level["text"]["vi"] for level in config["instrument"]["levels"])


def test_only_the_kiosks_page_may_ask_for_the_camera(
    client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    enrol(client, database, keyring)
    allowed = {
        path: "camera=(self)" in client.get(path).headers["Permissions-Policy"]
        for path in ("/kiosk/", "/kiosk/shell", "/kiosk/tinh-trang", "/", "/can-bo/dang-nhap")
    }
    assert [path for path, camera in allowed.items() if camera] == ["/kiosk/", "/kiosk/shell"]
    strangers = client.application.test_client()
    assert "camera=()" in strangers.get("/kiosk/").headers["Permissions-Policy"]
