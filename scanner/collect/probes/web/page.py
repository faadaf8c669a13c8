"""What a page loads and where its forms send, read from its HTML as it was delivered.

What scripts add later is not seen; that needs a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import msgspec

MOST_ADDRESSES = 500
"""Addresses kept of one page."""
MOST_ELEMENTS = 50_000
"""Elements read of one page; real ones have a tenth, and each takes its time."""
_LOADING = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "frame": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "audio": ("src",),
    "video": ("src", "poster"),
    "source": ("src", "srcset"),
    "track": ("src",),
    "input": ("src",),
    "image": ("href", "xlink:href"),
}
_STYLED = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""", re.IGNORECASE)
_LOADING_LINKS = frozenset(
    {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest", "apple-touch-icon"}
)

_PRELOADED = frozenset({"preload", "modulepreload"})


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page, as far as it matters here."""

    loads: tuple[str, ...] = ()
    """Absolute addresses of what it loads."""
    scripts: tuple[str, ...] = ()
    """Those of them that are scripts."""
    forms: tuple[str, ...] = ()
    """Absolute addresses that its forms send to."""
    links: tuple[str, ...] = ()
    """Absolute addresses that it links to."""
    policies: tuple[str, ...] = ()
    """Content security policies that it carries itself."""
    referrers: tuple[str, ...] = ()
    """Referrer policies that it carries itself."""
    whole: bool = True
    """It was read to its end."""


def read_page(body: bytes, url: str, content_type: str = "") -> Page:
    """Return what the HTML in `body`, which was found at `url`, loads, links and sends to."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind and "html" not in kind and "xml" not in kind:
        return Page()
    reader = _Reader(url)
    whole = True
    try:
        reader.feed(body.decode("utf-8", "replace"))
        reader.close()
    except _TooManyError:
        whole = False
    return Page(
        loads=tuple(dict.fromkeys(reader.loads[:MOST_ADDRESSES])),
        scripts=tuple(dict.fromkeys(reader.scripts[:MOST_ADDRESSES])),
        forms=tuple(dict.fromkeys(reader.forms[:MOST_ADDRESSES])),
        links=tuple(dict.fromkeys(reader.links[:MOST_ADDRESSES])),
        policies=tuple(reader.policies[:20]),
        referrers=tuple(reader.referrers[:20]),
        whole=whole,
    )


class _TooManyError(Exception):
    pass


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base = url
        self.loads: list[str] = []
        self.scripts: list[str] = []
        self.forms: list[str] = []
        self.links: list[str] = []
        self.policies: list[str] = []
        self.referrers: list[str] = []
        self._in_style = False
        self._elements = 0

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Take `<![…>` for a comment, as browsers do (HTML 13.2.5.42); some break the parser."""
        _ = report
        return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take one element."""
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise _TooManyError
        given = {name: value or "" for name, value in reversed(attributes)}
        if tag == "base" and given.get("href"):
            self._base = absolute(self._base, given["href"]) or self._base
        elif tag == "form":
            self._add(self.forms, given.get("action", ""))
        elif tag in ("button", "input") and given.get("formaction"):
            self._add(self.forms, given["formaction"])
        elif tag in ("a", "area") and given.get("href"):
            self._add(self.links, given["href"])
        elif tag == "link":
            self._add_link(set(given.get("rel", "").lower().split()), given.get("href", ""))
        elif tag == "meta" and given.get("name", "").lower() == "referrer":
            self.referrers.append(given.get("content", ""))
        elif tag == "meta" and given.get("http-equiv", "").lower() == "content-security-policy":
            self.policies.append(given.get("content", ""))
        self._in_style = tag == "style"
        self._add_styled(given.get("style", ""))
        self._add_loads(tag, given)
        if tag == "script":
            self._add(self.scripts, given.get("src", ""), needed=True)

    def _add_link(self, kinds: set[str], address: str) -> None:
        if kinds & _LOADING_LINKS:
            self._add(self.loads, address)
        if kinds & _PRELOADED and address.partition("?")[0].strip().endswith((".js", ".mjs")):
            self._add(self.scripts, address)

    def _add_loads(self, tag: str, given: dict[str, str]) -> None:
        for attribute in _LOADING.get(tag, ()):
            value = given.get(attribute, "")
            if attribute == "srcset":
                for candidate in value.split(",", MOST_ADDRESSES)[:MOST_ADDRESSES]:
                    self._add(self.loads, (candidate.split() or [""])[0], needed=True)
            else:
                self._add(self.loads, value, needed=True)

    def handle_endtag(self, tag: str) -> None:
        """Take the end of one."""
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        """Take the text of one."""
        if self._in_style:
            self._add_styled(data)

    def _add_styled(self, css: str) -> None:
        for part in _without_comments(css):
            for match in _STYLED.finditer(part):
                self._add(self.loads, match[1] or match[2], needed=True)

    def _add(self, to: list[str], address: str, *, needed: bool = False) -> None:
        if needed and not address.strip():
            return
        found = absolute(self._base, address.strip())
        if found is not None and len(to) < MOST_ADDRESSES:
            to.append(found)


def _without_comments(css: str) -> Iterator[str]:
    """Yield what stands between the comments of a style sheet."""
    place = 0
    while place >= 0:
        opened = css.find("/*", place)
        yield css[place:] if opened < 0 else css[place:opened]
        closed = css.find("*/", opened + 2) if opened >= 0 else -1
        place = closed + 2 if closed >= 0 else -1


def absolute(base: str, address: str) -> str | None:
    """Return the address of the web that `address` means at `base`, or None where it is none."""
    try:
        parts = urlsplit(urljoin(base, address))
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return parts.geturl() if valid else None
