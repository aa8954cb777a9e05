"""Static text and empty screens are compressed for who accepts it; other pages and fonts are not."""

from __future__ import annotations

import gzip
from datetime import date

import pytest
from flask.testing import FlaskClient
from phone import issue, opened, post

from survey.db import Database
from survey.seal import Keyring

GZIP = {"Accept-Encoding": "br, gzip"}


@pytest.mark.parametrize("path", ["/static/css/base.css", "/static/img/favicon.svg"])
def test_static_text_is_compressed_and_the_same(client: FlaskClient, path: str) -> None:
    with client.get(path) as plain, client.get(path, headers=GZIP) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data)
        assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
        assert int(packed.headers["Content-Length"]) == len(packed.data)
        assert "ETag" not in packed.headers


@pytest.mark.parametrize("path", ["/", "/static/fonts/sipas-sans-bold.woff2", "/healthz"])
def test_pages_and_fonts_are_sent_as_they_are(client: FlaskClient, path: str) -> None:
    with client.get(path, headers=GZIP) as response:
        assert response.status_code == 200
        assert "Content-Encoding" not in response.headers


def test_a_screen_goes_compressed_until_something_is_chosen_on_it(
    client: FlaskClient, database: Database, keyring: Keyring, today: date
) -> None:
    """What is the same for everyone gives nothing away by its length."""
    screen = opened(client, issue(database, keyring, today)[0])
    plain, packed = client.get(screen), client.get(screen, headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Cache-Control"] == "no-store"
    post(client, screen, {"stage": "result"})
    chosen = client.get(screen, headers=GZIP)
    assert "Content-Encoding" not in chosen.headers
    assert "checked" in chosen.text


def test_an_unchanged_file_is_not_sent_again(client: FlaskClient) -> None:
    with client.get("/static/css/base.css", headers=GZIP) as first:
        since = first.headers["Last-Modified"]
    with client.get("/static/css/base.css", headers=GZIP | {"If-Modified-Since": since}) as again:
        assert again.status_code == 304
