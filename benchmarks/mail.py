"""How long probing 1,000 sending domains takes, beside the bare questions that it asks the DNS.

Both ask the same questions of the same name server on loopback (NSD), as many at a time; the bare
ones are asked with dnspython, one in five of them, and what that takes is multiplied. The time of
the processor is measured too, which other work on the machine does not lengthen.
"""

from __future__ import annotations

import asyncio
import base64
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scanner.collect.probes.dns import QUESTIONS_AT_ONCE, ROUNDS, SECONDS, Resolver
from scanner.collect.probes.dns_message import PAYLOAD
from scanner.collect.probes.fetch import Visitor
from scanner.collect.probes.mail import probe_domain

DOMAINS = 1000
AT_ONCE = 32
"""Domains at a time, as the command has it."""


def zone() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    public = base64.b64encode(
        key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()
    lines = [
        "$ORIGIN bench.test.",
        "$TTL 60",
        "@ SOA ns.bench.test. admin.bench.test. 1 60 60 60 60",
        "@ NS ns.bench.test.",
        "ns A 127.0.0.1",
    ]
    for number in range(DOMAINS):
        name = f"d{number}"
        lines += [
            f'{name} TXT "v=spf1 include:spf.{name}.bench.test a -all"',
            f"{name} MX 0 .",
            f"{name} A 192.0.2.1",
            f'spf.{name} TXT "v=spf1 ip4:192.0.2.0/24 -all"',
            f'_dmarc.{name} TXT "v=DMARC1; p=reject; rua=mailto:dmarc@{name}.bench.test"',
            f's1._domainkey.{name} TXT "v=DKIM1; p={public[:200]}" "{public[200:]}"',
        ]
    return "\n".join(lines) + "\n"


@contextmanager
def name_server() -> Iterator[int]:
    program = shutil.which("nsd", path="/usr/sbin:/usr/bin:/sbin")
    if program is None:
        print("nsd is not installed; nothing was measured")
        sys.exit(0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "zone").write_text(zone())
        (folder / "nsd.conf").write_text(
            f'server:\n  ip-address: 127.0.0.1@{port}\n  username: ""\n  chroot: ""\n'
            f'  zonesdir: {folder}\n  database: ""\n  pidfile: {folder}/pid\n'
            f"  xfrdfile: {folder}/xfrd\n  zonelistfile: {folder}/zones\n  logfile: {folder}/log\n"
            f"  cookie-secret-file: {folder}/cookie\n  rrl-ratelimit: 0\n"
            "remote-control:\n  control-enable: no\n"
            f"zone:\n  name: bench.test\n  zonefile: {folder}/zone\n"
        )
        with subprocess.Popen([program, "-d", "-c", folder / "nsd.conf"]) as process:
            try:
                time.sleep(1)
                yield port
            finally:
                process.terminate()


SHARE = 5
"""One in so many questions is asked bare."""


class Cost(NamedTuple):
    """Seconds."""

    clock: float
    processor: float


@contextmanager
def cost(of: str, costs: dict[str, Cost]) -> Iterator[None]:
    begun, busy = time.perf_counter(), time.process_time()
    yield
    costs[of] = Cost(time.perf_counter() - begun, time.process_time() - busy)


class Remembering(Resolver):
    """Remembers every question that it was asked first."""

    @property
    def questions(self) -> list[tuple[str, str]]:
        return list(self._asked)


async def probe(port: int) -> list[tuple[str, str]]:
    resolver = Remembering(f"127.0.0.1:{port}")
    gate = asyncio.Semaphore(AT_ONCE)
    async with Visitor(resolver=resolver) as visitor:

        async def one(domain: str) -> None:
            async with gate:
                found = await probe_domain(
                    domain, resolver=resolver, visitor=visitor, now=datetime.now(UTC)
                )
            assert found.dkim_present is True
            assert found.spf_lookups == 2
            assert found.dmarc_policy == "reject"

        await asyncio.gather(*(one(f"d{number}.bench.test") for number in range(DOMAINS)))
    return resolver.questions


async def ask(port: int, questions: list[tuple[str, str]]) -> None:
    gate = asyncio.Semaphore(QUESTIONS_AT_ONCE)

    async def one(name: str, kind: str) -> None:
        query = dns.message.make_query(name, kind, use_edns=0, payload=PAYLOAD)
        query.flags |= dns.flags.AD
        for _ in range(ROUNDS):
            with suppress(dns.exception.Timeout):
                async with gate:
                    await dns.asyncquery.udp_with_fallback(query, "127.0.0.1", SECONDS, port)
                return

    await asyncio.gather(*(one(*question) for question in questions))


def main() -> None:
    costs: dict[str, Cost] = {}
    with name_server() as port:
        with cost("probing", costs):
            questions = asyncio.run(probe(port))
        with cost("bare questions", costs):
            asyncio.run(ask(port, questions[::SHARE]))
    bare = costs["bare questions"]
    costs["bare questions"] = bare = Cost(bare.clock * SHARE, bare.processor * SHARE)
    print(f"{DOMAINS} domains, {len(questions)} questions")
    for what, each in costs.items():
        print(f"{what:16}{each.clock:8.2f} s{each.processor:8.2f} s of processor")
    whole = costs["probing"]
    print(
        f"ratio           {whole.clock / bare.clock:8.2f}  {whole.processor / bare.processor:8.2f}"
    )


if __name__ == "__main__":
    main()
