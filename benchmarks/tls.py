"""What the TLS probe costs: connections and seconds for one healthy host, and for many at once."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import trustme

from scanner.collect.probes.tls import probe_endpoint
from scanner.model import Endpoint

NOW = datetime(2026, 6, 1, tzinfo=UTC)
AT_ONCE = 64


@contextmanager
def nginx(folder: Path, count: int) -> Iterator[list[int]]:
    """Serve `count` ports with TLS 1.2 and 1.3, as a distribution sets nginx up."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued = authority.issue_cert("localhost", "127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    with ExitStack() as reserved:
        sockets = [
            reserved.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        ports = [each.getsockname()[1] for each in sockets]
    listen = "\n".join(f"listen 127.0.0.1:{port} ssl;" for port in ports)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log /dev/null; worker_processes 2;\n"
        f"events {{ worker_connections 4096; }}\n"
        f"http {{ access_log off; server {{ {listen}\n"
        f"ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.pem;\n"
        f"ssl_protocols TLSv1.2 TLSv1.3; return 200; }} }}\n"
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    server = subprocess.Popen(
        [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(ports[-1])
        yield ports
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("nginx did not start.")


async def probe_all(ports: list[int], ca_file: Path) -> list[Endpoint]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def probe(port: int) -> Endpoint:
        async with gate:
            return await probe_endpoint(f"127.0.0.1:{port}", ca_file=ca_file, now=NOW)

    return await asyncio.gather(*map(probe, ports))


def measure(ports: list[int], ca_file: Path) -> None:
    wall, processor = time.perf_counter(), time.process_time()
    seen = asyncio.run(probe_all(ports, ca_file))
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    connections = sum(int(each.evidence["connections"]) for each in seen)
    sound = sum(
        (each.tls13, each.tls12, each.tls11, each.certificate_trusted) == (True, True, False, True)
        for each in seen
    )
    print(
        f"{len(ports):4} hosts: {wall:6.3f} s, {processor:6.3f} s of processor, "
        f"{connections} connections, {sound} right"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--hosts", type=int, default=200)
    count = arguments.parse_args().hosts
    with tempfile.TemporaryDirectory() as name, nginx(Path(name), count) as ports:
        ca_file = Path(name) / "ca.pem"
        measure(ports[:1], ca_file)
        measure(ports[:1], ca_file)
        measure(ports, ca_file)


if __name__ == "__main__":
    main()
