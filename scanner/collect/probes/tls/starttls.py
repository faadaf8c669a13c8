"""How a conversation that begins in clear is turned into TLS, in the words of each protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from scanner.collect.probes.tls.hello import MalformedError

MAX_LINES = 100
"""Lines of one reply."""
MAX_REPLY = 65_536
"""Bytes of one reply that has no lines."""

_LDAP_START_TLS = b"1.3.6.1.4.1.1466.20037"
_POSTGRES_SSL_REQUEST = bytes.fromhex("00000008 04d2162f")
_MYSQL_CLIENT_SSL = 0x0800


class NoStartTlsError(Exception):
    """The server says that it offers no TLS; `reply` is how."""

    def __init__(self, reply: bytes) -> None:
        super().__init__(reply)
        self.reply = reply[:64]


async def start_tls(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, protocol: str, host: str
) -> None:
    """Ask for TLS in the words of `protocol`, one of `STARTTLS`; `host` is whom one asks for.

    Raises:
        NoStartTlsError: the server says that it offers none.
        EOFError, OSError: the connection ended.
        MalformedError: what it says is not of the protocol.
    """
    await STARTTLS[protocol](reader, writer, host)


async def _smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: str) -> None:
    """RFC 3207."""
    await _expect(reader, b"220")
    writer.write(b"EHLO mamori.invalid\r\n")
    await _expect(reader, b"250")
    writer.write(b"STARTTLS\r\n")
    await _expect(reader, b"220", b"5")


async def _imap(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: str) -> None:
    """RFC 9051 §6.2.1."""
    await _expect(reader, b"* OK")
    writer.write(b"a STARTTLS\r\n")
    await _expect(reader, b"a OK", b"a ", skipping=b"* ")


async def _pop3(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: str) -> None:
    """RFC 2595 §4."""
    await _expect(reader, b"+OK")
    writer.write(b"STLS\r\n")
    await _expect(reader, b"+OK", b"-ERR")


async def _ftp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: str) -> None:
    """RFC 4217 §4."""
    await _expect(reader, b"220")
    writer.write(b"AUTH TLS\r\n")
    await _expect(reader, b"234", b"5")


async def _sieve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: str) -> None:
    """RFC 5804 §2.2; the capabilities come first, each in quotes."""
    await _expect(reader, b"OK", skipping=b'"')
    writer.write(b"STARTTLS\r\n")
    await _expect(reader, b"OK", b"NO")


async def _ldap(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: str) -> None:
    """RFC 4511 §4.14: an ExtendedRequest, and the resultCode of the answer."""
    name = bytes([0x80, len(_LDAP_START_TLS)]) + _LDAP_START_TLS
    message = b"\x02\x01\x01" + bytes([0x77, len(name)]) + name
    writer.write(bytes([0x30, len(message)]) + message)
    answer = await _read_ber(reader)
    # INTEGER 1, then [APPLICATION 24] whose length may take up to five bytes, then ENUMERATED.
    if answer[:4] != b"\x02\x01\x01\x78" or (code := answer[4:12].find(b"\x0a\x01")) < 0:
        raise MalformedError("a reply that is not of the protocol")
    result = answer[4 + code + 2 : 4 + code + 3]
    if result != b"\0":
        raise NoStartTlsError(b"resultCode " + str(int.from_bytes(result, "big")).encode())


async def _postgres(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: str) -> None:
    """The SSLRequest of PostgreSQL's frontend/backend protocol, §54.2.10."""
    writer.write(_POSTGRES_SSL_REQUEST)
    answer = await reader.readexactly(1)
    if answer == b"N":
        raise NoStartTlsError(answer)
    if answer != b"S":
        raise MalformedError("a reply that is not of the protocol")


async def _mysql(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: str) -> None:
    """The SSLRequest of the MySQL client/server protocol, after a HandshakeV10."""
    length = int.from_bytes((await reader.readexactly(4))[:3], "little")
    if length > MAX_REPLY:
        raise MalformedError("a reply that is not of the protocol")
    greeting = await reader.readexactly(length)
    version_ends = greeting.find(b"\0", 1)
    flags = version_ends + 1 + 4 + 8 + 1  # thread, salt, filler
    if greeting[:1] != b"\x0a" or version_ends < 0 or len(greeting) < flags + 2:
        raise MalformedError("a reply that is not of the protocol")
    if not int.from_bytes(greeting[flags : flags + 2], "little") & _MYSQL_CLIENT_SSL:
        raise NoStartTlsError(greeting[1:version_ends])
    # CLIENT_PROTOCOL_41, CLIENT_SSL, CLIENT_SECURE_CONNECTION; packets of 16 MiB; utf8mb4
    asked = (0x8A00).to_bytes(4, "little") + (1 << 24).to_bytes(4, "little") + b"\x2d" + bytes(23)
    writer.write(len(asked).to_bytes(3, "little") + b"\x01" + asked)


async def _xmpp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
    """RFC 6120 §5.4, as a client."""
    writer.write(
        b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' "
        b"xmlns:stream='http://etherx.jabber.org/streams' to='" + host.encode("ascii") + b"'>"
    )
    features = await _read_to(reader, b"</stream:features>")
    if b"urn:ietf:params:xml:ns:xmpp-tls" not in features:
        raise NoStartTlsError(b"no starttls among the stream's features")
    writer.write(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    answer = await _read_to(reader, b">")
    if b"<proceed" not in answer:
        raise NoStartTlsError(answer)


STARTTLS: dict[
    str, Callable[[asyncio.StreamReader, asyncio.StreamWriter, str], Awaitable[None]]
] = {
    "smtp": _smtp,
    "imap": _imap,
    "pop3": _pop3,
    "ftp": _ftp,
    "ldap": _ldap,
    "postgres": _postgres,
    "mysql": _mysql,
    "xmpp": _xmpp,
    "sieve": _sieve,
}
"""Protocols that begin in clear."""

PORTS = {
    "smtp": 25,
    "imap": 143,
    "pop3": 110,
    "ftp": 21,
    "ldap": 389,
    "postgres": 5432,
    "mysql": 3306,
    "xmpp": 5222,
    "sieve": 4190,
}
"""Where each of them listens, by the IANA registry of service names and port numbers."""


async def _read_ber(reader: asyncio.StreamReader) -> bytes:
    """Read the content of one SEQUENCE."""
    kind, length = await reader.readexactly(2)
    if length & 0x80:
        length = int.from_bytes(await reader.readexactly(min(length & 0x7F, 4)), "big")
    if kind != 0x30 or length > MAX_REPLY:
        raise MalformedError("a reply that is not of the protocol")
    return await reader.readexactly(length)


async def _read_to(reader: asyncio.StreamReader, end: bytes) -> bytes:
    try:
        return await reader.readuntil(end)
    except asyncio.LimitOverrunError:
        raise MalformedError("a reply that is not of the protocol") from None


async def _expect(
    reader: asyncio.StreamReader, good: bytes, bad: bytes = b"", skipping: bytes | None = None
) -> None:
    """Read one reply, of several lines perhaps, and see that it is the good one."""
    last = b""
    for _ in range(MAX_LINES):
        line = await _read_to(reader, b"\n")
        if skipping is not None and line.startswith(skipping):
            continue
        if good.isdigit() and line[:3].isdigit() and line[3:4] == b"-":
            last = line[:3] + b" "
        if not line.startswith(last) or (line[3:4] == b"-" and last):
            continue
        if line.startswith(good):
            return
        if bad and line.startswith(bad):
            raise NoStartTlsError(line)
        break
    raise MalformedError("a reply that is not of the protocol")
