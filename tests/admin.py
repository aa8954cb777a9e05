"""The pages of administration as an officer sends them."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse, encode_multipart

HOME = "/can-bo/quan-tri"


def send(client: FlaskClient, path: str, data: dict[str, object], page: str | None = None) -> TestResponse:
    """Send a form with the token that its page gives."""
    shown = client.get(HOME + (page or "/ho-so")).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token
    full = path if path.startswith("/kiosk") else HOME + path
    # Encoded here: the test client would put a large form into a temporary file and forget it.
    boundary, content = encode_multipart(MultiDict({**data, "csrf_token": token[1]}))
    return client.post(full, data=content, content_type=f"multipart/form-data; boundary={boundary}")


def text(response: TestResponse) -> str:
    return response.get_data(as_text=True)


def one(database, query):
    with database.read() as session:
        return session.scalar(query)
