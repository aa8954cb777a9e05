"""Where to look and what to do, one line for each goal that is not safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey.i18n import format_month, format_number, format_percent, translations
from survey.reports.tables import Column, Kind, Table, words
from survey.reports.words.names import text_of
from survey.reports.words.needs import span
from survey.reports.words.signals import signal_words
from survey.services.figures.attention import Attention
from survey.services.figures.goal_figures import GoalRow
from survey.services.pages.officer_page import OfficerPage


@dataclass(frozen=True, slots=True)
class AttentionLine:
    code: str
    name: str
    item: str
    where: str  # the item, or where else to look
    change: str
    task: str
    owner: str
    timing: str

    @property
    def plan(self) -> str:
        """What the plan says to do, who leads it, and by when."""
        beside = "; ".join(one for one in (self.owner, self.timing if self.owner else "") if one)
        return f"{self.task} ({beside})" if beside else self.task


def attention_lines(page: OfficerPage, *, locale: str) -> tuple[AttentionLine, ...]:
    """Say for each goal that is open or lost where to look, and for a safe one only what stands out."""
    lines = []
    for row in page.overview.rows:
        found = page.overview.attention.get(row.dimension)
        if found is None or row.estimate is None:
            continue
        safe = row.assessment is not None and row.assessment.verdict == "met_with_confidence"
        if safe and found.signal is None:
            continue
        lines.append(_line(row, found, locale))
    return tuple(lines)


def attention_table(lines: Sequence[AttentionLine], period: str, *, locale: str) -> Table:
    """The same lines as a table for the file."""
    _ = translations(locale).gettext
    columns = [
        Column(_("Nội dung")),
        Column(_("Xem ở đâu"), Kind.PROSE),
        Column(_("Thay đổi vượt ngẫu nhiên"), Kind.PROSE),
        Column(_("Kế hoạch nói phải làm gì"), Kind.PROSE),
    ]
    rows = [[words(one.name), words(one.where), words(one.change), words(one.plan or "–")] for one in lines]
    return Table("attention", f"{_('Cần xem và cần làm')} – {period}", columns, rows)


def first_look(page: OfficerPage, *, locale: str) -> AttentionLine | None:
    """Say where to look first: at the goal that is lost, else at the open one that is furthest off."""
    open_rows = [
        row
        for row in page.overview.rows
        if row.assessment is not None
        and row.estimate is not None
        and row.assessment.verdict != "met_with_confidence"
        and row.dimension in page.overview.attention
    ]
    if not open_rows:
        return None
    worst = min(open_rows, key=_standing)
    return _line(worst, page.overview.attention[worst.dimension], locale)


def _standing(row: GoalRow) -> tuple[bool, float]:
    """Lost goals come first, then by how far the index lies above its goal."""
    if row.assessment is None or row.estimate is None or row.goal is None:
        return True, 1.0
    return row.assessment.verdict != "missed", row.estimate.index - row.goal.threshold


def _line(row: GoalRow, found: Attention, locale: str) -> AttentionLine:
    tasks = row.goal.tasks if row.goal else ()
    _ = translations(locale).gettext
    item = _item(found, locale)
    return AttentionLine(
        code=row.dimension.value,
        name=text_of(row.short, locale),
        item=item,
        where=item or _("Xem từng câu ở trang của nội dung này"),
        change=_change(found, locale),
        task=tasks[0].short if tasks else "",
        owner=tasks[0].owner_role if tasks else "",
        timing=_within_a_sentence(row.goal.timing) if row.goal else "",
    )


def _item(found: Attention, locale: str) -> str:
    if found.item is None or found.item_estimate is None:
        return ""
    _ = translations(locale).gettext
    one = found.item_estimate
    return _("Câu thấp nhất: %(item)s %(index)s (%(span)s; n = %(n)s)") % {
        "item": text_of(found.item.label, locale),
        "index": format_percent(one.index, locale=locale),
        "span": span(one.lower, one.upper, locale=locale),
        "n": format_number(one.n, locale=locale),
    }


def _change(found: Attention, locale: str) -> str:
    """Name the latest month where it goes beyond chance."""
    _ = translations(locale).gettext
    if found.signal is None:
        return _("Tháng gần nhất không khác thường")
    month = format_month(found.signal.month.start, locale=locale)
    return f"{month}: {signal_words(found.signal.signal, locale=locale)}"


def _within_a_sentence(text: str) -> str:
    """Begin with a small letter, unless the first word is written in capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
