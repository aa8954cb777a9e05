"""The production server on loopback inside the test process."""

from __future__ import annotations

import threading
from types import TracebackType

from flask import Flask

from survey.http_server import Certificate, make_http_server


class LiveServer:
    """With a certificate it speaks https, under the name of an office's network."""

    def __init__(self, app: Flask, *, certificate: Certificate | None = None, port: int = 0) -> None:
        self._server = make_http_server(app, host="127.0.0.1", port=port, certificate=certificate)
        self._secure = certificate is not None
        self._thread = threading.Thread(target=self._server.serve, daemon=True)

    def __enter__(self) -> LiveServer:
        self._server.prepare()
        self.port = int(self._server.bind_addr[1])
        self.url = f"https://sipas.lan:{self.port}" if self._secure else f"http://127.0.0.1:{self.port}"
        # What an office has without a certificate: no secure context, as loopback would be one.
        self.insecure_url = f"http://sipas.lan:{self.port}"
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self._thread.join(timeout=10)
