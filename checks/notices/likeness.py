"""Whether a sentence sounds as if it told what a duty asks for: heard by its letters.

Phrases find what is said in the usual words. People who are no lawyers have a thousand others, and
no list of phrases holds them. So before silence is held against a notice, its sentences are
weighed by the runs of up to three letters in them. The weights are learnt, by
`.ci/likeness/learn.py`, from sentences written for mamori that tell it, and others that nearly do.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import resources

import msgspec

from checks.notices.notice import told
from checks.wording import Sentence, once
from scanner.sdk import Content

_LONGEST = 3
"""Letters in a run."""
_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"\s+")
_UNDER = "|"
"""Between a heading and what stands under it."""


class Duty(StrEnum):
    """What a sentence may tell."""

    PURPOSE = "purpose"
    THIRD_PARTY = "third_party"
    DISCLOSURE = "disclosure"
    SECURITY = "security"
    CONTACT = "contact"
    OPERATOR = "operator"
    LINKAGE = "linkage"
    COOKIES = "cookies"


class Likeness(msgspec.Struct, frozen=True, gc=False):
    """The sentence of a notice that sounds most as if it told something."""

    sentence: Sentence
    degree: float
    """Below 0 it does not; from 1 on it does; between the two, a person has to read it."""


class Learnt(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What was learnt of one duty, in thousandths of a degree."""

    bias: int
    weights: dict[str, int]


@once
def likeliest(content: Content, *, duty: Duty) -> Likeness | None:
    """Return the sentence that sounds most as if it told `duty`, if the notice says anything."""
    learnt = learnt_of(duty)
    found = (Likeness(each, degree(text, learnt)) for each in told(content) for text in _read(each))
    return max(found, key=lambda each: each.degree, default=None)


def _read(sentence: Sentence) -> Iterator[str]:
    """Yield a sentence as it is read by itself, and as it is read under its heading."""
    yield sentence.text
    if sentence.heading and sentence.heading != sentence.text:
        yield f"{sentence.heading}{_UNDER}{sentence.text}"


@functools.cache
def learnt_of(duty: Duty) -> Learnt:
    """Return what was learnt of a duty."""
    data = resources.files(__package__).joinpath("likeness.json").read_bytes()
    return msgspec.json.decode(data, type=dict[Duty, Learnt])[duty]


def degree(text: str, learnt: Learnt) -> float:
    """Return how much `text` sounds as if it told what was learnt."""
    weights = learnt.weights
    return (learnt.bias + sum(weights.get(run, 0) for run in runs(text))) / 1000


def runs(text: str) -> set[str]:
    """Return the runs of letters in `text` that are compared, whatever its numbers and case."""
    text = _SPACES.sub(" ", _DIGITS.sub("0", text.lower()))
    return {
        text[start : start + length]
        for length in range(1, _LONGEST + 1)
        for start in range(len(text) - length + 1)
    }
