"""Helpers for tests of the phone form: slips, a client that walks through it, what is stored afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from factories import desk_id
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.db import Database
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.answers.responses import Waiting
from survey.services.inviting import invitations
from survey.services.inviting.invitations import Issued

Answers = Mapping[str, Mapping[str, str]]

# Somebody who received a result, sent no feedback, and says something else to every item.
RESULT: Answers = {
    "stage": {"stage": "result"},
    "access": {"A1": "5", "A2": "4", "A3": "na"},
    "procedure": {"B1": "3", "B2": "4", "B3": "5", "B4": "2"},
    "staff": {"C1": "1", "C2": "2", "C3": "3"},
    "outcome": {"D1": "4", "D2": "5", "D3": "1"},
    "petitions": {"feedback": "no", "E1": "2"},
    "use": {"visits": "2", "late": "yes", "apology": "no", "extra_money": "prefer_not"},
    "comment": {"comment": "Ghế chờ hơi ít."},
}
RESULT_SCREENS = tuple(RESULT)
OTHER_SCREENS = ("stage", "access", "procedure", "staff", "petitions", "use", "comment")


def issue(database: Database, keyring: Keyring, today: date, count: int = 1) -> list[Issued]:
    desk = desk_id(database)
    return database.write(
        lambda session: invitations.issue_roll(
            session, keyring=keyring, desk_id=desk, count=count, today=today
        )
    )


def opened(client: FlaskClient, slip: Issued) -> str:
    """Scan a slip; give the address of the screen it leads to, at once or by the form of the first screen."""
    response = client.get(f"/P/{slip.token}")
    if response.status_code == 303:
        return response.location
    assert response.status_code == 200, response.text
    return action_of(response.text)


def action_of(html: str) -> str:
    """Give where the form of a page goes."""
    found = re.search(r'<form method="post" action="([^"]+)"', html)
    assert found is not None, html
    return found[1]


def post(client: FlaskClient, url: str, data: Mapping[str, str]) -> str:
    """Send one screen; give the address that follows."""
    response = client.post(url, data=data)
    assert response.status_code == 303, response.text
    return response.location


def walk(client: FlaskClient, url: str, answers: Answers = RESULT) -> list[str]:
    """Go on from a screen to the thanks page; give the screens passed on the way."""
    passed = []
    while "/thanks" not in url:
        assert client.get(url).status_code == 200
        step = url.rpartition("/")[2]
        passed.append(step)
        url = post(client, url, answers.get(step, {}))
    assert client.get(url).status_code == 200
    return passed


def below(url: str, step: str) -> str:
    """Give the address of another screen of the same form."""
    return f"{url.rpartition('/')[0]}/{step}"


def checked(response: TestResponse) -> dict[str, str]:
    """Give the radio buttons of a page that are chosen."""
    return dict(re.findall(r'name="(\w+)" value="(\w+)" checked', response.text))


def waiting(database: Database, keyring: Keyring) -> list[Waiting]:
    with database.read() as session:
        return responses.waiting(session, keyring=keyring)[0]


def draft_cookies(client: FlaskClient) -> list[str]:
    return [cookie.key for cookie in client._cookies.values() if "sipas-p-" in cookie.key]
