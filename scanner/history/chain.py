"""Proof that the audits took place: the chain of reports, and the gaps between them.

Each report holds the SHA-256 of the one before, so that none can be changed, removed or slipped in
without all later ones being written anew. Whoever could do that is found out by any report that had
been delivered elsewhere: its hash is no longer in the chain.
"""

from __future__ import annotations

import hashlib
import itertools
import statistics
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from scanner.history.database import HistoryError
from scanner.history.store import (
    History,
    Judgement,
    Scan,
    UnknownScanError,
    report_of,
    snapshot_of,
    unpack,
)
from scanner.model import Text
from scanner.report import ReportedLink, ReportedScore

SCHEMA = "mamori.verification/1"

_TOLERANCE = 1.5
"""A pause of more than so many usual intervals is a gap."""
_LEAST_SCANS = 3
"""Fewer scans tell no usual interval."""
_LEAST_INTERVAL = timedelta(hours=1)
"""What is scanned more often than this is scanned by hand."""


class Break(msgspec.Struct, frozen=True):
    """A place where the chain does not hold."""

    scan: int
    problem: Text


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which a target should have been scanned and was not."""

    target: str
    after: datetime
    until: datetime | None
    """The scan that ended it; None where it lasts still."""
    hours: float


class Retired(msgspec.Struct, frozen=True):
    """A target that the configuration does not name any more, so that no scan of it is missing."""

    target: str
    last: datetime
    """Its latest scan."""


class Interval(msgspec.Struct, frozen=True):
    """How often a target is scanned."""

    target: str
    hours: float
    told: bool
    """Somebody said so; false where it is the usual pause between its scans."""


class Pruning(msgspec.Struct, frozen=True, kw_only=True):
    """The beginning of the chain, of which the hashes alone are kept."""

    first: int
    last: int
    at: datetime
    """When the last of them was let go."""


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What an auditor wants to know."""

    schema: str = SCHEMA
    scans: int
    first: datetime | None
    last: datetime | None
    head: str
    """SHA-256 of the latest report; kept elsewhere, it proves later that nothing was rewritten."""
    intact: bool
    breaks: tuple[Break, ...]
    pruned: Pruning | None
    """The reports that are not kept any more; their hashes still hold the chain together."""
    clock_went_back: tuple[int, ...]
    """Scans that claim to be older than the one before."""
    intervals: tuple[Interval, ...]
    gaps: tuple[Gap, ...]
    retired: tuple[Retired, ...] = ()


class _Target(msgspec.Struct, frozen=True):
    name: str
    score: ReportedScore
    grade: str
    snapshot: str | None = None


class _Report(msgspec.Struct, frozen=True):
    """What the rows of a scan must agree with."""

    scan_id: str
    started_at: datetime
    targets: tuple[_Target, ...]
    chain: ReportedLink | None = None


def verify(
    history: History,
    *,
    now: datetime,
    every: timedelta | None = None,
    targets: Collection[str] | None = None,
) -> Verification:
    """Walk the whole chain, and look for gaps until `now`.

    `every` is how often each target is to be scanned; where absent it is the usual pause between
    its scans. `targets` are those that are still to be scanned, all where absent. Raises:
        HistoryError: the history cannot be read at all.
    """
    scans: list[Scan] = []
    breaks: list[Break] = []
    judged: dict[int, dict[str, Judgement]] = {}
    for each in history.judgements():
        judged.setdefault(each.scan, {})[each.target] = each
    for scan, packed in history.rows():
        before = scans[-1] if scans else None
        scans.append(scan)
        problems = _problems(history, scan, packed, before, judged.get(scan.number, {}))
        breaks.extend(Break(scan.number, problem) for problem in problems)
    times = _times(scans, judged)
    retired = [
        Retired(name, moments[-1])
        for name, moments in times.items()
        if targets is not None and name not in targets
    ]
    intervals, gaps = _gaps(times, {each.target for each in retired}, every, now)
    return Verification(
        scans=len(scans),
        first=scans[0].started_at if scans else None,
        last=scans[-1].started_at if scans else None,
        head=scans[-1].digest if scans else "",
        intact=not breaks,
        breaks=tuple(breaks),
        pruned=_pruning(scans),
        clock_went_back=tuple(
            other.number
            for one, other in itertools.pairwise(scans)
            if other.started_at < one.started_at
        ),
        intervals=tuple(intervals),
        gaps=tuple(gaps),
        retired=tuple(retired),
    )


def _pruning(scans: list[Scan]) -> Pruning | None:
    pruned = [(each.number, each.pruned_at) for each in scans if each.pruned_at is not None]
    if not pruned:
        return None
    return Pruning(first=pruned[0][0], last=pruned[-1][0], at=max(at for _, at in pruned))


def _problems(
    history: History,
    scan: Scan,
    packed: bytes | None,
    before: Scan | None,
    judgements: dict[str, Judgement],
) -> Iterator[Text]:
    expected = before.number + 1 if before else 1
    if scan.number != expected:
        yield Text.of("Scans {first} to {last} are missing.", first=expected, last=scan.number - 1)
    elif scan.previous != (before.digest if before else ""):
        yield Text.of("It does not follow the report before.")
    if packed is None:
        # What is pruned is the beginning: behind a report that is kept, one that lacks was taken.
        if scan.pruned_at is None or (before is not None and before.pruned_at is None):
            yield Text.of("Its report is missing.")
        return
    try:
        data = unpack(packed, report_of(scan.number))
        report = msgspec.json.decode(data, type=_Report)
    except (HistoryError, msgspec.DecodeError, UnicodeDecodeError):
        yield Text.of("Its report is damaged.")
        return
    if hashlib.sha256(data).hexdigest() != scan.digest:
        yield Text.of("Its report was changed after it had been written.")
    if (
        report.chain != ReportedLink(scan.number, scan.previous)
        or report.scan_id != scan.scan_id
        or report.started_at != scan.started_at
    ):
        yield Text.of("Its report says something else than the list of scans.")
    yield from _targets(history, scan, report, judgements)


def _targets(
    history: History, scan: Scan, report: _Report, judgements: dict[str, Judgement]
) -> Iterator[Text]:
    snapshots = history.packed_snapshots(scan.number)
    for target in report.targets:
        row = judgements.get(target.name)
        said = (target.score.low, target.score.high, target.grade)
        if row is None or (row.low, row.high, row.grade) != said:
            yield Text.of("The score of {target} was changed.", target=target.name)
        packed = snapshots.get(target.name)
        if target.snapshot is None or packed is None:
            continue
        try:
            data = unpack(packed, snapshot_of(scan.number))
        except HistoryError:
            data = b""
        if hashlib.sha256(data).hexdigest() != target.snapshot:
            yield Text.of("The snapshot of {target} was changed.", target=target.name)


def _times(
    scans: Iterable[Scan], judged: dict[int, dict[str, Judgement]]
) -> dict[str, list[datetime]]:
    """Return when each target was scanned, by name."""
    times: dict[str, list[datetime]] = {}
    for scan in scans:
        for name in judged.get(scan.number, ()):
            times.setdefault(name, []).append(scan.started_at)
    return dict(sorted(times.items()))


def _gaps(
    times: Mapping[str, list[datetime]],
    retired: Collection[str],
    every: timedelta | None,
    now: datetime,
) -> tuple[list[Interval], list[Gap]]:
    intervals, gaps = [], []
    for name, moments in times.items():
        usual = every or _usual(moments)
        if usual is None:
            continue
        if name not in retired:
            intervals.append(Interval(name, _hours(usual), every is not None))
        ends: list[datetime | None] = [*moments[1:], None]
        if name in retired:
            ends.pop()
        for one, other in zip(moments, ends, strict=False):
            pause = (other or now) - one
            if pause > usual * _TOLERANCE:
                gaps.append(Gap(target=name, after=one, until=other, hours=_hours(pause)))
    return intervals, gaps


def _usual(moments: list[datetime]) -> timedelta | None:
    if len(moments) < _LEAST_SCANS:
        return None
    pauses = [(other - one).total_seconds() for one, other in itertools.pairwise(moments)]
    usual = statistics.median(pauses)
    return max(timedelta(seconds=usual), _LEAST_INTERVAL)


def _hours(span: timedelta) -> float:
    return round(span.total_seconds() / 3600, 1)


def find_in_chain(history: History, path: Path) -> int | None:
    """Return the number of the scan whose report is saved as JSON in the file `path`.

    None where the chain has no such report: it was changed there, or here. Raises:
        HistoryError: the file cannot be read.
    """
    try:
        data = msgspec.json.format(path.read_bytes(), indent=-1)
    except OSError as error:
        raise UnknownScanError(
            "{file} cannot be read: {cause}.", file=str(path), cause=error.strerror
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UnknownScanError(
            "{file} is not a report as --format json writes it.", file=str(path)
        ) from None
    digest = hashlib.sha256(data).hexdigest()
    return next((scan.number for scan in history.scans() if scan.digest == digest), None)
