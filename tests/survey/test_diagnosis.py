"""What `sipas doctor` looks at: each finding appears when its cause does, with words and advice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text, update

from survey import schema
from survey.cli import care
from survey.models import AuditEvent
from survey.services import audit, diagnosis, installation
from survey.services.diagnosis import Finding, Weight

NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
SHORT = "http://192.168.1.10:8080"
ALWAYS = ["disk", "https", "address", "migration", "clock", "audit", "confirmed", "records"]


@pytest.fixture
def examine(settings, database):
    def found(*, now=NOW, phone_url=SHORT, **changes) -> dict[str, Finding]:
        findings = diagnosis.examine(replace(settings, **changes), database, now=now, phone_url=phone_url)
        return {finding.code: finding for finding in findings}

    return found


def test_a_new_installation_has_no_error(examine, database):
    found = examine()
    own = ["sqlite", "integrity"] if database.is_sqlite else ["postgresql"]
    assert sorted(found) == sorted(ALWAYS + own)
    assert {finding.code for finding in found.values() if finding.weight is Weight.ERROR} == set()


def test_every_finding_has_words_and_every_problem_advice(examine):
    for code, finding in examine().items():
        assert care._WORDS[code].format_map(dict(finding.data))
    assert set(care._WORDS) == set(care._ADVICE) | {"postgresql"}


@pytest.mark.parametrize(
    ("free", "weight"),
    [(100 * 1024**2, Weight.ERROR), (500 * 1024**2, Weight.NOTE), (5 * 1024**3, Weight.OK)],
    ids=["nearly-full", "little", "enough"],
)
def test_free_space(examine, monkeypatch, free, weight):
    monkeypatch.setattr(diagnosis.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free))
    found = examine()["disk"]
    assert found.weight is weight
    assert dict(found.data) == {"free_mb": str(free // 1024**2)}


@pytest.mark.parametrize(
    ("changes", "weight"),
    [
        ({}, Weight.NOTE),
        ({"public_url": "http://ks.example.gov.vn"}, Weight.NOTE),
        ({"public_url": "https://ks.example.gov.vn"}, Weight.OK),
        ({"tls_port": 8443}, Weight.OK),
    ],
    ids=["none", "public-http", "public-https", "own"],
)
def test_https(examine, changes, weight):
    assert examine(**changes)["https"].weight is weight


def test_address_that_fills_the_code_is_noted(examine):
    longest = "https://" + "k" * (diagnosis.LONGEST_ADDRESS - len("https://"))
    assert examine(phone_url=longest)["address"].weight is Weight.OK
    assert examine(phone_url=longest + "k")["address"].weight is Weight.NOTE


def test_clock_before_the_program_or_before_the_last_event_is_wrong(examine, database):
    assert examine(now=datetime(2015, 1, 1, tzinfo=UTC))["clock"].weight is Weight.ERROR
    database.write(lambda s: audit.record(s, login="can-bo", action="x", now=NOW + timedelta(days=2)))
    assert examine(now=NOW)["clock"].weight is Weight.ERROR
    assert examine(now=NOW + timedelta(days=3))["clock"].weight is Weight.OK


def test_changed_log_names_its_event(examine, database):
    database.write(lambda s: audit.record(s, login="can-bo", action="x", now=NOW))
    assert examine()["audit"].weight is Weight.OK
    database.write(lambda s: s.execute(update(AuditEvent).values(action="y")))
    found = examine()["audit"]
    assert found.weight is Weight.ERROR
    assert dict(found.data)["event"].isdigit()


def test_old_schema_is_an_error(examine, database):
    database.write(lambda s: s.execute(text("UPDATE alembic_version SET version_num = '0000'")))
    found = examine()["migration"]
    assert found.weight is Weight.ERROR
    assert dict(found.data) == {"current": "0000"}
    assert schema.HEAD != "0000"


def test_unconfirmed_set_up_is_noted(examine, database):
    assert examine()["confirmed"].weight is Weight.NOTE
    database.write(lambda s: installation.change(s, confirmed=True))
    assert examine()["confirmed"].weight is Weight.OK


@pytest.mark.sqlite_only("the version of the embedded engine")
def test_old_sqlite_is_noted_and_not_refused(examine, monkeypatch):
    monkeypatch.setattr(diagnosis, "sqlite_is_safe", lambda: False)
    assert examine()["sqlite"].weight is Weight.NOTE
