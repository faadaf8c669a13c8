"""How long each finding has been as it is.

A *spell* is a run of scans that came to one status of one finding. Only its ends are written: a
night on which nothing changes writes nothing. A finding that a scan did not come to, although its
check ran and everything could be listed, is *gone*; one that could not be looked at is merely
unseen, which ends a spell and proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, Row, select, text, update

from scanner.history.schema import SPELL
from scanner.model import Status
from scanner.report import ReportedFinding, ReportedTarget

GONE = "gone"
"""The status of what is known to exist no more."""

ENDS_FAILING = frozenset({Status.PASS.value, Status.NOT_APPLICABLE.value, GONE})
"""What a finding that failed has to come to before it counts as mended."""
_WORST_FIRST = (
    Status.FAIL,
    Status.ERROR,
    Status.INCONCLUSIVE,
    Status.PASS,
    Status.NOT_APPLICABLE,
)
_MOST_AT_ONCE = 500
"""Fingerprints that one statement names."""
_MOST_ROWS = 10_000
"""Rows that are read or written together."""

T = TypeVar("T")
_Status = tuple[str, str]
"""A check, and what it came to."""
_Past = tuple[bytes, str, int, int | None]


class Spell(msgspec.Struct, frozen=True, gc=False):
    """What is known of one finding's present status, by numbers of scans.

    Most begin together and come to the same; those are one object.
    """

    check: str
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
) -> Mapping[bytes, Spell]:
    """Write what `scan` changed in the findings of `target`, and return how each stands.

    `last` is the scan before that judged this target; `checked` are the checks that ran now.
    """
    spells = _lasting(connection, target)
    now = _statuses(report.findings)
    sighted = _sighted(report, checked)
    changed: dict[bytes, _Status] = {}
    ended: list[bytes] = []
    for fingerprint, spell in spells.items():
        status = now.get(fingerprint)
        if status is None and spell.check in sighted:
            status = (spell.check, GONE)
        if status is None or status[1] != spell.status:
            ended.append(fingerprint)
        if status is not None and status[1] != spell.status:
            changed[fingerprint] = status
    changed.update((each, status) for each, status in now.items() if each not in spells)
    _end(connection, target, ended, last)
    past = _past(connection, target, changed) if last is not None else {}
    fresh = {status: _begin(status, scan, ()) for status in set(changed.values())}
    begun = {
        each: _begin(status, scan, past[each]) if each in past else fresh[status]
        for each, status in changed.items()
    }
    _write(connection, target, scan, begun)
    spells.update(begun)
    return spells


def _lasting(connection: Connection, target: int) -> dict[bytes, Spell]:
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
    shared: dict[Spell, Spell] = {}
    found = {}
    for some in rows.partitions(_MOST_ROWS):
        for fingerprint, *known in some:
            spell = Spell(*known)
            found[bytes(fingerprint)] = shared.setdefault(spell, spell)
    return found


def _statuses(findings: Iterable[ReportedFinding]) -> dict[bytes, _Status]:
    """Return each finding's status; the worst where a blind finding shares one."""
    found: dict[bytes, _Status] = {}
    shared: dict[tuple[str, Status], _Status] = {}
    for each in findings:
        fingerprint, key = bytes.fromhex(each.fingerprint), (each.check, each.status)
        status = shared.get(key) or shared.setdefault(key, (each.check, each.status.value))
        if fingerprint in found:
            status = min(status, found[fingerprint], key=lambda one: _WORST_FIRST.index(one[1]))
        found[fingerprint] = status
    return found


def _sighted(report: ReportedTarget, checked: Iterable[str]) -> set[str]:
    """Return the checks whose subjects are all known: what they do not come to is gone."""
    if not report.complete:
        return set()
    return set(checked) - {each.check for each in report.findings if each.blind}


def _begin(of: _Status, scan: int, past: Iterable[Row[*_Past]]) -> Spell:
    """Return the spell that begins with `scan`, after those in `past`, the latest first."""
    check, status = of
    past = list(past)
    same = [each.first_seen for each in past if each.status == status]
    open_since = None
    if status == Status.FAIL.value:
        open_since = scan
        for each in past:
            if each.status in ENDS_FAILING:
                break
            if each.status == Status.FAIL.value:
                open_since = each.open_since
                break
    return Spell(check, status, min(same, default=scan), open_since)


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


def _write(connection: Connection, target: int, scan: int, begun: Mapping[bytes, Spell]) -> None:
    """Insert spells, those that are alike in one statement: one by one costs three times that."""
    alike: dict[Spell, list[bytes]] = {}
    for fingerprint, spell in begun.items():
        alike.setdefault(spell, []).append(fingerprint)
    is_sqlite = connection.dialect.name == "sqlite"
    for spell, fingerprints in alike.items():
        values = {"target": target, "scan": scan, **msgspec.structs.asdict(spell)}
        for some in _batches(sorted(fingerprints), _MOST_ROWS):
            if is_sqlite:
                packed = {"fingerprints": b"".join(some), "count": len(some)}
                connection.execute(_FROM_BYTES, values | packed)
            else:
                listed = ",".join(each.hex() for each in some)
                connection.execute(_FROM_TEXT, values | {"fingerprints": listed})


_FROM_BYTES = text(
    "WITH RECURSIVE place (at) AS "
    "(SELECT 0 UNION ALL SELECT at + 1 FROM place WHERE at + 1 < :count) "
    "INSERT INTO spell "
    "(target, first_scan, check_id, status, first_seen, open_since, fingerprint) "
    "SELECT :target, :scan, :check, :status, :first_seen, :open_since, "
    "substr(:fingerprints, at * 16 + 1, 16) FROM place"
)
_FROM_TEXT = text(
    "INSERT INTO spell "
    "(target, first_scan, check_id, status, first_seen, open_since, fingerprint) "
    "SELECT :target, :scan, :check, :status, :first_seen, :open_since, decode(one, 'hex') "
    "FROM unnest(string_to_array(:fingerprints, ',')) AS one"
)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
