"""Paths that should not be open to everybody: fixed, harmless requests, and how to tell an answer.

The data lie in exposures.json. A path counts only if its answer holds what such a file or page
holds, and what nobody could have there does not.
"""

from __future__ import annotations

import asyncio
import functools
import re
from importlib.resources import files
from typing import Any, Literal

import msgspec

from scanner.collect.probes.fetch import Visit, Visitor
from scanner.model import Reason, Text, Unknown

MAX_BODY = 65_536
"""Bytes read of each."""
_CONTROL = "/mamori-asks-for-what-nobody-has"


class Exposure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One path, and how its answer is known."""

    path: str
    kind: Literal["secret", "tool", "installer", "sign_in"]
    pattern: str
    what: str

    def answers(self, visit: Visit) -> bool:
        """Tell whether the answer is the thing itself."""
        text = visit.body.decode("latin-1")
        return visit.status == 200 and re.search(self.pattern, text) is not None


@functools.cache
def exposures() -> tuple[Exposure, ...]:
    """Return every path that is asked for."""
    data = files("scanner.collect.probes.web").joinpath("exposures.json").read_bytes()
    return msgspec.json.decode(data, type=tuple[Exposure, ...])


async def look_up(base: str, visitor: Visitor) -> dict[str, Any]:
    """Return which paths below the address `base`, without a slash at its end, are open."""
    asked = tuple(dict.fromkeys(each.path for each in exposures()))
    control, *visits = await asyncio.gather(
        visitor.get(base + _CONTROL, most=MAX_BODY),
        *(visitor.get(base + path, most=MAX_BODY) for path in asked),
    )
    answers = dict(zip(asked, visits, strict=True))
    open_paths: dict[str, list[str]] = {"secret": [], "tool": [], "installer": [], "sign_in": []}
    gap: Unknown | None = control if isinstance(control, Unknown) else None
    for each in exposures():
        visit = answers[each.path]
        if isinstance(visit, Unknown):
            gap = gap or visit
        elif visit.status == 429 or visit.status >= 500:
            gap = gap or _busy(visit)
        elif each.answers(visit) and isinstance(control, Visit) and not each.answers(control):
            open_paths[each.kind].append(each.path)
    installers, sign_in = tuple(open_paths["installer"]), tuple(open_paths["sign_in"])
    exposed = (*open_paths["secret"], *open_paths["tool"], *installers)
    return {
        "exposed": exposed if exposed or gap is None else gap,
        "installers": installers if installers or gap is None else gap,
        "sign_in_pages": sign_in if sign_in or gap is None else gap,
    }


def _busy(visit: Visit) -> Unknown:
    return Unknown(
        Reason.RATE_LIMITED if visit.status == 429 else Reason.SERVER_ERROR,
        Text.of("{url} answered with status {status}.", url=visit.url, status=visit.status),
        Text.of("Scan at a quieter hour."),
    )
