"""Bytes → text, for pages and mails that may name their encoding wrongly, or not at all."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_DECLARED_WITHIN = 4096
"""Bytes in which a page names its encoding; HTML asks for 1024, and old pages are later."""
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]|\x1b\([BJI]")
_ALIASES = {
    # What is called Shift_JIS in the wild holds the characters that Windows added to it.
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms932": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "cp1252",
}
_WESTERN = frozenset(("cp1252", "latin_1", "iso8859-1", "iso8859-15", "cp1250", "iso8859-2"))
_JUMBLED = re.compile(r"[\x80-\xff]{4}")
_KANA = re.compile(r"[ぁ-んァ-ヶ]")
_HALF_WIDTH = re.compile(r"[\uff61-\uff9f]")

PLACEHOLDER = "\ufffc"
"""Stands for what a template will be filled with."""

_PLACEHOLDERS = re.compile(
    r"""
    (?=[{%*\[\#$<【《〔○〇◯●△▲□■×✕Xx@])(?:     # How each of them begins
      \{\{(?:(?!\{\{).){0,200}?\}\}\}?         # Mustache, Jinja, HubSpot, Klaviyo, Blade
    | \{%(?:(?!\{%).){0,200}?%\}             # Jinja, Liquid, Django
    | %%[^%\s]{1,80}%%                       # Salesforce Marketing Cloud, Account Engagement
    | \*\|[^|\n]{1,80}\|\*                   # Mailchimp
    | \[%(?:(?!\[%).){0,120}?%\]             # Template Toolkit
    | \#\#[^#\s]{1,60}\#\#                   # several Japanese delivery services
    | \$\{[^}\n]{1,120}\}                    # JavaScript, Freemarker
    | <%(?:(?!<%).){0,200}?%>               # ERB, SendGrid
    | <\?(?:(?!<\?).){0,200}?\?>             # PHP
    | \[{2,3}[^\[\]\n]{1,80}\]{2,3}           # phpList writes one pair alone, in capitals
    | \[[A-Za-z]+(?:_[A-Za-z]+)+(?::[^\]\n]{1,60})?\]    # SendGrid, Mosaico, Benchmark
    | \[(?:email|subject)\]
    | \[(?:UNSUBSCRIBE|PREFERENCES|CONFIRMATION|FORWARD|BLACKLIST|FOOTER|SIGNATURE|WEBSITE|DOMAIN
        |EMAIL|ORGANI[SZ]ATION_NAME|NAME)(?:URL)?(?::[^\]\n]{0,60})?\]
    | \[(?:Your|Company|Product|Sender|Brand|Business|Organi[sz]ation|Street|Postal|City|Address)
        [\ \w.,&-]{0,40}\]
    | %[a-z]\w{0,40}\.\w{1,40}% | \{!\w[\w.]{1,60}\} | \[(?:un)?subscribe[\w\ -]{0,30}\]
    | \$\$[A-Za-z_]{2,40}\$\$ | \#[A-Z][A-Z0-9_]{2,40}\#
    | \{[^{}\n]{0,12}(?:URL|アドレス|リンク|氏名|名前|会社名|住所|停止|解除|退会)
        [^{}\n]{0,12}\}
    | @(?:include|extends|component|yield|each)\w*\([^()\n]{0,80}\)    # Blade
    | %[a-z][a-z0-9]*(?:_[a-z0-9]+)+% | %[a-z]{4,24}%
    | \{[$/]?[A-Za-z_][^{}\n\u3040-\u9fff]{0,100}\}   # Mautic, Smarty
    | %[A-Z][A-Z0-9_]{2,40}%
    | [【\[<《〔][^】\]>》〕\n]{0,12}
        (?:会社名|社名|事業者名|法人名|サービス名|サイト名|屋号|住所|所在地|氏名|代表者名?|電話番号
        |メールアドレス|担当者名?|部署名|URL|年月日|日付|記入|入力|挿入)
        [^】\]>》〕\n]{0,12}[】\]>》〕]
    | [○〇◯●△▲□■×✕]{2,}
    | \b[Xx]{3,}\b
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_SIGNS = (
    *"{%*[#$<【《〔○〇◯●△▲□■×✕",
    *("XX", "Xx", "xX", "xx", "@include", "@extends", "@component", "@yield", "@each"),
)
"""What every placeholder holds one of; looked for one by one they are quickly found."""
_FILLED_LINKS = re.compile(
    r"""\{%-?\s*(?P<tag>\w+)\s+(?P<mark>["'])(?P<said>[^"'\n]{1,80})(?P=mark)\s*-?%\}"""
    r"|\[(?P<name>(?:unsubscribe|manage|preferences|forward|view|report)[a-z_]{0,30}):"
    r"(?P<words>[^\]\n]{1,80})\]",
    re.IGNORECASE,
)
"""Placeholders of which a tool makes a link with the words in them: Klaviyo, Benchmark, phpList."""
_LINKS_OF_TAGS = re.compile(r"unsubscribe|preferences|web_view", re.IGNORECASE)
_UNSEEN = "\u00ad\u034f\u200b\u200c\u200d\u2060\ufeff"
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
"""Zero-width and soft characters, which split words without being seen."""
_WIDE = re.compile("[\u00a0\u2026\u3000\uff01-\uff5e]")
"""Characters of another form that texts are full of: spaces, and ASCII as wide as Japanese."""
_NARROW = {
    each: unicodedata.normalize("NFKC", each)
    for each in ("\u00a0", "\u2026", "\u3000", *map(chr, range(0xFF01, 0xFF5F)))
}


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text in `data`.

    A byte order mark decides, then `declared` (of the HTTP or mail header), then what the page says
    of itself, then whichever of UTF-8, ISO-2022-JP, Shift_JIS and EUC-JP the bytes can be. A
    declaration that the bytes contradict counts for nothing. What fits nowhere keeps its readable
    part, with U+FFFD for the rest.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    meta = _META.search(data, 0, _DECLARED_WITHIN)
    named = [declared, meta[1].decode("ascii") if meta else None]
    if data.isascii() and _ISO_2022_JP.search(data):
        return data.decode("iso2022_jp_ext", "replace")
    for name in filter(None, named):
        text = _strictly(data, name)
        # Every sequence of bytes is Western text of some kind, Japanese in another encoding too.
        if text is not None and (_encoding(name) not in _WESTERN or not _JUMBLED.search(text)):
            return text
    if data.isascii():
        return data.decode("ascii")
    text = _strictly(data, "utf-8")
    if text is not None:
        return text
    candidates = [each for name in ("cp932", "euc_jp") if (each := _strictly(data, name))]
    western = next((text for name in filter(None, named) if (text := _strictly(data, name))), None)
    if candidates:
        best = max(candidates, key=_japanese)
        return best if western is None or _japanese(best) > 0 else western
    if western is not None:
        return western
    known = next((name for name in map(_encoding, filter(None, named)) if name), "utf-8")
    return data.decode(known, "replace")


def _encoding(name: str) -> str | None:
    name = name.strip().strip("\"'").lower()
    name = _ALIASES.get(name.replace("_", "-"), _ALIASES.get(name, name))
    try:
        info = codecs.lookup(name)
    except LookupError:
        return None
    # Codecs such as `hex` and `zip` turn bytes into bytes.
    return info.name if getattr(info, "_is_text_encoding", True) else None


def _strictly(data: bytes, name: str) -> str | None:
    encoding = _encoding(name)
    if encoding is None:
        return None
    try:
        return data.decode(encoding)
    except (UnicodeError, ValueError):
        return None


def _japanese(text: str) -> int:
    """Tell how well a reading makes sense: bytes read wrongly come out as half-width kana."""
    sample = text[:20_000]
    return len(_KANA.findall(sample)) - 3 * len(_HALF_WIDTH.findall(sample))


def normalise(text: str) -> str:
    """Return `text` with one form for each character (NFKC), single spaces and no empty lines."""
    return _in_lines(_INVISIBLE.sub("", _in_one_form(text)))


def normalise_each(texts: Iterable[str]) -> list[str]:
    """Return what `normalise` does for each of the texts of a document."""
    texts = [_in_one_form(text) for text in texts]
    # One by one they are found quicker than by a pattern, where there is more than a line.
    if _any_in("".join(texts), _UNSEEN):
        texts = [_INVISIBLE.sub("", text) for text in texts]
    return [_in_lines(text) for text in texts]


def _in_one_form(text: str) -> str:
    # Python takes every character of a text apart for one that is not in this form yet.
    if not text.isascii() and not unicodedata.is_normalized("NFKC", text):
        text = _WIDE.sub(lambda each: _NARROW[each[0]], text)
        text = unicodedata.normalize("NFKC", text)
    return text


def _in_lines(text: str) -> str:
    if "\n" not in text and "\r" not in text:
        return " ".join(text.split())
    lines = text.replace("\r", "\n").split("\n")
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _any_in(text: str, signs: Iterable[str]) -> bool:
    return any(map(text.__contains__, signs))


def signs_of_placeholders(text: str) -> list[str]:
    """Return what there is in `text`, of a whole document, that placeholders have in them."""
    return [each for each in _SIGNS if each in text]


def take_placeholders(text: str, signs: Iterable[str] = _SIGNS) -> tuple[str, tuple[str, ...]]:
    """Return `text` with U+FFFC for each placeholder of a template, and the placeholders.

    `signs` are those that there are in the document, where somebody looked.
    """
    if not _any_in(text, signs):
        return text, ()
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        if match[0][0] in "■●" and match.start() == 0:
            return match[0]  # a bullet
        found.append(match[0])
        return PLACEHOLDER

    return _PLACEHOLDERS.sub(take, text), tuple(found)


def take_links(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return `text` with the words of links that a tool puts in, and each link's words and name."""
    if "{%" not in text and "[" not in text:
        return text, ()
    found: list[tuple[str, str]] = []

    def take(match: re.Match[str]) -> str:
        if match["tag"] and not _LINKS_OF_TAGS.search(match["tag"]):
            return match[0]
        words: str = match["said"] or match["words"]
        found.append((words, f"{{% {match['tag']} %}}" if match["tag"] else f"[{match['name']}]"))
        return words

    return _FILLED_LINKS.sub(take, text), tuple(found)
