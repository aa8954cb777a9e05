"""Accounts: a password that works once, and an administrator who is never lost."""

import pytest
from factories import NOON
from sqlalchemy import select

from survey.enums import Role
from survey.exceptions import Conflict
from survey.models import AuditEvent, Officer
from survey.services.office import installation
from survey.services.people import accounts, officers
from survey.services.people.accounts import NewPassword


@pytest.fixture
def unit_id(database) -> int:
    with database.read() as session:
        return installation.read(session).unit_id


def test_account_opens_with_a_password_that_must_be_changed(database, keyring, unit_id):
    made = NewPassword.make("Van.Thu")
    database.write(
        lambda s: accounts.open_account(
            s, password=made, role=Role.OFFICER, unit_id=unit_id, by="a", now=NOON
        )
    )
    assert made.login == "van.thu"
    assert len(made.password.replace("-", "")) == accounts.PASSWORD_SYMBOLS
    with database.read() as session:
        officer = session.scalars(select(Officer)).one()
        found = officers.check_sign_in(
            session, keyring=keyring, login="van.thu", password=made.password, now=NOON
        )
        events = session.scalars(select(AuditEvent)).all()
    assert found == officer.id
    assert officer.must_change_password
    assert made.password not in repr([event.detail for event in events])


def test_password_is_renewed_for_active_accounts_alone(database, make_officer):
    make_officer(Role.ADMINISTRATOR)
    make_officer(Role.VIEWER)
    with database.read() as session:
        viewer = session.scalar(select(Officer.id).where(Officer.role == Role.VIEWER))

    def renew():
        made = NewPassword.make("viewer")
        database.write(
            lambda s: accounts.renew_password(s, officer_id=viewer, password=made, by="a", now=NOON)
        )
        return made

    first, second = renew(), renew()
    assert first.password != second.password
    database.write(
        lambda s: accounts.change_account(
            s, officer_id=viewer, role=Role.VIEWER, active=False, by="a", now=NOON
        )
    )
    with pytest.raises(Conflict):
        renew()


@pytest.mark.parametrize(("role", "active"), [(Role.VIEWER, True), (Role.ADMINISTRATOR, False)])
def test_last_administrator_stays(database, make_officer, role, active):
    make_officer(Role.ADMINISTRATOR)
    with database.read() as session:
        admin = session.scalar(select(Officer.id))
    with pytest.raises(Conflict):
        database.write(
            lambda s: accounts.change_account(s, officer_id=admin, role=role, active=active, by="a", now=NOON)
        )
