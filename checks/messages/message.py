"""A mail as its reader gets it, or as a tool keeps it to be filled in."""

from __future__ import annotations

import re
from typing import NamedTuple, TypeGuard

from checks.wording.sentences import is_japanese
from checks.wording.texts import quote
from scanner.sdk import Content, Message, Quotation, Reason, Unknown, known


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
    """Return the first placeholder of a template that fits `pattern`, and is not its reader's."""
    return next(
        (
            each
            for block in content.blocks
            for each in block.placeholders
            if pattern.search(each) and not _READERS.search(each)
        ),
        None,
    )


_READERS = re.compile(
    r"(?:first|last|full|given|family|middle|nick|user|customer|contact|recipient|member|subscriber"
    r"|lead|friend|client|product|item|event)[\s_.-]?(?:first|last|full)?[\s_.-]?name|\bf?name\b"
    r"|salutation|宛名|お名前|氏名",
    re.IGNORECASE,
)
"""What a template will be filled with of its reader, or of what it tells of."""
