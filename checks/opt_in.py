"""Opt-in: whether people who get mail asked for it, freely, knowing from whom and what."""

from __future__ import annotations

import re

import msgspec

from checks.counting import none_of
from checks.wording.legal_names import body_name, entity
from checks.wording.likeness import degree
from checks.wording.personal_names import person
from checks.wording.texts import quote
from checks.wording.words import Words, words
from scanner.model import Origin
from scanner.sdk import (
    Audience,
    Basis,
    ContactList,
    Content,
    Control,
    Form,
    NoEvidence,
    Reason,
    Region,
    Severity,
    Status,
    Text,
    Unknown,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    passed,
    review,
)

_NO_MAIL = "The form does not speak of mail."
_LOOK = Text.of("Open the form in a browser, and see in what state it asks.")

_MAIL = words(
    r"メールマガジン|メルマガ|ニュースレター|メールニュース|メール(?:レター|通信|便り|講座)|ステップメール|Eメール(?:配信|での)|(?:お知らせ"
    r"|ご?案内|情報|ニュース|クーポン|セール(?!ス)|キャンペーン|DM|広告|宣伝).{0,16}(?:メール"
    r"|配信|送付|受け取|受信|希望)|メール(?!\s?アドレス).{0,16}(?:配信|受信|受け取|ご?案内|お知らせ|購読"
    r"|希望|送)|(?:案内|情報|お知らせ)を?(?:希望|受け取)|購読"
    r"|news ?letter|mailing list|marketing (?:e-?mail|communication|message)|(?:e-?mail"
    r"|send|receive|get).{0,40}(?:offers|updates|news|promotion|marketing|tips)|(?<!un)subscribe"
    r"|(?:agree|consent|want|wish|like) to (?:receive|get) .{0,12}e?-?mails?\b|opt[- ]?in"
    r"|(?:届く|お届けする|お送りする)\s?メール|メール\s?\(広告|広告を?含む\s?メール"
)
_MAIL_BOX = words(
    r"keep me (?:in the loop|posted|updated|informed)|contact me (?:about|with) (?:offers|news)"
    r"|(?:like|happy|want|love) to hear (?:from|about)"
    r"|(?:news|offers) from (?:our|selected|trusted)"
)
"""What says it of a box alone; elsewhere a form may speak so of its answer."""
_MAIL_NAME = re.compile(
    r"mail_?mag|merumaga|newsletter|news_letter|(?<!un)subscribe|opt_?in|dm_?flg|mail_?(?:flg"
    r"|flag|ok|accept|permission|receive|delivery)|magazine|marketing|mailing|(?<![a-z])dm(?![a-z])",
    re.IGNORECASE,
)
_NO_ADVERTISING = words(
    r"(?:メルマガ|メールマガジン|ニュースレター)[^。]{0,16}(?:いかが|満足|評価|感想)|"
    r"(?:updates?|e-?mails?|news) (?:about|on|regarding) (?:your|the|this) "
    r"|\byour (?:receipt|confirmation|invoice|tickets?|booking)\b"
    r"(?!.{0,60}(?:offers|news|marketing|promotion))|"
    r"(?:カタログ|パンフレット|サンプル|商品|賞品|景品|チケット|会員証|粗品)(?:の|を)?(?:ご?送付|発送|お届け|郵送|お送り)|"
    r"確認(?:の|用の?)?\s?メール|自動返信|返信メール|受付メール|(?:受信|指定受信|迷惑メール)(?:を許可|拒否|設定|フォルダ|されている)"
    r"|ドメイン(?:指定|設定|の受信)|迷惑メール|(?:口座|振込|送料|金額|手順|番号|発送).{0,12}(?:メール|ご?連絡|お知らせ)"
    r"|メールアドレス(?:を|の)?(?:入力|確認|公開"
    r"|必須)|メールで(?:の|ご)?(?:連絡|回答|返信)|ご連絡方法|連絡方法|(?:電話|tel).{0,6}メール|メール.{0,6}(?:電話|tel)"
    r"|(?:読ん|購読し|受け取っ|ご?覧になっ|登録し)(?:た|だ|て|で)(?:ことが|い).{0,4}(?:あり|ます)"
    r"|(?:日本語|[英中韓]国?語|外国語|音声|館内|現地|見学|道順?)(?:での|の|による)?ご?案内"
    r"|メール(?:配信|マーケティング|一斉(?:配信|送信)|送信)?(?:システム|ツール|ソフト|代行|機能|サーバー?)"
    r"|(?:変更|日時|日程|予約|内容|結果|可否|当選|詳細|状況|確定|完了)(?:は|を|については?|の)?、?\s?メール(?:で|にて|に)"
    r"|(?:HTML|テキスト)形式?の?メール|メール(?:の)?形式"
    r"|(?:アドレス|管理者メール)(?:へ|に|宛(?:て|に)?)(?:メールを?)?送信|送信[元先]|パスワード|\bpassword"
    r"|(?:認証|確認)(?:コード|用)|本人確認|ログイン(?:用|リンク|URL)|招待|magic link|verification"
    r"|郵送|郵便|はがき|ハガキ|\bLINE(?:で|の|公式)"
    r"|何で知|どこで知|きっかけ|知りました|知った|\((?:メール|電話|郵送)希望\)|(?:ダウンロード|リンク|URL).{0,8}送"
    r"|(?:レポート|結果|資料|見積(?:もり?|り)?|回答|URL|控え|内容|返信|領収書?|明細書?|納品書|請求書|チケット|レシート)を?.{0,8}"
    r"(?:お送り|送付|送信|お届け|受け取|受信)(?!.{0,40}(?:メルマガ"
    r"|メールマガジン|ニュースレター|案内|お知らせ))"
)
_PRIVACY = words(r"プライバシー|個人情報|利用規約|約款|規約|privacy|terms")
_NO = words(
    r"希望しない|受け取らない|受信しない|購読しない|配信しない|不要|いいえ|なし|否|しない"
    r"|\bno\b|don'?t|do not|opt[- ]?out|辞退|お?断り"
)
_YES_OR_NO = words(
    r"\s*(?:(?:希望|受信|購読|登録|配信)(?:する|しない|します|しません)|受け取(?:る|らない)|はい|いいえ"
    r"|する|しない|必要|不要|yes|no)\s*"
)
_UNTICK = words(r"(?:チェック|✓|レ点)を?(?:外|はず)|uncheck|untick")
_REFUSES = words(
    r"(?:希望|受け取り|受信|購読|配信)(?:し|を希望し|され|を)?(?:ない|ません)|不要|(?:配信"
    r"|送付)を?(?:停止|希望しない|お?断り)|辞退|do not (?:want|wish|send)|don'?t (?:want"
    r"|send)|opt[- ]?out"
)


class Asked(msgspec.Struct, frozen=True):
    """One question about mail: its boxes, and the words around them."""

    controls: tuple[Control, ...]
    words: str

    @property
    def refuses(self) -> bool:
        """Ticking means to refuse."""
        return len(self.controls) == 1 and (
            bool(_REFUSES.search(self.words)) or degree(self.words, "mail_refused") >= 1
        )


def _form_text(content: Content) -> str:
    return "\n".join(block.text for block in content.blocks if block.region is Region.FORM)


def _asked(controls: tuple[Control, ...], content: Content) -> list[Asked]:
    """Return the questions of a form that are about mail."""
    text = [block.text for block in content.blocks if block.region is Region.FORM]
    groups: dict[str, list[Control]] = {}
    bare = ""
    for number, each in enumerate(controls):
        if each.kind in ("checkbox", "radio", "select"):
            key = f"{each.kind} {each.name}" if each.kind == "radio" and each.name else str(number)
            # A yes and a no beside each other are one question, whatever they are made of.
            yes_or_no = each.kind == "checkbox" and bool(
                _YES_OR_NO.fullmatch(each.label) or _CHANNEL.fullmatch(each.label)
            )
            key = bare if yes_or_no and bare else key
            bare = key if yes_or_no else ""
            groups.setdefault(key, []).append(each)
    found = [
        Asked(tuple(group), said)
        for group in groups.values()
        if (said := _about_mail(group, controls, text)) is not None
    ]
    return found or _kinds_of_mail(controls, text)


def _about_mail(group: list[Control], controls: tuple[Control, ...], text: list[str]) -> str | None:
    """Return the words in which a group of boxes asks about mail; None where it does not."""
    own = " ".join(f"{each.label} {' '.join(each.options)}" for each in group)
    if _by_channel(group):
        around = _around(text, group)
        asks = _OF_NEWS.search(around) and not _OF_THE_MATTER.search(around)
        return f"{around} {own}" if asks else None
    if _NO_ADVERTISING.search(own) or _is_one_of_many(group[0], controls, text):
        return None
    if _MAIL.search(own) or _MAIL_BOX.search(own) or _sounds_like_mail(group):
        return own
    if any(_MAIL_NAME.search(each.name) for each in group):
        return f"{_around(text, group)} {own}".strip()
    wanted = _told_around(group, own)
    around = _around(text, group) if wanted else ""
    if wanted and wanted.search(around) and not _NO_ADVERTISING.search(around):
        return f"{around} {own}"
    return None


def _is_one_of_many(box: Control, controls: tuple[Control, ...], text: list[str]) -> bool:
    """Tell whether a box is one of the answers to where somebody heard of it, or why they go."""
    together = [each for each in controls if each.name and each.name == box.name]
    return (
        box.kind == "checkbox"
        and len(together) > 1
        and bool(_HOW_HEARD.search(_around(text, [box])))
    )


_HOW_HEARD = words(
    r"きっかけ|知りました|知った|お知りに|ご存じ|ご存知|何で|どこで|理由"
    r"|how did you (?:hear|find|learn)|why"
)


def _by_channel(group: list[Control]) -> bool:
    """Tell whether boxes are the ways in which something may be sent, mail among them."""
    labels = [label for each in group for label in (each.options or (each.label,))]
    ways = [each for each in labels if _CHANNEL.fullmatch(each)]
    return (
        len(ways) > 1
        and len(ways) + sum(bool(_NO.search(each)) for each in labels) >= len(labels)
        and any(_BY_MAIL.search(each) for each in ways)
    )


_CHANNEL = words(
    r"\W*(?:郵送|郵便|はがき|ハガキ|封書|DM|電話|お電話|携帯電話|FAX|ファックス|SMS|ショートメッセージ"
    r"|LINE(?:公式アカウント)?|アプリ|(?:電子|[EeＥ]-?)?メール|e-?mail|text(?: messages?)?"
    r"|post(?:al mail)?|phone|telephone|mail|whatsapp|push notifications?)"
    r"(?:で|による|にて)?(?:の?ご?案内)?\W*(?:\([^()]{0,60}\))?\W*"
)
_BY_MAIL = words(r"メール|e-?mail")
_OF_NEWS = words(
    r"お?知らせ|ご?案内|情報|会報|便り|ニュース|広告|宣伝|キャンペーン|セール(?!ス)|news|offers|updates|events"
    r"|appeals|hear from|stay in touch|keep in touch|marketing|promotion"
)
_OF_THE_MATTER = words(
    r"ご?連絡(?:方法|先|手段)|ご?回答|ご?返信|お?問い?合わ?せ|資料|結果|見積|予約|注文|確認"
    r"|きっかけ|どこで|知った|知りました|請求|領収|納品|チケット|受講票"
    r"|contact you about (?:your|this)|reach you|reply|respond|order|appointment"
)
"""What is sent or said for the form's own sake."""


def _sounds_like_mail(group: list[Control]) -> bool:
    """Tell whether a box is about mail in words of its own."""
    box = group[0]
    return (
        box.kind == "checkbox"
        and len(box.label) >= _SHORTEST
        and degree(box.label, "mail_box") >= 1
    )


_SHORTEST = 10
"""Characters of a label; fewer tell too little by their sound."""


def _kinds_of_mail(controls: tuple[Control, ...], text: list[str]) -> list[Asked]:
    """Return the boxes of one name, each for a kind of mail, that words before them ask about."""
    boxes: dict[str, list[Control]] = {}
    for each in controls:
        if each.kind == "checkbox" and each.name:
            boxes.setdefault(each.name, []).append(each)
    found = []
    for group in boxes.values():
        around = _around(text, group) if len(group) > 1 else ""
        if _KINDS_OF_MAIL.search(around) and not _NO_ADVERTISING.search(around):
            own = " ".join(each.label for each in group)
            found.append(Asked(tuple(group), f"{around} {own}"))
    return found


def _told_around(group: list[Control], own: str) -> Words | None:
    """Return what the words around boxes have to say for these to ask about mail."""
    labels = [label for each in group for label in (each.options or (each.label,))]
    answers = any(
        _YES_OR_NO.fullmatch(each) or (_NO.search(each) and group[0].kind != "checkbox")
        for each in labels
    )
    if answers or (_REFUSES.search(own) and _OF_SENDING.search(own)):
        return _MAIL
    return None


_OF_SENDING = words(r"配信|送付|購読|受信|お届け|案内|お知らせ|send")
_KINDS_OF_MAIL = words(
    r"(?:届く|お届けする|お送りする|受け取(?:る|りたい)|配信を?(?:希望|する)|ご?希望の|購読(?:する|したい))\s?"
    r"(?:メール|メルマガ|メールマガジン|ニュースレター)|メール\s?\(広告|(?:配信|お知らせ|案内)メールの(?:種類|設定)"
    r"|(?:which|what) (?:e-?mails|newsletters)|e-?mail (?:subscriptions|preferences)"
)


def _around(text: list[str], group: list[Control]) -> str:
    """Return the block that shows a group of boxes, with the one before."""
    labels = [each.label for each in group if each.label] or list(group[0].options)
    for number, block in enumerate(text):
        if labels and all(label in block for label in labels[:2]):
            before = _before(text, number)
            return f"{before if len(before) < 80 else ''} {block}"
    for number in range(len(text) - 1):
        if len(labels) > 1 and text[number : number + 2] == labels[:2]:
            return f"{_before(text, number)} {text[number]}"
    for number, block in enumerate(text):
        if labels and labels[0] and block.startswith(labels[0]):
            return f"{_before(text, number)} {block}".strip()
    return ""


def _before(text: list[str], number: int) -> str:
    """Return the block before one, past what only marks a field as required."""
    before = (each for each in reversed(text[max(0, number - 3) : number]))
    return next((each for each in before if not _MARKS.fullmatch(each)), "")


_MARKS = words(r"\W*(?:必須|任意|required|optional|必要)?\W*")


_SUBSCRIBE_FORM = words(
    r"(?:メルマガ|メール(?:レター|通信|便り|講座)).{0,8}(?:登録|購読|申)|メールマガジン.{0,10}(?:登録|購読|申)|ニュースレター.{0,10}("
    r"?:登録|購読|申)|購読(?:する|登録)|配信登録|(?<!un)subscribe|sign ?up for"
    r"|join (?:our|the) (?:mailing|news)|newsletter"
)


def _is_subscription(controls: tuple[Control, ...], content: Content) -> bool:
    """Tell whether joining the list is what the form is for."""
    typed = sum(each.kind in _TYPED for each in controls)
    if any(each.kind == "password" for each in controls):
        return False
    return _named_subscription(controls, content) or (
        typed <= 2
        and (
            any(
                _SUBSCRIBE_FORM.search(line) and not _STOPS.search(line)
                for line in _form_text(content).split("\n")
            )
            or (
                _asks_address_alone(controls)
                and _names_list(f"{_introduction(content)}\n{_opening(content)}")
            )
        )
    )


_TYPED = ("text", "email", "tel", "textarea", "number")


def _asks_address_alone(controls: tuple[Control, ...]) -> bool:
    """Tell whether a form asks for a mail address, and for no more than a name beside it."""
    typed = [each for each in controls if each.kind in _TYPED]
    return any(
        each.kind == "email" or _ADDRESS_FIELD.search(f"{each.name} {each.label}") for each in typed
    ) and not any(each.kind in ("textarea", "tel", "password", "select") for each in controls)


_ADDRESS_FIELD = words(r"メール|e-?mail")


def _names_list(introduction: str) -> bool:
    return any(
        (
            _SUBSCRIBE_FORM.search(line)
            or _OF_A_LIST.search(line)
            or _LIST_NAME.fullmatch(line)
            or _INVITES.fullmatch(line)
        )
        and not _NO_ADVERTISING.search(line)
        and not _STOPS.search(line)
        for line in introduction.split("\n")
    )


_STOPS = words(
    r"解除|退会|(?:配信|購読|受信|送付)を?(?:停止|中止|拒否)|登録(?:の|を)?(?:抹消|削除)|unsubscrib"
    r"|opt[- ]?out"
)
_OF_A_LIST = words(
    r"メルマガ|メールマガジン|ニュースレター|メールニュース|(?:お知らせ|ご?案内|情報|ニュース|クーポン|セール(?!ス)|キャンペーン|最新"
    r"|新商品|新着|お得).{0,16}(?:メール|配信|お届け|受け取|お送り)|メール.{0,10}(?:配信|購読)"
    r"|news ?letter|mailing list|(?:updates|offers|news|tips|promotions?)\b.{0,40}(?:e-?mail|inbox)"
    r"|(?:e-?mail|inbox|get|receive|send you)\b.{0,40}(?:updates|offers|news|tips|promotions?)"
)
_LIST_NAME = words(
    r".{0,24}(?:メルマガ|メールマガジン|ニュースレター|メールニュース|メール(?:レター|通信|便り)"
    r"|news ?letter)"
    r"\W{0,3}(?:\(?無料\)?)?\W{0,3}"
)
_INVITES = words(
    r"\W{0,3}(?:stay|keep|get|be) (?:connected|in touch|updated|in the (?:loop|know)|informed"
    r"|up to date|the first to know)\W{0,3}(?:with .{1,40})?"
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


def _introduction(content: Content) -> str:
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


def _named_subscription(controls: tuple[Control, ...], content: Content) -> bool:
    """Tell whether the button or the heading names the list that the form is for."""
    typed = [each for each in controls if each.kind in _TYPED]
    buttons = " ".join(
        each.value or each.label for each in controls if each.kind in ("submit", "button")
    )
    headings = [
        content.title,
        *[b.text for b in content.blocks if b.heading and b.region is not Region.NAVIGATION][:4],
    ]
    if _STOPS.search(buttons):
        return False
    if _SUBSCRIBE_FORM.search(buttons) or _SUBSCRIBE_BUTTON.search(buttons):
        return not _BUNDLED.search(buttons)
    named = len(typed) <= _SHORT_FORM and any(
        _SUBSCRIBE_FORM.search(each) and not _STOPS.search(each) for each in headings
    )
    # A long form is for the list where what stands right above it says nothing else.
    above = [line for line in _introduction(content).split("\n") if _LIST_ALONE.fullmatch(line)]
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


_BUNDLED = words(
    r"(?:メルマガ|メールマガジン|ニュースレター|メール(?:の|等の)?(?:配信|受信|受け取り)|(?:案内|DM|広告|宣伝)(?:の|等の)?"
    r"(?:メール)?(?:の|等の)?(?:配信|受信|受け取り|送付))[^。\n]{0,16}(?:同意|承諾|了承)(?:して|の上|のうえ|し、|いただ)"
    r"[^。\n]{0,20}(?:送信|登録|請求|申|ダウンロード|進|購入|注文|押|クリック|ボタン)"
    r"|(?:登録|申込|申し込み|送信|請求|応募|ダウンロード|参加|利用|回答|購入|注文)(?:いただ"
    r"|頂|され|する|した|を|で|の方|時|と|完了|により|にあたり|の際)[^。\n]{0,60}(?:メール(?!アドレス)|メルマガ|ご?案内|お知らせ"
    r"|ニュースレター)[^。\n]{0,40}(?:配信|送|同意|登録|お届け|購読|受信|承諾|了承)"
    r"|(?:お?問い?合わ?せ|ご?予約|ご?来店|ご?入力|ご?記入)(?:いただ|頂|され|した)[^。\n]{0,40}"
    r"(?:メルマガ|メールマガジン|ニュースレター|(?:新商品|新製品|セール(?!ス)|キャンペーン|お得な|広告|宣伝|イベント|セミナー)"
    r"[^。\n]{0,12}(?:案内|情報|メール|お知らせ))[^。\n]{0,24}(?:配信|送|お届け)(?![^。\n]{0,12}(?:ため|目的))"
    r"|(?:メール|メルマガ|ニュースレター|ご?案内)[^。\n]{0,40}(?:同意(?:した|いただいた"
    r"|する)?(?:もの)?(?:と|こと)|みなし|自動(?:的に|で)?(?:登録|配信)|併せて|あわせて)"
    r"|by (?:submitting|signing|registering|downloading|clicking|creating|entering|joining"
    r"|booking|ordering|placing|completing|continuing|proceeding|requesting|participating"
    r"|checking out|taking part)"
    r"(?:[^.\n]|\.(?=\w)|(?<=Inc|Ltd)\.){0,200}"
    r"(?:newsletter|marketing|e-?mails?\b(?! address)|offers|updates|promotion|mailing list|news\b)"
    r"|\byou(?:['’]ll| will)(?: also| automatically)?"
    r" (?:be (?:added|subscribed|signed up|enrolled)|(?:also|automatically) (?:receive|get))\b"
    r"[^.\n]{0,80}(?:newsletter|marketing|offers|updates|promotion|mailing list|deals)"
    r"|(?:will|may) (?:then )?(?:e-?mail|send|contact)"
    r" (?:registrants|attendees|entrants|participants|delegates|guests|all)\b"
    r"[^\n]{0,80}(?:products|offers|news|updates|events|promot|marketing)"
)
_A_POLICY = 80
"""Characters; what is longer and speaks of personal data is a policy shown at the form."""
_DENIES = words(
    r"(?:ことは(?:あり|ござい)ません|いたしません|しません|送りません|will not|won't|never)"
)


@check("opt-in.unbundled", severity=Severity.MEDIUM, basis=Basis.GUIDELINE)
def unbundled(form: Form) -> Verdict:
    """Agreeing to mail is a question of its own, apart from terms and privacy.

    Why: Who must accept advertising to get a brochure has not agreed to it: the consent is worth
        nothing when it is needed.
    Fix: Give mail a box of its own, not required, beside the one for the privacy policy.
    Source: Guidelines on specified electronic mail (Ministry of Internal Affairs, 2011), 2; GDPR,
        art. 7(2) and (4)
    """
    controls, content = known(form.controls), known(form.content)
    asked = _asked(controls, content)
    if _is_subscription(controls, content):
        other = _without_question(controls, content)
        if beyond := next((each for each in asked if _beyond_the_list(each)), None):
            return failed(
                "One box agrees to terms or privacy and to mail: “{quote}”",
                quote=beyond.words.strip(),
                said=quote(beyond.words.strip(), 0.8),
            )
        if asked or other.status is not Status.FAIL or _named_subscription(controls, content):
            return passed("Joining the list is what the form is for.", said=quote("", 0.8))
        return other
    for each in asked:
        box = each.controls[0]
        said = each.words.strip()
        if (
            len(each.controls) == 1
            and box.kind == "checkbox"
            and _PRIVACY.search(said)
            and _MAIL.search(said)
        ):
            return failed(
                "One box agrees to terms or privacy and to mail: “{quote}”",
                quote=said,
                said=quote(said, 0.9),
            )
        if len(each.controls) == 1 and box.required and not each.refuses and box.kind == "checkbox":
            return failed(
                "The form cannot be sent without agreeing to mail: “{quote}”",
                quote=said,
                said=quote(said, 0.85),
            )
    if asked:
        said = asked[0].words.strip()
        return passed("Mail is a question of its own: “{quote}”", quote=said, said=quote(said, 0.9))
    return _without_question(controls, content)


def _beyond_the_list(asked: Asked) -> bool:
    """Tell whether the one box of a sign-up agrees to terms, and to the mail of others too."""
    return (
        len(asked.controls) == 1
        and asked.controls[0].kind == "checkbox"
        and bool(_PRIVACY.search(asked.words))
        and bool(_MAIL.search(asked.words))
        and anybody(asked.words) is not None
    )


def _agreed_at_once(controls: tuple[Control, ...], content: Content) -> tuple[str, int] | None:
    """Return what one box agrees to in a list beside it, where mail is among it."""
    blocks = content.blocks
    labels = [each.label for each in controls if each.kind in ("checkbox", "radio") and each.label]
    for box in controls:
        if box.kind != "checkbox" or not _ALL_OF_IT.search(box.label):
            continue
        at = next(
            (n for n, b in enumerate(blocks) if b.region is Region.FORM and box.label in b.text),
            None,
        )
        if at is None:
            continue
        above = bool(_ABOVE.search(box.label))
        near = range(max(0, at - _LISTED), at) if above else range(at + 1, at + 1 + _LISTED)
        listed = [
            (blocks[n].text, n)
            for n in near
            if n < len(blocks)
            and blocks[n].region is Region.FORM
            and not any(label in blocks[n].text for label in labels)
        ]
        if any(_PRIVACY.search(text) for text, _ in listed):
            for text, number in listed:
                if (
                    len(text) <= _A_POLICY
                    and _MAIL.search(text)
                    and not _NO_ADVERTISING.search(text)
                ):
                    return text, number
    return None


_ALL_OF_IT = words(
    r"(?:次|以下|下記|上記|これら)[^。]{0,8}(?:すべて|全て|全部|各項目|事項|内容)[^。]{0,24}同意"
    r"|(?:agree|consent|accept)\w*[^.]{0,20}\b(?:all|everything)\b"
    r"|(?:all|everything) (?:of the )?(?:above|below|following)"
)
_ABOVE = words(r"上記|これら|\babove\b")
_LISTED = 6
"""Blocks beside a box that it may agree to."""


def _bundled(controls: tuple[Control, ...], content: Content) -> tuple[str, int | None] | None:
    """Return the words by which sending a form means to agree to mail, and where they stand."""
    for number, block in enumerate(content.blocks):
        if block.region is Region.NAVIGATION:
            continue
        if (told := _TOLD_AND_AGREED.search(block.text)) and not _DENIES.search(told[0]):
            return told[0], number
        for line in re.split(r"(?<=。)|\n", block.text):
            if (
                _BUNDLED.search(line)
                and not _DENIES.search(line)
                and not _NO_ADVERTISING.search(line)
                and not _WHO_ASKED.search(line)
            ):
                return line, number
    for each in controls:
        if each.kind in ("submit", "button", "image") and _BUNDLED.search(each.value):
            return each.value, None
    return None


_WHO_ASKED = words(
    r"希望(?:者|され|する(?:方|人)|の方|に応じ|いただ)|(?:同意|チェック)(?:いただ|頂|され|し)(?:い?た)(?:方|場合|お客)"
    r"|(?:if|where|when) you(?:'ve| have)? (?:ask|opt|agree|consent|tick|check|request|sign)"
)
"""What goes to those alone who asked for it."""
_TOLD_AND_AGREED = words(
    r"(?:ご?案内|メール|メルマガ|ニュース(?:レター)?|情報|広告)[^。\n]{0,24}(?:お送り|配信|送付|送信|お届け)[^。\n]{0,16}。"
    r"[^。\n]{0,30}(?:登録|申込|申し込み|応募|送信|参加|請求|ダウンロード)[^。\n]{0,30}(?:同意|承諾|了承)[^。\n]{0,20}もの"
)
"""What will be sent, and in the next sentence that whoever goes on agrees to it."""


def _without_question(controls: tuple[Control, ...], content: Content) -> Verdict:
    if listed := _agreed_at_once(controls, content):
        return failed(
            "One box agrees to terms or privacy and to mail: “{quote}”",
            quote=listed[0],
            said=quote(listed[0], 0.8, listed[1]),
        )
    if found := _bundled(controls, content):
        return failed(
            "Sending the form means to agree to mail: “{quote}”",
            quote=found[0],
            said=quote(found[0], 0.8, found[1]),
        )
    inside = [
        (block.text, n) for n, block in enumerate(content.blocks) if block.region is Region.FORM
    ]
    for text, number in inside:
        if len(text) > _A_POLICY and _PRIVACY.search(text):
            continue
        if _MAIL.search(text) and not _NO_ADVERTISING.search(text) and not _DENIES.search(text):
            return review(
                "Mail is mentioned, and there is no question about it: “{quote}”",
                remedy=Text.of("Find out whether the form takes people into a mailing list."),
                quote=text[:150],
                said=quote(text, 0.5, number),
            )
    return not_applicable(_NO_MAIL)


@check("opt-in.not-prechecked", severity=Severity.MEDIUM, basis=Basis.GUIDELINE)
def not_prechecked(form: Form) -> Verdict:
    """The box for mail is empty until the visitor ticks it.

    Why: A box that was ticked for the visitor shows what the sender wanted. In the European Union
        it is no consent at all, and in Japan it has to be plain to see.
    Fix: Leave the box empty, and the choice between yes and no open.
    Source: Guidelines on specified electronic mail (Ministry of Internal Affairs, 2011), 2, on
        default-on; GDPR, art. 4(11) and recital 32 (CJEU C-673/17)
    """
    controls, content = known(form.controls), known(form.content)
    asked = _asked(controls, content)
    if not asked:
        return not_applicable("The form has no box for mail.")
    doubtful: Asked | None = None
    for each in asked:
        said = each.words.strip()
        state = _agreed_at_first(each)
        if state is None:
            doubtful = doubtful or each
        elif state and _shows_settings(controls, content):
            return review(
                "What is ticked may be what somebody chose before: “{quote}”",
                remedy=_LOOK,
                quote=said,
                said=quote(said, 0.5),
            )
        elif state:
            return failed(
                "Mail is agreed to before the visitor does anything: “{quote}”",
                quote=said,
                said=quote(said, 0.9),
            )
    if doubtful is not None:
        return review(
            "Whether the box is ticked at first is decided elsewhere: “{quote}”",
            remedy=_LOOK,
            quote=doubtful.words.strip(),
            said=quote(doubtful.words, 0.5),
        )
    said = asked[0].words.strip()
    return passed("Nothing is ticked at first: “{quote}”", quote=said, said=quote(said, 0.9))


def _shows_settings(controls: tuple[Control, ...], content: Content) -> bool:
    """Tell whether a form shows somebody who is known what they chose before."""
    return any(
        each.kind in ("submit", "button") and _SAVES.search(each.value) for each in controls
    ) and any(_SETTINGS.search(block.text) for block in content.blocks)


_SAVES = words(r"保存|更新|変更|\bsave\b|\bupdate\b")
_SETTINGS = words(
    r"現在の(?:ご?設定|ご?登録|配信)|アカウント設定|(?:配信|通知|メール)(?:の|受信)?設定|登録情報の?(?:変更|編集)"
    r"|ログアウト|マイページ"
    r"|(?:current|saved|account|notification|e-?mail|communication) (?:settings|preferences)"
    r"|log ?out|sign ?out"
)


def _agreed_at_first(asked: Asked) -> bool | None:
    """Tell whether somebody who touches nothing agrees to mail; None where that is not known."""
    one = asked.controls[0]
    if one.kind == "select":
        chosen = one.options[0] if one.options else ""
        return bool(chosen and _MAIL_YES.search(chosen) and not _NO.search(chosen))
    if len(asked.controls) == 1 and one.kind == "checkbox":
        if one.checked is None:
            return None
        if asked.refuses and not _UNTICK.search(asked.words):
            return not one.checked
        return one.checked
    states = [(each.checked, bool(_NO.search(each.label or each.value))) for each in asked.controls]
    if any(checked is None for checked, _ in states):
        return None
    return any(checked and not refuses for checked, refuses in states)


_MAIL_YES = words(
    r"希望(?:する|します)|受け取る|受信する|購読する|配信する|はい|する$|同意|\byes\b"
    r"|subscribe|^1$|^on$"
)

_SPECIFIC = words(
    r"メールマガジン|メルマガ|ニュースレター|お知らせ|ご?案内|情報|ニュース|セール(?!ス)|クーポン"
    r"|マーケティング|販促|プロモーション|会報|行事|キャンペーン|新着|新商品|新製品|イベント|セミナー|広告|宣伝|特典|コラム|レシピ"
    r"|求人|入荷|更新|便り|通信(?!販売)|講座|教室|トレーニング|活動|最新|新刊|お?買い?得|お得|特売|採れたて|旬の|割引|チラシ|特集|ポイント|ノウハウ|コツ|事例"
    r"|news|offer|update|promotion|tips|event|product|marketing|digest|sale|insight|mailing list"
    r"|discount|recipe|deal|launch|invitation|stories|guide|report|review|collection|arrival|webinar"
    r"|course|appeal|coupon|giveaway|drops?\b|release|article|research"
    r"|\b(?:on|about) (?:new|our|all)\b"
)
_OWN = words(
    r"当社|弊社|当店|弊店|当サイト|本サイト|当会|当院|当校|当協会|当館|当行|当園|当ホテル"
    r"|私たち|わたしたち|\b(?:our|us|we)\b"
)
_ANYBODY = words(
    r"(?:関連|提携|パートナー|協賛|協力|グループ|スポンサー|取引|出展|加盟)(?:サイト|先|企業|会社|各社|講師|店|社"
    r"|広告主)*(?:各社)?(?:から|より|の|による|等|が配信|がお)|(?:第三者|他社|各社|広告主)(?:から"
    r"|より|の|等)|(?:partners?|third part|affiliates|sponsors|selected compan)"
)


def anybody(text: str) -> str | None:
    """Return the words for senders who are not named; a company may be called `… Partners`."""
    for match in _ANYBODY.finditer(text):
        if not (match[0][0].isupper() and match.start() and text[match.start() - 2].isalnum()):
            return match[0]
    return None


_NAMED_BEFORE = words(r"(?:株式会社|有限会社|合同会社|Inc|LLC|Ltd)")


@check("opt-in.names-sender-and-purpose", severity=Severity.MEDIUM, basis=Basis.GUIDELINE)
def names_sender_and_purpose(form: Form) -> Verdict:
    """The question about mail says from whom it comes and what it is about.

    Why: Who ticks "information from related sites" does not know what he agreed to, and the consent
        covers no sender that it did not name.
    Fix: Write who sends and what: "Sample Inc. may send me its newsletter about gardening".
    Source: Guidelines on specified electronic mail (Ministry of Internal Affairs, 2011), 2
    """
    controls, content = known(form.controls), known(form.content)
    asked = _asked(controls, content)
    inside = _form_text(content)
    subscription = _is_subscription(controls, content)
    bundled = None if asked or subscription else _bundled(controls, content)
    if not asked and not subscription and bundled is None:
        return not_applicable(_NO_MAIL)
    said = asked[0].words.strip() if asked else (bundled[0] if bundled else "")
    introduction = _introduction(content) if subscription else ""
    near = "\n".join(
        [
            *(block.text for block in content.blocks if block.region is not Region.NAVIGATION),
            introduction,
        ]
    )
    purpose = (
        _SPECIFIC.search(said)
        or (subscription and _SPECIFIC.search(near))
        or _purpose_near(asked, content)
    )
    if (others := anybody(said or f"{introduction}\n{inside}")) and not _NAMED_BEFORE.search(said):
        return failed(
            "It agrees to mail from senders who are not named: “{quote}”",
            quote=said or others,
            said=quote(said or others, 0.8),
        )
    if not purpose:
        return failed(
            "It does not say what the mail is about: “{quote}”",
            quote=said,
            said=quote(said, 0.75),
        )
    sender = entity(said) or entity(inside) or entity(near) or _body(near)
    whole = "\n".join(block.text for block in content.blocks)
    if sender:
        return passed(
            "Sender and purpose are named: “{quote}”",
            quote=said or sender,
            said=quote(said or sender, 0.85),
        )
    pictured = "\n".join(picture.alt for picture in content.pictures)
    elsewhere = (
        entity(content.title) or entity(whole) or entity(pictured) or _body(whole) or _human(whole)
    )
    if elsewhere:
        return passed(
            "Sender and purpose are named: “{quote}”",
            quote=elsewhere,
            said=quote(elsewhere, 0.7),
        )
    if _OWN.search(said or inside) or _may_be_named(content):
        return review(
            "It does not name the sender by a legal name: “{quote}”",
            remedy=Text.of("See whether the page as a whole leaves no doubt who will write."),
            quote=said or content.title,
            said=quote(said or content.title, 0.5),
        )
    if form.origin is not Origin.PROBE:
        return review(
            "The form itself does not name the sender, and the page around it is not known here.",
            remedy=Text.of("Probe the page that shows the form, or list it under `pages`."),
            said=quote(said, 0.5),
        )
    return failed(
        "It does not say from whom the mail comes: “{quote}”",
        quote=said or inside[:100],
        said=quote(said, 0.75),
    )


def _body(text: str) -> str | None:
    """Return the name of an office or society; `運営事務局` alone is none."""
    name = body_name(text)
    return None if name and _ANY_OFFICE.fullmatch(name) else name


_ANY_OFFICE = words(
    r"(?:運営|大会|実行|開催|キャンペーン|イベント|セミナー|本|当|総合|受付)*(?:事務局|委員会|編集部|センター)"
)


def _human(text: str) -> str | None:
    """Return the name of the human being who says that it is they who write."""
    if said := _IN_ENGLISH.search(text):
        return said["name"]
    return next(filter(None, map(person, text.split("\n"))), None)


_IN_ENGLISH = re.compile(
    r"(?:\bI['’]?m|\bI am|[Mm]y name is"
    r"|(?:[Ww]ritten|[Hh]osted|[Ee]dited|[Rr]un|[Mm]ade|[Pp]ublished) by"
    r"|[Nn]ewsletter (?:by|from)|[,–—-] ?by|[Oo]wner:?|[Ff]ounder:?) "
    r"(?P<name>[A-Z][\w'’-]+ (?:[A-Z]\. ?)?[A-Z][\w'’-]+)"
)


def _may_be_named(content: Content) -> bool:
    """Tell whether a page may name its owner, though by no legal name: by a brand, or a picture."""
    parts = re.split(r"\s*[|｜:：・«»]\s*|(?<!\d)[/／](?!\d)|\s+[-–—]\s+", content.title)
    return (
        any(part and not _NAMES_A_FORM.fullmatch(part) for part in parts)
        or any(picture.alt for picture in content.pictures)
        or any(
            # What a template has from elsewhere may name it.
            block.placeholders or block.region is Region.NAVIGATION or _COPYRIGHT.search(block.text)
            for block in content.blocks
        )
    )


_COPYRIGHT = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)
_NAMES_A_FORM = words(
    r".{0,20}(?:フォーム|登録|申し?込み?|手続き?|請求|応募|予約|注文|購入|問い?合わ?せ|アンケート|エントリー"
    r"|ダウンロード|見積も?り?|シミュレーション|相談|会計|カート|トライアル|体験|案内|メルマガ"
    r"|メールマガジン|ニュースレター)(?:フォーム|ページ|画面|入力|情報)?\s?(?:\(\d+/\d+\))?"
    r"|(?:request|get|create|join|enter|sign|register|contact|book|download|subscribe|apply|order"
    r"|checkout|newsletter|home|shop|welcome)\b.{0,24}|.{0,24}\b(?:form|quote|account|registration"
    r"|sign ?up|checkout|contact|newsletter|subscription|survey)|(?:untitled )?document|index"
    r"|登録|入力"
)
"""Titles that say what a page is for, and not whose it is."""


def _purpose_near(asked: list[Asked], content: Content) -> bool:
    """Tell whether the words right before a bare question say what the mail is about."""
    text = [block.text for block in content.blocks if block.region is Region.FORM]
    for each in asked:
        label = each.controls[0].label
        for number, block in enumerate(text):
            if label and label in block:
                return bool(_SPECIFIC.search(" ".join(text[max(0, number - 1) : number + 2])))
    return False


_DOUBLE = words(
    r"(?:確認|認証|本登録|仮登録)(?:用)?(?:の)?(?:メール|URL|リンク)[^。\n]{0,60}(?:送"
    r"|届|お届け|記載|クリック|アクセス|完了|押|開)|メール(?:内|に記載)の?(?:URL|リンク"
    r"|ボタン)[^。\n]{"
    r"0,40}(?:クリック|アクセス|押)[^。\n]{0,30}(?:完了|登録|確定)|仮登録"
    r"|本登録(?:が|の)?(?:完了|URL|用)"
    r"|confirm(?:ation)? (?:e-?mail|link|your (?:e-?mail|subscription|address))|double opt"
    r"|click the link in"
)


@check("opt-in.double", severity=Severity.LOW, basis=Basis.GUIDELINE)
def double(form: Form | Audience) -> Verdict:
    """An address is confirmed before mail goes to it.

    Why: Without a confirmation anybody can sign up anybody. It is also the best proof that consent
        was given, and by whom.
    Fix: Send one mail without advertising, and begin only when its link was followed.
    Fix (mautic): Let the form's follow-up mail lead to a landing page that adds the contact to the
        segment.
    Source: Guidelines on specified electronic mail (Ministry of Internal Affairs, 2011), 2, which
        recommend it
    """
    if isinstance(form, Audience):
        if known(form.double_opt_in):
            return passed("Addresses are confirmed before mail goes to them.", observed=True)
        return failed("Addresses are not confirmed before mail goes to them.", observed=False)
    controls, content = known(form.controls), known(form.content)
    if not _asked(controls, content) and not _is_subscription(controls, content):
        return not_applicable(_NO_MAIL)
    for number, block in enumerate(content.blocks):
        if (match := _DOUBLE.search(block.text)) and block.region is not Region.NAVIGATION:
            return passed(
                "A confirmation is announced: “{quote}”",
                quote=match[0],
                said=quote(block.text, 0.75, number),
            )
    raise NoEvidence(_NOT_SEEN)


_NOT_SEEN = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("A form does not show whether the address is confirmed afterwards."),
    Text.of("Sign up with an address of your own, or attest `double_opt_in` of the Audience."),
)


@check("opt-in.proof-recorded", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def proof_recorded(audience: Audience | ContactList) -> Verdict:
    """For everybody on the list it is recorded when and how they agreed.

    Why: The sender has to prove the consent. A field that says "yes" proves nothing without time,
        way and wording.
    Fix: Store time, form and wording with each consent, and keep them for a month after the last
        mail, three years in mail order.
    Source: Act on Regulation of Transmission of Specified Electronic Mail, art. 3(2); Enforcement
        Rules, art. 4; Act on Specified Commercial Transactions, art. 12-3(3)
    """
    if isinstance(audience, ContactList):
        return none_of(
            audience,
            "{count} of {total} records do not hold when and how consent was given ({sample}).",
            without_record=audience.without_record,
        )
    if known(audience.consent_proof):
        return passed("The consents are recorded with their circumstances.", observed=True)
    return failed("The consents are not recorded with their circumstances.", observed=False)
