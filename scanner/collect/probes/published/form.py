"""HTML → the forms in it that ask for personal data."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from scanner.collect.probes.published.markup import Markup
from scanner.collect.probes.published.tangle import TANGLED, is_tangled
from scanner.model import Content, Control, Form, Origin, Reason, Text, Unknown

NEWSLETTER = re.compile(
    r"メールマガジン|メルマガ|ニュースレター|メール(?:レター|通信|便り|だより|ニュース|講座)"
    r"|news ?letter|mail ?mag|(?:お知らせ|案内|情報"
    r"|ニュース|クーポン).{0,12}"
    r"(?:メール|配信)|メール.{0,12}(?:配信|案内|お知らせ|購読)|購読|subscribe|mailing list|opt.?in"
    r"|(?:offers|news|updates|promotions?|deals|announcements|invitations)\b.{0,40}"
    r"(?:by|via|through|in your) (?:e-?mail|inbox)"
    r"|(?:e-?mail|send|keep) (?:me|us|you)\b.{0,60}"
    r"(?:offers|news|updates|updated|posted|promotion|tips|deals)"
    r"|(?:receive|get)\b.{0,60}(?:offers|news\b|updates|promotion|marketing|e-?mails)"
    r"|marketing (?:e-?mails?|communications|messages)",
    re.IGNORECASE,
)
OF_THE_ORDER = re.compile(
    r"(?:受付|確認|完了|返信|自動返信|認証|領収)(?:の|用)?メール"
    r"|メール(?:で|にて|により|による)の?ご?(?:連絡|回答|返信|返答|お知らせ|通知|案内)"
    r"|(?:結果|日程|会場|可否|当選|発送|手続き?|(?:視聴|参加|ダウンロード)?URL|資料|見積[^。]{0,4}|回答)[^。]{0,12}メール"
    r"|(?:メルマガ|メールマガジン|ニュースレター|newsletter)[^。]{0,12}"
    r"(?:読ん|ご覧|ご?存じ|知っ|\bread\b|heard?)"
    r"|(?:配信|購読|受信)の?(?:停止|解除)|unsubscribe|opt[- ]?out"
    r"|(?:updates?|e-?mails?|news) (?:on|about|regarding) (?:your|the|this)",
    re.IGNORECASE,
)
"""What is sent because somebody asked for something else, and what ends it."""
ENDS = re.compile(r"停止|解除|退会|unsubscribe|opt[- ]?out|remove me", re.IGNORECASE)
"""What the button says of a form by which people leave a list."""
_PERSONAL = re.compile(
    r"mail|メール|name|氏名|名前|お名前|姓|ふりがな|フリガナ|tel|phone|電話|携帯|address"
    r"|住所|郵便|zip|postal"
    r"|company|会社|貴社|生年月日|birth|年齢|性別"
    # What Japanese pages call their fields in Roman letters.
    r"|namae|shimei|simei|furigana|j[uy]u?u?sh?yo|denwa|renraku|yuu?bin|seinen|nenrei|seibetsu",
    re.IGNORECASE,
)
_ASKS_FOR_NONE = re.compile(
    r"(?:書|記入|入力|記載)(?:か|し)?(?:ないで|なくて)|(?:ご遠慮|お控え)ください"
    r"|\b(?:do not|don['’]t|please avoid) (?:include|enter|write|giv)",
    re.IGNORECASE,
)
"""What asks people to leave their names out."""
_TYPED = frozenset(("text", "email", "tel", "textarea", "date", "number"))
_SEARCH = re.compile(r"search|検索|keyword|^q$|^s$", re.IGNORECASE)


NO_FORM = Unknown(
    Reason.NOT_FOUND,
    Text.of("There is no form in it that asks for personal data."),
    Text.of("Where a script builds the form, save the rendered page in a browser and probe that."),
)


_EMBEDDED = re.compile(
    r"hbspt\.forms\.create|hsforms\.net/forms/(?:embed|v2)|MktoForms2\.loadForm|\.com/js/forms2/"
    r"|form\.k3r\.jp|bownow\.jp/forms|sdk\.form\.run|embed\.typeform\.com"
    r"|(?:docs\.google\.com/forms|forms\.gle|share\.hsforms\.com|sibforms\.com/serve|form\.run/@"
    r"|go\.pardot\.com/l)/"
)
_EMBEDDED_ELSEWHERE = Unknown(
    Reason.NOT_COLLECTED,
    Text.of("A script or frame of a form service shows the form, which mamori does not run."),
    Text.of("Open it in a browser, save the rendered page, and probe the file."),
)


def embedded_form(markup: Markup, identity: str, page: Content) -> Form | None:
    """Return the form that a service draws into a page, of which nothing is known."""
    for node in markup.select("script, iframe"):
        source = node.attributes.get("src") or node.attributes.get("data-src") or ""
        if _EMBEDDED.search(source) or (node.tag == "script" and _EMBEDDED.search(node.text())):
            gap = _EMBEDDED_ELSEWHERE
            return Form(
                id=identity,
                name=page.title[:100],
                origin=Origin.PROBE,
                published=True,
                controls=gap,
                content=gap,
            )
    return None


def read_form(form: Form) -> Form:
    """Return a form of a platform with what a visitor meets of its HTML.

    What stands around it is on the page that shows it, and not known here.
    """
    html = form.html
    if isinstance(html, Unknown):
        return msgspec.structs.replace(form, controls=html, content=html)
    if is_tangled(html):
        return msgspec.structs.replace(form, controls=TANGLED, content=TANGLED)
    markup = Markup(html)
    found = markup.forms()
    controls = tuple(control for _, each in found for control in each)
    if not personal(controls):
        return msgspec.structs.replace(form, controls=NO_FORM, content=NO_FORM)
    return msgspec.structs.replace(
        form, controls=controls, content=markup.content(inside=found[0][0])
    )


def personal(controls: Iterable[Control]) -> int:
    """Return how many of `controls` ask for something about a person."""
    return sum(
        1
        for each in controls
        if each.kind in ("email", "tel")
        or (
            each.kind in _TYPED
            and not _SEARCH.search(each.name)
            and _PERSONAL.search(f"{each.name} {each.label}")
            and not _ASKS_FOR_NONE.search(each.label)
        )
    )


def forms_in(markup: Markup, identity: str, page: Content) -> list[Form]:
    """Return the forms that ask for personal data; the largest has the id `identity`.

    Search boxes are none, and neither are sign-in forms, which ask for what was given before.
    """
    found = []
    for node, controls in markup.forms():
        asked = personal(controls)
        if asked and not _signs_in(controls):
            found.append((asked, node, controls))
    found.sort(key=lambda each: -each[0])
    return [
        Form(
            id=identity if not number else f"{identity}#{number + 1}",
            name=page.title[:100],
            origin=Origin.PROBE,
            published=True,
            controls=controls,
            content=markup.content(inside=node),
            sends_to=node.attributes.get("action"),
        )
        for number, (_, node, controls) in enumerate(found[:20])
    ]


_JOINS = re.compile(
    r"(?<!ログイン・)(?<!ログイン/)(?:会員|新規|アカウント)?登録(?:する|して)?|入会|アカウントを?作成"
    r"|sign ?up|create|register|join",
    re.IGNORECASE,
)
"""What the button says of a form that takes people in rather than lets them in."""


def _signs_in(controls: tuple[Control, ...]) -> bool:
    kinds = [each.kind for each in controls]
    return (
        kinds.count("password") == 1
        and sum(kind in _TYPED for kind in kinds) <= 1
        and not any(each.kind == "checkbox" and NEWSLETTER.search(each.label) for each in controls)
        and not any(
            each.kind in ("submit", "button") and _JOINS.search(each.value) for each in controls
        )
    )
