"""Reference cases: numbers made by R and by papers, read from files and cut into parameters.

The folder is ``SIPAS_REFERENCE_CASES`` where that is set, else ``tests/analysis/cases``. Other cases of the
same form run unchanged. A file that a folder does not hold is skipped by name, never passed in silence.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

BUNDLED = Path(__file__).parent / "analysis" / "cases"


def folder() -> Path:
    """Where the cases are read from."""
    chosen = os.environ.get("SIPAS_REFERENCE_CASES")
    return Path(chosen) if chosen else BUNDLED


def exists(name: str) -> bool:
    """Whether the folder holds the file ``name``."""
    return (folder() / _file_name(name)).is_file()


@cache
def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def load(name: str) -> Any:
    """Content of the JSON file ``name`` (with or without ``.json``); the caller must not change it."""
    path = folder() / _file_name(name)
    if not path.is_file():
        raise FileNotFoundError(f"no cases {path}; set SIPAS_REFERENCE_CASES to a folder that has them")
    return _read(path)


def file_path(name: str) -> Path:
    """Path of a data file beside the cases, for example a CSV; skips the test when it is not there."""
    path = folder() / name
    if not path.is_file():
        pytest.skip(f"{name} is not in {folder()}; set SIPAS_REFERENCE_CASES to a folder that has it")
    return path


def params(
    name: str,
    cases: Callable[[Any], Iterable[Any]],
    *,
    label: Callable[[Any], str] = lambda case: str(case.get("id", "")) if isinstance(case, dict) else "",
) -> list[Any]:
    """One ``pytest.param`` for each case that ``cases(content of the file)`` yields.

    Examples
    --------
    ``@pytest.mark.parametrize("case", reference_cases.params("difference", lambda file: file["cases"]))``
    """
    if not exists(name):
        reason = f"{_file_name(name)} is not in {folder()}"
        return [pytest.param(None, id="missing", marks=pytest.mark.skip(reason=reason))]
    return list(_labelled(cases(load(name)), label))


def _labelled(cases: Iterable[Any], label: Callable[[Any], str]) -> Iterator[Any]:
    for number, case in enumerate(cases):
        yield pytest.param(case, id=f"{number}-{label(case)}".rstrip("-"))


def _file_name(name: str) -> str:
    return name if "." in name else f"{name}.json"
