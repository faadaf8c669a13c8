"""Webhook, Slack, Teams and heartbeat: what they are told, and what they are never told."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from scans import NOW, deployment, person
from servers import Server

from scanner.model import Mfa, Person, Reason, Status, Unknown
from scanner.policy import Policy, load_policy
from scanner.report import Report
from scanner.scan import judge

MakeReport = Callable[..., Report]

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def hook(server: Server) -> Server:
    for path in ("/hook", "/beat", "/beat/start", "/beat/fail"):
        server.answer(path, b"OK")
    return server


def bodies(server: Server) -> list[Any]:
    return [json.loads(each.body) for each in server.asked]


@pytest.mark.parametrize("form", ["json", "ocsf", "html"])
def test_a_webhook_is_signed_as_standard_webhooks_say(
    hook: Server, post: Any, make_report: MakeReport, form: str
) -> None:
    box = post(
        f'{{to: webhook, url: "{hook.url}/hook", secret: "env:KEY", format: {form}}}', KEY=SECRET
    )
    report = box.record(make_report())
    assert box.deliver() == []
    [asked] = hook.asked
    id, at = asked.headers["webhook-id"], asked.headers["webhook-timestamp"]
    digest = hmac.new(b"k" * 32, f"{id}.{at}.{asked.body}".encode(), hashlib.sha256).digest()
    assert asked.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert id.startswith(report.scan_id)
    assert report.scan_id in asked.body


def test_a_webhook_that_answers_no_keeps_its_place(
    hook: Server, post: Any, make_report: MakeReport
) -> None:
    hook.answer("/hook", b"", status=410)
    box = post(f'{{to: webhook, url: "{hook.url}/hook", secret: "env:KEY"}}', KEY="k")
    box.record(make_report())
    [refused] = box.deliver()
    assert "status 410" in str(refused.cause)
    hook.answer("/hook", b"")
    assert box.deliver() == []
    first, second = hook.asked
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


@pytest.mark.parametrize(
    ("began", "said"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", []),
        (b"HTTP/1.1 200 OK\r\nX-Slowly: ", ["did not answer within"]),
    ],
    ids=["body", "head"],
)
def test_an_answer_that_never_ends_holds_nothing_up(
    post: Any,
    make_report: MakeReport,
    monkeypatch: pytest.MonkeyPatch,
    began: bytes,
    said: list[str],
) -> None:
    monkeypatch.setattr("scanner.deliver.http.REQUEST_SECONDS", 0.5)
    monkeypatch.setattr("scanner.deliver.http.ATTEMPTS", 1)
    over = threading.Event()

    def serve(listener: socket.socket) -> None:
        stream, _ = listener.accept()
        with stream, contextlib.suppress(OSError):
            stream.recv(65_536)
            stream.sendall(began)
            while not over.wait(0.1):
                stream.sendall(b".")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        box = post(f'{{to: webhook, url: "{url}", secret: "env:KEY"}}', KEY="k")
        box.record(make_report())
        start = time.monotonic()
        refused = box.deliver()
        assert time.monotonic() - start < 4
        assert [part in str(each.cause) for each, part in zip(refused, said, strict=True)] == [
            True for _ in said
        ]
        over.set()
        thread.join()


def test_a_report_that_cannot_be_read_any_more_keeps_no_later_one_back(
    hook: Server, post: Any, make_report: MakeReport, tmp_path: Path
) -> None:
    box = post(f'{{to: webhook, url: "{hook.url}/hook", secret: "env:KEY"}}', KEY="k")
    first, second = (box.record(make_report(day=day)) for day in range(2))
    with contextlib.closing(sqlite3.connect(tmp_path / "history.db")) as database:
        database.execute("UPDATE scan SET report = x'00' WHERE scan_id = ?", [first.scan_id])
        database.commit()
    [refused] = box.deliver()
    assert "damaged" in str(refused.cause)
    assert (refused.waiting, box.waiting) == (1, 1)
    [asked] = hook.asked
    assert second.scan_id in asked.body


def test_a_webhook_does_not_follow_to_another_address(
    hook: Server, post: Any, make_report: MakeReport
) -> None:
    hook.answer("/hook", b"", status=307, headers={"Location": f"{hook.url}/beat"})
    box = post(f'{{to: webhook, url: "{hook.url}/hook", secret: "env:KEY"}}', KEY="k")
    box.record(make_report())
    [refused] = box.deliver()
    assert "points elsewhere" in str(refused.cause)
    assert [each.path for each in hook.asked] == ["/hook"]


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_channel_hears_of_changes_alone_and_of_no_names(
    hook: Server, post: Any, make_report: MakeReport, kind: str
) -> None:
    box = post(f'{{to: {kind}, url: "env:HOOK"}}', HOOK=f"{hook.url}/hook")
    weak, strong = person("1", Mfa.NONE), person("1")
    box.record(make_report(weak))
    assert box.deliver() == []
    assert "first scan" in hook.asked[-1].body
    box.record(make_report(weak, day=1))
    assert box.deliver() == []
    assert len(hook.asked) == 1, "nothing changed, so nothing is said"
    box.record(make_report(strong, day=2))
    assert box.deliver() == []
    assert "Mended: " in hook.asked[-1].body
    box.record(make_report(weak, day=3))
    assert box.deliver() == []
    assert "Fails now: " in hook.asked[-1].body
    box.record(make_report(person("1", Unknown(Reason.NOT_PERMITTED)), day=4))
    assert box.deliver() == []
    assert "Not known any more: " in hook.asked[-1].body
    assert "Person 1" not in "".join(each.body for each in hook.asked)
    for body in bodies(hook):
        if kind == "slack":
            assert body["text"]
            assert all(len(each["text"]["text"]) <= 3000 for each in body["blocks"])
        else:
            [attachment] = body["attachments"]
            assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
            assert attachment["content"]["type"] == "AdaptiveCard"


def test_a_channel_hears_of_what_went_away_as_it_went(
    hook: Server, post: Any, policy: Policy
) -> None:
    """Gone is mended; what a scan could not list, or had no time for, is merely out of sight."""
    box = post('{to: slack, url: "env:HOOK"}', HOOK=f"{hook.url}/hook")

    def scan(day: int, *people: Person, blind: bool = False, complete: bool = True) -> str:
        at = NOW + timedelta(days=day)
        seen = msgspec.structs.replace(deployment(*people, blind=blind, at=at), complete=complete)
        box.record(judge([seen], policy, lang="en", started=at, now=lambda: at))
        assert box.deliver() == []
        return hook.asked[-1].body

    weak = person("1", Mfa.NONE)
    scan(0, weak)
    assert "Mended: " in scan(1)
    scan(2, weak)
    said = scan(3, blind=True)
    assert "Not known any more: " in said
    assert "Mended: " not in said
    scan(4, weak)
    said = scan(5, complete=False)
    assert "Not known any more: " in said
    assert "Mended: " not in said


def test_a_message_to_teams_is_never_larger_than_teams_takes(hook: Server, post: Any) -> None:
    box = post('{to: teams, url: "env:HOOK"}', HOOK=f"{hook.url}/hook")
    policy = load_policy("baseline").only(["access", "mfa", "password"])
    report = judge([deployment(person("1"))], policy, lang="ja", started=NOW, now=lambda: NOW)
    [target] = report.targets
    for night in range(2):
        findings = tuple(
            msgspec.structs.replace(each, status=(Status.FAIL, Status.PASS)[(n + night) % 2])
            for n, each in enumerate(each for each in target.findings if not each.blind)
        )
        fleet = tuple(
            msgspec.structs.replace(target, name=f"環境 {n}", findings=findings) for n in range(30)
        )
        box.record(msgspec.structs.replace(report, scan_id=f"{night:016}", targets=fleet))
        assert box.deliver() == []
    told = hook.asked[-1].body
    assert len(told.encode()) <= 28_000
    assert all(f"環境 {n}：" in told for n in range(20))
    assert "新たに不適合" in told


def test_a_channel_that_was_away_hears_of_every_change_in_its_order(
    hook: Server, post: Any, make_report: MakeReport
) -> None:
    weak, strong = person("1", Mfa.NONE), person("1")
    away = post('{to: slack, url: "env:HOOK"}', HOOK=f"{hook.url}/gone")
    for day, one in enumerate((weak, strong, strong)):
        away.record(make_report(one, day=day))
        [refused] = away.deliver()
        assert refused.waiting == day + 1
    hook.asked.clear()
    back = post('{to: slack, url: "env:HOOK"}', HOOK=f"{hook.url}/hook")
    assert back.deliver() == []
    assert back.waiting == 0
    first, second = (each.body for each in hook.asked)
    assert "Fails now: " in first
    assert "Mended: " in second


def test_a_heartbeat_is_not_late(hook: Server, post: Any, make_report: MakeReport) -> None:
    away = post('{to: heartbeat, url: "env:BEAT"}', BEAT=f"{hook.url}/gone")
    for day in range(3):
        away.record(make_report(day=day))
        assert len(away.deliver()) == 1
    hook.asked.clear()
    back = post('{to: heartbeat, url: "env:BEAT"}', BEAT=f"{hook.url}/beat")
    assert back.deliver() == []
    assert [each.path for each in hook.asked] == ["/beat"], "what is over is no sign of life"
    assert back.waiting == 0


def test_a_heartbeat_tells_the_beginning_and_the_end_of_a_scan(
    hook: Server, post: Any, make_report: MakeReport
) -> None:
    box = post('{to: heartbeat, url: "env:BEAT"}', BEAT=f"{hook.url}/beat")
    assert box.courier.begin() == []
    box.record(make_report())
    assert box.deliver() == []
    assert [each.path for each in hook.asked] == ["/beat/start", "/beat"]
    assert "Person" not in hook.asked[-1].body


def test_a_heartbeat_that_cannot_be_sent_holds_nothing_up(
    post: Any, make_report: MakeReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that nothing here can speak to is one way for a sink to break in surprise."""
    monkeypatch.setenv("ALL_PROXY", "gopher://127.0.0.1:1")
    box = post('{to: heartbeat, url: "env:BEAT"}', BEAT="https://watchdog.example/beat")
    [told] = box.courier.begin()
    assert "failed" in str(told.cause)
    box.record(make_report())
    [refused] = box.deliver()
    assert refused.cause == told.cause


def test_a_heartbeat_fails_where_a_report_could_not_be_delivered(
    hook: Server, post: Any, make_report: MakeReport
) -> None:
    box = post(
        '{to: heartbeat, url: "env:BEAT"}',
        "{to: file, path: /proc/nowhere/}",
        BEAT=f"{hook.url}/beat",
    )
    box.record(make_report())
    [refused] = box.deliver()
    assert refused.sink.startswith("file")
    assert [each.path for each in hook.asked] == ["/beat/fail"]


def test_the_address_of_a_channel_is_a_secret_and_is_never_said(
    hook: Server, post: Any, make_report: MakeReport
) -> None:
    box = post('{to: slack, url: "env:HOOK"}', HOOK=f"{hook.url}/T000/B000/abcdef")
    box.record(make_report())
    [refused] = box.deliver()
    [pending] = box.history.pending()
    assert "abcdef" not in f"{refused}{refused.cause}{pending}"


def test_who_dies_between_sending_and_noting_sends_the_same_events_again(
    hook: Server, post: Any, make_report: MakeReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = post(f'{{to: webhook, url: "{hook.url}/hook", secret: "env:KEY", format: ocsf}}', KEY="k")
    box.record(make_report())

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(type(box.history), "advance", die)
        with pytest.raises(KeyboardInterrupt):
            box.deliver()
    assert box.waiting == 1
    assert box.deliver() == []
    first, second = hook.asked
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
