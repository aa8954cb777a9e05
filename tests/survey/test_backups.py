"""Copies of the embedded database: whole while the server writes, checked, restored without a gap."""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from survey import schema
from survey.db import Database, sqlite_module
from survey.exceptions import InvalidInput, NotFound, StorageUnavailable
from survey.models import Setting
from survey.services.upkeep import backups

pytestmark = pytest.mark.sqlite_only("copies of PostgreSQL are made with its own tools")

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
PASSPHRASE = "cau noi dai de nho"


def rows(path: Path, query: str = "SELECT count(*) FROM setting") -> int:
    with closing(sqlite_module().connect(path)) as connection:
        return int(connection.execute(query).fetchone()[0])


@pytest.fixture
def source(settings, database) -> Path:
    return backups.database_file(settings.database_url)


def put(database: Database, key: str, value: str = "x") -> None:
    database.write(lambda session: session.execute(insert(Setting).values(key=key, value=value)))


def test_copy_holds_what_was_committed_and_nothing_else_lies_beside_it(source, database, tmp_path):
    put(database, "just-now")
    made = backups.make(source, tmp_path / "usb", now=AT)
    assert made.path == tmp_path / "usb" / "sipas-20260302-100000.sqlite"
    assert list((tmp_path / "usb").iterdir()) == [made.path]
    assert rows(made.path, "SELECT count(*) FROM setting WHERE key = 'just-now'") == 1
    assert made.revision == schema.HEAD
    assert made.size_bytes == made.path.stat().st_size


def test_copy_is_one_file_without_a_log_of_its_own(source, database, tmp_path):
    """A stick may be pulled and read on a machine that cannot write to it."""
    made = backups.make(source, tmp_path, now=AT)
    with closing(sqlite3.connect(made.path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"


def test_copy_ends_while_the_server_keeps_writing(source, database, tmp_path):
    """Each commit would make a copy without one view start anew, and it would never end."""
    for number in range(40):
        put(database, f"bulk-{number}", "x" * 100_000)
    stop, written = threading.Event(), 0

    def keep_writing() -> None:
        nonlocal written
        while not stop.is_set():
            put(database, f"meanwhile-{written}")
            written += 1

    writer = threading.Thread(target=keep_writing)
    steps: list[tuple[int, int]] = []

    def slowly(done: int, total: int) -> None:
        """Leave time for several commits between two steps, as an old disk would."""
        steps.append((done, total))
        before, until = written, time.monotonic() + 5
        while written < before + 3 and time.monotonic() < until:
            time.sleep(0.001)
        assert len(steps) < 100, "the copy starts anew again and again"

    writer.start()
    try:
        made = backups.make(source, tmp_path / "usb", now=AT, progress=slowly)
    finally:
        stop.set()
        writer.join()
    assert len(steps) > 1
    assert [done for done, _total in steps] == sorted(done for done, _total in steps)
    assert rows(made.path, "SELECT count(*) FROM setting WHERE key LIKE 'bulk-%'") == 40
    assert written > 3


def test_folder_name_with_signs_of_an_address_is_no_obstacle(settings, database, source, tmp_path):
    made = backups.make(source, tmp_path / "Sao lưu? 100% #1", now=AT)
    assert backups.verify(made.path).revision == schema.HEAD


def test_what_cannot_be_written_is_said_and_leaves_nothing(source, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    with pytest.raises(StorageUnavailable):
        backups.make(source, blocked / "usb", now=AT)


def test_full_stick_is_said_and_leaves_nothing(source, database, tmp_path):
    for number in range(10):
        put(database, f"bulk-{number}", "x" * 100_000)
    program = f"""
from pathlib import Path
from datetime import UTC, datetime
from survey.exceptions import StorageUnavailable
from survey.services.upkeep import backups
try:
    backups.make(Path({str(source)!r}), Path({str(tmp_path / "usb")!r}), now=datetime.now(UTC))
except StorageUnavailable:
    print("said")
"""
    limit = 200_000  # bytes a file may have: the disk is full for whoever writes more
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.stdout.strip() == "said", done.stderr
    assert list((tmp_path / "usb").iterdir()) == []


def test_missing_database_is_said(tmp_path):
    with pytest.raises(NotFound):
        backups.make(tmp_path / "none.sqlite", tmp_path, now=AT)


def test_other_engines_are_refused():
    with pytest.raises(InvalidInput) as refused:
        backups.database_file("postgresql+psycopg://sipas@127.0.0.1/sipas")
    assert refused.value.data["reason"] == "not-embedded"


# --- a copy is opened before it counts ---------------------------------------------------------------


def test_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "letter.sqlite"
    path.write_text("Kính gửi …" * 500)
    with pytest.raises(InvalidInput) as refused:
        backups.verify(path)
    assert refused.value.data["reason"] == "damaged"


def test_database_of_something_else_is_refused(tmp_path):
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE note (id INTEGER)")
        connection.commit()
    with pytest.raises(InvalidInput):
        backups.verify(path)


def test_damaged_copy_is_refused(source, database, tmp_path):
    made = backups.make(source, tmp_path, now=AT)
    whole = made.path.read_bytes()
    middle = len(whole) // 2 // 4096 * 4096
    made.path.write_bytes(whole[:middle] + b"\xff" * 40960 + whole[middle + 40960 :])
    with pytest.raises(InvalidInput):
        backups.verify(made.path)


def test_cut_copy_is_refused(source, database, tmp_path):
    made = backups.make(source, tmp_path, now=AT)
    made.path.write_bytes(made.path.read_bytes()[:-8192])
    with pytest.raises(InvalidInput):
        backups.verify(made.path)


# --- restore -----------------------------------------------------------------------------------------


def test_restore_brings_the_copy_back_and_keeps_what_was_there(settings, source, database, tmp_path):
    put(database, "before")
    made = backups.make(source, tmp_path / "usb", now=AT)
    put(database, "after")
    database.close()
    kept = backups.restore(made.path, source, now=AT)
    assert rows(source, "SELECT count(*) FROM setting WHERE key = 'before'") == 1
    assert rows(source, "SELECT count(*) FROM setting WHERE key = 'after'") == 0
    assert kept == source.with_name("sipas.sqlite.before-20260302-100000")
    assert rows(kept, "SELECT count(*) FROM setting WHERE key = 'after'") == 1


def test_log_of_a_server_that_was_killed_is_kept_and_not_mixed_in(source, database, tmp_path):
    """What the database before had only in its log belongs to it, never to the copy."""
    made = backups.make(source, tmp_path / "usb", now=AT)
    put(database, "only-in-the-log")
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("", "-wal", "-shm"):  # as `kill -9` leaves them
        file = source.with_name(source.name + name)
        (crashed / file.name).write_bytes(file.read_bytes())
    target = crashed / source.name
    assert (crashed / f"{source.name}-wal").stat().st_size > 0
    kept = backups.restore(made.path, target, now=AT)
    assert rows(target, "SELECT count(*) FROM setting WHERE key = 'only-in-the-log'") == 0
    assert rows(kept, "SELECT count(*) FROM setting WHERE key = 'only-in-the-log'") == 1


def test_damaged_database_is_kept_as_it_is(settings, source, database, tmp_path):
    made = backups.make(source, tmp_path / "usb", now=AT)
    put(database, "only-in-the-log")
    damaged = tmp_path / "damaged" / source.name
    damaged.parent.mkdir()
    damaged.write_bytes(b"not a database any more" * 1000)
    log = damaged.with_name(f"{source.name}-wal")
    log.write_bytes(source.with_name(log.name).read_bytes())
    content = log.read_bytes()
    kept = backups.restore(made.path, damaged, now=AT)
    assert kept.read_bytes().startswith(b"not a database")
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == content
    assert not log.exists()
    assert rows(damaged, "SELECT count(*) FROM setting WHERE key = 'only-in-the-log'") == 0
    assert backups.verify(damaged).revision == schema.HEAD


def test_bad_copy_changes_nothing(source, database, tmp_path):
    put(database, "stays")
    bad = tmp_path / "bad.sqlite"
    bad.write_bytes(b"x" * 10_000)
    before = sorted(path.name for path in source.parent.iterdir())
    with pytest.raises(InvalidInput):
        backups.restore(bad, source, now=AT)
    assert sorted(path.name for path in source.parent.iterdir()) == before
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM setting WHERE key = 'stays'")) == 1


def test_restore_works_in_an_empty_folder(source, database, tmp_path):
    made = backups.make(source, tmp_path / "usb", now=AT)
    target = tmp_path / "new machine" / "sipas.sqlite"
    assert backups.restore(made.path, target, now=AT) is None
    assert backups.verify(target).revision == schema.HEAD


# --- the key -----------------------------------------------------------------------------------------


@pytest.fixture
def secret_file(settings, keyring) -> Path:
    return settings.data / "keys" / "secret.key"


def test_key_comes_back_with_its_passphrase_only(secret_file, tmp_path):
    escrow = tmp_path / "khoa.json"
    backups.escrow_key(secret_file, escrow, passphrase=PASSPHRASE)
    assert backups.read_escrow(escrow, passphrase=PASSPHRASE) == secret_file.read_bytes()
    with pytest.raises(InvalidInput) as refused:
        backups.read_escrow(escrow, passphrase=PASSPHRASE + "!")
    assert refused.value.data["reason"] == "wrong-passphrase"


def test_copy_of_the_key_does_not_show_it(secret_file, tmp_path):
    escrow = tmp_path / "khoa.json"
    backups.escrow_key(secret_file, escrow, passphrase=PASSPHRASE)
    assert secret_file.read_bytes() not in escrow.read_bytes()
    assert set(json.loads(escrow.read_text())) == {"sipas-key", "salt", "nonce", "sealed"}


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"salt": 1, "nonce": 2, "sealed": 3}', "khóa"])
def test_file_that_is_no_key_is_refused(tmp_path, content):
    escrow = tmp_path / "khoa.json"
    escrow.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput):
        backups.read_escrow(escrow, passphrase=PASSPHRASE)


def test_short_passphrase_is_refused(secret_file, tmp_path):
    with pytest.raises(InvalidInput) as refused:
        backups.escrow_key(secret_file, tmp_path / "khoa.json", passphrase="ngan")
    assert refused.value.data["minimum"] == backups.MINIMUM_PASSPHRASE
    assert not (tmp_path / "khoa.json").exists()


def test_another_key_that_was_there_is_kept(secret_file, tmp_path):
    own = secret_file.read_bytes()
    kept = backups.put_key(b"another key", secret_file, now=AT)
    assert secret_file.read_bytes() == b"another key"
    assert kept is not None
    assert kept.read_bytes() == own
    assert secret_file.stat().st_mode & 0o077 == 0, "for the owner alone"
    assert backups.put_key(b"another key", secret_file, now=AT) is None, "the same key is no other one"
