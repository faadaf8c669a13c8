"""The one way a report leaves over HTTP: POST, to an address that was proved, tried again in vain.

Redirects are not followed: they would carry a report, and a credential, to somebody else.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec

from scanner import __version__
from scanner.config import is_loopback
from scanner.deliver.file import DeliveryError
from scanner.model import Text

REQUEST_SECONDS = 20.0
"""For each step of a request, and for the whole of an answer's head and body, however they drip."""
ATTEMPTS = 4
PATIENCE_SECONDS = 60.0
"""From the first attempt to the last one, waiting included."""
MAX_BODY = 65_536
"""Bytes of an answer that are read."""
_BUSY = (429, 500, 502, 503, 504)


class Answered(msgspec.Struct, frozen=True):
    """What the receiver said."""

    status: int
    body: bytes


class BusyError(DeliveryError):
    """The receiver could not take it now; later it may."""

    retry_after: float | None = None


def check_url(url: str) -> Text | None:
    """Return what is wrong with the address of a receiver, if anything is."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        valid = False
    if not valid:
        return Text("write the full address, such as https://siem.example.co.jp.")
    if parts.username is not None or parts.password is not None:
        return Text("a user name or password must not stand in the address.")
    if parts.scheme == "http" and not is_loopback(url):
        return Text("only an https address keeps the report from being read on the way.")
    return None


class Poster:
    """Posts to one receiver. Use as a context manager."""

    def __init__(self, ca_file: Path | None, *, local: bool) -> None:
        import httpx

        from scanner.collect.authorities import trusting

        try:
            context = trusting(ca_file)
        except OSError:
            raise DeliveryError("The CA file {file} cannot be read.", file=str(ca_file)) from None
        self._deadline = _Deadline()
        self._client = httpx.Client(
            # A proxy of the environment is for other machines than this one.
            trust_env=not local,
            verify=context,
            follow_redirects=False,
            timeout=httpx.Timeout(REQUEST_SECONDS),
            headers={"User-Agent": f"mamori/{__version__}"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Answered:
        """Post `content`, again while the receiver is busy, and return its answer of status 2xx.

        Raises:
            DeliveryError: it did not take it; neither address nor content are in the message.
        """
        import stamina

        for attempt in stamina.retry_context(
            on=_again, attempts=ATTEMPTS, timeout=PATIENCE_SECONDS, wait_initial=0.2, wait_max=8.0
        ):
            with attempt:
                return self._once(url, content, headers)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _once(self, url: str, content: bytes, headers: Mapping[str, str]) -> Answered:
        import httpx

        failure: DeliveryError
        extensions = {"trace": self._deadline}
        try:
            with self._client.stream(
                "POST", url, content=content, headers=headers, extensions=extensions
            ) as response:
                body, until = b"", time.monotonic() + REQUEST_SECONDS
                for chunk in response.iter_raw():
                    body = (body + chunk)[:MAX_BODY]
                    if len(body) >= MAX_BODY or time.monotonic() > until:
                        break
            status = response.status_code
            if 200 <= status < 300:
                return Answered(status, body)
            failure = _refusal(status, response.headers.get("retry-after"))
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            failure = _unreached(error)
            if self._deadline.passed:
                failure = BusyError(
                    "The receiver did not answer within {seconds} seconds.",
                    seconds=int(REQUEST_SECONDS),
                )
        # Outside the handler: what was caught may hold the address, which can be a secret.
        raise failure


class _Deadline:
    """Ends the connection when the head of the answer takes too long.

    The client's own limit is for each piece of it. httpcore tells how far each request has come.
    """

    def __init__(self) -> None:
        self.passed = False
        """It did so in the latest request."""
        self._connection: socket.socket | None = None
        self._timer: threading.Timer | None = None

    def __call__(self, event: str, told: Mapping[str, Any]) -> None:
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._connection = told["return_value"].get_extra_info("socket")
        elif event == "http11.receive_response_headers.started":
            self.passed = False
            self._timer = threading.Timer(REQUEST_SECONDS, self._end)
            self._timer.daemon = True
            self._timer.start()
        elif event.startswith("http11.receive_response_headers.") and self._timer is not None:
            self._timer.cancel()

    def _end(self) -> None:
        self.passed = True
        if self._connection is not None:
            with contextlib.suppress(OSError):  # it has ended by itself
                # Not by TLS: whoever waits for an answer holds its state.
                socket.socket.shutdown(self._connection, socket.SHUT_RDWR)


def _refusal(status: int, retry_after: str | None) -> DeliveryError:
    if status in _BUSY:
        busy = BusyError("The receiver is busy (status {status}).", status=status)
        busy.retry_after = _seconds(retry_after)
        return busy
    if 300 <= status < 400:
        return DeliveryError(
            "The receiver points elsewhere (status {status}); name the new address.", status=status
        )
    if status in (401, 403):
        return DeliveryError(
            "The receiver refused the credential (status {status}).", status=status
        )
    return DeliveryError("The receiver refused it (status {status}).", status=status)


def _seconds(retry_after: str | None) -> float | None:
    if retry_after is None:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:6])
    try:
        return (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None


def _unreached(error: BaseException) -> DeliveryError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return DeliveryError(
                "The receiver did not prove its identity ({cause}), so nothing was sent.",
                cause=cause.verify_message or "verification failed",
            )
        if isinstance(cause, OSError) and cause.strerror:
            return BusyError("The receiver cannot be reached ({cause}).", cause=cause.strerror)
        cause = cause.__cause__ or cause.__context__
    return BusyError("The receiver cannot be reached ({cause}).", cause=type(error).__name__)


def _again(error: Exception) -> bool | float:
    if not isinstance(error, BusyError):
        return False
    if error.retry_after is None:
        return True
    return max(0.01, error.retry_after) if error.retry_after <= PATIENCE_SECONDS else False
