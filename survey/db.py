"""Engine, reads and durable writes. Nothing here knows Flask or a table.

    database = Database.open(settings, role=Role.TOOL)
    with database.read() as session:
        ...
    database.write(lambda session: responses.submit(session, submission, now=now))

SQLite has one writer at a time in each process (`group_writer`). PostgreSQL commits each piece in the
calling thread. Either way `write` returns only after a durable commit.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import QueuePool

from survey.checkpoints import CheckpointAhead
from survey.exceptions import AlreadyRunning
from survey.group_writer import BUSY_MS, GroupWriter, as_unavailable
from survey.settings import Settings
from survey.turns import Turns

logger = logging.getLogger(__name__)

T = TypeVar("T")

# 3.7.0–3.51.2 may corrupt the WAL when two processes write and checkpoint (fixed in 3.51.3).
SAFE_SQLITE = (3, 51, 3)
SERIALIZATION_RETRIES = 3
# A command may hold the file for a moment: a starting server waits that long before it gives up.
OWNER_WAIT_S = 10.0
# Connections that are kept for who looks something up: a look is short, so few do at the same time.
IDLE_GLANCES = 4
# Where a read keeps what it asked for.
_ASKED = "asked"


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


class Database:
    """Opens units of work on one engine. Made once for each process, at the edge."""

    def __init__(self, engine: Engine, *, role: Role = Role.TOOL, folder: Path | None = None) -> None:
        self.engine = engine
        self.role = role
        self._writer_engine = engine.execution_options(sipas_write=True)
        # Outside a transaction: no BEGIN on SQLite, whose driver begins nothing by itself here.
        self._glance_engine = (
            engine.execution_options(sipas_glance=True)
            if self.is_sqlite
            else engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        # Taking one from the pool and giving it back costs more than what is asked. A server may restart and
        # leave such a connection dead, a file does not.
        self._idle: list[Connection] = []
        self._keeps_idle = IDLE_GLANCES if self.is_sqlite else 0
        # SQLite shows one state for a whole transaction by itself.
        self._reader_engine = (
            engine if self.is_sqlite else engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self.turns = Turns()
        self._owner_lock: FileLock | None = None
        self._group: GroupWriter | None = None
        if self.is_sqlite:
            folder = folder or Path(str(engine.url.database)).parent
            self._store_lock = FileLock(folder / "store.lock", thread_local=False)
            self._claim_ownership(folder)

    @classmethod
    def open(cls, settings: Settings, *, role: Role = Role.TOOL) -> Database:
        if settings.is_sqlite:
            # Answers and keys: for the account of the server alone.
            settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
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
        with Session(self._reader_engine, expire_on_commit=False, info={_ASKED: {}}) as session:
            try:
                yield session
            except OperationalError as error:
                raise as_unavailable(error) from error

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """For a statement or two that need not see the same state: no transaction, a third of the cost."""
        connection: Connection | None = None
        try:
            connection = self._idle_or_new()
            yield connection
            if len(self._idle) < self._keeps_idle:
                self._idle.append(connection)
                connection = None
        except OperationalError as error:
            raise as_unavailable(error) from error
        finally:
            if connection is not None:
                connection.close()

    def _idle_or_new(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._glance_engine.connect()

    def write(self, work: Callable[[Session], T]) -> T:
        """Do one unit of work and return its result after a durable commit.

        The work is undone alone when it raises. `StorageUnavailable` means that nothing was kept.
        """
        if self.is_sqlite:
            if self._group is None:
                self._group = self._group_writer()
            return self._group.write(work)
        return self._write_directly(work)

    def _group_writer(self) -> GroupWriter:
        is_server = self.role is Role.SERVER
        # Before 3.51.3 a second connection must not fold the WAL back while the first one writes.
        is_ahead = is_server and sqlite_is_safe()
        return GroupWriter(
            self._writer_engine,
            self._store_lock,
            is_server=is_server,
            turns=self.turns,
            ahead=CheckpointAhead(self._glance_engine, self._store_lock) if is_ahead else None,
        )

    def _write_directly(self, work: Callable[[Session], T]) -> T:
        for attempt in range(SERIALIZATION_RETRIES):
            try:
                with Session(self._writer_engine, expire_on_commit=False) as session, session.begin():
                    return work(session)
            except OperationalError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state not in {"40001", "40P01"} or attempt == SERIALIZATION_RETRIES - 1:
                    raise as_unavailable(error) from error
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
        self._keeps_idle = 0
        while self._idle:
            self._idle.pop().close()
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
        options = connection.get_execution_options()
        if "sipas_glance" not in options:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if "sipas_write" in options else "BEGIN")


def asked_once(session: Session, key: Hashable, ask: Callable[[], T]) -> T:
    """Give what a read asked for under this key before; it sees one state, so the answer is the same."""
    kept = session.info.get(_ASKED)
    if kept is None:
        return ask()  # a write sees what it changes
    if key not in kept:
        kept[key] = ask()
    return cast("T", kept[key])


@cache
def _insert_if_absent(table: type[DeclarativeBase], dialect: str) -> Any:
    insert = sqlite_insert if dialect == "sqlite" else postgresql_insert
    # RETURNING, because the row count of such an insert is unknown on PostgreSQL.
    key = list(table.__table__.primary_key)
    return insert(table.__table__).on_conflict_do_nothing().returning(*key)  # type: ignore[arg-type]  # a table


def insert_if_absent(session: Session, table: type[DeclarativeBase], values: dict[str, Any]) -> bool:
    """Insert a row unless its key is there; say whether it was inserted. Safe under concurrency."""
    connection = session.connection()
    statement = _insert_if_absent(table, connection.dialect.name)
    return connection.execute(statement, values).first() is not None
