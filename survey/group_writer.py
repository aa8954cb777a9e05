"""The writer of a SQLite file: one thread that takes every piece of work that waits and commits it together.

One fsync serves many answers. A piece fails alone: where one does, all that waited is undone and done again
with a savepoint for each. Savepoints for all, always, took a quarter of what storing an answer costs.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Generic, Literal, TypeVar, cast

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from survey.checkpoints import CheckpointAhead
from survey.exceptions import StorageUnavailable

logger = logging.getLogger(__name__)

T = TypeVar("T")

BATCH_LIMIT = 64
# The WAL is folded back after this many commits: about 4 MB, some milliseconds of work.
COMMITS_PER_CHECKPOINT = 400
BUSY_MS = 10_000
# How long emptying the WAL may wait for readers while answers wait for it; the next batch tries again.
FOLD_WAIT_MS = 50


class _PieceFailed(Exception):
    """A piece of work raised in a transaction that it shares with others."""


@dataclass(slots=True)
class _Job(Generic[T]):
    # May be called again after it was undone, as on PostgreSQL when transactions collide.
    work: Callable[[Session], T]
    # Work sees the context of its caller (request, settings), as it does on PostgreSQL.
    context: Context = field(default_factory=copy_context)
    done: threading.Event = field(default_factory=threading.Event)
    result: Any = None
    error: BaseException | None = None


class GroupWriter:
    """The one thread that writes to a SQLite file in this process."""

    def __init__(
        self,
        engine: Engine,
        store_lock: FileLock,
        *,
        is_server: bool,
        ahead: CheckpointAhead | None = None,
    ) -> None:
        self._engine = engine
        self._ahead = ahead
        self._store_lock = store_lock
        self._is_server = is_server
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
        if self._ahead is not None:
            self._ahead.wait()

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
            if not self._is_server:
                # A command writes only while the server does not fold the WAL back, and the other way round.
                with self._store_lock:
                    self._transaction(batch)
            else:
                self._transaction(batch)
        except Exception as error:
            self._drop_connection()
            failure = as_unavailable(error)
            for job in batch:
                job.error = failure
        for job in batch:
            job.done.set()
        self._checkpoint_when_due()

    def _transaction(self, batch: list[_Job[Any]]) -> None:
        if self._connection is None:
            self._connection = self._engine.connect()
        try:
            with self._connection.begin():
                for job in batch:
                    self._one(self._connection, job)
        except _PieceFailed as failed:
            if len(batch) == 1:
                batch[0].error = cast("Exception", failed.__cause__)
                return
            with self._connection.begin():
                for job in batch:
                    self._one(self._connection, job, apart=True)

    @staticmethod
    def _one(connection: Connection, job: _Job[Any], *, apart: bool = False) -> None:
        mode: Literal["create_savepoint", "rollback_only"] = "create_savepoint" if apart else "rollback_only"
        session = Session(connection, join_transaction_mode=mode, expire_on_commit=False)
        try:
            with session, session.begin():
                job.result = job.context.run(job.work, session)
        except OperationalError:
            # The file, not this piece of work, is in trouble: nobody of this batch may be told "stored".
            raise
        except Exception as error:
            if not apart:
                raise _PieceFailed from error
            job.error = error

    def _checkpoint_when_due(self) -> None:
        self._commits += 1
        is_due = self._is_to_empty or self._commits >= COMMITS_PER_CHECKPOINT
        if not self._is_server or not is_due or self._connection is None:
            return
        if self._ahead is not None:
            if self._is_to_empty:
                self._ahead.wait()
            elif not self._ahead.is_done():
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


def as_unavailable(error: Exception) -> Exception:
    if isinstance(error, DBAPIError):
        # Only an operational error speaks of the storage; the text of others may quote what was stored.
        detail = str(error.orig) if isinstance(error, OperationalError) else ""
        logger.error("storage failed", extra={"kind": type(error.orig).__name__, "detail": detail})
        unavailable = StorageUnavailable()
        unavailable.__cause__ = error
        return unavailable
    return error
