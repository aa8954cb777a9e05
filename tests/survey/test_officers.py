"""Accounts, the throttle, sessions and the first administrator, at the level of the service."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from survey.db import Database
from survey.enums import Role
from survey.exceptions import Conflict, InvalidInput, NotFound, SignInFailed, SignInThrottled
from survey.models import AuditEvent, Officer, OfficerSession, SignInFailure
from survey.services.office import audit, installation
from survey.services.people import officers
from survey.services.people.officers import (
    ABSOLUTE_LIMIT,
    IDLE_LIMIT,
    SEEN_STEP,
    THROTTLE_FAILURES,
    THROTTLE_WINDOW,
)

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PASSWORD = "mot-cau-dai-va-la"
HASH = officers.hashed(PASSWORD, login="ai-do")
SECOND = timedelta(seconds=1)


@pytest.fixture
def unit_id(database):
    with database.read() as session:
        return installation.read(session).unit_id


@pytest.fixture
def create(database, unit_id):
    def make(login="can-bo", password=PASSWORD, role=Role.OFFICER, **more):
        hashed = officers.hashed(password, login=login)
        return database.write(
            lambda s: officers.create(
                s, login=login, password=hashed, role=role, unit_id=unit_id, now=NOW, **more
            )
        )

    return make


@pytest.fixture
def sign_in(database, keyring):
    def check(login="can-bo", password=PASSWORD, now=NOW):
        with database.read() as session:
            return officers.check_sign_in(session, keyring=keyring, login=login, password=password, now=now)

    return check


@pytest.fixture
def fail(database, keyring):
    def once(login="can-bo", now=NOW):
        database.write(lambda s: officers.record_failure(s, keyring=keyring, login=login, now=now))

    return once


def count(database, table):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


# --- accounts ----------------------------------------------------------------------------------------


def test_a_name_is_written_one_way(create, sign_in):
    made = create(login="  Can-Bo ")
    assert sign_in("CAN-BO ") == made
    with pytest.raises(Conflict):
        create(login="can-bo")


@pytest.mark.parametrize("login", ["", "ab", "cán-bộ", "can bo", "-dash", "x" * 41, "a@b.vn"])
def test_a_name_that_could_be_mistaken_is_refused(create, login):
    with pytest.raises(InvalidInput) as refused:
        create(login=login)
    assert refused.value.data["field"] == "login"


@pytest.mark.parametrize(
    ("password", "reason"),
    [("ngan", "too-short"), ("xx-can-bo-xx-1", "too-simple"), ("aaaaaaaaaaaa", "too-simple")],
    ids=["short", "holds-the-name", "one-letter"],
)
def test_a_weak_password_is_refused(create, password, reason):
    with pytest.raises(InvalidInput) as refused:
        create(password=password)
    assert refused.value.data["reason"] == reason


def test_the_database_holds_no_password(create, database):
    create()
    with database.read() as session:
        assert PASSWORD not in session.scalars(select(Officer.password_hash)).one()


def test_roles_include_those_below_them():
    order = (Role.VIEWER, Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR)
    assert set(order) == set(Role)
    for place, role in enumerate(order):
        assert [officers.includes(role, needed) for needed in order] == [
            below <= place for below in range(len(order))
        ]


# --- sign-in -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "password"),
    [("can-bo", "mot-cau-dai-va-sai"), ("khong-co", PASSWORD), ("", ""), ("can-bo", "")],
)
def test_what_does_not_fit_is_refused_alike(create, sign_in, login, password):
    create()
    with pytest.raises(SignInFailed) as refused:
        sign_in(login, password)
    assert refused.value.data == {}, "the answer does not say which of the two is wrong"


def test_an_unknown_account_is_checked_as_hard_as_a_known_one(create, sign_in, monkeypatch):
    create()
    checked = []
    real = officers._HASHER.verify

    class Counting:
        def verify(self, stored, password):
            checked.append(stored[:40])
            return real(stored, password)

    officers._decoy()
    monkeypatch.setattr(officers, "_HASHER", Counting())
    for login in ("can-bo", "khong-co"):
        with pytest.raises(SignInFailed):
            sign_in(login, "mot-cau-dai-va-sai")
    assert [stored.split("$")[1:4] for stored in checked] == [checked[0].split("$")[1:4]] * 2


def test_the_throttle_closes_after_five_failures_even_for_the_right_password(create, sign_in, fail):
    create()
    for _ in range(THROTTLE_FAILURES - 1):
        fail()
    assert sign_in()
    fail()
    with pytest.raises(SignInThrottled) as refused:
        sign_in(now=NOW + SECOND)
    assert 1 <= refused.value.data["retry_after_s"] <= THROTTLE_WINDOW.total_seconds()
    wait = timedelta(seconds=refused.value.data["retry_after_s"])
    assert sign_in(now=NOW + SECOND + wait), "open after the wait that was named"


def test_the_throttle_is_one_for_each_account_however_it_is_written(create, sign_in, fail):
    create()
    create(login="nguoi-khac")
    for _ in range(THROTTLE_FAILURES):
        fail(" CAN-BO")
    with pytest.raises(SignInThrottled):
        sign_in()
    assert sign_in("nguoi-khac")


def test_failures_of_unknown_accounts_are_throttled_too_and_name_nobody(database, sign_in, fail):
    for _ in range(THROTTLE_FAILURES):
        fail("khong-co")
    with pytest.raises(SignInThrottled):
        sign_in("khong-co")
    with database.read() as session:
        assert b"khong-co" not in b"".join(session.scalars(select(SignInFailure.account_hash)))


def test_old_failures_are_forgotten(database, fail):
    fail()
    fail(now=NOW + timedelta(days=2))
    assert count(database, SignInFailure) == 1


def test_failures_of_a_day_that_has_not_come_lock_nobody_out(create, sign_in, fail):
    """An office PC whose battery died starts in another year until somebody sets its clock."""
    create()
    for _ in range(THROTTLE_FAILURES):
        fail(now=NOW + timedelta(days=900))
    assert sign_in()


# --- sessions ----------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(create, database, keyring):
    officer_id = create()
    secret = database.write(
        lambda s: officers.start_session(s, keyring=keyring, officer_id=officer_id, now=NOW)
    )

    def found(now, *, other=None):
        with database.read() as session:
            return officers.signed_in(session, keyring=keyring, secret=other or secret, now=now)

    found.secret, found.officer_id = secret, officer_id
    return found


def test_a_session_ends_when_it_is_left_alone(signed_in):
    assert signed_in(NOW + IDLE_LIMIT - SECOND)[0].login == "can-bo"
    assert signed_in(NOW + IDLE_LIMIT + SECOND) is None


def test_a_session_in_use_ends_after_a_working_day(signed_in, database, keyring):
    at = NOW
    while at < NOW + ABSOLUTE_LIMIT - IDLE_LIMIT / 2:
        at += IDLE_LIMIT / 2
        assert signed_in(at)
        seen = at
        database.write(
            lambda s, seen=seen: officers.mark_seen(s, keyring=keyring, secret=signed_in.secret, now=seen)
        )
    assert signed_in(NOW + ABSOLUTE_LIMIT + SECOND) is None


def test_a_session_of_a_day_that_has_not_come_is_over(signed_in):
    """Begun while the clock was wrong: otherwise it would stay open until that day, used or not."""
    assert signed_in(NOW - timedelta(days=900)) is None
    assert signed_in(NOW - SECOND), "a clock is put right by a second now and then"


def test_a_new_password_opens_no_account_that_was_closed_meanwhile(create, database, sign_in):
    create(role=Role.ADMINISTRATOR, login="quan-tri")
    officer_id = create()
    database.write(lambda s: officers.change_role(s, officer_id=officer_id, role=Role.OFFICER, active=False))
    another = officers.hashed("mot-cau-khac-va-dai", login="can-bo")
    database.write(lambda s: officers.set_password(s, login="can-bo", password=another))
    with pytest.raises(SignInFailed):
        sign_in(password="mot-cau-khac-va-dai")
    database.write(lambda s: officers.set_password(s, login="can-bo", password=another, reopen=True))
    assert sign_in(password="mot-cau-khac-va-dai") == officer_id


def test_a_page_view_is_no_write(signed_in):
    assert signed_in(NOW + SEEN_STEP / 2)[1] is False
    assert signed_in(NOW + SEEN_STEP + SECOND)[1] is True


def test_only_the_cookie_knows_the_secret(signed_in, database):
    assert signed_in(NOW, other=signed_in.secret[:-1]) is None
    with database.read() as session:
        stored = session.scalars(select(OfficerSession.id_hash)).one()
    assert signed_in.secret.encode() not in stored


@pytest.mark.parametrize("change", ["password", "role", "locked"])
def test_a_change_of_the_account_ends_its_sessions(signed_in, create, database, change):
    create(login="quan-tri", role=Role.ADMINISTRATOR)
    another = officers.hashed("mot-cau-khac-han", login="can-bo")

    def work(session):
        if change == "password":
            officers.set_password(session, login="can-bo", password=another)
        else:
            role = Role.VIEWER if change == "role" else Role.OFFICER
            officers.change_role(
                session, officer_id=signed_in.officer_id, role=role, active=change != "locked"
            )

    database.write(work)
    assert signed_in(NOW) is None


def test_signing_out_ends_one_session_alone(signed_in, database, keyring):
    other = database.write(
        lambda s: officers.start_session(s, keyring=keyring, officer_id=signed_in.officer_id, now=NOW)
    )
    database.write(lambda s: officers.end_session(s, keyring=keyring, secret=signed_in.secret))
    assert signed_in(NOW) is None
    assert signed_in(NOW, other=other)


# --- the last and the first administrator ------------------------------------------------------------


@pytest.mark.parametrize(("role", "active"), [(Role.HEAD, True), (Role.ADMINISTRATOR, False)])
def test_the_last_administrator_stays_one(create, database, role, active):
    only = create(login="quan-tri", role=Role.ADMINISTRATOR)
    locked = create(login="quan-tri-2", role=Role.ADMINISTRATOR)
    database.write(
        lambda s: officers.change_role(s, officer_id=locked, role=Role.ADMINISTRATOR, active=False)
    )
    with pytest.raises(Conflict):
        database.write(lambda s: officers.change_role(s, officer_id=only, role=role, active=active))


def test_two_administrators_cannot_lock_each_other_out(create, database):
    both = [create(login=f"quan-tri-{place}", role=Role.ADMINISTRATOR) for place in range(2)]

    def lock(officer_id):
        try:
            database.write(
                lambda s: officers.change_role(
                    s, officer_id=officer_id, role=Role.ADMINISTRATOR, active=False
                )
            )
        except Conflict:
            return False
        return True

    for _ in range(10):
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(lock, both)) == [False, True]
        database.write(lambda s: [setattr(s.get(Officer, one), "active", True) for one in both])


def test_an_unknown_account_cannot_be_changed(database):
    with pytest.raises(NotFound):
        database.write(lambda s: officers.change_role(s, officer_id=4711, role=Role.VIEWER, active=True))
    with pytest.raises(NotFound):
        database.write(lambda s: officers.set_password(s, login="khong-co", password=HASH))


def test_the_link_makes_one_administrator_only(database, keyring, unit_id):
    secret = database.write(lambda s: officers.new_setup_secret(s, keyring=keyring))

    def use(number):
        try:
            database.write(
                lambda s: officers.create_first_administrator(
                    s,
                    keyring=keyring,
                    secret=secret,
                    login=f"quan-tri-{number}",
                    password=HASH,
                    unit_id=unit_id,
                    now=NOW,
                )
            )
        except SignInFailed:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        used = list(pool.map(use, range(6)))
    assert sum(used) == 1
    assert count(database, Officer) == 1
    with database.read() as session:
        assert session.scalars(select(AuditEvent.action)).all() == ["first-administrator"]
        assert audit.first_broken(session) is None
        assert secret not in str(installation.read(session))
    assert database.write(lambda s: officers.new_setup_secret(s, keyring=keyring)) is None


def test_a_new_link_replaces_the_one_before(database, keyring):
    first = database.write(lambda s: officers.new_setup_secret(s, keyring=keyring))
    second = database.write(lambda s: officers.new_setup_secret(s, keyring=keyring))
    with database.read() as session:
        assert not officers.setup_secret_fits(session, keyring=keyring, secret=first)
        assert officers.setup_secret_fits(session, keyring=keyring, secret=second)
        assert not officers.setup_secret_fits(session, keyring=keyring, secret="")


# --- hashing ----------------------------------------------------------------------------------------


def test_no_use_case_hashes_while_others_wait_to_write(
    app, database, make_officer, officer_client, monkeypatch
):
    """Every page and command that sets a password, with a hasher that remembers who called it."""
    hasher, threads = officers._HASHER, []

    class Remembering:
        verify = staticmethod(hasher.verify)

        @staticmethod
        def hash(password):
            threads.append(threading.current_thread())
            return hasher.hash(password)

    monkeypatch.setattr(officers, "_HASHER", Remembering)
    monkeypatch.setattr(Database, "write", writing_in_another_thread(Database.write))
    client = officer_client(Role.ADMINISTRATOR)
    accounts_page = "/can-bo/quan-tri/tai-khoan"
    fields = {"new-login": "van.thu", "new-role": "officer"}
    assert "van.thu" in fill(client, accounts_page, **fields).text
    assert fill(client, accounts_page, "/can-bo/quan-tri/tai-khoan/1/mat-khau").status_code == 200
    assert len(threads) >= 2
    assert {thread.name for thread in threads} == {threading.main_thread().name}


def writing_in_another_thread(write):
    """Give `Database.write` as SQLite has it on PostgreSQL too: the work runs in a thread of its own."""

    def elsewhere(self, work):
        if self.is_sqlite:
            return write(self, work)
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(write, self, work).result()

    return elsewhere


def fill(client, page, action=None, **values):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text).group(1)
    return client.post(action or page, data={"csrf_token": token, **values})


def test_a_password_is_kept_as_argon2id_that_costs_an_attacker_memory():
    assert officers.hashed(PASSWORD, login="ai-do").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
