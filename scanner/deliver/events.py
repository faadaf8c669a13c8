"""A report as events, each with the id, time and weight that a log wants beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice, zip_longest

import msgspec

from scanner import registry
from scanner.model import Severity, Status
from scanner.render.event import UNANSWERED, event_id, scan_event_id
from scanner.render.format import Format
from scanner.report import Report, ReportedFinding


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a form that is made of events."""

    id: str
    """The same however often it is sent, so that a receiver can drop what it has."""
    at: datetime
    code: str
    """The check, or `scan`."""
    severity: Severity | None
    """How bad it is that the finding fails; None where it does not."""
    unknown: bool
    data: bytes


def events(report: Report, form: str, start: int = 0) -> Iterator[Event]:
    """Yield the events of `report` in the form `form`, without the first `start`.

    A form of events has one piece per finding, and perhaps one for the scan at the end.
    """
    renderer: Format = registry.part("renderers", form)
    findings = (each for target in report.targets for each in target.findings)
    pairs = zip_longest(renderer.render(report), findings)
    for piece, finding in islice(pairs, start, None):
        if piece is not None:
            yield _event(report, finding, piece.rstrip(b"\n"))


def _event(report: Report, finding: ReportedFinding | None, data: bytes) -> Event:
    if finding is None:
        return Event(
            id=scan_event_id(report),
            at=report.finished_at,
            code="scan",
            severity=None,
            unknown=False,
            data=data,
        )
    failing = finding.status is Status.FAIL and finding.waiver is None
    return Event(
        id=event_id(report, finding),
        at=finding.collected_at,
        code=finding.check,
        severity=finding.severity if failing else None,
        unknown=finding.status in UNANSWERED,
        data=data,
    )
