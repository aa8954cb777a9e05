"""The office's own authority: what it signs, for how long, for whom, and what a renewal changes."""

from __future__ import annotations

import ipaddress
import stat
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from survey.exceptions import InvalidInput, NotFound
from survey.services.https import addresses, certificates, office_authority
from survey.services.https.office_authority import State
from survey.settings import Settings

NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
OWN = ["localhost", "127.0.0.1", "may-chu", "may-chu.local", "192.168.1.10"]


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setattr(addresses, "own_names", lambda _settings: list(OWN))
    return Settings.for_folder(tmp_path, tls_port=8443)


def ensure(settings, now=NOW, **options):
    return office_authority.ensure(settings, now=now, **options)


def accepted(held, host, now=NOW) -> bool:
    """Say whether a strict verifier takes the certificate for a host."""
    try:
        subject = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        subject = x509.DNSName(host)
    verifier = PolicyBuilder().store(Store([held.authority])).time(now).build_server_verifier(subject)
    try:
        verifier.verify(held.certificate, [])
    except VerificationError:
        return False
    return True


def test_it_is_for_every_name_of_the_machine_and_for_no_other(settings):
    done = ensure(settings, more_names=["sipas.lan", "10.1.2.3"])
    assert done.state is State.MADE
    for host in [*OWN, "sipas.lan", "10.1.2.3"]:
        assert done.held.covers(host)
        assert accepted(done.held, host), host
    assert not accepted(done.held, "bank.example")
    assert not done.held.covers("192.168.1.11")


def test_lives_are_short_for_the_server_and_long_for_the_authority(settings):
    held = ensure(settings).held
    assert held.until - held.certificate.not_valid_before_utc <= timedelta(days=397)
    assert held.authority.not_valid_after_utc - NOW > timedelta(days=9 * 365)


def test_keys_are_apart_and_for_their_owner_alone(settings):
    ensure(settings)
    for path in (settings.data / "keys" / "office-ca.key", settings.data / "tls" / "server.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((settings.data / "keys").stat().st_mode) == 0o700
    assert not list((settings.data / "tls").glob("*ca*.key"))


def test_the_authority_cannot_stand_for_the_rest_of_the_world(settings):
    """What is signed with its stolen key for a name outside is refused by the limits in itself."""
    authority = ensure(settings).held.authority
    assert office_authority.may_sign(authority, "quay-2.local")
    assert office_authority.may_sign(authority, "172.20.0.9")
    assert office_authority.may_sign(authority, "may-chu")
    for outside in ("bank.example", "dichvucong.gov.vn", "notlocal", "8.8.8.8", "172.32.0.1", "2001:db8::1"):
        assert not office_authority.may_sign(authority, outside), outside
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    purposes = authority.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def files(settings):
    return {path: path.read_bytes() for path in settings.data.rglob("*") if path.is_file()}


def test_running_it_again_changes_nothing(settings):
    first = ensure(settings, more_names=["sipas.lan"])
    before = files(settings)
    again = ensure(settings, now=NOW + timedelta(days=200))
    assert again.state is State.KEPT
    assert files(settings) == before
    assert again.held.names == first.held.names


def test_a_renewal_in_time_keeps_authority_key_and_names(settings):
    first = ensure(settings, more_names=["sipas.lan"])
    later = NOW + timedelta(days=310)
    assert office_authority.renew_if_due(settings, now=NOW + timedelta(days=300)) is False
    assert office_authority.renew_if_due(settings, now=later) is True
    held = certificates.find(settings.data)
    assert held.authority == first.held.authority
    assert held.key_fits
    assert held.names == first.held.names
    assert held.until > first.held.until
    assert accepted(held, "sipas.lan", now=later)


def test_another_address_of_the_machine_is_signed_for_by_itself(settings, monkeypatch):
    ensure(settings)
    monkeypatch.setattr(addresses, "own_names", lambda _settings: [*OWN, "192.168.9.9"])
    assert office_authority.renew_if_due(settings, now=NOW) is True
    assert certificates.find(settings.data).covers("192.168.9.9")


def test_an_address_outside_the_limits_is_not_signed_for_again_and_again(settings, monkeypatch):
    ensure(settings)
    monkeypatch.setattr(addresses, "own_names", lambda _settings: [*OWN, "203.0.113.5"])
    assert office_authority.renew_if_due(settings, now=NOW) is False


def test_a_name_outside_the_limits_is_refused_with_the_way_out(settings):
    ensure(settings)
    before = files(settings)
    with pytest.raises(InvalidInput) as refused:
        ensure(settings, more_names=["sipas.example.vn"])
    assert refused.value.data["reason"] == "outside-authority"
    assert files(settings) == before
    done = ensure(settings, more_names=["sipas.example.vn"], anew=True)
    assert accepted(done.held, "sipas.example.vn")
    assert len(list(settings.data.rglob("*.before-*"))) == 4


@pytest.mark.parametrize("name", ["", "a b", "https://x", "x/y", "*.lan", "máy", "-x"])
def test_what_is_no_name_is_refused(settings, name):
    with pytest.raises(InvalidInput) as refused:
        ensure(settings, more_names=[name])
    assert refused.value.data["reason"] == "not-a-name"


def test_a_machine_may_be_called_anything(settings, monkeypatch):
    monkeypatch.setattr(addresses, "own_names", lambda _settings: [*OWN, "máy chủ", "may chu"])
    assert ensure(settings).held.names == certificates.find(settings.data).names


def test_a_certificate_of_the_province_is_left_alone(settings, tmp_path):
    other = Settings.for_folder(tmp_path / "province", tls_port=8443)
    ensure(other)
    (settings.data / "tls").mkdir()
    for name in ("server.pem", "server.key"):
        (settings.data / "tls" / name).write_bytes((other.data / "tls" / name).read_bytes())
    before = files(settings)
    assert ensure(settings).state is State.FOREIGN
    assert office_authority.renew_if_due(settings, now=NOW + timedelta(days=390)) is False
    assert files(settings) == before


def test_an_authority_key_that_was_carried_away_is_asked_for(settings, tmp_path):
    ensure(settings)
    stick = tmp_path / "stick.key"
    office_authority.authority_key_file(settings.data).rename(stick)
    later = NOW + timedelta(days=350)
    assert office_authority.renew_if_due(settings, now=later) is False
    with pytest.raises(NotFound):
        ensure(settings, now=later)
    assert ensure(settings, now=later, key=stick).state is State.RENEWED
    assert not office_authority.authority_key_file(settings.data).exists()


def test_a_key_that_does_not_fit_is_mended(settings):
    ensure(settings)
    key = settings.data / "tls" / "server.key"
    key.unlink()
    assert certificates.find(settings.data) is None
    assert ensure(settings).held.key_fits


def test_a_damaged_certificate_is_named(settings):
    ensure(settings)
    certificates.chain_file(settings.data).write_text("nothing")
    with pytest.raises(InvalidInput):
        certificates.find(settings.data)
    assert certificates.find_readable(settings.data) is None
