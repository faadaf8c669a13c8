"""The report as JUnit XML, in which CI systems show tests: a suite per target, a case per finding.

A failing finding is a failure, an unanswered one an error, an accepted or inapplicable one skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from scanner.model import Status
from scanner.render.event import UNANSWERED
from scanner.render.format import Format
from scanner.report import Report, ReportedFinding, ReportedTarget

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (clause 2.2, Char) does not allow, not even escaped."""


def render(report: Report) -> Iterator[bytes]:
    """Yield `report` as JUnit XML."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="mamori">\n'
    for target in report.targets:
        yield from _suite(report, target)
    yield b"</testsuites>\n"


JUNIT = Format(render=render, suffix="junit.xml", media_type="application/xml")


def _suite(report: Report, target: ReportedTarget) -> Iterator[bytes]:
    skipped = sum(_skipped(each) for each in target.findings)
    failing = sum(each.status is Status.FAIL and not _skipped(each) for each in target.findings)
    unknown = sum(each.status in UNANSWERED for each in target.findings)
    properties = {
        "scan_id": report.scan_id,
        "policy": report.policy,
        "policy_digest": report.policy_digest,
        "grade": target.grade,
        "score_low": f"{target.score.low:g}",
        "score_high": f"{target.score.high:g}",
        "coverage": f"{target.coverage:g}",
    }
    yield _open(
        "testsuite",
        name=target.name,
        tests=str(len(target.findings)),
        failures=str(failing),
        errors=str(unknown),
        skipped=str(skipped),
        timestamp=report.started_at.strftime("%Y-%m-%dT%H:%M:%S"),
        time=f"{max(0.0, (report.finished_at - report.started_at).total_seconds()):.3f}",
    )
    yield b"<properties>"
    for name, value in properties.items():
        yield _open("property", close=True, name=name, value=value)
    yield b"</properties>\n"
    for finding in target.findings:
        yield b"".join(_case(target, finding))
    yield b"</testsuite>\n"


def _case(target: ReportedTarget, finding: ReportedFinding) -> Iterable[bytes]:
    name = f"{finding.subject.type} {finding.subject.id}"
    yield _open("testcase", classname=f"{target.name}.{finding.check}", name=name)
    if _skipped(finding):
        yield _open("skipped", close=True, message=finding.waiver or finding.message)
    elif finding.status is Status.FAIL:
        yield _open("failure", type=finding.severity, message=finding.message)
        yield _text(finding.fix or "") + b"</failure>"
    elif finding.status in UNANSWERED:
        yield _open("error", type=finding.reason or "", message=finding.message)
        yield _text(finding.fix or "") + b"</error>"
    yield b"</testcase>\n"


def _skipped(finding: ReportedFinding) -> bool:
    return finding.status is Status.NOT_APPLICABLE or (
        finding.status is Status.FAIL and finding.waiver is not None
    )


def _open(tag: str, *, close: bool = False, **attributes: str) -> bytes:
    said = "".join(f" {name}={quoteattr(_clean(text))}" for name, text in attributes.items())
    return f"<{tag}{said}{'/' if close else ''}>".encode()


def _text(text: str) -> bytes:
    return escape(_clean(text)).encode()


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
