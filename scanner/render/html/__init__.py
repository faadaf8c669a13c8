"""The report as one HTML file, for a browser, a mail or an archive: nothing in it leads outside.

Styles and script are inside, and a content security policy names their hashes, so that nothing that
a name or a message smuggles in could run or be fetched. Without JavaScript everything can be read;
with it the findings can be searched.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.framework import Framework, frameworks
from scanner.language import Language, language
from scanner.model import Severity, Status
from scanner.render.by_control import Controlled, State, by_control
from scanner.render.digest import (
    Failure,
    attested,
    counts,
    disputed,
    failing_checks,
    failures,
    share,
    troubles,
    waiver_notices,
    worst_first,
)
from scanner.render.event import is_open
from scanner.render.format import Format
from scanner.report import Report, ReportedCheck, ReportedFinding, ReportedTarget

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

_AT_ONCE = 200
"""Pieces of the template that are sent together."""
_ACTIONS = 8
"""How many of the things to do are shown before `and 5 more` unfolds the rest."""


def render(report: Report) -> Iterator[bytes]:
    """Yield `report` as one HTML document."""
    words = language(report.language)
    style, script = _part("report.css"), _part("report.js")
    stream = _template().stream(
        report=report,
        targets=[_target(report, each, words) for each in worst_first(report)],
        notices=waiver_notices(report, words),
        disputed=disputed(report),
        found=counts(report.targets),
        say=lambda template, **values: words.fill(template, values),
        translate=words.translate,
        style=style,
        script=script,
        policy=(
            f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
            "base-uri 'none'; form-action 'none'"
        ),
    )
    stream.enable_buffering(_AT_ONCE)
    for piece in stream:
        yield piece.encode()


HTML = Format(render=render, suffix="html", media_type="text/html; charset=utf-8")


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A check with all its findings that have one state."""

    check: ReportedCheck
    state: str
    """`fail`, `inconclusive`, `accepted`, `pass` or `not_applicable`."""
    findings: tuple[ReportedFinding, ...]
    ratio: str
    """How many of how many, in words; empty where there is only one."""
    fixes: tuple[str, ...]
    controls: tuple[str, ...]


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """A framework, and what the findings say of its controls."""

    name: str
    framework: Framework
    controls: tuple[Controlled, ...]

    def count(self, state: State) -> int:
        """Count the controls in a state."""
        return sum(each.state is state for each in self.controls)

    @property
    def states(self) -> tuple[tuple[State, int], ...]:
        """The states that occur, with their numbers of controls."""
        return tuple((each, self.count(each)) for each in State if self.count(each))


class TargetView(msgspec.Struct, frozen=True, kw_only=True):
    """A target, and what is shown of it."""

    target: ReportedTarget
    failing: tuple[Failure, ...]
    severities: Mapping[Severity, int]
    attested: int
    questions: int
    groups: tuple[Group, ...]
    frameworks: tuple[Covered, ...]
    troubles: Sequence[Any]
    counts: Mapping[Status, int]
    trend: Trend | None

    @property
    def families(self) -> tuple[str, ...]:
        """The families that occur."""
        return tuple(each.family for each in self.target.families)

    def of(self, *states: str) -> tuple[Group, ...]:
        """Return the groups in one of these states."""
        return tuple(each for each in self.groups if each.state in states)


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing of earlier scores, 600 wide and 100 high, the newest at the right."""

    first: datetime
    last: datetime
    low: str
    """The lower line, as points of SVG."""
    band: str
    """The area between what is certain and what is possible."""
    change: float


def _target(report: Report, target: ReportedTarget, words: Language) -> TargetView:
    failing = failures(report, target)
    return TargetView(
        target=target,
        failing=tuple(failing),
        severities=failing_checks(failing),
        attested=attested(target),
        questions=sum(each.action == "answer" for each in target.fixes),
        groups=tuple(_groups(report, target, words)),
        frameworks=tuple(_covered(target)),
        troubles=troubles(target),
        counts=counts([target]),
        trend=_trend(target),
    )


def _covered(target: ReportedTarget) -> Iterator[Covered]:
    """Yield the frameworks of which any control was looked at."""
    for name, framework in frameworks().items():
        controls = tuple(by_control(target, framework))
        if any(each.findings for each in controls):
            yield Covered(name=name, framework=framework, controls=controls)


_ORDER = ("fail", "inconclusive", "accepted", "pass", "not_applicable")


def _groups(report: Report, target: ReportedTarget, words: Language) -> Iterator[Group]:
    found: dict[tuple[str, str], list[ReportedFinding]] = {}
    applying: dict[str, int] = {}
    for each in target.findings:
        found.setdefault((_state(each), each.check), []).append(each)
        if each.status is not Status.NOT_APPLICABLE:
            applying[each.check] = applying.get(each.check, 0) + 1
    checks = {each.check: each for each in report.checks}
    points = {each.check: each.points for each in target.fixes if each.action == "fix"}
    order = sorted(
        found,
        key=lambda key: (
            _ORDER.index(key[0]),
            -checks[key[1]].severity.rank,
            -points.get(key[1], 0.0),
            key[1],
        ),
    )
    for state, check in order:
        findings = tuple(found[state, check])
        yield Group(
            check=checks[check],
            state=state,
            findings=findings,
            ratio=_ratio(findings, applying.get(check, 0), words),
            fixes=tuple(dict.fromkeys(each.fix for each in findings if each.fix)),
            controls=findings[0].controls,
        )


def _state(finding: ReportedFinding) -> str:
    if finding.status is Status.FAIL and not is_open(finding):
        return "accepted"
    return "inconclusive" if finding.status is Status.ERROR else finding.status.value


def _ratio(findings: Sequence[ReportedFinding], of: int, words: Language) -> str:
    if of <= 1 or findings[0].status is Status.NOT_APPLICABLE:
        return words.fill("{count} in all", {"count": len(findings)}) if len(findings) > 1 else ""
    return words.fill(share(findings), {"count": len(findings), "of": of})


def _trend(target: ReportedTarget) -> Trend | None:
    points = target.trend
    if len(points) < 2:
        return None
    first, last = points[0].at, points[-1].at
    span = (last - first).total_seconds()
    if span <= 0:
        return None

    def place(at: datetime, score: float) -> tuple[float, float]:
        return round(600 * (at - first).total_seconds() / span, 1), round(96 - 0.92 * score, 1)

    low = [place(each.at, each.low) for each in points]
    high = [place(each.at, each.high) for each in points]
    return Trend(
        first=first,
        last=last,
        low=_spell_points(low),
        band=_spell_points([*high, *reversed(low)]),
        change=round(points[-1].low - points[0].low, 1),
    )


def _spell_points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _prose(text: str) -> Markup:
    """Return a sentence whose `names` stand in the type of code; everything else is escaped."""
    from markupsafe import Markup

    *pairs, last = text.split("`") if text.count("`") % 2 == 0 else [text]
    spoken = (
        Markup("<code>{}</code>").format(piece) if place % 2 else Markup("{}").format(piece)
        for place, piece in enumerate([*pairs, last])
    )
    return Markup().join(spoken)


def _hash(text: str) -> str:
    """Return the source expression of CSP 3 for an inline element with this content."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _part(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@functools.cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["day"] = lambda at: at.astimezone(UTC).strftime("%Y-%m-%d")
    environment.filters["minute"] = lambda at: at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    environment.filters["prose"] = _prose
    environment.filters["points"] = lambda value: f"{value:g}"
    # Cut, not rounded: 99.9 % is not everything.
    environment.filters["share"] = lambda part: f"{int(part * 100 + 1e-9)}%"
    environment.globals["actions"] = _ACTIONS
    return environment.from_string(_part("report.html.jinja"))
