"""What a form of the report is: the door between the engine and whatever renders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from scanner.report import Report


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """A value of the entry point group `mamori.renderers`."""

    render: Callable[..., Iterator[bytes]]
    """Takes the report and yields it piece by piece, so that no report has to fit in memory."""
    suffix: str
    """How the name of a file with such a report ends, without the dot."""
    media_type: str
    events: bool = False
    """Every piece is one event on a line of its own, which a log or a SIEM can take alone."""

    def whole(self, report: Report, **options: Any) -> bytes:
        """Return the report in one piece."""
        return b"".join(self.render(report, **options))
