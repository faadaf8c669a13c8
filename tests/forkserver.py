"""Runs `mamori` in a process of its own, forked from one that has its modules loaded.

To load them takes most of the time of a short command, and a test starts it only to see what it
does then. Everything else is as in a process that was started: arguments, environment, streams,
folder, exit code. What Python and the C library read of the environment when they start is the
same for all forks of one server, so there is one for each such set. Tests whose promise is about
starting, ending or being killed start a real one.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

import pytest

_MOST = 1_048_576
_AT_START = ("PYTHON", "LANG", "LC_")
_LATER = ("PYTHONPATH", "PYTHON_KEYRING_BACKEND")
_THEIRS = (
    "cryptography.x509",
    "dns.asyncresolver",
    "httpx",
    "jinja2",
    "keyring",
    "rich.console",
    "rich.table",
    "sqlalchemy",
    "stamina",
    "zxcvbn.matching",
)
"""What mamori imports where it uses it."""


class Ended(NamedTuple):
    code: int
    """Negative where a signal ended it."""
    out: bytes
    err: bytes


class ForkServer:
    """A process that forks once for each run. Use as a context manager."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env=environment, pass_fds=[theirs.fileno()], cwd="/", stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ours.close()
        self._process.wait()

    def run(
        self,
        arguments: Sequence[str],
        *,
        program: str | None = None,
        stdin: bytes,
        environment: Mapping[str, str],
        folder: Path,
        seconds: float = 60.0,
    ) -> Ended:
        """Run `mamori` with `arguments`, or the text `program` with them instead."""
        asked = {
            "arguments": [*arguments],
            "program": program,
            "environment": {**environment},
            "folder": str(folder),
        }
        with contextlib.ExitStack() as stack:
            given, out, err = (
                stack.enter_context(tempfile.TemporaryFile(buffering=0)) for _ in range(3)
            )
            given.write(stdin)
            given.seek(0)
            self._ours.settimeout(seconds)
            files = [each.fileno() for each in (given, out, err)]
            socket.send_fds(self._ours, [json.dumps(asked).encode()], files)
            try:
                code = int(self._ours.recv(_MOST))
            except TimeoutError:
                self._process.kill()
                raise AssertionError(f"{arguments} did not end: {_all(err)!r}") from None
            return Ended(code, _all(out), _all(err))


class ForkServers:
    """One server for each environment that a process starts with."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self._running: dict[tuple[tuple[str, str], ...], ForkServer] = {}

    def run(self, arguments: Sequence[str], *, environment: Mapping[str, str], **how: Any) -> Ended:
        """Run as `ForkServer.run` does, in a fork of one that was started as it should be."""
        key = tuple(
            (name, value)
            for name, value in sorted(environment.items())
            if name.startswith(_AT_START) and name not in _LATER
        )
        if key not in self._running:
            started = ForkServer({"PATH": os.environ["PATH"], **dict(key)})
            self._running[key] = self._stack.enter_context(started)
        return self._running[key].run(arguments, environment=environment, **how)


@pytest.fixture(scope="session")
def fork_servers() -> Iterator[ForkServers]:
    """The servers of this worker."""
    with contextlib.ExitStack() as stack:
        yield ForkServers(stack)


def _all(file: IO[bytes]) -> bytes:
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0)


def load() -> None:
    """Import everything of ours, and of others what a scan needs."""
    import scanner
    from scanner import framework, registry

    for each in pkgutil.walk_packages(scanner.__path__, "scanner."):
        importlib.import_module(each.name)
    for name in _THEIRS:
        importlib.import_module(name)
    for kind in ("platforms", "renderers", "sinks", "vaults"):
        for name in registry.parts(kind):
            registry.part(kind, name)
    registry.checks()
    framework.frameworks()


def serve(requests: socket.socket) -> None:
    """Fork for each request and say how the child ended, until nobody asks any more.

    A child ends as Python does, but for taking apart what it shares with all the others.
    """
    while True:
        message, files, _, _ = socket.recv_fds(requests, _MOST, 3)
        if not message:
            return
        child = os.fork()
        if child == 0:
            requests.close()
            code = 0
            try:
                become(json.loads(message), files)
            except SystemExit as ended:
                code = _code(ended)
            except BaseException:  # noqa: BLE001 - as Python does with what nobody caught
                sys.excepthook(*sys.exc_info())
                code = 1
            threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001
            atexit._run_exitfuncs()  # noqa: SLF001
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        for each in files:
            os.close(each)
        _, status = os.waitpid(child, 0)
        requests.send(str(os.waitstatus_to_exitcode(status)).encode())


def _code(ended: SystemExit) -> int:
    if ended.code is None or isinstance(ended.code, int):
        return ended.code or 0
    sys.stderr.write(f"{ended.code}\n")
    return 1


def become(asked: Mapping[str, Any], files: Sequence[int]) -> None:
    """Take on the arguments, environment, folder and streams of a request."""
    for number, each in enumerate(files):
        os.dup2(each, number)
        os.close(each)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.path[1:1] = filter(None, asked["environment"].get("PYTHONPATH", "").split(os.pathsep))
    sys.argv = ["mamori", *asked["arguments"]]
    if asked["program"] is not None:
        sys.argv[0] = "-c"
        exec(asked["program"], {"__name__": "__main__"})  # noqa: S102 - as `python -c` does
        return
    from scanner.cli import main

    main()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    load()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as listening:
        serve(listening)
