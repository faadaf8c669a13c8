"""What a TOTP secret says of itself: how long it is, and what codes are made from it."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

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
    compact = "".join(key.split()).replace("-", "").upper().rstrip("=")
    padded = compact + "=" * (-len(compact) % 8)
    try:
        bits = 8 * len(base64.b32decode(padded))
    except (binascii.Error, ValueError):
        return _MALFORMED
    return bits or _MALFORMED
