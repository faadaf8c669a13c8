"""Why a score moved: by replaying the two scans under each other's circumstances.

Five things can move the score of a target between two scans. Each is changed alone, once from the
first scan forward (rules, time, visibility, configuration, waivers) and once in the opposite order,
and the mean of both is its part: what two changes do only together is shared between them. The
parts add up to the whole, exactly.

*Rules* are those of the policy, as each report names them, and the code of the checks: what a
replay by today's code makes of a scan, and the report of its day did not, is a change of rules.
*Time* is what expired with nobody touching it (`ageing.py`), and *visibility* a fact that became
known or unknown, and a list that became complete or incomplete.
*Configuration* is every other difference between the two snapshots.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import Any

import msgspec

from scanner import registry
from scanner.evaluate import evaluate
from scanner.history.ageing import Span, by_key, facts_of
from scanner.model import Account, AnySubject, Deployment, Severity, Unknown, Waiver
from scanner.policy import Policy, Selected
from scanner.report import weigh
from scanner.score import Tally, joined, score_tallies, tally
from scanner.waivers import accept

_TENTHS = 10


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
    points = {name: units / (2 * _TENTHS) for name, units in parts.items()}
    return Attribution(
        configuration_changed=points["configuration"],
        rules_changed=points["rules"],
        visibility_changed=points["visibility"],
        waiver_lapsed=points["waivers"],
        time_passed=points["time"],
    )


def _units(points: float) -> int:
    """Return points, which are tenths, as whole numbers, whose sums are exact."""
    return round(points * _TENTHS)


class _Replay:
    """Judges the two scans under any mixture of their circumstances.

    Most subjects are the same in both, and most checks do not ask for the time: what depends on
    neither is judged once. A check that has waivers is judged whole, because whom a waiver names
    depends on who else there is.
    """

    def __init__(self, before: Side, after: Side) -> None:
        self._lasting, one, other = _parted(before.deployment, after.deployment)
        span = Span(one, other, before.at, after.at)
        aged, restored = span.aged(), span.restored()
        self._seen = {
            "aaa": one,
            "baa": aged,
            "aba": seen_as(one, restored),
            "bba": seen_as(aged, other),
            "abb": restored,
            "bbb": other,
        }
        """By time, visibility and configuration."""
        self._times = {"a": before.at, "b": after.at}
        self._waivers = {"a": before.waivers, "b": after.waivers}
        waived = {each.check for each in (*before.waivers, *after.waivers)}
        self._rules = {"a": _Rules(before.checks, waived), "b": _Rules(after.checks, waived)}
        self._same_rules = before.checks == after.checks
        self._counted: dict[tuple[str, ...], list[Tally]] = {}

    def low(self, mixture: str) -> int:
        """Return the score, in units, of rules, time, visibility, configuration and waivers."""
        rules, time, seen, waivers = mixture[0], mixture[1], mixture[1:4], mixture[4]
        if self._same_rules:
            rules = "a"
        lasting, changing = self._lasting, self._seen[seen]
        by, at = self._rules[rules], self._times[time]
        whole = msgspec.structs.replace(changing, subjects=(*changing.subjects, *lasting.subjects))

        def count(deployment: Deployment, policy: Policy, *circumstances: str) -> list[Tally]:
            if not policy.selected:
                return []
            if circumstances not in self._counted:
                findings = evaluate(deployment, policy, at)
                if policy is by.waived:
                    held = self._waivers[waivers]
                    findings = accept(findings, deployment.target, held, date.min)
                self._counted[circumstances] = tally(findings, by.weighed)
            return self._counted[circumstances]

        return _units(
            score_tallies(
                joined(
                    [
                        count(lasting, by.timeless, "lasting", rules),
                        count(lasting, by.timed, "lasting", rules, time),
                        count(changing, by.unwaived, "changing", rules, seen),
                        count(whole, by.waived, "whole", rules, seen, waivers),
                    ]
                )
            ).low
        )


class _Rules:
    """The rules of one scan, apart by what their verdicts depend on."""

    def __init__(self, checks: Iterable[PastCheck], waived: Collection[str]) -> None:
        policy = _policy(checks)
        self.weighed = weigh(policy)
        self.waived = _only(policy, lambda each: each.check.id in waived)
        self.unwaived = _only(policy, lambda each: each.check.id not in waived)
        self.timed = _only(self.unwaived, lambda each: each.check.takes_now)
        self.timeless = _only(self.unwaived, lambda each: not each.check.takes_now)


def _only(policy: Policy, wanted: Callable[[Selected], bool]) -> Policy:
    return msgspec.structs.replace(policy, selected=tuple(filter(wanted, policy.selected)))


def _parted(one: Deployment, other: Deployment) -> tuple[Deployment, Deployment, Deployment]:
    """Return what is the same in both scans, whatever the time, and what else is in each."""
    there = by_key(other)
    lasting = [
        each
        for key, each in by_key(one).items()
        if there.get(key) == each
        and not isinstance(each, Account)  # stands for what could not be listed
        and all(witness.until is None for witness in each.witnesses.values())
    ]
    keys = {(type(each), each.id) for each in lasting}

    def rest(deployment: Deployment) -> Deployment:
        left = (each for each in deployment.subjects if (type(each), each.id) not in keys)
        return msgspec.structs.replace(deployment, subjects=tuple(left))

    same = msgspec.structs.replace(one, subjects=tuple(lasting), populations={})
    return same, rest(one), rest(other)


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
    there = by_key(other)
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
    for name in facts_of(type(subject)):
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
