"""Whether a text sounds as if it told something: heard by its letters.

Phrases find what is said in the usual words. People who are no lawyers have a thousand others, and
no list of phrases holds them. So a text is weighed by the runs of up to three letters in it. The
weights are learnt, by `.ci/likeness/learn.py`, from texts written for mamori that tell it, and
others that nearly do.
"""

from __future__ import annotations

import functools
import itertools
import operator
import re
import struct
from importlib import resources

import msgspec

_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"\s+")
_LANE = 32
"""Bits with room for what any text can weigh for one thing, above or below `_ZERO`."""
_ZERO = 1 << (_LANE - 1)
_SHORT = 1000
"""Characters of a text that is remembered."""


class Learnt(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What was learnt of one thing that texts tell, in thousandths of a degree."""

    bias: int
    weights: dict[str, int]


class Ear(msgspec.Struct, frozen=True, gc=False):
    """Everything that was learnt, so that a text is gone through once for all it may tell.

    One number holds the weights of a run of letters for all of them, each in a lane of its own: the
    sum of such numbers holds the sum of every lane.
    """

    lanes: dict[str, int]
    """Which lane is that of what is told."""
    silence: int
    """The biases, each above `_ZERO`, so that no lane borrows from the next."""
    weights: dict[str, int]

    def hear(self, text: str) -> tuple[int, ...]:
        """Return how `text` sounds, lane by lane, in thousandths of a degree above `_ZERO`."""
        total = sum(map(self.weights.get, runs(text), itertools.repeat(0)), self.silence)
        size = len(self.lanes)
        return struct.unpack(f"<{size}I", total.to_bytes(size * _LANE // 8, "little"))


def degree(text: str, told: str) -> float:
    """Return how much `text` sounds as if it told what is learnt under the name of `told`.

    Below 0 it does not; from 1 on it does; between the two, a person has to read it.
    """
    sound = heard(text) if len(text) <= _SHORT else heard.__wrapped__(text)
    return (sound[ear().lanes[told]] - _ZERO) / 1000


@functools.lru_cache(maxsize=1024)
def heard(text: str) -> tuple[int, ...]:
    """Return what `Ear.hear` does; a notice is asked for one duty after the other."""
    return ear().hear(text)


@functools.cache
def ear() -> Ear:
    """Return what was learnt."""
    data = resources.files(__package__).joinpath("likeness.json").read_bytes()
    every = msgspec.json.decode(data, type=dict[str, Learnt])
    silence, weights = 0, dict[str, int]()
    for lane, learnt in enumerate(every.values()):
        silence += (learnt.bias + _ZERO) << lane * _LANE
        for run, weight in learnt.weights.items():
            weights[run] = weights.get(run, 0) + (weight << lane * _LANE)
    return Ear({told: lane for lane, told in enumerate(every)}, silence, weights)


def runs(text: str) -> set[str]:
    """Return the runs of up to three letters in `text`, whatever its numbers and case."""
    text = _SPACES.sub(" ", _DIGITS.sub("0", text.lower()))
    pairs = list(map(operator.add, text, text[1:]))
    return {*text, *pairs, *map(operator.add, pairs, text[2:])}
