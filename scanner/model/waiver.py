"""A failing finding that somebody accepted."""

from __future__ import annotations

from datetime import date

import msgspec

EVERY_SUBJECT = "*"


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """Who accepts that a subject fails a check, why, and until when."""

    number: int
    """Its place in the file, counted from 1."""
    check: str
    subject: str
    """The subject's id, a person's mail address or user name, a name that no other subject of the
    check has, or `*` for every subject."""
    target: str | None = None
    """The one target it holds for; None means all."""
    until: date
    """The last day on which it holds, in UTC."""
    reason: str
    owner: str

    def holds(self, today: date) -> bool:
        """Tell whether it accepts anything on the day `today`; its last day counts."""
        return today <= self.until
