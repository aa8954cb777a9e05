"""https beside http in one process, and a certificate that changes while it runs."""

from __future__ import annotations

import socket
import ssl
import threading
import urllib.request
from datetime import timedelta

import pytest
from process import Served, free_port

from survey import clock
from survey.http_server import Certificate, make_http_server
from survey.server import CertificateKeeper
from survey.services.https import addresses, certificates, office_authority
from survey.settings import Settings

# The other end looks at the certificate by the machine's clock.
pytestmark = pytest.mark.machine_clock


def test_https_and_http_are_served_side_by_side_with_secure_cookies_on_https(tmp_path):
    data = tmp_path / "data"
    port = free_port()
    office_authority.ensure(Settings.for_folder(data), now=clock.now())
    authority = certificates.authority_file(data)
    with Served(data, environ={"SIPAS_TLS_PORT": str(port)}) as served:
        token = served.invite(1)[0]["token"]
        context = ssl.create_default_context(cafile=str(authority))
        opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context), urllib.request.HTTPCookieProcessor()
        )
        with opener.open(f"https://127.0.0.1:{port}/P/{token}", timeout=60) as response:
            assert response.status == 200
            assert "Strict-Transport-Security" not in response.headers, (
                "only for a publicly trusted certificate"
            )
        with urllib.request.urlopen(f"{served.url}/healthz", timeout=60) as plain:
            assert plain.status == 200
        jar = next(h for h in opener.handlers if isinstance(h, urllib.request.HTTPCookieProcessor)).cookiejar
        assert [(cookie.name.startswith("__Host-"), cookie.secure) for cookie in jar] == [(True, True)]


def test_a_tls_port_without_a_certificate_says_what_to_do(tmp_path):
    served = Served(tmp_path / "data", environ={"SIPAS_TLS_PORT": str(free_port())})
    with pytest.raises(AssertionError, match=r"server\.pem"):
        served.start()


def test_a_certificate_that_does_not_fit_its_key_says_what_to_do(tmp_path):
    data = tmp_path / "data"
    office_authority.ensure(Settings.for_folder(data), now=clock.now())
    certificates.key_file(data).write_bytes(office_authority.authority_key_file(data).read_bytes())
    certificates.authority_file(data).unlink()  # as a province's: our own would be mended by itself
    served = Served(data, environ={"SIPAS_TLS_PORT": str(free_port())})
    with pytest.raises(AssertionError, match="không khớp"):
        served.start()


def test_a_renewal_that_fails_does_not_keep_the_server_from_starting(tmp_path):
    """The authority's key is damaged and the certificate nearly over: http and https are served all the same."""
    data = tmp_path / "data"
    port = free_port()
    office_authority.ensure(Settings.for_folder(data), now=clock.now() - timedelta(days=350))
    office_authority.authority_key_file(data).write_text("-")
    with Served(data, environ={"SIPAS_TLS_PORT": str(port)}) as served:
        assert served_certificate(port, str(certificates.authority_file(data)))
        assert "chưa gia hạn được" in served.log.read_text(encoding="utf-8")


def served_certificate(port: int, trusted: str) -> str:
    """Connect as a browser does, with the office's authority alone, and give the serial that was shown."""
    context = ssl.create_default_context(cafile=trusted)
    with (
        socket.create_connection(("127.0.0.1", port), timeout=60) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
    ):
        found = secure.getpeercert()
    assert found is not None
    return str(found["serialNumber"])


def test_the_server_renews_and_takes_up_a_certificate_while_it_runs(tmp_path, monkeypatch):
    settings = Settings.for_folder(tmp_path, tls_port=free_port())
    long_ago = clock.now() - timedelta(days=320)
    office_authority.ensure(settings, now=long_ago)
    certificate = Certificate.find(tmp_path)
    assert certificate is not None
    trusted = str(certificates.authority_file(tmp_path))
    server = make_http_server(
        lambda _environ, start: start("204 No Content", []) and [],
        host="127.0.0.1",
        port=settings.tls_port,
        threads=2,
        certificate=certificate,
    )
    keeper = CertificateKeeper(settings, server, certificate)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        first = served_certificate(settings.tls_port, trusted)
        assert keeper.look_now() is True, "320 of 397 days are over"
        second = served_certificate(settings.tls_port, trusted)
        assert second != first
        assert keeper.look_now() is False
        # The PC has another address this morning.
        monkeypatch.setattr(addresses, "own_names", lambda _settings: ["127.0.0.1", "192.168.77.7"])
        assert keeper.look_now() is True
        third = served_certificate(settings.tls_port, trusted)
        assert third != second
        # Half copied files are not taken up, and what was served goes on.
        certificates.key_file(tmp_path).write_bytes(
            office_authority.authority_key_file(tmp_path).read_bytes()
        )
        monkeypatch.setattr(office_authority, "renew_if_due", lambda *_arguments, **_more: False)
        with pytest.raises(ssl.SSLError):
            keeper.look_now()
        assert served_certificate(settings.tls_port, trusted) == third
    finally:
        server.stop()
        thread.join(timeout=60)
