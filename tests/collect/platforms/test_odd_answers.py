"""What no documentation shows and every vendor sends one day: each connector says what it lost."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any

import pytest
from vendors import NAMES, Desk, Refusal, judged, key, platform, read, vendor

from scanner.collect import http
from scanner.collect.answers import parse_moment
from scanner.collect.http import Call
from scanner.model import Deployment, Reason, Status
from scanner.report import ReportedTarget

Reply = tuple[int, dict[str, str], bytes]
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}

ODD: dict[str, Reply] = {
    "403 without a body": (403, {}, b""),
    "403 as a page": (403, HTML, b"<html><title>Request blocked</title></html>"),
    "404 of a gateway": (404, HTML, b"<h1>404 Not Found</h1>"),
    "410": (410, JSON, b'{"message": "Gone"}'),
    "500 as a page": (500, HTML, b"<h1>Internal Server Error</h1>"),
    "503 with a long wait": (503, {"Retry-After": "86400"}, b""),
    "429 without an end": (429, {"Retry-After": "Fri, 31 Dec 2027 23:59:59 GMT"}, b""),
    "a sign-in page": (200, HTML, b"<html><form action=/login></form></html>"),
    "nothing": (200, JSON, b""),
    "204": (204, {}, b""),
    "null": (200, JSON, b"null"),
    "true": (200, JSON, b"true"),
    "a number": (200, JSON, b"0"),
    "a text": (200, JSON, b'"ok"'),
    "an empty object": (200, JSON, b"{}"),
    "a list of nulls": (200, JSON, b"[null, null]"),
    "an error with status 200": (200, JSON, b'{"error": {"code": 500, "message": "try later"}}'),
    "errors with status 200": (200, JSON, b'{"success": false, "errors": [{"code": "606"}]}'),
    "torn JSON": (200, JSON, b'{"results": [{"id": "1"'),
    "two documents": (200, JSON, b"{}\n{}"),
    "NaN": (200, JSON, b'{"results": NaN}'),
    "UTF-16": (200, JSON, '{"results": []}'.encode("utf-16")),
    "a byte order mark": (200, JSON, b"\xef\xbb\xbf{}"),
    "XML": (200, {"Content-Type": "text/xml"}, b"<?xml version='1.0'?><error>no</error>"),
    "an entity bomb": (
        200,
        {"Content-Type": "text/xml"},
        b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><x>&b;</x>",
    ),
    "a terminal escape": (200, JSON, b'{"message": "\\u001b]0;x\\u0007"}'),
}


SOME = 2
"""Odd answers that each call meets; the whole matrix takes minutes."""


class OddDesk(Desk):
    """Answers one call in an odd way, and the others as documented."""

    def __init__(self, name: str, call: Call, reply: Reply) -> None:
        super().__init__(name)
        self._odd, self._reply = call, reply

    def answer(self, method: str, path: str, body: str = "") -> Reply:
        status, headers, content = super().answer(method, path, body)
        return (
            self._reply
            if self.call_for(method, path, body) is self._odd
            else (
                status,
                headers,
                content,
            )
        )


@cache
def before(name: str) -> ReportedTarget:
    return judged(read(Desk(name)))


def passes(told: ReportedTarget) -> set[str]:
    return {
        each.fingerprint
        for each in told.findings
        if each.status is Status.PASS and each.family != "evidence"
    }


def nothing_gained(name: str, deployment: Deployment, case: Any) -> None:
    assert all(problem.reason is not Reason.BUG for problem in deployment.problems), case
    after = judged(deployment)
    assert passes(after) <= passes(before(name)), case
    assert after.score.low <= before(name).score.low, case
    lost = concluded(before(name)) - concluded(after)
    if lost:
        assert any(each.status is Status.INCONCLUSIVE for each in after.findings), case
        assert deployment.problems or deployment.populations or unexplained(after) == set(), case


def concluded(told: ReportedTarget) -> set[str]:
    return {each.fingerprint for each in told.findings if each.status in {Status.PASS, Status.FAIL}}


def unexplained(told: ReportedTarget) -> set[str]:
    return {
        each.check
        for each in told.findings
        if each.status is Status.INCONCLUSIVE and not each.message
    }


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(seconds: float) -> None:
        await _sleep(0 if seconds < 100 else seconds)

    _sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", at_once)
    monkeypatch.setattr(http, "ATTEMPTS", 2)


@pytest.mark.parametrize("name", NAMES)
def test_one_call_that_answers_oddly_gains_nothing_and_leaves_the_others(name: str) -> None:
    """Each call meets some of the odd answers; all of them meet all in `MAMORI_ODD_ANSWERS=all`."""
    cases = list(ODD)
    each = len(cases) if os.environ.get("MAMORI_ODD_ANSWERS") == "all" else SOME
    for place, call in enumerate(platform(name).calls):
        for number in range(each):
            case = cases[(place * SOME + number + NAMES.index(name)) % len(cases)]
            nothing_gained(name, read(OddDesk(name, call, ODD[case])), (call.path, call.asks, case))


@pytest.mark.parametrize("name", NAMES)
def test_to_wait_until_a_date_is_to_wait(name: str) -> None:
    now = datetime.now(UTC)
    for header in (format_datetime(now - timedelta(seconds=2), usegmt=True), "0"):
        first = Refusal(429, None, {"Retry-After": header, "Date": format_datetime(now)})
        assert concluded(judged(read(Desk(name, first=first)))) == concluded(before(name))


def cursors(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield for each list with pages what it is when its last page leads back to an earlier one."""
    lists = {
        key(call.method, call.path, call.asks)
        for call in platform(name).calls
        if re.match(r"per \d", call.repeats)
    }
    for place, given in vendor(name).answers.items():
        if place in lists and isinstance(given, dict) and len(given.get("pages", ())) > 1:
            yield place, {"pages": [*given["pages"][:-1], given["pages"][0]]}


@pytest.mark.parametrize("name", NAMES)
def test_a_last_page_that_leads_back_ends_the_list_and_is_told(name: str) -> None:
    for place, again in cursors(name):
        answers = {**vendor(name).answers, place: again}
        deployment = read(Desk(name, answers=answers))
        nothing_gained(name, deployment, place)
        assert deployment.problems, place


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("20200731204954", datetime(2020, 7, 31, 20, 49, 54, tzinfo=UTC)),
        ("1700000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (1_700_000_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (20_200_731_204_954, None),
        ("99999999999999", None),
        ("170000000000000", None),
    ],
)
def test_digits_are_a_moment_only_where_it_is_plain_which(
    written: Any, meant: datetime | None
) -> None:
    assert parse_moment(written) == meant
