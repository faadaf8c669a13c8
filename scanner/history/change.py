"""What changed from one scan to another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

import msgspec

from scanner.history.attribution import Attribution, PastCheck, Side, attribute
from scanner.history.store import History, Scan
from scanner.language import printable
from scanner.model import Severity, Status, Waiver
from scanner.report import ReportedSubject, ReportedWaiver
from scanner.waivers import State

SCHEMA = "mamori.diff/1"


class Changed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A failure that one of the two scans knows."""

    fingerprint: str
    check: str
    severity: Severity
    subject: ReportedSubject
    message: str
    waiver: str | None
    first_seen: datetime | None
    last_seen: datetime | None
    """The last of the two scans in which it fails."""
    open_since: datetime | None
    open_days: int | None
    """Whole days from `open_since` to the later scan, or to the earlier one where it is mended."""


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A number before and after."""

    before: float
    after: float

    @property
    def change(self) -> float:
        """What was gained."""
        return round(self.after - self.before, 1)


class TargetChange(msgspec.Struct, frozen=True, kw_only=True):
    """What changed in one target that both scans judged."""

    name: str
    score: Moved
    change: float
    grade: tuple[str, str]
    coverage: Moved
    attribution: Attribution | None
    """Why the score moved; absent where a snapshot is no longer kept."""
    new: tuple[Changed, ...]
    """Fail now, and did not fail before."""
    regressed: tuple[Changed, ...]
    """Fail again: they had failed once, and had been mended."""
    fixed: tuple[Changed, ...]
    """Pass now, do not apply any more, or are gone."""
    still_open: tuple[Changed, ...]
    no_longer_visible: tuple[Changed, ...]
    """Failed before, and could not be judged now; nobody knows whether they still fail."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What changed from one scan to another."""

    schema: str = SCHEMA
    before: Scan
    after: Scan
    targets: tuple[TargetChange, ...]
    only_before: tuple[str, ...]
    """Targets that the later scan did not judge."""
    only_after: tuple[str, ...]


class _Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    fingerprint: str
    check: str
    status: Status
    severity: Severity
    subject: ReportedSubject
    message: str
    blind: bool
    waiver: str | None = None
    first_seen: datetime | None = None
    open_since: datetime | None = None


class _Score(msgspec.Struct, frozen=True):
    low: float


class _Target(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    complete: bool
    score: _Score
    grade: str
    coverage: float
    findings: tuple[_Finding, ...]


class _Report(msgspec.Struct, frozen=True, kw_only=True):
    """As much of a report as a comparison needs."""

    started_at: datetime
    checks: tuple[PastCheck, ...]
    targets: tuple[_Target, ...]
    waivers: tuple[ReportedWaiver, ...] = ()


def compare(history: History, before: Scan, after: Scan) -> Change:
    """Return what changed from the scan `before` to the scan `after`.

    Raises:
        HistoryError: a report or a snapshot cannot be read.
    """
    one = _failing(history.report(before.number, _Report))
    failed = {each.fingerprint for target in one.targets for each in target.findings}
    other = history.report(after.number, _Report)
    # What is needed of the many that pass is whether they stand for one that failed.
    statuses = {
        each.fingerprint: each.status
        for target in other.targets
        for each in target.findings
        if each.fingerprint in failed
    }
    blind = {
        target.name: {each.check for each in target.findings if each.blind}
        for target in other.targets
    }
    other = _failing(other)
    earlier = {target.name: target for target in one.targets}
    later = {target.name: target for target in other.targets}
    found = []
    for name in sorted(earlier.keys() & later.keys()):
        sighted = (
            {each.check for each in other.checks} - blind[name] if later[name].complete else set()
        )
        failures = _Failures(
            one, earlier[name], other, later[name], statuses=statuses, sighted=sighted
        )
        attribution = _attribution(history, name, (before, one), (after, other))
        found.append(failures.change(attribution))
    return Change(
        before=before,
        after=after,
        targets=tuple(found),
        only_before=tuple(sorted(earlier.keys() - later.keys())),
        only_after=tuple(sorted(later.keys() - earlier.keys())),
    )


def _failing(report: _Report) -> _Report:
    """Return `report` with what fails alone."""
    return msgspec.structs.replace(
        report,
        targets=tuple(
            msgspec.structs.replace(
                target,
                findings=tuple(each for each in target.findings if each.status is Status.FAIL),
            )
            for target in report.targets
        ),
    )


class _Failures:
    """Sorts the failures of one target."""

    def __init__(
        self,
        one: _Report,
        before: _Target,
        other: _Report,
        after: _Target,
        *,
        statuses: Mapping[str, Status],
        sighted: Collection[str],
    ) -> None:
        self._one, self._other = one, other
        self._before, self._after = before, after
        self._statuses = statuses
        self._sighted = sighted
        """The checks whose subjects the later scan could list completely."""

    def change(self, attribution: Attribution | None) -> TargetChange:
        before, after = self._before, self._after
        failed = {each.fingerprint: each for each in before.findings}
        fails = {each.fingerprint: each for each in after.findings}
        fixed: list[Changed] = []
        unseen: list[Changed] = []
        fresh: list[Changed] = []
        regressed: list[Changed] = []
        still: list[Changed] = []
        for id, finding in failed.items():
            if id not in fails:
                (fixed if self._mended(finding, self._statuses.get(id)) else unseen).append(
                    self._was(finding)
                )
        for id, finding in fails.items():
            changed = self._is(finding)
            if id in failed or _open_before(finding, self._one.started_at):
                still.append(changed)
            elif _failed_before(finding, self._one.started_at):
                regressed.append(changed)
            else:
                fresh.append(changed)
        score = Moved(before=before.score.low, after=after.score.low)
        return TargetChange(
            name=after.name,
            score=score,
            change=score.change,
            grade=(before.grade, after.grade),
            coverage=Moved(before=before.coverage, after=after.coverage),
            attribution=attribution,
            new=_worst_first(fresh),
            regressed=_worst_first(regressed),
            fixed=_worst_first(fixed),
            still_open=_worst_first(still),
            no_longer_visible=_worst_first(unseen),
        )

    def _mended(self, finding: _Finding, now: Status | None) -> bool:
        """Tell whether a failure is known to be gone; what cannot be judged is not."""
        if now is None:
            return finding.check in self._sighted
        return now in (Status.PASS, Status.NOT_APPLICABLE)

    def _was(self, finding: _Finding) -> Changed:
        return _changed(finding, self._one.started_at)

    def _is(self, finding: _Finding) -> Changed:
        return _changed(finding, self._other.started_at)


def _open_before(finding: _Finding, moment: datetime) -> bool:
    """Tell whether it failed all the time, although the earlier scan could not see it."""
    return finding.open_since is not None and finding.open_since < moment


def _failed_before(finding: _Finding, moment: datetime) -> bool:
    return finding.first_seen is not None and finding.first_seen < moment


def _changed(finding: _Finding, seen: datetime) -> Changed:
    since = finding.open_since
    return Changed(
        fingerprint=finding.fingerprint,
        check=finding.check,
        severity=finding.severity,
        subject=finding.subject,
        message=finding.message,
        waiver=finding.waiver,
        first_seen=finding.first_seen,
        last_seen=seen,
        open_since=since,
        open_days=None if since is None else max((seen - since).days, 0),
    )


def _worst_first(changes: Iterable[Changed]) -> tuple[Changed, ...]:
    return tuple(
        sorted(changes, key=lambda each: (-each.severity.rank, each.check, each.subject.id))
    )


def _attribution(
    history: History, name: str, one: tuple[Scan, _Report], other: tuple[Scan, _Report]
) -> Attribution | None:
    sides = []
    for scan, report in (one, other):
        deployment = next(
            (
                each
                for each in history.snapshots(scan.number, target=name)
                if printable(each.target) == name
            ),
            None,
        )
        if deployment is None:
            return None
        [target] = [each for each in report.targets if each.name == name]
        sides.append(
            Side(
                deployment=deployment,
                checks=report.checks,
                waivers=_held(report.waivers),
                at=report.started_at,
                low=target.score.low,
            )
        )
    return attribute(*sides)


def _held(waivers: Iterable[ReportedWaiver]) -> tuple[Waiver, ...]:
    """Return the waivers that held when a report was made, good for any day."""
    return tuple(
        Waiver(
            number=each.number,
            check=each.check,
            subject=each.subject,
            target=each.target,
            until=date.max,
            reason=each.reason,
            owner=each.owner,
        )
        for each in waivers
        if each.state in (State.ACTIVE, State.EXPIRING)
    )
