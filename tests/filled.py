"""What several tests of a file begin with: stored once, and every test works on a copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from survey.db import Database
from survey.seal import Keyring
from survey.services.office.instruments import InstrumentStore
from survey.settings import Settings

Fill = Callable[[Database, Settings, InstrumentStore, Keyring], object]

_FILLS: dict[tuple[str, str], Fill] = {}


def filled_once(fill: Fill) -> Any:
    """Make a fixture of a function that fills an installation.

    It gives nothing: what was filled is in the copy before the test's database is opened.
    """
    _FILLS[fill.__module__, fill.__name__] = fill

    @pytest.fixture(name=fill.__name__)
    def is_in_the_copy(database: Database) -> None:
        pass

    return is_in_the_copy


def fill_of(request: pytest.FixtureRequest) -> Fill | None:
    """Give what fills the installation of a test, if it asks for something of its file."""
    module = request.module.__name__
    asked = [_FILLS[module, name] for name in request.fixturenames if (module, name) in _FILLS]
    assert len(asked) <= 1, "a copy has one origin"
    return asked[0] if asked else None
