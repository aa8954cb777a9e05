"""Power cuts of the database's files: what the real process wrote is recorded, and cut anywhere.

`record` runs `power_load.py` under strace: the engine that the program uses, its own write path, real
submissions. `crash_states` then plays the record up to a chosen place and makes what a disk may hold after a
power cut there: everything that was synced; of what was not, nothing, a beginning, or any part in any order,
some writes torn at 512 bytes. Removed files come back unless something was synced after the removal (as on
ext4, whose journal keeps the order of names).
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECTOR = 512
_CALL = re.compile(rb"^(\d+) +(?:<\.\.\. )?(\w+)")
_PATH = re.compile(rb"<((?:\\x[0-9a-f]{2})+)>")
_TEXT = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the process did: `kind` is write, truncate, sync, remove or acknowledge."""

    kind: str
    file: str
    offset: int = 0
    data: bytes = b""


def record(folder: Path, answers: int, *, synchronous: str = "FULL") -> list[Step]:
    """Run the load on a data folder and give what it did to the files of the database, in order."""
    if shutil.which("strace") is None:
        raise RuntimeError("strace is missing; type: apt-get install strace")
    log = folder.parent / f"{folder.name}.strace"
    calls = "pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat"
    done = subprocess.run(
        [
            *("strace", "-f", "--seccomp-bpf", "-y", "-xx", "-s", "300000"),
            *("-e", f"trace={calls}", "-o", str(log), sys.executable, str(ROOT / "tests" / "power_load.py")),
            *(str(folder), str(answers), synchronous),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the recorded process failed: {done.stderr[-2000:]}")
    return list(_steps(log.read_bytes().splitlines()))


def _steps(lines: list[bytes]) -> Iterator[Step]:
    waiting: dict[bytes, bytes] = {}
    for line in lines:
        found = _CALL.match(line)
        if found is None:
            continue
        thread, call = found.groups()
        if call in {b"fsync", b"fdatasync"}:
            # A sync counts when it has returned; everything else as soon as it was asked for.
            if line.endswith(b"<unfinished ...>"):
                waiting[thread] = line
                continue
            if b"resumed>" in line:
                line = waiting.pop(thread)
            elif not line.rstrip().endswith(b"= 0"):
                raise RuntimeError("a sync failed")
        elif b"resumed>" in line:
            continue
        yield from _step(call.decode(), line)


def _step(call: str, line: bytes) -> Iterator[Step]:
    texts = [_plain(one) for one in _TEXT.findall(line)]
    if call in {"unlink", "unlinkat"}:
        name = Path(texts[0].decode()).name
    else:
        path = _PATH.search(line)
        name = Path(_plain(path.group(1)).decode()).name if path else ""
    if name == "acknowledged" and call == "write":
        yield Step("acknowledge", name, data=texts[0].strip())
    if not name.startswith("sipas.sqlite") or name.endswith("-shm"):
        return
    if call == "pwrite64":
        yield Step("write", name, int(line.split(b", ")[-1].partition(b")")[0].split(b" ")[0]), texts[0])
    elif call == "write":
        raise RuntimeError("this SQLite writes without offsets; the record would have to follow them")
    elif call == "ftruncate":
        yield Step("truncate", name, int(line.split(b", ")[-1].partition(b")")[0].split(b" ")[0]))
    elif call in {"fsync", "fdatasync"}:
        yield Step("sync", name)
    else:
        yield Step("remove", name)


def _plain(escaped: bytes) -> bytes:
    return bytes.fromhex(escaped.replace(b"\\x", b"").decode())


@dataclass
class Disk:
    """What is surely on the disk, and what may be."""

    files: dict[str, bytearray]
    pending: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    removed: dict[str, list[Step]] = field(default_factory=dict)

    def do(self, step: Step) -> None:
        if step.kind == "sync":
            for name in list(self.removed):
                self.files.pop(name, None)
                del self.removed[name]
            for one in self.pending.pop(step.file, []):
                _apply(self.files, one)
            self.files.setdefault(step.file, bytearray())
        elif step.kind == "remove":
            self.removed[step.file] = self.pending.pop(step.file, [])
        elif step.kind != "acknowledge":
            self.pending[step.file].append(step)

    def after_a_cut(self, chance: random.Random) -> dict[str, bytearray]:
        """Give files as they may be found, by chance."""
        left = dict(self.files)
        for name in {*self.removed, *self.pending} & set(left):
            left[name] = bytearray(left[name])
        gone = list(self.removed)[: chance.randint(0, len(self.removed))]
        for name in gone:
            left.pop(name, None)
        undecided = {name: steps for name, steps in self.removed.items() if name not in gone}
        for steps in (*undecided.values(), *self.pending.values()):
            for one in _survivors(steps, chance):
                _apply(left, one)
        return left


def _survivors(steps: list[Step], chance: random.Random) -> list[Step]:
    how = chance.choice(("none", "all", "beginning", "any", "any", "torn"))
    if how == "none":
        return []
    if how == "all":
        return steps
    if how == "beginning":
        return steps[: chance.randint(0, len(steps))]
    some = [one for one in steps if chance.random() < 0.5]
    chance.shuffle(some)
    return [_torn(one, chance) for one in some] if how == "torn" else some


def _torn(step: Step, chance: random.Random) -> Step:
    """Keep the first or the last sectors of a write."""
    if step.kind != "write" or len(step.data) <= SECTOR:
        return step
    at = SECTOR * chance.randint(1, (len(step.data) - 1) // SECTOR)
    if chance.random() < 0.5:
        return Step("write", step.file, step.offset, step.data[:at])
    return Step("write", step.file, step.offset + at, step.data[at:])


def _apply(files: dict[str, bytearray], step: Step) -> None:
    content = files.setdefault(step.file, bytearray())
    if step.kind == "truncate":
        del content[step.offset :]
        content.extend(bytes(step.offset - len(content)))
        return
    content.extend(bytes(max(0, step.offset - len(content))))
    content[step.offset : step.offset + len(step.data)] = step.data


@dataclass(frozen=True, slots=True)
class CrashState:
    files: dict[str, bytearray]
    acknowledged: frozenset[str]
    place: int


def crash_states(
    steps: list[Step], start: dict[str, bytes], *, count: int, seed: int
) -> Iterator[CrashState]:
    """Give states after `count` power cuts at places drawn from the whole record."""
    chance = random.Random(seed)
    places = sorted(chance.randint(0, len(steps)) for _ in range(count))
    disk = Disk({name: bytearray(content) for name, content in start.items()})
    told: set[str] = set()
    done = 0
    for place in places:
        for step in steps[done:place]:
            disk.do(step)
            if step.kind == "acknowledge":
                told.add(step.data.decode())
        done = place
        yield CrashState(disk.after_a_cut(chance), frozenset(told), place)
