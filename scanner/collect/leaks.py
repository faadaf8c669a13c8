"""Keys of marketing tools that lie where others can read them: in files, folders and web pages.

What is found is told by its kind, its last four characters and a fingerprint under a key that only
this run has: two places with the same fingerprint hold the same key. Nothing found is tried out.
Identifiers that are public by design are no keys: portal, form and company ids, site ids, write
keys and the like appear in no rule.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import msgspec

from scanner.collect.probes.domains import registrable
from scanner.collect.probes.fetch import MAX_PAGE, Visit, Visitor
from scanner.collect.probes.web.page import absolute, read_page
from scanner.model import Artifact, Fact, Origin, Reason, Text, Unknown

MAX_FILES = 50_000
PIECE = 8 * 1_048_576
"""Bytes of a file that are searched at a time."""
OVERLAP = 8192
"""Bytes that two pieces share; the longest key is shorter."""
MAX_SCRIPTS = 60
"""Scripts and source maps of one page."""
MAX_SCRIPT = 16 * 1_048_576
MOST_REDIRECTS = 5
MOST_KEYS = 100
"""Keys that one subject names."""


class KeyRule(msgspec.Struct, frozen=True):
    """How keys of one kind look."""

    kind: str
    hint: bytes
    """In lower case; where it is missing the pattern need not be tried."""
    pattern: re.Pattern[bytes]
    """The key is the last group that took part, or the whole."""


def _alone(kind: str, hint: str, pattern: str) -> KeyRule:
    """Return the rule for keys that no other text looks like."""
    bounded = rf"(?<![\w-])(?:{pattern})(?![\w-])"
    return KeyRule(kind, hint.encode(), re.compile(bounded.encode()))


def _beside(kind: str, hint: str, name: str, pattern: str) -> KeyRule:
    """Return the rule for keys that are only known by the name they are assigned to."""
    given = rf"(?i:{name})[\w\]\)]{{0,24}}\\?[\"'`]?\s{{0,3}}(?:=>|[:=,])\s{{0,3}}\\?[\"'`]?"
    return KeyRule(kind, hint.encode(), re.compile(rf"{given}({pattern})(?![\w-])".encode()))


_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

RULES = (
    _alone("HubSpot private app token", "pat-", rf"pat-[a-z]{{2,3}}\d-{_UUID}"),
    _beside("HubSpot API key", "hapikey", "hapikey", _UUID),
    _beside("HubSpot client secret", "hubspot", r"hubspot[\w.-]{0,20}secret", _UUID),
    _alone("Mailchimp API key", "-us", r"[0-9a-f]{32}-us\d{1,2}"),
    _alone("Mandrill API key", "md-", r"md-[A-Za-z0-9_-]{22}"),
    _alone("SendGrid API key", "sg.", r"SG\.[\w-]{22}\.[\w-]{43}"),
    _alone("Klaviyo private API key", "pk_", r"pk_(?:[0-9a-f]{34}|[A-Za-z0-9]{6}_[0-9a-f]{34})"),
    _alone("Brevo API key", "xkeysib-", r"xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    _alone("Brevo SMTP key", "xsmtpsib-", r"xsmtpsib-[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    _alone("Salesforce session id", "00d", r"00D[A-Za-z0-9]{12}(?:\w{3})?![\w.]{80,200}"),
    _alone("Salesforce refresh token", "5aep861", r"5Aep861[\w.]{60,120}"),
    _beside(
        "Salesforce client secret", "secret", r"(?:salesforce|sfdc|pardot)[\w.-]{0,30}secret",
        r"[0-9A-F]{64}|\d{18,20}",
    ),
    _alone("Mailgun API key", "key-", r"key-[0-9a-f]{32}"),
    _alone("Mailgun API key", "-", r"[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}"),
    _beside("Braze REST API key", "braze", r"braze[\w.-]{0,12}rest[\w.-]{0,12}key", _UUID),
    KeyRule(
        "Braze REST API key", b"braze.com",
        re.compile(
            rb"rest\.[a-z]{2,4}-\d\d\.braze\.(?:com|eu)[^\0]{0,300}?[Bb]earer ("
            + _UUID.encode()
            + rb")"
        ),
    ),
    _beside("Iterable API key", "iterable", r"iterable[\w.-]{0,12}api[\w.-]?key", "[0-9a-f]{32}"),
    _beside(
        "Customer.io API key", "customer",
        r"customer[._-]?io[\w.-]{0,22}(?<!site)(?<!site[._-])(?<!write)(?<!write[._-])key",
        "[0-9a-f]{32}|[0-9a-f]{20}",
    ),
    _beside(
        "ActiveCampaign API key", "campaign", r"active[_-]?campaign[\w.-]{0,12}(?:key|token)",
        "[0-9a-f]{72}",
    ),
    _alone("Microsoft client secret", "q~", r"[\w.~-]{3}\dQ~[\w.~-]{31,34}"),
    _beside(
        "Marketing Cloud client secret", "secret",
        r"(?:sfmc|exact[_-]?target|marketing[_-]?cloud)[\w.-]{0,20}secret", "[A-Za-z0-9]{24}",
    ),
    _beside(
        "Eloqua client secret", "eloqua", r"eloqua[\w.-]{0,20}secret", r"[\w~.-]{40,160}"
    ),
    _beside(
        "Account Engagement user key", "pardot", r"pardot[\w.-]{0,12}(?:user|api)[._-]?key",
        "[0-9a-f]{32}",
    ),
    KeyRule(
        "Private key", b"private key",
        re.compile(
            # At least 2048 bits of RSA, as vendors take it to sign in with.
            rb"-----BEGIN (?:RSA )?PRIVATE KEY-----([\w+/=\s\\]{1500,6000}[\w+/=])\s*-----END"
        ),
    ),
    _beside(
        "Marketo client secret", "marketo", r"marketo[\w.-]{0,20}secret", "[A-Za-z0-9]{32}"
    ),
    _beside(
        "Mautic client secret", "mautic", r"mautic[\w.-]{0,20}(?:secret|api[_-]?key)",
        "[a-z0-9]{40,60}",
    ),
    _beside("Mautic secret key", "secret_key", "secret_key", "[0-9a-f]{64}"),
    _alone("Ghost Admin API key", ":", "[0-9a-f]{24}:[0-9a-f]{64}"),
    _beside("listmonk API token", "listmonk", r"listmonk[\w.-]{0,12}token", "[A-Za-z0-9]{32}"),
    _alone("Zoho OAuth token", "1000.", r"1000\.[0-9a-f]{32}\.[0-9a-f]{32}"),
    _alone("Shopify access token", "shp", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    _beside("Postmark server token", "postmark", r"postmark[\w.-]{0,20}(?:token|key)", _UUID),
)  # fmt: skip


class Leaks:
    """Searches for keys; one of it per run, so that fingerprints can be compared."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    async def search_all(
        self, places: Iterable[str], *, folder: Path = Path(), ca_file: Path | None = None
    ) -> list[Artifact]:
        """Return what lies open at each of `places`: addresses, and paths that start from `folder`.

        Raises nothing on purpose.
        """
        async with Visitor(ca_file=ca_file) as visitor:
            return [
                await self.search_page(each, visitor)
                if is_address(each)
                else await asyncio.to_thread(self.search_path, each, folder)
                for each in dict.fromkeys(places)
            ]

    def search_path(self, given: str, folder: Path = Path()) -> Artifact:
        """Return what lies open in the file or folder `given`, which starts from `folder`.

        Raises nothing on purpose.
        """
        found: dict[str, None] = {}
        gap: Unknown | None = None
        files = 0
        root = folder / given
        for path in _files(root):
            if isinstance(path, Unknown):
                gap = gap or path
                continue
            if files == MAX_FILES:
                gap = gap or Unknown(
                    Reason.TOO_LARGE,
                    Text.of("There are more than {count} files.", count=MAX_FILES),
                    Text.of("Give the folders one by one."),
                )
                break
            try:
                with path.open("rb") as file:
                    for line, kind, value in _in_file(file):
                        place = path.relative_to(root) if path != root else path.name
                        found[self._told(kind, value, f"{place}:{line}")] = None
            except OSError as error:
                gap = gap or _unread(str(path), error)
                continue
            files += 1
        if not files and gap is None:
            gap = Unknown(Reason.NOT_FOUND, Text.of("There is no file in {path}.", path=given))
        return _artifact(given, files, found, gap)

    async def search_page(self, given: str, visitor: Visitor) -> Artifact:
        """Return what lies open in the page at `given`, its site's scripts and their source maps.

        Raises nothing on purpose.
        """
        page = await _arrive(given, visitor)
        if isinstance(page, Unknown):
            return _artifact(given, 0, {}, page)
        if page.status != 200:
            return _artifact(given, 0, {}, _no_answer(page))
        found = self._in_body(page)
        markup = read_page(page.body, page.url)
        gap = page.cut or (None if markup.whole else _cut(page.url))
        seen = {page.url}
        wanted = dict.fromkeys(markup.scripts)
        while fresh := [each for each in wanted if each not in seen and _same_site(page.url, each)]:
            batch = fresh[: MAX_SCRIPTS + 1 - len(seen)]
            if len(batch) < len(fresh):
                gap = gap or _TOO_MANY
            seen.update(batch)
            wanted = {}
            for script in await asyncio.gather(
                *(_arrive(each, visitor, within=page.url, most=MAX_SCRIPT) for each in batch)
            ):
                if isinstance(script, Unknown):
                    gap = gap or script
                elif script.status == 200:
                    found |= self._in_body(script)
                    gap = gap or script.cut
                    wanted |= dict.fromkeys(_named_in(script))
                elif script.status not in _NOTHING_THERE and script.redirect is None:
                    gap = gap or _no_answer(script)
        return _artifact(given, len(seen), found, gap)

    def _in_body(self, visit: Visit) -> dict[str, None]:
        name = urlsplit(visit.url).path or "/"
        found: dict[str, None] = {}
        for place, kind, value in keys_in(visit.body):
            line = visit.body.count(b"\n", 0, place) + 1
            found[self._told(kind, value, f"{name}:{line}")] = None
        for _, kind, value in keys_in(_packed_map(visit.body)):
            found[self._told(kind, value, f"{name}:map")] = None
        return found

    def _told(self, kind: str, value: bytes, place: str) -> str:
        fingerprint = hmac.digest(self._key, value, "sha256").hex()[:8]
        return f"{place} {kind} …{value[-4:].decode('ascii', 'replace')} ({fingerprint})"


def announce_search(places: Iterable[str]) -> Iterator[Text]:
    """Yield what searching `places` would read."""
    for place in places:
        if is_address(place):
            yield Text.of(
                "  search the page {page} for keys, with at most {count} scripts of its site",
                page=place,
                count=MAX_SCRIPTS,
            )
        else:
            yield Text.of("  search {path} for keys", path=place)


def is_address(place: str) -> bool:
    """Tell whether a place is an address of the web, and not a path."""
    return place.lower().startswith(("http://", "https://"))


def keys_in(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Yield place, kind and value of each key in `data`."""
    lower = data.lower()
    taken: set[int] = set()
    for rule in RULES:
        if rule.hint not in lower:
            continue
        for match in rule.pattern.finditer(data):
            value = match[match.lastindex or 0]
            start = match.start(match.lastindex or 0)
            if start not in taken and not _is_placeholder(value):
                taken.add(start)
                yield start, rule.kind, value


def _is_placeholder(value: bytes) -> bool:
    """Tell whether a value only shows how a key looks: xxxx, 0000-0000, your-key."""
    text = value.lower()
    varied = len(set(text) - set(b"-_.")) >= 6
    return not varied or any(word in text for word in (b"example", b"your", b"xxxx", b"123456789"))


def _files(root: Path) -> Iterator[Path | Unknown]:
    """Yield every plain file under `root`, which may be one; links are not followed."""
    try:
        kind = root.stat().st_mode
    except OSError as error:
        yield _unread(str(root), error)
        return
    if not stat.S_ISDIR(kind):
        if stat.S_ISREG(kind):
            yield root
        return
    gaps: list[Unknown] = []
    for folder, folders, names in os.walk(
        root, onerror=lambda error: gaps.append(_unread(str(error.filename), error))
    ):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            try:
                kind = path.lstat().st_mode
            except OSError as error:
                gaps.append(_unread(str(path), error))
                continue
            if stat.S_ISREG(kind):
                yield path
        yield from gaps
        gaps.clear()


def _in_file(file: BinaryIO) -> Iterator[tuple[int, str, bytes]]:
    """Yield line, kind and value of each key in `file`, which may be of any size."""
    lines, before = 1, b""
    while piece := file.read(PIECE):
        data = before + piece
        for place, kind, value in keys_in(data):
            if place + len(value) > len(before):
                yield lines + data.count(b"\n", 0, place), kind, value
        keep = min(OVERLAP, len(data))
        lines += data.count(b"\n", 0, len(data) - keep)
        before = data[len(data) - keep :]


_NOTHING_THERE = frozenset({404, 410})


async def _arrive(
    given: str, visitor: Visitor, *, within: str = "", most: int = MAX_PAGE
) -> Visit | Unknown:
    """Return what a browser would get for `given`.

    A redirect away from the site of `within` is not followed, and returned itself.
    """
    url = given
    for _ in range(MOST_REDIRECTS + 1):
        visit = await visitor.get(url, most=most)
        if isinstance(visit, Unknown) or visit.redirect is None:
            return visit
        if within and not _same_site(within, visit.redirect):
            return visit
        url = visit.redirect
    return Unknown(Reason.REDIRECTED, Text.of("{url} leads from page to page.", url=given))


def _no_answer(visit: Visit) -> Unknown:
    return Unknown(
        Reason.NOT_FOUND,
        Text.of("{url} answered with status {status}.", url=visit.url, status=visit.status),
    )


_MAP = re.compile(rb"//[#@] ?sourceMappingURL=(?!data:)([^\s'\"]{1,500})")
_PACKED_MAP = re.compile(rb"sourceMappingURL=data:application/json[\w;=-]*;base64,([A-Za-z0-9+/]+)")
_IMPORT = re.compile(rb"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.{0,2}/[^"'\s]{1,300}\.m?js)["']""")


def _named_in(script: Visit) -> list[str]:
    """Return the addresses of a script's source map and of the modules that it imports."""
    header = script.first("sourcemap")
    maps = _MAP.findall(script.body[-4096:])[-1:]
    named = [header] if header is not None else [each.decode("utf-8", "replace") for each in maps]
    named += [each.decode("utf-8", "replace") for each in _IMPORT.findall(script.body)]
    return [found for each in named if (found := absolute(script.url, each)) is not None]


def _packed_map(script: bytes) -> bytes:
    """Return the source maps that a script carries within itself."""
    packed = (found[1] for found in _PACKED_MAP.finditer(script))
    return b"\n".join(base64.b64decode(each[: len(each) - len(each) % 4]) for each in packed)


def _same_site(page: str, other: str) -> bool:
    try:
        here, there = urlsplit(page).hostname or "", urlsplit(other).hostname or ""
    except ValueError:
        return False
    return here == there or (registrable(here) or here) == (registrable(there) or there)


def _artifact(given: str, searched: int, found: dict[str, None], gap: Unknown | None) -> Artifact:
    # A key that was found counts whatever else could not be read; none found does not.
    keys: Fact[tuple[str, ...]] = tuple(found)[:MOST_KEYS] or gap or ()
    return Artifact(id=given, origin=Origin.PROBE, searched=searched, exposed_keys=keys)


def _unread(path: str, error: OSError) -> Unknown:
    return Unknown(
        Reason.NOT_FOUND if isinstance(error, FileNotFoundError) else Reason.NOT_PERMITTED,
        Text.of("{path} cannot be read ({cause}).", path=path, cause=error.strerror or ""),
        Text.of("Let mamori read it, or give what it can read."),
    )


def _cut(url: str) -> Unknown:
    return Unknown(
        Reason.TOO_LARGE, Text.of("{url} is too large to be searched to its end.", url=url)
    )


_TOO_MANY = Unknown(
    Reason.TOO_LARGE,
    Text.of("The page has more scripts than the {count} that are searched.", count=MAX_SCRIPTS),
    Text.of("Give the folder that they are built into, too."),
)
