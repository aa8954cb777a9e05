"""What `sipas doctor` looks at: each finding appears when its cause does, with words and advice."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text, update
from tablet import new_code

from survey import clock, schema
from survey.cli import care
from survey.models import AuditEvent, KioskDevice
from survey.services.https import certificates, https_condition, office_authority
from survey.services.office import audit, installation
from survey.services.tablets import devices
from survey.services.upkeep import backups, clock_trust, diagnosis
from survey.services.upkeep.diagnosis import Finding, Weight

# Files are dated by the machine's clock, and a clock that is behind them is what `doctor` looks for.
pytestmark = pytest.mark.machine_clock

SHORT = "http://192.168.1.10:8080"
ALWAYS = ["disk", "https-none", "address", "migration", "zone", "clock", "audit", "confirmed", "records"]


@pytest.fixture
def now() -> datetime:
    """The real time of this test: files carry the time of the machine."""
    return clock.now().replace(microsecond=0)


@pytest.fixture
def examine(settings, database, now):
    def found(*, now=now, phone_url=SHORT, backup_days=7, **changes) -> dict[str, Finding]:
        findings = diagnosis.examine(
            replace(settings, **changes), database, now=now, phone_url=phone_url, backup_days=backup_days
        )
        return {finding.code: finding for finding in findings}

    return found


def test_a_new_installation_has_no_error(examine, database):
    found = examine()
    own = ["sqlite", "integrity", "backup-none"] if database.is_sqlite else ["postgresql"]
    assert sorted(found) == sorted(ALWAYS + own)
    assert {finding.code for finding in found.values() if finding.weight is Weight.ERROR} == set()


def test_every_finding_has_words_and_every_problem_advice(examine):
    for code, finding in examine().items():
        assert care._WORDS[code].format_map(dict(finding.data))
    assert set(care._WORDS) == set(care._ADVICE) | {"postgresql", "https-good", "https-proxy"}
    assert {f"https-{state}" for state in https_condition.State} <= set(care._WORDS)


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
    ("changes", "code", "weight"),
    [
        ({}, "https-none", Weight.NOTE),
        ({"public_url": "http://ks.example.gov.vn"}, "https-none", Weight.NOTE),
        ({"public_url": "https://ks.example.gov.vn"}, "https-proxy", Weight.OK),
        ({"tls_port": 8443}, "https-none", Weight.NOTE),
    ],
    ids=["none", "public-http", "public-https", "port-without-certificate"],
)
def test_https_without_a_certificate(examine, changes, code, weight):
    assert examine(**changes)[code].weight is weight


def days(number):
    return timedelta(days=number)


@pytest.mark.parametrize(
    ("later", "code", "weight"),
    [
        (days(0), "https-good", Weight.OK),
        (days(-4), "https-early", Weight.ERROR),
        (days(370), "https-soon", Weight.NOTE),
        (days(400), "https-expired", Weight.ERROR),
    ],
    ids=["good", "early", "soon", "expired"],
)
def test_the_certificate_is_looked_at(examine, settings, later, code, weight, now):
    office_authority.ensure(settings, now=now)
    assert examine(now=now + later, tls_port=8443)[code].weight is weight


def test_what_is_wrong_with_a_certificate_is_told_apart(examine, settings, monkeypatch, now):
    office_authority.ensure(settings, now=now)
    assert "https-good" in examine(tls_port=8443)
    office_authority.authority_key_file(settings.data).rename(settings.data / "key-on-a-stick")
    assert examine(tls_port=8443)["https-no-renewal"].weight is Weight.OK
    monkeypatch.setattr(diagnosis.https_condition.addresses, "own_host", lambda _settings: "10.7.7.7")
    assert examine(tls_port=8443)["https-name"].weight is Weight.NOTE
    certificates.key_file(settings.data).write_text("-")
    assert examine(tls_port=8443)["https-key"].weight is Weight.ERROR
    certificates.chain_file(settings.data).write_text("-")
    assert examine(tls_port=8443)["https-unreadable"].weight is Weight.ERROR


def test_an_authority_near_its_end_is_told_half_a_year_before(examine, settings, now):
    office_authority.ensure(settings, now=now - days(3500))
    office_authority.renew_if_due(settings, now=now)
    assert examine(tls_port=8443)["https-authority"].weight is Weight.NOTE


def test_an_authority_that_was_made_by_a_clock_ahead_is_told(examine, settings, now):
    """The server's certificate is renewed by the right clock; tablets would refuse both all the same."""
    office_authority.ensure(settings, now=now + days(900))
    office_authority.renew_if_due(settings, now=now)
    assert examine(tls_port=8443)["https-early"].weight is Weight.ERROR
    office_authority.ensure(settings, now=now, anew=True)
    assert examine(tls_port=8443)["https-good"].weight is Weight.OK


def test_address_that_fills_the_code_is_noted(examine):
    longest = "https://" + "k" * (diagnosis.LONGEST_ADDRESS - len("https://"))
    assert examine(phone_url=longest)["address"].weight is Weight.OK
    assert examine(phone_url=longest + "k")["address"].weight is Weight.NOTE


def test_address_that_no_code_can_write_is_noted(examine):
    found = examine(phone_url="https://ks.vn/danh-gia")["address-signs"]
    assert found.weight is Weight.NOTE
    assert dict(found.data)["signs"] == "adghin"


def test_clock_before_the_program_or_before_the_last_event_is_wrong(examine, database, now):
    assert examine(now=datetime(2015, 1, 1, tzinfo=UTC))["clock"].weight is Weight.ERROR
    database.write(lambda s: audit.record(s, login="can-bo", action="x", now=now + timedelta(days=2)))
    assert examine(now=now)["clock"].weight is Weight.ERROR
    assert examine(now=now + timedelta(days=3))["clock"].weight is Weight.OK


def test_a_clock_behind_the_last_word_of_a_tablet_is_wrong(examine, database, keyring, now):
    code = new_code(database, keyring)
    database.write(lambda s: devices.enrol(s, keyring=keyring, typed=code, now=clock.now()))
    assert examine()["clock"].weight is Weight.OK
    database.write(lambda s: s.execute(update(KioskDevice).values(seen_at_utc=now + days(1))))
    assert examine()["clock"].weight is Weight.ERROR


def test_a_clock_that_leapt_is_named_until_it_has_settled(examine, database):
    start = date(2027, 1, 4)
    for after in (0, 100, 103):
        day = start + days(after)
        database.write(lambda session, day=day: clock_trust.note(session, today=day))
    leap = examine()["clock-leap"]
    assert leap.weight is Weight.NOTE
    assert dict(leap.data) == {"day": "14/04/2027", "until": "21/04/2027"}
    assert care._line(leap).count("21/04/2027") == 1
    database.write(lambda session: clock_trust.note(session, today=start + days(107)))
    assert "clock-leap" not in examine()


@pytest.mark.sqlite_only("the file of the embedded engine")
def test_a_clock_behind_the_file_is_wrong(examine, settings, now):
    later = (now + days(3)).timestamp()
    os.utime(settings.data / "sipas.sqlite", (later, later))
    assert examine()["clock"].weight is Weight.ERROR


@pytest.mark.parametrize(
    ("zone", "weight"),
    [("UTC", Weight.OK), ("Asia/Ho_Chi_Minh", Weight.OK), ("America/Los_Angeles", Weight.NOTE)],
)
def test_a_machine_in_another_zone_is_noted(examine, monkeypatch, zone, weight):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    assert examine()["zone"].weight is weight
    monkeypatch.undo()
    time.tzset()


@pytest.mark.sqlite_only("copies of the embedded engine")
def test_an_old_copy_is_noted(examine, database, now):
    assert examine()["backup-none"].weight is Weight.NOTE
    database.write(lambda s: audit.record(s, login="sipas", action=backups.ACTION, now=now - days(8)))
    assert examine()["backup"].weight is Weight.NOTE
    assert examine(backup_days=9)["backup"].weight is Weight.OK
    database.write(lambda s: audit.record(s, login="sipas", action=backups.ACTION, now=now))
    assert examine()["backup"].weight is Weight.OK


def test_changed_log_names_its_event(examine, database, now):
    database.write(lambda s: audit.record(s, login="can-bo", action="x", now=now))
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
