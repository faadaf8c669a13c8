"""The codec of the TLS probe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.probes.tls.hello import (
    ClientHello,
    MalformedError,
    Messages,
    NotTlsError,
    read_certificate_status,
    read_certificates,
    read_dh_bits,
    read_record_header,
    read_server_hello,
)
from scanner.collect.probes.tls.interview import (
    AEAD,
    HYBRID,
    LEGACY_SUITES,
    MODERN,
    PLAIN,
    UNENCRYPTED,
    legacy,
)
from scanner.collect.probes.tls.suites import SUITES, TLS12_SUITES, TRAITS, Trait, Version

HELLOS = [MODERN, PLAIN, AEAD, HYBRID, UNENCRYPTED, *map(legacy, list(Version)[:3])]
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


def server_hello(
    version: int, suite: int, extensions: bytes = b"", random: bytes = bytes(32)
) -> bytes:
    body = version.to_bytes(2, "big") + random + b"\0" + suite.to_bytes(2, "big") + b"\0"
    return body + (len(extensions).to_bytes(2, "big") + extensions if extensions else b"")


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_whatever_a_server_sends_only_the_codecs_own_error_is_raised(data: bytes) -> None:
    readers: list[Callable[[bytes], object]] = [
        read_server_hello,
        read_certificate_status,
        lambda body: read_certificates(body, Version.TLS12),
        lambda body: read_certificates(body, Version.TLS13),
        lambda body: read_dh_bits(body, 0x0033),
        lambda body: list(Messages().feed(body)),
        lambda body: read_record_header(body[:5].ljust(5, b"\0")),
    ]
    for read in readers:
        try:
            read(data)
        except MalformedError:
            continue


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=60)), max_size=6),
    st.lists(st.integers(1, 20), min_size=1, max_size=30),
)
def test_messages_are_the_same_however_records_split_them(
    messages: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(
        bytes([kind]) + len(body).to_bytes(3, "big") + body for kind, body in messages
    )
    gathered: list[tuple[int, bytes]] = []
    reader, place, turn = Messages(), 0, 0
    while place < len(stream):
        size = cuts[turn % len(cuts)]
        gathered += reader.feed(stream[place : place + size])
        place, turn = place + size, turn + 1
    assert gathered == messages


def test_a_message_that_claims_to_be_huge_is_refused_before_it_is_gathered() -> None:
    with pytest.raises(MalformedError):
        list(Messages().feed(b"\x0b\xff\xff\xff"))


def test_a_server_hello_names_version_suite_and_group() -> None:
    keys = bytes.fromhex("002b0002030400330006001d0002abcd")
    hello = read_server_hello(server_hello(0x0303, 0x1301, keys))
    assert (hello.version, hello.suite, hello.group) == (Version.TLS13, 0x1301, 0x001D)
    assert hello.share == b"\xab\xcd"
    assert not hello.retry


def test_a_hello_retry_request_names_the_group_it_wants() -> None:
    keys = bytes.fromhex("002b000203040033000211ec")
    hello = read_server_hello(server_hello(0x0303, 0x1301, keys, RETRY))
    assert hello.retry
    assert hello.group == 0x11EC


def test_an_ssl_3_server_hello_has_no_extensions() -> None:
    assert read_server_hello(server_hello(0x0300, 0x0004)).version is Version.SSL3


def test_an_unheard_of_version_is_malformed() -> None:
    with pytest.raises(MalformedError):
        read_server_hello(server_hello(0x0399, 0x0004))


def test_plain_http_is_no_tls() -> None:
    with pytest.raises(NotTlsError):
        read_record_header(b"HTTP/")


def test_a_record_larger_than_tls_allows_is_malformed() -> None:
    with pytest.raises(MalformedError):
        read_record_header(b"\x16\x03\x03\xff\xff")


@pytest.mark.parametrize("hello", HELLOS)
def test_no_hello_has_a_length_that_load_balancers_hang_on(hello: ClientHello) -> None:
    for name in (None, "a.jp", "a-rather-long-name-of-a-host.marketing.example.co.jp"):
        record = hello.encode(name)
        assert len(record) == 5 + int.from_bytes(record[3:5], "big")
        assert not 256 <= len(record) - 5 < 512


def test_the_name_of_the_host_is_asked_for() -> None:
    assert b"\x00\x00\x04a.jp" in MODERN.encode("a.jp")
    assert b"a.jp" not in legacy(Version.SSL3).encode("a.jp")


def test_a_server_may_choose_nothing_but_what_was_offered() -> None:
    assert PLAIN.offers(Version.TLS10, 0x002F)
    assert not PLAIN.offers(Version.TLS13, 0x002F)
    assert not AEAD.offers(Version.TLS12, 0x002F)


def test_every_suite_of_tls_1_2_belongs_to_a_question_that_is_asked() -> None:
    asked = {
        Trait.AEAD,
        Trait.CBC,
        Trait.RC4,
        Trait.TRIPLE_DES,
        Trait.NULL,
        Trait.ANONYMOUS,
        Trait.EXPORT,
        Trait.STATIC,
    }
    assert [SUITES[each] for each in TLS12_SUITES if TRAITS[each].isdisjoint(asked)] == []


@pytest.mark.parametrize(
    ("suite", "traits"),
    [
        (0x0004, {Trait.RC4, Trait.STATIC}),
        (0x000A, {Trait.TRIPLE_DES, Trait.CBC, Trait.STATIC}),
        (0x0014, {Trait.EXPORT, Trait.TRIPLE_DES, Trait.CBC, Trait.DHE, Trait.FORWARD_SECRECY}),
        (0x0018, {Trait.RC4, Trait.ANONYMOUS, Trait.DHE}),
        (0x009C, {Trait.STATIC, Trait.AEAD}),
        (0x00A6, {Trait.ANONYMOUS, Trait.DHE}),
        (0xC02B, {Trait.AEAD, Trait.FORWARD_SECRECY}),
        (0xC004, {Trait.STATIC, Trait.CBC}),
        (0xC010, {Trait.NULL, Trait.FORWARD_SECRECY}),
    ],
)
def test_a_suite_is_what_its_name_says(suite: int, traits: set[Trait]) -> None:
    assert TRAITS[suite] == traits


def test_old_versions_are_offered_only_suites_that_they_know() -> None:
    assert not [each for each in LEGACY_SUITES if Trait.AEAD in TRAITS[each]]
    assert 0xC014 in LEGACY_SUITES
    assert 0xC028 not in LEGACY_SUITES
