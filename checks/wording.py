"""How Japanese and English notices and mails say things: what the checks of the law read by.

Every decision is made of one sentence, or of one section, never of words anywhere on a page. Text
is normalised before it comes here (NFKC), and the placeholders of templates stand as U+FFFC.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import msgspec

from checks.patterns import any_of, guarded, lowered, needles
from scanner.sdk import Block, Content, Quotation, Region, Text

PLACEHOLDER = "\ufffc"


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
        found = self._small.search(small)
        return found and self._exact.match(text, found.start())

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the places in `text` that fit, one after the other."""
        small = text.lower()
        if self._lacks(small):
            return
        if len(small) != len(text):
            yield from self._exact.finditer(text)
            return
        for found in self._small.finditer(small):
            if exact := self._exact.match(text, found.start()):
                yield exact

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

    @functools.cached_property
    def _written(self) -> _Row:
        return _Row(self._texts, self._between)

    @functools.cached_property
    def _small(self) -> _Row:
        return _Row([each.lower() for each in self._texts], self._between)

    def _search(self, pattern: Words | re.Pattern[str]) -> Iterable[int]:
        if not isinstance(pattern, Words):
            return self._written.matching(pattern)
        if pattern.needles and self._small.text.isascii():
            # One by one they are quicker found, as long as each character is one byte.
            there = [each for each in pattern.needles if each in self._small.text]
            return itertools.chain.from_iterable(map(self._small.containing, there))
        if pattern.needed is None:
            return (n for n, each in enumerate(self._texts) if pattern.search(each))
        found = self._small.matching(pattern.needed)
        return found if pattern.needles else (n for n in found if pattern.search(self._texts[n]))


class _Row:
    """Texts, one behind the other."""

    def __init__(self, texts: list[str], between: str) -> None:
        self.text = between.join(texts)
        self._begins = [0, *itertools.accumulate([len(each) + len(between) for each in texts])]

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
def links_of(content: Content) -> Texts:
    """Return, block by block, the words and addresses of the links in `content`."""
    return Texts(
        [
            "\n".join([f"{link.text}\n{link.href}" for link in block.links]) if block.links else ""
            for block in content.blocks
        ]
    )


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
    least = max(3.0, sum(len(block.text) for block in content.blocks) / 25)
    kana = 0
    for block in content.blocks:
        kana += 0 if block.text.isascii() else len(_KANA.findall(block.text))
        if kana >= least:
            return True
    return False


def is_heading(block: Block) -> bool:
    """Tell whether a block names what follows it: by its markup, or by how it is written."""
    return block.heading or ("\n" not in block.text and _reads_as_heading(block.text))


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
    r"|選考)$"
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

_PREFECTURES = (
    "北海道|青森県|岩手県|宮城県|秋田県|山形県|福島県|茨城県|栃木県|群馬県|埼玉県|千葉県"
    "|東京都|神奈川県|新潟県|富山県|"
    "石川県|福井県|山梨県|長野県|岐阜県|静岡県|愛知県|三重県|滋賀県|京都府|大阪府|兵庫県"
    "|奈良県|和歌山県|鳥取県|島根県|"
    "岡山県|広島県|山口県|徳島県|香川県|愛媛県|高知県|福岡県|佐賀県|長崎県|熊本県|大分県"
    "|宮崎県|鹿児島県|沖縄県"
)
_CITIES = (
    "札幌市|仙台市|さいたま市|千葉市|横浜市|川崎市|相模原市|新潟市|静岡市|浜松市|名古屋市"
    "|京都市|大阪市|堺市|神戸市|岡山市|"
    "広島市|北九州市|福岡市|熊本市|千代田区|中央区|港区|新宿区|文京区|台東区|墨田区|江東区"
    "|品川区|目黒区|大田区|世田谷区|"
    "渋谷区|中野区|杉並区|豊島区|北区|荒川区|板橋区|練馬区|足立区|葛飾区|江戸川区"
)
ADDRESS_JA = words(
    rf"〒?\s?\d{{3}}[-‐−–ー]\d{{4}}\s*\n?\s*(?:{_PREFECTURES}|\S{{1,6}}[市区町村郡])"
    r"|〒\s?\d{3}[-‐−–ー]?\d{4}\s*\n?\s*[^\s\d、。]{2}"
    rf"|(?:{_PREFECTURES})\s?[^\s。、\n]{{0,12}}[市区町村郡][^。\n]{{0,30}}?[\d一二三四五六七八九"
    rf"十]+\s?(?:[-‐−–ー丁番]|号)"
    rf"|(?:{_PREFECTURES})\s?[^\s。、\n]{{1,8}}[市区町村郡][^。、\n]{{1,14}}\d+"
    r"|(?:京都府)?京都市[^\n。]{2,30}(?:上る|下る|上ル|下ル|東入|西入)"
    rf"|(?:{_CITIES})[^\s。、\n]{{1,16}}?\d+\s?(?:[-‐−–ー]|丁目|番)"
    rf"|(?:(?:{_CITIES})[一-龥々ヶケノァ-ヶぁ-ん]{{2,14}}"
    rf"|[一-龥]{{1,4}}[市郡][一-龥々ヶケノァ-ヶぁ-ん]{{1,12}}[町村字])"
    r"\d{1,4}(?=[\s((]|$)"
    r"|[一-龥]{1,4}[市区町村][一-龥ぁ-んァ-ヶー]{1,10}(?:\d{1,4}|[一二三四五六七八九十]{1,3})\s?"
    r"(?:[-‐−–ー]\s?\d{1,4}(?!\d|年|月|日|名|円|時|回|号)|丁目|番地?\d|番地)",
    needs="[市区町村郡都道府県〒]",
)
"""A postal address in Japan, as far as a house or block number."""

_STREET = (
    r"(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|way|court|ct|place|pl|square|"
    r"sq|parkway|pkwy|highway|hwy|plaza|terrace|quay|straße|strasse|straat|rue)\b\.?"
)
ADDRESS_EN = words(
    rf"(?<![£$€¥.,])\b\d{{1,5}}[A-Za-z]?,?[^\S\n]+(?!one way)(?:[\w.'-]+[^\S\n]+){{0,5}}?{_STREET}"
    rf"(?:[^\n]{{0,80}}?"
    rf"|[^\n]{{0,24}}\n[^\n]{{0,60}}?)(?:\b[A-Z]{{2}},?\s"
    rf"+\d{{5}}\b"
    rf"|\b[A-Z]{{1,2}}\d[A-Z\d]?\s*\d[A-Z]{{2}}\b|\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b|\b\d{{4,5}}\b"
    rf"|\b[A-Z][a-z]+(?:,|\s|$))"
    rf"|\bG?P\.?\s?O\.?\s?Box\s+\d+|\bPMB\s+\d+"
    r"|\b\d+(?:-\d+){1,2},?\s+[A-Z][A-Za-z-]+[^\n]{0,80}\b(?:Tokyo|Osaka|Kyoto|Japan|Kanagawa"
    r"|Fukuoka|Aichi|Hyogo)\b"
    r"|\b[A-Z][a-zäöüß]{1,30}(?:straße|strasse|str\.|weg|platz|gasse)\s+\d+[^\n]{0,30}\d{4,5}",
    needs=guarded(
        r"\d[a-z]?,?\s(?:[^\n]{0,60}\b)?(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard"
        r"|blvd|way|court|ct|place|pl"
        r"|square|sq|parkway|pkwy|highway|hwy|plaza|terrace|quay|straße|strasse|straat|rue)\b"
        r"|\bbox\s|\bpmb\s"
        r"|\d[a-z]?,?\s[^\n]{0,90}(?:tokyo|osaka|kyoto|japan|kanagawa|fukuoka|aichi|hyogo)"
        r"|(?:straße|strasse|str\.|weg|platz|gasse)\s+\d"
    ),
)

_COUNTRIES = (
    "United States(?: of America)?|U\\.?S\\.?A\\.?|Canada|United Kingdom|England|Scotland|Wales"
    "|Ireland|Australia|"
    "New Zealand|Germany|Deutschland|France|Spain|España|Italy|Italia|Netherlands|Nederland"
    "|Belgium|Belgique|"
    "Switzerland|Schweiz|Suisse|Austria|Österreich|Sweden|Sverige|Norway|Norge|Denmark|Danmark"
    "|Finland|Poland|"
    "Polska|Portugal|Brasil|Brazil|Mexico|México|Argentina|Chile|Peru|Perú|Colombia|South Africa"
    "|India|Singapore|"
    "Hong Kong|Japan|China|Taiwan|South Korea|Korea|Israel|UAE|United Arab Emirates|Turkey"
    "|Türkiye|Estonia|"
    "Latvia|Lithuania|Czech Republic|Czechia|Slovakia|Slovenia|Croatia|Ukraine|Cyprus|Malta"
    "|Luxembourg|Romania|"
    "Bulgaria|Hungary|Greece|Malaysia|Thailand|Vietnam|Philippines|Indonesia|Kenya|Nigeria|Egypt"
    "|Iceland|"
    "Gibraltar|Bermuda|Cayman Islands|Isle of Man|Jersey|Guernsey|Puerto Rico|Costa Rica|Uruguay"
    "|Ecuador"
)
_PLACE = r"[A-ZÀ-Þ][\wÀ-ÿ'’.-]*"
# Where nothing that is of a name can follow it; a hyphen between two names is in the first.
_WORD = f"{_PLACE}+"
_STATES = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]"
    "|T[NX]|UT|V[AT]|W[AIVY]|Alabama|Arizona|Arkansas|California|Colorado|Connecticut|Delaware"
    "|Florida|Georgia|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland"
    "|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New [A-Z][a-z]+"
    "|(?:North|South) [A-Z][a-z]+|Ohio|Oklahoma|Oregon|Pennsylvania|Tennessee|Texas|Utah|Vermont"
    "|Virginia|Washington|Wisconsin|Wyoming"
)
_ADDRESS_IN_STATE = re.compile(
    # 110 n interstate 35 round rock tx 78681, Columbus, Ohio 43230
    rf"(?:\b\d{{1,5}}\s[^\n]{{3,60}}?"
    rf"|[a-z][\w.'’-]*,\s)\b(?:{_STATES})\.?,?\s+\d{{5}}(?:-\d{{4}})?\b",
    re.IGNORECASE,
)
_ADDRESS_ELSEWHERE = re.compile(
    # Street 61, City, 22869
    rf"{_WORD}(?: [\wÀ-ÿ'’.-]++){{0,4}}[^\S\n]+\d{{1,4}}[a-z]?,\s{_WORD},\s"
    r"(?!20[0-4]\d\b|19\d\d\b)\d{4,5}\b|"
    # City, ST 12345
    rf"{_WORD}(?: {_WORD}){{0,3}}\s?[,|]?\s+[A-Z]{{2}}\s?[,|.]?\s+\d{{5}}(?:-\d{{4}})?\b"
    # City A1B 2C3, City SW1A 1AA
    rf"|{_WORD}\s?[,|]?\s+(?:[A-Z]{{2}}\s?[,|]?\s+)?(?:[A-Z]\d[A-Z]\s?\d[A-Z]\d"
    rf"|[A-Z]{{1,2}}\d[A-Z\d]?\s\d[A-Z]{{2}})\b"
    # Street 5, 12345 City
    rf"|{_WORD}(?: [\wÀ-ÿ'’.-]++){{0,4}}[^\S\n]+\d{{1,4}}\s?[a-zA-Z]?(?:[,\s|]{{1,3}}[^\n,"
    rf"|]{{1,30}})?\s?[,|\n•·-]\s*"
    rf"(?:[A-Z]{{1,2}}-)?(?!20[0-4]\d\b|19\d\d\b)(?:\d{{4,5}}|\d{{3}}\s\d{{2}}|\d{{2}}-\d{{3}}"
    rf"|\d{{4}}-\d{{3}})"
    rf"\s?(?:[A-Z]{{2}}\s)?\s?[A-ZÀ-Þ][\wÀ-ÿ-]+"
    # Plot 9, Sector 18, City 122000; Unit 3, Street, City D02 XY45
    rf"|\d[^\n.!?,]{{0,40}},\s?(?:[^\n.!?,]{{2,40}},\s?){{1,4}}{_WORD}(?: [\wÀ-ÿ'’.-]++){{0,2}}"
    r"[\s,–-]{1,3}(?:[1-9]\d{2}\s?\d{3}"
    r"|[AC-FHKNPRTV-Y]\d[\dW]\s?[0-9AC-FHKNPRTV-Y]{4})(?=[,.\n]|\s[A-Z(]|\s*$)"
    # 5-2 Some-cho, Some-ku, City 220-0012
    r"|\b[A-Z][a-z]{1,20}-(?:ku|shi|cho|machi|gun|mura)\b[^\n]{0,60}?\b\d{3}-\d{4}\b"
    # 27 Rue des Rosiers, Calle Almirante 5
    r"|\b(?:\d{1,4},?\s+)?(?:Rue|Calle|C/|Avenida|Av\.|Rua|Via|Viale|Piazza|Plaza|Paseo|Carrera"
    r"|Praça|Alameda"
    r"|Impasse|Chemin|Quai|Cours|Allée|Corso)\s[^\n]{2,70}?\d[^\n]{0,60}?(?:\b\d{4,6}\b|$)"
    r"|\b(?:Private Bag|Locked Bag|Postfach|Apartado(?: Postal)?|Caixa Postal|Casilla"
    r"|Boîte postale|B\.?P\.?)"
    r"\s+[A-Z]?\d+",
    re.MULTILINE,
)
_ADDRESS_IN_COUNTRY = re.compile(
    # anything with a number, in parts, that ends in a country
    rf"(?:\d[^\n.!?]{{0,90}}?[,|•·\n]|[,|•·\n][^\n.!?]{{0,60}}?\d{{3,6}}[^\n.!?]{{0,30}}?[\s,"
    rf"|])\s*[^\n.!?]{{0,40}}?"
    rf"\b(?:{_COUNTRIES})(?![\w-])"
    # Some Industrial Zone, Some District, City, Country
    rf"|{_PLACE}(?:\s[\w'’.-]+){{0,4}},\s?(?:[\w'’. -]{{2,40}},\s?){{2,5}}"
    rf"(?:{_COUNTRIES})(?![\w-])",
    re.MULTILINE,
)


def postal_address(text: str) -> re.Match[str] | None:
    """Return the first postal address in `text`, of Japan or of elsewhere."""
    found = ADDRESS_JA.search(text) or (ADDRESS_EN.search(text) if _DIGIT.search(text) else None)
    if found or not _POSTCODE_OR_COUNTRY.search(text):
        return found
    # What is longer is small print, and ends with the address if it has one.
    begin = max(0, len(text) - _LONGEST_ADDRESS)
    # All three try much at every figure and name.
    state = _ADDRESS_IN_STATE.search(text, begin) if _ZIP_CODE.search(text, begin) else None
    parts = _ADDRESS_ELSEWHERE.search(text, begin) if _CAPITAL.search(text) else None
    whole = _ADDRESS_IN_COUNTRY.search(text, begin) if _COUNTRY.search(text) else None
    return min(filter(None, (state, parts, whole)), key=re.Match.start, default=None)


_ZIP_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")


_CAPITAL = re.compile(r"[A-ZÀ-Þ]")
_COUNTRY = re.compile(guarded(_COUNTRIES))
_DIGIT = re.compile(r"\d")
LOCATED = re.compile("[市区町村郡都道府県〒A-Za-zÀ-ÿ]")
"""What is in every text that `postal_address` finds one in."""
ADDRESS_BEGINS = (re.compile(r"[\d市区町村郡都道府県〒]"), words(_COUNTRIES))
"""One of these too, and where an address goes on in another text it is in the first."""
# Without one of these no address is there; looking for them alone is quick.
_POSTCODE_OR_COUNTRY = re.compile(
    guarded(
        r"(?<!\d)\d{4,6}(?!\d)|(?<![\d-])\d{2,3}[ -]\d{2,4}(?![\d-])|[A-Z]\d[A-Z]"
        r"|[A-Z]\d{1,2}\s?\d[A-Z]{2}|[A-Z]\d[\dW] ?[A-Z\d]{4}\b"
        r"|\b(?:Rue|Calle|Avenida|Av\."
        r"|Rua|Via|Bag|Postfach"
        r"|Apartado|Casilla)\s"
        rf"|\b(?:{_COUNTRIES})(?![\w-])"
    )
)
_LONGEST_ADDRESS = 700
"""Characters at the end of a block in which an address of elsewhere is looked for."""

ENTITY = re.compile(
    r"(?:株式会社|有限会社|合同会社|合資会社|合名会社|\(株\)|\(有\)|\(同\)"
    r"|(?:一般|公益|特例)?(?:社団|財団)法人|(?:特定非営利活動|NPO|学校|医療|宗教|社会福祉"
    r"|弁護士|税理士|司法書士|行政書士|社会保険労務士|監査|農事組合|国立大学|独立行政"
    r"|地方独立行政|国立研究開発|公立大学)法人)"
    r"(?:社団|財団)?\s?[^\s、。「」()\[\]<>・:|/\ufffc]{1,30}"
    r"|[^\s、。「」()\[\]<>:|/\ufffc]{1,24}?(?:株式会社|有限会社|合同会社|\(株\)|\(有\))"
    r"|[^\s、。「」()\[\]<>:|/\ufffc]{2,20}(?:協同組合|信用金庫|信用組合|商工会議所|商工会"
    r"|労働組合|生活協同組合|農業協同組合|漁業協同組合|連合会)"
)
"""The name of a legal person in Japanese."""

ENTITY_EN = re.compile(
    r"(?<![A-Za-z0-9_])[A-Z0-9][\w&.'’-]*(?:\s+(?:[A-Z0-9&][\w&.'’-]*"
    r"|of|and|de|the)){0,5}(?:,\s*|\s+)(?:Inc"
    r"|INC|LTD|CORP"
    r"|LLC|L\.L\.C|Ltd|Limited|Corp|Corporation|DAC|CIC|CLG|PBC|e\.V|KG|Trust|Council|Society|"
    r"Co\.,?\s*Ltd|GmbH|K\.?K|PLC|plc|AG|S\.?A|S\.?A\.?S|B\.?V|Pty\.?\s+Ltd|LLP|LP|Foundation"
    r"|University|Association|Institute|Company|Group|AB|Oy|SE|SRL|S\.r\.l|Sdn\.?\s+Bhd|Berhad"
    r"|(?<![A-Z]{2}\s)AS(?=,|$|[ .]*\(?[Oo]rg)|S\.?L\.?U?"
    r"|Lda|ApS|A/S|Kft|UAB|OÜ|N\.V|S\.?p\.?A|Oyj|ASA|Ltda"
    r"|(?:Sp\. )?z o\.o|s\.r\.o|d\.o\.o|G\.K|Kabushiki Kaisha|Pty|Pte"
    r"|Pvt\.?\s+Ltd|Private Limited)(?![A-Za-z0-9_])\.?"
    r"|\b(?:UAB|SIA|OÜ)\s+[A-Z][\w.-]+"
)
_CLAUSE = re.compile(
    r"^(?:[はがのをに].*(?:を|する|します|した|して|場合|には|及び|または|より|から)|[のをに])"
    r"|^(?:等|など|様|御中|法)"
)
_LABEL = (
    r"(?:発行(?:元|者|人|責任者)?|配信(?:元|者)|送信(?:元|者|責任者)|運営(?:会社|元|者"
    r"|主体|団体)?|編集(?:・発行)?|主催(?:者)?|販売(?:業者|元)|事業者(?:名|の名称|の氏名又は名称)"
    r"?|会社名|法人名|社名|商号|屋号|名称|サイト運営者|氏名又は名称"
    r"|本サービスの?提供者)"
)
_LABELLED = words(
    rf"{_LABEL}\s*[:/|／]\s*(?P<name>[^\s\n:。、\ufffc][^\n。、\ufffc]{{1,40}})"
    rf"|(?:^"
    rf"|\n)\W{{0,3}}{_LABEL}[^\w\n\ufffc]{{0,2}}\n\s*(?P<below>[^\s\n:。、・\ufffc][^\n。、:\ufffc]{{1,4"
    rf"0}})(?=\n|$)"
)
_BODY = words(
    r"""[^\s、。,「」()\ufffcはをがにのでともや]{2,16}(?:事務局|編集部|協会|(?<!見)学会|学園|大学|高校|高等学校|専門学校|病院|クリニック|医院|市役所|区役所|町役場
        |県庁|省|庁|財団|組合|銀行(?!口座|振|引|預)|証券|生命保険|振興会|同窓会|校友会|後援会|友の会|委員会|研究所|センター|図書館|美術館|博物館|観光局|法律事務所|会計事務所)"""
)


# Words without which no name of a legal person is there; looking for them alone is quick.
_OF_NAMES = r"会社|法人|\((?:株|有|同)\)|組合|金庫|会議所|商工会|連合会"
_IN_JAPANESE = re.compile(_OF_NAMES)
_IN_ENGLISH = re.compile(
    guarded(
        r"\b(?:Inc|INC|LTD|CORP|LLC|L\.L\.C|Ltd|Limited|Corp|DAC|CIC|CLG|PBC"
        r"|e\.V|KG|Trust|Council|Society|Co\.|GmbH|K\.?K|PLC|plc|AG|S\.?A|B\.?V"
        r"|Pty|LLP|LP"
        r"|Foundation|University|Association|Institute"
        r"|Company|Group|AB|Oy|SE|SRL|S\.r\.l|Bhd|Berhad|S\.?L"
        r"|Lda|ApS|A/S|AS|Kft|N\.V|S\.?p\.?A|Oyj|ASA|Ltda|z o\.o|s\.r\.o|d\.o\.o|G\.K"
        r"|Kabushiki|Pte"
        r"|UAB|OÜ|Pvt|Private)"
    )
)
_ENDS_A_BODY = words(
    r"協会|学会|学園|大学|学校|同窓会|校友会|後援会|友の会|高校|病院|クリニック|医院|役所|役場|県庁"
    r"|省|庁|財団|組合|銀行|証券|生命保険|振興会|研究所"
    r"|図書館|美術館|博物館|観光|事務所|商工会|公社|機構|放送局|新聞社"
)
NAMED = (_LABELLED, words(_OF_NAMES), _IN_ENGLISH, _ENDS_A_BODY)
"""What is in every text in which one of `entity`, `labelled_name`, `public_body` finds a name."""


def entity(text: str) -> str | None:
    """Return the first name of a legal person in `text`."""
    for match in ENTITY.finditer(text) if _IN_JAPANESE.search(text) else ():
        # `分析には株式会社甲` names 株式会社甲.
        name = _BEFORE_A_NAME.sub("", match[0]).strip()
        if name != match[0] and (whole := ENTITY.match(text, match.end() - len(name))):
            name = whole[0]
        rest = re.sub(r"株式会社|有限会社|合同会社|\(株\)|\(有\)|\(同\)", "", name)
        # `株式会社は…` and `株式会社の…` name nobody.
        if (
            len(rest) > 1
            and not _CLAUSE.match(rest)
            and PLACEHOLDER not in name
            and not NOBODY.search(rest)
        ):
            return name
    english = ENTITY_EN.search(text) if _IN_ENGLISH.search(text) else None
    return english[0] if english else None


_BEFORE_A_NAME = re.compile(
    r"^[^会(]*(?:には|では|とは|[はをがのにでと]|(?:運営|経営|提供|販売|発行|開発"
    r"|主催)(?:する|している|を行う))(?=(?:株式|有限|合同|合資|合名)会社$|\((?:株|有|同)\)$)"
)
NOBODY = re.compile(
    r"(?:会社|店舗|法人|団体|事業者|屋|社|サービス|サイト|あなたの)の?(?:名"
    r"|号)(?:称)?[』」\])】〉》]?$"
    r"|ダミー|[_＿]{2}|XX|\?\?|^(?:19|20)\d\d Company"
)
"""What a template leaves for somebody to write their name over."""


def legal_name(name: str) -> bool:
    """Tell whether a name is that of a legal person, or reads as that of a human being."""
    alone = name.partition("(")[0].strip()
    return bool(entity(name)) or bool(_HUMAN.fullmatch(alone))


_HUMAN = re.compile(
    r"(?!.*(?:事務局|編集部|運営部|サポート)$)[一-龥々]{1,4}[\s\u3000]?[一-龥々ぁ-んァ-ヶ]{1,5}"
)


def labelled_name(text: str) -> str | None:
    """Return what stands after `発行:`, `運営会社:` and the like."""
    match = _LABELLED.search(text)
    return (match["name"] or match["below"]).strip() if match else None


_LABEL_ALONE = words(rf"[^\w\ufffc]{{0,3}}{_LABEL}[^\w\ufffc]{{0,3}}")


def is_label(text: str) -> bool:
    """Tell whether `text` is `会社名`, `運営者` or the like, and nothing else."""
    return bool(_LABEL_ALONE.fullmatch(text))


def body_name(text: str) -> str | None:
    """Return the name of an office, society or school."""
    match = _BODY.search(text)
    return match[0] if match and not _NO_BODY.search(match[0]) else None


_PUBLIC_BODY = re.compile(
    r"\W{0,3}[^\s、。「」:;@\ufffcはがをにでもや]{2,20}(?:協会|(?<!見)学会|学園|大学|高等学校|高校"
    r"|専門学校|病院|クリニック|医院"
    r"|[市区]役所|町役場|県庁|[^各]省|[^省官]庁|財団|組合|銀行|証券|生命保険|振興会|研究所|図書館"
    r"|美術館|博物館|観光局|観光案内所"
    r"|法律事務所|会計事務所|税理士事務所|商工会|公社|機構|振興公社|放送局|新聞社|同窓会|校友会"
    r"|後援会|友の会)"
    r"\W{0,3}(?:広報\S{0,4}|総務\S{0,3}|事務局|本部|支部)?(?:\([^()\n]{1,24}\))?"
)


_OF_A_TOWN = re.compile(
    r"\W{0,3}(?:[一-龥]{2,3}[都道府県])?\s?[一-龥々ヶケノァ-ヶ]{1,7}[市区町村都道府県](?:役所"
    r"|役場|庁)?\s"
    r"(?:[^\s、。]{1,16}\s){0,2}[^\s、。]{2,16}[課室局部係]\W{0,3}"
)


def public_body(line: str) -> bool:
    """Tell whether `line` is the name of an office, society or school that is a legal person."""
    body = _PUBLIC_BODY.fullmatch(line) or _OF_A_TOWN.fullmatch(line)
    return bool(body) and not _NO_BODY.search(line)


_NO_BODY = words(
    r"(?:データ|コール|カスタマー|サポート|お客様|お客さま|相談|サービス|ヘルプ)センター"
    r"|関係省庁|各省|監督官?庁|裁判所|個人情報保護委員会|法律|法令|ガイドライン"
)


MAIL = words(
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}(?:@|\s?[\[(【](?:at|AT|@|アット(?:マーク)?"
    r"|あっと(?:まーく)?)"
    r"[\])】]\s?|[☆★■●]|\s@\s?)"
    r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}"
)
NO_REPLY = words(r"no-?reply|do-?not-?reply|noreply|送信専用")
PHONE = words(
    r"(?<![\d-])0\d{1,4}[-‐−–ー(]\d{1,4}[-‐−–ー)]\d{3,4}(?!\d)|(?<!\d)0(?:120|800|570"
    r"|50)[-‐−–ー]?\d{2,4}[-‐−–ー]?\d{3,4}(?!\d)"
    r"|(?<!\d)0\d{1,4} \d{3,4} \d{3,4}(?!\d)|\+\d{1,3}[\s-]?\(?\d{1,4}\)?(?:[\s-]?\d{2,4}){2,3}"
    r"|\(\d{3}\)\s?\d{3}-\d{4}|\b\d{3}-\d{3}-\d{4}\b|(?:tel|電話(?:番号)?"
    r"|phone)\s?[:：.]?\s?[\d(][\d\s()"
    r"-]{7,}",
    needs=r"0\d{1,4}[-‐−–ー( ]\d|0(?:120|800|570|50)\d|\+\d|\(\d{3}\)|-\d{3}-\d{4}|tel|電話|phone",
)
URL = re.compile(r"https?://\S+|www\.\S+\.\S+")


def quote(text: str, confidence: float, number: int | None = None) -> Quotation:
    """Return `text` of the block `number` as what a verdict rests on."""
    place = None if number is None else Text.of("in paragraph {number}", number=number + 1)
    return Quotation(text[:400], place, confidence)
