"""What is known of a Mautic from its version alone: published vulnerabilities, fixed behaviour."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from scanner.model import Reason, Text, Unknown


class _Advisory(msgspec.Struct, frozen=True):
    """One line of mautic_advisories.json, from the GitHub Advisory Database."""

    id: str
    severity: str | None
    published: str | None
    affected: tuple[str, ...]
    """Ranges as `>=5.0.0 <5.2.11`; one of them holding is enough."""
    title: str


Release = tuple[tuple[int, int, int], tuple[int, str, int]]


@cache
def _known_advisories() -> tuple[_Advisory, ...]:
    data = files("scanner.collect.platforms").joinpath("mautic_advisories.json").read_bytes()
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


def advisories(version: str) -> dict[str, Any]:
    """Return the facts about published vulnerabilities of `version`, one that can be parsed."""
    release = parse_release(version)
    assert release is not None, "only a version that can be read is kept"
    known = _known_advisories()
    return {
        "advisories": tuple(
            f"{advisory.id} ({advisory.severity or 'unrated'}): {advisory.title}"
            for advisory in known
            if any(_affects(affected, release) for affected in advisory.affected)
        ),
        "advisories_as_of": max(advisory.published or "" for advisory in known),
    }


def behaviour(version: str) -> dict[str, Any]:
    """Return what every Mautic of this version does, whatever its settings.

    Source: `UserBundle/Entity/User.php` (least length, from 5 on `NotWeak`: a zxcvbn score of 3),
    `config/security.php` (login throttling, from 7.1 on), the authenticators (failures go to the
    debug log at most) of 4.4.13, 5.1.1, 5.2.10, 6.0.8, 7.0.0, 7.0.2 and 7.1.0-rc; on a running
    7.0.0, twelve wrong passwords were followed by the right one, and no row of the audit log told
    of them.
    """
    release = parse_release(version)
    assert release is not None, "only a version that can be read is kept"
    minor = release[0][:2]
    if minor != (4, 4) and not (5, 1) <= minor <= (7, 1):
        unknown = Unknown(
            Reason.NOT_COLLECTED,
            Text.of("mamori does not know how Mautic {version} behaves here.", version=version),
            Text.of("Attest it, from the release notes or by trying it."),
        )
        return dict.fromkeys(_BEHAVIOUR, unknown)
    facts = {**_BEHAVIOUR, "password_blocklist": minor[0] > 4}
    if minor[0] == 7:
        # 7.0 dropped the rate limiter that 4 to 6 have.
        facts["api_rate_limited"] = False
    if minor == (7, 1):
        facts["lockout_attempts"] = _FORM_ONLY
    return facts


_BEHAVIOUR: dict[str, Any] = {
    "password_min_length": 6,
    "password_blocklist": True,
    "password_composition": False,
    "password_max_age_days": None,
    "lockout_attempts": None,
    "failed_sign_ins_logged": False,
}
_FORM_ONLY = Unknown(
    Reason.NOT_EXPOSED,
    Text.of(
        "Mautic 7.1 slows its sign-in form after 3 wrong passwords; whether the API does so too "
        "is not known."
    ),
    Text.of("Keep the API from taking passwords, and attest the 3 attempts."),
)
