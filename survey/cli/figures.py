"""`sipas estimate` and `sipas goals`: the figures of the pages, waiting answers included."""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import click

from analysis.goal_results import stated
from analysis.results import IndexEstimate, SurveyEstimate
from survey import clock, i18n
from survey.cli import json_option, opened, print_json
from survey.services.figures import counting
from survey.services.figures.goal_figures import GoalRow
from survey.services.office import installation, periods, plans

_POINTS = {"reached": "đạt", "not_reached": "chưa đạt", "unknown": "chưa rõ"}
_VERDICTS = {
    "met_with_confidence": "chắc chắn đạt",
    "missed": "chắc chắn chưa đạt",
    "not_shown": "chưa chắc chắn",
    "refused": "chưa đủ phiếu để kết luận",
}

INDEXES = ("item-mean", "pooled", "respondent-mean", "mean-over-5")


@click.command()
@click.option(
    "--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="Ngày đầu; mặc định: đầu năm kế hoạch."
)
@click.option("--to", "end", type=click.DateTime(["%Y-%m-%d"]), help="Ngày cuối, tính cả ngày này.")
@click.option("--by", type=click.Choice(counting.BY), multiple=True, help="Chia nhóm; có thể lặp lại.")
@click.option("--index", type=click.Choice(INDEXES), help="Một cách tính cho mọi yếu tố.")
@click.option("--all-stages", is_flag=True, help="Mọi việc, không chỉ người nhận kết quả.")
@json_option
def estimate(
    start: datetime | None,
    end: datetime | None,
    by: tuple[str, ...],
    index: str | None,
    all_stages: bool,
    as_json: bool,
) -> None:
    """Ước lượng chỉ số hài lòng, kể cả câu trả lời đang chờ trộn."""
    with opened() as tool, tool.database.read() as session:
        unit_id = tool.unit_id
        year = installation.read(session).plan_year or clock.office_day(clock.now(), tool.settings.zone).year
        first, last = _span(start, end, year)
        plan = plans.find(session, unit_id=unit_id, year=year)
        methods = index or (plans.methods_of(plan))
        counted = counting.count(
            session, store=tool.store, keyring=tool.keyring, unit_id=unit_id, start=first, end=last
        )
        groups = counting.estimate_groups(
            session, counted, store=tool.store, by=by, methods=methods, all_stages=all_stages
        )
    body = {
        "from": first.isoformat(),
        "to": (last - timedelta(days=1)).isoformat(),
        "groups": [{"by": dict(group.by), **_survey_json(group.estimate)} for group in groups],
    }
    if as_json:
        print_json(body)
        return
    for group in groups:
        click.echo(_title(group.by, group.estimate.n))
        for name, one in {**group.estimate.dimensions, "overall": group.estimate.overall}.items():
            click.echo(f"  {name:<10} {_line(one)}")


def _span(start: datetime | None, end: datetime | None, year: int) -> tuple[date, date]:
    whole = periods.make(year)
    first = start.date() if start else whole.start
    last = end.date() + timedelta(days=1) if end else whole.end
    if first >= last:
        raise click.ClickException("--from phải trước --to")
    return first, last


def _title(by: Any, n: int) -> str:
    named = ", ".join(f"{name}={value or '–'}" for name, value in by.items()) or "toàn bộ"
    return f"{named}: {n} người"


def _line(one: IndexEstimate) -> str:
    if math.isnan(one.index):
        return f"chưa có số liệu (n = {one.n})"
    percent = i18n.format_percent
    return f"{percent(one.index)}  [{percent(one.lower)}; {percent(one.upper)}]  n = {one.n}"


def finite(value: Any) -> Any:
    """Turn what JSON cannot hold (nan, infinity) into null, deep down."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    return value


def _survey_json(result: SurveyEstimate) -> dict[str, Any]:
    return {
        "n": result.n,
        "dimensions": {name: finite(asdict(one)) for name, one in result.dimensions.items()},
        "items": {name: finite(asdict(one)) for name, one in result.items.items()},
        "overall": finite(asdict(result.overall)),
    }


@click.command()
@click.option("--plan", "year", type=int, help="Năm kế hoạch; mặc định: năm đang dùng.")
@json_option
def goals(year: int | None, as_json: bool) -> None:
    """So chỉ số của năm với mục tiêu kế hoạch và với năm trước."""
    with opened() as tool, tool.database.read() as session:
        unit_id = tool.unit_id
        chosen = year or installation.read(session).plan_year
        if chosen is None:
            raise click.ClickException("Chưa có năm kế hoạch; thêm --plan NĂM")
        rows = counting.goal_rows(
            session, store=tool.store, keyring=tool.keyring, unit_id=unit_id, year=chosen
        )
    if as_json:
        print_json({"year": chosen, "dimensions": {row.dimension.value: _goal_json(row) for row in rows}})
        return
    for row in rows:
        line = _line(row.estimate) if row.estimate else "–"
        click.echo(f"{row.short['vi']:<22} {line}  {_verdict(row)}")


def _verdict(row: GoalRow) -> str:
    found, goal = row.assessment, row.goal
    if goal is None:
        return "chưa có mục tiêu"
    threshold = f"mục tiêu {goal.operator.value} {i18n.format_percent(goal.threshold)}"
    if found is None:
        return threshold
    return f"{threshold}: {_POINTS[found.point]}, {_VERDICTS[found.verdict]}"


def _goal_json(row: GoalRow) -> dict[str, Any]:
    body: dict[str, Any] = {"n": row.estimate.n if row.estimate else 0}
    if row.estimate is not None:
        body["estimate"] = finite(asdict(row.estimate))
    if row.goal is not None:
        body |= {
            "threshold": row.goal.threshold,
            "operator": row.goal.operator.value,
            "require_improvement": row.goal.require_improvement,
            "method": row.goal.method,
        }
    if row.assessment is not None:
        assessment = asdict(row.assessment)
        assessment |= {
            "refused": row.assessment.verdict == "refused",
            "verdict_threshold": stated(row.assessment.verdict_threshold),
            "verdict": stated(row.assessment.verdict),
        }
        assessment["reasons"] = [
            {"code": reason.code, "numbers": dict(reason.numbers), "subject": reason.subject}
            for reason in row.assessment.reasons
        ]
        limits = {"lower": assessment.pop("diff_lower"), "upper": assessment.pop("diff_upper")}
        body |= finite({**assessment, **limits})
    return body
