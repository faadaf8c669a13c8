"""Texts of one document, searched together, and read once though many checks ask."""

from __future__ import annotations

import bisect
import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from checks.wording.words import Bilingual, Words
from scanner.sdk import Content, Quotation, Text

PLACEHOLDER = "\ufffc"
"""What stands in a text for what a template will be filled with."""

T = TypeVar("T")
_MOST_REMEMBERED = 4096


def once(function: Callable[..., T]) -> Callable[..., T]:
    """Let `function` read the same text once, though many checks ask for what it finds."""
    remembered: dict[tuple[Any, ...], tuple[Any, T]] = {}

    @functools.wraps(function)
    def read(subject: Any, **others: Any) -> T:
        # The entry keeps the subject alive, so that its identity stays its own.
        key = (id(subject), *others.values())
        if key not in remembered:
            if len(remembered) >= _MOST_REMEMBERED:
                remembered.clear()
            remembered[key] = (subject, function(subject, **others))
        return remembered[key][1]

    return read


class Texts:
    """Texts of one document, searched together: most patterns are in few of them, or none.

    What is searched for must not ask what stands before or behind a text.
    """

    def __init__(self, texts: Iterable[str], between: str = "\n") -> None:
        self._texts = list(texts)
        self._between = between
        self._known: dict[Words | re.Pattern[str], frozenset[int]] = {}

    def holding(self, *patterns: Words | Bilingual | re.Pattern[str]) -> set[int]:
        """Return the places, from 0, of the texts that one of `patterns` may be in."""
        found: set[int] = set()
        for pattern in patterns:
            for each in pattern.both if isinstance(pattern, Bilingual) else (pattern,):
                if each not in self._known:
                    self._known[each] = frozenset(self._search(each))
                found |= self._known[each]
        return found

    @property
    def written(self) -> str:
        """All of them, one behind the other."""
        return self._written.text

    @property
    def small(self) -> str:
        """All of them, one behind the other, in lower case."""
        return self._small.text

    @functools.cached_property
    def _written(self) -> _Row:
        return _Row(self._between.join(self._texts), self._texts, self._between)

    @functools.cached_property
    def _small(self) -> _Row:
        small, texts = self._written.text.lower(), self._texts
        if len(small) != len(self._written.text):
            # The small form of some letter is two letters, and the places are others.
            texts = [each.lower() for each in texts]
        return _Row(small, texts, self._between)

    @functools.cached_property
    def _said(self) -> str:
        """What stands between spaces in all of them, in lower case, each once."""
        return "\n".join(set(self._small.text.split()))

    def _search(self, pattern: Words | re.Pattern[str]) -> Iterable[int]:
        if not isinstance(pattern, Words):
            return self._written.matching(pattern)
        if pattern.needles and self._small.text.isascii():
            # One by one they are quicker found, as long as each character is one byte.
            small, said = self._small.text, self._said
            there = [each for word, each in pattern.by_word if word in said and each in small]
            return itertools.chain.from_iterable(map(self._small.containing, there))
        if pattern.needed is not None:
            return self._small.matching(pattern.needed)
        return (number for number, each in enumerate(self._texts) if pattern.search(each))


class _Row:
    """Texts, one behind the other."""

    def __init__(self, text: str, texts: list[str], between: str) -> None:
        self.text = text
        self._texts = texts
        self._between = between

    @functools.cached_property
    def _begins(self) -> list[int]:
        gap = len(self._between)
        return [0, *itertools.accumulate([len(each) + gap for each in self._texts])]

    def containing(self, word: str) -> Iterator[int]:
        """Yield the places of the texts that `word` is in."""
        return self._holding(functools.partial(self.text.find, word))

    def matching(self, pattern: re.Pattern[str]) -> Iterator[int]:
        """Yield the places of the texts that `pattern` fits."""

        def find(begin: int) -> int:
            found = pattern.search(self.text, begin)
            return found.start() if found else -1

        return self._holding(find)

    def _holding(self, find: Callable[[int], int]) -> Iterator[int]:
        at = find(0)
        while at >= 0:
            place = bisect.bisect_right(self._begins, at) - 1
            yield place
            # What is twice in one text need be found there once.
            following = self._begins[place + 1]
            at = find(following) if following < len(self.text) else -1


@once
def texts_of(content: Content) -> Texts:
    """Return the texts of the blocks of `content`."""
    return Texts([block.text for block in content.blocks])


@once
def words_of_links(content: Content) -> Texts:
    """Return, block by block, the words of the links in `content`."""
    return Texts(
        "\n".join([link.text for link in block.links]) if block.links else ""
        for block in content.blocks
    )


@once
def addresses_of_links(content: Content) -> Texts:
    """Return, block by block, the addresses of the links in `content`."""
    return Texts(
        "\n".join([link.href for link in block.links]) if block.links else ""
        for block in content.blocks
    )


def quote(text: str, confidence: float, number: int | None = None) -> Quotation:
    """Return `text` of the block `number` as what a verdict rests on."""
    place = None if number is None else Text.of("in paragraph {number}", number=number + 1)
    return Quotation(text[:400], place, confidence)
