"""Whether a password stands in the lists of passwords that have leaked.

Have I Been Pwned publishes them as hashes: as one file sorted by hash, as a folder with a file for
each first five digits, and online, where one asks for those five digits alone.
Keys that machines made are never looked up: they are random, and tell nothing but themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any, Self

from scanner.collect.breach_file import BreachListError, HashFile
from scanner.collect.breach_groups import MAX_GROUP, PREFIX, read_group
from scanner.collect.breach_hashes import ntlm, sha1
from scanner.collect.vaults.secret import Secret
from scanner.config import Breaches
from scanner.model import Reason, Text, Unknown

NTLM_DIGITS = 32
_FILE = "breaches.file"

NOT_CONFIGURED = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("It is not among the 30,000 most common passwords; no longer list was asked."),
    Text.of(
        "Name a list of leaked passwords under `breaches`, as `file` or `folder`, or allow "
        "`online: true`."
    ),
)
_INTERRUPTED = Unknown(
    Reason.INTERRUPTED,
    Text.of("The scan ended before the service for leaked passwords was asked."),
    Text.of("Scan again."),
)


class BreachLists:
    """The lists that a configuration names, and the short one that always runs.

    Use as a context manager. A list that cannot be used is in `problems`; the others go on.
    """

    def __init__(self, wanted: Breaches) -> None:
        self._wanted = wanted
        self._file: HashFile | None = None
        self._groups: dict[str, dict[str, int] | Unknown] = {}
        self._asking: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None
        self._closed = threading.Event()
        self.problems: list[tuple[str, Unknown]] = []
        """Each list that could not be used, by its name in the configuration."""

    def __enter__(self) -> Self:
        if self._wanted.file is not None:
            try:
                self._file = HashFile.open(Path(self._wanted.file))
            except BreachListError as error:
                self._lose_file(error.unknown)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def close(self) -> None:
        """Stop asking the service; may be called from another thread."""
        self._closed.set()
        if self._asking is not None:
            loop, task = self._asking
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                loop.call_soon_threadsafe(task.cancel)

    def look_up_all(self, secrets: Iterable[Secret]) -> list[int | Unknown]:
        """Return for each password how often it leaked, 0 for never, or why that is not known."""
        listed = list(secrets)
        shorter = ntlm(listed) if self._needs_ntlm() else [""] * len(listed)
        found = [self._look_up(*each) for each in zip(listed, shorter, strict=True)]
        if self._file is not None:
            try:
                self._file.check_unchanged()
            except BreachListError as error:
                self._file.close()
                self._file = None
                self._lose_file(error.unknown)
                found = [self._look_up(*each) for each in zip(listed, shorter, strict=True)]
        if not self._wanted.online:
            return [count for count, _ in found]
        asked = {digest[:PREFIX] for count, digest in found if isinstance(count, Unknown)}
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._ask(sorted(asked - self._groups.keys())))
        for gap in self._groups.values():
            if isinstance(gap, Unknown) and ("breaches.online", gap) not in self.problems:
                self.problems.append(("breaches.online", gap))
        return [
            self._in_group(digest) if isinstance(count, Unknown) else count
            for count, digest in found
        ]

    def _needs_ntlm(self) -> bool:
        return self._wanted.folder is not None or (
            self._file is not None and self._file.digits == NTLM_DIGITS
        )

    def _look_up(self, secret: Secret, shorter: str) -> tuple[int | Unknown, str]:
        """Return what the lists on this machine say, and the SHA-1 where no list knew."""
        if secret.reveal().lower() in _common():
            return 1, ""
        digest = sha1(secret)
        answers = [each(digest, shorter) for each in (self._in_file, self._in_folder)]
        counts = [each for each in answers if isinstance(each, int)]
        if counts:
            return max(counts), digest
        gaps = [each for each in answers if each is not None]
        return (gaps[0] if gaps else NOT_CONFIGURED), digest

    def _in_file(self, digest: str, shorter: str) -> int | Unknown | None:
        if self._wanted.file is None:
            return None
        if self._file is None:
            return next(gap for name, gap in reversed(self.problems) if name == _FILE)
        try:
            return self._file.count(shorter if self._file.digits == NTLM_DIGITS else digest)
        except BreachListError as error:
            return self._lose_file(error.unknown)

    def _lose_file(self, gap: Unknown) -> Unknown:
        if (_FILE, gap) not in self.problems:
            self.problems.append((_FILE, gap))
        return gap

    def _in_folder(self, digest: str, shorter: str) -> int | Unknown | None:
        if self._wanted.folder is None:
            return None
        folder = Path(self._wanted.folder)
        for each in (digest, shorter):
            for name in (f"{each[:PREFIX]}.txt", each[:PREFIX], f"{each[:PREFIX]}.TXT"):
                with contextlib.suppress(OSError), (folder / name).open("rb") as file:
                    group = read_group(file.read(MAX_GROUP + 1))
                    if group and len(next(iter(group))) == len(each) - PREFIX:
                        return group.get(each[PREFIX:], 0)
        gap = Unknown(
            Reason.NOT_FOUND,
            Text.of("The folder {folder} has no list for this password.", folder=str(folder)),
            Text.of("Download the lists again: the folder must have one for every five digits."),
        )
        if not any(name == "breaches.folder" for name, _ in self.problems):
            self.problems.append(("breaches.folder", gap))
        return gap

    async def _ask(self, prefixes: list[str]) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._asking = asyncio.get_running_loop(), task
        if not self._closed.is_set():
            # Imported here: it brings in the HTTP client, and few ask online.
            from scanner.collect.breach_service import ask

            self._groups |= await ask(self._wanted.url, prefixes)

    def _in_group(self, digest: str) -> int | Unknown:
        group = self._groups.get(digest[:PREFIX], _INTERRUPTED)
        return group if isinstance(group, Unknown) else group.get(digest[PREFIX:], 0)


@functools.cache
def _common() -> Container[str]:
    from zxcvbn.matching import RANKED_DICTIONARIES

    return RANKED_DICTIONARIES["passwords"]
