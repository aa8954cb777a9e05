"""Recordings of questions and options: which there are, take some in, hear them."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

from flask import redirect, render_template, request, url_for
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
    spoken,
    stand_for,
    the_officer,
)
from survey.enums import Role
from survey.exceptions import InvalidInput
from survey.forms.base import N_
from survey.forms.sounds import SoundsForm
from survey.services.spoken import sounds as service
from survey.services.spoken.sounds import Spot, State
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell, translated

STATES = {
    State.MISSING: N_("chưa có"),
    State.NEW: N_("mới, chưa ghi lời"),
    State.GOOD: N_("có"),
    State.CHANGED: N_("lời đã đổi, không phát; cần thu lại"),
}


@admin_bp.get("/am-thanh")
@access(Role.ADMINISTRATOR)
def all_sounds() -> ResponseReturnValue:
    return _page()


@admin_bp.post("/am-thanh")
@access(Role.ADMINISTRATOR)
def store_sounds() -> ResponseReturnValue:
    """Take files in, each for itself; those that are refused are named."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    spots, where = _spots(), _folder()
    language, login, at = form.language.data, the_officer().login, now()
    stored = 0
    for file in form.files.data:
        name, content = file.filename or "", file.stream.read(service.MOST_BYTES + 1)
        try:
            database().write(
                partial(
                    service.store,
                    where=where,
                    spots=spots,
                    language=language,
                    filename=name,
                    content=content,
                    login=login,
                    now=at,
                )
            )
            stored += 1
        except InvalidInput as error:
            form.explain(error)
    runtime().sounds.look_again()
    if stored:
        tell(N_("Đã ghi %(count)s tệp âm thanh."), count=stored)
    if form.errors:
        return _page(form), 422
    return redirect(url_for("admin.all_sounds", tieng=language), 303)


@admin_bp.post("/am-thanh/ghi-loi")
@access(Role.ADMINISTRATOR)
def note_sounds() -> ResponseReturnValue:
    """Note what files were recorded for that somebody put into the folder."""
    count = service.note_new(_folder(), _spots())
    runtime().sounds.look_again()
    tell(N_("Đã ghi lời cho %(count)s tệp mới."), count=count)
    return redirect(url_for("admin.all_sounds"), 303)


def _folder() -> Path:
    return service.folder(settings().data)


def _spots() -> list[Spot]:
    return service.check(_folder(), spoken(), *citizen_texts())


def _form(**values: object) -> SoundsForm:
    form = SoundsForm(locale=current_locale(), prefix="sounds", **values)
    form.offer([(code, spoken().name(code)) for code in spoken().codes])
    return form


def _page(form: SoundsForm | None = None) -> str:
    stand_for("admin.all_sounds", **request.args.to_dict())
    language = request.args.get("tieng", "")
    if form is not None and form.language.data:
        language = form.language.data
    if language not in spoken().codes:
        language = i18n.SOURCE
    spots = _spots()
    counts = Counter((one.language, one.state) for one in spots)
    shown = [one for one in spots if one.language == language]
    return render_template(
        "admin/sounds.html",
        form=form or _form(formdata=None, data={"language": language}),
        offered=[
            (code, spoken().name(code), counts[code, State.GOOD] + counts[code, State.NEW])
            for code in spoken().codes
        ],
        total=len(shown),
        language=language,
        spots=shown,
        states={state: translated(words) for state, words in STATES.items()},
        State=State,
        new=sum(one.state is State.NEW for one in spots),
        changed=sum(one.state is State.CHANGED for one in spots),
    )
