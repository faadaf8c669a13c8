"""How many guesses a password withstands, measured in processes of their own.

zxcvbn keeps words in a module variable, so it serves one caller at a time, and what occupies it for
long can only be ended with its process. Secrets go to it through a pipe, never as arguments,
and nothing but two numbers comes back.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import selectors
import signal
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import msgspec

from scanner.collect.romaji import has_kana, romanised, spellings
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, Text, Unknown

SECONDS_PER_SECRET = 3.0
"""How long one secret may occupy a worker."""
SECONDS_TO_START = 30.0
"""How long a worker may take to load its dictionaries."""
LONGEST = 72
"""Characters that zxcvbn takes; more would take it time beyond measure."""
MOST_WORKERS = 4
SHORTEST_WORD = 3
LONGEST_WORD = 64
MOST_WORDS = 200

_WORKER = "from scanner.collect.strength import serve; serve()"


class Strength(msgspec.Struct, frozen=True):
    """How well a secret withstands guessing."""

    score: int
    """0 (guessed at once) to 4 (out of reach)."""
    guesses_log10: float
    """Power of ten of the guesses that an informed attacker needs."""


class StrengthMeter:
    """Measures secrets; safe to use from several threads at once.

    The workers start when they are first needed and end with the `with` block. Closing it early
    makes every measurement under way, and every later one, unknown.
    """

    def __init__(self, *, year: int | None = None, seconds: float = SECONDS_PER_SECRET) -> None:
        """`year` is the latest that counts as a recent year; `seconds` is the limit per secret."""
        year = datetime.now(UTC).year if year is None else year
        self._workers = [_Worker(year, seconds) for _ in range(_worker_count())]
        # The worker that rested the shortest is taken first, so that one after the other uses one.
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers, whatever they are doing; may be called from another thread."""
        for worker in self._workers:
            worker.close()

    def measure(self, secret: Secret, words: Iterable[str] = ()) -> Strength | Unknown:
        """Return how strong `secret` is against somebody who knows `words`.

        `words` are names of the organisation, its products and the user, as people write them.
        """
        if not secret:
            return Strength(0, 0.0)
        worker = self._idle.get()
        try:
            return worker.measure(secret, words_in(words))
        finally:
            self._idle.put(worker)

    def measure_all(
        self, secrets: Iterable[tuple[Secret, Iterable[str]]]
    ) -> list[Strength | Unknown]:
        """Return the strength of each secret with its words, in the same order."""
        with ThreadPoolExecutor(len(self._workers)) as threads:
            return list(threads.map(lambda each: self.measure(*each), secrets))


def words_in(names: Iterable[str]) -> tuple[str, ...]:
    """Return the words that people would build a password from, given such names.

    Each name counts whole, in its parts, with its parts joined, and its kana in Latin letters;
    lower-case, NFKC, at least three characters, without repetition.
    """
    found = dict.fromkeys(
        word
        for name in names
        for word in _spellings(unicodedata.normalize("NFKC", name).lower())
        if SHORTEST_WORD <= len(word) <= LONGEST_WORD
    )
    return tuple(found)[:MOST_WORDS]


def _spellings(name: str) -> Iterator[str]:
    parts = re.findall(r"[^\W_]+", name)
    yield name
    yield from parts
    yield "".join(parts)
    for part in parts:
        for kana in re.findall(r"[ぁ-ゖァ-ヶー]+", part):
            yield from spellings(kana)


def _worker_count() -> int:
    return max(1, min(MOST_WORKERS, os.cpu_count() or 1))


class _Worker:
    """One process that measures one secret at a time, started anew after it had to be ended."""

    def __init__(self, year: int, seconds: float) -> None:
        self._year = year
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = threading.Event()
        self._busy = threading.Lock()

    def measure(self, secret: Secret, words: tuple[str, ...]) -> Strength | Unknown:
        """Return the strength of `secret`."""
        with self._busy:
            answer = self._ask(secret, words)
        if isinstance(answer, Reason):
            return self._explain(answer)
        if "score" not in answer:
            return self._explain(Reason.BUG)
        return Strength(answer["score"], answer["guesses_log10"])

    def close(self) -> None:
        """End the process; a measurement under way ends with it."""
        self._closed.set()
        if (process := self._process) is not None:
            process.kill()
        with self._busy:
            self._end()

    def _ask(self, secret: Secret, words: tuple[str, ...]) -> dict[str, Any] | Reason:
        if self._closed.is_set():
            return Reason.INTERRUPTED
        try:
            process = self._process or self._start()
            if isinstance(process, Reason):
                return process
            _send(process, secret, words)
            answer = _receive(process, self._seconds)
        except OSError:
            answer = Reason.BUG
        if isinstance(answer, Reason):
            self._end()
        return Reason.INTERRUPTED if self._closed.is_set() else answer

    def _start(self) -> subprocess.Popen[bytes] | Reason:
        self._process = process = subprocess.Popen(  # noqa: S603 - a program and text of our own
            [sys.executable, "-I", "-c", _WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback there would hold the secret
            env={name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ},
            start_new_session=True,  # Ctrl-C in the terminal is for whoever waits for the answer
        )
        if self._closed.is_set():
            self._end()
        _write(process, json.dumps({"year": self._year}).encode())
        ready = _receive(process, SECONDS_TO_START)
        if isinstance(ready, Reason):
            self._end()
            return Reason.BUG
        return process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _explain(self, reason: Reason) -> Unknown:
        if reason is Reason.TIMED_OUT:
            return Unknown(
                reason,
                Text.of("Measuring the strength took more than {limit} s.", limit=self._seconds),
                Text.of("Judge this secret by its length, or replace it by a generated one."),
            )
        if reason is Reason.INTERRUPTED:
            return Unknown(
                reason,
                Text.of("The scan ended before the strength was measured."),
                Text.of("Scan again."),
            )
        return Unknown(
            Reason.BUG,
            Text.of("Measuring the strength failed."),
            Text.of("Please report this, without the secret."),
        )


def _send(process: subprocess.Popen[bytes], secret: Secret, words: tuple[str, ...]) -> None:
    # JSON in ASCII: no character of a secret can end the line or break the encoding.
    _write(process, json.dumps({"texts": _variants(secret), "words": words}).encode("ascii"))


def _write(process: subprocess.Popen[bytes], line: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(line + b"\n")
    process.stdin.flush()


def _receive(process: subprocess.Popen[bytes], seconds: float) -> dict[str, Any] | Reason:
    """Return the next line that the process writes, or why none came."""
    assert process.stdout is not None
    deadline = time.monotonic() + seconds
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(max(0.0, deadline - time.monotonic())):
                return Reason.TIMED_OUT
            piece = os.read(process.stdout.fileno(), 4096)
            if not piece:
                return Reason.BUG
            line += piece
    answer: dict[str, Any] = json.loads(line)
    return answer


def _variants(secret: Secret) -> list[list[str]]:
    """Return the spellings an attacker may try, each by the ends that zxcvbn can take."""
    text = secret.reveal()
    plain = unicodedata.normalize("NFKC", text)
    spellings = dict.fromkeys((text, plain, romanised(plain) if has_kana(plain) else plain))
    return [list(dict.fromkeys((each[:LONGEST], each[-LONGEST:]))) for each in spellings]


def serve() -> None:
    """Answer each request on standard input with a line on standard output; the worker's main."""
    import resource

    from scanner.collect import guesses

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number, line in enumerate(sys.stdin.buffer):
        request = json.loads(line)
        if number:
            answer = _measure(request)
        else:
            guesses.prepare(request["year"])
            answer = {"ready": True}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _measure(request: dict[str, Any]) -> dict[str, Any]:
    """Measure the weakest spelling; of a long one the stronger end: each is a lower bound."""
    from scanner.collect import guesses

    try:
        found = min(
            max(guesses.guess(end, request["words"]) for end in ends) for ends in request["texts"]
        )
    except Exception as bug:  # noqa: BLE001 - one secret it cannot take must not end the worker
        return {"bug": type(bug).__name__}
    return {"score": guesses.score(found), "guesses_log10": found}
