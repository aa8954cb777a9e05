"""Folding the write-ahead log of SQLite back beside its writer, so that answers do not wait for it.

Meanwhile the writer goes on, so a little is left over each time; the writer folds that back itself. Without
this second step the log of a busy day would never begin anew and grow without end.
"""

from __future__ import annotations

import logging
import threading

from filelock import FileLock, Timeout
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

logger = logging.getLogger(__name__)


class CheckpointAhead:
    """Folds most of the log back in a thread of its own. One user, the writer."""

    def __init__(self, engine: Engine, store_lock: FileLock) -> None:
        """Take an engine that begins no transactions, and the lock that keeps commands away."""
        self._engine = engine
        self._store_lock = store_lock
        self._thread: threading.Thread | None = None

    def is_done(self) -> bool:
        """Begin where nothing has begun; say whether what was begun has ended."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._fold, name="sipas-checkpoint", daemon=True)
            self._thread.start()
            return False
        if self._thread.is_alive():
            return False
        self._thread = None
        return True

    def wait(self) -> None:
        """Let what was begun end."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _fold(self) -> None:
        try:
            with self._store_lock.acquire(blocking=False), self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
        except Timeout:
            pass  # a command is writing: the writer tries by itself
        except DBAPIError:
            logger.warning("checkpoint failed")
