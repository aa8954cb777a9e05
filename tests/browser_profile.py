"""A browser with a profile on the disk, as a tablet has: it can be killed and opened again."""

from __future__ import annotations

import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from browser import ARGUMENTS, PATIENCE_MS, playwright, watch_policy
from playwright.sync_api import BrowserContext, Page

# What the console says of a network that a test has cut.
EXPECTED = ("net::ERR_", "401 (", "409 (", "503 (", "Failed to fetch", "An SSL certificate error")


class Profile:
    """A browser of its own beside that of the run."""

    def __init__(self, folder: Path, *switches: str, home: Path | None = None) -> None:
        self.folder = folder
        self._switches = switches
        self._environ = None if home is None else {**os.environ, "HOME": str(home)}
        self._context: BrowserContext | None = None
        self._errors: list[str] = []
        self._violations: list[str] = []

    def open(self, **options: Any) -> Page:
        """Open the one page of the browser."""
        self._errors.clear()
        for name in ("SingletonLock", "SingletonSocket", "SingletonCookie"):
            (self.folder / name).unlink(missing_ok=True)
        self._context = playwright().chromium.launch_persistent_context(
            self.folder,
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=[*ARGUMENTS, *self._switches],
            env=self._environ,
            **{
                "viewport": {"width": 1280, "height": 800},
                "has_touch": True,
                "locale": "vi-VN",
                "timezone_id": "Asia/Ho_Chi_Minh",
                "reduced_motion": "reduce",
                **options,
            },
        )
        self._context.set_default_timeout(PATIENCE_MS)
        watch_policy(self._context, self._violations)
        page = self._context.pages[0]
        page.on("pageerror", lambda error: self._errors.append(f"page error: {error}"))
        page.on("console", lambda m: self._errors.append(m.text) if m.type == "error" else None)
        return page

    def check(self) -> None:
        assert not self._violations, f"content security policy violated: {self._violations}"
        unexpected = [one for one in self._errors if not any(allowed in one for allowed in EXPECTED)]
        assert not unexpected, unexpected

    def pids(self) -> list[int]:
        """Give the processes that were started on this profile, and no others."""
        mine = f"--user-data-dir={self.folder}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and mine in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
        return found

    def kill(self) -> None:
        """End it as a power cut of the browser would: without a word."""
        while pids := self.pids():
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
        self.close()

    def close(self) -> None:
        if self._context is not None:
            with suppress(Exception):  # a killed browser has closed it already
                self._context.close()
        self._context = None

    def forget(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
