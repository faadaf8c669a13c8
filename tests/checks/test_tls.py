"""The checks of transport security: facts in, verdicts out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from checks import tls
from scanner.language import ENGLISH
from scanner.sdk import (
    Check,
    Endpoint,
    NoEvidence,
    Reason,
    Status,
    Unknown,
    Verdict,
    checks_in,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
UNREACHABLE = Unknown(Reason.UNREACHABLE)
SOUND = Endpoint(
    id="ma.example.jp:443",
    host="ma.example.jp",
    port=443,
    reachable=True,
    tls=True,
    ssl3=False,
    tls10=False,
    tls11=False,
    tls12=True,
    tls13=True,
    aead=True,
    rc4=False,
    triple_des=False,
    null_cipher=False,
    anonymous=False,
    export_cipher=False,
    static_rsa=False,
    forward_secrecy=True,
    cbc=False,
    dh_bits=2048,
    post_quantum="X25519MLKEM768",
    client_certificate=False,
    must_staple=False,
    staple=None,
    certificate_names=("ma.example.jp",),
    certificate_not_before=NOW - timedelta(days=30),
    certificate_not_after=NOW + timedelta(days=60),
    certificate_key="EC",
    certificate_key_bits=256,
    certificate_signature="SHA256",
    certificate_trusted=True,
    trust_failure=None,
    chain_complete=True,
    public_root=True,
    hostname_matches=True,
)
WORDS = {"id", "host", "certificate_names", "trust_failure", "evidence"}
"""What a check repeats and does not judge by."""
CHECKS = {check.id: check for check in checks_in(tls)}
FACTS = set(Endpoint.__struct_fields__) - {"id", "name", "origin", "witnesses", "host", "port"}


def judge(id: str, rule: dict[str, Any] | None = None, **facts: Any) -> Verdict:
    check: Check = CHECKS[id]
    endpoint = msgspec.structs.replace(SOUND, **facts)
    arguments: list[Any] = [endpoint]
    if check.rule is not None:
        arguments.append(msgspec.convert(rule or {}, check.rule))
    if check.takes_now:
        arguments.append(NOW)
    verdict = check.function(*arguments)
    # Every sentence can be said: no place without a value.
    ENGLISH.fill(verdict.template, verdict.values)
    return verdict


@pytest.mark.parametrize("id", CHECKS)
def test_a_sound_endpoint_passes(id: str) -> None:
    assert judge(id).status is Status.PASS


@pytest.mark.parametrize("id", CHECKS)
def test_an_unreachable_endpoint_is_inconclusive_everywhere(id: str) -> None:
    facts: dict[str, Any] = dict.fromkeys(FACTS - {"evidence", "reachable"}, UNREACHABLE)
    with pytest.raises(NoEvidence):
        judge(id, reachable=False, **facts)


@pytest.mark.parametrize("id", CHECKS)
def test_without_tls_only_its_absence_is_a_finding(id: str) -> None:
    rest: dict[str, Any] = dict.fromkeys(
        FACTS - {"evidence", "reachable"}, Unknown(Reason.NOT_SUPPORTED)
    )
    verdict = judge(id, **(rest | {"tls": False}))
    assert verdict.status is (Status.FAIL if id == "tls.available" else Status.NOT_APPLICABLE)


@pytest.mark.parametrize("id", CHECKS)
def test_a_missing_fact_is_never_a_pass(id: str) -> None:
    for fact in CHECKS[id].reads - WORDS:
        spoiled: dict[str, Any] = {fact: UNREACHABLE}
        try:
            verdict = judge(id, **spoiled)
        except NoEvidence:
            continue
        decided_by_another = {
            ("tls.modern-protocol", "tls13"),
            ("tls.modern-protocol", "aead"),
            ("tls.certificate-lifetime", "public_root"),
            ("tls.no-weak-cipher", "cbc"),
        }
        assert (id, fact) in decided_by_another, (id, fact, verdict)


@pytest.mark.parametrize(
    ("id", "facts"),
    [
        ("tls.no-legacy-protocol", {"ssl3": True}),
        ("tls.no-legacy-protocol", {"tls10": True}),
        ("tls.no-legacy-protocol", {"tls11": True}),
        ("tls.no-legacy-protocol", {"tls10": True, "ssl3": UNREACHABLE}),
        ("tls.modern-protocol", {"tls13": False, "aead": False}),
        ("tls.no-weak-cipher", {"rc4": True}),
        ("tls.no-weak-cipher", {"triple_des": True}),
        ("tls.no-weak-cipher", {"null_cipher": True}),
        ("tls.no-weak-cipher", {"anonymous": True}),
        ("tls.no-weak-cipher", {"export_cipher": True}),
        ("tls.no-weak-cipher", {"export_cipher": True, "null_cipher": UNREACHABLE}),
        ("tls.forward-secrecy", {"static_rsa": True}),
        ("tls.forward-secrecy", {"forward_secrecy": False, "static_rsa": UNREACHABLE}),
        ("tls.forward-secrecy", {"static_rsa": True, "forward_secrecy": UNREACHABLE}),
        ("tls.dh-strength", {"dh_bits": 1024}),
        ("tls.certificate-valid-now", {"certificate_not_after": NOW - timedelta(seconds=1)}),
        ("tls.certificate-valid-now", {"certificate_not_before": NOW + timedelta(seconds=1)}),
        ("tls.certificate-trusted", {"certificate_trusted": False, "trust_failure": "self_signed"}),
        ("tls.certificate-trusted", {"certificate_trusted": False, "trust_failure": UNREACHABLE}),
        ("tls.certificate-trusted", {"certificate_trusted": False, "trust_failure": "new_word"}),
        ("tls.chain-complete", {"chain_complete": False}),
        ("tls.hostname", {"hostname_matches": False}),
        ("tls.key-strength", {"certificate_key": "RSA", "certificate_key_bits": 1024}),
        ("tls.key-strength", {"certificate_key": "EC", "certificate_key_bits": 192}),
        ("tls.key-strength", {"certificate_key": "DSA", "certificate_key_bits": 3072}),
        ("tls.signature", {"certificate_signature": "SHA1"}),
        ("tls.signature", {"certificate_signature": "MD5"}),
        ("tls.stapling", {"staple": "revoked"}),
        ("tls.stapling", {"staple": "stale"}),
        ("tls.stapling", {"staple": "revoked", "must_staple": UNREACHABLE}),
        ("tls.stapling", {"must_staple": True}),
        ("tls.stapling", {"must_staple": True, "staple": "malformed"}),
        ("tls.post-quantum", {"post_quantum": None}),
    ],
)
def test_a_weakness_fails(id: str, facts: dict[str, Any]) -> None:
    assert judge(id, **facts).status is Status.FAIL


@pytest.mark.parametrize(
    ("id", "facts", "status"),
    [
        ("tls.modern-protocol", {"tls13": False}, Status.PASS),
        ("tls.dh-strength", {"dh_bits": None}, Status.NOT_APPLICABLE),
        ("tls.key-strength", {"certificate_key": "Ed25519"}, Status.PASS),
        ("tls.stapling", {"must_staple": True, "staple": "good"}, Status.PASS),
        ("tls.stapling", {"staple": "malformed"}, Status.PASS),
    ],
)
def test_what_is_no_weakness_does_not_fail(id: str, facts: dict[str, Any], status: Status) -> None:
    assert judge(id, **facts).status is status


@pytest.mark.parametrize(
    ("lifetime", "left", "status"),
    [
        (365, 60, Status.PASS),
        (365, 31, Status.PASS),
        (365, 30, Status.FAIL),
        (90, 28, Status.PASS),
        (90, 27, Status.FAIL),
        (47, 15, Status.PASS),
        (47, 14, Status.FAIL),
        (6, 3, Status.PASS),
        (6, 1, Status.FAIL),
        (90, -1, Status.NOT_APPLICABLE),
    ],
)
def test_a_renewal_is_overdue_by_the_shorter_of_share_and_days(
    lifetime: int, left: int, status: Status
) -> None:
    ends = NOW + timedelta(days=left)
    dates: dict[str, Any] = {
        "certificate_not_before": ends - timedelta(days=lifetime),
        "certificate_not_after": ends,
    }
    assert judge("tls.certificate-expires-soon", **dates).status is status


@pytest.mark.parametrize(
    ("issued", "days", "status"),
    [
        ("2018-02-28", 900, Status.NOT_APPLICABLE),
        ("2020-08-31", 825, Status.PASS),
        ("2020-09-01", 399, Status.FAIL),
        ("2026-03-14", 398, Status.PASS),
        ("2026-03-15", 200, Status.PASS),
        ("2026-03-15", 201, Status.FAIL),
        ("2027-03-15", 101, Status.FAIL),
        ("2029-03-14", 100, Status.PASS),
        ("2029-03-15", 48, Status.FAIL),
    ],
)
def test_the_longest_lifetime_depends_on_the_day_of_issue(
    issued: str, days: int, status: Status
) -> None:
    begins = datetime.fromisoformat(issued).replace(tzinfo=UTC)
    dates: dict[str, Any] = {
        "certificate_not_before": begins,
        # Both ends count, so that a period of whole days ends one second early.
        "certificate_not_after": begins + timedelta(days=days, seconds=-1),
    }
    assert judge("tls.certificate-lifetime", **dates).status is status
    private = judge("tls.certificate-lifetime", **dates, public_root=False)
    assert private.status is status
    exempt = {"private_authorities": False}
    private = judge("tls.certificate-lifetime", exempt, **dates, public_root=False)
    assert private.status is Status.NOT_APPLICABLE


def test_a_second_more_is_a_day_more() -> None:
    begins = datetime(2026, 4, 1, tzinfo=UTC)
    verdict = judge(
        "tls.certificate-lifetime",
        certificate_not_before=begins,
        certificate_not_after=begins + timedelta(days=200),
    )
    assert (verdict.status, verdict.observed) == (Status.FAIL, 201)


def test_a_long_life_below_an_unknown_root_is_no_verdict_where_private_ones_are_exempt() -> None:
    facts: dict[str, Any] = {
        "certificate_not_after": NOW + timedelta(days=900),
        "public_root": UNREACHABLE,
    }
    assert judge("tls.certificate-lifetime", **facts).status is Status.FAIL
    with pytest.raises(NoEvidence):
        judge("tls.certificate-lifetime", {"private_authorities": False}, **facts)


def test_a_policy_can_permit_static_rsa_beside_forward_secrecy() -> None:
    rule = {"static_allowed": True}
    assert judge("tls.forward-secrecy", rule=rule, static_rsa=True).status is Status.PASS


def test_every_reason_that_the_probe_gives_has_a_sentence() -> None:
    for name in tls._TRUST_FAILURES:  # noqa: SLF001 - the names are what is compared
        verdict = judge("tls.certificate-trusted", certificate_trusted=False, trust_failure=name)
        assert name not in ENGLISH.fill(verdict.template, verdict.values)
