"""What a reader of exported rows must know: the questionnaire, the names behind codes, the methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.instrument import Instrument
from survey.models import Counter, ProcedureField
from survey.services.office import installation, plans, scopes
from survey.services.office.periods import Period

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExportAbout:
    """`desks`, `counters`, `fields` name every code that may stand in a row, no desk of another unit."""

    instrument: Instrument
    unit: str
    period: Period
    demo: bool
    methods: Names
    desks: Names
    counters: Names
    fields: Names


def read(session: Session, *, instrument: Instrument, unit_id: int, period: Period) -> ExportAbout:
    fields = select(ProcedureField.code, ProcedureField.names)
    desks = scopes.desks_of(session, unit_id)
    plan = plans.find(session, unit_id=unit_id, year=period.year)
    return ExportAbout(
        instrument=instrument,
        unit=next(iter(installation.unit_names(session, unit_id).values()), ""),
        period=period,
        demo=installation.read(session).demo,
        methods=plans.methods_of(plan),
        desks={desk.code: desk.name for desk in desks},
        counters=_counters(session, [desk.id for desk in desks]),
        fields={row.code: row.names["vi"] for row in session.execute(fields)},
    )


def _counters(session: Session, desk_ids: Sequence[int]) -> Names:
    """Name counters by code; desks may use a code twice, and a row tells the desk in its stratum."""
    found: dict[str, list[str]] = {}
    query = select(Counter.code, Counter.name).where(Counter.desk_id.in_(desk_ids)).order_by(Counter.id)
    for code, name in session.execute(query):
        if name not in found.setdefault(code, []):
            found[code].append(name)
    return {code: " / ".join(names) for code, names in found.items()}
