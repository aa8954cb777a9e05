"""Ratios of communes by themselves with pandas and statsmodels: weighted means, robust errors."""

import json
import statistics
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
import statsmodels.api as sm

NAMES = ["commune", "month", "day", *(f"{kind}{d}" for d in range(5) for kind in "tv")]


def one_commune(rows: pd.DataFrame) -> list:
    found = []
    for d in range(5):
        answered = rows[rows[f"v{d}"] > 0]
        for _, month in answered.groupby("month"):
            # The weighted mean of t/v with weights v is Σt/Σv, and its robust error the linearised one.
            share = (month[f"t{d}"] / month[f"v{d}"]).to_numpy()
            fit = sm.WLS(share, np.ones(len(month)), weights=month[f"v{d}"].to_numpy()).fit(
                cov_type="cluster", cov_kwds={"groups": month["day"].to_numpy()}
            )
            found.append((d, float(fit.params[0]), float(fit.bse[0]), fit.conf_int()))
    return found


warnings.simplefilter("ignore")
counts, communes = np.load(sys.argv[1]), int(sys.argv[2])
frame = pd.DataFrame(counts, columns=NAMES)
parts = [frame[frame["commune"] == commune] for commune in range(communes)]
one_commune(parts[0])  # imports are not its fault
taken, found = [], []
for part in parts:
    started = time.perf_counter()
    found.append(one_commune(part))
    taken.append(time.perf_counter() - started)


def rows(place: int) -> list[list[float]]:
    return [[one[place] for one in found[0] if one[0] == d] for d in range(5)]


print(
    json.dumps(
        {
            "version": f"{version('statsmodels')} + {version('pandas')}",
            "alone": statistics.median(taken) * len(np.unique(counts[:, 0])),
            "whole": None,  # it has no domains of a survey
            "index": rows(1),
            "error": rows(2),
        }
    )
)
