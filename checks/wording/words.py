"""Words of both languages, as patterns that texts are searched for."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from checks.wording.patterns import any_of, guarded, lowered, needles


class Words:
    """A pattern of words in capitals or not; it is compiled when it is first needed.

    Most texts hold none of them. To see that, words are looked for that no match can do without.
    """

    def __init__(self, pattern: str, needs: str | None = None) -> None:
        self._pattern = pattern
        self._needs = needs

    @functools.cached_property
    def needles(self) -> list[str]:
        """Words, in lower case, of which one is in every text that the pattern is in."""
        return needles(self._pattern) if self._needs is None else []

    @functools.cached_property
    def by_word(self) -> list[tuple[str, str]]:
        """The needles, each after the longest word in it."""
        return [(max(each.split(), key=len, default=""), each) for each in self.needles]

    @functools.cached_property
    def needed(self) -> re.Pattern[str] | None:
        """What is in every text, in lower case, that the pattern is in, if that can be told."""
        if self._needs is not None:
            return re.compile(self._needs)
        return re.compile(any_of(self.needles)) if self.needles else None

    @functools.cached_property
    def _small(self) -> re.Pattern[str]:
        return re.compile(guarded(lowered(self._pattern)))

    @functools.cached_property
    def _exact(self) -> re.Pattern[str]:
        return re.compile(self._pattern, re.IGNORECASE)

    def _lacks(self, small: str) -> bool:
        """Tell whether a text, in lower case, cannot hold such words."""
        return self.needed is not None and not self.needed.search(small)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first place in `text` that fits."""
        small = text.lower()
        # As `_lacks` has it; a call for each sentence and pattern would cost as much as the search.
        if (needed := self.needed) is not None and not needed.search(small):
            return None
        if len(small) != len(text):
            # The small form of some letter is two letters, and the places are others.
            return self._exact.search(text)
        # What fits in small letters may ask for capitals.
        at = 0
        while found := self._small.search(small, at):
            if exact := self._exact.match(text, found.start()):
                return exact
            at = found.start() + 1
        return None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the places in `text` that fit, one after the other."""
        small = text.lower()
        if self._lacks(small):
            return
        if len(small) != len(text):
            yield from self._exact.finditer(text)
            return
        at = 0
        while at <= len(small) and (found := self._small.search(small, at)):
            at = found.start() + 1
            if exact := self._exact.match(text, found.start()):
                yield exact
                at = max(at, exact.end())

    def match(self, text: str) -> re.Match[str] | None:
        """Return the beginning of `text`, if it fits."""
        return self._exact.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return all of `text`, if it fits."""
        return self._exact.fullmatch(text)

    def findall(self, text: str) -> list[str]:
        """Return what fits in `text`."""
        return [each[0] for each in self.finditer(text)]

    def sub(self, instead: str, text: str) -> str:
        """Return `text` with `instead` where it fits."""
        return text if self._lacks(text.lower()) else self._exact.sub(instead, text)

    def split(self, text: str) -> list[str]:
        """Return what stands between the places in `text` that fit."""
        return self._exact.split(text)


def words(pattern: str, needs: str | None = None) -> Words:
    """Return `pattern` compiled; line breaks and indentation in it are for its reader.

    `needs` is a simpler pattern, in lower case, that every text with such words fits, where the
    pattern itself does not tell of a rarer one.
    """
    return Words(re.sub(r"\n\s*", "", pattern), needs)


class Bilingual:
    """Words of either language; text in ASCII alone is not searched for Japanese ones."""

    def __init__(self, japanese: str, english: str) -> None:
        self._japanese = words(japanese)
        self._english = words(english)
        self.both = (self._english, self._japanese)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first words of either language in `text`."""
        found = self._english.search(text)
        return found if found or text.isascii() else self._japanese.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the words of either language in `text`."""
        yield from self._english.finditer(text)
        if not text.isascii():
            yield from self._japanese.finditer(text)


NEGATED = words(
    r"""
    (?:し|おり|され|行い|行ない|いたし|致し|でき|なり|あり|用い|使い|み)ません
    |(?:し|され|行わ|行なわ|で)ない(?:もの|こと|と|。|$|です|ため|よう)
    |(?:ことは|ことも|ものでは)(?:一切|全く)?(?:ありません|ございません|ない)
    |しておりません|いません
    |\b(?:do|does|did|will|is|are|can)\s?n[o']t\b|\bdon't\b|\bnever\b|\bno\s+(?:cookies|personal|data\b|information)
    """
)
"""The sentence says that something is not done."""

UNLESS = words(
    r"(?:同意|許可|承諾).{0,12}(?:なく|得ず|得ないで|得ることなく)|場合を除|除(?:き|い)"
    r"|限り|without.{0,20}consent|unless|except"
)
"""What is denied is denied with an exception."""
