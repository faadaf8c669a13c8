"""Where a notice says that people can ask."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from checks.notices.notice import PERSONAL
from checks.wording.addresses import ADDRESS_EN, ADDRESS_JA, MAIL, NO_REPLY, PHONE
from checks.wording.sentences import Sentence, lines_of, sentences
from checks.wording.texts import PLACEHOLDER
from checks.wording.words import words
from scanner.sdk import Block, Content, Link, Region

_WINDOW = words(
    r"(?:お?問い?合わ?せ|問合せ|ご?相談|ご?連絡|苦情|お?申し?出|請求)(?:等|など)?(?:の"
    r"|に関する|・)?.{0,12}(?:窓口|先\b|先$|先[はをがに、:：(]|フォーム|ページ|担当|係)"
    r"|(?:お?問い?合わ?せ|ご?連絡|ご?相談|お?申し?出).{0,60}(?:こちら|下記|以下|次の|まで"
    r"|宛|ください|下さい|にて|より|から受け|お願い)|お?問い?合わ?せ\s?[:：]|連絡先|窓口"
    r"|個人情報.{0,6}(?:管理"
    r"|相談|担当|問合せ).{0,4}(?:責任者|者|室|係|部)"
    r"|[係課室部]\s?宛"
    r"|contact(?!ing you| you)|reach us|get in touch|questions|correspondence"
    r"|data protection officer|\bDPO\b"
    r"|write to us|\blet(?:ting)? us know\b"
)
_WINDOW_HEADING = words(
    r"お?問い?合わ?せ|窓口|連絡先?|苦情|相談|お?尋ね|質問|ご?意見|申し?出"
    r"|contact|questions|writing to us|\bcomplain\w*|\bqueries\b|\benquiries\b"
)
_PROFILE = re.compile(
    r"https?://(?:www\.|m\.)?(?:x|twitter|instagram|facebook|line|lin|threads|discord)"
    r"\.(?:com|me|ee|gg|net)/\w",
    re.IGNORECASE,
)
"""Where messages can be sent to somebody who has an account there too."""
_FORM_NAMED = words(
    r"フォーム|こちら|contact\s?(?:ページ|page)|お問い?合わ?せ(?:の)?(?:ページ|画面|欄|より|から)|\bhere\b|チャット"
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
    r"保護団体|個人情報保護委員会|JIPDEC|消費(?:者|生活)(?:センター|ホットライン)|委託先|提供先"
    r"|リンク先|google|(?:入力|記入|記載)例"
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
    r"(?:氏名|住所|電話番号|所属)[、,・/].{0,40}連絡先|連絡先(?:その他の記述|[、,・]"
    r"|等の(?:個人)?情報)"
    r"|とは[、,].{0,80}(?:個人情報|情報)"
    r"|(?:氏名|名前|アドレス|電話番号|住所)[^。]{0,40}を、?(?:取得|収集|お預かり|うかが|伺|ご?記入|ご?入力)"
)
"""A contact that people give, not one that they are given."""
_TO_WRITE = words(
    r"まで|ください|下さい|事務局|窓口|デスク|受付|連絡|お?知らせ|申し?出|手紙|葉書|はがき|宛"
    r"|\b(?:ask|write|tell|reply|post|e-?mail|mail us|call|demand|request|letter|postcard)\b"
)
_KANJI_PHONE = re.compile(
    r"[〇零一二三四五六七八九\ufffc]{2,5}[-‐−–—―ー・の局(（][〇零一二三四五六七八九\ufffc]{1,5}"
    r"[-‐−–—―ー・の番)）][〇零一二三四五六七八九\ufffc]{1,5}"
)
"""A telephone number as it is written in upright Japanese."""
_PARTLY_FILLED = re.compile(r"[都道府県市区町村]\ufffc|\ufffc[都道府県市区町村]")
"""An address of which a template has left the names out."""
_OF_DATA = (
    r"(?:個人|情報|データ|プライバシー|名簿|台帳|帳面|記録|カルテ|履歴|登録|会員証?の|名前|住所"
    r"|電話番号|メアド|メールアドレス|写真|カード|この(?:方針|文書|ページ|頁|お約束))"
)
_TO_ASK = (
    r"(?:質問|疑問|疑義|質疑|苦情|不満|文句|相談|問い?合わ?せ|お?尋ね|お?訊ね|聞き(?:たい|に)"
    r"|聞いて|知りたい|気にな|不安|心配|異議|クレーム|意見|申し?出|申し?立て|物申|の件|のことで"
    r"|に関する(?:話|声|ご?用)|申し?付け)"
)
_BY_WAY_OF = (
    r"(?:(?:受付|会計|総合|サービス)窓口|受付(?!け|時間|番号|日)|店頭|店先|カウンター|レジ|帳場"
    r"|社務所|番台|職員室|詰所|売店|電話|内線\s?\d|ファ(?:ックス|クス)|FAX|DM"
    r"|ダイレクトメッセージ|LINE|メッセージ|チャット|フォーム|手紙|葉書|はがき|封書|投書|ご意見箱"
    r"|声をかけ|お声がけ|直接お?(?:申|伝|話|越)|コマンド|issue|Issue|Discord|Slack|Telegram"
    r"|Signal|返信(?:で|して)|連絡帳)"
)
_OF_OTHER_THINGS = words(
    r"取材|報道|広告掲載|出店|株主|投資家|求人|採用|公益通報|商標|落とし物|遺失物|忘れ物"
    r"|\b(?:press|journalists?|careers|advertis\w+|wholesale|investors?|vacancies|lost property"
    r"|film permits)\b"
)
_WHERE_TO_ASK = words(
    r"\b(?:open|raise|file|submit) an? (?:support )?ticket\b.{0,120}\b(?:questions?|concerns?"
    r"|complain\w*)\b|"
    r"\b(?:directed|addressed|sent|put) to (?:the|our) .{2,60}\b(?:at"
    r"|,) .{2,40}\d{1,4} (?-i:[A-Z])\w+ (?-i:[A-Z])\w+, (?-i:[A-Z])\w+|"
    rf"{_OF_DATA}[^。]{{0,60}}{_TO_ASK}[^。]{{0,60}}{_BY_WAY_OF}[^。]{{0,40}}(?:まで|へ|に|で"
    r"|から|ください|下さい|どうぞ|承|受け|伺|うかが|答え|。|$)"
    rf"|{_BY_WAY_OF}[^。]{{0,40}}{_OF_DATA}[^。]{{0,40}}{_TO_ASK}[^。]{{0,40}}(?:承|受け|伺"
    r"|うかが|答え|応じ|ください|下さい|どうぞ|できます)"
    r"|\b(?:privacy|data|details|records?|personal|information|files?|(?:mailing )?list|register"
    r"|entry)\b.{0,80}"
    r"\b(?:questions?|quer(?:y|ies)|complain\w*|concern\w*|grievances?|gripes?|worr\w+|issues?"
    r"|unhappy|ask|raise|talk|doubts?|problems?|protest|requests?)\b.{0,80}"
    r"\b(?:desk|reception|counter|office|dms?|reply|letter|postcard|phone|ring|ext\.? \d"
    r"|extension \d|p\.?o\.? box|forms?|chat|whatsapp|wechat|telegram|signal|discord|matrix"
    r"|mastodon|in person|drop (?:by|in)|call in|hotline|ticket)\b"
    r"|\b(?:questions?|quer(?:y|ies)|complain\w*|concern\w*|grievances?|gripes?|worr\w+|unhappy"
    r"|ask|raise|talk|doubts?|problems?)\b.{0,60}"
    r"\b(?:privacy|data|details|records?|personal|information|files?|(?:mailing )?list|register"
    r"|entry)\b.{0,80}"
    r"\b(?:desk|reception|counter|office|dms?|reply|letter|postcard|phone|ring|ext\.? \d"
    r"|extension \d|p\.?o\.? box|forms?|chat|whatsapp|wechat|telegram|signal|discord|matrix"
    r"|mastodon|in person|drop (?:by|in)|call in|hotline|ticket)\b"
)
"""A question about data, and where it is put without an address: a counter, a chat, a reply."""
_NO_WINDOW = words(
    r"保護委員会|消費(?:者|生活)|(?:受け付け|承っ|お?答えし|応じ)て?(?:おりま|いま|られま)?せん"
    r"|かねます|(?:利用|使用)(?:目的|します|いたします)|を(?:取得|収集)(?:し|いた)|ために?(?:使|利用)|採用|録音|記録は|暗号"
    r"|検討して|予約|注文|広告|取材|求人|ご?応募|欠航|寄稿|宿題|道に迷|ライセンス|落とし物|下記"
    r"|以下|電話することは"
    r"|\bwe (?:ask|request)\b|\b(?:captcha|encrypted|recorded|orders?|refunds?|bookings?|press"
    r"|jobs?|regulator|ombudsman"
    r"|commission|commissioner|authority)\b"
)
"""Whom else people ask, what else they ask for, and what is done with their questions."""


def means(text: str) -> bool:
    """Tell whether `text` holds an address, of mail or post, or a telephone number."""
    if NO_REPLY.search(text):
        return bool(PHONE.search(text) or ADDRESS_JA.search(text))
    return bool(
        any(each.search(text) for each in (MAIL, PHONE, _KANJI_PHONE, ADDRESS_EN))
        or (ADDRESS_JA.search(text) and not _PARTLY_FILLED.search(text))
    )


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
        if _ASKS.search(row.text) and any(_PROFILE.match(link.href) for link in row.links):
            return Window(reached=(row.text, row.block))
        if _FORM_NAMED.search(row.text) and _ASKS.search(f"{row.text} {row.under}"):
            return Window(form=(row.text, row.block))
        mentioned = mentioned or (row.text, row.block)
        after += _following(content, row.block)
    if asked := _asked_in_person(rows):
        return Window(form=(asked.text, asked.block))
    written = next(
        (
            (row.text, row.block)
            for row in rows
            if (
                any(each.search(row.text) for each in (MAIL, PHONE, _KANJI_PHONE))
                or (means(row.text) and _TO_WRITE.search(row.text))
            )
            and not NO_REPLY.search(row.text)
            and not _OF_OTHERS.search(f"{row.under} {row.text}")
            and (not _OF_OTHER_THINGS.search(row.text) or PERSONAL.search(row.text))
        ),
        None,
    )
    return Window(
        mentioned=mentioned,
        filled_in=any(filled_in(block) for block in after)
        and not any(_LEFT_BLANK.search(block.text) for block in after),
        written=written,
    )


def _asked_in_person(rows: list[Row]) -> Row | None:
    return next(
        (
            row
            for row in rows
            if not row.heading
            and any(
                _WHERE_TO_ASK.search(each) and not _NO_WINDOW.search(each)
                for text in (row.text, f"{row.under}|{row.text}")
                for each in text.split("。")
            )
        ),
        None,
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
    r"(?:特定商取引|会社概要|企業情報|別紙|公表事項|(?:法に基づく)?(?:表記"
    r"|表示)(?=を))[^。]{0,60}(?:ご覧|ご?参照|ご?確認|お?問い?合わ?せ|ご?連絡|記載)"
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
