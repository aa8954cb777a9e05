"""`POST /api/v1/invitations`: one slip; its code, address and drawing are in this answer and nowhere else."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from survey import qr
from survey.api import bodies
from survey.api.blueprint import api_bp
from survey.context import (
    API,
    access,
    current_locale,
    database,
    keyring,
    now,
    settings,
    the_api_caller,
    today,
)
from survey.i18n import translations
from survey.services.https import addresses
from survey.services.inviting import issuing
from survey.services.inviting.issuing import Handed, Order
from survey.services.office import codes


@api_bp.post("/invitations")
@access(API)
def issue_invitation() -> ResponseReturnValue:
    """Issue the slip of a dossier, or one of a desk that names no dossier."""
    body = bodies.json_object("dossier", "desk")
    order = Order(
        dossier_code=bodies.text(body, "dossier"),
        desk_code=bodies.text(body, "desk"),
        key=request.headers.get("Idempotency-Key"),
    )
    # Looked at before anything is issued: a slip that cannot be printed would be lost.
    fit = qr.fits_receipt(addresses.phone_url(settings()))
    caller, ring, day, at = the_api_caller(), keyring(), today(), now()
    handed = database().write(
        lambda session: issuing.issue(session, order, caller=caller, keyring=ring, today=day, now=at)
    )
    return _written(handed, fit), 200 if handed.repeated else 201


def _written(handed: Handed, fit: qr.QrFit) -> dict[str, Any]:
    url = addresses.invitation_url(settings(), handed.slip.token)
    return {
        "code": codes.spoken(handed.slip.code),
        "url": url,
        "svg": qr.svg(qr.encode(url)),
        "smallest_side_mm": fit.millimetres_at_203dpi,
        "last_day": handed.slip.expires_on.isoformat(),
        "desk": {"code": handed.desk_code, "name": handed.desk_name},
        "office_network_only": not settings().is_public,
        "replaced": handed.replaced,
        "repeated": handed.repeated,
        "notice": _notice(handed),
    }


def _notice(handed: Handed) -> str:
    _ = translations(current_locale()).gettext
    if handed.repeated:
        return _("Yêu cầu này đã gửi rồi: đây vẫn là phiếu đã phát hành lần trước.")
    if handed.replaced:
        return _("Phiếu trước của hồ sơ này đã bị hủy. Chỉ phiếu này dùng được.")
    return _("Mã chỉ có trong câu trả lời này; hệ thống không xem lại được.")
