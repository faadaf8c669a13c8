"""The one client: read-only, bound to one host, never patient for ever. All over real sockets."""

from __future__ import annotations

import asyncio
import base64
import gzip
import itertools
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from scanner.collect import http
from scanner.collect.http import Answer, BasicAuth, BearerAuth, Call, Client, Unanswered
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, Text, Unknown

LIST = Call(section="things", path="/api/things")
ONE = Call(section="things", path="/api/things/{id}")
ASK = Call(section="query", path="/api/query", method="POST")
CALLS = (LIST, ONE, ASK)


class Hidden:
    """A secret, as far as the client is concerned."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value


def ask(url: str, call: Call = LIST, auth: httpx.Auth | None = None, **options: Any) -> Answer:
    names = options.pop("names", {})
    params = options.pop("params", None)

    async def run() -> Answer:
        async with Client(url, options.pop("calls", CALLS), **options) as client:
            if auth is not None:
                client.sign(auth)
            if call.method == "POST":
                return await client.post(call, params or {})
            return await client.get(call, params, **names)

    return asyncio.run(run())


def refused(url: str, call: Call = LIST, **options: Any) -> Unanswered:
    with pytest.raises(Unanswered) as caught:
        ask(url, call, **options)
    return caught.value


def test_a_declared_call_is_answered(server: Any) -> None:
    server.answer("/api/things", {"a": 1})
    assert ask(server.url, params={"start": 0}).json() == {"a": 1}
    [asked] = server.asked
    assert (asked.method, asked.query) == ("GET", {"start": "0"})
    assert asked.headers["user-agent"].startswith("mamori/")


def test_no_request_makes_python_look_for_a_module(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Looking:
        def find_spec(self, name: str, *_: object) -> None:
            looked_for.append(name)

    looked_for: list[str] = []
    server.answer("/api/things", {"a": 1})
    ask(server.url)  # what is needed is there from now on
    monkeypatch.setattr(sys, "meta_path", [Looking(), *sys.meta_path])
    ask(server.url)
    assert looked_for == []


def test_the_address_may_have_a_path_of_its_own(server: Any) -> None:
    server.answer("/mautic/api/things", [])
    assert ask(f"{server.url}/mautic/").json() == []


def test_a_name_in_a_path_stays_one_segment(server: Any) -> None:
    server.answer("/api/things/a%20%E3%81%82", [1])
    assert ask(server.url, ONE, names={"id": "a あ"}).json() == [1]
    climbing = refused(server.url, ONE, names={"id": "../users"})
    assert climbing.unknown.reason is Reason.REFUSED
    assert len(server.asked) == 1


def test_nothing_but_the_declared_calls_leaves_the_client(server: Any) -> None:
    undeclared = [
        Call(section="x", path="/api/users"),
        Call(section="x", path="/api/things/1/edit"),
        *(
            Call(section="x", path="/api/things", method=method)
            for method in ("POST", "PUT", "PATCH", "DELETE", "HEAD")
        ),
    ]
    for call in undeclared:
        with pytest.raises(Unanswered) as caught:
            asyncio.run(_make(server.url, call))
        assert caught.value.unknown.reason is Reason.REFUSED
    assert server.asked == []


async def _make(url: str, call: Call) -> None:
    async with Client(url, CALLS) as client:
        await client.get(call)


def test_a_declared_post_sends_its_form(server: Any) -> None:
    server.answer("/api/query", {})
    ask(server.url, ASK, params={"q": "あ"})
    assert [(asked.method, asked.body) for asked in server.asked] == [("POST", "q=%E3%81%82")]


def test_the_credential_is_sent_and_shown_nowhere_else(server: Any) -> None:
    server.answer("/api/things", [])
    ask(server.url, auth=BasicAuth("me", Hidden("pässword")))
    ask(server.url, auth=BearerAuth(Hidden("token-1")))
    sent = [asked.headers["authorization"] for asked in server.asked]
    basic = base64.b64encode("me:pässword".encode()).decode()
    assert sent == [f"Basic {basic}", "Bearer token-1"]
    failure = refused(f"{server.url}/nowhere", auth=BearerAuth(Hidden("token-1")))
    assert "token-1" not in repr(failure) + str(failure.unknown)


@pytest.mark.parametrize("host", ["日本..jp", "xn--zzzz.jp"])
def test_a_name_that_cannot_be_is_said_to_be_none(host: str) -> None:
    gap = refused(f"https://{host}").unknown
    assert gap.reason is Reason.NOT_CONFIGURED
    assert host in str(gap.detail)


def test_a_credential_never_goes_over_plain_http_to_another_machine() -> None:
    # TEST-NET-1: were anything sent, the answer would be UNREACHABLE, after a while.
    url = "http://192.0.2.1"
    assert refused(url, auth=BearerAuth(Hidden("t"))).unknown.reason is Reason.REFUSED
    assert refused(url, ASK, params={"client_secret": "s"}).unknown.reason is Reason.REFUSED


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, Reason.UNAUTHENTICATED),
        (403, Reason.NOT_PERMITTED),
        (404, Reason.NOT_FOUND),
        (418, Reason.MALFORMED),
        (500, Reason.SERVER_ERROR),
        (204, Reason.MALFORMED),
    ],
)
def test_a_status_is_told_by_its_reason_and_not_tried_again(
    server: Any, status: int, reason: Reason
) -> None:
    server.answer("/api/things", b"", status)
    failure = refused(server.url)
    assert (failure.unknown.reason, failure.status) == (reason, status)
    assert len(server.asked) == 1


def test_a_connector_explains_its_own_refusals(server: Any) -> None:
    server.answer("/api/things", {"type": "api_disabled"}, 403)
    disabled = Unknown(Reason.DISABLED, Text.of("Off."))

    def explain(status: int, body: bytes) -> Unknown | None:
        return disabled if status == 403 and b"api_disabled" in body else None

    assert refused(server.url, explain=explain).unknown is disabled


def test_a_busy_server_is_asked_again_when_it_wishes(server: Any) -> None:
    replies = iter([(b"", 429, {"Retry-After": "0"}), (b"", 503, {}), ([1], 200, {})])
    server.decide("/api/things", lambda _: next(replies))
    assert ask(server.url).json() == [1]
    assert len(server.asked) == 3


def test_the_wait_that_a_date_asks_for_is_measured_by_the_servers_clock(server: Any) -> None:
    # The server's clock is an hour behind, so that by ours the date is long past; waiting too long
    # for it is refused, which shows that the hour was not lost.
    now = datetime.now(UTC) - timedelta(hours=1)
    wanted = format_datetime(now + timedelta(minutes=30), usegmt=True)
    dates = {"Date": format_datetime(now, usegmt=True), "Retry-After": wanted}
    server.answer("/api/things", b"", 503, dates)
    assert refused(server.url).unknown.reason is Reason.SERVER_ERROR
    assert len(server.asked) == 1


def test_a_server_that_asks_for_too_long_a_wait_is_left_alone(server: Any) -> None:
    server.answer("/api/things", b"", 429, {"Retry-After": "3600"})
    started = time.monotonic()
    assert refused(server.url).unknown.reason is Reason.RATE_LIMITED
    assert len(server.asked) == 1
    assert time.monotonic() - started < 2


def test_a_server_that_stays_busy_is_given_up(server: Any) -> None:
    server.answer("/api/things", b"", 429, {"Retry-After": "0"})
    assert refused(server.url).unknown.reason is Reason.RATE_LIMITED
    assert len(server.asked) == http.ATTEMPTS


def test_retries_count_towards_the_budget(server: Any) -> None:
    server.answer("/api/things", b"", 429, {"Retry-After": "0"})
    assert refused(server.url, budget=2).unknown.reason is Reason.REFUSED
    assert len(server.asked) == 2


def test_a_page_instead_of_json_is_malformed(server: Any) -> None:
    server.answer("/api/things", b"<html>", headers={"Content-Type": "text/html; charset=utf-8"})
    with pytest.raises(Unanswered) as caught:
        ask(server.url).json()
    assert caught.value.unknown.reason is Reason.MALFORMED
    assert caught.value.unknown.detail is not None
    assert caught.value.unknown.detail.values == {"kind": "text/html"}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a": NaN}'])
def test_broken_json_is_malformed(server: Any, body: bytes) -> None:
    server.answer("/api/things", body)
    with pytest.raises(Unanswered) as caught:
        ask(server.url).json()
    assert caught.value.unknown.reason is Reason.MALFORMED


def test_a_body_without_end_is_cut_at_the_limit(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_BODY", 1_048_576)
    sent = itertools.count(1)

    def gigabyte() -> Iterator[bytes]:
        for _ in range(16_384):
            next(sent)
            yield b" " * 65_536

    server.answer("/api/things", gigabyte())
    assert refused(server.url).unknown.reason is Reason.TOO_LARGE
    assert next(sent) < 1_000, "most of it was never read"


def test_a_compressed_bomb_is_cut_at_the_limit(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_BODY", 1_048_576)
    bomb = gzip.compress(b" " * 50_000_000)
    server.answer("/api/things", bomb, headers={"Content-Encoding": "gzip"})
    assert refused(server.url).unknown.reason is Reason.TOO_LARGE


def test_a_compressed_answer_is_read(server: Any) -> None:
    server.answer("/api/things", gzip.compress(b"[1]"), headers={"Content-Encoding": "gzip"})
    assert ask(server.url).json() == [1]


def test_an_answer_that_drips_is_given_up(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "REQUEST_SECONDS", 0.3)

    def drip() -> Iterator[bytes]:
        for _ in range(100):
            time.sleep(0.05)
            yield b" "

    server.answer("/api/things", drip())
    started = time.monotonic()
    assert refused(server.url).unknown.reason is Reason.TIMED_OUT
    assert time.monotonic() - started < 2


def test_a_redirect_to_another_host_is_not_followed(server: Any, serve: Any) -> None:
    other = serve()
    for place in (f"{other.url}/api/things", "https://127.0.0.1/api/things", "//192.0.2.1/x"):
        server.answer("/api/things", b"", 302, {"Location": place})
        failure = refused(server.url, auth=BearerAuth(Hidden("t")))
        assert failure.unknown.reason is Reason.REDIRECTED
    assert other.asked == []
    server.answer("/api/things", b"", 301, {"Location": "https://me:secret@127.0.0.1:8077/x?key=1"})
    failure = refused(server.url)
    assert failure.unknown.detail is not None
    assert failure.unknown.detail.values["place"] == "https://127.0.0.1:8077"


def test_a_redirect_on_the_same_host_leads_to_declared_calls_only(server: Any) -> None:
    server.answer("/api/things", b"", 302, {"Location": "/api/things/1"})
    server.answer("/api/things/1", [1])
    assert ask(server.url).json() == [1]
    server.answer("/api/things/1", b"", 302, {"Location": "/s/logout"})
    assert refused(server.url).unknown.reason is Reason.REFUSED
    server.answer("/api/things/1", b"", 302, {"Location": "/api/things"})
    assert refused(server.url).unknown.reason is Reason.REDIRECTED
    assert "/s/logout" not in {asked.path for asked in server.asked}


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        assert refused(url).unknown.reason is Reason.UNREACHABLE


def test_something_that_speaks_no_http_is_malformed() -> None:
    async def run() -> Unanswered:
        async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 mail.example.jp ESMTP\r\n")
            await writer.drain()
            writer.close()

        listener = await asyncio.start_server(babble, "127.0.0.1", 0)
        async with (
            listener,
            Client(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}", CALLS) as client,
        ):
            with pytest.raises(Unanswered) as caught:
                await client.get(LIST)
        return caught.value

    assert asyncio.run(run()).unknown.reason is Reason.MALFORMED


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def tls(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_a_certificate_of_a_named_authority_is_trusted(
    serve: Any, authority: trustme.CA, tmp_path: Path
) -> None:
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    server = serve(tls(authority, "127.0.0.1"))
    server.answer("/api/things", [1])
    assert ask(server.url, ca_file=ca_file).json() == [1]


def test_no_credential_is_sent_where_the_certificate_does_not_match(
    serve: Any, authority: trustme.CA, tmp_path: Path
) -> None:
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    other_name = serve(tls(authority, "other.example.jp"))
    unknown_issuer = serve(tls(authority, "127.0.0.1"))
    auth = BasicAuth("me", Hidden("secret"))
    assert refused(other_name.url, auth=auth, ca_file=ca_file).unknown.reason is Reason.UNTRUSTED
    assert refused(unknown_issuer.url, auth=auth).unknown.reason is Reason.UNTRUSTED
    assert other_name.asked == unknown_issuer.asked == []


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_ca_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    failure = refused("https://127.0.0.1:1", ca_file=path)
    assert failure.unknown.reason is Reason.NOT_CONFIGURED
    assert failure.unknown.detail is not None
    assert failure.unknown.detail.values == {"file": str(path)}


def test_a_proxy_of_the_environment_is_not_used_on_loopback(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    server.answer("/api/things", [])
    assert ask(server.url).json() == []


def test_the_clock_of_the_server_is_compared(server: Any) -> None:
    async def run() -> float | None:
        async with Client(server.url, CALLS) as client:
            await client.get(LIST)
            return client.clock_ahead

    server.answer("/api/things", [])
    ahead = asyncio.run(run())
    assert ahead is not None
    assert abs(ahead) < 5


def test_a_redirect_out_of_the_deployments_own_path_is_not_followed(server: Any) -> None:
    server.answer("/mautic/api/things", status=302, headers={"Location": "/api/things?cmd=delete"})
    outside = refused(f"{server.url}/mautic")
    assert outside.unknown.reason is Reason.REFUSED
    assert [asked.path for asked in server.asked] == ["/mautic/api/things"]


def test_a_redirect_does_not_choose_the_question(server: Any) -> None:
    moved = iter([(b"", 302, {"Location": "/api/things?cmd=delete"})])
    server.decide("/api/things", lambda _: next(moved, []))
    ask(server.url, params={"start": "0"})
    assert [asked.query for asked in server.asked] == [{"start": "0"}, {"start": "0"}]


def test_a_date_out_of_range_changes_nothing(server: Any) -> None:
    server.answer("/api/things", [], headers={"Date": "Mon, 01 Jan 2024 00:00:00 +9999999999999"})
    assert ask(server.url).json() == []


def test_a_credential_that_no_header_can_carry_is_told_and_not_sent(server: Any) -> None:
    for auth in (
        BasicAuth("me", Secret.of("\udcff")),
        BearerAuth(Secret.of("\udcff")),
        BearerAuth(Secret.of("line\nbreak")),
    ):
        assert refused(server.url, auth=auth).unknown.reason is Reason.UNAUTHENTICATED
    assert server.asked == []
