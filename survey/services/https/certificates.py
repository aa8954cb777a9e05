"""The certificate that https is served with: what it is, for whom, until when, and who signed it.

Files of the data folder: `tls/server.pem` (certificate, then those between it and its authority) and
`tls/server.key`, of the office's own authority or of the province; `tls/office-ca.pem` is that of the
office's own authority, which tablets install.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization

from survey.exceptions import InvalidInput

# From here on the office should do something; the server renews its own certificate long before.
EXPIRES_SOON = timedelta(days=30)


def chain_file(data: Path) -> Path:
    return data / "tls" / "server.pem"


def key_file(data: Path) -> Path:
    return data / "tls" / "server.key"


def authority_file(data: Path) -> Path:
    return data / "tls" / "office-ca.pem"


@dataclass(frozen=True, slots=True)
class Held:
    """The certificate in the data folder. `authority` is the office's own, where that signed it."""

    certificate: x509.Certificate
    authority: x509.Certificate | None
    names: tuple[str, ...]
    key_fits: bool

    @property
    def until(self) -> datetime:
        return self.certificate.not_valid_after_utc

    def is_valid(self, now: datetime) -> bool:
        return self.certificate.not_valid_before_utc <= now < self.until

    def is_early(self, now: datetime) -> bool:
        """Say whether it, or the office's own authority, was made by a clock that was ahead of this one."""
        chain = [one for one in (self.certificate, self.authority) if one is not None]
        return any(now < one.not_valid_before_utc for one in chain)

    def expires_soon(self, now: datetime) -> bool:
        return now >= self.until - EXPIRES_SOON

    def covers(self, host: str) -> bool:
        """Say whether a browser finds this host in the certificate."""
        return host.lower() in self.names or f"*.{host.lower().partition('.')[2]}" in self.names


def find(data: Path) -> Held | None:
    """Read the certificate that https would be served with; None where there is none.

    Raises
    ------
    InvalidInput
        A file is there and is no certificate.
    """
    if not (chain_file(data).exists() and key_file(data).exists()):
        return None
    certificate = read(chain_file(data))
    authority = read(authority_file(data)) if authority_file(data).exists() else None
    if authority is not None and not _signed_by(certificate, authority):
        authority = None
    return Held(certificate, authority, names_of(certificate), _key_fits(data, certificate))


def find_readable(data: Path) -> Held | None:
    """Give what `find` does, and None for what cannot be read as well: pages go on without it."""
    try:
        return find(data)
    except (InvalidInput, OSError):
        return None


def read(path: Path) -> x509.Certificate:
    """Read the first certificate of a file."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError as error:
        raise InvalidInput(field="certificate", value=str(path), reason="damaged") from error


def names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """Give names and addresses that a certificate is for."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = [str(one) for one in found.get_values_for_type(x509.IPAddress)]
    return (*(one.lower() for one in found.get_values_for_type(x509.DNSName)), *addresses)


def fingerprint(certificate: x509.Certificate) -> str:
    """Give the SHA-256 of a certificate in groups of four that a person can compare."""
    digest = certificate.fingerprint(hashes.SHA256()).hex().upper()
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def as_file(certificate: x509.Certificate) -> bytes:
    """Give a certificate as Android and Windows install it; the hash of this file is its fingerprint."""
    return certificate.public_bytes(serialization.Encoding.DER)


def general_name(name: str) -> x509.GeneralName:
    """Give a name or an address as certificates write it."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _signed_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _key_fits(data: Path, certificate: x509.Certificate) -> bool:
    try:
        key = serialization.load_pem_private_key(key_file(data).read_bytes(), password=None)
    except (ValueError, TypeError, OSError):
        return False
    return key.public_key() == certificate.public_key()
