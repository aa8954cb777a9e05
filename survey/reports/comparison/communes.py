"""Units in a funnel, as the page and its file read: three groups, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import scipy
from markupsafe import Markup

from analysis.communes import Group
from survey.i18n import format_percent, format_points, translations
from survey.reports import tables
from survey.reports.charts.axis import axis_for
from survey.reports.charts.funnel import FunnelChart, FunnelPoint, funnel_chart
from survey.reports.charts.interval import State
from survey.reports.tables import Cell, Column, Kind, Table
from survey.reports.words.cautions import sampling_caution, simulated
from survey.reports.words.names import period_name, text_of
from survey.reports.xlsx_report import Workbook
from survey.services.pages.communes import PLACED_FROM, Communes, UnitRow

_STATES: Mapping[Group | None, State] = {Group.BELOW: "lost", Group.MIDDLE: "none", Group.ABOVE: "safe"}


@dataclass(frozen=True, slots=True)
class CommunesView:
    unit: str
    demo: bool
    is_open: bool
    period: str
    dimension: str
    sentence: str
    picture: Markup | None
    tables: Mapping[str, Table]
    least: int


def build(found: Communes, *, locale: str) -> CommunesView:
    sentence = _sentence(found, locale)
    return CommunesView(
        unit=found.unit,
        demo=found.demo,
        is_open=found.is_open,
        period=period_name(found.period, locale=locale),
        dimension=text_of(found.names[found.dimension], locale),
        sentence=sentence,
        picture=_picture(found, sentence, locale),
        tables={"units": _table(found, locale)} if found.rows else {},
        least=found.least,
    )


def group_words(group: Group | None, *, locale: str) -> str:
    _ = translations(locale).gettext
    if group is None:
        return _("ít phiếu, chưa xếp nhóm")
    return {
        Group.BELOW: _("thấp hơn rõ rệt"),
        Group.MIDDLE: _("trong dải chung"),
        Group.ABOVE: _("cao hơn rõ rệt"),
    }[group]


def _sentence(found: Communes, locale: str) -> str:
    _ = translations(locale).gettext
    if not found.rows:
        return _(
            "Đơn vị này không có đơn vị nào bên dưới có bộ phận một cửa. Trang này dành cho cấp tỉnh và bộ."
        )
    if found.funnel is None:
        return _("Cần ít nhất 3 đơn vị có từ %(least)s người trả lời để đặt cạnh nhau.") % {
            "least": PLACED_FROM
        }
    named = {
        group: ", ".join(row.unit.name for row in found.rows if row.group is group)
        for group in (Group.BELOW, Group.ABOVE)
    }
    parts = [_("Chỉ số chung %(centre)s.") % {"centre": format_percent(found.funnel.centre, locale=locale)}]
    if named[Group.BELOW]:
        parts.append(_("Thấp hơn rõ rệt: %(units)s.") % {"units": named[Group.BELOW]})
    if named[Group.ABOVE]:
        parts.append(_("Cao hơn rõ rệt: %(units)s.") % {"units": named[Group.ABOVE]})
    if not named[Group.BELOW] and not named[Group.ABOVE]:
        parts.append(_("Không đơn vị nào khác rõ rệt với các đơn vị còn lại."))
    else:
        parts.append(_("Các đơn vị khác nằm trong dải chung, không phân hơn kém."))
    return " ".join(parts)


def _picture(found: Communes, sentence: str, locale: str) -> Markup | None:
    _ = translations(locale).gettext
    funnel = found.funnel
    if funnel is None:
        return None
    points = [
        FunnelPoint(number, row.unit.name, row.size, row.estimate.index, _STATES[row.group])
        for number, row in enumerate(found.rows, start=1)
        if row.size is not None and row.estimate is not None
    ]
    chart = FunnelChart(
        name="funnel",
        title=_("Các đơn vị: %(dimension)s") % {"dimension": text_of(found.names[found.dimension], locale)},
        description=sentence,
        points=points,
        centre=funnel.centre,
        between=funnel.between_variance,
        quantile=float(scipy.special.ndtri(0.5 + funnel.level / 2)),
        size_word=_("Số người trả lời (cỡ mẫu hiệu dụng)"),
        locale=locale,
    )
    return funnel_chart(chart, axis_for([point.share for point in points]))


def _table(found: Communes, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Đơn vị"), Kind.PROSE),
        Column(_("Số trong hình"), Kind.COUNT),
        *tables.estimate_columns("", locale=locale),
        Column(_("Nhóm"), Kind.PROSE),
    ]
    rows = [
        [
            tables.words(row.unit.name),
            tables.count(number, locale=locale, hidden_below=0),
            *_estimate(row, found, locale),
            tables.words(group_words(row.group, locale=locale)),
        ]
        for number, row in enumerate(found.rows, start=1)
    ]
    title = _("Các đơn vị – %(period)s") % {"period": period_name(found.period, locale=locale)}
    spread = ""
    if found.funnel is not None:
        ordinary = format_points(found.funnel.between_variance**0.5, locale=locale).lstrip("+")
        spread = _("Khác biệt thông thường giữa các đơn vị: %(points)s (độ lệch chuẩn).") % {
            "points": ordinary
        }
    return Table("units", title, columns, rows, note=spread)


def _estimate(row: UnitRow, found: Communes, locale: str) -> list[Cell]:
    _ = translations(locale).gettext
    if row.persons is None:
        return [tables.share(None, locale=locale)] * 3 + [tables.words(_("ẩn"))]
    return tables.estimate_cells(row.estimate, row.persons, locale=locale, hidden_below=found.least)


def workbook(view: CommunesView, codes: Sequence[str], *, locale: str) -> Workbook:
    _ = translations(locale).gettext
    notes = [
        f"{view.dimension} – {view.period}",
        *simulated(view.demo, locale=locale),
        *([_("Tạm tính: kỳ chưa khép")] if view.is_open else []),
        view.sentence,
        sampling_caution(locale=locale),
    ]
    return Workbook(
        title=view.unit,
        notes=notes,
        tables=[view.tables[code] for code in codes],
        sheet_names=[_("Các đơn vị") for _code in codes],
    )
