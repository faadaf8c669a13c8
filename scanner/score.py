"""Findings → score, coverage and what to do first: never better by blindness.

A check loses `weight × (½ + ½ × failing share)` when any subject fails it, and nothing when none
does. The score is an interval: `low` counts what is inconclusive as failing, `high` counts it as
passing; both are `100 × (1 − Σ loss / Σ weight)` over the checks that apply, then capped. The grade
comes from `low`, so that losing evidence can never raise it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from scanner.model import Finding, Severity, Status

GRADES: tuple[tuple[str, float], ...] = (("A", 90), ("B", 80), ("C", 65), ("D", 50), ("F", 0))
"""Each grade and the lowest score that earns it."""

CAPS: Mapping[Severity, float] = {Severity.CRITICAL: 49.0, Severity.HIGH: 79.0}
"""The most a score can be while a check of that severity fails."""


class Weighed(msgspec.Struct, frozen=True, gc=False):
    """What scoring needs to know of a check."""

    check: str
    severity: Severity
    weight: float


class Tally(msgspec.Struct, frozen=True, gc=False):
    """How one check came out over its subjects."""

    weighed: Weighed
    passed: int
    failed: int
    inconclusive: int
    """Without evidence, errors included."""
    blind: bool
    """There are subjects that could not be listed, so their number is not known."""

    @property
    def subjects(self) -> int:
        """How many the check applies to; those that could not be listed count as one."""
        return self.passed + self.failed + self.inconclusive

    @property
    def family(self) -> str:
        """The family of the check."""
        return self.weighed.check.partition(".")[0]

    @property
    def loss_low(self) -> float:
        """Weight lost if all that is inconclusive fails."""
        if self.blind:
            return self.weighed.weight
        return self._loss(self.failed + self.inconclusive)

    @property
    def loss_high(self) -> float:
        """Weight lost if all that is inconclusive passes."""
        if self.blind and self.failed:
            return self.weighed.weight / 2
        return self._loss(self.failed)

    @property
    def covered(self) -> float:
        """Share of the subjects for which a conclusion was reached."""
        return (self.passed + self.failed) / self.subjects

    def fixed(self) -> Tally:
        """Return the tally once every failing subject passes."""
        return msgspec.structs.replace(self, passed=self.passed + self.failed, failed=0)

    def answered(self) -> Tally:
        """Return the tally once everything inconclusive turns out to pass."""
        return msgspec.structs.replace(
            self, passed=self.passed + self.inconclusive, inconclusive=0, blind=False
        )

    def _loss(self, failing: int) -> float:
        if not failing:
            return 0.0
        return self.weighed.weight * (0.5 + 0.5 * failing / self.subjects)


class Cap(msgspec.Struct, frozen=True):
    """A limit of the score, and the check that sets it."""

    at: float
    check: str
    failing: bool
    """False where the check is only unanswered, which limits `low` alone."""


class Fix(msgspec.Struct, frozen=True):
    """One thing to do, and what it brings."""

    check: str
    action: Literal["fix", "answer"]
    """`fix` what fails, or `answer` what is not known."""
    subjects: int
    of: int
    points: float
    """What `low` gains before caps."""
    lifts_cap: bool


class NextGrade(msgspec.Struct, frozen=True):
    """The fewest checks that, once they pass everywhere, earn the next grade."""

    grade: str
    checks: tuple[str, ...]


class Family(msgspec.Struct, frozen=True):
    """The score of one family alone, without caps."""

    family: str
    low: float
    high: float
    coverage: float


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The score of one deployment, in points from 0 to 100."""

    low: float
    high: float
    uncapped: float
    """`low` without caps."""
    grade: str
    coverage: float
    """Share of the weight that applied for which a conclusion was reached, 0 to 1."""
    caps: tuple[Cap, ...]
    families: tuple[Family, ...]
    fixes: tuple[Fix, ...]
    next_grade: NextGrade | None


def score(
    findings: Iterable[Finding], weighed: Iterable[Weighed], *, waivers: bool = True
) -> Score:
    """Score `findings` by the checks in `weighed`; the order of neither matters.

    A failure that somebody accepted counts as a pass, unless `waivers` is false.
    """
    return score_tallies(tally(findings, weighed, waivers=waivers))


def tally(
    findings: Iterable[Finding], weighed: Iterable[Weighed], *, waivers: bool = True
) -> list[Tally]:
    """Count the findings of each check that applied to anything, in the order of the ids."""
    counts: dict[str, dict[Status, int]] = {}
    blind: set[str] = set()
    for finding in findings:
        count = counts.setdefault(finding.check, {})
        status = finding.verdict.status
        if waivers and finding.waiver is not None and status is Status.FAIL:
            status = Status.PASS
        count[status] = count.get(status, 0) + 1
        if finding.blind:
            blind.add(finding.check)
    by_check = {each.check: each for each in weighed}
    tallies = [
        Tally(
            by_check[check],
            count.get(Status.PASS, 0),
            count.get(Status.FAIL, 0),
            count.get(Status.INCONCLUSIVE, 0) + count.get(Status.ERROR, 0),
            check in blind,
        )
        for check, count in sorted(counts.items())
    ]
    return [each for each in tallies if each.subjects]


def joined(parts: Iterable[list[Tally]]) -> list[Tally]:
    """Return one tally for each check of what was counted in several parts."""
    found: dict[str, Tally] = {}
    for each in itertools.chain.from_iterable(parts):
        other = found.get(each.weighed.check)
        found[each.weighed.check] = each if other is None else _sum(each, other)
    return [tally for _, tally in sorted(found.items())]


def _sum(one: Tally, other: Tally) -> Tally:
    return Tally(
        one.weighed,
        one.passed + other.passed,
        one.failed + other.failed,
        one.inconclusive + other.inconclusive,
        one.blind or other.blind,
    )


def score_tallies(tallies: list[Tally]) -> Score:
    """Score what `tally` counted. Checks of weight 0 inform and do not count."""
    tallies = [each for each in tallies if each.weighed.weight > 0]
    total = sum(each.weighed.weight for each in tallies)
    caps = tuple(_caps(tallies))
    uncapped = _points(tallies)
    low = min([uncapped[0], *(cap.at for cap in caps)])
    return Score(
        low=low,
        uncapped=uncapped[0],
        high=min([uncapped[1], *(cap.at for cap in caps if cap.failing)]),
        grade=grade(low),
        coverage=_coverage(tallies),
        caps=caps,
        families=tuple(_families(tallies)),
        fixes=tuple(_fixes(tallies, total, caps)),
        next_grade=_next_grade(tallies, total, low),
    )


def grade(points: float) -> str:
    """Return the grade that `points` earn."""
    return next(name for name, least in GRADES if points >= least)


def _points(tallies: list[Tally]) -> tuple[float, float]:
    """Return low and high before caps; nothing that applies is nothing known."""
    total = sum(each.weighed.weight for each in tallies)
    if not total:
        return 0.0, 100.0
    # Sorted sums: the same losses in another order must give the same last digit.
    low = sum(sorted(each.loss_low for each in tallies))
    high = sum(sorted(each.loss_high for each in tallies))
    return _round(100 * (1 - low / total)), _round(100 * (1 - high / total))


def _round(points: float) -> float:
    """Cut to a tenth, so that no score looks better than it is; forgive the last binary digits."""
    return max(0.0, math.floor(points * 10 + 1e-6) / 10)


def _coverage(tallies: list[Tally]) -> float:
    total = sum(each.weighed.weight for each in tallies)
    if not total:
        return 0.0
    return round(sum(sorted(each.weighed.weight * each.covered for each in tallies)) / total, 3)


def _caps(tallies: list[Tally]) -> Iterable[Cap]:
    for each in tallies:
        at = CAPS.get(each.weighed.severity)
        if at is not None and (each.failed or each.inconclusive):
            yield Cap(at, each.weighed.check, failing=each.failed > 0)


def _families(tallies: list[Tally]) -> Iterable[Family]:
    by_family: dict[str, list[Tally]] = {}
    for each in tallies:
        by_family.setdefault(each.family, []).append(each)
    for family, members in sorted(by_family.items()):
        yield Family(family, *_points(members), _coverage(members))


def _fixes(tallies: list[Tally], total: float, caps: tuple[Cap, ...]) -> list[Fix]:
    lowest = min((cap.at for cap in caps), default=None)
    lifting = {cap.check for cap in caps if cap.at == lowest}
    fixes = []
    for each in tallies:
        lifts = each.weighed.check in lifting
        if each.failed:
            gained = 100 * (each.loss_low - each.fixed().loss_low) / total
            fixes.append(_fix(each, "fix", each.failed, gained, lifts))
        if each.inconclusive:
            gained = 100 * (each.loss_low - each.answered().loss_low) / total
            fixes.append(_fix(each, "answer", each.inconclusive, gained, lifts))
    return sorted(fixes, key=lambda fix: (not fix.lifts_cap, -fix.points, fix.check, fix.action))


def _fix(
    each: Tally, action: Literal["fix", "answer"], subjects: int, points: float, lifts_cap: bool
) -> Fix:
    return Fix(each.weighed.check, action, subjects, each.subjects, round(points, 1), lifts_cap)


def _next_grade(tallies: list[Tally], total: float, low: float) -> NextGrade | None:
    """Take every check that caps below the goal, then the largest gains until the goal is met.

    The grade told is the one that is then reached: lifting a cap may bring more than one step.
    """
    now = grade(low)
    if not total or now == GRADES[0][0]:
        return None
    place = next(i for i, (name, _) in enumerate(GRADES) if name == now)
    least = GRADES[place - 1][1]
    imperfect = [each for each in tallies if each.loss_low]
    needed = [each for each in imperfect if _cap(each) < least]
    rest = [each for each in imperfect if each not in needed]
    rest.sort(key=lambda each: (-each.loss_low, each.weighed.check))
    while rest and _reached(rest, total) < least:
        needed.append(rest.pop(0))
    return NextGrade(grade(_reached(rest, total)), tuple(each.weighed.check for each in needed))


def _reached(imperfect: list[Tally], total: float) -> float:
    """Return the score, caps included, that these checks leave when all others pass."""
    loss = sum(sorted(each.loss_low for each in imperfect))
    return min([_round(100 * (1 - loss / total)), *map(_cap, imperfect)])


def _cap(each: Tally) -> float:
    return CAPS.get(each.weighed.severity, 100.0)
