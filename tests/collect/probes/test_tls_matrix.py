"""The TLS probe against the matrix of real servers: every verdict is the true one."""

from __future__ import annotations

import asyncio
import shutil
import time

import msgspec
import pytest
from tls_matrix.certificates import NOW, Shelf
from tls_matrix.judge import statuses
from tls_matrix.servers import Fleet
from tls_matrix.truth import CASES, Case

from scanner.collect.probes.tls import MOST_CONNECTIONS, probe_endpoint
from scanner.model import Endpoint

AT_ONCE = 16


class Seen(msgspec.Struct):
    endpoint: Endpoint
    seconds: float
    status: dict[str, str]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """All servers at once, and every one probed in the same run."""
    if not shutil.which("gnutls-serv"):
        pytest.skip("gnutls-serv is missing; install gnutls-bin")
    if not shutil.which("nginx") and not shutil.which("/usr/sbin/nginx"):
        pytest.skip("nginx is missing; install nginx-light")
    shelf = Shelf(tmp_path_factory.mktemp("matrix"))
    fleet = Fleet(shelf)
    try:
        ports = fleet.start([case.server for case in CASES])
        found = asyncio.run(probe_all(shelf, ports))
    finally:
        fleet.stop()
    judged = statuses([endpoint for endpoint, _ in found], NOW)
    return {
        case.name: Seen(endpoint, seconds, judged[endpoint.id])
        for case, (endpoint, seconds) in zip(CASES, found, strict=True)
    }


async def probe_all(shelf: Shelf, ports: list[int]) -> list[tuple[Endpoint, float]]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def probe(case: Case, port: int) -> tuple[Endpoint, float]:
        async with gate:
            started = time.monotonic()
            endpoint = await probe_endpoint(
                f"{case.host}:{port}",
                server_name=case.server_name,
                connect=case.server.host,
                ca_file=shelf.ca_file,
                starttls=case.starttls,
                deadline=case.deadline,
                now=NOW,
            )
            return endpoint, time.monotonic() - started

    return await asyncio.gather(*map(probe, CASES, ports))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_verdict_on_a_real_server_is_the_true_one(seen: dict[str, Seen], case: Case) -> None:
    found = seen[case.name]
    assert found.status == case.status, found.endpoint.evidence
    assert int(found.endpoint.evidence["connections"]) <= MOST_CONNECTIONS
    assert found.seconds < case.deadline + 1


@pytest.mark.parametrize(
    ("name", "policy", "check", "status"),
    [
        ("CBC alone", "cryptrec-high", "tls.no-weak-cipher", "fail"),
        ("CBC alone", "cryptrec-recommended", "tls.no-weak-cipher", "pass"),
        ("TLS 1.2 alone", "cryptrec-high", "tls.modern-protocol", "fail"),
        ("TLS 1.2 alone", "cryptrec-recommended", "tls.modern-protocol", "pass"),
        ("TLS 1.2 alone", "nist-800-52", "tls.modern-protocol", "fail"),
        ("TLS 1.3 alone", "nist-800-52", "tls.modern-protocol", "pass"),
        ("TLS 1.3 alone", "cryptrec-high", "tls.no-weak-cipher", "pass"),
    ],
)
def test_policies_judge_the_same_server_by_their_own_values(
    seen: dict[str, Seen], name: str, policy: str, check: str, status: str
) -> None:
    endpoint = seen[name].endpoint
    assert statuses([endpoint], NOW, policy)[endpoint.id][check] == status


def test_the_matrix_has_cases_of_every_kind() -> None:
    assert len(CASES) >= 150
    assert len({case.name for case in CASES}) == len(CASES)
