"""The server ends when it is asked to, however often it is asked."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from process import Served

from survey.server import run_together


@pytest.mark.sqlite_only(reason="the process has a folder of its own")
def test_being_asked_twice_does_not_break_off_the_ending(tmp_path: Path) -> None:
    """`make` passes on what it is told itself, so the server hears it twice."""
    process = Served(tmp_path / "data")
    process.start()
    for _ in range(2):
        os.kill(process.pid, signal.SIGTERM)
        time.sleep(0.002)
    try:
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
    assert "Đã dừng." in process.log.read_text(encoding="utf-8")


class _Serving:
    """Notes who serves, and is done."""

    def __init__(self) -> None:
        self.served_by: list[threading.Thread] = []

    def prepare(self) -> None: ...

    def serve(self) -> None:
        self.served_by.append(threading.current_thread())

    def stop(self) -> None: ...


def test_no_signal_breaks_off_serving() -> None:
    """Signals are heard in the main thread alone: one lost a worker's call there, which then waited for ever."""
    servers = [_Serving(), _Serving()]
    run_together(servers, lambda: None)
    assert servers[0].served_by
    assert threading.main_thread() not in servers[0].served_by + servers[1].served_by
