"""The report as one finding a line, made for a SIEM.

Each line can be used alone: it carries its scan, its target and the target's score. Time stands
first, where log forwarders look for it, and every line knows its number and how many there are, so
that a file cut short is told from a quiet night.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from scanner.render.format import Format
from scanner.report import Report, ReportedFinding, ReportedScore

SCHEMA = "mamori.finding/1"


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What every line carries beside its finding."""

    time: datetime
    """When the evidence was collected."""
    schema: str = SCHEMA
    line: int
    """From 1."""
    lines: int
    scan_id: str
    scan_complete: bool
    policy: str
    policy_digest: str
    mamori_version: str
    target: str
    platform: str
    score: ReportedScore
    grade: str
    coverage: float


def render(report: Report) -> Iterator[bytes]:
    """Yield `report` as JSON lines."""
    encode = msgspec.json.Encoder().encode
    total = sum(len(target.findings) for target in report.targets)
    line = 0
    for target in report.targets:
        # What all lines of a target share is encoded once, and joined to each as bytes.
        shared = encode(
            {
                "scan_id": report.scan_id,
                "scan_complete": report.complete,
                "policy": report.policy,
                "policy_digest": report.policy_digest,
                "mamori_version": report.mamori_version,
                "target": target.name,
                "platform": target.platform,
                "score": target.score,
                "grade": target.grade,
                "coverage": target.coverage,
            }
        )[1:-1]
        for finding in target.findings:
            line += 1
            yield b'{"time":%b,"schema":"%b","line":%d,"lines":%d,%b,%b\n' % (
                encode(finding.collected_at),
                SCHEMA.encode(),
                line,
                total,
                shared,
                encode(finding)[1:],
            )


NDJSON = Format(render=render, suffix="ndjson", media_type="application/x-ndjson", events=True)


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one line."""
    parts, definitions = msgspec.json.schema_components(
        (Envelope, ReportedFinding), ref_template="#/$defs/{name}"
    )
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "allOf": list(parts),
        "$defs": definitions,
    }
    # As plain JSON: msgspec leaves defaults as they stand in Python.
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))
    return plain
