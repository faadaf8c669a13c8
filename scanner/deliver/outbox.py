"""Brings what is owed to each sink there: the oldest report first, at least once, none forgotten.

What waits lies in the history, put there in the same step as the scan itself. A sink that does not
take a report keeps its place in the queue; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec

from scanner.collect.vaults.reference import VaultError, read_reference
from scanner.collect.vaults.secret import Secret
from scanner.config import Configured
from scanner.deliver.file import DeliveryError
from scanner.deliver.sink import Delivery, Sink, SinkOptions
from scanner.model import Text
from scanner.model.errors import MamoriError
from scanner.report import Report, ReportedTarget

_LOOK_BACK = 30
"""How many scans back a target is looked for."""


class Waiting(Protocol):
    """An entry of an outbox."""

    @property
    def id(self) -> int:
        """Its number; entries are sent in the order of these."""

    @property
    def scan(self) -> int:
        """The number of the scan."""

    @property
    def sink(self) -> str:
        """The id of the sink."""

    @property
    def cursor(self) -> int:
        """How much the sink has acknowledged."""


class Outbox(Protocol):
    """What holds the reports until they are delivered: the history."""

    def pending(self, sink: str | None = None) -> Sequence[Waiting]:
        """Return what waits, the oldest first."""

    def report(self, number: int) -> Report:
        """Return the report of a scan."""

    def advance(self, id: int, cursor: int) -> None:
        """Note how much of an entry its sink has acknowledged."""

    def delivered(self, id: int, at: datetime) -> None:
        """Note that its sink has taken all of an entry."""

    def failed(self, id: int, at: datetime, error: str) -> None:
        """Note why its sink did not take an entry."""


class Undelivered(msgspec.Struct, frozen=True):
    """A sink that did not take everything, and why."""

    sink: str
    cause: Text
    waiting: int
    """How many reports wait for it now."""


class Unkept(msgspec.Struct, frozen=True):
    """The outbox where no history is kept: it holds one report, and forgets it in the end."""

    one: Report
    sinks: tuple[str, ...]

    def pending(self, sink: str | None = None) -> list[Entry]:
        """Return the one report for each sink."""
        return [
            Entry(id=place, scan=0, sink=each, cursor=0)
            for place, each in enumerate(self.sinks)
            if sink in (None, each)
        ]

    def report(self, number: int) -> Report:
        """Return the one report."""
        if number != 0:
            raise DeliveryError("No history is kept.")
        return self.one

    def advance(self, id: int, cursor: int) -> None:
        """Forget it."""

    def delivered(self, id: int, at: datetime) -> None:
        """Forget it."""

    def failed(self, id: int, at: datetime, error: str) -> None:
        """Forget it."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of an outbox that is not kept."""

    id: int
    scan: int
    sink: str
    cursor: int


class Courier:
    """Delivers by one configuration."""

    def __init__(
        self,
        sinks: Iterable[Configured],
        folder: Path,
        environment: Mapping[str, str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        # Those that are told how the others fared come last.
        self._sinks = sorted(sinks, key=lambda each: _kind(each).last)
        self._folder = folder
        self._environment = environment
        self._now = now
        self._read: tuple[int, Report] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of the sinks, as the outbox keeps them."""
        return tuple(_options(each).id for each in self._sinks)

    def begin(self) -> list[Undelivered]:
        """Tell the sinks that want to know it that a scan begins."""
        refused = []
        for each in self._sinks:
            begin = _kind(each).begin
            if begin is not None:
                cause = _attempt(partial(self._tell, each, begin))
                if cause is not None:
                    refused.append(Undelivered(_options(each).id, cause, 0))
        return refused

    def _tell(self, each: Configured, begin: Callable[[Delivery], None]) -> None:
        begin(self._delivery(each, None, ()))

    def unreadable(self) -> list[Undelivered]:
        """Return the sinks whose secrets cannot be read; nothing is sent."""
        found = []
        for each in self._sinks:
            try:
                self._secrets(each)
            except DeliveryError as error:
                found.append(Undelivered(_options(each).id, error.text, 0))
        return found

    def deliver(self, outbox: Outbox) -> list[Undelivered]:
        """Send all that waits, and return the sinks that did not take all of theirs."""
        undelivered: list[Undelivered] = []
        for each in self._sinks:
            waiting = list(outbox.pending(_options(each).id))
            if _kind(each).latest_only:
                for overtaken in waiting[:-1]:
                    outbox.delivered(overtaken.id, self._now())
                waiting = waiting[-1:]
            refused = tuple(one.sink for one in undelivered)
            cause, left = self._deliver(each, outbox, waiting, refused)
            if cause is not None:
                undelivered.append(Undelivered(_options(each).id, cause, left))
        return undelivered

    def _deliver(
        self,
        each: Configured,
        outbox: Outbox,
        waiting: Sequence[Waiting],
        refused: tuple[str, ...],
    ) -> tuple[Text | None, int]:
        """Send what waits for one sink; return why some of it still waits, and how many do."""
        damage: Text | None = None
        damaged = 0
        for place, entry in enumerate(waiting):
            try:
                report = self._report(outbox, entry.scan)
            except MamoriError as error:  # nobody will read it again, so nothing waits behind it
                damage, damaged = error.text, damaged + 1
                outbox.failed(entry.id, self._now(), str(damage))
                continue
            cause = self._send(each, outbox, entry, report, refused)
            if cause is not None:
                outbox.failed(entry.id, self._now(), str(cause))
                # Later reports wait behind it, so that the receiver sees them in their order.
                return cause, damaged + len(waiting) - place
            outbox.delivered(entry.id, self._now())
        return damage, damaged

    def _send(
        self,
        each: Configured,
        outbox: Outbox,
        entry: Waiting,
        report: Report,
        refused: tuple[str, ...],
    ) -> Text | None:
        def send() -> None:
            delivery = self._delivery(
                each,
                report,
                refused,
                cursor=entry.cursor,
                earlier=lambda: _earlier(outbox, entry.scan, report),
                advance=lambda cursor: outbox.advance(entry.id, cursor),
            )
            _kind(each).send(delivery)

        return _attempt(send)

    def _report(self, outbox: Outbox, scan: int) -> Report:
        """Return a report, read once for all the sinks that it goes to."""
        if self._read is None or self._read[0] != scan:
            self._read = (scan, outbox.report(scan))
        return self._read[1]

    def _delivery(
        self,
        each: Configured,
        report: Report | None,
        refused: tuple[str, ...],
        *,
        cursor: int = 0,
        earlier: Callable[[], dict[str, ReportedTarget]] = dict,
        advance: Callable[[int], None] = lambda cursor: None,
    ) -> Delivery:
        return Delivery(
            report=report,
            earlier=earlier,
            options=each.options,
            folder=self._folder,
            secrets=self._secrets(each),
            cursor=cursor,
            advance=advance,
            refused=refused,
        )

    def _secrets(self, each: Configured) -> dict[str, Secret]:
        found = {}
        for key in _kind(each).secrets:
            reference = getattr(each.options, key)
            if reference is None:
                continue
            failure: DeliveryError | None = None
            try:
                held = read_reference(reference, environment=self._environment, folder=self._folder)
                found[key] = held.secret
            except VaultError as error:
                failure = DeliveryError(
                    "The secret {reference} cannot be read. {cause}",
                    reference=reference,
                    cause=error.unknown.detail or Text("Its vault does not say why."),
                )
            if failure is not None:
                raise failure
        return found


def _attempt(step: Callable[[], None]) -> Text | None:
    """Do something with a sink, and return why it failed, if it did."""
    try:
        step()
    except MamoriError as error:
        return error.text
    except Exception as bug:  # noqa: BLE001 - a stranger's sink must not take the others down
        return Text.of("The sink failed ({kind}).", kind=type(bug).__name__)
    return None


def _kind(each: Configured) -> Sink:
    kind: Sink = each.kind
    return kind


def _options(each: Configured) -> SinkOptions:
    options: SinkOptions = each.options
    return options


def _earlier(outbox: Outbox, scan: int, report: Report) -> dict[str, ReportedTarget]:
    """Return each target as the scan before saw it; not every scan visits them all."""
    wanted = {each.name for each in report.targets}
    found: dict[str, ReportedTarget] = {}
    for number in range(scan - 1, max(0, scan - 1 - _LOOK_BACK), -1):
        try:
            before = outbox.report(number)
        except MamoriError:  # not kept, or damaged
            continue
        found.update(
            (each.name, each)
            for each in before.targets
            if each.name in wanted and each.name not in found
        )
        if len(found) == len(wanted):
            break
    return found
