"""A chain of certificates → facts: who it names, how long it holds, whom it leads to.

Whether a chain is trusted is decided by `cryptography.x509.verification` (RFC 5280 as browsers
apply it); the walk of our own only finds the name of what is wrong. Both are bounded: a chain made
to be expensive is refused, not followed.
"""

from __future__ import annotations

import functools
import ipaddress
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

import certifi
import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.x509 import ocsp, verification
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from scanner.model import Fact, Reason, Text, Unknown
from scanner.model.errors import MamoriError

MAX_NAME = 1000
"""Characters of a subject or issuer that are kept."""
MAX_SIGNATURES = 64
"""Signatures that the walk checks before it gives up."""
_SKEW = timedelta(minutes=5)
"""How far a responder's clock may run ahead of ours."""

T = TypeVar("T")
_BROKEN = (
    ValueError,
    KeyError,  # an unknown feature in the TLSFeature extension
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)

_UNREADABLE = Unknown(
    Reason.MALFORMED,
    Text.of("The server's certificate is not a well-formed X.509 certificate."),
    Text.of("Have the certificate issued again, and scan again."),
)


class TrustStoreError(MamoriError):
    """The file of additional authorities cannot be used."""


class TrustStore:
    """The authorities that are trusted: the public ones, and those the user added."""

    def __init__(
        self, public: Sequence[x509.Certificate], private: Sequence[x509.Certificate] = ()
    ) -> None:
        self.public = frozenset(public)
        self.private = frozenset(private)
        # The public ones alone come first, so that a private authority never hides a public root.
        sets = [[*public], *([[*public, *private]] if private else [])]
        self._stores = [verification.Store(roots) for roots in sets if roots]
        self._by_name: dict[bytes, list[x509.Certificate]] = {}
        for root in (*public, *private):
            self._by_name.setdefault(root.subject.public_bytes(), []).append(root)

    def named(self, name: x509.Name) -> Sequence[x509.Certificate]:
        """Return the authorities of that name."""
        return self._by_name.get(name.public_bytes(), ())

    def verify(
        self, leaf: x509.Certificate, others: Sequence[x509.Certificate], at: datetime
    ) -> x509.Certificate | None:
        """Return the authority to which `leaf` leads at that time by the rules, or None.

        Whom the leaf names is asked elsewhere. So it is the verifier of clients that is called, for
        it alone asks for no name; that the chain has to be for servers is in the policies.
        """
        for store in self._stores:
            builder = verification.PolicyBuilder().store(store).time(at)
            policies = builder.extension_policies(
                ca_policy=_authority_policy(), ee_policy=_leaf_policy()
            )
            try:
                return policies.build_client_verifier().verify(leaf, [*others]).chain[-1]
            except (verification.VerificationError, ValueError):
                continue
        return None


@functools.cache
def _authority_policy() -> verification.ExtensionPolicy:
    """The rules of public authorities, without two that private ones do not know."""
    agnostic = verification.Criticality.AGNOSTIC
    return (
        verification.ExtensionPolicy.webpki_defaults_ca()
        .may_be_present(x509.ExtendedKeyUsage, agnostic, _must_serve)
        .may_be_present(x509.KeyUsage, agnostic, _must_sign_certificates)
        .may_be_present(x509.AuthorityKeyIdentifier, agnostic, None)
    )


@functools.cache
def _leaf_policy() -> verification.ExtensionPolicy:
    """The rules of public servers, without three that browsers do not hold private ones to."""
    agnostic = verification.Criticality.AGNOSTIC
    return (
        verification.ExtensionPolicy.webpki_defaults_ee()
        .may_be_present(x509.SubjectAlternativeName, agnostic, None)
        .may_be_present(x509.ExtendedKeyUsage, agnostic, _must_serve)
        .may_be_present(x509.AuthorityKeyIdentifier, agnostic, None)
    )


def _must_serve(
    policy: verification.Policy, certificate: x509.Certificate, usage: x509.ExtendedKeyUsage | None
) -> None:
    del policy, certificate
    if usage is not None and not _allows_servers(usage):
        raise ValueError("a certificate that is not for servers")


def _allows_servers(usage: x509.ExtendedKeyUsage) -> bool:
    return (
        ExtendedKeyUsageOID.SERVER_AUTH in usage
        or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in usage
    )


def _must_sign_certificates(
    policy: verification.Policy, certificate: x509.Certificate, usage: x509.KeyUsage | None
) -> None:
    del policy, certificate
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("an authority that may not sign certificates")


def load_trust_store(ca_file: Path | None) -> TrustStore:
    """Return the public authorities of certifi, and those in the PEM file `ca_file`.

    Raises:
        TrustStoreError: the file cannot be read, or holds no certificate.
    """
    if ca_file is None:
        return _trust_store(b"")
    try:
        return _trust_store(ca_file.read_bytes())
    except OSError as error:
        raise TrustStoreError(
            "The CA file {file} cannot be read: {cause}.", file=str(ca_file), cause=error.strerror
        ) from None
    except ValueError:
        raise TrustStoreError(
            "The CA file {file} holds no PEM certificate; point `ca_file` to the CA's own.",
            file=str(ca_file),
        ) from None


@functools.lru_cache(maxsize=8)
def _trust_store(pem: bytes) -> TrustStore:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        private = x509.load_pem_x509_certificates(pem) if pem else []
        public = x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes())
    return TrustStore(public, private)


def certificate_facts(
    chain: Sequence[bytes], staple: bytes | None, *, host: str, trust: TrustStore, now: datetime
) -> dict[str, Fact[Any]]:
    """Return what the chain says, by the names of the facts of an endpoint.

    `chain` is in DER, the server's own certificate first; `host` is the ASCII name or the address
    that it should be for. What cannot be read is unknown; nothing is raised.
    """
    with warnings.catch_warnings():
        # Old and odd certificates are what this is for; cryptography warns of each.
        warnings.simplefilter("ignore")
        certificates = list(_parse(chain))
        if not certificates or certificates[0] is None:
            return dict.fromkeys(CERTIFICATE_FACTS, _UNREADABLE)
        leaf = certificates[0]
        others = [each for each in certificates[1:] if each is not None]
        facts = dict.fromkeys(CERTIFICATE_FACTS, cast("Fact[Any]", _UNREADABLE))
        facts |= _own_facts(leaf, host)
        judged = _attempt(lambda: _trust_facts(leaf, others, trust, now))
        facts |= {} if isinstance(judged, Unknown) else judged
        issuers = _attempt(lambda: [*others, *trust.named(leaf.issuer)])
        known_issuers = others if isinstance(issuers, Unknown) else issuers
        facts["staple"] = None if staple is None else _staple(staple, leaf, known_issuers, now)
        return facts


CERTIFICATE_FACTS = (
    "must_staple",
    "staple",
    "certificate_subject",
    "certificate_issuer",
    "certificate_names",
    "certificate_not_before",
    "certificate_not_after",
    "certificate_key",
    "certificate_key_bits",
    "issuer_keys",
    "certificate_signature",
    "certificate_trusted",
    "trust_failure",
    "chain_complete",
    "public_root",
    "hostname_matches",
)


def _parse(chain: Sequence[bytes]) -> Iterator[x509.Certificate | None]:
    for place, der in enumerate(chain):
        try:
            certificate = x509.load_der_x509_certificate(der)
            if place:
                _ = certificate.subject, certificate.issuer, certificate.extensions
            yield certificate
        except _BROKEN:
            yield None


def _attempt(read: Callable[[], T]) -> Fact[T]:
    """Return what `read` returns, or that it could not be read."""
    try:
        return read()
    except _BROKEN:
        return _UNREADABLE


def _own_facts(leaf: x509.Certificate, host: str) -> dict[str, Fact[Any]]:
    return {
        "must_staple": _attempt(lambda: _must_staple(leaf)),
        "certificate_subject": _attempt(lambda: _spell(leaf.subject)),
        "certificate_issuer": _attempt(lambda: _spell(leaf.issuer)),
        "certificate_names": _attempt(lambda: _names(leaf)),
        "certificate_not_before": _attempt(lambda: leaf.not_valid_before_utc),
        "certificate_not_after": _attempt(lambda: leaf.not_valid_after_utc),
        "certificate_key": _attempt(lambda: _key(leaf)[0]),
        "certificate_key_bits": _attempt(lambda: _key(leaf)[1]),
        "hostname_matches": _attempt(lambda: matches(_alternative_names(leaf), host)),
    }


def _spell(name: x509.Name) -> str:
    return name.rfc4514_string()[:MAX_NAME]


def _must_staple(leaf: x509.Certificate) -> bool:
    try:
        features = leaf.extensions.get_extension_for_class(x509.TLSFeature).value
    except x509.ExtensionNotFound:
        return False
    return x509.TLSFeatureType.status_request in features


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    names = _alternative_names(leaf)
    return tuple(
        str(name.value) for name in names if isinstance(name, x509.DNSName | x509.IPAddress)
    )


def _alternative_names(leaf: x509.Certificate) -> Sequence[x509.GeneralName]:
    try:
        return list(leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return []


def matches(names: Sequence[x509.GeneralName], host: str) -> bool:
    """Tell whether a certificate with the alternative `names` is for `host`.

    The subject's common name does not count, nor does an address that is written as a name; and a
    wildcard stands for exactly one label, the left-most. Source: RFC 9525.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return any(
            isinstance(name, x509.DNSName) and _matches_name(_labels(name.value), _labels(host))
            for name in names
        )
    return any(isinstance(name, x509.IPAddress) and name.value == address for name in names)


def _matches_name(name: list[str], host: list[str]) -> bool:
    if name[0] == "*":
        return len(name) > 2 and name[1:] == host[1:]
    return name == host


def _labels(name: str) -> list[str]:
    return name.lower().removesuffix(".").split(".")


def _key(leaf: x509.Certificate) -> tuple[str, int]:
    key = leaf.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "EC", key.key_size
    if isinstance(key, dsa.DSAPublicKey):
        return "DSA", key.key_size
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "Ed25519", 256
    if isinstance(key, ed448.Ed448PublicKey):
        return "Ed448", 456
    raise ValueError("a key for something else than signatures")


class _Path(msgspec.Struct, frozen=True):
    """Where the walk from a leaf came to."""

    links: tuple[x509.Certificate, ...]
    """The leaf and what follows, up to and with the authority where one was reached."""
    anchored: bool

    @property
    def last(self) -> x509.Certificate:
        return self.links[-1]

    @property
    def signed(self) -> tuple[x509.Certificate, ...]:
        """Those whose signature counts: all but a root, unless there is nothing else."""
        return self.links[:-1] if len(self.links) > 1 and _self_issued(self.last) else self.links


def _trust_facts(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], trust: TrustStore, now: datetime
) -> dict[str, Fact[Any]]:
    path = _walk(leaf, others, trust)
    facts: dict[str, Fact[Any]] = {
        "certificate_signature": _attempt(lambda: _weakest(path.signed)),
        "issuer_keys": _attempt(lambda: tuple(map(_key, path.links[1:]))),
    }
    # Its own dates are judged by themselves: here the question is what it was worth in its time.
    at = min(max(now, leaf.not_valid_before_utc), leaf.not_valid_after_utc)
    root = leaf if leaf in trust.private else trust.verify(leaf, others, at)
    if root is None and _attempt(lambda: _sound_but_for_the_rest(path, at, now)) is True:
        root = path.last
    if root is None:
        failure = _attempt(lambda: _failure(path, others, trust, at, now))
        return facts | {
            "certificate_trusted": False,
            "trust_failure": failure,
            "chain_complete": _complete(path, failure),
            "public_root": _public(path, failure, trust),
        }
    return facts | {
        "certificate_trusted": True,
        "trust_failure": None,
        "chain_complete": True,
        "public_root": root in trust.public,
    }


def _sound_but_for_the_rest(path: _Path, at: datetime, now: datetime) -> bool:
    """Tell whether the chain arrives, and fails by nothing but what other checks judge.

    Those are the leaf's own dates (an authority may be younger than a leaf that has expired, so
    that they were never valid together), and the strength of hashes and keys.
    """
    sound = path.anchored and _named_failure(path, at, now) is None
    return sound and (at != now or _is_weak(path))


def _is_weak(path: _Path) -> bool:
    return _weakest(path.signed) in _WEAK_HASHES or any(map(_has_small_key, path.links))


def _valid(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _complete(path: _Path, failure: Fact[str]) -> Fact[bool]:
    if failure == "incomplete_chain":
        return False
    if path.anchored or _self_issued(path.last):
        return True
    if failure == "bad_signature":
        return Unknown(
            Reason.MALFORMED,
            Text.of("The chain breaks at a signature that is not of the authority it names."),
            Text.of("Have the certificate issued again, and scan again."),
        )
    return Unknown(
        Reason.NOT_CONFIGURED,
        Text.of(
            "The chain ends below an authority that mamori does not know, so that nobody can tell "
            "whether a certificate is missing."
        ),
        Text.of("Name the authority's certificate as `ca_file`."),
    )


def _public(path: _Path, failure: Fact[str], trust: TrustStore) -> Fact[bool]:
    if path.anchored:
        return path.last in trust.public
    if failure != "incomplete_chain":
        return False
    return Unknown(
        Reason.NOT_FOUND,
        Text.of("The chain is incomplete, so that its root is not known."),
        Text.of("Let the server send its intermediate certificates, and scan again."),
    )


def _walk(leaf: x509.Certificate, others: Sequence[x509.Certificate], trust: TrustStore) -> _Path:
    """Follow the signatures upwards, to an authority if any way leads there."""
    budget = MAX_SIGNATURES
    best = _Path((leaf,), leaf in trust.private | trust.public)
    waiting = [best]
    while waiting and not best.anchored:
        path = waiting.pop(0)
        if len(path.links) > len(best.links):
            best = path
        for candidate in (*trust.named(path.last.issuer), *others):
            if candidate in path.links or not _claims(path.last, candidate):
                continue
            budget -= 1
            if budget < 0:
                return best
            if _issued(path.last, candidate):
                known = candidate in trust.private or candidate in trust.public
                longer = _Path((*path.links, candidate), known)
                if known:
                    return longer
                waiting.append(longer)
    return best


def _claims(child: x509.Certificate, parent: x509.Certificate, *, by_key: bool = False) -> bool:
    """Tell whether `child` says that `parent` issued it: by name, and by key where it names one.

    With `by_key` it has to name one.
    """
    if child.issuer != parent.subject:
        return False
    try:
        named = child.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        own = parent.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except (x509.ExtensionNotFound, *_BROKEN):
        return not by_key
    return named.key_identifier == own.digest or (named.key_identifier is None and not by_key)


def _issued(child: x509.Certificate, parent: x509.Certificate) -> bool:
    """Tell whether `parent` signed `child`, also with algorithms that nobody should trust."""
    try:
        pss = child.signature_algorithm_parameters
        _verify(
            parent.public_key(),
            child.signature,
            child.tbs_certificate_bytes,
            child.signature_hash_algorithm,
            pss if isinstance(pss, padding.PSS) else padding.PKCS1v15(),
        )
    except (InvalidSignature, *_BROKEN):
        return False
    return True


def _verify(
    key: Any,
    signature: bytes,
    data: bytes,
    digest: HashAlgorithm | None,
    scheme: padding.AsymmetricPadding,
) -> None:
    if isinstance(key, rsa.RSAPublicKey) and digest is not None:
        key.verify(signature, data, scheme, digest)
    elif isinstance(key, ec.EllipticCurvePublicKey) and digest is not None:
        key.verify(signature, data, ec.ECDSA(digest))
    elif isinstance(key, dsa.DSAPublicKey) and digest is not None:
        key.verify(signature, data, digest)
    elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        key.verify(signature, data)
    else:
        raise UnsupportedAlgorithm("a key that does not sign")


def _self_issued(certificate: x509.Certificate) -> bool:
    return certificate.subject == certificate.issuer


_LEAST_BITS = {"RSA": 2048, "DSA": 2048, "EC": 256}
"""The sizes that the verifier knows; smaller keys it refuses, and another check judges them."""


def _has_small_key(certificate: x509.Certificate) -> bool:
    kind, bits = _key(certificate)
    return bits < _LEAST_BITS.get(kind, 0)


_WEAK_HASHES = ("MD2", "MD4", "MD5", "SHA1")
_STRENGTH = (*_WEAK_HASHES, "SHA224", "SHA256", "SHA384", "SHA512")


def _weakest(certificates: Sequence[x509.Certificate]) -> str:
    names = [_hash_name(each) for each in certificates]
    return min(names, key=lambda name: _STRENGTH.index(name) if name in _STRENGTH else 99)


def _hash_name(certificate: x509.Certificate) -> str:
    digest = certificate.signature_hash_algorithm
    if digest is not None:
        return digest.name.upper().replace("-", "")
    eddsa = {"1.3.101.112": "Ed25519", "1.3.101.113": "Ed448"}
    return eddsa.get(certificate.signature_algorithm_oid.dotted_string, "unknown")


def _failure(
    path: _Path,
    others: Sequence[x509.Certificate],
    trust: TrustStore,
    at: datetime,
    now: datetime,
) -> str:
    """Name why the chain is not trusted, the cause that has to be mended first."""
    if not path.anchored:
        return _failure_to_arrive(path, others, trust)
    return _named_failure(path, at, now) or "forbidden_by_profile"


def _named_failure(path: _Path, at: datetime, now: datetime) -> str | None:
    """Name what is wrong with a chain that arrives; None where nothing is."""
    leaf, *authorities = path.links
    if not all(_valid(each, at) or _valid(each, now) for each in authorities):
        return "expired_issuer"
    if not all(_may_issue(each, below) for below, each in enumerate(authorities)):
        return "issuer_not_authority"
    if _is_authority(leaf) or not all(_for_servers(each) for each in path.links):
        return "wrong_usage"
    if not all(_permits(each, leaf) for each in authorities):
        return "outside_constraints"
    if not all(_is_understood(each) for each in path.links):
        return "forbidden_by_profile"
    return None


_UNDERSTOOD = (
    x509.BasicConstraints,
    x509.KeyUsage,
    x509.ExtendedKeyUsage,
    x509.SubjectAlternativeName,
    x509.NameConstraints,
)


def _is_understood(certificate: x509.Certificate) -> bool:
    return all(
        not each.critical or isinstance(each.value, _UNDERSTOOD) for each in certificate.extensions
    )


def _permits(authority: x509.Certificate, leaf: x509.Certificate) -> bool:
    """Tell whether the authority may name the hosts of `leaf`, by RFC 5280 §4.2.1.10."""
    try:
        limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return True
    for name in _alternative_names(leaf):
        permitted = [each for each in limits.permitted_subtrees or () if type(each) is type(name)]
        excluded = [each for each in limits.excluded_subtrees or () if type(each) is type(name)]
        if permitted and not any(_lies_within(name, each) for each in permitted):
            return False
        if any(_lies_within(name, each) for each in excluded):
            return False
    return True


def _lies_within(name: x509.GeneralName, tree: x509.GeneralName) -> bool:
    if isinstance(name, x509.IPAddress):
        return name.value in tree.value
    if not isinstance(name, x509.DNSName):
        return False
    upper = _labels(tree.value) if tree.value else []
    return not upper or _labels(name.value)[-len(upper) :] == upper


def _failure_to_arrive(path: _Path, others: Sequence[x509.Certificate], trust: TrustStore) -> str:
    last = path.last
    if _self_issued(last):
        return "self_signed" if len(path.links) == 1 else "unknown_issuer"
    if any(_claims(last, root) for root in trust.named(last.issuer)):
        return "bad_signature"
    if any(each not in path.links and _claims(last, each, by_key=True) for each in others):
        return "bad_signature"
    # With all its authorities named, or an address where the issuer's certificate lies, what is
    # missing is an intermediate; without either it may as well be a private root.
    if trust.private or _issuer_is_published(last):
        return "incomplete_chain"
    return "unknown_issuer"


def _issuer_is_published(certificate: x509.Certificate) -> bool:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    except (x509.ExtensionNotFound, *_BROKEN):
        return False
    return any(
        each.access_method == AuthorityInformationAccessOID.CA_ISSUERS for each in access.value
    )


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _may_issue(certificate: x509.Certificate, below: int) -> bool:
    """Tell whether it may sign certificates, with `below` authorities between it and the leaf."""
    extensions = certificate.extensions
    try:
        limits = extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    if not limits.ca or (limits.path_length is not None and limits.path_length < below):
        return False
    try:
        return extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True


def _for_servers(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return _allows_servers(usage)


def _staple(
    der: bytes, leaf: x509.Certificate, others: Sequence[x509.Certificate], now: datetime
) -> str:
    """Return the state of a stapled OCSP response (RFC 6960) for `leaf`."""
    try:
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return "unknown"
        single = next(
            (each for each in response.responses if each.serial_number == leaf.serial_number), None
        )
        if single is None or not _signed_by_authority(response, leaf, others):
            return "malformed"
        if single.certificate_status is ocsp.OCSPCertStatus.REVOKED:
            return "revoked"
        until = single.next_update_utc
        if single.this_update_utc > now + _SKEW or (until is not None and until < now):
            return "stale"
    except _BROKEN:
        return "malformed"
    return "good" if single.certificate_status is ocsp.OCSPCertStatus.GOOD else "unknown"


def _signed_by_authority(
    response: ocsp.OCSPResponse, leaf: x509.Certificate, others: Sequence[x509.Certificate]
) -> bool:
    """Tell whether the leaf's issuer, or a responder it appointed, signed.

    Where the server does not send the issuer, nobody can tell; then the response is believed.
    """
    issuer = next((each for each in others if _claims(leaf, each) and _issued(leaf, each)), None)
    if issuer is None:
        return True
    appointed = [each for each in response.certificates if _may_respond(each, issuer)]
    for signer in (issuer, *appointed):
        try:
            _verify(
                signer.public_key(),
                response.signature,
                response.tbs_response_bytes,
                response.signature_hash_algorithm,
                padding.PKCS1v15(),
            )
        except (InvalidSignature, *_BROKEN):
            continue
        return True
    return False


def _may_respond(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, *_BROKEN):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usages and _issued(certificate, issuer)
