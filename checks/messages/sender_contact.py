"""Where a mail says that people can ask and complain."""

from __future__ import annotations

import re

from checks.messages.message import Found
from checks.messages.refusing import OPT_OUT, READERS_OWN, opt_out_of
from checks.wording.addresses import MAIL, NO_REPLY, PHONE, URL
from checks.wording.texts import (
    PLACEHOLDER,
    addresses_of_links,
    once,
    texts_of,
    words_of_links,
)
from checks.wording.words import words
from scanner.sdk import Block, Content, Link

_SPOKEN_OF = (
    r"お?問い?合わ?せ|問合せ|ご?不明(?:な|の)?点|ご?連絡(?:先|は)|ご?相談|苦情|ご?意見|ご?質問"
    r"|サポート|窓口"
    r"|ヘルプ|カスタマー|\bTEL\b|電話|\bE-?mail\b|メールアドレス\s*[:：]|contact|support"
    r"|questions|help ?(?:center|desk)?|reach us|customer (?:service|care)|reply to this"
)
_CONTACT = words(_SPOKEN_OF)
_MAY_INVITE = words(
    rf"{_SPOKEN_OF}|返信|感想|要望|照会|尋ね|困り|お悩み|何か|お気づき|わからない|分からない|知らせ"
    r"|一報|寄せ|連絡"
)
"""What is in every text that invites questions."""
_CONTACT_HREF = words(
    r"contact(?!field)|inquir|toiawase|otoiawase|(?:/|\.|//)(?:support|help)(?:[./?#]|$)|^tel:|^mailto:"
)


@once
def contact_in(content: Content, *, sent: bool) -> Found | None:
    """Return where a mail says that people can ask, or else where somebody can be reached.

    In a mail that was `sent` a placeholder leads nowhere; in a template it will be filled in.
    """
    out = {way.block for way in opt_out_of(content, sent=sent).ways}
    telling = texts_of(content).holding(_MAY_INVITE, MAIL, PHONE)
    telling |= words_of_links(content).holding(_CONTACT)
    telling |= addresses_of_links(content).holding(_CONTACT_HREF)
    reached: Found | None = None
    for number in sorted(telling):
        links = [each for each in content.blocks[number].links if _leads(each, sent=sent)]
        for link in links:
            if _invites(link.text) and not _OF_AN_OFFER.search(link.text):
                return Found(link.text, number, 0.9)
        if said := _said(content, number, links, out, sent=sent):
            return said
        reached = reached or _reached(content.blocks[number], number, links, out)
    return reached


def _leads(link: Link, *, sent: bool) -> bool:
    return link.href not in ("#", "") and not (sent and _FILLED_IN.search(link.href))


_FILLED_IN = re.compile(r"\{\{|%%|\*\||##")
_OF_AN_OFFER = re.compile(r"資料|申し?込(?![みむ]?[・/／、]?\s?お?問)|無料|予約|体験")
"""What can be asked for that is no answer."""


def _said(
    content: Content, number: int, links: list[Link], out: set[int], *, sent: bool
) -> Found | None:
    """Return the line of a block that says where to ask; `out` are blocks that tell of refusing."""
    block = content.blocks[number]
    if not _MAY_INVITE.search(block.text):
        return None
    reached = _has_mail(block.text) or bool(PHONE.search(block.text))
    followed = number + 1 not in out and any(map(_reaches, content.blocks[number + 1 : number + 2]))
    lines = block.text.split("\n")
    for place, line in enumerate(lines):
        if _by_reply(line):
            return Found(line, number, 0.8)
        if not _offers_contact(line) or (_NO_ANSWER.search(line) and not (reached or links)):
            continue
        if reached:
            return Found(line, number, 0.9)
        if not _invites(line):
            continue
        if links and number not in out:
            return Found(line, number, 0.85)
        if _leads_there(line, lines[place + 1 : place + 2], links) or followed:
            return Found(line, number, 0.8)
        if not sent and PLACEHOLDER in line and _WILL_BE_THERE.search(line):
            return Found(line, number, 0.5)
    return None


def _by_reply(line: str) -> bool:
    """Tell whether a line says that somebody reads what is answered to the mail."""
    return bool(_BY_REPLY.search(line)) and not (
        _NOT_BY_REPLY.search(line) or OPT_OUT.search(line) or _OF_AN_OFFER.search(line)
    )


def _invites(line: str) -> bool:
    """Tell whether a line asks readers to come with what they want to know.

    Questions, help and support that a mail tells of, or sells, are no invitation.
    """
    said = _NO_CONTACT.sub(" ", line)
    if not _IN_JAPANESE.search(said):
        return bool(_CONTACT.search(said))
    return bool(_INVITATION.search(said))


_IN_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")
_ASKED = (
    r"(?:お?問い?合わ?せ|ご?照会|ご?連絡|ご?相談|苦情|ご?意見|ご?質問|ご?感想|ご?要望|お?尋ね"
    r"|contact)"
)
_HELP = (
    r"(?:お客[様さ]ま?|カスタマー|ユーザー|メール|電話|会員|総合|テクニカル|ショップ|オンライン)?"
    r"(?:サポート|ヘルプ)"
)
_DESK = (
    r"(?:先|窓口|受付|フォーム|センター|デスク|ダイヤル|ページ|サイト|ルーム|カウンター|係|担当"
    r"|室|用)"
)
_ENDS_A_LABEL = (
    r"(?:$|[\n:|/／→⇒▶►➡>」』】\]・★☆\ufffc]|まで|へ|こちら|TEL|https?:|\s?0\d|[\w.-]+@)"
)
_INVITATION = words(
    # `お問い合わせ`, `ご意見・ご感想は`, `苦情等の受付窓口 …`: as a label or a topic.
    rf"{_ASKED}(?:[・、/／&とや及び\s]{{0,3}}(?:{_ASKED}|{_HELP})){{0,4}}(?:等|など)?"
    rf"(?:の(?:ご?[一-龥]{{2,4}})?)?{_DESK}*\s?(?:\([^()\n]{{0,30}}\)\s?)?"
    rf"(?:{_ENDS_A_LABEL}|は(?![いじず])|から|より|に(?:は|つ)|\s)"
    rf"|{_HELP}{_DESK}*\s?{_ENDS_A_LABEL}"
    r"|(?:お客[様さ]ま?|カスタマー|ユーザー|会員|お客|コール|ご?相談|受付|苦情|総合)"
    r"(?:・?ご?相談|サービス|サポート|ケア|ヘルプ)?(?:窓口|センター|デスク|係|室|ダイヤル)"
    r"(?!が|を|に聞|で働)"
    r"|ご?不明(?:な|の)?(?:点|こと)|お?分?わ?からない(?:こと|点)|お気づきの(?:点|こと)"
    r"|(?:お困り|お悩み)の(?:際|とき|時|場合)"
    r"|(?:お困りのこと|何か)が?(?:ござい|あり|あ)(?:ましたら|ったら|れば)"
    r"|(?:問い?合わ?せ|質問|相談|連絡|電話|尋ね)を?(?:する|してみる|る)\W*$|[にで]聞(?:く|いてみる)\W*$"
    r"|(?:お?問い?合わ?せ|ご?連絡|ご?相談|お尋ね|お電話|ご?質問|お?知らせ|ご一報|お寄せ|お申し付け"
    r"|お聞かせ)(?:を|も)?\s?(?:くださ|下さ|いただきます(?:よう|れば)|いただ(?:ければ|きたく)"
    r"|願い|お願い|どうぞ|お待ち|承)"
)
"""How mails in Japanese invite questions, beside an address or above it."""


def _has_mail(text: str) -> bool:
    return "@" in text and any(not NO_REPLY.search(each) for each in MAIL.findall(text))


def _offers_contact(line: str) -> bool:
    """Tell whether a line speaks of asking, and not of refusing more mail alone."""
    said = _NO_CONTACT.sub(" ", line)
    return bool(_CONTACT.search(said) or _invites(line)) and not (
        OPT_OUT.search(line) and not _ASKING.search(line)
    )


def _reaches(block: Block) -> bool:
    return bool(MAIL.search(block.text) or PHONE.search(block.text) or block.links)


_ASKING = re.compile(r"問い?合|contact", re.IGNORECASE)
_NO_ANSWER = re.compile(
    r"(?:返信|お?問い?合わ?せ|ご?連絡)(?:いただ|頂|に|を|は).{0,16}(?:でき(?:ません"
    r"|かね)|お(?:答|応|受)え?.{0,8}(?:でき|かね))"
)
_WILL_BE_THERE = re.compile(r"電話|TEL|メール|まで")
_BY_REPLY = re.compile(
    r"(?:この|本|当)(?:メール|お?便り|おたより)(?:.{0,10}(?:に|へ).{0,6}|への?ご?)返信"
    r"|ご?返信(?:で(?:どうぞ|お)|は.{0,8}(?:届|読))"
)
_NOT_BY_REPLY = re.compile(
    r"(?<!かまい)(?<!構い)(?<!支障あり)(?<!支えあり)(?<!問題あり)ません|かね|お?控え|ご?遠慮"
    r"|不可|(?:送|配)信専用"
)


def _reached(block: Block, number: int, links: list[Link], out: set[int]) -> Found | None:
    """Return an address or a number in a block, though nothing says that people can ask there."""
    for link in links if number not in out else ():
        if _CONTACT_HREF.search(link.href) and not NO_REPLY.search(link.href):
            return Found(link.text or link.href, number, 0.7)
    for line in block.text.split("\n"):
        address = next(
            (
                each[0]
                for each in MAIL.finditer(line)
                if not (NO_REPLY.search(each[0]) or _TO_LEAVE.match(each[0]))
                and not READERS_OWN.search(line[: each.start()])
            ),
            None,
        )
        telephones = (
            each[0]
            for each in PHONE.finditer(line)
            if not _NO_TELEPHONE.search(line[: each.start()])
        )
        reached = address or next(telephones, None)
        if reached and not OPT_OUT.search(line):
            return Found(reached, number, 0.75)
    return None


_TO_LEAVE = re.compile(
    r"(?:kaijo|taikai|teishi|stop|unsub\w*|opt-?out|cancel)[\w.-]*@", re.IGNORECASE
)
"""An address that takes people out of a list."""
_PARTS = re.compile(r"(?=[\[【■◆●▼▽])|[||•]|\s/\s")


_NO_TELEPHONE = re.compile(
    r"(?:fax|ファッ?クス|(?<!電話)(?<!TEL)番号|registration|license|ABN|VAT)\W{0,4}(?:no\W{0,3})?$",
    re.IGNORECASE,
)
"""What stands before a number at which nobody answers."""


def _leads_there(line: str, following: list[str], links: list[Link]) -> bool:
    """Tell whether a line, or an address on the next one, is where it says that people can ask."""
    if OPT_OUT.search(URL.sub(" ", line)):
        # In a row of labels each is told by its own.
        return any(
            _invites(part) and not OPT_OUT.search(part)
            for part in _PARTS.split(line)
            if any(link.text and link.text in part for link in links)
        )
    near = [line, *(each for each in following if URL.match(each.lstrip(" →▶⇒・")))]
    return any(link.text and link.text in each for link in links for each in near)


_NO_CONTACT = words(
    r"よくあ(?:る|った)\W?(?:ご|お)?(?:質問|問い?合わ?せ)(?![・/／、&とや]|は|先)|\bFAQ\b"
    r"|(?:いただいた|頂いた|くださった|寄せられた|届いた|[様ん客者]の|からの|よくいただく|聞かれる)"
    r"(?:ご|お)?(?:意見|質問|問い?合わ?せ|声|感想|相談)(?!先|窓口|フォーム|は|:)"
    r"|(?:意見|質問|相談|感想|問い?合わ?せ)(?:が|の|も)多[いかく]"
    r"|(?:質問|相談|意見|問い?合わ?せ|声)(?:を|が|も)?.{0,4}(?:多く|よく|数多|多数|増え|寄せられ)"
    r"|無料(?:個別)?相談|相談会|個別相談"
    r"|\b(?:continued|ongoing|your|the|of|and) support(?! (?:team|desk|cent))"
    r"|相談(?:から|事例)|サポート(?:終了|が終了|します|いたし|体制)"
)
"""What is said of questions and help, and offers none."""


def site_in(content: Content, *, sent: bool) -> Found | None:
    """Return the first link that leads to a website, and not to opting out."""
    out = {way.block for way in opt_out_of(content, sent=sent).ways}
    for number, block in enumerate(content.blocks):
        for link in block.links:
            if number not in out and link.href.lower().startswith(("http://", "https://")):
                return Found(link.text or link.href, number, 0.6)
    return None
