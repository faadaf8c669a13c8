"""Fetches pages as a stranger would: without credentials, within limits, and never for ever.

Unlike the client of the platforms' interfaces it carries nothing that could be lost, so it may also
look at a page whose certificate proves nothing; it says so then. Every answer counts, whatever its
status; only what brings none is an unknown.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import ssl
import zlib
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Self

import httpx
import msgspec

from scanner import __version__
from scanner.collect import authorities
from scanner.collect.inflate import Inflater
from scanner.collect.probes.dns import Resolver
from scanner.model import Reason, Text, Unknown

SECONDS = 10.0
"""One request, from the look-up of the name to the last byte, however slowly it drips."""
MAX_PAGE = 2 * 1_048_576
"""Bytes of one page, after decompression; the rest is not read."""
AT_ONCE = 4
"""Requests at a time to one site."""
ADDRESSES = 3
"""Addresses of a host that are tried one after the other."""
_TRY_THE_NEXT = (Reason.UNREACHABLE, Reason.NOT_FOUND)
"""What one address of a host says of itself alone."""
_AGENT = f"Mozilla/5.0 (compatible; mamori/{__version__})"


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What came back for one request."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    """Names in lower case, in the order sent, repeated ones too."""
    body: bytes
    cut: Unknown | None = None
    """Why the body was not read to its end, where that is so."""
    trusted: bool = True
    """It came over TLS with a certificate for this host, or in clear, where there is none."""

    def all(self, name: str) -> tuple[str, ...]:
        """Return the values of every header called `name`."""
        return tuple(value for each, value in self.headers if each == name)

    def first(self, name: str) -> str | None:
        """Return the value of the first header called `name`."""
        return next(iter(self.all(name)), None)

    @property
    def redirect(self) -> str | None:
        """Where it points to, as an absolute address, if it points anywhere."""
        location = self.first("location")
        if location is None or self.status not in (301, 302, 303, 307, 308):
            return None
        try:
            return str(httpx.URL(self.url).join(location))
        except (httpx.InvalidURL, ValueError):
            return None


class Visitor:
    """Makes requests to strangers; use as an async context manager.

    `ca_file` holds authorities to trust beside the public ones; `resolver` looks hosts up where it
    is given, the system otherwise; `proxied` goes by the proxy of the environment, where what is
    looked at is the page and not its server; `ports` stands in for the standard ones in tests.
    """

    def __init__(
        self,
        *,
        ca_file: Path | None = None,
        resolver: Resolver | None = None,
        seconds: float = SECONDS,
        proxied: bool = False,
        ports: Mapping[int, int] | None = None,
    ) -> None:
        self._ca_file = ca_file
        self._resolver = resolver
        self._seconds = seconds
        self._proxied = proxied
        self._ports = ports or {}
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._clients: dict[bool, httpx.AsyncClient] = {}
        self._unproven: set[bytes] = set()
        """Hosts whose certificate proved nothing, so that it is asked for once."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in self._clients.values():
            await client.aclose()

    def _client(self, *, trusting: bool) -> httpx.AsyncClient:
        """Return the client that asks for a certificate, or the one that does not."""
        if trusting not in self._clients:
            context = authorities.trusting(self._ca_file) if trusting else _anybody()
            self._clients[trusting] = _client(context, proxied=self._proxied)
        return self._clients[trusting]

    async def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        anybody: bool = True,
        most: int = MAX_PAGE,
    ) -> Visit | Unknown:
        """Return what `url` answers to a GET, redirects as they are; or why nothing came.

        With `anybody` a server whose certificate proves nothing is asked all the same, and the
        visit marked. At most `most` bytes are read. Nothing raises.
        """
        try:
            target = httpx.URL(url)
        except (httpx.InvalidURL, ValueError):
            target = httpx.URL("")
        if target.scheme not in ("http", "https") or not target.host:
            return Unknown(Reason.MALFORMED, Text.of("{url} is no address of the web.", url=url))
        async with self._gate:
            try:
                async with asyncio.timeout(self._seconds):
                    trusting = not anybody or target.netloc not in self._unproven
                    visit = await self._visit(target, headers or {}, most, trusting=trusting)
                    if isinstance(visit, Unknown) and visit.reason is Reason.UNTRUSTED and anybody:
                        self._unproven.add(target.netloc)
                        visit = await self._visit(target, headers or {}, most, trusting=False)
                    return visit
            except TimeoutError:
                return Unknown(
                    Reason.TIMED_OUT,
                    Text.of(
                        "{url} gave no complete answer within {seconds} seconds.",
                        url=url,
                        seconds=round(self._seconds),
                    ),
                    _REMEDY,
                )

    async def _visit(
        self, url: httpx.URL, headers: Mapping[str, str], most: int, *, trusting: bool
    ) -> Visit | Unknown:
        addresses: tuple[str, ...] = (url.host,)
        if self._resolver is not None and not _is_address(url.host):
            addresses, gap = await self._resolver.addresses(url.raw_host.decode("ascii"))
            if not addresses:
                return gap or _no_address(url.host)
        nothing: Unknown | None = None
        for address in addresses[:ADDRESSES]:
            result = await self._request(url, address, headers, most, trusting=trusting)
            if isinstance(result, Visit) or result.reason not in _TRY_THE_NEXT:
                return result
            # That nothing answers is known once none of the addresses leaves it open.
            if nothing is None or result.reason is Reason.UNREACHABLE:
                nothing = result
        return nothing or _no_address(url.host)

    async def _request(
        self,
        url: httpx.URL,
        address: str,
        headers: Mapping[str, str],
        most: int,
        *,
        trusting: bool,
    ) -> Visit | Unknown:
        standard = 443 if url.scheme == "https" else 80
        port = url.port or standard
        place = url.copy_with(host=address, port=self._ports.get(port, port), fragment=None)
        name = url.raw_host.decode("ascii")
        host = url.netloc.decode("ascii")
        try:
            async with self._client(trusting=trusting).stream(
                "GET",
                place,
                headers={"Host": host, **headers},
                extensions={} if _is_address(name) else {"sni_hostname": name},
            ) as response:
                body, cut = await _read(response, str(url), most)
        except httpx.HTTPError as error:
            return _failure(error, str(url))
        except (UnicodeError, ValueError, ssl.SSLError):
            return _malformed(str(url))
        return Visit(
            url=str(url),
            status=response.status_code,
            headers=tuple(
                (key.decode("latin-1").lower(), value.decode("latin-1"))
                for key, value in response.headers.raw
            ),
            body=body,
            cut=cut,
            trusted=trusting,
        )


def _anybody() -> ssl.SSLContext:
    """Return what asks a server for no proof."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _client(context: ssl.SSLContext, *, proxied: bool) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        # Mostly straight there, like the TLS probe: a proxy would be what is looked at.
        trust_env=proxied,
        verify=context,
        follow_redirects=False,
        timeout=None,  # noqa: S113 - one deadline around everything stands in its place
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # takes none
        headers={
            "User-Agent": _AGENT,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Encoding": "identity",
        },
    )


_COMPRESSED = ("gzip", "x-gzip", "deflate")


async def _read(response: httpx.Response, url: str, most: int) -> tuple[bytes, Unknown | None]:
    """Return the body up to `most` bytes, and why that is not all of it."""
    encoding = response.headers.get("content-encoding", "").strip().lower() or "identity"
    if encoding not in ("identity", *_COMPRESSED):
        return b"", Unknown(
            Reason.MALFORMED,
            Text.of(
                "{url} is encoded as {encoding}, which mamori does not read.",
                url=url,
                encoding=encoding,
            ),
        )
    inflater = Inflater() if encoding in _COMPRESSED else None
    body = bytearray()
    try:
        async for chunk in response.aiter_raw(65_536):
            body += inflater.feed(chunk, most + 1 - len(body)) if inflater else chunk
            if len(body) > most:
                return bytes(body[:most]), Unknown(
                    Reason.TOO_LARGE,
                    Text.of(
                        "{url} is larger than {megabytes} MB.",
                        url=url,
                        megabytes=most // 1_048_576,
                    ),
                )
        if inflater:
            inflater.finish()
    except zlib.error:
        return bytes(body), Unknown(
            Reason.MALFORMED, Text.of("What {url} answers is compressed and damaged.", url=url)
        )
    return bytes(body), None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


_REMEDY = Text.of("See whether the address can be reached from where mamori runs.")


def _no_address(host: str) -> Unknown:
    return Unknown(
        Reason.NOT_FOUND, Text.of("{host} has no address in the DNS.", host=host), _REMEDY
    )


def _malformed(url: str) -> Unknown:
    return Unknown(Reason.MALFORMED, Text.of("What {url} answers is no HTTP.", url=url), _REMEDY)


def _is_refusal(error: BaseException) -> bool:
    """Tell whether nothing listens, at any of the addresses where there are several."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(_is_refusal, error.exceptions))
    return isinstance(error, ConnectionRefusedError)


def _failure(error: httpx.HTTPError, url: str) -> Unknown:
    cause: BaseException | None = error
    system = ""
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Unknown(
                Reason.UNTRUSTED,
                Text.of(
                    "The certificate of {url} does not prove that it is the right server "
                    "({cause}).",
                    url=url,
                    cause=cause.verify_message or "verification failed",
                ),
                Text.of("Mend the certificate, or name your own CA by --ca-file or `ca_file`."),
            )
        if _is_refusal(cause):
            return Unknown(Reason.NOT_FOUND, Text.of("Nothing answers at {url}.", url=url), _REMEDY)
        if isinstance(cause, OSError) and not system and cause.errno is not None:
            system = os.strerror(cause.errno) if cause.errno > 0 else (cause.strerror or "")
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ProtocolError | httpx.DecodingError):
        return _malformed(url)
    return Unknown(
        Reason.UNREACHABLE,
        Text.of(
            "No connection to {url} could be made ({cause}).",
            url=url,
            cause=system or type(error).__name__,
        ),
        _REMEDY,
    )
