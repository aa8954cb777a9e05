"""What was acknowledged is there, once: under kill -9 and a full disk.

Each test drives the process that `sipas serve` started, over HTTP, and compares what the clients were told
with what the database holds.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import threading
import time
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest
from process import Served
from respondent import Respondent, satisfied

CLIENTS = 8


@pytest.fixture
def served(tmp_path):
    process = Served(tmp_path / "data")
    process.start()
    yield process
    process.kill()


def stored(process: Served) -> int:
    with sqlite3.connect(f"file:{process.data / 'sipas.sqlite'}?mode=ro", uri=True) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        # In one look: between two, mixing may take what waited and count it again.
        both = "SELECT (SELECT count(*) FROM intake) + (SELECT count(*) FROM response)"
        count = connection.execute(both).fetchone()[0]
    connection.close()
    return int(count)


def spent(process: Served) -> int:
    with sqlite3.connect(f"file:{process.data / 'sipas.sqlite'}?mode=ro", uri=True) as connection:
        count = connection.execute("SELECT count(*) FROM invitation WHERE state = 'spent'").fetchone()[0]
    connection.close()
    return int(count)


def until_the_last_button(process: Served, url: str) -> tuple[Respondent, str]:
    """Fill everything but the last screen; give the phone and the address of that screen."""
    phone = Respondent(process.url)
    page = phone.open(url)
    while "<textarea" not in page.body:
        page = phone.fill(page, satisfied)
    return phone, page.url


def send(phone: Respondent, url: str) -> bool:
    """Press the last button; True where the server acknowledged."""
    status, headers, _body = phone.request("POST", url, "comment=")
    return status == 303 and "thanks" in headers.get("Location", "")


def send_until_killed(ready: list[tuple[Respondent, str]], pause_s: float, process: Served) -> set[str]:
    """Send from several threads, each answer twice, and kill the server meanwhile; give who was told."""
    told: set[str] = set()
    lock = threading.Lock()
    queue = iter(ready)

    def work() -> None:
        while True:
            with lock:
                one = next(queue, None)
            if one is None:
                return
            phone, url = one
            try:
                if send(phone, url) and send(phone, url):
                    with lock:
                        told.add(url)
            except (OSError, HTTPException):
                return

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    time.sleep(pause_s)
    process.kill()
    for thread in threads:
        thread.join()
    return told


def kill_rounds(process: Served, rounds: int) -> None:
    """Kill -9 under load; every acknowledged answer must be there, and nothing twice."""
    for number in range(rounds):
        slips = [one["url"] for one in process.invite(40)]
        ready = [until_the_last_button(process, url) for url in slips]
        before = stored(process)
        told = send_until_killed(ready, random.Random(number).uniform(0.02, 0.25), process)
        found = stored(process) - before
        assert len(told) <= found <= len(ready), (number, len(told), found)
        assert spent(process) == stored(process)
        process.start()
        # Whoever was not told sends again after the restart: now everybody is stored, and once.
        for phone, url in ready:
            again = Respondent(process.url)
            again.cookies = dict(phone.cookies)
            again.request("POST", url, "comment=")
            again.close()
            phone.close()
        assert stored(process) - before == len(ready)


def test_nothing_acknowledged_is_lost_by_kill_9(served):
    kill_rounds(served, rounds=3)


@pytest.mark.soak
def test_25_rounds_of_kill_9_lose_nothing(served):
    kill_rounds(served, rounds=25)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 16 MB that can be filled; needs root."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_a_kind_503_and_recovers_by_itself(small_disk: Path):
    process = Served(small_disk / "data")
    process.log = small_disk.parent / "server.log"
    process.start()
    try:
        slips = [one["url"] for one in process.invite(12)]
        ready = [until_the_last_button(process, url) for url in slips]
        assert all(send(phone, url) for phone, url in ready[:4])
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        refused = []
        for phone, url in ready[4:]:
            status, headers, body = phone.request("POST", url, "comment=Xin+c%E1%BA%A3m+%C6%A1n")
            refused.append(status)
            if status == 503:
                assert "Retry-After" in headers
                assert "Xin cảm ơn" in body, "what was typed must still be in the form"
        assert 503 in refused
        told = 4 + refused.count(303)
        assert stored(process) == told
        ballast.unlink()
        again = [
            send(phone, url) for (phone, url), status in zip(ready[4:], refused, strict=True) if status == 503
        ]
        assert all(again)
        assert stored(process) == len(ready)
    finally:
        for phone, _url in ready:
            phone.close()
        process.kill()
