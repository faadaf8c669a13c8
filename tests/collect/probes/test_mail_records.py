"""The parsers of records and policies: whatever the DNS holds, they end, and say something."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.probes.mail import bimi, dkim, dmarc, spf, transport
from scanner.collect.probes.mail.tags import parse

ANYTHING = st.text(st.characters(max_codepoint=255), max_size=400)
PIECES = (
    *("v=spf1", "v=DMARC1", "v=DKIM1", "a", "mx/24//64", "include:", "redirect=", "-all"),
    *("%{", "%{d}", "=", ";", " ", "p=", "ip4:", "1.2.3.4", "/", "@", "!", ",", "x.test"),
    "rua=mailto:",
)
WORDS = st.lists(st.sampled_from(PIECES) | ANYTHING).map("".join)
TEXTS = ANYTHING | WORDS


@given(TEXTS)
def test_any_spf_record_is_taken_apart(text: str) -> None:
    record = spf.parse("v=spf1 " + text)
    assert all(str(fault) for fault in record.faults)
    assert len(list(record.reached)) <= len(record.terms) + 1


@given(st.ip_addresses(v=4), st.integers(0, 32), st.sampled_from("+-~?"))
def test_every_sound_network_is_accepted(address: object, prefix: int, qualifier: str) -> None:
    assert not spf.parse(f"v=spf1 {qualifier}ip4:{address}/{prefix} -all").faults


@given(TEXTS)
def test_any_dmarc_record_is_taken_apart(text: str) -> None:
    record = dmarc.parse_record("v=DMARC1; " + text, "example.test")
    assert record.policy("p") in dmarc.POLICIES
    assert all("@" not in domain for domain in record.receivers)


@given(TEXTS)
def test_any_dkim_record_is_a_key_or_a_fault(text: str) -> None:
    key = dkim.parse_key("s", ["v=DKIM1; " + text])
    assert (key.usable is True) == (key.fault is None)


@given(TEXTS)
def test_any_list_of_tags_is_read(text: str) -> None:
    tags, faults = parse(text)
    assert all(name == name.lower() for name in tags)
    assert all(str(fault) for fault in faults)


@given(st.binary(max_size=400))
def test_any_policy_of_mta_sts_is_read(body: bytes) -> None:
    policy = transport.parse_policy(body)
    assert policy.mode in ("enforce", "testing", "none")
    assert 0 <= policy.max_age <= transport.LONGEST


@given(TEXTS)
def test_any_record_of_reports_and_logos_is_read(text: str) -> None:
    transport.parse_tls_rpt(["v=TLSRPTv1; " + text])
    bimi.parse_record(["v=BIMI1; " + text])


def test_a_policy_of_mta_sts_is_judged_by_the_standard() -> None:
    good = transport.parse_policy(
        b"version: STSv1\r\nmode: enforce\r\nmx: mx.example.test\r\nmx: *.mail.test\r\n"
        b"max_age: 604800\r\n"
    )
    assert not good.faults
    assert good.allows("mx.example.test")
    assert good.allows("a.mail.test")
    assert not good.allows("a.b.mail.test")
    assert not good.allows("mail.test")
    assert transport.parse_policy(b"mode: enforce\nmax_age: 1\n").faults
    assert transport.parse_policy(b"version: STSv1\nmode: enforce\nmax_age: 99999999999").faults
