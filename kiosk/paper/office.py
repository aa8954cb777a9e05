"""The office as it stands on paper, and what every sheet says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

Gettext = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class OfficeHead:
    """Who hands out the paper, and where a citizen gets an answer. Empty text: not known, not printed."""

    unit_name: str
    desk_name: str
    hotline: str = ""
    petition_address: str = ""


def contact_lines(office: OfficeHead, _: Gettext) -> list[str]:
    """Say where to turn for an answer; nothing where the office has given neither number nor address."""
    lines = []
    if office.hotline:
        lines.append(_("Đường dây nóng: {number}").format(number=office.hotline))
    if office.petition_address:
        lines.append(_("Gửi phản ánh, kiến nghị: {address}").format(address=office.petition_address))
    if lines:
        lines.insert(0, _("Cần được trả lời riêng, xin dùng:"))
    return lines


def network_lines(_: Gettext, *, island: bool, wifi_note: str | None) -> list[str]:
    """Say first what a phone needs to reach us: on an island nothing else works."""
    lines = [_("Chỉ dùng được trên Wi-Fi của cơ quan.")] if island else []
    if wifi_note:
        lines.append(wifi_note)
    return lines


def typed_address(url: str) -> str:
    """Give what a person types to reach the start page: host and port, in lower case, no more."""
    return urlsplit(url).netloc.lower()
