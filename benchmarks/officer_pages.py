"""What an officer waits for: the overview of a commune and of a province, the report, an export.

    python -m benchmarks.officer_pages [--quick]

Server time of whole requests (sign-in check, queries, figures, pictures, template), by a test client in
this process; p95 of many. The baseline of the same run is the same figures from the answers one by one, as
the commands count them. Ends with exit code 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import bulk_year
from factories import make_submission, store_answer
from postgresql import TemporaryPostgresql

from survey import clock, schema
from survey.app import create_app
from survey.db import Database
from survey.enums import Role
from survey.reports import data_pack, row_files
from survey.seal import Keyring
from survey.services.figures import counting
from survey.services.intake import mixing
from survey.services.office import installation, periods, plans, seeding
from survey.services.office.instruments import InstrumentStore
from survey.services.people import officers
from survey.services.records import closing
from survey.services.sums import rollups
from survey.services.upkeep import exports
from survey.settings import Settings

PASSWORD = "mat-khau-do-luong-42"
COMMUNE_MS, PROVINCE_MS, REPORT_S = 100.0, 300.0, 3.0
PROVINCE_DESKS = 100
EXPORTS = {"csv": row_files.zipped_csv, "pack": data_pack.write}
GRAINS = ("day", "week", "month", "quarter", "year")


class Site:
    """An installation with a year of answers, and an officer signed in."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database.open(settings)
        schema.upgrade(self.database.engine)
        self.today = clock.office_day(clock.now(), settings.zone)
        self.database.write(lambda session: seeding.seed(session, today=self.today))
        self.store = InstrumentStore()
        with self.database.read() as session:
            self.unit_id = installation.read(session).unit_id or 0
        # Pages offer the years that have a plan.
        for year in (self.today.year, self.today.year - 1):
            self.database.write(
                lambda session, year=year: plans.ensure(session, unit_id=self.unit_id, year=year)
            )
        self.app = create_app(settings, database=self.database)
        self.client = self.app.test_client()
        self.client.set_cookie("sipas", self._sign_in())
        gc.freeze()  # as the server does when it begins to serve

    def _sign_in(self) -> str:
        now, keyring = clock.now(), Keyring.open(self.settings.data)

        hashed = officers.hashed(PASSWORD, login="measure")

        def enter(session: Any) -> str:
            officers.create(
                session, login="measure", password=hashed, role=Role.HEAD, unit_id=self.unit_id, now=now
            )
            officer_id = officers.check_sign_in(
                session, keyring=keyring, login="measure", password=PASSWORD, now=now
            )
            return officers.start_session(session, keyring=keyring, officer_id=officer_id, now=now)

        return self.database.write(enter)

    def get(self, address: str) -> bytes:
        answer = self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.data

    def mix_some(self) -> None:
        """Store six answers of today at one desk and mix them."""
        at = clock.now()
        for _ in range(6):
            answer = make_submission(self.database, self.store, answered_at=at)
            store_answer(self.database, self.settings, self.store, answer)
        self.database.write(
            lambda session: mixing.mix(
                session, keyring=Keyring.open(self.settings.data), store=self.store, today=self.today
            )
        )

    def close_year(self, year: int) -> None:
        closing.close_due(
            self.database,
            store=self.store,
            unit_ids=[self.unit_id],
            today=date(year + 1, 2, 1),
            now=clock.now(),
        )

    def from_answers(self, year: int) -> None:
        """The baseline: the headline of the year counted from the answers themselves."""
        span = periods.make(year)
        with self.database.read() as session:
            counted = counting.count(
                session,
                store=self.store,
                keyring=Keyring.open(self.settings.data),
                unit_id=self.unit_id,
                start=span.start,
                end=span.end,
            )
            counting.estimate_groups(
                session,
                counted,
                store=self.store,
                by=(),
                methods=plans.methods_of(None),
                all_stages=False,
            )


def percentile(
    work: Callable[[], object], times: int, *, before: Callable[[], object] = lambda: None
) -> tuple[float, float]:
    """Milliseconds: the median and the 95th of a hundred, after a run to warm up; `before` is not counted."""
    work()
    found = []
    for _ in range(times):
        before()
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1000)
    found.sort()
    return found[len(found) // 2], found[min(len(found) - 1, int(len(found) * 0.95))]


class Judge:
    def __init__(self) -> None:
        self.missed = 0

    def say(self, what: str, value: float, limit: float, unit: str) -> None:
        fits = value <= limit
        self.missed += not fits
        print(f"{'ok    ' if fits else 'MISSED'} {what}: {value:,.1f} {unit} (target {limit:g})", flush=True)


def overviews(site: Site, judge: Judge, name: str, limit: float, year: int, times: int) -> float:
    address = f"/can-bo/?period={year}"
    p50, p95 = percentile(lambda: site.get(address), times)
    judge.say(f"overview, {name}, p95 (p50 {p50:.0f} ms)", p95, limit, "ms")
    began = time.perf_counter()
    site.from_answers(year)
    rows = (time.perf_counter() - began) * 1000
    print(f"       the same from the answers: {rows:,.0f} ms, {rows / p50:.1f} times", flush=True)
    return p50


def commune(judge: Judge, folder: Path, year: int) -> None:
    site = Site(Settings.for_folder(folder))
    bulk_year.fill(site.database, site.store, year=year, answers=5_000)
    overviews(site, judge, "commune-year of 5,000 answers, SQLite, open", COMMUNE_MS, year, 60)
    bulk_year.fill(site.database, site.store, year=year - 1, answers=5_000, seed=2)
    overviews(site, judge, "with a measured year before it", COMMUNE_MS, year, 60)
    pages = {f"trends by {grain}": f"xu-huong?period={year}&grain={grain}" for grain in GRAINS}
    pages |= {"forecast": f"du-bao?year={year}", "dimension": f"noi-dung/staff?period={year}"}
    for name, address in pages.items():
        p50, p95 = percentile(lambda address=address: site.get(f"/can-bo/{address}"), 20)
        judge.say(f"{name}, commune, p95 (p50 {p50:.0f} ms)", p95, COMMUNE_MS, "ms")
    site.close_year(year - 1)
    for kind in ("docx", "pdf", "xlsx"):
        address = f"/can-bo/bao-cao/{year - 1}/tep?format={kind}"
        _p50, p95 = percentile(lambda address=address: site.get(address), 10)
        judge.say(f"report of a year, {kind}", p95 / 1000, REPORT_S, "s")
    site.database.close()


def province(judge: Judge, folder: Path, cluster: TemporaryPostgresql, year: int, answers: int) -> None:
    opened, closed = [], []
    for factor in (1, 10):
        settings = replace(Settings.for_folder(folder / f"p{factor}"), database_url=cluster.new_database())
        settings.data.mkdir()
        site = Site(settings)
        bulk_year.fill(
            site.database,
            site.store,
            year=year,
            answers=answers * factor,
            desks=PROVINCE_DESKS,
            responses=factor == 1,
        )
        bulk_year.fill(
            site.database,
            site.store,
            year=year - 1,
            answers=answers * factor,
            desks=PROVINCE_DESKS,
            responses=False,
            seed=3,
        )
        said = f"province-year of {answers * factor:,} answers at {PROVINCE_DESKS} desks, PostgreSQL"
        address = f"/can-bo/?period={year}"
        cold, _ = percentile(lambda site=site, address=address: (rollups.forget(), site.get(address)), 10)
        print(f"       overview, {said}, open, first view of the process: {cold:.0f} ms", flush=True)
        p50, p95 = percentile(lambda site=site, address=address: site.get(address), 20, before=site.mix_some)
        judge.say(f"overview, {said}, right after a batch, p95 (p50 {p50:.0f} ms)", p95, PROVINCE_MS, "ms")
        p50, p95 = percentile(lambda site=site, address=address: site.get(address), 20)
        judge.say(f"overview, {said}, open, p95 (p50 {p50:.0f} ms)", p95, PROVINCE_MS, "ms")
        opened.append(p50)
        if factor == 1:
            began = time.perf_counter()
            site.from_answers(year)
            rows = (time.perf_counter() - began) * 1000
            print(f"       the same from the answers: {rows:,.0f} ms, {rows / p50:.1f} times", flush=True)
        site.close_year(year - 1)
        address = f"/can-bo/?period={year - 1}"
        p50, p95 = percentile(lambda site=site, address=address: site.get(address), 20)
        judge.say(f"overview, {said}, closed, p95 (p50 {p50:.0f} ms)", p95, PROVINCE_MS, "ms")
        closed.append(p50)
        site.database.close()
    print(f"       open, ten times the answers: {opened[1] / opened[0]:.2f} times as long", flush=True)
    judge.say("closed, ten times the answers, times as long", closed[1] / closed[0], 1.25, "times")


def export_rows(folder: Path, year: int, kind: str) -> None:
    """Export a year in this process and print its peak memory and the rows; run as a process of its own."""
    settings = Settings.for_folder(folder)
    database, store = Database.open(settings), InstrumentStore()
    with database.read() as session, tempfile.TemporaryFile() as target:
        unit_id = installation.read(session).unit_id or 0
        export = exports.gather(session, store=store, unit_id=unit_id, period=periods.make(year))
        EXPORTS[kind](export, target)
        # Not the peak of `getrusage`: that one is inherited from the process that started this one.
        status = Path("/proc/self/status").read_text()
        print(int(status.partition("VmHWM:")[2].split()[0]) / 1024, len(export))
    database.close()


def export_memory(judge: Judge, folder: Path, year: int, rows: int) -> None:
    """Compare the peak of a tenth of the rows with that of all, for the CSV and for the pack."""
    peaks: dict[str, list[float]] = {kind: [] for kind in EXPORTS}
    for count in (rows // 10, rows):
        settings = Settings.for_folder(folder / str(count))
        settings.data.mkdir(parents=True)
        site = Site(settings)
        bulk_year.fill(site.database, site.store, year=year, answers=count)
        site.database.close()
        for kind, found in peaks.items():
            command = [sys.executable, "-m", "benchmarks.officer_pages", "--kind", kind]
            command += ["--export-of", str(settings.data)]
            began = time.perf_counter()
            done = subprocess.run(
                [*command, "--kind", kind], capture_output=True, text=True, check=True, cwd=ROOT
            )
            took = time.perf_counter() - began
            peak, written = done.stdout.split()
            assert int(written) == count
            found.append(float(peak))
            print(f"       {kind} of {count:,} rows: peak {found[-1]:.0f} MB, {took:.1f} s", flush=True)
    for kind, found in peaks.items():
        judge.say(f"export ({kind}), ten times the rows: more memory", found[1] - found[0], 40.0, "MB")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the province")
    parser.add_argument("--only", choices=("commune", "province", "export"))
    parser.add_argument("--export-of", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--kind", choices=tuple(EXPORTS), default="csv", help=argparse.SUPPRESS)
    given = parser.parse_args()
    judge, year = Judge(), date.today().year  # noqa: DTZ011 - only a year
    if given.export_of:
        export_rows(given.export_of, year, given.kind)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        if given.only in {None, "commune"}:
            (Path(folder) / "commune").mkdir()
            commune(judge, Path(folder) / "commune", year)
        if given.only in {None, "export"}:
            export_memory(judge, Path(folder), year, 100_000 if given.quick else 1_000_000)
        if given.only in {None, "province"}:
            with TemporaryPostgresql() as cluster:
                province(judge, Path(folder), cluster, year, 50_000 if given.quick else 500_000)
    return 1 if judge.missed else 0


if __name__ == "__main__":
    sys.exit(main())
