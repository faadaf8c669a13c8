"""All targets → all deployments, side by side, keeping what is there when it stops."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import msgspec

from scanner import registry
from scanner.collect.credentials import HeldCredentials, measure_credentials, read_login
from scanner.collect.gathering import Gathering, fill_gaps
from scanner.collect.http import Client, Unanswered
from scanner.collect.merge import attest, merge, summarise
from scanner.collect.platform import Platform, Reading
from scanner.collect.probes.tls import MOST_CONNECTIONS, probe_endpoint
from scanner.collect.statements.attestations import Attestation, read_attestations
from scanner.collect.statements.people import read_people
from scanner.collect.vaults.reference import VaultError
from scanner.config import Settings, Target
from scanner.model import (
    AnySubject,
    Credential,
    Deployment,
    Endpoint,
    Person,
    Problem,
    Reason,
    Text,
    Unknown,
)

ENDPOINTS_AT_ONCE = 16


class World(msgspec.Struct, frozen=True, kw_only=True):
    """What lies outside the configuration: the environment, the time, somebody who watches."""

    environment: Mapping[str, str]
    started: datetime
    """The moment that ages and expiries are measured against."""
    progress: Callable[[Text], None]


def announce(settings: Settings, targets: Iterable[Target]) -> Iterator[Text]:
    """Yield every request that surveying `targets` would make, and make none."""
    for target in targets:
        yield Text.of("{target}:", target=target.name)
        platform: Platform = registry.part("platforms", target.platform)
        for reference in _references(target):
            yield Text.of("  read the secret {reference}", reference=reference)
        if target.local_config is not None:
            yield Text.of("  read the file {path}", path=str(settings.path(target.local_config)))
        if target.people is not None:
            yield Text.of("  read the file {path}", path=str(settings.path(target.people.csv)))
        if target.url is not None:
            for call in platform.calls:
                yield Text.of(
                    "  {method} {url}{path} for {section}{times}",
                    method=call.method,
                    url=target.url.rstrip("/"),
                    path=call.path,
                    section=Text(call.section),
                    times=Text.of(" ({repeats})", repeats=Text(call.repeats))
                    if call.repeats
                    else "",
                )
        for endpoint in target.probed:
            yield Text.of(
                "  TLS to {endpoint}, at most {count} connections",
                endpoint=endpoint,
                count=MOST_CONNECTIONS,
            )


def _references(target: Target) -> list[str]:
    own = target.credential.references.values() if target.credential else ()
    return list(dict.fromkeys([*own, *(held.ref for held in target.held)]))


async def survey(
    settings: Settings, targets: Iterable[Target], world: World
) -> list[Deployment]:
    """Collect `targets`.

    SIGINT and SIGTERM end the collecting, not the telling: what was gathered comes back in
    deployments marked incomplete. Raises:
        MamoriError: the attestations file cannot be used; nothing was contacted.
    """
    attestations = (
        read_attestations(settings.path(settings.config.attestations))
        if settings.config.attestations
        else ()
    )
    views = [_View(target, settings, world) for target in targets]
    measuring = asyncio.create_task(
        asyncio.to_thread(collect_credentials, settings, targets, ...)
    )
    looking = [asyncio.create_task(view.look()) for view in views]
    with _interrupts([measuring, *looking]):
        await asyncio.wait([measuring, *looking])
    return [
        view.deployment(measuring, attestations, complete=not task.cancelled())
        for view, task in zip(views, looking, strict=True)
    ]


class _View:
    """One target while it is looked at."""

    def __init__(self, target: Target, settings: Settings, world: World) -> None:
        self._target = target
        self._settings = settings
        self._world = world
        self._platform: Platform = registry.part("platforms", target.platform)
        expected = (*self._platform.lists, *((Person,) if target.people else ()))
        self._gathering = Gathering(target.name, target.platform, expected)
        self._client: Client | None = None
        self._seen: set[str] = set()

    async def look(self) -> None:
        """Read the platform and probe the endpoints, side by side."""
        await asyncio.gather(self._read(), self._probe())

    async def _read(self) -> None:
        target, gathering = self._target, self._gathering
        self._world.progress(Text.of("Reading {target}.", target=target.name))
        with gathering.section("api", *self._platform.lists):
            secrets = self._secrets()
            async with self._open() as client:
                await self._platform.read(
                    Reading(
                        target=target,
                        settings=self._settings,
                        secrets=secrets,
                        client=client,
                        gathering=gathering,
                        now=self._world.started,
                    )
                )
