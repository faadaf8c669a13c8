"""SPF (RFC 7208): the grammar of a record, and what evaluating it asks of a receiver.

No sender is evaluated: the question is what can go wrong for any. So every term that a receiver may
come to is counted, as if none before it had matched.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Iterator

import msgspec

from scanner.collect.probes.dns import Answer, Resolver
from scanner.model import Fact, Text, Unknown

VERSION = "v=spf1"
MOST_TERMS = 60
"""Terms followed before a record counts as endless; receivers stop after ten."""
MOST_FAULTS = 20
"""Faults that are named."""
MOST_MX = 10
"""Hosts behind one `mx` (RFC 7208 §4.6.4)."""
QUALIFIERS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_ASKING = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
"""The terms that make a receiver ask the DNS (RFC 7208 §4.6.4)."""

_MACRO = r"%(?:\{[slodiphcrtv](?:[1-9][0-9]*)?r?[-.+,/_=]*\}|[%_-])"
_LITERAL = r"[!-$&-~]"
_STRING = rf"(?:{_MACRO}|{_LITERAL})*"
_TOPLABEL = r"(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])"
_DOMAIN = re.compile(rf"{_STRING}(?:\.{_TOPLABEL}\.?|{_MACRO})", re.IGNORECASE)
_MACRO_STRING = re.compile(_STRING, re.IGNORECASE)
_ONLY_IN_EXPLANATIONS = re.compile(r"%\{[crt]", re.IGNORECASE)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE)
_MECHANISM = re.compile(r"([-+~?]?)([a-z0-9][a-z0-9_-]*)(.*)", re.IGNORECASE | re.DOTALL)
_CIDR = re.compile(r"(.*?)(?:/(0|[1-9]\d?))?(?://(0|[1-9]\d{0,2}))?", re.DOTALL)
_PREFIX = re.compile(r"0|[1-9]\d{0,2}")


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One mechanism or modifier."""

    kind: str
    """`all`, `include`, `a`, `mx`, `ptr`, `ip4`, `ip6`, `exists`, `redirect`, `exp` or `other`."""
    qualifier: str = "+"
    domain: str = ""
    """The domain-spec, macros and all; empty where the domain itself is meant."""
    network: str = ""
    unbounded: bool = False
    """A prefix of no bits stands in it, so that every address matches that it can be asked of."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A record, taken apart."""

    terms: tuple[Term, ...] = ()
    faults: tuple[Text, ...] = ()
    """What makes it a permanent error, whoever sends."""

    def first(self, kind: str) -> Term | None:
        """Return the first term of a kind, if there is one."""
        return next((term for term in self.terms if term.kind == kind), None)

    @property
    def reached(self) -> Iterator[Term]:
        """The terms that a receiver may come to: up to `all`, and `redirect` where there is none.

        Modifiers may stand anywhere (RFC 7208 §6).
        """
        for term in self.terms:
            if term.kind == "all":
                yield term
                return
            if term.kind not in ("redirect", "exp", "other"):
                yield term
        redirect = self.first("redirect")
        if redirect is not None:
            yield redirect


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What the records of a domain come to."""

    records: tuple[str, ...] = ()
    faults: Fact[tuple[Text, ...]] = ()
    lookups: Fact[int] = 0
    void_lookups: Fact[int] = 0
    default: Fact[str] = "neutral"
    ptr: Fact[bool] = False
    reaches: frozenset[str] = frozenset()
    """The domains whose records are included, directly or not."""
    complete: Fact[bool] = True
    """Every record it leads to could be read."""
    addresses: tuple[str, ...] = ()
    """Single addresses that the domain's own record names."""


def is_spf(text: str) -> bool:
    """Tell whether a TXT record is one of SPF (RFC 7208 §4.5)."""
    return text[:6].lower() == VERSION and text[6:7] in ("", " ")


def parse(text: str) -> Record:
    """Take the record `text` apart (RFC 7208 §12), and name every fault in it."""
    terms: list[Term] = []
    faults: list[Text] = []
    for word in text[len(VERSION) :].split(" "):
        if not word:
            continue
        term = _modifier(word) if _is_modifier(word) else _mechanism(word)
        if isinstance(term, Text):
            faults.append(term)
        else:
            terms.append(term)
    kinds = [term.kind for term in terms]
    faults += [
        Text.of("{modifier}= stands in it more than once", modifier=kind)
        for kind in ("redirect", "exp")
        if kinds.count(kind) > 1
    ]
    return Record(terms=tuple(terms), faults=tuple(faults))


def _is_modifier(word: str) -> bool:
    """Tell a modifier from a mechanism, whose name ends before any equals sign."""
    return _MODIFIER.fullmatch(word) is not None


def _modifier(word: str) -> Term | Text:
    name, _, value = word.partition("=")
    kind = name.lower()
    if kind not in ("redirect", "exp"):
        good = _MACRO_STRING.fullmatch(value)
        return Term(kind="other") if good else _bad_term(word)
    if not _is_domain_spec(value):
        return _bad_term(word)
    return Term(kind=kind, domain=value)


def _mechanism(word: str) -> Term | Text:
    match = _MECHANISM.fullmatch(word)
    if match is None:
        return _bad_term(word)
    qualifier, name, rest = match[1] or "+", match[2].lower(), match[3]
    if name == "all":
        return _bad_term(word) if rest else Term(kind="all", qualifier=qualifier)
    if name in ("ip4", "ip6"):
        network = _network(name, rest)
        if network is None:
            return _bad_term(word)
        unbounded = network.endswith("/0")
        return Term(kind=name, qualifier=qualifier, network=network, unbounded=unbounded)
    if name in ("include", "exists"):
        domain = rest[1:] if rest.startswith(":") else ""
        if not _is_domain_spec(domain):
            return _bad_term(word)
        return Term(kind=name, qualifier=qualifier, domain=domain)
    if name == "ptr":
        if rest and not (rest.startswith(":") and _is_domain_spec(rest[1:])):
            return _bad_term(word)
        return Term(kind=name, qualifier=qualifier, domain=rest[1:])
    if name in ("a", "mx"):
        return _host(word, qualifier, name, rest)
    return Text.of("{term} is no mechanism", term=word)


def _host(word: str, qualifier: str, name: str, rest: str) -> Term | Text:
    """Read what follows `a` or `mx`: a domain, and the lengths of prefixes."""
    match = _CIDR.fullmatch(rest)
    if match is None or int(match[2] or 0) > 32 or int(match[3] or 0) > 128:
        return _bad_term(word)
    domain = match[1]
    if domain and not (domain.startswith(":") and _is_domain_spec(domain[1:])):
        return _bad_term(word)
    unbounded = "0" in (match[2], match[3])
    return Term(kind=name, qualifier=qualifier, domain=domain[1:], unbounded=unbounded)


def _network(kind: str, rest: str) -> str | None:
    """Return the network after `ip4` or `ip6` as Python knows it, or None if it is none."""
    if not rest.startswith(":"):
        return None
    address, slash, prefix = rest[1:].partition("/")
    most = 32 if kind == "ip4" else 128
    if slash and (not _PREFIX.fullmatch(prefix) or int(prefix) > most):
        return None
    try:
        made = (ipaddress.IPv4Address if kind == "ip4" else ipaddress.IPv6Address)(address)
    except ValueError:
        return None
    if "%" in address:
        return None  # a zone of this machine, which Python takes and the grammar does not
    return f"{made}/{prefix or most}"


def _is_domain_spec(text: str) -> bool:
    return _DOMAIN.fullmatch(text) is not None and not _ONLY_IN_EXPLANATIONS.search(text)


def _bad_term(word: str) -> Text:
    return Text.of("{term} is not written as it should be", term=word)


async def look_up(domain: str, resolver: Resolver) -> Finding | Unknown:
    """Return what the SPF records of `domain` come to, or why they could not be asked for."""
    answer = await resolver.ask(domain, "TXT")
    if answer.failed:
        return answer.unknown
    records = tuple(filter(is_spf, answer.records))
    if not records:
        return Finding()
    walk = _Walk(resolver)
    default = await walk.domain(domain, records, ())
    gap = walk.gap
    faults = tuple(walk.faults[:MOST_FAULTS])
    own = parse(records[0])
    return Finding(
        records=records,
        faults=faults if faults or gap is None else gap,
        lookups=walk.lookups if walk.endless or gap is None else gap,
        void_lookups=walk.void if gap is None or walk.void > 2 else gap,
        default=default if default is not None else gap or "neutral",
        ptr=walk.ptr if walk.ptr or gap is None else gap,
        reaches=frozenset(walk.reaches),
        complete=True if gap is None else gap,
        addresses=tuple(_single_addresses(own)),
    )


def _single_addresses(record: Record) -> Iterator[str]:
    for term in record.terms:
        if term.network and term.qualifier == "+":
            network = ipaddress.ip_network(term.network, strict=False)
            if network.num_addresses == 1:
                yield str(network.network_address)


class _Walk:
    """Goes through a record and all that it leads to."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self.faults: list[Text] = []
        self.gap: Unknown | None = None
        self.lookups = 0
        self.void = 0
        self.ptr = False
        self.reaches: set[str] = set()

    @property
    def endless(self) -> bool:
        """More terms than anybody would follow."""
        return self.lookups >= MOST_TERMS

    async def domain(
        self, domain: str, records: tuple[str, ...], path: tuple[str, ...]
    ) -> str | None:
        """Walk the one record of `domain`, reached by `path`, and return what it says of others.

        None where that could not be read.
        """
        if len(records) > 1:
            self.faults.append(
                Text.of(
                    "{domain} has {count} SPF records, where one is allowed",
                    domain=domain,
                    count=len(records),
                )
            )
            return _worst(records)
        record = parse(records[0])
        self.faults += [fault if not path else _within(domain, fault) for fault in record.faults]
        asking = [term for term in record.reached if term.kind in _ASKING][:MOST_TERMS]
        # The questions of one record do not depend on each other.
        answers = iter(await asyncio.gather(*(self._ask(term, domain) for term in asking)))
        results: list[str | None] = []
        """Of the terms that match whoever sends, in order: the first one decides."""
        for term in record.reached:
            if term.kind not in _ASKING:
                if term.kind == "all" or term.unbounded:
                    results.append(QUALIFIERS[term.qualifier])
                continue
            self.lookups += 1
            if self.endless:
                return None
            answer = next(answers)
            said = await self._term(term, answer, domain, (*path, domain))
            if term.kind == "redirect":
                results.append(said)
            elif said == "pass":
                results.append(QUALIFIERS[term.qualifier])
        return results[0] if results else "neutral"

    async def _ask(self, term: Term, domain: str) -> Answer | None:
        """Ask what the term needs; None where that depends on who sends, or needs nothing."""
        target = _target(term, domain)
        if target is None or term.kind == "ptr":
            return None
        if term.kind in ("include", "redirect"):
            return await self._resolver.ask(target, "TXT")
        if term.kind == "mx":
            return await self._resolver.ask(target, "MX")
        answer = await self._resolver.ask(target, "A")
        if answer.absent and term.kind == "a":
            return await self._resolver.ask(target, "AAAA")
        return answer

    async def _term(
        self, term: Term, answer: Answer | None, domain: str, path: tuple[str, ...]
    ) -> str | None:
        """Return what the term says of whoever sends; None where it depends on them."""
        self.ptr = self.ptr or term.kind == "ptr"
        if answer is None:
            return None
        if answer.failed:
            self.gap = self.gap or answer.unknown
            return None
        if term.kind in ("include", "redirect"):
            return await self._follow(term, answer, path)
        if answer.absent:
            self.void += 1
        elif term.kind == "mx" and len(answer.records) > MOST_MX:
            self.faults.append(
                Text.of(
                    "mx of {domain} leads to more than {most} hosts", domain=domain, most=MOST_MX
                )
            )
        elif term.unbounded or term.kind == "exists":
            return "pass"
        return None

    async def _follow(self, term: Term, answer: Answer, path: tuple[str, ...]) -> str | None:
        target = answer.name
        records = tuple(filter(is_spf, answer.records))
        if answer.absent:
            self.void += 1
        if not records:
            self.faults.append(
                Text.of("{term} leads to no SPF record", term=f"{term.kind}:{target}")
            )
            return None
        if target in path:
            self.faults.append(Text.of("{domain} includes itself", domain=target))
            return None
        self.reaches.add(target)
        return await self.domain(target, records, path)


def _target(term: Term, domain: str) -> str | None:
    """Return the domain that a term asks for; None where it depends on who sends."""
    if not term.domain:
        return domain
    target = re.sub(r"%\{d\}", domain, term.domain, flags=re.IGNORECASE)
    return None if "%" in target else target.lower().removesuffix(".")


def _within(domain: str, fault: Text) -> Text:
    """Say in whose record a fault lies, without putting a sentence into another."""
    (term,) = fault.values.values()
    return Text.of("{term} in the record of {domain} is wrong", term=term, domain=domain)


def _worst(records: tuple[str, ...]) -> str:
    order = ("pass", "neutral", "softfail", "fail")
    found = [
        QUALIFIERS[term.qualifier]
        for each in records
        for term in [parse(each).first("all")]
        if term is not None
    ]
    return min(found, key=order.index, default="neutral")


def reaches(finding: Finding, include: str) -> Fact[bool]:
    """Tell whether the record leads to `include`, where it is not known to, why not."""
    if include in finding.reaches:
        return True
    return False if finding.complete is True else finding.complete
