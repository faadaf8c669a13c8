"""A file of leaked passwords, sorted by hash, and read at the few places where a line can be.

So opening it costs nothing, whatever its size. It is not mapped into memory: where somebody cuts a
mapped file short, its reader is killed.
"""

from __future__ import annotations

import itertools
import os
import re
import stat
from pathlib import Path
from typing import Self

from scanner.model import Reason, Text, Unknown

_LINE = re.compile(rb"([0-9A-Fa-f]{40}|[0-9A-Fa-f]{32}):[0-9]+[ \t]*\r?$")
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
_UNREADABLE = "The list {path} cannot be read."


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
