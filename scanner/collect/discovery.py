"""Which websites and mail domains belong to a target, and where each name comes from.

Names come from the configuration, from what the platform lists, and from links and forms in its
mails and forms and on the pages that are named. What nobody named is taken only within the target's
own domains, by the public suffix list, so that nothing of others is ever looked at; and nothing at
all where the deployment runs on this very machine and no resolver is named: then it is a copy or a
trial, and the names in it are those of the real one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import msgspec

from scanner.collect.probes.domains import belongs
from scanner.collect.probes.web.page import read_page
from scanner.config import Organisation, Target, is_loopback
from scanner.model import AnySubject, Content, Form, Message, Page, SendingDomain, Site, Text

MOST_FOUND = 20
"""Websites, and mail domains, of one target that nobody named."""


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What to look at, each with where it comes from."""

    sites: dict[str, Text]
    """By address."""
    domains: dict[str, Text]


def named(target: Target) -> Names:
    """Return what the configuration itself names."""
    sites: dict[str, Text] = {}
    here = _own_address(target)
    if here is not None:
        sites[here] = Text.of("`url` of the configuration")
    for endpoint in target.endpoints or ():
        parts = urlsplit(f"//{endpoint}")
        known = any(urlsplit(site).hostname == parts.hostname for site in sites)
        if parts.port in (None, 443) and not known:
            place = parts.netloc.removesuffix(":443")
            sites[f"https://{place}/"] = Text.of("`endpoints` of the configuration")
    for page in target.pages or ():
        parts = urlsplit(page)
        if parts.scheme in ("http", "https") and parts.hostname:
            origin = f"{parts.scheme}://{parts.netloc}/"
            if not any(_origin(site) == origin for site in sites):
                sites[origin] = Text.of("`pages` of the configuration")
    source = Text.of("`sending_domains` of the configuration")
    return Names(sites=sites, domains=dict.fromkeys(target.sending_domains or (), source))


def discover(target: Target, organisation: Organisation, subjects: Iterable[AnySubject]) -> Names:
    """Return what the configuration names, and what the platform leads to in its own domains."""
    names = named(target)
    if stays_here(target):
        return names
    own = tuple(_own_domains(target, organisation, names))
    sites, domains = dict(names.sites), dict(names.domains)
    for subject in subjects:
        for host, source in _hosts(subject, target.url or ""):
            known = any(urlsplit(site).hostname == host for site in sites)
            if not known and belongs(host, own) and len(sites) < len(names.sites) + MOST_FOUND:
                sites[f"https://{host}/"] = source
        for domain, source in _senders(subject):
            if belongs(domain, own) and len(domains) < len(names.domains) + MOST_FOUND:
                domains.setdefault(domain, source)
    return Names(sites=sites, domains=domains)


def stays_here(target: Target) -> bool:
    """Tell whether the deployment runs on this machine, and nothing says whom to ask for names."""
    return target.url is not None and is_loopback(target.url) and target.resolver is None


def _own_address(target: Target) -> str | None:
    """Return the target's address, where the configuration lets it be looked at from outside."""
    if target.url is None:
        return None
    parts = urlsplit(target.url)
    standard = 80 if parts.scheme == "http" else 443
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    places = {f"{host}:{parts.port or standard}"} | ({f"{host}"} if not parts.port else set())
    return target.url if places & set(target.probed) else None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _own_domains(target: Target, organisation: Organisation, names: Names) -> Iterator[str]:
    yield from organisation.domains
    yield from names.domains
    for address in (*names.sites, target.url or ""):
        host = urlsplit(address).hostname
        if host:
            yield host


def _hosts(subject: AnySubject, base: str) -> Iterator[tuple[str, Text]]:
    """Yield the web hosts that a subject of the platform leads to."""
    if isinstance(subject, Site):
        yield subject.host, Text.of("the platform's list of domains")
    if isinstance(subject, Page | Form):
        yield from _hosts_on_page(subject)
    html = subject.html if isinstance(subject, Form | Message) else None
    if not isinstance(html, str):
        return
    source = Text.of("a form of the platform" if isinstance(subject, Form) else "a link in a mail")
    page = read_page(html.encode("utf-8", "replace"), base or "https://form.invalid/")
    for address in (*page.forms, *page.links):
        host = _host(address)
        if host != "form.invalid":
            yield host, source


def _hosts_on_page(subject: Page | Form) -> Iterator[tuple[str, Text]]:
    """Yield the hosts that a page links to, or that a form on it sends to."""
    if isinstance(subject, Form):
        yield _host(subject.sends_to or ""), Text.of("a form on a page")
    elif isinstance(subject.content, Content):
        for block in subject.content.blocks:
            for link in block.links:
                yield _host(link.href), Text.of("a link on a page")


def _host(address: str) -> str:
    """Return the host of an address of the web; the page's own, which is named, is left out."""
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host if "." in host and parts.scheme in ("", "http", "https") else ""


def _senders(subject: AnySubject) -> Iterator[tuple[str, Text]]:
    """Yield the domains that a subject of the platform sends mail from."""
    if isinstance(subject, SendingDomain):
        yield subject.id, Text.of("the platform's list of domains")
    if isinstance(subject, Message) and isinstance(subject.from_address, str):
        domain = subject.from_address.rpartition("@")[2].strip(" >").lower()
        if domain:
            yield domain, Text.of("the sender of a mail")
