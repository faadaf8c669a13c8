"""A target's websites and mail domains, looked at from outside once the platform has been read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from scanner.collect.discovery import Names, discover, named, stays_here
from scanner.collect.gathering import Gathering
from scanner.collect.http import Unanswered
from scanner.collect.probes.dns import Resolver, system_resolver
from scanner.collect.probes.fetch import Visitor
from scanner.collect.probes.mail import probe_domain
from scanner.collect.probes.mail.senders import senders
from scanner.collect.probes.tls import probe_endpoint
from scanner.collect.probes.web import MOST_REQUESTS, probe_site
from scanner.config import Organisation, Target
from scanner.model import (
    AnySubject,
    Endpoint,
    Fact,
    Origin,
    Reason,
    SendingDomain,
    Site,
    Text,
    Unknown,
)
from scanner.model.errors import MamoriError

AT_ONCE = 8
_Found = Site | Endpoint | SendingDomain
_Question = Callable[[], Awaitable[_Found]]

_NO_DOMAINS = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("The configuration does not say from which domains mail is sent."),
    Text.of("List them under `sending_domains`, or give `sending_domains: []` for none."),
)
_NO_SITES = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("The configuration does not say at which addresses people reach the deployment."),
    Text.of("Give its `url`, or list hosts under `endpoints` and addresses under `pages`."),
)
_NOT_LOOKED_AT = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("One of them could not be looked at; the problems of the target say why."),
)


def announce_outside(target: Target) -> Iterator[Text]:
    """Yield what would be looked at from outside, each with where its name comes from."""
    names = named(target)
    for site, source in names.sites.items():
        yield Text.of(
            "  the website {site}, at most {count} GETs ({source})",
            site=site,
            count=MOST_REQUESTS,
            source=source,
        )
    for domain, source in names.domains.items():
        yield Text.of(
            "  the DNS of {domain}, its MTA-STS policy and mail servers ({source})",
            domain=domain,
            source=source,
        )
    if stays_here(target):
        yield Text.of(
            "  nothing else: this deployment runs on this machine, and no `resolver` is named "
            "for it"
        )
    else:
        yield Text.of(
            "  the same of hosts and senders that the platform and your pages name within the "
            "target's own domains"
        )


async def look_from_outside(
    target: Target,
    organisation: Organisation,
    gathering: Gathering,
    *,
    ca_file: Path | None,
    now: datetime,
) -> None:
    """Look at the websites and mail domains of a target, and keep what they show.

    What the platform itself says of them is kept beside it. One that breaks leaves the others
    alone.
    """
    names = discover(target, organisation, gathering.subjects)
    looked: set[str] = set()
    with gathering.section("resolver"):
        try:
            resolver = system_resolver(target.resolver)
        except MamoriError as error:
            raise Unanswered(Unknown(Reason.NOT_CONFIGURED, error.text)) from None
        probes = _Probes(target, resolver, ca_file, now)
        given = named(target).sites
        questions: dict[str, _Question] = {}
        for url in names.sites:
            questions[f"web {url}"] = partial(probes.site, url)
            if url not in given:
                endpoint = f"{urlsplit(url).hostname}:443"
                questions[f"tls {endpoint}"] = partial(probes.endpoint, endpoint)
        for domain in names.domains:
            questions[f"mail {domain}"] = partial(probes.domain, domain)
        gate = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(
            *(
                _look(where, gathering, gate, looked, question)
                for where, question in questions.items()
            )
        )
    _conclude(target, gathering, names, looked)


async def _look(
    where: str,
    gathering: Gathering,
    gate: asyncio.Semaphore,
    looked: set[str],
    question: _Question,
) -> None:
    with gathering.section(where):
        try:
            async with gate:
                found = await question()
        except MamoriError as error:
            raise Unanswered(Unknown(Reason.NOT_CONFIGURED, error.text)) from None
        _keep(found, gathering)
        looked.add(where)
        gap = _unreached(found)
        if isinstance(gap, Unknown):
            gathering.missing(where, gap)


def _unreached(found: _Found) -> Fact[Any]:
    """Return the fact that is unknown where nothing could be seen at all."""
    if isinstance(found, Site):
        return found.cookies
    return found.exists if isinstance(found, SendingDomain) else found.reachable


def _keep(found: _Found, gathering: Gathering) -> None:
    """Keep what a probe saw, together with what the platform says of the same thing."""
    for place, each in enumerate(gathering.subjects):
        if each.origin is Origin.PROBE:
            continue  # another address of the same host
        if isinstance(each, Site) and isinstance(found, Site) and each.host == found.host:
            claims = {"certificate_claimed": each.certificate_claimed}
        elif type(each) is type(found) and each.id == found.id:
            assert isinstance(each, SendingDomain)
            claims = {"authentication_claimed": each.authentication_claimed}
        else:
            continue
        gathering.subjects[place] = msgspec.structs.replace(found, **claims)
        return
    gathering.add(found)


def _conclude(target: Target, gathering: Gathering, names: Names, looked: set[str]) -> None:
    """Say whether all websites and all mail domains are known."""
    for kind, prefix, wanted in (
        (Site, "web", names.sites),
        (SendingDomain, "mail", names.domains),
    ):
        if all(f"{prefix} {each}" in looked for each in wanted):
            gathering.settle(kind)
        else:
            gathering.populations[kind.__name__] = _NOT_LOOKED_AT
    if not names.sites and target.endpoints is None:
        gathering.missing("websites", _NO_SITES, Site)
    if target.sending_domains is None:
        gathering.missing("sending_domains", _NO_DOMAINS, SendingDomain)


class _Probes:
    """What one target's websites, endpoints and domains are looked at with."""

    def __init__(
        self, target: Target, resolver: Resolver | Unknown, ca_file: Path | None, now: datetime
    ) -> None:
        self._target = target
        self._resolver = resolver
        self._ca_file = ca_file
        self._now = now

    @property
    def _named_resolver(self) -> Resolver | None:
        """The resolver to ask for hosts; without, they are found in the system's own way."""
        named = self._target.resolver is not None and isinstance(self._resolver, Resolver)
        return self._resolver if named else None  # type: ignore[return-value]

    async def site(self, url: str) -> Site:
        resolver = self._named_resolver
        async with Visitor(ca_file=self._ca_file, resolver=resolver) as visitor:
            return await probe_site(url, visitor=visitor, resolver=self._resolver, now=self._now)

    async def endpoint(self, endpoint: str) -> Endpoint:
        return await probe_endpoint(
            endpoint, ca_file=self._ca_file, resolver=self._named_resolver, now=self._now
        )

    async def domain(self, domain: str) -> SendingDomain:
        if isinstance(self._resolver, Unknown):
            raise Unanswered(self._resolver)
        tool = senders().get(self._target.platform)
        async with Visitor(ca_file=self._ca_file, resolver=self._resolver) as visitor:
            return await probe_domain(
                domain,
                resolver=self._resolver,
                visitor=visitor,
                tools=() if tool is None else (tool,),
                ca_file=self._ca_file,
                now=self._now,
            )


def contradictions(subjects: Iterable[AnySubject], now: datetime) -> Iterator[str]:
    """Yield where the platform and a probe disagree as of `now`, the probe's word first.

    What the probe saw is kept: it is the more direct one.
    """
    subjects = tuple(subjects)
    endpoints = {each.host: each for each in subjects if isinstance(each, Endpoint)}
    for each in subjects:
        if isinstance(each, SendingDomain):
            unsigned = each.dkim_present is False or (
                isinstance(each.tools, tuple) and any(tool.signed is False for tool in each.tools)
            )
            if each.authentication_claimed is True and unsigned:
                yield f"SendingDomain {each.id} dkim: probe=no usable key, api=authenticated"
        if isinstance(each, Site) and each.certificate_claimed is True:
            fault = _certificate_fault(each, endpoints.get(each.host), now)
            if fault is not None:
                yield f"Site {each.host} certificate: probe={fault}, api=in force"


def _certificate_fault(site: Site, endpoint: Endpoint | None, now: datetime) -> str | None:
    """Return what a probe found wrong with the certificate of a site."""
    if endpoint is not None:
        ends = endpoint.certificate_not_after
        if isinstance(ends, datetime) and ends < now:
            return "expired"
        if endpoint.certificate_trusted is False:
            return "not trusted"
        if endpoint.hostname_matches is False:
            return "for another host"
    return "no https" if site.https is False else None
