"""Whether joining a mailing list is what a form is for."""

from __future__ import annotations

import re

from checks.signups.questions import NO_ADVERTISING, form_text
from checks.signups.ties import TIES
from checks.wording.words import words
from scanner.sdk import Content, Control, Region

_SUBSCRIBE_FORM = words(
    r"(?:メルマガ|メール(?:レター|通信|便り|講座)).{0,8}(?:登録|購読|申)|メールマガジン.{0,10}(?:登録|購読|申)|ニュースレター.{0,10}("
    r"?:登録|購読|申)|購読(?:する|登録)|配信登録|(?<!un)subscribe|sign ?up for"
    r"|join (?:our|the) (?:mailing|news)|newsletter"
)


def is_subscription(
    controls: tuple[Control, ...], content: Content, sends_to: str | None = None
) -> bool:
    """Tell whether joining the list is what the form is for, by its words or its address."""
    typed = sum(each.kind in TYPED for each in controls)
    if any(each.kind == "password" for each in controls) or _ends_one(controls):
        return False
    return named_subscription(controls, content) or (
        typed <= _FEW
        and (
            (bool(_LIST_ADDRESS.match(sends_to or "")) and _asks_address_alone(controls))
            or any(
                _SUBSCRIBE_FORM.search(each) and not _ends_alone(each)
                for line in form_text(content).split("\n")
                for each in _SENTENCE.split(line)
            )
            or (
                _asks_address_alone(controls)
                and _names_list(f"{before_form(content)}\n{_opening(content)}")
            )
        )
    )


_FEW = 2
"""Fields in which something is typed, where an address is all that a list needs."""
_LIST_ADDRESS = re.compile(
    r"(?!.*(?:unsub|cancel|remove|delete|stop|opt[-_]?out|kaijo|taikai))"
    r".*(?:list-manage\.com/subscribe|kmail-lists\.com/subscriptions/subscribe|createsend\.com/t/"
    r"|(?:convertkit|kit)\.com/forms|substack\.com|buttondown\.(?:email|com)/api/emails"
    r"|sibforms\.com/serve|subscribe|newsletter|mail_?mag)",
    re.IGNORECASE,
)
"""Where the forms of newsletter services, and those of the same kind, are sent."""
TYPED = ("text", "email", "tel", "textarea", "number")


def _asks_address_alone(controls: tuple[Control, ...]) -> bool:
    """Tell whether a form asks for a mail address, and for no more than a name beside it."""
    typed = [each for each in controls if each.kind in TYPED]
    return any(
        each.kind == "email" or _ADDRESS_FIELD.search(f"{each.name} {each.label}") for each in typed
    ) and not (
        any(each.kind in ("textarea", "tel", "password") for each in controls)
        or sum(each.kind == "select" for each in controls) > 1
    )


_ADDRESS_FIELD = words(r"メール|e-?mail")


def _names_list(introduction: str) -> bool:
    return any(
        (
            _SUBSCRIBE_FORM.search(line)
            or _OF_A_LIST.search(line)
            or _LIST_NAME.fullmatch(line)
            or any(_INVITES.fullmatch(each) for each in _SENTENCE.split(line))
        )
        and not NO_ADVERTISING.search(line)
        and not _STOPS.search(line)
        for line in introduction.split("\n")
    )


_STOPS = words(
    r"解除|退会|(?:配信|購読|受信|送付)を?(?:停止|中止|拒否)|登録(?:の|を)?(?:抹消|削除)|unsubscrib"
    r"|opt[- ]?out|stop (?:receiving|getting|sending)|no longer (?:wish|want)"
    r"|(?:leave|off) (?:the|our) list"
)
_OF_A_LIST = words(
    r"メルマガ|メールマガジン|ニュースレター|メールニュース|(?:お知らせ|ご?案内|情報|ニュース|クーポン|セール(?!ス)|キャンペーン|最新"
    r"|新商品|新着|お得).{0,16}(?:メール|配信|お届け|受け取|お送り)|メール.{0,10}(?:配信|購読)"
    r"|\d+(?:日間?|回)の?(?:無料)?(?:メール|オンライン|動画)?(?:講座|レッスン|プログラム)"
    r"|news ?letter|mailing list|(?:updates|offers|news|tips|promotions?)\b.{0,40}(?:e-?mail|inbox)"
    r"|(?:e-?mail|inbox|get|receive|send you)\b.{0,40}(?:updates|offers|news|tips|promotions?)"
)
_LIST_NAME = words(
    r".{0,24}(?:メルマガ|メールマガジン|ニュースレター|メールニュース|メール(?:レター|通信|便り)"
    r"|お?(?:[便たて]より|便り|手紙|てがみ)|news ?letter|\bletters?)"
    r"\W{0,3}(?:\(?無料\)?)?\W{0,3}"
)
_SENTENCE = re.compile(r"(?<=[.!?。！!])\s*")
_INVITES = words(
    r"\W{0,3}(?:stay|keep|get|be) (?:connected|in touch|updated|in the (?:loop|know)|informed"
    r"|up to date|the first to (?:know|hear|find out))\W{0,3}(?:with .{1,40})?"
    r"|.{0,24}\b(?:\d+% off|free shipping|(?:welcome|sign[- ]?up) (?:discount|gift|code))\b.{0,40}"
    r"|.{0,60}\bkeep you (?:posted|updated|in the loop|informed|up to date)\W{0,3}"
    r"|.{0,20}(?:いいこと|うれしいこと|お得|おトク)[^。]{0,6}(?:届く|とどく|届きます|お届け)\W{0,3}"
    r"|.{0,16}(?:お得|おトク|最新|新着|限定|とっておき)[^。]{0,8}(?:情報|クーポン|お?知らせ|ニュース)[^。]{0,4}"
    r"(?:GET|ゲット|お届け|受け取ろう|受け取る|配信中?|チェック)?(?:する|します|しよう)?\W*"
)
"""What stands above a field for an address alone, and says no more."""


def _opening(content: Content) -> str:
    """Return what a form begins with, where that is a title rather than a field's name."""
    first = next((block for block in content.blocks if block.region is Region.FORM), None)
    named = first is not None and (
        _LIST_NAME.fullmatch(first.text) or _INVITES.fullmatch(first.text)
    )
    return first.text if first is not None and named else ""


def before_form(content: Content) -> str:
    """Return what stands right before a form, up to the heading that it is under."""
    inside = [n for n, block in enumerate(content.blocks) if block.region is Region.FORM]
    if not inside:
        return ""
    found: list[str] = []
    for block in reversed(content.blocks[max(0, inside[0] - _MOST_BEFORE) : inside[0]]):
        if len(block.text) > _LONG_BEFORE or (len(block.links) > 1 and not block.heading):
            break
        found.insert(0, block.text)
        if block.heading:
            break
    return "\n".join(found)


_MOST_BEFORE = 3
_LONG_BEFORE = 200
"""Blocks, and characters of one, that may belong to the form after them."""


def _on_buttons(controls: tuple[Control, ...]) -> str:
    return " ".join(
        each.value or each.label for each in controls if each.kind in ("submit", "button")
    )


def _ends_one(controls: tuple[Control, ...]) -> bool:
    """Tell whether the button takes people out of a list, and none beside it lets them in."""
    return bool(_STOPS.search(_on_buttons(controls))) and not any(
        each.kind in ("submit", "button") and _JOINS.fullmatch(each.value) for each in controls
    )


_JOINS = words(r"\W*(?:登録|購読|申し?込み?)(?:する)?\W*|\W*(?:subscribe|sign ?up|join)\W*")


def _ends_alone(line: str) -> bool:
    """Tell whether a line is about leaving a list, and not about joining it too."""
    return bool(_STOPS.search(line)) and not _BOTH.search(line)


_BOTH = words(
    r"登録\s?[・/／、と]\s?(?:変更\s?[・/／、と]\s?)?(?:解除|停止|退会)"
    r"|\bsubscribe\W+(?:(?:or|and) )?unsubscribe"
)


def named_subscription(controls: tuple[Control, ...], content: Content) -> bool:
    """Tell whether the button or the heading names the list that the form is for."""
    typed = [each for each in controls if each.kind in TYPED]
    buttons = _on_buttons(controls)
    headings = [
        content.title,
        *[b.text for b in content.blocks if b.heading and b.region is not Region.NAVIGATION][:4],
    ]
    if _ends_one(controls):
        return False
    if _SUBSCRIBE_FORM.search(buttons) or _SUBSCRIBE_BUTTON.search(buttons):
        return not TIES.search(buttons)
    named = len(typed) <= _SHORT_FORM and any(
        _SUBSCRIBE_FORM.search(each) and not _ends_alone(each) for each in headings
    )
    # A long form is for the list where what stands right above it says nothing else.
    above = [line for line in before_form(content).split("\n") if _LIST_ALONE.fullmatch(line)]
    return (named or (bool(above) and len(typed) <= _LONG_FORM)) and not any(
        each.kind == "textarea" for each in controls
    )


_SHORT_FORM, _LONG_FORM = 4, 9
"""Fields in which something is typed."""
_SUBSCRIBE_BUTTON = words(
    r"購読(?!者|.{0,4}(?:解除|停止|中止))|(?:情報|お知らせ|ご?案内|ニュース)を?.{0,4}受け取"
)
_LIST_ALONE = words(
    r"\W{0,3}(?:無料)?(?:メルマガ|メールマガジン|ニュースレター|メールニュース|メール(?:レター|通信|便り))"
    r"(?:の|へ|への|を)?(?:ご?(?:登録|購読)|配信|お?申し?込み?)(?:フォーム|する)?(?:はこちら)?\W{0,3}"
    r"|\W{0,3}(?:(?:subscribe to|sign ?up for|join) (?:our|the) )"
    r"(?:news ?letter|mailing list)\W{0,3}"
    r"|\W{0,3}newsletter (?:sign[- ]?up|subscription)\W{0,3}"
)
