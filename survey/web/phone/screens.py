"""A draft as a screen: which one, what stands on it, what was chosen before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template

from survey.context import current_locale
from survey.enums import Stage
from survey.instrument import NA_CODE, NOT_APPLICABLE, Instrument
from survey.services.answers import drafts
from survey.services.answers.drafts import Draft
from survey.services.answers.frontage import Place
from survey.services.answers.responses import COMMENT_CHARACTERS
from survey.web.compression import same_for_everyone
from survey.web.phone.memory import memory, with_choices

REASON = "reason"
PRIVACY = "privacy"
# Stands in the page that is kept for everyone, where each person has a way of their own.
_BELOW = "/p/-/handle/"
FEEDBACK_CODES: Mapping[bool | None, str] = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Screen:
    """What a template needs to know of where one is."""

    step: str
    number: int  # among the screens after the stage, from 1; 0 is the stage itself
    total: int
    back: str
    stage: Stage | None
    large_text: bool
    place: Place
    problem: str = ""
    action: str = ""  # where its form goes, if not to the address of the screen

    @property
    def privacy(self) -> str:
        """Lead to what happens with answers, and from there back to this form."""
        return self.action.rpartition("/")[0] + f"/{PRIVACY}" if self.action else PRIVACY


def screen_of(draft: Draft, step: str, *, problem: str = "", action: str = "") -> Screen:
    order = memory().screens(draft)
    number = order.index(step)
    return Screen(
        step=step,
        number=number,
        total=len(order) - 1,
        back=order[number - 1] if number else "",
        stage=draft.stage,
        large_text=draft.large_text,
        place=memory().frontage().place_of(draft.desk_id),
        problem=problem,
        action=action,
    )


def opened_html(draft: Draft, *, action: str) -> str:
    """Give the first screen as it stands at the address of a slip, whose form goes elsewhere."""
    kept = memory()
    instrument = kept.published(draft.version_id).instrument
    place = kept.frontage().place_of(draft.desk_id)
    key = ("opened", current_locale(), draft.version_id, place)
    html = kept.page(
        key, lambda: _render(screen_of(draft, draft.reached, action=_BELOW + draft.reached), instrument)
    )
    return html.replace(_BELOW, action.removesuffix(draft.reached))


def html_of(draft: Draft, step: str, *, problem: str = "", comment: str = "") -> str:
    """Give the page of one screen with the earlier choices of this person marked."""
    kept = memory()
    instrument = kept.published(draft.version_id).instrument
    if comment:  # what a person wrote is never kept in memory
        return _render(screen_of(draft, step, problem=problem), instrument, comment)
    # Everything that a screen depends on: two people with the same key see the same page.
    key = (
        step,
        draft.stage,
        current_locale(),
        draft.large_text,
        draft.version_id,
        kept.frontage().place_of(draft.desk_id),
        problem,
    )
    html = kept.page(key, lambda: _render(screen_of(draft, step, problem=problem), instrument))
    choices = _choices(draft, step, instrument)
    if not choices:
        same_for_everyone()
    return with_choices(html, choices)


def thanks_html(*, large_text: bool) -> str:
    place = memory().frontage().office
    return memory().page(
        ("thanks", place, large_text, current_locale()),
        lambda: render_template("public/thanks.html", place=place, large_text=large_text),
    )


def _render(screen: Screen, instrument: Instrument, comment: str = "") -> str:
    if screen.step == drafts.STAGE:
        return render_template("public/stage.html", screen=screen, question=instrument.stage)
    if screen.stage is None:
        raise RuntimeError("a screen after the first one needs the stage")
    if screen.step == drafts.SERVICE_USE:
        questions = instrument.service_use_asked(screen.stage)
        return render_template("public/service_use.html", screen=screen, questions=questions)
    if screen.step == drafts.COMMENT:
        return render_template("public/comment.html", screen=screen, comment=comment, most=COMMENT_CHARACTERS)
    dimension = next(one for one in instrument.dimensions if one.code == screen.step)
    items = dimension.items_asked(screen.stage)
    return render_template(
        "public/dimension.html",
        screen=screen,
        dimension=dimension,
        items=[item for item in items if not item.only_with_feedback],
        filtered_items=[item for item in items if item.only_with_feedback],
        feedback=instrument.feedback,
        reasons=instrument.reasons_of(dimension.code),
        levels=instrument.levels,
        na=instrument.na,
    )


def _choices(draft: Draft, step: str, instrument: Instrument) -> Mapping[str, str]:
    if step == drafts.STAGE:
        return {instrument.stage.code: draft.stage.value} if draft.stage else {}
    if step == drafts.SERVICE_USE:
        return draft.service_use
    choices = {
        code: NA_CODE if level == NOT_APPLICABLE else str(level)
        for code, level in draft.levels.items()
        if instrument.item_by_code[code].dimension == step
    }
    if draft.sent_feedback is not None:
        choices[instrument.feedback.code] = FEEDBACK_CODES[draft.sent_feedback]
    if step in draft.reasons:
        choices[REASON] = draft.reasons[step]
    return choices
