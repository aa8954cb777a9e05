"""The `sipas` command called inside the test process, on the installation of a test."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from click.testing import CliRunner, Result

from survey.commands import main
from survey.settings import Settings


def environment(settings: Settings) -> dict[str, str]:
    return {
        "SIPAS_DATA": str(settings.data),
        "SIPAS_DATABASE_URL": settings.database_url.replace("+psycopg", ""),
    }


@contextmanager
def _kept_logging() -> Iterator[None]:
    """A command sends the log to its own standard error; afterwards it is pytest's again."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers, root.level = handlers, level


def sipas(settings: Settings, *arguments: object, typed: str | None = None) -> Result:
    """Run a command; an exception that no technician should see is one of the test."""
    with _kept_logging():
        return CliRunner().invoke(
            main,
            [str(one) for one in arguments],
            env=environment(settings),
            input=typed,
            catch_exceptions=False,
        )


def answered(settings: Settings, *arguments: object, typed: str | None = None) -> str:
    """Run a command that must succeed and give what it printed."""
    result = sipas(settings, *arguments, typed=typed)
    assert result.exit_code == 0, result.output
    return result.output


def as_json(settings: Settings, *arguments: object) -> Any:
    """Run a command that must succeed and read the JSON on its standard output."""
    result = sipas(settings, *arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(settings: Settings, *arguments: object, typed: str | None = None) -> str:
    """Run a command that must end with an error and give what it said."""
    result = sipas(settings, *arguments, typed=typed)
    assert result.exit_code != 0, result.output
    assert "Traceback" not in result.output
    return result.output
