"""What a TOTP secret says of itself: how long it is, and what codes are made from it."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from scanner.collect.vaults.reference import VaultError
from scanner.collect.vaults.secret import Secret
from scanner.model import Fact, Reason, Text, Unknown

# 160 bits, which every release of pyotp accepts; it stands in for the secret when pyotp reads the
# rest of the address, so that short secrets can be reported and none can be shown by its errors.
_STAND_IN = "A" * 32

_MALFORMED = Unknown(
    Reason.MALFORMED,
    Text.of("It is neither an otpauth:// address nor a secret in Base32."),
    Text.of("Store what the platform shows at enrolment: the otpauth:// address of the QR code."),
)
_BARE = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("A bare secret does not say how codes are made from it."),
    Text.of("Store the whole otpauth:// address of the QR code instead."),
)


def read_totp(secret: Secret) -> dict[str, Fact[Any]]:
    """Return `totp_bits`, `totp_algorithm`, `totp_digits` and `totp_period` of `secret`.

    It is an otpauth:// address (Key Uri Format, whose defaults are SHA1, 6 digits and 30 seconds)
    or the shared key alone in Base32 (RFC 4648, section 6; spaces, hyphens and lower case allowed).
    """
    text = secret.reveal().strip()
    if text.lower().startswith("otpauth:"):
        return _read_address(text)
    return {
        "totp_bits": _bits(text),
        "totp_algorithm": _BARE,
        "totp_digits": _BARE,
        "totp_period": _BARE,
    }


def period_of(secret: Secret) -> int:
    """Return for how many seconds each code of `secret` holds. Raises as `code_at` does."""
    facts = _usable(secret)
    return 30 if isinstance(facts["totp_period"], Unknown) else int(facts["totp_period"])


def code_at(secret: Secret, moment: datetime) -> tuple[str, float]:
    """Return the code that `secret` gives at `moment`, and for how many seconds it holds still.

    Source: RFC 6238, RFC 4226. Raises:
        VaultError: it makes no codes by the clock; `unknown` says why.
    """
    return _generate(secret, _usable(secret), moment)


def _usable(secret: Secret) -> dict[str, Fact[Any]]:
    facts = read_totp(secret)
    for fact in ("totp_bits", "totp_digits", "totp_period"):
        gap = facts[fact]
        if isinstance(gap, Unknown) and gap is not _BARE:
            raise VaultError(gap.reason, gap.detail or Text(gap.reason.value), gap.remedy)
    return facts


def _generate(secret: Secret, facts: dict[str, Fact[Any]], moment: datetime) -> tuple[str, float]:
    import hashlib

    import pyotp

    def told(fact: str, default: Any) -> Any:
        return default if isinstance(facts[fact], Unknown) else facts[fact]

    digits, period = told("totp_digits", 6), told("totp_period", 30)
    algorithm = told("totp_algorithm", "SHA1")
    # HMAC pads a short key with zeros (RFC 2104); so padded, pyotp takes those it finds too short.
    key = base64.b32encode(_key(_shared(secret)).ljust(20, b"\0")).decode()
    code = pyotp.TOTP(
        key, digits=digits, interval=period, digest=getattr(hashlib, algorithm.lower())
    ).at(moment)
    return code, period - moment.timestamp() % period


def _shared(secret: Secret) -> str:
    """Return the shared key in Base32, out of an address or alone."""
    text = secret.reveal().strip()
    if not text.lower().startswith("otpauth:"):
        return text
    query = parse_qsl(urlsplit(text).query)
    return next(value for name, value in query if name == "secret")


def _read_address(text: str) -> dict[str, Fact[Any]]:
    import pyotp

    try:
        parts = urlsplit(text)
        query = parse_qsl(parts.query, keep_blank_values=True)
        keys = [value for name, value in query if name == "secret"]
        others = [
            (name, value if name != "secret" else value and _STAND_IN) for name, value in query
        ]
        code = pyotp.parse_uri(parts._replace(query=urlencode(others)).geturl())
    except (ValueError, TypeError):
        return dict.fromkeys(
            ("totp_bits", "totp_algorithm", "totp_digits", "totp_period"), _MALFORMED
        )
    bits = _bits(keys[0]) if len(keys) == 1 else _MALFORMED
    period: Fact[int] = Unknown(
        Reason.NOT_SUPPORTED, Text.of("Its codes follow a counter, not the clock.")
    )
    if isinstance(code, pyotp.TOTP):
        period = code.interval if code.interval > 0 else _MALFORMED
    return {
        "totp_bits": bits,
        "totp_algorithm": code.digest().name.upper(),
        "totp_digits": code.digits,
        "totp_period": period,
    }


def _bits(key: str) -> Fact[int]:
    try:
        bits = 8 * len(_key(key))
    except (binascii.Error, ValueError):
        return _MALFORMED
    return bits or _MALFORMED


def _key(key: str) -> bytes:
    compact = "".join(key.split()).replace("-", "").upper().rstrip("=")
    return base64.b32decode(compact + "=" * (-len(compact) % 8))
