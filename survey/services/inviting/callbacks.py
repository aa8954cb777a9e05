"""Call-backs: a random tenth of the returned dossiers of a period, whether or not they answered.

Nobody chooses: the seed follows from a key outside the database and the period, and the codes with the lowest
hashes are drawn. A period is drawn once, after its end. What a person said is stored without the dossier, the
day and the officer, so that the list can be worked through and nobody's words be found in it.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.disclosure import MINIMUM_CELL
from analysis.proportions import interval
from analysis.results import ConfidenceInterval
from survey.enums import Reached, Said
from survey.exceptions import Conflict, InvalidInput, NotFound
from survey.models import CallbackCase, CallbackDraw, CallbackResult, Dossier
from survey.seal import Keyring
from survey.services.office import audit, scopes
from survey.services.office.periods import Period, parse

SHARE = 10  # one in ten


@dataclass(frozen=True, slots=True)
class Draw:
    id: int
    start: date
    end: date
    seed: str
    dossiers: int
    digest: str
    drawn_by: str
    drawn_at: datetime
    cases: int
    done: int


@dataclass(frozen=True, slots=True)
class Case:
    number: int
    code: str
    done: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one call."""

    reached: Reached
    served: Said = Said.UNSAID
    rated: Said = Said.UNSAID
    same: Said = Said.UNSAID
    irregular: Said = Said.UNSAID


@dataclass(frozen=True, slots=True)
class Answered:
    """How many said yes to a question, of those who said yes or no; None where few said either."""

    question: str
    yes: int
    said: int
    share: ConfidenceInterval


@dataclass(frozen=True, slots=True)
class Summary:
    """Call-backs of the lists that lie in a period.

    What was said is told of lists that are done: before, each call would show by what it changes.
    """

    draws: int
    cases: int
    done: int
    spoke: int | None
    answers: tuple[Answered, ...]


def draw(
    session: Session,
    *,
    keyring: Keyring,
    unit_id: int,
    period: Period,
    today: date,
    login: str,
    now: datetime,
) -> int:
    """Draw the list of a period, once.

    Raises
    ------
    InvalidInput
        The period is not over, or no dossier of it was imported.
    Conflict
        It was drawn before.
    """
    if today < period.end:
        raise InvalidInput(field="period", reason="running")
    drawn = session.scalar(
        select(CallbackDraw.id).where(
            CallbackDraw.unit_id == unit_id,
            CallbackDraw.start < period.end,
            CallbackDraw.end > period.start,
        )
    )
    if drawn is not None:
        raise Conflict(what="drawn-before", field="period")
    codes = _codes(session, unit_id, period)
    if not codes:
        raise InvalidInput(field="period", reason="no-dossiers")
    seed = keyring.mac("callback-draw", f"{unit_id}/{period.start}/{period.end}".encode()).hex()
    row = CallbackDraw(
        unit_id=unit_id,
        start=period.start,
        end=period.end,
        seed=seed,
        dossiers=len(codes),
        digest=hashlib.sha256("\n".join(sorted(codes)).encode()).hexdigest(),
        drawn_by=login,
        drawn_at_utc=now,
    )
    session.add(row)
    session.flush()
    session.add_all(
        CallbackCase(draw_id=row.id, number=number, code=code)
        for number, code in enumerate(chosen(codes, seed=seed), start=1)
    )
    session.flush()
    audit.record(
        session,
        login=login,
        action="callback-drawn",
        now=now,
        detail={"period": period.code, "dossiers": len(codes), "seed": seed, "digest": row.digest},
    )
    return row.id


def chosen(codes: Sequence[str], *, seed: str) -> list[str]:
    """Give the tenth with the lowest SHA-256 of seed and code, in that order: anybody can draw it again."""
    ordered = sorted(codes, key=lambda code: hashlib.sha256(f"{seed}/{code}".encode()).digest())
    return ordered[: math.ceil(len(codes) / SHARE)]


def _codes(session: Session, unit_id: int, period: Period) -> list[str]:
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id)]
    return list(
        session.scalars(
            select(Dossier.code).where(
                Dossier.desk_id.in_(desk_ids),
                Dossier.returned_on >= period.start,
                Dossier.returned_on < period.end,
            )
        )
    )


def draws(session: Session, *, unit_id: int) -> Sequence[Draw]:
    cases = func.count(CallbackCase.number)
    rows = session.execute(
        select(CallbackDraw, cases, func.count().filter(CallbackCase.done))
        .join(CallbackCase, CallbackCase.draw_id == CallbackDraw.id)
        .where(CallbackDraw.unit_id == unit_id)
        .group_by(CallbackDraw.id)
        .order_by(CallbackDraw.start.desc())
    )
    return [
        Draw(
            row.id,
            row.start,
            row.end,
            row.seed,
            row.dossiers,
            row.digest,
            row.drawn_by,
            row.drawn_at_utc,
            int(n),
            int(done),
        )
        for row, n, done in rows
    ]


def get(session: Session, *, unit_id: int, draw_id: int) -> tuple[Draw, Sequence[Case]]:
    found = next((one for one in draws(session, unit_id=unit_id) if one.id == draw_id), None)
    if found is None:
        raise NotFound(what="callback", value=draw_id)
    rows = session.execute(
        select(CallbackCase.number, CallbackCase.code, CallbackCase.done)
        .where(CallbackCase.draw_id == draw_id)
        .order_by(CallbackCase.number)
    )
    return found, [Case(*row) for row in rows]


def record(
    session: Session,
    *,
    unit_id: int,
    draw_id: int,
    number: int,
    result: Result,
    login: str,
    now: datetime,
) -> None:
    """Mark a call as done, and keep what was said apart from it. It cannot be taken back: nobody knows which.

    Raises
    ------
    NotFound
    Conflict
        The call is done.
    """
    get(session, unit_id=unit_id, draw_id=draw_id)
    case = session.scalar(
        select(CallbackCase)
        .where(CallbackCase.draw_id == draw_id, CallbackCase.number == number)
        .with_for_update()
    )
    if case is None:
        raise NotFound(what="callback", value=number)
    if case.done:
        raise Conflict(what="callback-done", field="reached")
    case.done = True
    said = result if result.reached is Reached.SPOKE else Result(result.reached)
    session.add(
        CallbackResult(
            id=secrets.token_bytes(16),
            draw_id=draw_id,
            reached=said.reached,
            served=said.served,
            rated=said.rated,
            same=said.same,
            irregular=said.irregular,
        )
    )
    session.flush()
    audit.record(
        session, login=login, action="callback-recorded", now=now, detail={"list": draw_id, "number": number}
    )


QUESTIONS = ("served", "rated", "same", "irregular")


def summary(session: Session, *, unit_id: int, period: Period | None = None) -> Summary:
    """Sum up the call-backs of a unit, of draws that lie in a period or of all."""
    wanted = [
        one
        for one in draws(session, unit_id=unit_id)
        if period is None or (one.start >= period.start and one.end <= period.end)
    ]
    results = session.scalars(
        select(CallbackResult).where(
            CallbackResult.draw_id.in_([one.id for one in wanted if one.done == one.cases])
        )
    ).all()
    shown = len(results) >= MINIMUM_CELL
    answers = []
    for question in QUESTIONS if shown else ():
        given = [getattr(one, question) for one in results if one.reached is Reached.SPOKE]
        said = sum(one is not Said.UNSAID for one in given)
        if said >= MINIMUM_CELL:
            yes = sum(one is Said.YES for one in given)
            answers.append(Answered(question, yes, said, interval(yes, said)))
    return Summary(
        draws=len(wanted),
        cases=sum(one.cases for one in wanted),
        done=sum(one.done for one in wanted),
        spoke=sum(one.reached is Reached.SPOKE for one in results) if shown else None,
        answers=tuple(answers),
    )


def period_of(found: Draw) -> Period:
    """Give the period of a draw, for its name."""
    months = (found.end.year - found.start.year) * 12 + found.end.month - found.start.month
    codes = {
        1: f"{found.start:%Y-%m}",
        3: f"{found.start.year}-Q{(found.start.month + 2) // 3}",
        6: f"{found.start.year}-H{1 if found.start.month == 1 else 2}",
    }
    return parse(codes.get(months, f"{found.start.year}"))
