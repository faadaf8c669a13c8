"""What a connector declares about its product, as data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import msgspec

from scanner.collect.gathering import Gathering
from scanner.collect.http import Call, Client, Explain
from scanner.collect.vaults.secret import Secret
from scanner.config import Settings, Target
from scanner.model import Subject, Text, Unknown


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a connector needs to read one target."""

    target: Target
    settings: Settings
    secrets: Mapping[str, Secret]
    """The revealed parts of the target's credential by key: `password`, `token`, …"""
    no_secret: Unknown | None = None
    """Why a configured secret could not be had, where that is so."""
    client: Client | None
    """None where the target has no address."""
    gathering: Gathering
    now: datetime


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """One product that mamori can read."""

    name: str
    """As in the configuration."""
    title: str
    """As the vendor writes it."""
    words: tuple[str, ...]
    """Names that people build passwords from."""
    calls: tuple[Call, ...]
    """Every request the connector may make."""
    lists: tuple[type[Subject], ...]
    """The subject types that it lists; until it has, they count as unknown."""
    hidden: Mapping[str, Unknown]
    """Facts the product does not tell, as `Person.mfa`, and what would supply each."""
    recipe: Text
    """How to make an account for mamori that can do no more than it needs."""
    read: Callable[[Reading], Awaitable[None]]
    """Reads a target into its gathering. It records gaps there and raises nothing on purpose."""
    explain: Explain = lambda status, body: None
    """Its own reading of a refusal."""
