"""What the forms made for a SIEM have in common: when an event was, which one it is, what it says.

An event keeps its identity however often it is rendered or sent, so that a receiver can drop what
it has already seen.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scanner.model import Status
from scanner.report import Report, ReportedFinding

UNANSWERED = (Status.INCONCLUSIVE, Status.ERROR)
"""What a finding comes to where there is no evidence."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def event_id(report: Report, finding: ReportedFinding) -> str:
    """Return what tells this sight of this finding from every other event of every scan."""
    blind = "-blind" if finding.blind else ""  # beside it, the account itself may be judged
    return f"{report.scan_id}-{finding.fingerprint}{blind}"


def scan_event_id(report: Report) -> str:
    """Return what identifies the event that says that the scan took place."""
    return f"{report.scan_id}-scan"


def milliseconds(moment: datetime) -> int:
    """Return the milliseconds since 1970-01-01 UTC."""
    return (moment - _EPOCH) // _MILLISECOND


def is_open(finding: ReportedFinding) -> bool:
    """Tell whether somebody has to act: it fails and nobody has accepted it, or is not known."""
    if finding.status is Status.FAIL:
        return finding.waiver is None
    return finding.status in UNANSWERED
