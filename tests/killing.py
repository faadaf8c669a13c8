"""Runs `mamori scan` again and again, each time killed one step later, and tells what is left.

Not a test itself: tests start it as a program, because a process with threads must not fork. A step
is a statement or commit of the database, a file that is opened for writing, renamed or removed, or
a connection; what comes several times in a row, as rows do, is one step. Each line of output is the
state after the scan that was killed there. The deployment is looked at once, for looking writes
nothing; all else is done by each scan.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from scanner import registry, scan
from scanner.cli import main
from scanner.collect.vaults.environment import Environment
from scanner.config import Settings, load_config
from scanner.framework import controls_by_check
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
        if name == self._name:
            return
        self._name = name
        self._left -= 1
        if self._left == 0:
            os.write(2, f"{name}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def _execute(self, statement: str) -> None:
        # What only reads leaves nothing behind that the step before it has not.
        if not statement.startswith(("PRAGMA", "SELECT")):
            self.step(" ".join(statement.split()[:3]))

    def _audit(self, name: str, given: tuple[Any, ...]) -> None:
        if name in _FILE_EVENTS or (name == "open" and _writes(given)):
            self.step(name)


def _writes(given: tuple[Any, ...]) -> bool:
    path, mode, flags = given
    if isinstance(path, int) or "__pycache__" in str(path):
        return False
    return bool((isinstance(mode, str) and mode.strip("rbtU")) or (flags or 0) & _WRITING)


def state(settings: Settings) -> dict[str, Any]:
    """Return what a later process finds."""
    try:
        history = open_history(settings, Environment(os.environ))
    except HistoryError:
        return {"begun": False, "scans": 0, "intact": True, "pending": 0, "failing": []}
    kept = history.scans()
    # The latest comes first; what was kept before stays as it is, which the chain tells.
    last: list[Report] = [history.report(each.number) for each in kept[:1]]
    failing = {
        tuple(
            sorted(
                each.fingerprint
                for target in report.targets
                for each in target.findings
                if each.status is Status.FAIL
            )
        )
        for report in last
    }
    return {
        "begun": True,
        "scans": len(kept),
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


def kill_at_every_step(words: list[str], settings: Settings) -> None:
    """Kill ever later, until a scan comes to its end."""
    last, killed, begun = 1, True, state(settings)["begun"]
    while killed:
        killed, name = run(words, last)
        found = state(settings)
        sys.stdout.write(json.dumps({"killed": killed, "step": name, **found}) + "\n")
        sys.stdout.flush()
        # What has made its tables does not make them again: the steps are others then.
        last = last + 1 if found["begun"] == begun else 1
        begun = found["begun"]


def look_once(settings: Settings) -> None:
    """Let every scan have seen the same, and have what is heavy loaded before the forks."""
    seen = scan.look(settings, settings.config.targets)
    scan.look = lambda *_, **__: seen
    for name in registry.parts("renderers"):
        registry.part("renderers", name)
    controls_by_check()


if __name__ == "__main__":
    rounds, *given = sys.argv[1:]
    configuration = load_config(Path(given[given.index("--config") + 1]))
    look_once(configuration)
    # The first scans begin the history; those of a second round find one.
    for _ in range(int(rounds)):
        kill_at_every_step(given, configuration)
