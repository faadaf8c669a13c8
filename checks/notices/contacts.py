"""Where a notice says that people can ask."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from checks.wording import (
    ADDRESS_EN,
    ADDRESS_JA,
    MAIL,
    NO_REPLY,
    PHONE,
    PLACEHOLDER,
    Sentence,
    lines_of,
    sentences,
    words,
)
from scanner.sdk import Block, Content, Link, Region

_WINDOW = words(
    r"(?:お?問い?合わ?せ|問合せ|ご?相談|ご?連絡|苦情|お?申し?出|請求)(?:等|など)?(?:の"
    r"|に関する|・)?.{0,12}(?:窓口|先\b|先$|先[はをがに、:：(]|フォーム|ページ|担当|係)"
    r"|(?:お?問い?合わ?せ|ご?連絡|ご?相談|お?申し?出).{0,60}(?:こちら|下記|以下|次の|まで"
    r"|宛|ください|下さい|にて|より|から受け|お願い)|お?問い?合わ?せ\s?[:：]|連絡先|窓口|個人情報.{0,6}(?:管理"
    r"|相談|担当|問合せ).{0,4}(?:責任者|者|室|係|部)"
    r"|[係課室部]\s?宛"
    r"|contact|reach us|get in touch|questions|data protection officer|\bDPO\b|write to us"
)
_WINDOW_HEADING = words(
    r"お?問い?合わ?せ|窓口|連絡先?|苦情|相談|お?尋ね|質問|ご?意見|申し?出"
    r"|contact|questions|writing to us"
)
_FORM_NAMED = words(
    r"フォーム|こちら|お問い?合わ?せ(?:の)?(?:ページ|画面|欄|より|から)|\bhere\b|チャット"
    r"|\b(?:contact|enquiry|inquiry|support|web|our|the|this|fill in|fill out)\b[^.]{0,16}\bform\b"
    r"|LINE[^。、]{0,16}(?:より|から|にて|で|まで)"
)
_CONTACT_LINK = words(
    r"contact|inquir|toiawase|support|otoiawase|mailto:|tel:|form|お?問い?合わ?せ"
)
_SAME_WINDOW = words(
    r"お?問い?合わ?せ|窓口|連絡先|苦情|相談|contact|questions|申出|責任者|管理者|担当"
    r"|TEL|電話|FAX|mail|メール|住所|所在地|受付|株式会社|有限会社|合同会社|法人|事務局|[部室課係]$"
    r"|^アクセス$|代表|会社名|社\s?名|住\s?所|名称|氏名|事業者|屋号|運営|郵便番号|LINE|フォーム"
)
_NO_ANSWER = words(r"(?:ご?連絡|お?問い?合わ?せ|ご?回答).{0,16}(?:いたし|致し|し)かね")
_ASKS_THERE = words(r"お?問い?合わ?せフォーム(?:より|から|にて|で|まで)")
APPOINTED = words(r"(?:管理者|責任者).{0,10}(?:任命|設置|選任|置[きくい])")
_ASKS = words(
    r"お?問い?合わ?せ|窓口|ご?相談|ご?連絡"
    r"|\bcontact(?: us|ing|ed| form|:)|\b(?:ask|inquir|enquir|reach|write)"
)
_OF_OTHERS = words(
    r"保護団体|個人情報保護委員会|JIPDEC|消費(?:者|生活)(?:センター|ホットライン)|委託先|提供先|リンク先|google|(?:入力|記入|記載)例"
    r"|例[:：)]"
)
"""Whom else people can ask, and what they might write."""
_FILLED_IN = re.compile(r"\{\{|\{%|\$\{|<|\[%|%%|\{[a-z$]")
"""A placeholder that a server fills in, unlike one that somebody forgot to."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """One line as it is read, and what it stands under."""

    text: str
    block: int
    heading: bool
    links: tuple[Link, ...]
    under: str


def _rows(content: Content) -> Iterator[Row]:
    under = ""
    for line in lines_of(content, Region.MAIN, Region.FORM):
        if line.heading:
            under = line.text
        links = content.blocks[line.block].links
        for part in line.text.split("\n"):
            own = tuple(
                link
                for link in links
                if not link.text or link.text in part or link.text not in line.text
            )
            yield Row(part, line.block, line.heading, own, "" if line.heading else under)


_LEFT_BLANK = words(
    r"(?:^|\n)(?:住所|電話(?:番号)?|TEL|E?-?メール(?:アドレス)?)\s*[:：][ \t]*(?:\n|$)"
    r"|ご?記入(?:ください|下さい)[】\])]"
)
"""What a template asks its user to write, and nobody has written."""
_PURPOSE_ITEM = words(
    r"(?:お?問い?合わ?せ|ご?相談|ご?連絡|苦情).{0,16}(?:回答|対応|返答|返信|応対|処理"
    r"|内容|受付|履歴|確認).{0,14}(?:ため|為|こと|目的|等|$|。|、)|ため$|ため。$"
)
_DATA_NAMED = words(
    r"(?:氏名|住所|電話番号|所属)[、,・/].{0,40}連絡先|連絡先(?:その他の記述|[、,・]|等の(?:個人)?情報)"
    r"|とは[、,].{0,80}(?:個人情報|情報)"
)
"""A contact that people give, not one that they are given."""
_SIGNED_BY = words(r"^(?:電話(?:番号)?|TEL|e-?mail|メール(?:アドレス)?|お電話)\s*(?:[:：/]|[\d(+])")
_TO_WRITE = words(
    r"まで|ください|下さい|事務局|窓口|デスク|受付|連絡|お?知らせ|申し?出"
    r"|\b(?:ask|write|tell|(?:or )?e-?mail|mail us|call|demand|request)\b"
)


def means(text: str) -> bool:
    """Tell whether `text` holds an address, of mail or post, or a telephone number."""
    if NO_REPLY.search(text):
        return bool(PHONE.search(text) or ADDRESS_JA.search(text))
    return bool(any(each.search(text) for each in (MAIL, PHONE, ADDRESS_JA, ADDRESS_EN)))


class Window(msgspec.Struct, frozen=True, gc=False):
    """Where a notice says that people can ask; each a text and its block."""

    reached: tuple[str, int] | None = None
    """A means to ask by, where asking is spoken of."""
    form: tuple[str, int] | None = None
    """A form that is named, and no link to it."""
    mentioned: tuple[str, int] | None = None
    """What speaks of asking, without a means."""
    filled_in: bool = False
    """A template fills in what follows."""
    written: tuple[str, int] | None = None
    """An address that stands anywhere."""


def window(content: Content) -> Window:
    """Return where `content` says that people can ask."""
    rows = list(_rows(content))
    mentioned: tuple[str, int] | None = None
    after: list[Block] = []
    for place, row in enumerate(rows):
        if not _speaks_of_asking(row):
            continue
        for near in rows[place : place + 12]:
            if near is not row and near.heading and not _SAME_WINDOW.search(near.text):
                break
            if means(near.text) or any(leads_to_a_contact(link) for link in near.links):
                return Window(reached=(near.text, row.block))
        if _FORM_NAMED.search(row.text) and _ASKS.search(f"{row.text} {row.under}"):
            return Window(form=(row.text, row.block))
        mentioned = mentioned or (row.text, row.block)
        after += _following(content, row.block)
    written = next(
        (
            (row.text, row.block)
            for row in rows
            if (MAIL.search(row.text) or PHONE.search(row.text))
            and not NO_REPLY.search(row.text)
            and not _OF_OTHERS.search(f"{row.under} {row.text}")
        ),
        None,
    )
    return Window(
        mentioned=mentioned,
        filled_in=any(filled_in(block) for block in after)
        and not any(_LEFT_BLANK.search(block.text) for block in after),
        written=written,
    )


def _following(content: Content, block: int) -> list[Block]:
    """Return the blocks from `block` on; what a server puts at the end is no part of a notice."""
    blocks = content.blocks[block : block + 12]
    ends = block + 12 >= len(content.blocks)
    while ends and blocks and not blocks[-1].text.replace(PLACEHOLDER, "").strip():
        blocks = blocks[:-1]
    return list(blocks)


def _speaks_of_asking(row: Row) -> bool:
    return bool(
        _WINDOW.search(row.text) or (row.heading and _WINDOW_HEADING.search(row.text))
    ) and (
        means(row.text)
        or not any(
            pattern.search(row.text)
            for pattern in (_PURPOSE_ITEM, _DATA_NAMED, _NO_ANSWER, APPOINTED)
        )
    )


def filled_in(block: Block) -> bool:
    """Tell whether a server fills in a part of `block`."""
    return any(map(_FILLED_IN.match, block.placeholders))


def leads_to_a_contact(link: Link) -> bool:
    """Tell whether `link` leads to where people can ask."""
    return bool(_CONTACT_LINK.search(f"{link.href} {link.text}"))


def operator_reached(content: Content) -> tuple[str, int] | None:
    """Return the first telephone number or mail address on the page, and its block."""
    return next(
        (
            (block.text, number)
            for number, block in enumerate(content.blocks)
            if any(each.search(block.text) for each in (PHONE, MAIL))
            and not (_OF_OTHERS.search(block.text) or NO_REPLY.search(block.text))
        ),
        None,
    )


def named_elsewhere(content: Content) -> Sentence | None:
    """Return the sentence that leads to another page for the contact."""
    return next(
        (
            each
            for each in sentences(content, Region.MAIN, Region.FORM)
            if _ELSEWHERE.search(each.text)
            and (_WINDOW_HEADING.search(each.heading) or _WINDOW_HEADING.search(each.text))
        ),
        None,
    )


_ELSEWHERE = words(
    r"(?:特定商取引|会社概要|企業情報|別紙|公表事項|(?:法に基づく)?(?:表記|表示)(?=を))[^。]{0,60}(?:ご覧|ご?参照|ご?確認|お?問い?合わ?せ|ご?連絡|記載)"
)


def can_be_asked(content: Content) -> bool:
    """Tell whether an address, a link or a form stands anywhere on the page."""
    return any(
        means(each.text)
        or any(leads_to_a_contact(link) for link in each.links)
        or _ASKS_THERE.search(each.text)
        for each in content.blocks
    )


def menu_link(content: Content) -> tuple[str, str, int] | None:
    """Return a link to a contact anywhere on the page, the text of its block, and that block."""
    return next(
        (
            (link.text, block.text, number)
            for number, block in enumerate(content.blocks)
            for link in block.links
            if leads_to_a_contact(link)
        ),
        None,
    )
