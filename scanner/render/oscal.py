"""The report as OSCAL assessment results (NIST), for governance tools.

Every finding of mamori is an observation; every control of an installed framework that a check is
evidence for is a finding, satisfied only where all its observations pass. Identifiers are UUIDs of
version 5, the same in every rendering of the same report.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from scanner.framework import frameworks
from scanner.language import language
from scanner.model import Origin, Status
from scanner.render.by_control import Controlled, State, by_control
from scanner.render.event import event_id
from scanner.render.format import Format
from scanner.report import Report, ReportedFinding, ReportedTarget

_VERSION = "1.2.1"
_OURS = uuid.UUID("0b1c53a6-6f0c-5f3f-8a0e-6d616d6f7269")
"""The namespace of mamori's own identifiers."""
_MARKING = "https://mamori.example/ns/oscal"


def render(report: Report) -> Iterator[bytes]:
    """Yield `report` as one OSCAL document."""
    encode = msgspec.json.Encoder().encode
    head = {
        "uuid": _uuid(report.scan_id),
        "metadata": {
            "title": f"mamori {report.scan_id}",
            "last-modified": _utc(report.finished_at),
            "version": report.scan_id,
            "oscal-version": _VERSION,
            "props": [
                {"name": "mamori-version", "value": report.mamori_version},
                {"name": "policy", "value": report.policy},
                {"name": "policy-digest", "value": report.policy_digest},
            ],
        },
        "import-ap": {"href": "#", "remarks": f"mamori policy {report.policy}"},
    }
    yield b'{"assessment-results":%b,"results":[' % encode(head)[:-1]
    for number, target in enumerate(report.targets):
        yield b"," if number else b""
        yield encode(_result(report, target))[:-1]
        yield from _list(b"observations", _observations(report, target, encode))
        yield from _list(b"findings", _findings(report, target, encode))
        yield b"}"
    yield b"]}}\n"


OSCAL = Format(render=render, suffix="oscal.json", media_type="application/json")

Encode = Callable[[Any], bytes]


def _list(name: bytes, items: Iterator[Iterable[bytes]]) -> Iterator[bytes]:
    """Yield a list that may not be empty, its items piece by piece; nothing where there is none."""
    begun = False
    for item in items:
        yield b",\n" if begun else b',"%b":[' % name
        yield from item
        begun = True
    if begun:
        yield b"]"


def _observations(
    report: Report, target: ReportedTarget, encode: Encode
) -> Iterator[Iterable[bytes]]:
    for each in target.findings:
        yield (encode(_observation(report, target, each)),)


def _findings(report: Report, target: ReportedTarget, encode: Encode) -> Iterator[Iterable[bytes]]:
    for name, framework in frameworks().items():
        for each in by_control(target, framework):
            if each.findings:
                yield _finding(report, target, name, each, encode)


def _result(report: Report, target: ReportedTarget) -> dict[str, Any]:
    applying = {each.check for each in target.findings if each.status is not Status.NOT_APPLICABLE}
    selected = [
        {"control-id": _token(name, id)}
        for name, framework in frameworks().items()
        for id, control in framework.controls.items()
        if not applying.isdisjoint(control.checks)
    ]
    return {
        "uuid": _uuid(report.scan_id, target.name),
        "title": f"{target.name} ({target.platform})",
        "description": f"{target.grade}: {target.score.low:g} - {target.score.high:g}",
        "start": _utc(report.started_at),
        "end": _utc(report.finished_at),
        "props": [
            _prop("grade", target.grade),
            _prop("score-low", f"{target.score.low:g}"),
            _prop("score-high", f"{target.score.high:g}"),
            _prop("coverage", f"{target.coverage:g}"),
        ],
        "reviewed-controls": {
            "control-selections": [{"include-controls": selected} if selected else {}]
        },
    }


def _observation(
    report: Report, target: ReportedTarget, finding: ReportedFinding
) -> dict[str, Any]:
    props = [
        _prop("check", finding.check),
        _prop("status", finding.status),
        _prop("severity", finding.severity),
        _prop("fingerprint", finding.fingerprint),
    ]
    props.extend(
        _prop(name, value)
        for name, value in (("observed", finding.observed), ("expected", finding.expected))
        if value and value.strip()
    )
    observation = {
        "uuid": _uuid(event_id(report, finding)),
        "title": finding.check,
        "description": finding.message or finding.check,
        "props": props,
        "methods": ["INTERVIEW" if finding.origin is Origin.ATTESTED else "TEST"],
        "types": ["finding"],
        "subjects": [
            {
                "subject-uuid": _uuid(target.name, finding.subject.type, finding.subject.id),
                "type": "resource",
                "title": finding.subject.name or finding.subject.id,
            }
        ],
        "collected": _utc(finding.collected_at),
    }
    remarks = [each for each in (finding.fix, finding.waiver) if each]
    if remarks:
        observation["remarks"] = "\n\n".join(remarks)
    return observation


def _finding(
    report: Report, target: ReportedTarget, framework: str, control: Controlled, encode: Encode
) -> Iterator[bytes]:
    satisfied = control.state is State.EVIDENCED
    reason = {State.EVIDENCED: "pass", State.FAILING: "fail"}.get(control.state, "other")
    head = {
        "uuid": _uuid(report.scan_id, target.name, framework, control.id),
        "title": f"{framework} {control.id}",
        "description": language(report.language).translate(control.title),
        "target": {
            "type": "objective-id",
            "target-id": _token(framework, control.id),
            "status": {
                "state": "satisfied" if satisfied else "not-satisfied",
                "reason": reason,
                "remarks": control.state.value.replace("_", " "),
            },
        },
    }
    yield encode(head)[:-1]
    yield b',"related-observations":['
    for number, each in enumerate(control.findings):
        observed = _uuid(event_id(report, each)).encode()
        yield b'%b{"observation-uuid":"%b"}' % (b"," if number else b"", observed)
    yield b"]}"


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": _MARKING, "value": " ".join(value.split())}


def _token(framework: str, control: str) -> str:
    return re.sub(r"[^\w.-]", "-", f"{framework}_{control}".lower(), flags=re.ASCII)


def _uuid(*parts: str) -> str:
    """Return a UUID of version 5 (RFC 9562, clause 5.5); the library takes three times as long."""
    name = "\x1f".join(parts).encode()
    made = hashlib.sha1(_OURS.bytes + name, usedforsecurity=False).hexdigest()
    variant = "89ab"[int(made[16], 16) & 3]
    return f"{made[:8]}-{made[8:12]}-5{made[13:16]}-{variant}{made[17:20]}-{made[20:32]}"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
