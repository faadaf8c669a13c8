"""The report as SARIF 2.1.0 (OASIS), which code scanning and many dashboards read.

There is no source file behind a finding; its place is a logical one, and an address relative to
nothing, because some consumers insist on one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec

from scanner.model import Severity, Status
from scanner.render.event import milliseconds
from scanner.render.format import Format
from scanner.report import Report, ReportedCheck, ReportedFinding, ReportedTarget

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_KINDS: Mapping[Status, str] = {
    Status.PASS: "pass",
    Status.FAIL: "fail",
    Status.INCONCLUSIVE: "open",
    Status.NOT_APPLICABLE: "notApplicable",
}
_LEVELS: Mapping[Severity, str] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SECURITY_SEVERITY: Mapping[Severity, str] = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.0",
}
"""In the middle of the ranges that GitHub calls by the same names."""


def render(report: Report) -> Iterator[bytes]:
    """Yield `report` as one SARIF log with one run."""
    encode = msgspec.json.Encoder().encode
    places = {each.check: place for place, each in enumerate(report.checks)}
    yield b'{"$schema":%b,"version":"2.1.0","runs":[%b,"results":[' % (
        encode(_SCHEMA),
        encode(_run(report))[:-1],
    )
    separator = b"\n"
    for target in report.targets:
        for finding in target.findings:
            if finding.status is not Status.ERROR:  # a notification, not a result
                yield separator + encode(_result(report, target, finding, places[finding.check]))
                separator = b",\n"
    yield b"\n]}]}\n"


SARIF = Format(render=render, suffix="sarif", media_type="application/sarif+json")


def _run(report: Report) -> dict[str, Any]:
    return {
        "tool": {
            "driver": {
                "name": "mamori",
                "semanticVersion": report.mamori_version,
                "language": report.language,
                "rules": [_rule(each) for each in report.checks],
            }
        },
        "automationDetails": {"id": f"mamori/{quote(report.policy)}/{report.scan_id}"},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": report.complete,
                "startTimeUtc": _utc(report.started_at),
                "endTimeUtc": _utc(report.finished_at),
                "toolExecutionNotifications": list(_notifications(report)),
            }
        ],
        "properties": {
            "policy": report.policy,
            "policyDigest": report.policy_digest,
            "targets": [
                {
                    "name": each.name,
                    "platform": each.platform,
                    "grade": each.grade,
                    "score": each.score,
                    "coverage": each.coverage,
                }
                for each in report.targets
            ],
        },
    }


def _rule(check: ReportedCheck) -> dict[str, Any]:
    return {
        "id": check.check,
        "name": check.check,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.why},
        "help": {"text": check.source},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
        "properties": {
            "tags": ["security", check.family],
            "severity": check.severity,
            "security-severity": _SECURITY_SEVERITY[check.severity],
            "parameters": check.rule,
        },
    }


def _notifications(report: Report) -> Iterator[dict[str, Any]]:
    for target in report.targets:
        for problem in target.problems:
            said = " ".join(filter(None, (f"{target.name}, {problem.where}:", problem.detail)))
            yield {
                "level": "warning",
                "descriptor": {"id": problem.reason},
                "message": {"text": " ".join(filter(None, (said, problem.remedy)))},
            }
        for finding in target.findings:
            if finding.status is Status.ERROR:
                yield {
                    "level": "error",
                    "associatedRule": {"id": finding.check},
                    "descriptor": {"id": "bug"},
                    "message": {"text": f"{target.name}, {finding.subject.id}: {finding.message}"},
                }


def _result(
    report: Report, target: ReportedTarget, finding: ReportedFinding, rule: int
) -> dict[str, Any]:
    subject = finding.subject
    failing = finding.status is Status.FAIL
    place = "/".join(quote(part, safe="") for part in (target.name, subject.type, subject.id))
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "kind": _KINDS[finding.status],
        # Anything but a failure has no level (clause 3.27.10).
        "level": _LEVELS[finding.severity] if failing else "none",
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": f"mamori/{place}"}},
                "logicalLocations": [
                    {
                        "name": subject.name,
                        "fullyQualifiedName": f"{target.name}/{subject.type}/{subject.id}",
                        "kind": "resource",
                    }
                ],
            }
        ],
        "partialFingerprints": {"mamori/1": finding.fingerprint},
        "properties": {
            "severity": finding.severity,
            "observed": finding.observed,
            "expected": finding.expected,
            "fix": finding.fix,
            "reason": finding.reason,
            "controls": finding.controls,
            "origin": finding.origin,
            "collectedAt": finding.collected_at,
        },
    }
    if finding.first_seen is not None:
        new = milliseconds(finding.first_seen) >= milliseconds(report.started_at)
        result["baselineState"] = "new" if new else "unchanged"
    if finding.waiver is not None:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": finding.waiver}
        ]
    return result


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
