"""What of old scans is let go: reports, and what was collected; their place in the chain stays.

Pruned is always the beginning of the chain, so that a report that is missing anywhere else is still
found. With the reports go the spells that ended before them and tell nothing of what is open now.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, and_, delete, exists, or_, select, update

from scanner.config import Retention
from scanner.history.schema import JUDGEMENT, OUTBOX, SCAN, SPELL, stamp
from scanner.history.spells import ENDS_FAILING, GONE


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """What stays: a report that either of them keeps, and always the latest."""

    scans: int | None = None
    """So many of the latest, however old."""
    age: timedelta | None = None
    """Those that are younger, however many."""


def keep_of(retention: Retention) -> Keep:
    """Return what a configuration keeps."""
    age = None if retention.days is None else timedelta(days=retention.days)
    return Keep(scans=retention.scans, age=age)


class Pruned(msgspec.Struct, frozen=True, kw_only=True):
    """What was let go."""

    first: int
    last: int
    """The scans from the first to the last; none where the last comes before the first."""
    kept: int
    """Scans whose reports are still there."""
    waiting: str | None = None
    """The sink that a report waits for, which stopped it there."""

    @property
    def count(self) -> int:
        """How many reports."""
        return max(0, self.last - self.first + 1)


def plan(connection: Connection, keep: Keep, now: datetime) -> Pruned:
    """Return what `prune` lets go."""
    rows = connection.execute(
        select(SCAN.c.number, SCAN.c.started_at)
        .where(SCAN.c.pruned_at.is_(None))
        .order_by(SCAN.c.number)
    ).all()
    oldest = stamp(now - keep.age) if keep.age is not None else None
    kept_by_count = len(rows) - max(keep.scans or 0, 1)
    last, first = 0, rows[0].number if rows else 1
    for place, row in enumerate(rows):
        # A clock that went back leaves a younger scan before older ones: it keeps them all.
        if place >= kept_by_count or (oldest is not None and row.started_at >= oldest):
            break
        last = row.number
    waiting = connection.execute(
        select(OUTBOX.c.scan, OUTBOX.c.sink)
        .where(OUTBOX.c.delivered_at.is_(None))
        .where(OUTBOX.c.scan <= last)
        .order_by(OUTBOX.c.scan)
        .limit(1)
    ).one_or_none()
    if waiting is not None:
        last = waiting.scan - 1
    pruned = Pruned(first=first, last=max(last, first - 1), kept=len(rows))
    return msgspec.structs.replace(
        pruned,
        kept=len(rows) - pruned.count,
        waiting=None if waiting is None else waiting.sink,
    )


def prune(connection: Connection, wanted: Pruned, now: datetime) -> None:
    """Let go of what `plan` found."""
    if not wanted.count:
        return
    last = wanted.last
    connection.execute(
        update(SCAN)
        .where(SCAN.c.number <= last)
        .where(SCAN.c.pruned_at.is_(None))
        .values(report=None, pruned_at=stamp(now))
    )
    connection.execute(update(JUDGEMENT).where(JUDGEMENT.c.scan <= last).values(snapshot=None))
    connection.execute(delete(OUTBOX).where(OUTBOX.c.scan <= last))
    later = SPELL.alias()
    forgotten = exists(
        select(1)
        .where(later.c.target == SPELL.c.target)
        .where(later.c.fingerprint == SPELL.c.fingerprint)
        .where(later.c.first_scan > SPELL.c.first_scan)
        .where(later.c.first_scan <= last)
        .where(later.c.status.in_(ENDS_FAILING))
    )
    gone = and_(SPELL.c.status == GONE, SPELL.c.last_scan.is_(None), SPELL.c.first_scan <= last)
    connection.execute(delete(SPELL).where(or_(and_(SPELL.c.last_scan <= last, forgotten), gone)))
