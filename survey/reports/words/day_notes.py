"""Notes of days beside a chart: a number at the point, the words below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from survey.i18n import format_date
from survey.services.figures.time_slots import Slot
from survey.services.remarks.day_notes import DayNote


@dataclass(frozen=True, slots=True)
class NumberedNote:
    """A note with the number that stands on the charts of its page."""

    number: int
    note: DayNote


Marked = Mapping[Slot, Sequence[NumberedNote]]


def numbered(notes: Iterable[DayNote]) -> tuple[NumberedNote, ...]:
    return tuple(NumberedNote(number, note) for number, note in enumerate(notes, start=1))


def within(notes: Iterable[NumberedNote], start: date, end: date) -> tuple[NumberedNote, ...]:
    return tuple(one for one in notes if start <= one.note.day < end)


def mark(notes: Sequence[NumberedNote]) -> str:
    """Give what stands at a point: the number of its note, or the first one and a plus."""
    if not notes:
        return ""
    return str(notes[0].number) if len(notes) == 1 else f"{notes[0].number}+"


def note_words(notes: Sequence[NumberedNote], *, locale: str) -> str:
    """Write the notes of a point: day, desk and words."""
    return "; ".join(
        f"{format_date(one.note.day, locale=locale)}"
        f"{f' ({one.note.desk})' if one.note.desk else ''}: {one.note.text}"
        for one in notes
    )
