"""A PostgreSQL cluster of the tests' own: made in a temporary folder, by another user than root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg
from process import free_port
from psycopg import sql

VERSIONS = Path("/usr/lib/postgresql")


def binaries() -> Path:
    found = sorted(VERSIONS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL is missing; type: apt-get install postgresql")
    return found[-1].parent


class TemporaryPostgresql:
    """`with TemporaryPostgresql() as cluster: cluster.new_database()` gives a URL on loopback."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="sipas-pg-", dir="/tmp"))
        self._bin = binaries()
        # The server refuses to run as root; Debian's package brings this user.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._port = free_port()

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command,
            user=self._user,
            capture_output=True,
            text=True,
            cwd=self._folder,
            check=False,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr[-2000:]}")

    def __enter__(self) -> TemporaryPostgresql:
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        data = str(self._folder / "data")
        self._run(
            str(self._bin / "initdb"), "-D", data, "-U", "sipas", "--auth=trust", "--no-sync", "-E", "UTF8"
        )
        options = (
            f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
            " -c wal_level=minimal -c max_wal_senders=0 -c full_page_writes=off -c synchronous_commit=off"
            " -c autovacuum=off -c jit=off"
        )
        self._run(
            str(self._bin / "pg_ctl"),
            "-D",
            data,
            "-w",
            "-l",
            str(self._folder / "log"),
            "-o",
            options,
            "start",
        )
        # One connection for all: a process for each new database takes longer than making the database.
        self._connection = psycopg.connect(
            host="127.0.0.1", port=self._port, user="sipas", dbname="postgres", autocommit=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._run(
            str(self._bin / "pg_ctl"), "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop"
        )
        shutil.rmtree(self._folder, ignore_errors=True)

    def new_database(self, *, template: str = "template1") -> str:
        """Make a database, empty or a copy, and give its URL."""
        name = f"t{uuid.uuid4().hex[:12]}"
        # By files: page by page through its memory, as it does by itself, takes three times as long.
        self._say("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return f"postgresql+psycopg://sipas@127.0.0.1:{self._port}/{name}"

    def drop(self, url: str) -> None:
        """Give the room of a database back: a copy takes 8 MB, and a run makes a thousand and more."""
        self._say("DROP DATABASE IF EXISTS {} WITH (FORCE)", url.rpartition("/")[2])

    def _say(self, statement: Any, *names: str) -> None:
        self._connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
