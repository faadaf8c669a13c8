"""The report as documents of the Elastic Common Schema 9, one a line.

The shape is the one in which Elastic's own integrations bring posture findings: `event.kind` state,
`event.category` configuration, and `resource`, `result` and `mamori` beside the fields of ECS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from scanner.model import Status
from scanner.render.event import event_id, scan_event_id
from scanner.render.format import Format
from scanner.report import Report, ReportedFinding, ReportedTarget

_VERSION = "9.4.0"
_OUTCOMES: Mapping[Status, str] = {Status.PASS: "success", Status.FAIL: "failure"}
_EVALUATIONS: Mapping[Status, str] = {
    Status.PASS: "passed",
    Status.FAIL: "failed",
    Status.INCONCLUSIVE: "unknown",
    Status.ERROR: "unknown",
    Status.NOT_APPLICABLE: "not_applicable",
}


def render(report: Report) -> Iterator[bytes]:
    """Yield `report` as ECS documents, each a line of JSON; the last one is about the scan."""
    encode = msgspec.json.Encoder().encode
    rules = {
        each.check: {
            "id": each.check,
            "name": each.title,
            "description": each.why,
            "category": each.family,
            "ruleset": report.policy,
            "version": report.policy_version,
        }
        for each in report.checks
    }
    for target in report.targets:
        shared = encode(_target(report, target))[1:-1]
        for finding in target.findings:
            rule = {**rules[finding.check], "remediation": finding.fix or ""}
            yield b"%b,%b}\n" % (encode(_finding(report, target, finding, rule))[:-1], shared)
    yield encode(_scan(report)) + b"\n"


ECS = Format(render=render, suffix="ecs.ndjson", media_type="application/x-ndjson", events=True)


def _target(report: Report, target: ReportedTarget) -> dict[str, Any]:
    return {
        "ecs": {"version": _VERSION},
        "observer": _observer(report),
        "mamori": {
            "scan": {"id": report.scan_id, "complete": report.complete},
            "policy": {"digest": report.policy_digest},
            "target": {"name": target.name, "platform": target.platform},
            "score": {"low": target.score.low, "high": target.score.high},
            "grade": target.grade,
            "coverage": target.coverage,
        },
    }


def _observer(report: Report) -> dict[str, Any]:
    return {
        "vendor": "mamori",
        "product": "mamori",
        "type": "scanner",
        "version": report.mamori_version,
    }


def _finding(
    report: Report, target: ReportedTarget, finding: ReportedFinding, rule: dict[str, str]
) -> dict[str, Any]:
    event = {
        "kind": "state",
        "category": ["configuration"],
        "type": ["info"],
        "outcome": _OUTCOMES.get(finding.status, "unknown"),
        "id": event_id(report, finding),
        "created": report.finished_at,
        "module": "mamori",
        "dataset": "mamori.finding",
        "provider": target.platform,
        "code": finding.check,
        "severity": finding.severity.rank,
    }
    if finding.reason is not None:
        event["reason"] = finding.reason
    labels = {"severity": finding.severity, "waived": "true" if finding.waiver else "false"}
    return {
        "@timestamp": finding.collected_at,
        "message": finding.message,
        "event": event,
        "rule": rule,
        "labels": labels,
        "tags": finding.controls,
        "resource": {
            "id": finding.subject.id,
            "name": finding.subject.name,
            "type": finding.subject.type,
        },
        "result": {
            "evaluation": _EVALUATIONS[finding.status],
            "evidence": {
                "observed": finding.observed,
                "expected": finding.expected,
                "origin": finding.origin,
            },
            "fingerprint": finding.fingerprint,
            "waiver": finding.waiver,
            "first_seen": finding.first_seen,
        },
    }


def _scan(report: Report) -> dict[str, Any]:
    findings = [finding for target in report.targets for finding in target.findings]
    return {
        "@timestamp": report.finished_at,
        "message": f"mamori scan {report.scan_id}",
        "event": {
            "kind": "event",
            "category": ["configuration"],
            "type": ["info"],
            "outcome": "success" if report.complete else "failure",
            "id": scan_event_id(report),
            "created": report.finished_at,
            "start": report.started_at,
            "end": report.finished_at,
            "duration": int((report.finished_at - report.started_at).total_seconds() * 1e9),
            "module": "mamori",
            "dataset": "mamori.scan",
        },
        "rule": {"ruleset": report.policy, "version": report.policy_version},
        "ecs": {"version": _VERSION},
        "observer": _observer(report),
        "mamori": {
            "scan": {"id": report.scan_id, "complete": report.complete},
            "policy": {"digest": report.policy_digest},
            "targets": len(report.targets),
            "findings": {
                status.value: sum(each.status is status for each in findings) for status in Status
            },
        },
    }
