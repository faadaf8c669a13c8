"""Findings gathered into what a person reads: one entry a check, a cause or a place.

Nothing is judged here: counts are counted, and orders are those of severity and points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from scanner.language import Language
from scanner.model import Origin, Severity, Status, Text
from scanner.render.event import UNANSWERED
from scanner.report import (
    Report,
    ReportedCheck,
    ReportedFinding,
    ReportedTarget,
    ReportedWaiver,
)
from scanner.waivers import State

K = TypeVar("K")
V = TypeVar("V")


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """One check that fails, with all that is wrong by it."""

    check: ReportedCheck
    findings: tuple[ReportedFinding, ...]
    of: int
    """Subjects that the check applies to."""

    @property
    def messages(self) -> dict[str, tuple[ReportedFinding, ...]]:
        """The findings by what they say, in the order of the report."""
        return _by_message(self.findings)


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """One cause that leaves questions open."""

    remedy: str
    findings: tuple[ReportedFinding, ...]

    @property
    def messages(self) -> dict[str, tuple[ReportedFinding, ...]]:
        """The findings by what they say, in the order of the report."""
        return _by_message(self.findings)

    @property
    def checks(self) -> dict[str, int]:
        """The open questions of each check."""
        return dict(Counter(each.check for each in self.findings))


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why parts of a target could not be read."""

    places: tuple[str, ...]
    detail: str
    remedy: str


def worst_first(report: Report) -> list[ReportedTarget]:
    """Return the targets from the lowest score to the highest."""
    return sorted(report.targets, key=lambda each: (each.score.low, each.score.high, each.name))


def failures(report: Report, target: ReportedTarget, *, waived: bool = False) -> list[Failure]:
    """Return the failing checks of `target`: most severe first, then most points.

    With `waived`, those whose failures somebody has accepted; without, the others.
    """
    checks = {each.check: each for each in report.checks}
    points = {each.check: each.points for each in target.fixes if each.action == "fix"}
    applying = Counter(
        each.check for each in target.findings if each.status is not Status.NOT_APPLICABLE
    )
    failing = _grouped(
        (each.check, each)
        for each in target.findings
        if each.status is Status.FAIL and (each.waiver is not None) == waived
    )
    found = [
        Failure(check=checks[id], findings=findings, of=applying[id])
        for id, findings in failing.items()
    ]
    return sorted(
        found,
        key=lambda each: (
            -each.check.severity.rank,
            -points.get(each.check.check, 0.0),
            each.check.check,
        ),
    )


def gaps(target: ReportedTarget) -> list[Gap]:
    """Return what keeps questions open: the causes behind the most severe and most first."""
    causes = _grouped(
        ((each.status, each.reason, each.fix), each)
        for each in target.findings
        if each.status in UNANSWERED
    )
    found = [
        Gap(remedy=remedy or "", findings=findings) for (_, _, remedy), findings in causes.items()
    ]
    return sorted(
        found,
        key=lambda gap: (
            -max(each.severity.rank for each in gap.findings),
            -len(gap.checks),
            gap.findings[0].check,
        ),
    )


def troubles(target: ReportedTarget) -> list[Trouble]:
    """Return the parts that could not be read, those with one reason together."""
    causes = _grouped(((each.detail, each.remedy), each.where) for each in target.problems)
    return [
        Trouble(places=tuple(dict.fromkeys(places)), detail=detail, remedy=remedy)
        for (detail, remedy), places in causes.items()
    ]


def disputed(report: Report) -> list[ReportedCheck]:
    """Return the checks that met something here and that another standard sees otherwise.

    Where a policy asks for nothing that another standard asks for, the check does not apply to
    anything; that is a side taken, too.
    """
    found = {each.check for target in report.targets for each in target.findings}
    return [each for each in report.checks if each.disagreements and each.check in found]


def waiver_notices(report: Report, language: Language) -> list[str]:
    """Say which waivers need somebody: those about to end, ended, wrong, or without use."""
    return [
        language.fill(
            "Waiver {number}, {check} {subject}: {notice}",
            {
                "number": each.number,
                "check": each.check,
                "subject": each.subject,
                "notice": notice,
            },
        )
        for each in report.waivers
        if (notice := _notice(each)) is not None
    ]


def _notice(waiver: ReportedWaiver) -> Text | None:
    if waiver.problem is not None:
        return Text.of("It silences nothing. {problem}", problem=Text(waiver.problem))
    if waiver.state is State.EXPIRED:
        return Text.of(
            "It ended on {until}; what it accepted counts again. Remove or renew it.",
            until=waiver.until,
        )
    if not waiver.findings:
        return Text.of("It accepts nothing that fails here; remove it if it is not needed.")
    if waiver.state is State.EXPIRING:
        return Text.of(
            "Its last day is {until}; {owner} owns it.", until=waiver.until, owner=waiver.owner
        )
    return None


def counts(targets: Iterable[ReportedTarget]) -> Mapping[Status, int]:
    """Count the findings of `targets` by their status."""
    return Counter(each.status for target in targets for each in target.findings)


def attested(target: ReportedTarget) -> int:
    """Count the conclusions that rest on what a person stated, until the statement lapses."""
    return sum(
        each.origin is Origin.ATTESTED and each.status in (Status.PASS, Status.FAIL)
        for each in target.findings
    )


def failing_checks(found: Iterable[Failure]) -> dict[Severity, int]:
    """Count failing checks by severity, the most severe first."""
    by_severity = Counter(each.check.severity for each in found)
    return {each: by_severity[each] for each in reversed(Severity) if by_severity[each]}


def _by_message(
    findings: Iterable[ReportedFinding],
) -> dict[str, tuple[ReportedFinding, ...]]:
    return _grouped((each.message, each) for each in findings)


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}


def share(findings: Iterable[ReportedFinding]) -> str:
    """Return the sentence that says how many of all subjects those are, by what they are."""
    kinds = {each.subject.type for each in findings}
    return _SHARES.get(kinds.pop(), _SHARE) if len(kinds) == 1 else _SHARE


_SHARE = "{count} of {of}"
_SHARES: Mapping[str, str] = {
    "Person": "{count} of {of} people",
    "Credential": "{count} of {of} credentials",
    "Integration": "{count} of {of} integrations",
    "Endpoint": "{count} of {of} endpoints",
    "Form": "{count} of {of} forms",
    "Message": "{count} of {of} messages",
}
