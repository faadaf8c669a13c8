"""Asks the DNS, and tells an answer, the absence of one, and a failure apart.

Receivers of mail and browsers ask a resolver; so does this, the system's or a given one, over UDP
and, where the answer is cut short, TCP. What a name does not have is an answer. That nobody could
tell is none, and comes back as an unknown that names the question.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from enum import StrEnum
from typing import Any

import idna
import msgspec

from scanner.collect.probes import dns_message
from scanner.model import Reason, Text, Unknown
from scanner.model.errors import MamoriError

SECONDS = 2.0
"""One question to one server; receivers of mail wait not much longer."""
ROUNDS = 2
"""How often each server is asked."""
QUESTIONS_AT_ONCE = 128
MOST_ALIASES = 10
"""CNAMEs in a row that are followed; resolvers stop at about as many."""
_RESOLVER = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):(\d{1,5})")


class Outcome(StrEnum):
    """How a question ended."""

    FOUND = "found"
    NO_DATA = "no_data"
    """The name exists, and has no record of this type."""
    NO_NAME = "no_name"
    """Neither the name nor anything below it exists (NXDOMAIN, RFC 8020)."""
    CIRCLE = "circle"
    """Its aliases lead in a circle, or through too many names."""
    FAILED = "failed"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the DNS says to one question."""

    name: str
    kind: str
    outcome: Outcome
    records: tuple[str, ...] = ()
    """TXT: the strings of each record put together, a character a byte; MX: `10 host`;
    others as they are written in zone files, names without the last dot."""
    aliases: tuple[str, ...] = ()
    """The names that CNAMEs led to, one after the other."""
    authenticated: bool = False
    """The resolver has checked it by DNSSEC, and says so."""
    gap: Unknown | None = None
    """Why there is no answer, where the outcome is a failure."""

    @property
    def absent(self) -> bool:
        """There is surely no such record."""
        return self.outcome in (Outcome.NO_DATA, Outcome.NO_NAME)

    @property
    def failed(self) -> bool:
        """Nobody could tell. A circle of aliases is that to everybody who asks a resolver."""
        return self.outcome in (Outcome.FAILED, Outcome.CIRCLE)

    @property
    def unknown(self) -> Unknown:
        """Why the records are unknown, where the question failed."""
        return self.gap or _circle(self.name, self.kind)


class ResolverError(MamoriError):
    """The address of a resolver is not written as one, or the system has none."""


class DomainError(MamoriError):
    """A domain is not written as one."""


def parse_resolver(given: str) -> tuple[str, int]:
    """Return the address and the port of a resolver written as `IP` or `IP:PORT`.

    Raises:
        ResolverError: it is not.
    """
    address, port = given, 53
    match = _RESOLVER.fullmatch(given)
    if match is not None:
        address, port = match[1] or match[2], int(match[3])
    try:
        address = str(ipaddress.ip_address(address))
    except ValueError:
        port = 0
    if not 0 < port < 65_536:
        raise ResolverError(
            "{resolver} is no resolver; write its address as IP:PORT, such as 192.0.2.53:53.",
            resolver=repr(given),
        )
    return address, port


def ascii_domain(given: str) -> str:
    """Return a domain as it is looked up: lower case, without the last dot, IDNA 2008.

    Raises:
        DomainError: it is none.
    """
    bare = given.strip().removesuffix(".").lower()
    try:
        # Names below a host, such as _dmarc, have underscores that IDNA does not know.
        domain = bare if bare.isascii() else idna.encode(bare, uts46=True).decode("ascii")
    except idna.IDNAError:
        domain = ""
    if not is_domain(domain):
        raise DomainError("{domain} is no domain; write it as example.co.jp.", domain=repr(given))
    return domain


_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


def is_domain(name: str) -> bool:
    """Tell whether `name`, in lower case, can be the name of a host or of records in the DNS."""
    labels = name.split(".")
    return 0 < len(name) <= 253 and all(map(_LABEL.fullmatch, labels))


class Resolver:
    """Asks each question once, however many want to know.

    `server` is the one to ask, as `IP:PORT`; the system's are asked where it is None. Raises:
        ResolverError: the address is not written as one, or the system names no resolver.
    """

    def __init__(self, server: str | None = None, *, seconds: float = SECONDS) -> None:
        self._servers = _system() if server is None else [parse_resolver(server)]
        self._seconds = seconds
        self._asked: dict[tuple[str, str], asyncio.Task[Answer]] = {}
        self._gate = asyncio.Semaphore(QUESTIONS_AT_ONCE)

    async def ask(self, name: str, kind: str) -> Answer:
        """Return the records of type `kind` of `name`, wherever its aliases lead.

        Nothing that the DNS or the network does raises.
        """
        key = name.lower(), kind
        task = self._asked.get(key)
        if task is None:
            task = self._asked[key] = asyncio.create_task(self._follow(*key))
        return await asyncio.shield(task)

    async def addresses(self, name: str) -> tuple[tuple[str, ...], Unknown | None]:
        """Return the addresses of a host, IPv4 first; or why they are not known."""
        answers = await asyncio.gather(self.ask(name, "A"), self.ask(name, "AAAA"))
        found = tuple(record for answer in answers for record in answer.records)
        failed = next((answer.unknown for answer in answers if answer.failed), None)
        return found, None if found else failed

    async def _follow(self, name: str, kind: str) -> Answer:
        """Follow the aliases, for servers that leave it to the one who asks."""
        aliases: list[str] = []
        wanted = name
        while True:
            answer = await self._once(wanted, kind)
            aliases += answer.aliases
            if len(set(aliases)) < len(aliases) or name in aliases or len(aliases) > MOST_ALIASES:
                return Answer(name=name, kind=kind, outcome=Outcome.CIRCLE, aliases=tuple(aliases))
            if answer.outcome is not Outcome.NO_DATA or not answer.aliases:
                return msgspec.structs.replace(answer, name=name, aliases=tuple(aliases))
            wanted = answer.aliases[-1]

    async def _once(self, name: str, kind: str) -> Answer:
        labels = name.split(".")
        if not name.isascii() or len(name) > 253 or not all(0 < len(part) < 64 for part in labels):
            return Answer(name=name, kind=kind, outcome=Outcome.NO_NAME)
        gap = _no_answer(name, kind)
        for _ in range(ROUNDS):
            for server in self._servers:
                async with self._gate:
                    answer = await self._query(name, kind, server)
                if not isinstance(answer, Unknown):
                    return answer
                gap = answer
            if gap.reason is not Reason.TIMED_OUT:
                break
        return Answer(name=name, kind=kind, outcome=Outcome.FAILED, gap=gap)

    async def _query(self, name: str, kind: str, server: tuple[str, int]) -> Answer | Unknown:
        """Return what one server says, or why it says nothing of use."""
        try:
            reply = await dns_message.ask(dns_message.Question(name, kind), server, self._seconds)
        except TimeoutError:
            return _no_answer(name, kind)
        except (OSError, EOFError):
            return Unknown(
                Reason.UNREACHABLE,
                Text.of(
                    "The resolver {server} could not be asked for {kind} of {name}.",
                    server=f"{server[0]}:{server[1]}",
                    kind=kind,
                    name=name,
                ),
                _REMEDY,
            )
        except dns_message.MalformedReplyError:
            return Unknown(
                Reason.MALFORMED,
                Text.of(
                    "The answer to the question for {kind} of {name} is no DNS message.",
                    kind=kind,
                    name=name,
                ),
                _REMEDY,
            )
        if reply.code not in (0, dns_message.NXDOMAIN):
            return Unknown(
                Reason.SERVER_ERROR,
                Text.of(
                    "The DNS answered the question for {kind} of {name} with {code}.",
                    kind=kind,
                    name=name,
                    code=_code(reply.code),
                ),
                _REMEDY,
            )
        return _read(reply, name, kind)


def system_resolver(server: str | None = None) -> Resolver | Unknown:
    """Return the resolver `server`, or the system's, or why the system has none.

    Raises:
        ResolverError: `server` is not written as one.
    """
    try:
        return Resolver(server)
    except ResolverError as error:
        if server is not None:
            raise
        return Unknown(Reason.NOT_CONFIGURED, error.text)


def _read(reply: dns_message.Reply, name: str, kind: str) -> Answer:
    """Return what a reply of code NOERROR or NXDOMAIN says."""
    by_name: dict[tuple[str, str], list[Any]] = {}
    for record in reply.records:
        by_name.setdefault((record.owner, record.kind), []).append(record.data)
    aliases: list[str] = []
    here = name
    while (here, kind) not in by_name and len(aliases) <= MOST_ALIASES:
        alias = by_name.get((here, "CNAME"))
        if not alias:
            break
        here = dns_message.spell(alias[0].target)
        aliases.append(here)
    records = by_name.get((here, kind), [])
    outcome = Outcome.FOUND if records else Outcome.NO_DATA
    if reply.code == dns_message.NXDOMAIN:
        outcome = Outcome.NO_NAME
    return Answer(
        name=name,
        kind=kind,
        outcome=outcome,
        records=tuple(map(_spell, dict.fromkeys(records))) if outcome is Outcome.FOUND else (),
        aliases=tuple(aliases),
        authenticated=reply.vouched,
    )


def _spell(record: Any) -> str:
    if hasattr(record, "strings"):
        return b"".join(record.strings).decode("latin-1")
    if hasattr(record, "exchange"):
        return f"{record.preference} {dns_message.spell(record.exchange)}"
    if hasattr(record, "target"):
        return dns_message.spell(record.target)
    return str(record.to_text())


def _code(code: int) -> str:
    import dns.rcode

    return dns.rcode.to_text(dns.rcode.Rcode(code))


def _system() -> list[tuple[str, int]]:
    import dns.exception
    import dns.resolver

    try:
        system = dns.resolver.Resolver()
    except (dns.exception.DNSException, OSError):
        servers = []
    else:
        servers = [(str(each), system.port) for each in system.nameservers if ":/" not in str(each)]
    if not servers:
        raise ResolverError("This machine names no DNS resolver; give one with --resolver IP:PORT.")
    return servers


_REMEDY = Text.of("See whether the resolver answers this question from where mamori runs.")


def _no_answer(name: str, kind: str) -> Unknown:
    return Unknown(
        Reason.TIMED_OUT,
        Text.of(
            "The DNS did not answer the question for {kind} of {name} in time.",
            kind=kind,
            name=name,
        ),
        _REMEDY,
    )


def _circle(name: str, kind: str) -> Unknown:
    return Unknown(
        Reason.MALFORMED,
        Text.of(
            "The aliases (CNAME) of {name} lead in a circle, so that nobody finds its {kind}.",
            name=name,
            kind=kind,
        ),
        Text.of("Correct the CNAME records."),
    )
