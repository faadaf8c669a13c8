"""The purposes that a marketing tool needs, in a notice and on a page with a form."""

from __future__ import annotations

import re
from collections.abc import Iterable

from checks.notices.cookies import COOKIES
from checks.notices.notice import main
from checks.notices.purposes import headed_by_purpose, purposes
from checks.notices.uses import ACT, INTO_USE
from checks.notices.vague_purposes import tells_none
from checks.wording.sentences import Sentence, first
from checks.wording.words import NEGATED, UNLESS, words
from scanner.sdk import Content


def marketing_purposes(content: Content) -> tuple[Sentence | None, Sentence | None]:
    """Return the purposes of sending mail, and of analysing behaviour."""
    found = [
        *purposes(content),
        *(
            each
            for each in main(content)
            if re.search(
                r"ため|目的|場合があります|ことがあります|に(?:利用|活用|使用)|\bto\b|\bfor\b",
                each.text,
            )
            and not (NEGATED.search(each.text) and not UNLESS.search(each.text))
            and not re.search(
                r"第三者配信|ヘルプ|お問い?合わ?せ(?:の|に対する)(?:案内|回答)", each.text
            )
        ),
    ]
    mail = next(
        (
            each
            for each in found
            if _MAIL_PURPOSE.search(_SENT_ANYWAY.sub("", _NOTICE_OF.sub("", each.text)))
        ),
        None,
    )
    return mail, first(found, _BEHAVIOUR)


_MAIL_PURPOSE = words(
    r"メール|メルマガ|ニュースレター|ご?案内|お知らせ|広告|宣伝|キャンペーン|ダイレクト"
    r"|\bDM\b|販促|販売促進|プロモーション|配信|newsletter|e?-?mail|market|promot|offers"
    r"|advertis"
)
_NOTICE_OF = words(
    r"\be-?mail(?=,| and (?:phone|postal|delivery|shipping|address))|"
    r"(?:障害|メンテナンス|規約|変更|休業|休講|採否|結果|状況|緊急|成績|欠席"
    r"|再検査|重要な|期限)[^。、]{0,10}(?:お?知らせ|通知|ご?連絡|ご?案内)"
    r"|利用目的[をはの][^。]{0,20}(?:変更|改定|個別|都度|提供いただ)[^。]{0,24}(?:お?知らせ|通知|ご?案内)"
    r"|\bmarketing (?:cookies?|tags?|pixels?|consent)\b"
    r"|利用目的[^。:：(（、\s]{0,30}(?:お?知らせ|通知|ご?案内)|e-?mail address(?:es)?"
    r"|(?:氏名|名前|会社名|住所|電話番号)[^。]{0,20}メールアドレス(?:は"
    r"|を|の|、)|メールアドレス(?:は|を)"
)
"""What is sent in any case, and where it is sent."""
_BEHAVIOUR = words(
    r"(?:閲覧|行動|アクセス|利用|購買|購入|サイト|視聴|開封|クリック).{0,10}(?:履歴|状況"
    r"|ログ|データ|動向|傾向|情報|記録).{0,40}(?:分析|解析|把握|活用|調査|利用|応じ|基づ"
    r"|もと|集計)"
    r"|(?:分析|解析).{0,20}(?:マーケティング|サービス|広告|案内|趣味|嗜好)|パーソナライズ"
    r"|プロファイリング|興味|関心|嗜好|最適な(?:広告|情報|サービス|コンテンツ)|行動ターゲティング"
    r"|よく見られ|再訪問|(?:閲覧|行動|サイト)[^。、]{0,6}の?(?:分析"
    r"|解析)|おすすめ(?:の)?表示|レコメンド"
    r"|analy[sz]|personali[sz]|behavio|\binterest"
    r"|pages you (?:look|visit|view|read|open)|browsing (?:history|data|habits|behavio|record)"
    r"|usage"
)
PURPOSE_HERE = words(
    rf"(?:{ACT}.{{0,20}}(?:ため|為|目的|のみ|だけ"
    rf"|以外).{{0,24}}(?:利用|使用|取得|活用|収集|使[わいうっ]))"
    rf"|{INTO_USE}(?!いただけ)|利用目的\s*(?:[:：]|\s\W?[1１①ア]?\W?\s?[^\s。]{{4,}})|(?:のみに|だけに"
    rf"|(?:以外|の(?:ほか|他))(?:の目的)?に?は?).{{0,8}}(?:利用|使用|使い|用い)"
    r"|(?:内容|情報|データ|回答|アドレス|連絡先|氏名|番号|住所|項目|シート|写真|書類|記入|入力"
    r"|記載|事項)"
    r"[^。\n]{0,40}[^、。\s](?:ため|為|目的)に?(?:のみ|だけ|限[りっ]て?)?、?(?:ご?利用|使用"
    r"|使[いうわっ]|用い)"
    r"|(?:情報|内容|データ|連絡先|アドレス|氏名|お名前|回答|番号|ご?住所)(?:等"
    r"|など)?は、?[^。\n]{2,60}(?<!業務)(?<!事業)"
    r"に(?:のみ|だけ)?(?:ご?利用|使用|活用)(?:し(?!ません|ない)|いた|させ)"
    r"|(?:[一-龥ァ-ヶー]{2}|やりとり|やり取り)に(?:のみ|だけ)?使(?:い(?:ます|、)|わせ|用(?:し"
    r"|いた))"
    r"|we (?:will )?(?:only )?use (?:your|this).{0,40}\b(?:to|for)\b"
    r"|\bwhy: ?\S.{8,}|what we do with (?:your|the|this|form)|why we (?:collect|ask|need|use)\b"
    r".{0,30}[.:?] ?\S"
    r"|\b(?:uses?|process(?:es)?) the (?:information"
    r"|data) (?:in this form|above|you (?:enter|give))"
    r"|purposes?(?: and legal bas[ei]s)?: ?\S"
)


_MAIL_AT_FORM = words(
    r"メールマガジン|メルマガ|ニュース(?:レター)?|ご?案内|お?知らせ"
    r"|広告|宣伝|キャンペーン|ダイレクト|\bDM\b|販促|販売促進"
    r"|プロモーション|マーケティング|配信|(?:お?便|[ただ]よ)り|会報|会誌|クーポン|セール(?!ス)"
    r"|(?<!個人)(?<!登録)(?<!入力)情報(?:など|等)?[のをが]?[^は、]{0,8}(?:お届け|(?<!発)送|配信|提供)"
    r"|メール(?:を|の)?(?:お届け|お?送|送付)|\bsend(?:ing)? (?:you )?(?:only )?(?:the|our"
    r"|an?) (?:\w+ ){0,2}(?:e-?mails?|letters?|bulletins?)\b(?! address)"
    r"|(?:monthly|weekly|quarterly|seasonal|regular"
    r"|occasional|our) (?:\w+ )?(?:e-?)?mails?\b(?! address)"
    r"|news ?letter|market|promot|\boffers?\b|advertis|\bnews\b|updates?\b|announcements?"
    r"|invitations?|appeals|\bevents?\b|keep(?:ing)? you (?:informed|posted|up ?to ?date|updated)"
    r"|mailing list|direct mail|\b(?:product|event|exhibition|seminar|service|sales) information\b"
    r"|send(?:ing)? (?:you )?(?:\w+ ){0,4}information (?:about|on) (?:our|new)"
    r"|e-?mail(?:s|ing)?\b(?: (?:to )?you)? (?:about|with|regarding|information)"
)
_SENT_ANYWAY = words(
    r"(?:確認|返信|リマインド|受付|完了|通知|領収|メール)\s?メール"
    r"|(?:配信|購読|受信)(?:の|を)?(?:停止|解除|中止)"
    r"|メール(?:で|にて|による)の?ご?(?:回答|返信|連絡|返答|返事|確認|通知)"
    r"|(?:動画|映像|録画|ウェビナー|講座|ライブ|アーカイブ|オンライン|視聴)の?配信"
    r"|(?:当選|発送|ご?予約|入金|お?支払い?|手続き?|日程|会場|現地"
    r"|空き|受講|視聴|ログイン|合否|面接|選考|当日|開催|変更|完了"
    r"|在庫|入会|お?振込先?|ご?注文)[^。、]{0,8}(?:ご?案内|お?知らせ)"
    r"|資料[^。、]{0,4}(?:お届け|送付|配信)|(?:学校|入学|入試"
    r"|会社|物件|施設|総合|大学|園)案内(?!の?(?:メール|を送))"
    r"|情報を[^。、]{0,10}(?:メーカー|業者|第三者|委託先|会社)[^。、]{0,4}に提供"
    r"|updates? (?:on|about|regarding|to) (?:your|the|this)"
    r"|(?:attend|regist\w+|book\w*|this|the) (?:\w+ )?event"
    r"|e-?mail(?:s|ing)?(?: (?:to )?you)? (?:about|with|regarding) (?:your|the|this|it)"
)
"""What is sent for the form's own sake, whatever else people want."""


def told_at_form(content: Content, labels: Iterable[str]) -> list[Sentence]:
    """Return the sentences of a page with a form that say what is asked for is used for.

    The words of its own fields and buttons, `labels`, tell none.
    """
    own = "\n".join(labels)
    stated = purposes(content)
    return [
        each
        for each in main(content)
        if each.text not in own
        and not each.text.endswith(("?", "？"))
        and not COOKIES.search(each.text)
        and (
            any(each.block == one.block and one.text in each.text for one in stated)
            or (PURPOSE_HERE.search(each.text) and not tells_none(each.text))
            or (_ENGLISH_AT_FORM.search(each.text) and not NEGATED.search(each.text))
        )
    ]


_ENGLISH_AT_FORM = words(
    r"\b(?:us(?:e|es|ing)|collects?|process(?:es)?|needs?|asks? for|keeps?|holds?|requires?)\b"
    r".{0,60}\b(?:data|information|details|e-?mail"
    r"|address(?:es)?|names?|contact|phone|number|answers|entries"
    r"|application|photos?|this)\b.{0,80}\b(?:(?:only )?to|for|so (?:that )?(?:we|you|our))\b .{3,}"
    r"|\b(?:data|information|details|e-?mail|address(?:es)?|number|answers)\b.{0,60}"
    r"\b(?:is|are|be)\b (?:only |solely )?"
    r"(?:used|collected|processed|needed|kept|held|required)\b.{0,20}"
    r"\b(?:to|for|so (?:that )?(?:we|you|our))\b .{3,}"
)


def covered_at_form(
    content: Content, stated: list[Sentence], labels: Iterable[str]
) -> Sentence | None:
    """Return what names mail or the analysis of behaviour, among purposes or right beside them."""
    own = "\n".join(labels)
    near = {
        number
        for each in stated
        for number in range(each.block - _BESIDE, each.block + _BESIDE + 1)
    }
    # Under a heading of purposes all of them stand; what is told elsewhere is held against them.
    headings = {each.heading for each in stated if headed_by_purpose(each.heading)}
    for each in (
        *stated,
        *(
            each
            for each in main(content)
            if each.block in near
            and _TELLS.match(each.text)
            and not _AGREED.search(each.text)
            and (not headings or each.heading in headings)
        ),
    ):
        if each.text not in own and (
            _MAIL_AT_FORM.search(_SENT_ANYWAY.sub("", _NOTICE_OF.sub("", each.text)))
            or (_BEHAVIOUR.search(each.text) and not _OF_THE_SITE.search(each.text))
        ):
            return each
    return None


_OF_THE_SITE = words(
    r"(?:cookie|クッキー)(?!.*(?:\b(?:connect|link|combin"
    r"|match|tie)|結び?付|紐))|(?:アクセス|サイト)(?:解析|分析"
    r"|状況)(?!.{0,40}(?:個人情報|履歴|結び?付け|紐づ?け|お客様))"
)
"""What counts visits, and is no use of what people give."""
_AGREED = words(r"(?:承諾|同意|了承)(?:した|いただいた|する)?もの(?:と|とし)")
"""What people are taken to agree to is no purpose that was told."""
_BESIDE = 3
"""Blocks from a purpose in which the others stand."""
_TELLS = re.compile(r"[^(（].*[。.;)）]$", re.DOTALL)
"""Sentences; what stands in brackets alone explains what somebody fills in."""
