"""The catalogue of the office: fields, which the kiosk shows as tiles, and the procedures in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.exceptions import Conflict, InvalidInput, NotFound
from survey.models import Procedure, ProcedureField
from survey.services.office import audit
from survey.services.sheets.table_files import fold

NAME_CHARACTERS = 400
# What fits a tile.
TILE_CHARACTERS = 40
HINT_CHARACTERS = 60
# A tablet shows so many tiles; more is no choice but a search.
MOST_FIELDS = 12
SOURCE = "vi"


@dataclass(frozen=True, slots=True)
class FieldView:
    id: int
    code: str
    names: Mapping[str, str]
    hints: Mapping[str, str]
    active: bool


@dataclass(frozen=True, slots=True)
class ProcedureView:
    id: int
    names: Mapping[str, str]
    field_id: int
    active: bool


def all_fields(session: Session) -> Sequence[FieldView]:
    rows = session.scalars(select(ProcedureField).order_by(ProcedureField.position, ProcedureField.id))
    return [FieldView(row.id, row.code, row.names, row.hints, row.active) for row in rows]


def all_procedures(session: Session) -> Sequence[ProcedureView]:
    rows = session.scalars(select(Procedure).order_by(Procedure.active.desc(), Procedure.id))
    return [ProcedureView(row.id, row.names, row.field_id, row.active) for row in rows]


@dataclass(frozen=True, slots=True)
class FieldData:
    """What an office says of a field; an empty text of another language falls back to Vietnamese."""

    names: Mapping[str, str]
    hints: Mapping[str, str]
    active: bool = True


def add_field(session: Session, data: FieldData, *, login: str, now: datetime) -> int:
    names, hints = _field_texts(session, data, None)
    if data.active:
        _check_room(session)
    last = session.scalar(select(func.max(ProcedureField.position))) or 0
    field = ProcedureField(
        code=_free_code(session, ProcedureField, names[SOURCE]),
        names=names,
        hints=hints,
        position=last + 1,
        active=data.active,
    )
    session.add(field)
    session.flush()
    _record(session, "field-added", login, now, field=field.code)
    return field.id


def change_field(session: Session, field_id: int, data: FieldData, *, login: str, now: datetime) -> None:
    field = session.get(ProcedureField, field_id)
    if field is None:
        raise NotFound(what="field", value=field_id)
    names, hints = _field_texts(session, data, field_id)
    if data.active and not field.active:
        _check_room(session)
    if field.active and not data.active and _active_fields(session) == 1:
        raise Conflict(what="last-field", field="active", value=field.code)
    field.names, field.hints, field.active = names, hints, data.active
    session.flush()
    _record(session, "field-changed", login, now, field=field.code, active=data.active)


def move_field(session: Session, field_id: int, *, up: bool, login: str, now: datetime) -> None:
    """Exchange a field with its neighbour in the order of the tiles; at an end nothing moves."""
    fields = list(
        session.scalars(select(ProcedureField).order_by(ProcedureField.position, ProcedureField.id))
    )
    place = next((place for place, field in enumerate(fields) if field.id == field_id), None)
    if place is None:
        raise NotFound(what="field", value=field_id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(fields):
        return
    fields[place], fields[other] = fields[other], fields[place]
    for position, field in enumerate(fields):
        field.position = position
    session.flush()
    _record(session, "field-moved", login, now, field=fields[other].code)


def add_procedure(
    session: Session, *, names: Mapping[str, str], field_id: int, login: str, now: datetime
) -> int:
    texts = _texts(names, NAME_CHARACTERS)
    _check_field(session, field_id)
    _check_procedure_name(session, texts[SOURCE], None)
    procedure = Procedure(code=_free_code(session, Procedure, texts[SOURCE]), names=texts, field_id=field_id)
    session.add(procedure)
    session.flush()
    _record(session, "procedure-added", login, now, procedure=procedure.code)
    return procedure.id


def change_procedure(
    session: Session,
    procedure_id: int,
    *,
    names: Mapping[str, str],
    field_id: int,
    active: bool,
    login: str,
    now: datetime,
) -> None:
    procedure = session.get(Procedure, procedure_id)
    if procedure is None:
        raise NotFound(what="procedure", value=procedure_id)
    texts = _texts(names, NAME_CHARACTERS)
    _check_field(session, field_id)
    _check_procedure_name(session, texts[SOURCE], procedure_id)
    procedure.names, procedure.field_id, procedure.active = texts, field_id, active
    session.flush()
    _record(session, "procedure-changed", login, now, procedure=procedure.code, active=active)


def _active_fields(session: Session) -> int:
    query = select(func.count()).select_from(ProcedureField).where(ProcedureField.active)
    return int(session.scalar(query) or 0)


def _check_room(session: Session) -> None:
    if _active_fields(session) >= MOST_FIELDS:
        raise Conflict(what="too-many-fields", field="active", value=MOST_FIELDS)


def _check_field(session: Session, field_id: int) -> None:
    if session.get(ProcedureField, field_id) is None:
        raise InvalidInput(field="field_id", value=field_id)


def _field_texts(
    session: Session, data: FieldData, own_id: int | None
) -> tuple[dict[str, str], dict[str, str]]:
    names = _texts(data.names, TILE_CHARACTERS)
    hints = {locale: text for locale, text in _cleaned(data.hints).items() if text}
    if any(len(text) > HINT_CHARACTERS for text in hints.values()):
        raise InvalidInput(field="hints", value=HINT_CHARACTERS)
    wanted = fold(names[SOURCE])
    for field in all_fields(session):
        if field.id != own_id and fold(field.names[SOURCE]) == wanted:
            raise Conflict(what="field", field="names", value=names[SOURCE])
    return names, hints


def _check_procedure_name(session: Session, name: str, own_id: int | None) -> None:
    for procedure in all_procedures(session):
        if procedure.id != own_id and fold(procedure.names[SOURCE]) == fold(name):
            raise Conflict(what="procedure", field="names", value=name)


def _cleaned(texts: Mapping[str, str]) -> dict[str, str]:
    return {locale: " ".join(text.split()) for locale, text in texts.items()}


def _texts(given: Mapping[str, str], longest: int) -> dict[str, str]:
    texts = {locale: text for locale, text in _cleaned(given).items() if text}
    if SOURCE not in texts or any(len(text) > longest for text in texts.values()):
        raise InvalidInput(field="names", value=texts.get(SOURCE, ""), maximum=longest)
    return texts


def _free_code(session: Session, table: type[ProcedureField] | type[Procedure], name: str) -> str:
    stem = re.sub(r"\s+", "_", fold(name))[:24] or "code"
    taken = set(session.scalars(select(table.code)))
    candidates = [stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3))]
    return next(code for code in candidates if code not in taken)


def _record(session: Session, action: str, login: str, now: datetime, **detail: str | bool) -> None:
    audit.record(session, login=login, action=action, now=now, detail=detail)
