"""What changed since the scan before, in a few lines: no names of people, no addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import msgspec

from scanner.model import Severity, Status
from scanner.render.event import UNANSWERED, is_open
from scanner.report import Report, ReportedFinding, ReportedTarget


class Line(msgspec.Struct, frozen=True):
    """A check, and how many findings of it changed alike."""

    check: str
    title: str
    severity: Severity
    count: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What changed in one target."""

    target: ReportedTarget
    before: ReportedTarget | None
    failing: tuple[Line, ...]
    """What fails and did not, the most severe first."""
    mended: tuple[Line, ...]
    """What failed and passes, is accepted, or exists no more."""
    unseen: tuple[Line, ...]
    """What was known and is not any more."""

    @property
    def is_news(self) -> bool:
        """Tell whether there is anything to say."""
        return bool(self.failing or self.mended or self.unseen) or (
            self.before is None or self.before.grade != self.target.grade
        )


def changes(report: Report, earlier: Mapping[str, ReportedTarget]) -> list[Change]:
    """Return what changed in each target of `report` that has news, since it was seen `earlier`."""
    titles = {each.check: each.title for each in report.checks}
    found = (_change(each, earlier.get(each.name), titles) for each in report.targets)
    return [each for each in found if each.is_news]


def _change(
    target: ReportedTarget, before: ReportedTarget | None, titles: dict[str, str]
) -> Change:
    now = _by_fingerprint(target)
    then = _by_fingerprint(before) if before is not None else {}
    # The checks whose subjects were all seen: what they do not come to any more is gone.
    blind = {each.check for each in target.findings if each.blind}
    sighted = titles.keys() - blind if target.complete else frozenset[str]()

    def lines(wanted: Callable[[str], bool], of: dict[str, ReportedFinding]) -> tuple[Line, ...]:
        count = Counter(each.check for key, each in of.items() if wanted(key))
        severity = {each.check: each.severity for each in of.values()}
        found = [
            Line(check, titles.get(check, check), severity[check], number)
            for check, number in count.items()
        ]
        return tuple(sorted(found, key=lambda line: (-line.severity.rank, line.check)))

    return Change(
        target=target,
        before=before,
        failing=lines(lambda key: _fails(now[key]) and not _fails(then.get(key)), now),
        mended=lines(
            lambda key: (
                _fails(then[key])
                and (not is_open(now[key]) if key in now else then[key].check in sighted)
            ),
            then,
        ),
        unseen=lines(
            lambda key: (
                _known(then[key])
                and (not _known(now[key]) if key in now else then[key].check not in sighted)
            ),
            then,
        ),
    )


def _by_fingerprint(target: ReportedTarget) -> dict[str, ReportedFinding]:
    return {each.fingerprint: each for each in target.findings if not each.blind}


def _fails(finding: ReportedFinding | None) -> bool:
    return finding is not None and finding.status is Status.FAIL and is_open(finding)


def _known(finding: ReportedFinding) -> bool:
    return finding.status not in UNANSWERED
