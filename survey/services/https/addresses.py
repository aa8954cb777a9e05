"""The addresses under which this installation is reached: by phones, tablets and officers."""

from __future__ import annotations

import ipaddress
import socket

from survey import qr
from survey.services.https import certificates
from survey.settings import Settings

_ANY = {"0.0.0.0", "::", ""}  # noqa: S104 - compared with, not bound to
# An address of the documentation range: a UDP socket "connected" to it sends nothing.
_NOWHERE = ("192.0.2.1", 9)
# The far ends of the private networks: a machine with two network cards has an address towards each.
_NETWORKS = ("192.168.255.254", "172.31.255.254", "10.255.255.254", _NOWHERE[0])


def own_host(settings: Settings) -> str:
    """Give the name under which other machines of the office reach this one."""
    if settings.host not in _ANY:
        return settings.host
    return _towards(_NOWHERE[0]) or "127.0.0.1"


def _towards(network: str) -> str | None:
    """Give the address with which this machine would speak to a network; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((network, _NOWHERE[1]))
            found = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if ipaddress.ip_address(found).is_unspecified else found


def own_names(settings: Settings) -> list[str]:
    """Give every name and address under which this machine may be asked for, without looking any up."""
    name = socket.gethostname().lower().rstrip(".")
    found = ["localhost", "127.0.0.1", "::1"]
    if name and name != "localhost":
        # On office networks a machine answers to its bare name and, by multicast DNS, to `name.local`.
        found += [name] if "." in name else [name, f"{name}.local"]
    if settings.host not in _ANY:
        found.append(settings.host.lower())
    else:
        found += [address for network in _NETWORKS if (address := _towards(network))]
    return list(dict.fromkeys(found))


def own_url(settings: Settings) -> str:
    return f"http://{_shown_host(settings)}{port_suffix(settings.port, 80)}"


def port_suffix(port: int, usual: int) -> str:
    return "" if port == usual else f":{port}"


def tablet_url(settings: Settings) -> str:
    """Give the address for tablets: https where there is one, which lets a tablet keep working offline."""
    if settings.tls_port is None:
        return own_url(settings)
    return f"https://{_secure_host(settings)}{port_suffix(settings.tls_port, 443)}"


def _secure_host(settings: Settings) -> str:
    """Give the host that the certificate is for: of a province's certificate that is seldom the address."""
    held = certificates.find_readable(settings.data)
    if held is None or held.covers(own_host(settings)):
        return _shown_host(settings)
    proper = [name for name in held.names if "." in name and not name.startswith(("*", "127."))]
    return proper[0] if proper else _shown_host(settings)


def trust_url(settings: Settings) -> str:
    """Give the page that helps a tablet to trust the office's certificate: on http, before it does."""
    return f"{own_url(settings)}/kiosk/chung-thu"


def _shown_host(settings: Settings) -> str:
    host = own_host(settings)
    return f"[{host}]" if ":" in host else host


def phone_url(settings: Settings) -> str:
    """Give the address for slips: public where there is one, else that of the office network."""
    return settings.public_url or own_url(settings)


def invitation_url(settings: Settings, token: str) -> str:
    """Give the address of a slip as it is printed: in capitals, which make its code smaller.

    Only scheme and host mean the same in capitals; a path before ours keeps its letters.
    """
    return in_capitals(f"{phone_url(settings)}/P/{token}")


def receipt_problem(settings: Settings) -> qr.QrTooLong | qr.QrNotAlphanumeric | None:
    """Give why no slip can be printed under this address; None where all is well."""
    try:
        qr.fits_receipt(phone_url(settings))
    except (qr.QrTooLong, qr.QrNotAlphanumeric) as problem:
        return problem
    return None


def in_capitals(url: str) -> str:
    start = url.index("/", len("https://"))
    return url[:start].upper() + url[start:]
