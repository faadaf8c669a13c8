"""The questions of a form that are about mail, and the words around them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import msgspec

from checks.signups.topics import Kind, kind_of_mail
from checks.wording.likeness import degree
from checks.wording.words import words
from scanner.sdk import Content, Control, Region

MAIL = words(
    r"メールマガジン|メルマガ|ニュースレター|メールニュース|メール(?:レター|通信|便り|講座)|ステップメール|Eメール(?:配信|での)|(?:お知らせ"
    r"|ご?案内|情報|ニュース|クーポン|セール(?!ス)|キャンペーン|DM|広告|宣伝).{0,16}(?:メール"
    r"|配信|送付|送って|受け取|受信|希望)|メール(?!\s?アドレス).{0,16}(?:配信|受信|受け取|ご?案内|お知らせ|購読"
    r"|希望|送)|(?:案内|情報|お知らせ)を?(?:希望|受け取)|購読"
    r"|news ?letter|mailing list|marketing (?:e-?mail|communication|message)|(?:e-?mail"
    r"|send|receive|get).{0,40}(?:offers|updates|news|promotion|marketing|tips)|(?<!un)subscribe"
    r"|(?:agree|consent|want|wish|like) to (?:receive|get) .{0,12}e?-?mails?\b|opt[- ]?in"
    r"|(?:届く|お届けする|お送りする)\s?メール|メール\s?\(広告|広告を?含む\s?メール"
    r"|(?:営業|販促|広告|宣伝|販売促進|PR)メール|メール会員|(?:mail|e)-?\s?(?:magazine|zine|bulletin)"
)
_MAIL_BOX = words(
    r"keep me (?:in the loop|posted|updated|informed|up ?to ?date|on (?:the|your) list)"
    r"|contact me (?:about|with|regarding) (?:offers|news|(?:any )?(?:future|upcoming|similar"
    r"|other|more|new)\b)|on (?:the|your) list for (?:updates|news)"
    r"|stay in (?:the loop|touch)|keep in touch"
    r"|^\W*(?:yes\W+)?(?:please )?(?:e-?mail me|sign me up)\W*$"
    r"|contact(?:ed)?\b[^.]{0,40}\b(?:about|with|regarding)\b[^.]{0,30}"
    r"\b(?:products|services|offers|news|events|promotions|deals)\b"
    r"|be contacted (?:by|via|through) e-?mail(?! (?:about|regarding|in) (?:my|this|the|your|rel))"
    r"|^\W*(?:今後の?、?)?(?:メール)?配信を?(?:希望|許可|承諾)(?:する|します)?\W*$"
    r"|(?:receive|get|send me|like|want)\b[^.]{0,24}\b(?:updates|news|offers)\b(?! (?:on|about) my)"
    r"|(?:最新|新着|お得|おトク|お役立ち|有益|おすすめ)[^。]{0,6}(?:情報|お?知らせ|ニュース|ご?案内)[^。]{0,4}"
    r"(?:お届け|お送り|送って|届け|配信|受け取)"
    r"|(?:情報|メール|お知らせ)の?(?:配信|送付|受信)を?(?:許可|承諾|了承|希望)"
    r"|(?:be|being) contacted\b[^.]{0,40}\b(?:by|via|through)\b[^.]{0,16}\be-?mail"
    r"(?! (?:about|regarding|in) (?:my|this|the|your|rel))"
    r"|(?:e-?mail|send) me\b[^.]{0,40}"
    r"\b(?:specials|deals|discounts|sales|arrivals|exclusives?|coupons?)\b"
    r"|(?:like|happy|want|love) to hear (?:from|about)"
    r"|(?:news|offers) from (?:our|selected|trusted)"
    r"|\be-?mails? from\b(?! (?:no-?reply|this address|@))"
)
"""What says it of a box alone; elsewhere a form may speak so of its answer."""
_MAIL_NAME = re.compile(
    r"mail_?mag|merumaga|newsletter|news_letter|(?<!un)subscribe|opt_?in|dm_?flg|mail_?(?:flg"
    r"|flag|ok|accept|permission|receive|delivery)|magazine|marketing|mailing|(?<![a-z])dm(?![a-z])",
    re.IGNORECASE,
)
NO_ADVERTISING = words(
    r"(?:メルマガ|メールマガジン|ニュースレター)[^。]{0,16}(?:いかが|満足|評価|感想)|"
    r"(?:updates?|e-?mails?|news) (?:about|on|regarding) (?:your|the|this) "
    r"|\byour (?:receipt|confirmation|invoice|tickets?|booking)\b"
    r"(?!.{0,60}(?:offers|news|marketing|promotion))|"
    r"\b(?:do|did|are|have) you (?:(?:currently|already|ever|still) )?"
    r"(?:receive|read|get|subscribed)\b|"
    r"confirmation (?:by|via) e-?mail|e-?mail(?:ed)? (?:you |to you )?(?:a |an |the |your )?"
    r"(?:confirmation|receipt|link|verification|ticket|recording|joining|invoice)|"
    r"(?:カタログ|パンフレット|サンプル|商品|賞品|景品|チケット|会員証|粗品)(?:の|を)?(?:ご?送付|発送|お届け|郵送|お送り)|"
    r"(?:受付|登録|申し?込み?|送信|予約|注文|入金|発送|手続き?|受注|応募|入会)?(?:完了|確認|受付|控え|受領|サンクス|リマインド"
    r"|リマインダー)(?:の|用の?)?(?:お知らせ)?\s?メール|リマインド|自動(?:返信|送信|応答|配信)|返信メール|受付メール|(?:受信|指定受信|迷惑メール)(?:拒否|設定(?!.{0,20}(?:配信|希望))|フォルダ|されている)"
    r"|(?:ドメイン|@|アドレス|送信元)[^。]{0,30}受信(?:を許可|できる)"
    r"|(?:返信|回答|返事|返答|連絡)(?:方法)?は[^。]{0,8}メール|(?:当選|合否|採否|結果|抽選|審査|予約|受付|発送|入荷|落札|納期)の?(?:通知|ご?連絡)"
    r"|(?:動画|映像|録画|アーカイブ|ライブ|オンライン|オンデマンド|見逃し|同時)の?配信|アンケートの(?:ご?案内|お願い|ご?依頼)"
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
    r"|(?:配送|配達|発送|出荷|工事|請求|支払い?|残高|障害|休講|欠席|登校|メンテナンス)(?:状況|日|予定|額|情報)?"
    r"(?:の|を)?(?:メール)?(?:で|に)?(?:の)?(?:通知|お?知らせ|ご?連絡)"
    r"|メールで(?:お?知らせ|ご?連絡)(?:ください|下さい|願)"
    r"|郵送|郵便|はがき|ハガキ|\bLINE(?:で|の|公式)"
    r"|何で知|どこで知|きっかけ|知りました|知った|\((?:メール|電話|郵送)希望\)|(?:ダウンロード|リンク|URL).{0,8}送"
    r"|(?:レポート|結果|資料|見積(?:もり?|り)?|回答|URL|控え|内容|返信|領収書?|明細書?|納品書|請求書|チケット|レシート)を?.{0,8}"
    r"(?:お送り|送付|送信|お届け|受け取|受信)(?!.{0,40}(?:メルマガ"
    r"|メールマガジン|ニュースレター|案内|お知らせ))"
)
PRIVACY = words(r"プライバシー|個人情報|利用規約|約款|規約|privacy|terms")
NO = words(
    r"希望しない|受け取らない|受信しない|購読しない|配信しない|不要|いいえ|なし|否|しない"
    r"|遠慮|見送[るり]|ません$|送らないで|ほしくない|(?:いら|要ら|望ま|ほしくは)ない|結構です"
    r"|不許可|^off$"
    r"|^\W*(?:nothing|none)\b|\bunsubscribe me\b|\bno\b|don'?t|do not|opt[- ]?out|辞退|お?断り|不可"
)
_YES_OR_NO = words(
    r"\s*(?:[^\s、。]{2,20}(?:から|より)(?:の?(?:メール|ご?案内)を?)?)?"
    r"(?:(?:希望|受信|購読|登録|配信)(?:する|しない|します|しません)|受け取(?:る|らない)|はい"
    r"|いいえ"
    r"|する|しない|必要|不要|要|可|不可|OK|NG|(?:許可|承諾|同意)(?:する|しない|します|しません)"
    r"|(?:よい|いい|良い)(?:です)?|送って(?:も)?(?:よい|いい|ほしい)|送らないで(?:ほしい|ください)"
    r"|(?:ほしい|欲しい|いらない|要らない|結構です)|お?願い(?:します|する)|on|off"
    r"|(?:読み|受け取り|もらい|届けてもらい|送ってもらい|知り|購読し|登録し)たい(?:です)?"
    r"|(?:今回は)?(?:ご?遠慮|見送り?)(?:する|します|る)?"
    r"|(?:読|もら|いただ|申し?込|届け|送)(?:む|う|く|まない|わない|かない|らない)"
    r"|opt[- ]?(?:in|out)"
    r"|yes(?:,? please)?|no(?:,? thanks?| thank you)?)\W*"
)
UNTICK = words(r"(?:チェック|✓|レ点)を?(?:外|はず)|uncheck|untick")
_REFUSES = words(
    r"(?:希望|受け取り|受信|購読|配信)(?:し|を希望し|され|を)?(?:ない|ません)|不要|(?:配信"
    r"|送付)を?(?:停止(?!(?:も|が|は)?(?:でき|可能|いただけ))|希望しない|お?断り)|辞退|(?:受け取り|受信し|購読し)たく(?:ない|ありません)"
    r"|(?:配信|受信|送付|案内)を?拒否"
    r"|必要(?:ない|ありません)|いりません|要りません|送らないで|\b(?:rather|prefer) not\b"
    r"|\bnot to (?:receive|get|hear|be (?:sent|contacted|e-?mailed))"
    r"|\b(?:leave|opt|take) me (?:off|out)"
    r"|\bstop sending|\bno longer (?:want|wish)|do not (?:want|wish|send)|don'?t (?:want"
    r"|send)|(?<!can )(?<!may )(?<!could )(?<!to )opt[- ]?out"
)


_CANNOT_DO_WITHOUT = words(
    r"(?:ないと|なければ|ない場合)[^。]{0,12}(?:でき|られ)ま?(?:せん|ない)|必須|\brequired\b"
)
"""A box that has to be ticked refuses nothing."""


class Asked(msgspec.Struct, frozen=True):
    """One question about mail: its boxes, and the words around them."""

    controls: tuple[Control, ...]
    words: str

    @property
    def refuses(self) -> bool:
        """Ticking means to refuse."""
        return len(self.controls) == 1 and (
            bool(_REFUSES.search(self.words))
            or (
                degree(self.words, "mail_refused") >= 1
                and not _CANNOT_DO_WITHOUT.search(self.words)
            )
        )


def form_text(content: Content) -> str:
    """Return what stands in a form."""
    return "\n".join(block.text for block in content.blocks if block.region is Region.FORM)


def asked_of(controls: tuple[Control, ...], content: Content) -> list[Asked]:
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
        # A field for an address has the same name as a box for mail.
        for around in _all_around(text, group):
            if _OF_NEWS.search(around) and not _OF_THE_MATTER.search(around):
                return f"{around} {own}"
        return None
    if NO_ADVERTISING.search(own) or _is_one_of_many(group[0], controls, text):
        return None
    box = group[0].kind == "checkbox" and (_MAIL_BOX.search(own) or _sends_something(own))
    if MAIL.search(own) or box or _sounds_like_mail(group):
        return own
    if any(_MAIL_NAME.search(each.name) for each in group):
        return f"{_around(text, group)} {own}".strip()
    if not _answers(group, own):
        return None
    around = _around(text, group)
    for near in (around, f"{around} {_explained(text, group)}"):
        if (
            MAIL.search(near) or _MAIL_BOX.search(near) or _asks_for_mail(near)
        ) and not NO_ADVERTISING.search(near):
            return f"{near} {own}"
    return None


def _asks_for_mail(question: str) -> bool:
    """Tell whether words ask if somebody wants mail about what mailing lists are about."""
    return bool(_ASKS.search(question)) and kind_of_mail(question) is Kind.NAMED


_ASKS = words(
    r"\b(?:would you like|do you (?:want|wish)|may we|can we|shall we|should we|are you happy"
    r"|is it ok)\b"
    r"[^?\n]{0,80}\be-?mail|メールを?[^。\n]{0,24}(?:よろしい|いい|良い|構い|かまい)(?:です"
    r"|でしょう|ません)か"
)


def _explained(text: list[str], group: list[Control]) -> str:
    """Return what stands right after the one box of a group, where it tells what the box is for."""
    label = group[0].label
    if len(group) > 1 or group[0].kind != "checkbox" or label not in text:
        return ""
    after = "".join(text[text.index(label) + 1 :][:1])
    return after if len(after) <= _LONG_NOTE and not PRIVACY.search(after) else ""


_LONG_NOTE = 120
"""Characters of what explains a box; what is longer is a text of its own."""


def _sends_something(label: str) -> bool:
    """Tell whether a box has something sent by mail that mailing lists are about."""
    return bool(_SENT_BY_MAIL.search(label)) and kind_of_mail(label) is Kind.NAMED


_SENT_BY_MAIL = words(
    r"\b(?:e-?mail|send) me (?!the\b|a copy|an? \w+ of|my\b|this\b)|\b(?:by|via|through) e-?mail\b"
    r"|\bin (?:my|your) inbox\b"
)


def _is_one_of_many(box: Control, controls: tuple[Control, ...], text: list[str]) -> bool:
    """Tell whether a box is one of the answers to where somebody heard of it, or why they go."""
    together = [each for each in controls if each.name and each.name == box.name]
    several = len(together) > 1 or len(box.options) > 1
    return several and bool(_HOW_HEARD.search(f"{box.label} {_around(text, [box])}"))


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
        and len(ways) + sum(bool(NO.search(each)) for each in labels) >= len(labels)
        and any(_BY_MAIL.search(each) for each in ways)
    )


_CHANNEL = words(
    r"\W*(?:yes(?:,? please)?,? )?(?:by |via |through )?"
    r"(?:郵送|郵便|はがき|ハガキ|封書|DM|電話|お電話|携帯電話|FAX|ファックス|SMS|ショートメッセージ"
    r"|LINE(?:公式アカウント)?|アプリ|(?:電子|[EeＥ]-?)?メール|e-?mail|text(?: messages?)?"
    r"|post(?:al mail)?|(?:tele)?phone(?: calls?)?|calls?|texts|letters?|direct mail|mail|whatsapp"
    r"|line|messenger|viber|wechat|push notifications?)"
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
        # What agrees to the handling of data sounds like what agrees to mail.
        and not (_OF_DATA.search(box.label) and not _OF_CONTACT.search(box.label))
        and degree(box.label, "mail_box") >= 1
    )


_OF_DATA = words(
    r"個人(?:情報|データ)|personal (?:data|information)|privacy|data protection|terms|規約"
)
_OF_CONTACT = words(
    r"contact|receiv|promotion|offers|marketing|hear from|send|e-?mail"
    r"|案内|お?知らせ|配信|送|届|情報提供|メール"
)
_SHORTEST = 10
"""Characters of a label; fewer tell too little by their sound."""


def _kinds_of_mail(controls: tuple[Control, ...], text: list[str]) -> list[Asked]:
    """Return the boxes, each for a kind of mail, that words before them ask about."""
    boxes: dict[str, list[Control]] = {}
    for each in controls:
        if each.kind == "checkbox" and each.name:
            boxes.setdefault(each.name, []).append(each)
    several = [group for group in boxes.values() if len(group) > 1]
    asked = [(_around(text, group), group) for group in several]
    for question, after in itertools.pairwise(text):
        below = [
            each
            for each in controls
            if each.kind == "checkbox" and each.label and each.label in after
        ]
        asked += [(question, below)] if below else []
    return [
        Asked(tuple(group), f"{around} {' '.join(each.label for each in group)}")
        for around, group in asked
        if _KINDS_OF_MAIL.search(around) and not NO_ADVERTISING.search(around)
    ]


def _answers(group: list[Control], own: str) -> bool:
    """Tell whether boxes answer yes or no to what stands around them."""
    labels = [label for each in group for label in (each.options or (each.label,))]
    return any(
        _YES_OR_NO.fullmatch(each) or (NO.search(each) and group[0].kind != "checkbox")
        for each in labels
    ) or bool(_REFUSES.search(own) and (_OF_SENDING.search(own) or len(own) <= _SHORT_ANSWER))


_SHORT_ANSWER = 24
"""Characters; what refuses in so few says elsewhere what it refuses."""
_OF_SENDING = words(r"配信|送付|購読|受信|お届け|案内|お知らせ|send")
_KINDS_OF_MAIL = words(
    r"(?:届く|お届けする|お送りする|受け取(?:る|りたい)|配信を?(?:希望|する)|ご?希望の|購読(?:する|したい))\s?"
    r"(?:メール|メルマガ|メールマガジン|ニュースレター)|メール\s?\(広告|(?:配信|お知らせ|案内)メールの(?:種類|設定)"
    r"|(?:which|what) (?:e-?mails|newsletters)|e-?mail (?:subscriptions|preferences)"
    r"|e-?mails?\b.{0,120}\b(?:tell us|choose|select|tick|pick|let us know) (?:which|what|those"
    r"|the ones)"
    r"|(?:メール|配信)[^\n]{0,60}(?:ご?希望の|受け取りたい"
    r"|お?読みになりたい)[^。\n]{0,12}(?:お選び|選択|選んで|チェック)"
)


def _around(text: list[str], group: list[Control]) -> str:
    """Return the block that shows a group of boxes, with the one before."""
    return next(_all_around(text, group), "")


def _all_around(text: list[str], group: list[Control]) -> Iterator[str]:
    """Yield each block that may show a group of boxes, with the one before."""
    labels = [each.label for each in group if each.label] or list(group[0].options)
    shown = ["".join(block.split()) for block in text]
    first = ["".join(label.split()) for label in labels[:2]]
    for number, block in enumerate(shown):
        # `不可` holds `可` too, and is one answer alone.
        if labels and block not in first and all(label in block for label in first):
            before = _before(text, number)
            yield f"{before if len(before) < 80 else ''} {text[number]}"
    for number in range(len(text) - 1):
        if len(labels) > 1 and shown[number : number + 2] == first:
            yield f"{_before(text, number)} {text[number]}"
    for number, block in enumerate(shown):
        if labels and first[0] and block.startswith(first[0]):
            yield f"{_before(text, number)} {text[number]}".strip()


def _before(text: list[str], number: int) -> str:
    """Return the block before one, past what only marks a field as required."""
    before = [
        each for each in reversed(text[max(0, number - 3) : number]) if not _MARKS.fullmatch(each)
    ]
    # `By email:` goes on with the question that stands above it.
    by_mail = bool(before) and _CHANNEL.fullmatch(before[0]) and _BY_MAIL.search(before[0])
    return f"{before[1]} {before[0]}" if by_mail and len(before) > 1 else "".join(before[:1])


_MARKS = words(r"\W*(?:必須|任意|required|optional|必要)?\W*")
