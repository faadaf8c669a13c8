"""What a chain of certificates says."""

from __future__ import annotations

import functools
import ipaddress
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.probes.tls.certificate import (
    CERTIFICATE_FACTS,
    TrustStore,
    TrustStoreError,
    certificate_facts,
    load_trust_store,
    matches,
)
from scanner.model import Reason, Unknown

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOST = "ma.example.jp"
NOBODY = TrustStore([])


class Party:
    """Somebody with a name and a key, who can certify others."""

    def __init__(self, name: str, key: Any = None) -> None:
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = key or ec.generate_private_key(ec.SECP256R1())

    def certify(
        self,
        subject: Party,
        *,
        ca: bool = False,
        names: Sequence[str] = (),
        begins: datetime = NOW - timedelta(days=30),
        ends: datetime = NOW + timedelta(days=60),
        extra: Sequence[x509.ExtensionType] = (),
        key_usage: bool = True,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject.name)
            .issuer_name(self.name)
            .public_key(subject.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(subject.key.public_key()),
                critical=False,
            )
        )
        if ca and key_usage:
            usage = x509.KeyUsage(
                **dict.fromkeys(
                    (
                        "content_commitment",
                        "key_encipherment",
                        "data_encipherment",
                        "key_agreement",
                        "encipher_only",
                        "decipher_only",
                    ),
                    False,
                ),
                digital_signature=True,
                key_cert_sign=True,
                crl_sign=True,
            )
            builder = builder.add_extension(usage, critical=True)
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_name(each) for each in names]), critical=False
            )
        for each in extra:
            builder = builder.add_extension(each, critical=False)
        plain = isinstance(self.key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
        return builder.sign(self.key, None if plain else hashes.SHA256())


def _name(value: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(value))
    except ValueError:
        return x509.DNSName(value)


ROOT, MIDDLE, SERVER = Party("Root"), Party("Middle"), Party("Server")
ROOT_CERTIFICATE = ROOT.certify(ROOT, ca=True)
MIDDLE_CERTIFICATE = ROOT.certify(MIDDLE, ca=True)
LEAF = MIDDLE.certify(SERVER, names=[HOST])
PRIVATE = TrustStore([], [ROOT_CERTIFICATE])


def facts(
    *chain: x509.Certificate,
    trust: TrustStore = PRIVATE,
    host: str = HOST,
    staple: bytes | None = None,
    now: datetime = NOW,
) -> dict[str, Any]:
    der = [each.public_bytes(Encoding.DER) for each in chain]
    return certificate_facts(der, staple, host=host, trust=trust, now=now)


def verdict(found: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
    return (
        found["certificate_trusted"],
        found["trust_failure"],
        found["chain_complete"],
        found["public_root"],
    )


def test_a_chain_that_leads_to_a_given_authority_is_trusted_but_not_public() -> None:
    assert verdict(facts(LEAF, MIDDLE_CERTIFICATE)) == (True, None, True, False)


def test_a_chain_that_leads_to_a_public_authority_is_public() -> None:
    public = TrustStore([ROOT_CERTIFICATE])
    assert verdict(facts(LEAF, MIDDLE_CERTIFICATE, trust=public)) == (True, None, True, True)


def test_the_order_of_the_chain_and_a_root_in_it_do_not_matter() -> None:
    found = facts(LEAF, ROOT_CERTIFICATE, MIDDLE_CERTIFICATE)
    assert verdict(found) == (True, None, True, False)


def test_a_certificate_signed_by_itself_is_named_so() -> None:
    leaf = SERVER.certify(SERVER, names=[HOST])
    assert verdict(facts(leaf)) == (False, "self_signed", True, False)


def test_a_certificate_signed_by_itself_is_trusted_where_the_user_named_it() -> None:
    leaf = SERVER.certify(SERVER, names=[HOST])
    assert facts(leaf, trust=TrustStore([], [leaf]))["certificate_trusted"] is True


def test_a_chain_to_a_strange_root_has_an_unknown_issuer() -> None:
    found = facts(LEAF, MIDDLE_CERTIFICATE, ROOT_CERTIFICATE, trust=NOBODY)
    assert verdict(found) == (False, "unknown_issuer", True, False)


def test_a_missing_intermediate_is_named_where_the_authorities_are_given() -> None:
    found = facts(LEAF)
    assert found["trust_failure"] == "incomplete_chain"
    assert found["chain_complete"] is False
    assert isinstance(found["public_root"], Unknown)


def test_a_missing_intermediate_is_named_where_the_certificate_says_where_it_lies() -> None:
    lies_at = x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                AuthorityInformationAccessOID.CA_ISSUERS,
                x509.UniformResourceIdentifier("http://ca.example/middle.der"),
            )
        ]
    )
    leaf = MIDDLE.certify(SERVER, names=[HOST], extra=[lies_at])
    assert facts(leaf, trust=NOBODY)["chain_complete"] is False


def test_below_an_unknown_authority_nobody_can_tell_whether_a_certificate_is_missing() -> None:
    found = facts(LEAF, trust=NOBODY)
    assert found["trust_failure"] == "unknown_issuer"
    assert found["chain_complete"].reason is Reason.NOT_CONFIGURED


def test_expired_and_untrusted_are_told_apart() -> None:
    dates = {"begins": NOW - timedelta(days=90), "ends": NOW - timedelta(days=10)}
    expired = facts(MIDDLE.certify(SERVER, names=[HOST], **dates), MIDDLE_CERTIFICATE)  # type: ignore[arg-type]
    both = facts(SERVER.certify(SERVER, names=[HOST], **dates))  # type: ignore[arg-type]
    assert expired["certificate_not_after"] == both["certificate_not_after"] < NOW
    assert (both["certificate_trusted"], both["trust_failure"]) == (False, "self_signed")
    early = Party("Root", ROOT.key).certify(
        ROOT, ca=True, begins=NOW - timedelta(days=900), ends=NOW + timedelta(days=900)
    )
    middle = ROOT.certify(
        MIDDLE, ca=True, begins=NOW - timedelta(days=900), ends=NOW + timedelta(days=900)
    )
    leaf = MIDDLE.certify(SERVER, names=[HOST], **dates)  # type: ignore[arg-type]
    assert facts(leaf, middle, trust=TrustStore([], [early]))["certificate_trusted"] is True


def test_an_expired_intermediate_is_named() -> None:
    long = {"begins": NOW - timedelta(days=900), "ends": NOW + timedelta(days=900)}
    root = ROOT.certify(ROOT, ca=True, **long)  # type: ignore[arg-type]
    middle = ROOT.certify(
        MIDDLE, ca=True, begins=NOW - timedelta(days=900), ends=NOW - timedelta(days=1)
    )
    found = facts(LEAF, middle, trust=TrustStore([], [root]))
    assert verdict(found) == (False, "expired_issuer", True, False)


def test_a_certificate_for_clients_has_the_wrong_usage() -> None:
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    found = facts(ROOT.certify(SERVER, names=[HOST], extra=[usage]))
    assert (found["certificate_trusted"], found["trust_failure"]) == (False, "wrong_usage")


def test_a_certificate_that_may_not_sign_is_no_issuer() -> None:
    middle = ROOT.certify(MIDDLE, ca=False, names=["middle.example"])
    found = facts(LEAF, middle)
    assert found["trust_failure"] == "issuer_not_authority"


def test_a_forged_signature_is_named() -> None:
    forger = Party("Root", ROOT.key)
    real = ROOT.certify(SERVER, names=[HOST])
    der = bytearray(real.public_bytes(Encoding.DER))
    der[-1] ^= 1
    found = certificate_facts([bytes(der)], None, host=HOST, trust=PRIVATE, now=NOW)
    assert forger.name == ROOT.name
    assert (found["certificate_trusted"], found["trust_failure"]) == (False, "bad_signature")


def test_a_private_root_without_key_usage_is_trusted_as_browsers_do() -> None:
    root = ROOT.certify(ROOT, ca=True, key_usage=False)
    found = facts(LEAF, MIDDLE_CERTIFICATE, trust=TrustStore([], [root]))
    assert found["certificate_trusted"] is True


def test_a_certificate_without_alternative_names_is_for_no_host() -> None:
    found = facts(ROOT.certify(Party(HOST)))
    assert found["hostname_matches"] is False
    assert found["certificate_names"] == ()
    assert found["certificate_trusted"] is True


@pytest.mark.parametrize(
    ("names", "host", "expected"),
    [
        (["ma.example.jp"], "ma.example.jp", True),
        (["MA.Example.JP"], "ma.example.jp", True),
        (["ma.example.jp"], "ma.example.jp.", True),
        (["*.example.jp"], "ma.example.jp", True),
        (["*.example.jp"], "a.ma.example.jp", False),
        (["*.example.jp"], "example.jp", False),
        (["*.jp"], "example.jp", False),
        (["m*.example.jp"], "ma.example.jp", False),
        (["a.*.jp"], "a.example.jp", False),
        (["example.jp"], "evilexample.jp", False),
        (["xn--fsq.example"], "xn--fsq.example", True),
        (["192.0.2.1"], "192.0.2.1", True),
        (["192.0.2.10"], "192.0.2.1", False),
        (["2001:db8::1"], "2001:db8:0::1", True),
        (["*.0.2.1"], "192.0.2.1", False),
        ([], "ma.example.jp", False),
        ([""], "ma.example.jp", False),
    ],
)
def test_a_name_matches_only_its_host(names: list[str], host: str, expected: bool) -> None:
    assert matches([_name(each) for each in names], host) is expected


def test_an_address_written_as_a_name_is_no_address() -> None:
    assert not matches([x509.DNSName("192.0.2.1")], "192.0.2.1")


@functools.cache
def key_of(kind: str) -> Any:
    makers: dict[str, Any] = {
        "RSA 1024": lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505 - weak on purpose
        "RSA 2048": lambda: rsa.generate_private_key(65537, 2048),
        "EC 256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "EC 521": lambda: ec.generate_private_key(ec.SECP521R1()),
        "DSA 1024": lambda: dsa.generate_private_key(1024),  # noqa: S505 - weak on purpose
        "Ed25519 256": ed25519.Ed25519PrivateKey.generate,
        "Ed448 456": ed448.Ed448PrivateKey.generate,
    }
    return makers[kind]()


@pytest.mark.parametrize(
    "kind", ["RSA 1024", "RSA 2048", "EC 256", "EC 521", "DSA 1024", "Ed25519 256", "Ed448 456"]
)
def test_every_kind_of_key_is_measured(kind: str) -> None:
    found = facts(ROOT.certify(Party("Server", key_of(kind)), names=[HOST]))
    assert f"{found['certificate_key']} {found['certificate_key_bits']}" == kind


@pytest.mark.parametrize("kind", ["RSA 2048", "EC 521", "Ed25519 256"])
def test_every_kind_of_authority_is_followed(kind: str) -> None:
    root = Party("Root", key_of(kind))
    leaf = root.certify(SERVER, names=[HOST])
    found = facts(leaf, trust=TrustStore([], [root.certify(root, ca=True)]))
    assert found["trust_failure"] in (None, "forbidden_by_profile")
    assert found["certificate_signature"] == {"Ed25519 256": "Ed25519"}.get(kind, "SHA256")


@pytest.mark.parametrize("digest", ["sha1", "md5"])
def test_a_weak_signature_is_found_and_is_no_matter_of_trust(tmp_path: Path, digest: str) -> None:
    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=tmp_path, check=True, capture_output=True)

    new = ("req", "-newkey", "rsa:2048", "-nodes")
    openssl(*new, "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Old", "-sha256")
    openssl(*new, "-keyout", "key", "-out", "csr", "-subj", "/CN=ma.example.jp")
    (tmp_path / "ext").write_text("subjectAltName=DNS:ma.example.jp")
    sign = ("x509", "-req", "-in", "csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial")
    openssl(*sign, "-out", "leaf.pem", "-extfile", "ext", f"-{digest}")
    leaf = x509.load_pem_x509_certificate((tmp_path / "leaf.pem").read_bytes())
    trust = load_trust_store(tmp_path / "ca.pem")
    found = facts(leaf, trust=trust, now=leaf.not_valid_before_utc)
    assert found["certificate_signature"] == digest.upper()
    assert (found["certificate_trusted"], found["trust_failure"]) == (True, None)


def test_what_is_no_certificate_leaves_every_fact_unknown() -> None:
    found = certificate_facts([b"\x30\x03\x02\x01\x00"], None, host=HOST, trust=PRIVATE, now=NOW)
    assert {each.reason for each in found.values()} == {Reason.MALFORMED}
    assert set(found) == set(CERTIFICATE_FACTS)


@settings(deadline=None)
@given(st.integers(0, 700), st.integers(1, 255))
def test_a_broken_certificate_never_raises(place: int, flip: int) -> None:
    der = bytearray(LEAF.public_bytes(Encoding.DER))
    der[place % len(der)] ^= flip
    found = certificate_facts(
        [bytes(der), MIDDLE_CERTIFICATE.public_bytes(Encoding.DER)],
        None,
        host=HOST,
        trust=PRIVATE,
        now=NOW,
    )
    assert set(found) == set(CERTIFICATE_FACTS)
    # A change anywhere breaks the signature: nothing may make it trusted again.
    assert found["certificate_trusted"] is not True


def test_a_maze_of_certificates_is_left_in_time() -> None:
    maze = [
        Party("Maze", MIDDLE.key).certify(Party("Maze", MIDDLE.key), ca=True) for _ in range(15)
    ]
    leaf = Party("Maze", MIDDLE.key).certify(SERVER, names=[HOST])
    started = time.perf_counter()
    found = facts(leaf, *maze)
    assert time.perf_counter() - started < 1
    assert found["certificate_trusted"] is False


def status(
    signer: Party = MIDDLE,
    *,
    state: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    certificate: x509.Certificate = LEAF,
    until: datetime = NOW + timedelta(days=3),
) -> bytes:
    revoked = state is ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=certificate,
        issuer=MIDDLE_CERTIFICATE,
        algorithm=hashes.SHA256(),
        cert_status=state,
        this_update=NOW - timedelta(days=4),
        next_update=until,
        revocation_time=NOW - timedelta(days=5) if revoked else None,
        revocation_reason=None,
    )
    responder = signer.certify(signer, ca=True)
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder)
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)


OTHER = MIDDLE.certify(SERVER, names=[HOST])


@pytest.mark.parametrize(
    ("staple", "state"),
    [
        (None, None),
        (status(), "good"),
        (status(state=ocsp.OCSPCertStatus.REVOKED), "revoked"),
        (status(state=ocsp.OCSPCertStatus.UNKNOWN), "unknown"),
        (status(until=NOW - timedelta(days=1)), "stale"),
        (status(Party("Middle")), "malformed"),
        (status(certificate=OTHER), "malformed"),
        (b"garbage", "malformed"),
        (
            ocsp.OCSPResponseBuilder.build_unsuccessful(
                ocsp.OCSPResponseStatus.TRY_LATER
            ).public_bytes(Encoding.DER),
            "unknown",
        ),
    ],
)
def test_a_staple_is_what_the_authority_said_of_this_certificate(
    staple: bytes | None, state: str | None
) -> None:
    assert facts(LEAF, MIDDLE_CERTIFICATE, staple=staple)["staple"] == state


def test_a_certificate_can_demand_a_staple() -> None:
    feature = x509.TLSFeature([x509.TLSFeatureType.status_request])
    leaf = MIDDLE.certify(SERVER, names=[HOST], extra=[feature])
    assert facts(leaf)["must_staple"] is True
    assert facts(LEAF)["must_staple"] is False


def test_the_public_authorities_are_those_of_certifi() -> None:
    store = load_trust_store(None)
    assert len(store.public) > 50
    assert not store.private


def test_a_ca_file_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrustStoreError, match=r"missing\.pem"):
        load_trust_store(tmp_path / "missing.pem")
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(TrustStoreError, match=r"empty\.pem"):
        load_trust_store(tmp_path / "empty.pem")


def test_an_authority_younger_than_an_expired_leaf_is_still_an_authority() -> None:
    dates = {"begins": NOW - timedelta(days=400), "ends": NOW - timedelta(days=40)}
    leaf = MIDDLE.certify(SERVER, names=[HOST], **dates)  # type: ignore[arg-type]
    assert verdict(facts(leaf, MIDDLE_CERTIFICATE)) == (True, None, True, False)
    wrong = MIDDLE.certify(
        SERVER,
        names=[HOST],
        extra=[x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])],
        **dates,  # type: ignore[arg-type]
    )
    assert verdict(facts(wrong, MIDDLE_CERTIFICATE))[:2] == (False, "wrong_usage")


def test_a_feature_that_nobody_knows_is_no_exception() -> None:
    unknown = x509.UnrecognizedExtension(
        x509.ObjectIdentifier("1.3.6.1.5.5.7.1.24"), bytes.fromhex("3003020107")
    )
    strange = MIDDLE.certify(SERVER, names=[HOST], extra=[unknown])
    assert isinstance(facts(strange, MIDDLE_CERTIFICATE)["must_staple"], Unknown)
    middle = ROOT.certify(MIDDLE, ca=True, extra=[unknown])
    assert set(facts(LEAF, middle)) >= set(CERTIFICATE_FACTS)
