"""Events to Splunk's HTTP Event Collector, which says when an indexer has them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from scanner.config import is_loopback
from scanner.deliver.events import Event, events
from scanner.deliver.file import DeliveryError
from scanner.deliver.http import Answered, Poster, check_url
from scanner.deliver.sink import Delivery, Sink, SinkOptions
from scanner.model import Text

_BATCH = 512 * 1024
"""Bytes in one request; Splunk takes 1 MB unless told otherwise."""
_ACK_SECONDS = 60.0
_CHANNELS = uuid.UUID("3c6f2d8e-7c1a-5d8e-9b7e-6d616d6f7269")


class SplunkOptions(SinkOptions, frozen=True, kw_only=True):
    """`{to: splunk, url: "https://splunk.example.co.jp:8088", token: "keyring:mamori/hec"}`."""

    url: str
    """The address of the collector, without a path."""
    token: str
    format: str = "ndjson"
    index: str | None = None
    source: str = "mamori"
    sourcetype: str = "mamori:finding"
    host: str | None = None
    acknowledge: bool = True
    """Wait until the indexers have the events; the token must have indexer acknowledgement."""
    ca_file: str | None = None

    @property
    def address(self) -> str:
        """The collector."""
        return self.url.rstrip("/")


class _Ack(msgspec.Struct):
    acks: dict[str, bool] = {}


class _Taken(msgspec.Struct):
    code: int = 0
    ackId: int | None = None  # noqa: N815 - as Splunk spells it


def send(delivery: Delivery) -> None:
    """Send the events that are not acknowledged yet, batch by batch."""
    options: SplunkOptions = delivery.options
    base = f"{options.address}/services/collector"
    headers = {
        # One channel per sink: acknowledgements are counted per channel.
        "X-Splunk-Request-Channel": str(uuid.uuid5(_CHANNELS, options.id)),
        "Content-Type": "application/json",
    }
    ca_file = delivery.path(options.ca_file) if options.ca_file is not None else None
    with Poster(ca_file, local=is_loopback(options.url)) as poster:

        def post(path: str, content: bytes) -> Answered:
            token = {"Authorization": f"Splunk {delivery.secrets['token'].reveal()}"}
            return poster.post(f"{base}/{path}", content, {**headers, **token})

        done = delivery.cursor
        for count, batch in _batches(events(delivery.report, options.format, done), options):
            answer = _decode(post("event", batch), _Taken)
            if options.acknowledge:
                if answer.ackId is None:
                    raise DeliveryError(
                        "The token has no indexer acknowledgement; switch it on in Splunk, or "
                        "write `acknowledge: false`."
                    )
                _await(post, answer.ackId)
            done += count
            delivery.advance(done)


def _check(options: SplunkOptions) -> tuple[str, Text] | None:
    wrong = check_url(options.url)
    return ("url", wrong) if wrong is not None else None


SPLUNK = Sink(
    options=SplunkOptions,
    send=send,
    secrets=("token",),
    files=("ca_file",),
    events=True,
    check=_check,
)


def _batches(found: Iterator[Event], options: SplunkOptions) -> Iterator[tuple[int, bytes]]:
    encode = msgspec.json.Encoder().encode
    shared: dict[str, Any] = {"source": options.source, "sourcetype": options.sourcetype}
    if options.index is not None:
        shared["index"] = options.index
    if options.host is not None:
        shared["host"] = options.host
    batch, count = bytearray(), 0
    for event in found:
        is_json = event.data.startswith(b"{")
        body = {
            "time": _epoch(event.at),
            **shared,
            "fields": {"event_id": event.id},
            "event": msgspec.Raw(event.data) if is_json else event.data.decode(),
        }
        piece = encode(body) + b"\n"
        if batch and len(batch) + len(piece) > _BATCH:
            yield count, bytes(batch)
            batch, count = bytearray(), 0
        batch += piece
        count += 1
    if count:
        yield count, bytes(batch)


def _epoch(at: datetime) -> float:
    return round(at.timestamp(), 3)


def _await(post: Any, ack: int) -> None:
    """Ask until the indexers have a batch."""
    deadline, wait = time.monotonic() + _ACK_SECONDS, 0.05
    while True:
        told = _decode(post("ack", b'{"acks":[%d]}' % ack), _Ack)
        if told.acks.get(str(ack)):
            return
        if time.monotonic() + wait > deadline:
            raise DeliveryError(
                "The indexers did not acknowledge the events within {seconds} seconds.",
                seconds=int(_ACK_SECONDS),
            )
        time.sleep(wait)
        wait = min(2.0, wait * 2)


def _decode(answer: Answered, kind: Any) -> Any:
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise DeliveryError("The receiver does not answer like a Splunk collector.") from None
