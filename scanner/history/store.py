"""Stores scans and gives them back."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update

from scanner.history.database import PATIENCE_SECONDS, Database, HistoryError, Place, open_database
from scanner.history.pruning import Keep, Pruned, plan, prune
from scanner.history.schema import JUDGEMENT, OUTBOX, SCAN, TARGET, stamp
from scanner.history.spells import Spell, note
from scanner.language import printable
from scanner.model import Deployment, Status, Text
from scanner.model.deployment import decode_snapshot, encode_snapshot
from scanner.report import Report, ReportedLink, ReportedPoint, ReportedTarget

T = TypeVar("T")

LATEST, PREVIOUS = "latest", "previous"
_LEAST_PREFIX = 4
_AT_ONCE = 1000
"""Findings that are encoded together."""
_MOST_POINTS = 60
"""How many earlier scores a report carries for its trend."""


class UnknownScanError(HistoryError):
    """No scan is called that."""

    exit_code = 2


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """A scan as its row in the history tells."""

    number: int
    scan_id: str
    started_at: datetime
    finished_at: datetime
    mamori_version: str
    policy: str
    policy_digest: str
    complete: bool
    previous: str
    digest: str
    pruned_at: datetime | None = None
    """When its report, and what was collected for it, were let go."""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """How one target came out in one scan."""

    scan: int
    target: str
    low: float
    high: float
    without_waivers: float
    grade: str
    coverage: float
    failing: int
    """Failures that nobody has accepted."""
    unknown: int
    waived: int
    complete: bool


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A report that a sink has not taken yet."""

    id: int
    scan: int
    sink: str
    created_at: datetime
    attempts: int
    cursor: int
    error: str | None


class History:
    """Everything that earlier scans found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(
        cls, place: Place, *, create: bool = False, patience: float = PATIENCE_SECONDS
    ) -> History:
        """Open the history at `place`; with `create` one is begun where there is none.

        `patience` is how many seconds another process may hold it. Raises:
            HistoryError: there is none, or it cannot be used; it stays as it is.
        """
        return cls(open_database(place, create=create, patience=patience))

    def record(
        self, report: Report, deployments: Iterable[Deployment], sinks: Iterable[str] = ()
    ) -> Report:
        """Store a scan, and owe its report to `sinks`; all of it, or nothing.

        Returns the report as it was stored: in the chain, and with the times of its findings.
        Raises:
            HistoryError: nothing was stored.
        """
        snapshots = {printable(each.target): encode_snapshot(each) for each in deployments}
        with self._database.writing() as connection:
            head = connection.execute(
                select(SCAN.c.number, SCAN.c.digest).order_by(SCAN.c.number.desc()).limit(1)
            ).one_or_none()
            number, previous = (head.number + 1, head.digest) if head else (1, "")
            times = _times(connection) | {number: report.started_at}
            targets = [_target_id(connection, target.name) for target in report.targets]
            # The row of the scan comes first, because the others point to it.
            connection.execute(insert(SCAN).values(_scan_row(report, number, previous)))
            checked = [each.check for each in report.checks]
            report = msgspec.structs.replace(
                report,
                chain=ReportedLink(number, previous),
                targets=tuple(
                    _completed(
                        target,
                        note(
                            connection,
                            id,
                            target,
                            checked,
                            scan=number,
                            last=_last(connection, id),
                        ),
                        times,
                        report.started_at,
                        snapshots.get(target.name),
                        earlier=_earlier_points(connection, id, times),
                    )
                    for id, target in zip(targets, report.targets, strict=True)
                ),
            )
            packed, digest = _pack(report)
            connection.execute(
                update(SCAN).where(SCAN.c.number == number).values(report=packed, digest=digest)
            )
            for id, target in zip(targets, report.targets, strict=True):
                connection.execute(
                    insert(JUDGEMENT).values(_judgement_row(target, number, id, snapshots))
                )
            for sink in dict.fromkeys(sinks):
                connection.execute(
                    insert(OUTBOX).values(
                        scan=number, sink=sink, created_at=stamp(report.finished_at)
                    )
                )
        return report

    def scans(self, *, target: str | None = None, most: int | None = None) -> list[Scan]:
        """Return the scans, the latest first; those of one target alone if it is named."""
        query = select(*(column for column in SCAN.c if column is not SCAN.c.report))
        if target is not None:
            query = query.where(
                SCAN.c.number.in_(
                    select(JUDGEMENT.c.scan)
                    .join(TARGET, TARGET.c.id == JUDGEMENT.c.target)
                    .where(TARGET.c.name == target)
                )
            )
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(SCAN.c.number.desc()).limit(most)).all()
        return [_scan(row) for row in rows]

    def judgements(
        self, *, target: str | None = None, scans: Iterable[int] | None = None
    ) -> list[Judgement]:
        """Return how the targets came out, the earliest scan first."""
        query = (
            select(JUDGEMENT, TARGET.c.name)
            .join(TARGET, TARGET.c.id == JUDGEMENT.c.target)
            .order_by(JUDGEMENT.c.scan, TARGET.c.name)
        )
        if target is not None:
            query = query.where(TARGET.c.name == target)
        if scans is not None:
            query = query.where(JUDGEMENT.c.scan.in_(list(scans)))
        columns = [each for each in JUDGEMENT.c if each.name not in ("snapshot", "target")]
        with self._database.reading() as connection:
            rows = connection.execute(query.with_only_columns(*columns, TARGET.c.name)).all()
        return [
            Judgement(
                scan=row.scan,
                target=row.name,
                low=row.low,
                high=row.high,
                without_waivers=row.without_waivers,
                grade=row.grade,
                coverage=row.coverage,
                failing=row.failing,
                unknown=row.unknown,
                waived=row.waived,
                complete=row.complete,
            )
            for row in rows
        ]

    def find(self, name: str) -> Scan:
        """Return the scan called `name`.

        That is its id or the beginning of it, its number in the chain, `latest`, `previous`, or a
        day (its last scan, in UTC). Raises:
            UnknownScanError: no scan, or more than one, is called that.
            HistoryError: the history cannot be read.
        """
        scans = self.scans()
        found: list[Scan] = []
        if name in (LATEST, PREVIOUS):
            place = 0 if name == LATEST else 1
            found = scans[place : place + 1]
        elif name.isdecimal() and len(name) < _LEAST_PREFIX + 4:
            found = [each for each in scans if each.number == int(name)]
        if not found and len(name) == 10 and name[4::3] == "--":
            found = [each for each in scans if each.started_at.date().isoformat() == name][:1]
        if not found and len(name) >= _LEAST_PREFIX:
            found = [each for each in scans if each.scan_id.startswith(name)]
        if len(found) > 1:
            raise UnknownScanError(
                "{count} scans begin with {name}; write more of the id.",
                count=len(found),
                name=repr(name),
            )
        if not found and name == PREVIOUS and scans:
            raise UnknownScanError(
                "The history has one scan alone, and none before it; scan again."
            )
        if not found:
            raise UnknownScanError(
                "There is no scan {name} in the history; mamori history lists them.",
                name=repr(name),
            )
        return found[0]

    def report_bytes(self, number: int) -> bytes:
        """Return the report of the scan `number` as it was stored: JSON without white space.

        Raises:
            HistoryError: it is not there, or damaged.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                select(SCAN.c.report).where(SCAN.c.number == number)
            ).one_or_none()
        if row is None or row.report is None:
            raise UnknownScanError("The report of the scan {number} is not kept.", number=number)
        return unpack(row.report, report_of(number))

    def report(self, number: int, form: type[T] = Report) -> T:  # type: ignore[assignment]
        """Return the report of the scan `number`, or as much of it as `form` has fields for.

        Raises:
            HistoryError: it is not there, or damaged.
        """
        return _decode(self.report_bytes(number), form, number)

    def snapshots(self, number: int, *, target: str | None = None) -> list[Deployment]:
        """Return what the scan `number` collected, of one target or of all.

        Targets without a snapshot are left out. Raises:
            HistoryError: a snapshot is damaged.
        """
        name = snapshot_of(number)
        found = []
        for each, packed in self.packed_snapshots(number).items():
            if packed is None or target not in (None, each):
                continue
            try:
                found.append(decode_snapshot(unpack(packed, name)))
            except (ValueError, msgspec.DecodeError):
                raise damaged(name) from None
        return found

    def rows(self) -> Iterator[tuple[Scan, bytes | None]]:
        """Yield every scan with its stored report, still packed, the first one first."""
        for scan in reversed(self.scans()):
            with self._database.reading() as connection:
                packed = connection.execute(
                    select(SCAN.c.report).where(SCAN.c.number == scan.number)
                ).scalar_one_or_none()
            yield scan, packed

    def packed_snapshots(self, number: int) -> dict[str, bytes | None]:
        """Return the snapshot of each target of the scan `number`, as it is stored."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(TARGET.c.name, JUDGEMENT.c.snapshot)
                .join(TARGET, TARGET.c.id == JUDGEMENT.c.target)
                .where(JUDGEMENT.c.scan == number)
                .order_by(TARGET.c.name)
            ).all()
        return {row.name: row.snapshot for row in rows}

    def prunable(self, keep: Keep, now: datetime) -> Pruned:
        """Return what `prune` would let go."""
        with self._database.reading() as connection:
            return plan(connection, keep, now)

    def prune(self, keep: Keep, now: datetime, *, compact: bool = False) -> Pruned:
        """Let go of the reports that `keep` does not keep, and of what was collected for them.

        Their place in the chain stays, and so do the scores. With `compact` the space goes back to
        the disk; without, later scans use it. Raises:
            HistoryError: nothing was let go.
        """
        with self._database.writing() as connection:
            pruned = plan(connection, keep, now)
            prune(connection, pruned, now)
        if compact and pruned.count:
            self._database.compact()
        return pruned

    def pending(self, sink: str | None = None) -> list[Pending]:
        """Return what waits in the outbox, for one sink or for all, the oldest first."""
        query = select(OUTBOX).where(OUTBOX.c.delivered_at.is_(None)).order_by(OUTBOX.c.id)
        if sink is not None:
            query = query.where(OUTBOX.c.sink == sink)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            Pending(
                id=row.id,
                scan=row.scan,
                sink=row.sink,
                created_at=_moment(row.created_at),
                attempts=row.attempts,
                cursor=row.cursor,
                error=row.error,
            )
            for row in rows
        ]

    def forget(self, sink: str) -> int:
        """Owe nothing more to `sink`, and return how many reports waited for it.

        Raises:
            HistoryError: nothing was forgotten.
        """
        waiting = and_(OUTBOX.c.sink == sink, OUTBOX.c.delivered_at.is_(None))
        with self._database.writing() as connection:
            return connection.execute(delete(OUTBOX).where(waiting)).rowcount

    def advance(self, id: int, cursor: int) -> None:
        """Note how much of an entry of the outbox its sink has acknowledged."""
        self._note_outbox(id, {"cursor": cursor})

    def delivered(self, id: int, at: datetime) -> None:
        """Note that the sink has taken all of an entry of the outbox."""
        self._note_outbox(
            id,
            {
                "attempts": OUTBOX.c.attempts + 1,
                "tried_at": stamp(at),
                "delivered_at": stamp(at),
                "error": None,
            },
        )

    def failed(self, id: int, at: datetime, error: str) -> None:
        """Note why the sink did not take an entry of the outbox; `error` is without secrets."""
        self._note_outbox(
            id, {"attempts": OUTBOX.c.attempts + 1, "tried_at": stamp(at), "error": error}
        )

    def _note_outbox(self, id: int, values: Mapping[str, Any]) -> None:
        with self._database.writing() as connection:
            connection.execute(update(OUTBOX).where(OUTBOX.c.id == id).values(**values))


def read_report(path: Path) -> Report:
    """Return the report that was saved as JSON in the file `path`.

    Raises:
        HistoryError: the file cannot be read, or holds no report.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnknownScanError(
            "{file} cannot be read: {cause}.", file=str(path), cause=error.strerror
        ) from None
    no_report = UnknownScanError(
        "{file} is not a report as --format json writes it.", file=str(path)
    )
    try:
        report = msgspec.json.decode(data, type=Report)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise no_report from None
    checks = {each.check for each in report.checks}
    if any(each.check not in checks for target in report.targets for each in target.findings):
        raise no_report
    return report


def read_snapshot(path: Path) -> Deployment:
    """Return the deployment that `scan --snapshot` saved in the file `path`.

    Raises:
        HistoryError: the file cannot be read, or holds no snapshot.
    """
    try:
        return decode_snapshot(path.read_bytes())
    except OSError as error:
        raise UnknownScanError(
            "{file} cannot be read: {cause}.", file=str(path), cause=error.strerror
        ) from None
    except (ValueError, StopIteration):
        raise UnknownScanError(
            "{file} is not a snapshot that this mamori can read.", file=str(path)
        ) from None


def canonical(report: Report) -> bytes:
    """Return `report` in the form that the chain hashes: JSON without white space."""
    return msgspec.json.encode(report)


def report_of(number: int) -> Text:
    """Return what a stored report is called in a sentence."""
    return Text.of("report of the scan {number}", number=number)


def snapshot_of(number: int) -> Text:
    """Return what a stored snapshot is called in a sentence."""
    return Text.of("snapshot of the scan {number}", number=number)


def unpack(packed: bytes, name: Text) -> bytes:
    """Return what was stored as `packed`.

    Raises:
        HistoryError: the bytes are damaged.
    """
    try:
        return zlib.decompress(packed)
    except zlib.error:
        raise damaged(name) from None


def damaged(name: Text) -> HistoryError:
    """Return the error for a part of the history that is not as it was written."""
    return HistoryError(
        "The {what} in the history is damaged; restore it from a backup.", what=name
    )


def _pack(report: Report) -> tuple[bytes, str]:
    """Return `report` compressed, and the hash of its canonical form, without building that form.

    It is put together from the report without findings and from some findings at a time.
    """
    digest, packer = hashlib.sha256(), zlib.compressobj(1)
    packed = []
    for piece in _pieces(report):
        digest.update(piece)
        packed.append(packer.compress(piece))
    return b"".join([*packed, packer.flush()]), digest.hexdigest()


_NO_FINDINGS = b'"findings":[]'
"""How a target without findings says so; in a JSON string the quotes would be escaped."""


def _pieces(report: Report) -> Iterator[bytes]:
    bare = [msgspec.structs.replace(target, findings=()) for target in report.targets]
    frame = canonical(msgspec.structs.replace(report, targets=tuple(bare)))
    first, *rest = frame.split(_NO_FINDINGS)
    yield first
    for target, piece in zip(report.targets, rest, strict=True):
        yield _NO_FINDINGS[:-1]
        for begin in range(0, len(target.findings), _AT_ONCE):
            some = msgspec.json.encode(target.findings[begin : begin + _AT_ONCE])
            yield (b"," if begin else b"") + some[1:-1]
        yield b"]" + piece


def _decode(data: bytes, form: type[T], number: int) -> T:
    try:
        return msgspec.json.decode(data, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise HistoryError(
            "The report of the scan {number} was written by another release of mamori, "
            "and cannot be read by this one.",
            number=number,
        ) from None


def _times(connection: Connection) -> dict[int, datetime]:
    rows = connection.execute(select(SCAN.c.number, SCAN.c.started_at))
    return {row.number: _moment(row.started_at) for row in rows}


def _target_id(connection: Connection, name: str) -> int:
    query = select(TARGET.c.id).where(TARGET.c.name == name)
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        connection.execute(insert(TARGET).values(name=name))
        found = connection.execute(query).scalar_one()
    return int(found)


def _last(connection: Connection, target: int) -> int | None:
    """Return the latest scan that judged `target`, before this one is written."""
    return connection.execute(
        select(func.max(JUDGEMENT.c.scan)).where(JUDGEMENT.c.target == target)
    ).scalar_one_or_none()


def _completed(
    target: ReportedTarget,
    spells: Mapping[bytes, Spell],
    times: Mapping[int, datetime],
    now: datetime,
    snapshot: bytes | None,
    *,
    earlier: tuple[ReportedPoint, ...],
) -> ReportedTarget:
    # A clock that went back must not make a finding begin after it was seen.
    begun: dict[int | None, datetime | None] = {
        scan: min(moment, now) for scan, moment in times.items()
    }
    begun[None] = None
    findings = []
    for finding in target.findings:
        spell = spells[bytes.fromhex(finding.fingerprint)]
        since = spell.open_since if finding.status is Status.FAIL else None
        findings.append(
            msgspec.structs.replace(
                finding, first_seen=begun[spell.first_seen], last_seen=now, open_since=begun[since]
            )
        )
    return msgspec.structs.replace(
        target,
        findings=tuple(findings),
        snapshot=None if snapshot is None else hashlib.sha256(snapshot).hexdigest(),
        trend=(*earlier, ReportedPoint(now, target.score.low, target.score.high)),
    )


def _earlier_points(
    connection: Connection, target: int, times: Mapping[int, datetime]
) -> tuple[ReportedPoint, ...]:
    """Return the scores of the latest scans of `target`, the oldest first."""
    rows = connection.execute(
        select(JUDGEMENT.c.scan, JUDGEMENT.c.low, JUDGEMENT.c.high)
        .where(JUDGEMENT.c.target == target)
        .order_by(JUDGEMENT.c.scan.desc())
        .limit(_MOST_POINTS)
    ).all()
    return tuple(ReportedPoint(times[row.scan], row.low, row.high) for row in reversed(rows))


def _scan_row(report: Report, number: int, previous: str) -> dict[str, Any]:
    return {
        "number": number,
        "scan_id": report.scan_id,
        "started_at": stamp(report.started_at),
        "finished_at": stamp(report.finished_at),
        "mamori_version": report.mamori_version,
        "policy": report.policy,
        "policy_digest": report.policy_digest,
        "complete": report.complete,
        "previous": previous,
        "digest": "",
    }


def _judgement_row(
    target: ReportedTarget, number: int, id: int, snapshots: Mapping[str, bytes]
) -> dict[str, Any]:
    count = Counter(each.status for each in target.findings)
    waived = sum(each.waiver is not None for each in target.findings if each.status is Status.FAIL)
    snapshot = snapshots.get(target.name)
    return {
        "scan": number,
        "target": id,
        "low": target.score.low,
        "high": target.score.high,
        "without_waivers": target.score.without_waivers,
        "grade": target.grade,
        "coverage": target.coverage,
        "failing": count[Status.FAIL] - waived,
        "unknown": count[Status.INCONCLUSIVE] + count[Status.ERROR],
        "waived": waived,
        "complete": target.complete,
        "snapshot": None if snapshot is None else zlib.compress(snapshot),
    }


def _scan(row: Row[Any]) -> Scan:
    return Scan(
        number=row.number,
        scan_id=row.scan_id,
        started_at=_moment(row.started_at),
        finished_at=_moment(row.finished_at),
        mamori_version=row.mamori_version,
        policy=row.policy,
        policy_digest=row.policy_digest,
        complete=row.complete,
        previous=row.previous,
        digest=row.digest,
        pruned_at=None if row.pruned_at is None else _moment(row.pruned_at),
    )


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
