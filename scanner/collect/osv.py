"""Asks OSV for vulnerabilities that were published after this release of mamori, where allowed.

Source: the Open Source Vulnerability format 1.7.5, with its evaluation of a version, and `POST
/v1/query` of osv.dev. All records of a package are asked for and judged here, so that the service
does not learn which version runs. An answer is kept for a day; where none comes, an older one
counts, with its date, and else the list that mamori ships.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from scanner.collect.gathering import Gathering
from scanner.collect.http import Call, Client, Unanswered
from scanner.collect.platforms.releases import Release, parse_release
from scanner.config import Advisories
from scanner.model import Reason, Software, Text, Unknown
from scanner.private_file import state_folder, write_private

QUERY = Call(section="published vulnerabilities", path="/v1/query", method="POST", signed=False)
"""The only request: it names a package, and no version."""
FRESH = timedelta(days=1)
SECONDS = 20.0
"""The longest that a scan waits for the service."""
MOST_PAGES = 20
_LONGEST_TITLE = 160
_SEVERITIES = {
    **{each: each for each in ("critical", "high", "medium", "low")},
    "moderate": "medium",
}


class Package(msgspec.Struct, frozen=True):
    """A part of a product, as OSV calls it."""

    ecosystem: str
    name: str


PACKAGES: Mapping[str, tuple[Package, ...]] = {
    "mautic": (
        Package("Packagist", "mautic/core"),
        Package("Packagist", "mautic/core-lib"),
        Package("Packagist", "mautic/grapes-js-builder-bundle"),
    ),
    "ghost": (Package("npm", "ghost"),),
    # Its Go module stayed at 1.1.0, so that only tags tell its releases apart.
    "listmonk": (Package("GIT", "https://github.com/knadh/listmonk"),),
}
"""What the self-hosted platforms are made of. Their parts are released under one number."""


class Event(msgspec.Struct, frozen=True):
    """A place in the order of releases where something changes."""

    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None
    limit: str | None = None


class Range(msgspec.Struct, frozen=True):
    """A stretch of releases, or of commits in `repo`."""

    type: str
    events: tuple[Event, ...] = ()
    repo: str = ""


class Affected(msgspec.Struct, frozen=True):
    """What of one package is concerned; a record of tags names repositories instead."""

    package: Package | None = None
    ranges: tuple[Range, ...] = ()
    versions: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The package, or the repositories."""
        called = [each.repo for each in self.ranges] if self.package is None else []
        called += [self.package.name] if self.package is not None else []
        return frozenset(map(_plain, called))

    @property
    def names_releases(self) -> bool:
        """Whether it can be told of a release if it is one of those; commits have no order here."""
        return bool(self.versions) or any(each.type in _ORDERED for each in self.ranges)


class Vulnerability(msgspec.Struct, frozen=True):
    """A record of OSV, as far as it is read."""

    id: str
    aliases: tuple[str, ...] = ()
    summary: str = ""
    withdrawn: str | None = None
    affected: tuple[Affected, ...] = ()
    database_specific: Any = None

    @property
    def names(self) -> frozenset[str]:
        """Everything it is called."""
        return frozenset((self.id, *self.aliases))

    @property
    def line(self) -> str:
        """How a report names it."""
        cve = next((each for each in sorted(self.names) if each.startswith("CVE-")), self.id)
        more = self.database_specific if isinstance(self.database_specific, dict) else {}
        severity = _SEVERITIES.get(str(more.get("severity")).lower(), "unrated")
        return f"{cve[:60]} ({severity}): {(self.summary or 'untitled')[:_LONGEST_TITLE]}"

    def concerns(self, release: Release, packages: Iterable[Package]) -> bool | None:
        """Tell whether it concerns `release` of a product made of `packages`.

        None stands for a record that names commits of theirs, and no releases.
        """
        names = {_plain(each.name) for each in packages}
        theirs = [each for each in self.affected if not names.isdisjoint(each.names)]
        if self.withdrawn is not None or not theirs:
            return False
        if not any(each.names_releases for each in theirs):
            return None
        return any(
            _lists(each, release) or any(_includes(span, release) for span in each.ranges)
            for each in theirs
        )


class Answer(msgspec.Struct, frozen=True):
    """One page of an answer."""

    vulns: tuple[Vulnerability, ...] = ()
    next_page_token: str = ""


class Kept(msgspec.Struct, frozen=True):
    """Everything known of one product, and the day it was asked for."""

    asked: datetime
    vulns: tuple[Vulnerability, ...]
    source: str = ""
    """The service that was asked."""


def _plain(name: str) -> str:
    return name.removesuffix("/").removesuffix(".git").casefold()


def _lists(affected: Affected, release: Release) -> bool:
    return any(parse_release(each) == release for each in affected.versions)


_ORDERED = ("SEMVER", "ECOSYSTEM")
_FIRST: Release = ((-1, 0, 0), (0, "", 0))
_LAST: Release = ((1_000_000_000, 0, 0), (0, "", 0))


def _includes(span: Range, release: Release) -> bool:
    """Evaluate a range as the format says; of commits none is a release.

    A version that cannot be read never clears a release.
    """
    if span.type not in _ORDERED:
        return False
    limits = [each.limit for each in span.events if each.limit is not None]
    if limits and not any(release < (parse_release(each) or _LAST) for each in limits):
        return False
    inside = False
    for place, event in sorted(map(_placed, span.events), key=lambda each: each[0]):
        begins = event.introduced is not None
        if release > place or (release == place and event.last_affected is None):
            inside = begins
    return inside


def _placed(event: Event) -> tuple[Release, Event]:
    """Return where an event stands in the order of releases."""
    begins = event.introduced
    if begins is not None:
        return (None if begins == "0" else parse_release(begins)) or _FIRST, event
    return parse_release(event.fixed or event.last_affected or "") or _LAST, event


class OsvService:
    """Asks once for each product, however many targets run it."""

    def __init__(self, wanted: Advisories, environment: Mapping[str, str], now: datetime) -> None:
        self._wanted = wanted
        self._folder = state_folder(environment)
        self._now = now
        self._asking: dict[str, asyncio.Task[tuple[Kept | None, Unknown | None]]] = {}

    async def refresh(self, platform: str, gathering: Gathering) -> None:
        """Add what is published of the software in `gathering` to what its connector knew."""
        if not self._wanted.online or platform not in PACKAGES:
            return
        places = [
            place
            for place, each in enumerate(gathering.subjects)
            if isinstance(each, Software) and isinstance(each.advisories, tuple)
        ]
        if not places:
            return
        with gathering.section(QUERY.section):
            if platform not in self._asking:
                self._asking[platform] = asyncio.create_task(self._known(platform))
            kept, gap = await asyncio.shield(self._asking[platform])
            if kept is not None:
                for place in places:
                    software = gathering.subjects[place]
                    assert isinstance(software, Software)
                    gathering.subjects[place], open_ = _informed(software, kept, PACKAGES[platform])
                    gap = gap or open_
            if gap is not None:
                raise Unanswered(gap)

    async def _known(self, platform: str) -> tuple[Kept | None, Unknown | None]:
        """Return the newest knowledge that can be had, and why it is not of today."""
        path = self._folder / f"osv-{platform}.json"
        kept = _read(path, self._now)
        # Whoever names another service wants to hear that one.
        if kept is not None and kept.source == self._wanted.url and self._now - kept.asked < FRESH:
            return kept, None
        try:
            async with asyncio.timeout(SECONDS):
                found = [each async for each in self._ask(PACKAGES[platform])]
        except TimeoutError:
            return kept, _TOO_SLOW
        except Unanswered as gap:
            return kept, gap.unknown
        newest = tuple({each.id: each for each in found}.values())
        kept = Kept(self._now, newest, self._wanted.url)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(path, msgspec.json.encode(kept))
        except OSError:
            return kept, _NOT_KEPT
        return kept, None

    async def _ask(self, packages: Iterable[Package]) -> Any:
        async with Client(self._wanted.url, (QUERY,)) as client:
            for package in packages:
                token = ""
                for _ in range(MOST_PAGES):
                    question: dict[str, Any] = {"package": msgspec.to_builtins(package)}
                    if token:
                        question["page_token"] = token
                    answer = await client.post(QUERY, json=question)
                    try:
                        page = msgspec.json.decode(answer.body, type=Answer)
                    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                        raise Unanswered(_MALFORMED) from None
                    for each in page.vulns:
                        yield each
                    token = page.next_page_token
                    if not token:
                        break
                else:
                    raise Unanswered(_MALFORMED)


def _informed(
    software: Software, kept: Kept, packages: tuple[Package, ...]
) -> tuple[Software, Unknown | None]:
    """Return `software` with what is published of it, and what of that leaves its release open."""
    release = parse_release(software.version) if isinstance(software.version, str) else None
    assert release is not None, "without it the connector knew no advisories"
    assert isinstance(software.advisories, tuple), "looked at by the caller"
    told = {line.partition(" ")[0] for line in software.advisories}
    newer, undecided = set[str](), set[str]()
    for each in kept.vulns:
        if told.isdisjoint(each.names):
            concerns = each.concerns(release, packages)
            if concerns is None:
                undecided.add(each.line)
            elif concerns:
                newer.add(each.line)
    lines = (*software.advisories, *sorted(newer))
    gap = _commits_alone(sorted(undecided)) if undecided else None
    asked, listed = kept.asked.date(), software.advisories_as_of
    informed = msgspec.structs.replace(
        software,
        advisories=lines if lines or gap is None else gap,
        advisories_as_of=max(asked, _day(listed)).isoformat(),
    )
    return informed, gap


def _commits_alone(lines: list[str]) -> Unknown:
    return Unknown(
        Reason.NEEDS_REVIEW,
        Text.of(
            "{count} published vulnerabilities name commits and no releases, so that it is open "
            "whether this one has them: {vulnerabilities}.",
            count=len(lines),
            vulnerabilities=tuple(lines),
        ),
        Text.of("Read them, and see which release mends each."),
    )


def _day(listed: object) -> date:
    try:
        return date.fromisoformat(listed) if isinstance(listed, str) else date.min
    except ValueError:
        return date.min


def _read(path: Path, now: datetime) -> Kept | None:
    """Return what an earlier scan kept, unless it is damaged or comes from the future."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Kept)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return kept if kept.asked.tzinfo is not None and kept.asked <= now else None


def announce_osv(wanted: Advisories, platforms: Iterable[str]) -> Iterator[Text]:
    """Yield what would be asked about the software of `platforms`."""
    names = sorted(
        {package.name for platform in platforms for package in PACKAGES.get(platform, ())}
    )
    if not wanted.online or not names:
        return
    yield Text.of("published vulnerabilities:")
    for name in names:
        yield Text.of(
            "  {method} {url}{path} for all records of {package}, once a day",
            method=QUERY.method,
            url=wanted.url.rstrip("/"),
            path=QUERY.path,
            package=name,
        )


_TOO_SLOW = Unknown(
    Reason.TIMED_OUT,
    Text.of(
        "The service for published vulnerabilities did not answer within {seconds} seconds.",
        seconds=int(SECONDS),
    ),
    Text.of("What mamori knew before was used; scan again later."),
)
_MALFORMED = Unknown(
    Reason.MALFORMED,
    Text.of("The service for published vulnerabilities answers in another form."),
    Text.of("Check the `url` under `advisories`; what mamori knew before was used."),
)
_NOT_KEPT = Unknown(
    Reason.REFUSED,
    Text.of("What the service for published vulnerabilities answered could not be kept."),
    Text.of("Let mamori write to its state folder; it asks again in every scan until then."),
)
