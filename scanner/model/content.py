"""What people see of a page or a mail, in reading order, and what they fill in."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Region(StrEnum):
    """The part of a page that a block stands in."""

    MAIN = "main"
    NAVIGATION = "navigation"
    """Menus, header and footer of the site: their words are links to elsewhere."""
    FORM = "form"


class Link(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A link somebody can follow."""

    text: str
    href: str


class Block(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A paragraph, heading, list item or table row that is visible.

    The text is normalised (NFKC, single spaces), its lines are kept, and each placeholder of a
    template stands as U+FFFC, so that it is never taken for what will be filled in.
    """

    text: str
    region: Region = Region.MAIN
    heading: bool = False
    links: tuple[Link, ...] = ()
    placeholders: tuple[str, ...] = ()


class Picture(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """An image, and the text that stands for it where it is not shown."""

    src: str
    alt: str = ""


class Content(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    omit_defaults=True,
    tag="Content",
    tag_field="type",
):
    """Everything visible, in reading order."""

    blocks: tuple[Block, ...]
    title: str = ""
    pictures: tuple[Picture, ...] = ()
    hidden: str = ""
    """The beginning of the text that is there but not shown, one block a line."""


class Control(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One field, box or button of a form."""

    kind: str
    """`text`, `email`, `checkbox`, `radio`, `select`, `submit`, …"""
    name: str = ""
    label: str = ""
    value: str = ""
    required: bool = False
    checked: bool | None = False
    """Ticked when the page opens; None where a template or a script decides."""
    options: tuple[str, ...] = ()
    """Of a select, the one that is chosen when the page opens first."""


class Tag(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Something on a page that tells a third party of the visit."""

    vendor: str
    kind: str
    """`marketing`, `analytics`, `advertising`, `data_platform` or `container`."""
    names: tuple[str, ...] = ()
    """What a policy may call it, in lower case."""
    country: str = ""
    """Where the vendor has its seat, as ISO 3166-1 code; empty where that is not known."""
    seen: str = ""
    """The address or word it was recognised by."""
    blocked: bool = False
    """Marked so that it runs only once somebody agrees."""


class Consent(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    omit_defaults=True,
    tag="Consent",
    tag_field="type",
):
    """What asks visitors before tags run."""

    manager: str
    """Empty where the page has made it itself."""
    blocks: bool | None = False
    """It holds tags back by itself; None where that is set elsewhere than in the page."""


class Signature(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A DKIM signature (RFC 6376), by what it says of itself."""

    domain: str
    headers: tuple[str, ...]
    """The header fields it covers, in lower case."""
