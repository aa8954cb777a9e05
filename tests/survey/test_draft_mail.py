"""A mail that a draft is there: only where a relay is set, once, without a figure, and tried again."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from survey import clock, mail
from survey.mail import Relay
from survey.models import AuditEvent
from survey.reports.periodic import draft_mail
from survey.server import Clerk
from survey.services.office import audit, periods
from survey.services.records import draft_notices
from survey.settings import Settings, SettingsError

NOW = datetime(2026, 4, 1, 2, tzinfo=UTC)


class _Taking(socketserver.StreamRequestHandler):
    """As much of SMTP as a relay needs to take a message, or to refuse it."""

    def handle(self) -> None:
        server: _Server = self.server  # type: ignore[assignment]  # the one that this handler serves
        self.wfile.write(b"220 relay\r\n")
        while line := self.rfile.readline():
            word = line.split()[0].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                server.messages.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            refused = word == b"RCPT" and server.refuses
            self.wfile.write(
                b"550 no\r\n" if refused else b"250 ok\r\n" if word != b"QUIT" else b"221 bye\r\n"
            )


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.messages: list[bytes] = []
        self.refuses = False


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def relay(server) -> Relay:
    return Relay("smtp", "127.0.0.1", server.server_address[1], "sipas@xa.vn", ("a@xa.vn", "b@xa.vn"))


def prepared(database, *codes: str, at: datetime = NOW) -> None:
    for code in codes:
        database.write(
            lambda session, code=code: audit.record(
                session, login="(sipas)", action="report-prepared", now=at, detail={"period": code}
            )
        )


@pytest.fixture
def clerk(app, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    runtime = app.extensions["sipas"]

    def with_relay(relay: Relay | None) -> Clerk:
        return Clerk(replace(runtime, settings=replace(runtime.settings, relay=relay)))

    return with_relay


def test_drafts_are_told_of_once_and_without_a_figure(database, server, relay, clerk):
    prepared(database, "2026-Q1", "2026-03")
    clerk(relay).work_now()
    clerk(relay).work_now()
    (sent,) = server.messages
    message = email.message_from_bytes(sent, policy=email.policy.default)
    text = message.get_content()
    assert message["To"] == "a@xa.vn, b@xa.vn"
    assert message["Subject"] == "Dự thảo báo cáo hài lòng đã sẵn sàng: Quý I năm 2026, Tháng 3/2026"
    assert "- Quý I năm 2026" in text
    assert "%" not in text
    prepared(database, "2026-04")
    clerk(relay).work_now()
    assert len(server.messages) == 2
    with database.read() as session:
        details = session.scalars(
            select(AuditEvent.detail).where(AuditEvent.action == "draft-notice-sent").order_by(AuditEvent.id)
        ).all()
    assert details == [{"periods": "2026-Q1, 2026-03"}, {"periods": "2026-04"}]


def test_nothing_is_sent_unless_a_relay_is_set(database, server, clerk, monkeypatch):
    monkeypatch.setattr(mail, "send", lambda *_given, **_named: pytest.fail("sent"))
    prepared(database, "2026-Q1")
    clerk(None).work_now()
    assert server.messages == []


def test_what_the_relay_refuses_is_tried_again(database, server, relay, clerk):
    prepared(database, "2026-Q1")
    server.refuses = True
    clerk(relay).work_now()
    assert server.messages == []
    server.refuses = False
    clerk(relay).work_now()
    assert len(server.messages) == 1


def test_a_relay_that_is_away_stops_nothing(database, clerk):
    prepared(database, "2026-Q1")
    clerk(Relay("smtp", "127.0.0.1", 9, "sipas@xa.vn", ("a@xa.vn",))).work_now()
    with database.read() as session:
        assert draft_notices.untold(session, now=NOW) is not None


def test_old_drafts_are_no_news(database):
    prepared(database, "2025", at=NOW - timedelta(days=15))
    with database.read() as session:
        assert draft_notices.untold(session, now=NOW) is None


def test_the_address_is_named_where_it_can_be_reached():
    drafts = [periods.parse("2026-Q1")]
    inside = draft_mail.compose("Xã A", drafts, public_url=None, demo=False)[1]
    outside = draft_mail.compose("Xã A", drafts, public_url="https://ks.xa.vn", demo=True)[1]
    assert "trên máy của cơ quan" in inside
    assert "https://ks.xa.vn/can-bo/bao-cao" in outside
    assert "mô phỏng" in outside


GOOD = {"SIPAS_SMTP_FROM": "sipas@xa.vn", "SIPAS_SMTP_TO": "a@xa.vn, b@xa.vn"}


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("smtp://relay.tinh.vn", ("smtp", "relay.tinh.vn", 25, "")),
        ("smtp+tls://may:m%40t@relay.tinh.vn", ("smtp+tls", "relay.tinh.vn", 587, "m@t")),
        ("smtps://may:mat@relay.tinh.vn:4650", ("smtps", "relay.tinh.vn", 4650, "mat")),
    ],
)
def test_a_relay_is_read_from_the_environment(url, wanted):
    relay = Settings.from_env({"SIPAS_SMTP_URL": url, **GOOD}).relay
    assert relay is not None
    assert (relay.scheme, relay.host, relay.port, relay.password) == wanted
    assert relay.recipients == ("a@xa.vn", "b@xa.vn")
    assert not relay.password or relay.password not in repr(relay)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SIPAS_SMTP_URL": "http://relay.tinh.vn"}, "SIPAS_SMTP_URL"),
        ({"SIPAS_SMTP_URL": "smtp://may:bi-mat@relay.tinh.vn"}, "SIPAS_SMTP_URL"),
        ({"SIPAS_SMTP_URL": "smtp://relay.tinh.vn:99999"}, "SIPAS_SMTP_URL"),
        ({"SIPAS_SMTP_FROM": "sipas"}, "SIPAS_SMTP_FROM"),
        ({"SIPAS_SMTP_FROM": "sipas@xa.vn\nBcc: c@xa.vn"}, "SIPAS_SMTP_FROM"),
        ({"SIPAS_SMTP_TO": ""}, "SIPAS_SMTP_TO"),
        ({"SIPAS_SMTP_TO": "a@xa.vn, b"}, "SIPAS_SMTP_TO"),
    ],
)
def test_a_wrong_relay_is_refused_without_its_password(changed, named):
    with pytest.raises(SettingsError, match=named) as raised:
        Settings.from_env({"SIPAS_SMTP_URL": "smtp://relay.tinh.vn", **GOOD, **changed})
    assert "bi-mat" not in str(raised.value)
