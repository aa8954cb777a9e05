"""Typing in what people ticked on paper, or told an officer: a pile at a time, looked through, then sent.

What was typed travels sealed in the database until it is sent; nothing says whose hands typed it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.context import (
    access,
    current_instrument,
    current_locale,
    database,
    keyring,
    now,
    runtime,
    spoken,
    stand_for,
    the_officer,
    today,
)
from survey.enums import Role, TrustClass
from survey.exceptions import Conflict, SurveyError
from survey.forms import paper_entry as sheets
from survey.forms.base import N_
from survey.forms.paper_entry import Sheet, SheetMaker, StartForm
from survey.instrument import Instrument
from survey.services.answers import entry_batches, typed_forms
from survey.services.answers.entry_batches import Batch
from survey.services.answers.typed_forms import TypedForm
from survey.services.office import scopes
from survey.services.office.scopes import Place
from survey.services.spoken import tiles
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell


@admin_bp.get("/nhap-phieu")
@access(Role.OFFICER)
def enter_forms() -> ResponseReturnValue:
    """Offer to begin a pile, to go on with one, or to type for somebody who stands here."""
    return _start(StartForm(locale=current_locale(), formdata=None, data={"day": today()}))


@admin_bp.post("/nhap-phieu")
@access(Role.OFFICER)
def begin_entry() -> ResponseReturnValue:
    form = StartForm(locale=current_locale())
    form.offer(_desks())
    if not form.validate():
        return _start(form), 422
    if form.source.data == TrustClass.ASSISTED.value:
        return redirect(url_for("admin.assist", bo_phan=form.desk_id.data), 303)
    ring, store, day = keyring(), runtime().instruments, today()
    try:
        batch = database().write(
            lambda session: entry_batches.open_batch(
                session,
                keyring=ring,
                store=store,
                desk_id=form.desk_id.data,
                day=form.day.data or day,
                today=day,
            )
        )
    except SurveyError as error:
        form.explain(error)
        return _start(form), 422
    return redirect(url_for("admin.type_form", handle=batch.handle), 303)


# --- a pile ------------------------------------------------------------------------------------------


@admin_bp.get("/nhap-phieu/<handle>")
@access(Role.OFFICER)
def review_batch(handle: str) -> ResponseReturnValue:
    """Show what was typed of a pile before it is sent."""
    batch = _batch(handle)
    instrument = _instrument(batch)
    asked = [question for question, _ in typed_forms.questions(instrument)]
    return render_template(
        "admin/entry_review.html",
        batch=batch,
        asked=asked,
        labels=SheetMaker(instrument, locale=current_locale()).labels(),
        heads=sheets.heads(instrument, locale=current_locale()),
    )


@admin_bp.get("/nhap-phieu/<handle>/phieu")
@access(Role.OFFICER)
def type_form(handle: str) -> ResponseReturnValue:
    batch = _batch(handle)
    return _typing(batch, _maker(batch).sheet(TypedForm(batch.day, {}, language=batch.language)))


@admin_bp.post("/nhap-phieu/<handle>/phieu")
@access(Role.OFFICER)
def save_form(handle: str) -> ResponseReturnValue:
    """Keep one form in its pile and go on with the next; the same form sent twice is kept once."""
    batch = _batch(handle)
    form, refused = _read(_maker(batch), _instrument(batch), batch.day)
    if form is None:
        return _typing(batch, refused), 422
    is_new = all(one.key != form.key for one in batch.forms)
    ring = keyring()
    try:
        batch = database().write(lambda session: entry_batches.put(session, batch, form, keyring=ring))
    except Conflict:
        tell(N_("Tập này đã đủ %(most)s phiếu. Hãy gửi rồi mở tập mới."), most=entry_batches.MOST_FORMS)
        return redirect(url_for("admin.review_batch", handle=handle), 303)
    place = next(number for number, one in enumerate(batch.forms, start=1) if one.key == form.key)
    tell(N_("Đã giữ phiếu thứ %(place)s trong tập."), place=place)
    target = "admin.type_form" if is_new else "admin.review_batch"
    return redirect(url_for(target, handle=handle), 303)


@admin_bp.get("/nhap-phieu/<handle>/phieu/<key>")
@access(Role.OFFICER)
def edit_form(handle: str, key: str) -> ResponseReturnValue:
    batch = _batch(handle)
    form = _form(batch, key)
    if form is None:
        return redirect(url_for("admin.review_batch", handle=handle))
    return _typing(batch, _maker(batch).sheet(form), place=batch.forms.index(form) + 1)


@admin_bp.post("/nhap-phieu/<handle>/phieu/<key>/bo")
@access(Role.OFFICER)
def drop_form(handle: str, key: str) -> ResponseReturnValue:
    batch, ring = _batch(handle), keyring()
    database().write(lambda session: entry_batches.drop(session, batch, key, keyring=ring))
    tell(N_("Đã bỏ một phiếu khỏi tập."))
    return redirect(url_for("admin.review_batch", handle=handle), 303)


@admin_bp.get("/nhap-phieu/<handle>/kiem-tra/<key>")
@access(Role.OFFICER)
def type_again(handle: str, key: str) -> ResponseReturnValue:
    """Ask for a form a second time, without showing what was typed first."""
    batch = _batch(handle)
    form = _form(batch, key)
    if form is None:
        return redirect(url_for("admin.review_batch", handle=handle))
    blank = TypedForm(form.day, {}, form.field_code, form.comment, form.language, form.key)
    return _checking(batch, form, _maker(batch).sheet(blank), differing=())


@admin_bp.post("/nhap-phieu/<handle>/kiem-tra/<key>")
@access(Role.OFFICER)
def check_form(handle: str, key: str) -> ResponseReturnValue:
    """Compare the second typing with the first; where they differ the paper is looked at once more."""
    batch = _batch(handle)
    first = _form(batch, key)
    if first is None:
        return redirect(url_for("admin.review_batch", handle=handle), 303)
    maker, instrument, ring = _maker(batch), _instrument(batch), keyring()
    second, refused = _read(maker, instrument, first.day)
    if second is None:
        return _checking(batch, first, refused, differing=()), 422
    second = replace(second, key=key)
    differing = typed_forms.differences(first, second, instrument)

    if differing and not request.form.get("looked"):
        return _checking(batch, first, maker.sheet(second), differing=tuple(differing))

    def keep(session: Session) -> None:
        entry_batches.check(session, batch, key, len(differing), keyring=ring)
        entry_batches.put(session, batch, second, keyring=ring)

    database().write(keep)
    tell(N_("Đã kiểm tra phiếu thứ %(place)s."), place=batch.forms.index(first) + 1)
    return redirect(url_for("admin.review_batch", handle=handle), 303)


@admin_bp.post("/nhap-phieu/<handle>/gui")
@access(Role.OFFICER)
def send_batch(handle: str) -> ResponseReturnValue:
    """Store every form of the pile; pressed twice, it was sent once."""
    ring, kit, login, at = keyring(), runtime(), the_officer().login, now()
    batch = _batch(handle)
    if not batch.forms:
        database().write(lambda session: entry_batches.discard(session, batch, keyring=ring))
        tell(N_("Đã bỏ tập trống."))
        return redirect(url_for("admin.enter_forms"), 303)
    count = database().write(
        lambda session: entry_batches.send(
            session,
            batch,
            store=kit.instruments,
            keyring=ring,
            zone=kit.settings.zone,
            login=login,
            now=at,
        )
    )
    tell(
        N_("Đã ghi nhận %(count)s phiếu giấy. Hãy ghi “đã nhập” lên tập giấy để không ai nhập lại."),
        count=count,
    )
    return redirect(url_for("admin.enter_forms"), 303)


# --- for somebody who stands here --------------------------------------------------------------------


@admin_bp.get("/nhap-ho")
@access(Role.OFFICER)
def assist() -> ResponseReturnValue:
    """Show the form for an officer who reads it to a citizen."""
    return _assisting(_maker(None).sheet(TypedForm(today(), {})), _asked_desk())


@admin_bp.post("/nhap-ho")
@access(Role.OFFICER)
def store_assisted() -> ResponseReturnValue:
    """Store the answer of a citizen at once: nobody looks it through afterwards."""
    desk, current = _asked_desk(), current_instrument()
    form, refused = _read(_maker(None), current.instrument, today())
    if form is None:
        return _assisting(refused, desk), 422
    ring, kit, login, at = keyring(), runtime(), the_officer().login, now()
    database().write(
        lambda session: entry_batches.submit(
            session,
            [replace(form, day=today())],
            store=kit.instruments,
            version_id=current.id,
            desk_id=desk.id,
            trust_class=TrustClass.ASSISTED,
            keyring=ring,
            zone=kit.settings.zone,
            login=login,
            now=at,
        )
    )
    tell(N_("Đã ghi nhận. Xin cảm ơn ông/bà."))
    return redirect(url_for("admin.assist", bo_phan=desk.id), 303)


# --- pages -------------------------------------------------------------------------------------------


def _desks() -> list[Place]:
    with database().read() as session:
        return list(scopes.desks_of(session, the_officer().unit_id))


def _asked_desk() -> Place:
    desks = _desks()
    wanted = request.args.get("bo_phan", "")
    return next((desk for desk in desks if str(desk.id) == wanted), desks[0])


def _batch(handle: str) -> Batch:
    desk_ids = [desk.id for desk in _desks()]
    with database().read() as session:
        return entry_batches.get(session, keyring=keyring(), handle=handle, desk_ids=desk_ids)


def _form(batch: Batch, key: str) -> TypedForm | None:
    return next((form for form in batch.forms if form.key == key), None)


def _instrument(batch: Batch | None) -> Instrument:
    if batch is None:
        return current_instrument().instrument
    with database().read() as session:
        return runtime().instruments.get(session, batch.version_id).instrument


def _maker(batch: Batch | None) -> SheetMaker:
    return SheetMaker(_instrument(batch), locale=current_locale())


def _read(maker: SheetMaker, instrument: Instrument, day: date) -> tuple[TypedForm | None, Sheet]:
    """Read a form that was sent: it, or None and the sheet that says what is wrong."""
    form, typed_day = sheets.read(request.form, instrument, languages=spoken().codes)
    if form is None:
        return None, maker.unread(request.form, TypedForm(day, {}))
    problems = typed_forms.problems(form, instrument, today=today())
    sheet = maker.sheet(form, problems=problems, day=typed_day)
    return (None if problems else form), sheet


def _start(form: StartForm) -> str:
    stand_for("admin.enter_forms")
    desks = _desks()
    form.offer(desks)
    with database().read() as session:
        batches = entry_batches.unsent(session, keyring=keyring(), desk_ids=[desk.id for desk in desks])
    return render_template("admin/entry_start.html", form=form, batches=batches)


def _fields() -> list[tuple[str, str]]:
    locale = current_locale()
    with database().read() as session:
        offered = tiles.fields_offered(session)
    return [(tile.code, tile.names.get(locale) or tile.names["vi"]) for tile in offered]


def _languages() -> list[tuple[str, str]]:
    """Give every language that paper can be printed in."""
    return [(code, spoken().name(code)) for code in spoken().codes]


def _typing(batch: Batch, sheet: Sheet, *, place: int | None = None) -> str:
    stand_for("admin.type_form", handle=batch.handle)
    return render_template(
        "admin/entry_form.html",
        batch=batch,
        sheet=sheet,
        place=place,
        fields=_fields(),
        paper_languages=_languages(),
        most=entry_batches.MOST_FORMS,
    )


def _checking(batch: Batch, first: TypedForm, sheet: Sheet, *, differing: tuple[str, ...]) -> str:
    stand_for("admin.type_again", handle=batch.handle, key=first.key)
    return render_template(
        "admin/entry_check.html",
        batch=batch,
        first=first,
        sheet=sheet,
        place=batch.forms.index(first) + 1,
        differing=differing,
        labels=_maker(batch).labels(),
    )


def _assisting(sheet: Sheet, desk: Place) -> str:
    stand_for("admin.assist", bo_phan=desk.id)
    return render_template(
        "admin/entry_assist.html", sheet=sheet, desk=desk, fields=_fields(), paper_languages=_languages()
    )
