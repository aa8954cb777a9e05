"""Answers of the command as JSON values, and the same as a readable table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from analysis._goal_rules import change_part, refusals
from analysis._validation import check_choice
from analysis.compare import mover
from analysis.estimate import estimate_rows
from analysis.goal_results import stated
from analysis.goals import Baseline, Operator, Reason, assess
from analysis.ratings_file import RatingsFile
from analysis.results import ConfidenceInterval, IndexEstimate, SurveyEstimate

Json = dict[str, Any]


def estimates(ratings: RatingsFile, *, methods: str, level: float) -> Json:
    """``{"groups": […]}``: every index of every group."""
    groups, domain = ratings.groups()
    table = estimate_rows(ratings.table, domain, len(groups), methods=methods, level=level)
    return {"groups": [_survey(table.survey_estimate(place, by=by)) for place, by in enumerate(groups)]}


def goals(
    current: RatingsFile,
    previous: RatingsFile,
    *,
    targets: Mapping[str, tuple[Operator, float]],
    methods: str,
    level: float,
) -> Json:
    """``{"dimensions": {…}, "overall": {…}}``: both years, their difference, and the verdicts."""
    now, before = (
        estimate_rows(year.table, methods=methods, level=level).survey_estimate(0)
        for year in (current, previous)
    )
    for name in targets:
        check_choice("dimension of a target", name, (*now.dimensions, "overall"))
    found = {
        name: _goal(index, before.dimensions[name], targets.get(name))
        for name, index in now.dimensions.items()
    }
    return {"dimensions": found, "overall": _goal(now.overall, before.overall, targets.get("overall"))}


def text(answer: Json) -> str:
    """Table of the numbers in ``answer``, shares in percent."""
    if "groups" in answer:
        return "\n\n".join(_group_text(group) for group in answer["groups"])
    header = (
        f"{'':<16}{'now':>8}{'before':>8}{'change':>8}   {'limits':<17}{'point':<13}threshold; year on year"
    )
    rows = [(name, goal) for name, goal in (*answer["dimensions"].items(), ("overall", answer["overall"]))]
    return "\n".join([header, *(_goal_text(name, goal) for name, goal in rows)])


def _survey(survey: SurveyEstimate) -> Json:
    return {
        "by": dict(survey.by),
        "n": survey.n,
        "dimensions": {name: _plain(asdict(index)) for name, index in survey.dimensions.items()},
        "items": {name: _plain(asdict(index)) for name, index in survey.items.items()},
        "overall": _plain(asdict(survey.overall)),
    }


def _goal(now: IndexEstimate, before: IndexEstimate, target: tuple[Operator, float] | None) -> Json:
    baseline = None
    if not math.isnan(before.index):
        baseline = Baseline.from_estimate(before, source="previous file")
    # Limits of the difference are evidence: they are given even where a verdict is refused.
    limits = mover(now.index, now, before.index, _interval(before))
    found: Json = {
        "index": now.index,
        "previous": before.index,
        "diff": now.index - before.index,
        "lower": limits[0],
        "upper": limits[1],
        "n": now.n,
        "n_previous": before.n,
        "method_version": now.method_version,
    }
    if target is None:
        change = change_part(now, baseline, ">", refused=bool(refusals(now)))
        found |= {
            "refused": bool(refusals(now)),
            "threshold": None,
            "operator": None,
            "point": change.point,
            "verdict_threshold": None,
            "verdict_year_on_year": change.verdict,
            "verdict": None,
            "p_year_on_year": change.p_value,
            "reasons": [_reason(reason) for reason in (*refusals(now), *change.reasons)],
        }
        return _plain(found)
    operator, threshold = target
    goal = assess(now, threshold=threshold, operator=operator, baseline=baseline)
    found |= {
        "threshold": threshold,
        "operator": operator,
        "point": goal.point,
        "point_threshold": goal.point_threshold,
        "point_year_on_year": goal.point_year_on_year,
        "refused": goal.verdict == "refused",
        "verdict_threshold": stated(goal.verdict_threshold),
        "verdict_year_on_year": goal.verdict_year_on_year,
        "verdict": stated(goal.verdict),
        "p_threshold": goal.p_threshold,
        "p_year_on_year": goal.p_year_on_year,
        "one_sided_lower": now.one_sided_lower,
        "one_sided_upper": now.one_sided_upper,
        "diff_one_sided_lower": goal.diff_one_sided_lower,
        "diff_one_sided_upper": goal.diff_one_sided_upper,
        "reasons": [_reason(reason) for reason in goal.reasons],
    }
    return _plain(found)


def _interval(estimate: IndexEstimate) -> ConfidenceInterval:
    return ConfidenceInterval(estimate.lower, estimate.upper, estimate.level, estimate.interval_method)


def _reason(reason: Reason) -> Json:
    return {"code": reason.code, "numbers": dict(reason.numbers), "subject": reason.subject}


def _plain(values: Json) -> Json:
    """``values`` as JSON can hold them: an undefined or infinite number is ``None``."""
    return {name: _json_value(value) for name, value in values.items()}


def _json_value(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _json_value(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_json_value(part) for part in value]
    return value


def _group_text(group: Json) -> str:
    title = ", ".join(f"{name} = {value}" for name, value in group["by"].items()) or "all rows"
    lines = [f"{title}: {group['n']} persons"]
    lines.append(f"  {'':<16}{'index':>8}   {'limits':<17}{'n':>7}{'df':>7}{'n_eff':>9}")
    rows = [*group["dimensions"].items(), ("overall", group["overall"]), *group["items"].items()]
    lines += [f"  {name:<16}{_index_text(index)}" for name, index in rows]
    return "\n".join(lines)


def _index_text(index: Json) -> str:
    limits = f"{_percent(index['lower'])} to {_percent(index['upper'])}"
    size = "–" if index["n_eff"] is None else f"{index['n_eff']:.0f}"
    numbers = f"{_percent(index['index']):>8}   {limits:<17}{index['n']:>7}{index['df']:>7.0f}{size:>9}"
    return f"{numbers}  {' '.join(index['flags'])}".rstrip()


def _goal_text(name: str, goal: Json) -> str:
    limits = f"{_points(goal['lower'])} to {_points(goal['upper'])}"
    verdicts = f"{goal['verdict_threshold'] or '–'}; {goal['verdict_year_on_year']}"
    return (
        f"{name:<16}{_percent(goal['index']):>8}{_percent(goal['previous']):>8}{_points(goal['diff']):>8}   "
        f"{limits:<17}{goal['point']:<13}{verdicts}"
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _points(change: float | None) -> str:
    return "–" if change is None else f"{100 * change:+.1f}"
