"""Compressed answers are unpacked whole, or not taken for whole."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.http import Call, Client, Unanswered
from scanner.collect.inflate import Inflater
from scanner.collect.probes.fetch import Visit, Visitor
from scanner.model import Reason, Unknown

ENDLESS = 1 << 30


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=3), st.integers(1, 50))
def test_members_are_unpacked_however_they_are_cut(parts: list[bytes], size: int) -> None:
    packed = b"".join(map(gzip.compress, parts))
    inflater = Inflater()
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert b"".join(inflater.feed(each, ENDLESS) for each in pieces) == b"".join(parts)
    inflater.finish()


def test_what_follows_the_end_counts_for_nothing_and_no_body_has_no_end() -> None:
    inflater = Inflater()
    assert inflater.feed(gzip.compress(b"a") + b"\0" * 100, ENDLESS) == b"a"
    inflater.finish()
    Inflater().finish()


def test_no_more_is_unpacked_than_asked_for_of_one_member_or_many() -> None:
    for packed in (gzip.compress(b" " * 10_000_000), gzip.compress(b" " * 1000) * 1000):
        assert len(Inflater().feed(packed, 2000)) == 2000


@given(st.binary(max_size=100))
def test_damage_is_said_to_be_damage(data: bytes) -> None:
    inflater = Inflater()
    try:
        inflater.feed(data, 1000)
        inflater.finish()
    except zlib.error:
        return


def visit(url: str) -> Visit | Unknown:
    async def run() -> Visit | Unknown:
        async with Visitor() as visitor:
            return await visitor.get(url)

    return asyncio.run(run())


def ask(url: str) -> Any:
    call = Call(section="things", path="/a")

    async def run() -> Any:
        async with Client(url, (call,)) as client:
            return (await client.get(call)).json()

    return asyncio.run(run())


def test_an_answer_in_two_members_is_whole_and_one_that_lacks_its_end_is_none(server: Any) -> None:
    told = {"Content-Encoding": "gzip"}
    server.answer("/a", gzip.compress(b"[1,") + gzip.compress(b"2]"), headers=told)
    assert ask(server.url) == [1, 2]
    page = visit(f"{server.url}/a")
    assert isinstance(page, Visit)
    assert page.body == b"[1,2]"
    assert page.cut is None
    server.answer("/a", gzip.compress(b"<p>agreed</p>" * 9)[:-9], headers=told)
    with pytest.raises(Unanswered) as refused:
        ask(server.url)
    assert refused.value.unknown.reason is Reason.MALFORMED
    for encoding in ("gzip", "br"):
        packed = gzip.compress(b"<p>agreed</p>" * 9)[:-9]
        server.answer("/a", packed, headers={"Content-Encoding": encoding})
        page = visit(f"{server.url}/a")
        assert isinstance(page, Visit)
        assert page.first("content-type")  # what its headers say is known all the same
        assert isinstance(page.cut, Unknown)
        assert page.cut.reason is Reason.MALFORMED
