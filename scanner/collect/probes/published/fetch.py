"""Fetches a page that people are meant to read: over redirects, to its end, or with the reason."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from scanner.collect.http import MAX_BODY, REQUEST_SECONDS, Unanswered
from scanner.collect.probes.cookies import cookies
from scanner.collect.probes.fetch import Visit, Visitor
from scanner.config import is_loopback
from scanner.model import Cookie, Reason, Text, Unknown

MOST_REDIRECTS = 6
_HEADERS = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "ja,en;q=0.8"}
_SAVE_IT = Text.of("Open it in a browser, save the rendered page, and probe the file.")


class Fetched(msgspec.Struct, frozen=True):
    """A page as the server sent it."""

    url: str
    """Where it was found in the end."""
    body: bytes
    kind: str
    """The media type."""
    charset: str | None
    cookies: tuple[Cookie, ...]


async def fetch(url: str, *, ca_file: Path | None = None) -> Fetched:
    """Fetch the public page at `url`, over redirects.

    Raises:
        Unanswered: no page came; the reason is in it.
    """
    visitor = Visitor(ca_file=ca_file, seconds=REQUEST_SECONDS, proxied=not is_loopback(url))
    try:
        async with visitor, asyncio.timeout(REQUEST_SECONDS):
            visits = await _follow(visitor, url)
    except TimeoutError:
        raise _gap(
            Reason.TIMED_OUT,
            Text.of(
                "No complete answer came within {seconds} seconds.", seconds=round(REQUEST_SECONDS)
            ),
        ) from None
    last = visits[-1]
    _judge(last)
    header = Message()
    header["content-type"] = last.first("content-type") or ""
    return Fetched(
        url=last.url,
        body=last.body,
        kind=header["content-type"].partition(";")[0].strip().lower(),
        charset=header.get_content_charset(),
        cookies=cookies(visits, datetime.now(UTC)),
    )


async def _follow(visitor: Visitor, url: str) -> list[Visit]:
    visits: list[Visit] = []
    for _ in range(1 + MOST_REDIRECTS):
        visit = await visitor.get(url, _HEADERS, anybody=False, most=MAX_BODY)
        if isinstance(visit, Unknown):
            raise Unanswered(visit)
        visits.append(visit)
        target = visit.redirect
        if target is None:
            return visits
        if urlsplit(target).scheme not in ("http", "https"):
            raise _gap(Reason.REDIRECTED, Text.of("The server points to what is no web page."))
        url = target
    raise _gap(
        Reason.REDIRECTED,
        Text.of("The server redirects more than {most} times.", most=MOST_REDIRECTS),
        Text.of("Give the address that a browser shows in the end."),
    )


def _judge(visit: Visit) -> None:
    status = visit.status
    if status in (401, 403, 407):
        raise _gap(
            Reason.UNAUTHENTICATED,
            Text.of("The page is not open to everybody ({status}).", status=status),
            _SAVE_IT,
            status=status,
        )
    if status in (404, 410):
        raise _gap(
            Reason.NOT_FOUND,
            Text.of("There is no such page ({status}).", status=status),
            Text.of("Correct the address, or mend the page that it should lead to."),
            status=status,
        )
    if status == 429:
        raise _gap(Reason.RATE_LIMITED, Text.of("The server asked for fewer requests (429)."))
    if status >= 500:
        raise _gap(
            Reason.SERVER_ERROR,
            Text.of("The server failed ({status}).", status=status),
            status=status,
        )
    if status != 200:
        raise _gap(
            Reason.MALFORMED, Text.of("The server answered with status {status}.", status=status)
        )
    if visit.cut is not None:
        raise Unanswered(visit.cut)


def _gap(
    reason: Reason, detail: Text, remedy: Text | None = None, *, status: int | None = None
) -> Unanswered:
    return Unanswered(Unknown(reason, detail, remedy), status)
