"""The writer of a SQLite file: everything that waits is committed together, by one at a time.

One fsync serves many answers. Who finds nobody writing commits in the own thread: waking another one, and
being woken by it, would cost every answer of a quiet hour. What comes meanwhile waits for a thread that goes
on for as long as anything waits. A piece of work fails alone: where one does, all that waited is undone and
done again with a savepoint for each. Savepoints for all, always, took a quarter of what storing an answer
costs.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, Transaction
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from survey.checkpoints import CheckpointAhead
from survey.exceptions import StorageUnavailable
from survey.turns import Turns

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
    # Work sees the context of its caller (request, settings), whichever thread does it.
    context: Context = field(default_factory=copy_context)
    done: threading.Event = field(default_factory=threading.Event)
    result: Any = None
    error: BaseException | None = None


class GroupWriter:
    """The one connection of this process that writes to a SQLite file, and who may use it now."""

    def __init__(
        self,
        engine: Engine,
        store_lock: FileLock,
        *,
        is_server: bool,
        turns: Turns,
        ahead: CheckpointAhead | None = None,
    ) -> None:
        self._engine = engine
        self._ahead = ahead
        self._store_lock = store_lock
        self._turns = turns
        self._is_server = is_server
        self._connection: Connection | None = None
        self._commits = 0
        self._is_to_empty = False
        # Who may use the connection: nobody, a caller, or the thread that was woken for what waits.
        self._lock = threading.Lock()
        self._is_taken = False
        self._user: int | None = None
        self._waiting: deque[_Job[Any]] = deque()
        self._is_closing = False
        self._wake = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, name="sipas-writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[Session], T]) -> T:
        """Commit a piece of work, alone or with others.

        Raises
        ------
        RuntimeError
            It was called from within a piece of work.
        """
        if self._user == threading.get_ident():
            raise RuntimeError("a unit of work must not start another one")
        job = _Job(work)
        with self._lock:
            is_free = not self._is_taken
            self._is_taken = True
            if not is_free:
                self._waiting.append(job)
        if is_free:
            try:
                self._commit_together([job])
            finally:
                self._hand_on()
        else:
            with self._turns.aside():
                job.done.wait()
        if job.error is not None:
            raise job.error
        result: T = job.result
        return result

    def empty_log(self) -> None:
        """Fold the WAL back and cut it to nothing: now, or with the next commit where somebody reads."""
        self._is_to_empty = True
        self.write(lambda session: None)

    def close(self) -> None:
        """Let what waits be committed first."""
        with self._lock:
            self._is_closing = True
            is_free = not self._is_taken
            self._is_taken = True
        if is_free:
            self._wake.release()
        self._thread.join(timeout=30)
        if self._ahead is not None:
            self._ahead.wait()

    def _hand_on(self) -> None:
        """Leave the connection to the thread where something waits, else to whoever comes."""
        with self._lock:
            self._is_taken = bool(self._waiting) or self._is_closing
            is_wanted = self._is_taken
        if is_wanted:
            self._wake.release()

    def _run(self) -> None:
        while True:
            self._wake.acquire()
            batch = self._take()
            while batch:
                self._commit_together(batch)
                batch = self._take()
            if batch is None:
                self._drop_connection()
                return

    def _take(self) -> list[_Job[Any]] | None:
        """Take what waits. Where nothing does, the connection is free for who comes; `None`: nobody comes."""
        with self._lock:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH_LIMIT))]
            if not batch and self._is_closing:
                return None
            self._is_taken = bool(batch)
            return batch

    def _commit_together(self, batch: list[_Job[Any]]) -> None:
        self._user = threading.get_ident()
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
        finally:
            self._user = None
            for job in batch:
                job.done.set()
        self._checkpoint_when_due()

    def _transaction(self, batch: list[_Job[Any]]) -> None:
        if self._connection is None:
            self._connection = self._engine.connect()
        try:
            with self._turns.taken(), self._connection.begin() as transaction:
                self._together(self._connection, batch)
                self._commit(transaction)
        except _PieceFailed as failed:
            if len(batch) == 1:
                batch[0].error = cast("Exception", failed.__cause__)
                return
            with self._turns.taken(), self._connection.begin() as transaction:
                for job in batch:
                    self._apart(self._connection, job)
                self._commit(transaction)

    def _commit(self, transaction: Transaction) -> None:
        # The disk takes its time: meanwhile others read what comes and prepare what is to be written next.
        with self._turns.aside():
            transaction.commit()

    @staticmethod
    def _together(connection: Connection, batch: list[_Job[Any]]) -> None:
        """Do all in one session, which is emptied between two: beginning one costs as much as two inserts."""
        with Session(connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session:
            for job in batch:
                try:
                    job.result = job.context.run(job.work, session)
                    session.flush()
                except OperationalError:
                    # The file, not this piece of work, is in trouble: nobody may be told "stored".
                    raise
                except Exception as error:
                    raise _PieceFailed from error
                session.expunge_all()

    @staticmethod
    def _apart(connection: Connection, job: _Job[Any]) -> None:
        session = Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        try:
            with session, session.begin():
                job.result = job.context.run(job.work, session)
        except OperationalError:
            raise
        except Exception as error:
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
            with self._turns.aside(), self._store_lock.acquire(blocking=False):
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
