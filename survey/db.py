"""Engine, reads and durable writes. Nothing here knows Flask or a table.

    database = Database.open(settings, role=Role.TOOL)
    with database.read() as session:
        ...
    database.write(lambda session: responses.submit(session, submission, now=now))

SQLite has one writer thread for each process: it takes every piece of work that waits, gives each a
savepoint of its own and commits them together (one fsync for many answers). PostgreSQL commits each
piece in the calling thread. Either way `write` returns only after a durable commit.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from types import ModuleType
from typing import Any, Generic, TypeVar

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import QueuePool

from survey.exceptions import AlreadyRunning, StorageUnavailable
from survey.settings import Settings

logger = logging.getLogger(__name__)

T = TypeVar("T")

# 3.7.0–3.51.2 may corrupt the WAL when two processes write and checkpoint (fixed in 3.51.3).
SAFE_SQLITE = (3, 51, 3)
BATCH_LIMIT = 64
# The WAL is folded back after this many commits: about 4 MB, some milliseconds of work.
COMMITS_PER_CHECKPOINT = 400
BUSY_MS = 10_000
# How long emptying the WAL may wait for readers while answers wait for it; the next batch tries again.
FOLD_WAIT_MS = 50
SERIALIZATION_RETRIES = 3
# A command may hold the file for a moment: a starting server waits that long before it gives up.
OWNER_WAIT_S = 10.0


class Role(StrEnum):
    """Who opens the database: the one server, or a command beside it."""

    SERVER = "server"
    TOOL = "tool"


def sqlite_module() -> ModuleType:
    """Give the newest SQLite at hand: the `pysqlite3` wheel where there is one, else Python's own."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    module: ModuleType = dbapi2
    return module if module.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


def sqlite_is_safe() -> bool:
    version: tuple[int, ...] = sqlite_module().sqlite_version_info
    return version >= SAFE_SQLITE


@dataclass(slots=True)
class _Job(Generic[T]):
    work: Callable[[Session], T]
    # Work sees the context of its caller (request, settings), as it does on PostgreSQL.
    context: Context = field(default_factory=copy_context)
    done: threading.Event = field(default_factory=threading.Event)
    result: Any = None
    error: BaseException | None = None


class _GroupWriter:
    """The one thread that writes to a SQLite file in this process."""

    def __init__(self, engine: Engine, store_lock: FileLock, role: Role) -> None:
        self._engine = engine
        self._store_lock = store_lock
        self._role = role
        self._queue: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._commits = 0
        self._is_to_empty = False
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="sipas-writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[Session], T]) -> T:
        if threading.current_thread() is self._thread:
            raise RuntimeError("a unit of work must not start another one")
        job = _Job(work)
        self._queue.put(job)
        job.done.wait()
        if job.error is not None:
            raise job.error
        result: T = job.result
        return result

    def empty_log(self) -> None:
        """Fold the WAL back and cut it to nothing with the next commit."""
        self._is_to_empty = True
        self.write(lambda session: None)

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while True:
            job = self._queue.get()
            batch: list[_Job[Any]] = []
            stopping = job is None
            if job is not None:
                batch.append(job)
            while not stopping and len(batch) < BATCH_LIMIT:
                try:
                    following = self._queue.get_nowait()
                except Empty:
                    break
                if following is None:
                    stopping = True
                else:
                    batch.append(following)
            if batch:
                self._commit_together(batch)
            if stopping:
                self._drop_connection()
                return

    def _commit_together(self, batch: list[_Job[Any]]) -> None:
        try:
            if self._role is Role.TOOL:
                # A command writes only while the server does not fold the WAL back, and the other way round.
                with self._store_lock:
                    self._transaction(batch)
            else:
                self._transaction(batch)
        except Exception as error:
            self._drop_connection()
            failure = _as_unavailable(error)
            for job in batch:
                job.error = failure
        for job in batch:
            job.done.set()
        self._checkpoint_when_due()

    def _transaction(self, batch: list[_Job[Any]]) -> None:
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.begin():
            for job in batch:
                self._one(self._connection, job)

    @staticmethod
    def _one(connection: Connection, job: _Job[Any]) -> None:
        session = Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        try:
            with session, session.begin():
                job.result = job.context.run(job.work, session)
        except OperationalError:
            # The file, not this piece of work, is in trouble: nobody of this batch may be told "stored".
            raise
        except Exception as error:
            job.error = error

    def _checkpoint_when_due(self) -> None:
        self._commits += 1
        is_due = self._is_to_empty or self._commits >= COMMITS_PER_CHECKPOINT
        if self._role is Role.TOOL or not is_due or self._connection is None:
            return
        try:
            with self._store_lock.acquire(blocking=False):
                # On the driver's connection: SQLAlchemy would begin a transaction first.
                cursor = self._connection.connection.cursor()
                if self._is_to_empty:
                    cursor.execute(f"PRAGMA busy_timeout={FOLD_WAIT_MS}")
                    (is_busy, _pages, _folded) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
                    # Somebody was reading: the next commit tries again.
                    self._is_to_empty = bool(is_busy)
                else:
                    cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
                cursor.close()
            self._commits = 0
        except Timeout:
            pass  # a command is writing: the next commit tries again
        except DBAPIError:
            logger.warning("checkpoint failed")
            self._drop_connection()

    def _drop_connection(self) -> None:
        if self._connection is not None:
            try:
                self._connection.close()
            except DBAPIError:
                self._connection.invalidate()
            self._connection = None


def _as_unavailable(error: Exception) -> Exception:
    if isinstance(error, DBAPIError):
        # Only an operational error speaks of the storage; the text of others may quote what was stored.
        detail = str(error.orig) if isinstance(error, OperationalError) else ""
        logger.error("storage failed", extra={"kind": type(error.orig).__name__, "detail": detail})
        unavailable = StorageUnavailable()
        unavailable.__cause__ = error
        return unavailable
    return error


class Database:
    """Opens units of work on one engine. Made once for each process, at the edge."""

    def __init__(self, engine: Engine, *, role: Role = Role.TOOL, folder: Path | None = None) -> None:
        self.engine = engine
        self.role = role
        self._writer_engine = engine.execution_options(sipas_write=True)
        # SQLite shows one state for a whole transaction by itself.
        self._reader_engine = (
            engine if self.is_sqlite else engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._owner_lock: FileLock | None = None
        self._group: _GroupWriter | None = None
        if self.is_sqlite:
            folder = folder or Path(str(engine.url.database)).parent
            self._store_lock = FileLock(folder / "store.lock", thread_local=False)
            self._claim_ownership(folder)

    @classmethod
    def open(cls, settings: Settings, *, role: Role = Role.TOOL) -> Database:
        if settings.is_sqlite:
            settings.data.mkdir(parents=True, exist_ok=True)
        return cls(make_engine(settings.database_url), role=role, folder=settings.data)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def _claim_ownership(self, folder: Path) -> None:
        lock = FileLock(folder / "server.lock", thread_local=False)
        try:
            lock.acquire(timeout=OWNER_WAIT_S if self.role is Role.SERVER else 0)
        except Timeout as error:
            if self.role is Role.SERVER:
                self.engine.dispose()
                raise AlreadyRunning(folder=str(folder)) from error
            return
        self._owner_lock = lock

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view: every statement sees the same state. Nothing is written."""
        with Session(self._reader_engine, expire_on_commit=False) as session:
            try:
                yield session
            except OperationalError as error:
                raise _as_unavailable(error) from error

    def write(self, work: Callable[[Session], T]) -> T:
        """Do one unit of work and return its result after a durable commit.

        The work is undone alone when it raises. `StorageUnavailable` means that nothing was kept.
        """
        if self.is_sqlite:
            if self._group is None:
                self._group = _GroupWriter(self._writer_engine, self._store_lock, self.role)
            return self._group.write(work)
        return self._write_directly(work)

    def _write_directly(self, work: Callable[[Session], T]) -> T:
        for attempt in range(SERIALIZATION_RETRIES):
            try:
                with Session(self._writer_engine, expire_on_commit=False) as session, session.begin():
                    return work(session)
            except OperationalError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state not in {"40001", "40P01"} or attempt == SERIALIZATION_RETRIES - 1:
                    raise _as_unavailable(error) from error
                time.sleep(0.01 * (attempt + 1))
        raise AssertionError("the loop above returns or raises")

    def empty_log(self) -> None:
        """Leave nothing of earlier commits in the write-ahead log of the embedded database.

        It shows which rows were written together, and what was sealed and is mixed by now. PostgreSQL keeps
        its log as its administrator set it.
        """
        if self._group is not None:
            self._group.empty_log()

    def is_alive(self) -> bool:
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def close(self) -> None:
        if self._group is not None:
            self._group.close()
            self._group = None
        self.engine.dispose()
        if self._owner_lock is not None:
            self._owner_lock.release()
            self._owner_lock = None


def make_engine(url: str) -> Engine:
    """Make an engine whose errors never quote what was being stored."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url,
            module=sqlite_module(),
            poolclass=QueuePool,
            pool_size=16,
            max_overflow=16,
            hide_parameters=True,
        )
        _tune_sqlite(engine)
        return engine
    return create_engine(url, pool_size=16, max_overflow=16, pool_pre_ping=True, hide_parameters=True)


def _tune_sqlite(engine: Engine) -> None:
    pragmas = (
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        # NORMAL loses acknowledged answers in a power cut.
        "synchronous=FULL",
        # What is deleted is overwritten: a sealed answer must not lie in free pages once it was mixed.
        "secure_delete=ON",
        # Folding the WAL back is done under the lock file, never by whoever happens to commit.
        "wal_autocheckpoint=0",
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # on_begin says BEGIN, not the driver
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("sipas_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@cache
def _insert_if_absent(table: type[DeclarativeBase], dialect: str) -> Any:
    insert = sqlite_insert if dialect == "sqlite" else postgresql_insert
    # RETURNING, because the row count of such an insert is unknown on PostgreSQL.
    key = list(table.__table__.primary_key)
    return insert(table.__table__).on_conflict_do_nothing().returning(*key)  # type: ignore[arg-type]


def insert_if_absent(session: Session, table: type[DeclarativeBase], values: dict[str, Any]) -> bool:
    """Insert a row unless its key is there; say whether it was inserted. Safe under concurrency."""
    connection = session.connection()
    statement = _insert_if_absent(table, connection.dialect.name)
    return connection.execute(statement, values).first() is not None
