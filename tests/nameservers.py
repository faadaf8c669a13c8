"""A real name server on loopback, over UDP and TCP, that answers from a zone and can misbehave."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest

Zone = dict[str, list[tuple[str, str]]]
"""Records by name, each as (type, text); `*.name` holds for what is not named."""

# What stands in place of a type, to misbehave for a name.
SILENT, FAILING, REFUSED = "SILENT", "FAILING", "REFUSED"
GARBAGE, TRUNCATED = "GARBAGE", "TRUNCATED"
_CODES = {FAILING: dns.rcode.SERVFAIL, REFUSED: dns.rcode.REFUSED}


class NameServer:
    """Starts at once on a free port of loopback; `asked` remembers the questions."""

    def __init__(self, zone: Zone, *, follows: bool = True, authenticated: bool = False) -> None:
        self.zone = {name.lower(): records for name, records in zone.items()}
        self.asked: list[tuple[str, str, str]] = []
        """Name, type and transport of each."""
        self._follows = follows
        self._authenticated = authenticated
        self._udp, self._tcp = self._listen()
        self.port = self._udp.server_address[1]
        self.address = f"127.0.0.1:{self.port}"
        for each in (self._udp, self._tcp):
            threading.Thread(target=each.serve_forever, args=(0.01,), daemon=True).start()

    def _listen(self) -> tuple[_Udp, _Tcp]:
        """Listen on a port that is free for both."""
        while True:
            udp = _Udp(("127.0.0.1", 0), _datagram(self))
            try:
                return udp, _Tcp(udp.server_address, _stream(self))
            except OSError:
                udp.server_close()

    def close(self) -> None:
        for each in (self._udp, self._tcp):
            each.shutdown()
            each.server_close()

    def reply(self, wire: bytes, transport: str) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = b".".join(question.name.labels).decode().rstrip(".").lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind, transport))
        reply = dns.message.make_response(query, recursion_available=True)
        if self._authenticated:
            reply.flags |= dns.flags.AD
        behaviours = {kind for kind, _ in self.zone.get(name, ())}
        if SILENT in behaviours:
            return None
        if GARBAGE in behaviours:
            return wire[:2] + b"\x84\x00 this is no DNS message"
        for behaviour, code in _CODES.items():
            if behaviour in behaviours:
                reply.set_rcode(code)
                return reply.to_wire()
        if TRUNCATED in behaviours and transport == "udp":
            reply.flags |= dns.flags.TC
            return reply.to_wire()
        self._fill(reply, name, kind)
        limit = max(query.payload, 512) if transport == "udp" else 65_535
        try:
            return reply.to_wire(max_size=limit)
        except dns.exception.TooBig:
            cut = dns.message.make_response(query)
            cut.flags |= dns.flags.TC
            return cut.to_wire()

    def _fill(self, reply: dns.message.Message, name: str, kind: str) -> None:
        for _ in range(20):
            records = self._records(name)
            if records is None:
                reply.set_rcode(dns.rcode.NXDOMAIN)
                return
            texts = [text for each, text in records if each == kind]
            alias = next((text for each, text in records if each == "CNAME"), None)
            owner = dns.name.Name([part.encode() for part in name.split(".")] + [b""])
            if alias is not None and not texts:
                reply.answer.append(dns.rrset.from_text(owner, 60, "IN", "CNAME", alias + "."))
                name = alias.lower()
                if self._follows:
                    continue
            elif texts:
                reply.answer.append(dns.rrset.from_text(owner, 60, "IN", kind, *texts))
            return

    def _records(self, name: str) -> list[tuple[str, str]] | None:
        if name in self.zone:
            return self.zone[name]
        if any(each.endswith(f".{name}") for each in self.zone):
            return []
        labels = name.split(".")
        for place in range(1, len(labels)):
            parent = ".".join(labels[place:])
            if f"*.{parent}" in self.zone:
                return self.zone[f"*.{parent}"]
            if parent in self.zone:
                return None
        return None


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True
    max_packet_size = 65_535

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


def _datagram(server: NameServer) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, listener = self.request
            answer = server.reply(wire, "udp")
            if answer is not None:
                listener.sendto(answer, self.client_address)

    return Handler


def _stream(server: NameServer) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            (length,) = struct.unpack("!H", self.rfile.read(2))
            answer = server.reply(self.rfile.read(length), "tcp")
            if answer is None:
                time.sleep(5)
                return
            self.wfile.write(struct.pack("!H", len(answer)) + answer)

    return Handler


def txt(text: str) -> tuple[str, str]:
    """Return a TXT record, in strings of at most 255 characters."""
    pieces = [text[place : place + 255] for place in range(0, len(text), 255)] or [""]
    quoted = ('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)
    return "TXT", " ".join(quoted)


@pytest.fixture
def nameserver() -> Iterator[Callable[..., NameServer]]:
    """Start name servers that are stopped when the test ends."""
    servers: list[NameServer] = []

    def start(zone: Zone, **behaviour: bool) -> NameServer:
        servers.append(NameServer(zone, **behaviour))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def dead_resolver() -> Iterator[str]:
    """Return the address of a resolver that takes questions and never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{listener.getsockname()[1]}"
