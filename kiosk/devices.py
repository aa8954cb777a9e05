"""Which tablet asks: known by the key it signs with, without https by the key in its cookie, else nobody."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from survey.context import database, keyring, now
from survey.exceptions import DeviceUnknown
from survey.services.tablets import devices
from survey.services.tablets.device_keys import Signature
from survey.services.tablets.devices import Device
from survey.web.limits import DEVICE, limits

# The most that a tablet sends at once.
MOST_BYTES = 512 * 1024

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


def json_body() -> Any:
    """Read what a tablet sent."""
    request.max_content_length = MOST_BYTES
    return request.get_json()


def find_device() -> Device | None:
    """Give the tablet of this request, marking it as seen now and then."""
    if "kiosk_device" not in g:
        g.kiosk_device = _recognise()
    found: Device | None = g.kiosk_device
    return found


def signature() -> Signature | None:
    """Give what the header of this request claims."""
    return Signature.read(request.headers.get("Authorization", ""))


def _recognise() -> Device | None:
    at, signed, secret = now(), signature(), request.cookies.get(_cookie_name(), "")
    request.max_content_length = MOST_BYTES
    if signed is None and not secret:
        return None
    with database().glance() as connection:
        if signed is not None:
            known: tuple[Device, bool] | None = devices.recognise_signed(
                connection, signed, method=request.method, path=request.path, body=request.get_data(), now=at
            )
        else:
            known = devices.recognise(connection, keyring=keyring(), secret=secret, now=at)
    if known is None:
        return None
    device, due = known
    # One that signs and does not has lost its key: nobody is to think that it delivers.
    if due and (signed is not None or not device.signs):
        database().write(lambda session: devices.mark_seen(session, device_id=device.id, now=at))
    return device


def the_device(*, by_cookie: bool = False) -> Device:
    """Give the tablet of this request or refuse it: an unknown device stores nothing.

    A tablet that has a key of its own asks and delivers with it alone, unless `by_cookie` says otherwise.
    Where it has lost the key (a browser short of space may clear its store and keep its cookies) it learns
    at once that it has to be enrolled anew.
    """
    device = find_device()
    if device is None or (device.signs and signature() is None and not by_cookie):
        raise DeviceUnknown
    if request.method == "POST":
        limits().check(DEVICE, device.id)
    return device
