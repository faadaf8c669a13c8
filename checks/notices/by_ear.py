"""What the sentences of a notice sound like, where no phrase was found in them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from checks.notices.cookies import ABOUT_TRACES
from checks.notices.giving import ABROAD, TO_THE_PERSON, groundless
from checks.notices.joint_use import JOINT
from checks.notices.linkage import may_tell_of_linkage
from checks.notices.notice import told
from checks.notices.operator import names_nobody
from checks.notices.safekeeping import names_a_measure, of_no_measure
from checks.notices.vague_purposes import FORBIDDEN, names_work, tells_what_is_collected
from checks.wording.likeness import degree
from checks.wording.sentences import Sentence
from checks.wording.texts import once, texts_of
from scanner.sdk import Content


class Duty(StrEnum):
    """What a notice has to tell."""

    PURPOSE = "purpose"
    THIRD_PARTY = "third_party"
    DISCLOSURE = "disclosure"
    SECURITY = "security"
    OPERATOR = "operator"
    LINKAGE = "linkage"
    COOKIES = "cookies"


class Likeness(msgspec.Struct, frozen=True, gc=False):
    """The sentence of a notice that sounds most as if it told something."""

    sentence: Sentence
    degree: float
    """As of `checks.wording.likeness.degree`."""


@once
def likeliest(content: Content, *, duty: Duty) -> Likeness | None:
    """Return the sentence that sounds most as if it told `duty`, if the notice says anything."""
    found = (
        Likeness(each, degree(text, duty))
        for each in _first(told(content))
        if not _is_of_something_else(each, content, duty)
        for text in as_read(each)
    )
    return max(found, key=lambda each: each.degree, default=None)


def _is_of_something_else(each: Sentence, content: Content, duty: Duty) -> bool:
    """Tell whether a sentence cannot tell `duty`, whatever it sounds like."""
    text = each.text
    match duty:
        case Duty.PURPOSE:
            # Joint use has a purpose of its own, not the operator's (APPI, art. 27(5)(iii)).
            return (
                _on_joint_use(each, content)
                or not names_work(text)
                or tells_what_is_collected(text)
                or bool(FORBIDDEN.search(text))
            )
        case Duty.THIRD_PARTY:
            return (
                groundless(text)
                or _on_joint_use(each, content)
                or bool(ABROAD.search(text) or TO_THE_PERSON.search(text))
            )
        case Duty.OPERATOR:
            return names_nobody(text)
        case Duty.SECURITY:
            return of_no_measure(text)
        case Duty.LINKAGE:
            return not may_tell_of_linkage(text) or (
                names_a_measure(text) and not ABOUT_TRACES.search(text)
            )
    return False


_MOST_HEARD = 100_000
"""Characters of a notice that are listened to; real ones have a tenth of it."""


def _first(sentences: list[Sentence]) -> Iterator[Sentence]:
    """Yield the sentences of a notice that are listened to."""
    heard = 0
    for each in sentences:
        heard += len(each.text)
        if heard > _MOST_HEARD:
            return
        yield each


def _on_joint_use(sentence: Sentence, content: Content) -> bool:
    return bool(JOINT.search(sentence.heading)) or sentence.block in _joint_blocks(content)


@once
def _joint_blocks(content: Content) -> set[int]:
    return {n for n in texts_of(content).holding(JOINT) if JOINT.search(content.blocks[n].text)}


def as_read(sentence: Sentence) -> Iterator[str]:
    """Yield a sentence as it is read by itself, and as it is read under its heading."""
    yield sentence.text
    if sentence.heading and sentence.heading != sentence.text:
        yield f"{sentence.heading}|{sentence.text}"
