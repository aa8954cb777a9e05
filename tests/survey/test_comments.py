"""Comments: when they may be read, by whom, searched without marks, looked through and tagged."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime

import pytest
from factories import desk_id, make_submission, store_answer
from sqlalchemy import delete, insert, select

from survey.enums import Dimension, HideReason, Review, Role
from survey.exceptions import InvalidInput, NotFound
from survey.models import AuditEvent, Comment, CommentReview, TaggedComment
from survey.services.answers.folding import fold
from survey.services.intake import mixing
from survey.services.office import periods
from survey.services.remarks import comment_gates, comment_tags, comments
from survey.services.remarks.comments import CommentFilters, Verdict

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
TODAY = date(2026, 6, 1)


@pytest.fixture
def write(database, settings, store, keyring):
    """Make a month with so many answers, and so many comments among them."""

    def make(month: int, persons: int, texts: list[str]) -> None:
        noon = datetime(2026, month, 9, 5, tzinfo=UTC)
        for place in range(persons):
            comment = texts[place] if place < len(texts) else ""
            store_answer(
                database,
                settings,
                store,
                make_submission(database, store, answered_at=noon, comment=comment),
            )
        database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=date(2026, month, 20)))

    return make


def read(database, unit_id, role=Role.HEAD, today=TODAY, **filters):
    with database.read() as session:
        return comments.listed(
            session,
            unit_id=unit_id,
            period=periods.make(2026),
            filters=CommentFilters(**filters),
            role=role,
            today=today,
        )


def decide(database, unit_id, comment_id, verdict, role=Role.OFFICER):
    database.write(
        lambda s: comments.review(
            s,
            unit_id=unit_id,
            comment_id=comment_id,
            verdict=verdict,
            role=role,
            login="congchuc",
            today=TODAY,
            now=NOW,
        )
    )


def test_folding_takes_every_mark_of_vietnamese():
    assert fold("  ĐƯỢC  hướng\ndẫn; Ơ̆ ê̆ ") == "duoc huong dan; o e"


@pytest.mark.parametrize(
    ("persons", "written", "day", "opens"),
    [
        (12, 3, date(2026, 4, 7), False),  # a week has not passed
        (12, 3, date(2026, 4, 8), True),
        (9, 3, date(2026, 12, 31), False),
        (12, 2, date(2026, 12, 31), False),
    ],
)
def test_a_month_opens_late_and_among_enough(persons, written, day, opens, database, unit_id, write):
    write(3, persons, ["Tốt"] * written)
    found = read(database, unit_id, today=day, state=comments.WAITING)
    assert len(found.lines) == (written if opens else 0)
    assert found.not_open == (0 if opens else written)


def test_a_small_month_is_read_with_the_next_one_and_never_alone(database, unit_id, write):
    write(3, 6, ["Tháng ba"])
    write(4, 8, ["Tháng tư", "Tháng tư nữa"])
    with database.read() as session:
        opened = comment_gates.opened_months(session, [desk_id(database)], today=TODAY)
        for month, expected in ((3, 0), (4, 3)):
            found = comments.listed(
                session,
                unit_id=unit_id,
                period=periods.make(2026, periods.PeriodKind.MONTH, month),
                filters=CommentFilters(state=comments.WAITING),
                role=Role.OFFICER,
                today=TODAY,
            )
            assert len(found.lines) == expected
    assert {(span.first.month, span.last.month) for span in opened.values()} == {(3, 4)}


def test_a_search_ignores_marks_and_takes_its_signs_as_they_are(database, unit_id, write):
    write(3, 12, ["Chờ LÂU quá", "Đúng 100% giờ hẹn", "Tốt"])

    def found(text):
        return [one.text for one in read(database, unit_id, state=comments.WAITING, text=text).lines]

    assert found("cho lau") == found("chờ lâu") == ["Chờ LÂU quá"]
    assert found("dung 100%") == ["Đúng 100% giờ hẹn"]
    assert found("100_") == []


def test_who_reads_what(database, unit_id, write):
    write(3, 12, ["Một", "Hai", "Ba"])
    first, second, third = (one.id for one in read(database, unit_id, state=comments.WAITING).lines)
    decide(database, unit_id, first, Verdict(Review.APPROVED, dimension=Dimension.STAFF))
    decide(database, unit_id, second, Verdict(Review.HIDDEN, reason=HideReason.INSULTS))

    def ids(role, state):
        return {one.id for one in read(database, unit_id, role, state=state).lines}

    assert [ids(role, Review.APPROVED.value) for role in Role] == [{first}] * len(Role)
    assert ids(Role.OFFICER, comments.WAITING) == {third}
    assert ids(Role.VIEWER, comments.WAITING) == ids(Role.VIEWER, Review.HIDDEN.value) == {first}
    assert ids(Role.OFFICER, Review.HIDDEN.value) == {first}, "what is hidden is for who leads"
    assert ids(Role.HEAD, Review.HIDDEN.value) == {second}
    with pytest.raises(NotFound):
        decide(database, unit_id, second, Verdict(Review.APPROVED))
    decide(database, unit_id, second, Verdict(Review.APPROVED), role=Role.HEAD)
    with database.read() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    ours = [(event.action, event.detail) for event in events if event.action.startswith("comment-")]
    assert [action for action, _detail in ours] == ["comment-approved", "comment-hidden", "comment-approved"]
    assert ours[1][1]["reason"] == "insults"
    assert not any("Hai" in str(detail) for _action, detail in ours)


def test_hiding_needs_a_reason_and_nothing_is_kept_of_a_refused_decision(database, unit_id, write):
    write(3, 12, ["Một", "Hai", "Ba"])
    first = read(database, unit_id, state=comments.WAITING).lines[0].id
    with pytest.raises(InvalidInput) as refused:
        decide(database, unit_id, first, Verdict(Review.HIDDEN, new_tag="Mới"))
    assert refused.value.data["field"] == "reason"
    assert read(database, unit_id).tags == ()


def test_tags_are_one_where_their_letters_are_and_go_with_the_comment(database, unit_id, write):
    write(3, 12, ["Một", "Hai", "Ba", "Bốn"])
    first, second, _third, _fourth = (one.id for one in read(database, unit_id, state=comments.WAITING).lines)
    decide(database, unit_id, first, Verdict(Review.APPROVED, new_tag=" Chờ  lâu "))
    tag = read(database, unit_id).tags[0]
    decide(database, unit_id, second, Verdict(Review.APPROVED, tag_ids=(tag.id,), new_tag="cho lau"))
    assert [one.tags for one in read(database, unit_id, tag_id=tag.id).lines] == [(tag,), (tag,)]
    with pytest.raises(InvalidInput):
        decide(database, unit_id, first, Verdict(Review.APPROVED, tag_ids=(tag.id + 7,)))
    database.write(lambda s: s.execute(delete(Comment).where(Comment.id == bytes.fromhex(first))))
    with database.read() as session:
        assert len(session.scalars(select(TaggedComment.tag_id)).all()) == 1
        assert len(session.scalars(select(CommentReview.comment_id)).all()) == 1
    database.write(lambda s: comment_tags.remove(s, unit_id=unit_id, tag_id=tag.id, login="x", now=NOW))
    assert read(database, unit_id).tags == ()
    assert len(read(database, unit_id).lines) == 1


def test_a_comment_of_a_month_that_is_not_open_cannot_be_decided_on(database, unit_id):
    identity = secrets.token_bytes(16)
    row = {
        "id": identity,
        "desk_id": desk_id(database),
        "month": date(2026, 5, 1),
        "dimension": None,
        "language": "vi",
        "text": "x",
        "folded": "x",
    }
    database.write(lambda s: s.execute(insert(Comment).values(row)))
    with pytest.raises(NotFound):
        decide(database, unit_id, identity.hex(), Verdict(Review.APPROVED))
    with pytest.raises(NotFound):
        decide(database, unit_id, "no-hex", Verdict(Review.APPROVED))
