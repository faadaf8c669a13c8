"""Marketo's errors, most of which come in answers of status 200."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from vendors import Desk, Refusal, read

from scanner.collect import http
from scanner.model import Integration, Reason

ONCE = {"success": False, "requestId": "e42b#1"}


def refusal(code: str) -> Refusal:
    return Refusal(200, {**ONCE, "errors": [{"code": code, "message": "as documented"}]})


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(seconds: float) -> None:
        await real(0 if seconds < 100 else seconds)

    real = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", sleep)


@pytest.mark.parametrize("code", ["606", "615"])
def test_too_many_calls_at_a_time_are_waited_out(code: str) -> None:
    assert read(Desk("marketo", first=refusal(code))).subjects == read(Desk("marketo")).subjects


@pytest.mark.parametrize("code", ["601", "602"])
def test_an_expired_token_is_fetched_anew_and_nothing_is_lost(code: str) -> None:
    desk = Desk("marketo", first=refusal(code))
    assert read(desk).subjects == read(Desk("marketo")).subjects
    assert desk.asked.count("GET /identity/oauth/token") == 2


def test_a_quota_that_is_used_up_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ATTEMPTS", 5)
    desk = Desk("marketo", refuse_all=refusal("607"), admit=("/identity/oauth/token",))
    found = read(desk)
    assert {problem.reason for problem in found.problems} == {Reason.RATE_LIMITED}
    assert len(desk.asked) == len(set(desk.asked))


def test_a_storm_of_refusals_ends_the_questions_about_single_users() -> None:
    class Stormy(Desk):
        def answer(self, method: str, path: str, body: str = "") -> Any:
            status, headers, said = super().answer(method, path, body)
            if path.endswith("/user.json"):
                return 429, {}, b"{}"
            return status, headers, said

    desk = Stormy("marketo")
    found = read(desk)
    singles = [each for each in desk.asked if each.endswith("/user.json")]
    assert len(singles) <= 4 * http.ATTEMPTS
    assert Reason.RATE_LIMITED in {problem.reason for problem in found.problems}
    assert [each for each in found.subjects if isinstance(each, Integration)]
