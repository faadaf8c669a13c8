"""Speaks for a vendor that nobody can run, from the answers its documentation describes.

`tests/answers/NAME.yaml` holds them: for each request of the connector one answer, or one per page;
how the vendor refuses; what the connector must make of it all; and the secrets in the answers that
must get nowhere. Everything else follows from what the connector declares.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Self

import httpx
import msgspec
from servers import Asked

from scanner import registry
from scanner.collect.gathering import Gathering, fill_gaps
from scanner.collect.http import Answer, Call, Client
from scanner.collect.merge import summarise
from scanner.collect.platform import Platform, Reading
from scanner.collect.vaults.secret import Secret
from scanner.config import Config, Login, Organisation, Settings, Target
from scanner.document import parse
from scanner.model import AnySubject, Credential, Deployment, Endpoint
from scanner.policy import load_policy
from scanner.report import ReportedTarget
from scanner.scan import judge

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FOLDER = Path(__file__).parent / "answers"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
ORGANISATION = Organisation(name="Sample", domains=("example.co.jp",))


class Refusal(msgspec.Struct, frozen=True):
    """How a vendor says no."""

    status: int
    body: Any = None
    headers: dict[str, str] = {}


class Vendor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One vendor's documented answers."""

    credential: dict[str, str]
    """The secrets and names to sign in with."""
    answers: dict[str, Any]
    """By `METHOD /path`: one answer, or a list of pages under `pages`, or texts under `text`."""
    denied: Refusal
    """To a credential without the right."""
    refused: Refusal
    """To a wrong credential."""
    limited: Refusal
    """To too many requests; its `Retry-After` should be 0."""
    expect: dict[str, dict[str, dict[str, Any]]]
    """By subject type and id: the facts, as JSON would write them."""
    secrets: tuple[str, ...] = ()
    """What the answers hold and nothing may keep."""
    optional: tuple[str, ...] = ()
    """Rights that the recipe leaves out: to be without one is no problem."""
    account: str | None = None
    unasked: tuple[str, ...] = ()
    """Calls that this credential has no need of, as fetching a token."""


@cache
def vendor(name: str) -> Vendor:
    """Return what the file of the platform `name` says."""
    path = FOLDER / f"{name}.yaml"
    return parse(path.read_bytes(), path.name).convert(Vendor)


@cache
def platform(name: str) -> Platform:
    """Return the connector."""
    found: Platform = registry.part("platforms", name)
    return found


def key(method: str, path: str, asks: str = "") -> str:
    return f"{method} {path} {asks}".strip()


class Desk:
    """Answers requests as the vendor does; each request for a list gets its next page."""

    def __init__(
        self,
        name: str,
        *,
        without: str = "",
        refuse_all: Refusal | None = None,
        first: Refusal | None = None,
        admit: tuple[str, ...] = (),
        answers: Mapping[str, Any] | None = None,
    ) -> None:
        self.vendor = vendor(name)
        self.platform = platform(name)
        self.asked: list[str] = []
        self.requests: list[httpx.Request] = []
        """What was asked without a socket, as it would have gone out."""
        self.undeclared: list[str] = []
        self._without = without
        self._refuse_all = refuse_all
        self._first = first
        self._admit = admit
        self._answers = self.vendor.answers if answers is None else answers
        self._turned: dict[str, int] = {}

    def call_for(self, method: str, path: str, said: str) -> Call | None:
        calls = [call for call in self.platform.calls if call.matches(method, path)]
        # The longer question, and the path without places, is the more exact one.
        calls.sort(key=lambda call: (-len(call.asks), call.path.count("{")))
        return next((call for call in calls if call.asks in said), None)

    def answer(self, method: str, path: str, body: str = "") -> tuple[int, dict[str, str], bytes]:
        call = self.call_for(method, path, body)
        self.asked.append(key(method, call.path, call.asks) if call else path)
        if call is None:
            self.undeclared.append(f"{method} {path}")
            return 404, {}, b""
        if self._refuse_all is not None and path not in self._admit:
            return _as_reply(self._refuse_all)
        if self._first is not None and call.signed:
            first, self._first = self._first, None
            return _as_reply(first)
        if self._without and call.permission == self._without:
            return _as_reply(self.vendor.denied)
        return 200, *_as_body(self._next(method, path, call))

    def _next(self, method: str, path: str, call: Call) -> Any:
        for place in (key(method, path, call.asks), key(method, call.path, call.asks)):
            if place in self._answers:
                given = self._answers[place]
                if isinstance(given, dict) and "pages" in given and len(given) == 1:
                    turned = self._turned.get(place, 0)
                    self._turned[place] = turned + 1
                    return given["pages"][min(turned, len(given["pages"]) - 1)]
                return given
        raise AssertionError(f"tests/answers has no answer to {key(method, call.path, call.asks)}")

    def serve(self, server: Any) -> str:
        """Answer at the loopback `server`, and return its address."""

        def reply(asked: Asked) -> Any:
            said = " ".join((*asked.query.values(), asked.body))
            status, headers, body = self.answer(asked.method, asked.path, said)
            return body, status, headers

        server.decide_all(reply)
        return str(server.url)


def _as_reply(refusal: Refusal) -> tuple[int, dict[str, str], bytes]:
    return refusal.status, *_as_body(refusal.body, refusal.headers)


def _as_body(body: Any, headers: Mapping[str, str] | None = None) -> tuple[dict[str, str], bytes]:
    if isinstance(body, str):
        return {"Content-Type": "text/xml", **(headers or {})}, body.encode()
    if isinstance(body, bytes):
        return {**(headers or {})}, body
    return {"Content-Type": "application/json", **(headers or {})}, msgspec.json.encode(body)


class _Indoors(Client):
    """The client without a network between it and the desk, for what is tried very often."""

    desk: Desk

    async def __aenter__(self) -> Self:
        return self

    async def _once(self, call: Call, url: str, content: dict[str, Any]) -> Answer:
        request = httpx.Request(call.method, url, **content)
        await self._guard.check(request)
        self.desk.requests.append(request)
        said = " ".join((*request.url.params.values(), request.content.decode()))
        status, headers, body = self.desk.answer(
            call.method, request.url.raw_path.decode().partition("?")[0], said
        )
        return self._judge(call, httpx.Response(status, headers=headers, request=request), body)


def read(desk: Desk, url: str | None = None, *, local_config: str | None = None) -> Deployment:
    """Return what the connector makes of the vendor's answers, over a socket where `url` is."""
    found, given = desk.platform, desk.vendor
    secrets = {name: value for name, value in given.credential.items() if name in _SECRET}
    login = {name: value for name, value in given.credential.items() if name not in _SECRET}
    target = Target(
        name="shop",
        platform=found.name,
        url=url or "http://127.0.0.1:1",
        account=given.account,
        local_config=local_config,
        credential=Login(**login, **dict.fromkeys(secrets, "env:X")),
    )
    gathering = Gathering("shop", found.name, found.lists)
    hosts = found.locate(target)
    assert isinstance(hosts, dict)
    client = (Client if url else _Indoors)(
        hosts[""],
        found.calls,
        hosts=hosts,
        headers=found.sent(given.account or ""),
        explain=found.explain,
    )
    if isinstance(client, _Indoors):
        client.desk = desk

    async def run() -> None:
        async with client:
            await found.read(
                Reading(
                    target=target,
                    settings=Settings(config=Config(targets=(target,)), folder=Path("/")),
                    secrets={name: Secret.of(value) for name, value in secrets.items()},
                    client=client,
                    gathering=gathering,
                    now=NOW,
                )
            )

    asyncio.run(run())
    seen = gathering.deployment(now=NOW, complete=True, requests=client.requests)
    subjects: list[AnySubject] = [fill_gaps(each, found.hidden) for each in seen.subjects]
    subjects = summarise(subjects, seen.populations, ORGANISATION)
    return msgspec.structs.replace(seen, subjects=tuple(subjects))


_SECRET = frozenset({"password", "token", "client_secret", "refresh_token", "private_key"})


@cache
def _policy() -> Any:
    return load_policy("baseline")


def judged(deployment: Deployment) -> ReportedTarget:
    """Return the report on `deployment`."""
    [target] = judge([deployment], _policy(), lang="en", started=NOW, now=lambda: NOW).targets
    return target


NOT_THE_PLATFORMS = frozenset({Credential.__name__, Endpoint.__name__})
