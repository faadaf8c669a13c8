"""What was tried at an account, so that no probe ever comes near to locking it.

One file an account, in the user's state folder. An attempt is written, and on the disk, before it
is made, as one that failed; only what succeeded is then struck out. So whatever ends the process
leaves a count that is too high, never one that is too low.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from scanner.model import Reason, Text, Unknown
from scanner.private_file import write_private

SCHEMA = "mamori.sign-ins/1"
MOST_FAILURES = 3
"""Refused sign-ins at one account within `PERIOD`; platforms lock at five, PCI DSS at ten."""
PERIOD = timedelta(hours=24)
_MAX_BYTES = 65_536


class Refused(Exception):
    """An attempt must not be made; `unknown` says why."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason.value)
        self.unknown = unknown


class SpentError(Refused):
    """As many attempts have failed as may fail within a day."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One try to sign in."""

    at: datetime
    failed: bool = True


class Outcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an earlier probe saw."""

    at: datetime
    value: bool


class Book(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file."""

    schema: str = SCHEMA
    host: str
    username: str
    attempts: tuple[Attempt, ...] = ()
    used_until: datetime | None = None
    """The end of the time step of the last code that was used; none before it may be used again."""
    outcomes: dict[str, Outcome] = {}


class Attempts:
    """The attempts at one account, held by one process at a time from `kept` to its end."""

    def __init__(self, path: Path, book: Book) -> None:
        self._path = path
        self._book = book

    def begin(self, now: datetime) -> None:
        """Note, before it is made, an attempt that may fail.

        Raises:
            Refused: too many have failed within a day, or it cannot be noted.
        """
        recent = self._recent(now)
        if sum(each.failed for each in recent) >= MOST_FAILURES:
            raise SpentError(
                Unknown(
                    Reason.REFUSED,
                    Text.of(
                        "{count} sign-ins with this account were refused within 24 hours, and "
                        "mamori makes no more.",
                        count=MOST_FAILURES,
                    ),
                    Text.of("Probe again after {time}.", time=_clock_time(recent[0].at + PERIOD)),
                )
            )
        self._write(attempts=(*recent, Attempt(at=now)))

    def succeeded(self, count: int = 1) -> None:
        """Strike the last `count` attempts out of the failures: they led where they should."""
        others, last = self._book.attempts[:-count], self._book.attempts[-count:]
        good = (msgspec.structs.replace(each, failed=False) for each in last)
        self._write(attempts=(*others, *good))

    def failures(self, now: datetime) -> int:
        """Return how many attempts failed within a day, or may have."""
        return sum(each.failed for each in self._recent(now))

    @property
    def used_until(self) -> datetime | None:
        """The end of the time step of the last code that was used."""
        return self._book.used_until

    def use(self, until: datetime) -> None:
        """Note, before it is sent, that the code of the time step that ends at `until` is used."""
        before = self._book.used_until
        self._write(used_until=until if before is None else max(before, until))

    def keep(self, outcomes: dict[str, bool], now: datetime) -> None:
        """Keep what was seen, for a probe within a day that may not try again."""
        seen = {name: Outcome(at=now, value=value) for name, value in outcomes.items()}
        self._write(outcomes={**self._book.outcomes, **seen})

    def earlier(self, name: str, now: datetime) -> Outcome | None:
        """Return what a probe of the last day saw of `name`."""
        found = self._book.outcomes.get(name)
        return found if found is not None and now - PERIOD < found.at <= now else None

    def _recent(self, now: datetime) -> tuple[Attempt, ...]:
        # What lies in the future counts too: a clock that went back must not forget anything.
        return tuple(each for each in self._book.attempts if each.at > now - PERIOD)

    def _write(self, **changes: object) -> None:
        book = msgspec.structs.replace(self._book, **changes)
        try:
            write_private(self._path, msgspec.json.encode(book))
            _sync(self._path.parent)
        except OSError as error:
            raise Refused(_unwritable(self._path, error)) from None
        self._book = book


@contextlib.contextmanager
def kept(folder: Path, host: str, username: str) -> Iterator[Attempts]:
    """Hold the attempts at the account `username` of `host` for the time of the block.

    The account is the same however its name is written, and whatever port or scheme leads to it.
    Raises:
        Refused: another probe holds it, or what lies there cannot be used.
    """
    name = " ".join(username.casefold().split())
    key = hashlib.sha256(f"{host.casefold()}\0{name}".encode()).hexdigest()[:32]
    path = folder / f"{key}.json"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(
            path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )
    except OSError as error:
        raise Refused(_unwritable(path, error)) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                Unknown(
                    Reason.REFUSED,
                    Text.of("Another probe is signing in with this account."),
                    Text.of("Wait for it to end, then probe again."),
                )
            ) from None
        yield Attempts(path, _load(path, host, name))
    finally:
        os.close(handle)


def _load(path: Path, host: str, username: str) -> Book:
    try:
        data = path.read_bytes() if path.stat().st_size <= _MAX_BYTES else b""
    except FileNotFoundError:
        return Book(host=host, username=username)
    except OSError as error:
        raise Refused(_unwritable(path, error)) from None
    try:
        book = msgspec.json.decode(data, type=Book)
        times = [each.at for each in book.attempts]
        times += [each.at for each in book.outcomes.values()]
        if book.schema == SCHEMA and all(each.tzinfo is not None for each in times):
            return book
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    raise Refused(
        Unknown(
            Reason.MALFORMED,
            Text.of(
                "{file}, where mamori counts refused sign-ins, is damaged; nothing was tried.",
                file=str(path),
            ),
            Text.of("Delete it once a day has passed since the last probe."),
        )
    )


def _sync(folder: Path) -> None:
    """Have the new name of a file on the disk, too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(path: Path, error: OSError) -> Unknown:
    return Unknown(
        Reason.REFUSED,
        Text.of(
            "Refused sign-ins cannot be counted in {file} ({cause}), so nothing was tried.",
            file=str(path),
            cause=error.strerror or type(error).__name__,
        ),
        Text.of("Let mamori write to that folder; XDG_STATE_HOME names another."),
    )


def _clock_time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
