"""The server reads requests through Python's own buffer: in pieces, long ones, several in one packet."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask, request
from server import LiveServer

from survey.http_server import THREADS

ECHO = Flask("echo")


@ECHO.post("/")
def echo() -> bytes:
    return request.headers.get("Cookie", "").encode() + b"|" + request.get_data() + b"."


@pytest.fixture
def connection() -> Iterator[socket.socket]:
    with LiveServer(ECHO) as server, socket.create_connection(("127.0.0.1", server.port), 60) as connected:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connected


def asking(body: bytes, cookie: str = "a=1") -> bytes:
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def until(connection: socket.socket, end: bytes) -> bytes:
    read = b""
    while not read.endswith(end):
        piece = connection.recv(65536)
        assert piece, read
        read += piece
    return read


def test_a_request_that_comes_in_pieces_is_read_whole(connection: socket.socket) -> None:
    for at in range(0, len(asking(b"xin")), 7):
        connection.sendall(asking(b"xin")[at : at + 7])
    assert until(connection, b"a=1|xin.")


def test_what_is_longer_than_the_buffer_is_read_whole(connection: socket.socket) -> None:
    cookie, body = "a=" + "1" * 20_000, b"x" * 300_000
    connection.sendall(asking(body, cookie))
    assert until(connection, b"|" + body + b".").count(cookie.encode()) == 1


def test_requests_in_one_packet_are_answered_in_turn(connection: socket.socket) -> None:
    connection.sendall(asking(b"one") + asking(b"two") + asking(b"three"))
    answers = until(connection, b"three.")
    assert [answers.count(b"|" + word + b".") for word in (b"one", b"two", b"three")] == [1, 1, 1]


def test_connections_that_wait_keep_no_thread_busy() -> None:
    server = LiveServer(ECHO)
    # Longer than the test waits: no thread becomes free because a connection was given up.
    server._server.timeout = 600
    with server, ExitStack() as opened:
        for _ in range(THREADS + 1):
            place = ("127.0.0.1", server.port)
            connection = opened.enter_context(socket.create_connection(place, 60))
            connection.sendall(asking(b"one"))
            assert until(connection, b"one.")
