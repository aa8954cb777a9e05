"""What a report says of the answers that carry several signals: where they decide, in plain words.

The figures of record count every answer; nobody is accused, and nobody is left in the dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from survey.i18n import format_date, format_number, format_percent
from survey.reports import tables
from survey.reports.overview.sentence import listed
from survey.reports.tables import Column, Kind, Table
from survey.reports.words.needs import span
from survey.reports.words.verdicts import verdict_words
from survey.services.figures.goal_figures import GoalRow
from survey.services.records.period_figures import KNOWS_SIGNALS_FROM, PeriodFigures

VI = "vi"
_CHANGES = {
    "improved": "tăng chắc chắn",
    "declined": "giảm chắc chắn",
    "no_shown_change": "chưa thấy thay đổi chắc chắn",
    "points_only": "chỉ so được điểm số",
}
# So many days are named; the page of quality has all.
_MOST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Beside:
    """One dimension as it is on record and without the answers of several signals."""

    row: GoalRow
    without: GoalRow

    @property
    def is_other(self) -> bool:
        """Say whether a verdict would read otherwise."""
        return _verdicts(self.row) != _verdicts(self.without)


def beside(figures: PeriodFigures) -> Sequence[Beside]:
    """Pair what is shown of each dimension with what is left without those answers."""
    if figures.without_signals is None:
        return ()
    rows = {row.dimension: row for row in figures.rows}
    return [
        Beside(
            rows[one.dimension],
            replace(rows[one.dimension], estimate=one.estimate, assessment=one.assessment),
        )
        for one in figures.without_signals.rows
        if one.estimate is not None
    ]


def _verdicts(row: GoalRow) -> tuple[str, ...]:
    found = row.assessment
    if found is None:
        return ()
    level = found.verdict_threshold, found.point_threshold
    return level if row.last_year is None else (found.verdict, found.point, *level)


def decided(figures: PeriodFigures) -> Sequence[Beside]:
    """Give the dimensions whose verdict hangs on those answers."""
    return [one for one in beside(figures) if one.is_other]


def sentences(figures: PeriodFigures) -> list[str]:
    """Say how many carry several signals, and what would read otherwise without them."""
    if figures.without_signals is None:
        return []
    said = [f"{_who(figures)} Số chính thức tính mọi phiếu; dấu hiệu không phải là bằng chứng sai phạm."]
    others = decided(figures)
    if others:
        said.append(f"Nếu không tính các phiếu đó thì kết luận khác đi: {'; '.join(map(_change, others))}.")
    said += _changes_since(figures)
    if len(said) == 1:
        said.append("Không tính các phiếu đó thì các kết luận vẫn như vậy.")
    return said


def pointer(figures: PeriodFigures) -> str:
    """Say among the verdicts which of them hang on those answers."""
    others = decided(figures)
    if not others:
        return ""
    names = listed([one.row.short[VI] for one in others], locale=VI)
    return f" Kết luận về {names} phụ thuộc vào các phiếu có dấu hiệu bất thường: xem lưu ý dưới bảng."


def _who(figures: PeriodFigures) -> str:
    found = figures.without_signals
    if found is None or not found.persons:
        return "Lưu ý: kỳ được so sánh có phiếu mang từ hai dấu hiệu bất thường trở lên."
    # Only a few days are worth naming; where there are more, the page of quality has the list.
    days = ", ".join(format_date(day, locale=VI) for day in found.days)
    on = f", nhất là ngày {days}" if 0 < len(found.days) <= _MOST_DAYS else ""
    of = f"trong số {format_number(figures.persons, locale=VI)} người trả lời " if figures.persons else ""
    return (
        f"Lưu ý: {of}có {format_number(found.persons, locale=VI)} phiếu mang từ hai dấu hiệu bất thường trở "
        f"lên (quá nhanh, dồn dập tại một máy, giống hệt nhau …){on}."
    )


def _changes_since(figures: PeriodFigures) -> list[str]:
    """Name the changes since the period before that would read otherwise, alike ones together."""
    found = figures.without_signals
    left = {one.dimension: one.found for one in found.changes} if found else {}
    names = {row.dimension: row.short[VI] for row in figures.rows}
    alike: dict[tuple[str, str], list[str]] = {}
    for one in figures.changes:
        without = left.get(one.dimension, one.found)
        if without != one.found and {one.found, without} <= set(_CHANGES):
            alike.setdefault((one.found, without), []).append(names[one.dimension])
    return [
        f"So với kỳ trước, {listed(of, locale=VI)} khi đó {_CHANGES[without]} "
        f"(số chính thức: {_CHANGES[on_record]})."
        for (on_record, without), of in alike.items()
    ]


def _change(one: Beside) -> str:
    before, after = _words(one.row), _words(one.without)
    return f"{one.row.short[VI]} từ {_index(one.row)} ({before}) thành {_index(one.without)} ({after})"


def _index(row: GoalRow) -> str:
    return format_percent(row.estimate.index if row.estimate else None, locale=VI)


def _words(row: GoalRow) -> str:
    """Name the verdict on the goal as a whole, on its level alone where last year is not known."""
    said = verdict_words(row, year=0, locale=VI)
    return said.parts[0] if row.last_year is None and said.parts else _lowered(said.verdict)


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def table(figures: PeriodFigures) -> Table | None:
    """Set both verdicts side by side; None where nothing would read otherwise."""
    if not decided(figures) and not _changes_since(figures):
        return None
    columns = [
        Column("Yếu tố"),
        Column("Mọi phiếu (số chính thức)", Kind.SHARE),
        Column("Kết luận chính thức", Kind.PROSE),
        Column("Không tính phiếu có dấu hiệu", Kind.SHARE),
        Column("Khoảng tin cậy 95%"),
        Column("Kết luận khi đó", Kind.PROSE),
    ]
    rows = []
    for one in beside(figures):
        left = one.without.estimate
        rows.append(
            [
                tables.words(one.row.name[VI]),
                tables.share(one.row.estimate.index if one.row.estimate else None, locale=VI),
                tables.words(_words(one.row)),
                tables.share(left.index if left else None, locale=VI),
                tables.words(span(left.lower, left.upper, locale=VI) if left else "–"),
                tables.words(_words(one.without) if one.is_other else "không đổi"),
            ]
        )
    title = "Kết luận khi tính và khi không tính các phiếu có từ hai dấu hiệu"
    note = "Số chính thức và kết luận chính thức luôn tính mọi phiếu; không phiếu nào bị xóa."
    return Table("signals", title, columns, rows, note)


def limit_sentence(figures: PeriodFigures) -> str:
    """Say that an older record does not know, which is not the same as nothing found."""
    if figures.version >= KNOWS_SIGNALS_FROM:
        return ""
    return (
        "Kỳ này chốt trước khi báo cáo nêu ảnh hưởng của các phiếu có dấu hiệu bất thường; "
        "xem trang “Chất lượng” của phần mềm."
    )


def measures(figures: PeriodFigures) -> list[str]:
    """Propose to look again at what decides a verdict, where something does."""
    others = decided(figures)
    if not others:
        return []
    names = listed([one.row.short[VI] for one in others], locale=VI)
    return [
        f"Xem lại các phiếu có dấu hiệu bất thường và gọi lại ngẫu nhiên trước khi dùng kết luận về {names}."
    ]
