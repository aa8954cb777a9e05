"""Speed of the estimates beside R survey, svy, and statsmodels with pandas, in one run on the same data.

    python -m benchmarks.estimates_vs_peers [--responses 1000000] [--peers-python PATH]

One hundred communes × twelve months × five dimensions, 16 items with blanks, clusters of desk × day: 6,000
ratios with clustered intervals. The Python peers run in an environment of their own that this script makes
in a temporary folder (or in the one given); a peer that cannot be had is named and left out. Peers get the
counts t and v of each person ready made, and only their estimation is timed, as the median over a few
communes times one hundred: each commune *alone* as a survey of its own, and as a domain of the *whole* file.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.design import DesignSums, StratumSums
from analysis.estimate import EstimateTable, estimate_many, stratum_sums
from analysis.layout import SIPAS_LAYOUT
from analysis.sums import tabulate_linear, tabulate_products

COMMUNES, MONTHS, DAYS = 100, 12, 20
HERE = Path(__file__).parent
PEER_PACKAGES = ("svy", "statsmodels", "pandas")
TARGETS = {"R survey": 500.0, "svy": 50.0}
TARGET_SECONDS_FROM_SUMS = 0.005
# The product keeps sums by desk and day, and a commune's variance is that of a domain of the file.
JUDGED_STAGE, JUDGED_ROUTE = "from sums by day", "whole"

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Data:
    """Ratings with their commune, month and day of the year (the cluster), sorted by nothing."""

    levels: npt.NDArray[np.uint8]
    commune: Integers
    month: Integers
    day: Integers


@dataclass(frozen=True)
class Peer:
    """What a peer reported: seconds for all communes alone and as a whole, its numbers for the first one."""

    name: str
    version: str
    seconds: dict[str, float]
    index: npt.NDArray[np.float64]
    error: npt.NDArray[np.float64]


def draw(responses: int, seed: int) -> Data:
    """Ratings with communes and days that differ, and one answer in ten blank or not applicable."""
    rng = np.random.default_rng(seed)
    commune = rng.integers(0, COMMUNES, responses)
    day = rng.integers(0, MONTHS * DAYS, responses)
    share = np.clip(rng.normal(0.87, 0.04, (COMMUNES, MONTHS * DAYS)), 0.5, 0.99)[commune, day]
    person = rng.random(responses) < 0.5
    satisfied = (
        rng.random((responses, len(SIPAS_LAYOUT.items)), dtype=np.float32)
        < (np.where(person, share, np.sqrt(share))[:, np.newaxis])
    )
    levels = np.where(satisfied, 5, 3).astype(np.uint8)
    levels[rng.random(levels.shape, dtype=np.float32) < 0.1] = 0
    return Data(levels, commune, day // DAYS, day)


def cells(data: Data) -> DesignSums:
    """Sums by desk × day and by month, as the product keeps them; a stratum is one month of one commune."""
    stratum = data.commune * MONTHS + data.month
    cluster = data.commune * (MONTHS * DAYS) + data.day
    strata, clusters = COMMUNES * MONTHS, COMMUNES * MONTHS * DAYS
    linear = tabulate_linear(SIPAS_LAYOUT, data.levels, cluster, clusters)
    products = tabulate_products(SIPAS_LAYOUT, data.levels, stratum, strata)
    # A month is a domain of its commune's year: all clusters and persons of the year count for the variance.
    in_year = np.bincount(data.commune, minlength=COMMUNES)
    used = (linear[:, 0] > 0).reshape(COMMUNES, -1).sum(axis=1)
    return DesignSums(
        layout=SIPAS_LAYOUT,
        weights=np.ones((1, len(SIPAS_LAYOUT.dimension_names))),
        cluster_stratum=np.arange(clusters) // DAYS,
        cluster_id=np.arange(clusters),
        cluster_form=np.zeros(clusters, np.int64),
        linear=linear,
        product_stratum=np.arange(strata),
        product_form=np.zeros(strata, np.int64),
        products=products,
        file_clusters=np.repeat(used, MONTHS),
        file_persons=np.repeat(in_year, MONTHS),
    )


def estimates(sums: StratumSums) -> EstimateTable:
    """All 6,000 intervals."""
    return estimate_many(sums, np.arange(COMMUNES * MONTHS), COMMUNES * MONTHS, methods="pooled")


def best_seconds(work: Callable[[], object], *, times: int) -> tuple[float, float]:
    """Shortest and median time of several runs."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken), float(np.median(taken))


def memory_bandwidth() -> float:
    """Bytes a second that one core copies between arrays far larger than its caches, read and write."""
    source = np.ones(32 * 1024 * 1024)
    target = np.empty_like(source)
    shortest, _ = best_seconds(lambda: np.copyto(target, source), times=7)
    return 2 * source.nbytes / shortest


def write_counts(data: Data, folder: Path) -> None:
    """Satisfied and valid counts of each person and dimension, sorted by commune, for the peers."""
    order = np.argsort(data.commune, kind="stable")
    levels = data.levels[order]
    columns = [data.commune[order], data.month[order], data.day[order]]
    for name in SIPAS_LAYOUT.dimension_names:
        part = levels[:, SIPAS_LAYOUT.item_slice(name)]
        columns += [((part == 4) | (part == 5)).sum(axis=1), ((part >= 1) & (part <= 5)).sum(axis=1)]
    counts = np.stack(columns, axis=1).astype(np.int32)
    np.save(folder / "counts.npy", counts)
    names = ["commune", "month", "day"]
    for number in range(len(SIPAS_LAYOUT.dimension_names)):
        names += [f"t{number}", f"v{number}"]
    np.savetxt(
        folder / "counts.csv", counts, fmt="%d", delimiter=",",
        header=",".join(names), comments="",
    )  # fmt: skip


def run_peer(name: str, command: list[str]) -> Peer | None:
    """Run a peer's script and read the JSON it prints; None, with the reason said, when it cannot run."""
    if shutil.which(command[0]) is None:
        print(f"MISSING {name}: no {command[0]} on this machine")
        return None
    # One core for everybody: ours uses one.
    one_core = dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1")
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **one_core})
    if ran.returncode != 0:
        print(f"MISSING {name}: {(ran.stderr.strip() or ran.stdout.strip()).splitlines()[-1:]}")
        return None
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return Peer(
        name=name,
        version=told["version"],
        seconds={route: told[route] for route in ("alone", "whole") if told[route] is not None},
        index=np.array(told["index"]),
        error=np.array(told["error"]),
    )


def peers_python(folder: Path, given: str | None) -> str | None:
    """Interpreter of an environment with the Python peers; None, with the reason said, when it fails."""
    if given:
        return given
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    ran = subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", *PEER_PACKAGES],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ran.returncode != 0:
        print(f"MISSING {', '.join(PEER_PACKAGES)}: {ran.stderr.strip().splitlines()[-1:]}")
        return None
    return str(python)


def run_peers(data: Data, *, python: str | None, communes: int) -> list[Peer]:
    """Every peer that can be had."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_counts(data, folder)
        commands = {
            "R survey": ["Rscript", str(HERE / "peer_survey.R"), str(folder / "counts.csv"), str(communes)]
        }
        interpreter = peers_python(folder / "peers", python)
        if interpreter is not None:
            counts = str(folder / "counts.npy")
            commands["svy"] = [interpreter, str(HERE / "peer_svy.py"), counts, str(communes)]
            commands["statsmodels + pandas"] = [
                interpreter,
                str(HERE / "peer_statsmodels.py"),
                counts,
                str(communes),
            ]
        return [peer for name, command in commands.items() if (peer := run_peer(name, command))]


def print_peer(peer: Peer, ours: EstimateTable, stages: dict[str, float]) -> bool:
    """Agreement and ratios of one peer; False when its target is missed."""
    evidence = ours.evidence
    error = np.sqrt(evidence.cluster_variance[:, :MONTHS])
    print(
        f"\n{peer.name} {peer.version}: index differs by at most "
        f"{np.abs(peer.index - evidence.index[:, :MONTHS]).max():.1e}, standard error by at most "
        f"{np.abs(peer.error / error - 1.0).max():.1e} of itself"
    )
    for route, seconds in peer.seconds.items():
        ratios = ", ".join(f"{seconds / own:,.0f} × ours {stage}" for stage, own in stages.items())
        print(f"  {route}: {seconds:.1f} s = {ratios}")
    wanted = TARGETS.get(peer.name)
    if wanted is None:
        return True
    ratio = peer.seconds[JUDGED_ROUTE] / stages[JUDGED_STAGE]
    print(f"  target {wanted:.0f} × {JUDGED_STAGE}, {JUDGED_ROUTE}: {'ok' if ratio >= wanted else 'MISSED'}")
    return ratio >= wanted


def main() -> int:
    """Time ours, then the peers; the exit code is 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--responses", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--communes", type=int, default=5, help="communes that peers are timed on")
    parser.add_argument("--peers-python", help="interpreter that has svy, statsmodels and pandas")
    chosen = parser.parse_args()

    data = draw(chosen.responses, chosen.seed)
    kept = cells(data)
    summed = stratum_sums(kept)
    ours = estimates(summed)
    intervals = ours.conclusions.lower.size
    stages = {
        "from ratings": best_seconds(lambda: estimates(stratum_sums(cells(data))), times=5)[0],
        "from sums by day": best_seconds(lambda: estimates(stratum_sums(kept)), times=9)[0],
        "from sums by month": best_seconds(lambda: estimates(summed), times=50)[0],
    }
    print(f"{chosen.responses:,} responses, {intervals:,} clustered intervals, one core")
    for stage, seconds in stages.items():
        print(f"ours {stage}: {1000 * seconds:9.2f} ms")
    _, median = best_seconds(lambda: estimates(summed), times=50)
    fast_enough = median <= TARGET_SECONDS_FROM_SUMS
    verdict = "ok" if fast_enough else "MISSED"
    print(f"all {intervals:,} intervals from sums by month: median {1000 * median:.2f} ms, {verdict}")

    bandwidth = memory_bandwidth()
    ratings = data.levels.nbytes + data.commune.nbytes + data.day.nbytes
    sums = sum(array.nbytes for array in (summed.totals, summed.cluster_products, summed.person_products))
    print(f"memory: {bandwidth / 1e9:.1f} GB/s copied by one core")
    for what, size, stage in (
        ("ratings and their groups", ratings, "from ratings"),
        ("sums by month", sums, "from sums by month"),
    ):
        floor = size / bandwidth
        print(
            f"  {what}: {size / 1e6:.1f} MB, read once in {1000 * floor:.2f} ms; "
            f"ours takes {stages[stage] / floor:.1f} × that"
        )
    sys.stdout.flush()
    peers = run_peers(data, python=chosen.peers_python, communes=chosen.communes)
    reached = [print_peer(peer, ours, stages) for peer in peers]
    return 0 if fast_enough and all(reached) and len(peers) == 3 else 1


if __name__ == "__main__":
    sys.exit(main())
