"""How vendors split a list into pages, each way written once.

A connector names its way and the names of the parameters. Whatever the server says the reading
ends: a page that repeats, a cursor that stands still and a list beyond all measure are named as
such, and so is a list that is shorter than it was announced to be.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from scanner.collect.answers import Page, Record, malformed, number
from scanner.collect.http import Answer, Call, Client, Unanswered
from scanner.model import Reason, Text, Unknown

MOST_ENTRIES = 200_000
"""Entries read of one list."""
MOST_PAGES = 5000
TURNS_TO_SEND = 4
"""Turns of the event loop after which a request that need not wait has left."""


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
    newest: int = 0
    """How many entries are enough of a log that tells the newest first; 0 reads all."""
    stops: bool = False
    """After the last page the same page comes again."""

    @property
    def calls(self) -> tuple[Call, ...]:
        """The requests that only further pages take."""
        return ()

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the first page."""
        return {self.size_param: self.size} if self.size_param else {}

    def suffices(self, read: int) -> bool:
        """Tell whether `read` entries are enough, although there may be more."""
        return 0 < self.newest <= read

    def smaller(self, read: int, turned: int) -> tuple[Pages, dict[str, Any]] | None:
        """Return how to go on by smaller pages, and the parameters of the next, if there is a way.

        `read` entries have been read, on `turned` pages.
        """
        _ = read, turned
        return None

    @property
    def tenth(self) -> int:
        """The size of a smaller page; 0 where there is none."""
        return max(1, self.size // 10) if self.size_param and self.size > 1 else 0

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

    def smaller(self, read: int, turned: int) -> tuple[Pages, dict[str, Any]] | None:
        _ = turned
        if not self.tenth:
            return None
        return msgspec.structs.replace(self, size=self.tenth), {self.param: read}

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

    def smaller(self, read: int, turned: int) -> tuple[Pages, dict[str, Any]] | None:
        if not self.tenth or read % self.tenth:
            return None
        number = self.first + read // self.tenth
        pages = msgspec.structs.replace(self, size=self.tenth, first=number - turned)
        return pages, {self.param: number}

    def following(self, seen: Seen) -> Any:
        if self.is_last(seen, self.more):
            return None
        return {self.param: self.first + seen.turned}


class NextLink(Pages, frozen=True, kw_only=True):
    """The answer holds the address of the next page. Its host is not followed, only its query."""

    at: str
    leads_to: tuple[Call, ...] = ()
    """The calls that its links make, where they lead to another path."""
    among: str = ""
    """The object of links, where one without any is not the vendor's way to say "the last"."""

    @property
    def calls(self) -> tuple[Call, ...]:
        return self.leads_to

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


class Headed(Pages, frozen=True, kw_only=True):
    """One object, with the headers of its answer among its fields as `headers`."""

    def decode(self, answer: Answer) -> Any:
        told = answer.json()
        if not isinstance(told, dict):
            raise Unanswered(
                Unknown(
                    Reason.MALFORMED, Text.of("The answer is JSON, but not the object expected.")
                )
            )
        return {**told, "headers": dict(answer.headers)}


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
    """Yield every entry of all pages, as `page_by_page` reads them."""
    async for page in page_by_page(client, question):
        for entry in page:
            yield entry


async def page_by_page(client: Client, question: Question) -> AsyncIterator[Page]:
    """Yield the entries of each page.

    Raises:
        Unanswered: the list is not complete; what could be read of it was yielded.
    """
    read = turned = 0
    turns: set[str] = set()
    body = b""
    waiting: asyncio.Task[tuple[Answer, Question]] | None = None
    try:
        answer, question = await _turn(client, question, {}, 0, 0)
        while True:
            pages = question.pages
            page = Record(pages.decode(answer))
            silent = _says_nothing(page, question)
            found = Page() if silent else _entries(page, question.items)
            again = bool(found) and answer.body == body
            if again and pages.stops:
                break
            read += len(found)
            turned += 1
            seen = Seen(answer, page, len(found), read, turned)
            following = None if pages.suffices(read) else pages.following(seen)
            endless = again or (
                following is not None
                and (str(following) in turns or read > MOST_ENTRIES or turned >= MOST_PAGES)
            )
            turns.add(str(following))
            body = answer.body
            if following is not None and not endless:
                waiting = asyncio.create_task(_turn(client, question, following, read, turned))
                await _let_go()
            if found:
                yield found
            if endless:
                raise Unanswered(_ENDLESS)
            if waiting is None:
                break
            answer, question = await waiting
            waiting = None
    finally:
        if waiting is not None:
            waiting.cancel()
    announced = number(pages.total)(page) if pages.total and not pages.suffices(read) else read
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


async def _let_go() -> None:
    """Let the request for the next page leave: it is on its way while this page is read."""
    for _ in range(TURNS_TO_SEND):
        await asyncio.sleep(0)


async def _turn(
    client: Client, question: Question, following: Any, read: int, turned: int
) -> tuple[Answer, Question]:
    """Return the page that `following` leads to, and how to ask for those after it.

    A page that is too large is asked for in smaller ones.
    """
    while True:
        pages = question.pages
        try:
            if isinstance(following, str):
                return await client.follow(question.call, following), question
            params = {**question.params, **pages.params, **following}
            return await pages.ask(client, question.call, params, question.names), question
        except Unanswered as gap:
            too_large = gap.unknown.reason is Reason.TOO_LARGE
            smaller = pages.smaller(read, turned) if too_large else None
            if smaller is None:
                raise
            pages, following = smaller
            question = msgspec.structs.replace(question, pages=pages)


def _says_nothing(page: Record, question: Question) -> bool:
    return not page.has(question.items) and question.empty(page)


def _entries(page: Record, items: str) -> Page:
    value = page.at(items)
    if not isinstance(value, list):
        raise Unanswered(
            Unknown(Reason.MALFORMED, Text.of("The answer is JSON, but not the list expected."))
        )
    if set(map(type, value)) - {dict}:
        raise Unanswered(
            Unknown(Reason.MALFORMED, Text.of("The list holds something other than entries."))
        )
    return Page(map(Record, value))


_ENDLESS = Unknown(
    Reason.TOO_LARGE, Text.of("The list goes on beyond all measure, or in a circle.")
)
