"""A certificate authority for one office: made once, installed on its tablets, signs its server alone.

Whoever gets hold of its key could pretend to be a server towards tablets that trust it. So the authority
may sign for private addresses, names that only exist in offices and the names it was made with, for servers
and for nothing else: with it nobody can pretend to be a bank. Browsers refuse what it signs beyond that.
The key lies apart from the certificates, in `keys/`, and may be carried away; then the server cannot renew
by itself, and `sipas tls --ca-key` does.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from survey.exceptions import InvalidInput, NotFound
from survey.services.https import addresses, certificates
from survey.services.https.certificates import Held, general_name
from survey.settings import Settings

AUTHORITY_LIFE = timedelta(days=10 * 365)
# Browsers take no longer one from a public authority; ours keeps to it.
SERVER_LIFE = timedelta(days=397)
RENEWED_BEFORE = timedelta(days=90)
# A tablet whose clock is a little behind must find it valid.
BACKDATED = timedelta(days=2)
PRIVATE_NETWORKS = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8",
    "::1/128", "fc00::/7", "fe80::/10",
)  # fmt: skip
OFFICE_DOMAINS = ("local", "lan", "internal", "home.arpa", "localhost")
_NAME = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)


class State(StrEnum):
    MADE = "made"  # authority and certificate, or a certificate of an authority that was there
    RENEWED = "renewed"
    KEPT = "kept"
    FOREIGN = "foreign"  # the province's, which is left alone


@dataclass(frozen=True, slots=True)
class Outcome:
    state: State
    held: Held


def authority_key_file(data: Path) -> Path:
    return data / "keys" / "office-ca.key"


def ensure(
    settings: Settings,
    *,
    now: datetime,
    more_names: Sequence[str] = (),
    key: Path | None = None,
    anew: bool = False,
) -> Outcome:
    """Make what is missing, renew what is due, keep what is good; `anew` sets everything aside first.

    Raises
    ------
    NotFound
        The authority is there and its key is not.
    InvalidInput
        A name cannot be used, or the authority may not sign for it.
    """
    data = settings.data
    asked_for = list(dict.fromkeys([*_remembered(data), *map(_checked, more_names)]))
    if anew:
        _set_aside(data, now)
    held = certificates.find(data)
    if held is not None and held.authority is None:
        return Outcome(State.FOREIGN, held)
    _refuse_outside(data, asked_for)
    wanted = list(dict.fromkeys([*filter(_is_name, addresses.own_names(settings)), *asked_for]))
    if held is not None and not _is_due(held, wanted, now):
        return Outcome(State.KEPT, held)
    authority, signer = _authority(data, wanted, now, key)
    _remember(data, asked_for)
    # One name that the authority may not sign would spoil the whole certificate.
    _sign_server(data, authority, signer, [name for name in wanted if may_sign(authority, name)], now)
    made = certificates.find(data)
    if made is None:
        raise NotFound(what="certificate", value=str(certificates.chain_file(data)))
    return Outcome(State.MADE if held is None else State.RENEWED, made)


def renew_if_due(settings: Settings, *, now: datetime) -> bool:
    """Renew the office's own certificate as the server does by itself; say whether it did."""
    held = certificates.find(settings.data)
    if held is None or held.authority is None or not authority_key_file(settings.data).exists():
        return False
    return ensure(settings, now=now).state is State.RENEWED


def _is_due(held: Held, wanted: Sequence[str], now: datetime) -> bool:
    if held.authority is None or not held.key_fits or not held.is_valid(now):
        return True
    ends_with_authority = held.until >= held.authority.not_valid_after_utc
    missing = [name for name in wanted if name not in held.names and may_sign(held.authority, name)]
    return bool(missing) or (now >= held.until - RENEWED_BEFORE and not ends_with_authority)


# --- names ------------------------------------------------------------------------------------------


def _names_file(data: Path) -> Path:
    return data / "tls" / "names.txt"


def _checked(name: str) -> str:
    """Read a name or an address as a person types it."""
    name = name.strip().lower().rstrip(".")
    if not _is_name(name):
        raise InvalidInput(field="name", value=name, reason="not-a-name")
    return name


def _is_name(name: str) -> bool:
    """Say whether a certificate can hold it: a computer may be called anything, "Máy chủ" too."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return _NAME.fullmatch(name) is not None
    return True


def _remembered(data: Path) -> list[str]:
    path = _names_file(data)
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def _remember(data: Path, names: Sequence[str]) -> None:
    """Keep the names that were asked for once, so that a renewal has them too."""
    if names and list(names) != _remembered(data):
        _write(_names_file(data), "\n".join(names).encode() + b"\n", secret=False)


def _refuse_outside(data: Path, names: Sequence[str]) -> None:
    path = certificates.authority_file(data)
    if path.exists():
        authority = certificates.read(path)
        refused = [name for name in names if not may_sign(authority, name)]
        if refused:
            raise InvalidInput(field="name", value=", ".join(refused), reason="outside-authority")


def may_sign(authority: x509.Certificate, name: str) -> bool:
    """Say whether browsers accept what this authority signs for a name."""
    try:
        limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return True
    permitted = limits.permitted_subtrees or ()
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        domains = [one.value for one in permitted if isinstance(one, x509.DNSName)]
        return any(f".{name}".endswith(f".{domain}") for domain in domains)
    networks = [ipaddress.ip_network(str(one.value)) for one in permitted if isinstance(one, x509.IPAddress)]
    return any(address in network for network in networks)


# --- making -----------------------------------------------------------------------------------------


def _authority(
    data: Path, names: Sequence[str], now: datetime, key: Path | None
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key_path = key or authority_key_file(data)
    path = certificates.authority_file(data)
    if path.exists():
        if not key_path.exists():
            raise NotFound(what="authority-key", value=str(key_path))
        authority, signer = certificates.read(path), _read_key(key_path)
        if authority.public_key() != signer.public_key():
            # What it signed no tablet would trust, and every tablet would lose its https.
            raise InvalidInput(field="key", value=str(key_path), reason="not-of-authority")
        return authority, signer
    signer = _read_key(key_path) if key_path.exists() else _make_key(key_path)
    made = _self_signed(signer, names, now)
    _write(path, made.public_bytes(serialization.Encoding.PEM), secret=False)
    return made, signer


def _self_signed(signer: ec.EllipticCurvePrivateKey, names: Sequence[str], now: datetime) -> x509.Certificate:
    title = f"SIPAS {socket.gethostname()[:40]} {now:%Y-%m}"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])
    return (
        _builder(subject, subject, signer.public_key(), signer.public_key(), now, now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(_for_servers(), critical=False)
        .add_extension(x509.NameConstraints(_allowed(names), None), critical=True)
        .sign(signer, hashes.SHA256())
    )


def _allowed(names: Sequence[str]) -> list[x509.GeneralName]:
    """Private networks, domains of offices, and the names at hand that are not among them."""
    domains = list(OFFICE_DOMAINS)
    networks = [ipaddress.ip_network(one) for one in PRIVATE_NETWORKS]
    for name in names:
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            if not any(f".{name}".endswith(f".{one}") for one in domains):
                domains.append(name)
        else:
            if not any(address in one for one in networks):
                networks.append(ipaddress.ip_network(name))
    return [*map(x509.DNSName, domains), *map(x509.IPAddress, networks)]


def _sign_server(
    data: Path,
    authority: x509.Certificate,
    signer: ec.EllipticCurvePrivateKey,
    names: Sequence[str],
    now: datetime,
) -> None:
    """Sign for the server's key, which stays the same: replacing one file cannot be half done."""
    path = certificates.key_file(data)
    key = _read_key(path) if path.exists() else _make_key(path)
    until = min(now - BACKDATED + SERVER_LIFE, authority.not_valid_after_utc)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SIPAS")])
    made = (
        _builder(subject, authority.subject, key.public_key(), signer.public_key(), now, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(_for_servers(), critical=False)
        .add_extension(x509.SubjectAlternativeName([general_name(one) for one in names]), critical=False)
        .sign(signer, hashes.SHA256())
    )
    _write(certificates.chain_file(data), made.public_bytes(serialization.Encoding.PEM), secret=False)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePublicKey,
    now: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _for_servers() -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])


# --- files ------------------------------------------------------------------------------------------


def _make_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(path, private, secret=True)
    return key


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise InvalidInput(field="key", value=str(path), reason="damaged") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise InvalidInput(field="key", value=str(path), reason="damaged")
    return key


def _write(path: Path, content: bytes, *, secret: bool) -> None:
    """Write aside and rename: a power cut leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    draft.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with open(os.open(draft, flags, 0o600 if secret else 0o644), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _set_aside(data: Path, now: datetime) -> None:
    """Rename what is there; a certificate of the province can so be put back."""
    files = (
        certificates.chain_file(data),
        certificates.key_file(data),
        certificates.authority_file(data),
        authority_key_file(data),
    )
    for path in files:
        if path.exists():
            path.replace(path.with_name(f"{path.name}.before-{now:%Y%m%d-%H%M%S}"))
