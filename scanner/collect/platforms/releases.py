"""The releases of a self-hosted product: their order, and the published vulnerabilities of each."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec


class _Advisory(msgspec.Struct, frozen=True):
    """One line of `NAME_advisories.json`, from the GitHub Advisory Database."""

    id: str
    severity: str | None
    published: str | None
    affected: tuple[str, ...]
    """Ranges as `>=5.0.0 <5.2.11`; one of them holding is enough."""
    title: str


Release = tuple[tuple[int, int, int], tuple[int, str, int]]


@cache
def _known_advisories(product: str) -> tuple[_Advisory, ...]:
    data = files("scanner.collect.platforms").joinpath(f"{product}_advisories.json").read_bytes()
    return msgspec.json.decode(data, type=tuple[_Advisory, ...])


def parse_release(version: str) -> Release | None:
    """Return `version` as something that sorts, a release after its candidates; else None."""
    match = re.fullmatch(
        r"v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?(?:-([A-Za-z]{1,20})[.-]?(\d{0,6}))?(?:\+[\w.]{0,40})?",
        version.strip(),
        re.ASCII,
    )
    if match is None:
        return None
    numbers = (int(match[1]), int(match[2] or 0), int(match[3] or 0))
    if match[4] is None:
        return numbers, (1, "", 0)
    return numbers, (0, match[4].lower(), int(match[5] or 0))


def _affects(affected: str, release: Release) -> bool:
    """Tell whether `release` lies in a range; candidates of its first release count as inside."""
    for bound in affected.split():
        operator, limit = re.fullmatch(r"([<>]=?)(.+)", bound).groups()  # type: ignore[union-attr]
        edge = parse_release(limit)
        assert edge is not None, "tests read every range of the file"
        inside = {
            ">=": release[0] >= edge[0],
            ">": release > edge,
            "<": release < edge,
            "<=": release <= edge,
        }
        if not inside[operator]:
            return False
    return True


def advisories(product: str, version: str) -> dict[str, Any]:
    """Return the facts about published vulnerabilities of `version` of `product`."""
    release = parse_release(version)
    assert release is not None, "only a version that can be read is kept"
    known = _known_advisories(product)
    return {
        "advisories": tuple(
            f"{advisory.id} ({advisory.severity or 'unrated'}): {advisory.title}"
            for advisory in known
            if any(_affects(affected, release) for affected in advisory.affected)
        ),
        "advisories_as_of": max(advisory.published or "" for advisory in known),
    }
