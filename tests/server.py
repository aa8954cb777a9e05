"""The production server on loopback inside the test process."""

from __future__ import annotations

import threading
from types import TracebackType

from flask import Flask

from survey.server import make_http_server


class LiveServer:
    def __init__(self, app: Flask) -> None:
        self._server = make_http_server(app, host="127.0.0.1", port=0)
        self._thread = threading.Thread(target=self._server.serve, daemon=True)

    def __enter__(self) -> LiveServer:
        self._server.prepare()
        self.port = int(self._server.bind_addr[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self._thread.join(timeout=10)
