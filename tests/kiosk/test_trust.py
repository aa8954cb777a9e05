"""The page that helps a tablet to trust the office's certificate, and the check that it does."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from browser import Chromium, axe_problems, guarded_page
from certificates import install_authority
from cryptography import x509
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Error
from process import free_port
from server import LiveServer

from survey import clock
from survey.enums import Role
from survey.http_server import Certificate
from survey.services.https import certificates, office_authority
from survey.settings import Settings

# The browser looks at the certificate, and at how far its clock and that of the server are apart.
pytestmark = pytest.mark.machine_clock

PAGE = "/kiosk/chung-thu"


@pytest.fixture
def secured(app: Flask) -> Flask:
    """The application of an office with a certificate of its own."""
    runtime = app.extensions["sipas"]
    settings = replace(runtime.settings, tls_port=free_port())
    office_authority.ensure(settings, now=clock.now(), more_names=["sipas.lan"])
    app.extensions["sipas"] = replace(runtime, settings=settings)
    return app


def text_of(app: Flask, base_url: str = "http://sipas.lan:8080", path: str = PAGE) -> str:
    return app.test_client().get(path, base_url=base_url).get_data(as_text=True)


def test_without_https_it_says_what_the_technician_types(app: Flask) -> None:
    page = text_of(app)
    assert "sipas tls" in page
    assert "không ngoại tuyến" in page
    assert "sipas-ca.crt" not in page
    assert app.test_client().get("/kiosk/sipas-ca.crt").status_code == 404


def test_file_and_fingerprint_are_those_of_the_authority(secured: Flask) -> None:
    settings = secured.extensions["sipas"].settings
    held = certificates.find(settings.data)
    assert held is not None
    assert held.authority is not None
    with secured.test_client().get("/kiosk/sipas-ca.crt") as answer:
        assert answer.mimetype == "application/x-x509-ca-cert"
        assert x509.load_der_x509_certificate(answer.data) == held.authority
        digest = hashlib.sha256(answer.data).hexdigest().upper()
    page = text_of(secured)
    assert [page.count(f"<span>{digest[start : start + 4]}</span>") > 0 for start in range(0, 64, 4)] == [
        True
    ] * 16


def test_the_check_may_reach_the_https_address_and_nothing_else(secured: Flask) -> None:
    port = secured.extensions["sipas"].settings.tls_port
    with secured.test_client().get(PAGE, base_url="http://sipas.lan:8080") as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert f"connect-src 'self' https://sipas.lan:{port};" in policy
    with secured.test_client().get("/kiosk/https.json") as probe:
        assert probe.headers["Access-Control-Allow-Origin"] == "*"
        assert probe.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert abs(probe.get_json()["now"] - clock.now().timestamp()) < 60


@pytest.mark.parametrize("host", ["evil.example", "x'*.lan", "sipas.lan%0d"])
def test_a_host_that_the_certificate_does_not_name_never_gets_into_the_policy(
    secured: Flask, host: str
) -> None:
    with secured.test_client().get(PAGE, base_url=f"http://{host}:8080") as answer:
        assert host not in answer.headers["Content-Security-Policy"]
        if answer.status_code == 200:
            assert "không ghi địa chỉ" in answer.get_data(as_text=True)


def test_another_authoritys_certificate_needs_nothing_from_us(secured: Flask) -> None:
    certificates.authority_file(secured.extensions["sipas"].settings.data).unlink()
    page = text_of(secured)
    assert "của tỉnh" in page
    assert "sipas-ca.crt" not in page
    assert 'id="check"' in page


def test_enrolment_on_http_says_so_and_leads_here(secured: Flask) -> None:
    plain = text_of(secured, path="/kiosk/")
    assert "Chế độ không ngoại tuyến" in plain
    assert PAGE in plain
    assert "Chế độ không ngoại tuyến" not in text_of(secured, "https://sipas.lan", "/kiosk/")


KIOSKS = "/can-bo/quan-tri/kiosk"
WAITS = {
    timedelta(): "chứng thư dùng đến",
    timedelta(days=-370): "chỉ dùng đến",
    timedelta(days=-400): "đã hết hạn",
}


@pytest.mark.parametrize("ago", WAITS, ids=["good", "soon", "expired"])
def test_officers_see_fingerprint_and_end_in_time(
    secured: Flask, officer_client: Callable[[Role], FlaskClient], ago: timedelta
) -> None:
    settings = secured.extensions["sipas"].settings
    for path in (certificates.chain_file(settings.data), certificates.authority_file(settings.data)):
        path.unlink()
    office_authority.ensure(settings, now=clock.now() + ago)
    page = officer_client(Role.HEAD).get(KIOSKS).get_data(as_text=True)
    assert WAITS[ago] in page
    held = certificates.find(settings.data)
    assert held is not None
    assert held.authority is not None
    assert certificates.fingerprint(held.authority) in page
    assert "/kiosk/chung-thu" in page


def test_officers_without_https_are_told_what_helps(officer_client: Callable[[Role], FlaskClient]) -> None:
    assert "sipas tls" in officer_client(Role.HEAD).get(KIOSKS).get_data(as_text=True)


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1280, 800), (360, 740)], ids=["tablet", "phone"])
def test_a_device_that_does_not_trust_it_is_told_what_is_missing(
    secured: Flask, chromium: Chromium, size: tuple[int, int]
) -> None:
    settings = secured.extensions["sipas"].settings
    secure = LiveServer(secured, certificate=Certificate.find(settings.data), port=settings.tls_port)
    with (
        LiveServer(secured) as plain,
        secure,
        guarded_page(
            chromium,
            viewport={"width": size[0], "height": size[1]},
            allowed_errors=("ERR_CERT_AUTHORITY_INVALID",),
        ) as page,
    ):
        page.goto(f"{plain.insecure_url}{PAGE}")
        page.get_by_role("button", name="Kiểm tra máy này").click()
        page.get_by_text("máy này chưa tin chứng thư").wait_for()
        page.locator("summary").nth(1).click()
        assert axe_problems(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def trusting(secured: Flask, tmp_path: Path, chromium: Chromium) -> Iterator[Chromium]:
    """A browser whose store holds the authority, as a person installs it; no switch hides an error."""
    data = secured.extensions["sipas"].settings.data
    install_authority(tmp_path / "home", certificates.authority_file(data))
    switch = "--host-resolver-rules=MAP * 127.0.0.1"
    with Chromium(chromium.executable, switch, home=tmp_path / "home") as browser:
        yield browser


@pytest.mark.browser
def test_once_installed_the_device_goes_on_by_https_and_works_offline(
    secured: Flask, trusting: Chromium
) -> None:
    settings = secured.extensions["sipas"].settings
    secure = LiveServer(secured, certificate=Certificate.find(settings.data), port=settings.tls_port)
    with LiveServer(secured) as plain, secure, guarded_page(trusting) as page:
        page.goto(f"{plain.insecure_url}{PAGE}")
        page.get_by_role("button", name="Kiểm tra máy này").click()
        page.get_by_role("link", name="Tiếp tục ở").click()
        page.wait_for_url(f"https://sipas.lan:{settings.tls_port}/kiosk/")
        page.goto(f"https://sipas.lan:{settings.tls_port}{PAGE}")
        # It waits twenty seconds for what keeps the tablet's page; where that takes longer a second look finds it.
        page.wait_for_function("() => navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        page.get_by_text("Được. Máy này tin máy chủ.").wait_for()


@pytest.mark.browser
def test_what_a_thief_signs_with_the_authority_is_refused_outside_the_office(
    secured: Flask, trusting: Chromium, tmp_path: Path
) -> None:
    """The browser keeps to the limits that stand in the authority itself."""
    settings = secured.extensions["sipas"].settings
    for host, opens in (("bank.example", False), ("other.lan", True)):
        thief = replace(settings, data=tmp_path / host)
        shutil.copytree(settings.data, thief.data)
        forge(thief, host)
        server = LiveServer(secured, certificate=Certificate.find(thief.data))
        allowed = () if opens else ("ERR_CERT_INVALID",)
        with server, guarded_page(trusting, allowed_errors=allowed) as page:
            address = f"https://{host}:{server.port}/kiosk/https.json"
            if opens:
                assert page.goto(address)
            else:
                with pytest.raises(Error, match="ERR_CERT_INVALID"):
                    page.goto(address)


def forge(settings: Settings, host: str) -> None:
    """Sign for a host with the stolen key, past our own program's refusal."""
    authority, signer = office_authority._authority(settings.data, [], clock.now(), None)
    office_authority._sign_server(settings.data, authority, signer, [host], clock.now())
