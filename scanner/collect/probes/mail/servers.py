"""The servers that take a domain's mail: who they are, and whether they speak TLS."""

from __future__ import annotations

import asyncio
import ipaddress
from datetime import datetime
from pathlib import Path
from typing import Any

from scanner.collect.probes.dns import Answer, Resolver, is_domain
from scanner.collect.probes.tls import probe_endpoint
from scanner.model import Endpoint, Fact, MailServer, Unknown

SMTP_PORT = 25
MOST_SERVERS = 5
"""Mail servers of one domain that are looked at, the preferred first."""
MOST_ADDRESSES = 10
"""Addresses whose names are asked for."""


async def look_up_mx(domain: str, resolver: Resolver) -> dict[str, Any]:
    """Return who takes mail for `domain` (RFC 5321 §5.1, RFC 7505)."""
    answer = await resolver.ask(domain, "MX")
    if answer.failed:
        return dict.fromkeys(("mx", "takes_mail"), answer.unknown)
    hosts = _hosts(answer)
    if hosts == ("",):
        return {"mx": (), "takes_mail": False}
    if hosts:
        return {"mx": tuple(filter(None, hosts)), "takes_mail": True}
    addresses, gap = await resolver.addresses(domain)
    if gap is not None:
        return dict.fromkeys(("mx", "takes_mail"), gap)
    return {"mx": (domain,) if addresses else (), "takes_mail": True}


def _hosts(answer: Answer) -> tuple[str, ...]:
    servers = []
    for record in answer.records:
        preference, _, host = record.partition(" ")
        servers.append((int(preference), host))
    return tuple(dict.fromkeys(host for _, host in sorted(servers)))


async def look_at_servers(
    hosts: tuple[str, ...],
    resolver: Resolver,
    *,
    ca_file: Path | None,
    now: datetime,
    port: int = SMTP_PORT,
) -> tuple[MailServer, ...]:
    """Return how each mail server meets a server that brings it mail."""
    servers = [_look_at(host, resolver, ca_file, now, port) for host in hosts[:MOST_SERVERS]]
    return tuple(await asyncio.gather(*servers))


async def _look_at(
    host: str, resolver: Resolver, ca_file: Path | None, now: datetime, port: int
) -> MailServer:
    # What no host can be called has no address for whoever brings mail, whatever the DNS says.
    addresses, gap = await resolver.addresses(host) if is_domain(host) else ((), None)
    if not addresses:
        known: Fact[bool] = False if gap is None else gap
        return MailServer(host=host, found=known, tls=known, modern=known, certificate_good=known)
    address = addresses[0]
    found = await probe_endpoint(
        f"{host}:{port}",
        connect=f"[{address}]" if ":" in address else address,
        ca_file=ca_file,
        starttls="smtp",
        now=now,
    )
    return MailServer(
        host=host,
        tls=found.tls,
        modern=_any(found.tls12, found.tls13),
        certificate_good=_certificate_good(found, now),
        certificate_ends=found.certificate_not_after,
    )


def _any(*facts: Fact[bool]) -> Fact[bool]:
    """Return whether one of the facts is so; unknown where one could be, and none is."""
    if True in facts:
        return True
    return next((fact for fact in facts if isinstance(fact, Unknown)), False)


def _certificate_good(found: Endpoint, now: datetime) -> Fact[bool]:
    begins, ends = found.certificate_not_before, found.certificate_not_after
    facts = (found.certificate_trusted, found.hostname_matches, begins, ends)
    if found.certificate_trusted is False or found.hostname_matches is False:
        return False
    for fact in facts:
        if isinstance(fact, Unknown):
            return fact
    assert isinstance(begins, datetime)
    assert isinstance(ends, datetime)
    return begins <= now <= ends


async def unnamed(addresses: tuple[str, ...], resolver: Resolver) -> Fact[tuple[str, ...]]:
    """Return which addresses lack a name that leads back to them (RFC 1912 §2.1)."""
    verdicts = await asyncio.gather(
        *(_is_named(address, resolver) for address in addresses[:MOST_ADDRESSES])
    )
    lacking = tuple(
        address for address, verdict in zip(addresses, verdicts, strict=False) if verdict is False
    )
    gap = next((verdict for verdict in verdicts if isinstance(verdict, Unknown)), None)
    return lacking if lacking or gap is None else gap


async def _is_named(address: str, resolver: Resolver) -> Fact[bool]:
    parsed = ipaddress.ip_address(address)
    answer = await resolver.ask(parsed.reverse_pointer, "PTR")
    if answer.failed:
        return answer.unknown
    kind = "A" if parsed.version == 4 else "AAAA"
    answers = await asyncio.gather(*(resolver.ask(name, kind) for name in answer.records[:5]))
    if any(ipaddress.ip_address(record) == parsed for each in answers for record in each.records):
        return True
    return next((each.unknown for each in answers if each.failed), False)
