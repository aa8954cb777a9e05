"""Slips, posters and the questionnaire as PDF. A token is in this answer only: a lost file is printed anew.

These views belong to signed-in officers; `survey` links here by name and never imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.blueprint import kiosk_bp
from kiosk.paper import Paper, PosterPaper
from kiosk.press import Press
from survey import i18n, qr
from survey.context import (
    access,
    current_instrument,
    current_locale,
    database,
    keyring,
    now,
    settings,
    spoken,
    stand_for,
    the_officer,
    today,
)
from survey.enums import Role
from survey.exceptions import SurveyError
from survey.forms import slips as slip_forms
from survey.forms.base import N_
from survey.forms.slips import AnySlipForm, PaperForm, PosterForm, ReprintForm, ReturnedForm, RollForm
from survey.services.https import addresses
from survey.services.inviting import slips
from survey.web.admin.notices import tell

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from survey.services.inviting.slips import Batch

# Read and taken away by `printing.mjs`.
PRINTED_COOKIE = "sipas-printed"

Sent = TypeVar("Sent", RollForm, ReturnedForm, ReprintForm, PosterForm, PaperForm)


@kiosk_bp.post("/phieu-moi/cuon")
@access(Role.OFFICER)
def print_roll() -> ResponseReturnValue:
    """Issue anonymous slips for a desk and answer with their PDF."""
    form = _sent(RollForm, "roll")
    who = _who()
    return _printed(
        "roll",
        form,
        lambda session: slips.issue_roll(session, desk_id=form.desk_id.data, count=form.count.data, **who),
    )


@kiosk_bp.post("/phieu-moi/ho-so")
@access(Role.OFFICER)
def print_returned() -> ResponseReturnValue:
    """Issue a slip for each returned dossier that has none, in the order of their codes."""
    form = _sent(ReturnedForm, "returned")
    who = _who()
    return _printed(
        "returned",
        form,
        lambda session: slips.issue_for_returned(
            session,
            desk_id=form.desk_id.data,
            start=form.start.data or today(),
            end=form.end.data or today(),
            **who,
        ),
    )


@kiosk_bp.post("/phieu-moi/in-lai")
@access(Role.OFFICER)
def reprint() -> ResponseReturnValue:
    """Void the slip of a dossier and issue another."""
    form = _sent(ReprintForm, "reprint")
    who = _who()
    return _printed(
        "reprint",
        form,
        lambda session: slips.reprint(
            session, dossier_code=form.dossier_code.data, unit_id=the_officer().unit_id, **who
        ),
    )


@kiosk_bp.post("/ap-phich")
@access(Role.OFFICER)
def print_poster() -> ResponseReturnValue:
    """Answer with the poster of a desk; it carries no token, so it can be printed any time."""
    form = _sent(PosterForm, "poster")
    with database().read() as session:
        page = slips.page(session, today=today(), unit_id=the_officer().unit_id)
    form.offer(page.desks, _languages())
    if not form.validate():
        return _refused("poster", form), 422
    desk = next(desk for desk in page.desks if desk.id == form.desk_id.data)
    try:
        with database().read() as session:
            pdf = _press(session, form).poster(desk.code, desk.name, PosterPaper(form.paper.data))
    except qr.QrTooLong:
        return _refused("poster", form, stopped=True), 409
    return _download(pdf, f"ap-phich-{desk.code.lower()}.pdf")


@kiosk_bp.post("/phieu-giay")
@access(Role.OFFICER)
def print_paper_form() -> ResponseReturnValue:
    """Answer with the questionnaire to be filled in by hand; all sheets are alike, so one PDF is enough."""
    form = _sent(PaperForm, "paper")
    with database().read() as session:
        page = slips.page(session, today=today(), unit_id=the_officer().unit_id)
    form.offer(page.desks, _languages())
    if not form.validate():
        return _refused("paper", form), 422
    desk = next(desk for desk in page.desks if desk.id == form.desk_id.data)
    instrument = current_instrument().instrument
    with database().read() as session:
        pdf = _press(session, form).paper_form(instrument, desk.name)
    return _download(pdf, f"phieu-giay-{desk.code.lower()}.pdf")


def _sent(kind: type[Sent], name: str) -> Sent:
    return kind(locale=current_locale(), prefix=name)


def _who() -> dict[str, Any]:
    return {"keyring": keyring(), "today": today(), "login": the_officer().login, "now": now()}


def _printed(name: str, form: AnySlipForm, issue: Callable[[Session], Batch]) -> ResponseReturnValue:
    """Issue what a form asks for and answer with the PDF; a refused form comes back as it was typed."""
    with database().read() as session:
        form.offer(slips.desks(session, today=today(), unit_id=the_officer().unit_id), _languages())
    if not form.validate():
        return _refused(name, form), 422
    try:
        # Looked at before anything is issued: slips that cannot be printed would be lost.
        qr.fits_receipt(addresses.phone_url(settings()))
        batch = database().write(issue)
    except (qr.QrTooLong, qr.QrNotAlphanumeric):
        return _refused(name, form, stopped=True), 409
    except SurveyError as error:
        form.explain(error)
        return _refused(name, form), 422
    with database().read() as session:
        pdf = _press(session, form).slips(batch, Paper(form.paper.data))
    return _issued(_download(pdf, f"phieu-moi-{today():%Y%m%d}-{len(batch.issued)}.pdf"), len(batch.issued))


def _issued(response: Response, count: int) -> Response:
    """A download leaves the page as it was: let the next one say it, and a script see that it has come."""
    tell(
        N_(
            "Đã phát hành %(count)s phiếu; tệp PDF ở trong thư mục Tải xuống của máy này."
            " Mã chỉ có trong tệp đó: mất tệp thì phải in phiếu khác."
        ),
        count=i18n.format_number(count, locale=current_locale()),
    )
    response.set_cookie(
        PRINTED_COOKIE,
        "1",
        max_age=60,
        path=url_for("admin.all_slips"),
        secure=request.is_secure,
        httponly=False,
        samesite="Strict",
    )
    return response


def _languages() -> list[tuple[str, str]]:
    return [(code, spoken().name(code)) for code in spoken().codes]


def _press(session: Session, form: AnySlipForm) -> Press:
    return Press.of(session, settings(), spoken(), locale=form.language.data)


def _refused(name: str, form: AnySlipForm, *, stopped: bool = False) -> str:
    stand_for("admin.all_slips")
    with database().read() as session:
        page = slips.page(session, today=today(), unit_id=the_officer().unit_id)
    forms = slip_forms.fresh(page, _languages(), locale=current_locale(), today=today())
    return render_template(
        "admin/slips.html",
        page=page,
        forms={**forms, name: form},
        address=addresses.phone_url(settings()),
        is_island=not settings().is_public,
        address_problem=addresses.receipt_problem(settings()),
        stopped=stopped,
    )


def _download(pdf: bytes, name: str) -> Response:
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
