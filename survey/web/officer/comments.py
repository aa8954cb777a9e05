"""Comments: read, searched, looked through, tagged."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, now, runtime, the_officer, today
from survey.enums import Review, Role
from survey.exceptions import SurveyError
from survey.forms.base import N_
from survey.forms.comments import CommentFilterForm, ReviewForm
from survey.forms.officer import Options
from survey.reports import comments as reports
from survey.services.pages import comments_page
from survey.services.pages.comments_page import CommentsPage
from survey.services.remarks import comment_tags, comments
from survey.web.admin.notices import tell
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import choices_of_shown, dimension_names, is_own, shown_unit
from survey.web.officer.wording import filter_wording


@officer_bp.get("/gop-y")
@access(Role.VIEWER)
@files.without_empty_fields
def all_comments() -> ResponseReturnValue:
    return _page()


@officer_bp.post("/gop-y/<comment_id>")
@access(Role.OFFICER)
def review_comment(comment_id: str) -> ResponseReturnValue:
    """Decide on one comment; the filters stand in the address, so that the list stays as it was."""
    officer = the_officer()
    form = ReviewForm(locale=current_locale(), prefix=_prefix(comment_id))
    with database().read() as session:
        dimensions = dimension_names(session)
        tags = comment_tags.of_unit(session, officer.unit_id)
    form.offer(dimensions, tags)
    if not form.validate():
        return _page(failed=(comment_id, form), status=422)
    at, day, verdict = now(), today(), form.verdict()
    try:
        database().write(
            lambda session: comments.review(
                session,
                unit_id=officer.unit_id,
                comment_id=comment_id,
                verdict=verdict,
                role=officer.role,
                login=officer.login,
                today=day,
                now=at,
            )
        )
    except SurveyError as error:
        form.explain(error)
        return _page(failed=(comment_id, form), status=422)
    tell(N_("Đã lưu việc duyệt góp ý."))
    kept: dict[str, Any] = request.args.to_dict()
    return redirect(url_for("officer.all_comments", **kept), 303)


@officer_bp.post("/gop-y/the/<int:tag_id>/xoa")
@access(Role.OFFICER)
def remove_tag(tag_id: int) -> ResponseReturnValue:
    officer, at = the_officer(), now()
    database().write(
        lambda session: comment_tags.remove(
            session, unit_id=officer.unit_id, tag_id=tag_id, login=officer.login, now=at
        )
    )
    tell(N_("Đã xóa thẻ khỏi mọi góp ý."))
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name != "tag"}
    return redirect(url_for("officer.all_comments", **kept), 303)


def _page(failed: tuple[str, ReviewForm] | None = None, status: int = 200) -> ResponseReturnValue:
    officer, locale, unit_id = the_officer(), current_locale(), shown_unit()
    role = officer.role if is_own() else Role.VIEWER  # a unit looks through its own comments alone
    form = CommentFilterForm(request.args, locale=locale)
    with database().read() as session:
        choices = choices_of_shown(session)
        dimensions = dimension_names(session)
        form.offer(
            choices,
            filter_wording(choices.years, locale=locale).periods,
            dimensions,
            comment_tags.of_unit(session, unit_id),
            comments.states_of(role),
        )
        if not is_own():
            form.state.data = Review.APPROVED.value  # what another unit has not looked through is its own
        if not form.validate():
            return render_template("officer/comments.html", form=form, view=None, failed=None), 422
        page = comments_page.build(
            session,
            store=runtime().instruments,
            unit_id=unit_id,
            period=form.chosen_period(),
            filters=form.filters(),
            role=role,
            today=today(),
            page=_page_number(),
        )
    view = reports.build(page, locale=locale)
    if files.asks_for_file():
        return files.tables_file(
            view.tables,
            lambda codes: reports.workbook(view, codes, _filter_words(form), locale=locale),
            unit=view.unit,
            period=f"{form.chosen_period().code}-gop-y",
            locale=locale,
        )
    html = render_template(
        "officer/comments.html",
        form=form,
        view=view,
        downloads=files.table_addresses(view.tables),
        reviews=_reviews(page, view, dimensions, failed),
        tags=page.found.tags,
        kept=request.args.to_dict(),
        failed=failed[1] if failed else None,
    )
    return html, status


def _page_number() -> int:
    raw = request.args.get("page", "1")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 6):
        abort(404)
    return int(raw)


def _prefix(comment_id: str) -> str:
    return f"c{comment_id[:12]}"


def _filter_words(form: CommentFilterForm) -> list[str]:
    """Name what is chosen beside the period."""
    words = [f"“{form.q.data}”"] if form.q.data else []
    for field in (form.desk, form.dimension, form.tag, form.state):
        words += [text for value, text in field.choices if value and value == field.data]
    return words


def _reviews(
    page: CommentsPage,
    view: reports.CommentsView,
    dimensions: Options,
    failed: tuple[str, ReviewForm] | None,
) -> dict[str, ReviewForm]:
    """Give the form of each comment; one that was sent wrongly stays as it was filled."""
    if not page.can_review:
        return {}
    found = {}
    for line in view.lines:
        if not line.reviewable:
            continue
        if failed and failed[0] == line.id:
            found[line.id] = failed[1]
            continue
        form = ReviewForm(
            locale=current_locale(),
            prefix=_prefix(line.id),
            formdata=None,
            data={
                "state": None if line.state == comments.WAITING else line.state,
                "reason": line.reason_code,
                "dimension": line.dimension_code,
                "tags": list(line.tag_ids),
            },
        )
        form.offer(dimensions, page.found.tags)
        found[line.id] = form
    return found
