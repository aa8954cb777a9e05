"""Reports of periods: the list, one report with the words that may be written, the signature, the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

from flask import abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.clock import office_day
from survey.context import (
    access,
    current_locale,
    database,
    now,
    runtime,
    settings,
    stand_for,
    the_officer,
    today,
)
from survey.enums import Role
from survey.exceptions import Conflict, InvalidInput, NotFound, SurveyError
from survey.forms.base import N_
from survey.forms.reports import ReportTextForm, SignForm
from survey.i18n import format_date
from survey.reports import periodic
from survey.reports.periodic import files
from survey.reports.periodic.build import texts_as_read
from survey.reports.periodic.figure_check import strange_percentages
from survey.reports.words.names import period_name
from survey.services.office import installation, periods
from survey.services.office.periods import Period
from survey.services.records import period_reports
from survey.services.records.period_reports import Part, Report
from survey.web.admin.notices import tell, translated
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import is_own, shown_unit

STATES: Mapping[period_reports.State, str] = {
    period_reports.State.RUNNING: N_("đang diễn ra, tạm tính"),
    period_reports.State.DRAFT: N_("chờ chốt, tạm tính"),
    period_reports.State.CLOSED: N_("đã chốt, chưa ký"),
    period_reports.State.SIGNED: N_("đã ký"),
    period_reports.State.CORRECTED: N_("có phiếu đến muộn"),
}
CONFLICTS = {
    "report-changed-meanwhile": N_(
        "Người khác vừa lưu báo cáo này. Chữ của ông/bà còn ở dưới: hãy so lại rồi lưu lần nữa."
    ),
    "report-is-signed": N_("Báo cáo đã ký nên không sửa được nữa."),
    "period-is-open": N_("Kỳ chưa chốt nên chưa ký được."),
    "record-is-damaged": N_("Số liệu đã chốt bị sửa trong cơ sở dữ liệu: không ký được, hãy báo kỹ thuật."),
}


@officer_bp.get("/bao-cao")
@access(Role.VIEWER)
def all_reports() -> ResponseReturnValue:
    with database().read() as session:
        found = period_reports.listed(session, unit_id=shown_unit(), today=today())
        others = period_reports.unlisted(session, unit_id=shown_unit(), today=today())
        unit = _unit_name(session)
    return render_template(
        "officer/reports.html",
        unit=unit,
        listed=found,
        names={one.period.code: period_name(one.period, locale=current_locale()) for one in found},
        others=[(one.code, period_name(one, locale=current_locale())) for one in others],
        states={state: translated(words) for state, words in STATES.items()},
    )


def _unit_name(session: Session) -> str:
    return next(iter(installation.unit_names(session, shown_unit()).values()), "")


@officer_bp.get("/bao-cao/<code>")
@access(Role.VIEWER)
def show_report(code: str) -> ResponseReturnValue:
    period = _period(code)
    return _page(period, _report(period))


@officer_bp.get("/bao-cao/<code>/niem-yet")
@access(Role.VIEWER)
def posted_notice(code: str) -> ResponseReturnValue:
    """Show the sheet for the waiting room; only a record may hang there."""
    period = _period(code)
    found = _report(period)
    if found.record is None:
        raise NotFound(what="record", value=period.code)
    with database().read() as session:
        installed = installation.read(session)
    return render_template(
        "officer/notice.html",
        notice=periodic.notice(
            found.figures,
            closed_on=format_date(office_day(found.record.closed_at, settings().zone)),
            hotline=installed.hotline,
            petition_address=installed.petition_address,
        ),
        code=period.code,
        name=period_name(period, locale=current_locale()),
        unit=found.figures.unit_name,
        demo=found.figures.demo,
    )


@officer_bp.post("/bao-cao/<code>")
@access(Role.OFFICER)
def write_report(code: str) -> ResponseReturnValue:
    _refuse_others()
    period = _period(code)
    found = _report(period)
    form = ReportTextForm(locale=current_locale())
    if not form.validate():
        return _page(period, found, form=form), 422
    strange = _strange(found, form.given())
    if strange:
        form.refuse_figures(strange)
        return _page(period, found, form=form), 422
    login, at, unit_id = the_officer().login, now(), the_officer().unit_id
    texts = _changed(found, form.given())

    def write(session: Session) -> None:
        period_reports.write(
            session,
            unit_id=unit_id,
            period=period,
            texts=texts,
            edition=form.edition.data,
            login=login,
            now=at,
        )

    try:
        database().write(write)
    except Conflict as error:
        return _conflict(period, error, form=form), 409
    tell(N_("Đã lưu lời văn báo cáo."))
    return redirect(url_for("officer.show_report", code=period.code), 303)


@officer_bp.post("/bao-cao/<code>/ky")
@access(Role.HEAD)
def sign_report(code: str) -> ResponseReturnValue:
    _refuse_others()
    period = _period(code)
    found = _report(period)
    form = SignForm(locale=current_locale(), prefix="sign")
    texts = {part.value: text for part, text in texts_as_read(found).items()}
    valid = form.validate()
    if found.doubts and not form.checked.data:
        form.ask_for_check()
        valid = False
    if not valid:
        return _page(period, found, sign=form), 422
    if strange := _strange(found, texts_as_read(found)):
        # Written while the figures were provisional: they must be those of the record now.
        text_form = _text_form(found)
        text_form.refuse_figures(strange)
        return _page(period, found, form=text_form, sign=form), 422
    login, at, unit_id = the_officer().login, now(), the_officer().unit_id

    def sign(session: Session) -> None:
        period_reports.sign(
            session,
            unit_id=unit_id,
            period=period,
            texts=texts,
            number=form.number.data,
            signed_on=form.signed_on.data,
            edition=form.edition.data,
            login=login,
            now=at,
        )

    try:
        database().write(sign)
    except Conflict as error:
        return _conflict(period, error, sign=form), 409
    except SurveyError as error:
        form.explain(error)
        return _page(period, found, sign=form), 422
    tell(N_("Đã ghi nhận báo cáo được ký. Lời văn và số liệu không đổi nữa."))
    return redirect(url_for("officer.show_report", code=period.code), 303)


@officer_bp.get("/bao-cao/<code>/tep")
@access(Role.VIEWER)
def report_file(code: str) -> ResponseReturnValue:
    period = _period(code)
    kind = files.kind_of(request.args.get("format", "docx"))
    found = _report(period)
    corrected = request.args.get("ban") == "dinh-chinh"
    if corrected and not found.corrections:
        raise NotFound(what="correction", value=period.code)
    document = periodic.build(found, zone=settings().zone, corrected=corrected)
    content = files.render(found, document, kind)
    login, at = the_officer().login, now()
    database().write(
        lambda session: period_reports.record_download(
            session, period=period, kind=kind.value, login=login, now=at
        )
    )
    return send_file(
        BytesIO(content),
        mimetype=files.MIME[kind],
        as_attachment=True,
        download_name=files.name(found, kind),
    )


def _refuse_others() -> None:
    """A report is written and signed by its own unit; those above read it."""
    if not is_own():
        abort(403)


def _period(code: str) -> Period:
    try:
        return periods.parse(code)
    except InvalidInput:
        raise NotFound(what="period", value=code) from None


def _report(period: Period) -> Report:
    with database().read() as session:
        return period_reports.get(
            session,
            store=runtime().instruments,
            unit_id=shown_unit(),
            period=period,
            today=today(),
        )


def _strange(found: Report, texts: Mapping[Part, str]) -> Mapping[Part, Sequence[str]]:
    """Find percentages that are no figures of the report; measures may aim at others."""
    own = list(periodic.build(found, zone=settings().zone).locked_texts)
    checked = {part: strange_percentages(texts[part], own) for part in Part if part is not Part.MEASURES}
    return {part: strange for part, strange in checked.items() if strange}


def _changed(found: Report, given: Mapping[Part, str]) -> Mapping[str, str]:
    """Keep what differs from the proposal: the rest goes on following the figures."""
    proposed = periodic.proposed_texts(found.figures)
    return {part.value: text for part, text in given.items() if text != proposed[part]}


def _text_form(found: Report) -> ReportTextForm:
    values = {part.value: text for part, text in texts_as_read(found).items()}
    return ReportTextForm(locale=current_locale(), formdata=None, data={**values, "edition": found.edition})


def _conflict(
    period: Period,
    error: Conflict,
    *,
    form: ReportTextForm | None = None,
    sign: SignForm | None = None,
) -> str:
    """Show the page again with what was typed and what came between."""
    words = CONFLICTS.get(str(error.data.get("what")))
    if words is None:
        raise error
    found = _report(period)
    for one in (form, sign):
        if one is not None:
            one.edition.data = found.edition
            # The hidden field is drawn from what was sent: it must carry the edition that was looked at now.
            one.edition.raw_data = None
    return _page(period, found, form=form, sign=sign, problem=translated(words))


def _page(
    period: Period,
    found: Report,
    *,
    form: ReportTextForm | None = None,
    sign: SignForm | None = None,
    problem: str = "",
) -> str:
    stand_for("officer.show_report", code=period.code)
    document = periodic.build(found, zone=settings().zone)
    late = periodic.build(found, zone=settings().zone, corrected=True) if found.corrections else None
    return render_template(
        "officer/report.html",
        report=found,
        document=document,
        correction=next((one for one in late.tables if one.code == "corrections"), None) if late else None,
        name=period_name(period, locale=current_locale()),
        state=translated(STATES[found.state]),
        form=form or _text_form(found),
        sign=sign
        or SignForm(
            locale=current_locale(),
            prefix="sign",
            formdata=None,
            data={"edition": found.edition, "signed_on": today()},
        ),
        problem=problem,
        kinds=list(files.FileKind),
        parts=list(Part),
        own=is_own(),
    )
