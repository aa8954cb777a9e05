"""One plain message through the mail relay of an authority; without a relay set, nothing is ever sent.

Messages say that something is there to be read, never what it says: no figure, no answer, no comment.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
_TIMEOUT_S = 20


@dataclass(frozen=True, slots=True)
class Relay:
    """Where messages go; `scheme` is smtp (plain), smtp+tls (STARTTLS) or smtps."""

    scheme: str
    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)


def from_env(env: Mapping[str, str], problems: list[str]) -> Relay | None:
    """Read `SIPAS_SMTP_URL`, `SIPAS_SMTP_FROM`, `SIPAS_SMTP_TO`; say what is wrong without the password."""
    raw = env.get("SIPAS_SMTP_URL")
    if not raw:
        return None
    found = _server(raw)
    if isinstance(found, str):
        problems.append(f"SIPAS_SMTP_URL: {found}")
    sender = env.get("SIPAS_SMTP_FROM", "").strip()
    if not _is_address(sender):
        problems.append("SIPAS_SMTP_FROM: cần một địa chỉ thư như sipas@xa.tinh.gov.vn")
    recipients = tuple(one.strip() for one in env.get("SIPAS_SMTP_TO", "").split(",") if one.strip())
    if not recipients or not all(map(_is_address, recipients)):
        problems.append("SIPAS_SMTP_TO: cần một hay nhiều địa chỉ thư, cách nhau bằng dấu phẩy")
    if isinstance(found, str) or problems:
        return None
    scheme, host, port, user, password = found
    return Relay(scheme, host, port, sender, recipients, user, password)


def _server(raw: str) -> tuple[str, str, int, str, str] | str:
    parts = urlsplit(raw)
    try:
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if not port or not parts.hostname or parts.path.strip("/") or parts.query:
        return "cần smtp://máy-chủ, smtp+tls://tên:mật-khẩu@máy-chủ:587 hoặc smtps://tên:mật-khẩu@máy-chủ"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and parts.scheme == "smtp":
        return "không gửi mật khẩu qua smtp:// không mã hóa; dùng smtp+tls:// hoặc smtps://"
    return parts.scheme, parts.hostname, port, user, password


def _is_address(text: str) -> bool:
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, TypeError):
        return False
    return bool(address.username and address.domain) and text.isascii() and text.isprintable()


def send(relay: Relay, *, subject: str, text: str) -> None:
    """Hand a message to the relay.

    Raises
    ------
    OSError
        The relay cannot be reached, or refuses (`smtplib.SMTPException` is one).
    """
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, relay.sender, ", ".join(relay.recipients)
    message.set_content(text)
    context = ssl.create_default_context()
    if relay.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, timeout=_TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(relay.host, relay.port, timeout=_TIMEOUT_S)
    with server:
        if relay.scheme == "smtp+tls":
            server.starttls(context=context)
        if relay.user:
            server.login(relay.user, relay.password)
        server.send_message(message)
