r"""The report in ArcSight's Common Event Format, version 0, one finding a line.

In the header `\` and `|` are escaped, in the extension `\`, `=` and line breaks, as the format's
Implementation Standard says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.model import Severity, Status
from scanner.render.event import UNANSWERED, event_id, milliseconds
from scanner.render.format import Format
from scanner.report import Report, ReportedFinding, ReportedTarget

_SEVERITIES: Mapping[Severity, int] = {
    Severity.INFO: 1,
    Severity.LOW: 3,
    Severity.MEDIUM: 5,
    Severity.HIGH: 8,
    Severity.CRITICAL: 10,
}
_UNKNOWN = 2
"""Where there is no evidence, somebody should look some day."""
_LONGEST = 1023
"""Characters that `msg` may have by the standard."""


def render(report: Report) -> Iterator[bytes]:
    """Yield `report` as CEF, each finding a line."""
    titles = {each.check: each.title for each in report.checks}
    for target in report.targets:
        for finding in target.findings:
            header = "|".join(
                map(
                    _header,
                    (
                        "CEF:0",
                        "mamori",
                        "mamori",
                        report.mamori_version,
                        finding.check,
                        titles[finding.check],
                        str(_severity(finding)),
                    ),
                )
            )
            extension = " ".join(
                f"{key}={_value(value)}"
                for key, value in _extension(report, target, finding).items()
                if value
            )
            yield f"{header}|{extension}\n".encode()


CEF = Format(render=render, suffix="cef", media_type="text/plain; charset=utf-8", events=True)


def _severity(finding: ReportedFinding) -> int:
    if finding.status is Status.FAIL:
        return _SEVERITIES[finding.severity] if finding.waiver is None else 0
    return _UNKNOWN if finding.status in UNANSWERED else 0


def _extension(
    report: Report, target: ReportedTarget, finding: ReportedFinding
) -> dict[str, str | None]:
    return {
        "rt": str(milliseconds(finding.collected_at)),
        "externalId": event_id(report, finding),
        "cat": finding.family,
        "outcome": finding.status,
        "reason": finding.reason,
        "msg": finding.message[:_LONGEST],
        "dvchost": target.name,
        "cs1Label": "subject",
        "cs1": finding.subject.id,
        "cs2Label": "subjectName",
        "cs2": finding.subject.name,
        "cs3Label": "subjectType",
        "cs3": finding.subject.type,
        "cs4Label": "controls",
        "cs4": " ".join(finding.controls),
        "cs5Label": "fix",
        "cs5": (finding.fix or "")[:_LONGEST],
        "cs6Label": "fingerprint",
        "cs6": finding.fingerprint,
        "cfp1Label": "scoreLow",
        "cfp1": f"{target.score.low:g}",
        "cfp2Label": "scoreHigh",
        "cfp2": f"{target.score.high:g}",
    }


def _header(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\r", " ").replace("\n", " ")


def _value(text: str) -> str:
    return text.replace("\\", "\\\\").replace("=", "\\=").replace("\r", "\\r").replace("\n", "\\n")
