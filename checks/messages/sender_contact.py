"""Where a mail says that people can ask and complain."""

from __future__ import annotations

import re

from checks.messages.message import Found
from checks.messages.refusing import OPT_OUT, opt_out_of
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

_CONTACT = words(
    r"お?問い?合わ?せ|問合せ|ご?不明(?:な|の)?点|ご?連絡(?:先|は)|ご?相談|苦情|ご?意見|ご?質問"
    r"|サポート|窓口"
    r"|ヘルプ|カスタマー|\bTEL\b|電話|\bE-?mail\b|メールアドレス\s*[:：]|contact|support"
    r"|questions|help ?(?:center|desk)?|reach us|customer (?:service|care)|reply to this"
)
_CONTACT_HREF = words(r"contact(?!field)|inquir|toiawase|otoiawase|support|help|^tel:|^mailto:")


@once
def contact_in(content: Content, *, sent: bool) -> Found | None:
    """Return where a mail says that people can ask, or else where somebody can be reached.

    In a mail that was `sent` a placeholder leads nowhere; in a template it will be filled in.
    """
    out = {way.block for way in opt_out_of(content, sent=sent).ways}
    telling = texts_of(content).holding(_CONTACT, MAIL, PHONE)
    telling |= words_of_links(content).holding(_CONTACT)
    telling |= addresses_of_links(content).holding(_CONTACT_HREF)
    reached: Found | None = None
    for number in sorted(telling):
        links = [each for each in content.blocks[number].links if _leads(each, sent=sent)]
        for link in links:
            if _CONTACT.search(link.text) and not _OF_AN_OFFER.search(link.text):
                return Found(link.text, number, 0.9)
        if said := _said(content, number, links, out, sent=sent):
            return said
        reached = reached or _reached(content.blocks[number], number, links, out)
    return reached


def _leads(link: Link, *, sent: bool) -> bool:
    return link.href not in ("#", "") and not (sent and _FILLED_IN.search(link.href))


_FILLED_IN = re.compile(r"\{\{|%%|\*\||##")
_OF_AN_OFFER = re.compile(r"資料|申し?込")
"""What can be asked for that is no answer."""


def _said(
    content: Content, number: int, links: list[Link], out: set[int], *, sent: bool
) -> Found | None:
    """Return the line of a block that says where to ask; `out` are blocks that tell of refusing."""
    block = content.blocks[number]
    if not _CONTACT.search(block.text):
        return None
    reached = _has_mail(block.text) or PHONE.search(block.text) is not None
    after = content.blocks[number + 1] if number + 1 < len(content.blocks) else None
    lines = block.text.split("\n")
    for place, line in enumerate(lines):
        if not _offers_contact(line) or (_NO_ANSWER.search(line) and not (reached or links)):
            continue
        if reached:
            return Found(line, number, 0.9)
        if links and number not in out:
            return Found(line, number, 0.85)
        if _leads_there(line, lines[place + 1 : place + 2], links):
            return Found(line, number, 0.8)
        if not sent and PLACEHOLDER in line and _WILL_BE_THERE.search(line):
            return Found(line, number, 0.5)
        if after is not None and number + 1 not in out and _reaches(after):
            return Found(line, number, 0.8)
        if _BY_REPLY.search(line) and not _NOT_BY_REPLY.search(line):
            return Found(line, number, 0.8)
    return None


def _has_mail(text: str) -> bool:
    return "@" in text and any(not NO_REPLY.search(each) for each in MAIL.findall(text))


def _offers_contact(line: str) -> bool:
    """Tell whether a line speaks of asking, and not of refusing more mail alone."""
    return bool(_CONTACT.search(_NO_CONTACT.sub(" ", line))) and not (
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
_BY_REPLY = re.compile(r"(?:このメール|本メール).{0,10}(?:に|へ).{0,6}返信")
_NOT_BY_REPLY = re.compile(r"でき(?:ません|かね)|お?控え")


def _reached(block: Block, number: int, links: list[Link], out: set[int]) -> Found | None:
    """Return an address or a number in a block, though nothing says that people can ask there."""
    for link in links if number not in out else ():
        if _CONTACT_HREF.search(link.href) and not NO_REPLY.search(link.href):
            return Found(link.text or link.href, number, 0.7)
    for line in block.text.split("\n"):
        address = next((each for each in MAIL.findall(line) if not NO_REPLY.search(each)), None)
        reached = address or (match[0] if (match := PHONE.search(line)) else None)
        if reached and not OPT_OUT.search(line):
            return Found(reached, number, 0.75)
    return None


def _leads_there(line: str, following: list[str], links: list[Link]) -> bool:
    """Tell whether a line, or an address on the next one, is where it says that people can ask."""
    if OPT_OUT.search(URL.sub(" ", line)):
        return False
    near = [line, *(each for each in following if URL.match(each.lstrip(" →▶⇒・")))]
    return any(link.text and link.text in each for link in links for each in near)


_NO_CONTACT = words(
    r"(?:質問|相談|意見|問い?合わ?せ|声)(?:を|が|も)?.{0,4}(?:多く|よく|数多|多数|増え|寄せられ)"
    r"|無料(?:個別)?相談|相談会|個別相談"
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
