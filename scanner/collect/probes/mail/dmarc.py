"""DMARC (RFC 9989, which replaces RFC 7489): the record that holds for a domain, and what it asks.

Where the domain has no record of its own, those above it are asked, up to its top-level domain
(the tree walk of §4.10).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import msgspec

from scanner.collect.probes.dns import Answer, Outcome, Resolver, is_domain
from scanner.collect.probes.domains import registrable
from scanner.collect.probes.mail.tags import claims, is_version, parse
from scanner.model import Fact, Text, Unknown

VERSION = "DMARC1"
POLICIES = ("none", "quarantine", "reject")
MOST_LABELS = 8
"""The tree walk asks for at most eight names (RFC 9989 §4.10)."""
MOST_RECEIVERS = 10
"""Addresses for reports whose consent is asked for."""
_CHOICES = {
    "t": ("y", "n"),
    "psd": ("y", "n", "u"),
    "adkim": ("r", "s"),
    "aspf": ("r", "s"),
    "p": POLICIES,
    "sp": POLICIES,
    "np": POLICIES,
}
_FAILURES = frozenset("01ds")
"""Of what kinds of failure `fo` asks for reports, several with colons between them."""
_URI = re.compile(
    r"mailto:([^@\s,!]+)@([^@\s,!?]+)(?:\?[^,!\s]*)?(?:![0-9]+[kmgt]?)?", re.IGNORECASE
)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A record, taken apart."""

    text: str
    domain: str
    tags: dict[str, str] = {}
    faults: tuple[Text, ...] = ()

    def policy(self, *tags: str) -> str:
        """Return the policy that the first of `tags` gives that is there and valid.

        Without a valid one it is `none` (§4.7).
        """
        for tag in tags:
            if self.tags.get(tag, "").lower() in POLICIES:
                return self.tags[tag].lower()
        return "none"

    @property
    def receivers(self) -> tuple[str, ...]:
        """Where aggregate reports go, by the domain of each address."""
        return tuple(domain for _, domain in _receivers(self.tags.get("rua", "")))


async def look_up(domain: str, resolver: Resolver) -> dict[str, Any]:
    """Return the facts of DMARC that hold for `domain`."""
    found = await discover(domain, resolver)
    if isinstance(found, Unknown):
        return dict.fromkeys(_FACTS, found)
    if found is None:
        return {"dmarc": None, "dmarc_reports": (), "dmarc_reports_refused": ()}
    policy: Fact[str] = found.policy("p")
    if found.domain != domain:
        itself = await resolver.ask(domain, "TXT")
        exists = itself.outcome is not Outcome.NO_NAME
        policy = found.policy("sp", "p") if exists else found.policy("np", "sp", "p")
        policy = itself.unknown if itself.failed else policy
    below = min((found.policy("sp", "p"), found.policy("np", "sp", "p")), key=POLICIES.index)
    refused = await _refusals(found, resolver)
    return {
        "dmarc": found.text,
        "dmarc_domain": found.domain,
        "dmarc_faults": found.faults,
        "dmarc_policy": policy,
        "dmarc_subdomain_policy": below,
        "dmarc_testing": found.tags.get("t", "").lower() == "y",
        "dmarc_strict_dkim": found.tags.get("adkim", "").lower() == "s",
        "dmarc_reports": tuple(address for address, _ in _receivers(found.tags.get("rua", ""))),
        "dmarc_reports_refused": refused,
    }


_FACTS = (
    "dmarc",
    "dmarc_domain",
    "dmarc_faults",
    "dmarc_policy",
    "dmarc_subdomain_policy",
    "dmarc_testing",
    "dmarc_strict_dkim",
    "dmarc_reports",
    "dmarc_reports_refused",
)


async def discover(domain: str, resolver: Resolver) -> Record | Unknown | None:
    """Return the record that holds for `domain` (§4.10.1), None if there is none."""
    answer = await _ask(domain, resolver)
    if answer.failed:
        return answer.unknown
    own = _record(domain, answer)
    if own is not None:
        return own
    parents = tuple(_parents(domain))
    answers = await asyncio.gather(*(_ask(parent, resolver) for parent in parents))
    chosen: Record | None = None
    for parent, answer in zip(parents, answers, strict=True):
        if answer.failed:
            # A record that could not be read might be the one that holds.
            return answer.unknown
        record = _record(parent, answer)
        if record is None:
            continue
        role = record.tags.get("psd", "u").lower()
        if role == "y" and chosen is not None:
            return chosen
        chosen = record
        if role in ("y", "n"):
            return chosen
    return chosen


async def _ask(domain: str, resolver: Resolver) -> Answer:
    return await resolver.ask(f"_dmarc.{domain}", "TXT")


def _parents(domain: str) -> Iterator[str]:
    """Yield the domains above that the tree walk asks, the nearest first."""
    labels = domain.split(".")
    rest = labels[-(MOST_LABELS - 1) :] if len(labels) >= MOST_LABELS else labels[1:]
    for place in range(len(rest)):
        yield ".".join(rest[place:])


def _record(domain: str, answer: Answer) -> Record | None:
    meant = [text for text in answer.records if claims(text, VERSION)]
    valid = [text for text in meant if is_version(text, VERSION)]
    if len(valid) > 1:
        fault = Text.of(
            "{domain} has {count} DMARC records, where one is allowed",
            domain=domain,
            count=len(valid),
        )
        return Record(text=valid[0], domain=domain, faults=(fault,))
    if valid:
        return parse_record(valid[0], domain)
    if meant:
        fault = Text.of("it does not begin with v=DMARC1 and a semicolon")
        return Record(text=meant[0], domain=domain, faults=(fault,))
    return None


def parse_record(text: str, domain: str) -> Record:
    """Take apart a record that begins as one of DMARC does (§4.8), and name its faults.

    Tags that the standard does not know are ignored, as it asks (§4.7), among them those that it
    has removed: pct, rf and ri.
    """
    tags, faults = parse(text)
    for tag, choices in _CHOICES.items():
        if tag in tags and tags[tag].lower() not in choices:
            faults.append(
                Text.of("{tag}={value} is no value of this tag", tag=tag, value=tags[tag])
            )
    wanted = {each.strip().lower() for each in tags.get("fo", "0").split(":")}
    if not wanted <= _FAILURES:
        faults.append(Text.of("{tag}={value} is no value of this tag", tag="fo", value=tags["fo"]))
    for tag in ("rua", "ruf"):
        for uri in filter(None, (each.strip() for each in tags.get(tag, "").split(","))):
            match = _URI.fullmatch(uri)
            if match is None or not is_domain(match[2].lower()):
                faults.append(Text.of("{uri} in {tag} is no mailto address", uri=uri, tag=tag))
    return Record(text=text, domain=domain, tags=tags, faults=tuple(faults[:20]))


def _receivers(rua: str) -> Iterator[tuple[str, str]]:
    """Yield each valid address of a list of URIs, and its domain."""
    for uri in rua.split(","):
        match = _URI.fullmatch(uri.strip())
        if match is not None and is_domain(match[2].lower()):
            yield f"{unquote(match[1])}@{match[2].lower()}", match[2].lower()


async def _refusals(record: Record, resolver: Resolver) -> Fact[tuple[str, ...]]:
    """Return the foreign domains that have not agreed to take reports (RFC 9990 §4)."""
    home = registrable(record.domain)
    foreign = [
        domain
        for domain in dict.fromkeys(record.receivers)
        if domain != record.domain and (home is None or registrable(domain) != home)
    ][:MOST_RECEIVERS]
    answers = await asyncio.gather(
        *(resolver.ask(f"{record.domain}._report._dmarc.{each}", "TXT") for each in foreign)
    )
    refused, gap = [], None
    for domain, answer in zip(foreign, answers, strict=True):
        if answer.failed:
            gap = answer.unknown
        elif answer.outcome is not Outcome.FOUND or not any(
            is_version(text, VERSION) for text in answer.records
        ):
            refused.append(domain)
    return tuple(refused) if refused or gap is None else gap
