"""Certificates with every fault that a server can show, and the keys and staples to them."""

from __future__ import annotations

import base64
import ipaddress
import itertools
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOST = "ma.example.jp"
DAY = timedelta(days=1)

Extensions = Sequence[tuple[x509.ExtensionType, bool]]


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
        names: Sequence[str | x509.GeneralName] = (HOST,),
        begins: datetime = NOW - 30 * DAY,
        days: float = 90,
        path: int | None = None,
        extra: Extensions = (),
    ) -> x509.Certificate:
        usage = dict.fromkeys(
            (
                *("content_commitment", "data_encipherment", "key_agreement"),
                *("encipher_only", "decipher_only"),
            ),
            False,
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject.name)
            .issuer_name(self.name)
            .public_key(subject.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + days * DAY - timedelta(seconds=1))
            .add_extension(x509.BasicConstraints(ca, path if ca else None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(subject.key.public_key()), critical=False
            )
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True,
                    key_encipherment=isinstance(subject.key, rsa.RSAPrivateKey),
                    key_cert_sign=ca,
                    crl_sign=ca,
                    **usage,
                ),
                critical=True,
            )
        )
        if names and not ca:
            alternatives = [spell(each) for each in names]
            builder = builder.add_extension(
                x509.SubjectAlternativeName(alternatives), critical=False
            )
        for extension, critical in extra:
            builder = builder.add_extension(extension, critical)
        plain = isinstance(self.key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
        return builder.sign(self.key, None if plain else hashes.SHA256())


def spell(name: str | x509.GeneralName) -> x509.GeneralName:
    if not isinstance(name, str):
        return name
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class Shelf:
    """Chains by name, each a PEM file with its key, made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root, self.middle = Party("Matrix Root"), Party("Matrix Intermediate")
        self.server = Party(HOST)
        self.rsa_server = Party(HOST, rsa.generate_private_key(65537, 2048))
        long = {"begins": NOW - 400 * DAY, "days": 3000}
        self.root_certificate = self.root.certify(self.root, ca=True, **long)  # type: ignore[arg-type]
        self.middle_certificate = self.root.certify(self.middle, ca=True, **long)  # type: ignore[arg-type]
        self.rsa_root = Party("Matrix RSA Root", rsa.generate_private_key(65537, 2048))
        rsa_root = self.rsa_root.certify(self.rsa_root, ca=True, **long)  # type: ignore[arg-type]
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(pem(self.root_certificate, rsa_root))
        (folder / "rsa-root.key").write_bytes(private(self.rsa_root.key))
        (folder / "rsa-root.pem").write_bytes(pem(rsa_root))
        for bits in (512, 768, 1024):
            command = ("openssl", "prime", "-generate", "-bits", str(bits))
            prime = int(subprocess.run(command, check=True, capture_output=True).stdout)
            (folder / f"dh{bits}.pem").write_bytes(dh_parameters(prime))
        self._made: dict[str, Path] = {}

    def path(self, name: str) -> Path:
        if name not in self._made:
            file = self._made[name] = self._make(name)
            rest = file.read_text().split("-----BEGIN CERTIFICATE-----")[2:]
            chain = "".join("-----BEGIN CERTIFICATE-----" + each for each in rest)
            file.with_suffix(".rest").write_text(chain)
        return self._made[name]

    def staple(self, name: str) -> Path:
        return self.path(name).with_suffix(".ocsp")

    def _make(self, name: str) -> Path:
        file = self.folder / f"{name}.pem"
        if name.startswith("openssl "):
            self._by_openssl(file, *name.split()[1:])
            return file
        chain, key = CHAINS[name](self)
        file.write_bytes(private(key) + pem(*chain))
        if name in STAPLES:
            file.with_suffix(".ocsp").write_bytes(STAPLES[name](self, chain[0]))
        return file

    def leaf(self, *, key: Any = None, **options: Any) -> tuple[list[x509.Certificate], Any]:
        party = Party(HOST, key) if key else self.server
        return [self.middle.certify(party, **options), self.middle_certificate], party.key

    def under(self, middle: x509.Certificate, by: Party | None = None, **options: Any) -> Any:
        leaf = (by or self.middle).certify(self.server, **options)
        return [leaf, middle], self.server.key

    def _by_openssl(self, file: Path, what: str, digest: str) -> None:
        """Make with the command line what `cryptography` refuses to sign or to hold a key for."""

        def run(*arguments: str) -> None:
            command = ["openssl", *arguments]
            subprocess.run(command, cwd=self.folder, check=True, capture_output=True)

        stem = file.stem.replace(" ", "-")
        key, csr, names = f"{stem}.key", f"{stem}.csr", f"{stem}.ext"
        kinds = {
            "rsa512": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:512"),
            "rsa1024": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"),
            "p192": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime192v1"),
            "sect163": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:sect163r2"),
            "explicit": (
                *("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
                *("-pkeyopt", "ec_param_enc:explicit"),
            ),
        }
        run("genpkey", *kinds.get(what, kinds["rsa1024"][:2]), "-out", key)
        run("req", "-new", "-key", key, "-subj", f"/CN={HOST}", "-out", csr)
        (self.folder / names).write_text(f"subjectAltName=DNS:{HOST}\n")
        issuer = ("rsa-root.pem", "rsa-root.key")
        between = b""
        if what == "under":
            run("genpkey", "-algorithm", "RSA", "-out", f"{stem}.mid.key")
            run(
                *("req", "-new", "-key", f"{stem}.mid.key", "-subj", f"/CN=Old {digest}"),
                *("-out", f"{stem}.mid.csr"),
            )
            (self.folder / f"{stem}.mid.ext").write_text(
                "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
            )
            self._sign(run, stem + ".mid", issuer, digest, days=600)
            issuer = (f"{stem}.mid.pem", f"{stem}.mid.key")
            between = (self.folder / f"{stem}.mid.pem").read_bytes()
            digest = "sha256"
        self._sign(run, stem, issuer, digest, days=60)
        file.write_bytes(
            (self.folder / key).read_bytes() + (self.folder / f"{stem}.pem").read_bytes() + between
        )

    def _sign(
        self,
        run: Callable[..., None],
        stem: str,
        issuer: tuple[str, str],
        digest: str,
        days: int,
    ) -> None:
        """Sign as of the day before NOW: `openssl ca` is the only command that takes dates."""
        folder = self.folder / f"{stem}.ca"
        folder.mkdir()
        (folder / "index").touch()
        (folder / "serial").write_text(f"{x509.random_serial_number():040X}")
        (folder / "conf").write_text(
            f"[ca]\ndefault_ca=x\n[x]\ndir={folder}\ndatabase={folder}/index\n"
            f"serial={folder}/serial\nnew_certs_dir={folder}\npolicy=p\n"
            "[p]\ncommonName=supplied\n"
        )
        begins, ends = NOW - DAY, NOW + (days - 1) * DAY
        run(
            *("ca", "-batch", "-notext", "-config", str(folder / "conf"), "-in", f"{stem}.csr"),
            *("-cert", issuer[0], "-keyfile", issuer[1], "-md", digest, "-out", f"{stem}.pem"),
            *("-startdate", f"{begins:%Y%m%d%H%M%SZ}", "-enddate", f"{ends:%Y%m%d%H%M%SZ}"),
            *("-extfile", f"{stem}.ext"),
        )


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


def dh_parameters(prime: int) -> bytes:
    """Return PKCS #3 parameters with the generator 2: `cryptography` makes no weak ones."""
    number = prime.to_bytes(prime.bit_length() // 8 + 1, "big")
    body = b"\x02\x82" + len(number).to_bytes(2, "big") + number + b"\x02\x01\x02"
    der = b"\x30\x82" + len(body).to_bytes(2, "big") + body
    text = base64.encodebytes(der).decode()
    return f"-----BEGIN DH PARAMETERS-----\n{text}-----END DH PARAMETERS-----\n".encode()


def private(key: Any) -> bytes:
    return bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def _self_signed(shelf: Shelf) -> Any:
    return [shelf.server.certify(shelf.server)], shelf.server.key


def _strange(shelf: Shelf, *, send_root: bool) -> Any:
    stranger = Party("Strange Root")
    chain = [stranger.certify(shelf.server)]
    if send_root:
        chain.append(stranger.certify(stranger, ca=True, days=3000))
    return chain, shelf.server.key


def _expired_middle(shelf: Shelf) -> Any:
    middle = shelf.root.certify(shelf.middle, ca=True, begins=NOW - 300 * DAY, days=290)
    return shelf.under(middle)


def _future_middle(shelf: Shelf) -> Any:
    return shelf.under(shelf.root.certify(shelf.middle, ca=True, begins=NOW + DAY, days=290))


def _expired_cross(shelf: Shelf) -> Any:
    """The intermediate twice: expired and renewed, in that order."""
    chain, key = _expired_middle(shelf)
    return [*chain, shelf.middle_certificate], key


def _cross_signed(shelf: Shelf) -> Any:
    (leaf, middle), key = shelf.leaf()
    return [leaf, Party("Older Root").certify(shelf.middle, ca=True, days=900), middle], key


def _expired_above_the_root(shelf: Shelf) -> Any:
    """As Let's Encrypt sent DST Root CA X3 after its end."""
    above = Party("Older Root").certify(shelf.root, ca=True, begins=NOW - 900 * DAY, days=800)
    chain, key = shelf.leaf()
    return [*chain, above], key


def _circle(shelf: Shelf) -> Any:
    one, other = Party("One"), Party("Other")
    middles = [other.certify(one, ca=True, days=900), one.certify(other, ca=True, days=900)]
    return [one.certify(shelf.server), *middles], shelf.server.key


def _forged(shelf: Shelf) -> Any:
    """What it says of its issuer is right, the signature is not of it."""
    (leaf, middle), key = shelf.leaf()
    forger = Party("Matrix Intermediate")
    builder = (
        x509.CertificateBuilder()
        .subject_name(leaf.subject)
        .issuer_name(leaf.issuer)
        .public_key(leaf.public_key())
        .serial_number(leaf.serial_number)
        .not_valid_before(leaf.not_valid_before_utc)
        .not_valid_after(leaf.not_valid_after_utc)
    )
    for each in leaf.extensions:
        builder = builder.add_extension(each.value, each.critical)
    return [builder.sign(forger.key, hashes.SHA256()), middle], key


def _below_a_small_key(shelf: Shelf, key: Any) -> Any:
    small = Party("Small Intermediate", key)
    return shelf.under(shelf.root.certify(small, ca=True, days=900), by=small)


def _mere_server_as_middle(shelf: Shelf) -> Any:
    return shelf.under(shelf.root.certify(shelf.middle, names=["middle.example"], days=900))


def _short_path(shelf: Shelf) -> Any:
    upper, lower = Party("Upper"), Party("Lower")
    first = shelf.root.certify(upper, ca=True, path=0, days=900)
    second = upper.certify(lower, ca=True, days=900)
    return [lower.certify(shelf.server), second, first], shelf.server.key


def _long_chain(shelf: Shelf) -> Any:
    parties = [shelf.root, *(Party(f"Step {number}") for number in range(5))]
    steps = [
        above.certify(below, ca=True, days=900) for above, below in itertools.pairwise(parties)
    ]
    return [parties[-1].certify(shelf.server), *reversed(steps)], shelf.server.key


def _constrained(permitted: str | None, excluded: str | None = None) -> Callable[[Shelf], Any]:
    def make(shelf: Shelf) -> Any:
        middle = Party("Constrained")
        limits = x509.NameConstraints(
            [x509.DNSName(permitted)] if permitted else None,
            [x509.DNSName(excluded)] if excluded else None,
        )
        certificate = shelf.root.certify(middle, ca=True, days=900, extra=[(limits, True)])
        return [middle.certify(shelf.server), certificate], shelf.server.key

    return make


def _usage(*usages: ObjectIdentifier) -> Extensions:
    return [(x509.ExtendedKeyUsage(usages), False)]


_MUST_STAPLE: Extensions = [(x509.TLSFeature([x509.TLSFeatureType.status_request]), False)]
_UNKNOWN_CRITICAL: Extensions = [
    (x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00"), True)
]


def _key(make: Callable[[], Any]) -> Callable[[Shelf], Any]:
    return lambda shelf: shelf.leaf(key=make())


CHAINS: dict[str, Callable[[Shelf], tuple[Sequence[x509.Certificate], Any]]] = {
    "good": lambda shelf: shelf.leaf(),
    "rsa": lambda shelf: shelf.leaf(key=shelf.rsa_server.key),
    "expired": lambda shelf: shelf.leaf(begins=NOW - 100 * DAY, days=90),
    "just expired": lambda shelf: shelf.leaf(begins=NOW - 90 * DAY, days=90),
    "not yet valid": lambda shelf: shelf.leaf(begins=NOW + DAY, days=90),
    "five days left": lambda shelf: shelf.leaf(begins=NOW - 85 * DAY, days=90),
    "47 days, 16 left": lambda shelf: shelf.leaf(begins=NOW - 31 * DAY, days=47),
    "47 days, 10 left": lambda shelf: shelf.leaf(begins=NOW - 37 * DAY, days=47),
    "other name": lambda shelf: shelf.leaf(names=["other.example.jp"]),
    "wildcard": lambda shelf: shelf.leaf(names=["*.example.jp"]),
    "wildcard of parent": lambda shelf: shelf.leaf(names=["*.jp"]),
    "wildcard of itself": lambda shelf: shelf.leaf(names=["*.ma.example.jp"]),
    "partial wildcard": lambda shelf: shelf.leaf(names=["m*.example.jp"]),
    "inner wildcard": lambda shelf: shelf.leaf(names=["ma.*.jp"]),
    "bare wildcard": lambda shelf: shelf.leaf(names=["*"]),
    "double wildcard": lambda shelf: shelf.leaf(names=["*.*.jp"]),
    "capitals": lambda shelf: shelf.leaf(names=["MA.Example.JP"]),
    "several names": lambda shelf: shelf.leaf(names=["a.example.jp", "b.example.jp", HOST]),
    "common name only": lambda shelf: shelf.leaf(names=[]),
    "address": lambda shelf: shelf.leaf(names=["127.0.0.1", "::1"]),
    "other address": lambda shelf: shelf.leaf(names=["127.0.0.2"]),
    "address as a name": lambda shelf: shelf.leaf(names=[x509.DNSName("127.0.0.1")]),
    "address as a URI": lambda shelf: shelf.leaf(
        names=[x509.UniformResourceIdentifier(f"https://{HOST}/")]
    ),
    "Japanese name": lambda shelf: shelf.leaf(names=["xn--wgv71a119e.jp"]),
    "Japanese wildcard": lambda shelf: shelf.leaf(names=["*.xn--wgv71a119e.jp"]),
    "partial Japanese wildcard": lambda shelf: shelf.leaf(names=["xn--*.jp"]),
    "self-signed": _self_signed,
    "strange root": lambda shelf: _strange(shelf, send_root=True),
    "strange root, not sent": lambda shelf: _strange(shelf, send_root=False),
    "missing intermediate": lambda shelf: (shelf.leaf()[0][:1], shelf.server.key),
    "directly below the root": lambda shelf: (
        [shelf.root.certify(shelf.server)],
        shelf.server.key,
    ),
    "wrong order": lambda shelf: (
        [shelf.leaf()[0][0], shelf.root_certificate, shelf.middle_certificate],
        shelf.server.key,
    ),
    "with the root": lambda shelf: (
        [*shelf.leaf()[0], shelf.root_certificate],
        shelf.server.key,
    ),
    "another chain behind": lambda shelf: (
        [*shelf.leaf()[0], *_strange(shelf, send_root=True)[0]],
        shelf.server.key,
    ),
    "twice the same": lambda shelf: ([*(2 * [shelf.leaf()[0][0]])], shelf.server.key),
    "wrong intermediate": lambda shelf: (
        [shelf.leaf()[0][0], shelf.root.certify(Party("Another"), ca=True)],
        shelf.server.key,
    ),
    "unknown authority's certificate for the intermediate first": _cross_signed,
    "expired certificate above the root": _expired_above_the_root,
    "authorities in a circle": _circle,
    "forged signature": _forged,
    "thirty certificates": lambda shelf: (
        [*shelf.leaf()[0], *(28 * [_strange(shelf, send_root=True)[0][1]])],
        shelf.server.key,
    ),
    "RSA 1024 intermediate": lambda shelf: _below_a_small_key(
        shelf,
        rsa.generate_private_key(65537, 1024),  # noqa: S505 - the point
    ),
    "P-224 intermediate": lambda shelf: _below_a_small_key(
        shelf, ec.generate_private_key(ec.SECP224R1())
    ),
    "thousand names": lambda shelf: shelf.leaf(
        names=[*(f"n{number}.example.jp" for number in range(1000)), HOST]
    ),
    "expired intermediate": _expired_middle,
    "intermediate of the future": _future_middle,
    "expired beside renewed intermediate": _expired_cross,
    "server as intermediate": _mere_server_as_middle,
    "path too long": _short_path,
    "long chain": _long_chain,
    "outside of its constraint": _constrained("example.com"),
    "within its constraint": _constrained("example.jp"),
    "excluded by its constraint": _constrained(None, "example.jp"),
    "for clients": lambda shelf: shelf.leaf(extra=_usage(ExtendedKeyUsageOID.CLIENT_AUTH)),
    "for code": lambda shelf: shelf.leaf(extra=_usage(ExtendedKeyUsageOID.CODE_SIGNING)),
    "for servers": lambda shelf: shelf.leaf(extra=_usage(ExtendedKeyUsageOID.SERVER_AUTH)),
    "for both": lambda shelf: shelf.leaf(
        extra=_usage(ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)
    ),
    "intermediate for clients": lambda shelf: shelf.under(
        shelf.root.certify(
            shelf.middle,
            ca=True,
            days=900,
            extra=_usage(ExtendedKeyUsageOID.CLIENT_AUTH),
        )
    ),
    "an authority itself": lambda shelf: (
        [
            shelf.middle.certify(
                shelf.server,
                ca=True,
                extra=[(x509.SubjectAlternativeName([x509.DNSName(HOST)]), False)],
            ),
            shelf.middle_certificate,
        ],
        shelf.server.key,
    ),
    "unknown critical extension": lambda shelf: shelf.leaf(extra=_UNKNOWN_CRITICAL),
    "398 days before the change": lambda shelf: shelf.leaf(
        begins=datetime(2026, 3, 14, tzinfo=UTC), days=398
    ),
    "201 days on the day of the change": lambda shelf: shelf.leaf(
        begins=datetime(2026, 3, 15, tzinfo=UTC), days=201
    ),
    "200 days": lambda shelf: shelf.leaf(days=200),
    "300 days": lambda shelf: shelf.leaf(days=300),
    "399 days": lambda shelf: shelf.leaf(begins=datetime(2025, 12, 1, tzinfo=UTC), days=399),
    "ten years": lambda shelf: shelf.leaf(days=3650),
    "RSA 3072": _key(lambda: rsa.generate_private_key(65537, 3072)),
    "P-224": _key(lambda: ec.generate_private_key(ec.SECP224R1())),
    "P-384": _key(lambda: ec.generate_private_key(ec.SECP384R1())),
    "P-521": _key(lambda: ec.generate_private_key(ec.SECP521R1())),
    "brainpool": _key(lambda: ec.generate_private_key(ec.BrainpoolP256R1())),
    "Ed25519": _key(ed25519.Ed25519PrivateKey.generate),
    "Ed448": _key(ed448.Ed448PrivateKey.generate),
    "must staple": lambda shelf: shelf.leaf(extra=_MUST_STAPLE),
    "must staple, good": lambda shelf: shelf.leaf(extra=_MUST_STAPLE),
    "must staple, stale": lambda shelf: shelf.leaf(extra=_MUST_STAPLE),
    "stapled good": lambda shelf: shelf.leaf(),
    "stapled revoked": lambda shelf: shelf.leaf(),
    "stapled stale": lambda shelf: shelf.leaf(),
    "stapled by a stranger": lambda shelf: shelf.leaf(),
    "must staple, by a stranger": lambda shelf: shelf.leaf(extra=_MUST_STAPLE),
    "must staple, of another": lambda shelf: shelf.leaf(extra=_MUST_STAPLE),
    "must staple, by a responder": lambda shelf: shelf.leaf(extra=_MUST_STAPLE),
    "must staple, by one not appointed": lambda shelf: shelf.leaf(extra=_MUST_STAPLE),
    "must staple, try later": lambda shelf: shelf.leaf(extra=_MUST_STAPLE),
}


def _stapled(
    *,
    good: bool = True,
    begins: datetime = NOW - DAY,
    ends: datetime = NOW + 6 * DAY,
    signer: Party | None = None,
    usage: Extensions | None = None,
    of_another: bool = False,
) -> Callable[[Shelf, x509.Certificate], bytes]:
    """Return how to make a staple; with `usage` a responder signs who is certified so."""

    def make(shelf: Shelf, leaf: x509.Certificate) -> bytes:
        if of_another:
            leaf = shelf.middle.certify(shelf.server)
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=leaf,
            issuer=shelf.middle_certificate,
            algorithm=hashes.SHA1(),  # noqa: S303 - RFC 6960 responders name certificates by it
            cert_status=ocsp.OCSPCertStatus.GOOD if good else ocsp.OCSPCertStatus.REVOKED,
            this_update=begins,
            next_update=ends,
            revocation_time=None if good else NOW - 2 * DAY,
            revocation_reason=None if good else x509.ReasonFlags.key_compromise,
        )
        by = signer or shelf.middle
        certificate = shelf.middle_certificate if signer is None else by.certify(by, ca=True)
        if usage is not None:
            by = Party("Responder")
            certificate = shelf.middle.certify(by, names=[], extra=usage)
            builder = builder.certificates([certificate])
        signed = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, certificate)
        return signed.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)

    return make


STAPLES: dict[str, Callable[[Shelf, x509.Certificate], bytes]] = {
    "stapled good": _stapled(),
    "stapled revoked": _stapled(good=False),
    "stapled stale": _stapled(begins=NOW - 20 * DAY, ends=NOW - 10 * DAY),
    "stapled by a stranger": _stapled(signer=Party("Stranger")),
    "must staple, good": _stapled(),
    "must staple, stale": _stapled(begins=NOW - 20 * DAY, ends=NOW - 10 * DAY),
    "must staple, by a stranger": _stapled(signer=Party("Stranger")),
    "must staple, of another": _stapled(of_another=True),
    "must staple, by a responder": _stapled(usage=_usage(ExtendedKeyUsageOID.OCSP_SIGNING)),
    "must staple, by one not appointed": _stapled(usage=()),
    "must staple, try later": lambda *_: ocsp.OCSPResponseBuilder.build_unsuccessful(
        ocsp.OCSPResponseStatus.TRY_LATER
    ).public_bytes(Encoding.DER),
}
