"""Why a score moved: by replaying the two scans under each other's circumstances.

Five things can move the score of a target between two scans. Each is changed alone, once from the
first scan forward (rules, time, visibility, configuration, waivers) and once in the opposite order,
and the mean of both is its part: what two changes do only together is shared between them. The
parts add up to the whole, exactly.

*Rules* are those of the policy, as each report names them, and the code of the checks: what a
replay by today's code makes of a scan, and the report of its day did not, is a change of rules.
*Visibility* is a fact that became known or unknown, and a list that became complete or incomplete.
*Configuration* is every other difference between the two snapshots.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import msgspec

from scanner import registry
from scanner.evaluate import evaluate
from scanner.model import AnySubject, Deployment, Severity, Subject, Unknown, Waiver
from scanner.policy import Policy, Selected
from scanner.report import weigh
from scanner.score import score
from scanner.waivers import accept

_TWENTIETHS = 20


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """Points, which add up to the change of the score."""

    configuration_changed: float
    rules_changed: float
    visibility_changed: float
    waiver_lapsed: float
    """Waivers that ended, and those that began."""
    time_passed: float
    """What aged, expired or lapsed with nobody touching it."""


class PastCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A check as a report says that it was run."""

    check: str
    severity: Severity
    weight: float
    rule: dict[str, Any]


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One target as one scan found and judged it."""

    deployment: Deployment
    checks: tuple[PastCheck, ...]
    waivers: tuple[Waiver, ...]
    """Those that held then."""
    at: datetime
    low: float
    """The score that was reported."""


def attribute(before: Side, after: Side) -> Attribution:
    """Split the change of the score from `before` to `after` into its causes."""
    replay = _Replay(before, after)
    start, end = replay.low("aaaaa"), replay.low("bbbbb")
    # Each step of each way: which of rules, time, visibility, configuration, waivers are after's.
    ways = (
        ("aaaaa", "baaaa", "bbaaa", "bbbaa", "bbbba", "bbbbb"),
        ("aaaaa", "aaaab", "aabab", "aabbb", "abbbb", "bbbbb"),
    )
    cause = {0: "rules", 1: "time", 2: "visibility", 3: "configuration", 4: "waivers"}
    parts = dict.fromkeys(cause.values(), 0)
    for way in ways:
        for one, other in itertools.pairwise(way):
            [changed] = [place for place in cause if one[place] != other[place]]
            parts[cause[changed]] += replay.low(other) - replay.low(one)
    # What the code of today makes of either scan, and its own day did not.
    parts["rules"] += 2 * (start - _units(before.low)) + 2 * (_units(after.low) - end)
    points = {name: units / (2 * _TWENTIETHS) for name, units in parts.items()}
    return Attribution(
        configuration_changed=points["configuration"],
        rules_changed=points["rules"],
        visibility_changed=points["visibility"],
        waiver_lapsed=points["waivers"],
        time_passed=points["time"],
    )


def _units(points: float) -> int:
    """Return points, which are tenths, as whole numbers, whose sums are exact."""
    return round(points * _TWENTIETHS)


class _Replay:
    """Judges the two scans under any mixture of their circumstances, each mixture once."""

    def __init__(self, before: Side, after: Side) -> None:
        self._policies = (_policy(before.checks), _policy(after.checks))
        self._same_rules = before.checks == after.checks
        self._times = (before.at, after.at)
        self._waivers = (before.waivers, after.waivers)
        self._same_waivers = before.waivers == after.waivers
        one, other = before.deployment, after.deployment
        self._seen = {"aa": one, "ba": seen_as(one, other), "bb": other}
        self._lows: dict[tuple[str, str, str], tuple[int, int]] = {}

    def low(self, mixture: str) -> int:
        """Return the score, in units, of rules, time, visibility, configuration and waivers."""
        rules, time, waivers = mixture[0], mixture[1], mixture[4]
        key = ("a" if self._same_rules else rules, time, mixture[2:4])
        if key not in self._lows:
            self._lows[key] = self._judge(*key)
        return self._lows[key][waivers == "b"]

    def _judge(self, rules: str, time: str, seen: str) -> tuple[int, int]:
        policy, at = self._policies[rules == "b"], self._times[time == "b"]
        deployment = self._seen[seen]
        findings = evaluate(deployment, policy, at)
        weighed = weigh(policy)
        first = _units(score(_waived(findings, deployment, self._waivers[0]), weighed).low)
        if self._same_waivers:
            return first, first
        return first, _units(score(_waived(findings, deployment, self._waivers[1]), weighed).low)


def _waived(findings: list[Any], deployment: Deployment, waivers: Iterable[Waiver]) -> list[Any]:
    return accept(findings, deployment.target, waivers, date.min)


def _policy(checks: Iterable[PastCheck]) -> Policy:
    """Return the policy of a report, as far as its checks are still installed."""
    installed = registry.checks()
    selected = []
    for past in checks:
        check = installed.get(past.check)
        if check is None:
            continue
        rule = None
        if check.rule is not None:
            try:
                rule = msgspec.convert(past.rule, check.rule)
            except msgspec.ValidationError:  # its parameters are others today
                rule = check.rule()
        selected.append(
            Selected(check=check, severity=past.severity, weight=past.weight, rule=rule, sources={})
        )
    return Policy(name="", version="", title="", chain=(), selected=tuple(selected))


def seen_as(one: Deployment, other: Deployment) -> Deployment:
    """Return `one` with the eyes of `other`: its configuration, but what `other` could see of it.

    A fact that only one of them knows is taken from `other`; a fact that both know, from `one`.
    """
    there = {(type(each), each.id): each for each in other.subjects}
    subjects: list[AnySubject] = []
    for subject in one.subjects:
        twin = there.pop((type(subject), subject.id), None)
        if twin is not None:
            subjects.append(_seen_as(subject, twin))
        elif type(subject).__name__ not in other.populations:
            subjects.append(subject)
    subjects.extend(twin for (kind, _), twin in there.items() if kind.__name__ in one.populations)
    return msgspec.structs.replace(
        one, subjects=tuple(subjects), populations=other.populations, complete=other.complete
    )


def _seen_as(subject: AnySubject, twin: AnySubject) -> AnySubject:
    if subject == twin:
        return subject
    changed: dict[str, Any] = {}
    witnesses = dict(subject.witnesses)
    for name in _facts(type(subject)):
        here, there = getattr(subject, name), getattr(twin, name)
        if (type(here) is Unknown) is (type(there) is Unknown):
            continue
        changed[name] = there
        witnesses.pop(name, None)
        if name in twin.witnesses:
            witnesses[name] = twin.witnesses[name]
    if not changed:
        return subject
    return msgspec.structs.replace(subject, **changed, witnesses=witnesses)


def _facts(kind: type[Subject]) -> Iterable[str]:
    return (name for name in kind.__struct_fields__ if name not in Subject.__struct_fields__)
