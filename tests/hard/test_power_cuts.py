"""A power cut at any moment: no acknowledged answer is lost, and the database is whole.

The record is of the real write path on the real engine (`power_load.py` under strace); each state that a disk
may hold after a cut is opened with the same engine. The control runs the same with `synchronous=NORMAL`, which
is known to lose what was acknowledged: a harness that does not see that sees nothing.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from power_cut import CrashState, Step, crash_states, record
from power_load import submission_key

from survey.db import sqlite_module
from survey.seal import Keyring
from survey.settings import Settings

pytestmark = pytest.mark.sqlite_only("a file that a power cut hits")

logger = logging.getLogger(__name__)

MEMORY = Path("/dev/shm")
SEED = 20261125


@dataclass
class Found:
    with_slip: frozenset[str]  # keys of those who answered by a slip
    states: int = 0
    damaged: list[int] = field(default_factory=list)
    uneven: list[int] = field(default_factory=list)
    losing: list[int] = field(default_factory=list)
    most_lost: int = 0
    different: set[int] = field(default_factory=set)

    def look(self, state: CrashState, folder: Path) -> None:
        """Open what the cut left behind as the server would after the start."""
        self.states += 1
        for old in folder.iterdir():
            old.unlink()
        for name, content in state.files.items():
            (folder / name).write_bytes(content)
        with closing(sqlite_module().connect(folder / "sipas.sqlite")) as connection:
            ask = connection.execute
            if (
                ask("PRAGMA integrity_check").fetchone()[0] != "ok"
                or ask("PRAGMA foreign_key_check").fetchall()
            ):
                self.damaged.append(state.place)
                return
            keys = {bytes(key).hex() for (key,) in ask("SELECT key_hash FROM submission_key")}
            answers = ask(
                "SELECT (SELECT count(*) FROM intake) + (SELECT count(*) FROM response)"
            ).fetchone()[0]
            spent = ask("SELECT count(*) FROM invitation WHERE state = 'spent'").fetchone()[0]
        # Key, token and answer are stored together or not at all; mixing moves an answer whole.
        if answers != len(keys) or spent != len(keys & self.with_slip):
            self.uneven.append(state.place)
        lost = len(state.acknowledged - keys)
        if lost:
            self.losing.append(state.place)
            self.most_lost = max(self.most_lost, lost)
        self.different.add(len(keys))

    def summary(self, load: Load) -> str:
        return (
            f"{self.states} cuts in {load.count('write')} writes, {load.count('sync')} syncs, "
            f"{load.count('acknowledge')} acknowledgements: {len(self.damaged)} damaged, "
            f"{len(self.uneven)} uneven, {len(self.losing)} losing (at most {self.most_lost}), "
            f"{len(self.different)} different numbers of answers"
        )


@pytest.fixture
def memory() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    yield folder
    shutil.rmtree(folder)


@dataclass
class Load:
    """What was recorded, on what, and the keys of those who answered by a slip."""

    steps: list[Step]
    start: dict[str, bytes]
    with_slip: frozenset[str]

    @classmethod
    def run(cls, seeded: Settings, folder: Path, answers: int, synchronous: str = "FULL") -> Load:
        data = folder / synchronous
        data.mkdir()
        shutil.copy(seeded.data / "sipas.sqlite", data / "sipas.sqlite")
        start = {"sipas.sqlite": (data / "sipas.sqlite").read_bytes()}
        steps = record(data, answers, synchronous=synchronous)
        keyring = Keyring.open(data)
        slips = frozenset(
            keyring.mac("submission-key", submission_key(number)).hex() for number in range(0, answers, 2)
        )
        return cls(steps, start, slips)

    def cut(self, folder: Path, count: int) -> Found:
        found = Found(self.with_slip)
        for state in crash_states(self.steps, self.start, count=count, seed=SEED):
            found.look(state, folder)
        return found

    def count(self, kind: str) -> int:
        return sum(step.kind == kind for step in self.steps)


def endure(seeded: Settings, folder: Path, memory: Path, *, answers: int, cuts: int) -> None:
    load = Load.run(seeded, folder, answers)
    assert load.count("acknowledge") >= answers
    assert any(step.kind == "write" and step.file == "sipas.sqlite" for step in load.steps), (
        "nothing folded back"
    )
    found = load.cut(memory, cuts)
    logger.info("%s", found.summary(load))
    assert found.states == cuts
    assert (found.damaged, found.uneven, found.losing) == ([], [], [])
    assert len(found.different) > answers // 8, "the cuts fell too close together"


def control(seeded: Settings, folder: Path, memory: Path, *, answers: int, cuts: int) -> None:
    """Without a sync at each commit the same cuts lose answers that were acknowledged."""
    load = Load.run(seeded, folder, answers, "NORMAL")
    found = load.cut(memory, cuts)
    logger.info("%s", found.summary(load))
    assert len(found.losing) > cuts // 10
    assert found.most_lost > 0
    assert (found.damaged, found.uneven) == ([], []), "NORMAL loses the last commits and nothing else"


def test_no_power_cut_loses_what_was_acknowledged(origin, tmp_path, memory):
    endure(origin, tmp_path, memory, answers=40, cuts=300)


def test_the_harness_sees_what_a_weaker_setting_loses(origin, tmp_path, memory):
    control(origin, tmp_path, memory, answers=40, cuts=100)


@pytest.mark.soak
def test_twenty_thousand_power_cuts_lose_nothing(origin, tmp_path, memory):
    endure(origin, tmp_path, memory, answers=400, cuts=20_000)
    control(origin, tmp_path, memory, answers=400, cuts=2_000)


def test_a_disk_keeps_what_was_synced_and_may_lose_the_rest():
    """The model itself: one synced write, one that was not, a removal that nothing followed."""
    steps = [
        Step("write", "sipas.sqlite-wal", 0, b"a" * 1024),
        Step("sync", "sipas.sqlite-wal"),
        Step("write", "sipas.sqlite-wal", 1024, b"b" * 1024),
        Step("remove", "sipas.sqlite-journal"),
    ]
    start = {"sipas.sqlite": b"", "sipas.sqlite-journal": b"j"}
    ends = [state for state in crash_states(steps, start, count=4_000, seed=1) if state.place == len(steps)]
    walls = {bytes(state.files["sipas.sqlite-wal"]) for state in ends}
    assert all(wall.startswith(b"a" * 1024) for wall in walls)
    assert b"a" * 1024 in walls
    assert b"a" * 1024 + b"b" * 1024 in walls
    assert any(len(wall) == 1536 or wall[1024:1536] == bytes(512) for wall in walls), "no write was torn"
    assert {"sipas.sqlite-journal" in state.files for state in ends} == {True, False}
