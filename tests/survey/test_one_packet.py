"""The head of an answer leaves with its body: apart they cost two calls, and on a slow network two packets."""

from __future__ import annotations

import http.client

import pytest
from cheroot.makefile import StreamWriter
from server import LiveServer


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the server hands to the system, piece by piece."""
    pieces: list[bytes] = []
    write = StreamWriter.write

    def noted(writer: StreamWriter, piece: bytes) -> int:
        pieces.append(piece)
        return write(writer, piece)

    monkeypatch.setattr(StreamWriter, "write", noted)
    return pieces


def get(server: LiveServer, method: str, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request(method, path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_a_page_leaves_in_one_piece(app, written):
    with LiveServer(app) as server:
        assert get(server, "GET", "/healthz").status == 200
        (page,) = written
        head, _, body = page.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert body


def test_what_has_no_body_leaves_too(app, written):
    with LiveServer(app) as server:
        assert get(server, "HEAD", "/healthz").status == 200
        assert len(written) == 1
