"""What the headers of an answer say to a browser, read as a browser reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from scanner.collect.probes.fetch import Visit
from scanner.model import Text

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_DIRECTIVE = re.compile(rf'\s*({_WORD})\s*(?:=\s*({_WORD}|"(?:[^"\\]|\\.)*")\s*)?')
_PRIVATE = frozenset(
    ["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"]
)
_REFERRER = (
    _PRIVATE | {"no-referrer-when-downgrade", "origin", "origin-when-cross-origin"} | {"unsafe-url"}
)
_VERSIONED = ("server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator")
LONGEST = 10**12
"""Seconds beyond which a lifetime is cut: it says for ever."""


class Hsts(msgspec.Struct, frozen=True, kw_only=True):
    """A Strict-Transport-Security header, taken apart."""

    seconds: int | None = None
    subdomains: bool = False
    preload: bool = False
    faults: tuple[Text, ...] = ()


def parse_hsts(value: str) -> Hsts:
    """Take the header apart (RFC 6797 §6.1); one with a fault is ignored as a whole."""
    found: dict[str, str | None] = {}
    for part in value.split(";"):
        if not part.strip():
            continue
        match = _DIRECTIVE.fullmatch(part)
        if match is None:
            return Hsts(faults=(Text.of("{part} is no directive", part=part.strip()),))
        name = match[1].lower()
        if name in found:
            return Hsts(faults=(Text.of("{part} stands in it twice", part=name),))
        found[name] = match[2]
    age = (found.get("max-age") or "").strip('"')
    if not age.isascii() or not age.isdigit():
        return Hsts(faults=(Text.of("it gives no max-age in seconds"),))
    return Hsts(
        seconds=LONGEST if len(age) > 12 else int(age),
        subdomains="includesubdomains" in found,
        preload="preload" in found,
    )


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A content security policy, its directives by name; of repeated ones the first holds."""

    directives: dict[str, tuple[str, ...]] = {}

    def sources(self, *names: str) -> tuple[str, ...] | None:
        """Return the sources of the first of the directives that is there."""
        return next((self.directives[name] for name in names if name in self.directives), None)


def parse_csp(value: str) -> list[Policy]:
    """Take apart the policies of one header: commas part policies, semicolons directives (CSP3)."""
    policies = []
    for text in value.split(",")[:50]:
        directives: dict[str, tuple[str, ...]] = {}
        for part in text.split(";")[:200]:
            words = part.split()
            if words:
                directives.setdefault(words[0].lower(), tuple(words[1:]))
        if directives:
            policies.append(Policy(directives=directives))
    return policies


def weaknesses(policies: Iterable[Policy]) -> tuple[Text, ...]:
    """Return what the policies together leave open to injected scripts.

    Every policy is enforced, so the strictest decides.
    """
    found = sorted((tuple(_weaknesses(policy)) for policy in policies), key=len)
    return found[0] if found else ()


def _weaknesses(policy: Policy) -> Iterator[Text]:
    scripts = policy.sources("script-src", "default-src")
    elements = policy.sources("script-src-elem", "script-src", "default-src")
    attributes = policy.sources("script-src-attr", "script-src", "default-src")
    if scripts is None or elements is None or attributes is None:
        yield Text.of("it does not restrict scripts (script-src or default-src)")
        return
    if any(_allows_inline(sources) for sources in (elements, attributes)):
        yield Text.of("it allows inline scripts ('unsafe-inline')")
    if "'unsafe-eval'" in _lowered(scripts):
        yield Text.of("it allows text to be run as a script ('unsafe-eval')")
    if "'strict-dynamic'" not in _lowered(elements) or not _vouches(elements):
        wide = tuple(source for source in _lowered(elements) if source in _WIDE)
        if wide:
            yield Text.of("it allows scripts from anywhere ({sources})", sources=wide)


def _allows_inline(sources: Iterable[str]) -> bool:
    return "'unsafe-inline'" in _lowered(sources) and not _vouches(sources)


def _vouches(sources: Iterable[str]) -> bool:
    """Tell whether single scripts are named by a nonce or a hash, which ends 'unsafe-inline'."""
    return any(re.match(r"'(?:nonce|sha(?:256|384|512))-", each) for each in _lowered(sources))


def _lowered(sources: Iterable[str]) -> list[str]:
    return [source.lower() for source in sources]


_WIDE = frozenset(
    {"*", "http:", "https:", "data:", "blob:", "filesystem:", "*:*", "http://*", "https://*"}
)


def framing(visit: Visit) -> str | None:
    """Return who may frame the page: `none`, `self`, `listed`, `anyone`; None where nothing says.

    `frame-ancestors` overrides X-Frame-Options (CSP3 §7.7.3); ALLOW-FROM is ignored by browsers.
    """
    for value in visit.all("content-security-policy"):
        for policy in parse_csp(value):
            sources = policy.sources("frame-ancestors")
            if sources is not None:
                return _ancestors(_lowered(sources))
    options = {
        word.strip().lower()
        for value in visit.all("x-frame-options")
        for word in value.split(",")
        if word.strip()
    }
    if "deny" in options or len(options & {"deny", "sameorigin", "allowall"}) > 1:
        return "none"
    return "self" if "sameorigin" in options else None


def _ancestors(sources: list[str]) -> str:
    if not sources or sources == ["'none'"]:
        return "none"
    if not _WIDE.isdisjoint(sources):
        return "anyone"
    return "self" if sources == ["'self'"] else "listed"


def forbids_guessing(visit: Visit) -> bool:
    """Tell whether the type of what was sent is not to be guessed (Fetch Standard, nosniff)."""
    first = next(iter(visit.all("x-content-type-options")), "")
    return first.partition(",")[0].strip().lower() == "nosniff"


def referrer_policy(visit: Visit, page: Iterable[str] = ()) -> str | None:
    """Return the policy in force: of those that browsers know, the last (Referrer Policy §8.1).

    `page` is what the page itself says, which holds after the headers.
    """
    words = [
        word.strip().lower()
        for value in (*visit.all("referrer-policy"), *page)
        for word in value.split(",")
    ]
    return next((word for word in reversed(words) if word in _REFERRER), None)


def versions(visit: Visit) -> tuple[str, ...]:
    """Return the headers that tell a version, as they were sent."""
    return tuple(
        f"{name}: {value}"
        for name, value in visit.headers
        if name in _VERSIONED and re.search(r"\d+\.\d|[/ ]\d", value)
    )
