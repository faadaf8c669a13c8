"""What the TLS probe costs: connections and seconds for one healthy host, and for many at once.

`--sslyze PYTHON` names the interpreter of an environment with sslyze (AGPL, so never in ours), and
measures it in the same run on the same servers.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
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


PEER = """
from sslyze import *
import os, sys, time
from pathlib import Path
ca, seconds, *ports = sys.argv[1:]
scanner, started, processor = Scanner(), time.perf_counter(), time.process_time()
asked = ScanCommandsExtraArguments(
    certificate_info=CertificateInfoExtraArgument(custom_ca_file=Path(ca)))
commands = {c for c in ScanCommand if "CIPHER_SUITES" in c.name} | {
    ScanCommand.CERTIFICATE_INFO, ScanCommand.ELLIPTIC_CURVES}
scanner.queue_scans([
    ServerScanRequest(server_location=ServerNetworkLocation("127.0.0.1", int(p)),
                      scan_commands=commands, scan_commands_extra_arguments=asked)
    for p in ports])
done = 0
for result in scanner.get_results():
    done += result.scan_status.name == "COMPLETED"
    if time.perf_counter() - started > float(seconds):
        break
took, busy = time.perf_counter() - started, time.process_time() - processor
print(f"{took:.3f} {busy:.3f} {done}", flush=True)
os._exit(0)
"""


def measure_peer(python: str, ports: list[int], ca_file: Path, longest: float) -> float:
    """Return the seconds that sslyze takes for the same questions about the same servers.

    It is stopped after `longest` seconds; what it has done by then is taken for its pace.
    """
    command = [python, "-c", PEER, str(ca_file), str(longest), *map(str, ports)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    seconds, processor, done = float(said[0]), float(said[1]), int(said[2])
    print(f"{done:4} hosts: {seconds:6.3f} s, {processor:6.3f} s of processor, by sslyze")
    return seconds * len(ports) / done


class Distance:
    """A proxy that holds everything back as long as it would travel; `rtt` in seconds."""

    def __init__(self, port: int, rtt: float) -> None:
        self._port, self._rtt = port, rtt

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        # The first bytes also wait for what the connection itself would have taken.
        # What is still on its way when the measurement ends is cancelled.
        with suppress(asyncio.CancelledError):
            await asyncio.gather(
                self._carry(reader, back, self._rtt), self._carry(there, writer, 0)
            )

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: float
    ) -> None:
        wait = first + self._rtt / 2
        try:
            while data := await reader.read(65_536):
                await asyncio.sleep(wait)
                writer.write(data)
                wait = self._rtt / 2
        except OSError:
            pass
        finally:
            writer.close()


async def probe_at_distance(port: int, ca_file: Path, rtt: float) -> float:
    """Return the seconds for one host that is `rtt` seconds away and back."""
    proxy = await asyncio.start_server(Distance(port, rtt), "127.0.0.1", 0)
    async with proxy:
        there = proxy.sockets[0].getsockname()[1]
        started = time.perf_counter()
        await probe_endpoint(f"127.0.0.1:{there}", ca_file=ca_file, now=NOW)
        return time.perf_counter() - started


async def probe_all(ports: list[int], ca_file: Path) -> list[Endpoint]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def probe(port: int) -> Endpoint:
        async with gate:
            return await probe_endpoint(f"127.0.0.1:{port}", ca_file=ca_file, now=NOW)

    return await asyncio.gather(*map(probe, ports))


def measure(ports: list[int], ca_file: Path) -> float:
    """Return the seconds that the probe takes for all of `ports`."""
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
    return wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--rtt", type=float, default=50, help="Milliseconds there and back.")
    parser.add_argument("--sslyze", metavar="PYTHON")
    parser.add_argument("--seconds", type=float, default=600, help="What sslyze may take.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, nginx(Path(name), given.hosts) as ports:
        ca_file = Path(name) / "ca.pem"
        measure(ports[:1], ca_file)
        one, all_of_them = measure(ports[:1], ca_file), measure(ports, ca_file)
        rtt = given.rtt / 1000
        seconds = asyncio.run(probe_at_distance(ports[0], ca_file, rtt))
        print(
            f"   1 host {given.rtt:.0f} ms away: {seconds:.3f} s, {seconds / rtt:.1f} round trips"
        )
        if given.sslyze:
            theirs = measure_peer(given.sslyze, ports[:1], ca_file, given.seconds)
            print(f"One host: {theirs / one:.0f} times as fast as sslyze")
            theirs = measure_peer(given.sslyze, ports, ca_file, given.seconds)
            print(f"{given.hosts} hosts: {theirs / all_of_them:.0f} times as fast as sslyze")


if __name__ == "__main__":
    main()
