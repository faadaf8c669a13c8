"""Rate budgets: the part of a vendor's own limits that a scan may take."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

import msgspec

from scanner.model import Reason, Text, Unknown

SHARE = 0.2
"""The part of the quota that is taken; the rest is for what the organisation does with it."""
LONGEST_PACE = 60.0
"""Windows up to so many seconds are waited out; longer ones are a budget that may run out."""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """One limit as the vendor publishes it."""

    requests: int
    seconds: int
    calls: str = ""
    """The class of calls that share it, as `Call.rate` names it."""


class QuotaUsedUpError(Exception):
    """The share of a long window is used up; `unknown` says so in the words of the report."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown)
        self.unknown = unknown


class Quota:
    """Keeps requests within `share` of every one of `rates`."""

    def __init__(
        self,
        rates: Iterable[Rate],
        share: float = SHARE,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._windows: dict[str, list[_Window]] = {}
        for rate in rates:
            self._windows.setdefault(rate.calls, []).append(_Window(rate, share))
        self._clock = clock
        self._sleep = sleep

    async def wait(self, calls: str) -> None:
        """Wait until one more request of the class `calls` may go out, and count it.

        Raises:
            QuotaUsedUpError: that would not be in this scan.
        """
        windows = self._windows.get(calls, ())
        while (pause := max((each.pause(self._clock()) for each in windows), default=0.0)) > 0:
            await self._sleep(pause)
        now = self._clock()
        for each in windows:
            each.sent.append(now)

    def patience(self, calls: str) -> float | None:
        """Return the seconds after which the vendor counts anew, where that can be waited out."""
        spans = [each.seconds for each in self._windows.get(calls, ())]
        return min((each for each in spans if each <= LONGEST_PACE), default=None)


class _Window:
    """The requests of one limit's newest window."""

    def __init__(self, rate: Rate, share: float) -> None:
        allowed = rate.requests * share
        self._rate = rate
        self.seconds = float(rate.seconds)
        self._most = max(1, int(allowed))
        # Less than one request per window is one request per several windows.
        self._seconds = rate.seconds * max(1.0, 1 / allowed)
        self._percent = round(share * 100)
        self.sent: deque[float] = deque()

    def pause(self, now: float) -> float:
        """Return the seconds to wait before one more request."""
        while self.sent and now - self.sent[0] >= self._seconds:
            self.sent.popleft()
        if len(self.sent) < self._most:
            return 0.0
        if self._rate.seconds > LONGEST_PACE:
            raise QuotaUsedUpError(
                Unknown(
                    Reason.REFUSED,
                    Text.of(
                        "The share of {percent} % of the {requests} requests that the vendor "
                        "allows per {hours} h is used up.",
                        percent=self._percent,
                        requests=self._rate.requests,
                        hours=round(self._rate.seconds / 3600, 1),
                    ),
                    Text.of("Give a larger share in `quota_percent`, or scan again later."),
                )
            )
        return self.sent[0] + self._seconds - now
