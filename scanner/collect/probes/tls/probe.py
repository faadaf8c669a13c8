"""The TLS probe's door: takes an endpoint as people write it, and returns it with its facts."""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import idna

from scanner.collect.probes.dns import Resolver
from scanner.collect.probes.tls.connection import Line
from scanner.collect.probes.tls.interview import MOST_CONNECTIONS, Interview
from scanner.collect.probes.tls.proof import Proof
from scanner.collect.probes.tls.starttls import PORTS
from scanner.model import Endpoint, Origin
from scanner.model.errors import MamoriError

DEFAULT_PORT = 443
_ENDPOINT = re.compile(r"(?:\[([0-9A-Fa-f:.]+(?:%\w+)?)\]|([^\s:/\[\]]+))(?::(\d{1,5}))?")


class EndpointError(MamoriError):
    """An endpoint, a host name or an address is not written as one."""


async def probe_endpoint(
    endpoint: str,
    *,
    server_name: str | None = None,
    connect: str | None = None,
    ca_file: Path | None = None,
    starttls: str | None = None,
    resolver: Resolver | None = None,
    deadline: float = 5.0,
    now: datetime,
) -> Endpoint:
    """Return what `endpoint`, a `host` or `host:port`, shows to a stranger.

    `server_name` is the name to ask for and to expect in the certificate, where it is not the host;
    `connect` the address (and port) to go to instead of looking the host up; `ca_file` a PEM file
    of authorities to trust beside the public ones; `starttls` one of the protocols in `STARTTLS`;
    `resolver` whom to ask for the host, where it is not the system.
    Everything together may take `deadline` seconds. Dates are judged as of `now`.

    Whatever the server, the network or the resolver does becomes a fact or a reason. Raises:
        EndpointError: the endpoint, the name or the address is not written as one.
        UnknownProtocolError: there is no such `starttls`.
        TrustStoreError: the `ca_file` cannot be used.
    """
    from scanner.collect.probes.tls.certificate import certificate_facts, load_trust_store

    host, port = _split(endpoint, PORTS.get(starttls or "", DEFAULT_PORT))
    address, there = _split(connect, port) if connect else (host, port)
    name = _split(server_name, port)[0] if server_name else host
    trust = load_trust_store(ca_file)
    line = Line(
        address,
        there,
        server_name=None if _is_address(name) else name,
        starttls=starttls,
        resolver=resolver,
        deadline=deadline,
        most=MOST_CONNECTIONS,
    )
    interview = Interview(line)
    await interview.conduct()
    proof = Proof(interview, endpoint)
    facts: dict[str, Any] = proof.facts()
    presented = proof.presented
    if presented is not None:
        chain, staple = presented.chain, presented.staple
        facts |= certificate_facts(chain, staple, host=name, trust=trust, now=now)
    return Endpoint(
        id=endpoint,
        name=endpoint,
        origin=Origin.PROBE,
        host=host,
        port=port,
        evidence=proof.evidence,
        **facts,
    )


def _split(endpoint: str, default_port: int) -> tuple[str, int]:
    """Return the host in ASCII, and the port."""
    if endpoint.count(":") > 1 and _is_address(endpoint):
        return endpoint, default_port  # IPv6 without the brackets that a port would need
    match = _ENDPOINT.fullmatch(endpoint)
    port = int(match[3] or default_port) if match else 0
    if match is None or not 0 < port < 65_536:
        raise EndpointError(
            "{endpoint} is no endpoint; write it as host:port, such as ma.example.co.jp:443.",
            endpoint=repr(endpoint),
        )
    return match[1] or _ascii(match[2]), port


def _ascii(host: str) -> str:
    """Return a host name as it is looked up and certified: IDNA 2008 where it is not ASCII."""
    bare = host.removesuffix(".").lower()
    if bare.isascii():
        return bare
    try:
        return idna.encode(bare, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise EndpointError("{host} is no valid host name.", host=repr(host)) from None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
