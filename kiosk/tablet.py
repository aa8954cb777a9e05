"""Pages of the tablet: the kiosk itself, and the one where an officer types the code that enrols it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.blueprint import kiosk_bp
from kiosk.configuration import configuration, program_fingerprint
from kiosk.devices import find_device, keep_key, renew_key, the_device
from survey.context import (
    DEVICE,
    PUBLIC,
    access,
    current_instrument,
    database,
    keyring,
    now,
    played,
    settings,
    spoken,
)
from survey.exceptions import InvalidInput
from survey.services.tablets import devices

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from survey.services.office.instruments import Published
    from survey.services.tablets.devices import Device
from survey.web.security import CAMERA_ALLOWED


@kiosk_bp.get("/")
@access(PUBLIC)
def start() -> ResponseReturnValue:
    """Show the kiosk to a tablet we know, and to any other what to do."""
    device = find_device()
    if device is None:
        return _enrolment()
    published = current_instrument()
    with database().read() as session:
        config = _configuration(session, device, published)
    page = render_template("kiosk/kiosk.html", config=config, fingerprint=program_fingerprint())
    return renew_key(make_response(page, CAMERA_ALLOWED))


@kiosk_bp.get("/config.json")
@access(DEVICE)
def config() -> ResponseReturnValue:
    """Give what the page holds, fresh: a tablet stays on for weeks and asks every minute."""
    device = the_device()
    published = current_instrument()
    with database().read() as session:
        fresh = _configuration(session, device, published)
    return renew_key(make_response(fresh))


def _configuration(session: Session, device: Device, published: Published) -> dict[str, Any]:
    office_time = now().astimezone(settings().zone)
    return configuration(
        session, device=device, published=published, spoken=spoken(), played=played(), now=office_time
    )


@kiosk_bp.post("/enrol")
@access(PUBLIC)
def enrol() -> ResponseReturnValue:
    typed = request.form.get("code", "")
    ring, at = keyring(), now()
    try:
        secret = database().write(lambda session: devices.enrol(session, keyring=ring, typed=typed, now=at))
    except InvalidInput:
        return _enrolment(refused=True, typed=typed), 422
    return keep_key(make_response(redirect(url_for("kiosk.start"), 303)), secret)


def _enrolment(*, refused: bool = False, typed: str = "") -> str:
    secure = request.scheme == "https"
    return render_template("kiosk/enrol.html", refused=refused, typed=typed, secure=secure)
