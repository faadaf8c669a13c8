"""One question over one connection: what is sent, what came back, and when to stop waiting."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

import msgspec

from scanner.collect.probes.dns import Resolver
from scanner.collect.probes.tls.flight import KeyExchange, Opener
from scanner.collect.probes.tls.hello import (
    ALERT,
    APPLICATION_DATA,
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_STATUS,
    CHANGE_CIPHER_SPEC,
    RECORD_HEADER,
    SERVER_HELLO,
    SERVER_HELLO_DONE,
    SERVER_KEY_EXCHANGE,
    Certificates,
    ClientHello,
    MalformedError,
    Messages,
    NotTlsError,
    ServerHello,
    read_certificate_status,
    read_certificates,
    read_dh_bits,
    read_record_header,
    read_server_hello,
)
from scanner.collect.probes.tls.starttls import STARTTLS, NoStartTlsError, start_tls
from scanner.collect.probes.tls.suites import ALERTS, GROUPS, REFUSING_ALERTS, SUITES, Version
from scanner.collect.probes.tls.way import addresses_of, connect
from scanner.model.errors import MamoriError

MAX_ANSWER = 262_144
"""Bytes that one connection may send."""
AT_ONCE = 10
"""All that a clean endpoint is asked leaves together."""
AT_ONCE_IN_CLEAR = 2
"""Mail servers and databases count connections and turn away those who open many."""
PATIENCE = 0.4
"""The share of the deadline that one question may take once the endpoint has answered another."""


class Outcome(StrEnum):
    """How one question ended."""

    ACCEPTED = "accepted"
    """A ServerHello that keeps to what was offered."""
    REFUSED = "refused"
    """An alert that says so."""
    ALERTED = "alerted"
    """An alert that need not be about what was offered: once, no proof."""
    CLOSED = "closed"
    """Reset or closed without a word: by itself no proof."""
    SILENT = "silent"
    """The deadline came first."""
    UNREACHABLE = "unreachable"
    """No connection came about."""
    ABSENT = "absent"
    """Nobody is there: the name does not exist, or the port is closed."""
    NO_STARTTLS = "no_starttls"
    NOT_TLS = "not_tls"
    MALFORMED = "malformed"
    UNASKED = "unasked"
    """The most connections that mamori allows itself were used up."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back for one hello."""

    asked: ClientHello
    outcome: Outcome
    ended: Outcome
    """The same, but for a ServerHello that nothing sound followed: how that came."""
    seen: str
    """What was seen on the wire, for the evidence."""
    hello: ServerHello | None = None
    certificates: Certificates | None = None
    dh_bits: int | None = None
    certificate_requested: bool | None = None
    """None where the server did not get as far as to say."""

    @property
    def version(self) -> Version | None:
        """The version that the server chose."""
        return self.hello.version if self.hello else None

    @property
    def suite(self) -> int | None:
        """The suite that the server chose."""
        return self.hello.suite if self.hello else None


class UnknownProtocolError(MamoriError):
    """There is no such protocol with STARTTLS."""


class Line:
    """The way to one endpoint: always to the same address, and never more often than `most`.

    All questions together may take `deadline` seconds from the first one on. One alone may take all
    of them until the endpoint has answered once; from then on, an answer is worth no long wait.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        server_name: str | None,
        starttls: str | None,
        resolver: Resolver | None = None,
        deadline: float,
        most: int,
    ) -> None:
        if starttls not in (None, *STARTTLS):
            raise UnknownProtocolError(
                "STARTTLS is known for {protocols}, not for {given}.",
                protocols=", ".join(STARTTLS),
                given=repr(starttls),
            )
        self.address: str | None = None
        """Where the first connection went; so do all the others."""
        self.connected = asyncio.Event()
        """Set once a connection has come about."""
        self.connections = 0
        self.deadline = deadline
        self.starttls = starttls
        self._ends: float | None = None
        self._has_answered = False
        self._host, self._port = host, port
        self._resolver = resolver
        self._server_name = server_name
        self._most = most
        self._gate = asyncio.Semaphore(AT_ONCE_IN_CLEAR if starttls else AT_ONCE)

    async def ask(self, hello: ClientHello, exchange: KeyExchange | None = None) -> Answer:
        """Send `hello` over a new connection, and return what came of it.

        With the `exchange` whose keys the hello holds, the encrypted flight is read too. Nothing
        that the other side does raises.
        """
        async with self._gate:
            until = self._until()
            if until is None:
                return _unasked(hello, Outcome.SILENT, "no time left")
            if self.connections >= self._most:
                return _unasked(hello, Outcome.UNASKED, "not asked")
            self.connections += 1
            listener = _Listener(hello, exchange)
            ended, seen = await self._converse(listener, until)
        if listener.hello or ended in (Outcome.REFUSED, Outcome.ALERTED):
            self._has_answered = True
        return Answer(
            asked=hello,
            outcome=Outcome.ACCEPTED if listener.hello else ended,
            ended=ended,
            seen=_describe(listener.hello) if listener.hello else seen,
            hello=listener.hello,
            certificates=listener.certificates,
            dh_bits=listener.dh_bits,
            certificate_requested=listener.certificate_requested,
        )

    async def ask_in_clear(self) -> bytes:
        """Send an HTTP request without TLS, and return the first bytes of the answer, if any."""
        request = f"HEAD / HTTP/1.1\r\nHost: {self._host}\r\nConnection: close\r\n\r\n"
        async with self._gate:
            until = self._until()
            if until is None or self.connections >= self._most:
                return b""
            self.connections += 1
            try:
                async with asyncio.timeout_at(until), self._connected() as (reader, writer):
                    writer.write(request.encode("ascii"))
                    return await reader.read(32)
            except (OSError, TimeoutError):
                return b""

    def _until(self) -> float | None:
        """Return until when a question that is asked now may take; None where it is too late."""
        now = asyncio.get_running_loop().time()
        if self._ends is None:
            self._ends = now + self.deadline
        if now >= self._ends:
            return None
        patience = PATIENCE if self._has_answered else 1
        return min(self._ends, now + patience * self.deadline)

    async def _converse(self, listener: _Listener, until: float) -> tuple[Outcome, str]:
        connected = False
        try:
            async with asyncio.timeout_at(until), self._connected() as (reader, writer):
                connected = True
                if self.starttls is not None:
                    name = self._server_name or self._host
                    await start_tls(reader, writer, self.starttls, name)
                record = listener.asked.encode(self._server_name)
                writer.write(record)
                return await _listen(reader, listener, record[RECORD_HEADER:])
        except (NoStartTlsError, _AnotherProtocolError, MalformedError) as error:
            return _misunderstood(error)
        except asyncio.IncompleteReadError as end:
            return _closed_early(end.partial)
        except TimeoutError:
            return Outcome.SILENT, "no answer" if connected else "no connection"
        except (OSError, UnicodeError) as error:
            return (Outcome.CLOSED, "reset") if connected else _not_connected(error)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        if self.address is None:
            reader, writer = await connect(
                await addresses_of(self._host, self._resolver), self._port
            )
        else:
            reader, writer = await asyncio.open_connection(self.address, self._port)
        try:
            self.address = self.address or writer.get_extra_info("peername")[0]
            self.connected.set()
            yield reader, writer
        finally:
            writer.transport.abort()


def _unasked(hello: ClientHello, outcome: Outcome, seen: str) -> Answer:
    return Answer(asked=hello, outcome=outcome, ended=outcome, seen=seen)


class _Listener:
    """Gathers what a server says, message by message, until nothing more of interest follows."""

    def __init__(self, asked: ClientHello, exchange: KeyExchange | None) -> None:
        self.asked = asked
        self.exchange = exchange
        self.hello: ServerHello | None = None
        self.certificates: Certificates | None = None
        self.dh_bits: int | None = None
        self.certificate_requested: bool | None = None
        self.done = False
        self._requested = False

    def hear(self, kind: int, body: bytes) -> None:
        """Take one handshake message.

        Raises:
            MalformedError: it breaks the protocol.
        """
        if self.done:
            return
        if self.hello is None:
            self._hear_hello(kind, body)
        elif kind == SERVER_HELLO:
            raise MalformedError("a second ServerHello")
        elif kind == CERTIFICATE:
            self.certificates = read_certificates(body, self.hello.version)
            if self.hello.version is Version.TLS13:
                self._finish()
        elif kind == CERTIFICATE_STATUS and self.certificates is not None:
            staple = read_certificate_status(body)
            self.certificates = Certificates(self.certificates.chain, staple)
        elif kind == SERVER_KEY_EXCHANGE:
            self.dh_bits = read_dh_bits(body, self.hello.suite)
        elif kind == CERTIFICATE_REQUEST:
            self._requested = True
        elif kind == SERVER_HELLO_DONE:
            self._finish()

    def _hear_hello(self, kind: int, body: bytes) -> None:
        if kind != SERVER_HELLO:
            raise MalformedError("a handshake that does not begin with a ServerHello")
        hello = read_server_hello(body)
        if not self.asked.offers(hello.version, hello.suite):
            raise MalformedError("a ServerHello that chooses what was not offered")
        self.hello = hello
        if hello.version is Version.TLS13 and (hello.retry or self.exchange is None):
            self.done = True

    def _finish(self) -> None:
        self.certificate_requested = self._requested
        self.done = True


async def _listen(
    reader: asyncio.StreamReader, listener: _Listener, sent: bytes
) -> tuple[Outcome, str]:
    messages = Messages()
    opener: Opener | None = None
    async for content, header, sealed in _records(reader):
        body = sealed
        if content == APPLICATION_DATA:
            if opener is None:
                raise MalformedError("application data before the handshake")
            content, body = opener.open(header, sealed)  # noqa: PLW2901 - the record, opened
        if content == ALERT:
            ended = _read_alert(body)
            if ended is not None:
                return ended
            continue
        for kind, message in messages.feed(body):
            listener.hear(kind, message)
            if kind == SERVER_HELLO:
                opener = _opener(listener, sent, message)
        if listener.done:
            break
    return Outcome.ACCEPTED, ""


async def _records(reader: asyncio.StreamReader) -> AsyncIterator[tuple[int, bytes, bytes]]:
    """Yield the content type, the header and the body of each record that says something."""
    received = 0
    while True:
        header = await reader.readexactly(RECORD_HEADER)
        try:
            content, length = read_record_header(header)
        except NotTlsError:
            if received:
                raise
            raise _AnotherProtocolError(header + await _read_a_little(reader)) from None
        body = await reader.readexactly(length)
        received += RECORD_HEADER + length
        if received > MAX_ANSWER:
            raise MalformedError(f"more than {MAX_ANSWER} bytes")
        if content != CHANGE_CIPHER_SPEC:
            yield content, header, body


def _opener(listener: _Listener, sent: bytes, message: bytes) -> Opener | None:
    hello, exchange = listener.hello, listener.exchange
    if hello is None or exchange is None or hello.version is not Version.TLS13 or hello.retry:
        return None
    received = bytes([SERVER_HELLO]) + len(message).to_bytes(3, "big") + message
    return exchange.opener(hello, sent + received)


def _read_alert(body: bytes) -> tuple[Outcome, str] | None:
    """Return how an alert ends the conversation; None where it is a warning that does not."""
    if len(body) != 2:
        raise MalformedError("an alert that is none")
    level, code = body
    if level == 1 and code != 0:
        return None
    seen = f"alert {code} {ALERTS.get(code, 'unassigned')}"
    if code == 0:
        return Outcome.CLOSED, seen
    return Outcome.REFUSED if code in REFUSING_ALERTS else Outcome.ALERTED, seen


def _misunderstood(error: Exception) -> tuple[Outcome, str]:
    if isinstance(error, NoStartTlsError):
        return Outcome.NO_STARTTLS, printable(error.reply)
    if isinstance(error, _AnotherProtocolError):
        return Outcome.NOT_TLS, printable(error.begins)
    return Outcome.MALFORMED, str(error)


def _not_connected(error: OSError | UnicodeError) -> tuple[Outcome, str]:
    if isinstance(error, ConnectionRefusedError):
        return Outcome.ABSENT, "connection refused"
    if isinstance(error, UnicodeError):
        return Outcome.ABSENT, "no valid host name"
    if not isinstance(error, socket.gaierror):
        return Outcome.UNREACHABLE, f"no connection ({type(error).__name__})"
    missing = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
    outcome = Outcome.ABSENT if error.errno in missing else Outcome.UNREACHABLE
    return outcome, "name not resolved"


def _closed_early(partial: bytes) -> tuple[Outcome, str]:
    if partial and len(partial) < RECORD_HEADER:
        try:
            read_record_header(partial.ljust(RECORD_HEADER, b"\x03")[:2] + b"\0\0\0")
        except NotTlsError:
            return Outcome.NOT_TLS, printable(partial)
    return Outcome.CLOSED, "closed"


async def _read_a_little(reader: asyncio.StreamReader) -> bytes:
    """Return what lies ready, to show how a stranger's protocol begins."""
    try:
        async with asyncio.timeout(0.05):
            return await reader.read(27)
    except (OSError, TimeoutError):
        return b""


def _describe(hello: ServerHello) -> str:
    parts = [hello.version.title, SUITES[hello.suite]]
    if hello.group is not None:
        parts.append(GROUPS.get(hello.group, f"group 0x{hello.group:04x}"))
    if hello.retry:
        parts.append("by HelloRetryRequest")
    return ", ".join(parts)


def printable(data: bytes) -> str:
    """Return bytes from outside as ASCII that no terminal obeys."""
    return data.decode("ascii", "backslashreplace").encode("unicode_escape").decode("ascii")


class _AnotherProtocolError(Exception):
    def __init__(self, begins: bytes) -> None:
        super().__init__(begins)
        self.begins = begins
