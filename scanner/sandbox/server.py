"""An HTTP server on a free port of loopback, with or without TLS, in a thread of its own."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self

HOST = "127.0.0.1"

_PATIENCE = 5.0
"""Seconds for a client that says nothing."""


class Serving(socketserver.ThreadingMixIn, socketserver.BaseServer):
    """Serves in a thread of its own, from `with` to its end."""

    daemon_threads = True

    def __enter__(self) -> Self:
        # A short poll, since ending the demo waits for one.
        self._serving = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._serving.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._serving.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a probe breaks off on purpose, and what is no question gets no answer."""


class Server(Serving, HTTPServer):
    """An HTTP server; `context` makes it speak TLS."""

    def __init__(
        self, handler: Callable[..., BaseHTTPRequestHandler], context: ssl.SSLContext | None = None
    ) -> None:
        self._context = context
        super().__init__((HOST, 0), handler)

    @property
    def endpoint(self) -> str:
        """Where it listens, as `host:port`."""
        return f"{HOST}:{self.server_address[1]}"

    def server_bind(self) -> None:
        """Bind without asking any resolver for this host's name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Answer one connection; handshakes happen here, where they block nobody else."""
        request.settimeout(_PATIENCE)
        if self._context is None:
            super().finish_request(request, client_address)
            return
        with self._context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)


class Page(BaseHTTPRequestHandler):
    """Answers every request with an empty page, unless a subclass knows better."""

    def read(self) -> None:
        """Answer a request that reads."""
        self.send_response(204)
        self.end_headers()

    def write(self) -> None:
        """Answer a request that would change something."""
        self.send_error(405)

    def do_GET(self) -> None:
        self.read()

    def do_HEAD(self) -> None:
        self.read()

    def do_POST(self) -> None:
        self.write()

    def do_PUT(self) -> None:
        self.write()

    def do_PATCH(self) -> None:
        self.write()

    def do_DELETE(self) -> None:
        self.write()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep requests off standard error."""
