"""How a domain takes mail: real SMTP servers with and without STARTTLS, and MTA-STS over https."""

from __future__ import annotations

import asyncio
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from nameservers import NameServer, Zone, txt
from servers import Server

from scanner.collect.probes.dns import Resolver
from scanner.collect.probes.fetch import Visitor
from scanner.collect.probes.mail import probe_domain
from scanner.evaluate import evaluate
from scanner.model import Account, Deployment, SendingDomain
from scanner.policy import load_policy

POLICY = load_policy("baseline").only(["mail"])
GOOD = "version: STSv1\r\nmode: enforce\r\nmx: mx.example.test\r\nmax_age: 604800\r\n"


class Smtp(socketserver.ThreadingTCPServer):
    """A mail server that says hello, and STARTTLS where it has a `context`."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.context = context
        super().__init__(("127.0.0.1", 0), _Conversation)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a probe breaks handshakes off on purpose."""


class _Conversation(socketserver.StreamRequestHandler):
    server: Smtp

    def handle(self) -> None:
        self.wfile.write(b"220 mx.example.test ESMTP\r\n")
        for line in self.rfile:
            word = line.strip().upper()
            if word.startswith((b"EHLO", b"HELO")):
                offer = b"250-mx.example.test\r\n250-STARTTLS\r\n250 SIZE 1000\r\n"
                self.wfile.write(offer if self.server.context else b"250 mx.example.test\r\n")
            elif word == b"STARTTLS" and self.server.context is not None:
                self.wfile.write(b"220 go ahead\r\n")
                with self.server.context.wrap_socket(self.request, server_side=True) as secured:
                    secured.recv(1)
                return
            else:
                self.wfile.write(b"502 no\r\n")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def smtp() -> Iterator[Callable[..., Smtp]]:
    servers: list[Smtp] = []

    def start(context: ssl.SSLContext | None = None) -> Smtp:
        servers.append(Smtp(context))
        return servers[-1]

    yield start
    for each in servers:
        each.shutdown()
        each.server_close()


def context_for(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def statuses(
    server: NameServer, authority: trustme.CA, folder: Path, *, https: int = 9, smtp: int = 9
) -> dict[str, str]:
    authority.cert_pem.write_to_path(folder / "ca.pem")

    async def look() -> SendingDomain:
        resolver = Resolver(server.address)
        async with Visitor(
            ca_file=folder / "ca.pem", resolver=resolver, ports={443: https}
        ) as visitor:
            return await probe_domain(
                "example.test",
                resolver=resolver,
                visitor=visitor,
                ca_file=folder / "ca.pem",
                smtp_port=smtp,
                now=datetime.now(UTC),
            )

    deployment = Deployment(
        target="t",
        platform="p",
        collected_at=datetime.now(UTC),
        subjects=(Account(id="t"), asyncio.run(look())),
    )
    found = evaluate(deployment, POLICY, datetime.now(UTC))
    return {each.check.removeprefix("mail."): each.verdict.status.value for each in found}


ZONE: Zone = {
    "example.test": [("MX", "10 mx.example.test.")],
    "mx.example.test": [("A", "127.0.0.1")],
    "mta-sts.example.test": [("A", "127.0.0.1")],
    "_mta-sts.example.test": [txt("v=STSv1; id=20261124")],
}


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        (GOOD, "pass"),
        (GOOD.replace("enforce", "testing"), "fail"),
        (GOOD.replace("mx.example.test", "*.example.test"), "pass"),
        (GOOD.replace("mx.example.test", "other.test"), "fail"),
        (GOOD.replace("604800", "3600"), "fail"),
        (GOOD.replace("version: STSv1\r\n", ""), "fail"),
    ],
)
def test_mta_sts_is_judged_by_record_and_policy(
    nameserver: Callable[..., NameServer],
    serve: Callable[..., Server],
    authority: trustme.CA,
    tmp_path: Path,
    *,
    policy: str,
    status: str,
) -> None:
    server = serve(context_for(authority, "mta-sts.example.test"))
    path, kind = "/.well-known/mta-sts.txt", {"Content-Type": "text/plain; charset=utf-8"}
    server.answer(path, policy.encode(), headers=kind)
    found = statuses(nameserver(ZONE), authority, tmp_path, https=server.port)
    assert found["mta-sts"] == status


def test_a_policy_that_nobody_can_fetch_safely_does_not_count(
    nameserver: Callable[..., NameServer],
    serve: Callable[..., Server],
    authority: trustme.CA,
    tmp_path: Path,
) -> None:
    missing = serve(context_for(authority, "mta-sts.example.test"))
    found = statuses(nameserver(ZONE), authority, tmp_path, https=missing.port)
    assert found["mta-sts"] == "fail"
    stranger = serve(context_for(trustme.CA(), "mta-sts.example.test"))
    stranger.answer("/.well-known/mta-sts.txt", GOOD.encode())
    found = statuses(nameserver(ZONE), authority, tmp_path, https=stranger.port)
    assert found["mta-sts"] == "fail"
    assert stranger.asked == []
    found = statuses(nameserver(ZONE), authority, tmp_path)
    assert found["mta-sts"] == "inconclusive"  # nothing answers, here and now
    nameless = {name: records for name, records in ZONE.items() if not name.startswith("mta-sts.")}
    assert statuses(nameserver(nameless), authority, tmp_path)["mta-sts"] == "fail"


def test_mail_servers_are_judged_by_a_real_handshake(
    nameserver: Callable[..., NameServer],
    smtp: Callable[..., Smtp],
    authority: trustme.CA,
    tmp_path: Path,
) -> None:
    zone = {name: records for name, records in ZONE.items() if "mta-sts" not in name}
    good = smtp(context_for(authority, "mx.example.test"))
    plain = smtp()
    strange = smtp(context_for(trustme.CA(), "mx.example.test"))
    ports = {"good": good, "plain": plain, "strange": strange}
    found = {
        name: statuses(nameserver(zone), authority, tmp_path, smtp=int(each.server_address[1]))[
            "starttls"
        ]
        for name, each in ports.items()
    }
    # Without MTA-STS no sender looks at the certificate.
    assert found == {"good": "pass", "plain": "fail", "strange": "pass"}


def test_where_mta_sts_is_enforced_the_certificate_counts(
    nameserver: Callable[..., NameServer],
    serve: Callable[..., Server],
    smtp: Callable[..., Smtp],
    authority: trustme.CA,
    tmp_path: Path,
) -> None:
    policy = serve(context_for(authority, "mta-sts.example.test"))
    kind = {"Content-Type": "text/plain"}
    policy.answer("/.well-known/mta-sts.txt", GOOD.encode(), headers=kind)
    for signer, status in ((authority, "pass"), (trustme.CA(), "fail")):
        server = smtp(context_for(signer, "mx.example.test"))
        found = statuses(
            nameserver(ZONE),
            authority,
            tmp_path,
            https=policy.port,
            smtp=int(server.server_address[1]),
        )
        assert (found["mta-sts"], found["starttls"]) == ("pass", status)
