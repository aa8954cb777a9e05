"""Durable writes: each piece of work undone alone, together in one commit."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from survey.db import Database, Role, asked_once, insert_if_absent
from survey.exceptions import AlreadyRunning, StorageUnavailable
from survey.models import Setting
from survey.settings import Settings


def put(database: Database, key: str, value: int = 1) -> None:
    database.write(lambda session: session.add(Setting(key=key, value=value)))


def count(database: Database, prefix: str) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Setting).where(Setting.key.startswith(prefix)))


def test_a_piece_of_work_that_raises_is_undone_alone(database):
    outcomes: dict[int, str] = {}

    def work(number: int) -> None:
        def do(session):
            session.add(Setting(key=f"x{number}", value=1))
            session.flush()
            if number % 3 == 0:
                raise ValueError(number)

        try:
            database.write(do)
            outcomes[number] = "kept"
        except ValueError:
            outcomes[number] = "undone"

    threads = [threading.Thread(target=work, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(outcome == "kept" for outcome in outcomes.values()) == 20
    assert count(database, "x") == 20


@pytest.mark.sqlite_only(reason="pieces of work are committed together on SQLite alone")
def test_what_failed_beside_others_is_undone_and_they_are_done_once(database):
    """All are done in one go, then again, each with a savepoint, because one of them failed."""
    begun, waited = threading.Event(), threading.Event()

    def hold(session):
        begun.set()
        assert waited.wait(60)

    def insert(number: int):
        def do(session):
            session.add(Setting(key=f"y{number}", value=number))
            session.flush()
            if number == 2:
                raise ValueError(number)
            return number

        return do

    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(database.write, hold)
        assert begun.wait(60)
        rest = [pool.submit(database.write, insert(number)) for number in range(5)]
        while len(database._group._waiting) < 5:
            time.sleep(0.001)
        waited.set()
        first.result()
        assert [one.result() for one in rest if one is not rest[2]] == [0, 1, 3, 4]
        with pytest.raises(ValueError, match="2"):
            rest[2].result()
    assert count(database, "y") == 4


@pytest.mark.sqlite_only(reason="a connection that callers and a thread use in turn is SQLite's alone")
def test_what_is_being_written_while_the_database_closes_is_kept(settings):
    """The thread has nothing left and has given the connection up; somebody writes, and then all is closed."""
    owner = Database.open(settings)
    put(owner, "z0")
    group = owner._group
    take, idle, goes_on = group._take, threading.Event(), threading.Event()
    first, second = threading.Event(), threading.Event()
    begun = threading.Event()

    def paused():
        batch = take()
        if not batch and not idle.is_set():
            idle.set()
            assert goes_on.wait(60)
        return batch

    def hold(key: str, until: threading.Event):
        def do(session):
            session.add(Setting(key=key, value=1))
            session.flush()
            begun.set()
            assert until.wait(60)

        return do

    group._take = paused
    with ThreadPoolExecutor(4) as pool:
        written = [pool.submit(owner.write, hold("z1", first))]
        assert begun.wait(60)
        written.append(pool.submit(put, owner, "z2"))
        while not group._waiting:
            time.sleep(0.001)
        first.set()
        assert idle.wait(60)
        begun.clear()
        written.append(pool.submit(owner.write, hold("z3", second)))
        assert begun.wait(60)
        closed = pool.submit(group.close)
        while not group._is_closing:
            time.sleep(0.001)
        goes_on.set()
        time.sleep(0.2)  # what is wrong would happen now; what is right waits
        second.set()
        for one in [*written, closed]:
            one.result()
    owner._group = None
    assert count(owner, "z") == 4
    owner.close()


def test_work_sees_the_context_of_its_caller(database):
    asked: ContextVar[str] = ContextVar("asked")
    asked.set("by me")
    assert database.write(lambda session: asked.get()) == "by me"


def test_write_returns_what_the_work_returns(database):
    assert database.write(lambda session: session.scalar(text("SELECT 42"))) == 42


def test_a_read_asks_once_and_a_write_again(database):
    asked = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    with database.read() as session:
        assert [asked_once(session, "key", ask), asked_once(session, "key", ask)] == [1, 1]
        assert asked_once(session, "other", ask) == 2
    with database.read() as session:
        assert asked_once(session, "key", ask) == 3
    assert database.write(lambda session: [asked_once(session, "key", ask) for _ in range(2)]) == [4, 5]


def test_insert_if_absent_says_whether_it_inserted(database):
    values = {"key": "once", "value": 1}
    assert database.write(lambda session: insert_if_absent(session, Setting, values)) is True
    assert database.write(lambda session: insert_if_absent(session, Setting, values)) is False


def test_a_constraint_violation_reaches_the_caller_and_spares_the_others(database):
    put(database, "taken")
    with pytest.raises(Exception, match=r"IntegrityError|UNIQUE|unique|duplicate"):
        put(database, "taken")
    put(database, "after")
    assert count(database, "after") == 1


@pytest.mark.sqlite_only(reason="only a writer of SQLite could wait for itself")
def test_work_inside_work_is_refused_on_sqlite(database):
    with pytest.raises(RuntimeError, match="another one"):
        database.write(lambda session: database.write(lambda inner: None))


@pytest.mark.sqlite_only(reason="the size limit below is a pragma of SQLite")
def test_a_failing_disk_is_told_to_everybody_in_the_batch_and_recovers(database):
    put(database, "before")

    def limit(pages):
        def do(session):
            current = session.scalar(text("PRAGMA page_count"))
            session.execute(text(f"PRAGMA max_page_count={pages or current}"))

        return do

    database.write(limit(0))
    with pytest.raises(StorageUnavailable):
        database.write(
            lambda session: session.add_all(
                Setting(key=f"big{number}", value="x" * 4000) for number in range(500)
            )
        )
    assert count(database, "big") == 0
    database.write(limit(1_000_000))
    put(database, "afterwards")
    assert count(database, "afterwards") == 1


@pytest.mark.sqlite_only(reason="several servers may share PostgreSQL")
def test_a_second_server_on_the_same_folder_is_refused(settings, database, monkeypatch):
    monkeypatch.setattr("survey.db.OWNER_WAIT_S", 0.2)
    with pytest.raises(AlreadyRunning):
        Database.open(settings, role=Role.SERVER)


@pytest.mark.sqlite_only(reason="the lock file belongs to SQLite")
def test_a_command_beside_the_owner_writes_without_losing_anything(settings, database):
    beside = Database.open(settings)
    try:
        for number in range(20):
            put(beside, f"tool{number}")
            put(database, f"owner{number}")
    finally:
        beside.close()
    assert count(database, "tool") == count(database, "owner") == 20


@pytest.mark.sqlite_only(reason="pragmas of SQLite")
def test_sqlite_keeps_every_acknowledged_commit(database):
    with database.read() as session:
        assert session.scalar(text("PRAGMA synchronous")) == 2, (
            "FULL: an acknowledged answer survives a power cut"
        )
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA wal_autocheckpoint")) == 0


@pytest.mark.sqlite_only(reason="the write-ahead log of SQLite")
def test_the_log_begins_anew_while_somebody_writes_all_the_time(settings, monkeypatch):
    monkeypatch.setattr("survey.group_writer.COMMITS_PER_CHECKPOINT", 20)
    owner = Database.open(settings, role=Role.SERVER)
    log = Path(f"{owner.engine.url.database}-wal")
    try:
        for number in range(500):
            put(owner, f"w{number}")
        assert count(owner, "w") == 500
        # Every commit writes a page at least.
        assert log.stat().st_size < 500 * 4096 / 2
    finally:
        owner.close()


def test_a_glance_begins_no_transaction(database):
    seen = select(func.count()).select_from(Setting).where(Setting.key.startswith("g"))
    put(database, "g1")
    with database.glance() as connection:
        assert connection.scalar(seen) == 1
        put(database, "g2")  # a transaction would still show one row
        assert connection.scalar(seen) == 2
    with database.read() as session:
        assert session.scalar(seen) == 2
        put(database, "g3")
        assert session.scalar(seen) == 2


@pytest.mark.sqlite_only(reason="a server may leave a kept connection dead")
def test_a_glance_is_kept_open_and_keeps_nothing_from_the_next(database):
    seen = select(func.count()).select_from(Setting).where(Setting.key.startswith("k"))
    with database.glance() as first:
        assert first.scalar(seen) == 0
    put(database, "k1")
    with database.glance() as second:
        assert second is first
        assert second.scalar(seen) == 1
        with database.glance() as beside:
            assert beside is not second
    # Whatever went wrong is not handed on.
    with pytest.raises(ZeroDivisionError), database.glance() as failed:
        raise ZeroDivisionError
    with database.glance() as third:
        assert third is not failed
        assert third.scalar(seen) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps who may read in another way")
def test_a_new_data_folder_is_for_the_account_of_the_server_alone(tmp_path):
    Database.open(Settings.for_folder(tmp_path / "moi")).close()
    assert (tmp_path / "moi").stat().st_mode & 0o077 == 0
