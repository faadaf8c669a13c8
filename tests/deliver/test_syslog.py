"""Events arrive whole at the syslog servers that people run, and nowhere else."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trustme
from scans import person

from scanner.model import Mfa
from scanner.report import Report

MakeReport = Callable[..., Report]
Start = Callable[..., tuple[int, Path]]

APART = Path("/opt/syslog-ng")
"""Where syslog-ng lies unpacked: as a package it does not suffer another syslog beside it."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def certificate(authority: trustme.CA, tmp_path: Path) -> Path:
    """The certificate of the server, with its key and its authority beside it."""
    issued = authority.issue_cert("localhost")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "server.pem")
    issued.private_key_pem.write_to_path(tmp_path / "server.key")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "server.pem"


def rsyslog(folder: Path, port: int) -> list[str]:
    program = shutil.which("rsyslogd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if program is None:
        pytest.skip("rsyslog is not installed")
    (folder / "rsyslog.conf").write_text(
        f"""
        global(workDirectory="{folder}" defaultNetstreamDriver="ossl"
               defaultNetstreamDriverCAFile="{folder}/ca.pem"
               defaultNetstreamDriverCertFile="{folder}/server.pem"
               defaultNetstreamDriverKeyFile="{folder}/server.key")
        module(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1"
               StreamDriver.AuthMode="anon")
        input(type="imtcp" port="{port}")
        template(name="all" type="string"
                 string="%pri% %app-name% %msgid% %structured-data% %msg%\\n")
        *.* action(type="omfile" file="{folder}/received" template="all")
        """
    )
    return [program, "-n", "-f", f"{folder}/rsyslog.conf", "-i", f"{folder}/pid"]


def syslog_ng(folder: Path, port: int) -> list[str]:
    program = APART / "usr/sbin/syslog-ng"
    if not program.exists():
        pytest.skip("syslog-ng is not unpacked in /opt/syslog-ng")
    (folder / "syslog-ng.conf").write_text(
        f"""@version: 3.35
        source s {{ syslog(ip("127.0.0.1") port({port}) transport("tls") tls(
            key-file("{folder}/server.key") cert-file("{folder}/server.pem")
            peer-verify(optional-untrusted))); }};
        destination d {{ file("{folder}/received"
            template("$PRI $PROGRAM $MSGID [$SDATA] $MSG\\n") flush-lines(1)); }};
        log {{ source(s); destination(d); }};
        """
    )
    return [
        str(program), "-F", "--no-caps", "-f", f"{folder}/syslog-ng.conf",
        "-R", f"{folder}/persist", "-c", f"{folder}/control", "-p", f"{folder}/pid",
        "--module-path", str(next(APART.glob("usr/lib/syslog-ng/[0-9]*"))),
    ]  # fmt: skip


@pytest.fixture(params=[rsyslog, syslog_ng], ids=["rsyslog", "syslog-ng"])
def receiver(request: Any, certificate: Path) -> Iterator[tuple[int, Path]]:
    """Start a real syslog server, and return its port and the file of what it received."""
    folder, port = certificate.parent, free_port()
    libraries = [*APART.glob("**/*-linux-gnu"), APART / "usr/lib/syslog-ng"]
    environment = dict(os.environ)
    if request.param is syslog_ng:
        environment["LD_LIBRARY_PATH"] = ":".join(map(str, libraries))
    with (
        (folder / "errors").open("wb") as errors,
        subprocess.Popen(
            request.param(folder, port),
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        ) as server,
    ):
        try:
            await_port(port, server, folder / "errors")
            yield port, folder / "received"
        finally:
            server.terminate()


def await_port(port: int, server: subprocess.Popen[bytes], errors: Path) -> None:
    for _ in range(200):
        assert server.poll() is None, errors.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the server does not listen")


def received(path: Path, count: int) -> list[str]:
    """Wait until that many lines are there, and a little longer for what should not come."""
    for _ in range(600):
        if path.exists() and len(path.read_text(encoding="utf-8").splitlines()) >= count:
            break
        time.sleep(0.05)
    time.sleep(0.1)
    return path.read_text(encoding="utf-8").splitlines()


def documents(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line[line.index("{") :]) for line in lines]


@pytest.mark.parametrize("form", ["ndjson", "ocsf", "ecs"])
def test_every_event_arrives_over_tls_with_its_id(
    receiver: tuple[int, Path], post: Any, make_report: MakeReport, form: str
) -> None:
    port, path = receiver
    box = post(f"{{to: syslog, host: localhost, port: {port}, ca_file: ca.pem, format: {form}}}")
    report = box.record(make_report(*(person(str(n), Mfa.NONE) for n in range(300))))
    assert box.deliver() == []
    assert box.waiting == 0
    wanted = len(report.targets[0].findings) + (form != "ndjson")
    lines = received(path, wanted)
    assert len(documents(lines)) == wanted
    ids = {match for line in lines for match in re.findall(r'id="([^"]+)"', line)}
    assert len(ids) == wanted
    assert all(each.startswith(report.scan_id) for each in ids)
    if form == "ndjson":
        failing = [each for each in documents(lines) if each["status"] == "fail"]
        assert failing


def test_no_frame_is_longer_than_the_receiver_takes(
    receiver: tuple[int, Path], post: Any, make_report: MakeReport
) -> None:
    port, path = receiver
    box = post(f"{{to: syslog, host: localhost, port: {port}, ca_file: ca.pem, format: ocsf}}")
    report = make_report()
    [target] = report.targets
    long = tuple(
        msgspec.structs.replace(each, message="非常に長い" * 2000, fix="y" * 9000)
        for each in target.findings
    )
    report = msgspec.structs.replace(
        report, targets=(msgspec.structs.replace(target, findings=long),)
    )
    box.record(report)
    assert box.deliver() == []
    found = documents(received(path, len(long) + 1))
    assert len(found) == len(long) + 1
    for each in found[:-1]:
        assert each["metadata"]["is_truncated"] is True
        assert each["metadata"]["untruncated_size"] > 8000
        assert each["finding_info"]["uid"] in {one.fingerprint for one in long}


def test_a_server_that_proves_nothing_gets_nothing(
    receiver: tuple[int, Path], post: Any, make_report: MakeReport, tmp_path: Path
) -> None:
    port, path = receiver
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    box = post(f"{{to: syslog, host: localhost, port: {port}, ca_file: other.pem}}")
    box.record(make_report())
    [refused] = box.deliver()
    assert "did not prove its identity" in str(refused.cause)
    assert box.waiting == 1
    assert not path.exists() or path.read_text() == ""


def test_what_finds_no_server_waits_and_goes_out_in_order_later(
    receiver: tuple[int, Path], post: Any, make_report: MakeReport
) -> None:
    port, path = receiver
    closed = free_port()
    away = post(f"{{to: syslog, name: siem, host: localhost, port: {closed}, ca_file: ca.pem}}")
    reports = [away.record(make_report(day=day)) for day in range(2)]
    [refused] = away.deliver()
    assert (refused.sink, refused.waiting) == ("siem", 2)
    back = post(f"{{to: syslog, name: siem, host: localhost, port: {port}, ca_file: ca.pem}}")
    reports.append(back.record(make_report(day=2)))
    assert back.deliver() == []
    count = sum(len(each.targets[0].findings) for each in reports)
    told = [each["scan_id"] for each in documents(received(path, count))]
    assert list(dict.fromkeys(told)) == [each.scan_id for each in reports]


def test_the_end_is_said_before_the_connection_is_closed(
    certificate: Path, post: Any, make_report: MakeReport
) -> None:
    """A receiver that reads late must still find everything, then close_notify (RFC 5425, 4.4)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("server.key"))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    seen: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        raw, _ = listener.accept()
        with context.wrap_socket(raw, server_side=True, suppress_ragged_eofs=False) as stream:
            time.sleep(0.3)
            while piece := stream.recv(65_536):  # raises where the end is not said
                seen.append(piece)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        port = listener.getsockname()[1]
        box = post(f"{{to: syslog, host: localhost, port: {port}, ca_file: ca.pem, format: cef}}")
        report = box.record(make_report())
        assert box.deliver() == []
        thread.join()
    frames = list(read_frames(b"".join(seen)))
    assert len(frames) == len(report.targets[0].findings)
    assert all(re.match(rb"<\d+>1 2026-11-02T02:30:00.000Z \S+ mamori - mfa", f) for f in frames)


def test_a_server_that_refuses_the_client_in_the_end_has_taken_nothing(
    certificate: Path, post: Any, make_report: MakeReport
) -> None:
    """In TLS 1.3 that the client's certificate is missing is said after the client has begun."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("server.key"))
    context.load_verify_locations(certificate.with_name("ca.pem"))
    context.verify_mode = ssl.CERT_REQUIRED

    def serve(listener: socket.socket) -> None:
        raw, _ = listener.accept()
        with raw.dup() as line:
            with contextlib.suppress(ssl.SSLError):
                context.wrap_socket(raw, server_side=True)
            while line.recv(65_536):  # reads all of it, and throws it away
                pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        port = listener.getsockname()[1]
        box = post(f"{{to: syslog, host: localhost, port: {port}, ca_file: ca.pem}}")
        box.record(make_report())
        [refused] = box.deliver()
        thread.join()
    assert "certificate" in str(refused.cause).lower()
    assert box.waiting == 1


def read_frames(data: bytes) -> Iterator[bytes]:
    while data:
        length, _, data = data.partition(b" ")
        yield data[: int(length)]
        data = data[int(length) :]


def test_a_certificate_that_cannot_be_used_is_named(
    post: Any, make_report: MakeReport, tmp_path: Path
) -> None:
    (tmp_path / "client.pem").write_text("no certificate")
    box = post("{to: syslog, host: localhost, port: 9, cert_file: client.pem}")
    box.record(make_report())
    [refused] = box.deliver()
    said = f"The certificate {tmp_path / 'client.pem'} and its key cannot be used."
    assert str(refused.cause) == said
