"""The mail probe's door: takes a domain, and returns it with its facts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from scanner.collect.probes.dns import Outcome, Resolver, ascii_domain
from scanner.collect.probes.fetch import Visitor
from scanner.collect.probes.mail import bimi, dkim, dmarc, servers, spf, transport
from scanner.collect.probes.mail.senders import (
    UNKNOWN_SELECTOR,
    Sender,
    every_selector,
)
from scanner.model import DkimKey, Fact, Origin, Reason, SendingDomain, SendingTool, Text, Unknown

_SPF_FACTS = (
    "spf",
    "spf_faults",
    "spf_lookups",
    "spf_void_lookups",
    "spf_default",
    "spf_ptr",
    "unnamed_addresses",
)


async def probe_domain(
    domain: str,
    *,
    resolver: Resolver,
    visitor: Visitor,
    tools: Iterable[Sender] = (),
    selectors: Iterable[str] = (),
    ca_file: Path | None = None,
    smtp_port: int = servers.SMTP_PORT,
    now: datetime,
) -> SendingDomain:
    """Return what mailbox providers find of `domain`.

    `tools` are the products that send in its name, `selectors` more DKIM selectors to ask for;
    `ca_file` holds authorities to trust beside the public ones. Dates are judged as of `now`.

    Whatever the DNS, the network or a server does becomes a fact or a reason. Raises:
        DomainError: the domain is not written as one.
    """
    name = ascii_domain(domain)
    wanted, selectors = tuple(tools), tuple(selectors)
    named = tuple(dict.fromkeys([*selectors, *(s for each in wanted for s in each.selectors)]))
    guessed = named if named and wanted else (*named, *every_selector())
    if any(tool.relays for tool in wanted):
        guessed = (*named, *every_selector())
    sender, keys, facts = await asyncio.gather(
        spf.look_up(name, resolver),
        dkim.look_up(name, guessed, resolver),
        _together(
            _existence(name, resolver),
            dmarc.look_up(name, resolver),
            _inbound(name, resolver, visitor, ca_file, now=now, smtp_port=smtp_port),
            bimi.look_up(name, resolver),
            transport.look_up_tls_rpt(name, resolver),
        ),
    )
    return SendingDomain(
        id=domain,
        name=domain,
        origin=Origin.PROBE,
        dkim_present=_present(keys),
        dkim_keys=_keys(keys, selectors),
        tools=tuple(_tool(each, sender, keys, name, selectors) for each in wanted),
        **await _spf_facts(sender, resolver),
        **facts,
    )


async def _together(*questions: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    """Return the facts that all the questions bring, asked at once."""
    return {
        name: fact for facts in await asyncio.gather(*questions) for name, fact in facts.items()
    }


async def _existence(domain: str, resolver: Resolver) -> dict[str, Any]:
    answer = await resolver.ask(domain, "TXT")
    if answer.failed:
        return dict.fromkeys(("exists", "dnssec"), answer.unknown)
    return {"exists": answer.outcome is not Outcome.NO_NAME, "dnssec": answer.authenticated}


async def _spf_facts(found: spf.Finding | Unknown, resolver: Resolver) -> dict[str, Any]:
    if isinstance(found, Unknown):
        return dict.fromkeys(_SPF_FACTS, found)
    return {
        "spf": found.records,
        "spf_faults": found.faults,
        "spf_lookups": found.lookups,
        "spf_void_lookups": found.void_lookups,
        "spf_default": found.default,
        "spf_ptr": found.ptr,
        "unnamed_addresses": await servers.unnamed(found.addresses, resolver),
    }


async def _inbound(
    domain: str,
    resolver: Resolver,
    visitor: Visitor,
    ca_file: Path | None,
    *,
    now: datetime,
    smtp_port: int,
) -> dict[str, Any]:
    facts = await servers.look_up_mx(domain, resolver)
    mx = facts["mx"]
    policy = transport.look_up_mta_sts(domain, mx, resolver, visitor)
    if isinstance(mx, Unknown):
        return {**facts, "mail_servers": mx, **await policy}
    found, sts = await asyncio.gather(
        servers.look_at_servers(mx, resolver, ca_file=ca_file, now=now, port=smtp_port), policy
    )
    return {**facts, "mail_servers": found, **sts}


def _present(keys: dkim.Keys) -> Fact[bool]:
    """Return whether mail of the domain can be signed with a key that receivers find."""
    if any(key.usable is True for key in keys.found):
        return True
    if keys.none is not False:
        return False if keys.none is True else keys.none
    if keys.found:
        return False
    return Unknown(
        Reason.NOT_CONFIGURED,
        Text.of("There are DKIM keys, under selectors that mamori was not told."),
        UNKNOWN_SELECTOR,
    )


def _keys(keys: dkim.Keys, asked: tuple[str, ...]) -> Fact[tuple[DkimKey, ...]]:
    """Return the keys to judge, with those that somebody named and nobody answered for."""
    judged = (*keys.found, *(key for key in keys.unanswered if key.selector in asked))
    if judged or keys.none is True:
        return judged
    present = _present(keys)
    return present if isinstance(present, Unknown) else ()


def _tool(
    tool: Sender,
    sender: spf.Finding | Unknown,
    keys: dkim.Keys,
    domain: str,
    asked: tuple[str, ...],
) -> SendingTool:
    included: Fact[bool] = False
    if tool.relays:
        included = Unknown(
            Reason.NOT_CONFIGURED,
            Text.of(
                "{tool} sends through a server of your choice, which mamori was not told.",
                tool=tool.title,
            ),
            Text.of("Sign its mail with a DKIM key of the domain, which settles it."),
        )
    elif isinstance(sender, Unknown):
        included = sender
    elif tool.include is not None:
        included = spf.reaches(sender, tool.include)
    return SendingTool(
        name=tool.name,
        title=tool.title,
        include=tool.include,
        bounces_to_itself=tool.bounces_to_itself and not tool.relays,
        included=included,
        signed=_signed(tool, keys, asked),
        key_domain=f"below {domain}" if tool.signs_below else domain,
    )


def _signed(tool: Sender, keys: dkim.Keys, asked: tuple[str, ...]) -> Fact[bool]:
    if tool.relays:
        return _present(keys)
    own = keys.of((*tool.selectors, *asked) if tool.selectors_vary else tool.selectors)
    if any(key.usable is True for key in own):
        return True
    gap = next((key.usable for key in own if isinstance(key.usable, Unknown)), None)
    if gap is not None:
        return gap
    if keys.none is True and not tool.signs_below:
        return False
    if not tool.selectors_vary:
        return False
    return Unknown(
        Reason.NOT_CONFIGURED,
        Text.of(
            "{tool} gives each customer a DKIM selector of their own, which mamori was not told.",
            tool=tool.title,
        ),
        UNKNOWN_SELECTOR,
    )
