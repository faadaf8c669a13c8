"""What each product asks its customers to publish, so that mail it sends is believed.

The data lie in senders.json, each entry with its sources and the day they were read.
"""

from __future__ import annotations

import functools
from importlib.resources import files

import msgspec

from scanner import registry
from scanner.model import Text
from scanner.model.errors import MamoriError

COMMON_SELECTORS = (
    "default",
    "dkim",
    "mail",
    "selector1",
    "selector2",
    "google",
    "s1",
    "s2",
    "k1",
    "key1",
    "smtp",
    "mx",
)
"""What people and mailbox providers call their own keys."""


class Sender(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One product that sends mail in its customers' names."""

    name: str
    """As in the configuration."""
    title: str
    aliases: tuple[str, ...] = ()
    """Other spellings of the name."""
    selectors: tuple[str, ...] = ()
    """The DKIM selectors that it signs with, the same for every customer."""
    selectors_vary: bool = False
    """Customers have selectors of their own beside, or instead."""
    include: str | None = None
    """What it asks to be included in SPF."""
    bounces_to_itself: bool = True
    """Its envelope sender is a domain of its own, so that SPF says nothing of the customer's."""
    signs_below: bool = False
    """It signs as a domain below the customer's, which strict alignment does not accept."""
    relays: bool = False
    """It hands its mail to a server of the customer's choice, whose keys count."""
    sources: tuple[str, ...] = ()
    """Where the data were read; nothing is claimed where there is none."""
    verified: str = ""


class UnknownSenderError(MamoriError):
    """There is no such product."""


@functools.cache
def senders() -> dict[str, Sender]:
    """Return every product by each of its names."""
    data = files("scanner.collect.probes.mail").joinpath("senders.json").read_bytes()
    found = msgspec.json.decode(data, type=tuple[Sender, ...])
    return {name: sender for sender in found for name in (sender.name, *sender.aliases)}


def sender(name: str) -> Sender:
    """Return the product called `name`.

    Raises:
        UnknownSenderError: mamori knows none of this name.
    """
    known = senders()
    if name not in known:
        wrong = registry.unknown_name("platforms", name, known)
        raise UnknownSenderError(wrong.text.template, **wrong.text.values)
    return known[name]


def every_selector() -> tuple[str, ...]:
    """Return the selectors that are asked for where nobody says which tool sends."""
    own = (selector for each in senders().values() for selector in each.selectors)
    return tuple(dict.fromkeys([*COMMON_SELECTORS, *own]))


UNKNOWN_SELECTOR = Text.of("Name the selector with --selector; it stands as s= in a signed mail.")
