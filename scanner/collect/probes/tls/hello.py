"""ClientHellos to bytes, and bytes from a server to what it said: a pure codec, without I/O.

Formats are those of RFC 8446 (TLS 1.3), RFC 5246 (TLS 1.2), RFC 8422 (elliptic curves), RFC 6066
(server name, certificate status) and RFC 6101 (SSL 3.0). Whatever the bytes, nothing but
`MalformedError` is raised.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator, Sequence

import msgspec

from scanner.collect.probes.tls.suites import (
    RENEGOTIATION_INFO_SCSV,
    SIGNATURE_SCHEMES,
    TLS12_SUITES,
    TRAITS,
    Trait,
    Version,
)

MAX_RECORD = 16_384 + 2_048
"""Bytes of one record; RFC 5246 §6.2.3 allows so much, later versions less."""
MAX_MESSAGE = 131_072
"""Bytes of one handshake message that mamori will gather; real chains stay below a tenth of it."""
MAX_CERTIFICATES = 32
"""Certificates of a chain that are kept; real ones have less than ten."""

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
RECORD_HEADER = 5

SERVER_HELLO, ENCRYPTED_EXTENSIONS, CERTIFICATE, SERVER_KEY_EXCHANGE = 2, 8, 11, 12
CERTIFICATE_REQUEST, SERVER_HELLO_DONE, CERTIFICATE_STATUS = 13, 14, 22

_SERVER_NAME, _STATUS_REQUEST, _SUPPORTED_GROUPS, _POINT_FORMATS = 0, 5, 10, 11
_SIGNATURE_ALGORITHMS, _PADDING, _EXTENDED_MASTER_SECRET = 13, 21, 23
_SUPPORTED_VERSIONS, _KEY_EXCHANGE_MODES, _KEY_SHARE, _RENEGOTIATION_INFO = 43, 45, 51, 0xFF01

# The SHA-256 of "HelloRetryRequest", RFC 8446 §4.1.3.
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


class MalformedError(ValueError):
    """The bytes are not what TLS allows here."""


class NotTlsError(MalformedError):
    """The bytes are no TLS record at all."""


class ClientHello(msgspec.Struct, frozen=True, kw_only=True):
    """What is offered to a server."""

    highest: Version
    suites: tuple[int, ...]
    groups: tuple[int, ...] = ()
    lowest: Version = Version.SSL3
    """The oldest version offered; only a hello for TLS 1.3 can say so."""
    shares: tuple[tuple[int, bytes], ...] = ()
    """Public keys by group. With none, a TLS 1.3 server names the group that it would take."""

    def offers(self, version: int, suite: int) -> bool:
        """Tell whether a server may choose `version` and `suite`."""
        if not self.lowest <= version <= self.highest or suite not in self.suites:
            return False
        return (suite in TLS12_SUITES) is (version < Version.TLS13)

    def encode(self, server_name: str | None) -> bytes:
        """Return the hello as one record; `server_name` is an ASCII host name, or None for none."""
        modern = self.highest is Version.TLS13
        body = (
            _number(2, min(self.highest, Version.TLS12))
            + secrets.token_bytes(32)
            + _vector(1, secrets.token_bytes(32) if modern else b"")
            + _vector(2, _numbers((*self.suites, RENEGOTIATION_INFO_SCSV)))
            + _vector(1, b"\0")
        )
        if self.highest is not Version.SSL3:
            extensions = self._extensions(server_name)
            body += _vector(2, extensions + _padding(len(body) + len(extensions) + 6))
        message = b"\x01" + _vector(3, body)
        return (
            _number(1, HANDSHAKE)
            + _number(2, min(self.highest, Version.TLS10))
            + _vector(2, message)
        )

    def _extensions(self, server_name: str | None) -> bytes:
        parts = [
            _extension(_RENEGOTIATION_INFO, b"\0"),
            _extension(_SUPPORTED_GROUPS, _vector(2, _numbers(self.groups))),
            _extension(_POINT_FORMATS, b"\x01\0"),
            _extension(_EXTENDED_MASTER_SECRET, b""),
            _extension(_STATUS_REQUEST, b"\x01\0\0\0\0"),
        ]
        if server_name is not None:
            name = b"\0" + _vector(2, server_name.encode("ascii"))
            parts.insert(0, _extension(_SERVER_NAME, _vector(2, name)))
        if self.highest >= Version.TLS12:
            schemes = _vector(2, _numbers(SIGNATURE_SCHEMES))
            parts.append(_extension(_SIGNATURE_ALGORITHMS, schemes))
        if self.highest is Version.TLS13:
            # RFC 8446 §4.2.1 names nothing below TLS 1.0 here; old servers do not read it anyway.
            lowest = max(self.lowest, Version.TLS10)
            versions = [each for each in reversed(Version) if lowest <= each <= self.highest]
            shares = b"".join(_number(2, group) + _vector(2, key) for group, key in self.shares)
            parts += [
                _extension(_SUPPORTED_VERSIONS, _vector(1, _numbers(versions))),
                _extension(_KEY_EXCHANGE_MODES, b"\x01\x01"),
                _extension(_KEY_SHARE, _vector(2, shares)),
            ]
        return b"".join(parts)


class ServerHello(msgspec.Struct, frozen=True, kw_only=True):
    """What a server chose."""

    version: Version
    suite: int
    group: int | None = None
    """The group of TLS 1.3."""
    share: bytes = b""
    retry: bool = False
    """It asks for another hello, with a key of `group`."""


class Certificates(msgspec.Struct, frozen=True):
    """A chain in DER as the server sent it, and what is stapled to its first certificate."""

    chain: tuple[bytes, ...]
    staple: bytes | None = None


class Messages:
    """Puts the handshake messages together that records may split or join anywhere."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Take the content of one record, and yield each message that is complete: type and body.

        Raises:
            MalformedError: a message claims to be larger than any that is expected.
        """
        self._waiting += data
        while len(self._waiting) >= 4:
            length = int.from_bytes(self._waiting[1:4], "big")
            if length > MAX_MESSAGE:
                raise MalformedError(f"a handshake message of {length} bytes")
            if len(self._waiting) < 4 + length:
                return
            message = bytes(self._waiting[: 4 + length])
            del self._waiting[: 4 + length]
            yield message[0], message[4:]


def read_record_header(header: bytes) -> tuple[int, int]:
    """Return the content type and the length of the record that `header` begins.

    Raises:
        NotTlsError: this begins no TLS record.
        MalformedError: the record is larger than TLS allows.
    """
    content, major, length = header[0], header[1], int.from_bytes(header[3:5], "big")
    if content not in (CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA) or major != 3:
        raise NotTlsError("no TLS record")
    if length > MAX_RECORD:
        raise MalformedError(f"a record of {length} bytes")
    return content, length


def read_server_hello(body: bytes) -> ServerHello:
    """Return what a ServerHello or HelloRetryRequest says.

    Raises:
        MalformedError: it is neither.
    """
    reader = _Reader(body)
    version = reader.number(2)
    retry = reader.take(32) == _RETRY
    reader.vector(1)
    suite = reader.number(2)
    reader.take(1)
    group, share = None, b""
    if reader.left:
        for kind, value in _read_extensions(reader.vector(2)):
            if kind == _SUPPORTED_VERSIONS:
                version = _Reader(value).number(2)
            elif kind == _KEY_SHARE:
                entry = _Reader(value)
                group = entry.number(2)
                share = entry.vector(2) if entry.left else b""
    if version not in Version.__members__.values():
        raise MalformedError(f"version 0x{version:04x}")
    return ServerHello(version=Version(version), suite=suite, group=group, share=share, retry=retry)


def read_certificates(body: bytes, version: Version) -> Certificates:
    """Return the chain in a Certificate message, and in TLS 1.3 what is stapled to it.

    Raises:
        MalformedError: it is no such message.
    """
    reader = _Reader(body)
    modern = version is Version.TLS13
    if modern:
        reader.vector(1)
    entries = _Reader(reader.vector(3))
    chain: list[bytes] = []
    staple: bytes | None = None
    while entries.left and len(chain) < MAX_CERTIFICATES:
        chain.append(entries.vector(3))
        extensions = _read_extensions(entries.vector(2)) if modern else ()
        for kind, value in extensions:
            if kind == _STATUS_REQUEST and len(chain) == 1:
                staple = read_certificate_status(value)
    return Certificates(tuple(chain), staple)


def read_certificate_status(body: bytes) -> bytes:
    """Return the OCSP response in a CertificateStatus message.

    Raises:
        MalformedError: it is no such message.
    """
    reader = _Reader(body)
    if reader.number(1) != 1:
        raise MalformedError("a certificate status of unknown type")
    return reader.vector(3)


def read_dh_bits(body: bytes, suite: int) -> int | None:
    """Return the bits of the prime in a ServerKeyExchange message; None where it has none.

    Raises:
        MalformedError: the prime is cut short.
    """
    if Trait.DHE not in TRAITS.get(suite, ()):
        return None
    return int.from_bytes(_Reader(body).vector(2), "big").bit_length()


class _Reader:
    """Reads numbers and vectors off the front of bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._place

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise MalformedError("a message that ends too early")
        self._place += count
        return self._data[self._place - count : self._place]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def vector(self, size: int) -> bytes:
        return self.take(self.number(size))


def _read_extensions(data: bytes) -> Iterator[tuple[int, bytes]]:
    reader = _Reader(data)
    while reader.left:
        yield reader.number(2), reader.vector(2)


def _number(size: int, value: int) -> bytes:
    return value.to_bytes(size, "big")


def _numbers(values: Sequence[int]) -> bytes:
    return struct.pack(f"!{len(values)}H", *values)


def _vector(size: int, content: bytes) -> bytes:
    return _number(size, len(content)) + content


def _extension(kind: int, content: bytes) -> bytes:
    return _number(2, kind) + _vector(2, content)


def _padding(length: int) -> bytes:
    """Lift a hello out of the lengths on which some load balancers hang, see RFC 7685 §4."""
    if not 256 <= length < 512:
        return b""
    return _extension(_PADDING, bytes(max(0, 512 - length - 4)))
