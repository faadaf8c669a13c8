"""The tables of the history in their present form, and the way here from every earlier one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    inspect,
    select,
    update,
)

METADATA = MetaData()


def stamp(moment: datetime) -> str:
    """Return a time as the tables have it: UTC in ISO 8601, which sorts, and is read everywhere."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


VERSION = Table("mamori_schema", METADATA, Column("version", Integer, nullable=False))

SCAN = Table(
    "scan",
    METADATA,
    # Counted without gaps, so that a missing one is seen.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("scan_id", String(64), nullable=False, unique=True),
    Column("started_at", String(32), nullable=False),
    Column("finished_at", String(32), nullable=False),
    Column("mamori_version", String(64), nullable=False),
    Column("policy", Text, nullable=False),
    Column("policy_digest", String(64), nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("report", LargeBinary),
    Column("pruned_at", String(32)),
)

TARGET = Table(
    "target",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(400), nullable=False, unique=True),
)

JUDGEMENT = Table(
    "judgement",
    METADATA,
    Column("scan", Integer, ForeignKey("scan.number"), primary_key=True),
    Column("target", Integer, ForeignKey("target.id"), primary_key=True),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("without_waivers", Float, nullable=False),
    Column("grade", String(8), nullable=False),
    Column("coverage", Float, nullable=False),
    Column("failing", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("waived", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("snapshot", LargeBinary),
    Index("judgement_of_target", "target", "scan"),
)

SPELL = Table(
    "spell",
    METADATA,
    Column("target", Integer, ForeignKey("target.id"), primary_key=True),
    Column("fingerprint", LargeBinary(16), primary_key=True),
    Column("first_scan", Integer, ForeignKey("scan.number"), primary_key=True),
    Column("check_id", String(200), nullable=False),
    Column("status", String(20), nullable=False),
    Column("first_seen", Integer, nullable=False),
    Column("open_since", Integer),
    # Absent while it lasts, so that a night on which nothing changes writes nothing.
    Column("last_scan", Integer),
    # The rows lie in their key, instead of beside it.
    sqlite_with_rowid=False,
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("scan", Integer, ForeignKey("scan.number"), nullable=False),
    Column("sink", String(400), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("tried_at", String(32)),
    Column("error", Text),
    Column("cursor", Integer, nullable=False, server_default="0"),
    Column("delivered_at", String(32)),
    UniqueConstraint("scan", "sink"),
    Index("outbox_that_waits", "delivered_at", "id"),
)


def _first(connection: Connection) -> None:
    METADATA.create_all(connection)


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_first,)
"""Each brings the tables from the version that is its place here to the next one.

A released one is never changed: from the second on, each writes out what it does to the tables as
they then were, and `_first` is written out as well.
"""


def version(connection: Connection) -> int:
    """Return the version of the tables, 0 where there are none."""
    if not inspect(connection).has_table(VERSION.name):
        return 0
    found = connection.execute(select(VERSION.c.version)).scalar_one_or_none()
    return found or 0


def migrate(
    connection: Connection, migrations: tuple[Callable[[Connection], None], ...] = MIGRATIONS
) -> None:
    """Bring the tables up to date, inside the transaction of `connection`."""
    found = version(connection)
    for step in migrations[found:]:
        step(connection)
    if found == 0:
        connection.execute(insert(VERSION).values(version=len(migrations)))
    elif found < len(migrations):
        connection.execute(update(VERSION).values(version=len(migrations)))
