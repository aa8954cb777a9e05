"""Posters: one code for everyone who passes a desk or a counter (trust class P)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from kiosk.paper.office import Gettext, OfficeHead, contact_lines, network_lines
from kiosk.paper.typesetting import drawn_code, typeset
from survey import i18n, qr


class PosterPaper(StrEnum):
    A4 = "a4"
    A3 = "a3"
    A4_FOLDED = "a4-folded"  # the card for a table


@dataclass(frozen=True, slots=True)
class Poster:
    """What hangs at one place. Without a title it asks the question of the slips."""

    url: str
    desk_name: str
    counter_name: str = ""
    title: str = ""
    island: bool = False
    wifi_note: str | None = None


def render_poster(
    poster: Poster,
    *,
    paper: PosterPaper,
    office: OfficeHead,
    locale: str = i18n.SOURCE,
    gettext: Gettext | None = None,
) -> bytes:
    """Set one poster, or the card for a table, as a PDF of one page."""
    _ = gettext or i18n.translations(locale).gettext
    content = {**_words(poster, office, _), "locale": locale, "paper": paper.value}
    return typeset("card.typ" if paper is PosterPaper.A4_FOLDED else "poster.typ", content)


def _words(poster: Poster, office: OfficeHead, _: Gettext) -> dict[str, object]:
    return {
        "document": _("Mời đánh giá sự phục vụ"),
        "unit": office.unit_name,
        "desk": poster.desk_name or office.desk_name,
        "counter": poster.counter_name,
        "question": poster.title or _("Ông/bà thấy chúng tôi phục vụ thế nào?"),
        "invitation": _("Mời ông/bà dùng điện thoại trả lời vài câu hỏi."),
        "network": network_lines(_, island=poster.island, wifi_note=poster.wifi_note),
        "qr": drawn_code(qr.encode(poster.url, max_version=qr.POSTER_MAX_VERSION)),
        "qr_name": _("Mã QR mở phiếu đánh giá"),
        "scan": _("Mở máy ảnh trên điện thoại, hướng vào ô vuông này."),
        "cannot_scan": _("Không quét được? Mở trình duyệt (Chrome, Safari…) và gõ:"),
        "address": _shown_address(poster.url),
        "facts": [
            {
                "head": _("Để làm gì?"),
                "text": _("Để chúng tôi biết việc gì đã tốt, việc gì phải sửa."),
            },
            {
                "head": _("Ai đọc?"),
                "text": _(
                    "Lãnh đạo và công chức được giao việc này. Câu trả lời được gộp chung với nhiều người "
                    "khác, không ai biết câu nào là của ông/bà."
                ),
            },
            {
                "head": _("Có bắt buộc không?"),
                "text": _("Không. Không cần tên, ai cũng được trả lời, không ảnh hưởng đến kết quả hồ sơ."),
            },
        ],
        "contact": contact_lines(office, _),
        "promise": _("Không cần tên. Không ảnh hưởng đến kết quả hồ sơ."),
        "fold": _("Gấp theo đường này, hai mặt quay ra ngoài"),
    }


def _shown_address(url: str) -> str:
    """Give the whole address to type: the host in small letters, the path as it is."""
    parts = urlsplit(url)
    return parts.netloc.lower() + parts.path.rstrip("/")
