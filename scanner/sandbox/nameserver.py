"""A name server on a free port of loopback, over UDP, that answers for the demo's own domain."""

from __future__ import annotations

import socketserver
from collections.abc import Mapping

from scanner.sandbox.server import HOST, Serving

Zone = Mapping[str, tuple[tuple[str, str], ...]]
"""Records by name, each as (type, text as in a zone file)."""


class NameServer(Serving, socketserver.UDPServer):
    """Answers for one zone."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        super().__init__((HOST, 0), _Question)

    @property
    def address(self) -> str:
        """Where it listens, as `IP:PORT`."""
        return f"{HOST}:{self.server_address[1]}"

    def answer(self, wire: bytes) -> bytes:
        """Return the reply to one question."""
        import dns.message
        import dns.rcode
        import dns.rdatatype
        import dns.rrset

        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        reply = dns.message.make_response(query, recursion_available=True)
        records = [text for each, text in self._zone.get(name, ()) if each == kind]
        if records:
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records))
        elif not any(each == name or each.endswith(f".{name}") for each in self._zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()


class _Question(socketserver.BaseRequestHandler):
    server: NameServer

    def handle(self) -> None:
        wire, listener = self.request
        listener.sendto(self.server.answer(wire), self.client_address)
