"""A question to one DNS server as bytes, and what is of use in the reply (RFC 1035 §4, RFC 6891).

Most questions of a probe have no answer, and a thousand domains are 35,000 questions. So a reply is
walked over as it lies there, and dnspython makes objects of the answers alone.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
from typing import Any

import msgspec

PAYLOAD = 1232
"""Bytes of a UDP answer, as agreed on DNS Flag Day 2020: larger ones are cut on the way."""
FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = 1, 2, 3, 4, 5
_TYPES = {"A": 1, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
_IN, _OPT = 1, 41
_ANSWERS, _TRUNCATED, _RECURSE, _VOUCHED, _OPERATION = 0x8000, 0x0200, 0x0100, 0x0020, 0x7800
_HEADER = 12
_MOST = 65_535


class MalformedReplyError(ValueError):
    """The bytes are no DNS message."""


class Record(msgspec.Struct, frozen=True):
    """One record of an answer: whose it is, in lower case, and what dnspython reads in it."""

    owner: str
    kind: str
    data: Any


class Reply(msgspec.Struct, frozen=True):
    """What a server says to a question."""

    code: int
    """The RCODE, with the bits that EDNS adds."""
    vouched: bool
    """The server has checked it by DNSSEC, and says so (AD)."""
    records: tuple[Record, ...]


class Question(msgspec.Struct, frozen=True):
    """A question for the records of one type of one name."""

    name: str
    """In ASCII, without a dot at its end; labels of 1 to 63 characters."""
    kind: str

    @property
    def section(self) -> bytes:
        """The question as it stands in a message."""
        # Label by label: in a name as people write it, a backslash would begin an escape.
        labels = (part.encode("ascii") for part in self.name.split("."))
        name = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
        return name + struct.pack("!HH", _TYPES[self.kind], _IN)

    def encode(self, number: int, *, extended: bool = True) -> bytes:
        """Return the message with this question and this id; `extended` is with EDNS.

        It asks for recursion, and to be told what DNSSEC says (RFC 6840 §5.7).
        """
        header = struct.pack("!6H", number, _RECURSE | _VOUCHED, 1, 0, 0, int(extended))
        options = b"\0" + struct.pack("!HHIH", _OPT, PAYLOAD, 0, 0) if extended else b""
        return header + self.section + options


async def ask(question: Question, server: tuple[str, int], seconds: float) -> Reply:
    """Return what `server`, an address and a port, replies.

    It is asked over UDP, and over TCP where the reply is cut short; once more in the old way where
    it does not know EDNS. Each way may take `seconds`, both together twice that.

    Raises:
        TimeoutError: no reply came in time; what answers another question is none.
        OSError, EOFError: the server cannot be reached, or went away.
        MalformedReplyError: the reply is no DNS message.
    """
    # A port of its own for each question, beside the id: both are to be guessed by who forges.
    async with asyncio.timeout(2 * seconds):
        reply = await _ask(question, server, seconds, extended=True)
        if reply.code in (FORMERR, NOTIMP):
            reply = await _ask(question, server, seconds, extended=False)
        return reply


async def _ask(
    question: Question, server: tuple[str, int], seconds: float, *, extended: bool
) -> Reply:
    number = secrets.randbits(16)
    message = question.encode(number, extended=extended)
    async with asyncio.timeout(seconds):
        wire = await _over_udp(message, question.section, server)
    if _flags(wire) & _TRUNCATED:
        wire = await _over_tcp(message, server)
        if not _replies(wire, message, question.section):
            raise MalformedReplyError
    return read_reply(wire)


async def _over_udp(message: bytes, section: bytes, server: tuple[str, int]) -> bytes:
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.settimeout(0)
        line.connect(server)  # so that only this server is heard, and that it is not there too
        line.send(message)
        while True:
            wire = await loop.sock_recv(line, _MOST)
            if _replies(wire, message, section):
                return wire


async def _over_tcp(message: bytes, server: tuple[str, int]) -> bytes:
    reader, writer = await asyncio.open_connection(*server)
    try:
        writer.write(struct.pack("!H", len(message)) + message)
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        return await reader.readexactly(length)
    finally:
        writer.transport.abort()


def _replies(wire: bytes, message: bytes, section: bytes) -> bool:
    """Tell whether `wire` is a reply to the question in `message`."""
    if len(wire) < _HEADER or wire[:2] != message[:2]:
        return False
    flags, questions = struct.unpack_from("!HH", wire, 2)
    if not flags & _ANSWERS or flags & _OPERATION:
        return False
    if questions == 0:  # servers that did not get as far as to read it
        return flags & 0xF in (FORMERR, SERVFAIL, NOTIMP, REFUSED)
    asked = wire[_HEADER : _HEADER + len(section)]
    return questions == 1 and asked.lower() == section.lower()


def _flags(wire: bytes) -> int:
    return int.from_bytes(wire[2:4], "big")


def read_reply(wire: bytes) -> Reply:
    """Return what a reply says.

    Raises:
        MalformedReplyError: it is no DNS message.
    """
    try:
        return _read(wire)
    except (struct.error, IndexError) as error:
        raise MalformedReplyError from error


def _read(wire: bytes) -> Reply:
    _, flags, questions, answers, *others = struct.unpack_from("!6H", wire)
    code = flags & 0xF
    place = _HEADER
    for _ in range(questions):
        place = _after_name(wire, place) + 4
    records = []
    for number in range(answers + sum(others)):
        begin = place
        place = _after_name(wire, begin)
        kind, group, lifetime, length = struct.unpack_from("!HHIH", wire, place)
        place += 10
        if place + length > len(wire):
            raise MalformedReplyError
        if number < answers and group == _IN and kind in _NAMES:
            records.append(_record(wire, begin, kind, place, length))
        elif number >= answers and kind == _OPT:
            code |= lifetime >> 24 << 4
        place += length
    return Reply(code, bool(flags & _VOUCHED), tuple(records))


_NAMES = {number: name for name, number in _TYPES.items()}


def _after_name(wire: bytes, place: int) -> int:
    """Return where the name that begins at `place` ends, without following where it points."""
    while True:
        length = wire[place]
        if length >= 0xC0:
            return place + 2
        if length > 63:
            raise MalformedReplyError
        place += 1 + length
        if not length:
            return place


def _record(wire: bytes, begin: int, kind: int, place: int, length: int) -> Record:
    import dns.exception
    import dns.name
    import dns.rdata
    import dns.rdataclass
    import dns.rdatatype

    try:
        owner, _ = dns.name.from_wire(wire, begin)
        group, type_ = dns.rdataclass.IN, dns.rdatatype.RdataType(kind)
        data = dns.rdata.from_wire(group, type_, wire, place, length)
    except (dns.exception.DNSException, ValueError) as error:
        raise MalformedReplyError from error
    return Record(spell(owner), _NAMES[kind], data)


def spell(name: Any) -> str:
    """Return a name of dnspython in lower case, without escapes or a dot at its end."""
    return b".".join(name.labels).decode("latin-1").lower().removesuffix(".")
