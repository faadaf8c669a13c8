"""What a TOTP secret says of itself: how long it is, and what codes are made from it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from scanner.collect.vaults.reference import VaultError
from scanner.collect.vaults.secret import Secret
from scanner.model import Fact, Reason, Text, Unknown

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


_FACTS = (
    *("totp_bits", "totp_algorithm", "totp_digits", "totp_period"),
    *("totp_guessable", "totp_faults"),
)
_ALGORITHMS = frozenset(("SHA1", "SHA256", "SHA512"))
_MOST_DIGITS = 10
_TEXT = 10
"""Bytes from which on a key that is all text, or all the same, is so by no accident."""
# Of Google's Key Uri Format, of RFC 6238's appendix B, and of the manuals of many libraries.
_EXAMPLES = frozenset(
    ("JBSWY3DPEHPK3PXP", "HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
)


def read_totp(secret: Secret) -> dict[str, Fact[Any]]:
    """Return the facts of a credential that `secret` tells as a code generator, by name.

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
        "totp_guessable": _guessable(text),
        "totp_faults": _BARE,
    }


def shared_key(secret: Secret) -> Secret:
    """Return the key that codes are made from, in one spelling, to tell the same from another.

    What is no code generator comes back as it is.
    """
    try:
        return Secret.of(base64.b32encode(_key(_shared(secret))).decode())
    except (binascii.Error, ValueError):
        return secret


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
    for fact in ("totp_bits", "totp_digits", "totp_period", "totp_algorithm"):
        gap = facts[fact]
        if isinstance(gap, Unknown) and gap is not _BARE:
            raise VaultError(gap.reason, gap.detail or Text(gap.reason.value), gap.remedy)
    if facts["totp_period"] is None:
        raise VaultError(
            Reason.NOT_SUPPORTED, Text.of("Its codes follow a counter, not the clock.")
        )
    digits, algorithm = facts["totp_digits"], facts["totp_algorithm"]
    if (isinstance(digits, int) and not 0 < digits <= _MOST_DIGITS) or (
        isinstance(algorithm, str) and algorithm not in _ALGORITHMS
    ):
        raise VaultError(
            Reason.NOT_SUPPORTED, Text.of("Its codes are of a kind that no standard knows.")
        )
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
    return next((value for name, value in query if name == "secret"), "")


def _read_address(text: str) -> dict[str, Fact[Any]]:
    try:
        parts = urlsplit(text)
        query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return dict.fromkeys(_FACTS, _MALFORMED)
    values = dict(query)
    kind = parts.netloc.lower()
    if kind not in {"totp", "hotp"} or len(values) < len(query) or not values.get("secret"):
        return dict.fromkeys(_FACTS, _MALFORMED)
    return {
        "totp_bits": _bits(values["secret"]),
        "totp_algorithm": _algorithm(values.get("algorithm") or "SHA1"),
        "totp_digits": _number(values.get("digits") or "6"),
        "totp_period": None if kind == "hotp" else _number(values.get("period") or "30"),
        "totp_guessable": _guessable(values["secret"]),
        "totp_faults": tuple(_faults(parts.path, values)),
    }


def _faults(path: str, values: Mapping[str, str]) -> Iterator[Text]:
    """Yield what makes an address go wrong in some app, or in somebody's list of codes.

    Source: Key Uri Format, "Label" and "Parameters".
    """
    # As it stands in the address: a colon that is encoded belongs to a name.
    issuer, colon, account = (unquote(part) for part in path.lstrip("/").partition(":"))
    if not colon:
        issuer, account = "", issuer
    named = values.get("issuer", "")
    if issuer and named and issuer.strip() != named.strip():
        yield Text.of("The service in its label is another than the one in `issuer`")
    if not issuer and not named:
        yield Text.of("It does not name the service")
    if not account.strip():
        yield Text.of("It does not name the account")
    if re.fullmatch(r"[A-Z2-7]+", values["secret"]) is None:
        yield Text.of("Its key is not in capitals alone, or has spaces or padding")


def _algorithm(given: str) -> Fact[str]:
    name = given.upper().replace("-", "").removeprefix("HMAC")
    # Anything else is not repeated: who knows what was pasted there.
    return name if re.fullmatch(r"(?:SHA|MD)\d{1,3}", name, re.ASCII) else _MALFORMED


def _number(given: str) -> Fact[int]:
    number = int(given) if re.fullmatch(r"\d{1,9}", given, re.ASCII) else 0
    return number or _MALFORMED


def _guessable(key: str) -> Fact[bool]:
    """Tell whether a key is no random one: an example's, a text, or a few bytes repeated."""
    try:
        raw = _key(key)
    except (binascii.Error, ValueError):
        return _MALFORMED
    if not raw:
        return _MALFORMED
    text = len(raw) >= _TEXT and all(0x20 <= each < 0x7F for each in raw)
    few = len(raw) >= _TEXT and len(set(raw)) <= len(raw) // 4
    return text or few or base64.b32encode(raw).decode().rstrip("=") in _EXAMPLES


def _bits(key: str) -> Fact[int]:
    try:
        bits = 8 * len(_key(key))
    except (binascii.Error, ValueError):
        return _MALFORMED
    return bits or _MALFORMED


def _key(key: str) -> bytes:
    compact = "".join(key.split()).replace("-", "").upper().rstrip("=")
    return base64.b32decode(compact + "=" * (-len(compact) % 8))
