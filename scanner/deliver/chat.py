"""What changed, as a message in Slack or Microsoft Teams; silence where nothing did.

Names of people, addresses and secrets stay out of it: a channel has many readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from scanner.config import is_loopback
from scanner.deliver.changes import Change, Line, changes
from scanner.deliver.file import DeliveryError
from scanner.deliver.http import Poster, check_url
from scanner.deliver.sink import Delivery, Sink, SinkOptions
from scanner.language import Language, language

_LISTED = 8
"""How many checks of a kind are named before `and 5 more`."""
_SLACK_TEXT = 2900
"""Characters in one section of Slack, which takes 3000."""
_TEAMS_BYTES = 27_000
"""Teams refuses a message above 28 KB."""
_MOST_TARGETS = 20


class ChatOptions(SinkOptions, frozen=True, kw_only=True):
    """`{to: slack, url: "keyring:mamori/slack"}`; whoever knows the address can post."""

    url: str
    """A reference to the address of the incoming webhook, which is a secret."""
    ca_file: str | None = None

    @property
    def address(self) -> str:
        """The reference."""
        return self.url


class Section(msgspec.Struct, frozen=True):
    """One target: a headline, and lines below it."""

    title: str
    lines: tuple[str, ...]


def send_slack(delivery: Delivery) -> None:
    """Post what changed to Slack."""
    found = _sections(delivery)
    if not found:
        return
    blocks = []
    for each in found:
        text = "\n".join((f"*{_mrkdwn(each.title)}*", *(_mrkdwn(line) for line in each.lines)))
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": text[:_SLACK_TEXT]}})
    _post(delivery, {"text": _mrkdwn(found[0].title), "blocks": blocks})


def send_teams(delivery: Delivery) -> None:
    """Post what changed to Teams, as an Adaptive Card, the only form its workflows take."""
    found = _sections(delivery)
    if not found:
        return
    _post(delivery, _fitting(found))


def _fitting(sections: list[Section]) -> dict[str, Any]:
    """Return the message for Teams; where it is too large, the last lines give way to the first."""
    for kept in range(len(sections), 0, -1):
        shown = (*sections[:kept], *(Section(each.title, ()) for each in sections[kept:]))
        message = _message(shown)
        if len(msgspec.json.encode(message)) <= _TEAMS_BYTES:
            return message
    return _message([Section(each.title, ()) for each in sections])


def _message(sections: Iterable[Section]) -> dict[str, Any]:
    body: list[dict[str, Any]] = []
    for each in sections:
        body.append(
            {"type": "TextBlock", "text": _card(each.title), "weight": "Bolder", "wrap": True}
        )
        body.extend(
            {"type": "TextBlock", "text": _card(line), "wrap": True, "spacing": "Small"}
            for line in each.lines
        )
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


SLACK = Sink(options=ChatOptions, send=send_slack, secrets=("url",), files=("ca_file",))
TEAMS = Sink(options=ChatOptions, send=send_teams, secrets=("url",), files=("ca_file",))


def _post(delivery: Delivery, message: Any) -> None:
    options: ChatOptions = delivery.options
    url = delivery.secrets["url"]
    if check_url(url.reveal()) is not None:
        raise DeliveryError("What {reference} holds is no https address.", reference=options.url)
    ca_file = delivery.path(options.ca_file) if options.ca_file is not None else None
    with Poster(ca_file, local=is_loopback(url.reveal())) as poster:
        body = msgspec.json.encode(message)
        poster.post(url.reveal(), body, {"Content-Type": "application/json"})


def _sections(delivery: Delivery) -> list[Section]:
    words = language(delivery.report.language)
    found = changes(delivery.report, delivery.earlier())
    sections = [_section(each, words) for each in found[:_MOST_TARGETS]]
    if len(found) > _MOST_TARGETS:
        more = words.fill("and {count} more", {"count": len(found) - _MOST_TARGETS})
        sections.append(Section(more, ()))
    return sections


def _section(change: Change, words: Language) -> Section:
    target, before = change.target, change.before
    values = {"name": target.name, "grade": target.grade, "low": target.score.low}
    if before is None:
        title = words.fill("{name}: grade {grade}, {low} of 100; first scan", values)
    else:
        values |= {"old_grade": before.grade, "old_low": before.score.low}
        title = words.fill(
            "{name}: grade {grade}, {low} of 100; before: {old_grade}, {old_low}", values
        )
    return Section(title, tuple(_lines(change, words)))


def _lines(change: Change, words: Language) -> Iterator[str]:
    for lines, title in (
        (change.failing, "Fails now: {title} ({severity}, {count})"),
        (change.mended, "Mended: {title} ({severity}, {count})"),
        (change.unseen, "Not known any more: {title} ({severity}, {count})"),
    ):
        for line in lines[:_LISTED]:
            yield words.fill(title, _values(line))
        if len(lines) > _LISTED:
            yield words.fill("and {count} more", {"count": len(lines) - _LISTED})


def _values(line: Line) -> dict[str, Any]:
    return {"title": line.title, "severity": line.severity, "count": line.count}


def _mrkdwn(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _card(text: str) -> str:
    """Return `text` without what an Adaptive Card takes for markup."""
    return "".join(f"\\{each}" if each in "\\`*_[]#<>" else each for each in text)
