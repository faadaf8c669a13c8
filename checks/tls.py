"""Transport security: protocols, ciphers, key agreement and certificates of each endpoint."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

from scanner.sdk import (
    Endpoint,
    Fact,
    Rule,
    Severity,
    Text,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    parameter,
    passed,
)

MOZILLA = "Mozilla Server Side TLS guidelines 6.0, intermediate"
BASELINE = "CA/Browser Forum ballot SC-081v3"

_NO_TLS = "{endpoint} speaks no TLS."


class ModernProtocol(Rule, frozen=True):
    """What counts as current."""

    require_tls13: Annotated[
        bool,
        parameter("Whether TLS 1.3 has to be offered, beside 1.2 or alone", source=MOZILLA),
    ] = False


class NoWeakCipher(Rule, frozen=True):
    """What counts as weak, beside what is broken."""

    cbc_allowed: Annotated[
        bool,
        parameter(
            "Whether suites in CBC mode may be offered",
            source="RFC 9325 recommends against them, and forbids none",
        ),
    ] = True


class ForwardSecrecy(Rule, frozen=True):
    """How much forward secrecy is asked for."""

    static_allowed: Annotated[
        bool,
        parameter(
            "Whether suites without forward secrecy may be offered beside those with it",
            source=MOZILLA,
        ),
    ] = False


class DhStrength(Rule, frozen=True):
    """The least that finite-field Diffie-Hellman has to have."""

    min_bits: Annotated[int, parameter("Bits of the prime", source="RFC 9325", ge=1)] = 2048


class ExpiresSoon(Rule, frozen=True):
    """The window in which a renewal is overdue: the shorter of the two."""

    share_of_lifetime: Annotated[
        float,
        parameter(
            "Share of the certificate's lifetime that is left, 0 to 1",
            source="mamori: decides for lifetimes of up to 100 days",
            ge=0,
            le=1,
        ),
    ] = 0.30
    days: Annotated[
        int, parameter("Days left", source="mamori: a month to act, whatever the lifetime", ge=0)
    ] = 30


class LifetimeStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The longest lifetime of certificates issued from one day on."""

    issued_from: date
    days: int


class Lifetime(Rule, frozen=True):
    """The longest lifetimes that public authorities may issue, by the day of issue."""

    private_authorities: Annotated[
        bool,
        parameter(
            "Whether certificates of private authorities are held to it too",
            source="mamori: a stolen key is of use for as long, whoever certified it",
        ),
    ] = True

    steps: Annotated[
        tuple[LifetimeStep, ...],
        parameter("Days, by day of issue, the latest step last", source=BASELINE, min_length=1),
    ] = (
        LifetimeStep(date(2018, 3, 1), 825),
        LifetimeStep(date(2020, 9, 1), 398),
        LifetimeStep(date(2026, 3, 15), 200),
        LifetimeStep(date(2027, 3, 15), 100),
        LifetimeStep(date(2029, 3, 15), 47),
    )


class KeyStrength(Rule, frozen=True):
    """The least that the key of a certificate has to have."""

    rsa_bits: Annotated[int, parameter("Bits of an RSA modulus", source=MOZILLA, ge=1)] = 2048
    ec_bits: Annotated[int, parameter("Bits of an elliptic curve", source=MOZILLA, ge=1)] = 256


class Signature(Rule, frozen=True):
    """The hashes that no certificate may be signed with."""

    refused: Annotated[
        tuple[str, ...],
        parameter("Names of hashes", source="SSL Labs rating guide 2009r; CRYPTREC GL-3001"),
    ] = ("MD2", "MD4", "MD5", "SHA1")


@check("tls.available", severity=Severity.CRITICAL)
def available(endpoint: Endpoint) -> Verdict:
    """The endpoint speaks TLS.

    Why: Without TLS, everyone on the way reads and changes what passes: passwords, session cookies,
        personal data in forms, the links in your pages.
    Fix: Get a certificate (free of charge from an ACME authority), let the web server or the load
        balancer in front listen with TLS on 443, and redirect plain HTTP to it. For a mail server,
        switch STARTTLS on.
    Source: RFC 9325 (BCP 195); NIST SP 800-52 Rev. 2.
    """
    if known(endpoint.tls):
        return passed(
            "{endpoint} speaks TLS.",
            endpoint=endpoint.id,
            evidence=_seen(endpoint, "modern", "in clear"),
        )
    return failed(
        _NO_TLS,
        endpoint=endpoint.id,
        evidence=_seen(endpoint, "modern", "in clear"),
        observed=False,
        expected=True,
    )


@check("tls.no-legacy-protocol", severity=Severity.HIGH)
def no_legacy_protocol(endpoint: Endpoint) -> Verdict:
    """No protocol older than TLS 1.2 is offered.

    Why: SSL 3.0, TLS 1.0 and TLS 1.1 rest on broken constructions (POODLE, BEAST, SHA-1); whoever
        sits in the middle steers clients down to them.
    Fix: Leave only TLS 1.2 and 1.3 on. nginx: ssl_protocols; Apache: SSLProtocol; HAProxy:
        ssl-min-ver; Windows: SCHANNEL in the registry; cloud load balancers and CDNs: the TLS
        policy of the listener.
    Source: RFC 8996; RFC 9325 (BCP 195); NIST SP 800-52 Rev. 2.
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    offered = _offered(
        {"SSL 3.0": endpoint.ssl3, "TLS 1.0": endpoint.tls10, "TLS 1.1": endpoint.tls11}
    )
    if offered:
        return failed(
            "{endpoint} still offers {versions}.",
            endpoint=endpoint.id,
            evidence=_seen(endpoint, "modern", "legacy"),
            versions=offered,
            observed=offered,
            expected="TLS 1.2, TLS 1.3",
        )
    return passed(
        "{endpoint} offers nothing older than TLS 1.2.",
        endpoint=endpoint.id,
        evidence=_seen(endpoint, "modern", "legacy"),
    )


@check("tls.modern-protocol", severity=Severity.MEDIUM)
def modern_protocol(endpoint: Endpoint, rule: ModernProtocol) -> Verdict:
    """TLS 1.3, or TLS 1.2 with authenticated encryption, is offered.

    Why: Without either, every connection uses encryption that has been attacked for a decade, and
        clients of today refuse to connect one after the other.
    Fix: Switch TLS 1.3 on, and in TLS 1.2 the ECDHE suites with GCM or ChaCha20. Where the software
        is too old to know them, update it, or put a current proxy in front.
    Source: RFC 9325 (BCP 195); Mozilla Server Side TLS guidelines 6.0; NIST SP 800-52 Rev. 2.
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    if rule.require_tls13 and not known(endpoint.tls13):
        return failed(
            "{endpoint} does not offer TLS 1.3.",
            endpoint=endpoint.id,
            evidence=_seen(endpoint, "modern", "tls12", "aead"),
            expected="TLS 1.3",
        )
    if endpoint.tls13 is True or known(endpoint.aead):
        return passed(
            "{endpoint} offers current TLS.",
            endpoint=endpoint.id,
            evidence=_seen(endpoint, "modern", "tls12", "aead"),
        )
    return failed(
        "{endpoint} offers neither TLS 1.3 nor authenticated encryption in TLS 1.2.",
        endpoint=endpoint.id,
        evidence=_seen(endpoint, "modern", "tls12", "aead"),
        expected="TLS 1.3, or TLS 1.2 with AEAD",
    )


@check("tls.no-weak-cipher", severity=Severity.HIGH)
def no_weak_cipher(endpoint: Endpoint, rule: NoWeakCipher) -> Verdict:
    """No cipher suite is offered that is broken, empty or without a certificate.

    Why: RC4, 3DES (SWEET32) and export suites (FREAK, Logjam) can be decrypted; NULL suites do not
        encrypt at all; anonymous ones let anybody pose as the server.
    Fix: Set the cipher list to ECDHE suites with GCM or ChaCha20. nginx: ssl_ciphers; Apache:
        SSLCipherSuite; HAProxy: ssl-default-bind-ciphers; load balancers and CDNs: choose a current
        TLS policy.
    Source: RFC 9325 (BCP 195); RFC 7465 (RC4); Mozilla Server Side TLS guidelines 6.0.
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    weak = {
        "NULL": endpoint.null_cipher,
        "anonymous": endpoint.anonymous,
        "export": endpoint.export_cipher,
        "RC4": endpoint.rc4,
        "3DES": endpoint.triple_des,
    }
    offered = _offered(weak if rule.cbc_allowed else weak | {"CBC": endpoint.cbc})
    if offered:
        return failed(
            "{endpoint} offers weak cipher suites: {kinds}.",
            endpoint=endpoint.id,
            evidence=_seen(endpoint, "suites", "legacy", "unencrypted"),
            kinds=offered,
            observed=offered,
            expected=(),
        )
    return passed(
        "{endpoint} offers no weak cipher suite.",
        endpoint=endpoint.id,
        evidence=_seen(endpoint, "suites", "legacy", "unencrypted"),
    )


@check("tls.forward-secrecy", severity=Severity.MEDIUM)
def forward_secrecy(endpoint: Endpoint, rule: ForwardSecrecy) -> Verdict:
    """Every connection has forward secrecy.

    Why: Without it, who records the traffic today and gets at the server's key later reads
        everything back to the first day.
    Fix: Take suites with static RSA off the cipher list, those whose OpenSSL names begin with AES,
        CAMELLIA or DES; keep ECDHE.
    Source: RFC 9325 (BCP 195); Mozilla Server Side TLS guidelines 6.0.
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    if endpoint.forward_secrecy is False:
        return failed(
            "{endpoint} offers no suite with forward secrecy.",
            endpoint=endpoint.id,
            evidence=_seen(endpoint, "modern", "tls12", "suites", "forward secrecy"),
        )
    if not rule.static_allowed and known(endpoint.static_rsa):
        return failed(
            "{endpoint} also offers suites without forward secrecy.",
            endpoint=endpoint.id,
            evidence=_seen(endpoint, "modern", "tls12", "suites", "forward secrecy"),
        )
    known(endpoint.forward_secrecy)
    return passed(
        "{endpoint} offers forward secrecy.",
        endpoint=endpoint.id,
        evidence=_seen(endpoint, "modern", "tls12", "suites", "forward secrecy"),
    )


@check("tls.dh-strength", severity=Severity.HIGH)
def dh_strength(endpoint: Endpoint, rule: DhStrength) -> Verdict:
    """Finite-field Diffie-Hellman uses a group that is large enough.

    Why: Groups of 1024 bits are within reach of states, smaller ones of anybody (Logjam).
    Fix: Take the DHE suites off the cipher list, ECDHE is faster and enough; or point the server to
        a group of 2048 bits or more (nginx: ssl_dhparam; Apache: SSLOpenSSLConfCmd DHParameters).
    Source: RFC 9325 (BCP 195); SSL Labs rating guide 2009r.
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    bits = known(endpoint.dh_bits)
    if bits is None:
        return not_applicable("{endpoint} offers no DHE suite.", endpoint=endpoint.id)
    if bits < rule.min_bits:
        return failed(
            "{endpoint} uses a Diffie-Hellman group of {bits} bits.",
            endpoint=endpoint.id,
            evidence=_seen(endpoint, "suites"),
            bits=bits,
            observed=bits,
            expected=rule.min_bits,
        )
    return passed(
        "{endpoint} uses a Diffie-Hellman group of {bits} bits.",
        endpoint=endpoint.id,
        evidence=_seen(endpoint, "suites"),
        bits=bits,
        observed=bits,
        expected=rule.min_bits,
    )


@check("tls.certificate-valid-now", severity=Severity.CRITICAL)
def certificate_valid_now(endpoint: Endpoint, now: datetime) -> Verdict:
    """The certificate is within its dates.

    Why: Browsers show a warning instead of the page, mail clients and APIs stop, and people learn
        to click warnings away.
    Fix: Renew the certificate and load it into the server; let an ACME client renew it from then
        on. If it is not valid yet, set the server's clock, or wait.
    Source: RFC 5280; SSL Labs rating guide 2009r.
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    begins, ends = known(endpoint.certificate_not_before), known(endpoint.certificate_not_after)
    if now > ends:
        return failed(
            "The certificate of {endpoint} expired on {date}.",
            endpoint=endpoint.id,
            date=ends,
            observed=ends,
        )
    if now < begins:
        return failed(
            "The certificate of {endpoint} is not valid before {date}.",
            endpoint=endpoint.id,
            date=begins,
            observed=begins,
        )
    return passed(
        "The certificate of {endpoint} is valid until {date}.",
        endpoint=endpoint.id,
        date=ends,
        observed=ends,
    )


@check("tls.certificate-expires-soon", severity=Severity.MEDIUM)
def certificate_expires_soon(endpoint: Endpoint, rule: ExpiresSoon, now: datetime) -> Verdict:
    """The certificate is renewed well before it expires.

    Why: A renewal that should have happened and did not is the last warning before an outage.
    Fix: See why the renewal did not run (ACME client, its timer, its log), run it by hand, and see
        that the server loads the new certificate.
    Source: mamori's own threshold: the shorter of 30 % of the lifetime and 30 days. A fixed
        number of days would misfire as lifetimes shrink to 47 days (CA/Browser Forum SC-081v3).
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    begins, ends = known(endpoint.certificate_not_before), known(endpoint.certificate_not_after)
    if now > ends:
        return not_applicable("The certificate of {endpoint} has expired.", endpoint=endpoint.id)
    left = ends - now
    window = min((ends - begins) * rule.share_of_lifetime, timedelta(days=rule.days))
    if left <= window:
        return failed(
            "The certificate of {endpoint} expires on {date}, in {days} days.",
            endpoint=endpoint.id,
            date=ends,
            days=left.days,
            observed=left.days,
            expected=math.ceil(window / timedelta(days=1)),
        )
    return passed(
        "The certificate of {endpoint} holds for {days} more days.",
        endpoint=endpoint.id,
        days=left.days,
        observed=left.days,
    )


@check("tls.certificate-lifetime", severity=Severity.MEDIUM)
def certificate_lifetime(endpoint: Endpoint, rule: Lifetime) -> Verdict:
    """The certificate lives no longer than public authorities may issue.

    Why: Browsers refuse public certificates that live longer; and the longer one lives, the longer
        a stolen key is of use.
    Fix: Have the certificate issued again within the limit: 200 days from 15 March 2026, 100 days
        from 15 March 2027, 47 days from 15 March 2029. Automate it now. Where a private authority
        is to be exempt, set the rule's `private_authorities` to false in a policy of your own.
    Source: CA/Browser Forum ballot SC-081v3 (adopted 11 April 2025).
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    begins, ends = known(endpoint.certificate_not_before), known(endpoint.certificate_not_after)
    days = math.ceil((ends - begins + timedelta(seconds=1)) / timedelta(days=1))
    in_force = [step for step in rule.steps if begins.date() >= step.issued_from]
    exempt = endpoint.public_root is False and not rule.private_authorities
    if exempt or not in_force:
        return not_applicable("The limits for public certificates do not apply here.")
    limit = max(in_force, key=lambda step: step.issued_from).days
    if days <= limit:
        return passed(
            "The certificate of {endpoint} lives {days} days.",
            endpoint=endpoint.id,
            days=days,
            observed=days,
            expected=limit,
        )
    if not rule.private_authorities:
        known(endpoint.public_root)
    return failed(
        "The certificate of {endpoint} lives {days} days; public authorities may give it {limit}.",
        endpoint=endpoint.id,
        days=days,
        limit=limit,
        observed=days,
        expected=limit,
    )


_TRUST_FAILURES: Mapping[str, Text] = {
    "self_signed": Text.of("it is signed by itself"),
    "unknown_issuer": Text.of("it leads to an authority that nobody knows"),
    "incomplete_chain": Text.of("an intermediate certificate is missing"),
    "expired_issuer": Text.of("a certificate above it has expired"),
    "issuer_not_authority": Text.of("it is signed by a certificate that may not sign others"),
    "wrong_usage": Text.of("it is not made for servers"),
    "bad_signature": Text.of("its signature is not that of the authority it names"),
    "outside_constraints": Text.of("an authority above it may not certify these names"),
    "forbidden_by_profile": Text.of("its chain breaks the rules that browsers hold it to"),
}


@check("tls.certificate-trusted", severity=Severity.CRITICAL)
def certificate_trusted(endpoint: Endpoint) -> Verdict:
    """The certificate leads to an authority that clients trust.

    Why: A client that accepts this certificate accepts anybody's: whoever sits in the middle shows
        their own, and reads along.
    Fix: Use a certificate of a public authority. Where a private authority is meant, give its root
        certificate to mamori as `ca_file`. If a certificate is missing or has expired, install the
        full chain that the authority delivers.
    Source: RFC 5280; SSL Labs rating guide 2009r.
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    if known(endpoint.certificate_trusted):
        return passed("The certificate of {endpoint} is trusted.", endpoint=endpoint.id)
    cause = endpoint.trust_failure
    name = cause if isinstance(cause, str) else "forbidden_by_profile"
    return failed(
        "The certificate of {endpoint} is not trusted: {cause}.",
        endpoint=endpoint.id,
        cause=_TRUST_FAILURES.get(name, name),
        observed=name,
    )


@check("tls.chain-complete", severity=Severity.HIGH)
def chain_complete(endpoint: Endpoint) -> Verdict:
    """The server sends every intermediate certificate.

    Why: Browsers may find a missing certificate by themselves; mail servers, apps and APIs do not,
        and fail, or are told to stop verifying.
    Fix: Install the authority's full chain, not the server's certificate alone. nginx: fullchain
        in ssl_certificate; Apache: the same in SSLCertificateFile; load balancers: the field for
        the chain.
    Source: RFC 8446; RFC 5246.
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    if known(endpoint.chain_complete):
        return passed("{endpoint} sends its whole chain.", endpoint=endpoint.id)
    return failed("{endpoint} does not send its intermediate certificate.", endpoint=endpoint.id)


@check("tls.hostname", severity=Severity.CRITICAL)
def hostname(endpoint: Endpoint) -> Verdict:
    """The certificate is for this host.

    Why: Clients refuse it, or have been told not to look, which lets anybody with any certificate
        in between. Typical for click-tracking domains that point to a vendor by CNAME.
    Fix: Have a certificate issued that names the host among its alternative names; for a tracking
        domain, let the vendor issue one for it.
    Source: RFC 9525.
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    if known(endpoint.hostname_matches):
        return passed("The certificate of {endpoint} is for this host.", endpoint=endpoint.id)
    names = endpoint.certificate_names
    return failed(
        "The certificate of {endpoint} is for other hosts.",
        endpoint=endpoint.id,
        observed=names if isinstance(names, tuple) else None,
        expected=endpoint.host,
    )


@check("tls.key-strength", severity=Severity.HIGH)
def key_strength(endpoint: Endpoint, rule: KeyStrength) -> Verdict:
    """The keys of the certificate, and of those above it, are strong enough.

    Why: Whoever computes the private key from the public one is the server from then on; with the
        key of an authority, any server.
    Fix: Make a new key, RSA with 2048 bits or more or ECDSA on P-256 or P-384, and have a new
        certificate issued for it. In a private authority, renew its own keys first.
    Source: Mozilla Server Side TLS guidelines 6.0, intermediate; SSL Labs rating guide 2009r.
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    kind = known(endpoint.certificate_key)
    bits = known(endpoint.certificate_key_bits)
    if not _is_strong(kind, bits, rule):
        return failed(
            "The certificate of {endpoint} has a weak key: {kind} with {bits} bits.",
            endpoint=endpoint.id,
            kind=kind,
            bits=bits,
            observed=bits,
            expected=_least(kind, rule),
        )
    for above, size in known(endpoint.issuer_keys):
        if not _is_strong(above, size, rule):
            return failed(
                "An authority above the certificate of {endpoint} has a weak key: "
                "{kind} with {bits} bits.",
                endpoint=endpoint.id,
                kind=above,
                bits=size,
                observed=size,
                expected=_least(above, rule),
            )
    return passed(
        "The certificate of {endpoint} has a key of {kind} with {bits} bits.",
        endpoint=endpoint.id,
        kind=kind,
        bits=bits,
        observed=bits,
        expected=_least(kind, rule),
    )


def _least(kind: str, rule: KeyStrength) -> int | None:
    """Return the least bits of a key of this kind; None where the kind itself is refused."""
    return {"RSA": rule.rsa_bits, "EC": rule.ec_bits, "Ed25519": 256, "Ed448": 456}.get(kind)


def _is_strong(kind: str, bits: int, rule: KeyStrength) -> bool:
    least = _least(kind, rule)
    return least is not None and bits >= least


@check("tls.signature", severity=Severity.HIGH)
def signature(endpoint: Endpoint, rule: Signature) -> Verdict:
    """No certificate in the chain is signed with a broken hash.

    Why: With MD5 and SHA-1, certificates can be forged that carry the same signature.
    Fix: Have the certificate issued again; every public authority signs with SHA-256 or better.
        In a private one, set the hash and renew its intermediates too.
    Source: SSL Labs rating guide 2009r; CRYPTREC GL-3001 (TLS暗号設定ガイドライン).
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    digest = known(endpoint.certificate_signature)
    if digest in rule.refused:
        return failed(
            "The chain of {endpoint} has a signature made with {hash}.",
            endpoint=endpoint.id,
            hash=digest,
            observed=digest,
        )
    return passed(
        "The chain of {endpoint} is signed with {hash}.",
        endpoint=endpoint.id,
        hash=digest,
        observed=digest,
    )


@check("tls.stapling", severity=Severity.HIGH)
def stapling(endpoint: Endpoint) -> Verdict:
    """What is stapled to the certificate is sound, and is there where the certificate demands it.

    Why: A certificate that demands a stapled answer is refused without one, and one that is stapled
        as revoked was given up by its own holder, mostly because the key was stolen.
    Fix: Revoked: make a new key and a new certificate at once. Stale or missing: switch stapling on
        and let the server reach the authority's responder (nginx: ssl_stapling and resolver;
        Apache: SSLUseStapling), or have the certificate issued without must-staple.
    Source: RFC 7633; RFC 6960; RFC 6066.
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    staple = known(endpoint.staple)
    if staple == "revoked":
        return failed(
            "The certificate of {endpoint} has been revoked; the server itself says so.",
            endpoint=endpoint.id,
            observed=staple,
            expected="good",
        )
    if staple == "stale":
        return failed(
            "{endpoint} staples a status to its certificate that is out of date.",
            endpoint=endpoint.id,
            observed=staple,
            expected="good",
        )
    if staple == "good":
        return passed("{endpoint} staples a good status.", endpoint=endpoint.id, observed=staple)
    if not known(endpoint.must_staple):
        return passed("The certificate of {endpoint} demands no staple.", endpoint=endpoint.id)
    return failed(
        "The certificate of {endpoint} demands a staple, and the server sends no valid one.",
        endpoint=endpoint.id,
        observed=staple,
        expected="good",
    )


@check("tls.post-quantum", severity=Severity.INFO)
def post_quantum(endpoint: Endpoint) -> Verdict:
    """Keys are agreed on in a way that quantum computers do not undo.

    Why: Traffic recorded today can be read once such computers exist; what has to stay secret for
        ten years is at risk now.
    Fix: Update the server's TLS library (OpenSSL 3.5 or later) and allow the group X25519MLKEM768;
        CDNs offer it as a setting, mostly switched on.
    Source: Mozilla Server Side TLS guidelines 6.0.
    """
    if not known(endpoint.tls):
        return not_applicable(_NO_TLS, endpoint=endpoint.id)
    group = known(endpoint.post_quantum)
    if group is None:
        return failed(
            "{endpoint} agrees on keys by classical groups alone.",
            endpoint=endpoint.id,
            evidence=_seen(endpoint, "post-quantum"),
        )
    return passed(
        "{endpoint} agrees on keys by {group}.",
        endpoint=endpoint.id,
        evidence=_seen(endpoint, "post-quantum"),
        group=group,
        observed=group,
    )


def _seen(endpoint: Endpoint, *questions: str) -> Iterator[str]:
    """Yield what came back for those questions of the probe, and for their continuations."""
    for question, seen in endpoint.evidence.items():
        if question.startswith(questions):
            yield f"{question}: {seen}"


def _offered(facts: Mapping[str, Fact[bool]]) -> tuple[str, ...]:
    """Return the names of those that are offered; one that is decides, whatever is unknown.

    Raises:
        NoEvidence: none is known to be offered, and one is unknown.
    """
    offered = tuple(name for name, fact in facts.items() if fact is True)
    if not offered:
        for fact in facts.values():
            known(fact)
    return offered
