"""Who a mail names as the one that sends it, or has it sent."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from checks.messages.message import Found
from checks.messages.signatures import named_in_full, said_to_be_one, signatory_of
from checks.messages.trade_names import no_name
from checks.wording.addresses import ADDRESS_EN, ADDRESS_JA
from checks.wording.legal_names import (
    NAMED,
    body_name,
    entity,
    is_nobody,
    labelled_name,
    public_body,
)
from checks.wording.personal_names import head
from checks.wording.texts import PLACEHOLDER, once, texts_of
from checks.wording.words import words
from scanner.sdk import Content

_OTHERS = words(
    r"配信(?:代行|システム|サービス)|powered by|提供元|協賛|導入(?:企業|事例)|お客様の声"
    r"|登壇|講師|様$|御中|個人情報保護委員会"
)
_TOLD_OF = words(
    r"協力|仕入先|出版社|輸入元|決済代行|認証機関|景品|取材|監修|講演|対談|登録商標|抽選で|に寄付"
    r"|配送は|お?支払いは|宅配は|決済[はに]|メーカー[:：\s]|製造(?:元|者)[:：\s]|会場[:：\s]|との共同"
    r"|会社[^\s「」『』]{0,20}の[「『]"
    r"|から届き|という言葉|の違い|の立ち上げ|[様さま]ま?向け|株式会社(?:製|刊)"
)
"""What a company is mentioned with that a mail tells of."""
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|(?:^|[\n|.])\s*copyright|copyright(?=\s*(?:©|\(c\)|\d{4})))\s*(?:©"
    r"|\(c\))?\s*(?:\d{4}(?:\s?[-–]\s?\d{4})?)?[\s,.:]*(?P<name>[^\n"
    r"|]{2,60})",
    re.IGNORECASE,
)
_RIGHTS = re.compile(r"\s*(?:all rights reserved|無断).*$", re.IGNORECASE)


@once
def named_sender(content: Content) -> Found | None:
    """Return the legal person, body or human being that a mail names as the one it is from."""
    doubtful: Found | None = None
    total = len(content.blocks)
    for number, line in _naming(content):
        named = labelled_name(line)
        if named and not is_nobody(named) and named_in_full(named):
            return Found(named, number, 0.95)
        legal = entity(line)
        if not legal or _TOLD_OF.search(line) or _is_anothers(legal, line):
            continue
        if number >= total / 2 or number < _FIRST or _PUBLISHES.search(line):
            return Found(legal, number, 0.9)
        doubtful = doubtful or Found(legal, number, 0.6)
    return doubtful or _less_plainly_named(content)


_FIRST = 3
"""Blocks at the beginning of a mail in which it tells who sent it."""
_PUBLISHES = words(r"発行|配信|運営|送信|©|\(c\)")


def _is_anothers(legal: str, line: str) -> bool:
    """Tell whether a line addresses a legal person, or tells of one."""
    return bool(_OTHERS.search(line)) or bool(
        re.search(
            rf"{re.escape(legal)}\s*[^\s、。!?]{{0,12}}(?:(?<![客皆げれう陰])(?:様|さま)|御中)"
            rf"|[「『“]{re.escape(legal)}[」』”]\s?の",
            line,
        )
    )


def _less_plainly_named(content: Content) -> Found | None:
    """Return the sender by what a line says it is called, or by how a line of its own is signed."""
    for number, line in _naming(content):
        named = said_to_be_one(line)
        if (
            named
            and len(named) <= _LONGEST
            and not _OTHERS.search(line)
            and not _NO_NAME.search(named)
            and not is_nobody(named)
        ):
            return Found(named, number, 0.6)
        # Offices, societies and schools sign with their name, on a line of its own.
        if number >= len(content.blocks) // 2 and public_body(line):
            return Found(line, number, 0.7)
    signed = signatory_of(content)
    return Found(*signed, 0.6) if signed else None


_LONGEST = 30
"""Characters of a name."""
_NO_NAME = re.compile(r"https?:|ください|です|ます")


def _naming(content: Content) -> Iterator[tuple[int, str]]:
    """Yield the lines of the blocks that may name a legal person, each with its block's place."""
    for number in sorted(texts_of(content).holding(*NAMED)):
        for line in content.blocks[number].text.split("\n"):
            yield number, line


def labelled(content: Content) -> str | None:
    """Return what a line says the publisher is called, whatever it is."""
    named = (labelled_name(line) for _, line in _naming(content))
    return next((each for each in named if each and not is_nobody(each)), None)


def told_of(content: Content) -> str | None:
    """Return a company that a mail tells of; nobody else is named."""
    told = (entity(line) for _, line in _naming(content) if _TOLD_OF.search(line))
    return next(filter(None, told), None)


@once
def loose_name(content: Content) -> str | None:
    """Return the name, of whatever is called so, that stands at the end of a mail as a sender's."""
    footer = content.blocks[-_FOOTER:]
    for block in footer:
        if match := _COPYRIGHT.search(block.text):
            found = _RIGHTS.sub("", match["name"]).strip(" .")
            if found and PLACEHOLDER not in found and not no_name(found):
                return found
        for line in block.text.split("\n"):
            if len(line) <= _A_SIGNATURE and (office := body_name(line) or head(line)):
                return office
        if (
            (street := ADDRESS_EN.search(block.text))
            and (match := _BEFORE_ADDRESS.search(block.text[: street.start()]))
            and not no_name(match["name"])
        ):
            return match["name"].strip()
    lines = [line for block in footer for line in block.text.split("\n")]
    for line, following in itertools.pairwise(lines):
        if _ABOVE.match(line) and ADDRESS_JA.match(following):
            return line.strip()
    return None


_FOOTER = 8
"""Blocks at the end of a mail in which it is signed."""
_A_SIGNATURE = 40
"""Characters of a line that is a name with what belongs to it."""
_ABOVE = re.compile(r"(?!.*(?:です|ます|ください|こちら|http))\s*[^\W\d_][^。、:/\n]{1,29}$")
"""A name as it stands right above an address."""
_BEFORE_ADDRESS = re.compile(
    r"(?:^|[\n|•·])\s*(?P<name>[A-Z][^\n|•·@:\ufffc]{1,40}?)\s*[\n,|•·-]\s*$"
)
