"""Runs what changes or counts something, killed one step later each time, and tells what is left.

Started as a program by tests, as `killing.py` is, whose steps these are. Each line of output is the
state after one run.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from killing import Killer
from sign_in import KEY, PASSWORD, USERNAME, Clock

from scanner.cli import main
from scanner.collect.probes.login import Flow, TestAccount, probe_login
from scanner.collect.probes.login.flow import CodeStep, SignOut
from scanner.collect.vaults.secret import Secret


def killed(last: int, work: Callable[[], Any]) -> bool:
    """Do `work` in a child that dies at the step `last`; tell whether it did."""
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        Killer(last).arm()
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def rotate(new: str, words: list[str]) -> Callable[[], None]:
    def work() -> None:
        sys.stdin = io.TextIOWrapper(io.BytesIO(new.encode()))
        sys.argv = ["mamori", "credentials", "rotate", *words]
        main()

    return work


class TellingClock(Clock):
    """A clock that a site in another process goes by."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._tell()

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        self._tell()

    def _tell(self) -> None:
        httpx.get(f"{self._url}/now/{self.now.timestamp()}", trust_env=False)


def sign_in(url: str, folder: Path) -> Callable[[], None]:
    def work() -> None:
        clock = TellingClock(url)
        asyncio.run(
            probe_login(
                url,
                flow=Flow(
                    page="/login",
                    signed_in="/account",
                    code=CodeStep(),
                    sign_out=SignOut(page="/logout"),
                ),
                account=TestAccount(
                    username=USERNAME, password=Secret.of(PASSWORD), totp=Secret.of(KEY)
                ),
                folder=folder,
                clock=clock,
                sleep=clock.sleep,
            )
        )

    return work


def counted(folder: Path) -> int:
    """Return how many attempts at the account are on record as failed."""
    for book in folder.glob("*.json"):
        return sum(each["failed"] for each in json.loads(book.read_text())["attempts"])
    return 0


def refused(url: str) -> int:
    """Return how many sign-ins the site says to have refused so far."""
    return int(httpx.get(f"{url}/refused", trust_env=False).text)


def tell(**found: Any) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    kind, place, *rest = sys.argv[1:]
    if kind == "rotate":
        secret = Path(place)
        old, new = secret.read_text(), rest.pop(0)
        for last in count(1):
            secret.write_text(old)
            was_killed = killed(last, rotate(new, rest))
            tell(killed=was_killed, secret=secret.read_text())
            if not was_killed:
                break
    else:
        step, url = int(rest[0]), rest[1]
        for last in count(1, step):
            folder, before = Path(place) / str(last), refused(url)
            was_killed = killed(last, sign_in(url, folder))
            tell(killed=was_killed, counted=counted(folder), refused=refused(url) - before)
            if not was_killed:
                break
