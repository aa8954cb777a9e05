"""What was said beside the ratings, as counters of a month: language, and the block on service use.

None of it stays with an answer. That a dossier was late stands in the list of dossiers too, and a language
that few speak is heard at the desk: either would tell whose the ratings beside it are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from survey.db import insert_if_absent
from survey.enums import Part
from survey.instrument import Instrument
from survey.models import BesideCount
from survey.services.answers.responses import Waiting
from survey.services.intake.batching import Release
from survey.services.office.instruments import InstrumentStore

LANGUAGE = "language"


def add(session: Session, releases: Iterable[Release], *, store: InstrumentStore) -> None:
    """Count what a batch said, in the transaction that stores its answers."""
    counts: Counter[tuple[int, date, Part, str, str]] = Counter()
    for release in releases:
        answer = release.answer
        instrument = store.get(session, answer.version_id).instrument
        for question, option in _said(answer, instrument):
            counts[answer.desk_id, release.day.replace(day=1), release.part, question, option] += 1
    for (desk_id, month, part, question, option), n in sorted(counts.items()):
        key = {"desk_id": desk_id, "month": month, "part": part, "question": question, "option": option}
        if not insert_if_absent(session, BesideCount, {**key, "n": n}):
            session.execute(
                update(BesideCount)
                .filter_by(**key)
                .values(n=BesideCount.n + n)
                .execution_options(synchronize_session=False)
            )


def _said(answer: Waiting, instrument: Instrument) -> Iterator[tuple[str, str]]:
    yield LANGUAGE, answer.language
    for question, place in zip(instrument.service_use, answer.service_use, strict=True):
        if place:
            yield question.code, question.options[place - 1].code
