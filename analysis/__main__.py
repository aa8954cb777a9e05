"""The command ``python -m analysis``: the same figures for a file of any survey, without the web product."""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis import _report
from analysis._validation import AnalysisError
from analysis.goals import Operator
from analysis.index import METHODS
from analysis.ratings_file import read_ratings
from analysis.specification import read_specification

_TARGET = re.compile(r"(?P<name>[^=<>]+?)(?P<operator>>=|>|=)(?P<threshold>[^=<>]+)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when it gave an answer, 2 when the input is at fault (argparse says the same)."""
    options = _parser().parse_args(_one_option_a_target(sys.argv[1:] if arguments is None else arguments))
    try:
        answer = _estimate(options) if options.command == "estimate" else _goals(options)
    except AnalysisError as error:
        print(error, file=sys.stderr)
        return 2
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names in a file may need letters that the console's own encoding lacks.
        sys.stdout.reconfigure(encoding="utf-8")
    if options.json:
        json.dump(answer, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
        sys.stdout.write("\n")
    else:
        print(_report.text(answer))
    return 0


def _estimate(options: argparse.Namespace) -> _report.Json:
    specification = read_specification(options.spec)
    ratings = read_ratings(options.ratings, specification, by=options.by)
    return _report.estimates(ratings, methods=options.index, level=options.level)


def _goals(options: argparse.Namespace) -> _report.Json:
    specification = read_specification(options.spec)
    current, previous = (read_ratings(path, specification) for path in (options.current, options.previous))
    return _report.goals(
        current,
        previous,
        targets=dict(_target(text) for text in options.target),
        methods=options.index,
        level=options.level,
    )


def _target(text: str) -> tuple[str, tuple[Operator, float]]:
    """Name, operator and threshold of ``access=0.80``, ``access>=0.80`` or ``access>0.80``."""
    found = _TARGET.fullmatch(text)
    try:
        threshold = float(found["threshold"]) if found else None
    except ValueError:
        threshold = None
    if found is None or threshold is None:
        raise AnalysisError(f"target is {text!r}; allowed: NAME=SHARE, such as access=0.80")
    operator: Operator = ">" if found["operator"] == ">" else ">="
    return found["name"], (operator, threshold)


def _one_option_a_target(arguments: Sequence[str]) -> list[str]:
    """``--target a=1 b=2 FILE`` with an option for each target, so that files may follow."""
    expanded: list[str] = []
    after_target = False
    for argument in arguments:
        if after_target and expanded[-1] != "--target" and _TARGET.fullmatch(argument):
            expanded.append("--target")
        elif after_target and expanded[-1] != "--target":
            after_target = False
        after_target = after_target or argument == "--target"
        expanded.append(argument)
    return expanded


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    estimate = commands.add_parser("estimate", help="indices with intervals, for all rows or by groups")
    estimate.add_argument("ratings", type=Path, metavar="RATINGS.csv")
    estimate.add_argument(
        "--by", action="append", default=[], metavar="COLUMN", help="a group for each value; repeatable"
    )
    goals = commands.add_parser("goals", help="two years against thresholds and against each other")
    goals.add_argument("current", type=Path, metavar="CURRENT.csv")
    goals.add_argument("previous", type=Path, metavar="PREVIOUS.csv")
    goals.add_argument(
        "--target",
        action="append",
        default=[],
        metavar="NAME=SHARE",
        help="threshold of a dimension, as access=0.80 (from) or 'access>0.80' (above)",
    )
    for command in (estimate, goals):
        command.add_argument(
            "--spec", type=Path, required=True, metavar="SPEC.toml", help="what the columns are"
        )
        command.add_argument(
            "--index", choices=METHODS, default="item-mean", help="how a dimension is computed"
        )
        command.add_argument("--level", type=float, default=0.95, help="confidence level (0.95)")
        command.add_argument("--json", action="store_true", help="JSON instead of a table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
