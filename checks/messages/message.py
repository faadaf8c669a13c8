"""A mail as its reader gets it, or as a tool keeps it to be filled in."""

from __future__ import annotations

import re
from typing import NamedTuple, TypeGuard

from checks.wording.sentences import is_japanese
from checks.wording.texts import quote
from scanner.sdk import Block, Content, Message, Quotation, Reason, Unknown, known


class Found(NamedTuple):
    """Words of a mail that tell something."""

    text: str
    block: int
    """Place of its block in the content, from 0."""
    confidence: float
    """How sure it is that they do, from 0 to 1."""

    def quotation(self) -> Quotation:
        """Return the words as what a verdict rests on."""
        return quote(self.text, self.confidence, self.block)


def shown(message: Message) -> Content:
    """Return what a reader sees of a mail."""
    return known(message.content)


def was_sent(message: Message) -> bool:
    """Tell whether nothing in it is still to be filled in; what a platform keeps is a template."""
    return not isinstance(message.sent, Unknown) and message.sent


def could_not_be_read(fact: object) -> TypeGuard[Unknown]:
    """Tell whether a fact is there and was not read; a template has no header that could be."""
    return isinstance(fact, Unknown) and fact.reason is not Reason.NOT_COLLECTED


def japanese(message: Message) -> bool:
    """Tell whether the readers are addressed in Japanese."""
    title = message.title if isinstance(message.title, str) else ""
    return is_japanese(shown(message)) or bool(re.search(r"[ぁ-んァ-ヶ]{2}", title))


def placeholder(content: Content, pattern: re.Pattern[str]) -> str | None:
    """Return the first placeholder of a template that fits `pattern`, and that a tool fills in.

    What is its reader's is none, and neither is what people have to write over themselves.
    """
    return next(
        (
            each
            for block in content.blocks
            for each in senders_placeholders(block)
            if pattern.search(each)
        ),
        None,
    )


def senders_placeholders(block: Block) -> list[str]:
    """Return the placeholders that a tool fills in, but not with who its reader is."""
    greeted = _GREETED.findall(block.text) if block.placeholders else []
    if len(greeted) != len(block.placeholders):
        greeted = [("", "")] * len(block.placeholders)
    return [
        each
        for each, (before, behind) in zip(block.placeholders, greeted, strict=True)
        if not (before or behind or _READERS.search(each) or _BY_HAND.match(each))
    ]


_GREETED = re.compile(
    r"((?:\b(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|welcome(?: back)?|thanks"
    r"|thank you),?\s)?)\ufffc(\s?(?:様|さま|さん|殿|御中|ちゃん|くん)|(?=,\s?(?:\n|$))|)",
    re.IGNORECASE,
)
"""A placeholder, with the words before and behind it by which somebody is greeted."""
_READERS = re.compile(
    r"(?:first|last|full|given|family|middle|nick|user|customer|contact|recipient|member|subscriber"
    r"|lead|friend|client|player|guest|product|item|event)[\s_.-]?(?:first|last|full)?[\s_.-]?name"
    r"|\bf?name\d*\b"
    r"|^\W*(?:contact|lead|recipient|user|customer|member|subscriber|person|player|guest)[._ -]"
    r"(?!addr)"
    r"|salutation|header|宛名|お名前|氏名|顧客|会員",
    re.IGNORECASE,
)
"""What a template will be filled with of its reader, or of what it tells of."""
_BY_HAND = re.compile(r"[【〔○〇◯●△▲□■×✕]|[Xx]{3}|.*(?:入力|記入|挿入)")
"""How writers mark what they mean to write over later; no tool does it for them."""
