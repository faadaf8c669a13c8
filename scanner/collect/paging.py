"""How vendors split a list into pages, each way written once.

A connector names its way and the names of the parameters. Whatever the server says the reading
ends: a page that repeats, a cursor that stands still and a list beyond all measure are named as
such, and so is a list that is shorter than it was announced to be.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from scanner.collect.answers import Record, malformed, number
from scanner.collect.http import Answer, Call, Client, Unanswered
from scanner.model import Reason, Text, Unknown

MOST_ENTRIES = 200_000
"""Entries read of one list."""
MOST_PAGES = 5000


class Seen(NamedTuple):
    """One page that was read."""

    answer: Answer
    page: Record
    entries: int
    """Those on it."""
    read: int
    """Those on it and on the pages before."""
    turned: int
    """Pages so far."""


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    """One page with everything on it."""

    size_param: str = ""
    """The parameter that sets how many entries a page has."""
    size: int = 100
    total: str = ""
    """Where an answer tells how many entries there are in all."""

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the first page."""
        return {self.size_param: self.size} if self.size_param else {}

    async def ask(
        self, client: Client, call: Call, params: Mapping[str, Any], names: Mapping[str, Any]
    ) -> Answer:
        """Make `call`: a GET with `params` in its address, a POST with them as JSON."""
        if call.method == "POST":
            return await client.post(call, json=dict(params), **names)
        return await client.get(call, params, **names)

    def decode(self, answer: Answer) -> Any:
        """Return what `answer` holds as objects and lists."""
        return answer.json()

    def following(self, seen: Seen) -> Any:
        """Return the parameters of the page after `seen`, a link to it, or None after the last."""
        _ = seen
        return None

    def is_last(self, seen: Seen, more: str = "") -> bool:
        """Tell by counting, or by what the answer says at `more`, whether no page follows."""
        if more:
            return seen.page.at(more) not in (True, "true", 1)
        total = number(self.total)(seen.page) if self.total else None
        if isinstance(total, int):
            return seen.entries == 0 or seen.read >= total
        return seen.entries < self.size


class Cursor(Pages, frozen=True, kw_only=True):
    """The answer holds the parameter of the next page."""

    param: str
    at: str

    def following(self, seen: Seen) -> Any:
        cursor = _onward(seen.page, self.at)
        return {self.param: cursor} if cursor else None


class Offset(Pages, frozen=True, kw_only=True):
    """The entries are counted, and each page starts at the number of those before it."""

    param: str = "offset"
    more: str = ""
    """Where an answer tells that there are more; otherwise a page that is not full is the last."""

    def following(self, seen: Seen) -> Any:
        return None if self.is_last(seen, self.more) else {self.param: seen.read}


class Numbered(Pages, frozen=True, kw_only=True):
    """The pages are numbered."""

    param: str = "page"
    first: int = 1
    more: str = ""
    """Where an answer tells that there are more; otherwise a page that is not full is the last."""

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the first page."""
        size = {self.size_param: self.size} if self.size_param else {}
        return {**size, self.param: self.first}

    def following(self, seen: Seen) -> Any:
        if self.is_last(seen, self.more):
            return None
        return {self.param: self.first + seen.turned}


class NextLink(Pages, frozen=True, kw_only=True):
    """The answer holds the address of the next page. Its host is not followed, only its query."""

    at: str
    among: str = ""
    """The object of links, where one without any is not the vendor's way to say "the last"."""

    def following(self, seen: Seen) -> Any:
        link = _onward(seen.page, self.at)
        if self.among and seen.page.has(self.among) and not seen.page.has(f"{self.among}.self"):
            known = seen.page.at(self.among)
            if not isinstance(known, dict) or self.at.rpartition(".")[2] not in known:
                raise Unanswered(malformed(self.among))
        return link or None


def _onward(page: Record, path: str) -> str:
    """Return what leads to the next page, as text; an empty one after the last page."""
    value = page.at(path)
    if not page.has(path) or value is False:
        return ""
    if type(value) is int and value >= 0:
        return str(value)
    if not isinstance(value, str):
        raise Unanswered(malformed(path))
    return value


class LinkHeader(Pages, frozen=True, kw_only=True):
    """A header holds the address of the next page (RFC 8288)."""

    def following(self, seen: Seen) -> Any:
        for part in seen.answer.headers.get("link", "").split(","):
            found = re.fullmatch(r'\s*<([^>]+)>\s*;.*\brel="?next"?.*', part)
            if found:
                return found[1]
        return None


ONE_PAGE = Pages()


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of one list."""

    call: Call
    pages: Pages = ONE_PAGE
    items: str = ""
    """Where in an answer the entries stand."""
    empty: Callable[[Record], bool] = lambda page: False
    """Whether a page without a list says by that, credibly, that there is nothing."""
    params: Mapping[str, Any] = {}
    names: Mapping[str, Any] = {}
    """What stands at the places of the path."""


async def entries(client: Client, question: Question) -> AsyncIterator[Record]:
    """Yield every entry of all pages.

    Raises:
        Unanswered: the list is not complete; what could be read of it was yielded.
    """
    call, pages = question.call, question.pages
    first = {**question.params, **pages.params}
    read = turned = 0
    turns: set[str] = set()
    body = b""
    waiting: asyncio.Task[Answer] | None = None
    try:
        answer = await pages.ask(client, call, first, question.names)
        while True:
            page = Record(pages.decode(answer))
            found = [] if _says_nothing(page, question) else _entries(page, question.items)
            read += len(found)
            turned += 1
            following = pages.following(Seen(answer, page, len(found), read, turned))
            again = bool(found) and answer.body == body
            endless = again or (
                following is not None
                and (str(following) in turns or read > MOST_ENTRIES or turned >= MOST_PAGES)
            )
            turns.add(str(following))
            body = answer.body
            if following is not None and not endless:
                # On its way while this page is read.
                waiting = asyncio.create_task(_next(client, question, following))
                await asyncio.sleep(0)
            for each in found:
                yield each
            if endless:
                raise Unanswered(_ENDLESS)
            if waiting is None:
                break
            answer = await waiting
            waiting = None
    finally:
        if waiting is not None:
            waiting.cancel()
    announced = number(pages.total)(page) if pages.total else read
    if isinstance(announced, Unknown):
        raise Unanswered(announced)  # nobody can tell whether that was all
    if read < announced:
        raise Unanswered(
            Unknown(
                Reason.MALFORMED,
                Text.of(
                    "{announced} entries were announced, and {read} could be read.",
                    announced=announced,
                    read=read,
                ),
                Text.of("Scan again; if it stays so, ask the vendor."),
            )
        )


async def _next(client: Client, question: Question, following: Any) -> Answer:
    call, pages = question.call, question.pages
    if isinstance(following, str):
        return await client.follow(call, following)
    params = {**question.params, **pages.params, **following}
    return await pages.ask(client, call, params, question.names)


def _says_nothing(page: Record, question: Question) -> bool:
    return not page.has(question.items) and question.empty(page)


def _entries(page: Record, items: str) -> list[Record]:
    value = page.at(items)
    if not isinstance(value, list):
        raise Unanswered(
            Unknown(Reason.MALFORMED, Text.of("The answer is JSON, but not the list expected."))
        )
    if any(type(each) is not dict for each in value):
        raise Unanswered(
            Unknown(Reason.MALFORMED, Text.of("The list holds something other than entries."))
        )
    return [Record(each) for each in value]


_ENDLESS = Unknown(
    Reason.TOO_LARGE, Text.of("The list goes on beyond all measure, or in a circle.")
)
