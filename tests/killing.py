"""Runs `mamori scan` again and again, each time killed one step later, and tells what is left.

Not a test itself: tests start it as a program, because a process with threads must not fork. A step
is a statement or commit of the database, a file that is opened for writing, renamed or removed, or
a byte stream that is sent; each line of output is the state after the scan that was killed there.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from scanner.cli import main
from scanner.collect.survey import Environment
from scanner.config import load_config
from scanner.history.chain import verify
from scanner.history.database import HistoryError
from scanner.history.location import open_history
from scanner.model import Status
from scanner.report import Report

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_FILE_EVENTS = {"os.rename", "os.remove", "os.truncate", "socket.connect", "socket.sendto"}


class Killer:
    """Ends this process, without a warning, at its step number `last`."""

    def __init__(self, last: int) -> None:
        self._left = last
        self._name = ""

    def arm(self) -> None:
        event.listen(Engine, "before_cursor_execute", lambda *given: self._execute(given[2]))
        event.listen(Engine, "commit", lambda *_: self.step("commit"))
        sys.addaudithook(self._audit)

    def step(self, name: str) -> None:
        self._left -= 1
        if self._left == 0:
            os.write(2, f"{name.split(maxsplit=1)[0]}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def _execute(self, statement: str) -> None:
        # What only reads leaves nothing behind that the step before it has not.
        if not statement.startswith(("PRAGMA", "SELECT")):
            self.step(statement)

    def _audit(self, name: str, given: tuple[Any, ...]) -> None:
        if name in _FILE_EVENTS or (name == "open" and _writes(given)):
            self.step(name)


def _writes(given: tuple[Any, ...]) -> bool:
    path, mode, flags = given
    if isinstance(path, int) or "__pycache__" in str(path):
        return False
    return bool((isinstance(mode, str) and mode.strip("rbtU")) or (flags or 0) & _WRITING)


def state(config: Path) -> dict[str, Any]:
    """Return what a later process finds."""
    try:
        history = open_history(load_config(config), Environment(os.environ))
    except HistoryError:
        return {"scans": 0, "intact": True, "pending": 0, "failing": []}
    scans = history.scans()
    reports: list[Report] = [history.report(each.number) for each in scans]
    failing = {
        tuple(
            sorted(
                each.fingerprint
                for target in report.targets
                for each in target.findings
                if each.status is Status.FAIL
            )
        )
        for report in reports
    }
    return {
        "scans": len(scans),
        "intact": verify(history, now=datetime.now(UTC)).intact,
        "pending": len(history.pending()),
        "failing": [list(each) for each in failing],
    }


def run(words: list[str], last: int) -> tuple[bool, str]:
    """Run `mamori` with `words` in a child that dies at the step `last`; tell whether it did."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writer, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.argv = ["mamori", *words]
        Killer(last).arm()
        try:
            main()
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as said:
        name = said.read().strip()
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status), name


def kill_at_every_step(words: list[str]) -> None:
    """Kill ever later, until a scan comes to its end."""
    for last in count(1):
        killed, name = run(words, last)
        found = state(Path(words[words.index("--config") + 1]))
        sys.stdout.write(json.dumps({"killed": killed, "step": name, **found}) + "\n")
        sys.stdout.flush()
        if not killed:
            break


if __name__ == "__main__":
    # The first scans begin the history; those of a second round find one.
    for _ in range(int(sys.argv[1])):
        kill_at_every_step(sys.argv[2:])
