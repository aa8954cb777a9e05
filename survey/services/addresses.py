"""The addresses under which this installation is reached: by phones, tablets and officers."""

from __future__ import annotations

import ipaddress
import socket

from survey.settings import Settings

_ANY = {"0.0.0.0", "::", ""}  # noqa: S104 - compared with, not bound to
# An address of the documentation range: a UDP socket "connected" to it sends nothing.
_NOWHERE = ("192.0.2.1", 9)


def own_host(settings: Settings) -> str:
    """Give the name under which other machines of the office reach this one."""
    if settings.host not in _ANY:
        return settings.host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_NOWHERE)
            found = str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
    return found if not ipaddress.ip_address(found).is_unspecified else "127.0.0.1"


def own_url(settings: Settings) -> str:
    return f"http://{_shown_host(settings)}" + ("" if settings.port == 80 else f":{settings.port}")


def tablet_url(settings: Settings) -> str:
    """Give the address for tablets: https where there is one, which lets a tablet keep working offline."""
    if settings.tls_port is None:
        return own_url(settings)
    return f"https://{_shown_host(settings)}" + ("" if settings.tls_port == 443 else f":{settings.tls_port}")


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


def in_capitals(url: str) -> str:
    start = url.index("/", len("https://"))
    return url[:start].upper() + url[start:]
