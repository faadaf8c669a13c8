"""Whether a password stands in the lists of passwords that have leaked.

Have I Been Pwned publishes them as hashes: as one file sorted by hash, as a folder with a file for
each first five digits, and online, where one asks for those five digits alone. Here a file is
mapped and searched by halving, so that opening it costs nothing and a look-up a few page reads.
Keys that machines made are never looked up: they are random, and tell nothing but themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import mmap
import re
import threading
from collections.abc import Iterable, Iterator
from math import isqrt
from pathlib import Path
from typing import Any, Self

from scanner.collect.http import Call, Client, Unanswered
from scanner.collect.vaults.secret import Secret
from scanner.config import Breaches
from scanner.model import Reason, Text, Unknown

RANGE = Call(
    section="leaked passwords",
    path="/range/{prefix}",
    headers={"Add-Padding": "true", "Accept": "text/plain"},
    signed=False,
)
"""The only request: it shows the service one of a million groups, and no password."""
PREFIX = 5
MAX_GROUP = 4 * 1_048_576
"""Bytes of one group; the largest published one has a hundredth of it."""

_LINE = re.compile(rb"([0-9A-Fa-f]{40}|[0-9A-Fa-f]{32}):[0-9]+[ \t]*\r?$")
_BLOCK = 4096
_SAMPLES = 64
_LONG_LIST = 4 * 1_048_576
"""Bytes from which on hashes lie so evenly that a missing part shows."""
_UNEVEN = 0.02
_AVERAGE_LINE = 40
_LONGEST_LINE = 256

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
                self.problems.append(("breaches.file", error.unknown))
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
        found = [self._look_up(each) for each in secrets]
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

    def _look_up(self, secret: Secret) -> tuple[int | Unknown, str]:
        """Return what the lists on this machine say, and the SHA-1 where no list knew."""
        if _is_common(secret):
            return 1, ""
        digest = sha1(secret)
        answers = [each(secret, digest) for each in (self._in_file, self._in_folder)]
        counts = [each for each in answers if isinstance(each, int)]
        if counts:
            return max(counts), digest
        gaps = [each for each in answers if each is not None]
        return (gaps[0] if gaps else NOT_CONFIGURED), digest

    def _in_file(self, secret: Secret, digest: str) -> int | Unknown | None:
        if self._wanted.file is None:
            return None
        if self._file is None:
            return self.problems[0][1]
        try:
            return self._file.count(digest if self._file.digits == 40 else ntlm(secret))
        except BreachListError as error:
            if ("breaches.file", error.unknown) not in self.problems:
                self.problems.append(("breaches.file", error.unknown))
            return error.unknown

    def _in_folder(self, secret: Secret, digest: str) -> int | Unknown | None:
        if self._wanted.folder is None:
            return None
        folder = Path(self._wanted.folder)
        for each in (digest, ntlm(secret)):
            for name in (f"{each[:PREFIX]}.txt", each[:PREFIX], f"{each[:PREFIX]}.TXT"):
                with contextlib.suppress(OSError), (folder / name).open("rb") as file:
                    group = _group(file.read(MAX_GROUP + 1))
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
            self._groups |= await _ask(self._wanted.url, prefixes)

    def _in_group(self, digest: str) -> int | Unknown:
        group = self._groups.get(digest[:PREFIX], _INTERRUPTED)
        return group if isinstance(group, Unknown) else group.get(digest[PREFIX:], 0)


class BreachListError(Exception):
    """A list cannot be used; `unknown` says why."""

    def __init__(self, template: str, path: Path, reason: Reason = Reason.MALFORMED) -> None:
        self.unknown = Unknown(
            reason,
            Text(template, {"path": str(path)}),
            Text.of("Download the list again, sorted by hash."),
        )
        super().__init__(template)


class HashFile:
    """A file of lines `HASH:COUNT`, sorted by hash; SHA-1 or NTLM, ending in LF or CRLF."""

    def __init__(self, path: Path, data: mmap.mmap, digits: int) -> None:
        self._path = path
        self._data = data
        self.digits = digits
        """Hexadecimal digits of a hash: 40 for SHA-1, 32 for NTLM."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map `path` and look at a few of its lines.

        Raises:
            BreachListError: it cannot be read, or is no such list.
        """
        try:
            with path.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError:
            raise BreachListError(
                "The list {path} cannot be read.", path, Reason.NOT_FOUND
            ) from None
        except ValueError:
            raise BreachListError("The list {path} is empty.", path) from None
        first = _LINE.match(
            data[: max(0, data.find(b"\n", 0, _LONGEST_LINE))] or data[:_LONGEST_LINE]
        )
        if first is None:
            data.close()
            raise BreachListError("The list {path} does not consist of lines HASH:COUNT.", path)
        hashes = cls(path, data, len(first[1]))
        try:
            hashes._check()
        except BreachListError:
            data.close()
            raise
        return hashes

    def close(self) -> None:
        """Give the file back."""
        self._data.close()

    def count(self, digest: str) -> int:
        """Return how often the password with this hash leaked, 0 where it is not in the list.

        Raises:
            BreachListError: the list is not what it seemed to be.
        """
        wanted = digest.upper().encode("ascii")
        low, high = self._around(wanted)
        while high - low > _BLOCK:
            start = self._line_at((low + high) // 2, low)
            found = self._hash_at(start)
            if found < wanted:
                low = self._data.find(b"\n", start, start + _LONGEST_LINE) + 1 or high
            elif found > wanted:
                high = start
            else:
                return self._count_at(start)
        block = self._data[low:high].upper()
        place = block.find(wanted)
        if place < 0 or (place and block[place - 1 : place] != b"\n"):
            return 0
        return self._count_at(low + place)

    def _around(self, wanted: bytes) -> tuple[int, int]:
        """Return bounds for the line: narrow ones where hashes lie as evenly as they should."""
        size = len(self._data)
        guess = size * int(wanted[:12], 16) >> 48
        error = 8 * _AVERAGE_LINE * isqrt(size // _AVERAGE_LINE) + _BLOCK
        low, high = 0, size
        if guess - error > 0:
            start = self._line_at(guess - error, 0)
            low, high = (start, high) if self._hash_at(start) <= wanted else (0, start)
        if guess + error < high:
            start = self._line_at(guess + error, low)
            low, high = (low, start) if self._hash_at(start) > wanted else (start, high)
        return low, high

    def _line_at(self, place: int, low: int) -> int:
        """Return where the line around `place` starts."""
        begin = max(low, place - _LONGEST_LINE)
        found = self._data.rfind(b"\n", begin, place)
        if found < 0 and begin > low:
            raise BreachListError("The list {path} has lines that are not HASH:COUNT.", self._path)
        return max(low, found + 1)

    def _hash_at(self, start: int) -> bytes:
        text = self._data[start : start + self.digits + 1]
        if text[-1:] != b":" or len(text) != self.digits + 1:
            raise BreachListError("The list {path} has lines that are not HASH:COUNT.", self._path)
        return text[:-1].upper()

    def _count_at(self, start: int) -> int:
        line = self._data[start : start + _LONGEST_LINE].partition(b"\n")[0].rstrip()
        digits = line[self.digits + 1 :]
        return max(1, int(digits)) if digits.isdigit() else 1

    def _check(self) -> None:
        """Look whether some lines over the whole file are in order, and the last one complete."""
        size = len(self._data)
        starts = [self._line_at(size * part // _SAMPLES, 0) for part in range(_SAMPLES)]
        last = self._line_at(max(0, size - 2), 0)
        hashes = [self._hash_at(start) for start in dict.fromkeys([*starts, last])]
        if any(one >= other for one, other in itertools.pairwise(hashes)):
            raise BreachListError("The list {path} is not sorted by hash.", self._path)
        if size > _LONG_LIST and any(
            abs((int(found[:12], 16) >> 32) / 65536 - place / size) > _UNEVEN
            for place, found in zip([*starts, last], hashes, strict=False)
        ):
            raise BreachListError(
                "The list {path} is not whole: a part of it is missing.", self._path
            )
        if not _LINE.match(self._data[last : last + _LONGEST_LINE].rstrip(b"\n")):
            raise BreachListError("The list {path} ends in the middle of a line.", self._path)


def sha1(secret: Secret) -> str:
    """Return the SHA-1 under which a password is listed."""
    return hashlib.sha1(_utf8(secret), usedforsecurity=False).hexdigest().upper()


def ntlm(secret: Secret) -> str:
    """Return the NTLM hash under which a password is listed: MD4 of its UTF-16 ([MS-NLMP] 3.3.1).

    MD4 is written out here because OpenSSL 3 no longer offers it.
    """
    return _md4(secret.reveal().encode("utf-16-le", "surrogatepass")).hex().upper()


def _utf8(secret: Secret) -> bytes:
    return secret.reveal().encode("utf-8", "surrogatepass")


def _is_common(secret: Secret) -> bool:
    from zxcvbn.matching import RANKED_DICTIONARIES

    return secret.reveal().lower() in RANKED_DICTIONARIES["passwords"]


def _group(body: bytes) -> dict[str, int]:
    """Return the rest of each hash in a group, and how often it leaked; padding has 0."""
    found = {}
    for line in body[:MAX_GROUP].decode("ascii", "replace").splitlines():
        rest, colon, count = line.strip().partition(":")
        if colon and count.isascii() and count.isdigit() and len(count) < 20 and int(count):
            found[rest.upper()] = int(count)
    return found


async def _ask(url: str, prefixes: list[str]) -> dict[str, dict[str, int] | Unknown]:
    """Return the group of each prefix as the service gives it."""
    groups: dict[str, dict[str, int] | Unknown] = {}
    if not prefixes:
        return groups
    try:
        async with Client(url, (RANGE,), budget=4 * len(prefixes)) as client:
            for prefix in prefixes:
                try:
                    answer = await client.get(RANGE, prefix=prefix)
                    groups[prefix] = _group(answer.body)
                except Unanswered as error:
                    groups[prefix] = error.unknown
                    break
    except Unanswered as error:
        groups[prefixes[0]] = error.unknown
    # What does not answer once is not asked again for every password.
    gap = next((each for each in groups.values() if isinstance(each, Unknown)), None)
    if gap is not None:
        groups.update({prefix: gap for prefix in prefixes if prefix not in groups})
    return groups


_MASK = 0xFFFFFFFF


def _md4(message: bytes) -> bytes:
    """Return the MD4 digest (RFC 1320)."""
    padded = message + b"\x80" + bytes(-(len(message) + 9) % 64)
    padded += (8 * len(message)).to_bytes(8, "little")
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476]
    for start in range(0, len(padded), 64):
        words = [
            int.from_bytes(padded[place : place + 4], "little")
            for place in range(start, start + 64, 4)
        ]
        state = [(old + new) & _MASK for old, new in zip(state, _rounds(state, words), strict=True)]
    return b"".join(each.to_bytes(4, "little") for each in state)


_ORDER = (
    tuple(range(16)),
    (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15),
    (0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15),
)
_SHIFTS = ((3, 7, 11, 19), (3, 5, 9, 13), (3, 9, 11, 15))
_CONSTANTS = (0, 0x5A827999, 0x6ED9EBA1)


def _rounds(state: list[int], words: list[int]) -> Iterator[int]:
    a, b, c, d = state
    for number in range(3):
        for step, word in enumerate(_ORDER[number]):
            mixed = (
                (b & c) | (~b & d),
                (b & c) | (b & d) | (c & d),
                b ^ c ^ d,
            )[number] & _MASK
            total = (a + mixed + words[word] + _CONSTANTS[number]) & _MASK
            shift = _SHIFTS[number][step % 4]
            a, b, c, d = d, ((total << shift) | (total >> (32 - shift))) & _MASK, b, c
    yield from (a, b, c, d)
