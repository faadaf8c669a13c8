"""A real HTTP server on loopback that answers as it is told and remembers what it was asked."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest


class Asked(NamedTuple):
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes | Iterable[bytes]
    """An iterable is sent piece by piece until the client hangs up."""


def _reply(rule: Callable[[Asked], Any]) -> Callable[[Asked], Reply]:
    def reply(asked: Asked) -> Reply:
        given = rule(asked)
        body, status, headers = given if isinstance(given, tuple) else (given, 200, {})
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Reply(status, {"Content-Type": "application/json", **headers}, raw)

    return reply


class Server:
    """Starts at once on a free port; `tls` makes it speak https."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self._rules: dict[str, Callable[[Asked], Reply]] = {}
        self._other: Callable[[Asked], Reply] = lambda _: Reply(404, {}, b"")
        self._http = _Quiet(("127.0.0.1", 0), _handler(self))
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self.port = self._http.server_address[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def answer(
        self,
        path: str,
        body: object = b"",
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Answer requests for `path` with `body`, as JSON unless it is bytes or an iterator."""
        raw = body if isinstance(body, bytes | Iterator) else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"}
        self._rules[path] = lambda _: Reply(status, {**kind, **(headers or {})}, raw)

    def decide(self, path: str, rule: Callable[[Asked], Any]) -> None:
        """Answer requests for `path` with the JSON, or (body, status, headers), `rule` returns."""

        self._rules[path] = _reply(rule)

    def decide_all(self, rule: Callable[[Asked], Any]) -> None:
        """Answer every request, whatever its path, as `decide` does."""
        self._other = _reply(rule)

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return self._rules.get(asked.path, self._other)(asked)

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up or refuse the certificate are what is tested."""


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body leave together; apart they would wait 40 ms for each other.
        wbufsize = 65_536

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            reply = server.reply(
                Asked(
                    method=self.command,
                    path=parts.path,
                    query=dict(parse_qsl(parts.query)),
                    headers={name.lower(): value for name, value in self.headers.items()},
                    body=self.rfile.read(length).decode(),
                )
            )
            self.send_response_only(reply.status)
            if "Date" not in reply.headers:
                self.send_header("Date", self.date_time_string())
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if isinstance(reply.body, bytes):
                self.send_header("Content-Length", str(len(reply.body)))
            else:
                self.send_header("Connection", "close")
            self.end_headers()
            pieces = [reply.body] if isinstance(reply.body, bytes) else reply.body
            for piece in pieces if self.command != "HEAD" else ():
                self.wfile.write(piece)
                self.wfile.flush()

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Keep the output of the tests clean."""

    return Handler


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Start servers that are stopped when the test ends."""
    servers: list[Server] = []

    def start(tls: ssl.SSLContext | None = None) -> Server:
        servers.append(Server(tls))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    """Start one plain server."""
    return serve()


def _program(name: str) -> str | None:
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=os.pathsep.join([*map(str, homes), os.environ["PATH"]]))


@contextlib.contextmanager
def running_postgresql(*options: str, files: Mapping[str, bytes] | None = None) -> Iterator[Path]:
    """Run a real server with an empty database; yields its folder, in which its socket lies.

    `options` are settings, as `ssl=on`; `files` are put beside its data, for its eyes alone.
    """
    initdb, server = _program("initdb"), _program("postgres")
    if initdb is None or server is None:
        pytest.skip("PostgreSQL is not installed")
    # The server refuses to run as root, and a socket's path must be short.
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    other = user if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="mamori-pg-", dir="/tmp"))
    if other:
        shutil.chown(folder, other)
    data = folder / "data"
    subprocess.run(
        [initdb, "--pgdata", data, "--auth", "trust", "--no-sync", "--username", "mamori"],
        check=True, capture_output=True, user=other, cwd="/",
    )  # fmt: skip
    for name, content in (files or {}).items():
        (data / name).write_bytes(content)
        (data / name).chmod(0o600)
        shutil.chown(data / name, user)
    settings = ["listen_addresses=", "fsync=off", *options]
    with subprocess.Popen(
        [server, "-D", data, "-k", folder, *(word for each in settings for word in ("-c", each))],
        stderr=subprocess.PIPE, user=other, cwd="/", text=True,
    ) as running:  # fmt: skip
        assert running.stderr is not None
        said = []
        for line in running.stderr:
            said.append(line)
            if "ready to accept connections" in line:
                break
        else:
            raise AssertionError("".join(said))
        try:
            yield folder
        finally:
            # Without waiting for clients that a failed test left connected.
            running.send_signal(signal.SIGINT)
            running.communicate()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a real server with an empty database, reached through a socket."""
    with running_postgresql() as folder:
        yield f"postgresql://mamori@localhost/postgres?host={folder}"
