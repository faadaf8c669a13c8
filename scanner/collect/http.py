"""The one HTTP client: read-only, bound to one host, and never patient for ever.

Nothing but GET and HEAD leaves it, besides the POSTs that a connector named as reading only. The
rule is held in the transport, below redirects, retries and authentication, so that no caller can
get round it by mistake.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import re
import ssl
import sys
import time
import zlib
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import parse_qsl, quote, urlsplit

import httpx
import msgspec
import stamina
from stamina.instrumentation import set_on_retry_hooks

from scanner import __version__
from scanner.collect.authorities import trusting
from scanner.collect.inflate import Inflater
from scanner.collect.quota import Quota, QuotaUsedUpError
from scanner.config import is_loopback
from scanner.model import Reason, Text, Unknown

MAX_BODY = 16 * 1_048_576
"""Bytes of one answer, after decompression."""
REQUEST_SECONDS = 30.0
"""From the first byte sent to the last byte read, however slowly it drips."""
MAX_WAIT_SECONDS = 60.0
"""The longest `Retry-After` that is waited for."""
ATTEMPTS = 3
RENEWED_LATELY = 60.0
"""Seconds after which a new token may have expired as well."""
MOST_REDIRECTS = 3

# stamina would log each retry by default; what is retried here may name a customer's host.
set_on_retry_hooks(())
# httpx would log each address, and there are vendors who want a secret in it.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)
# httpcore asks for each request, and four times, whether `sniffio` is there, which anyio no longer
# brings. Python would look through every folder each time: up to a third of a request's cost.
if importlib.util.find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment] # documented: it is not to be found


class Revealing(Protocol):
    """A secret that is shown only to the request that needs it."""

    def reveal(self) -> str:
        """Return the value."""


_SEGMENT = r"(?!\.)(?:[\w.~-]|%(?!2[EF]|5C)[0-9A-F]{2})+"
"""One segment of a path as it goes out: no slash, dot or backslash hides in it."""


@cache
def _pattern(path: str) -> re.Pattern[str]:
    """Return what a declared path allows."""
    return re.compile(re.sub(r"\\{\w+\\}", lambda _: _SEGMENT, re.escape(path)))


_LINK = re.compile(r"[\w./~-]+")


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request that a connector may make, declared so that it can be announced and enforced."""

    section: str
    """What it reads, as the reader would name it: `users`, `audit log`."""
    path: str
    """The path under the address of the deployment; `{name}` stands for one segment."""
    host: str = ""
    """Which of the platform's hosts answers it, where there are several."""
    method: str = "GET"
    """`GET`, `HEAD`, or `POST` for an interface that reads by POST."""
    asks: str = ""
    """What its query names, where one path answers all kinds of questions: `FROM User`."""
    soap: str = ""
    """The one SOAP request that a POST may carry, as `RetrieveRequestMsg`; its path takes all."""
    headers: dict[str, str] = {}
    """Sent with this call alone, as the version of the interface."""
    signed: bool = True
    """Carries the credential; a call that fetches a token does not."""
    rate: str = ""
    """The class of calls that share one quota of the vendor's."""
    permission: str = ""
    """What the vendor calls the right to make it."""
    also: tuple[str, ...] = ()
    """Other rights, each of which allows it as well."""
    facts: tuple[str, ...] = ()
    """The facts that its answer gives, as `Person.last_sign_in`."""
    repeats: str = ""
    """When it is made more than once: `per 100 users`, `per form`."""

    def matches(self, method: str, path: str) -> bool:
        """Tell whether a request with `method` for `path` is this call."""
        return method == self.method and _pattern(self.path).fullmatch(path) is not None

    def carries(self, body: bytes) -> bool:
        """Tell whether `body` asks for nothing but what is declared."""
        if not self.soap:
            return True
        asked = rb"<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?%s[\s>]" % self.soap.encode()
        return body.count(b"Body") == 2 and re.search(asked, body) is not None


class Unanswered(Exception):
    """A call brought no usable answer; `unknown` says why, in the words of the report."""

    def __init__(self, unknown: Unknown, status: int | None = None) -> None:
        super().__init__(unknown)
        self.unknown = unknown
        self.status = status
        self.retry_after: float | None = None
        self.patience: float | None = None
        """Seconds after which the vendor counts anew, where it did not say when to come again."""


class Answer(msgspec.Struct, frozen=True):
    """What the server said to one call."""

    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            Unanswered: it is something else, such as the sign-in page.
        """
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            kind = self.headers.get("content-type", "").partition(";")[0] or "no content type"
            raise Unanswered(
                Unknown(
                    Reason.MALFORMED,
                    Text.of("The answer is not JSON ({kind}).", kind=kind),
                    Text.of("Check that the address is the API's own and needs no browser."),
                ),
                self.status,
            ) from None


def _carriable(secret: Revealing) -> str:
    """Return the value of `secret` as a header may carry it."""
    value = secret.reveal()
    if not re.fullmatch(r"[!-~]+", value):
        raise _unanswered(
            Reason.UNAUTHENTICATED,
            "The credential holds characters that no request can carry.",
        )
    return value


class HeaderAuth(httpx.Auth):
    """Signs every request with a secret in a header of the vendor's own, after `prefix`."""

    def __init__(self, header: str, secret: Revealing, prefix: str = "") -> None:
        self._header = header
        self._secret = secret
        self._prefix = prefix

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header for the time of the request only."""
        request.headers[self._header] = self._prefix + _carriable(self._secret)
        yield request


class BasicAuth(httpx.Auth):
    """Signs every request with a user name and password (RFC 7617)."""

    def __init__(self, username: str, password: Revealing) -> None:
        self._username = username
        self._password = password

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header for the time of the request only."""
        try:
            basic = httpx.BasicAuth(self._username, self._password.reveal())
        except UnicodeEncodeError:
            basic = None
        if basic is None:  # outside the handler: its exception holds the password
            raise _unanswered(
                Reason.UNAUTHENTICATED,
                "The credential holds characters that no request can carry.",
            )
        yield from basic.auth_flow(request)


class BearerAuth(HeaderAuth):
    """Signs every request with a token (RFC 6750)."""

    def __init__(self, token: Revealing) -> None:
        super().__init__("Authorization", token, "Bearer ")


Explain = Callable[[int, bytes], Unknown | None]
"""A connector's own reading of a refusal, from its status and body; None for the common one.

It also sees answers of status 200, where some vendors put their errors. It raises `Unanswered` for
one that no waiting within the scan helps against.
"""


class Client:
    """Makes the declared calls of one target, and none besides.

    Use as an async context manager. `url` is the address of calls that name no host of `hosts`.
    `budget` is the most requests it will make, retries included; `quota` the share of the vendor's
    own limits that it keeps to; `headers` go with every request.
    """

    def __init__(
        self,
        url: str,
        calls: tuple[Call, ...],
        *,
        hosts: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        ca_file: Path | None = None,
        budget: int = 2000,
        quota: Quota | None = None,
        explain: Explain = lambda status, body: None,
    ) -> None:
        self._bases = {"": url.rstrip("/")}
        self._bases.update((name, each.rstrip("/")) for name, each in (hosts or {}).items())
        self._sent = _lower(
            {
                "User-Agent": f"mamori/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                **(headers or {}),
            }
        )
        self._explain = explain
        try:
            self._guard = _Guard(self._bases, calls, budget)
        except (httpx.InvalidURL, ValueError):  # a name that IDNA does not allow
            raise _unanswered(
                Reason.NOT_CONFIGURED, "{url} is no address of the web.", url=url
            ) from None
        self._quota = quota
        self._renew: Callable[[], Awaitable[httpx.Auth]] | None = None
        self._renewing = asyncio.Lock()
        self._renewed = -RENEWED_LATELY
        self._ca_file = ca_file
        self._auth: httpx.Auth | None = None
        self._http: httpx.AsyncClient | None = None
        self.clock_ahead: float | None = None
        """Seconds by which this machine's clock is ahead of the server's, by its last answer."""

    @property
    def host(self) -> str:
        """The name of the deployment's own host."""
        return urlsplit(self._bases[""]).hostname or ""

    @property
    def requests(self) -> int:
        """How many requests have been sent."""
        return self._guard.sent

    def sign(
        self, auth: httpx.Auth, renew: Callable[[], Awaitable[httpx.Auth]] | None = None
    ) -> None:
        """Sign every request from now on; `renew` fetches a new token once one has expired.

        Raises:
            Unanswered: an address is plain http to another machine, where a credential would be
                readable on the way.
        """
        for base in self._bases.values():
            self._keep_confidential(base)
        self._auth = auth
        self._renew = renew

    @staticmethod
    def _keep_confidential(base: str) -> None:
        if urlsplit(base).scheme == "http" and not is_loopback(base):
            raise Unanswered(
                Unknown(
                    Reason.REFUSED,
                    Text.of("The address is plain http, so the credential was not sent."),
                    Text.of("Give the https address of the deployment in `url`."),
                )
            )

    async def __aenter__(self) -> Self:
        try:
            context = trusting(self._ca_file)
        except OSError:
            raise Unanswered(
                Unknown(
                    Reason.NOT_CONFIGURED,
                    Text.of("The CA file {file} cannot be read.", file=str(self._ca_file)),
                    Text.of("Point `ca_file` to a PEM file with the CA's certificate."),
                )
            ) from None
        self._http = httpx.AsyncClient(
            # A proxy of the environment is for other machines than this one.
            trust_env=not is_loopback(self._bases[""]),
            verify=context,
            follow_redirects=False,
            event_hooks={"request": [self._guard.check]},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http is not None:
            await self._http.aclose()

    async def get(
        self, call: Call, /, params: Mapping[str, Any] | None = None, **names: Any
    ) -> Answer:
        """Make `call` with `names` in its path, and return the answer of status 200.

        Busy and failing servers are asked again as they wish. Raises:
            Unanswered: there is no such answer; the reason is in it.
        """
        return await self._make(call, _path(call, names), params=dict(params) if params else None)

    async def follow(self, call: Call, link: str) -> Answer:
        """Make `call` where `link` of an earlier answer continues it.

        Only path and query of the link count; the host stays the declared one. Raises:
            Unanswered: as `get` does; the path may also be none that was declared.
        """
        try:
            parts = urlsplit(link)
        except ValueError:
            parts = urlsplit("")
        prefix = urlsplit(self._bases[call.host]).path
        path = parts.path.removeprefix(prefix) if prefix else parts.path
        if not path.startswith("/"):
            if "{" in call.path or (path and not _LINK.fullmatch(path)):
                raise _unanswered(Reason.MALFORMED, "The link to the next page leads nowhere.")
            path = f"/{path}" if path else call.path
        query = parse_qsl(parts.query, keep_blank_values=True)
        return await self._make(call, path, params=query)

    async def post(
        self,
        call: Call,
        form: Mapping[str, str] | None = None,
        *,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **names: Any,
    ) -> Answer:
        """Make `call`, declared as a POST that only reads, with a form, JSON or bytes as its body.

        Raises:
            Unanswered: as `get` does, and as `sign` does: the body may hold a credential.
        """
        self._keep_confidential(self._bases[call.host])
        sent: dict[str, Any] = {"headers": dict(headers or {})}
        if form is not None:
            sent["data"] = dict(form)
        elif content is not None:
            sent["content"] = content
        else:
            sent["json"] = json
        return await self._make(call, _path(call, names), **sent)

    async def _make(self, call: Call, path: str, **content: Any) -> Answer:
        content["headers"] = {**call.headers, **content.get("headers", {})}
        url = self._bases[call.host] + path
        auth = self._auth
        try:
            return await self._insist(call, url, content)
        except Unanswered as gap:
            expired = call.signed and gap.unknown.reason is Reason.UNAUTHENTICATED
            if not expired or not await self._sign_anew(auth):
                raise
        return await self._insist(call, url, content)

    async def _sign_anew(self, refused: httpx.Auth | None) -> bool:
        """Fetch a new token in place of the one that was `refused`, once for all that wait.

        Tells whether there is one: a token refused soon after it was fetched is not expired.
        """
        async with self._renewing:
            if self._auth is not refused:
                return True
            if self._renew is None or time.monotonic() - self._renewed < RENEWED_LATELY:
                return False
            self._auth = await self._renew()
            self._renewed = time.monotonic()
            return True

    async def _insist(self, call: Call, url: str, content: dict[str, Any]) -> Answer:
        try:
            await self._keep_within_quota(call)
            return await self._once(call, url, content)
        except Unanswered as refused:
            first = refused
        async for attempt in stamina.retry_context(
            on=_again, attempts=ATTEMPTS, timeout=2 * MAX_WAIT_SECONDS, wait_max=2.0
        ):
            with attempt:
                if attempt.num == 1:
                    raise first
                await self._keep_within_quota(call)
                try:
                    return await self._once(call, url, content)
                except Unanswered as refused:
                    # The first time it may have been a moment's rush of others.
                    if refused.patience is not None:
                        refused.retry_after = refused.patience
                    raise
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _keep_within_quota(self, call: Call) -> None:
        if self._quota is None:
            return
        try:
            await self._quota.wait(call.rate)
        except QuotaUsedUpError as used_up:
            raise Unanswered(used_up.unknown) from None

    async def _once(self, call: Call, url: str, content: dict[str, Any]) -> Answer:
        assert self._http is not None, "use the client as a context manager"
        auth = self._auth if self._auth is not None and call.signed else None
        content = {**content, "headers": {**self._sent, **_lower(content["headers"])}}
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                for _ in range(1 + MOST_REDIRECTS):
                    request = httpx.Request(call.method, url, extensions=_IN_TIME, **content)
                    async with aclosing(
                        await self._http.send(request, auth=auth, stream=True)
                    ) as response:
                        body = await read_body(response)
                    if not response.is_redirect:
                        return self._judge(call, response, body)
                    # The server chooses the place, not the question.
                    url = self._follow(response, self._bases[call.host])
        except TimeoutError:
            raise _unanswered(
                Reason.TIMED_OUT,
                "No complete answer came within {seconds} seconds.",
                seconds=int(REQUEST_SECONDS),
            ) from None
        except httpx.HTTPError as error:
            raise transport_failure(error) from None
        raise _unanswered(Reason.REDIRECTED, "The server redirects in a circle.")

    def _judge(self, call: Call, response: httpx.Response, body: bytes) -> Answer:
        status = response.status_code
        self._compare_clocks(response.headers.get("date", ""))
        unknown = self._explain(status, body)
        if unknown is None and status == httpx.codes.OK:
            return Answer(status, response.headers, body)
        unknown = unknown or _refusal(status)
        unanswered = Unanswered(unknown, status)
        unanswered.retry_after = _retry_after(response)
        if unanswered.retry_after is None and unknown.reason is Reason.RATE_LIMITED:
            unanswered.patience = self._quota.patience(call.rate) if self._quota else None
        raise unanswered

    def _compare_clocks(self, date: str) -> None:
        try:
            self.clock_ahead = (datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return

    @staticmethod
    def _follow(response: httpx.Response, base: str) -> str:
        """Return where a redirect leads, if that is this very host by a scheme no weaker."""
        target = response.url.join(response.headers.get("location", ""))
        here = httpx.URL(base)
        if (target.scheme, target.host, target.port) != (here.scheme, here.host, here.port):
            place = f"{target.scheme}://{target.netloc.decode('ascii')}"
            raise Unanswered(
                Unknown(
                    Reason.REDIRECTED,
                    Text.of(
                        "The server points to {place}; the credential stays here.", place=place
                    ),
                    Text.of("If that is the deployment's own address, give it in `url`."),
                ),
                response.status_code,
            )
        return str(target.copy_with(query=None, fragment=None))


_IN_TIME = {"timeout": httpx.Timeout(REQUEST_SECONDS).as_dict()}


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Return `headers` with names of one case, which means nothing in them (RFC 9110, 5.1)."""
    return {name.lower(): value for name, value in headers.items()}


class _Guard:
    """Looks at every request on its way out, whoever made it."""

    def __init__(self, bases: Mapping[str, str], calls: tuple[Call, ...], budget: int) -> None:
        self._places = {name: _place(base) for name, base in bases.items()}
        self._calls = calls
        self._budget = budget
        self.sent = 0

    def _allows(self, request: httpx.Request, path: str) -> bool:
        url = request.url
        asked = (url.scheme, url.host, url.port)
        for call in self._calls:
            origin, prefix = self._places[call.host]
            if (
                asked == origin
                and path.startswith(f"{prefix}/")
                and call.matches(request.method, path.removeprefix(prefix))
                and (not call.soap or call.carries(request.content))
            ):
                return True
        return False

    async def check(self, request: httpx.Request) -> None:
        """Let `request` pass, or raise `Unanswered` before a byte of it is sent."""
        # As it goes out: a server may read an encoded slash otherwise than it looks decoded.
        path = request.url.raw_path.decode("ascii").partition("?")[0]
        if not self._allows(request, path):
            raise _unanswered(
                Reason.REFUSED,
                "{method} {path} is not among the calls that this connector declares.",
                method=request.method,
                path=path.removeprefix(self._places[""][1]),
            )
        if self.sent >= self._budget:
            raise _unanswered(
                Reason.REFUSED,
                "The budget of {budget} requests for this target is used up.",
                budget=self._budget,
            )
        self.sent += 1


def _place(base: str) -> tuple[tuple[str, str, int | None], str]:
    """Return the origin of an address, and the path that all its calls start with."""
    parts = httpx.URL(base)
    prefix = parts.raw_path.decode("ascii").partition("?")[0].rstrip("/")
    return (parts.scheme, parts.host, parts.port), prefix


def _path(call: Call, names: Mapping[str, Any]) -> str:
    return call.path.format_map({name: _segment(value) for name, value in names.items()})


async def read_body(response: httpx.Response) -> bytes:
    """Read the body up to the limit; the server may compress although it was asked not to."""
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "gzip", "deflate"):
        raise _unanswered(
            Reason.MALFORMED, "The answer is encoded as {encoding}.", encoding=encoding
        )
    inflater = None if encoding == "identity" else Inflater()
    pieces: list[bytes] = []
    size = 0
    try:
        async for chunk in response.aiter_raw():
            pieces.append(inflater.feed(chunk, MAX_BODY + 1 - size) if inflater else chunk)
            size += len(pieces[-1])
            if size > MAX_BODY:
                raise _unanswered(
                    Reason.TOO_LARGE,
                    "The answer is larger than {megabytes} MB.",
                    megabytes=MAX_BODY // 1_048_576,
                )
        if inflater:
            inflater.finish()
    except zlib.error:
        raise _unanswered(Reason.MALFORMED, "The compressed answer is damaged.") from None
    return b"".join(pieces)


def _again(error: Exception) -> bool | float:
    """Tell stamina whether, or after how many seconds, to try again."""
    if not isinstance(error, Unanswered):
        return False
    if error.retry_after is not None:
        return max(0.01, error.retry_after) if error.retry_after <= MAX_WAIT_SECONDS else False
    return error.status in (429, 502, 503, 504) or (
        # An error within an answer of status 200, or no answer at all.
        (error.status == 200 and error.unknown.reason is Reason.RATE_LIMITED)
        or (error.status is None and error.unknown.reason is Reason.UNREACHABLE)
    )


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds a 429 or 503 asks to wait (RFC 9110 §10.2.3), if it says so."""
    value = response.headers.get("retry-after")
    if value is None or response.status_code not in (429, 503):
        return None
    if value.isdecimal():
        return float(value)
    try:
        wanted = parsedate_to_datetime(value)
        date = response.headers.get("date")
        answered = parsedate_to_datetime(date) if date else datetime.now(UTC)
        return max(0.0, (wanted - answered).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _unanswered(reason: Reason, template: str, **values: Any) -> Unanswered:
    return Unanswered(Unknown(reason, Text(template, values)))


def _refusal(status: int) -> Unknown:
    """Return what a status other than 200 means where the connector knows no better."""
    if status == 401:
        return Unknown(
            Reason.UNAUTHENTICATED,
            Text.of("The server refused the credential (401)."),
            Text.of("Check the user name and the secret that `credential` points to."),
        )
    if status == 403:
        return Unknown(Reason.NOT_PERMITTED, Text.of("The credential has no right to this (403)."))
    if status == 404:
        return Unknown(
            Reason.NOT_FOUND,
            Text.of("The server does not know this address (404)."),
            Text.of("Check `url`: it is the address of the deployment without `/api`."),
        )
    if status == 429:
        return Unknown(
            Reason.RATE_LIMITED,
            Text.of("The server asked for fewer requests (429)."),
            Text.of("Scan at a quieter hour."),
        )
    if status >= 500:
        return Unknown(Reason.SERVER_ERROR, Text.of("The server failed ({status}).", status=status))
    return Unknown(
        Reason.MALFORMED, Text.of("The server answered with status {status}.", status=status)
    )


def transport_failure(error: httpx.HTTPError) -> Unanswered:
    """Name what went wrong below HTTP, without the address, which the reader sees anyway."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Unanswered(
                Unknown(
                    Reason.UNTRUSTED,
                    Text.of(
                        "The certificate did not prove the server's identity ({cause}), so the "
                        "credential was not sent.",
                        cause=cause.verify_message or "verification failed",
                    ),
                    Text.of("Mend the certificate, or name your own CA in `ca_file`."),
                )
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.LocalProtocolError):
        return _unanswered(
            Reason.UNAUTHENTICATED, "The credential holds characters that no request can carry."
        )
    if isinstance(error, httpx.TimeoutException):
        return _unanswered(
            Reason.TIMED_OUT,
            "No complete answer came within {seconds} seconds.",
            seconds=int(REQUEST_SECONDS),
        )
    if isinstance(error, (httpx.RemoteProtocolError, httpx.DecodingError, httpx.InvalidURL)):
        return _unanswered(Reason.MALFORMED, "The server does not speak HTTP as it should.")
    return Unanswered(
        Unknown(
            Reason.UNREACHABLE,
            Text.of("The connection failed ({cause}).", cause=cause_of(error)),
            Text.of("Check `url`, name resolution and firewalls between here and the server."),
        )
    )


def cause_of(error: BaseException) -> str:
    """Return what the operating system said, or at least what kind of failure it was."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror and cause.errno is not None:
            return os.strerror(cause.errno) if cause.errno > 0 else cause.strerror
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__


def _segment(value: Any) -> str:
    """Return a path segment that stays one segment."""
    return quote(str(value), safe="")
