"""Events to a syslog server: RFC 5424 messages over TLS (RFC 5425).

Syslog has no acknowledgement. What can be done is done: the connection is closed the way TLS wants
it, because a receiver drops what is still on its way otherwise, and no frame is longer than the
receiver takes, because it would tear it apart.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC
from typing import Annotated, Literal

import msgspec

from scanner.config import is_loopback
from scanner.deliver.events import Event, events
from scanner.deliver.file import DeliveryError
from scanner.deliver.shorten import shorten
from scanner.deliver.sink import Delivery, Sink, SinkOptions
from scanner.model import Severity, Text

SECONDS = 15.0
"""For the connection, and for each step of the conversation."""
_BATCH = 65_536
_BOM = b"\xef\xbb\xbf"
_SD_ID = "mamori@32473"
"""32473 is the enterprise number that RFC 5612 keeps for those who have none."""

_SEVERITIES: Mapping[Severity, int] = {
    Severity.CRITICAL: 2,
    Severity.HIGH: 3,
    Severity.MEDIUM: 4,
    Severity.LOW: 5,
    Severity.INFO: 6,
}
_NOTICE, _INFORMATIONAL = 5, 6


class SyslogOptions(SinkOptions, frozen=True, kw_only=True):
    """`{to: syslog, host: siem.example.co.jp, port: 6514}`."""

    host: Annotated[str, msgspec.Meta(min_length=1)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 6514
    format: str = "ndjson"
    transport: Literal["tls", "tcp"] = "tls"
    """`tcp` is for a server on this very machine."""
    ca_file: str | None = None
    cert_file: str | None = None
    """A certificate to show, with its key in the same file or in `key_file`."""
    key_file: str | None = None
    facility: Annotated[int, msgspec.Meta(ge=0, le=23)] = 13
    """RFC 5424, clause 6.2.1; 13 is the log audit."""
    max_bytes: Annotated[int, msgspec.Meta(ge=480, le=1_048_576)] = 8000
    """The longest frame; rsyslog takes 8096 bytes unless told otherwise."""

    @property
    def address(self) -> str:
        """The server."""
        return f"{self.host}:{self.port}"


def send(delivery: Delivery) -> None:
    """Send every event of the report."""
    options: SyslogOptions = delivery.options
    try:
        context = _context(delivery, options) if options.transport == "tls" else None
        with socket.create_connection((options.host, options.port), SECONDS) as stream:
            line = _Line(stream) if context is None else _TlsLine(stream, context, options.host)
            waiting = bytearray()
            for event in events(delivery.report, options.format):
                waiting += _frame(event, options)
                if len(waiting) >= _BATCH:
                    line.send(bytes(waiting))
                    waiting.clear()
            line.send(bytes(waiting))
            line.part()
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(
            "The receiver did not prove its identity ({cause}), so nothing was sent.",
            cause=error.verify_message or "verification failed",
        ) from None
    except OSError as error:
        raise DeliveryError(
            "The receiver cannot be reached ({cause}).",
            cause=error.strerror or type(error).__name__,
        ) from None


def _check(options: SyslogOptions) -> tuple[str, Text] | None:
    if options.transport == "tcp" and not is_loopback(f"tcp://{_bracketed(options.host)}"):
        return "transport", Text("without TLS the report can be read on the way; use tls.")
    return None


SYSLOG = Sink(
    options=SyslogOptions,
    send=send,
    files=("ca_file", "cert_file", "key_file"),
    events=True,
    check=_check,
)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _context(delivery: Delivery, options: SyslogOptions) -> ssl.SSLContext:
    authorities = delivery.path(options.ca_file) if options.ca_file is not None else None
    try:
        context = ssl.create_default_context(cafile=authorities)
    except OSError:
        raise DeliveryError("The CA file {file} cannot be read.", file=str(authorities)) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if options.cert_file is not None:
        key = delivery.path(options.key_file) if options.key_file is not None else None
        certificate = delivery.path(options.cert_file)
        try:
            # A key that asks for a passphrase would wait for somebody to type it.
            context.load_cert_chain(certificate, key, password="")
        except OSError:
            raise DeliveryError(
                "The certificate {file} and its key cannot be used.", file=str(certificate)
            ) from None
    return context


class _Line:
    """A connection to the receiver."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream

    def send(self, data: bytes) -> None:
        """Send all of `data`."""
        self._stream.sendall(data)

    def part(self) -> None:
        """Say that nothing more comes, and wait until the receiver has read it all.

        Not every receiver answers; one that does not has read to the end all the same.
        """
        with contextlib.suppress(OSError):
            self._stream.shutdown(socket.SHUT_WR)
            while data := self._stream.recv(_BATCH):
                self._hear(data)

    def _hear(self, data: bytes) -> None:
        """Take what the receiver says; there is nothing that it would have to say."""


class _TlsLine(_Line):
    """The same with TLS, whose bytes are carried here.

    A client of TLS 1.3 learns that its certificate is refused after it has sent everything, and a
    `SSLSocket` takes that alert for the answer to its close_notify.
    """

    def __init__(self, stream: socket.socket, context: ssl.SSLContext, host: str) -> None:
        super().__init__(stream)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._carry()
                if not (data := self._stream.recv(_BATCH)):
                    raise ConnectionResetError(errno.ECONNRESET, "closed") from None
                self._incoming.write(data)
                continue
            finally:
                self._carry()  # an alert of our own, too
            return

    def send(self, data: bytes) -> None:
        """Send all of `data`, encrypted."""
        while data:
            data = data[self._tls.write(data) :]
            self._carry()

    def part(self) -> None:
        """Say close_notify, and the rest as it is said without TLS. Raises where an alert comes."""
        self._hear(b"")  # so that nothing is left that could be taken for the answer
        with contextlib.suppress(ssl.SSLWantReadError):
            self._tls.unwrap()
        self._carry()
        super().part()

    def _hear(self, data: bytes) -> None:
        self._incoming.write(data)
        try:
            while self._tls.read(_BATCH):
                pass
        except ssl.SSLWantReadError:
            return
        except ssl.SSLError as error:
            if "ALERT" in (error.reason or ""):
                raise DeliveryError(
                    "The receiver broke off ({cause}), and may have taken nothing.",
                    cause=error.reason.replace("_", " ").lower(),
                ) from None

    def _carry(self) -> None:
        self._stream.sendall(self._outgoing.read())


def _frame(event: Event, options: SyslogOptions) -> bytes:
    """Return an event as a frame with its length before it (RFC 5425, clause 4.3)."""
    header = _header(event, options.facility)
    room = options.max_bytes - len(header) - len(str(options.max_bytes)) - 1
    message = header + shorten(event.data, room)
    return b"%d %b" % (len(message), message)


def _header(event: Event, facility: int) -> bytes:
    level = _NOTICE if event.unknown else _INFORMATIONAL
    if event.severity is not None:
        level = _SEVERITIES[event.severity]
    at = event.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    host = _word(socket.gethostname(), 255)
    data = f'[{_SD_ID} id="{_escaped(event.id)}"]'
    head = f"<{facility * 8 + level}>1 {at} {host} mamori - {_word(event.code, 32)} {data} "
    return head.encode() + _BOM


def _word(text: str, most: int) -> str:
    """Return `text` as a field of the header: printable ASCII without spaces."""
    return "".join(c if "!" <= c <= "~" else "?" for c in text)[:most] or "-"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")
