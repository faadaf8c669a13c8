"""Certificates of the demo, made at start by an authority that lives as long as the demo."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


class Identity(msgspec.Struct, frozen=True):
    """What a server needs to answer: its key, and the certificates it sends."""

    key: CertificateIssuerPrivateKeyTypes
    chain: tuple[x509.Certificate, ...]
    """The server's own first."""

    def pem(self) -> bytes:
        """Return key and chain in the form that OpenSSL loads."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return key + b"".join(each.public_bytes(serialization.Encoding.PEM) for each in self.chain)


class Authority:
    """Signs certificates; itself signed by `parent`, or by itself where there is none."""

    def __init__(self, name: str, now: datetime, parent: Authority | None = None) -> None:
        self._now = now
        self.key = ec.generate_private_key(ec.SECP256R1())
        signer = parent or self
        self.certificate: x509.Certificate = (
            _builder(name, self.key, now - timedelta(days=400), now + timedelta(days=400))
            .issuer_name(parent.certificate.subject if parent else _name(name))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_SIGNS_CERTIFICATES, critical=True)
            .add_extension(signer.identifier(), critical=False)
            .sign(signer.key, hashes.SHA256())
        )

    def identifier(self) -> x509.AuthorityKeyIdentifier:
        """Return what its certificates name it by."""
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())

    def pem(self) -> bytes:
        """Return its certificate, for those who should trust it."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def issue(
        self,
        *names: str,
        issued: int = -10,
        expires: int = 80,
        key: CertificateIssuerPrivateKeyTypes | None = None,
        send: tuple[Authority, ...] = (),
    ) -> Identity:
        """Return a server identity for `names`, hosts or addresses; its chain goes on with `send`.

        `issued` and `expires` are days from now.
        """
        key = key or ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _leaf(names, key, self._now, issued, expires)
            .issuer_name(self.certificate.subject)
            .add_extension(self.identifier(), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return Identity(key, (certificate, *(each.certificate for each in send)))


def self_signed(*names: str, now: datetime) -> Identity:
    """Return a server identity that nobody but itself vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = _leaf(names, key, now, -10, 80).issuer_name(_name(names[0]))
    return Identity(key, (leaf.sign(key, hashes.SHA256()),))


_SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _leaf(
    names: tuple[str, ...],
    key: CertificateIssuerPrivateKeyTypes,
    now: datetime,
    issued: int,
    expires: int,
) -> x509.CertificateBuilder:
    return (
        _builder(names[0], key, now + timedelta(days=issued), now + timedelta(days=expires))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False
        )
    )


def _builder(
    name: str, key: CertificateIssuerPrivateKeyTypes, not_before: datetime, not_after: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
