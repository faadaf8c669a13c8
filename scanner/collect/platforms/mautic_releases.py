"""What every Mautic of one version does, whatever its settings."""

from __future__ import annotations

from typing import Any

from scanner.collect.platforms.releases import parse_release
from scanner.model import Reason, Text, Unknown


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
