"""One visitor of one site: keeps cookies, never leaves the site, and notes everything it does.

Unlike the visitor of public pages it carries a password, so the certificate has to prove the server
and no redirect is followed to another host, port or scheme. What it notes names neither query
strings, which may hold tokens, nor anything that was typed.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import unquote, urlencode

import httpx
import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanner import __version__
from scanner.collect.http import BearerAuth, Unanswered, read_body, transport_failure
from scanner.collect.vaults.secret import MASK, Secret
from scanner.config import is_loopback
from scanner.model import Reason, Text, Unknown

SECONDS = 30.0
"""One request with its redirects, however slowly the answer drips."""
MOST_REDIRECTS = 5
_MOST_HTML = 1_048_576
"""Bytes of a page that are looked at."""
_TOKEN = re.compile(r"[\w~.-]{20,}")
MOST_REQUESTS = 120
"""Of one probe; a careful one makes fewer than half of them."""

_CAPTCHA = re.compile(
    r"captcha|altcha|cf-turnstile|challenges\.cloudflare\.com|geetest|画像認証", re.IGNORECASE
)
_LOCKED = re.compile(
    r"too many|(?:account|user|login|sign-?in)[^.!?]{0,30}\b(?:locked|blocked|disabled|suspended)"
    r"|locked out|temporarily (?:locked|blocked|disabled|suspended)|try again (?:later|in \d)"
    r"|rate limit|attempts? (?:left|remaining)|wait \d+ (?:second|minute|hour)"
    r"|ロック(?:され|し|中)|(?:試行|入力|失敗|ログイン)回数|回数の上限|回数を超え|しばらく(?:して|経って|たって|待って|お待ち|時間)"
    r"|時間をおいて|時間を置いて|一時的に(?:停止|制限|利用|ロック)",
    re.IGNORECASE,
)


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What came back in the end, redirects within the site followed."""

    target: str
    """Where it was found: path and query."""
    status: int
    body: bytes
    date: datetime | None = None
    """The server's clock."""

    @property
    def path(self) -> str:
        """Where it was found, without the query, which may hold a token."""
        return self.target.partition("?")[0]

    @property
    def html(self) -> str:
        """The body as text."""
        return self.body[:_MOST_HTML].decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON; None where it is something else."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @property
    def captcha(self) -> bool:
        """It shows, or loads, a riddle for people."""
        return _CAPTCHA.search(self.html) is not None

    @property
    def locked(self) -> frozenset[str]:
        """The words by which it speaks of a lock or a limit."""
        return frozenset(each.casefold() for each in _LOCKED.findall(_visible(self.html)))

    def forms(self) -> list[FormSeen]:
        """Return the forms in it that a person can send."""
        return [_form(each) for each in LexborHTMLParser(self.html).css("form")]


class FormSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A form as it stands in a page."""

    action: str
    method: str
    hidden: dict[str, str]
    typed: tuple[tuple[str, str, str], ...]
    """Name, type and further attributes of what people type, in its order."""


class Stopped(Exception):
    """The probe must go no further; `unknown` says why."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason.value)
        self.unknown = unknown


class Record:
    """What all browsers of a probe have done so far; `secrets` are never written down."""

    def __init__(self, clock: Callable[[], datetime], secrets: Iterable[Secret] = ()) -> None:
        self.clock = clock
        self._secrets = tuple(secrets)
        self.lines: list[Text] = []
        self.requests = 0
        self.clock_ahead: float | None = None
        """Seconds by which this machine's clock is ahead of the server's, by its last answer."""

    def note(self, template: str, /, **values: Any) -> None:
        """Write down one line, with the time."""
        moment = f"{self.clock().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        self.lines.append(Text(template, {"time": moment, **values}))

    def hide(self, secret: Secret) -> None:
        """Never write `secret` down either."""
        self._secrets = (*self._secrets, secret)

    def path(self, url: str) -> str:
        """Return the path of `url` without its query, and with a mask for what may be a token."""
        return self.clean(_TOKEN.sub("…", httpx.URL(url).path))

    def clean(self, text: str) -> str:
        """Return `text` of the server's, or a mask where it repeats what was typed."""
        plain = unquote(text).casefold()
        repeats = any(each and each.reveal().casefold() in plain for each in self._secrets)
        return MASK if repeats else text


class _Body:
    """What is typed into a form; in clear only while it is on its way."""

    def __init__(self, values: Mapping[str, str | Secret], *, json: bool) -> None:
        self._values = values
        self._json = json

    @property
    def kind(self) -> str:
        """The media type."""
        return "application/json" if self._json else "application/x-www-form-urlencoded"

    def encode(self) -> bytes:
        """Return the bytes that are sent."""
        values = {
            name: each.reveal() if isinstance(each, Secret) else each
            for name, each in self._values.items()
        }
        return msgspec.json.encode(values) if self._json else urlencode(values).encode()


class Browser:
    """Use as an async context manager; each has cookies of its own, and starts with none."""

    def __init__(
        self,
        site: str,
        record: Record,
        context: ssl.SSLContext,
        cookies: httpx.Cookies | None = None,
    ) -> None:
        self._site = httpx.URL(site)
        self.first_cookies: httpx.Cookies | None = None
        """What it held before anybody signed in."""
        self._record = record
        self._context = context
        self._bearer: Secret | None = None
        self._http = httpx.AsyncClient(
            trust_env=not is_loopback(site),
            verify=context,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - one deadline around everything stands in its place
            cookies=cookies,
            headers={
                "User-Agent": f"Mozilla/5.0 (compatible; mamori/{__version__})",
                "Accept": "text/html,application/json;q=0.9,*/*;q=0.8",
                "Accept-Encoding": "identity",
                "Origin": _origin(self._site),
            },
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    def _cookies(self) -> httpx.Cookies:
        return httpx.Cookies(self._http.cookies)

    def bear(self, token: str) -> None:
        """Bear `token` with every request from now on."""
        self._bearer = Secret.of(token)

    def twin(self) -> Browser:
        """Return another browser that holds what this one holds now."""
        twin = Browser(str(self._site), self._record, self._context, self._cookies())
        twin._bearer = self._bearer
        return twin

    def remember_first_cookies(self) -> None:
        """Keep the cookies that it holds before anybody signs in."""
        self.first_cookies = self._cookies()

    async def get(self, url: str, purpose: Text) -> Seen:
        """Return what `url` answers, redirects within the site followed.

        Raises:
            Stopped: nothing usable came, or the site asks for less or leads elsewhere.
        """
        return await self._go("GET", url, purpose, None)

    async def send(
        self,
        method: str,
        url: str,
        purpose: Text,
        values: Mapping[str, str | Secret],
        *,
        json: bool = False,
    ) -> Seen:
        """Send `values`, and return what comes in the end. Raises as `get` does."""
        return await self._go(method, url, purpose, _Body(values, json=json))

    async def leave(self, method: str, url: str, purpose: Text) -> bool:
        """Sign out; tell whether the site has taken it. Where that leads is of no importance."""
        with contextlib.suppress(Stopped, TimeoutError):
            async with asyncio.timeout(SECONDS):
                response, _ = await self._once(method, url, purpose, None)
                return response.status_code < httpx.codes.BAD_REQUEST
        return False

    async def _go(self, method: str, url: str, purpose: Text, body: _Body | None) -> Seen:
        try:
            async with asyncio.timeout(SECONDS):
                for _ in range(1 + MOST_REDIRECTS):
                    response, data = await self._once(method, url, purpose, body)
                    if not response.is_redirect:
                        return self._judge(response, data)
                    if response.status_code in (307, 308) and body is not None:
                        raise _stopped(
                            Reason.REDIRECTED, "The server wants the password sent elsewhere again."
                        )
                    url = self._follow(response)
                    method, body, purpose = "GET", None, _REDIRECTED
        except TimeoutError:
            raise _stopped(
                Reason.TIMED_OUT,
                "No complete answer came within {seconds} seconds.",
                seconds=int(SECONDS),
            ) from None
        raise _stopped(Reason.REDIRECTED, "The server redirects in a circle.")

    async def _once(
        self, method: str, url: str, purpose: Text, body: _Body | None
    ) -> tuple[httpx.Response, bytes]:
        record = self._record
        if record.requests >= MOST_REQUESTS:
            raise _stopped(
                Reason.REFUSED,
                "The budget of {budget} requests for this target is used up.",
                budget=MOST_REQUESTS,
            )
        record.requests += 1
        failure: Stopped
        status: int | None = None
        try:
            async with self._http.stream(
                method,
                url,
                content=None if body is None else body.encode(),
                headers={} if body is None else {"Content-Type": body.kind},
                auth=None if self._bearer is None else BearerAuth(self._bearer),
            ) as response:
                data = await read_body(response)
                status = response.status_code
                return response, data
        except httpx.HTTPError as error:
            failure = Stopped(transport_failure(error).unknown)
        except Unanswered as error:
            failure = Stopped(error.unknown)
        except (UnicodeError, ValueError):
            failure = _stopped(Reason.MALFORMED, "The server does not speak HTTP as it should.")
        finally:
            # Whatever became of it: out of time or interrupted, it was sent.
            record.note(
                "{time} {method} {path}, {purpose}: {status}",
                method=method,
                path=record.path(url),
                purpose=purpose,
                status=_NO_ANSWER if status is None else status,
            )
        # Raised here, so that no traceback reaches back into the request and what it carried.
        raise failure

    def _follow(self, response: httpx.Response) -> str:
        """Return where a redirect leads, if that is this very site."""
        try:
            target = response.url.join(response.headers.get("location", ""))
        except (httpx.InvalidURL, ValueError):
            raise _stopped(
                Reason.MALFORMED, "The server does not speak HTTP as it should."
            ) from None
        if _origin(target) != _origin(self._site):
            raise _stopped(
                Reason.REDIRECTED,
                "The sign-in leads to {place}, where mamori does not follow.",
                Text.of("Give the address at which people really sign in."),
                place=self._record.clean(_origin(target)),
            )
        return str(target)

    def _judge(self, response: httpx.Response, data: bytes) -> Seen:
        try:
            date = parsedate_to_datetime(response.headers.get("date", "")).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            date = None
        if date is not None:
            self._record.clock_ahead = (self._record.clock() - date).total_seconds()
        status = response.status_code
        if status in (423, 429) or (status in (403, 503) and "retry-after" in response.headers):
            raise _stopped(
                Reason.RATE_LIMITED,
                "The site refuses further attempts ({status}); nothing more was tried.",
                Text.of("Look whether the account is locked, and probe again in a day."),
                status=status,
            )
        if status >= 500:
            raise _stopped(Reason.SERVER_ERROR, "The server failed ({status}).", status=status)
        return Seen(
            target=response.url.raw_path.decode("ascii"), status=status, body=data, date=date
        )


_REDIRECTED = Text.of("where that leads")
_NO_ANSWER = Text.of("no answer")


def address_at(site: str, path: str, *, from_host: bool = False) -> str:
    """Return the address of `path` below `site`, or at its host."""
    url = httpx.URL(site)
    prefix = "" if from_host else url.raw_path.decode("ascii").partition("?")[0].rstrip("/")
    return f"{_origin(url)}{prefix}{path}"


def _origin(url: httpx.URL) -> str:
    host = f"[{url.host}]" if ":" in url.host else url.host
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    standard = {"http": 80, "https": 443}.get(url.scheme) == port
    return f"{url.scheme}://{host}" + ("" if standard else f":{port}")


def _form(form: LexborNode) -> FormSeen:
    hidden: dict[str, str] = {}
    typed: list[tuple[str, str, str]] = []
    for each in form.css("input"):
        attributes = each.attributes
        name, kind = attributes.get("name") or "", (attributes.get("type") or "text").lower()
        if not name or "disabled" in attributes:
            continue
        if kind == "hidden":
            hidden[name] = attributes.get("value") or ""
        elif kind in ("text", "email", "password", "tel", "number"):
            more = (attributes.get("autocomplete"), attributes.get("id"), attributes.get("value"))
            typed.append((name, kind, " ".join(filter(None, more[:2]))))
    return FormSeen(
        action=form.attributes.get("action") or "",
        method=(form.attributes.get("method") or "get").upper(),
        hidden=hidden,
        typed=tuple(typed),
    )


def _visible(html: str) -> str:
    if "<" not in html:
        return html
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "template", "noscript", "head"])
    return " ".join((tree.text(separator=" ") or "").split())


def _stopped(
    reason: Reason, template: str, /, remedy: Text | None = None, **values: Any
) -> Stopped:
    return Stopped(Unknown(reason, Text(template, values), remedy))
