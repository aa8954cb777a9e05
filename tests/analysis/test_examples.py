"""Every example in a docstring of the package runs and gives what it says."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import analysis

NAMES = sorted(found.name for found in pkgutil.iter_modules(analysis.__path__) if found.name != "__main__")


@pytest.mark.parametrize("name", NAMES)
def test_examples_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"analysis.{name}"))
    assert result.failed == 0
