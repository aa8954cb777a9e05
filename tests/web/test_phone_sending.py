"""The last screen: stored once, nothing lost, nothing told to logs."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from datetime import date
from threading import Thread
from typing import Any, NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pages import elements, parse
from phone import RESULT, RESULT_SCREENS, below, draft_cookies, issue, opened, post, waiting, walk
from sqlalchemy import event

from survey import logs
from survey.db import Database
from survey.exceptions import StorageUnavailable
from survey.seal import Keyring
from survey.services.inviting import invitations
from survey.services.office import installation
from survey.web.phone import memory, steps


@pytest.fixture
def last(client: FlaskClient, database: Database, keyring: Keyring, today: date) -> str:
    """The last screen of a form that was answered as `RESULT`."""
    url = opened(client, issue(database, keyring, today)[0])
    for step in RESULT_SCREENS[:-1]:
        url = post(client, url, RESULT[step])
    return url


def test_sending_twice_stores_once(
    client: FlaskClient, last: str, database: Database, keyring: Keyring
) -> None:
    name = draft_cookies(client)[0]
    cookie = client.get_cookie(name)
    assert cookie is not None
    first = post(client, last, {"comment": "một"})
    client.set_cookie(name, cookie.value)  # the answer was lost on its way: the phone sends again
    assert post(client, last, {"comment": "hai"}) == first
    assert [answer.comment for answer in waiting(database, keyring)] == ["một"]


def test_a_double_click_stores_once(
    app: Flask,
    client: FlaskClient,
    last: str,
    database: Database,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # However long the disk takes for the first press, the others see what became of it.
    monkeypatch.setattr(steps, "_PAUSES_S", (*steps._PAUSES_S, 5.0, 20.0))
    cookie = client.get_cookie(draft_cookies(client)[0])
    assert cookie is not None
    outcomes: list[tuple[int, str | None]] = []

    def press() -> None:
        other = app.test_client()
        other.set_cookie(cookie.key, cookie.value)
        response = other.post(last, data={"comment": ""})
        outcomes.append((response.status_code, response.location))

    threads = [Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waiting(database, keyring)) == 1
    assert len(set(outcomes)) == 1
    assert outcomes[0][0] == 303


def test_two_phones_with_one_slip_store_once(
    app: Flask, database: Database, keyring: Keyring, today: date
) -> None:
    slip = issue(database, keyring, today)[0]
    mine, theirs = app.test_client(), app.test_client()
    ours, other = opened(mine, slip), opened(theirs, slip)
    for step in RESULT_SCREENS[:-1]:
        other = post(theirs, other, RESULT[step])
    walk(mine, ours)
    response = theirs.post(other, data={"comment": ""})
    assert response.status_code == 200
    assert "đã được ghi nhận trước đó" in response.text
    assert draft_cookies(theirs) == []
    assert len(waiting(database, keyring)) == 1


def test_a_slip_voided_while_it_was_answered_is_not_counted(
    client: FlaskClient, database: Database, keyring: Keyring, today: date
) -> None:
    slip = issue(database, keyring, today)[0]
    url = opened(client, slip)
    post(client, url, {"stage": "other"})
    database.write(lambda session: invitations.void(session, keyring=keyring, token=slip.token))
    assert client.post(below(url, "comment"), data={}).status_code == 410
    assert waiting(database, keyring) == []


def test_thanks_clears_the_cookie_and_can_be_opened_again(client: FlaskClient, last: str) -> None:
    assert len(draft_cookies(client)) == 1
    thanks = post(client, last, {"comment": ""})
    assert draft_cookies(client) == []
    for _ in range(2):
        page = client.get(thanks)
        assert page.status_code == 200
        assert "Đã ghi nhận" in page.text
    assert client.get(last).status_code == 410


def test_thanks_is_not_said_for_an_answer_that_is_not_stored(client: FlaskClient, last: str) -> None:
    assert client.get(f"{last.rpartition('/')[0]}/{'0' * 20}/thanks").status_code == 404


@pytest.mark.parametrize(
    ("hotline", "address", "said"),
    [
        ("0262 3777 888", "UBND xã, đường Điện Biên Phủ", ["0262 3777 888", "đường Điện Biên Phủ"]),
        ("", "", ["hỏi cán bộ tại quầy"]),
    ],
    ids=["known", "unknown"],
)
def test_thanks_says_whom_to_call_and_how_to_send_a_petition(
    client: FlaskClient,
    database: Database,
    keyring: Keyring,
    today: date,
    hotline: str,
    address: str,
    said: list[str],
) -> None:
    database.write(lambda session: installation.change(session, hotline=hotline, petition_address=address))
    url = opened(client, issue(database, keyring, today)[0])
    post(client, url, {"stage": "other"})
    page = client.get(post(client, below(url, "comment"), {})).text
    assert all(one in page for one in said)
    assert ("tel:02623777888" in page) == bool(hotline)


def test_a_full_disk_keeps_answers_and_comment(
    client: FlaskClient,
    last: str,
    database: Database,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_database: Database, _work: Callable[..., Any]) -> NoReturn:
        raise StorageUnavailable

    comment = "Dòng một\nDòng <hai> & “ba”"
    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", refuse)
        response = client.post(last, data={"comment": comment.replace("\n", "\r\n")})
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    root = parse(response.text)
    (text,) = elements(root, "textarea")
    assert (text.text or "").lstrip("\n") == comment
    assert len(elements(root, "form")) == 1
    assert len(draft_cookies(client)) == 1
    assert comment not in client.get(last).text
    post(client, last, {"comment": comment})
    (answer,) = waiting(database, keyring)
    assert answer.comment == comment
    assert answer.levels[0] == 5


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  \r\n ", ""), ("a" * 1300, "a" * 1200), ("Co\u0301 y\u0301 kie\u0302\u0301n", "Có ý kiến")],
    ids=["blank", "long", "decomposed"],
)
def test_comments_are_trimmed_cut_and_composed(
    client: FlaskClient, last: str, database: Database, keyring: Keyring, typed: str, kept: str
) -> None:
    post(client, last, {"comment": typed})
    assert waiting(database, keyring)[0].comment == kept


def test_neither_token_nor_answer_nor_comment_reaches_a_log(
    client: FlaskClient, database: Database, keyring: Keyring, today: date
) -> None:
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    logs.configure(logging.DEBUG, stream)
    try:
        slip = issue(database, keyring, today)[0]
        walk(client, opened(client, slip))
        client.get(f"/P/{slip.token}")
        client.post("/", data={"code": slip.code})
        client.get("/P/" + "Z" * 16)
        logging.getLogger("survey.test").info("the stream is read")
    finally:
        root.handlers, root.level = handlers, level
    text = stream.getvalue()
    assert "the stream is read" in text
    for secret in (slip.token, slip.code, "Ghế chờ", "Z" * 16):
        assert secret not in text
    assert not re.search(r"\b[A-E][1-4]\b", text)


def test_only_the_entry_and_the_end_ask_the_database(
    client: FlaskClient,
    database: Database,
    keyring: Keyring,
    today: date,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "FRONTAGE_S", 600.0)
    slips = issue(database, keyring, today, 2)
    walk(client, opened(client, slips[0]))  # fills what is kept in memory
    asked: list[str] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda *call: None if call[2].startswith("BEGIN") else asked.append(call[2]),
    )
    url = opened(client, slips[1])
    assert len(asked) == 1
    for step in RESULT_SCREENS[:-1]:
        client.get(url)
        url = post(client, url, RESULT[step])
    client.get(url)
    assert len(asked) == 1
    post(client, url, {})
    assert len(asked) > 1
