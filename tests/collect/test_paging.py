"""Lists that go on for ever, in a circle or on the spot, from a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from scanner.collect import http
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


def things(count: int, start: int, size: int) -> dict[str, Any]:
    entries = [{"id": number, "body": "x" * 1000} for number in range(count)]
    return {"things": entries[start : start + size], "total": count}


@pytest.mark.parametrize(
    ("pages", "start"),
    [
        (Offset(size_param="limit", size=20), lambda query: int(query.get("offset", 0))),
        (
            Numbered(size_param="limit", size=20, total="total"),
            lambda query: (int(query["page"]) - 1) * int(query["limit"]),
        ),
    ],
)
def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones(
    server: Any, monkeypatch: pytest.MonkeyPatch, pages: Pages, start: Any
) -> None:
    monkeypatch.setattr(http, "MAX_BODY", 10_000)
    found, gap = read(server, pages, lambda query: things(7, start(query), int(query["limit"])))
    assert (found, gap) == (list(range(7)), None)


def test_of_a_log_that_begins_with_the_newest_no_more_is_read_than_is_enough(server: Any) -> None:
    pages = Offset(size_param="limit", size=5, total="total", newest=10)
    found, gap = read(server, pages, lambda query: things(90, int(query.get("offset", 0)), 5))
    assert (found, gap) == (list(range(10)), None)
    assert len(server.asked) == 2


def test_a_server_that_stays_on_its_last_page_has_told_all_of_it_where_that_is_its_habit(
    server: Any,
) -> None:
    page = {"things": [{"id": 1}, {"id": 2}]}
    found, gap = read(server, Offset(size_param="limit", size=2, stops=True), lambda query: page)
    assert (found, gap) == ([1, 2], None)
