"""Slips: one for each, counted and never listed; and the log that tells of them."""

from datetime import date, timedelta

import pytest
from factories import NOON, desk_id
from sqlalchemy import func, select, update

from survey.enums import InvitationState, InvitationWay
from survey.exceptions import Conflict, InvalidInput, InvitationSpent
from survey.models import AuditEvent, Dossier, Invitation, InvitationCount
from survey.services.inviting import invitations, slips
from survey.services.office import audit_log, setup

TODAY = date(2026, 11, 24)
WHO = {"login": "officer", "now": NOON}


@pytest.fixture
def write(database):
    """Do one call of a service with the officer and the time of the tests."""
    return lambda service, *args, **kwargs: database.write(
        lambda session: service(session, *args, **{**WHO, **kwargs})
    )


def add_dossiers(database, count: int, returned_on: date | None) -> None:
    database.write(
        lambda s: s.add_all(
            Dossier(
                code=f"H15.1-260302-{number:04d}",
                desk_id=desk_id(database),
                received_on=date(2026, 3, 2),
                due_on=date(2026, 3, 5),
                returned_on=returned_on,
                filing_channel="counter",
            )
            for number in range(count)
        )
    )


def test_roll_is_counted(database, write, keyring):
    desk = desk_id(database)
    batch = write(slips.issue_roll, keyring=keyring, desk_id=desk, count=3, today=TODAY)
    assert len({one.token for one in batch.issued}) == 3
    database.write(
        lambda s: s.execute(
            update(Invitation)
            .where(Invitation.token_hash == s.scalar(select(Invitation.token_hash).limit(1)))
            .values(state=InvitationState.SPENT, desk_id=None, field_id=None, expires_on=None)
        )
    )
    with database.read() as session:
        now, later = (slips.counts(session, today=TODAY + timedelta(days=d)) for d in (0, 120))
        places = slips.desks(session, today=TODAY)
    assert (now.issued, now.open, now.expired, now.spent, now.void) == (3, 2, 0, 1, 0)
    assert (later.open, later.expired) == (0, 2)
    assert [(place.code, place.open) for place in places] == [("MC", 2)]


@pytest.mark.parametrize("count", [0, -1, slips.MOST_AT_ONCE + 1])
def test_roll_has_a_sensible_length(database, write, keyring, count):
    with pytest.raises(InvalidInput):
        write(slips.issue_roll, keyring=keyring, desk_id=desk_id(database), count=count, today=TODAY)


def test_each_returned_dossier_gets_one_slip_in_the_order_of_codes(database, write, keyring):
    add_dossiers(database, 3, date(2026, 3, 4))
    desk, span = desk_id(database), {"start": date(2026, 3, 1), "end": date(2026, 3, 4)}
    with database.read() as session:
        assert slips.without_slip(session, desk_ids=[desk], **span) == 3
    batch = write(slips.issue_for_returned, keyring=keyring, desk_id=desk, today=TODAY, **span)
    assert [one.dossier_code for one in batch.issued] == [f"H15.1-260302-{n:04d}" for n in range(3)]
    with pytest.raises(Conflict):
        write(slips.issue_for_returned, keyring=keyring, desk_id=desk, today=TODAY, **span)
    with database.read() as session:
        assert slips.counts(session, today=TODAY).issued == 3


def test_dossier_that_was_not_returned_gets_no_slip(database, write, keyring):
    add_dossiers(database, 2, None)
    with pytest.raises(Conflict):
        write(
            slips.issue_for_returned,
            keyring=keyring,
            today=TODAY,
            desk_id=desk_id(database),
            start=date(2026, 1, 1),
            end=TODAY,
        )


def test_reprint_voids_the_slip_before(database, write, keyring):
    add_dossiers(database, 1, date(2026, 3, 4))
    first = write(slips.reprint, keyring=keyring, dossier_code=" h15.1-260302-0000 ", today=TODAY)
    second = write(slips.reprint, keyring=keyring, dossier_code="H15.1-260302-0000", today=TODAY)
    assert first.issued[0].token != second.issued[0].token
    with database.read() as session:
        counts = slips.counts(session, today=TODAY)
        details = [event.detail for event in audit_log.events(session, limit=5)]
    assert (counts.open, counts.void) == (1, 1)
    assert "0000" not in repr(details)


def test_reprint_of_an_answered_slip_cannot_be_answered_again(database, write, keyring):
    add_dossiers(database, 1, date(2026, 3, 4))
    again = {"keyring": keyring, "dossier_code": "H15.1-260302-0000", "today": TODAY}
    first = write(slips.reprint, **again).issued[0]
    hashed = invitations.token_hash(keyring, first.token)
    database.write(lambda s: invitations.spend(s, hashed=hashed, today=TODAY))
    for _ in range(2):  # the second reprint knows it too
        second = write(slips.reprint, **again).issued[0]
        with database.read() as session, pytest.raises(InvitationSpent):
            invitations.find_open(
                session.connection(), hashed=invitations.token_hash(keyring, second.token), today=TODAY
            )
    with database.read() as session:
        counts = slips.counts(session, today=TODAY)
    assert (counts.spent, counts.open) == (1, 0), "one answer was given, and one is counted"


def test_open_slips_do_not_tell_the_appointed_day(database, write, keyring):
    """Dossiers of every day of a month share one last day."""
    desk = desk_id(database)
    database.write(
        lambda s: s.add_all(
            Dossier(
                code=f"H15.1-261101-{number:04d}",
                desk_id=desk,
                received_on=date(2026, 11, 1),
                due_on=date(2026, 12, 1) + timedelta(days=number),
                returned_on=date(2026, 11, 20),
                filing_channel="counter",
            )
            for number in range(31)
        )
    )
    span = {"desk_id": desk, "start": date(2026, 11, 1), "end": TODAY}
    write(slips.issue_for_returned, keyring=keyring, today=TODAY, **span)
    with database.read() as session:
        days = session.execute(
            select(Invitation.expires_on, func.count()).group_by(Invitation.expires_on)
        ).all()
    assert dict(map(tuple, days)) == {date(2026, 12, 31): 1, date(2027, 1, 31): 30}


def test_every_way_of_inviting_is_counted_by_day(database, write, keyring):
    add_dossiers(database, 3, date(2026, 3, 4))
    desk = desk_id(database)
    span = {"desk_id": desk, "start": date(2026, 3, 1), "end": date(2026, 3, 4)}
    later = TODAY + timedelta(days=1)
    write(slips.issue_roll, keyring=keyring, desk_id=desk, count=3, today=TODAY)
    write(slips.issue_roll, keyring=keyring, desk_id=desk, count=2, today=TODAY)
    write(slips.issue_for_returned, keyring=keyring, today=later, **span)
    # The same person is invited once, however often the slip is printed.
    write(slips.reprint, keyring=keyring, dossier_code="H15.1-260302-0000", today=later)
    with database.read() as session:
        rows = session.execute(select(InvitationCount.day, InvitationCount.way, InvitationCount.n)).all()
    assert {(day, way): n for day, way, n in rows} == {
        (TODAY, InvitationWay.ROLL): 5,
        (later, InvitationWay.DOSSIER): 3,
    }


def test_reprint_of_an_unknown_dossier_is_refused(write, keyring):
    with pytest.raises(InvalidInput):
        write(slips.reprint, keyring=keyring, dossier_code="H15.1-260302-9999", today=TODAY)


def test_log_is_read_page_by_page(database, write):
    for _ in range(5):
        write(setup.review_fields)
    with database.read() as session:
        first = audit_log.events(session, limit=3)
        rest = audit_log.events(session, limit=3, before=first[-1].id)
        total = session.scalar(select(func.count()).select_from(AuditEvent))
    assert [event.id for event in (*first, *rest)] == sorted(range(1, total + 1), reverse=True)
