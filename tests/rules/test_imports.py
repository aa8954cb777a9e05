"""Importing does nothing: no thread, no file, no connection; and each package loads only what is below it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Runs in a process of its own. Every way to open a file or a socket passes an audit event; the import system
# opens through `open_code` and by reading compiled files, and libraries read files of theirs at import.
_PROBE = """
import importlib, json, pkgutil, sys, threading

acts = []
ours = {folders!r}

def watch(event, arguments):
    if event in {{"socket.bind", "socket.connect", "subprocess.Popen", "os.system", "sqlite3.connect",
                 "os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.copyfile", "_thread.start_new_thread"}}:
        acts.append([event, str(arguments[0]) if arguments else ""])
    elif event == "open":
        path, mode, flags = arguments
        writes = isinstance(flags, int) and flags & 3
        reads_ours = isinstance(path, str) and path.startswith(ours) and not path.endswith((".py", ".pyc"))
        if writes or reads_ours:
            acts.append([event, str(path)])

sys.dont_write_bytecode = True
sys.path[:0] = {paths!r}
# What only libraries do when they are first loaded is no matter of ours.
for library in {libraries!r}:
    importlib.import_module(library)
sys.addaudithook(watch)
for name in {names!r}:
    package = importlib.import_module(name)
    for found in pkgutil.walk_packages(getattr(package, "__path__", []), name + "."):
        if not found.name.startswith("survey.migrations.") and not found.name.endswith(".__main__"):
            importlib.import_module(found.name)
print(json.dumps({{
    "acts": acts,
    "threads": [one.name for one in threading.enumerate() if one is not threading.main_thread()],
    "modules": sorted(sys.modules),
}}))
"""
_LIBRARIES = (
    "alembic",
    "argon2",
    "babel.messages",
    "cheroot.wsgi",
    "click",
    "cryptography.fernet",
    "flask_wtf",
    "numpy",
    "openpyxl",
    "qrcode",
    "scipy.stats",
    "sqlalchemy",
    "typst",
    "xlsxwriter",
)


def imported(*names: str, folder: Path, path: Path | None = None, libraries: tuple[str, ...] = ()) -> dict:
    """Import packages with all their modules in an empty process, in an empty folder; say what happened."""
    paths = [str(path or ROOT), str(ROOT)]
    probe = _PROBE.format(paths=paths, names=names, libraries=libraries, folders=tuple(paths))
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SIPAS_", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result: dict = json.loads(done.stdout)
    return result


def test_importing_everything_does_nothing(tmp_path):
    happened = imported("analysis", "survey", "kiosk", folder=tmp_path, libraries=_LIBRARIES)
    assert {"survey.services.intake.mixing", "survey.server", "kiosk.sync", "analysis.estimate"} <= {
        *happened["modules"]
    }, "not every module was imported"
    assert happened["acts"] == []
    assert happened["threads"] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("open('made.txt', 'w').close()", "open"),
        ("import pathlib; pathlib.Path('made').mkdir()", "os.mkdir"),
        ("import pathlib; pathlib.Path(__file__).with_name('data.toml').read_text()", "open"),
        ("import sqlite3; sqlite3.connect('made.sqlite').close()", "sqlite3.connect"),
        ("import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.close()", "socket.bind"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
    ],
)
def test_module_that_acts_when_imported_is_noticed(tmp_path, line, seen):
    (tmp_path / "careless").mkdir()
    (tmp_path / "careless" / "data.toml").touch()
    (tmp_path / "careless" / "__init__.py").touch()
    (tmp_path / "careless" / "part.py").write_text(line, encoding="utf-8")
    happened = imported("careless", folder=tmp_path, path=tmp_path)
    assert seen in {event for event, _ in happened["acts"]}


def test_module_that_starts_a_thread_is_noticed(tmp_path):
    (tmp_path / "careless.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), name='busy', daemon=True).start()",
        encoding="utf-8",
    )
    assert imported("careless", folder=tmp_path, path=tmp_path)["threads"] == ["busy"]


@pytest.mark.parametrize(
    ("package", "never"),
    [
        ("analysis", {"flask", "werkzeug", "jinja2", "sqlalchemy", "survey", "kiosk"}),
        ("survey.models", {"flask", "werkzeug", "jinja2", "kiosk", "analysis"}),
        # These take most of a second to load, of the two that a restart may take.
        ("survey.services", {"flask", "werkzeug", "jinja2", "wtforms", "kiosk", "scipy.special", "openpyxl"}),
        ("survey.reports", {"flask", "werkzeug", "jinja2", "wtforms", "kiosk", "scipy.special"}),
    ],
)
def test_package_loads_only_what_is_below_it(tmp_path, package, never):
    """The import contracts read the code; this looks at a running process."""
    assert sorted(never & set(imported(package, folder=tmp_path)["modules"])) == []


def test_package_that_loads_more_would_be_noticed(tmp_path):
    assert "flask" in imported("survey.context", folder=tmp_path)["modules"]
