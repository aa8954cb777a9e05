"""A comment handed to the phone: a link that knows a desk, good once, for half an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import desk_id
from flask.testing import FlaskClient
from pages import elements, parse
from tablet import enrol

from survey import clock
from survey.db import Database
from survey.exceptions import StorageUnavailable
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.remarks import comment_links


@pytest.fixture
def link(database: Database, keyring: Keyring) -> str:
    return "/G/" + comment_links.issue(keyring, desk_id=desk_id(database), now=clock.now())


def comments(database: Database, keyring: Keyring) -> list[str]:
    with database.read() as session:
        return [one.text for one in responses.waiting(session, keyring=keyring)[1]]


def test_a_comment_is_written_once(
    client: FlaskClient, link: str, database: Database, keyring: Keyring
) -> None:
    root = parse(client.get(link).text)
    (form,) = elements(root, "form")
    assert [one.get("name") for one in elements(form, "input", "textarea")] == ["comment"]
    assert client.post(link, data={"comment": "  "}).status_code == 422
    sent = client.post(link, data={"comment": "Ghế chờ hơi ít."})
    assert (sent.status_code, sent.location) == (303, link)
    over = client.get(link)
    assert over.status_code == 200
    assert "Đã ghi nhận góp ý" in over.text
    assert not elements(parse(over.text), "form", "textarea")
    again = client.post(link, data={"comment": "Lần nữa."})
    assert "Đã ghi nhận góp ý" in again.text
    assert comments(database, keyring) == ["Ghế chờ hơi ít."]


def test_letters_may_be_small_as_phones_make_them(client: FlaskClient, link: str) -> None:
    assert client.get("/g/" + link.removeprefix("/G/").lower()).status_code == 200


def test_after_half_an_hour_what_was_written_is_given_back(
    client: FlaskClient, link: str, database: Database, keyring: Keyring, monkeypatch
) -> None:
    later = clock.now() + comment_links.VALID + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get(link).status_code == 410
    late = client.post(link, data={"comment": "Viết lâu quá."})
    assert late.status_code == 410
    assert "Viết lâu quá." in late.text
    assert comments(database, keyring) == []


def test_a_link_that_was_changed_opens_nothing(client: FlaskClient, link: str, keyring: Keyring) -> None:
    token = link.removeprefix("/G/")
    other = comment_links.issue(keyring, desk_id=2, now=clock.now())
    for wrong in (
        # Not the last sign: two bits of it are said by nobody.
        token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:],
        other[:20] + token[20:],
        "X",
        "8" * 42,
        "ê",
    ):
        assert client.get(f"/G/{wrong}").status_code == 404, wrong


def test_a_disk_that_is_full_loses_no_word(client: FlaskClient, link: str, monkeypatch) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(responses, "leave_comment", fail)
    failed = client.post(link, data={"comment": "Còn nguyên."})
    assert failed.status_code == 503
    assert "Còn nguyên." in failed.text


def test_the_tablet_gets_a_code_that_carries_no_answer(
    client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    kiosk = enrol(client, database, keyring)
    first, second = (kiosk.post("/kiosk/comment-link", json={}).get_json() for _ in range(2))
    assert first["path"] != second["path"]
    assert first["size"] >= 29 + 8
    assert first["minutes"] == 30
    assert first["needs_wifi"] is True
    assert client.application.test_client().post("/kiosk/comment-link", json={}).status_code == 401
