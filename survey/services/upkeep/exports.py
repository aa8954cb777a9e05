"""Mixed answers row by row, for the administrator and for statistics outside this product.

What leaves is less than what is stored: no identity, no day. What was said beside the ratings (language,
visits, lateness) is no part of an answer any more, see `beside`. Answers of one desk and day share a random
label, drawn anew for every export, because the variance needs to know who came together, not when. Rows
are in random order, and are read in small lots: an export of a million of them needs no more memory than one
of a few thousand.
"""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.enums import Form, Part
from survey.instrument import NA_CODE, NOT_ANSWERED, NOT_APPLICABLE, Instrument
from survey.models import Counter, Desk, ProcedureField, Response
from survey.services.answers import kept
from survey.services.intake.quality import Flag
from survey.services.office import audit, scopes
from survey.services.office.instruments import InstrumentStore
from survey.services.office.periods import Period
from survey.services.sums import unit_ratings
from survey.services.upkeep import export_about
from survey.services.upkeep.export_about import ExportAbout

Value = str | int

STRATUM = "stratum"
CLUSTER = "cluster"
MARKS = ("part", "stage", "form", "trust_class", "counter", "field")


@dataclass(frozen=True, slots=True)
class RowExport:
    """A file of answers: its columns, its rows in random order, and what `python -m analysis` must know."""

    header: tuple[str, ...]
    specification: str
    left_out: int  # answers to a questionnaire with other items
    about: ExportAbout
    _count: int
    _lots: _Lots
    _writer: _Writer

    def __len__(self) -> int:
        return self._count

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """Read the rows while they are asked for; the session of `gather` must still be there."""
        return map(self._writer.row, self._lots.answers())


# From so many rows on they are read in lots: one for each first byte of the random identity.
_ONE_LOT = 20_000


@dataclass(frozen=True, slots=True)
class _Lots:
    """Answers in random order without holding them all.

    The identity of an answer is random. Lots of it are taken in random order and shuffled within, in one
    order for an export: where a row stands tells nothing.
    """

    session: Session
    versions: Sequence[int]
    desk_ids: Sequence[int]
    period: Period
    count: int
    seed: bytes

    def answers(self) -> Iterator[Any]:
        chance = random.Random(self.seed)  # noqa: S311 - the seed is drawn by `secrets`
        bounds: list[tuple[bytes | None, bytes | None]] = [(None, None)]
        if self.count > _ONE_LOT:
            edges = [bytes([first]) + bytes(15) for first in range(256)]
            bounds = list(zip(edges, [*edges[1:], None], strict=True))
            chance.shuffle(bounds)
        for low, high in bounds:
            lot = list(self.session.execute(self._query(low, high)))
            chance.shuffle(lot)
            yield from lot

    def _query(self, low: bytes | None, high: bytes | None) -> Any:
        query = select(*_COLUMNS).where(
            Response.version_id.in_(self.versions),
            Response.day >= self.period.start,
            Response.day < self.period.end,
        )
        if low is None:
            return query.where(Response.desk_id.in_(self.desk_ids))
        # Not by the index of desks: each lot would walk through the whole of it.
        query = query.where(func.coalesce(Response.desk_id, 0).in_(self.desk_ids), Response.id >= low)
        return query if high is None else query.where(Response.id < high)


_COLUMNS = (
    Response.desk_id,
    Response.day,
    Response.counter_id,
    Response.field_id,
    Response.part,
    Response.stage,
    Response.form,
    Response.trust_class,
    Response.levels,
    Response.flags,
)


def gather(session: Session, *, store: InstrumentStore, unit_id: int, period: Period) -> RowExport:
    """Read the mixed answers of a unit and a period; what waits is not among them.

    Raises
    ------
    AnswersPurged
    """
    kept.check(session, period.start)
    published = store.current(session)
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id)]
    versions = unit_ratings.same_layout_versions(session, store, published)
    inside = (Response.desk_id.in_(desk_ids), Response.day >= period.start, Response.day < period.end)
    every = session.scalar(select(func.count()).select_from(Response).where(*inside)) or 0
    mine = (Response.version_id.in_(versions), *inside)
    count = session.scalar(select(func.count()).select_from(Response).where(*mine)) or 0
    days = session.execute(select(Response.desk_id, Response.day).where(*mine).distinct())
    writer = _Writer(
        instrument=published.instrument,
        desks=_codes(session, Desk),
        counters=_codes(session, Counter),
        fields=_codes(session, ProcedureField),
        clusters=_random_labels({(row.desk_id, row.day) for row in days}),
        weights={(form, part): published.instrument.weights(form, part) for form in Form for part in Part},
    )
    return RowExport(
        header=header(published.instrument),
        specification=specification(published.instrument),
        left_out=int(every) - int(count),
        about=export_about.read(
            session,
            instrument=published.instrument,
            unit_id=unit_id,
            period=period,
        ),
        _count=int(count),
        _lots=_Lots(session, versions, desk_ids, period, int(count), secrets.token_bytes(32)),
        _writer=writer,
    )


def _codes(session: Session, table: type[Desk] | type[Counter] | type[ProcedureField]) -> Mapping[int, str]:
    return {row.id: row.code for row in session.execute(select(table.id, table.code))}


class _Labels(dict[tuple[int, date], int]):
    """Labels of clusters; a day that is mixed while an export is written gets the next one."""

    def __missing__(self, cluster: tuple[int, date]) -> int:
        self[cluster] = len(self) + 1
        return self[cluster]


def _random_labels(clusters: set[tuple[int, date]]) -> Mapping[tuple[int, date], int]:
    labels = list(range(1, len(clusters) + 1))
    secrets.SystemRandom().shuffle(labels)
    return _Labels(zip(clusters, labels, strict=True))


def header(instrument: Instrument) -> tuple[str, ...]:
    return (
        *(item.code for item in instrument.items),
        *(weight_column(dimension.code) for dimension in instrument.dimensions),
        STRATUM,
        CLUSTER,
        *MARKS,
        *(flag_column(flag) for flag in Flag),
    )


def weight_column(dimension: str) -> str:
    return f"w_{dimension}"


def flag_column(flag: Flag) -> str:
    return f"flag_{str(flag.name).lower()}"


def specification(instrument: Instrument) -> str:
    """Write the SPEC.toml that belongs to the file."""
    lines = [
        "# python -m analysis estimate ratings.csv --spec SPEC.toml --by part --json",
        "# The headline of the product is the group part = headline.",
        "[columns]",
        f'stratum = "{STRATUM}"',
        f'cluster = "{CLUSTER}"',
        "",
        "[weights]",
        *(f'{d.code} = "{weight_column(d.code)}"' for d in instrument.dimensions),
        "",
        "[dimensions]",
        *(f"{d.code} = {json.dumps([item.code for item in d.items])}" for d in instrument.dimensions),
    ]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Writer:
    """Turns a stored answer into the row that may leave."""

    instrument: Instrument
    desks: Mapping[int, str]
    counters: Mapping[int, str]
    fields: Mapping[int, str]
    clusters: Mapping[tuple[int, date], int]
    weights: Mapping[tuple[Form, Part], tuple[int, ...]]

    def row(self, answer: Any) -> tuple[Value, ...]:
        return (
            *map(_level, answer.levels),
            *self.weights[answer.form, answer.part],
            self.desks[answer.desk_id],
            self.clusters[answer.desk_id, answer.day],
            answer.part.value,
            answer.stage.value,
            answer.form.value,
            answer.trust_class.value,
            self.counters.get(answer.counter_id, ""),
            self.fields.get(answer.field_id, ""),
            *(int(bool(answer.flags & flag)) for flag in Flag),
        )


def _level(stored: int) -> Value:
    """Give 1–5, `na`, or nothing: not asked and left blank are the same to an estimate."""
    if stored == NOT_APPLICABLE:
        return NA_CODE
    return "" if stored == NOT_ANSWERED else stored


def record(
    session: Session, *, period: Period, rows: int, file_format: str, login: str, now: datetime
) -> None:
    """Put into the audit that rows left, before they do."""
    detail = {"period": period.code, "rows": rows, "format": file_format}
    audit.record(session, login=login, action="rows-exported", now=now, detail=detail)
