"""What a sink is: the door between the engine and whatever takes a report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from scanner.collect.vaults.secret import Secret
from scanner.config import Section
from scanner.model import Text
from scanner.report import ReportedTarget


class SinkOptions(Section, frozen=True, kw_only=True):
    """What an entry of `deliver:` says; every sink adds keys of its own."""

    to: str
    name: str | None = None
    """What the sink is called where it is spoken of; its address where absent."""

    @property
    def address(self) -> str:
        """Where the report goes, without secrets, the same from run to run."""
        raise NotImplementedError

    @property
    def id(self) -> str:
        """What tells this sink from all others, in the outbox and in sentences."""
        return self.name or f"{self.to} {self.address}"


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One report on its way to one sink."""

    report: Any
    """A `Report`; None where a scan only begins."""
    earlier: Callable[[], dict[str, ReportedTarget]]
    """Reads each target as the scan before saw it, for sinks that tell of changes alone."""
    options: Any
    folder: Path
    """Where relative paths start from."""
    secrets: dict[str, Secret]
    """By the key of the option that refers to it."""
    cursor: int
    """How much of the report the sink had acknowledged before, in its own unit."""
    advance: Callable[[int], None]
    """Notes how much it has acknowledged by now, so that a retry begins there."""
    refused: tuple[str, ...]
    """The sinks that did not take this report in this run."""

    def path(self, given: str) -> Path:
        """Return the file that the configuration calls `given`."""
        return self.folder / Path(given).expanduser()


class Sink(msgspec.Struct, frozen=True, kw_only=True):
    """A value of the entry point group `mamori.sinks`."""

    options: type[SinkOptions]
    send: Callable[[Delivery], None]
    """Delivers; what it raises, a `DeliveryError`, says why the sink did not take everything."""
    secrets: tuple[str, ...] = ()
    """The options that hold a reference to a secret, never the secret itself."""
    files: tuple[str, ...] = ()
    """The options that name a file which has to be there."""
    events: bool = False
    """It takes events one by one, so only forms that are made of events fit."""
    check: Callable[[Any], tuple[str, Text] | None] = lambda options: None
    """Returns the option that is wrong and a sentence about it, if one is."""
    begin: Callable[[Delivery], None] | None = None
    """Tells the sink that a scan begins; there is no report then."""
    latest_only: bool = False
    """A report that a later one has overtaken is no news to it."""
    last: bool = False
    """It is told after all others, and how they fared."""
