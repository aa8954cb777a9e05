"""The page of stopping as a template needs it, with its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.disclosure import MINIMUM_COUNTER
from survey.enums import Channel
from survey.i18n import translations
from survey.reports import tables
from survey.reports.stopping.words import screen_name, sentence, time_words
from survey.reports.tables import Cell, Column, Kind, Table
from survey.reports.words.cautions import simulated
from survey.reports.words.names import channel_name, period_name
from survey.reports.xlsx_report import Workbook
from survey.services.pages.stopping import ChannelFigures, ScreenFigure, Stopping


@dataclass(frozen=True, slots=True)
class StoppingView:
    unit: str
    demo: bool
    period: str
    sentences: tuple[str, ...]
    tables: Mapping[str, Table]
    least: int


def build(found: Stopping, *, locale: str) -> StoppingView:
    return StoppingView(
        unit=found.unit,
        demo=found.demo,
        period=period_name(found.period, locale=locale),
        sentences=tuple(sentence(one, locale=locale) for one in found.channels),
        tables={one.channel.value: _table(one, found, locale=locale) for one in found.channels},
        least=MINIMUM_COUNTER,
    )


def _table(channel: ChannelFigures, found: Stopping, *, locale: str) -> Table:
    _ = translations(locale).gettext
    share = _("Tỷ lệ dừng")
    columns = [
        Column(_("Màn hình"), Kind.PROSE),
        Column(_("Đã thấy (người)"), Kind.COUNT),
        Column(_("Dừng tại đó (người)"), Kind.COUNT),
        Column(_("tỷ lệ"), Kind.SHARE, share),
        Column(_("từ"), Kind.SHARE, share),
        Column(_("đến"), Kind.SHARE, share),
        Column(_("Thường trả lời trong"), Kind.WORDS),
    ]
    figures = [*([channel.visit] if channel.visit else []), *channel.screens]
    names = (channel_name(channel.channel, locale=locale), period_name(found.period, locale=locale))
    title = " – ".join(names)
    return Table(
        channel.channel.value, title, columns, [_row(one, channel, locale=locale) for one in figures]
    )


def _row(one: ScreenFigure, channel: ChannelFigures, *, locale: str) -> list[Cell]:
    return [
        tables.words(screen_name(one.screen, channel.channel, locale=locale)),
        tables.count(one.seen, locale=locale, hidden_below=MINIMUM_COUNTER),
        tables.count(one.left, locale=locale, hidden_below=MINIMUM_COUNTER),
        *(tables.share(value, locale=locale) for value in (one.share, one.lower, one.upper)),
        tables.words(time_words(one.median, locale=locale)),
    ]


def workbook(view: StoppingView, codes: Sequence[str], *, locale: str) -> Workbook:
    _ = translations(locale).gettext
    notes = [
        _("Người dân dừng ở đâu – %(period)s") % {"period": view.period},
        *simulated(view.demo, locale=locale),
        *view.sentences,
        _("Số người làm tròn đến hàng chục; dưới %(least)s được ẩn.") % {"least": view.least},
    ]
    chosen = [view.tables[code] for code in codes]
    return Workbook(
        title=view.unit,
        notes=notes,
        tables=chosen,
        sheet_names=[channel_name(Channel(code), locale=locale) for code in codes],
    )
