"""What the tests of the tablet's modules share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import Chromium
from tablet_modules import Run, modules

from survey.instrument import Instrument
from survey.paths import seeds_dir


@pytest.fixture(scope="module")
def run(chromium: Chromium) -> Iterator[Run]:
    """Run the body of an async function beside the modules; `given` is its argument."""
    with modules(chromium) as opened:
        yield opened


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return Instrument.read(seeds_dir() / "instrument.toml")
