"""The QR with which a comment goes on at the person's phone; it carries a desk and an end, and no answer."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from kiosk.blueprint import kiosk_bp
from kiosk.devices import the_device
from survey import qr
from survey.context import DEVICE, access, database, keyring, now, settings
from survey.services.https import addresses
from survey.services.office import installation
from survey.services.remarks import comment_links


@kiosk_bp.post("/comment-link")
@access(DEVICE)
def comment_link() -> ResponseReturnValue:
    device = the_device()
    token = comment_links.issue(keyring(), desk_id=device.desk_id, now=now())
    address = addresses.in_capitals(f"{addresses.phone_url(settings())}/G/{token}")
    matrix = qr.encode(address, max_version=qr.SCREEN_MAX_VERSION)
    with database().read() as session:
        wifi_note = installation.read(session).wifi_note
    return {
        "size": matrix.modules_with_quiet_zone,
        "path": qr.outline(matrix),
        "minutes": int(comment_links.VALID.total_seconds() // 60),
        "needs_wifi": not settings().is_public,
        "wifi_note": wifi_note,
    }
