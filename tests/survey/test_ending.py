"""The server ends when it is asked to, however often it is asked."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from process import Served


@pytest.mark.sqlite_only(reason="the process has a folder of its own")
def test_being_asked_twice_does_not_break_off_the_ending(tmp_path: Path) -> None:
    """`make` passes on what it is told itself, so the server hears it twice."""
    process = Served(tmp_path / "data")
    process.start()
    for _ in range(2):
        os.kill(process.pid, signal.SIGTERM)
        time.sleep(0.002)
    try:
        assert process.wait(timeout=15) == 0
    finally:
        process.kill()
    assert "Đã dừng." in process.log.read_text(encoding="utf-8")
