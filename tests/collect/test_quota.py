"""A scan takes its share of the vendor's limits, and no more."""

from __future__ import annotations

import asyncio

import pytest

from scanner.collect.quota import Quota, QuotaUsedUpError, Rate


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def spend(quota: Quota, count: int, calls: str = "") -> None:
    async def run() -> None:
        for _ in range(count):
            await quota.wait(calls)

    asyncio.run(run())


def test_a_short_window_is_waited_out() -> None:
    clock = Clock()
    quota = Quota([Rate(requests=100, seconds=10)], clock=clock, sleep=clock.sleep)
    spend(quota, 20)
    assert clock.now == 0
    spend(quota, 1)
    assert clock.now == pytest.approx(10)


def test_a_long_window_is_a_budget_that_ends_with_a_reason() -> None:
    quota = Quota([Rate(requests=100, seconds=3600)])
    spend(quota, 20)
    with pytest.raises(QuotaUsedUpError) as stopped:
        spend(quota, 1)
    assert "20 %" in str(stopped.value.unknown.detail)


def test_each_class_of_calls_has_its_own_budget() -> None:
    quota = Quota([Rate(requests=10, seconds=3600), Rate(requests=100, seconds=3600, calls="c")])
    spend(quota, 2)
    spend(quota, 20, "c")
    spend(quota, 99, "unlimited")
    with pytest.raises(QuotaUsedUpError):
        spend(quota, 1)


def test_a_share_of_less_than_one_request_is_one_in_a_longer_while() -> None:
    clock = Clock()
    quota = Quota([Rate(requests=1, seconds=1)], clock=clock, sleep=clock.sleep)
    spend(quota, 3)
    assert clock.now == pytest.approx(10)


def test_the_whole_quota_may_be_taken_when_asked_for() -> None:
    clock = Clock()
    quota = Quota([Rate(requests=100, seconds=10)], 1.0, clock=clock, sleep=clock.sleep)
    spend(quota, 100)
    assert clock.now == 0
