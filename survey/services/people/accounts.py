"""What an administrator does with accounts: open one, change it, give a new one-time password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from survey.enums import Role
from survey.exceptions import Conflict, InvalidInput, NotFound
from survey.models import Officer
from survey.services.office import audit, codes
from survey.services.people import officers
from survey.services.people.officers import PasswordHash

# 80 random bits, in groups that can be read out.
PASSWORD_SYMBOLS = 16


@dataclass(frozen=True, slots=True)
class NewPassword:
    """Shown once to who made it; its owner must change it at the first sign-in."""

    login: str
    password: str
    hash: PasswordHash = field(repr=False)

    @classmethod
    def make(cls, login: str) -> NewPassword:
        """Make one before the write that stores it: hashing takes its time."""
        login = officers.check_login(login)
        while True:
            symbols = "".join(secrets.choice(codes.ALPHABET) for _ in range(PASSWORD_SYMBOLS))
            password = codes.spoken(symbols)
            try:
                return cls(login, password, officers.hashed(password, login=login))
            except InvalidInput:
                continue  # a short sign-in name happens to stand in it, or too few symbols differ


def login_of(session: Session, officer_id: int) -> str:
    return _get(session, officer_id).login


def open_account(
    session: Session, *, password: NewPassword, role: Role, unit_id: int, by: str, now: datetime
) -> None:
    """Make an account with a one-time password.

    Raises
    ------
    InvalidInput, Conflict
    """
    login = password.login
    officers.create(
        session,
        login=login,
        password=password.hash,
        role=role,
        unit_id=unit_id,
        now=now,
        must_change_password=True,
    )
    audit.record(
        session, login=by, action="officer-added", now=now, detail={"officer": login, "role": role.value}
    )


def renew_password(
    session: Session, *, officer_id: int, password: NewPassword, by: str, now: datetime
) -> None:
    """Give an active account a new one-time password and end its sessions."""
    officer = _get(session, officer_id)
    if not officer.active:
        raise Conflict(what="inactive", value=officer.login)
    officers.set_password(session, login=officer.login, password=password.hash, must_change=True)
    audit.record(
        session, login=by, action="officer-password-renewed", now=now, detail={"officer": officer.login}
    )


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
