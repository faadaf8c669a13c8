"""Aliases that lead to what nobody keeps any more, which somebody else may then claim.

The signatures of services that hand out abandoned names lie in takeovers.json, with their source.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Any

import msgspec

from scanner.collect.probes.dns import Outcome, Resolver
from scanner.collect.probes.fetch import Visit
from scanner.model import Fact


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service whose customers point aliases at it."""

    name: str
    suffixes: tuple[str, ...]
    text: str | None = None
    """What it shows for a name that nobody has claimed; None where the name then ends to exist."""

    def serves(self, alias: str) -> bool:
        """Tell whether an alias leads to it."""
        return any(alias == suffix or alias.endswith(f".{suffix}") for suffix in self.suffixes)


class _Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    source: str
    verified: str
    services: tuple[Service, ...]


@functools.cache
def services() -> tuple[Service, ...]:
    """Return the services that hand out abandoned names."""
    data = files("scanner.collect.probes.web").joinpath("takeovers.json").read_bytes()
    return msgspec.json.decode(data, type=_Data).services


async def look_up(host: str, resolver: Resolver) -> dict[str, Any]:
    """Return where the aliases of `host` lead, by the DNS alone."""
    answer = await resolver.ask(host, "A")
    if answer.outcome is Outcome.NO_DATA:
        answer = await resolver.ask(host, "AAAA")
    if answer.failed:
        return dict.fromkeys(("aliases", "dangling"), answer.unknown)
    dangling: Fact[str | None] = None
    if answer.outcome is not Outcome.FOUND and answer.aliases:
        dangling = answer.aliases[-1]
    return {"aliases": answer.aliases, "dangling": dangling}


def unclaimed(aliases: tuple[str, ...], visit: Visit) -> str | None:
    """Return the service that `visit` shows to have no customer behind the aliases, if one does."""
    text = visit.body.decode("utf-8", "replace")
    for alias in aliases:
        for service in services():
            if service.serves(alias) and service.text is not None and service.text in text:
                return f"{alias} ({service.name})"
    return None
