"""https beside http in one process, with a certificate laid into the data folder."""

from __future__ import annotations

import ssl
import urllib.request
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from process import Served, free_port


def lay_certificate(folder):
    """Make a certificate for loopback, signed by itself."""
    folder.mkdir(parents=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SIPAS test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "server.pem"


def test_https_and_http_are_served_side_by_side_with_secure_cookies_on_https(tmp_path):
    data = tmp_path / "data"
    authority = lay_certificate(data / "tls")
    port = free_port()
    with Served(data, environ={"SIPAS_TLS_PORT": str(port)}) as served:
        token = served.invite(1)[0]["token"]
        context = ssl.create_default_context(cafile=str(authority))
        opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context), urllib.request.HTTPCookieProcessor()
        )
        with opener.open(f"https://127.0.0.1:{port}/P/{token}", timeout=10) as response:
            assert response.status == 200
            assert "Strict-Transport-Security" not in response.headers, (
                "only for a publicly trusted certificate"
            )
        with urllib.request.urlopen(f"{served.url}/healthz", timeout=10) as plain:
            assert plain.status == 200
        jar = next(h for h in opener.handlers if isinstance(h, urllib.request.HTTPCookieProcessor)).cookiejar
        assert [(cookie.name.startswith("__Host-"), cookie.secure) for cookie in jar] == [(True, True)]


def test_a_tls_port_without_a_certificate_says_what_to_do(tmp_path):
    served = Served(tmp_path / "data", environ={"SIPAS_TLS_PORT": str(free_port())})
    with pytest.raises(AssertionError, match=r"server\.pem"):
        served.start()
