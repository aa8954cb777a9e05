"""Nothing that a person sent, was given or could be known by stands in a log, whatever happens."""

from __future__ import annotations

import http.client
import io
import json
import logging
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from conftest import PASSWORD
from flask import request
from phone import issue
from respondent import Respondent, satisfied
from sqlalchemy import text
from tablet import new_code, submission

from survey import logs
from survey.context import database as the_database
from survey.enums import Role

COMMENT = "Ghế chờ bằng tre kêu cót két vào buổi sáng"
LATE_COMMENT = "Cửa sổ phía ao làng nên mở rộng hơn"
WRONG_PASSWORD = "go-nham-mot-chu-77"
# An item beside anything, or a level by its name: how an answer would look in a log.
ANSWER = re.compile(r"\b[A-E][1-5]\b|\blevels?\b|\banswers?=|very_satisfied")
SIGN_IN = "/can-bo/dang-nhap"


@dataclass
class Log:
    """Everything that was logged, and every value that must not be in it."""

    stream: io.StringIO
    secrets: dict[str, str] = field(default_factory=dict)

    def keep_out(self, **values: str) -> None:
        for name, value in values.items():
            assert len(value) >= 6, f"{name} is too short to be searched for"
            self.secrets[name] = value

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def leaks(self) -> list[str]:
        logging.getLogger("survey.test").info("the stream is read")
        assert "the stream is read" in self.text
        found = [name for name, value in self.secrets.items() if value in self.text]
        return found + [f"an answer: {hit}" for hit in ANSWER.findall(self.text)]


@pytest.fixture
def log() -> Iterator[Log]:
    """The log as the program sets it up, with every line down to the least important."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    logs.configure(logging.DEBUG, stream)
    yield Log(stream)
    root.handlers = handlers
    root.setLevel(level)


@pytest.fixture
def slip(database, keyring, today, log):
    issued = issue(database, keyring, today)[0]
    log.keep_out(token=issued.token, code=issued.code)
    return issued


def deliver(port: int, path: str, body: object, cookie: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", "Cookie": cookie})
    status = connection.getresponse().status
    connection.close()
    return status


def cookie_line(one: Respondent) -> str:
    return "; ".join(f"{name}={value}" for name, value in one.cookies.items())


def keep_out_cookies(log: Log, whose: str, one: Respondent) -> None:
    log.keep_out(**{f"{whose} cookie {name}": value for name, value in one.cookies.items()})


def test_phone(live_server, slip, log):
    phone = Respondent(live_server.url)
    page = phone.open(f"/p/{slip.token}")
    while "<form" in page.body and "/thanks" not in page.url:
        keep_out_cookies(log, "phone", phone)
        page = phone.fill(page, satisfied, text=COMMENT)
    log.keep_out(comment=COMMENT, comment_words="cót két", handle=page.url.split("/")[-3])
    assert "/thanks" in page.url
    again = Respondent(live_server.url)
    again.open(f"/p/{slip.token}")
    again.open(f"/P/{slip.token}?lang=en")
    again.request("POST", "/", urlencode({"code": slip.code}))
    again.request("POST", "/", urlencode({"code": f"{slip.code}X"}))
    phone.close()
    again.close()
    assert log.leaks() == []


def test_tablet(live_server, database, keyring, log):
    code = new_code(database, keyring)
    tablet = Respondent(live_server.url)
    assert tablet.request("POST", "/kiosk/enrol", urlencode({"code": code}))[0] == 303
    keep_out_cookies(log, "tablet", tablet)
    sent, late = submission(), {"key": str(uuid4()), "text": LATE_COMMENT, "language": "vi", "seconds_ago": 1}
    log.keep_out(code=code, key=sent["key"], comment=LATE_COMMENT, comment_key=late["key"])
    cookie = cookie_line(tablet)
    for path, body in {
        "/kiosk/responses": [sent, sent, {**sent, "answers": {"A1": "9"}}, {**sent, "key": LATE_COMMENT}, 7],
        "/kiosk/comments": [late, {**late, "text": ""}],
        "/kiosk/screens": [sent],
    }.items():
        deliver(live_server.port, path, body, cookie)
    assert deliver(live_server.port, "/kiosk/responses", [sent], "sipas-kiosk=khoa-khong-dung") == 401
    tablet.close()
    assert "a kiosk entry was refused" in log.text, "the log of refusals was not looked at"
    assert log.leaks() == []


def test_officer(live_server, make_officer, log):
    login = make_officer(Role.ADMINISTRATOR)
    officer = Respondent(live_server.url)
    page = officer.request("GET", SIGN_IN)[2]
    form_token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
    for name, password in ((login, WRONG_PASSWORD), (PASSWORD, WRONG_PASSWORD), (login, PASSWORD)):
        form = {"csrf_token": form_token, "login": name, "password": password}
        status = officer.request("POST", SIGN_IN, urlencode(form))[0]
    assert status == 303
    keep_out_cookies(log, "officer", officer)
    log.keep_out(password=PASSWORD, wrong_password=WRONG_PASSWORD, form_token=form_token)
    for address in ("/can-bo/", "/can-bo/quan-tri/", "/can-bo/quan-tri/xuat-du-lieu"):
        assert officer.request("GET", address)[0] == 200
    officer.request("POST", "/can-bo/mat-khau", urlencode({"csrf_token": form_token, "current": PASSWORD}))
    officer.request("GET", f"/can-bo/thiet-lap/{WRONG_PASSWORD}")
    officer.close()
    assert log.leaks() == []


def raise_with_everything() -> str:
    raise ValueError(f"{request.path} {request.cookies} {request.form}")


def ask_the_database_nonsense() -> str:
    """Errors of the database quote the statement with its values."""
    with the_database().read() as session:
        session.execute(text("SELECT :token FROM no_such_table"), {"token": request.path})
    return ""


def store_nonsense() -> str:
    path = request.path
    the_database().write(
        lambda session: session.execute(text("INSERT INTO setting VALUES (:a, NULL, :a)"), {"a": path})
    )
    return ""


@pytest.mark.parametrize("failing", [raise_with_everything, ask_the_database_nonsense, store_nonsense])
def test_failure_with_a_token_in_the_address(failing: Callable[[], str], app, live_server, slip, log):
    def fail(token: str) -> str:
        return failing()

    fail.access_rule = "public"  # type: ignore[attr-defined]
    app.view_functions["phone.by_token"] = fail
    phone = Respondent(live_server.url)
    phone.cookies["sipas-p-thu"] = f"nhap-{slip.token}"
    status = phone.request("GET", f"/p/{slip.token}")[0]
    phone.close()
    assert status in {500, 503}
    assert "error" in log.text.lower() or "failed" in log.text, "what went wrong has to be in the log"
    assert log.leaks() == []


@pytest.mark.parametrize(
    "line",
    [
        "GET /p/{token}/khong-co HTTP/1.1\r\nHost: a\r\n\r\n",
        "DELETE /p/{token} HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /p/{token} HTTP/9.9\r\nHost: a\r\n\r\n",
        "GET /p/{token}\r\n\r\n",
        "GET /p/{token}%zz%00 HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /p/{token} HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "GET /p/{token} HTTP/1.1\r\nHost: a\r\n{token}\r\n\r\n",
        "BREW p/{token} HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /p/{token} HTTP/1.1\r\nHost: a\r\nCookie: {long}\r\n\r\n",
    ],
)
def test_requests_that_are_wrong_or_broken(line, live_server, slip, log, capfd):
    with socket.create_connection(("127.0.0.1", live_server.port), timeout=60) as raw:
        sent = line.replace("{token}", slip.token).replace("{long}", "a" * 200_000)
        try:
            raw.sendall(sent.encode())
            raw.recv(4096)
        except ConnectionError:
            pass  # cut off by the server, which is an answer too
    printed = capfd.readouterr()
    assert slip.token not in printed.out + printed.err
    assert log.leaks() == []


@pytest.mark.parametrize("name", ["token", "password", "answer"])
def test_a_leak_would_be_noticed(name, app, live_server, slip, log):
    spoken = {"token": slip.token, "password": PASSWORD, "answer": "A1 4"}[name]
    log.keep_out(password=PASSWORD)
    app.before_request(lambda: logging.getLogger("survey.careless").info("asked", extra={"what": spoken}))
    phone = Respondent(live_server.url)
    phone.request("GET", f"/p/{slip.token}")
    phone.close()
    assert log.leaks() == ["an answer: A1" if name == "answer" else name]


def test_message_of_an_error_would_be_noticed(app, live_server, slip, log, monkeypatch):
    """Without the formatter that leaves messages out, a failing view tells the token."""
    monkeypatch.setattr(logs.AttributeFormatter, "formatException", logging.Formatter.formatException)
    app.view_functions["phone.by_token"] = lambda token: raise_with_everything()
    app.view_functions["phone.by_token"].access_rule = "public"
    phone = Respondent(live_server.url)
    phone.request("GET", f"/p/{slip.token}")
    phone.close()
    assert log.leaks() == ["token"]
