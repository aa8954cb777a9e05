"""Comments as an office may read them: late, among enough others, looked through, never beside an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from survey.enums import Dimension, HideReason, Review, Role
from survey.exceptions import InvalidInput, NotFound
from survey.models import Comment, CommentReview, Desk, TaggedComment
from survey.services.answers.folding import fold
from survey.services.office import audit, scopes, unit_tree
from survey.services.office.periods import Period
from survey.services.remarks import comment_tags
from survey.services.remarks.comment_gates import Span, opened_months
from survey.services.remarks.comment_tags import Tag

ON_A_PAGE = 25
MOST_SEARCHED = 80  # characters

WAITING = "waiting"
STATES = (WAITING, Review.APPROVED.value, Review.HIDDEN.value)
NO_DIMENSION = "none"


@dataclass(frozen=True, slots=True)
class CommentFilters:
    """What the address asks for; `dimension` may be "none"."""

    desk_id: int | None = None
    dimension: str = ""
    tag_id: int | None = None
    state: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class CommentLine:
    id: str
    span: Span
    desk: str
    text: str
    language: str
    state: str
    reason: HideReason | None
    dimension: Dimension | None
    tags: tuple[Tag, ...]
    reviewable: bool  # of the unit itself, or of one it replaced; those below look through their own


@dataclass(frozen=True, slots=True)
class CommentList:
    """`lines` is one page of all that match; the counts are of all that match."""

    lines: tuple[CommentLine, ...]
    everything: tuple[CommentLine, ...]
    page: int
    pages: int
    states: Mapping[str, int]  # of the period and desk, whatever else is asked
    not_open: int  # comments of the period that may not be read yet
    tags: Sequence[Tag] = field(default_factory=tuple)


def states_of(role: Role) -> tuple[str, ...]:
    """Say which comments a role reads. What an officer hid stays before the eyes of who leads."""
    if role in {Role.ADMINISTRATOR, Role.HEAD}:
        return STATES
    return (WAITING, Review.APPROVED.value) if role is Role.OFFICER else (Review.APPROVED.value,)


def listed(
    session: Session,
    *,
    unit_id: int,
    period: Period,
    filters: CommentFilters,
    role: Role,
    today: date,
    page: int = 1,
) -> CommentList:
    """Give the comments of a period that a role may read, newest months first.

    Of the units below only what they approved.
    """
    desks = {desk.id: desk.name for desk in scopes.desks_of(session, unit_id)}
    own = _own_desks(session, unit_id)
    chosen = [filters.desk_id] if filters.desk_id in desks else list(desks)
    opened = opened_months(session, chosen, today=today)
    found = _lines(session, desks, own, opened, period, "")
    states = Counter(one.state for one in found)
    if searched := fold(filters.text):
        found = _lines(session, desks, own, opened, period, searched)
    allowed = states_of(role)
    wanted = (filters.state,) if filters.state in allowed else (Review.APPROVED.value,)
    kept = [one for one in found if one.state in wanted and _matches(one, filters)]
    pages = max(1, -(-len(kept) // ON_A_PAGE))
    at = min(max(page, 1), pages)
    return CommentList(
        lines=tuple(kept[(at - 1) * ON_A_PAGE : at * ON_A_PAGE]),
        everything=tuple(kept),
        page=at,
        pages=pages,
        states={state: states.get(state, 0) for state in STATES},
        not_open=_not_open(session, chosen, opened, period),
        tags=comment_tags.of_unit(session, unit_id),
    )


def approved(
    session: Session,
    *,
    unit_id: int,
    dimension: Dimension,
    period: Period,
    desk_id: int | None,
    today: date,
    most: int,
) -> CommentList:
    """Give the approved comments on a dimension; `lines` are the newest few."""
    found = listed(
        session,
        unit_id=unit_id,
        period=period,
        filters=CommentFilters(desk_id=desk_id, dimension=dimension.value),
        role=Role.VIEWER,
        today=today,
    )
    return replace(found, lines=found.lines[:most])


def _matches(line: CommentLine, filters: CommentFilters) -> bool:
    if filters.dimension == NO_DIMENSION and line.dimension is not None:
        return False
    if filters.dimension not in {"", NO_DIMENSION} and line.dimension != filters.dimension:
        return False
    return filters.tag_id is None or any(tag.id == filters.tag_id for tag in line.tags)


def _lines(
    session: Session,
    desks: Mapping[int, str],
    own: Collection[int],
    opened: Mapping[tuple[int, date], Span],
    period: Period,
    folded: str,
) -> list[CommentLine]:
    months = {key for key, span in opened.items() if period.start <= span.last < period.end}
    if not months:
        return []
    query = (
        select(Comment, CommentReview)
        .outerjoin(CommentReview, CommentReview.comment_id == Comment.id)
        .where(
            Comment.desk_id.in_({desk_id for desk_id, _month in months}),
            Comment.month >= min(month for _desk_id, month in months),
            Comment.month <= max(month for _desk_id, month in months),
        )
        # Ids are random: within a month they say nothing of what came first.
        .order_by(Comment.month.desc(), Comment.desk_id, Comment.id)
    )
    if folded:
        query = query.where(Comment.folded.contains(folded, autoescape=True))
    rows = [
        row
        for row in session.execute(query).all()
        if (row.Comment.desk_id, row.Comment.month) in months
        and (row.Comment.desk_id in own or _is_approved(row.CommentReview))
    ]
    tags = comment_tags.of_comments(session, [row.Comment.id for row in rows])
    return [
        _line(row.Comment, row.CommentReview, desks, own, opened, tags.get(row.Comment.id, ()))
        for row in rows
    ]


def _own_desks(session: Session, unit_id: int) -> frozenset[int]:
    """Give the desks whose comments a unit looks through: its own, and those of units it replaced."""
    units = unit_tree.itself(session, unit_id)
    return frozenset(session.scalars(select(Desk.id).where(Desk.unit_id.in_(units))))


def _is_approved(review: CommentReview | None) -> bool:
    return review is not None and review.state is Review.APPROVED


def _line(
    comment: Comment,
    review: CommentReview | None,
    desks: Mapping[int, str],
    own: Collection[int],
    opened: Mapping[tuple[int, date], Span],
    tags: Sequence[Tag],
) -> CommentLine:
    return CommentLine(
        id=comment.id.hex(),
        span=opened[comment.desk_id, comment.month],
        desk=desks[comment.desk_id],
        text=comment.text,
        language=comment.language,
        state=review.state.value if review else WAITING,
        reason=review.reason if review else None,
        dimension=(review.dimension if review else None) or comment.dimension,
        tags=tuple(tags),
        reviewable=comment.desk_id in own,
    )


def _not_open(
    session: Session, desk_ids: Sequence[int], opened: Mapping[tuple[int, date], Span], period: Period
) -> int:
    rows = session.execute(
        select(Comment.desk_id, Comment.month, func.count())
        .where(Comment.desk_id.in_(desk_ids), Comment.month >= period.start, Comment.month < period.end)
        .group_by(Comment.desk_id, Comment.month)
    )
    return sum(int(n) for desk_id, month, n in rows if (desk_id, month) not in opened)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody decided on a comment."""

    state: Review
    reason: HideReason | None = None
    dimension: Dimension | None = None
    tag_ids: tuple[int, ...] = ()
    new_tag: str = ""


def review(
    session: Session,
    *,
    unit_id: int,
    comment_id: str,
    verdict: Verdict,
    role: Role,
    login: str,
    today: date,
    now: datetime,
) -> None:
    """Approve or hide a comment, say what it is about, and tag it.

    Raises
    ------
    InvalidInput
        A comment is hidden without a reason, or a tag is unknown or too long.
    NotFound
        The comment is not of this unit, may not be read yet, or was hidden and only who leads may look again.
    """
    comment = _readable(session, unit_id, comment_id, role, today)
    if verdict.state is Review.HIDDEN and verdict.reason is None:
        raise InvalidInput(field="reason", reason="missing")
    decide(session, unit_id=unit_id, comment_id=comment.id, verdict=verdict)
    desk = session.scalar(select(Desk.code).where(Desk.id == comment.desk_id))
    detail = {"comment": comment_id[:8], "desk": desk, "month": f"{comment.month:%Y-%m}"}
    audit.record(
        session,
        login=login,
        action="comment-approved" if verdict.state is Review.APPROVED else "comment-hidden",
        now=now,
        detail={**detail, "reason": verdict.reason.value}
        if verdict.state is Review.HIDDEN and verdict.reason
        else detail,
    )


def decide(session: Session, *, unit_id: int, comment_id: bytes, verdict: Verdict) -> None:
    """Write down what was decided; what was decided before is gone."""
    tags = comment_tags.chosen(session, unit_id=unit_id, tag_ids=verdict.tag_ids, new=verdict.new_tag)
    session.execute(delete(CommentReview).where(CommentReview.comment_id == comment_id))
    session.execute(
        insert(CommentReview).values(
            comment_id=comment_id,
            state=verdict.state,
            reason=verdict.reason if verdict.state is Review.HIDDEN else None,
            dimension=verdict.dimension,
        )
    )
    session.execute(delete(TaggedComment).where(TaggedComment.comment_id == comment_id))
    if tags:
        session.execute(
            insert(TaggedComment), [{"comment_id": comment_id, "tag_id": tag_id} for tag_id in tags]
        )


def readable(session: Session, unit_id: int, *, today: date) -> set[bytes]:
    """Give the comments of a unit that may be read by now."""
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id)]
    opened = opened_months(session, desk_ids, today=today)
    rows = session.execute(
        select(Comment.id, Comment.desk_id, Comment.month).where(Comment.desk_id.in_(desk_ids))
    )
    return {row.id for row in rows if (row.desk_id, row.month) in opened}


def _readable(session: Session, unit_id: int, comment_id: str, role: Role, today: date) -> Comment:
    try:
        identity = bytes.fromhex(comment_id)
    except ValueError:
        raise NotFound(what="comment", value=comment_id) from None
    row = session.execute(
        select(Comment, CommentReview.state)
        .outerjoin(CommentReview, CommentReview.comment_id == Comment.id)
        .where(Comment.id == identity, Comment.desk_id.in_(_own_desks(session, unit_id)))
    ).one_or_none()
    if row is None:
        raise NotFound(what="comment", value=comment_id)
    comment: Comment = row.Comment
    opened = opened_months(session, [comment.desk_id], today=today)
    state = row.state.value if row.state else WAITING
    if (comment.desk_id, comment.month) not in opened or state not in states_of(role):
        raise NotFound(what="comment", value=comment_id)
    return comment
