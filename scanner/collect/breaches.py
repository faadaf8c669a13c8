"""Whether a password stands in the lists of passwords that have leaked.

Have I Been Pwned publishes them as hashes: as one file sorted by hash, as a folder with a file for
each first five digits, and online, where one asks for those five digits alone. Here a file is read
at the few places where the line can be, so that opening it costs nothing, whatever its size. It is
not mapped into memory: where somebody cuts a mapped file short, its reader is killed.
Keys that machines made are never looked up: they are random, and tell nothing but themselves.
"""

from __future__ import annotations

import array
import asyncio
import contextlib
import functools
import hashlib
import itertools
import os
import re
import stat
import sys
import threading
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from scanner.collect.vaults.secret import Secret
from scanner.config import Breaches
from scanner.model import Reason, Text, Unknown

PREFIX = 5
NTLM_DIGITS = 32
MAX_GROUP = 4 * 1_048_576
"""Bytes of one group; the largest published one has a hundredth of it."""

_LINE = re.compile(rb"([0-9A-Fa-f]{40}|[0-9A-Fa-f]{32}):[0-9]+[ \t]*\r?$")
_IN_GROUP = re.compile(
    rb"^[ \t]*([0-9A-Fa-f]{35}|[0-9A-Fa-f]{27}):([0-9]{1,19})[ \t]*\r?$", re.MULTILINE
)
_NEAR = 512
"""Bytes before and behind a place that are searched from end to end."""
_WINDOW = 8192
"""Bytes that are read at once; most steps but the first are shorter than half of it."""
_STEPS = 3
_LEADING, _LEADING_BITS = 12, 48
"""Digits, and bits, of a hash from which its place is reckoned."""
_SAMPLES = 64
_LONG_LIST = 4 * 1_048_576
"""Bytes from which on hashes lie so evenly that a missing part shows."""
_UNEVEN = 4.0
"""Times one by the square root of the number of lines; chance alone makes an eighth of that."""
_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"7z\xbc\xaf", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"BZh")
"""How files of gzip, ZIP, 7-Zip, xz, Zstandard and bzip2 begin."""
_LONGEST_LINE = 256
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


class BreachListError(Exception):
    """A list cannot be used; `unknown` says why."""

    def __init__(
        self,
        template: str,
        path: Path,
        reason: Reason = Reason.MALFORMED,
        remedy: str = "Download the list again, sorted by hash.",
    ) -> None:
        self.unknown = Unknown(reason, Text(template, {"path": str(path)}), Text(remedy))
        super().__init__(template)


_UNREADABLE = "The list {path} cannot be read."


class HashFile:
    """A file of lines `HASH:COUNT`, sorted by hash; SHA-1 or NTLM, ending in LF or CRLF."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle = handle
        self._state = self._seen()
        self._size = self._state[0]
        self._begin, self._window = 0, b""
        self.digits = 0
        """Hexadecimal digits of a hash: 40 for SHA-1, 32 for NTLM."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open `path` and look at a few of its lines.

        Raises:
            BreachListError: it cannot be read, or is no such list.
        """
        try:
            # Without O_NONBLOCK, a pipe in the file's place would be waited for without end.
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            raise BreachListError(_UNREADABLE, path, Reason.NOT_FOUND) from None
        try:
            hashes = cls(path, handle)
            hashes._check()
        except BreachListError:
            os.close(handle)
            raise
        return hashes

    def close(self) -> None:
        """Give the file back."""
        os.close(self._handle)

    def _seen(self) -> tuple[int, int]:
        """Return the size, and when it was last written to."""
        try:
            state = os.fstat(self._handle)
        except OSError:
            raise BreachListError(_UNREADABLE, self._path, Reason.NOT_FOUND) from None
        if not stat.S_ISREG(state.st_mode):
            raise BreachListError(_UNREADABLE, self._path, Reason.NOT_FOUND)
        return state.st_size, state.st_mtime_ns

    def _around(self, place: int) -> int:
        """Have the window hold what is near `place`, both ways; return where in it `place` is."""
        at = place - self._begin
        if (at < _NEAR and self._begin) or at + _NEAR > len(self._window):
            self._begin = max(0, place - _WINDOW // 2)
            try:
                self._window = os.pread(self._handle, _WINDOW, self._begin)
            except OSError:
                raise BreachListError(_UNREADABLE, self._path, Reason.NOT_FOUND) from None
            at = place - self._begin
        return at

    def count(self, digest: str) -> int:
        """Return how often the password with this hash leaked, 0 where it is not in the list.

        Raises:
            BreachListError: the list is not what it seemed to be.
        """
        wanted = digest.upper().encode("ascii")
        found = self._near(wanted, self._reckoned(wanted))
        return self._halving(wanted) if found is None else found

    def check_unchanged(self) -> None:
        """See that all was read of one list.

        Raises:
            BreachListError: it was written to since it was opened, so that a line may have moved to
                where was already looked.
        """
        if self._seen() != self._state:
            raise BreachListError("The list {path} was written to while it was read.", self._path)

    def _reckoned(self, wanted: bytes) -> int:
        """Return about where the line must lie.

        Hashes lie evenly, so that each tells how far it is to another one: the first step misses by
        the square root of the size, the next ones by that of what is left.
        """
        size = self._size
        value = int(wanted[:_LEADING], 16)
        place = size * value >> _LEADING_BITS
        for _ in range(_STEPS):
            start, found = self._line(place)
            place = start + (size * (value - int(found[:_LEADING], 16)) >> _LEADING_BITS)
            place = min(max(place, 0), size - 1)
        return place

    def _near(self, wanted: bytes, place: int) -> int | None:
        """Return the count by the lines around `place`, None where these cannot tell."""
        at = self._around(place)
        block = self._window[max(0, at - _NEAR) : at + _NEAR]
        whole = at <= _NEAR and not self._begin
        start = 0 if whole else block.find(b"\n") + 1
        if not whole and block[start : start + self.digits].upper() > wanted:
            return None
        if place + _NEAR < self._size:
            last = block.rfind(b"\n", 0, -self.digits) + 1
            if block[last : last + self.digits].upper() <= wanted:
                return None
        found = block.find(wanted, start)
        if found < 0:
            found = block.upper().find(wanted, start)
        return 0 if found < 0 else self._count_in(block[found:])

    def _halving(self, wanted: bytes) -> int:
        """Return the count, wherever the line lies."""
        low, high = 0, self._size
        while low < high:
            start, found = self._line((low + high) // 2)
            at = self._around(start)
            if found == wanted:
                return self._count_in(self._window[at : at + _LONGEST_LINE])
            if found > wanted:
                high = start
            else:
                end = self._window.find(b"\n", at, at + _LONGEST_LINE) + 1
                low = self._begin + end if end else high
        return 0

    def _line(self, place: int) -> tuple[int, bytes]:
        """Return where the line around `place` starts, and its hash."""
        at = self._around(place)
        window = self._window
        start = window.rfind(b"\n", max(0, at - _LONGEST_LINE), at) + 1
        text = window[start : start + self.digits + 1]
        if (
            text[-1:] != b":"
            or len(text) != self.digits + 1
            or (not start and (self._begin or at > _LONGEST_LINE))
        ):
            raise BreachListError("The list {path} has lines that are not HASH:COUNT.", self._path)
        return self._begin + start, text[:-1].upper()

    def _count_in(self, line: bytes) -> int:
        """Return the count in what begins with a line."""
        digits = line.partition(b"\n")[0].rstrip()[self.digits + 1 :]
        return max(1, int(digits)) if digits.isdigit() else 1

    def _check(self) -> None:
        """Look whether some lines over the whole file are in order, and the last one complete."""
        size = self._size
        if not size:
            raise BreachListError("The list {path} is empty.", self._path)
        self._around(0)
        begin = self._window[:_LONGEST_LINE]
        if begin.startswith(_COMPRESSED):
            raise BreachListError(
                "The list {path} is compressed.", self._path, remedy="Unpack the list."
            )
        first = _LINE.match(begin.partition(b"\n")[0])
        if first is None:
            raise BreachListError(
                "The list {path} does not consist of lines HASH:COUNT.", self._path
            )
        self.digits = len(first[1])
        samples = [self._line(size * part // _SAMPLES) for part in range(_SAMPLES)]
        samples.append(self._line(max(0, size - 2)))
        last = samples[-1][0]
        samples = list(dict.fromkeys(samples))
        if any(one >= other for (_, one), (_, other) in itertools.pairwise(samples)):
            raise BreachListError("The list {path} is not sorted by hash.", self._path)
        uneven = _UNEVEN * (self.digits / size) ** 0.5
        if size > _LONG_LIST and any(
            abs(int(found[:_LEADING], 16) / (1 << _LEADING_BITS) - place / size) > uneven
            for place, found in samples
        ):
            raise BreachListError(
                "The list {path} is not whole: a part of it is missing.", self._path
            )
        at = self._around(last)
        if not _LINE.match(self._window[at : at + _LONGEST_LINE].rstrip(b"\n")):
            raise BreachListError("The list {path} ends in the middle of a line.", self._path)


def sha1(secret: Secret) -> str:
    """Return the SHA-1 under which a password is listed."""
    return hashlib.sha1(_utf8(secret), usedforsecurity=False).hexdigest().upper()


def ntlm(secrets: Sequence[Secret]) -> list[str]:
    """Return the NTLM hash of each: MD4 of its UTF-16 ([MS-NLMP] 3.3.1).

    MD4 is written out here because OpenSSL 3 no longer offers it.
    """
    texts = [each.reveal().encode("utf-16-le", "surrogatepass") for each in secrets]
    return [digest.hex().upper() for digest in _md4(texts)]


def _utf8(secret: Secret) -> bytes:
    return secret.reveal().encode("utf-8", "surrogatepass")


@functools.cache
def _common() -> Container[str]:
    from zxcvbn.matching import RANKED_DICTIONARIES

    return RANKED_DICTIONARIES["passwords"]


def read_group(body: bytes) -> dict[str, int] | None:
    """Return the rest of each hash in a group, and how often it leaked, but for padding, with 0.

    None stands for a body that is no group: not a line of it is of that form.
    """
    counts = {
        line[1].decode().upper(): int(line[2]) for line in _IN_GROUP.finditer(body[:MAX_GROUP])
    }
    return {rest: count for rest, count in counts.items() if count} if counts else None


_ROUNDS = (
    (tuple(range(16)), (3, 7, 11, 19), 0),
    ((0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15), (3, 5, 9, 13), 0x5A827999),
    ((0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15), (3, 9, 11, 15), 0x6ED9EBA1),
)
"""Order of the words, bits to rotate by, and constant of each round (RFC 1320)."""


def _md4(messages: Sequence[bytes]) -> list[bytes]:
    """Return the MD4 digest of each (RFC 1320), those of one length in blocks all at once."""
    digests = [b""] * len(messages)
    places: dict[int, list[int]] = {}
    for place, message in enumerate(messages):
        places.setdefault((len(message) + 72) // 64, []).append(place)
    for blocks, alike in places.items():
        padded = [
            (messages[place] + b"\x80").ljust(64 * blocks - 8, b"\0")
            + (8 * len(messages[place])).to_bytes(8, "little")
            for place in alike
        ]
        for place, digest in zip(alike, _digests(padded, blocks), strict=True):
            digests[place] = digest
    return digests


def _digests(padded: Sequence[bytes], blocks: int) -> Iterator[bytes]:
    """Yield the digest of each message, reckoning with all of them in one number.

    Each has 64 bits of it, of which the upper half takes up what overflows.
    """
    words = array.array("I", b"".join(padded))
    if sys.byteorder == "big":
        words.byteswap()
    ones = int.from_bytes((1).to_bytes(8, "little") * len(padded), "little")
    mask = 0xFFFFFFFF * ones
    state = [ones * each for each in (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)]
    for block in range(blocks):
        a, b, c, d = state
        lanes = [_lanes(words[16 * block + number :: 16 * blocks]) for number in range(16)]
        for number, (order, turns, constant) in enumerate(_ROUNDS):
            for step, word in enumerate(order):
                if number == 0:
                    mixed = d ^ (b & (c ^ d))
                elif number == 1:
                    mixed = (b & c) | (d & (b | c))
                else:
                    mixed = b ^ c ^ d
                total = (a + mixed + lanes[word] + constant * ones) & mask
                turn = turns[step % 4]
                a, b, c, d = d, ((total << turn) | (total >> (32 - turn))) & mask, b, c
        state = [(old + new) & mask for old, new in zip(state, (a, b, c, d), strict=True)]
    columns = [each.to_bytes(8 * len(padded), "little") for each in state]
    for place in range(0, 8 * len(padded), 8):
        yield b"".join(column[place : place + 4] for column in columns)


def _lanes(words: array.array[int]) -> int:
    return int.from_bytes(b"".join(word.to_bytes(8, "little") for word in words), "little")
