"""Which vendors a page tells of the visit, and what asks the visitor before."""

from __future__ import annotations

import functools
import re
from importlib import resources

import msgspec

from scanner.collect.probes.published.markup import Markup, Within
from scanner.document import parse
from scanner.model import Consent, Tag

_FILE = "tags.yaml"


class _Vendor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    vendor: str
    kind: str
    country: str
    names: tuple[str, ...]
    seen: tuple[str, ...]


class Fingerprints(msgspec.Struct, frozen=True):
    """The table of vendors, ready to look with."""

    pattern: re.Pattern[str]
    vendors: dict[str, _Vendor]


@functools.cache
def fingerprints() -> Fingerprints:
    """Return the table of vendors."""
    data = resources.files(__package__).joinpath(_FILE).read_bytes()
    vendors: dict[str, _Vendor] = {}
    for vendor in parse(data, _FILE).convert(list[_Vendor]):
        vendors.update(dict.fromkeys(vendor.seen, vendor))
    # The longest first, so that a container's own address is not taken for its vendor's.
    ordered = sorted(vendors, key=len, reverse=True)
    return Fingerprints(re.compile("|".join(map(re.escape, ordered))), vendors)


# What asks visitors for consent, by the address or word that its guide puts into the page, and the
# mark by which it holds back tags by itself, where it has one.
_MANAGERS = (
    (
        "OneTrust",
        re.compile(r"cdn\.cookielaw\.org|optanon|otSDKStub"),
        re.compile(r"autoblock", re.IGNORECASE),
    ),
    (
        "Cookiebot",
        re.compile(r"consent\.cookiebot\.(?:com|eu)"),
        re.compile(r"data-blockingmode=[\"']?auto"),
    ),
    ("Didomi", re.compile(r"sdk\.privacy-center\.org"), None),
    (
        "Usercentrics",
        re.compile(r"usercentrics\.eu|privacy-proxy"),
        re.compile(r"uc-block|smart-data-protector"),
    ),
    ("iubenda", re.compile(r"cdn\.iubenda\.com"), re.compile(r"autoblocking")),
    ("CookieYes", re.compile(r"cdn-cookieyes\.com"), re.compile(r"cdn-cookieyes\.com")),
    ("Osano", re.compile(r"cmp\.osano\.com"), re.compile(r"cmp\.osano\.com")),
    ("Klaro", re.compile(r"klaro(?:\.min)?\.js|klaroConfig"), None),
    ("TrustArc", re.compile(r"consent\.trustarc\.com"), None),
    ("webtru", re.compile(r"webtru"), None),
    ("Termly", re.compile(r"app\.termly\.io"), re.compile(r"resource-blocker|autoBlock=on")),
    ("consentmanager", re.compile(r"cdn\.consentmanager\.net"), re.compile(r"data-cmp-ab")),
    ("Axeptio", re.compile(r"static\.axept\.io"), None),
    ("CookieScript", re.compile(r"cdn\.cookie-script\.com"), None),
    ("CookieFirst", re.compile(r"consent\.cookiefirst\.com"), None),
    ("CookieHub", re.compile(r"cookiehub\.(?:eu|net)/c2"), None),
    ("Cookie Information", re.compile(r"app\.cookieinformation\.com"), None),
    ("Cookie Control", re.compile(r"cc\.cdn\.civiccomputing\.com"), None),
    ("Sourcepoint", re.compile(r"cdn\.privacy-mgmt\.com"), None),
    ("InMobi Choice", re.compile(r"cmp\.(?:inmobi|quantcast)\.com"), None),
    ("tarteaucitron", re.compile(r"tarteaucitron(?:\.min)?\.js"), None),
    ("STRIGHT", re.compile(r"stright\.bizris\.com|stright"), None),
    (
        "Google consent mode",
        re.compile(
            r"gtag\(\s*[\"']consent[\"']\s*,\s*[\"']default[\"'][^)]{0,600}"
            r"(?:analytics|ad)_storage[\"']?\s*:\s*[\"']denied"
        ),
        re.compile(r"(?:analytics|ad)_storage[\"']?\s*:\s*[\"']denied"),
    ),
    (
        "Borlabs, Complianz or another plug-in",
        re.compile(r"borlabs-cookie|complianz|cookie-notice|cookieconsent", re.IGNORECASE),
        None,
    ),
)
_HELD_BACK = frozenset(("text/plain", "text/x-blocked", "javascript/blocked"))


def find_tags(page: Markup) -> tuple[Tag, ...]:
    """Return the vendors' tags in what the server sent, each vendor once, blocked ones last."""
    table = fingerprints()
    found: dict[str, Tag] = {}
    # What stands in for a script where there are none says nothing of the script itself.
    for text, marked, instead in sorted(_sources(page), key=lambda each: each[2]):
        for match in table.pattern.finditer(text):
            vendor = table.vendors[match[0]]
            held = marked or _waits(text[: match.start()], text)
            known = found.get(vendor.vendor)
            if known is None or (known.blocked and not held and not instead):
                found[vendor.vendor] = Tag(
                    vendor=vendor.vendor,
                    kind=vendor.kind,
                    names=tuple(name.lower() for name in vendor.names),
                    country=vendor.country,
                    seen=match[0],
                    blocked=held,
                )
    return tuple(sorted(found.values(), key=lambda tag: (tag.blocked, tag.vendor)))


_CLICK = re.compile(
    r"""addEventListener\(\s*["']click["'][^{]{0,80}\{|\.onclick\s*=[^{;]{0,80}\{""", re.IGNORECASE
)
_NAMED = re.compile(r"function\s+(\w+)\s*\([^)]*\)\s*\{")
_AT_ONCE = re.compile(r"onload|DOMContentLoaded|[\"']load[\"']", re.IGNORECASE)
_REMEMBERED = re.compile(r"getItem\(|document\.cookie")


def _waits(before: str, script: str) -> bool:
    """Tell whether what follows `before` in a script runs on a click, or once somebody agreed."""
    for opened in _CLICK.finditer(before):
        if _is_open(before[opened.end() :]):
            return True
    if _AT_ONCE.search(script) or not _REMEMBERED.search(script):
        return False
    return any(_is_open(before[named.end() :]) for named in _NAMED.finditer(before))


def _is_open(code: str) -> bool:
    """Tell whether the brace before `code` is still open at its end."""
    depth = 1
    for brace in re.finditer(r"[{}]", code):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return False
    return True


def find_consent(page: Markup, html: str) -> Consent | None:
    """Return what asks visitors before tags run, as far as the page shows it."""
    first, *others = html.split("<!--")
    html = first + "".join(each.partition("-->")[2] for each in others)
    for name, seen, blocks in _MANAGERS:
        if seen.search(html):
            return Consent(manager=name, blocks=bool(blocks and blocks.search(html)))
    if any(held for _, held, _ in _sources(page)):
        return Consent(manager="its own script", blocks=False)
    return None


def _sources(page: Markup) -> list[tuple[str, bool, bool]]:
    """Return what tags are recognised in, whether it is held back, or stands in for a script."""
    found = []
    instead = Within(lambda node: node.tag == "noscript")
    for node in page.select("script, img, iframe, link[rel=preload], noscript"):
        attributes = node.attributes
        held = (
            (attributes.get("type") or "").lower() in _HELD_BACK
            or "data-cookieconsent" in attributes
            or "data-cookie-consent" in attributes
            or ("data-src" in attributes and "src" not in attributes and node.tag == "script")
        )
        address = (
            attributes.get("src") or attributes.get("data-src") or attributes.get("href") or ""
        )
        text = node.text() if node.tag in ("script", "noscript") else ""
        if address or text:
            found.append((f"{address}\n{text}", held, instead.holds(node)))
    return found
