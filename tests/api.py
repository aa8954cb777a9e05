"""Another program of the office: a token, and a client that shows it."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from survey import clock
from survey.db import Database
from survey.seal import Keyring
from survey.services.office import installation
from survey.services.people import api_tokens


def make_token(database: Database, keyring: Keyring, *, desk_id: int | None = None) -> str:
    with database.read() as session:
        unit_id = installation.read(session).unit_id
    assert unit_id is not None
    made = database.write(
        lambda session: api_tokens.create(
            session,
            keyring=keyring,
            name="Một cửa điện tử",
            unit_id=unit_id,
            desk_id=desk_id,
            login="admin",
            now=clock.now(),
        )
    )
    return made.secret


def api_client(app: Flask, database: Database, keyring: Keyring, **scope: int) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {make_token(database, keyring, **scope)}"
    return client
