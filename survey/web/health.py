"""Two questions of a watchdog: does the process live, can it serve."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from survey import schema
from survey.context import PUBLIC, access, database

health_bp = Blueprint("health", __name__)


@health_bp.get("/healthz")
@access(PUBLIC)
def healthz() -> ResponseReturnValue:
    return {"status": "ok"}


@health_bp.get("/readyz")
@access(PUBLIC)
def readyz() -> ResponseReturnValue:
    """Ready when the database answers and stands at the migration that this program needs."""
    alive = database().is_alive()
    at_head = alive and schema.is_at_head(database().engine)
    body = {"database": "ok" if alive else "unreachable", "migration": "ok" if at_head else "not at head"}
    return body, 200 if alive and at_head else 503
