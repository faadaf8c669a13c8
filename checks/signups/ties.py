"""What ties mail to the sending of a form, or to one box with something else."""

from __future__ import annotations

import re

from checks.signups.questions import MAIL, NO_ADVERTISING, PRIVACY
from checks.wording.words import words
from scanner.sdk import Content, Control, Region

TIES = words(
    r"(?:メール(?!アドレス)|メルマガ|ご?案内)[^。\n]{0,12}(?:受信|受け取|配信)[^。\n]{0,12}(?:同意|承諾|了承)[^。\n]{0,10}"
    r"(?:うえで?|上で?|の(?:うえ|上))、?(?:ご?応募|お?申し?込|ご?参加|ご?登録)|"
    r"(?:メルマガ|メールマガジン|ニュースレター)[^。\n]{0,60}(?:登録|購読|配信)[^。\n]{0,6}を条件|"
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
    r"(?:[^.;\n]|\.(?=\w)|(?<=Inc|Ltd)\.){0,200}"
    r"(?:newsletter|marketing|e-?mails?\b(?! address)|offers|updates|promotion|mailing list|news\b)"
    r"|\b(?:submitting|sending|completing) (?:this|the) form (?:\w+ )?"
    r"(?:signs|subscribes|adds|enrols) you"
    r"|\bwe(?:['’]ll| will)(?: also| then| automatically)* (?:add|subscribe|sign) you\b[^.\n]{0,40}"
    r"(?:\blist\b|newsletter|news\b|offers\b)"
    r"|\b(?:entrants|attendees|registrants|guests|applicants|delegates|participants|customers)\b"
    r" (?:will|are) (?:also |then |automatically )*(?:receive|get|be sent|be subscribed|be added"
    r"|subscribed|added)\b[^.\n]{0,60}(?:newsletter|marketing|offers\b|promot|mailing list)"
    r"|\b(?:is|are|be) automatically (?:added|subscribed|signed up|enrolled)\b[^.\n]{0,40}"
    r"(?:\blist\b|newsletter|offers\b|news\b)"
    r"|\b(?:in return|in exchange),? you (?:agree|consent|allow)[^.\n]{0,90}"
    r"\b(?:newsletter|marketing|offers\b|promot|news\b)"
    r"|\byou agree that [^.\n]{0,50}\b(?:sends?|e-?mails?) you\b[^.\n]{0,60}"
    r"(?:newsletter|marketing|offers\b|promot|news\b)"
    r"|\b(?:consent|agree) to [^.\n]{0,40}\b(?:e-?mailing|sending) you\b[^.\n]{0,60}"
    r"(?:newsletter|marketing|offers\b|promot|news\b|products|services)"
    r"|\buse (?:your|this) (?:e-?mail|address|details|contact)[^.\n]{0,30}"
    r" to (?:send|e-?mail) you\b[^.\n]{0,40}(?:newsletter|marketing|offers\b|promot|news\b)"
    r"|\byou(?:['’]ll| will)(?: also| automatically)?"
    r" (?:be (?:added|subscribed|signed up|enrolled)|(?:also|automatically) (?:receive|get))\b"
    r"[^.\n]{0,80}(?:newsletter|marketing|offers|updates|promotion|mailing list|deals)"
    r"|\byou(?:['’]ll| will) (?:receive|get) our\b[^.\n]{0,24}"
    r"(?:newsletter|marketing|promotion|offers\b)"
    r"|\b(?:subscribes|adds|enrols) you to (?:our|the)\b[^.\n]{0,40}"
    r"(?:newsletter|bulletin|list\b|offers\b|news\b)"
    r"|\b(?:added|subscribed|signed up) to our [^.\n]{0,20}"
    r"(?:marketing|mailing|newsletter|promotional)"
    r"|\byou (?:also )?(?:agree|consent) to (?:receive|receiving|get|getting|be sent)\b[^.\n]{0,24}"
    r"(?:newsletter|marketing|promotion|offers\b)"
    r"|\bwe may (?:also )?(?:e-?mail|send|contact) you\b[^.\n]{0,30}"
    r"(?:newsletter|marketing|promotion|offers\b)"
    r"|(?:membership|registration|account|subscription|booking|order|entry|ticket|enrol\w+)\b"
    r" (?:also )?(?:includes?|comes with|means)\b[^.\n]{0,80}"
    r"(?:newsletter|(?:marketing|promotional) |e-?mails\b|offers\b|deals\b)"
    r"|\b(?:as an? )?(?:members?|account holders|subscribers|customers|guests)\b[^.\n]{0,20}"
    r"(?:(?:will |also )+(?:receive|get)|are sent)\b[^.\n]{0,80}"
    r"(?:newsletter|marketing|offers\b|promotion|deals\b|news\b)"
    r"|\bwe(?:['’]ll| will)(?: also| then)? (?:send you|e-?mail you)\b[^.\n]{0,40}"
    r"(?:newsletter|marketing|\boffers\b|promotion|\bdeals\b)"
    r"|(?:will|may) (?:then )?(?:e-?mail|send|contact)"
    r" (?:registrants|attendees|entrants|participants|delegates|guests|all)\b"
    r"[^\n]{0,80}(?:products|offers|news|updates|events|promot|marketing)"
)
A_POLICY = 80
"""Characters; what is longer and speaks of personal data is a policy shown at the form."""
DENIES = words(
    r"(?:ことは(?:あり|ござい)ません|いたしません|しません|送りません|will not|won't|never)"
)


def agrees_to_terms(said: str) -> bool:
    """Tell whether a box agrees to terms or to the handling of data, and does not only lead there.

    That data is used for sending the mail itself is a part of agreeing to it.
    """
    return bool(PRIVACY.search(_LED_TO.sub("", said)))


_LED_TO = words(
    r"\([^()]{0,80}(?:プライバシー|個人情報|規約|privacy|terms)[^()]{0,60}\)"
    r"|(?:プライバシー.?ポリシー|個人情報(?:保護方針|の?(?:お?取り?扱い?)(?:について)?)?|(?:利用)?規約)[」』]?\s?"
    r"(?:に(?:基づ|従|則|沿|記載|定め)|をご?(?:覧|確認|参照)|の(?:とおり|通り)|は[^。]{0,20}(?:こちら|ご覧|ご?確認|ご?参照))"
    r"|(?:メール|案内|メルマガ|メールマガジン|ニュースレター)[^。]{0,12}(?:送付|配信|送信|お届け)[^。]{0,8}(?:ため|目的)[^。]{0,4}"
    r"個人情報を?(?:利用|使用)"
    r"|(?:\bsee\b|you can read|read more|please read|in (?:line|accordance) with|according to"
    r"|\bas (?:set out|described|explained|stated) in|\bunder\b|details (?:are )?in)[^.;]{0,60}?"
    r"(?:privacy|terms)"
)


def agreed_at_once(controls: tuple[Control, ...], content: Content) -> tuple[str, int] | None:
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
        if any(PRIVACY.search(text) for text, _ in listed):
            for text, number in listed:
                if len(text) <= A_POLICY and MAIL.search(text) and not NO_ADVERTISING.search(text):
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


def tied(controls: tuple[Control, ...], content: Content) -> tuple[str, int | None] | None:
    """Return the words by which sending a form means to agree to mail, and where they stand."""
    for number, block in enumerate(content.blocks):
        if block.region is Region.NAVIGATION:
            continue
        if (told := _TOLD_AND_AGREED.search(block.text)) and not DENIES.search(told[0]):
            return told[0], number
        lines = re.split(r"(?<=。)|\n", block.text)
        for line, after in zip(lines, [*lines[1:], ""], strict=True):
            if (
                (
                    TIES.search(line)
                    or (_TO_ALL.search(line) and _OF_SALES.search(line))
                    or _ON_GOING_ON.search(line)
                    or _NEEDED.search(line)
                    or (_ONLY_WHO_TAKES.search(line) and _OF_SALES.search(line))
                    or (_SENDS.search(line) and _OF_SALES.search(line) and _ACCEPTED.match(after))
                )
                and not DENIES.search(line)
                and not of_the_event(line)
                and not NO_ADVERTISING.search(line)
                and not _WHO_ASKED.search(line)
                and not _FOR_NOTHING_ELSE.search(line)
            ):
                return line, number
    for each in controls:
        if each.kind in ("submit", "button", "image") and TIES.search(each.value):
            return each.value, None
    return None


_TO_ALL = words(
    r"(?:会員|登録者|利用者|参加者|申込者|応募者|来場者|来店者|購入者|受講者|ユーザー|お客(?:様|さま)|皆(?:様|さま)|みなさま"
    r"|(?:登録|申込|申し込み|購入|利用|参加|応募|来場|受講|請求|ダウンロード)(?:いただいた|された|した|の)(?:方|お客(?:様|さま)))"
    r"(?:の?(?:様|さま|皆(?:様|さま)|みなさま|方々?|全員|各位))*(?:に|へ|宛に|あてに)は?[^。\n]{0,80}"
    r"(?:送|配信|届|差し上げ|ご?案内(?:し|いた|を?差)|お知らせ(?:し|いた))"
    r"|(?:ご?登録|ご?入力|ご?記入|お預かり|いただい)[^。\n]{0,16}(?:アドレス|連絡先|ご?住所|名刺情報)(?:に|へ|宛|あて)"
    r"[^。\n]{0,60}(?:送|配信|届|ご?案内(?:し|いた))"
    r"|(?:になる|登録(?:する|いただく|される)|申し?込む|いただく)と[^。\n]{0,40}(?:が|は)?(?:届き|届く|配信され|送られ)"
)
"""What is sent to everybody who sends a form."""
_OF_SALES = words(
    r"メールマガジン|メルマガ|ニュースレター|メール(?:ニュース|通信|便り|だより)|(?:通信|便り|だより|ニュース)[」』]|広告|宣伝|販促|クーポン"
    r"|(?:新商品|新製品|新作|セール(?!ス)|キャンペーン|お得|おトク|特典|優待|イベント|セミナー|サービス|製品|商品|おすすめ|プラン|求人)"
    r"[^。\n]{0,12}(?:ご?案内|情報|メール|お?知らせ|ニュース)"
)
_NEEDED = words(
    r"(?:メルマガ|メールマガジン|ニュースレター|メールニュース)(?:の|への)?(?:ご?(?:登録|購読|受信|配信)(?:への同意)?)?"
    r"[^。\n]{0,12}(?:必要です|必須|条件|前提|と同時に)"
    r"|(?:登録|申込|入会|応募|購入|送信|予約)と同時に[^。\n]{0,20}(?:メルマガ|メールマガジン|ニュースレター|メールニュース)"
)
"""Without a list nobody gets what the form is for."""
_ONLY_WHO_TAKES = words(
    r"(?:メール(?!アドレス|\s?会)|メルマガ|メールマガジン|ニュースレター)[^。\n]{0,12}"
    r"(?:受信|受け取|購読|登録|承諾|同意)[^。\n]{0,8}"
    r"(?:(?:いただける|頂ける|くださる|できる|可能な)(?:方|こと|お客様?|人)[^\w\n]*(?:$|。)"
    r"|(?:方|こと|お客様?|人)(?:のみ|に限|[がを]対象|が条件|が必要))"
)
"""A condition of taking part is to take mail."""
_OF_THE_EVENT = words(
    r"(?:セミナー|イベント|講座|説明会|ウェビナー|見学会|本(?:会|講座|イベント|セミナー))の?(?:詳細|URL|資料|視聴|参加|受講|当日|開催|アクセス)"
    r"|(?:集合|会場|場所|日時|日程|時間|駐車場|持ち物|交通|手続き?|予定日|明細|空き|持ち物|締め?切|期限|変更|中止|延期|会員サイト|ログイン)"
    r"|(?:視聴|参加|受講|入場|来場|当日)(?:方法|用|の|URL|に必要|票|証)"
)


def of_the_event(line: str) -> bool:
    """Tell whether what is sent is for the sake of the very thing that people sign up for."""
    return bool(_OF_THE_EVENT.search(line)) and not _OF_SALES.search(_OF_THE_EVENT.sub("", line))


_ON_GOING_ON = words(
    r"(?:広告|宣伝|販促|メルマガ|メールマガジン|ニュースレター|キャンペーン|お得な|セール(?!ス)|新商品|新製品|イベント|セミナー)"
    r"[^。\n]{0,30}(?:送|配信|届け|受け取|受信)[^。\n]{0,16}(?:同意|承諾|了承)(?:いただ|し|され|頂)[^。\n]{0,8}"
    r"(?:もの|とみなし|ことになり|とします)"
)
_SENDS = words(r"(?:お送り|配信|送付|送信|お届け)(?:し|いたし|致し|させていただ|する)")
_ACCEPTED = words(
    r"[^。\n]{0,16}(?:同意|承諾|了承)(?:の上|のうえ|いただ|し)[^。\n]{0,12}"
    r"(?:申|登録|送信|ダウンロード|応募|参加|請求|進)"
)
"""Whoever goes on accepts what the sentence before told."""
_FOR_NOTHING_ELSE = words(
    r"\bonly to (?:send|e-?mail) you\b"
    r"|(?:配信|送付|お届け)(?:のため)?に(?:のみ|だけ)、?(?:利用|使用|使)"
)
"""That an address serves the list alone that people join is no condition of anything."""
_WHO_ASKED = words(
    r"(?:メルマガ|メールマガジン|ニュースレター)[^。]{0,16}(?:に|へ)ご?登録(?:され|いただ|頂)"
    r"|希望(?:者|され|する(?:方|人)|の(?:方|メルマガ|メールマガジン)|に応じ|いただ)|(?:同意|チェック)(?:いただ|頂|され|し)(?:い?た)(?:方|場合|お客)"
    r"|(?:if|where|when) you(?:'ve| have)? (?:ask|opt|agree|consent|tick|check|request|sign)"
)
"""What goes to those alone who asked for it."""
_TOLD_AND_AGREED = words(
    r"(?:ご?案内|メール|メルマガ|ニュース(?:レター)?|情報|広告)[^。\n]{0,24}(?:お送り|配信|送付|送信|お届け)[^。\n]{0,16}。"
    r"[^。\n]{0,30}(?:登録|申込|申し込み|応募|送信|参加|請求|ダウンロード)[^。\n]{0,30}(?:同意|承諾|了承)[^。\n]{0,20}もの"
)
"""What will be sent, and in the next sentence that whoever goes on agrees to it."""
