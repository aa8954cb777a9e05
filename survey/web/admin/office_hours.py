"""When the office is open: the hours of a week, holidays, days that are worked in their place."""

from __future__ import annotations

from datetime import date, timedelta

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, now, stand_for, the_officer, today
from survey.enums import Role
from survey.exceptions import InvalidInput
from survey.forms.base import N_
from survey.forms.office_hours import WEEKDAYS, DaysForm, WeekForm
from survey.services.office import office_hours as service
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell, translated

# What is over stays on the page for a while, to be looked at.
SHOWN_AFTER = timedelta(days=60)


@admin_bp.get("/gio-lam-viec")
@access(Role.ADMINISTRATOR)
def office_hours() -> ResponseReturnValue:
    return _page()


@admin_bp.post("/gio-lam-viec")
@access(Role.ADMINISTRATOR)
def save_week() -> ResponseReturnValue:
    form = WeekForm(locale=current_locale(), prefix="week")
    week = form.week() if form.validate() else None
    if week is None:
        return _page(week_form=form), 422
    login, at = the_officer().login, now()
    try:
        database().write(lambda session: service.change_week(session, week, login=login, now=at))
    except InvalidInput as error:
        form.explain(error)
        return _page(week_form=form), 422
    return _back(N_("Đã lưu giờ làm việc. Máy tại quầy biết trong vòng một phút."))


@admin_bp.post("/gio-lam-viec/ngay")
@access(Role.ADMINISTRATOR)
def add_days() -> ResponseReturnValue:
    form = _days_form()
    first = form.first.data if form.validate() else None
    if first is None:
        return _page(days_form=form), 422
    login, at = the_officer().login, now()
    try:
        database().write(
            lambda session: service.add_days(
                session,
                first=first,
                last=form.last.data,
                name=form.name.data,
                is_open=form.kind.data == "open",
                login=login,
                now=at,
            )
        )
    except InvalidInput as error:
        form.explain(error)
        return _page(days_form=form), 422
    return _back(N_("Đã thêm ngày."))


@admin_bp.post("/gio-lam-viec/ngay-co-dinh")
@access(Role.ADMINISTRATOR)
def add_fixed_days() -> ResponseReturnValue:
    login, at, day = the_officer().login, now(), today()
    database().write(lambda session: service.add_proposed(session, today=day, login=login, now=at))
    return _back(N_("Đã thêm các ngày nghỉ có ngày cố định."))


@admin_bp.post("/gio-lam-viec/bo-ngay")
@access(Role.ADMINISTRATOR)
def remove_days() -> ResponseReturnValue:
    try:
        first, last = (date.fromisoformat(request.form.get(name, "")) for name in ("first", "last"))
    except ValueError:
        abort(400)
    login, at = the_officer().login, now()
    database().write(
        lambda session: service.remove_days(session, first=first, last=last, login=login, now=at)
    )
    return _back(N_("Đã bỏ ngày."))


def _back(done: str) -> ResponseReturnValue:
    tell(done)
    return redirect(url_for("admin.office_hours"), 303)


def _days_form(**values: object) -> DaysForm:
    form = DaysForm(locale=current_locale(), prefix="days", **values)
    form.offer()
    return form


def _page(*, week_form: WeekForm | None = None, days_form: DaysForm | None = None) -> str:
    stand_for("admin.office_hours")
    with database().read() as session:
        hours = service.read(session)
    return render_template(
        "admin/office_hours.html",
        form=week_form
        or WeekForm(locale=current_locale(), prefix="week", formdata=None, data=WeekForm.values(hours)),
        days_form=days_form or _days_form(formdata=None),
        weekdays=[translated(text) for text in WEEKDAYS],
        days=hours.together(since=today() - SHOWN_AFTER),
        proposed=service.proposed(hours, today=today()),
        parts=range(service.MOST_SPANS),
        never_open=not any(hours.week),
    )
