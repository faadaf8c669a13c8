"""What a notice says of the rights that people have to their data."""

from __future__ import annotations

import re

from checks.notices.cookies import COOKIES
from checks.notices.notice import A_SENTENCE, NOT_YET, OF_OTHERS, told, topics
from checks.notices.plain_rights import (
    ASKED_TO_SEE,
    NOT_OF_DATA,
    NOT_OF_DATA_IN_ENGLISH,
    SEEN_AND_CHANGED,
    THEIR_WORDS,
    WISHED,
    in_their_words,
)
from checks.wording.sentences import Section, Sentence, first, holding
from checks.wording.words import words
from scanner.sdk import Content

DISCLOSURE = words(
    r"開示.{0,40}(?:請求|求め|申し?出|要求|依頼|申請|手続|対応|応じ|できます|いたします"
    r"|窓口|希望)|開示(?:[、,・]|及び|および|並びに|又は|または|と)(?:内容の)?(?:訂正|修正|追加"
    r"|削除|利用停止)"
    r"|(?:請求|求め|申し?出|要望|依頼|要請|希望).{0,30}開示|自己の?(?:個人)?情報.{0,20"
    r"}開示|開示等|開示(?:の)?(?:方法|可否|回答|返事|費用|手数料|決定)|開示[^。、]{0,12}(?:書面"
    r"|郵送|本人限定|面談)|照会.{0,30}(?:希望|請求|求め|依頼|申し?出)"
    r"|(?:自分|自身|本人|自己|登録)の?(?:情報|内容)?[^。]{0,24}(?:見たい|見る|お?知り(?:たい"
    r"|になりたい)|閲覧|照会)[^。]{0,100}"
    r"(?:求め|希望|請求|申し?出|申し?付け|お?知らせ|ご?連絡|でき)"
    r"|(?:情報|記録|データ|内容|カルテ|名簿)の?(?:閲覧|照会|複写|写し)[^。]{0,40}(?:求め|希望"
    r"|請求|申し?出|でき)"
    r"|(?:情報|データ|内容)の(?:内容の)?ご?確認(?:[、,・]|及び|および|並びに|又は|または"
    r"|や)(?:内容の)?(?:訂正|修正|変更|追加|削除)"
    r"[^。]{0,40}(?:求め|希望|請求|申し?出|でき|応じ|対応)"
    r"|(?:情報|記録|データ|内容)を?お?知り(?:たい|になりたい)[^。]{0,60}(?:希望|請求|申し?出"
    r"|申し?付け|ご?連絡|でき)"
    r"|\brights?\b.{0,12}:.{0,20}\b(?:information|access|correct|delet|eras)"
    r"|\brequests? (?:for|to)\b(?!.{0,80}\b(?:court|police|authorit|enforcement)).{0,80}"
    r"\b(?:disclosure|correct|delet|eras|rectif|cop(?:y|ies)\b)"
    r"|\b(?:demand|want|like|entitled|wish)\b.{0,20}\b(?:see|know what|view|receive|get a copy)\b"
    r"|\b(?:right|request|ask|obtain"
    r"|(?<!unauthorized )(?<!unauthorised )"
    r"(?<!employee )(?<!staff )(?<!restrict )(?<!limit )(?<!restricted )(?<!limited )access)\b"
    r".{0,60}\b(?:access|copy|correct|delet|eras"
    r"|rectif|your (?:personal )?(?:data|information))"
)
_CORRECTION = words(
    r"情報の?(?:利用|使用)を(?:停止|中止|取りやめ)|"
    r"(?:訂正|削除|利用停止|消去).{0,24}(?:請求|求め|依頼|できます|応じ|申し?出|対応|手続"
    r"|希望)|(?:請求|求め|依頼|希望|申し?出).{0,24}(?:訂正|削除|利用停止|消去)"
)
_PERHAPS_RIGHTS = words(
    r"\b(?:download|delete|erase|correct|access|see|update)\b.{0,60}\b(?:settings|e-?mail|write"
    r"|account)\b"
    r"|開示[^。]{0,40}(?:へ|まで|承(?!認))|(?:確認|消去)[^。]{0,24}(?:へ(?:お|ご|申|連絡|。|$)"
    r"|まで|承(?!認))"
    r"|(?:閲覧(?!状況|履歴)|照会|複写|写し|ご?らん|ご覧|登録内容の確認|お?知り(?:に|たい)"
    r"|あらため|改め|(?<!見)直し|消し|抹消|異議)[^。]{0,40}"
    r"(?:申し?出|請求|求め|希望|申し?付け|ご?連絡|お?知らせ|まで|応じ)"
    r"|(?:間違|まちが|違っ|誤って)[^。]{0,16}(?:たら|れば|た(?:場合|とき|時))[^。]{0,24}(?:直し"
    r"|なおし|訂正|お?知らせ|教えて)"
)
_DISCLOSED = words(
    r"診療(?:情報|記録)の(?:提供・)?開示|(?:個人(?:情報|データ)|情報)の開示(?:について"
    r"|請求)?\s*\)?$|開示.{0,20}(?:等|訂正|削除|請求|利用停止|求め)|(?:照会|訂正|請求).{0,12}開示"
)
_ON_REQUEST = words(r"請求|求め|申し?出|希望|手続|対応いたし|応じ")
_OF_THEIR_OWN = words(
    r"法令に(?:基づ|より)[^。]{0,16}開示[^。]{0,4}(?:求め|要求|要請)|開示(?:や|・|または|又は)(?:共有|提供)|"
    r"法令[^。]{0,40}求められ[^。]{0,12}開示|\bobligated not to\b|\bnot to disclose\b"
    r"|reserves? the right|\byour bank\b|本人確認書類"
)
"""What businesses keep to themselves to correct, and what others hold."""
_OTHER_DISCLOSURE = words(r"第三者(?:に|へ|への).{0,12}開示|法令.{0,20}開示|捜査.{0,20}開示")
_TO_OFFICIALS = words(r"(?:裁判所|検察|警察|捜査|公的機関|官公[庁署])[^。]{0,100}開示")
RIGHTS = words(
    r"開示(?:等|請求|[、,・].{0,4}(?:訂正|修正|追加|削除|利用停止))|\brights\b(?! reserved)"
    r"|(?<!unauthorised )(?<!unauthorized )access to(?! the)"
)
_OWN_RIGHTS = words(
    r"(?:お客(?:様|さま)|利用者|ユーザー|会員|ご?本人|あなた|患者)(?:様|さま)?の(?:ご)?権利"
)
_LOOKED_AT = words(r"(?:情報|データ|記録)(?:の|を)?(?:内容(?:の|を)?)?(?:確認|閲覧|照会|開示)")
_REFUSED = words(r"(?:応じ(?:られ|かね|ませ)|お?受けでき|対応(?:でき|いたしかね))")
_ON_CONDITION = words(r"場合|とき|際|ただし|但し|除|ければ|ない(?:と|限り)|以下|次の|下記|各号")
_OF_THE_SELLER = words(r"所在地|住所|電話番号|代表者|責任者|販売業者|事業者|連絡先|氏名|特定商取引")
"""Mail-order sellers disclose their own address on request (Specified Commercial Transactions)."""


_OTHER_INFORMATION = words(
    r"マネジメント|(?:ポリシー|方針|ページ)[^。]{0,16}開示|株主|投資家|(?<![A-Za-z])IR(?![A-Za-z])|適時開示"
    r"|決算|統合報告|有価証券|議事録|区分所有|生産履歴|発信者情報|信用情報|所蔵|監査役|帳簿の閲覧"
    r"|この方針に関する照会|利害関係|事業報告|事業計画|企業情報|金融商品|ディスクロージャー|財務"
    r"|公開資料|行政文書|情報公開"
    r"|評点|選考|書面を開示|証券取引|営業報告|役員名簿|(?:ご?注文|ご?予約"
    r"|お?申し?込み?)(?:内容)?の(?:確認|変更|取消)|(?:個人情報|個人データ)(?:に|では)は?(?:あた"
    r"|該当し?)(?:ら|り|ませ|な)"
)
"""What companies disclose of themselves, and what is no personal data."""
_OWN_DATA = words(
    r"本人|自己|ご自身|個人データ|個人情報(?!(?:に|では)は?(?:あた|該当))"
    r"|会員情報|登録(?:情報|内容)"
    r"|会員情報|登録(?:情報|内容)"
)
_DENIED = words(
    r"(?:開示|閲覧)[^。]{0,12}(?:請求|求め(?:る)?)(?:する)?こと(?:が|は)でき(?:ない|ません)"
)

_BROWSER = words(r"ブラウザ|localStorage|アプリの削除|browser")
"""What people delete themselves, on their own machine."""


def disclosure(content: Content) -> Sentence | None:
    """Return the sentence that says how people ask for disclosure."""
    for each in holding(told(content), SEEN_AND_CHANGED, DISCLOSURE, *THEIR_WORDS):
        seen = SEEN_AND_CHANGED.search(each.text) or in_their_words(each.text)
        if not (seen or DISCLOSURE.search(each.text)):
            continue
        if any(other.search(each.text) for other in (OF_OTHERS, _DENIED, _OF_THEIR_OWN)):
            continue
        if _OTHER_INFORMATION.search(f"{each.heading}。{each.text}") and not _OWN_DATA.search(
            each.text
        ):
            continue
        if seen or not (
            (_REFUSED.search(each.text) and not _ON_CONDITION.search(each.text))
            or (_TO_OFFICIALS.search(each.text) and not re.search(r"本人|自己|ご自身", each.text))
            or (
                (_OTHER_DISCLOSURE.search(each.text) or _OF_THE_SELLER.search(each.heading))
                and not re.search(r"本人|訂正|自己|ご自身|個人(?:情報|データ)", each.text)
            )
        ):
            return each
    return None


def disclosure_section(content: Content) -> Section | None:
    """Return the section that is on the disclosure of data, by its heading."""
    for section in topics(content):
        if _OTHER_INFORMATION.search(f"{section.heading}。{section.text}") and not _OWN_DATA.search(
            section.text
        ):
            continue
        if (
            (_DISCLOSED.search(section.heading) and _ON_REQUEST.search(section.text))
            or (
                _CLAIMS.search(section.heading)
                and _WHAT_IS_CLAIMED.search(
                    "\n".join(each.text for each in content.blocks[section.block :][:_ROWS])
                )
            )
            or (
                (
                    (RIGHTS.search(section.heading) and _says_which(section.text))
                    or (_OWN_RIGHTS.search(section.heading) and _LOOKED_AT.search(section.text))
                    or (ASKED_TO_SEE.search(section.heading) and WISHED.search(section.text))
                )
                and len(section.text) >= A_SENTENCE
                and not NOT_YET.search(section.text)
                and not _REFUSED.search(section.text)
            )
        ):
            return section
    return None


_CLAIMS = words(r"ご?請求の?(?:種類|内容|手続|方法)")
_ROWS = 12
"""Rows of a table of what can be claimed, each of which may have a heading."""
_WHAT_IS_CLAIMED = words(r"開示[\s\S]{0,120}(?:訂正|削除|利用停止)")


def _says_which(text: str) -> bool:
    """Tell whether a section on rights says what people have a right to."""
    return not text.isascii() or bool(_WHICH_RIGHTS.search(text))


_WHICH_RIGHTS = words(
    r"\b(?:access|correct|delet|eras|rectif|cop(?:y|ies)|object|restrict|portab|withdraw|exercis"
    r"|request|ask|complain|disclos|remov|see what|stop)"
)


def correction(content: Content) -> Sentence | None:
    """Return the sentence that says how people ask for correction or deletion."""
    return first(told(content), _CORRECTION, COOKIES, _BROWSER, OF_OTHERS, _OTHER_INFORMATION)


def perhaps_a_right(content: Content) -> Sentence | None:
    """Return a sentence that may speak of such a right, in words of its own."""
    return first(
        told(content),
        _PERHAPS_RIGHTS,
        COOKIES,
        _BROWSER,
        OF_OTHERS,
        _OTHER_INFORMATION,
        NOT_OF_DATA,
        NOT_OF_DATA_IN_ENGLISH,
    )
