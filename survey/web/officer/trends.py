"""Every dimension over time, what the office noted about days, and the map of hours."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.context import access, current_locale, database, now, runtime, stand_for, the_officer, today
from survey.enums import Role
from survey.exceptions import SurveyError
from survey.forms.base import N_
from survey.forms.trends import DayNoteForm, NoteWordsForm, TrendForm
from survey.reports import trends as reports
from survey.reports.trends.hours import HoursView, build_hours
from survey.reports.trends.slots import grain_name
from survey.services.figures.time_slots import Grain
from survey.services.office import scopes
from survey.services.pages import hour_map, trends
from survey.services.remarks import day_notes
from survey.web.admin.notices import tell
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import choices_of_shown, shown_unit
from survey.web.officer.wording import filter_wording


@officer_bp.get("/xu-huong")
@access(Role.VIEWER)
@files.without_empty_fields
def show_trends() -> ResponseReturnValue:
    form = _form()
    if not form.validate():
        return render_template("officer/trends.html", form=form, view=None, downloads={}), 422
    view, hours = _views(form)
    if files.asks_for_file():
        locale = current_locale()
        tables = {**view.tables, **({"hours": hours.table} if hours.table.rows else {})}
        return files.tables_file(
            tables,
            lambda codes: reports.workbook(view, tables, codes, locale=locale),
            unit=view.unit,
            period=f"{form.chosen_period().code}-{view.grain}",
            locale=locale,
        )
    return _page(form, view, hours)


@officer_bp.post("/xu-huong/ghi-chu")
@access(Role.OFFICER)
def write_day_note() -> ResponseReturnValue:
    note = _note_form()
    if not note.validate():
        return _again(note), 422
    officer, at, day = the_officer(), now(), today()

    def write(session: Session) -> None:
        day_notes.add(
            session,
            unit_id=officer.unit_id,
            desk_id=note.desk_id(),
            day=note.chosen_day(),
            text=note.text.data or "",
            role=officer.role,
            login=officer.login,
            today=day,
            now=at,
        )

    try:
        database().write(write)
    except SurveyError as error:
        note.explain(error)
        return _again(note), 422
    tell(N_("Đã ghi. Ghi chú hiện ở mọi biểu đồ theo thời gian."))
    return redirect(_back(), 303)


@officer_bp.post("/xu-huong/ghi-chu/<int:note_id>")
@access(Role.OFFICER)
def change_day_note(note_id: int) -> ResponseReturnValue:
    form = NoteWordsForm(locale=current_locale())
    officer, at, day = the_officer(), now(), today()
    words = "" if request.form.get("remove") else form.text.data or ""
    if not form.validate():
        tell(N_("Ghi chú dài quá mức cho phép."))
        return redirect(_back(), 303)
    database().write(
        lambda session: day_notes.change(
            session,
            unit_id=officer.unit_id,
            note_id=note_id,
            text=words,
            role=officer.role,
            login=officer.login,
            today=day,
            now=at,
        )
    )
    tell(N_("Đã sửa ghi chú.") if words.strip() else N_("Đã xóa ghi chú."))
    return redirect(_back(), 303)


def _back() -> str:
    """Give the page that the form stood on, at its notes."""
    kept = {name: value for name, value in request.args.items() if value}
    return url_for("officer.show_trends", **kept, _anchor="notes")  # type: ignore[arg-type]  # names from the address


def _form() -> TrendForm:
    locale = current_locale()
    form = TrendForm(request.args, locale=locale)
    with database().read() as session:
        choices = choices_of_shown(session)
    form.offer(choices, filter_wording(choices.years, locale=locale))
    form.offer_grains([(grain.value, grain_name(grain, locale=locale)) for grain in Grain])
    return form


def _note_form() -> DayNoteForm:
    given = request.form if request.method == "POST" else None
    form = DayNoteForm(given, locale=current_locale(), prefix="note")
    with database().read() as session:
        form.offer(scopes.desks_of(session, the_officer().unit_id))
    return form


def _views(form: TrendForm) -> tuple[reports.TrendsView, HoursView]:
    locale, unit_id = current_locale(), shown_unit()
    with database().read() as session:
        page = trends.build(
            session,
            store=runtime().instruments,
            unit_id=unit_id,
            period=form.chosen_period(),
            grain=form.chosen_grain(),
            filters=form.filters(),
            today=today(),
            locale=locale,
        )
        hours = hour_map.build(
            session,
            store=runtime().instruments,
            unit_id=unit_id,
            period=form.chosen_period(),
            quarter=form.chosen_quarter(),
            dimension=form.chosen_dimension(),
            today=today(),
        )
    return reports.build(page, locale=locale), build_hours(hours, locale=locale)


def _again(note: DayNoteForm) -> str:
    """Show the page with what was typed and what is wrong with it."""
    stand_for("officer.show_trends")
    form = _form()
    if not form.validate():
        return render_template("officer/trends.html", form=form, view=None, downloads={})
    return _page(form, *_views(form), note=note)


def _page(
    form: TrendForm, view: reports.TrendsView, hours: HoursView, note: DayNoteForm | None = None
) -> str:
    kept = {name: value for name, value in request.args.items() if value and name not in files.FILE_ARGUMENTS}

    def address(**changes: str) -> str:
        return url_for("officer.show_trends", **{**kept, **changes})  # type: ignore[arg-type]  # as above

    tables = {**view.tables, "hours": hours.table}
    return render_template(
        "officer/trends.html",
        form=form,
        view=view,
        hours=hours,
        note=note or _note_form(),
        kept=kept,
        downloads={code: address(format="xlsx", table=code) for code in tables},
        whole_file=address(format="xlsx"),
        grain_addresses={code: address(grain=code) for code, _name in view.grains},
        quarter_addresses={code: address(quarter=code) + "#hours" for code, _name in hours.quarters},
        dimension_addresses={panel.code: address(dimension=panel.code) + "#hours" for panel in view.panels},
    )
