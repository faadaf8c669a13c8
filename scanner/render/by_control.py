"""Findings by the controls of a framework: what is evidenced, what fails, what nobody looked at."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from scanner.framework import Control, Framework
from scanner.model import Status
from scanner.render.event import is_open
from scanner.report import ReportedFinding, ReportedTarget


class State(StrEnum):
    """What the findings say of a control, from what has to be done to what need not."""

    FAILING = "failing"
    """Some finding fails."""
    UNANSWERED = "unanswered"
    """None fails, but evidence is missing for some."""
    ACCEPTED = "accepted"
    """All that fails has been accepted by somebody."""
    EVIDENCED = "evidenced"
    """Everything that applies passes."""
    NOT_APPLICABLE = "not_applicable"
    """Checks cover it, but there is nothing here that they apply to, or the policy runs none."""
    NOT_COVERED = "not_covered"
    """No check is evidence for it; mamori says nothing of it."""


class Controlled(msgspec.Struct, frozen=True, kw_only=True):
    """A control, and the findings that are evidence for it."""

    id: str
    title: str
    state: State
    findings: tuple[ReportedFinding, ...]
    """Those that apply."""

    @property
    def passed(self) -> int:
        """How many pass."""
        return sum(each.status is Status.PASS for each in self.findings)

    @property
    def open(self) -> tuple[ReportedFinding, ...]:
        """Those that fail and nobody has accepted, and those that are not known."""
        return tuple(each for each in self.findings if is_open(each))


def by_control(target: ReportedTarget, framework: Framework) -> list[Controlled]:
    """Return every control of `framework` with its findings, in the order of the framework."""
    by_check: dict[str, list[ReportedFinding]] = {}
    for each in target.findings:
        if each.status is not Status.NOT_APPLICABLE:
            by_check.setdefault(each.check, []).append(each)
    return [_controlled(id, control, by_check) for id, control in framework.controls.items()]


def _controlled(
    id: str, control: Control, by_check: dict[str, list[ReportedFinding]]
) -> Controlled:
    findings = tuple(each for check in control.checks for each in by_check.get(check, ()))
    state = _state(findings) if control.checks else State.NOT_COVERED
    return Controlled(id=id, title=control.title, state=state, findings=findings)


def _state(findings: Iterable[ReportedFinding]) -> State:
    found = list(findings)
    open_ = [each for each in found if is_open(each)]
    if any(each.status is Status.FAIL for each in open_):
        return State.FAILING
    if open_:
        return State.UNANSWERED
    if any(each.status is Status.FAIL for each in found):
        return State.ACCEPTED
    return State.EVIDENCED if found else State.NOT_APPLICABLE
