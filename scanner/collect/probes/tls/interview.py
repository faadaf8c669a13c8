"""Which hellos an endpoint is sent, in which order, and when no answer may count as a refusal.

Several questions share one hello: whoever refuses it has answered them all. A question that was
met by a closed connection counts as refused only if the same happens twice more in series, alone,
between two hellos that the endpoint takes, and one met by an alert about something else only if
that comes again; silence never counts. Each old version has a hello of its own, because servers
that lack the version offered do not all look for an older one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from typing import Any

from msgspec.structs import replace

from scanner.collect.probes.tls.connection import Answer, Line, Outcome
from scanner.collect.probes.tls.flight import AGREEABLE, KeyExchange
from scanner.collect.probes.tls.hello import ClientHello
from scanner.collect.probes.tls.suites import (
    CURVES,
    FINITE_FIELDS,
    POST_QUANTUM,
    SECP256R1,
    SUITES,
    TLS12_SUITES,
    TLS13_NULL_SUITES,
    TLS13_SUITES,
    TRAITS,
    X25519,
    Trait,
    Version,
    suites_with,
)

MOST_CONNECTIONS = 28
"""A clean endpoint costs at most ten; the worst is cut off here, and what is left stays unknown."""

NEARBY = 0.02
"""Seconds in which an endpoint that is not far answers; only then is one question asked first."""

WEAK = (Trait.RC4, Trait.TRIPLE_DES, Trait.NULL, Trait.ANONYMOUS, Trait.EXPORT)
ASKED_TRAITS = (*WEAK, Trait.STATIC, Trait.CBC, Trait.DHE)

_UNCLEAR = frozenset(
    {
        Outcome.ALERTED,
        Outcome.CLOSED,
        Outcome.SILENT,
        Outcome.UNREACHABLE,
        Outcome.ABSENT,
    }
)

OLD_VERSIONS = (Version.TLS11, Version.TLS10, Version.SSL3)
_OLDEST = f"legacy {Version.SSL3.title}"

LEGACY_SUITES = tuple(suite for suite in TLS12_SUITES if SUITES[suite].endswith(("_SHA", "_MD5")))
"""Suites that exist before TLS 1.2."""


def _ordinary() -> Iterator[int]:
    """Yield what a client of today could offer, the best first."""
    sound = [suite for suite in TLS12_SUITES if TRAITS[suite].isdisjoint(WEAK)]
    yield from TLS13_SUITES
    yield from sorted(sound, key=lambda suite: Trait.AEAD not in TRAITS[suite])


MODERN = ClientHello(
    highest=Version.TLS13,
    suites=tuple(_ordinary()),
    groups=(*CURVES, *FINITE_FIELDS),
)
PLAIN = ClientHello(highest=Version.TLS12, suites=TLS12_SUITES, groups=CURVES)
AEAD = ClientHello(
    highest=Version.TLS12, suites=tuple(sorted(suites_with(Trait.AEAD))), groups=CURVES
)
HYBRID = ClientHello(
    highest=Version.TLS13, lowest=Version.TLS13, suites=TLS13_SUITES, groups=POST_QUANTUM
)
UNENCRYPTED = ClientHello(
    highest=Version.TLS13, lowest=Version.TLS13, suites=TLS13_NULL_SUITES, groups=CURVES
)


def legacy(highest: Version) -> ClientHello:
    """Return the hello of a client that knows `highest`, TLS 1.1 or older, and all its suites."""
    return ClientHello(highest=highest, suites=LEGACY_SUITES, groups=CURVES)


def offering(suites: Collection[int], highest: Version) -> ClientHello:
    """Return a hello with these suites of TLS 1.2 or older, and no other."""
    return ClientHello(highest=highest, suites=tuple(sorted(suites)), groups=CURVES)


def suites_before_13(highest: Version) -> tuple[int, ...]:
    """Return the suites that exist in `highest`, TLS 1.2 or older."""
    return TLS12_SUITES if highest is Version.TLS12 else LEGACY_SUITES


_UNSOUND = suites_with(*WEAK, Trait.STATIC)
_DHE = suites_with(Trait.DHE) - _UNSOUND
_CBC = suites_with(Trait.CBC) - _UNSOUND - _DHE


class Interview:
    """Asks one endpoint, and keeps every answer."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.answers: dict[str, Answer] = {}
        """By question, in the order of asking."""
        self.in_clear = b""
        """The first bytes of the answer to an HTTP request without TLS."""
        self._control: ClientHello | None = None
        self._worked_at = 0
        """The number of the last connection that proved that the endpoint takes hellos."""

    async def conduct(self) -> None:
        """Ask everything, within the time that the line has."""
        await self._establish()
        if self._control is not None:
            await self._ask_details()

    async def _establish(self) -> None:
        """Find a hello that the endpoint takes; without one, no refusal means anything."""
        first = await self._ask_first()
        if first.outcome in (
            Outcome.ABSENT,
            Outcome.UNREACHABLE,
            Outcome.NO_STARTTLS,
            Outcome.NOT_TLS,
        ):
            return
        others = {
            "tls12": PLAIN,
            **{f"legacy {version.title}": legacy(version) for version in OLD_VERSIONS},
            "post-quantum": HYBRID,
            "unencrypted": UNENCRYPTED,
        }
        for question, hello in {"modern": MODERN, **others}.items():
            answer = self.answers.get(question)
            if answer is None and first.outcome is not Outcome.SILENT:
                answer = await self._ask(question, hello)
            if answer is not None and answer.outcome is Outcome.ACCEPTED:
                self._control = hello
                return
        waited = first.outcome is Outcome.SILENT
        if not waited and not self._has_spoken_tls and self.line.starttls is None:
            await self._ask_in_clear()

    async def _ask_first(self) -> Answer:
        """Ask as a client of today; where the answer has far to come, ask the rest behind it.

        When it takes long, two other ways are tried instead.
        """
        exchange = KeyExchange((X25519, SECP256R1))
        hello = replace(MODERN, shares=exchange.shares)
        half = self.line.deadline / 2
        first = asyncio.ensure_future(self._ask("modern", hello, exchange))
        behind = asyncio.ensure_future(self._ask_behind(first))
        meanwhile: list[asyncio.Future[Any]] = []
        try:
            await asyncio.wait({first}, timeout=half)
            if first.done() and first.result().outcome is Outcome.ACCEPTED:
                await behind
            elif not first.done() and self.line.connected.is_set() and self.line.starttls is None:
                behind.cancel()
                meanwhile.append(asyncio.ensure_future(self._ask("tls12", PLAIN)))
                meanwhile.append(asyncio.ensure_future(self._ask_in_clear()))
                await asyncio.wait([first, *meanwhile], timeout=half)
            return await first
        finally:
            for task in (first, behind, *meanwhile):
                task.cancel()
            await asyncio.gather(first, behind, *meanwhile, return_exceptions=True)

    async def _ask_behind(self, first: asyncio.Future[Answer]) -> None:
        """Ask the rest too, once somebody is there and the first answer is still on its way."""
        await self.line.connected.wait()
        await asyncio.wait({first}, timeout=NEARBY)
        if first.done() or self.line.starttls is not None:
            return
        await asyncio.gather(*(self._ask(*each) for each in self._independent(None)))

    async def _ask_in_clear(self) -> None:
        self.in_clear = await self.line.ask_in_clear()

    @property
    def _has_spoken_tls(self) -> bool:
        return any(
            answer.outcome in (Outcome.ACCEPTED, Outcome.REFUSED, Outcome.ALERTED)
            for answer in self.answers.values()
        )

    async def _ask_details(self) -> None:
        await asyncio.gather(
            *(
                self._ask(question, hello)
                for question, hello in self._independent(self.answers["modern"])
                if question not in self.answers
            )
        )
        if self._accepted_version(Version.TLS10) and _OLDEST not in self.answers:
            await self._ask(_OLDEST, legacy(Version.SSL3))
        await self._settle(*self.answers)
        await self._agree_on_a_key()
        if self._accepted_version(Version.TLS12) or not self._accepted_old_version():
            await self._strike_out("suites", Version.TLS12)
        spoken = self._accepted_old_version()
        if spoken:
            await self._strike_out(f"suites of {spoken.title}", spoken)
        if not any(Trait.FORWARD_SECRECY in TRAITS[suite] for suite in self._accepted_suites()):
            newest = Version.TLS12 if self._accepted_version(Version.TLS12) else spoken
            newest = newest or Version.TLS12
            wanted = suites_with(Trait.FORWARD_SECRECY, among=suites_before_13(newest))
            await self._ask("forward secrecy", offering(wanted, newest))
            await self._settle("forward secrecy")

    def _independent(self, first: Answer | None) -> Iterator[tuple[str, ClientHello]]:
        """Yield what can be asked at once, but for what the first answer has told already."""
        version = first.version if first else None
        chosen = TRAITS[first.suite] if first and first.suite else frozenset()
        if version is not Version.TLS12 or Trait.AEAD not in chosen:
            yield "aead", AEAD
        # Apart from each other, since sound endpoints offer one or the other.
        yield "suites", offering(_UNSOUND, Version.TLS12)
        yield "suites in CBC mode", offering(_CBC, Version.TLS12)
        yield "suites with DHE", offering(_DHE, Version.TLS12)
        for old in OLD_VERSIONS:
            # Software that has TLS 1.3 and SSL 3.0 looks for the older version by itself.
            if old is not Version.SSL3 or version is not Version.TLS13:
                yield f"legacy {old.title}", legacy(old)
        if version in (None, Version.TLS13):
            yield "post-quantum", HYBRID
            yield "unencrypted", UNENCRYPTED

    async def _agree_on_a_key(self) -> None:
        """Where the server wants a key of another group, bring one, to see its certificate."""
        hello = self.answers["modern"].hello
        if hello is None or not hello.retry or hello.group not in AGREEABLE:
            return
        exchange = KeyExchange((hello.group,))
        offer = replace(MODERN, shares=exchange.shares)
        await self._ask("modern with another key", offer, exchange)

    async def _strike_out(self, question: str, highest: Version) -> None:
        """Ask for suites with any undecided trait, but for those refused; strike out what is taken.

        It ends with a refusal, or when no suite is left to ask for.
        """
        for number in range(1, len(ASKED_TRAITS) + 2):
            label = question if number == 1 else f"{question} {number}"
            if label not in self.answers:
                left = self._undecided_suites(highest)
                if not left:
                    return
                await self._ask(label, offering(left, highest))
                await self._settle(label)
            if self.answers[label].outcome not in (Outcome.ACCEPTED, Outcome.REFUSED):
                return

    def _undecided_suites(self, highest: Version) -> frozenset[int]:
        have = frozenset().union(*(TRAITS[suite] for suite in self._accepted_suites()))
        left = suites_with(
            *(each for each in ASKED_TRAITS if each not in have), among=suites_before_13(highest)
        )
        return left.difference(
            *(
                answer.asked.suites
                for answer in self.answers.values()
                if answer.outcome is Outcome.REFUSED and answer.asked.highest is highest
            )
        )

    def _accepted_suites(self) -> list[int]:
        return [answer.suite for answer in self.answers.values() if answer.suite is not None]

    def _accepted_version(self, version: Version) -> bool:
        return any(answer.version is version for answer in self.answers.values())

    def _accepted_old_version(self) -> Version | None:
        return next((each for each in OLD_VERSIONS if self._accepted_version(each)), None)

    async def _ask(
        self, question: str, hello: ClientHello, exchange: KeyExchange | None = None
    ) -> Answer:
        answer = await self.line.ask(hello, exchange)
        self.answers[question] = answer
        return answer

    async def _settle(self, *questions: str) -> None:
        """Ask again, alone, what brought no clear answer, and keep what is then proved."""
        unclear = [each for each in questions if self.answers[each].outcome in _UNCLEAR]
        for question in unclear:
            if self.answers[question].outcome is Outcome.ALERTED:
                again = await self.line.ask(self.answers[question].asked)
                self._keep(question, again, proved=again.outcome is Outcome.ALERTED)
        unanswered = [
            each for each in unclear if self.answers[each].outcome in _UNCLEAR - {Outcome.ALERTED}
        ]
        if unanswered and await self._still_works():
            await self._ask_in_series(unanswered)

    async def _ask_in_series(self, questions: list[str]) -> None:
        """Ask each twice more, and take it as refused if the endpoint closes both times.

        Twice in a row, so that every other connection failing (one of two servers behind a balancer
        is down) does not look like an answer; and nothing is proved if the endpoint then takes no
        hello any more, for it may have turned this guest away.
        """
        closed: dict[str, Answer] = {}
        for question in questions:
            again = await self.line.ask(self.answers[question].asked)
            if again.outcome is Outcome.CLOSED is self.answers[question].outcome:
                again = await self.line.ask(again.asked)
                if again.outcome is Outcome.CLOSED:
                    closed[question] = again
                    continue
            self._keep(question, again, proved=False)
        if closed and await self._still_works():
            for question, again in closed.items():
                self._keep(question, again, proved=True)

    def _keep(self, question: str, again: Answer, *, proved: bool) -> None:
        """Let the second answer stand where it is clear, or `proved` to be a refusal."""
        if proved:
            seen = f"{self.answers[question].seen}, again {again.seen}"
            again = replace(again, outcome=Outcome.REFUSED, seen=seen)
        if again.outcome in (Outcome.ACCEPTED, Outcome.REFUSED):
            self.answers[question] = again

    async def _still_works(self) -> bool:
        if self._worked_at == self.line.connections:
            return True
        assert self._control is not None
        answer = await self.line.ask(self._control)
        if answer.outcome is not Outcome.ACCEPTED:
            return False
        self._worked_at = self.line.connections
        return True
