"""Ratios with svy: clustered errors, months as domains.

Twice: each commune as a survey of its own, and all communes × months as domains of the whole file.
"""

import json
import statistics
import sys
import time
from importlib.metadata import version

import numpy as np
import polars as pl
import svy

NAMES = ["commune", "month", "day", *(f"{kind}{d}" for d in range(5) for kind in "tv")]


def one_commune(rows: pl.DataFrame) -> list:
    sample = svy.Sample(rows, svy.Design(wgt="w", psu="day"))
    return [sample.estimation.ratio(y=f"t{d}", x=f"v{d}", by="month") for d in range(5)]


def seconds_of(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


counts, communes = np.load(sys.argv[1]), int(sys.argv[2])
frame = pl.DataFrame({name: counts[:, i] for i, name in enumerate(NAMES)}).with_columns(w=pl.lit(1.0))
parts = [frame.filter(pl.col("commune") == commune) for commune in range(communes)]
first = one_commune(parts[0])  # imports and compilation are not its fault
alone = statistics.median(seconds_of(lambda part=part: one_commune(part)) for part in parts)
sample = svy.Sample(frame, svy.Design(wgt="w", stratum="commune", psu="day"))
# One dimension, because it takes 40 s and 10 GB; the other four are the same again.
whole = seconds_of(lambda: sample.estimation.ratio(y="t0", x="v0", by=["commune", "month"]))


def rows(name: str) -> list[list[float]]:
    ordered = [sorted(estimate.estimates, key=lambda one: int(one.by_level[0])) for estimate in first]
    return [[getattr(one, name) for one in dimension] for dimension in ordered]


print(
    json.dumps(
        {
            "version": version("svy"),
            "alone": alone * len(np.unique(counts[:, 0])),
            "whole": 5 * whole,
            "index": rows("est"),
            "error": rows("se"),
        }
    )
)
