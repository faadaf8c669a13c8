"""Real servers on loopback: OpenSSL, GnuTLS, tlslite-ng, nginx, and some that mean it ill."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from tls_matrix.certificates import Shelf

EVERYTHING = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
LENIENT = """openssl_conf = lenient
[lenient]
ssl_conf = sections
[sections]
system_default = settings
[settings]
MinProtocol = None
CipherString = ALL:@SECLEVEL=0
"""
"""Lets OpenSSL serve what Debian forbids it."""

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server(msgspec.Struct, frozen=True):
    """How to start one server."""

    program: str
    arguments: tuple[str, ...] = ()
    chain: str = "good"
    handler: Handler | None = None
    host: str = "127.0.0.1"
    named: str | None = None
    """The name for which nginx shows the sound chain, and `chain` for all others."""

    def command(self, shelf: Shelf, port: int) -> list[str]:
        file = str(shelf.path(self.chain))
        staple = str(shelf.staple(self.chain))
        arguments = [
            each.format(staple=staple, folder=shelf.folder, good=shelf.path("good"))
            for each in self.arguments
        ]
        address = f"[{self.host}]" if ":" in self.host else self.host
        rest = shelf.path(self.chain).with_suffix(".rest")
        own = ["-cert", file, "-key", file]
        own += ["-cert_chain", str(rest)] if rest.stat().st_size else []
        match self.program:
            case "openssl":
                where = ["-accept", f"{address}:{port}"]
                return ["openssl", "s_server", *where, *own, "-quiet", "-www", *arguments]
            case "gnutls":
                pair = ["--x509certfile", file, "--x509keyfile", file]
                anonymous = ["--disable-client-cert"] if "-r" not in arguments else []
                return ["gnutls-serv", "-p", str(port), "-q", *pair, *anonymous, *arguments]
            case "tlslite":
                script = Path(sys.executable).with_name("tls.py")
                pair = ["-c", file, "-k", file]
                where = [f"{self.host}:{port}"]
                return [sys.executable, str(script), "server", *pair, *arguments, *where]
        raise ValueError(self.program)


def openssl(*arguments: str, chain: str = "good", host: str = "127.0.0.1") -> Server:
    return Server("openssl", arguments, chain, host=host)


def gnutls(priority: str, *arguments: str, chain: str = "rsa") -> Server:
    return Server("gnutls", ("--priority", priority, *arguments), chain)


def tlslite(*arguments: str, chain: str = "rsa") -> Server:
    return Server("tlslite", arguments, chain)


def nginx(*directives: str, chain: str = "good", named: str | None = None) -> Server:
    return Server("nginx", directives, chain, named=named)


def ill(handler: Handler) -> Server:
    return Server("handler", handler=handler)


class Fleet:
    """All the servers of the matrix, side by side; nginx is one process with many ports."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._processes: list[subprocess.Popen[bytes]] = []
        self._log = (shelf.folder / "servers.log").open("wb")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._nginx: list[str] = []
        self._handlers: list[asyncio.Server] = []
        (shelf.folder / "lenient.cnf").write_text(LENIENT)

    def start(self, servers: Sequence[Server]) -> list[int]:
        """Start all of them, and return the port of each once it listens."""
        ports = free_ports([each.host for each in servers])
        for place, server in enumerate(servers):
            if server.handler is not None:
                ports[place] = self._serve(server.handler)
            elif server.program == "nginx":
                self._nginx += self._sites(server, ports[place])
            else:
                self._spawn(server.command(self._shelf, ports[place]))
        if self._nginx:
            self._start_nginx()
        for server, port in zip(servers, ports, strict=True):
            if server.handler is None and not wait_for(server.host, port):
                log = (self._shelf.folder / "servers.log").read_text(errors="replace")
                raise AssertionError(f"{server} did not start:\n{log[-2000:]}")
        return ports

    def stop(self) -> None:
        """Stop all of them, and what they were still doing."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait()
        self._log.close()
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        for server in self._handlers:
            server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _spawn(self, command: list[str], **environment: str) -> None:
        self._processes.append(
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                cwd=self._shelf.folder,
                env={**os.environ, **environment},
            )
        )

    def _serve(self, handler: Handler) -> int:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await handler(reader, writer)
                writer.close()
            except (OSError, EOFError, asyncio.CancelledError):
                writer.transport.abort()

        async def start() -> int:
            server = await asyncio.start_server(handle, "127.0.0.1", 0)
            self._handlers.append(server)
            return int(server.sockets[0].getsockname()[1])

        return asyncio.run_coroutine_threadsafe(start(), self._loop).result()

    def _sites(self, server: Server, port: int) -> Iterator[str]:
        yield self._site(server.chain, server.arguments, port)
        if server.named is not None:
            sound = [each for each in server.arguments if "reject" not in each]
            yield self._site("good", (f"server_name {server.named}", *sound), port)

    def _site(self, chain: str, directives: Iterable[str], port: int) -> str:
        file, staple = self._shelf.path(chain), self._shelf.staple(chain)
        own = [f'ssl_certificate "{file}"', f'ssl_certificate_key "{file}"']
        given = [each.format(staple=staple, folder=self._shelf.folder) for each in directives]
        body = "; ".join([f"listen 127.0.0.1:{port} ssl", *own, *given, "return 200"])
        return f"server {{ {body}; }}"

    def _start_nginx(self) -> None:
        folder = self._shelf.folder
        sites = "\n".join(self._nginx)
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid; error_log /dev/null; events {{}}\n"
            f"http {{ access_log off; {sites} }}\n"
        )
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        command = [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
        self._spawn(command, OPENSSL_CONF=str(folder / "lenient.cnf"))


def free_ports(hosts: Sequence[str]) -> list[int]:
    """Return a port of its own for each host; all are held until all are found.

    They lie below those that systems give to outgoing connections, of which a test makes many
    before the last server listens.
    """
    candidates = iter(random.sample(range(12_000, 32_000), 5_000))
    with contextlib.ExitStack() as held:
        return [_hold(held, host, candidates) for host in hosts]


def _hold(held: contextlib.ExitStack, host: str, candidates: Iterator[int]) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in candidates:
        with contextlib.suppress(OSError):
            held.enter_context(socket.create_server((host, port), family=family))
            return port
    raise AssertionError("no port is free")


def wait_for(host: str, port: int) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return True
        time.sleep(0.02)
    return False


# Servers that mean it ill


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del writer
    await asyncio.sleep(60)
    await reader.read(1)


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    for byte in b"\x16\x03\x03\x10\x00\x02\x00\x0f\xfc" + bytes(4000):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.2)


async def half_a_hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"\x16\x03\x03\x00\x4a\x02\x00\x00\x46\x03\x03" + bytes(9))
    await asyncio.sleep(60)


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.close()


async def close_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    writer.close()


async def plain_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()


async def patient_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Waits for the end of the line that a ClientHello does not have."""
    line = await reader.readuntil(b"\n")
    if not line.endswith(b"HTTP/1.1\r\n"):
        await asyncio.sleep(60)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()


async def ssh(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    writer.write(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    await writer.drain()
    await asyncio.sleep(60)


async def mail_greeting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    writer.write(b"220 mail.example.jp ESMTP\r\n")
    await writer.drain()
    await asyncio.sleep(60)


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"\x1b[2J\xff\x00 and so on")
    await writer.drain()


async def internal_error(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"\x15\x03\x01\x00\x02\x02\x50")
    await writer.drain()


async def unrecognized_name(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"\x15\x03\x01\x00\x02\x02\x70")
    await writer.drain()


async def mute_after_connecting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write_eof()
    await asyncio.sleep(60)
