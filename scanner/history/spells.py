"""How long each finding has been as it is.

A *spell* is a run of scans that came to one status of one finding. Only its ends are written: a
night on which nothing changes writes nothing. A finding that a scan did not come to, although its
check ran and everything could be listed, is *gone*; one that could not be looked at is merely
unseen, which ends a spell and proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Row, select, text, update

from scanner.history.schema import SPELL
from scanner.model import Status
from scanner.report import ReportedFinding, ReportedTarget

GONE = "gone"
"""The status of what is known to exist no more."""

_ENDS_FAILING = frozenset({Status.PASS.value, Status.NOT_APPLICABLE.value, GONE})
_WORST_FIRST = (
    Status.FAIL,
    Status.ERROR,
    Status.INCONCLUSIVE,
    Status.PASS,
    Status.NOT_APPLICABLE,
)
_MOST_AT_ONCE = 500

T = TypeVar("T")
_Past = tuple[bytes, str, int, int | None]


class Spell(msgspec.Struct, frozen=True, gc=False):
    """What is known of one finding's present status, by numbers of scans."""

    status: str
    first_seen: int
    """The first scan that ever came to this status."""
    open_since: int | None
    """The scan since which it fails."""


def note(
    connection: Connection,
    target: int,
    report: ReportedTarget,
    checked: Iterable[str],
    *,
    scan: int,
    last: int | None,
) -> dict[bytes, Spell]:
    """Write what `scan` changed in the findings of `target`, and return how they all stand.

    `last` is the scan before that judged this target; `checked` are the checks that ran now.
    """
    lasting = _lasting(connection, target)
    seen = _statuses(report.findings)
    gone = set(_gone(lasting, seen, report, checked))
    changed = {
        fingerprint: (check, status)
        for fingerprint, (check, status) in seen.items()
        if fingerprint not in lasting or lasting[fingerprint][1].status != status
    }
    changed.update(
        (fingerprint, (lasting[fingerprint][0], GONE))
        for fingerprint in gone
        if lasting[fingerprint][1].status != GONE
    )
    ended = [
        fingerprint
        for fingerprint in lasting
        if fingerprint in changed or (fingerprint not in seen and fingerprint not in gone)
    ]
    _end(connection, target, ended, last)
    past = _past(connection, target, changed) if last is not None else {}
    begun = {
        fingerprint: _begin(status, scan, past.get(fingerprint, ()))
        for fingerprint, (_, status) in changed.items()
    }
    _write(
        connection,
        (
            {
                "target": target,
                "fingerprint": fingerprint,
                "first_scan": scan,
                "check_id": changed[fingerprint][0],
                "status": spell.status,
                "first_seen": spell.first_seen,
                "open_since": spell.open_since,
            }
            for fingerprint, spell in begun.items()
        ),
    )
    return {fingerprint: begun.get(fingerprint) or lasting[fingerprint][1] for fingerprint in seen}


def _lasting(connection: Connection, target: int) -> dict[bytes, tuple[str, Spell]]:
    rows = connection.execute(
        select(
            SPELL.c.fingerprint,
            SPELL.c.check_id,
            SPELL.c.status,
            SPELL.c.first_seen,
            SPELL.c.open_since,
        )
        .where(SPELL.c.target == target)
        .where(SPELL.c.last_scan.is_(None))
    )
    return {bytes(each[0]): (each[1], Spell(each[2], each[3], each[4])) for each in rows}


def _statuses(findings: Iterable[ReportedFinding]) -> dict[bytes, tuple[str, str]]:
    """Return check and status by fingerprint; the worst where a blind finding shares one."""
    found: dict[bytes, tuple[str, str]] = {}
    for each in findings:
        fingerprint, status = bytes.fromhex(each.fingerprint), each.status.value
        if fingerprint in found:
            status = min(status, found[fingerprint][1], key=_WORST_FIRST.index)
        found[fingerprint] = (each.check, status)
    return found


def _gone(
    lasting: Mapping[bytes, tuple[str, Spell]],
    seen: Mapping[bytes, object],
    report: ReportedTarget,
    checked: Iterable[str],
) -> Iterator[bytes]:
    if not report.complete:
        return
    sighted = set(checked) - {each.check for each in report.findings if each.blind}
    for fingerprint, (check, _) in lasting.items():
        if fingerprint not in seen and check in sighted:
            yield fingerprint


def _begin(status: str, scan: int, past: Iterable[Row[*_Past]]) -> Spell:
    """Return the spell that begins with `scan`, after those in `past`, the latest first."""
    past = list(past)
    same = [each.first_seen for each in past if each.status == status]
    open_since = None
    if status == Status.FAIL.value:
        open_since = scan
        for each in past:
            if each.status in _ENDS_FAILING:
                break
            if each.status == Status.FAIL.value:
                open_since = each.open_since
                break
    return Spell(status, min(same, default=scan), open_since)


def _end(
    connection: Connection, target: int, fingerprints: Iterable[bytes], last: int | None
) -> None:
    for some in _batches(fingerprints, _MOST_AT_ONCE):
        connection.execute(
            update(SPELL)
            .where(SPELL.c.target == target)
            .where(SPELL.c.fingerprint.in_(some))
            .where(SPELL.c.last_scan.is_(None))
            .values(last_scan=last)
        )


def _past(
    connection: Connection, target: int, fingerprints: Iterable[bytes]
) -> dict[bytes, list[Row[*_Past]]]:
    found: dict[bytes, list[Row[*_Past]]] = {}
    for some in _batches(fingerprints, _MOST_AT_ONCE):
        rows = connection.execute(
            select(SPELL.c.fingerprint, SPELL.c.status, SPELL.c.first_seen, SPELL.c.open_since)
            .where(SPELL.c.target == target)
            .where(SPELL.c.fingerprint.in_(some))
            .order_by(SPELL.c.first_scan.desc())
        )
        for row in rows:
            found.setdefault(bytes(row.fingerprint), []).append(row)
    return found


def _write(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Insert `rows`: SQLite takes them one by one at once, a server all that one message holds."""
    if connection.dialect.name == "sqlite":
        # Past the conversions of the expression language, which cost more than the writing.
        for some in _batches(rows, 10_000):
            connection.exec_driver_sql(_ONE_BY_ONE, [tuple(each.values()) for each in some])
        return
    for some in _batches(rows, 10_000):
        packed = [each | {"fingerprint": each["fingerprint"].hex()} for each in some]
        connection.execute(_FROM_JSON, {"rows": msgspec.json.encode(packed).decode()})


_COLUMNS = "target, fingerprint, first_scan, check_id, status, first_seen, open_since"
_ONE_BY_ONE = f"INSERT INTO spell ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - fixed
_FROM_JSON = text(
    f"INSERT INTO spell ({_COLUMNS}) "  # noqa: S608 - fixed
    "SELECT target, decode(fingerprint, 'hex'), first_scan, check_id, status, first_seen, "
    "open_since FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (target integer, "
    "fingerprint text, first_scan integer, check_id text, status text, first_seen integer, "
    "open_since integer)"
)


def _batches(items: Iterable[T], size: int = _MOST_AT_ONCE) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
