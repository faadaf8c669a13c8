"""The rotation ledger: since when each secret has had the value that it has.

Where no vendor tells the age of a key, this proves it: every scan notes a keyed fingerprint of each
secret with the first and the last time it was seen. The secret is never written. The key lies
beside the ledger, so that whoever can read both files can try out guesses: the fingerprint of a
weak password is only as safe as the key.
"""

from __future__ import annotations

import contextlib
import fcntl
import hmac
import os
import secrets
import stat
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from scanner.collect.vaults.secret import Secret
from scanner.model import Problem, Reason, Text, Unknown
from scanner.private_file import state_folder, write_private

SCHEMA = "mamori.ledger/1"
KEY_BYTES = 32
MAX_BYTES = 16_777_216
MOST_VALUES = 32
"""Values kept per reference; the oldest are forgotten first."""
PATIENCE_SECONDS = 10.0
"""How long another scan may hold the ledger."""


class Seen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value that a secret had, and when."""

    fingerprint: str
    first_seen: datetime
    last_seen: datetime


class Book(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file. The values of each reference stand in the order in which they were seen."""

    schema: str = SCHEMA
    key_id: str
    """Recognises the key, so that a lost one is not mistaken for every secret having changed."""
    references: dict[str, tuple[Seen, ...]] = {}


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger proves of one secret."""

    unchanged_since: datetime
    """The first time this very value was seen: it is at least that old."""
    rotated: datetime | None
    """The last time another value was seen: the change came after that, and by
    `unchanged_since`. None means the ledger has seen no change."""


class LedgerError(Exception):
    """The ledger cannot be used; `unknown` says why."""

    def __init__(self, reason: Reason, detail: Text, remedy: Text) -> None:
        super().__init__(reason.value)
        self.unknown = Unknown(reason, detail, remedy)


def default_path(environment: Mapping[str, str]) -> Path:
    """Return where the ledger lies unless the configuration says otherwise."""
    return state_folder(environment) / "ledger.json"


class Ledger:
    """Observes secrets; what was observed is written when the `with` block ends.

    A ledger that cannot be used is left as it is: `problem` says why, and every observation is
    unknown. Other scans may use the same file at the same time.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._key = b""
        self._references: dict[str, tuple[Seen, ...]] = {}
        self._observed: list[tuple[str, str, datetime]] = []
        self._unknown: Unknown | None = None

    @classmethod
    def open(cls, path: Path) -> Ledger:
        """Return the ledger in the file `path`, which the first scan makes, mode 0600."""
        return cls(path)

    @classmethod
    def in_memory(cls) -> Ledger:
        """Return a ledger that forgets everything."""
        return cls(None)

    @property
    def problem(self) -> Problem | None:
        """Why the ledger could not be used or written."""
        gap = self._unknown
        if gap is None:
            return None
        return Problem(where="ledger", reason=gap.reason, detail=gap.detail, remedy=gap.remedy)

    def __enter__(self) -> Self:
        if self._path is None:
            self._key = secrets.token_bytes(KEY_BYTES)
            return self
        with self._telling(), _locked(self._path):
            self._key, book = _load(self._path)
            self._references = book.references
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._path is None or self._unknown is not None or not self._observed:
            return
        with self._telling(), _locked(self._path):
            # Another scan may have written since; its observations are kept.
            key, book = _load(self._path)
            if key != self._key:
                raise _key_lost(self._path)
            references = dict(book.references)
            for reference, fingerprint, now in self._observed:
                seen = references.get(reference, ())
                if not _superseded(seen, fingerprint, now):
                    references[reference] = _note(seen, fingerprint, now)
            write_private(self._path, msgspec.json.encode(_book(key, references)))

    def observe(self, reference: str, secret: Secret, now: datetime) -> Observation | Unknown:
        """Note that `reference` has the value `secret` at the time `now`; return what that proves.

        `reference` tells this secret from all others that share the ledger.
        """
        if self._unknown is not None:
            return self._unknown
        fingerprint = secret.fingerprint(self._key, reference).hex()
        seen = _note(self._references.get(reference, ()), fingerprint, now)
        self._references[reference] = seen
        self._observed.append((reference, fingerprint, now))
        return Observation(
            # A clock that went back must not make a value younger than it is now.
            unchanged_since=min(seen[-1].first_seen, now),
            rotated=min(seen[-2].last_seen, seen[-1].first_seen, now) if len(seen) > 1 else None,
        )

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except LedgerError as error:
            self._unknown = error.unknown
        except OSError as error:
            self._unknown = Unknown(
                Reason.NOT_PERMITTED,
                Text.of(
                    "The rotation ledger {file} cannot be used: {cause}.",
                    file=str(self._path),
                    cause=error.strerror or type(error).__name__,
                ),
                Text.of("Let mamori write to its folder, or set `ledger` to another file."),
            )


def _note(seen: tuple[Seen, ...], fingerprint: str, now: datetime) -> tuple[Seen, ...]:
    """Return `seen` with the value that was found at `now`."""
    if not seen or seen[-1].fingerprint != fingerprint:
        new = Seen(fingerprint=fingerprint, first_seen=now, last_seen=now)
        return (*seen, new)[-MOST_VALUES:]
    last = msgspec.structs.replace(seen[-1], last_seen=max(seen[-1].last_seen, now))
    return (*seen[:-1], last)


def _superseded(seen: tuple[Seen, ...], fingerprint: str, now: datetime) -> bool:
    """Tell whether another scan has meanwhile seen the value that followed this one."""
    return any(each.fingerprint == fingerprint for each in seen[:-1]) and seen[-1].first_seen > now


def _book(key: bytes, references: dict[str, tuple[Seen, ...]]) -> Book:
    return Book(key_id=_key_id(key), references=references)


def _key_id(key: bytes) -> str:
    return hmac.digest(key, SCHEMA.encode(), "sha256").hex()[:16]


def _load(path: Path) -> tuple[bytes, Book]:
    """Return the key and the ledger, both made at the first use.

    Raises:
        LedgerError: what lies there is not what this release of mamori writes.
        OSError: it cannot be read or made.
    """
    data = _read(path)
    key = _read(_key_file(path))
    if data is None and key is None:
        key = secrets.token_bytes(KEY_BYTES)
        write_private(_key_file(path), key)
    if key is None or len(key) != KEY_BYTES:
        raise _key_lost(path)
    if data is None:
        return key, _book(key, {})
    book = _parse(path, data)
    if book.key_id != _key_id(key):
        raise _key_lost(path)
    return key, book


def _parse(path: Path, data: bytes) -> Book:
    try:
        schema = msgspec.json.decode(data, type=_Header).schema
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _damaged(path) from None
    if schema != SCHEMA:
        raise LedgerError(
            Reason.NOT_SUPPORTED,
            Text.of(
                "The rotation ledger {file} is of the form {found}; this mamori knows {known}.",
                file=str(path),
                found=schema,
                known=SCHEMA,
            ),
            Text.of("Update mamori, or set `ledger` to another file."),
        )
    try:
        book = msgspec.json.decode(data, type=Book)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _damaged(path) from None
    times = [
        t for seen in book.references.values() for s in seen for t in (s.first_seen, s.last_seen)
    ]
    if any(moment.tzinfo is None for moment in times):
        raise _damaged(path)
    return book


class _Header(msgspec.Struct):
    schema: str


def _damaged(path: Path) -> LedgerError:
    return LedgerError(
        Reason.MALFORMED,
        Text.of("The rotation ledger {file} is damaged; it was left as it is.", file=str(path)),
        Text.of("Restore it from a backup, or move it away to begin a new one."),
    )


def _key_lost(path: Path) -> LedgerError:
    return LedgerError(
        Reason.MALFORMED,
        Text.of(
            "The key {key} does not belong to the rotation ledger {file}; both were left as they "
            "are.",
            key=str(_key_file(path)),
            file=str(path),
        ),
        Text.of("Restore both files from one backup, or move both away to begin a new ledger."),
    )


def _key_file(path: Path) -> Path:
    return path.with_name(path.name + ".key")


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other scans from the ledger.

    Raises:
        LedgerError: another scan keeps it for too long.
        OSError: the folder cannot be used.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A file of its own, because the ledger is replaced, and a lock stays with the file it is on.
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    handle = os.open(path.with_name(path.name + ".lock"), flags, 0o600)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _try_lock(handle):
            if time.monotonic() > deadline:
                raise LedgerError(
                    Reason.TIMED_OUT,
                    Text.of("Another scan keeps the rotation ledger {file}.", file=str(path)),
                    Text.of("Wait for it to end, then scan again."),
                )
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(path: Path) -> bytes | None:
    """Return what is in the file, None if there is none; close it to others if it was open."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
            raise _damaged(path)
        if status.st_mode & 0o077 and status.st_uid == os.geteuid():
            os.fchmod(handle, 0o600)
        return file.read(MAX_BYTES)
