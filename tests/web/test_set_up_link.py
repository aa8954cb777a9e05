"""The one-time link of the first administrator: it opens one account, once."""

import re

import pytest
from sqlalchemy import select

from survey.enums import Role
from survey.models import AuditEvent, Officer
from survey.services.people import officers

PASSWORD = "mot-cau-de-nho-2026"


@pytest.fixture
def link(database, keyring) -> str:
    secret = database.write(lambda session: officers.new_setup_secret(session, keyring=keyring))
    return f"/can-bo/thiet-lap/{secret}"


def fill(client, link, **changes):
    page = client.get(link)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    data = {"login": "quantri", "new": PASSWORD, "again": PASSWORD, **changes}
    return client.post(link, data={"csrf_token": found[1] if found else "", **data})


def accounts(database):
    with database.read() as session:
        return session.execute(select(Officer.login, Officer.role)).all()


def test_the_link_makes_the_first_administrator_and_signs_in(link, client, database):
    answer = fill(client, link)
    assert (answer.status_code, answer.location) == (303, "/can-bo/quan-tri/")
    assert accounts(database) == [("quantri", Role.ADMINISTRATOR)]
    assert client.get(answer.location).status_code == 200
    with database.read() as session:
        assert session.scalars(select(AuditEvent.action)).all() == ["first-administrator"]


def test_the_link_works_once(link, app, database):
    assert fill(app.test_client(), link).status_code == 303
    second = app.test_client()
    assert second.get(link).status_code == 410
    token = re.search(r'name="csrf_token" value="([^"]+)"', second.get("/can-bo/dang-nhap").text)[1]
    data = {"csrf_token": token, "login": "khac", "new": PASSWORD, "again": PASSWORD}
    assert second.post(link, data=data).status_code == 410
    assert accounts(database) == [("quantri", Role.ADMINISTRATOR)]


@pytest.mark.parametrize("secret", ["doan-bua", "0" * 22, "%20"])
def test_another_link_opens_nothing_and_says_what_to_do(secret, link, client, database):
    answer = client.get(f"/can-bo/thiet-lap/{secret}")
    assert answer.status_code == 410
    assert "khởi động lại máy chủ" in answer.text
    assert accounts(database) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"login": "Quản trị"}, "chữ thường không dấu"),
        ({"login": ""}, "Hãy điền tên đăng nhập"),
        ({"new": "ngan", "again": "ngan"}, "ít nhất 10 ký tự"),
        ({"new": "quantri-2026", "again": "quantri-2026"}, "quá dễ đoán"),
        ({"again": "khac-han-2026"}, "chưa giống nhau"),
    ],
    ids=["login with marks", "no login", "short", "simple", "not the same"],
)
def test_a_mistake_is_named_and_the_link_stays_open(changes, said, link, client, database):
    answer = fill(client, link, **changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert accounts(database) == []
    assert client.get(link).status_code == 200


def test_all_mistakes_are_named_at_once(link, client):
    answer = fill(client, link, login="Quản trị", new="ngan", again="ngan 2")
    for said in ("chữ thường không dấu", "ít nhất 10 ký tự", "chưa giống nhau"):
        assert said in answer.text


def test_the_page_of_sign_in_tells_where_the_first_account_comes_from(link, app):
    said = "Chưa có tài khoản nào"
    assert said in app.test_client().get("/can-bo/dang-nhap").text
    fill(app.test_client(), link)
    assert said not in app.test_client().get("/can-bo/dang-nhap").text
