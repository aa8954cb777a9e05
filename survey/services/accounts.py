"""What an administrator does with accounts: open one, change it, give a new one-time password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey.enums import Role
from survey.exceptions import Conflict, InvalidInput, NotFound
from survey.models import Officer
from survey.services import audit, codes, officers

# 80 random bits, in groups that can be read out.
PASSWORD_SYMBOLS = 16


@dataclass(frozen=True, slots=True)
class NewPassword:
    """Shown once to who made it; its owner must change it at the first sign-in."""

    login: str
    password: str


def open_account(
    session: Session, *, login: str, role: Role, unit_id: int, by: str, now: datetime
) -> NewPassword:
    """Make an account with a one-time password.

    Raises
    ------
    InvalidInput, Conflict
    """
    login = login.strip().lower()
    password = _one_time_password(login)
    officers.create(
        session,
        login=login,
        password=password,
        role=role,
        unit_id=unit_id,
        now=now,
        must_change_password=True,
    )
    audit.record(
        session, login=by, action="officer-added", now=now, detail={"officer": login, "role": role.value}
    )
    return NewPassword(login, password)


def renew_password(session: Session, *, officer_id: int, by: str, now: datetime) -> NewPassword:
    """Give an active account a new one-time password and end its sessions."""
    officer = _get(session, officer_id)
    if not officer.active:
        raise Conflict(what="inactive", value=officer.login)
    password = _one_time_password(officer.login)
    officers.set_password(session, login=officer.login, password=password, must_change=True)
    audit.record(
        session, login=by, action="officer-password-renewed", now=now, detail={"officer": officer.login}
    )
    return NewPassword(officer.login, password)


def change_account(
    session: Session, *, officer_id: int, role: Role, active: bool, by: str, now: datetime
) -> None:
    """Change the role of an account or put it out of use; the last administrator stays one."""
    officer = _get(session, officer_id)
    officers.change_role(session, officer_id=officer_id, role=role, active=active)
    session.flush()
    audit.record(
        session,
        login=by,
        action="officer-changed",
        now=now,
        detail={"officer": officer.login, "role": role.value, "active": active},
    )


def _get(session: Session, officer_id: int) -> Officer:
    officer = session.get(Officer, officer_id)
    if officer is None:
        raise NotFound(what="officer", value=officer_id)
    return officer


def _one_time_password(login: str) -> str:
    while True:
        symbols = "".join(secrets.choice(codes.ALPHABET) for _ in range(PASSWORD_SYMBOLS))
        password = codes.spoken(symbols)
        try:
            officers.check_password(password, login)
        except InvalidInput:
            continue  # a short sign-in name happens to stand in it, or too few symbols differ
        return password
