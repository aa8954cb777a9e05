"""Which tablet asks: known by the key in its cookie, else nobody."""

from __future__ import annotations

from flask import Response, g, request

from survey.context import database, keyring, now
from survey.exceptions import DeviceUnknown
from survey.services import devices
from survey.services.devices import Device

# Browsers keep a cookie 400 days at most; every opening of the page starts them again.
_COOKIE_SECONDS = 400 * 24 * 3600


def _cookie_name() -> str:
    """Name the cookie; on https `__Host-` binds it to this host, and a key given over http stays behind."""
    return "__Host-sipas-kiosk" if request.scheme == "https" else "sipas-kiosk"


def keep_key(response: Response, secret: str) -> Response:
    """Put the device key where no script can read it."""
    response.set_cookie(
        _cookie_name(),
        secret,
        max_age=_COOKIE_SECONDS,
        path="/",
        secure=request.scheme == "https",
        httponly=True,
        samesite="Strict",
    )
    return response


def renew_key(response: Response) -> Response:
    secret = request.cookies.get(_cookie_name())
    return keep_key(response, secret) if secret else response


def find_device() -> Device | None:
    """Give the tablet of this request, marking it as seen now and then."""
    if "kiosk_device" not in g:
        g.kiosk_device = _recognise()
    found: Device | None = g.kiosk_device
    return found


def _recognise() -> Device | None:
    secret = request.cookies.get(_cookie_name())
    if not secret:
        return None
    at = now()
    with database().read() as session:
        known = devices.recognise(session, keyring=keyring(), secret=secret, now=at)
    if known is None:
        return None
    device, due = known
    if due:
        database().write(lambda session: devices.mark_seen(session, device_id=device.id, now=at))
    return device


def the_device() -> Device:
    """Give the tablet of this request or refuse it: an unknown device stores nothing."""
    device = find_device()
    if device is None:
        raise DeviceUnknown
    return device
