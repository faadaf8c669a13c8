"""The report as OCSF 1.8 events, one a line.

Every finding is a Compliance Finding (class 2003); the last line is a Scan Activity (class 6007),
so that a scan that found nothing, or never ran, is told from silence. Times are milliseconds, as
the type `timestamp_t` of the schema says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from scanner.model import Severity, Status
from scanner.render.event import UNANSWERED, event_id, milliseconds, scan_event_id
from scanner.render.format import Format
from scanner.report import Report, ReportedCheck, ReportedFinding, ReportedTarget

_VERSION = "1.8.0"

_SEVERITIES: Mapping[Severity, tuple[int, str]] = {
    Severity.INFO: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
_COMPLIANCE: Mapping[Status, tuple[int, str]] = {
    Status.PASS: (1, "Pass"),
    # "The requirement check did not yield a result due to missing information."
    Status.INCONCLUSIVE: (2, "Warning"),
    Status.ERROR: (2, "Warning"),
    Status.FAIL: (3, "Fail"),
    Status.NOT_APPLICABLE: (99, "Not Applicable"),
}
_NEW, _SUPPRESSED, _RESOLVED = (1, "New"), (3, "Suppressed"), (4, "Resolved")
_CREATE, _UPDATE, _CLOSE = (1, "Create"), (2, "Update"), (3, "Close")
_COMPLETED, _CANCELLED = (2, "Completed"), (3, "Cancelled")


def render(report: Report) -> Iterator[bytes]:
    """Yield `report` as OCSF events, each a line of JSON."""
    encode = msgspec.json.Encoder().encode
    checks = {each.check: _Check(each) for each in report.checks}
    for target in report.targets:
        shared = encode(_target(report, target))[1:-1]
        for finding in target.findings:
            event = encode(_finding(report, finding, checks[finding.check]))
            # What all events of a target share was encoded once.
            yield b"%b,%b}\n" % (event[:-1], shared)
    yield encode(_scan(report)) + b"\n"


OCSF = Format(render=render, suffix="ocsf.ndjson", media_type="application/x-ndjson", events=True)


class _Check:
    """The parts of an event that depend on the check alone."""

    def __init__(self, check: ReportedCheck) -> None:
        self.check = check
        self.parameters = [
            {"name": name, "value": str(value)} for name, value in check.rule.items()
        ]
        self.severity_id, self.severity = _SEVERITIES[check.severity]


def _finding(report: Report, finding: ReportedFinding, check: _Check) -> dict[str, Any]:
    status_id, status = _COMPLIANCE[finding.status]
    severity_id, severity = (
        (check.severity_id, check.severity)
        if finding.status is Status.FAIL
        else (1, "Informational")
    )
    state_id, state = _state(finding)
    activity_id, activity = _activity(report, finding)
    subject = finding.subject
    info: dict[str, Any] = {
        "uid": finding.fingerprint,
        "title": check.check.title,
        "desc": check.check.why,
        "types": [finding.family],
    }
    if finding.first_seen is not None:
        info["first_seen_time"] = milliseconds(finding.first_seen)
    compliance: dict[str, Any] = {
        "control": finding.check,
        "requirements": finding.controls,
        "status_id": status_id,
        "status": status,
        "status_code": finding.status,
        "status_details": [finding.reason or finding.message],
        "checks": [
            {
                "uid": finding.check,
                "name": check.check.title,
                "severity_id": check.severity_id,
                "severity": check.severity,
                "status_id": status_id,
                "status": status,
            }
        ],
    }
    if check.parameters:
        compliance["control_parameters"] = check.parameters
    event: dict[str, Any] = {
        "time": milliseconds(finding.collected_at),
        "class_uid": 2003,
        "class_name": "Compliance Finding",
        "category_uid": 2,
        "category_name": "Findings",
        "type_uid": 200300 + activity_id,
        "activity_id": activity_id,
        "activity_name": activity,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": state_id,
        "status": state,
        "message": finding.message,
        "finding_info": info,
        "compliance": compliance,
        "resources": [{"uid": subject.id, "name": subject.name, "type": subject.type}],
        "evidences": [
            {
                "data": {
                    "observed": finding.observed,
                    "expected": finding.expected,
                    "origin": finding.origin,
                }
            }
        ],
        "metadata": {**_metadata(report, event_id(report, finding)), "event_code": finding.check},
    }
    if finding.fix is not None:
        event["remediation"] = {"desc": finding.fix}
    if finding.waiver is not None:
        event["comment"] = finding.waiver
    return event


def _state(finding: ReportedFinding) -> tuple[int, str]:
    if finding.status in (Status.PASS, Status.NOT_APPLICABLE):
        return _RESOLVED
    return _NEW if finding.waiver is None else _SUPPRESSED


def _activity(report: Report, finding: ReportedFinding) -> tuple[int, str]:
    if finding.first_seen is None or finding.first_seen >= report.started_at:
        return _CREATE
    return _CLOSE if finding.status is Status.PASS else _UPDATE


def _target(report: Report, target: ReportedTarget) -> dict[str, Any]:
    return {
        "unmapped": {
            "target": target.name,
            "platform": target.platform,
            "policy": report.policy,
            "policy_digest": report.policy_digest,
            "score_low": target.score.low,
            "score_high": target.score.high,
            "grade": target.grade,
            "coverage": target.coverage,
        }
    }


def _scan(report: Report) -> dict[str, Any]:
    findings = [finding for target in report.targets for finding in target.findings]
    activity_id, activity = _COMPLETED if report.complete else _CANCELLED
    failing = sum(each.status is Status.FAIL and each.waiver is None for each in findings)
    unknown = sum(each.status in UNANSWERED for each in findings)
    started, finished = milliseconds(report.started_at), milliseconds(report.finished_at)
    return {
        "time": finished,
        "class_uid": 6007,
        "class_name": "Scan Activity",
        "category_uid": 6,
        "category_name": "Application Activity",
        "type_uid": 600700 + activity_id,
        "activity_id": activity_id,
        "activity_name": activity,
        "severity_id": 1,
        "severity": "Informational",
        "status_id": 1 if report.complete else 2,
        "status": "Success" if report.complete else "Failure",
        "start_time": started,
        "end_time": finished,
        "duration": max(0, finished - started),
        "scan": {"uid": report.scan_id, "name": "mamori", "type_id": 99, "type": "Compliance"},
        "policy": {
            "name": report.policy,
            "uid": report.policy_digest,
            "version": report.policy_version,
        },
        "num_detections": failing,
        "num_skipped_items": unknown,
        "total": len(findings),
        "metadata": _metadata(report, scan_event_id(report)),
        "unmapped": {
            "targets": [
                {
                    "name": each.name,
                    "platform": each.platform,
                    "score_low": each.score.low,
                    "score_high": each.score.high,
                    "grade": each.grade,
                    "coverage": each.coverage,
                    "complete": each.complete,
                }
                for each in report.targets
            ]
        },
    }


def _metadata(report: Report, uid: str) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "product": {
            "name": "mamori",
            "vendor_name": "mamori",
            "version": report.mamori_version,
            "lang": report.language,
        },
        "uid": uid,
        "correlation_uid": report.scan_id,
    }
