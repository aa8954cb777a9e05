"""Phone submissions beside a bare floor, and durable writes: rates and server CPU as ratios of one run.

    python benchmarks/submissions.py [--each 400] [--starts 5] [--clients 1 8 32] [--posts 15000]

A submission is every request of a respondent, redirects and the thanks page included, with cookies of its
own. Server CPU is user plus system time of the server process, read before and after. Client and server
share the machine, so read ratios and not rates: each is the median of the rounds of one run, in which floor
and product are asked one after the other. The floor stands on the server library as it comes.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from process import Served, free_port
from respondent import Respondent, satisfied

from survey import clock
from survey.db import Database
from survey.seal import Keyring
from survey.services.tablets import devices
from survey.settings import Settings

# A tablet may send so many at once before it is told to wait (`survey.web.limits.DEVICE`).
A_TABLET_SENDS = 150
# One request of any client after so long: a server that is asked less often pays more for each request (its
# caches are cold), and clients read the floor's small pages faster.
EVERY_S = 0.004
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@dataclass
class Measured:
    """What some respondents cost; further rounds are added up."""

    seconds_each: list[float] = field(default_factory=list)
    elapsed_s: float = 0.0
    cpu_s: float = 0.0
    requests: int = 0

    def add(self, other: Measured) -> None:
        self.seconds_each += other.seconds_each
        self.elapsed_s += other.elapsed_s
        self.cpu_s += other.cpu_s
        self.requests += other.requests

    @property
    def rate(self) -> float:
        return len(self.seconds_each) / self.elapsed_s

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu_s / len(self.seconds_each)

    def quantile_ms(self, share: float) -> float:
        return 1000 * sorted(self.seconds_each)[int(len(self.seconds_each) * share)]


def run(pid: int, jobs: list[str], clients: int, base: str, *, pace_s: float = 0.0) -> Measured:
    """Send each job's respondent through its form from `clients` threads: at a pace or as fast as it goes."""
    queue = iter(jobs)
    lock = threading.Lock()
    found = Measured()

    def work() -> None:
        while True:
            with lock:
                url = next(queue, None)
            if url is None:
                return
            phone = Respondent(base, pace_s=pace_s)
            began = time.perf_counter()
            page = phone.answer(url, satisfied)
            took = time.perf_counter() - began
            assert page.status == 200, page.status
            phone.close()
            with lock:
                found.seconds_each.append(took)
                found.requests += phone.requests

    before, began = cpu_seconds(pid), time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.elapsed_s, found.cpu_s = time.perf_counter() - began, cpu_seconds(pid) - before
    assert len(found.seconds_each) == len(jobs), "a respondent failed"
    return found


@contextmanager
def floor(folder: Path) -> Iterator[tuple[int, str]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "benchmarks" / "floor.py"), str(folder / "floor.sqlite"), str(port)]
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{base}/readyz", timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield process.pid, base
    finally:
        process.terminate()
        process.wait()


def durable_posts(served: Served, count: int, connections: int) -> tuple[float, float, float, float]:
    """Post finished answers as kiosks do, one durable commit each; rate, p50, p99 and longest in ms."""
    tablets = enrolled(served, -(-count // A_TABLET_SENDS))
    posts = iter([(json.dumps([kiosk_answer()]).encode(), next(tablets)) for _ in range(count)])
    lock = threading.Lock()
    times: list[float] = []

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
        while True:
            with lock:
                post = next(posts, None)
            if post is None:
                connection.close()
                return
            body, cookie = post
            began = time.perf_counter()
            connection.request(
                "POST", "/kiosk/responses", body, {"Content-Type": "application/json", "Cookie": cookie}
            )
            response = connection.getresponse()
            answer = response.read()
            took = time.perf_counter() - began
            assert response.status == 200, (response.status, answer)
            assert b"accepted" in answer, answer
            with lock:
                times.append(took)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - began
    assert len(times) == count
    times.sort()
    return count / elapsed, 1000 * times[count // 2], 1000 * times[int(count * 0.99) - 1], 1000 * times[-1]


def durable(starts: int, posts: int) -> None:
    """Start the product afresh so many times and post to each, for the same reason as in `compare`."""
    found: list[tuple[float, float, float, float]] = []
    for _ in range(starts):
        with tempfile.TemporaryDirectory() as name, Served(Path(name) / "data") as served:
            found.append(durable_posts(served, posts // starts, 16))
    rate, p50, p99, longest = (median(column) for column in zip(*found, strict=True))
    of_starts = sorted(one[2] for one in found)
    print(
        f"durable POSTs, 16 connections: {rate:.0f}/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms (target ≤ 50; "
        f"of single starts {of_starts[0]:.1f} to {of_starts[-1]:.1f}), longest {longest:.0f} ms; "
        f"medians of {starts} starts"
    )


def enrolled(served: Served, count: int) -> Iterator[str]:
    """Enrol tablets on the data folder and give their cookies in turn, without end."""
    settings = Settings.for_folder(served.data)
    keyring, at = Keyring.open(settings.data), clock.now()
    database = Database.open(settings)
    try:
        with database.read() as session:
            place = devices.places(session)[0]
        secrets = [_enrol(database, keyring, place, f"benchmark {number}", at) for number in range(count)]
    finally:
        database.close()
    return cycle([f"sipas-kiosk={secret}" for secret in secrets])


def _enrol(database: Database, keyring: Keyring, place: devices.KioskPlace, name: str, at: datetime) -> str:
    code = database.write(
        lambda session: devices.open_enrolment(
            session,
            keyring=keyring,
            desk_id=place.desk_id,
            counter_id=place.counter_id,
            name=name,
            login="benchmark",
            now=at,
        )
    ).code
    return database.write(lambda session: devices.enrol(session, keyring=keyring, typed=code, now=at))


def kiosk_answer() -> dict[str, object]:
    drawn = ["A1", "B1", "C1", "D1", "E1"]
    return {
        "key": str(uuid.uuid4()),
        "version": 1,
        "stage": "result",
        "drawn": drawn,
        "answers": dict.fromkeys(drawn, "4"),
        "language": "vi",
        "seconds_ago": 0,
        "duration_s": 31,
    }


def show(name: str, clients: int, measured: Measured) -> None:
    print(
        f"{name:<22}{clients:>4}  {measured.rate:>7.1f}/s  p50 {measured.quantile_ms(0.5):>7.1f} ms  "
        f"p99 {measured.quantile_ms(0.99):>7.1f} ms  server CPU {measured.cpu_ms:>6.2f} ms  "
        f"{measured.requests / len(measured.seconds_each):>4.0f} requests"
    )


@dataclass
class Round:
    """One after the other, so that what else the machine does meanwhile costs all three alike."""

    one_page: Measured
    many_screens: Measured
    ours: Measured

    @property
    def to_many(self) -> float:
        return self.ours.cpu_ms / self.many_screens.cpu_ms

    @property
    def to_one(self) -> float:
        return self.ours.cpu_ms / self.one_page.cpu_ms


Pace = tuple[int, float]  # clients, seconds from one request of a client to its next


def one_start(folder: Path, each: int, clients: Sequence[int]) -> dict[Pace, list[Round]]:
    """Start floor and product afresh and ask both, with so many submissions of each kind."""
    found: dict[Pace, list[Round]] = {}
    with Served(folder / "data") as served, floor(folder) as (floor_pid, floor_url):
        slips = iter([one["url"] for _ in range(2 * len(clients) + 1) for one in served.invite(each)])
        # Both compile their templates and open their connections before anything is counted.
        run(floor_pid, [f"{floor_url}/one", f"{floor_url}/many/0"] * 20, 8, floor_url)
        run(served.pid, list(islice(slips, 20)), 8, served.url)
        for number in clients:
            for pace_s in (0.0, EVERY_S * number):
                found[number, pace_s] = [
                    Round(
                        run(floor_pid, [f"{floor_url}/one"] * count, number, floor_url, pace_s=pace_s),
                        run(floor_pid, [f"{floor_url}/many/0"] * count, number, floor_url, pace_s=pace_s),
                        run(served.pid, list(islice(slips, count)), number, served.url, pace_s=pace_s),
                    )
                    for count in in_rounds(each, at_least=number)
                ]
    return found


def compare(starts: int, each: int, clients: Sequence[int]) -> None:
    """Start both so many times: where a process happens to lie in memory is worth a tenth of its cost."""
    found: list[dict[Pace, list[Round]]] = []
    for number in range(starts):
        print(f"start {number + 1} of {starts} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as name:
            found.append(one_start(Path(name), max(each // starts, *clients), clients))
    for pace in found[0]:
        compared(pace, [of_start[pace] for of_start in found])


def compared(pace: Pace, starts: Sequence[Sequence[Round]]) -> None:
    clients, pace_s = pace
    rounds = [one for of_start in starts for one in of_start]
    if not pace_s:
        for name, part in (
            ("floor, one page", "one_page"),
            ("floor, many screens", "many_screens"),
            ("SIPAS phone form", "ours"),
        ):
            whole = Measured()
            for one in rounds:
                whole.add(getattr(one, part))
            show(name, clients, whole)
    of_starts = sorted(median(one.to_many for one in of_start) for of_start in starts)
    how = f"at {1 / EVERY_S:.0f} requests a second in all" if pace_s else "as fast as its clients read"
    print(
        f"  → {how}: server CPU {median(one.to_many for one in rounds):.2f} × the many-screen floor "
        f"(target ≤ 1.5; median of {len(rounds)} rounds, of single starts {of_starts[0]:.2f} to "
        f"{of_starts[-1]:.2f}), {median(one.to_one for one in rounds):.2f} × the one-page floor"
    )


def in_rounds(each: int, *, at_least: int) -> list[int]:
    """Split `each` into at most five rounds, in which every client has something to send."""
    rounds = max(1, min(5, each // at_least))
    return [each // rounds + (number < each % rounds) for number in range(rounds)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=400, help="submissions of each kind, over all starts")
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--posts", type=int, default=15000, help="over all starts")
    arguments = parser.parse_args()
    if arguments.each:
        compare(arguments.starts, arguments.each, arguments.clients)
    durable(arguments.starts, arguments.posts)


if __name__ == "__main__":
    main()
