"""Files, folders and addresses → the pages, forms and mails that are there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from scanner.collect.http import MAX_BODY, Unanswered
from scanner.collect.probes.published.fetch import fetch
from scanner.collect.probes.published.form import NO_FORM, read_form
from scanner.collect.probes.published.mail import read_message, read_template, unread_message
from scanner.collect.probes.published.page import read_page, relate, site, unread_page
from scanner.collect.probes.published.way_out import OF_REFUSING, opt_out_address, opt_out_answer
from scanner.model import (
    NOT_COLLECTED,
    AnySubject,
    Content,
    Form,
    Message,
    Page,
    Reason,
    Text,
    Unknown,
)
from scanner.model.errors import MamoriError

T = TypeVar("T")

MOST_FILES = 100_000
"""Files that are read of the folders that are named."""
_AT_ONCE = 8
_PAGES = frozenset((".html", ".htm", ".xhtml", ".shtml", ".txt", ".php", ".pdf"))
_MAILS = frozenset((".eml", ".html", ".htm", ".txt", ".mail"))

_UNREADABLE = Unknown(
    Reason.NOT_PERMITTED,
    Text.of("The file cannot be read."),
    Text.of("Give the scanner's account the right to read it."),
)


class MissingPlaceError(MamoriError):
    """What was named is neither an address nor a file nor a folder."""


def is_address(place: str) -> bool:
    """Tell whether `place` is a web address, not a file."""
    return place.lower().startswith(("https://", "http://"))


def look_at_pages(
    places: Iterable[str], *, together: bool = False, ca_file: Path | None = None
) -> list[Page | Form]:
    """Return the pages at `places`, and their forms.

    Pages of one host are judged beside each other; files are so only if they are said to be
    `together`. Raises:
        MissingPlaceError: a file or folder does not exist; nothing was looked at.
    """
    found = _collect(tuple(dict.fromkeys(places)), ca_file)
    groups: dict[str, list[Page | Form]] = {}
    for identity, subjects in found:
        host = "all" if together else site(identity) or f"file {identity}"
        groups.setdefault(host, []).extend(subjects)
    related: list[Page | Form] = []
    for group in groups.values():
        pages = [each for each in group if isinstance(each, Page)]
        forms = [each for each in group if isinstance(each, Form)]
        related += [*(relate(pages, forms, [])[0] if len(pages) > 1 else pages), *forms]
    return related


def look_at_forms(places: Iterable[str], *, ca_file: Path | None = None) -> list[Form]:
    """Return the forms at `places` that ask for personal data.

    A place without one is a form of which nothing is known. Raises:
        MissingPlaceError: as `look_at_pages` does.
    """
    found: list[Form] = []
    for identity, subjects in _collect(tuple(dict.fromkeys(places)), ca_file):
        forms = [each for each in subjects if isinstance(each, Form)]
        found += forms or [_no_form(identity, subjects)]
    return found


def _no_form(identity: str, subjects: list[Page | Form]) -> Form:
    page = next((each for each in subjects if isinstance(each, Page)), None)
    gap = page.content if page is not None and isinstance(page.content, Unknown) else NO_FORM
    return Form(id=identity, controls=gap, content=gap, published=gap, fields=gap, html=gap)


def look_at_messages(
    places: Iterable[str],
    *,
    policy_page: str | None = None,
    follow: bool = False,
    ca_file: Path | None = None,
) -> list[Message]:
    """Return the mails and templates at `places`.

    With `policy_page` each is judged beside that policy; with `follow` its opt-out address, and the
    pages that it names for its sender, are opened by GET. Raises:
        MissingPlaceError: as `look_at_pages` does.
    """
    asked = tuple(dict.fromkeys(places))
    _check_places([*asked, *([policy_page] if policy_page else [])])
    messages = []
    for place in asked:
        if is_address(place):
            messages.append(asyncio.run(_fetched_message(place, ca_file)))
        else:
            messages += [
                _read(path, identity, read_message, unread_message)
                for path, identity in _files(place, _MAILS)
            ]
    if policy_page is not None:
        pages = [
            each for each in look_at_pages([policy_page], ca_file=ca_file) if isinstance(each, Page)
        ]
        messages = relate(pages, [], messages)[1]
    return asyncio.run(_followed(messages, ca_file)) if follow else messages


async def collect_pages(
    places: Iterable[str], folder: Path, *, ca_file: Path | None = None
) -> list[Page | Form]:
    """Return the pages at `places`, whose relative paths start from `folder`, and their forms.

    What is not there is a page of which nothing is known.
    """
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(place: str) -> list[Page | Form]:
        if not is_address(place):
            return [
                each
                for path, identity in _files(place, _PAGES, folder)
                for each in _read(path, identity, read_page, _unread_pages)
            ]
        async with gate:
            return await _fetched(place, ca_file)

    found = await asyncio.gather(*(one(each) for each in dict.fromkeys(places)))
    return [each for group in found for each in group]


def collect_messages(places: Iterable[str], folder: Path) -> list[Message]:
    """Return the mails in the files and folders `places`, relative to `folder`."""
    return [
        _read(path, identity, read_message, unread_message)
        for place in dict.fromkeys(places)
        for path, identity in _files(place, _MAILS, folder)
    ]


def understood(subjects: Iterable[AnySubject]) -> list[AnySubject]:
    """Return `subjects` with what people see of the forms and mails among them.

    Pages and mails are judged beside each other: they are those of one target.
    """
    found: list[AnySubject] = []
    for each in subjects:
        if isinstance(each, Message) and each.content is NOT_COLLECTED:
            found.append(read_template(each))
        elif isinstance(each, Form) and each.content is NOT_COLLECTED:
            found.append(read_form(each))
        else:
            found.append(each)
    pages = [each for each in found if isinstance(each, Page)]
    if not pages:
        return found
    messages = [each for each in found if isinstance(each, Message)]
    forms = [each for each in found if isinstance(each, Form)]
    related, told = relate(pages, forms, messages)
    others = [each for each in found if not isinstance(each, Page | Message)]
    return [*others, *related, *told]


def _collect(places: tuple[str, ...], ca_file: Path | None) -> list[tuple[str, list[Page | Form]]]:
    _check_places(places)

    async def fetch_all() -> dict[str, list[Page | Form]]:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(place: str) -> list[Page | Form]:
            async with gate:
                return await _fetched(place, ca_file)

        addresses = [each for each in places if is_address(each)]
        return dict(zip(addresses, await asyncio.gather(*map(one, addresses)), strict=True))

    fetched = asyncio.run(fetch_all())
    found: list[tuple[str, list[Page | Form]]] = []
    for place in places:
        if place in fetched:
            found.append((place, fetched[place]))
        else:
            found += [
                (identity, _read(path, identity, read_page, _unread_pages))
                for path, identity in _files(place, _PAGES)
            ]
    return found


async def _fetched(url: str, ca_file: Path | None) -> list[Page | Form]:
    try:
        page = await fetch(url, ca_file=ca_file)
    except Unanswered as gap:
        return [unread_page(url, gap.unknown)]
    return read_page(page.body, url, fetched=page)


async def _fetched_message(url: str, ca_file: Path | None) -> Message:
    try:
        return read_message((await fetch(url, ca_file=ca_file)).body, url)
    except Unanswered as gap:
        return unread_message(url, gap.unknown)


def _unread_pages(identity: str, gap: Unknown) -> list[Page | Form]:
    return [unread_page(identity, gap)]


def _check_places(places: Iterable[str]) -> None:
    for place in places:
        if not is_address(place) and not Path(place).exists():
            raise MissingPlaceError(
                "{place} is neither a file nor a folder; an address begins with https://.",
                place=place,
            )


def _files(
    place: str, endings: frozenset[str], folder: Path = Path()
) -> Iterator[tuple[Path, str]]:
    """Yield each file of `place`, and its id: the place as given, or its path inside it."""
    path = folder / Path(place).expanduser()
    if not path.is_dir():
        yield path, place
        return
    count = 0
    for file in sorted(path.rglob("*")):
        if file.suffix.lower() in endings and file.is_file() and count < MOST_FILES:
            count += 1
            yield file, f"{place.rstrip('/')}/{file.relative_to(path).as_posix()}"


def _read(
    path: Path, identity: str, read: Callable[[bytes, str], T], unread: Callable[[str, Unknown], T]
) -> T:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BODY + 1)
    except FileNotFoundError:
        return unread(identity, Unknown(Reason.NOT_FOUND, Text.of("There is no such file.")))
    except OSError:
        return unread(identity, _UNREADABLE)
    return read(data, identity)


async def _followed(messages: list[Message], ca_file: Path | None) -> list[Message]:
    gate = asyncio.Semaphore(_AT_ONCE)

    # Mails of one sender lead to the same pages; each is asked for once.
    pages: dict[str, asyncio.Task[Content | Unknown]] = {}

    async def page(address: str) -> Content | Unknown:
        async with gate:
            return await _shown_at(address, ca_file)

    async def one(message: Message) -> Message:
        address = opt_out_address(message)
        if address is not None:
            async with gate:
                answer = await opt_out_answer(address, ca_file)
            message = msgspec.structs.replace(message, unsubscribe_answer=answer)
        places = _about_sender(message)
        for place in places:
            pages.setdefault(place, asyncio.ensure_future(page(place)))
        if not places:
            return message
        found = [await pages[place] for place in places]
        shown = [block for each in found if isinstance(each, Content) for block in each.blocks]
        gap = next(each for each in found if isinstance(each, Unknown)) if not shown else None
        return msgspec.structs.replace(message, linked=gap or Content(blocks=tuple(shown)))

    return list(await asyncio.gather(*map(one, messages)))


async def _shown_at(address: str, ca_file: Path | None) -> Content | Unknown:
    page = next(each for each in await _fetched(address, ca_file) if isinstance(each, Page))
    return page.content


_MOST_PAGES = 3
"""Pages about the sender that are opened for one mail."""
# The likeliest to show the sender's address first.
_SENDER_PAGES = (
    re.compile(
        r"特定商取引|特商法|会社(?:概要|案内|情報)|企業(?:情報|概要)|運営(?:会社|者)|法人概要|団体概要"
        r"|(?:送信|発行|配信)(?:者|元)|imprint|impressum|about ?us|company|corporate|tokusho",
        re.IGNORECASE,
    ),
    re.compile(r"お?問い?合わ?せ|連絡先|contact|inquir", re.IGNORECASE),
    re.compile(r"プライバシー|個人情報|privacy", re.IGNORECASE),
)
_PATH = re.compile(r"^https?://[^/?#]*", re.IGNORECASE)


def _about_sender(message: Message) -> list[str]:
    """Return the web addresses of the pages that a mail names for who sends it."""
    if not isinstance(message.content, Content):
        return []
    found: list[str] = []
    links = [link for block in message.content.blocks for link in block.links]
    for pattern in _SENDER_PAGES:
        found += [
            link.href
            for link in links
            if is_address(link.href)
            and not OF_REFUSING.search(f"{link.text} {link.href}")
            and (pattern.search(link.text) or pattern.search(_PATH.sub("", link.href)))
        ]
    return list(dict.fromkeys(found))[:_MOST_PAGES]
