"""The process that `sipas serve` starts, driven over HTTP; only processes started here are ended."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    """Give one that the system hands out to nobody (those from 32768 on are): it stays free until it is bound."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Served:
    """`sipas serve` on a data folder and a loopback port."""

    def __init__(
        self,
        data: Path,
        *,
        port: int | None = None,
        environ: dict[str, str] | None = None,
        command: Sequence[str] = (sys.executable, "-m", "survey"),
        folder: Path | None = None,
    ) -> None:
        self.data = data
        self.command = command
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SIPAS_DATA": str(data),
            "SIPAS_HOST": "127.0.0.1",
            "SIPAS_PORT": str(self.port),
            **(environ or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.log = data.parent / f"{data.name}-{self.port}.log"

    def start(self, *, timeout: float = 60) -> float:
        """Start and wait until it is ready; give the seconds it took."""
        began = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.command, "serve"],
                cwd=self.folder,
                env=self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while time.monotonic() - began < timeout:
            if self._process.poll() is not None:
                raise AssertionError(f"the server ended: {self.log.read_text()[-2000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as response:
                    if response.status == 200:
                        return time.monotonic() - began
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.03)
        raise AssertionError(f"not ready after {timeout} s: {self.log.read_text()[-2000:]}")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End it as a power cut of the process would: without a word."""
        self._end(signal.SIGKILL)

    def wait(self, *, timeout: float) -> int:
        """Wait until it has ended by itself; give its exit code."""
        assert self._process is not None
        return self._process.wait(timeout=timeout)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, how)
            self._process.wait(timeout=60)

    def __enter__(self) -> Served:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def run(self, *arguments: str) -> str:
        """Run a command of `sipas` on the same data folder."""
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments))

    def invite(self, count: int) -> Sequence[dict[str, str]]:
        issued: list[dict[str, str]] = self.json("invite", "--count", str(count))
        return issued
