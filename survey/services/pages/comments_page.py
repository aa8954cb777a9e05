"""All that the page of comments shows: the comments, and the reasons that were tapped in the same months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from survey.enums import Dimension, Role
from survey.instrument import Texts
from survey.queries import reasons
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.office import installation, scopes
from survey.services.office.instruments import InstrumentStore
from survey.services.office.periods import Period
from survey.services.remarks import comments
from survey.services.remarks.comments import CommentFilters, CommentList


@dataclass(frozen=True, slots=True)
class ReasonLine:
    dimension: Dimension
    text: Texts
    count: int | None  # None where fewer than may be shown


@dataclass(frozen=True, slots=True)
class CommentsPage:
    unit: str
    demo: bool
    period: Period
    filters: CommentFilters
    dimensions: Mapping[Dimension, Texts]
    shorts: Mapping[Dimension, Texts]
    found: CommentList
    reasons: tuple[ReasonLine, ...]
    several_desks: bool
    can_review: bool

    def short_names(self, locale: str) -> list[str]:
        return [text.get(locale) or text["vi"] for text in self.shorts.values()]


def build(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    period: Period,
    filters: CommentFilters,
    role: Role,
    today: date,
    page: int,
) -> CommentsPage:
    installed = installation.read(session)
    described = store.current(session).instrument.dimensions
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id)]
    return CommentsPage(
        unit=next(iter(installation.unit_names(session, unit_id).values()), ""),
        demo=installed.demo,
        period=period,
        filters=filters,
        dimensions={Dimension(one.code): one.name for one in described},
        shorts={Dimension(one.code): one.short for one in described},
        found=comments.listed(
            session,
            unit_id=unit_id,
            period=period,
            filters=filters,
            role=role,
            today=today,
            page=page,
        ),
        reasons=_reasons(session, store, desk_ids, period, filters),
        several_desks=len(desk_ids) > 1,
        can_review=len(comments.states_of(role)) > 1,
    )


def _reasons(
    session: Session, store: InstrumentStore, desk_ids: list[int], period: Period, filters: CommentFilters
) -> tuple[ReasonLine, ...]:
    """Give the reasons of the same months, desk and dimension; other filters do not reach them."""
    chosen = [filters.desk_id] if filters.desk_id in desk_ids else desk_ids
    texts = {reason.code: reason.text for reason in store.current(session).instrument.reasons}
    found = reasons.counts(session, desk_ids=chosen, start=period.start, end=period.end)
    lines = [
        ReasonLine(dimension, texts[code], n if n >= SHOWN_FROM else None)
        for (dimension, code), n in found.items()
        if code in texts and filters.dimension in {"", dimension.value}
    ]
    places = list(Dimension)
    return tuple(
        sorted(lines, key=lambda one: (places.index(one.dimension), -(one.count or 0), str(one.text)))
    )
