"""Whether a text sounds as if it told something: heard by its letters.

Phrases find what is said in the usual words. People who are no lawyers have a thousand others, and
no list of phrases holds them. So a text is weighed by the runs of up to three letters in it. The
weights are learnt, by `.ci/likeness/learn.py`, from texts written for mamori that tell it, and
others that nearly do.
"""

from __future__ import annotations

import functools
import re
from importlib import resources

import msgspec

_LONGEST = 3
"""Letters in a run."""
_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"\s+")


class Learnt(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What was learnt of one thing that texts tell, in thousandths of a degree."""

    bias: int
    weights: dict[str, int]


def degree(text: str, told: str) -> float:
    """Return how much `text` sounds as if it told what is learnt under the name of `told`.

    Below 0 it does not; from 1 on it does; between the two, a person has to read it.
    """
    learnt = _learnt()[told]
    return (learnt.bias + sum(learnt.weights.get(run, 0) for run in runs(text))) / 1000


@functools.cache
def _learnt() -> dict[str, Learnt]:
    data = resources.files(__package__).joinpath("likeness.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Learnt])


def runs(text: str) -> set[str]:
    """Return the runs of letters in `text` that are compared, whatever its numbers and case."""
    text = _SPACES.sub(" ", _DIGITS.sub("0", text.lower()))
    return {
        text[start : start + length]
        for length in range(1, _LONGEST + 1)
        for start in range(len(text) - length + 1)
    }
