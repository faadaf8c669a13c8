"""The DNS as it behaves: every answer, absence and failure is told apart, over real sockets."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from nameservers import FAILING, GARBAGE, REFUSED, SILENT, TRUNCATED, NameServer, txt

from scanner.collect.probes.dns import (
    Answer,
    DomainError,
    Outcome,
    Resolver,
    ResolverError,
    ascii_domain,
    parse_resolver,
)
from scanner.collect.probes.domains import belongs, registrable
from scanner.model import Reason

T = TypeVar("T")
Start = Callable[..., NameServer]

ZONE = {
    "example.test": [txt("v=spf1 -all"), ("MX", "10 mx.example.test.")],
    "cut.example.test": [txt("short over TCP"), (TRUNCATED, "")],
    "large.example.test": [txt(f"record {number} " + "x" * 200) for number in range(40)],
    "silent.example.test": [(SILENT, "")],
    "failing.example.test": [(FAILING, "")],
    "refused.example.test": [(REFUSED, "")],
    "garbage.example.test": [(GARBAGE, "")],
    "alias.example.test": [("CNAME", "example.test")],
    "far.example.test": [("CNAME", "alias.example.test")],
    "lost.example.test": [("CNAME", "nowhere.elsewhere.test")],
    "round.example.test": [("CNAME", "about.example.test")],
    "about.example.test": [("CNAME", "round.example.test")],
    "*.wild.test": [txt("anything goes")],
    "below.empty.example.test": [txt("x")],
}


def ask(server: str, name: str, kind: str = "TXT", *, seconds: float = 2.0) -> Answer:
    return run(lambda: Resolver(server, seconds=seconds).ask(name, kind))


def run(question: Callable[[], Awaitable[T]]) -> T:
    async def asking() -> T:
        return await question()

    return asyncio.run(asking())


@pytest.mark.parametrize("follows", [True, False])
@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("example.test", (Outcome.FOUND, ("v=spf1 -all",), ())),
        ("EXAMPLE.test", (Outcome.FOUND, ("v=spf1 -all",), ())),
        ("alias.example.test", (Outcome.FOUND, ("v=spf1 -all",), ("example.test",))),
        (
            "far.example.test",
            (Outcome.FOUND, ("v=spf1 -all",), ("alias.example.test", "example.test")),
        ),
        ("lost.example.test", (Outcome.NO_NAME, (), ("nowhere.elsewhere.test",))),
        ("missing.example.test", (Outcome.NO_NAME, (), ())),
        ("empty.example.test", (Outcome.NO_DATA, (), ())),
        ("any.wild.test", (Outcome.FOUND, ("anything goes",), ())),
    ],
)
def test_an_answer_and_its_absence_are_told_apart(
    nameserver: Start,
    follows: bool,
    name: str,
    answer: tuple[Outcome, tuple[str, ...], tuple[str, ...]],
) -> None:
    given = ask(nameserver(ZONE, follows=follows).address, name)
    assert (given.outcome, given.records, given.aliases) == answer


@pytest.mark.parametrize("follows", [True, False])
def test_aliases_in_a_circle_end_and_say_so(nameserver: Start, follows: bool) -> None:
    answer = ask(nameserver(ZONE, follows=follows).address, "round.example.test")
    assert answer.outcome is Outcome.CIRCLE
    assert "circle" in str(answer.unknown.detail)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("silent.example.test", Reason.TIMED_OUT),
        ("failing.example.test", Reason.SERVER_ERROR),
        ("refused.example.test", Reason.SERVER_ERROR),
        ("garbage.example.test", Reason.TIMED_OUT),
    ],
)
def test_a_failure_is_no_answer_and_names_the_question(
    nameserver: Start, name: str, reason: Reason
) -> None:
    answer = ask(nameserver(ZONE).address, name, seconds=0.3)
    assert (answer.outcome, answer.unknown.reason) == (Outcome.FAILED, reason)
    assert name in str(answer.unknown.detail)
    assert "TXT" in str(answer.unknown.detail)


def test_an_answer_that_is_cut_short_is_fetched_over_tcp(nameserver: Start) -> None:
    server = nameserver(ZONE)
    assert ask(server.address, "cut.example.test").records == ("short over TCP",)
    assert [transport for _, _, transport in server.asked] == ["udp", "tcp"]


def test_an_answer_larger_than_a_datagram_is_whole(nameserver: Start) -> None:
    assert len(ask(nameserver(ZONE).address, "large.example.test").records) == 40


def test_a_resolver_that_never_answers_ends_in_time(dead_resolver: str) -> None:
    begun = time.monotonic()
    answer = ask(dead_resolver, "example.test", seconds=0.2)
    assert answer.unknown.reason is Reason.TIMED_OUT
    assert time.monotonic() - begun < 2


def test_a_resolver_that_is_not_there_is_named() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    answer = ask(address, "example.test")
    assert answer.failed
    assert "example.test" in str(answer.unknown.detail)


def test_a_question_is_asked_once_however_many_want_to_know(nameserver: Start) -> None:
    server = nameserver(ZONE)

    async def many() -> list[Answer]:
        resolver = Resolver(server.address)
        return await asyncio.gather(*(resolver.ask("example.test", "TXT") for _ in range(20)))

    assert len(asyncio.run(many())) == 20
    assert len(server.asked) == 1


def test_what_the_resolver_vouches_for_is_known(nameserver: Start) -> None:
    assert ask(nameserver(ZONE, authenticated=True).address, "example.test").authenticated
    assert not ask(nameserver(ZONE).address, "example.test").authenticated


@pytest.mark.parametrize("name", ["a..test", "x" * 64 + ".test", ".".join(["abcdefgh"] * 40), "é"])
def test_a_name_that_cannot_exist_does_not(nameserver: Start, name: str) -> None:
    server = nameserver(ZONE)
    assert ask(server.address, name).outcome is Outcome.NO_NAME
    assert not server.asked


@pytest.fixture
def nsd(tmp_path: Path) -> Iterator[str]:
    """Serve a zone with NSD, as authoritative servers do: no recursion, wildcards, NXDOMAIN."""
    program = shutil.which("nsd", path="/usr/sbin:/usr/bin:/sbin")
    if program is None:
        pytest.skip("nsd is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "zone").write_text(
        "$ORIGIN example.test.\n$TTL 60\n"
        "@ SOA ns.example.test. admin.example.test. 1 60 60 60 60\n@ NS ns.example.test.\n"
        'ns A 127.0.0.1\n@ TXT "v=spf1 " "-all"\nalias CNAME example.test.\n'
        "lost CNAME nowhere.elsewhere.test.\nlost2 CNAME nowhere.example.test.\n"
        'below.empty TXT "x"\n*.wild TXT "anything goes"\n'
        + "".join(f'large TXT "{number:04} {"x" * 240}"\n' for number in range(60))
    )
    (tmp_path / "nsd.conf").write_text(
        f'server:\n  ip-address: 127.0.0.1@{port}\n  username: ""\n  chroot: ""\n'
        f'  zonesdir: {tmp_path}\n  database: ""\n  pidfile: {tmp_path}/pid\n'
        f"  xfrdfile: {tmp_path}/xfrd\n  zonelistfile: {tmp_path}/zones\n"
        f"  logfile: {tmp_path}/log\n"
        f"  cookie-secret-file: {tmp_path}/cookie\n"
        "remote-control:\n  control-enable: no\n"
        f"zone:\n  name: example.test\n  zonefile: {tmp_path}/zone\n"
    )
    with subprocess.Popen([program, "-d", "-c", tmp_path / "nsd.conf"]) as process:
        address = f"127.0.0.1:{port}"
        for _ in range(50):
            if not ask(address, "ns.example.test", "A").failed:
                break
            time.sleep(0.05)
        yield address
        process.terminate()


def test_a_real_name_server_is_understood(nsd: str) -> None:
    found = {
        name: ask(nsd, f"{name}.example.test")
        for name in ("alias", "lost2", "missing", "empty", "any.wild", "large", "lost")
    }
    assert found["alias"].records == ("v=spf1 -all",)
    assert found["lost2"].outcome is Outcome.NO_NAME
    assert found["lost2"].aliases == ("nowhere.example.test",)
    assert found["missing"].outcome is Outcome.NO_NAME
    assert found["empty"].outcome is Outcome.NO_DATA
    assert found["any.wild"].records == ("anything goes",)
    assert len(found["large"].records) == 60  # over TCP
    assert found["lost"].failed  # the alias leads to a zone that this server refuses to answer for


@pytest.mark.parametrize(
    ("given", "parsed"),
    [
        ("127.0.0.1", ("127.0.0.1", 53)),
        ("127.0.0.1:5353", ("127.0.0.1", 5353)),
        ("::1", ("::1", 53)),
        ("[::1]:5353", ("::1", 5353)),
    ],
)
def test_a_resolver_is_written_as_an_address(given: str, parsed: tuple[str, int]) -> None:
    assert parse_resolver(given) == parsed


@pytest.mark.parametrize("given", ["", "dns.example.jp", "127.0.0.1:0", "127.0.0.1:99999", "1:2:3"])
def test_what_is_no_resolver_is_refused(given: str) -> None:
    with pytest.raises(ResolverError):
        parse_resolver(given)


def test_a_domain_is_looked_up_in_ascii() -> None:
    assert ascii_domain("Example.CO.jp.") == "example.co.jp"
    assert ascii_domain("日本語.jp") == "xn--wgv71a119e.jp"
    for wrong in ("", "a b", "-a.jp", "a..jp", "x" * 64 + ".jp", "http://example.jp"):
        with pytest.raises(DomainError):
            ascii_domain(wrong)


def test_domains_belong_together_by_their_public_suffix() -> None:
    assert registrable("www.shop.example.co.jp") == "example.co.jp"
    assert registrable("co.jp") is None
    assert registrable("127.0.0.1") is None
    assert belongs("go.example.co.jp", ["www.example.co.jp"])
    assert not belongs("other.co.jp", ["www.example.co.jp"])
    assert not belongs("a.github.io", ["b.github.io"])
    assert belongs("127.0.0.1", ["127.0.0.1"])
