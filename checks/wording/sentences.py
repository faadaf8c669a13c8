"""A text → its headings, its sections and its sentences, in either language."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator

import msgspec

from checks.wording.texts import Texts, once, texts_of
from checks.wording.words import Bilingual, Words
from scanner.sdk import Block, Content, Quotation, Region, Text


class Sentence(msgspec.Struct, frozen=True, gc=False):
    """One sentence, and where it stands."""

    text: str
    block: int
    """Place of its block in the content, from 0."""
    heading: str
    """The heading it stands under."""

    def quotation(self, confidence: float) -> Quotation:
        """Return the sentence as what a verdict rests on."""
        place = (
            Text.of("under “{heading}”", heading=self.heading[:60])
            if self.heading
            else Text.of("in paragraph {number}", number=self.block + 1)
        )
        return Quotation(self.text[:400], place, confidence)


_KANA = re.compile(r"[ぁ-んァ-ヶ]")
_NUMBERED = re.compile(
    r"^\s*(?:第\s*[\d一二三四五六七八九十]+\s*[条章項節]|[■◆●▼◇□★▽【≪《]|\d{1,2}\s*[.、．)](?!\d)"
    r"|\(\d{1,2}\)|[①-⑳IVX]+\s*[.．、])"
)
_STOP = re.compile(r"(?<=[。!?！？])(?![)」』）])|(?<=\.)\s+(?=[A-Z\"“])")
_LINE_BEGINS = re.compile(
    r"^\s*(?:[・*※■□◆◇●○▼▽►▶→✓✔-]|\d{1,2}[.)、．]|\(\d|[①-⑳]|[a-zA-Z][.)]|[ア-ンイ-ン][.)、])"
)
_REACHED = re.compile(r"(?:-\d{3,4}|@[\w.-]+\.[a-z]{2,})$")
"""A line that ends with where somebody is reached ends there."""
_LINE_ENDS = tuple("。.!?！？:：)）」』】")


@once
def is_japanese(content: Content) -> bool:
    """Tell whether people read it in Japanese, at least for a good part."""
    written = texts_of(content).written
    if written.isascii():
        return False
    # Between two blocks a line break is written.
    size = len(written) - len(content.blocks) + 1
    least = max(_LEAST_KANA, math.ceil(size / _ONE_IN))
    enough = itertools.islice(_KANA.finditer(written), least - 1, None)
    return next(enough, None) is not None


_LEAST_KANA = 3
_ONE_IN = 25
"""So many characters one is kana, where people read Japanese beside something else."""


def is_heading(block: Block) -> bool:
    """Tell whether a block names what follows it: by its markup, or by how it is written."""
    if block.heading:
        return not _is_said(block.text)
    return "\n" not in block.text and _reads_as_heading(block.text)


def _is_said(text: str) -> bool:
    """Tell whether what is marked up as a heading says something, as text in large letters."""
    return len(text) >= _SAID and bool(_ENDS_AS_SAID.search(text))


_SAID = 24
"""Characters; a heading that is a sentence has fewer, and asks or names."""
_ENDS_AS_SAID = re.compile(r"(?:ます|です|せん|した)。\s*$|[^.]{40,}\.\s[^.]{40,}\.\s*$")


def _reads_as_heading(line: str) -> bool:
    return (
        len(line) <= 40
        and bool(_NUMBERED.match(line))
        and not line.endswith(("。", "ため", "こと", ";", "；", "、"))
        and not re.search(r"(?:ため|こと|場合|とき|もの)(?:に|です|。|、)?$|[:：].{4}", line)
        and not _ITEM_LINE.match(line)
        and not _ENUMERATED.match(line)
    )


_ENUMERATED = re.compile(
    r"\s*(?:\(\d{1,2}\)|[①-⑳]).*(?:、|および|及び|または|又は|ならびに|並びに)"
)
"""An item that names more than one thing; a heading names one."""


_ITEM_LINE = re.compile(
    r"^\s*(?:\(\d{1,2}\)|[①-⑳]|\d{1,2}\s*[.)、．)])\s*.{0,34}(?:提供|配信|案内|対応|回答"
    r"|分析|改善|発送|送付|連絡|請求|実施|向上|管理|運営|履行|サービス|サポート|通知|募集"
    r"|返信|返答|返事|確認|把握|統計|作成|発行|処理|受付|登録|決済|精算|手配|選考)$"
)


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line of a block, and whether it names what follows."""

    text: str
    block: int
    heading: bool
    parts: tuple[str, ...]
    """Its sentences."""


def lines_of(content: Content, *regions: Region) -> list[Line]:
    """Return what stands on a line of its own; headings may be lines of a block like any other."""
    return _lines(content, regions=regions)


@once
def _lines(content: Content, *, regions: tuple[Region, ...]) -> list[Line]:
    return [
        Line(text, number, heading, tuple(split(text)))
        for number, block in enumerate(content.blocks)
        if not regions or block.region in regions
        for text, heading in _written_in(block)
    ]


def _written_in(block: Block) -> Iterator[tuple[str, bool]]:
    """Yield what stands in a block on a line of its own, and whether it names what follows."""
    heading = is_heading(block)
    if heading or "\n" not in block.text:
        yield block.text, heading
        return
    plain: list[str] = []
    for line in block.text.split("\n"):
        if _reads_as_heading(line):
            if plain:
                yield "\n".join(plain), False
                plain = []
            yield line, True
        else:
            plain.append(line)
    if plain:
        yield "\n".join(plain), False


def sentences(content: Content, *regions: Region) -> Iterator[Sentence]:
    """Yield the sentences of `content`, of those regions alone where any are named."""
    heading = ""
    for line in lines_of(content, *regions):
        if line.heading:
            heading = line.text
        for part in line.parts:
            yield Sentence(part, line.block, "" if line.heading else heading)


def split(text: str) -> Iterator[str]:
    """Yield the sentences of one block; a line that only wraps is joined to the next."""
    joined: list[str] = []
    lines = text.split("\n")
    least = _WRAPPED_LINE if _is_wrapped(lines) else _FULL_LINE
    for line in lines:
        if (
            joined
            and len(joined[-1]) > least
            and not joined[-1].endswith(_LINE_ENDS)
            and not _LINE_BEGINS.match(line)
            and not _REACHED.search(joined[-1])
            and "http" not in line
        ):
            joined[-1] += line
        else:
            joined.append(line)
    for line in joined:
        for part in _STOP.split(line):
            if part and part.strip():
                yield part.strip()


_FULL_LINE = 24
_WRAPPED_LINE = 7
"""Characters; a line that has more than these, and no end, may go on in the next one."""


def _is_wrapped(lines: list[str]) -> bool:
    """Tell whether a sentence was cut into lines to look well in one width of the window."""
    if len(lines) < 3 or not lines[-1].endswith("。"):
        return False
    cut = sum(not line.endswith(_LINE_ENDS) for line in lines[:-1])
    return (
        cut * 3 >= (len(lines) - 1) * 2
        and max(map(len, lines)) >= _WRAPPED_LINE * 2
        and not any(_LINE_BEGINS.match(line) for line in lines[1:])
    )


class Section(msgspec.Struct, frozen=True, gc=False):
    """A heading and the sentences under it."""

    heading: str
    block: int
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """Everything under the heading, one sentence a line."""
        return "\n".join(each.text for each in self.sentences)


def sections(content: Content, *regions: Region) -> list[Section]:
    """Return the sections of `content`; what stands before the first heading is one too."""
    found: list[Section] = []
    heading, start, parts = "", 0, list[Sentence]()
    for line in lines_of(content, *regions):
        if line.heading:
            if heading or parts:
                found.append(Section(heading, start, tuple(parts)))
            heading, start, parts = line.text, line.block, []
        else:
            parts += [Sentence(part, line.block, heading) for part in line.parts]
    if heading or parts:
        found.append(Section(heading, start, tuple(parts)))
    return found


def holding(found: list[Sentence], *patterns: Words | Bilingual) -> Iterator[Sentence]:
    """Yield those sentences of a list that is kept which one of `patterns` may be in."""
    for number in sorted(together(found).holding(*patterns)):
        yield found[number]


@once
def together(found: list[Sentence]) -> Texts:
    """Return the texts of sentences that are kept."""
    return Texts([each.text for each in found])


def first(
    found: Iterator[Sentence] | list[Sentence], pattern: Words, *but: Words
) -> Sentence | None:
    """Return the first sentence that `pattern` is in, and none of `but`."""
    for each in found:
        if pattern.search(each.text) and not any(other.search(each.text) for other in but):
            return each
    return None
