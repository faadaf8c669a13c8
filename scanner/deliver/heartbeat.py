"""A sign of life to a watchdog such as healthchecks: silence then means that no scan ran.

It tells that the scan was complete and its report delivered. What the scan found does not matter.
"""

from __future__ import annotations

from scanner.config import is_loopback
from scanner.deliver.file import DeliveryError
from scanner.deliver.http import Poster, check_url
from scanner.deliver.sink import Delivery, Sink, SinkOptions


class HeartbeatOptions(SinkOptions, frozen=True, kw_only=True):
    """`{to: heartbeat, url: "keyring:mamori/heartbeat"}`."""

    url: str
    """A reference to the address of the check, which is a secret."""
    ca_file: str | None = None

    @property
    def address(self) -> str:
        """The reference."""
        return self.url


def begin(delivery: Delivery) -> None:
    """Tell that a scan begins, so that the watchdog can measure it."""
    _post(delivery, "/start", "")


def send(delivery: Delivery) -> None:
    """Tell that a scan has ended, and whether all went well."""
    report = delivery.report
    well = report.complete and not delivery.refused
    lines = [f"mamori {report.mamori_version}, scan {report.scan_id}"]
    lines += [
        f"{each.grade} {each.score.low:g}-{each.score.high:g} coverage {each.coverage:g}"
        for each in report.targets[:50]
    ]
    lines += ["incomplete"] if not report.complete else []
    lines += [f"{len(delivery.refused)} sinks refused"] if delivery.refused else []
    _post(delivery, "" if well else "/fail", "\n".join(lines))


HEARTBEAT = Sink(
    options=HeartbeatOptions,
    send=send,
    begin=begin,
    secrets=("url",),
    files=("ca_file",),
    latest_only=True,
    last=True,
)


def _post(delivery: Delivery, path: str, body: str) -> None:
    options: HeartbeatOptions = delivery.options
    url = delivery.secrets["url"]
    if check_url(url.reveal()) is not None:
        raise DeliveryError("What {reference} holds is no https address.", reference=options.url)
    ca_file = delivery.path(options.ca_file) if options.ca_file is not None else None
    with Poster(ca_file, local=is_loopback(url.reveal())) as poster:
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        poster.post(url.reveal().rstrip("/") + path, body.encode(), headers)
