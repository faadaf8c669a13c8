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
    gaps = dict.fromkeys(open_paths, control) if isinstance(control, Unknown) else {}
    for each in exposures():
        visit = answers[each.path]
        if isinstance(visit, Unknown):
            gaps.setdefault(each.kind, visit)
        elif visit.status == 429 or visit.status >= 500:
            gaps.setdefault(each.kind, _busy(visit))
        elif each.answers(visit) and isinstance(control, Visit) and not each.answers(control):
            open_paths[each.kind].append(each.path)
    found = {kind: tuple(paths) or gaps.get(kind, ()) for kind, paths in open_paths.items()}
    exposed = [found[kind] for kind in ("secret", "tool", "installer")]
    open_ones = tuple(path for each in exposed if isinstance(each, tuple) for path in each)
    untold = next((each for each in exposed if isinstance(each, Unknown)), ())
    return {
        "exposed": open_ones or untold,
        "installers": found["installer"],
        "sign_in_pages": found["sign_in"],
    }


def _busy(visit: Visit) -> Unknown:
    return Unknown(
        Reason.RATE_LIMITED if visit.status == 429 else Reason.SERVER_ERROR,
        Text.of("{url} answered with status {status}.", url=visit.url, status=visit.status),
        Text.of("Scan at a quieter hour."),
    )
