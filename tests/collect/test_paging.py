"""Lists that go on for ever, in a circle or on the spot, from a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from scanner.collect.http import Call, Client, Unanswered
from scanner.collect.paging import Cursor, NextLink, Numbered, Offset, Pages, Question, entries
from scanner.model import Reason

LIST = Call(section="things", path="/things")


def read(server: Any, pages: Pages, rule: Callable[[dict[str, str]], Any]) -> tuple[list[Any], Any]:
    """Return the ids of what was read, and why it is not complete."""
    server.decide("/things", lambda asked: rule(asked.query))

    async def run() -> tuple[list[Any], Any]:
        found: list[Any] = []
        async with Client(server.url, (LIST,)) as client:
            question = Question(call=LIST, pages=pages, items="things")
            try:
                async for each in entries(client, question):
                    found += (each.at("id"),)
            except Unanswered as gap:
                return found, gap.unknown.reason
        return found, None

    return asyncio.run(run())


CIRCLE = {None: "a", "a": "b", "b": "a"}


@pytest.mark.parametrize(
    ("pages", "page"),
    [
        (
            Cursor(param="after", at="next"),
            lambda query: {
                "things": [{"id": query.get("after")}],
                "next": CIRCLE[query.get("after")],
            },
        ),
        (
            NextLink(at="next"),
            lambda query: {
                "things": [{"id": query.get("after")}],
                "next": f"/things?after={CIRCLE[query.get('after')]}",
            },
        ),
    ],
)
def test_a_circle_of_pages_is_left_when_it_closes(server: Any, pages: Pages, page: Any) -> None:
    found, gap = read(server, pages, page)
    assert found == [None, "a", "b"]
    assert gap is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "pages",
    [
        Offset(size_param="limit", size=2, total="total"),
        Offset(size_param="limit", size=2),
        Numbered(size_param="limit", size=2),
    ],
)
def test_a_server_that_gives_the_first_page_again_and_again_is_not_believed(
    server: Any, pages: Pages
) -> None:
    page = {"things": [{"id": 1}, {"id": 2}], "total": 4}
    _, gap = read(server, pages, lambda query: page)
    assert gap is Reason.TOO_LARGE
    assert len(server.asked) <= 3


def test_a_cursor_beside_a_null_among_the_entries_keeps_what_came_before(server: Any) -> None:
    def page(query: dict[str, str]) -> Any:
        if "after" in query:
            return {"things": [None], "next": None}
        return {"things": [{"id": 1}], "next": "x"}

    assert read(server, Cursor(param="after", at="next"), page) == ([1], Reason.MALFORMED)
