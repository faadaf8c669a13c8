"""Splunk's collector: every event is acknowledged by an indexer, or sent again.

Nobody can run Splunk here; the collector on loopback follows the description that Splunk publishes
of it: token, channel, a stream of JSON objects, acknowledgement, and 503 while its queue is full.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from scans import person
from servers import Server

from scanner.model import Mfa
from scanner.report import Report

MakeReport = Callable[..., Report]

TOKEN = "9f6a2b7e-0000-4000-8000-collector"


class Collector:
    """A collector that answers as it is told, and knows what an indexer has."""

    def __init__(self, server: Server) -> None:
        self.url = server.url
        self.server = server
        self.busy = 0
        """How many more requests find its queue full."""
        self.slow = 0
        """How many more questions are answered with `not yet`."""
        self.dies_after: int | None = None
        """How many batches it takes before it loses its indexers."""
        self.acknowledges = True
        self.indexed: list[dict[str, Any]] = []
        self.channels: set[str] = set()
        self._waiting: dict[int, list[dict[str, Any]]] = {}
        server.decide("/services/collector/event", self._event)
        server.decide("/services/collector/ack", self._ack)

    def _event(self, asked: Any) -> Any:
        if asked.headers.get("authorization") != f"Splunk {TOKEN}":
            return {"text": "Invalid token", "code": 4}, 403, {}
        if "x-splunk-request-channel" not in asked.headers:
            return {"text": "Data channel is missing", "code": 10}, 400, {}
        self.channels.add(asked.headers["x-splunk-request-channel"])
        if self.busy:
            self.busy -= 1
            return {"text": "Server is busy", "code": 9}, 503, {}
        decoder, text, events = json.JSONDecoder(), asked.body, []
        while text.strip():
            event, end = decoder.raw_decode(text.lstrip())
            events.append(event)
            text = text.lstrip()[end:]
        assert len(asked.body) <= 600_000
        if not self.acknowledges:
            self.indexed += events
            return {"text": "Success", "code": 0}
        number = len(self._waiting)
        self._waiting[number] = events
        return {"text": "Success", "code": 0, "ackId": number}

    def _ack(self, asked: Any) -> Any:
        if self.slow:
            self.slow -= 1
            return {"acks": {str(each): False for each in json.loads(asked.body)["acks"]}}
        if self.dies_after is not None and len(self._waiting) > self.dies_after:
            return {"text": "gone"}, 400, {}
        for each in json.loads(asked.body)["acks"]:
            self.indexed += self._waiting[each]
        return {"acks": {str(each): True for each in json.loads(asked.body)["acks"]}}


@pytest.fixture
def collector(server: Server) -> Collector:
    return Collector(server)


@pytest.fixture
def box(collector: Collector, post: Any) -> Any:
    entry = f'{{to: splunk, url: "{collector.url}", token: "env:HEC", format: ocsf, index: sec}}'
    return post(entry, HEC=TOKEN)


def ids(collector: Collector) -> list[str]:
    return [each["fields"]["event_id"] for each in collector.indexed]


def test_every_event_is_indexed_once_and_carries_its_id(
    box: Any, collector: Collector, make_report: MakeReport
) -> None:
    collector.slow = 2
    report = box.record(make_report())
    assert box.deliver() == []
    assert box.waiting == 0
    assert len(collector.indexed) == len(report.targets[0].findings) + 1
    assert len(set(ids(collector))) == len(collector.indexed)
    event = collector.indexed[0]
    assert event["time"] == report.started_at.timestamp()
    assert (event["index"], event["sourcetype"]) == ("sec", "mamori:finding")
    assert event["event"]["class_uid"] == 2003
    assert len(collector.channels) == 1


def test_a_full_queue_is_waited_for(
    box: Any, collector: Collector, make_report: MakeReport
) -> None:
    collector.busy = 2
    box.record(make_report())
    assert box.deliver() == []
    assert len(set(ids(collector))) == len(collector.indexed) > 0


def test_what_was_acknowledged_is_not_sent_again(
    box: Any, collector: Collector, make_report: MakeReport
) -> None:
    report = box.record(make_report(*(person(str(n), Mfa.NONE) for n in range(300))))
    collector.dies_after = 1
    [refused] = box.deliver()
    assert refused.waiting == 1
    taken = len(collector.indexed)
    assert taken > 0
    collector.dies_after = None
    assert box.deliver() == []
    assert len(collector.indexed) == len(report.targets[0].findings) + 1
    assert len(set(ids(collector))) == len(collector.indexed)


def test_a_token_without_acknowledgement_is_said_and_nothing_is_taken_for_delivered(
    box: Any, collector: Collector, make_report: MakeReport
) -> None:
    collector.acknowledges = False
    box.record(make_report())
    [refused] = box.deliver()
    assert "acknowledge: false" in str(refused.cause)
    assert box.waiting == 1


def test_a_refused_token_is_not_tried_again_and_never_shown(
    collector: Collector, post: Any, make_report: MakeReport
) -> None:
    box = post(f'{{to: splunk, url: "{collector.url}", token: "env:HEC"}}', HEC="wrong-" + TOKEN)
    box.record(make_report())
    [refused] = box.deliver()
    assert "refused the credential (status 403)" in str(refused.cause)
    assert TOKEN not in repr(refused)
    assert len(collector.server.asked) == 1
    [pending] = box.history.pending()
    assert pending.attempts == 1
    assert TOKEN not in (pending.error or "")
