"""Fetches public pages: GET alone, no credential, no cookie sent, a limit on everything."""

from __future__ import annotations

import asyncio
import re
import ssl
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

import certifi
import httpx
import msgspec

from scanner import __version__
from scanner.collect.http import REQUEST_SECONDS, Unanswered, cause_of, read_body
from scanner.config import is_loopback
from scanner.model import Cookie, Reason, Text, Unknown

MOST_REDIRECTS = 6
_SAVE_IT = Text.of("Open it in a browser, save the rendered page, and probe the file.")


class Fetched(msgspec.Struct, frozen=True):
    """A page as the server sent it."""

    url: str
    """Where it was found in the end."""
    body: bytes
    kind: str
    """The media type."""
    charset: str | None
    cookies: tuple[Cookie, ...]


async def fetch(url: str, *, ca_file: Path | None = None) -> Fetched:
    """Fetch the public page at `url`, over redirects.

    Raises:
        Unanswered: no page came; the reason is in it.
    """
    context = ssl.create_default_context(cafile=certifi.where())
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    client = httpx.AsyncClient(
        trust_env=not is_loopback(url),
        verify=context,
        follow_redirects=False,
        timeout=httpx.Timeout(REQUEST_SECONDS),
        headers={
            "User-Agent": f"mamori/{__version__}",
            "Accept": "text/html,application/xhtml+xml",
            "Accept-Language": "ja,en;q=0.8",
            "Accept-Encoding": "identity",
        },
    )
    try:
        async with client, asyncio.timeout(REQUEST_SECONDS):
            return await _follow(client, url)
    except TimeoutError:
        raise _gap(
            Reason.TIMED_OUT,
            Text.of("No complete answer came within {seconds} seconds.", seconds=30),
        ) from None
    except httpx.InvalidURL:
        raise _gap(Reason.MALFORMED, Text.of("This is no address that can be fetched.")) from None
    except httpx.HTTPError as error:
        raise _failed(error) from None


async def _follow(client: httpx.AsyncClient, url: str) -> Fetched:
    cookies: dict[str, Cookie] = {}
    for _ in range(1 + MOST_REDIRECTS):
        async with client.stream("GET", url) as response:
            for header in response.headers.get_list("set-cookie"):
                cookies.update((each.name, each) for each in _cookies(header))
            if not response.is_redirect:
                _judge(response)
                return Fetched(
                    url=str(response.url),
                    body=await read_body(response),
                    kind=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
                    charset=response.charset_encoding,
                    cookies=tuple(cookies.values()),
                )
            target = response.url.join(response.headers.get("location", ""))
        client.cookies.clear()
        if target.scheme not in ("http", "https"):
            raise _gap(Reason.REDIRECTED, Text.of("The server points to what is no web page."))
        url = str(target)
    raise _gap(
        Reason.REDIRECTED,
        Text.of("The server redirects more than {most} times.", most=MOST_REDIRECTS),
        Text.of("Give the address that a browser shows in the end."),
    )


def _judge(response: httpx.Response) -> None:
    status = response.status_code
    if status in (401, 403, 407):
        raise _gap(
            Reason.UNAUTHENTICATED,
            Text.of("The page is not open to everybody ({status}).", status=status),
            _SAVE_IT,
            status=status,
        )
    if status in (404, 410):
        raise _gap(
            Reason.NOT_FOUND,
            Text.of("There is no such page ({status}).", status=status),
            Text.of("Correct the address, or mend the page that it should lead to."),
            status=status,
        )
    if status == 429:
        raise _gap(Reason.RATE_LIMITED, Text.of("The server asked for fewer requests (429)."))
    if status >= 500:
        raise _gap(
            Reason.SERVER_ERROR,
            Text.of("The server failed ({status}).", status=status),
            status=status,
        )
    if status != 200:
        raise _gap(
            Reason.MALFORMED, Text.of("The server answered with status {status}.", status=status)
        )


def _failed(error: httpx.HTTPError) -> Unanswered:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _gap(
                Reason.UNTRUSTED,
                Text.of(
                    "The certificate did not prove the server's identity ({cause}).",
                    cause=cause.verify_message or "verification failed",
                ),
                Text.of("Mend the certificate, or name your own CA by --ca-file or `ca_file`."),
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.TimeoutException):
        return _gap(
            Reason.TIMED_OUT,
            Text.of("No complete answer came within {seconds} seconds.", seconds=30),
        )
    if isinstance(error, (httpx.ProtocolError, httpx.DecodingError)):
        return _gap(Reason.MALFORMED, Text.of("The server does not speak HTTP as it should."))
    return _gap(
        Reason.UNREACHABLE,
        Text.of("The connection failed ({cause}).", cause=cause_of(error)),
        Text.of("Check the address, name resolution and the way from here to the server."),
    )


def _gap(
    reason: Reason, detail: Text, remedy: Text | None = None, *, status: int | None = None
) -> Unanswered:
    return Unanswered(Unknown(reason, detail, remedy), status)


_SESSION = re.compile(r"sess|auth|token|login|sid$", re.IGNORECASE)


def _cookies(header: str) -> list[Cookie]:
    jar = SimpleCookie()
    try:
        jar.load(header)
    except CookieError:
        return []
    return [
        Cookie(
            name=name[:100],
            secure=bool(morsel["secure"]),
            http_only=bool(morsel["httponly"]),
            same_site=str(morsel["samesite"]).lower()[:10] or None,
            session=bool(_SESSION.search(name)),
            max_age_days=_days(str(morsel["max-age"]), str(morsel["expires"])),
        )
        for name, morsel in jar.items()
    ]


def _days(max_age: str, expires: str) -> int | None:
    if max_age.lstrip("-").isdecimal():
        return min(int(max_age), 10**12) // 86_400
    if expires:
        from datetime import UTC, datetime
        from email.utils import parsedate_to_datetime

        try:
            until = parsedate_to_datetime(expires.replace("-", " "))
        except (ValueError, TypeError):
            return None
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        return (until - datetime.now(UTC)).days
    return None
