"""The HTTP server as a library gives it, with what our answers need of it changed."""

from __future__ import annotations

import io
import logging
import queue
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from socket import SocketIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cheroot import server as library
from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.workers.threadpool import ThreadPool

from survey.services.https import certificates
from survey.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

THREADS = 16
# Connections that may stay open between requests; with the library's own ten, a full waiting room is cut off.
KEPT_CONNECTIONS = 256
# Connections that may wait to be taken up; beyond the library's own five a client tries again a second later.
WAITING_CONNECTIONS = 128


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files that https needs: of the office's own authority, or of the province."""

    chain: Path
    key: Path

    @classmethod
    def find(cls, data: Path) -> Certificate | None:
        """Look for `tls/server.pem` and `tls/server.key` in the data folder."""
        found = cls(certificates.chain_file(data), certificates.key_file(data))
        return found if found.chain.exists() and found.key.exists() else None

    def content(self) -> tuple[bytes, bytes]:
        return self.chain.read_bytes(), self.key.read_bytes()

    def adapter(self) -> BuiltinSSLAdapter:
        """Read both files for a server.

        Raises
        ------
        OSError
            They cannot be read, or do not fit each other (`ssl.SSLError`).
        """
        adapter = BuiltinSSLAdapter(str(self.chain), str(self.key))
        adapter.context.minimum_version = ssl.TLSVersion.TLSv1_2
        return adapter


def make_http_server(
    app: WSGIApplication,
    *,
    host: str,
    port: int,
    threads: int = THREADS,
    certificate: Certificate | None = None,
) -> wsgi.Server:
    """Make a server that is bound by `prepare()` and runs in `serve()`; https with a certificate."""
    server = _QuietServer((host, port), app, numthreads=threads, server_name="sipas")
    server.gateway = _OnePacketGateway
    server.ConnectionClass = _Connection
    server.requests = _Workers(server, min=threads, max=threads)
    server.timeout = 30
    server.shutdown_timeout = 5
    server.keep_alive_conn_limit = KEPT_CONNECTIONS
    server.request_queue_size = WAITING_CONNECTIONS
    if certificate is not None:
        server.ssl_adapter = certificate.adapter()
    return server


def behind_public_address(app: WSGIApplication, public_url: str | None) -> WSGIApplication:
    """Let requests for a public https address count as https, which a proxy ended before this server.

    Decided by the host that is asked for and by the office's own setting, never by a header that a
    client could send.
    """
    public = urlsplit(public_url or "")
    if public.scheme != "https":
        return app

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("HTTP_HOST", "").lower() == public.netloc.lower():
            environ["wsgi.url_scheme"] = "https"
        return app(environ, start_response)

    return serve


def in_turns(app: WSGIApplication, turns: Turns) -> WSGIApplication:
    """Let one request at a time be worked on; a body that is made while it is sent is not."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with turns.taken():
            return app(environ, start_response)

    return serve


class _Arriving(SocketIO):
    """What arrives at a socket, counted."""

    count = 0

    def readinto(self, buffer: Any) -> int | None:
        number = super().readinto(buffer)
        self.count += number or 0
        return number


class _Reader(io.BufferedReader):
    """Reads requests with Python's own buffer; the library's, written in Python, takes ten times as long."""

    raw: _Arriving

    def __init__(self, socket: Any, size: int) -> None:
        super().__init__(_Arriving(socket, "rb"), size)
        self.bytes_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.bytes_read += len(data)
        return data

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.bytes_read += len(line)
        return line

    def has_data(self) -> bool:
        """Say whether a part of the next request has come with this one: asked without waiting for more."""
        return self.raw.count > self.bytes_read


class _Connection(library.HTTPConnection):
    def __init__(self, server: wsgi.Server, socket: Any, makefile: Any) -> None:
        def make(socket: Any, mode: str, size: int) -> Any:
            return _Reader(socket, size) if "r" in mode else makefile(socket, mode, size)

        super().__init__(server, socket, make)


class _Workers(ThreadPool):
    """Threads that wait for connections at Python's own queue; the library's is written in Python."""

    def __init__(self, server: wsgi.Server, **limits: int) -> None:
        super().__init__(server, **limits)
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.get = self._queue.get


class _OnePacketGateway(wsgi.Gateway_10):
    """Sends the head of an answer together with what comes first of its body.

    The library hands the head to the system by itself: another call, and on a slow network another packet.
    """

    def write(self, chunk: bytes) -> None:
        if self.req.sent_headers:
            super().write(chunk)
            return
        connection = self.req.conn
        file, connection.wfile = connection.wfile, io.BytesIO()
        try:
            super().write(chunk)
        finally:
            together, connection.wfile = connection.wfile.getvalue(), file
            file.write(together)


class _QuietServer(wsgi.Server):
    """Logs that something happened, without the message: it may quote a request line, and so a token."""

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        logger.log(max(level, logging.INFO), "server event", exc_info=traceback)
