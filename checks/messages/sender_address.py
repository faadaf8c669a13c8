"""The postal address of who sends a mail, or where the mail says that it can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.messages.message import Found
from checks.wording.addresses import SIGNS_OF_AN_ADDRESS, postal_address
from checks.wording.legal_names import entity
from checks.wording.texts import once, texts_of, words_of_links
from checks.wording.words import words
from scanner.sdk import Block, Content

_NOT_SENDERS = words(
    r"会場|勤務(?:地|先|場所)|就業場所|配属|開催(?:場所|地)|場所[:：\s]|会議室|集合|最寄"
    r"|アクセス[:：]|(?:お届け|配送|送付|発送)先|ご住所"
    r"|お客様の住所|物件|所在地[:：]?\s?(?:◯|○)|店舗(?:情報|一覧|のご案内)|ショールーム"
    r"|展示場|\b(?:venue|ship(?:ping)? to|delivery address|event location|where:)"
)
_SENDERS = words(
    r"住所|所在地|本社|本店|〒|発行|配信|運営|送信|会社|TEL|電話|Copyright|©|\(c\)|お問い?合わ?せ"
    r"|mailing address|our address|inc\b|llc\b|ltd\b|all rights reserved|unsubscribe"
)
_TELLS_WHERE = words(
    r"会社(?:概要|案内|情報)|企業(?:情報|概要)|運営(?:会社|者)|法人概要|団体概要|店舗概要"
    r"|特定商取引|特商法|送信者(?:情報|について)|発行(?:者|元)情報|about ?us|company (?:info"
    r"|profile|information)|imprint|impressum|corporate"
)


_HOLDS_THE_ADDRESS = words(
    r"住所|所在地|特定商取引|特商法|送信者(?:情報|について)|発行(?:者|元)情報"
)
_ADDRESS_FILLED = re.compile(
    r"(?<![a-z])addr|addr(?:ess)?(?![a-z])|[a-z]Addr|住所|所在地|street|postal_?address",
    re.IGNORECASE,
)
_NOT_THE_SENDERS = re.compile(
    r"mail|メール|\burl|\bip\b|web|billing|shipping|delivery|recipient|customer|contact\.|lead\."
    r"|person"
    r"|subscriber|user\.|order|event|venue|property|listing|bcc|お届け|お客様|会場|header",
    re.IGNORECASE,
)
_OF_A_TOOL = re.compile(r"\{|%|\*\||##|<|\[\[|\[[A-Z_]+\]|\$")


def filled_address(content: Content) -> Found | None:
    """Return what a tool will replace with its user's address, and the block; at the end."""
    for number in range(len(content.blocks) // 2, len(content.blocks)):
        for each in content.blocks[number].placeholders:
            if (
                _OF_A_TOOL.match(each)
                and _ADDRESS_FILLED.search(each)
                and not _NOT_THE_SENDERS.search(each.replace("LIST:", ""))
            ):
                return Found(each, number, 0.5)
    return None


@once
def address_in(
    content: Content,
) -> tuple[Found | None, Found | None]:
    """Return the sender's address with its block and how sure that is, and another's."""
    other: Found | None = None
    doubtful: Found | None = None
    total = len(content.blocks)
    # An address may begin in a cell of a table, and go on in the next two.
    signs = texts_of(content).holding(*SIGNS_OF_AN_ADDRESS)
    for number in sorted({sign - by for sign in signs for by in range(3) if sign >= by}):
        block = content.blocks[number]
        match = postal_address(block.text)
        if match is None and number >= total // 2:
            match = _over_cells(content, number)
        if match is None:
            continue
        before = content.blocks[number - 1].text[-80:] if number else ""
        label = _lines_to(block, match.start())
        close = f"{before}\n{block.text}"
        if _NOT_SENDERS.search(label) or (
            _NOT_SENDERS.search(close) and not entity(block.text) and number < total - 2
        ):
            other = other or Found(match[0], number, 0.75)
            continue
        around = f"{close}\n{content.blocks[number + 1].text[:120] if number + 1 < total else ''}"
        if entity(around) or _SENDERS.search(around) or number >= total * 0.7:
            return Found(match[0], number, 0.9), other
        doubtful = doubtful or Found(match[0], number, 0.6)
    return doubtful, other


_AT_THE_MARGIN = 2
"""Characters before an address that begins a line of its own."""
_SHORT = 100
"""Characters of a cell that holds one part of an address."""


def _over_cells(content: Content, number: int) -> re.Match[str] | None:
    """Return an address that begins in a block and goes on in the next ones, as in a table."""
    parts = [block.text for block in content.blocks[number : number + 3]]
    if len(parts) < 2 or not 8 < len(parts[0]) < _SHORT or not re.search(r"\d", parts[0]):
        return None
    following = [each for each in parts[1:] if len(each) <= _SHORT]
    match = postal_address("\n".join(parts[:1] + following))
    if match is None or match.start() >= len(parts[0]) or any(map(postal_address, following)):
        return None
    return match


def _lines_to(block: Block, at: int) -> str:
    """Return the line that begins at or before `at`, and the one above it that it belongs to."""
    begin = block.text.rfind("\n", 0, at) + 1
    if at - begin <= _AT_THE_MARGIN:
        begin = block.text.rfind("\n", 0, max(0, begin - 1)) + 1
    end = block.text.find("\n", at)
    return block.text[begin : end if end >= 0 else len(block.text)]


@once
def details_elsewhere(content: Content) -> Found | None:
    """Return the words by which the mail leads to the page with the sender's details."""
    found = list(_leading_to_details(content))
    return next((each for each in found if holds_the_address(each.text)), (*found, None)[0])


def holds_the_address(called: str) -> bool:
    """Tell whether a page so called holds an address, or by statute must."""
    return bool(_HOLDS_THE_ADDRESS.search(called))


def only_of_the_address(details: Found, content: Content) -> bool:
    """Tell whether a mail says of the page with its sender's details that the address is there."""
    line = next(
        (each for each in content.blocks[details.block].text.split("\n") if details.text in each),
        details.text,
    )
    return bool(_THE_ADDRESS.search(line)) and not _A_CONTACT.search(line)


_THE_ADDRESS = words(r"住所|所在地|postal|address")
_A_CONTACT = words(r"問い?合|連絡|電話|苦情|窓口|(?:者|元)情報|contact|phone")


def _leading_to_details(content: Content) -> Iterator[Found]:
    telling = texts_of(content).holding(_TELLS_WHERE)
    for number in sorted(telling | words_of_links(content).holding(_TELLS_WHERE)):
        block = content.blocks[number]
        for link in block.links:
            if _TELLS_WHERE.search(link.text) and link.href not in ("#", ""):
                yield Found(link.text, number, 0.7)
        if _TELLS_WHERE.search(block.text) and (
            block.links or (number + 1 < len(content.blocks) and content.blocks[number + 1].links)
        ):
            sentence = next(
                (line for line in block.text.split("\n") if _TELLS_WHERE.search(line)), block.text
            )
            if entity(sentence) and not (
                _LEADS_THERE.search(sentence)
                or any(link.text and link.text in sentence for link in block.links)
            ):
                # It names the company, and no page.
                continue
            if re.search(r"https?://|こちら|:|：|ページ|→", block.text) or len(block.text) < 40:
                yield Found(sentence, number, 0.7)


_LEADS_THERE = words(r"https?://|こちら|ページ|→|ご覧|ご確認|参照|here|see|visit")
