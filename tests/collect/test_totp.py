"""TOTP secrets, as platforms show them at enrolment."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.totp import code_at, read_totp
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, Unknown

KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # 160 bits: the key of RFC 6238, appendix B


def read(text: str) -> list[object]:
    """Return bits, algorithm, digits and period; the reason where one is unknown."""
    return [
        fact.reason if isinstance(fact, Unknown) else fact
        for fact in read_totp(Secret.of(text)).values()
    ]


def address(query: str, kind: str = "totp") -> str:
    return f"otpauth://{kind}/Mautic:admin@example.jp?{query}"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"secret={KEY}", [160, "SHA1", 6, 30]),
        (f"secret={KEY}&issuer=Mautic&image=x", [160, "SHA1", 6, 30]),
        (f"secret={KEY}&algorithm=SHA256&digits=8&period=60", [160, "SHA256", 8, 60]),
        (f"secret={KEY[:16]}", [80, "SHA1", 6, 30]),  # the old default: too short, and said so
        (f"secret={KEY[:16].lower()}", [80, "SHA1", 6, 30]),
        ("secret=GE", [8, "SHA1", 6, 30]),
    ],
)
def test_an_address_says_everything(query: str, expected: list[object]) -> None:
    assert read(address(query)) == expected


@pytest.mark.parametrize(
    "query",
    [
        "",
        "secret=",
        f"secret={KEY}&algorithm=MD5",
        f"secret={KEY}&digits=3",
        f"secret={KEY}&digits=x",
        f"secret={KEY}&secret={KEY}",
        f"secret={KEY}&issuer=Other",
    ],
)
def test_an_address_that_no_app_takes_is_malformed(query: str) -> None:
    assert read(address(query)) == [Reason.MALFORMED] * 4


def test_a_key_that_is_no_base32_leaves_the_rest_known() -> None:
    assert read(address("secret=0189!")) == [Reason.MALFORMED, "SHA1", 6, 30]


def test_a_period_of_nothing_is_malformed() -> None:
    assert read(address(f"secret={KEY}&period=0"))[3] is Reason.MALFORMED


def test_codes_that_follow_a_counter_have_no_period() -> None:
    assert read(address(f"secret={KEY}&counter=1", kind="hotp")) == [
        160,
        "SHA1",
        6,
        Reason.NOT_SUPPORTED,
    ]


@pytest.mark.parametrize(
    "text", [KEY, KEY.lower(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ\n", KEY + "======"]
)
def test_a_bare_key_tells_its_length_alone(text: str) -> None:
    assert read(text) == [160, *[Reason.NOT_EXPOSED] * 3]


@pytest.mark.parametrize("text", ["", "not base32!", "otpauth:", "1", "ＡＡ"])
def test_what_is_neither_is_malformed(text: str) -> None:
    assert read(text)[0] is Reason.MALFORMED


@given(st.binary(min_size=1, max_size=64))
def test_the_bits_are_those_of_the_key(key: bytes) -> None:
    text = base64.b32encode(key).decode()
    assert read(text)[0] == read(address(f"secret={text.rstrip('=')}"))[0] == 8 * len(key)


@given(st.text(st.characters(), max_size=60), st.sampled_from(["", "otpauth://totp/a?secret="]))
def test_no_text_makes_it_fail_or_show_itself(text: str, prefix: str) -> None:
    canary = "canary0189"
    assert canary not in repr(read_totp(Secret.of(prefix + canary + text)))


@pytest.mark.parametrize(
    ("algorithm", "key", "code"),
    [
        ("SHA1", b"12345678901234567890", "94287082"),
        ("SHA256", b"12345678901234567890123456789012", "46119246"),
        ("SHA512", b"1234567890" * 6 + b"1234", "90693936"),
    ],
)
def test_codes_are_those_of_rfc_6238(algorithm: str, key: bytes, code: str) -> None:
    secret = base64.b32encode(key).decode()
    text = address(f"secret={secret}&digits=8&algorithm={algorithm}")
    assert code_at(Secret.of(text), datetime.fromtimestamp(59, UTC)) == (code, 1)


def test_a_key_too_short_for_safety_still_gives_its_code() -> None:
    # RFC 4226's key cut to 80 bits; HMAC pads with zeros, so the padded key is the same key.
    short, padded = b"1234567890", b"1234567890" + bytes(10)
    moment = datetime.fromtimestamp(59, UTC)
    codes = {
        code_at(Secret.of(base64.b32encode(key).decode()), moment)[0] for key in (short, padded)
    }
    assert len(codes) == 1
