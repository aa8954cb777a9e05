"""Slips, posters and the questionnaire as PDF. A token is in this answer only: a lost file is printed anew.

These views belong to signed-in officers; `survey` links here by name and never imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue

from kiosk.blueprint import kiosk_bp
from kiosk.paper import (
    OfficeHead,
    Paper,
    Poster,
    PosterPaper,
    Slip,
    render_paper_form,
    render_poster,
    render_slips,
)
from survey import qr
from survey.context import (
    access,
    current_instrument,
    current_locale,
    database,
    keyring,
    now,
    settings,
    stand_for,
    the_officer,
    today,
)
from survey.enums import Role
from survey.exceptions import SurveyError
from survey.forms import slips as slip_forms
from survey.forms.slips import AnySlipForm, PaperForm, PosterForm, ReprintForm, ReturnedForm, RollForm
from survey.services import addresses, installation, slips, tiles

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from survey.services.slips import Batch

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
        lambda session: slips.reprint(session, dossier_code=form.dossier_code.data, **who),
    )


@kiosk_bp.post("/ap-phich")
@access(Role.OFFICER)
def print_poster() -> ResponseReturnValue:
    """Answer with the poster of a desk; it carries no token, so it can be printed any time."""
    form = _sent(PosterForm, "poster")
    with database().read() as session:
        page = slips.page(session, today=today())
        office = installation.read(session)
        unit = _unit_name(session)
    form.offer(page.desks)
    if not form.validate():
        return _refused("poster", form), 422
    desk = next(desk for desk in page.desks if desk.id == form.desk_id.data)
    poster = Poster(
        url=addresses.in_capitals(f"{addresses.phone_url(settings())}/D/{desk.code}"),
        desk_name=desk.name,
        island=not settings().is_public,
        wifi_note=office.wifi_note or None,
    )
    head = OfficeHead(unit, desk.name, office.hotline, office.petition_address)
    try:
        pdf = render_poster(poster, paper=PosterPaper(form.paper.data), office=head, locale=current_locale())
    except qr.QrTooLong:
        return _refused("poster", form, stopped=True), 409
    return _download(pdf, f"ap-phich-{desk.code.lower()}.pdf")


@kiosk_bp.post("/phieu-giay")
@access(Role.OFFICER)
def print_paper_form() -> ResponseReturnValue:
    """Answer with the questionnaire to be filled in by hand; all sheets are alike, so one PDF is enough."""
    form = _sent(PaperForm, "paper")
    instrument = current_instrument().instrument
    locale = current_locale()
    with database().read() as session:
        page = slips.page(session, today=today())
        office = installation.read(session)
        unit = _unit_name(session)
        fields = [tile.names.get(locale) or tile.names["vi"] for tile in tiles.fields_offered(session)]
    form.offer(page.desks)
    if not form.validate():
        return _refused("paper", form), 422
    desk = next(desk for desk in page.desks if desk.id == form.desk_id.data)
    head = OfficeHead(unit, desk.name, office.hotline, office.petition_address)
    pdf = render_paper_form(instrument, office=head, fields=fields, locale=locale)
    return _download(pdf, f"phieu-giay-{desk.code.lower()}.pdf")


def _sent(kind: type[Sent], name: str) -> Sent:
    return kind(locale=current_locale(), prefix=name)


def _who() -> dict[str, Any]:
    return {"keyring": keyring(), "today": today(), "login": the_officer().login, "now": now()}


def _printed(name: str, form: AnySlipForm, issue: Callable[[Session], Batch]) -> ResponseReturnValue:
    """Issue what a form asks for and answer with the PDF; a refused form comes back as it was typed."""
    with database().read() as session:
        form.offer(slips.desks(session, today=today()))
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
    pdf = _slips_pdf(batch, Paper(form.paper.data))
    return _download(pdf, f"phieu-moi-{today():%Y%m%d}-{len(batch.issued)}.pdf")


def _slips_pdf(batch: Batch, paper: Paper) -> bytes:
    with database().read() as session:
        office = installation.read(session)
        unit = _unit_name(session)
    head = OfficeHead(unit, batch.desk_name, office.hotline, office.petition_address)
    made = [
        Slip(
            url=addresses.invitation_url(settings(), one.token),
            code=one.code,
            desk_name=batch.desk_name,
            expires_on=one.expires_on,
            island=not settings().is_public,
            wifi_note=office.wifi_note or None,
        )
        for one in batch.issued
    ]
    handout = [one.dossier_code for one in batch.issued if one.dossier_code] if len(made) > 1 else []
    return render_slips(made, paper=paper, office=head, locale=current_locale(), handout=handout)


def _unit_name(session: Session) -> str:
    unit_id = installation.read(session).unit_id
    return next(iter(installation.unit_names(session, unit_id).values()), "")


def _refused(name: str, form: AnySlipForm, *, stopped: bool = False) -> str:
    stand_for("admin.all_slips")
    with database().read() as session:
        page = slips.page(session, today=today())
    forms = slip_forms.fresh(page, locale=current_locale(), today=today())
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
