"""The report by the controls of one framework: what is evidenced, what fails, what is not covered.

For a person as text, for a program as JSON (`mamori.framework/1`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from scanner.framework import Framework
from scanner.language import Language, language
from scanner.model import Status
from scanner.render.by_control import Controlled, State, by_control
from scanner.render.digest import worst_first
from scanner.render.page import Page
from scanner.report import Report, ReportedTarget

SCHEMA = "mamori.framework/1"

_STYLES: Mapping[State, str] = {
    State.FAILING: "bold red",
    State.UNANSWERED: "magenta",
    State.ACCEPTED: "yellow",
    State.EVIDENCED: "green",
    State.NOT_APPLICABLE: "dim",
    State.NOT_COVERED: "dim",
}
_TITLES: Mapping[State, str] = {
    State.FAILING: "Failing ({count})",
    State.UNANSWERED: "Evidence is missing ({count})",
    State.ACCEPTED: "Failing, and accepted by somebody ({count})",
    State.EVIDENCED: "Evidenced: all that mamori checks for it passes ({count})",
    State.NOT_APPLICABLE: "Nothing here that its checks apply to ({count})",
    State.NOT_COVERED: "Not covered by mamori, which says nothing of these ({count})",
}


class ReportedControl(msgspec.Struct, frozen=True, kw_only=True):
    """A control, and what the findings say of it."""

    id: str
    title: str
    state: State
    checks: tuple[str, ...]
    """The checks that are evidence for it; none where mamori does not cover it."""
    passed: int
    applying: int
    open: tuple[str, ...]
    """The fingerprints of the findings that fail or are not known."""


class ReportedCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """One target by the controls of the framework."""

    name: str
    platform: str
    grade: str
    states: dict[State, int]
    controls: tuple[ReportedControl, ...]


class FrameworkReport(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document."""

    schema: str = SCHEMA
    scan_id: str
    started_at: datetime
    mamori_version: str
    policy: str
    framework: str
    title: str
    version: str
    verified: str
    """The day somebody last compared mamori's list of the controls with the text."""
    targets: tuple[ReportedCoverage, ...]


def render_json(report: Report, framework: Framework) -> Iterator[bytes]:
    """Yield `report` by the controls of `framework`, as indented JSON."""
    words = language(report.language)
    document = FrameworkReport(
        scan_id=report.scan_id,
        started_at=report.started_at,
        mamori_version=report.mamori_version,
        policy=report.policy,
        framework=framework.name,
        title=words.translate(framework.title),
        version=framework.version,
        verified=framework.verified.isoformat(),
        targets=tuple(_coverage(each, framework, words) for each in report.targets),
    )
    yield msgspec.json.format(msgspec.json.encode(document), indent=2)
    yield b"\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what `render_json` yields."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        **msgspec.json.schema(FrameworkReport),
    }


def render_text(
    report: Report, framework: Framework, *, width: int = 80, colour: bool = False
) -> Iterator[bytes]:
    """Yield `report` by the controls of `framework`, as text of at most `width` columns."""
    words = language(report.language)
    page = Page(width)
    page.write(
        words.fill(
            "{title} {version}: report of {day}, by the policy {policy}.",
            {
                "title": words.translate(framework.title),
                "version": framework.version,
                "day": report.started_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),
                "policy": report.policy,
            },
        ),
        "bold",
    )
    page.write(
        words.translate(
            "A control is evidenced where everything that mamori checks for it passes. That is "
            "evidence, not a certificate; of what it does not cover mamori says nothing."
        ),
        "dim",
    )
    for target in worst_first(report):
        _write(page, target, by_control(target, framework), words)
    yield page.to_bytes(colour=colour)


def _write(
    page: Page, target: ReportedTarget, controls: Sequence[Controlled], words: Language
) -> None:
    page.blank()
    page.rule("=")
    page.write(
        words.fill("{name} ({platform})", {"name": target.name, "platform": target.platform}),
        "bold",
    )
    page.rule("=")
    for state in State:
        found = [each for each in controls if each.state is state]
        if not found:
            continue
        page.blank()
        page.write(words.fill(_TITLES[state], {"count": len(found)}), "bold underline")
        for each in found:
            page.write(
                words.translate(each.title), lead=f"  {each.id}  ", lead_style=_STYLES[state]
            )
            if each.open:
                page.write(_open(each, words), "dim", lead="      ")


def _open(control: Controlled, words: Language) -> str:
    checks = Counter(each.check for each in control.open)
    named = ", ".join(
        f"{check} ({count})" if count > 1 else check for check, count in checks.items()
    )
    passed = words.fill(
        "{count} of {of} pass", {"count": control.passed, "of": len(control.findings)}
    )
    return f"{passed}; {named}"


def _coverage(target: ReportedTarget, framework: Framework, words: Language) -> ReportedCoverage:
    controls = by_control(target, framework)
    states = Counter(each.state for each in controls)
    return ReportedCoverage(
        name=target.name,
        platform=target.platform,
        grade=target.grade,
        states={state: states[state] for state in State},
        controls=tuple(
            ReportedControl(
                id=each.id,
                title=words.translate(each.title),
                state=each.state,
                checks=framework.controls[each.id].checks,
                passed=sum(one.status is Status.PASS for one in each.findings),
                applying=len(each.findings),
                open=tuple(dict.fromkeys(one.fingerprint for one in each.open)),
            )
            for each in controls
        ),
    )
