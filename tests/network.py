"""The cable between tablet and server: a loopback proxy that can be cut, or lose replies on their way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType


class Cable:
    """Passes bytes on to a port; `cut` ends every connection and refuses new ones."""

    def __init__(self, target_port: int) -> None:
        self._target = target_port
        self._connected = True
        self._loses_reply: Callable[[], bool] = lambda: False
        self.lost = 0
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        self._connected = False
        with self._lock:
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._connected = True

    def lose_replies(self, decide: Callable[[], bool]) -> None:
        """Ask for each piece of a reply whether the cable breaks before it, after the server has worked."""
        self._loses_reply = decide

    def close(self) -> None:
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=5)

    def __enter__(self) -> Cable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            if not self._connected:
                return
            with socket.create_connection(("127.0.0.1", self._target), timeout=5) as server:
                server.settimeout(None)
                with self._lock:
                    self._open |= {client, server}
                back = threading.Thread(target=self._pass, args=(server, client, True), daemon=True)
                back.start()
                self._pass(client, server, False)
                back.join(timeout=10)
            with self._lock:
                self._open -= {client, server}

    def _pass(self, source: socket.socket, sink: socket.socket, is_reply: bool) -> None:
        with suppress(OSError):
            while chunk := source.recv(65536):
                if not self._connected:
                    break
                if is_reply and self._loses_reply():
                    self.lost += 1
                    break
                sink.sendall(chunk)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
