"""As people answered and as dossiers were returned, as the page and its file read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analysis.weighting import WeightVerdict
from survey.i18n import format_number, format_points, translations
from survey.reports import tables
from survey.reports.comparison import view as views
from survey.reports.comparison.view import ComparisonView
from survey.reports.tables import Column, Kind, Table
from survey.reports.words.names import text_of
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.pages.comparison import Weighting
from survey.services.pages.weighted import Weighted


@dataclass(frozen=True, slots=True)
class WeightedView:
    view: ComparisonView
    sentence: str
    warning: str
    tables: Mapping[str, Table]


def build(found: Weighted, *, locale: str) -> WeightedView:
    sentence = _sentence(found, locale)
    view = replace(views.build(found.comparison, locale=locale), sentence=sentence)
    made = {**view.tables, "fields": _fields(found, locale)} if found.fields else view.tables
    return WeightedView(replace(view, tables=made), sentence, _warning(found, locale), made)


def _sentence(found: Weighted, locale: str) -> str:
    _ = translations(locale).gettext
    by_key = {group.key: group for group in found.comparison.groups}
    raw, weighted = by_key.get(Weighting.ANSWERS.value), by_key.get(Weighting.DOSSIERS.value)
    if raw is None or weighted is None:
        return _("Chưa hiệu chỉnh được theo cơ cấu hồ sơ.")
    moved = {
        one: after.index - before.index
        for one in found.comparison.dimensions
        if (before := raw.figures[one].estimate) and (after := weighted.figures[one].estimate)
    }
    if not moved:
        return _("Chưa đủ phiếu để so hai cách tính.")
    most = max(moved, key=lambda one: abs(moved[one]))
    return _(
        "Nếu các lĩnh vực trả lời đúng theo tỷ lệ hồ sơ đã trả, chỉ số đổi nhiều nhất ở "
        "%(dimension)s: %(difference)s."
    ) % {
        "dimension": text_of(found.comparison.names[most], locale).lower(),
        "difference": format_points(moved[most], locale=locale),
    }


def _warning(found: Weighted, locale: str) -> str:
    """Say what the weights cost, or why there are none."""
    _ = translations(locale).gettext
    if found.weights is None:
        return _("Chưa có hồ sơ đã trả hoặc chưa có phiếu biết lĩnh vực trong kỳ này. Hãy nhập hồ sơ của kỳ.")
    effect = format_number(found.weights.design_effect, 2, locale=locale)
    if found.weights.verdict is WeightVerdict.REFUSE:
        return _(
            "Không hiệu chỉnh: một số ít phiếu sẽ nói thay phần lớn hồ sơ (hiệu ứng thiết kế %(effect)s)."
        ) % {"effect": effect}
    if found.weights.verdict is WeightVerdict.WARN:
        return _("Đọc thận trọng: trọng số rất lệch, hiệu ứng thiết kế %(effect)s (trên 1,5).") % {
            "effect": effect
        }
    return _("Trọng số cân đối: hiệu ứng thiết kế %(effect)s.") % {"effect": effect}


def _fields(found: Weighted, locale: str) -> Table:
    _ = translations(locale).gettext
    dossiers = sum(one.dossiers for one in found.fields)
    persons = sum(one.persons for one in found.fields)
    columns = [
        Column(_("Lĩnh vực"), Kind.PROSE),
        Column(_("Hồ sơ đã trả"), Kind.COUNT),
        Column(_("Phần của hồ sơ"), Kind.SHARE),
        Column(_("Người trả lời"), Kind.COUNT),
        Column(_("Phần của phiếu"), Kind.SHARE),
    ]
    rows = [
        [
            tables.words(" + ".join(one.names)),
            tables.count(one.dossiers, locale=locale, hidden_below=SHOWN_FROM),
            tables.share(one.dossiers / dossiers, locale=locale),
            tables.count(
                one.persons if one.persons >= SHOWN_FROM else None, locale=locale, hidden_below=SHOWN_FROM
            ),
            tables.share(one.persons / persons if one.persons >= SHOWN_FROM else None, locale=locale),
        ]
        for one in found.fields
    ]
    without = (
        f"< {SHOWN_FROM}"
        if found.without_field is None
        else format_number(found.without_field, locale=locale)
    )
    note = _(
        "Lĩnh vực dưới 20 người được gộp với lĩnh vực bên cạnh. %(without)s người không rõ lĩnh vực nên "
        "không vào cách tính theo hồ sơ."
    ) % {"without": without}
    return Table("fields", _("Cơ cấu lĩnh vực"), columns, rows, note=note)
