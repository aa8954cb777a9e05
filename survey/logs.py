"""Logging: a fixed sentence and a few attributes; never an answer, a token, a comment or an address."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import TextIO

from sqlalchemy.exc import DBAPIError

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class AttributeFormatter(logging.Formatter):
    """`time level logger sentence name=value …`; values are primitives chosen at the call."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        extra = " ".join(
            f"{name}={value!r}" for name, value in sorted(record.__dict__.items()) if name not in _STANDARD
        )
        return f"{line} {extra}" if extra else line

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - the name that `logging` calls
        """Say what was raised and where, without its message: that may quote what a citizen sent."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            lines += [line.rstrip() for line in traceback.format_tb(error.__traceback__)]
            lines.append(_named(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def _named(error: BaseException) -> str:
    """Name an error, with what the system or the database calls it; that is never typed by anybody."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name}: {error.strerror}"
    if isinstance(error, DBAPIError):
        code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
        return f"{name}: {type(error.orig).__name__} {code or ''}".rstrip()
    return name


def configure(level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send the log of this program to standard error (or `stream`), replacing earlier handlers."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(AttributeFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # SQLAlchemy prints bound parameters at INFO: answers would reach the log.
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
