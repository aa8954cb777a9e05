"""What the program proposes for the parts that an officer writes: words from the figures, without figures.

Reports are official papers and are written in Vietnamese whatever language the reader of the pages has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey.reports.overview.sentence import listed
from survey.reports.periodic import signals
from survey.services.figures.goal_figures import GoalRow
from survey.services.records.period_figures import ItemFigures, PeriodFigures
from survey.services.records.period_reports import Part

_VI = "vi"
# Items and reasons named for a dimension: more would be read by nobody.
_NAMED = 3


def proposed_texts(figures: PeriodFigures) -> Mapping[Part, str]:
    return {
        Part.GENERAL: "",
        Part.RESULTS: _results(figures),
        Part.LIMITS: "",
        Part.CAUSES: _causes(figures),
        Part.MEASURES: _measures(figures),
    }


def standing(row: GoalRow) -> str:
    """Say whether a dimension is safe, open or lost: by the level alone where last year is not known."""
    if row.assessment is None:
        return ""
    only_level = row.last_year is None
    verdict = row.assessment.verdict_threshold if only_level else row.assessment.verdict
    return {"met_with_confidence": "safe", "missed": "lost"}.get(verdict, "open")


def lost(figures: PeriodFigures) -> list[GoalRow]:
    return [row for row in figures.rows if standing(row) == "lost"]


def not_sure(figures: PeriodFigures) -> list[GoalRow]:
    """Give the dimensions whose goal is neither shown nor lost: these need work, or more answers."""
    return [row for row in figures.rows if standing(row) == "open"]


def shown(figures: PeriodFigures) -> list[GoalRow]:
    return [row for row in figures.rows if standing(row) == "safe"]


def short_names(rows: Sequence[GoalRow]) -> str:
    """Name dimensions as the sentence of the overview does; a name that holds a comma comes after "và"."""
    return listed([row.short[_VI] for row in rows], locale=_VI)


def weakest_items(figures: PeriodFigures, dimension: str) -> list[ItemFigures]:
    """Give the items of a dimension that pull it down, the lowest first."""
    known = [
        item
        for item in figures.items
        if item.dimension.value == dimension
        and item.estimate is not None
        and item.estimate.index == item.estimate.index
    ]
    return sorted(known, key=lambda item: item.estimate.index if item.estimate else 1.0)


def _results(figures: PeriodFigures) -> str:
    said = []
    if lost(figures):
        said.append(f"Cần tập trung trước hết vào: {short_names(lost(figures))}.")
    if not_sure(figures):
        said.append(
            f"Cần tiếp tục theo dõi: {short_names(not_sure(figures))}; "
            "số liệu chưa đủ để khẳng định đạt hay chưa đạt."
        )
    if not said and shown(figures):
        said.append("Các yếu tố đã có kết luận đều đạt mục tiêu; tiếp tục duy trì.")
    return "\n".join(said)


def _causes(figures: PeriodFigures) -> str:
    said = []
    for row in (*lost(figures), *not_sure(figures)):
        items = _named_items(figures, row)
        reasons = [one.text[_VI] for one in figures.reasons if one.dimension is row.dimension][:_NAMED]
        parts = [items] if items else []
        if reasons:
            lowered = "; ".join(text[:1].lower() + text[1:] for text in reasons)
            parts.append(f"người dân nêu: {lowered}")
        if parts:
            said.append(f"- {row.short[_VI]}: {'. Lý do '.join(parts)}.")
    said.append("- Nguyên nhân chủ quan, khách quan khác: ……")
    return "\n".join(said)


def _named_items(figures: PeriodFigures, row: GoalRow) -> str:
    """Name what is below the goal of its dimension; where nothing is, the lowest item, as just that."""
    items = weakest_items(figures, row.dimension.value)
    low = [
        item
        for item in items
        if row.goal is None or (item.estimate is not None and item.estimate.index < row.goal.threshold)
    ][:2]
    said, named = ("tiêu chí còn thấp", low) if low else ("tiêu chí thấp nhất", items[:1])
    texts = "; ".join(item.text[_VI][:1].lower() + item.text[_VI][1:] for item in named)
    return f"{said}: {texts}" if texts else ""


def _measures(figures: PeriodFigures) -> str:
    said = []
    for row in (*lost(figures), *not_sure(figures)):
        if row.goal is None or not row.goal.tasks:
            continue
        lead = f", chủ trì: {row.goal.lead_role}" if row.goal.lead_role else ""
        said.append(f"{row.name[_VI]}{lead}:")
        for task in row.goal.tasks:
            text = (task.short or task.text).rstrip(".")
            other = task.owner_role and task.owner_role != row.goal.lead_role
            owner = f" ({task.owner_role})" if other else ""
            said.append(f"- {text}{owner}.")
    if not said:
        said.append("Tiếp tục thực hiện các nhiệm vụ của kế hoạch năm và duy trì kết quả đã đạt.")
    said += signals.measures(figures)
    return "\n".join(said)
