"""The TLS probe against real servers, and against servers that mean it ill."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from nameservers import SILENT, NameServer

from scanner.collect.probes.dns import Resolver
from scanner.collect.probes.tls import MOST_CONNECTIONS, EndpointError, probe_endpoint
from scanner.collect.probes.tls.connection import UnknownProtocolError
from scanner.collect.probes.tls.starttls import STARTTLS
from scanner.collect.probes.tls.suites import POST_QUANTUM, SUITES, TRAITS, Trait
from scanner.collect.probes.tls.way import connect
from scanner.model import Endpoint, Origin, Reason, Unknown

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOST = "ma.example.jp"
EVERYTHING = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Files(msgspec.Struct):
    authority: Path
    server: Path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA(key_type=trustme.KeyType.RSA)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    server = authority.issue_cert(HOST, "127.0.0.1", key_type=trustme.KeyType.RSA)
    server.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    return Files(folder / "ca.pem", folder / "server.pem")


def probe(port: int, files: Files | None = None, **options: Any) -> Endpoint:
    async def run() -> Endpoint:
        return await probe_on_this_loop(port, files, **options)

    return asyncio.run(run())


async def probe_on_this_loop(port: int, files: Files | None = None, **options: Any) -> Endpoint:
    return await probe_endpoint(
        f"{HOST}:{port}",
        connect=options.pop("connect", "127.0.0.1"),
        ca_file=files.authority if files else None,
        now=NOW,
        **options,
    )


@contextlib.contextmanager
def openssl(files: Files, *arguments: str) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    pem = str(files.server)
    accept = ("-accept", f"127.0.0.1:{port}", "-cert", pem, "-key", pem, "-quiet", "-www")
    server = subprocess.Popen(
        ["openssl", "s_server", *accept, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        server.kill()
        server.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)
    pytest.fail("the server did not start")


@contextlib.asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[int]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
            writer.close()
        except (OSError, EOFError, asyncio.CancelledError):
            writer.transport.abort()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            await asyncio.sleep(0.01)


def probe_served(handler: Handler, **options: Any) -> Endpoint:
    async def run() -> Endpoint:
        async with serving(handler) as port:
            return await probe_on_this_loop(port, **options)

    return asyncio.run(run())


def probe_python(context: ssl.SSLContext, files: Files, **options: Any) -> Endpoint:
    """Probe a server made with the standard library."""
    context.load_cert_chain(files.server)

    async def run() -> Endpoint:
        server = await asyncio.start_server(
            lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context
        )
        async with server:
            return await probe_on_this_loop(server.sockets[0].getsockname()[1], files, **options)

    return asyncio.run(run())


# Real servers


def test_a_sound_server_is_seen_as_such_in_few_connections(files: Files) -> None:
    modern = ("-cipher", "ECDHE+AESGCM:ECDHE+CHACHA20")
    with openssl(files, *modern, "-no_tls1", "-no_tls1_1") as port:
        seen = probe(port, files)
    assert (seen.id, seen.host, seen.port) == (f"{HOST}:{port}", HOST, port)
    assert seen.origin is Origin.PROBE
    assert (seen.reachable, seen.tls) == (True, True)
    assert (seen.tls13, seen.tls12, seen.tls11, seen.tls10, seen.ssl3) == (
        True,
        True,
        False,
        False,
        False,
    )
    assert (seen.aead, seen.forward_secrecy) == (True, True)
    weak = (seen.rc4, seen.triple_des, seen.null_cipher, seen.anonymous, seen.export_cipher)
    assert weak == (False,) * 5
    assert (seen.static_rsa, seen.cbc, seen.dh_bits) == (False, False, None)
    assert (seen.certificate_trusted, seen.trust_failure) == (True, None)
    assert (seen.chain_complete, seen.public_root, seen.hostname_matches) == (True, False, True)
    assert (seen.staple, seen.must_staple, seen.client_certificate) == (None, False, False)
    assert (seen.certificate_key, seen.certificate_key_bits) == ("RSA", 2048)
    assert seen.post_quantum is None
    assert int(seen.evidence["connections"]) <= 10
    assert not [name for name in seen.__struct_fields__ if isinstance(getattr(seen, name), Unknown)]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("-cipher", EVERYTHING),
            {"tls10": True, "tls11": True, "tls12": True, "tls13": True, "null_cipher": True}
            | {"anonymous": True, "static_rsa": True, "cbc": True, "ssl3": False},
        ),
        (
            ("-cipher", EVERYTHING, "-tls1"),
            {"tls10": True, "tls11": False, "tls12": False, "tls13": False, "ssl3": False}
            | {"aead": False, "post_quantum": None, "static_rsa": True},
        ),
        (
            ("-cipher", EVERYTHING, "-tls1_1"),
            {"tls10": False, "tls11": True, "tls12": False, "tls13": False, "aead": False},
        ),
        (
            ("-cipher", EVERYTHING, "-no_tls1_1", "-no_tls1_2"),
            {"tls10": True, "tls11": False, "tls12": False, "tls13": True, "aead": True},
        ),
        (("-tls1_3",), {"tls13": True, "tls12": False, "aead": True, "static_rsa": False}),
        (
            ("-cipher", "NULL-SHA256:@SECLEVEL=0", "-tls1_2"),
            {"null_cipher": True, "static_rsa": True, "aead": False, "forward_secrecy": False},
        ),
        (
            ("-cipher", "ADH-AES128-SHA:@SECLEVEL=0", "-tls1_2"),
            {"anonymous": True, "static_rsa": False, "forward_secrecy": False},
        ),
        (
            ("-cipher", "AES128-GCM-SHA256", "-tls1_2"),
            {"static_rsa": True, "aead": True, "forward_secrecy": False, "cbc": False},
        ),
        (
            ("-cipher", "ECDHE-RSA-AES128-SHA", "-tls1_2"),
            {"static_rsa": False, "aead": False, "forward_secrecy": True, "cbc": True},
        ),
        (
            ("-cipher", "DHE-RSA-AES128-GCM-SHA256", "-tls1_2"),
            {"dh_bits": 2048, "aead": True, "cbc": False},
        ),
        (("-tls1_3", "-Verify", "1"), {"client_certificate": True}),
        (("-tls1_2", "-Verify", "1"), {"client_certificate": True}),
        (("-tls1_3", "-groups", "P-384"), {"tls13": True, "certificate_trusted": True}),
        (("-tls1_3", "-groups", "X448"), {"tls13": True, "certificate_trusted": True}),
        (
            ("-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"),
            {"tls13": True, "certificate_trusted": True},
        ),
        (
            ("-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"),
            {"certificate_trusted": True},
        ),
        (("-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_8_SHA256"), {"certificate_trusted": True}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_a_server_offers_is_what_is_reported(
    files: Files, arguments: tuple[str, ...], expected: dict[str, Any]
) -> None:
    with openssl(files, *arguments) as port:
        seen = probe(port, files)
    assert {name: getattr(seen, name) for name in expected} == expected


def test_a_small_diffie_hellman_group_is_measured(files: Files, tmp_path: Path) -> None:
    group = tmp_path / "dh.pem"
    make = ["openssl", "dhparam", "-dsaparam", "-out", str(group), "1024"]
    subprocess.run(make, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("DHE-RSA-AES128-SHA:@SECLEVEL=0")
    context.load_dh_params(str(group))
    assert probe_python(context, files).dh_bits == 1024


def test_a_second_certificate_is_kept_as_evidence(files: Files, tmp_path: Path) -> None:
    second = tmp_path / "second.pem"
    trustme.CA().issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(second)
    der = x509.load_pem_x509_certificates(second.read_bytes())[0].fingerprint(hashes.SHA256())
    both = ("-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256:AES128-SHA", "-tls1_2")
    with openssl(files, *both, "-dcert", str(second), "-dkey", str(second)) as port:
        seen = probe(port, files)
    assert seen.certificate_key == "EC"
    assert seen.evidence["other certificates, SHA-256"] != der.hex()
    assert len(seen.evidence["other certificates, SHA-256"]) == 64


def test_the_name_decides_which_certificate_is_shown(files: Files) -> None:
    with openssl(files) as port:
        seen = probe(port, files, server_name="other.example.jp")
        by_address = asyncio.run(
            probe_endpoint(f"127.0.0.1:{port}", ca_file=files.authority, now=NOW)
        )
    assert seen.hostname_matches is False
    assert by_address.hostname_matches is True


def test_a_server_that_wants_a_name_is_asked_by_name(files: Files) -> None:
    def choose(_: Any, name: str | None, __: Any) -> int | None:
        return None if name == HOST else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.sni_callback = choose
    named = probe_python(context, files)
    nameless = probe_python(context, files, server_name="127.0.0.1")
    assert named.certificate_trusted is True
    # It refused everything, so that nothing is proved: least of all that old versions are off.
    assert isinstance(nameless.tls10, Unknown)
    assert isinstance(nameless.tls, Unknown)


FEATURES = b"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"
MYSQL = b"\x0a8.0.36\0" + bytes(4) + b"saltsalt\0" + b"\xff\xff\x2d\x02\0" + bytes(30)

STARTTLS_SCRIPTS: dict[str, list[tuple[bytes, bytes]]] = {
    # What has to arrive before each reply, and the reply.
    "smtp": [
        (b"", b"220-hello\r\n220 hi\r\n"),
        (b"EHLO mamori.invalid\r\n", b"250-me\r\n250 STARTTLS\r\n"),
        (b"STARTTLS\r\n", b"220 go\r\n"),
    ],
    "imap": [(b"", b"* OK hi\r\n"), (b"a STARTTLS\r\n", b"* NOTE x\r\na OK go\r\n")],
    "pop3": [(b"", b"+OK hi\r\n"), (b"STLS\r\n", b"+OK go\r\n")],
    "ftp": [
        (b"", b"220-Welcome\r\n to the files\r\n220 ready\r\n"),
        (b"AUTH TLS\r\n", b"234 go\r\n"),
    ],
    "ldap": [
        (
            bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037",
            bytes.fromhex("300c02010178070a010004000400"),
        )
    ],
    "postgres": [(bytes.fromhex("0000000804d2162f"), b"S")],
    "mysql": [
        (b"", len(MYSQL).to_bytes(3, "little") + b"\0" + MYSQL),
        (bytes.fromhex("20000001008a0000000000012d") + bytes(23), b""),
    ],
    "xmpp": [
        (b" to='ma.example.jp'>", b"<?xml version='1.0'?><stream:stream>" + FEATURES),
        (b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", b"<proceed xmlns='x'/>"),
    ],
    "sieve": [
        (b"", b'"IMPLEMENTATION" "x"\r\n"STARTTLS"\r\nOK\r\n'),
        (b"STARTTLS\r\n", b"OK\r\n"),
    ],
}


async def converse(
    script: list[tuple[bytes, bytes]], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    for awaited, reply in script:
        if awaited:
            await reader.readuntil(awaited)
        writer.write(reply)
        await writer.drain()


@pytest.mark.parametrize("protocol", sorted(STARTTLS.keys() - {"mysql"}))
def test_tls_is_found_behind_starttls(files: Files, protocol: str) -> None:
    async def run() -> Endpoint:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(files.server)

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await converse(STARTTLS_SCRIPTS[protocol], reader, writer)
            with contextlib.suppress(ssl.SSLError):
                await writer.start_tls(context)

        async with serving(handle) as port:
            return await probe_on_this_loop(port, files, starttls=protocol)

    seen = asyncio.run(run())
    assert (seen.tls, seen.certificate_trusted, seen.tls10) == (True, True, False)


def test_tls_is_found_behind_the_greeting_of_a_database(files: Files) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.server)
    (_, greeting), (request, _) = STARTTLS_SCRIPTS["mysql"]

    class Database(socketserver.BaseRequestHandler):
        """Reads no byte too many: the ClientHello follows at once."""

        def handle(self) -> None:
            self.request.sendall(greeting)
            assert self.request.recv(len(request), socket.MSG_WAITALL) == request
            with contextlib.suppress(OSError):
                context.wrap_socket(self.request, server_side=True)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Database) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        seen = probe(server.server_address[1], files, starttls="mysql")
        server.shutdown()
    assert (seen.tls, seen.certificate_trusted, seen.tls10) == (True, True, False)


@pytest.mark.parametrize(
    ("protocol", "refusal"),
    [
        ("smtp", b"502 what?\r\n"),
        ("imap", b"a BAD what?\r\n"),
        ("pop3", b"-ERR what?\r\n"),
        ("ftp", b"530 what?\r\n"),
        ("ldap", bytes.fromhex("308400000010020101788400000007") + b"\x0a\x01\x02\x04\0\x04\0"),
        ("postgres", b"N"),
        ("xmpp", b"<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
        ("sieve", b"NO\r\n"),
    ],
)
def test_who_refuses_starttls_speaks_no_tls(protocol: str, refusal: bytes) -> None:
    *before, (awaited, _) = STARTTLS_SCRIPTS[protocol]

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await converse([*before, (awaited, refusal)], reader, writer)
        await asyncio.sleep(0.2)

    seen = probe_served(handle, starttls=protocol)
    assert (seen.reachable, seen.tls) == (True, False)


def test_a_database_that_announces_no_tls_speaks_none() -> None:
    greeting = MYSQL.replace(b"\0\xff\xff", b"\0\xff\xf7")

    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(len(greeting).to_bytes(3, "little") + b"\0" + greeting)
        await writer.drain()
        await asyncio.sleep(0.2)

    assert probe_served(handle, starttls="mysql").tls is False


@pytest.mark.parametrize("protocol", STARTTLS)
@pytest.mark.parametrize("said", [b"\0\xff\x1b[2J\r\n", b"x" * 70_000, b"\x30\x84\xff\xff\xff\xff"])
def test_a_greeting_of_another_protocol_proves_nothing(protocol: str, said: bytes) -> None:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        await asyncio.sleep(0.2)

    seen = probe_served(handle, starttls=protocol, deadline=0.6)
    assert isinstance(seen.tls, Unknown)


def test_a_mail_server_without_starttls_speaks_no_tls() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        await reader.readline()
        writer.write(b"250 me\r\n")
        await reader.readline()
        writer.write(b"502 what?\r\n")
        await writer.drain()

    seen = probe_served(handle, starttls="smtp")
    assert (seen.reachable, seen.tls) == (True, False)
    assert isinstance(seen.tls10, Unknown)


# A server that speaks what no library does any more: real sockets, real hellos, chosen answers


class Hello(msgspec.Struct):
    version: int
    suites: list[int]
    groups: list[int]
    modern: bool


async def read_hello(reader: asyncio.StreamReader) -> Hello:
    header = await reader.readexactly(5)
    body = (await reader.readexactly(int.from_bytes(header[3:], "big")))[4:]
    place = 34 + 1 + body[34]
    count = int.from_bytes(body[place : place + 2], "big")
    suites = body[place + 2 : place + 2 + count]
    place += 2 + count + 2 + 2
    extensions: dict[int, bytes] = {}
    while place + 4 <= len(body):
        kind, size = (int.from_bytes(body[place + at : place + at + 2], "big") for at in (0, 2))
        extensions[kind] = body[place + 4 : place + 4 + size]
        place += 4 + size
    return Hello(
        version=int.from_bytes(body[:2], "big"),
        suites=numbers(suites),
        groups=numbers(extensions.get(10, b"")[2:]),
        modern=43 in extensions,
    )


def numbers(data: bytes) -> list[int]:
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def record(kind: int, body: bytes, version: int = 0x0303) -> bytes:
    return bytes([kind]) + version.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def alert(code: int) -> bytes:
    return record(21, bytes([2, code]))


def accept(version: int, suite: int, extensions: bytes = b"", random: bytes = bytes(32)) -> bytes:
    body = version.to_bytes(2, "big") + random + b"\0" + suite.to_bytes(2, "big") + b"\0"
    if extensions:
        body += len(extensions).to_bytes(2, "big") + extensions
    flight = message(2, body)
    if Trait.DHE in TRAITS[suite]:
        prime = (1 << 511 | 1).to_bytes(64, "big")
        flight += message(12, len(prime).to_bytes(2, "big") + prime + b"\0\x01\x02\0\x01\x02")
    return record(22, flight + message(14, b""))


class Choosing:
    """Serves the `suites` of each version as OpenSSL would: the newest common version first."""

    def __init__(self, suites: dict[int, list[int]], refusal: bytes = alert(40)) -> None:
        self.suites = suites
        self.refusal = refusal
        self.connections = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.write(self.answer(await read_hello(reader)))
        await writer.drain()

    def answer(self, hello: Hello) -> bytes:
        common = [version for version in self.suites if version <= hello.version]
        if not common:
            return self.refusal
        chosen = [each for each in self.suites[max(common)] if each in hello.suites]
        return accept(max(common), chosen[0]) if chosen else self.refusal


GOOD = [0xC02F, 0xC013]


@pytest.mark.parametrize(
    ("suites", "expected"),
    [
        ({0x0300: [0x0005]}, {"ssl3": True, "rc4": True, "static_rsa": True, "tls10": False}),
        ({0x0303: GOOD, 0x0300: [0x0005]}, {"ssl3": True, "tls12": True, "rc4": True}),
        ({0x0303: [*GOOD, 0x000A]}, {"triple_des": True, "rc4": False, "ssl3": False}),
        ({0x0303: GOOD, 0x0301: [0xC013, 0x000A]}, {"triple_des": True, "tls10": True}),
        ({0x0303: [*GOOD, 0x0014]}, {"export_cipher": True, "dh_bits": 512}),
        ({0x0303: GOOD, 0x0301: [0x0003]}, {"export_cipher": True, "rc4": True, "tls11": False}),
        ({0x0303: [*GOOD, 0x0018]}, {"anonymous": True, "rc4": True, "dh_bits": 512}),
        ({0x0303: [*GOOD, 0xC004]}, {"static_rsa": True}),
        ({0x0303: [0x0005]}, {"static_rsa": True, "rc4": True, "forward_secrecy": False}),
        ({0x0303: [0xC02F]}, {"cbc": False, "static_rsa": False, "dh_bits": None, "tls13": False}),
    ],
    ids=str,
)
def test_what_no_library_speaks_any_more_is_found(
    suites: dict[int, list[int]], expected: dict[str, Any]
) -> None:
    seen = probe_served(Choosing(suites))
    assert {name: getattr(seen, name) for name in expected} == expected


def test_every_weak_suite_is_found_by_itself() -> None:
    async def run() -> list[str]:
        missed = []
        facts = {
            "rc4": Trait.RC4,
            "triple_des": Trait.TRIPLE_DES,
            "null_cipher": Trait.NULL,
            "anonymous": Trait.ANONYMOUS,
            "export_cipher": Trait.EXPORT,
        }
        for suite, traits in TRAITS.items():
            weak = {fact for fact, trait in facts.items() if trait in traits}
            if not weak or suite >= 0xC0B4:
                continue
            async with serving(Choosing({0x0303: [*GOOD, suite]})) as port:
                seen = await probe_on_this_loop(port)
            found = {fact for fact in facts if getattr(seen, fact) is True}
            if found != weak:
                missed.append(SUITES[suite])
        return missed

    assert asyncio.run(run()) == []


RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


class ChoosingModern(Choosing):
    """Speaks TLS 1.3 too, in the groups and suites given, and asks for another key share."""

    groups: tuple[int, ...] = ()
    modern_suites: tuple[int, ...] = (0x1301,)

    def answer(self, hello: Hello) -> bytes:
        if not hello.modern:
            return super().answer(hello)
        group = next((each for each in self.groups if each in hello.groups), None)
        suite = next((each for each in self.modern_suites if each in hello.suites), None)
        if group is None or suite is None:
            return self.refusal
        extensions = bytes.fromhex("002b0002030400330002") + group.to_bytes(2, "big")
        return accept(0x0303, suite, extensions, RETRY)


@pytest.mark.parametrize("group", POST_QUANTUM)
def test_post_quantum_readiness_is_seen_without_post_quantum_code(group: int) -> None:
    server = ChoosingModern({0x0303: GOOD})
    server.groups = (group, 0x001D)
    seen = probe_served(server)
    assert isinstance(seen.post_quantum, str)
    assert "MLKEM" in seen.post_quantum or "Kyber" in seen.post_quantum
    assert seen.tls13 is True


def test_a_server_with_nothing_but_a_post_quantum_group_speaks_tls_1_3() -> None:
    server = ChoosingModern({0x0303: GOOD})
    server.groups = (0x11EC,)
    assert probe_served(server).tls13 is True


def test_integrity_without_encryption_in_tls_1_3_is_a_null_cipher() -> None:
    server = ChoosingModern({0x0303: GOOD})
    server.groups, server.modern_suites = (0x001D,), (0x1301, 0xC0B4)
    assert probe_served(server).null_cipher is True


# Refusals that are none, and those that are


def test_a_server_that_resets_what_it_does_not_speak_is_understood() -> None:
    server = Choosing({0x0303: GOOD}, refusal=b"")
    seen = probe_served(server)
    assert (seen.tls12, seen.tls10, seen.rc4) == (True, False, False)
    assert "again" in seen.evidence["legacy TLS 1.1"]


def test_an_alert_about_the_server_itself_counts_when_it_comes_again() -> None:
    seen = probe_served(Choosing({0x0303: GOOD}, refusal=alert(80)))
    assert (seen.tls10, seen.rc4) == (False, False)


TRUTH = {"tls12": True, "tls10": True, "tls11": False, "rc4": True, "static_rsa": True, "cbc": True}


@pytest.mark.parametrize("limit", range(13))
def test_a_server_that_turns_guests_away_is_never_thought_to_be_safe(limit: int) -> None:
    server = Choosing({0x0303: [*GOOD, 0x0005], 0x0301: [0x0005, 0xC013]})

    async def limited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if server.connections < limit:
            await server(reader, writer)

    seen = probe_served(limited)
    wrong = {name: getattr(seen, name) for name in TRUTH} | {
        name: truth for name, truth in TRUTH.items() if isinstance(getattr(seen, name), Unknown)
    }
    assert wrong == TRUTH


@pytest.mark.parametrize("turn", [0, 1])
def test_a_balancer_with_a_dead_server_behind_it_is_never_thought_to_be_safe(turn: int) -> None:
    server = Choosing({0x0303: [*GOOD, 0x0005], 0x0301: [0x0005, 0xC013]})
    connections = 0

    async def every_other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        if connections % 2 == turn:
            await server(reader, writer)

    seen = probe_served(every_other)
    assert False not in (seen.tls12, seen.tls10, seen.rc4, seen.static_rsa, seen.cbc)


def test_silence_proves_nothing() -> None:
    server = Choosing({0x0303: GOOD})

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = await read_hello(reader)
        if not set(hello.suites) & set(GOOD) or hello.version < 0x0303:
            await asyncio.sleep(30)
        writer.write(server.answer(hello))
        await writer.drain()

    seen = probe_served(mute, deadline=0.6)
    assert seen.tls12 is True
    assert isinstance(seen.tls10, Unknown)
    assert seen.tls10.reason is Reason.TIMED_OUT


def test_no_server_is_asked_more_often_than_promised() -> None:
    everything = [suite for suite in SUITES if suite < 0x1300 or suite >= 0xC000]
    server = Choosing(dict.fromkeys(range(0x0300, 0x0304), everything), refusal=b"")
    seen = probe_served(server)
    assert server.connections <= MOST_CONNECTIONS
    assert int(seen.evidence["connections"]) == server.connections


# Servers that mean it ill


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del writer
    await asyncio.sleep(30)
    await reader.read(1)


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    for byte in record(22, b"\x02\x00\xff\xff" + bytes(4000)):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def half_a_hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(accept(0x0303, 0xC02F)[:20])
    await asyncio.sleep(30)


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    while True:
        writer.write(record(22, b"") * 1000 + record(21, b"\x01\x5a") * 1000)
        await writer.drain()


async def endless_certificate(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    hello = message(2, b"\x03\x03" + bytes(32) + b"\0" + b"\xc0\x2f\0")
    writer.write(record(22, hello + b"\x0b\xff\xff\xff"))
    while True:
        writer.write(record(22, bytes(16_000)))
        await writer.drain()


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.transport.abort()


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"\x1b[2J\xff\x00 and so on")
    await writer.drain()


async def unoffered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(accept(0x0303, 0x1301))
    await writer.drain()


@pytest.mark.parametrize("handler", [hang, drip, half_a_hello, flood, reset, unoffered])
def test_a_server_that_means_it_ill_proves_nothing_and_holds_nobody_up(handler: Handler) -> None:
    started = time.monotonic()
    seen = probe_served(handler, deadline=0.4)
    assert time.monotonic() - started < 3
    assert seen.reachable is True
    for fact in ("tls", "tls10", "rc4", "certificate_trusted", "hostname_matches", "staple"):
        unknown = getattr(seen, fact)
        assert isinstance(unknown, Unknown), fact
        assert unknown.detail is not None
        assert unknown.remedy is not None


@pytest.mark.parametrize("handler", [hang, drip, half_a_hello])
def test_a_server_that_never_answers_costs_one_deadline(handler: Handler) -> None:
    started = time.monotonic()
    probe_served(handler, deadline=1)
    assert 0.9 < time.monotonic() - started < 1.9


def test_an_endless_certificate_is_not_gathered() -> None:
    seen = probe_served(endless_certificate, deadline=1)
    assert seen.tls is True
    assert isinstance(seen.certificate_trusted, Unknown)
    assert seen.certificate_trusted.reason is Reason.MALFORMED


def test_a_hello_that_comes_byte_by_byte_is_understood() -> None:
    server = Choosing({0x0303: GOOD})

    async def slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in server.answer(await read_hello(reader)):
            writer.write(bytes([byte]))
            await writer.drain()

    seen = probe_served(slowly)
    assert (seen.tls12, seen.tls10) == (True, False)


@pytest.mark.parametrize(
    "reply", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9\r\n", b"220"]
)
def test_another_protocol_is_no_tls(reply: bytes) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(reply)
        await writer.drain()

    seen = probe_served(handle)
    assert (seen.reachable, seen.tls) == (True, False)
    assert seen.evidence["modern"].startswith(reply[:3].decode())
    assert int(seen.evidence["connections"]) == 1


def test_garbage_is_shown_in_harmless_form() -> None:
    seen = probe_served(garbage)
    assert seen.tls is False
    assert seen.evidence["modern"].isprintable()


def test_a_web_server_that_waits_for_the_end_of_a_line_is_asked_in_clear() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.read(4) != b"HEAD":
            await asyncio.sleep(30)
        writer.write(b"HTTP/1.1 200 \x1b[2J\r\n\r\n")
        await writer.drain()

    seen = probe_served(handle, deadline=0.4)
    assert (seen.tls, seen.evidence["in clear"]) == (False, "HTTP/1.1 200 \\x1b[2J")


def test_a_complaint_about_missing_tls_is_no_proof_of_plain_http() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.read(4) == b"HEAD":
            writer.write(b"HTTP/1.1 400 The plain HTTP request was sent to HTTPS port\r\n\r\n")
            await writer.drain()

    assert isinstance(probe_served(handle).tls, Unknown)


def test_a_closed_port_is_named(files: Files) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    seen = probe(port, files)
    assert seen.reachable is False
    assert isinstance(seen.tls, Unknown)
    assert seen.tls.reason is Reason.UNREACHABLE
    assert int(seen.evidence["connections"]) == 1


@pytest.mark.parametrize(
    ("error", "reachable"), [(socket.EAI_NONAME, False), (socket.EAI_AGAIN, None)]
)
def test_a_name_that_does_not_resolve_is_named(
    monkeypatch: pytest.MonkeyPatch, error: int, reachable: bool | None
) -> None:
    def resolve(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(error, "no")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    seen = probe(443, connect="nowhere.invalid")
    assert (seen.reachable is False) is (reachable is False)
    assert isinstance(seen.tls, Unknown)
    assert seen.tls.reason is Reason.UNREACHABLE


def test_names_whose_servers_hang_hold_up_no_other(
    monkeypatch: pytest.MonkeyPatch, files: Files
) -> None:
    ended = threading.Event()

    def resolve(host: str, *given: Any, **named: Any) -> Any:
        if host == "slow.test":
            ended.wait(20)
        return genuine("127.0.0.1", *given, **named)

    genuine = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    async def run() -> list[Endpoint]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(files.server)
        server = await asyncio.start_server(
            lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context
        )
        async with server:
            port = server.sockets[0].getsockname()[1]
            slow = [probe_on_this_loop(port, connect="slow.test", deadline=1.0) for _ in range(80)]
            return await asyncio.gather(*slow, probe_on_this_loop(port, connect="quick.test"))

    begun = time.monotonic()
    *slow, quick = asyncio.run(run())
    assert time.monotonic() - begun < 10
    ended.set()
    assert quick.tls is True
    assert all(isinstance(each.reachable, Unknown) for each in slow)


def test_a_host_is_asked_for_at_the_resolver_that_is_named(
    nameserver: Callable[..., NameServer],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    server = nameserver({"host.test": [("A", "127.0.0.1")], "mute.test": [(SILENT, "")]})

    async def look(host: str) -> Endpoint:
        resolver = Resolver(server.address, seconds=0.2)
        return await probe_endpoint(f"{host}:{port}", resolver=resolver, now=NOW)

    said = {host: asyncio.run(look(host)) for host in ("host.test", "nowhere.test", "mute.test")}
    assert "connection refused" in said["host.test"].evidence["modern"]
    assert said["nowhere.test"].reachable is False
    assert isinstance(said["mute.test"].reachable, Unknown)


def test_the_next_address_is_tried_where_one_refuses() -> None:
    async def run() -> tuple[str, float]:
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            begun = time.monotonic()
            _, writer = await connect(("::1", "127.0.0.2", "127.0.0.1"), port)
            there = writer.get_extra_info("peername")[0]
            writer.close()
            return there, time.monotonic() - begun

    there, took = asyncio.run(run())
    assert there == "127.0.0.1"
    assert took < 5


@pytest.mark.parametrize("endpoint", ["", "a b", "a:0", "a:70000", "https://a", "::1:", "a..ﬀ"])
def test_what_is_no_endpoint_is_named(endpoint: str) -> None:
    with pytest.raises(EndpointError):
        asyncio.run(probe_endpoint(endpoint, connect="127.0.0.1:1", now=NOW))


def test_an_unknown_starttls_is_named() -> None:
    with pytest.raises(UnknownProtocolError, match="smtp, imap, pop3, ftp"):
        probe(1, starttls="gopher")


def test_a_japanese_name_is_asked_for_in_its_ascii_form(files: Files) -> None:
    with openssl(files) as port:
        seen = asyncio.run(
            probe_endpoint(f"日本語.jp:{port}", connect=f"127.0.0.1:{port}", now=NOW)
        )
    assert (seen.id, seen.host) == (f"日本語.jp:{port}", "xn--wgv71a119e.jp")
