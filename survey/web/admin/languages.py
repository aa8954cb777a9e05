"""Languages that citizens can choose: take the texts out, look a translation through, take it in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey import i18n
from survey.context import (
    access,
    citizen_texts,
    current_locale,
    database,
    now,
    runtime,
    settings,
    stand_for,
    the_officer,
)
from survey.enums import Role
from survey.exceptions import ImportRejected, InvalidInput
from survey.forms import language_words
from survey.forms.base import N_
from survey.forms.languages import OtherLanguageForm, StoreTranslationForm, TranslationForm
from survey.services.spoken import language_files, languages
from survey.services.spoken.language_files import MOST_BYTES, Checked
from survey.services.spoken.languages import Spoken
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell, translated

OFFERED = ("rad", "jra")
SHOWN_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """A language of the list; `translated` is None for ours, which are complete."""

    code: str
    name: str
    translated: int | None = None
    missing: int = 0
    is_there: bool = True


@admin_bp.get("/ngon-ngu")
@access(Role.ADMINISTRATOR)
def all_languages() -> ResponseReturnValue:
    return _page()


@admin_bp.get("/ngon-ngu/<code>.po")
@access(Role.ADMINISTRATOR)
def send_language(code: str) -> ResponseReturnValue:
    return _file(code)


@admin_bp.post("/ngon-ngu/khac")
@access(Role.ADMINISTRATOR)
def send_other_language() -> ResponseReturnValue:
    form = OtherLanguageForm(locale=current_locale(), prefix="other")
    return _file(form.code.data) if form.validate() else (_page(other_form=form), 422)


@admin_bp.post("/ngon-ngu/xem-truoc")
@access(Role.ADMINISTRATOR)
def preview_language() -> ResponseReturnValue:
    """Look an upload through and show what taking it in would do."""
    form = TranslationForm(locale=current_locale(), prefix="upload")
    if not form.validate():
        return _page(form=form), 422
    content = form.file.data.stream.read(MOST_BYTES + 1)
    try:
        checked = language_files.check(content, *citizen_texts())
    except ImportRejected as error:
        form.file.errors = [language_words.refusal(error, translated)]
        return _page(form=form), 422
    packed = StoreTranslationForm.packed(content)
    return _preview(
        checked,
        StoreTranslationForm(
            locale=current_locale(), prefix="store", formdata=None, data={"content": packed}
        ),
    )


@admin_bp.post("/ngon-ngu")
@access(Role.ADMINISTRATOR)
def store_language() -> ResponseReturnValue:
    form = StoreTranslationForm(locale=current_locale(), prefix="store")
    login, at, data = the_officer().login, now(), settings().data
    try:
        checked = language_files.check(form.unpacked(), *citizen_texts())
    except ImportRejected as error:
        return _page(refused=language_words.refusal(error, translated)), 422
    keep_good = bool(form.keep_good.data)
    try:
        database().write(
            lambda session: language_files.store(
                session, checked, data=data, keep_good=keep_good, login=login, now=at
            )
        )
    except InvalidInput:
        return _preview(checked, form), 422
    runtime().languages.look_again()
    tell(
        N_("Đã ghi tiếng %(name)s. Người dân chọn được ngay; máy tại quầy trong vòng một phút."),
        name=checked.name,
    )
    return redirect(url_for("admin.all_languages"), 303)


def _file(code: str) -> Response:
    content = language_files.export(code, _spoken(), *citizen_texts())
    response = make_response(content)
    response.mimetype = "text/x-gettext-translation"
    response.headers["Content-Disposition"] = f'attachment; filename="sipas-{code}.po"'
    return response


def _spoken() -> Spoken:
    return languages.read(languages.folder(settings().data))


def _page(
    *, form: TranslationForm | None = None, other_form: OtherLanguageForm | None = None, refused: str = ""
) -> str:
    stand_for("admin.all_languages")
    locale = current_locale()
    return render_template(
        "admin/languages.html",
        rows=_rows(),
        form=form or TranslationForm(locale=locale, prefix="upload", formdata=None),
        other_form=other_form or OtherLanguageForm(locale=locale, prefix="other", formdata=None),
        refused=refused,
    )


def _rows() -> list[LanguageRow]:
    spoken, sources = _spoken(), citizen_texts()
    rows = [LanguageRow(code, spoken.name(code)) for code in i18n.LOCALES]
    for code in dict.fromkeys((*OFFERED, *spoken.added)):
        path = i18n.catalogue_path(code, languages.folder(settings().data))
        if path is None:
            rows.append(LanguageRow(code, i18n.NAMES[code], is_there=False))
            continue
        try:
            checked = language_files.check(path.read_bytes(), *sources, locale=code)
        except ImportRejected:
            continue
        rows.append(LanguageRow(code, checked.name, checked.translated, checked.missing))
    return rows


def _preview(checked: Checked, form: StoreTranslationForm) -> str:
    stand_for("admin.all_languages")
    shown = checked.problems[:SHOWN_PROBLEMS]
    return render_template(
        "admin/language_preview.html",
        checked=checked,
        form=form,
        problems=[(one, language_words.problem(one, translated)) for one in shown],
        more=len(checked.problems) - len(shown),
    )
