"""What every Mautic of one version does, whatever its settings."""

from __future__ import annotations

from typing import Any

from scanner.collect.platforms.self_hosted import Numbers, ProgramFacts
from scanner.collect.visit import Visit
from scanner.model import Reason, Text, Unknown


def behaviour(_: Visit, release: Numbers) -> ProgramFacts | None:
    """Return what every Mautic of `release` does, or None where nobody has looked.

    Source: `UserBundle/Entity/User.php` (least length, from 5 on `NotWeak`: a zxcvbn score of 3),
    `config/security.php` (login throttling, from 7.1 on), the authenticators (failures go to the
    debug log at most) of 4.4.13, 5.1.1, 5.2.10, 6.0.8, 7.0.0, 7.0.2 and 7.1.0-rc; on a running
    7.0.0, twelve wrong passwords were followed by the right one, and no row of the audit log told
    of them.
    """
    minor = release[:2]
    if minor != (4, 4) and not (5, 1) <= minor <= (7, 1):
        return None
    facts = {**_BEHAVIOUR, "password_blocklist": minor[0] > 4}
    if minor[0] == 7:
        # 7.0 dropped the rate limiter that 4 to 6 have.
        facts["api_rate_limited"] = False
    if minor == (7, 1):
        facts["lockout_attempts"] = _FORM_ONLY
    return ProgramFacts(account=facts)


_BEHAVIOUR: dict[str, Any] = {
    "password_min_length": 6,
    "password_blocklist": True,
    "password_composition": False,
    "password_max_age_days": None,
    "lockout_attempts": None,
    "failed_sign_ins_logged": False,
}
BY_RELEASE = tuple(f"Account.{fact}" for fact in _BEHAVIOUR)
_FORM_ONLY = Unknown(
    Reason.NOT_EXPOSED,
    Text.of(
        "Mautic 7.1 slows its sign-in form after 3 wrong passwords; whether the API does so too "
        "is not known."
    ),
    Text.of("Keep the API from taking passwords, and attest the 3 attempts."),
)
