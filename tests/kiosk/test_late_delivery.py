"""What a tablet brings long after its period was closed: stored, dated by its own day, and shown as a difference."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from factories import desk_id, make_submission
from flask.testing import FlaskClient
from many_answers import giver
from reported_year import YEAR, close_all, report_of
from sqlalchemy import select
from tablet import enrol, submission

from survey import clock
from survey.db import Database
from survey.enums import Form, InvitationState, TrustClass
from survey.instrument import Instrument
from survey.models import Comment, Invitation, Response, SubmissionKey
from survey.paths import seeds_dir
from survey.seal import Keyring
from survey.services.intake import mixing
from survey.services.inviting import invitations
from survey.services.office import instruments
from survey.services.office.instruments import InstrumentStore
from survey.services.records.period_reports import State
from survey.services.upkeep import retention
from survey.settings import Settings

GIVEN = datetime(YEAR, 3, 15, 3, tzinfo=UTC)
# Ninety-seven days later: the quarter has been of record since 11 April.
BROUGHT = datetime(YEAR, 6, 20, 3, tzinfo=UTC)
PERSONS = 6


@pytest.fixture
def kiosk(client: FlaskClient, database: Database, keyring: Keyring, monkeypatch) -> FlaskClient:
    """A tablet that was enrolled before its network went away."""
    monkeypatch.setattr(clock, "now", lambda: GIVEN - timedelta(days=1))
    return enrol(client, database, keyring)


def publish_twice(database: Database) -> None:
    first = Instrument.read(seeds_dir() / "instrument.toml")
    for number in (1, 2):
        newer = Instrument.parse({**first.definition, "version": f"{first.version}-{number}"})
        database.write(partial(instruments.publish, instrument=newer))


def test_what_comes_after_its_period_is_stored_under_its_day_and_stands_beside_the_record(
    kiosk: FlaskClient,
    database: Database,
    settings: Settings,
    store: InstrumentStore,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Slips of March, with which somebody answers at a tablet without network.
    slips = database.write(
        lambda session: invitations.issue_roll(
            session, keyring=keyring, desk_id=desk_id(database), count=PERSONS, today=date(YEAR, 3, 5), days=1
        )
    )
    assert {slip.expires_on for slip in slips} == {date(YEAR, 3, 31)}
    # Meanwhile others answer, the quarter is closed, and the questionnaire changes twice.
    give = giver(database, settings, store, keyring, year=YEAR)
    for day in (11, 12):
        give(make_submission, month=3, day=day, count=20)
    today = clock.office_day(BROUGHT, settings.zone)
    monkeypatch.setattr(clock, "now", lambda: BROUGHT)
    close_all(database, store, today=today)
    publish_twice(database)
    retention.purge(database, today=today, now=BROUGHT)
    before = report_of(database, store, f"{YEAR}-Q1", today=today)
    assert before.state is State.CLOSED

    ago = (BROUGHT - GIVEN).total_seconds()
    entries = [submission(receipt=slip.code, seconds_ago=ago + 60 * n) for n, slip in enumerate(slips)]
    for result in ("accepted", "duplicate"):
        told = kiosk.post("/kiosk/responses", json=entries).get_json()["results"]
        assert [one["result"] for one in told] == [result] * PERSONS
    comment = {"key": submission()["key"], "text": "Ghế chờ hơi ít.", "language": "vi", "seconds_ago": ago}
    (told,) = kiosk.post("/kiosk/comments", json=[comment]).get_json()["results"]
    assert told["result"] == "accepted"
    database.write(partial(mixing.mix, keyring=keyring, store=store, today=today))

    with database.read() as session:
        assert mixing.count_waiting(session) == 0
        late = session.scalars(select(Response).where(Response.form == Form.SPLIT)).all()
        assert {(one.day, one.trust_class, one.version_id) for one in late} == {
            (date(YEAR, 3, 15), TrustClass.KIOSK_TOKEN, 1)
        }
        assert len(late) == PERSONS
        assert session.scalars(select(Comment.month)).all() == [date(YEAR, 3, 1)]
        states = session.scalars(select(Invitation.state)).all()
        assert states == [InvitationState.SPENT] * PERSONS, "valid is what was valid when it was given"
        # So that a second delivery within the tablets' 400 days finds them.
        assert min(session.scalars(select(SubmissionKey.keep_until))) > GIVEN.date() + timedelta(days=400)
    assert close_all(database, store, today=today) == 2, "March and the quarter"
    after = report_of(database, store, f"{YEAR}-Q1", today=today)
    assert after.state is State.CORRECTED
    assert (after.figures, after.record.digest) == (before.figures, before.record.digest)
    (correction,) = after.corrections
    assert correction.figures.persons == before.figures.persons + PERSONS
