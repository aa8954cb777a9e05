"""Officers: accounts, sign-in with a throttle that survives a restart, sessions on the server."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import NewType

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from survey.enums import Role
from survey.exceptions import Conflict, InvalidInput, NotFound, SignInFailed, SignInThrottled
from survey.models import Officer, OfficerSession, SignInFailure, Unit
from survey.seal import Keyring
from survey.services.office import audit, installation, unit_tree

MINIMUM_PASSWORD = 10
THROTTLE_FAILURES = 5
THROTTLE_WINDOW = timedelta(seconds=60)
IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=10)
# What lies further ahead was written while the clock of an office PC was wrong, as after its battery died: it
# must not lock an account, or keep a session, until that day has come.
CLOCK_STEP = timedelta(minutes=1)
# A session is marked as seen at most this often: a page view is not a write.
SEEN_STEP = timedelta(minutes=1)

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


# Made by `hashed` alone, so that nothing is stored that was not checked.
PasswordHash = NewType("PasswordHash", str)


@cache
def _decoy() -> str:
    """Give a hash to check when the account is unknown, so that the answer takes as long."""
    return _HASHER.hash(secrets.token_hex(16))


ROLE_ORDER = (Role.VIEWER, Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR)


def includes(role: Role, needed: Role) -> bool:
    return ROLE_ORDER.index(role) >= ROLE_ORDER.index(needed)


@dataclass(frozen=True, slots=True)
class SignedIn:
    officer_id: int
    login: str
    role: Role
    unit_id: int
    must_change_password: bool

    def may(self, needed: Role) -> bool:
        return includes(self.role, needed)


@dataclass(frozen=True, slots=True)
class OfficerView:
    id: int
    login: str
    role: Role
    active: bool
    unit_id: int
    unit_name: str


def create(
    session: Session,
    *,
    login: str,
    password: PasswordHash,
    role: Role,
    unit_id: int,
    now: datetime,
    must_change_password: bool = False,
) -> int:
    login = check_login(login)
    if session.scalar(select(Officer.id).where(Officer.login == login)) is not None:
        raise Conflict(what="login", value=login)
    officer = Officer(
        login=login,
        role=role,
        unit_id=unit_id,
        password_hash=password,
        must_change_password=must_change_password,
        created_at_utc=now,
    )
    session.add(officer)
    session.flush()
    return officer.id


def check_login(login: str) -> str:
    """Give a sign-in name as it is stored, or refuse it."""
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise InvalidInput(field="login", value=login)
    return login


def hashed(password: str, *, login: str) -> PasswordHash:
    """Check a new password and hash it: 20 ms that no writer should wait for, so before the write.

    Raises
    ------
    InvalidInput
    """
    check_password(password, check_login(login))
    return PasswordHash(_HASHER.hash(password))


def check_password(password: str, login: str) -> None:
    if len(password) < MINIMUM_PASSWORD:
        raise InvalidInput(field="password", reason="too-short", minimum=MINIMUM_PASSWORD)
    if login in password.lower() or len(set(password)) < 5:
        raise InvalidInput(field="password", reason="too-simple", minimum=MINIMUM_PASSWORD)


def set_password(
    session: Session, *, login: str, password: PasswordHash, must_change: bool = False, reopen: bool = False
) -> None:
    """Give an account a new password and end its sessions; with `reopen` a closed one is open again."""
    login = login.strip().lower()
    officer = session.scalars(select(Officer).where(Officer.login == login)).one_or_none()
    if officer is None:
        raise NotFound(what="officer", value=login)
    officer.password_hash = password
    officer.must_change_password = must_change
    officer.active = officer.active or reopen
    session.execute(delete(OfficerSession).where(OfficerSession.officer_id == officer.id))


def change_role(session: Session, *, officer_id: int, role: Role, active: bool) -> None:
    """Change what an account may do; the last active administrator stays one."""
    # Locked in one order, so that two administrators cannot put each other out at the same moment.
    session.scalars(
        select(Officer.id).where(Officer.role == Role.ADMINISTRATOR).order_by(Officer.id).with_for_update()
    ).all()
    officer = session.get(Officer, officer_id, populate_existing=True)
    if officer is None:
        raise NotFound(what="officer", value=officer_id)
    if officer.role is Role.ADMINISTRATOR and (role is not Role.ADMINISTRATOR or not active):
        others = session.scalar(
            select(func.count())
            .select_from(Officer)
            .where(Officer.role == Role.ADMINISTRATOR, Officer.active, Officer.id != officer_id)
        )
        if not others:
            raise Conflict(what="last-administrator", value=officer.login)
    officer.role, officer.active = role, active
    session.execute(delete(OfficerSession).where(OfficerSession.officer_id == officer_id))


def list_officers(session: Session, *, unit_id: int | None = None) -> Sequence[OfficerView]:
    """Give the accounts of a unit and below it, or all."""
    query = (
        select(Officer.id, Officer.login, Officer.role, Officer.active, Unit.id.label("unit_id"), Unit.name)
        .join(Unit, Unit.id == Officer.unit_id)
        .order_by(Officer.login)
    )
    if unit_id is not None:
        query = query.where(Officer.unit_id.in_(unit_tree.below(session, unit_id)))
    return [OfficerView(*row) for row in session.execute(query)]


# --- sign-in ----------------------------------------------------------------------------------------


def throttled_for(session: Session, *, keyring: Keyring, login: str, now: datetime) -> int:
    """Give how many seconds an account must wait after too many failures; 0 where it need not."""
    failures = session.scalars(
        select(SignInFailure.at_utc)
        .where(
            SignInFailure.account_hash == _account(keyring, login),
            SignInFailure.at_utc > now - THROTTLE_WINDOW,
            SignInFailure.at_utc <= now + CLOCK_STEP,
        )
        .order_by(SignInFailure.at_utc.desc())
        .limit(THROTTLE_FAILURES)
    ).all()
    if len(failures) < THROTTLE_FAILURES:
        return 0
    return max(1, int((failures[-1] + THROTTLE_WINDOW - now).total_seconds()) + 1)


def _account(keyring: Keyring, login: str) -> bytes:
    return keyring.mac("sign-in-account", login.strip().lower().encode())


def password_matches(session: Session, *, login: str, password: str) -> int | None:
    """Give the id of the active account that this password opens; takes as long for any input."""
    row = session.execute(
        select(Officer.id, Officer.password_hash, Officer.active).where(
            Officer.login == login.strip().lower()
        )
    ).one_or_none()
    decoy = _decoy()  # made once, at the first sign-in of whatever account
    try:
        _HASHER.verify(row.password_hash if row else decoy, password)
    except VerifyMismatchError:
        return None
    return int(row.id) if row is not None and row.active else None


def record_failure(session: Session, *, keyring: Keyring, login: str, now: datetime) -> None:
    session.execute(insert(SignInFailure).values(account_hash=_account(keyring, login), at_utc=now))
    session.execute(delete(SignInFailure).where(SignInFailure.at_utc < now - timedelta(days=1)))


def check_sign_in(session: Session, *, keyring: Keyring, login: str, password: str, now: datetime) -> int:
    """Check a password outside of any write: hashing takes 20 ms and must not hold the writer.

    Raises
    ------
    SignInThrottled, SignInFailed
    """
    wait = throttled_for(session, keyring=keyring, login=login, now=now)
    if wait:
        raise SignInThrottled(retry_after_s=wait)
    officer_id = password_matches(session, login=login, password=password)
    if officer_id is None:
        raise SignInFailed
    return officer_id


def start_session(session: Session, *, keyring: Keyring, officer_id: int, now: datetime) -> str:
    """Open a session and give its secret, which only the cookie keeps."""
    secret = secrets.token_urlsafe(32)
    session.execute(delete(OfficerSession).where(OfficerSession.started_at_utc < now - ABSOLUTE_LIMIT))
    session.execute(
        insert(OfficerSession).values(
            id_hash=_session_hash(keyring, secret),
            officer_id=officer_id,
            started_at_utc=now,
            seen_at_utc=now,
        )
    )
    return secret


def _session_hash(keyring: Keyring, secret: str) -> bytes:
    return keyring.mac("officer-session", secret.encode())


def signed_in(
    session: Session, *, keyring: Keyring, secret: str, now: datetime
) -> tuple[SignedIn, bool] | None:
    """Give who a session belongs to and whether it is time to mark it as seen."""
    row = session.execute(
        select(
            Officer.id,
            Officer.login,
            Officer.role,
            Officer.unit_id,
            Officer.must_change_password,
            OfficerSession.seen_at_utc,
        )
        .join(Officer, Officer.id == OfficerSession.officer_id)
        .where(
            OfficerSession.id_hash == _session_hash(keyring, secret),
            OfficerSession.started_at_utc.between(now - ABSOLUTE_LIMIT, now + CLOCK_STEP),
            OfficerSession.seen_at_utc.between(now - IDLE_LIMIT, now + CLOCK_STEP),
            Officer.active,
        )
    ).one_or_none()
    if row is None:
        return None
    who = SignedIn(row.id, row.login, row.role, row.unit_id, row.must_change_password)
    return who, now - row.seen_at_utc > SEEN_STEP


def mark_seen(session: Session, *, keyring: Keyring, secret: str, now: datetime) -> None:
    session.execute(
        update(OfficerSession)
        .where(OfficerSession.id_hash == _session_hash(keyring, secret))
        .values(seen_at_utc=now)
    )


def end_session(session: Session, *, keyring: Keyring, secret: str) -> None:
    session.execute(delete(OfficerSession).where(OfficerSession.id_hash == _session_hash(keyring, secret)))


# --- the first administrator ------------------------------------------------------------------------


def setup_is_open(session: Session) -> bool:
    return session.scalar(select(Officer.id).limit(1)) is None


def new_setup_secret(session: Session, *, keyring: Keyring) -> str | None:
    """Make the one-time link of the first administrator; None where there is an account already."""
    if not setup_is_open(session):
        return None
    secret = secrets.token_urlsafe(16)
    installation.change(session, setup_hash=keyring.mac("setup", secret.encode()).hex())
    return secret


def setup_secret_fits(session: Session, *, keyring: Keyring, secret: str) -> bool:
    stored = installation.read(session).setup_hash
    given = keyring.mac("setup", secret.encode()).hex()
    return bool(stored) and setup_is_open(session) and secrets.compare_digest(stored, given)


def create_first_administrator(
    session: Session,
    *,
    keyring: Keyring,
    secret: str,
    login: str,
    password: PasswordHash,
    unit_id: int,
    now: datetime,
) -> int:
    # Held, so that two who follow the link at the same moment do not both become administrators.
    installation.hold(session, "setup_hash")
    if not setup_secret_fits(session, keyring=keyring, secret=secret):
        raise SignInFailed
    officer_id = create(
        session, login=login, password=password, role=Role.ADMINISTRATOR, unit_id=unit_id, now=now
    )
    installation.change(session, setup_hash="")
    audit.record(session, login=login, action="first-administrator", now=now)
    return officer_id
