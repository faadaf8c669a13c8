"""Where nobody touches anything, every point that a score moves by is the time's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from scans import NOW, deployment, person

from scanner.collect.outside import contradictions
from scanner.collect.probes.tls.certificate import TrustStore, certificate_facts
from scanner.collect.probes.web import security_txt
from scanner.evaluate import evaluate
from scanner.history.attribution import PastCheck, Side, attribute
from scanner.model import (
    Account,
    AnySubject,
    Deployment,
    Endpoint,
    MailServer,
    Mfa,
    Person,
    Reason,
    SendingDomain,
    Site,
    Unknown,
)
from scanner.policy import load_policy
from scanner.report import weigh
from scanner.score import score

DAY = dt.timedelta(days=1)
HOST = "ma.example.jp"
POLICY = load_policy("baseline").only(["tls", "web", "mail", "access", "mfa", "evidence"])
MAIL_ENDS = NOW + 25 * DAY
SECURITY_TXT = f"Contact: mailto:soc@example.jp\nExpires: {(NOW + 15 * DAY).isoformat()}\n"


@cache
def served() -> tuple[TrustStore, list[bytes], bytes]:
    """Make an authority, and what a server sends: it ends on day 40, its issuer on day 30.

    The staple to it is fresh until day 10.
    """
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("r", "i", "l")]

    def certify(number: int, days: int) -> x509.Certificate:
        issuer = max(0, number - 1)
        builder = (
            x509.CertificateBuilder()
            .subject_name(names[number])
            .issuer_name(names[issuer])
            .public_key(keys[number].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - DAY)
            .not_valid_after(NOW + days * DAY)
            .add_extension(x509.BasicConstraints(number < 2, None), critical=True)
        )
        if number == 2:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False
            )
        return builder.sign(keys[issuer], hashes.SHA256())

    root, issuer, leaf = certify(0, 90), certify(1, 30), certify(2, 40)
    staple = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=leaf, issuer=issuer, algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.GOOD, this_update=NOW - DAY,
            next_update=NOW + 10 * DAY, revocation_time=None, revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer)
        .sign(keys[1], hashes.SHA256())
    )  # fmt: skip
    chain = [each.public_bytes(Encoding.DER) for each in (leaf, issuer)]
    return TrustStore([], [root]), chain, staple.public_bytes(Encoding.DER)


@cache
def looked(day: int) -> tuple[AnySubject, ...]:
    """Return what probes and logs tell on a day of what nobody ever touches."""
    at = NOW + day * DAY
    trust, chain, staple = served()
    facts: dict[str, Any] = certificate_facts(chain, staple, host=HOST, trust=trust, now=at)
    endpoint = Endpoint(id=f"{HOST}:443", host=HOST, port=443, tls=True, tls13=True, **facts)
    site = Site(
        id=f"https://{HOST}/",
        host=HOST,
        https=True,
        certificate_claimed=True,
        security_txt=True,
        security_txt_faults=security_txt.parse(SECURITY_TXT, at) or (),
    )
    server = MailServer(
        host="mx.example.jp", tls=True, modern=True,
        certificate_good=at <= MAIL_ENDS, certificate_ends=MAIL_ENDS,
    )  # fmt: skip
    domain = SendingDomain(
        id="example.jp", takes_mail=True, mx=("mx.example.jp",), mta_sts=True, mta_sts_faults=(),
        mta_sts_mode="enforce", mail_servers=(server,),
    )  # fmt: skip
    quiet = msgspec.structs.replace(
        person("quiet"),
        last_sign_in=Unknown(Reason.NOT_EXPOSED),
        idle_since=at - 90 * DAY,
        employed=True if day < 20 else Unknown(Reason.EXPIRED),
    )
    claims = tuple(contradictions((endpoint, site, domain), at))
    account = Account(id="shop", name="shop", contradictions=claims)
    return (account, endpoint, site, domain, quiet)


def side(day: int, *people: Person, blind: bool = False) -> Side:
    at = NOW + day * DAY
    account, *rest = looked(day)
    seen = msgspec.structs.replace(deployment(*rest, *people, blind=blind), collected_at=at)
    seen = msgspec.structs.replace(seen, subjects=(account, *seen.subjects[1:]))
    findings = evaluate(seen, POLICY, at)
    checks = tuple(
        PastCheck(
            check=each.check.id, severity=each.severity, weight=each.weight,
            rule=msgspec.to_builtins(each.rule) if each.rule is not None else {},
        )
        for each in POLICY
    )  # fmt: skip
    low = score(findings, weigh(POLICY)).low
    return Side(deployment=as_kept(seen), checks=checks, waivers=(), at=at, low=low)


def as_kept(seen: Deployment) -> Deployment:
    """Return what a history gives back of it."""
    return msgspec.json.decode(msgspec.json.encode(seen), type=Deployment)


DAYS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted)
FACTS = st.sampled_from([Mfa.NONE, Mfa.TOTP, Unknown(Reason.NOT_PERMITTED)])
PEOPLE = st.dictionaries(st.sampled_from("123"), FACTS, max_size=3)


@settings(max_examples=60)
@given(days=DAYS, people=PEOPLE)
def test_what_nobody_touched_was_moved_by_time_alone(
    days: list[int], people: dict[str, Any]
) -> None:
    everybody = [person(id, mfa) for id, mfa in people.items()]
    before, after = (side(day, *everybody) for day in days)
    parts = msgspec.structs.asdict(attribute(before, after))
    assert parts.pop("time_passed") == pytest.approx(after.low - before.low)
    assert set(parts.values()) == {0}


@settings(max_examples=60)
@given(days=DAYS, people=st.tuples(PEOPLE, PEOPLE), blind=st.tuples(st.booleans(), st.booleans()))
def test_the_parts_add_up_whatever_else_was_touched(
    days: list[int], people: tuple[dict[str, Any], ...], blind: tuple[bool, bool]
) -> None:
    before, after = (
        side(day, *(person(id, mfa) for id, mfa in some.items()), blind=unseen)
        for day, some, unseen in zip(days, people, blind, strict=True)
    )
    parts = msgspec.structs.asdict(attribute(before, after))
    assert round(sum(parts.values()), 6) == round(after.low - before.low, 6)


@pytest.mark.parametrize("day", [10, 15, 20, 25, 30, 40])
def test_each_thing_that_expires_is_noticed(day: int) -> None:
    before, after = side(day - 1), side(day + 1)
    assert before.deployment.subjects != after.deployment.subjects
    parts = msgspec.structs.asdict(attribute(before, after))
    assert {name for name, points in parts.items() if points} <= {"time_passed"}


def renewed(change: Callable[[Endpoint], Endpoint], days: tuple[int, int]) -> set[str]:
    """Return the causes that are named where the endpoint was `change`d meanwhile."""
    before, after = (side(day) for day in days)
    subjects = tuple(
        change(each) if isinstance(each, Endpoint) else each for each in after.deployment.subjects
    )
    seen = msgspec.structs.replace(after.deployment, subjects=subjects)
    low = score(evaluate(seen, POLICY, after.at), weigh(POLICY)).low
    parts = msgspec.structs.asdict(
        attribute(before, msgspec.structs.replace(after, deployment=seen, low=low))
    )
    return {name for name, points in parts.items() if points}


def test_another_certificate_is_a_change_of_the_configuration() -> None:
    def another(endpoint: Endpoint) -> Endpoint:
        return msgspec.structs.replace(
            endpoint, certificate_not_after=NOW + 12 * DAY, certificate_trusted=False,
            trust_failure="expired_issuer",
        )  # fmt: skip

    assert "configuration_changed" in renewed(another, (1, 2))


def test_a_staple_that_is_fresh_again_is_somebody_s_work() -> None:
    def refreshed(endpoint: Endpoint) -> Endpoint:
        return msgspec.structs.replace(endpoint, staple="good")

    assert renewed(refreshed, (12, 13)) == {"configuration_changed"}
