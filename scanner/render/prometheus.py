"""The report as metrics in Prometheus' text format, for the textfile collector of node_exporter.

There is no timestamp in it: the collector refuses a file that has one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from scanner.model import Severity, Status
from scanner.render.format import Format
from scanner.report import Report, ReportedFinding

Sample = tuple[dict[str, str], float]


def render(report: Report) -> Iterator[bytes]:
    """Yield `report` as metrics."""
    targets = [({"target": each.name, "platform": each.platform}, each) for each in report.targets]
    yield _metric(
        "mamori_score_ratio",
        "The score from 0 to 1; what is not known counts as failing in low, as passing in high.",
        [
            ({**labels, "bound": bound}, points / 100)
            for labels, each in targets
            for bound, points in (("low", each.score.low), ("high", each.score.high))
        ],
    )
    yield _metric(
        "mamori_coverage_ratio",
        "The share of what applies that could be judged.",
        [(labels, each.coverage) for labels, each in targets],
    )
    yield _metric(
        "mamori_grade_info",
        "The grade as a label.",
        [({**labels, "grade": each.grade}, 1) for labels, each in targets],
    )
    yield _metric(
        "mamori_findings",
        "Findings by status and severity; failures that somebody accepted are waived.",
        [
            ({**labels, "status": status, "severity": severity}, count[status, severity])
            for labels, each in targets
            for count in [_count(each.findings)]
            for status in (*Status, "waived")
            for severity in Severity
        ],
    )
    yield _metric(
        "mamori_problems",
        "Parts of a target that could not be read.",
        [(labels, len(each.problems)) for labels, each in targets],
    )
    yield _metric(
        "mamori_scan_complete",
        "Whether the scan of the target came to its end.",
        [(labels, each.complete) for labels, each in targets],
    )
    yield _metric(
        "mamori_last_scan_timestamp_seconds",
        "When the scan ended.",
        [({}, report.finished_at.timestamp())],
    )
    yield _metric(
        "mamori_scan_duration_seconds",
        "How long the scan took.",
        [({}, max(0.0, (report.finished_at - report.started_at).total_seconds()))],
    )
    yield _metric(
        "mamori_build_info",
        "The release of mamori, and the policy it judged by.",
        [({"version": report.mamori_version, "policy": report.policy}, 1)],
    )


PROMETHEUS = Format(render=render, suffix="prom", media_type="text/plain; version=0.0.4")


def _count(findings: Iterable[ReportedFinding]) -> Counter[tuple[str, Severity]]:
    return Counter(
        ("waived" if each.status is Status.FAIL and each.waiver else each.status, each.severity)
        for each in findings
    )


def _metric(name: str, help: str, samples: Iterable[Sample]) -> bytes:
    lines = [f"# HELP {name} {help}", f"# TYPE {name} gauge"]
    for labels, value in samples:
        inside = ",".join(f'{label}="{_label(text)}"' for label, text in labels.items())
        lines.append(
            f"{name}{{{inside}}} {float(value)!r}" if inside else f"{name} {float(value)!r}"
        )
    return ("\n".join(lines) + "\n").encode()


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
