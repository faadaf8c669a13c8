"""What the process says to the shell, cron and CI when it ends."""

from __future__ import annotations

from enum import IntEnum

from scanner.model import Severity, Status
from scanner.report import Report


class ExitCode(IntEnum):
    """Every exit code of every command. Where several apply, the first in `PRECEDENCE` wins."""

    COMPLETE = 0
    """Everything was seen, and nothing at or above the threshold was found."""
    INTERNAL_ERROR = 1
    """mamori failed; Python's own code."""
    USAGE = 2
    """The command line, the configuration or the policy is wrong; nothing was contacted."""
    NOTHING_SCANNED = 3
    """No target could be looked at, or the history could not be read."""
    FINDINGS = 10
    """There are findings at or above the threshold."""
    EVIDENCE_MISSING = 11
    """There are none, but something could not be judged."""
    NOT_DELIVERED = 12
    """The report could not be delivered to every place."""
    LOCKED = 75
    """Another scan of a target is running."""


PRECEDENCE = (
    ExitCode.INTERNAL_ERROR,
    ExitCode.USAGE,
    ExitCode.LOCKED,
    ExitCode.NOTHING_SCANNED,
    ExitCode.FINDINGS,
    ExitCode.NOT_DELIVERED,
    ExitCode.EVIDENCE_MISSING,
    ExitCode.COMPLETE,
)


def exit_code(
    report: Report,
    fail_on: Severity,
    *,
    delivered: bool = True,
    locked: bool = False,
    only_report: bool = False,
) -> ExitCode:
    """Return what `report` means to whoever started mamori.

    A waived failure does not count; with `only_report` none does, nor does missing evidence.
    """
    findings = [finding for target in report.targets for finding in target.findings]
    # What merely informs, such as that nothing contradicts nothing, is no sight of a target.
    concluded = any(
        each.status in (Status.PASS, Status.FAIL) and each.severity is not Severity.INFO
        for each in findings
    )
    applying = {
        ExitCode.LOCKED: locked,
        ExitCode.NOTHING_SCANNED: not concluded,
        ExitCode.FINDINGS: not only_report
        and any(
            each.status is Status.FAIL
            and each.waiver is None
            and each.severity.rank >= fail_on.rank
            for each in findings
        ),
        ExitCode.NOT_DELIVERED: not delivered,
        ExitCode.EVIDENCE_MISSING: not only_report
        and (
            not report.complete
            or any(target.problems for target in report.targets)
            or any(each.status in (Status.INCONCLUSIVE, Status.ERROR) for each in findings)
        ),
    }
    return next(code for code in PRECEDENCE if applying.get(code, code is ExitCode.COMPLETE))
