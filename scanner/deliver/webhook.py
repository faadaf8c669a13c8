"""The report by HTTP POST, signed so that the receiver knows who sent it and that it is whole.

The signature is that of Standard Webhooks 1.0: HMAC-SHA256 over id, time and body.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from collections.abc import Iterator

from scanner import registry
from scanner.collect.vaults.secret import Secret
from scanner.config import is_loopback
from scanner.deliver.events import events
from scanner.deliver.http import Poster, check_url
from scanner.deliver.sink import Delivery, Sink, SinkOptions
from scanner.model import Text
from scanner.render.format import Format

_BATCH = 1024 * 1024
"""Bytes in one request, where the report is made of events."""


class WebhookOptions(SinkOptions, frozen=True, kw_only=True):
    """`{to: webhook, url: "https://hooks.example.co.jp/mamori", secret: "keyring:mamori/hook"}`."""

    url: str
    secret: str
    """The key of the signature; `whsec_` and base64, or any text."""
    format: str = "json"
    ca_file: str | None = None

    @property
    def address(self) -> str:
        """The receiver, without a query, which could hold a token."""
        return self.url.partition("?")[0]


def send(delivery: Delivery) -> None:
    """Post the report: whole, or in batches of events."""
    options: WebhookOptions = delivery.options
    form: Format = registry.part("renderers", options.format)
    ca_file = delivery.path(options.ca_file) if options.ca_file is not None else None
    with Poster(ca_file, local=is_loopback(options.url)) as poster:
        for number, (count, body) in enumerate(_bodies(delivery, form)):
            first = delivery.cursor
            id = f"{delivery.report.scan_id}-{first}-{number}" if form.events else None
            headers = sign(
                body, delivery.secrets["secret"], id=id or delivery.report.scan_id, at=time.time()
            )
            poster.post(options.url, body, {**headers, "Content-Type": form.media_type})
            delivery.advance(count)


def sign(body: bytes, secret: Secret, *, id: str, at: float) -> dict[str, str]:
    """Return the headers of Standard Webhooks 1.0 for `body`."""
    moment = str(int(at))
    signed = b"%b.%b.%b" % (id.encode(), moment.encode(), body)
    digest = hmac.digest(_key(secret), signed, "sha256")
    return {
        "webhook-id": id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _key(secret: Secret) -> bytes:
    text = secret.reveal()
    if text.startswith("whsec_"):
        try:
            return base64.b64decode(text.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            pass
    return text.encode()


def _bodies(delivery: Delivery, form: Format) -> Iterator[tuple[int, bytes]]:
    """Yield what goes into each request, and the number of events that are then delivered."""
    if not form.events:
        yield 0, form.whole(delivery.report)
        return
    batch, done = bytearray(), delivery.cursor
    for event in events(delivery.report, delivery.options.format, done):
        if batch and len(batch) + len(event.data) >= _BATCH:
            yield done, bytes(batch)
            batch.clear()
        batch += event.data + b"\n"
        done += 1
    if batch:
        yield done, bytes(batch)


def _check(options: WebhookOptions) -> tuple[str, Text] | None:
    wrong = check_url(options.url)
    return ("url", wrong) if wrong is not None else None


WEBHOOK = Sink(
    options=WebhookOptions, send=send, secrets=("secret",), files=("ca_file",), check=_check
)
