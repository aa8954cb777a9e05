"""Slips: the paper that carries a one-time code home, on A5 sheets or on the roll of a receipt printer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.paper.office import Gettext, OfficeHead, contact_lines, network_lines, typed_address
from kiosk.paper.typesetting import drawn_code, typeset
from survey import i18n, qr
from survey.exceptions import InvalidInput
from survey.services.office import codes

# A slip takes about 1 MB while its sheet is set, and the server may run on an old PC.
MAX_SLIPS = 200


class Paper(StrEnum):
    """What the printer holds."""

    A5 = "a5"
    A4_TWO_SLIPS = "a4-two-slips"  # two A5 slips side by side, to be cut
    ROLL_80MM = "roll-80mm"
    ROLL_58MM = "roll-58mm"


@dataclass(frozen=True, slots=True)
class Slip:
    """One invitation as it is handed out. `url` and `code` exist only now: the database keeps their hashes.

    On an `island` the address works on the office network alone; `wifi_note` names that network.
    """

    url: str
    code: str
    desk_name: str
    expires_on: date
    island: bool
    wifi_note: str | None = None


def render_slips(
    slips: Sequence[Slip],
    *,
    paper: Paper,
    office: OfficeHead,
    locale: str = i18n.SOURCE,
    gettext: Gettext | None = None,
    handout: Sequence[str] = (),
) -> bytes:
    """Set the slips as one PDF, in their order.

    Slips name no dossier. `handout` gives the codes of their dossiers in the same order: they are set as a
    list on sheets of their own before the slips, for who hands them out.

    Raise `QrTooLong` where an address is too long to print, `InvalidInput` for none or too many slips.
    """
    if not 1 <= len(slips) <= MAX_SLIPS:
        raise InvalidInput(field="slips", value=len(slips), allowed=f"1 … {MAX_SLIPS}")
    _ = gettext or i18n.translations(locale).gettext
    content = {
        "locale": locale,
        "paper": paper.value,
        "slips": [_words(slip, office, _, locale) for slip in slips],
        "handout": list(handout),
        **_common_words(office, _),
    }
    return typeset("slips.typ", content)


def _common_words(office: OfficeHead, _: Gettext) -> dict[str, object]:
    return {
        "document": _("Phiếu mời đánh giá"),
        "unit": office.unit_name,
        "question": _("Ông/bà thấy chúng tôi phục vụ thế nào?"),
        "why": _("Câu trả lời của ông/bà cho chúng tôi biết việc gì đã tốt, việc gì phải sửa."),
        "qr_name": _("Mã QR mở phiếu đánh giá"),
        "steps": [
            _("Mở máy ảnh trên điện thoại."),
            _("Hướng vào ô vuông này."),
            _("Chạm vào địa chỉ hiện ra."),
        ],
        "cannot_scan": _("Không quét được? Mở trình duyệt (Chrome, Safari…) và gõ:"),
        "then_code": _("rồi nhập mã:"),
        "promises": [
            _("Không cần tên."),
            _("Ai cũng được trả lời."),
            _("Không ảnh hưởng đến kết quả hồ sơ."),
        ],
        "contact": contact_lines(office, _),
        "handout_title": _("Danh sách phát phiếu"),
        "handout_note": _(
            "Các phiếu in theo đúng thứ tự dưới đây. Trên phiếu không ghi mã hồ sơ; phát xong hãy hủy tờ này."
        ),
    }


def _words(slip: Slip, office: OfficeHead, _: Gettext, locale: str) -> dict[str, object]:
    until = _("Phiếu dùng được một lần, đến hết ngày {date}.")
    return {
        "desk": slip.desk_name or office.desk_name,
        "network": network_lines(_, island=slip.island, wifi_note=slip.wifi_note),
        "qr": drawn_code(qr.encode(slip.url)),
        "address": typed_address(slip.url),
        "code": codes.spoken(codes.normalise(slip.code)),
        "until": until.format(date=i18n.format_date(slip.expires_on, locale=locale)),
    }
