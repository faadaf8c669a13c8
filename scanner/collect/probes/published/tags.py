"""Which vendors a page tells of the visit, and whether they are told before anybody agreed."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator
from importlib import resources
from typing import NamedTuple

import msgspec

from scanner.collect.probes.published.consent import OWN, asks_itself, find_manager
from scanner.collect.probes.published.markup import Markup, Within
from scanner.collect.probes.published.waiting import Waiting
from scanner.document import parse
from scanner.model import Consent, Tag

_FILE = "tags.yaml"


class Vendor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table."""

    vendor: str
    kind: str
    country: str
    names: tuple[str, ...]
    seen: tuple[str, ...]
    forms: tuple[str, ...] = ()
    """Those of them that draw a form, and follow nobody."""


class Fingerprints(msgspec.Struct, frozen=True):
    """The table of vendors, ready to look with."""

    pattern: re.Pattern[str]
    vendors: dict[str, Vendor]


@functools.cache
def fingerprints() -> Fingerprints:
    """Return the table of vendors."""
    data = resources.files(__package__).joinpath(_FILE).read_bytes()
    vendors: dict[str, Vendor] = {}
    for vendor in parse(data, _FILE).convert(list[Vendor]):
        vendors.update(dict.fromkeys(vendor.seen, vendor))
    # The longest first, so that a container's own address is not taken for its vendor's.
    ordered = sorted(vendors, key=len, reverse=True)
    return Fingerprints(re.compile("|".join(map(re.escape, ordered))), vendors)


_RUNS = re.compile(
    r"|module|text/partytown|rocketlazyloadscript|(?:[\w-]+-)?(?:text|application)/(?:x-)?"
    r"(?:java|ecma)script(?:;.*)?",
    re.IGNORECASE,
)
"""Types of scripts that browsers, or what speeds a page up, run; the others wait for somebody."""
_NEEDED = re.compile(r"necessary|essential", re.IGNORECASE)
"""What a consent manager is told of scripts that wait for nobody."""
_DATA = re.compile(r"json|importmap|speculationrules", re.IGNORECASE)


class _Source(NamedTuple):
    """What tags are recognised in."""

    text: str
    held: bool
    """Marked so that a consent manager runs it."""
    instead: bool
    """It stands in for a script where there are none."""
    place: int
    """Which of the elements it is, in the order of the page."""
    begin: int
    """Where the script itself begins in `text`, behind its address."""
    script: int | None
    """Which of the scripts it is that are not held back."""


class Tagging:
    """The scripts of one page: whose tags they are, and what asks before they run."""

    def __init__(self, page: Markup) -> None:
        self._page = page
        scripts: list[str] = []
        self._sources = list(_sources(page, scripts))
        at_load = " ".join(node.attributes.get("onload") or "" for node in page.select("[onload]"))
        self._waiting = Waiting(scripts, at_load)

    @functools.cached_property
    def tags(self) -> tuple[Tag, ...]:
        """The vendors' tags in what the server sent, each vendor once, blocked ones last."""
        return tuple(
            sorted(
                map(self._tag, self._seen.values()),
                key=lambda tag: (tag.blocked, tag.vendor),
            )
        )

    @functools.cached_property
    def _seen(self) -> dict[str, list[tuple[_Source, re.Match[str], bool]]]:
        """Where each vendor is seen, and whether it is held back there."""
        table = fingerprints()
        found: dict[str, list[tuple[_Source, re.Match[str], bool]]] = {}
        # What stands in for a script where there are none says nothing of the script itself.
        for source in sorted(self._sources, key=lambda each: each.instead):
            for match in table.pattern.finditer(source.text):
                vendor = table.vendors[match[0]].vendor
                if source.instead and vendor in found:
                    continue
                held = source.held or (
                    source.script is not None
                    and match.start() >= source.begin
                    and self._waiting.waits(source.script, match.start() - source.begin)
                )
                found.setdefault(vendor, []).append((source, match, held))
        return found

    def _tag(self, seen: list[tuple[_Source, re.Match[str], bool]]) -> Tag:
        table = fingerprints()
        loose = [match[0] for _, match, held in seen if not held]
        drawn = table.vendors[seen[0][1][0]].forms
        # What draws a form tells its vendor nothing of the visit while the tag beside it waits.
        if any(held and match[0] not in drawn for _, match, held in seen):
            loose = [each for each in loose if each not in drawn]
        # Calls that run at once reach nobody before the vendor's own script has come.
        if loose and not any(map(_is_address, loose)):
            loose = [] if any(_is_address(m[0]) for _, m, held in seen if held) else loose
        first = loose[0] if loose else seen[0][1][0]
        vendor = table.vendors[first]
        return Tag(
            vendor=vendor.vendor,
            kind=vendor.kind,
            names=tuple(name.lower() for name in vendor.names),
            country=vendor.country,
            seen=first,
            blocked=not loose or _denied_by_default(vendor, self._consent_mode),
        )

    @functools.cached_property
    def consent(self) -> Consent | None:
        """What asks visitors before tags run, as far as the page shows it."""
        loose = min(
            (source.place for each in self._seen.values() for source, _, held in each if not held),
            default=math.inf,
        )
        scripts = [
            (number, node.html or "")
            for number, node in enumerate(self._page.select(_ELEMENTS))
            if node.tag in ("script", "link")
        ]
        found = find_manager(scripts, loose)
        if found is not None:
            return found
        held = any(source.held for each in self._seen.values() for source, _, _ in each)
        if held or asks_itself(self._page):
            return Consent(manager=OWN, blocks=False)
        if self._consent_mode:
            return Consent(manager="Google consent mode", blocks=False)
        return None

    @functools.cached_property
    def _consent_mode(self) -> dict[str, str]:
        """What Google's tags are told of consent before anybody was asked."""
        for source in self._sources:
            if not source.held and (found := _CONSENT_MODE.search(source.text)):
                return {name.lower(): state.lower() for name, state in _STATES.findall(found[1])}
        return {}


_ELEMENTS = "script, img, iframe, link, noscript"
_CONSENT_MODE = re.compile(
    r"gtag\(\s*[\"']consent[\"']\s*,\s*[\"']default[\"']\s*,\s*\{([^}]{0,1000})\}", re.IGNORECASE
)
_STATES = re.compile(r"(\w+_storage)[\"']?\s*:\s*[\"'](denied|granted)", re.IGNORECASE)


def _denied_by_default(vendor: Vendor, states: dict[str, str]) -> bool:
    """Tell whether a tag of Google's waits, since it is told that nothing is agreed to.

    A container tells it to those tags in it alone that ask.
    """
    if (
        not vendor.vendor.startswith("Google")
        or vendor.kind == "container"
        or "denied" not in states.values()
    ):
        return False
    asked = {"analytics": "analytics_storage", "advertising": "ad_storage"}.get(vendor.kind)
    return "granted" not in (states.values() if asked is None else (states.get(asked, "granted"),))


def _is_address(seen: str) -> bool:
    """Tell whether a tag was recognised by where its script comes from."""
    return ("." in seen or "/" in seen) and "(" not in seen and seen != "Munchkin.init"


def _sources(page: Markup, scripts: list[str]) -> Iterator[_Source]:
    """Yield what tags are recognised in; scripts that are not held back are added to `scripts`."""
    instead = Within(lambda node: node.tag == "noscript")
    for place, node in enumerate(page.select(_ELEMENTS)):
        attributes = node.attributes
        if node.tag == "link" and attributes.get("rel") != "preload":
            continue
        kind = (attributes.get("type") or "").strip() if node.tag == "script" else ""
        if _DATA.search(kind):
            continue
        held = (
            not _RUNS.fullmatch(kind)
            or (attributes.get("data-cookieconsent") or "ignore").lower() != "ignore"
            or "data-cookie-consent" in attributes
            or _NEEDED.search(attributes.get("data-cookieyes") or "necessary") is None
            or _NEEDED.search(attributes.get("data-osano") or "essential") is None
            or ("data-src" in attributes and "src" not in attributes and node.tag == "script")
        )
        address = (
            attributes.get("src") or attributes.get("data-src") or attributes.get("href") or ""
        )
        text = node.text() if node.tag in ("script", "noscript") else ""
        number = None
        if node.tag == "script" and text and not held:
            number = len(scripts)
            scripts.append(text)
        if address or text:
            yield _Source(
                f"{address}\n{text}",
                held,
                instead.holds(node),
                place,
                len(address) + 1,
                number,
            )
