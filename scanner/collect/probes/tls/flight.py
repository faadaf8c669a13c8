"""Reads what a TLS 1.3 server says under encryption, up to its certificate, and stops there.

The handshake is never finished: certificate, stapled OCSP response and the wish for a client
certificate all come in the server's first flight. Keys are those of RFC 8446 §7.1.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import secrets
from typing import TYPE_CHECKING

from scanner.collect.probes.tls.hello import MalformedError, ServerHello

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurve
    from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

AGREEABLE = (0x001D, 0x0017, 0x0018, 0x0019, 0x001E, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104)
"""The groups in which a key can be agreed here."""

_SUITES = {
    0x1301: ("sha256", 16),
    0x1302: ("sha384", 32),
    0x1303: ("sha256", 32),
    0x1304: ("sha256", 16),
    0x1305: ("sha256", 16),
}


class KeyExchange:
    """Our half of the key agreement: one fresh key for each of `groups`, all of `AGREEABLE`."""

    def __init__(self, groups: tuple[int, ...]) -> None:
        self._halves = {group: _agreement(group) for group in groups}

    @property
    def shares(self) -> tuple[tuple[int, bytes], ...]:
        """The public keys for the hello, in the order of the groups."""
        return tuple((group, half.public) for group, half in self._halves.items())

    def opener(self, hello: ServerHello, transcript: bytes) -> Opener:
        """Return what opens the records after `hello`.

        `transcript` is both hellos as handshake messages, without record headers. Raises:
            MalformedError: the server chose what was not offered, or its key is no key.
        """
        half = self._halves.get(hello.group or 0)
        if half is None or hello.suite not in _SUITES:
            raise MalformedError("a key share that was not asked for")
        try:
            secret = half.agree(hello.share)
        except ValueError:
            raise MalformedError("a key share that is no public key") from None
        return Opener(hello.suite, secret, transcript)


class Opener:
    """Opens the server's encrypted handshake records, one after the other."""

    def __init__(self, suite: int, secret: bytes, transcript: bytes) -> None:
        name, key_bytes = _SUITES[suite]
        size = hashlib.new(name).digest_size
        early = hmac.digest(bytes(size), bytes(size), name)
        derived = _expand(name, early, b"derived", hashlib.new(name).digest(), size)
        handshake = hmac.digest(derived, secret, name)
        context = hashlib.new(name, transcript).digest()
        traffic = _expand(name, handshake, b"s hs traffic", context, size)
        self._cipher = _cipher(suite, _expand(name, traffic, b"key", b"", key_bytes))
        self._mask = int.from_bytes(_expand(name, traffic, b"iv", b"", 12), "big")
        self._opened = 0

    def open(self, header: bytes, sealed: bytes) -> tuple[int, bytes]:
        """Return the content type and the content of one record.

        Raises:
            MalformedError: the record was not made with the agreed key.
        """
        from cryptography.exceptions import InvalidTag

        nonce = (self._mask ^ self._opened).to_bytes(12, "big")
        self._opened += 1
        try:
            padded = self._cipher.decrypt(nonce, sealed, header).rstrip(b"\0")
        except (InvalidTag, ValueError):
            raise MalformedError("a record that the agreed key does not open") from None
        if not padded:
            raise MalformedError("an empty record")
        return padded[-1], padded[:-1]


def _expand(name: str, secret: bytes, label: bytes, context: bytes, size: int) -> bytes:
    """HKDF-Expand-Label of RFC 8446 §7.1, for the one block that is ever needed here."""
    full = b"tls13 " + label
    info = size.to_bytes(2, "big") + bytes([len(full)]) + full + bytes([len(context)]) + context
    return hmac.digest(secret, info + b"\x01", name)[:size]


def _cipher(suite: int, key: bytes) -> AESGCM | AESCCM | ChaCha20Poly1305:
    from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

    if suite in (0x1301, 0x1302):
        return AESGCM(key)
    if suite == 0x1303:
        return ChaCha20Poly1305(key)
    return AESCCM(key, tag_length=8 if suite == 0x1305 else 16)


def _agreement(group: int) -> _Curve | _Montgomery | _FiniteField:
    if group in _FINITE_FIELDS:
        return _FiniteField(*_FINITE_FIELDS[group])
    return _Montgomery(group) if group in (0x001D, 0x001E) else _Curve(group)


_FINITE_FIELDS = {
    0x0100: (2048, 560_316),
    0x0101: (3072, 2_625_351),
    0x0102: (4096, 5_736_041),
    0x0103: (6144, 15_705_020),
    0x0104: (8192, 10_965_728),
}
"""Bits, and the number that makes the prime one: RFC 7919 Appendix A."""


def ffdhe_prime(bits: int, number: int) -> int:
    """Return 2^b - 2^(b-64) + (⌊2^(b-130) e⌋ + number) 2^64 - 1, the primes of RFC 7919."""
    e_scaled = term = 1 << (bits + 64)
    for divisor in itertools.count(1):
        term //= divisor
        if not term:
            break
        e_scaled += term
    return (1 << bits) - (1 << (bits - 64)) + ((e_scaled >> 194) + number << 64) - 1


class _FiniteField:
    """Diffie-Hellman with a key for one use, that protects nothing but a public certificate."""

    def __init__(self, bits: int, number: int) -> None:
        self._prime, self._size = ffdhe_prime(bits, number), bits // 8
        self._private = secrets.randbits(256)

    @property
    def public(self) -> bytes:
        return pow(2, self._private, self._prime).to_bytes(self._size, "big")

    def agree(self, share: bytes) -> bytes:
        theirs = int.from_bytes(share, "big")
        if not 1 < theirs < self._prime - 1:
            raise ValueError("a public key outside of the group")
        return pow(theirs, self._private, self._prime).to_bytes(self._size, "big")


class _Montgomery:
    def __init__(self, group: int) -> None:
        from cryptography.hazmat.primitives.asymmetric import x448, x25519

        self._private: x25519.X25519PrivateKey | x448.X448PrivateKey
        if group == 0x001D:
            self._private = x25519.X25519PrivateKey.generate()
        else:
            self._private = x448.X448PrivateKey.generate()

    @property
    def public(self) -> bytes:
        return self._private.public_key().public_bytes_raw()

    def agree(self, share: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric import x448, x25519

        if isinstance(self._private, x25519.X25519PrivateKey):
            return self._private.exchange(x25519.X25519PublicKey.from_public_bytes(share))
        return self._private.exchange(x448.X448PublicKey.from_public_bytes(share))


class _Curve:
    def __init__(self, group: int) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec

        curves: dict[int, EllipticCurve] = {
            0x0017: ec.SECP256R1(),
            0x0018: ec.SECP384R1(),
            0x0019: ec.SECP521R1(),
        }
        self._curve = curves[group]
        self._private = ec.generate_private_key(self._curve)

    @property
    def public(self) -> bytes:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self._private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    def agree(self, share: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.EllipticCurvePublicKey.from_encoded_point(self._curve, share)
        return self._private.exchange(ec.ECDH(), key)
