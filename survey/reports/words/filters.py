"""What the filters ask, in words for headings and files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from survey.i18n import translations
from survey.reports.words.names import channel_name, stage_name
from survey.services.figures.satisfaction import Options
from survey.services.office.scopes import Filters, Place


class Filtered(Protocol):
    """A page whose figures are those of some filters."""

    @property
    def filters(self) -> Filters: ...

    @property
    def options(self) -> Options: ...


def filter_words(found: Filtered, *, locale: str) -> tuple[str, ...]:
    """Name who the figures are about: the stage first, then each filter that is set."""
    _ = translations(locale).gettext
    filters, options = found.filters, found.options
    words = [
        _("Mọi giai đoạn")
        if filters.all_stages
        else stage_name(filters.stage, locale=locale)
        if filters.stage
        else _("Người nhận kết quả")
    ]
    for identity, places in (
        (filters.desk_id, options.desks),
        (filters.counter_id, options.counters),
        (filters.field_id, options.fields),
    ):
        words += [place.name for place in _chosen(places, identity)]
    if filters.channel is not None:
        words.append(channel_name(filters.channel, locale=locale))
    return tuple(words)


def _chosen(places: Sequence[Place], identity: int | None) -> list[Place]:
    return [place for place in places if place.id == identity]
