"""Opens the address by which the reader of a mail would refuse more, and tells what comes."""

from __future__ import annotations

import re
from pathlib import Path

from scanner.collect.http import Unanswered
from scanner.collect.probes.published.fetch import fetch
from scanner.collect.probes.published.page import read_page
from scanner.model import Content, Message, Page, Reason, Text, Unknown

_ASKS_TO_SIGN_IN = Unknown(
    Reason.NEEDS_REVIEW,
    Text.of("The opt-out address asks people to sign in."),
    Text.of("Try it as a reader: it has to work without a password."),
)
_PASSWORD = re.compile(rb"<input[^>]{0,200}type=[\"']?password", re.IGNORECASE)
_SHORT_PAGE = 800
"""Characters; what is longer and says so tells of other things."""
_NO_LONGER_GOOD = re.compile(
    r"[^。\n]{0,40}(?:有効期限(?:が|は|を)?(?:切れ|過ぎ|経過)|(?:URL|リンク|ページ|アドレス)[^。\n]{0,16}"
    r"(?:無効|失効|切れ|不正|正しくありません|見つかりません|存在しません)|(?:無効|不正)な(?:URL|リンク|アクセス|リクエスト)"
    r"|お探しのページ)[^。\n]{0,30}"
    r"|[^.\n]{0,40}(?:(?:link|url|token|request|page)\b[^.\n]{0,24}(?:expired|invalid|not valid"
    r"|no longer valid|not (?:be )?found|doesn['’]t exist|does not exist)"
    r"|(?:expired|invalid) (?:link|url|token|request)|\b404\b)[^.\n]{0,30}",
    re.IGNORECASE,
)


async def opt_out_answer(address: str, ca_file: Path | None) -> int | Unknown:
    """Return the status that an opt-out address answers with, or why that tells nothing.

    It is asked for by GET, once, over redirects; no form on it is sent.
    """
    try:
        fetched = await fetch(address, ca_file=ca_file)
    except Unanswered as gap:
        if gap.status in (401, 407):
            return _ASKS_TO_SIGN_IN
        # A firewall that takes the scanner for a robot says 403, and lets readers in.
        return gap.status if gap.status not in (None, 403) else gap.unknown
    page = next(
        each for each in read_page(fetched.body, address, fetched=fetched) if isinstance(each, Page)
    )
    if _PASSWORD.search(fetched.body) and not _refuses_beside(page):
        return _ASKS_TO_SIGN_IN
    if isinstance(page.content, Unknown):
        return page.content
    return _said_to_be_over(page.content) or 200


def _refuses_beside(page: Page) -> bool:
    """Tell whether a form that asks for no password stands on the page, and refuses mail."""
    if not isinstance(page.content, Content) or isinstance(page.forms, Unknown):
        return False
    text = "\n".join(block.text for block in page.content.blocks)
    return bool(page.forms) and bool(OF_REFUSING.search(text))


OF_REFUSING = re.compile(
    r"unsub|opt.?out|(?:配信|メール|購読|受信).{0,10}(?:停止|解除|拒否|中止|不要)|登録解除|退会",
    re.IGNORECASE,
)


def _said_to_be_over(content: Content) -> Unknown | None:
    """Return why a page that came tells nothing: it says that its link is no longer good."""
    text = "\n".join(block.text for block in content.blocks)
    found = _NO_LONGER_GOOD.search(text) if len(text) <= _SHORT_PAGE else None
    if found is None:
        return None
    return Unknown(
        Reason.NEEDS_REVIEW,
        Text.of(
            "The opt-out page says that its link is not good: “{quote}”", quote=found[0].strip()
        ),
        Text.of(
            "Probe a mail of the last 30 days, as it arrived: its address has to work so long."
        ),
    )


def opt_out_address(message: Message) -> str | None:
    """Return the web address by which a reader would refuse further mail."""
    if not isinstance(message.content, Content):
        return None
    blocks = message.content.blocks
    told = [bool(OF_REFUSING.search(block.text.replace("\n", ""))) for block in blocks]
    beside: str | None = None
    for number in reversed(range(len(blocks))):
        links = [each for each in blocks[number].links if _ADDRESS.match(each.href)]
        for link in links:
            if OF_REFUSING.search(f"{link.text} {link.href}"):
                return link.href
        alone = len(links) == 1 and (told[number] or any(told[max(0, number - 1) : number + 2]))
        if alone and (told[number] or len(blocks[number].text) <= _SHORT_BLOCK):
            beside = beside or links[0].href
    return beside


_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_SHORT_BLOCK = 160
"""Characters; what holds a link and no more may have its words before or after it."""
