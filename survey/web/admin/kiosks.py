"""Kiosks: which tablets there are, a code for a new one, an end for a lost one."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, keyring, now, settings, stand_for, the_officer
from survey.enums import Role
from survey.forms.base import N_
from survey.forms.kiosks import NewKioskForm
from survey.services.https import addresses, https_condition
from survey.services.office import codes, office_hours
from survey.services.tablets import devices, kiosk_health
from survey.services.tablets.devices import EnrolmentCode
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell


@admin_bp.get("/kiosk")
@access(Role.HEAD)
def kiosks() -> ResponseReturnValue:
    return _page(NewKioskForm(locale=current_locale()))


@admin_bp.post("/kiosk")
@access(Role.HEAD)
def new_kiosk() -> ResponseReturnValue:
    """Make a code and show it in this answer only: no page shows it again."""
    form = NewKioskForm(locale=current_locale())
    with database().read() as session:
        places = devices.places(session, unit_id=the_officer().unit_id)
    form.offer(places)
    if not form.validate():
        return _page(form), 422
    place, ring, login, at = form.chosen(places), keyring(), the_officer().login, now()
    issued = database().write(
        lambda session: devices.open_enrolment(
            session,
            keyring=ring,
            desk_id=place.desk_id,
            counter_id=place.counter_id,
            name=form.name.data,
            login=login,
            now=at,
        )
    )
    return _page(NewKioskForm(locale=current_locale(), formdata=None), issued=issued)


@admin_bp.post("/kiosk/<int:device_id>/thu-hoi")
@access(Role.HEAD)
def revoke_kiosk(device_id: int) -> ResponseReturnValue:
    login, at = the_officer().login, now()
    database().write(lambda session: devices.revoke(session, device_id=device_id, login=login, now=at))
    tell(N_("Đã thu hồi máy. Máy đó không gửi được đánh giá nữa."))
    return redirect(url_for("admin.kiosks"), 303)


def _page(form: NewKioskForm, *, issued: EnrolmentCode | None = None) -> str:
    stand_for("admin.kiosks")
    with database().read() as session:
        form.offer(devices.places(session, unit_id=the_officer().unit_id))
        kiosks = devices.list_devices(session, unit_id=the_officer().unit_id)
        health = kiosk_health.by_device(session)
        hours = office_hours.read(session)
    at, zone = now(), settings().zone
    silent = {one.id for one in kiosks if kiosk_health.is_silent(one.seen_at, now=at, zone=zone, hours=hours)}
    return render_template(
        "admin/kiosks.html",
        form=form,
        kiosks=kiosks,
        health=health,
        silent=silent,
        issued=issued,
        spoken=codes.spoken(issued.code) if issued else "",
        address=f"{addresses.tablet_url(settings())}{url_for('kiosk.start')}",
        https=https_condition.look(settings(), now=at),
        trust_address=addresses.trust_url(settings()),
    )
