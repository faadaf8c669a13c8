"""TOTP secrets, as platforms show them at enrolment."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scanner.collect.totp import code_at, read_totp, shared_key
from scanner.collect.vaults.reference import VaultError
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, Unknown

KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # 160 bits: the key of RFC 6238, appendix B
RANDOM = "TQ7Z2XKHM4ZC6W5YJ3PBVRA7LNED5UOG"


def read(text: str) -> list[object]:
    """Return bits, algorithm, digits and period; the reason where one is unknown."""
    facts = read_totp(Secret.of(text))
    told = [facts[f"totp_{fact}"] for fact in ("bits", "algorithm", "digits", "period")]
    return [fact.reason if isinstance(fact, Unknown) else fact for fact in told]


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


@pytest.mark.parametrize("query", ["", "secret=", f"secret={KEY}&secret={KEY}"])
def test_an_address_that_no_app_takes_is_malformed(query: str) -> None:
    assert read(address(query)) == [Reason.MALFORMED] * 4


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"secret={KEY}&algorithm=MD5", [160, "MD5", 6, 30]),
        (f"secret={KEY}&algorithm=HmacSHA256", [160, "SHA256", 6, 30]),
        (f"secret={KEY}&algorithm=sha-1", [160, "SHA1", 6, 30]),
        (f"secret={KEY}&algorithm={RANDOM}", [160, Reason.MALFORMED, 6, 30]),
        (f"secret={KEY}&digits=3", [160, "SHA1", 3, 30]),
        (f"secret={KEY}&digits=x", [160, "SHA1", Reason.MALFORMED, 30]),
        (f"secret={KEY}&period=-30", [160, "SHA1", 6, Reason.MALFORMED]),
        (f"secret={KEY}&issuer=Other", [160, "SHA1", 6, 30]),
        (f"secret={KEY[:30]}", [Reason.MALFORMED, "SHA1", 6, 30]),
        (f"secret={KEY.lower()}%3D%3D", [160, "SHA1", 6, 30]),
        ("secret=gezd+gnbv%20gy3t", [56, "SHA1", 6, 30]),
    ],
)
def test_each_part_of_an_address_is_read_by_itself(query: str, expected: list[object]) -> None:
    assert read(address(query)) == expected


@pytest.mark.parametrize(
    ("uri", "faults"),
    [
        (f"otpauth://totp/Acme:me?secret={RANDOM}&issuer=Acme", 0),
        (f"otpauth://totp/Acme%20Co:me?secret={RANDOM}&issuer=Acme+Co", 0),
        (f"otpauth://totp/Acme%20Co:me?secret={RANDOM}&issuer=Acme%2520Co", 1),
        (f"otpauth://totp/Acme%3AJP:me?secret={RANDOM}&issuer=Acme:JP", 0),
        (f"otpauth://totp/Acme:me?secret={RANDOM}", 0),
        (f"otpauth://totp/me?secret={RANDOM}&issuer=Acme", 0),
        (f"otpauth://totp/me?secret={RANDOM}", 1),
        (f"otpauth://totp/?secret={RANDOM}", 2),
        (f"otpauth://totp/A:me?secret={RANDOM}&issuer=B", 1),
        (f"otpauth://totp/A:me?secret={RANDOM.lower()}", 1),
        (f"otpauth://totp/A:me?secret={RANDOM}%3D%3D", 1),
        (f"otpauth://totp/A:me?secret={RANDOM[:4]}+{RANDOM[4:]}", 1),
    ],
)
def test_mistakes_in_setting_a_generator_up_are_counted(uri: str, faults: int) -> None:
    found = read_totp(Secret.of(uri))["totp_faults"]
    assert len(found) == faults, found  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "guessable"),
    [
        (RANDOM, False),
        (KEY, True),  # of the standard itself
        ("JBSWY3DPEHPK3PXP", True),  # of every manual
        ("hxdm vjec jjws rb3h wizr 4ifu gftm xboz", True),
        (base64.b32encode(b"correct horse battery").decode(), True),
        ("A" * 32, True),
        (base64.b32encode(b"\x01\xff" * 10).decode(), True),
        (base64.b32encode(b"ab").decode(), False),  # too short to tell, and judged for that
    ],
)
def test_a_key_that_is_no_random_one_is_told(key: str, guessable: bool) -> None:
    assert read_totp(Secret.of(key))["totp_guessable"] is guessable
    assert read_totp(Secret.of(f"otpauth://totp/A:b?secret={key}"))["totp_guessable"] is guessable


@given(st.binary(min_size=16, max_size=32))
def test_a_random_key_is_never_said_to_be_none(key: bytes) -> None:
    assume(any(each > 0x7E for each in key) and len(set(key)) > len(key) // 2)
    assert read_totp(Secret.of(base64.b32encode(key).decode()))["totp_guessable"] is False


def test_one_key_in_two_spellings_is_the_same_key() -> None:
    same = shared_key(Secret.of(RANDOM))
    for spelt in (
        RANDOM.lower(),
        f"{RANDOM}==",
        " ".join(RANDOM),
        f"otpauth://totp/A:one?secret={RANDOM}",
        f"otpauth://totp/B:two?secret={RANDOM.lower()}&period=60",
    ):
        assert shared_key(Secret.of(spelt)) == same
    assert shared_key(Secret.of("no base32!")) == Secret.of("no base32!")


def test_a_key_that_is_no_base32_leaves_the_rest_known() -> None:
    assert read(address("secret=0189!")) == [Reason.MALFORMED, "SHA1", 6, 30]


def test_a_period_of_nothing_is_malformed() -> None:
    assert read(address(f"secret={KEY}&period=0"))[3] is Reason.MALFORMED


def test_codes_that_follow_a_counter_have_no_period() -> None:
    uri = address(f"secret={KEY}&counter=1", kind="hotp")
    assert read(uri) == [160, "SHA1", 6, None]
    with pytest.raises(VaultError) as refused:
        code_at(Secret.of(uri), datetime.fromtimestamp(59, UTC))
    assert refused.value.unknown.reason is Reason.NOT_SUPPORTED


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
