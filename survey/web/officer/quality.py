"""The panel of quality, and the lists of call-backs that belong to it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.context import access, current_locale, database, keyring, now, runtime, the_officer, today
from survey.enums import Role
from survey.exceptions import SurveyError
from survey.forms.base import N_
from survey.forms.quality import CallForm, DrawForm, PeriodForm
from survey.i18n import format_number
from survey.reports import quality as reports
from survey.reports import tables
from survey.reports.quality.view import callback_words
from survey.reports.tables import Column, Kind, Table
from survey.reports.words.names import period_name
from survey.reports.xlsx_report import Workbook
from survey.services.inviting import callbacks
from survey.services.office import installation, periods
from survey.services.office.periods import PeriodKind
from survey.services.pages import quality_page
from survey.web.admin.notices import tell, translated
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import choices_of_shown, is_own, shown_unit
from survey.web.officer.wording import filter_wording


@officer_bp.get("/chat-luong")
@access(Role.VIEWER)
@files.without_empty_fields
def quality() -> ResponseReturnValue:
    locale, unit_id = current_locale(), shown_unit()
    form = PeriodForm(request.args, locale=locale)
    with database().read() as session:
        choices = choices_of_shown(session)
        form.offer(choices, filter_wording(choices.years, locale=locale).periods)
        if not form.validate():
            return render_template("officer/quality.html", form=form, view=None), 422
        page = quality_page.build(
            session,
            store=runtime().instruments,
            unit_id=unit_id,
            period=form.chosen_period(),
            desk_id=form.chosen_desk(),
        )
    view = reports.build(page, locale=locale)
    if files.asks_for_file():
        return files.tables_file(
            view.tables,
            lambda codes: reports.workbook(view, codes, locale=locale),
            unit=view.unit,
            period=f"{form.chosen_period().code}-chat-luong",
            locale=locale,
        )
    downloads = files.table_addresses(view.tables)
    return render_template(
        "officer/quality.html", form=form, view=view, downloads=downloads, calls_back=is_own()
    )


@officer_bp.get("/chat-luong/goi-lai")
@access(Role.VIEWER)
def all_callbacks() -> ResponseReturnValue:
    return _lists(_draw_form())


@officer_bp.post("/chat-luong/goi-lai")
@access(Role.HEAD)
def draw_callbacks() -> ResponseReturnValue:
    form = _draw_form()
    if not form.validate():
        return _lists(form), 422
    officer, day, at, key = the_officer(), today(), now(), keyring()
    period = periods.parse(form.period.data)
    try:
        draw_id = database().write(
            lambda session: callbacks.draw(
                session,
                keyring=key,
                unit_id=officer.unit_id,
                period=period,
                today=day,
                login=officer.login,
                now=at,
            )
        )
    except SurveyError as error:
        form.explain(error)
        return _lists(form), 422
    tell(N_("Đã rút danh sách gọi lại. Danh sách này không đổi nữa."))
    return redirect(url_for("officer.callback_list", draw_id=draw_id), 303)


@officer_bp.get("/chat-luong/goi-lai/<int:draw_id>")
@access(Role.OFFICER)
def callback_list(draw_id: int) -> ResponseReturnValue:
    return _list(draw_id)


@officer_bp.post("/chat-luong/goi-lai/<int:draw_id>/<int:number>")
@access(Role.OFFICER)
def record_callback(draw_id: int, number: int) -> ResponseReturnValue:
    form = _call_form(number)
    if not form.validate():
        return _list(draw_id, number, form), 422
    officer, at, result = the_officer(), now(), form.result()
    try:
        database().write(
            lambda session: callbacks.record(
                session,
                unit_id=officer.unit_id,
                draw_id=draw_id,
                number=number,
                result=result,
                login=officer.login,
                now=at,
            )
        )
    except SurveyError as error:
        form.explain(error)
        return _list(draw_id, number, form), 409
    tell(N_("Đã ghi kết quả cuộc gọi, tách khỏi mã hồ sơ."))
    return redirect(url_for("officer.callback_list", draw_id=draw_id), 303)


def _draw_form() -> DrawForm:
    """Offer the months, quarters, halves and years that are over, newest first."""
    form = DrawForm(locale=current_locale())
    day = today()
    found = [
        periods.make(year, kind, number)
        for year in (day.year, day.year - 1, day.year - 2)
        for kind, last in ((PeriodKind.MONTH, 12), (PeriodKind.QUARTER, 4), (PeriodKind.YEAR, 1))
        for number in range(1, last + 1)
    ]
    over = sorted(
        (one for one in found if one.end <= day), key=lambda one: (one.end, one.start), reverse=True
    )
    form.period.choices = [(one.code, period_name(one, locale=current_locale())) for one in over]
    return form


def _unit_name(session: Session) -> str:
    return next(iter(installation.unit_names(session, the_officer().unit_id).values()), "")


def _lists(form: DrawForm) -> str:
    unit_id, locale = the_officer().unit_id, current_locale()
    with database().read() as session:
        draws = callbacks.draws(session, unit_id=unit_id)
        summary = callbacks.summary(session, unit_id=unit_id)
        unit = _unit_name(session)
    return render_template(
        "officer/callbacks.html",
        unit=unit,
        form=form,
        draws=draws,
        names={one.id: period_name(callbacks.period_of(one), locale=locale) for one in draws},
        words=callback_words(summary, locale=locale) if draws else [],
    )


def _call_form(number: int) -> CallForm:
    form = CallForm(locale=current_locale(), prefix=f"n{number}-")
    form.offer()
    return form


def _list(draw_id: int, number: int | None = None, failed: CallForm | None = None) -> Response | str:
    with database().read() as session:
        draw, cases = callbacks.get(session, unit_id=the_officer().unit_id, draw_id=draw_id)
        unit = _unit_name(session)
    period = callbacks.period_of(draw)
    name = period_name(period, locale=current_locale())
    if files.asks_for_file():
        made = {"cases": _cases_table(cases)}
        return files.tables_file(
            made,
            lambda codes: Workbook(
                title=unit,
                notes=[name, _drawn_words(draw)],
                tables=[made[code] for code in codes],
                sheet_names=[translated(N_("Gọi lại"))],
            ),
            unit=unit,
            period=f"{period.code}-goi-lai",
            locale=current_locale(),
        )
    return render_template(
        "officer/callback_list.html",
        unit=unit,
        unit_inside=unit[:1].lower() + unit[1:],
        draw=draw,
        cases=cases,
        name=name,
        drawn=_drawn_words(draw),
        forms={
            case.number: failed if failed and case.number == number else _call_form(case.number)
            for case in cases
            if not case.done
        },
        failed=failed,
        download=files.own_address(format="xlsx", draw_id=str(draw_id)),
    )


def _drawn_words(draw: callbacks.Draw) -> str:
    return translated(
        N_("Rút %(cases)s trên %(dossiers)s hồ sơ đã trả; hạt giống %(seed)s, dấu của các mã %(digest)s.")
    ) % {
        "cases": format_number(draw.cases, locale=current_locale()),
        "dossiers": format_number(draw.dossiers, locale=current_locale()),
        "seed": draw.seed[:16],
        "digest": draw.digest[:16],
    }


def _cases_table(cases: Sequence[callbacks.Case]) -> Table:
    columns = [
        Column(translated(N_("Mã hồ sơ"))),
        Column(translated(N_("Thứ tự")), Kind.COUNT),
        Column(translated(N_("Gọi"))),
    ]
    rows = [
        [
            tables.words(case.code),
            tables.count(case.number, locale=current_locale(), hidden_below=0),
            tables.words(translated(N_("đã gọi")) if case.done else translated(N_("chưa gọi"))),
        ]
        for case in cases
    ]
    return Table("cases", translated(N_("Danh sách gọi lại")), columns, rows)
