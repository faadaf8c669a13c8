"""The web probe's door: takes an address, and returns the site with its facts."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from scanner.collect.probes.cookies import cookies
from scanner.collect.probes.dns import DomainError, Resolver, ascii_domain
from scanner.collect.probes.domains import belongs
from scanner.collect.probes.fetch import Visit, Visitor
from scanner.collect.probes.web import dangling, exposed, headers, security_txt
from scanner.collect.probes.web.page import Page, read_page
from scanner.model import Fact, Origin, Reason, Site, Text, Unknown
from scanner.model.errors import MamoriError

MOST_REDIRECTS = 10
MOST_REQUESTS = 45
"""What one site is asked at most, redirects aside."""
_STRANGER = "mamori.invalid"
"""A domain that cannot exist (RFC 2606): no site has a reason to let it in."""
_PAGE_FACTS = (
    *("csp", "csp_weaknesses", "framing", "content_type_options", "referrer_policy"),
    *("permissions_policy", "cors_reflects", "cors_any", "loads_in_clear", "posts_in_clear"),
    *("exposed", "installers", "sign_in_pages", "security_txt", "security_txt_faults"),
)


class SiteError(MamoriError):
    """An address is not written as one of a website."""


class _Way(msgspec.Struct, frozen=True, kw_only=True):
    """Where an address leads, redirect by redirect, as far as it is the site's own."""

    visits: tuple[Visit, ...]
    onward: str | None = None
    """An address that it points to and that showed nothing: it belongs to others, or see `gap`."""
    gap: Unknown | None = None
    """Why a redirect within the site's own domains brought nothing."""

    @property
    def circles(self) -> bool:
        """It comes back to where it has been, and so for ever."""
        return self.gap is not None and self.visits[-1].redirect in {
            each.url for each in self.visits
        }

    @property
    def reaches_https(self) -> Fact[bool]:
        """Who begins there ends at an https address."""
        if self.visits[-1].url.startswith("https:") or (self.onward or "").startswith("https:"):
            return True
        if self.circles and not any(each.url.startswith("https:") for each in self.visits):
            return False
        return self.gap or False


async def probe_site(
    url: str,
    *,
    visitor: Visitor,
    resolver: Resolver | Unknown,
    own: Iterable[str] = (),
    now: datetime,
) -> Site:
    """Return what a stranger's browser meets at `url`.

    Redirects are followed within the domain of the address and the domains `own`. `resolver` tells
    the aliases of the host, or why none can. Dates are judged as of `now`.

    Whatever the DNS, the network or the server does becomes a fact or a reason. Raises:
        SiteError: the address is not written as one.
    """
    address, host = check_address(url)
    domains = (host, *own)
    alias, way = await asyncio.gather(_aliases(host, resolver), _follow(address, domains, visitor))
    facts: dict[str, Any] = dict(alias)
    if isinstance(way, Unknown):
        unreached = [fact for fact in _facts() if fact not in facts]
        if facts["aliases"] != () and facts["dangling"] is None:
            facts["dangling"] = way
        return _site(url, host, {**dict.fromkeys(unreached, way), **facts})
    if isinstance(facts["aliases"], tuple) and facts["dangling"] is None:
        facts["dangling"] = dangling.unclaimed(facts["aliases"], way.visits[0])
    facts |= await _encryption(address, way, domains, visitor)
    last = way.visits[-1]
    facts["cookies"] = cookies(way.visits, now)
    facts["versions"] = headers.versions(way.visits[0])
    gap = way.gap or _elsewhere(way)
    if gap is not None:
        return _site(url, host, {**dict.fromkeys(_PAGE_FACTS, gap), **facts})
    facts |= _page_facts(last)
    base = _origin(last.url)
    facts |= await _asked(last.url, base, host, visitor, now)
    return _site(url, host, facts)


def _facts() -> tuple[str, ...]:
    common = ("id", "name", "origin", "witnesses", "host", "certificate_claimed")
    return tuple(field for field in Site.__struct_fields__ if field not in common)


def _site(url: str, host: str, facts: dict[str, Any]) -> Site:
    return Site(id=url, name=url, origin=Origin.PROBE, host=host, **facts)


def check_address(url: str) -> tuple[str, str]:
    """Return the address to ask for, and its host as the DNS knows it.

    Raises:
        SiteError: `url` is not written as the address of a website.
    """
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = parts.hostname or ""
        if not _is_address(host):
            host = ascii_domain(host)
        valid = parts.scheme in ("http", "https") and parts.username is None
        _ = parts.port
    except (ValueError, DomainError):
        valid = False
    if not valid:
        raise SiteError(
            "{url} is no address of a website; write it as https://www.example.co.jp/.",
            url=repr(url),
        )
    return parts._replace(path=parts.path or "/", fragment="").geturl(), host


async def _aliases(host: str, resolver: Resolver | Unknown) -> dict[str, Any]:
    if _is_address(host):
        return {"aliases": (), "dangling": None}
    if isinstance(resolver, Unknown):
        return dict.fromkeys(("aliases", "dangling"), resolver)
    return await dangling.look_up(host, resolver)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def _follow(url: str, domains: Iterable[str], visitor: Visitor) -> _Way | Unknown:
    """Go where the address leads; unknown where its very first answer does not come."""
    visits: list[Visit] = []
    for _ in range(MOST_REDIRECTS):
        visit = await visitor.get(url)
        if isinstance(visit, Unknown):
            return _Way(visits=tuple(visits), onward=url, gap=visit) if visits else visit
        visits.append(visit)
        target = visit.redirect
        if target is None:
            return _Way(visits=tuple(visits))
        if not belongs(urlsplit(target).hostname or "", domains):
            return _Way(visits=tuple(visits), onward=target)
        url = target
    circle = Unknown(
        Reason.REDIRECTED,
        Text.of("{url} redirects in a circle, or too often.", url=visits[0].url),
        Text.of("Correct the redirects."),
    )
    return _Way(visits=tuple(visits), gap=circle)


def _elsewhere(way: _Way) -> Unknown | None:
    """Return why there is no page to look at, where the address leads to others."""
    if way.onward is None:
        return None
    return Unknown(
        Reason.REDIRECTED,
        Text.of(
            "{url} leads to {place}, which is not asked without being named.",
            url=way.visits[0].url,
            place=_origin(way.onward),
        ),
        Text.of("If that is yours, probe it by its own address."),
    )


async def _encryption(
    address: str, way: _Way, domains: Iterable[str], visitor: Visitor
) -> dict[str, Any]:
    """Return how the site leads people to https, and keeps them there."""
    secure = [visit for visit in way.visits if visit.url.startswith("https:")]
    facts: dict[str, Any] = {"https": way.gap or way.reaches_https}
    parts = urlsplit(address)
    in_clear: _Way | Unknown = way
    if parts.scheme == "https":
        in_clear = Unknown(
            Reason.NOT_CONFIGURED,
            Text.of("Which port answers in clear beside {url} is not known.", url=address),
            Text.of("Probe the http address itself."),
        )
        if parts.port in (None, 443):
            clear = parts._replace(scheme="http", netloc=parts.netloc.removesuffix(":443"))
            in_clear = await _follow(clear.geturl(), domains, visitor)
    if isinstance(in_clear, Unknown) and in_clear.reason is Reason.NOT_FOUND:
        facts |= {"redirects_to_https": None, "first_redirect": None}
    elif isinstance(in_clear, Unknown):
        facts |= dict.fromkeys(("redirects_to_https", "first_redirect"), in_clear)
    else:
        facts["redirects_to_https"] = in_clear.reaches_https
        facts["first_redirect"] = in_clear.visits[0].redirect
    return {**facts, **_hsts(secure, way)}


def _hsts(secure: list[Visit], way: _Way) -> dict[str, Any]:
    if not secure:
        names = ("hsts", "hsts_faults", "hsts_seconds", "hsts_subdomains", "hsts_preload")
        if way.gap is not None or (way.onward or "").startswith("https:"):
            return dict.fromkeys(names, way.gap or _elsewhere(way))
        return {"hsts": None, "hsts_faults": (), "hsts_seconds": None} | dict.fromkeys(
            ("hsts_subdomains", "hsts_preload"), False
        )
    # Browsers remember it for the host that sent it, and heed the first of several (RFC 6797 §8.1).
    value = secure[0].first("strict-transport-security")
    parsed = headers.parse_hsts(value) if value is not None else headers.Hsts()
    return {
        "hsts": value,
        "hsts_faults": parsed.faults,
        "hsts_seconds": parsed.seconds,
        "hsts_subdomains": parsed.subdomains,
        "hsts_preload": parsed.preload,
    }


def _page_facts(visit: Visit) -> dict[str, Any]:
    page = read_page(visit.body, visit.url, visit.first("content-type") or "")
    texts = (*visit.all("content-security-policy"), *page.policies)
    parsed = {text: headers.parse_csp(text) for text in texts}
    policies = [policy for each in parsed.values() for policy in each]
    loads, posts = _in_clear(page, policies)
    gap = visit.cut
    if gap is None and not page.whole:
        gap = Unknown(
            Reason.TOO_LARGE,
            Text.of("The page {url} is too large to be read to its end.", url=visit.url),
        )
    return {
        "csp": tuple(text for text, found in parsed.items() if found),
        "csp_weaknesses": headers.weaknesses(policies),
        "framing": headers.framing(visit),
        "content_type_options": headers.forbids_guessing(visit),
        "referrer_policy": headers.referrer_policy(visit, page.referrers),
        "permissions_policy": bool(visit.first("permissions-policy")),
        "loads_in_clear": loads or gap or (),
        "posts_in_clear": posts or gap or (),
    }


def _in_clear(
    page: Page, policies: Iterable[headers.Policy]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the page loads and where it sends over http, unless browsers turn it to https."""
    if any("upgrade-insecure-requests" in policy.directives for policy in policies):
        return (), ()
    return (
        tuple(each for each in page.loads if each.startswith("http:")),
        tuple(each for each in page.forms if each.startswith("http:")),
    )


async def _asked(url: str, base: str, host: str, visitor: Visitor, now: datetime) -> dict[str, Any]:
    """Return what takes requests of its own."""
    origins, paths, contact = await asyncio.gather(
        _foreign_origins(url, host, visitor),
        exposed.look_up(base, visitor),
        _security_txt(base, visitor, now),
    )
    return {**origins, **paths, **contact}


async def _foreign_origins(url: str, host: str, visitor: Visitor) -> dict[str, Any]:
    """Return which origins without any right the site lets in (Fetch, CORS protocol)."""
    strangers = (f"https://{_STRANGER}", "null", f"https://{host.strip('[]')}.{_STRANGER}")
    visits = await asyncio.gather(*(visitor.get(url, {"Origin": origin}) for origin in strangers))
    reflected, anybody = [], False
    gap: Unknown | None = None
    for origin, visit in zip(strangers, visits, strict=True):
        if isinstance(visit, Unknown):
            gap = visit
            continue
        allowed = (visit.first("access-control-allow-origin") or "").strip()
        credentials = (visit.first("access-control-allow-credentials") or "").strip() == "true"
        anybody = anybody or allowed in (origin, "*")
        if allowed == origin and credentials:
            reflected.append(origin)
    return {
        "cors_reflects": tuple(reflected) if reflected or gap is None else gap,
        "cors_any": anybody if anybody or gap is None else gap,
    }


async def _security_txt(base: str, visitor: Visitor, now: datetime) -> dict[str, Any]:
    gap: Unknown | None = None
    for path in ("/.well-known/security.txt", "/security.txt"):
        way = await _follow(base + path, (urlsplit(base).hostname or "",), visitor)
        if isinstance(way, Unknown):
            gap = gap or way
            continue
        if way.gap is not None:
            gap = gap or way.gap
            continue
        faults = security_txt.judge(way.visits[-1], now)
        if faults is not None:
            return {"security_txt": True, "security_txt_faults": faults}
    if gap is not None:
        return dict.fromkeys(("security_txt", "security_txt_faults"), gap)
    return {"security_txt": False, "security_txt_faults": ()}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
