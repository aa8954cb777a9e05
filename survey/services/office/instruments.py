"""Published questionnaire versions, kept in memory: a version never changes once it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from analysis.layout import Layout
from survey.db import asked_once
from survey.exceptions import Conflict, NotFound
from survey.instrument import Instrument
from survey.models import InstrumentVersion


@dataclass(frozen=True, slots=True)
class Published:
    """An instrument with its number in this database."""

    id: int
    instrument: Instrument
    layout: Layout


def layout_of(instrument: Instrument) -> Layout:
    return Layout(
        dimensions=tuple((d.code, tuple(item.code for item in d.items)) for d in instrument.dimensions)
    )


def publish(session: Session, instrument: Instrument) -> int:
    """Store a version once; refuse another text under a number that is taken."""
    row = session.execute(
        select(InstrumentVersion.id, InstrumentVersion.digest).where(
            InstrumentVersion.code == instrument.code, InstrumentVersion.version == instrument.version
        )
    ).one_or_none()
    if row is not None:
        if row.digest != instrument.digest:
            raise Conflict(what="instrument-version", code=instrument.code, version=instrument.version)
        return int(row.id)
    inserted = session.execute(
        insert(InstrumentVersion)
        .values(
            code=instrument.code,
            version=instrument.version,
            definition=dict(instrument.definition),
            digest=instrument.digest,
        )
        .returning(InstrumentVersion.id)
    )
    return int(inserted.scalar_one())


class InstrumentStore:
    """Parses each version once for each process."""

    def __init__(self) -> None:
        self._by_id: dict[int, Published] = {}
        self._lock = Lock()

    def get(self, session: Session, version_id: int) -> Published:
        found = self._by_id.get(version_id)
        if found is None:
            definition = session.scalar(
                select(InstrumentVersion.definition).where(InstrumentVersion.id == version_id)
            )
            if definition is None:
                raise NotFound(what="instrument-version", id=version_id)
            instrument = Instrument.parse(definition)
            found = Published(version_id, instrument, layout_of(instrument))
            with self._lock:
                self._by_id[version_id] = found
        return found

    def current(self, session: Session) -> Published:
        """Give the newest published version: the one that is asked today."""
        newest = select(InstrumentVersion.id).order_by(InstrumentVersion.id.desc()).limit(1)
        version_id = asked_once(session, "newest-version", lambda: session.scalar(newest))
        if version_id is None:
            raise NotFound(what="instrument-version")
        return self.get(session, version_id)

    def all(self, session: Session) -> Mapping[int, Published]:
        return {i: self.get(session, i) for i in session.scalars(select(InstrumentVersion.id)).all()}
