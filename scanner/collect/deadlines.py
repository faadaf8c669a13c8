"""The calendar of what vendors end or begin to demand, and on which day: `deadlines.json`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files

import msgspec

from scanner.model import Deadline, Origin, Reason, Text, Unknown


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One day of the calendar."""

    platform: str
    id: str
    day: date
    what: str
    """What ends or is demanded, as a sentence that is true afterwards."""
    action: str
    source: str
    verified: date
    """When the source was last looked up."""


@cache
def calendar() -> tuple[Entry, ...]:
    """Return every entry, in the order of the file."""
    data = files("scanner.collect").joinpath("deadlines.json").read_bytes()
    return msgspec.json.decode(data, type=tuple[Entry, ...])


def deadlines_of(platform: str) -> list[Deadline]:
    """Return the deadlines of `platform`, each open until somebody says whether it concerns them.

    No interface tells whether a deployment still uses what ends.
    """
    return [
        Deadline(
            id=each.id,
            name=each.id,
            origin=Origin.API,
            date=datetime.combine(each.day, time(), UTC),
            what=Text(each.what),
            source=each.source,
            concerned=Unknown(
                Reason.NOT_EXPOSED,
                Text.of("The platform does not tell whether this concerns the deployment."),
                Text(each.action),
            ),
        )
        for each in calendar()
        if each.platform == platform
    ]
