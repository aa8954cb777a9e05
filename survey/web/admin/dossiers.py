"""Importing dossiers: choose a file, look at what it would do, store. The file itself is kept nowhere."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, keyring, now, stand_for, the_officer, today
from survey.enums import Role
from survey.exceptions import Conflict, ImportRejected, InvalidInput
from survey.forms import import_words
from survey.forms.base import N_
from survey.forms.dossiers import StoreForm, UploadForm
from survey.services.inviting import dossiers, sealed_imports, slips
from survey.services.inviting.dossiers import ImportPreview
from survey.services.sheets.table_files import MAX_BYTES
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell, translated

SHOWN_ERRORS = 200
SHOWN_FIELDS = 10

ROLES = {
    "code": N_("mã hồ sơ"),
    "procedure": N_("thủ tục"),
    "field": N_("lĩnh vực"),
    "received": N_("ngày tiếp nhận"),
    "due": N_("ngày hẹn trả"),
    "returned": N_("ngày trả kết quả"),
    "channel": N_("hình thức nộp"),
}


@admin_bp.get("/ho-so")
@access(Role.OFFICER)
def import_dossiers() -> ResponseReturnValue:
    return _page()


@admin_bp.post("/ho-so/xem-truoc")
@access(Role.OFFICER)
def preview_dossiers() -> ResponseReturnValue:
    """Read the upload and show what storing it would do."""
    form = _upload_form()
    if not form.validate():
        return _page(form), 422
    upload = form.file.data
    content = upload.stream.read(MAX_BYTES + 1)
    login, at = the_officer().login, now()
    try:
        with database().read() as session:
            preview = dossiers.preview(
                session,
                content=content,
                filename=upload.filename or "",
                desk_id=form.desk_id.data,
                today=today(),
            )
        sealed = sealed_imports.seal(preview, keyring=keyring(), login=login, now=at)
    except ImportRejected as error:
        form.refuse(form.file, import_words.refusal(error, translated))
        return _page(form), 422
    except InvalidInput:
        form.refuse(form.file, N_("Tệp có quá nhiều dòng để xem trong một trang. Hãy xuất từng quý."))
        return _page(form), 422
    store_form = StoreForm(locale=current_locale(), prefix="store", formdata=None, data={"sealed": sealed})
    return _preview_page(preview, store_form)


@admin_bp.post("/ho-so")
@access(Role.OFFICER)
def store_dossiers() -> ResponseReturnValue:
    """Store what the page before showed."""
    form = StoreForm(locale=current_locale(), prefix="store")
    login, at = the_officer().login, now()
    try:
        preview = sealed_imports.unseal(form.sealed.data or "", keyring=keyring(), login=login, now=at)
        result = database().write(
            lambda session: dossiers.store(
                session, preview, keep_good=bool(form.keep_good.data), login=login, now=at
            )
        )
    except Conflict as error:
        return _page(refused=_refusal(error)), 409
    tell(
        N_("Đã nhập: thêm %(added)s hồ sơ, cập nhật %(updated)s, bỏ qua %(left_out)s dòng sai."),
        added=result.added,
        updated=result.updated,
        left_out=result.left_out,
    )
    return redirect(url_for("admin.import_dossiers"), 303)


def _refusal(error: Conflict) -> str:
    if error.data.get("what") == "rows-with-errors":
        return translated(
            N_("Tệp có dòng sai. Hãy chọn tệp lại và đánh dấu “Nhập các dòng đúng”, hoặc sửa tệp.")
        )
    return translated(N_("Bản xem trước đã quá một giờ hoặc không phải của tài khoản này. Hãy chọn tệp lại."))


def _upload_form(**values: object) -> UploadForm:
    form = UploadForm(locale=current_locale(), prefix="upload", **values)
    with database().read() as session:
        form.offer(slips.desks(session, today=today(), unit_id=the_officer().unit_id))
    return form


def _page(form: UploadForm | None = None, *, refused: str = "") -> str:
    stand_for("admin.import_dossiers")
    with database().read() as session:
        desks = slips.desks(session, today=today(), unit_id=the_officer().unit_id)
        counts = dossiers.counts(session, desk_ids=[desk.id for desk in desks])
    return render_template(
        "admin/dossiers.html",
        form=form or _upload_form(formdata=None),
        several=len(desks) > 1,
        counts=counts,
        refused=refused,
    )


def _preview_page(preview: ImportPreview, form: StoreForm) -> str:
    stand_for("admin.import_dossiers")
    locale = current_locale()
    return render_template(
        "admin/dossier_preview.html",
        preview=preview,
        form=form,
        roles={role: translated(text) for role, text in ROLES.items()},
        errors=[
            (error, import_words.row_problem(error, translated, locale))
            for error in preview.errors[:SHOWN_ERRORS]
        ],
        more_errors=max(0, len(preview.errors) - SHOWN_ERRORS),
        unknown_fields=preview.unknown_fields[:SHOWN_FIELDS],
        more_fields=max(0, len(preview.unknown_fields) - SHOWN_FIELDS),
        filename=request.files["upload-file"].filename,
    )
