"""The two maps of the week: how many came in each pair of hours, and how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from analysis.disclosure import Visibility
from analysis.results import IndexEstimate
from survey.i18n import format_number, format_percent, translations
from survey.reports import tables
from survey.reports.charts.heat import HeatCell, HeatMap, heat_map
from survey.reports.tables import Cell, Column, Kind, Table
from survey.reports.words import needs
from survey.reports.words.names import period_name, text_of
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.pages.hour_map import SLOT_HOURS, HourCell, HourMap

# Grounds of the map of volume, from few to many.
_STEPS = 5
_NAMED_FROM = 10


@dataclass(frozen=True, slots=True)
class HoursView:
    quarter: str
    quarters: tuple[tuple[str, str], ...]  # code and name
    code: str
    dimension: str
    name: str
    volume: Markup | None
    index: Markup | None
    sentence: str
    table: Table


def build_hours(found: HourMap, *, locale: str) -> HoursView:
    _ = translations(locale).gettext
    weekdays = sorted({cell.weekday for cell in found.cells})
    hours = sorted({cell.hour for cell in found.cells})
    quarter, name = period_name(found.quarter, locale=locale), text_of(found.name, locale)
    sentence = _sentence(found, locale)

    def picture(code: str, title: str, cells: Sequence[HeatCell]) -> Markup | None:
        if not found.cells:
            return None
        return heat_map(
            HeatMap(
                code,
                title,
                sentence,
                [weekday_name(day, locale=locale) for day in weekdays],
                [hour_name(hour) for hour in hours],
                cells,
            )
        )

    most = max((cell.persons or 0 for cell in found.cells), default=0)
    at = {cell: (weekdays.index(cell.weekday), hours.index(cell.hour)) for cell in found.cells}
    return HoursView(
        quarter=quarter,
        quarters=tuple((one.code, period_name(one, locale=locale)) for one in found.quarters),
        code=found.quarter.code,
        dimension=found.dimension.value,
        name=name,
        volume=picture(
            "hours-volume",
            _("Số người trả lời theo thứ và giờ – %(quarter)s") % {"quarter": quarter},
            [_volume(cell, *at[cell], most, locale) for cell in found.cells],
        ),
        index=picture(
            "hours-index",
            _("%(dimension)s theo thứ và giờ – %(quarter)s") % {"dimension": name, "quarter": quarter},
            [_index(cell, *at[cell], found, locale) for cell in found.cells],
        ),
        sentence=sentence,
        table=_table(found, locale),
    )


def weekday_name(weekday: int, *, locale: str) -> str:
    _ = translations(locale).gettext
    names = [_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật")]
    return names[weekday - 1]


def hour_name(hour: int) -> str:
    return f"{hour}–{hour + SLOT_HOURS}h"


def _when(cell: HourCell, locale: str) -> str:
    return f"{weekday_name(cell.weekday, locale=locale)}, {hour_name(cell.hour)}"


def _hidden_words(cell: HourCell, locale: str) -> str:
    _ = translations(locale).gettext
    return f"< {SHOWN_FROM}" if cell.hidden is Visibility.BELOW_MINIMUM else _("ẩn")


def _volume(cell: HourCell, row: int, column: int, most: int, locale: str) -> HeatCell:
    when = _when(cell, locale)
    if cell.persons is None:
        hidden = _hidden_words(cell, locale)
        return HeatCell(row, column, "hidden", hidden, says=f"{when}: {hidden}")
    step = min(cell.persons * _STEPS // max(most, 1), _STEPS - 1)
    number = format_number(cell.persons, locale=locale)
    return HeatCell(row, column, str(step), number, says=f"{when}: n = {number}")


def _index(cell: HourCell, row: int, column: int, found: HourMap, locale: str) -> HeatCell:
    when = _when(cell, locale)
    if cell.estimate is None:
        hidden = _hidden_words(cell, locale) if cell.persons is None else "–"
        return HeatCell(row, column, "hidden", hidden, says=f"{when}: {hidden}")
    one = cell.estimate
    index = format_percent(one.index, 0, locale=locale)
    limits, n = needs.span(one.lower, one.upper, locale=locale), format_number(one.n, locale=locale)
    says = f"{when}: {format_percent(one.index, locale=locale)} ({limits}), n = {n}"
    return HeatCell(row, column, standing(one, found), index, small=f"n {n}", says=says)


def standing(one: IndexEstimate, found: HourMap) -> str:
    """Say where the whole interval lies: above the goal (safe), below it (lost), or neither (none)."""
    if found.goal is None or one.lower != one.lower:
        return "none"
    if one.upper < found.goal.threshold:
        return "lost"
    return "safe" if one.lower > found.goal.threshold else "none"


def _sentence(found: HourMap, locale: str) -> str:
    """Name the busiest hours and the lowest ones; say where these are no more than chance."""
    _ = translations(locale).gettext
    counted = [cell for cell in found.cells if cell.persons is not None]
    if not counted:
        return _("Bản đồ giờ có khi quý đã kết thúc năm ngày: trước đó giờ của phiếu được niêm phong.")
    busiest = max(counted, key=lambda cell: cell.persons or 0)
    said = [
        _("Đông nhất: %(when)s (%(persons)s người).")
        % {"when": _when(busiest, locale), "persons": format_number(busiest.persons, locale=locale)}
    ]
    # The lowest of many cells with few persons in each would nearly always be chance.
    known = [(cell, one) for cell in counted if (one := cell.estimate) is not None and one.n >= _NAMED_FROM]
    if known:
        lowest, estimate = min(known, key=lambda pair: pair[1].index)
        values = {
            "when": _when(lowest, locale),
            "index": format_percent(estimate.index, locale=locale),
            "span": needs.span(estimate.lower, estimate.upper, locale=locale),
            "n": format_number(estimate.n, locale=locale),
            "least": format_number(_NAMED_FROM, locale=locale),
        }
        said.append(
            _("Trong các khung giờ từ %(least)s người, thấp nhất: %(when)s, %(index)s (%(span)s; n = %(n)s).")
            % values
        )
        below = sum(standing(one, found) == "lost" for _cell, one in known)
        if found.goal is not None:
            said.append(
                _("%(count)s khung giờ có cả khoảng tin cậy nằm dưới mục tiêu.") % {"count": below}
                if below
                else _("Không khung giờ nào chắc chắn dưới mục tiêu: khác nhau có thể chỉ do ngẫu nhiên.")
            )
    if found.scattered:
        persons = format_number(found.scattered, locale=locale)
        said.append(_("Ngoài ra %(persons)s người đến vào những giờ ít người.") % {"persons": persons})
    return " ".join(said)


def _table(found: HourMap, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Thứ")),
        Column(_("Giờ")),
        Column(_("Số người trả lời"), Kind.COUNT),
        *tables.estimate_columns(text_of(found.name, locale), locale=locale),
    ]
    rows = [
        [
            tables.words(weekday_name(cell.weekday, locale=locale)),
            tables.words(hour_name(cell.hour)),
            _count(cell, locale),
            *_estimate(cell, locale),
        ]
        for cell in found.cells
    ]
    title = _("Thứ và giờ – %(quarter)s") % {"quarter": period_name(found.quarter, locale=locale)}
    note = _("Cả đơn vị, mọi giai đoạn, không theo bộ lọc; chỉ số gộp câu trả lời (pooled/1).")
    return Table("hours", title, columns, rows, note=note)


def _count(cell: HourCell, locale: str) -> Cell:
    if cell.persons is None:
        return tables.words(_hidden_words(cell, locale))
    return tables.count(cell.persons, locale=locale, hidden_below=SHOWN_FROM)


def _estimate(cell: HourCell, locale: str) -> list[Cell]:
    if cell.estimate is None:
        return [tables.share(None, locale=locale)] * 3 + [tables.words("–")]
    return tables.estimate_cells(cell.estimate, cell.estimate.n, locale=locale, hidden_below=SHOWN_FROM)
