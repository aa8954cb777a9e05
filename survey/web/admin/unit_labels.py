"""A unit on one line: its name, what it belongs to, and whether it still stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from survey import i18n
from survey.context import current_locale
from survey.forms.base import N_
from survey.services.office.units import UnitView
from survey.web.admin.notices import translated


def label(unit: UnitView, *, on: date) -> str:
    place = ", ".join((unit.name, *unit.parents))
    if unit.is_valid_on(on):
        return place
    return f"{place} ({_ended(unit, on)})"


def _ended(unit: UnitView, on: date) -> str:
    if unit.valid_to is None or on < (unit.valid_from or on):
        day = i18n.format_date(unit.valid_from or on, locale=current_locale())
        return translated(N_("từ %(day)s")) % {"day": day}
    day = i18n.format_date(unit.valid_to, locale=current_locale())
    if unit.successors:
        return translated(N_("đến %(day)s, nay thuộc %(unit)s")) % {
            "day": day,
            "unit": ", ".join(unit.successors),
        }
    return translated(N_("đến %(day)s")) % {"day": day}


def labels(units: Sequence[UnitView], *, on: date) -> Mapping[int, str]:
    return {unit.id: label(unit, on=on) for unit in units}
