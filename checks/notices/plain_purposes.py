"""What personal data is for, in whatever words: what is done with what was asked for."""

from __future__ import annotations

from collections.abc import Callable

from checks.notices.giving import DATA
from checks.wording.words import NEGATED, UNLESS, words

_AIM = words(
    r"[るうくすつむぶ]ため(?:に|の|です|で|、|。|$)"
    r"|[るうくすつむぶ](?:に|とき|際に?|場合)(?:のみ|だけ|に限り)?[、]?[^。]{0,12}(?:使[いうわっ]|用い|参照|参考に)"
    r"|[るうくすつむぶい]ように[^。]{0,20}(?:うかが|伺|お?聞き|預か|尋ね|控え)"
)
_USED = words(
    r"(?:使[いわっ]|用い|預か|うかが|伺|お?聞き|尋ね|控え|書き留め|参照|参考に)"
    r"[^。]{0,14}(?:ます|です)?。?$"
)
_DATA_NOUNS = words(
    r"(?:お?名前|氏名|ご?住所|電話番号?|メール(?:アドレス)?|連絡先|生年月日|性別|年齢|勤務先|会社名|履歴|記録|写真|名簿|個人番号|アンケート|お問い?合わ?せ|フォーム|[ぁ-んァ-ヶ一-龥]{0,6}情報|データ|内容|項目)"
)
_BETTER = words(
    r"(?:より|もっと|さらに)[^。]{0,12}(?:楽し|良|よ[くい]|便利|快適|使いやす|充実|豊か|魅力)"
    r"|お役に立|社会(?:貢献|に)|\bbetter (?:experience|service|serve)|\bimprove"
)
"""It tells how well the service is to be, and not what is done."""
_OTHER_DUTY = words(
    r"^[^。、]{0,20}(?:会社|サイト|社|Google|SNS|業者|ツール|タグ)[^。、]{0,8}は|目的|方針|規約|適[正切法]|最適|正当|有効|有意義|私[用的]|本来|必要なこと|安全|開示|訂正|削除|消去|停止|第三者|委託|共同|漏|盗|防[ぐい止]|守[るりっ]|保護|暗号|鍵|本人(?:確認|で)|法令|パスワード|同意|改[定訂]|変更|目的(?:外|の範囲)|通知|公表|提供して|クッキー|cookie|閲覧|リンク|サイトの?運営|ください"
    r"|お金|会費|寄付|代金|支払|苦情|問い?合わ?せ(?:先|は|窓口)|お子|未成年|保護者|責任|破棄|廃棄|保管|保存"
    r"|\bcookies?\b|\bpixel|\btags?\b|\bdifferently|ask you first|third[- ]part|\bprotect|secur"
    r"|encrypt|unauthori|\bpassword"
    r"|\bdelet|\beras|\baccess\b|\bcorrect\b|withdraw|unsubscribe"
    r"|\bopt(?:ing)? out|contact us|write to us|\blaw(?:s|ful)?\b|\bcomply|\bpolicy\b|\bnotice\b"
    r"|as long as|no longer|\bretain|for \d|\bpurposes?\b|children|\bparent|\bconsent"
    r"|\brequests?\b|donat|\bmoney|\bfees?\b|\bvisitors?\b|analytic|advertis|\bads?\b"
    r"|\byou (?:can|may|must|should|have)\b"
)
"""What other passages of a notice speak of."""
_ENGLISH_AIM = words(
    r"\b(?:we|i) (?:only )?(?:use|need|keep|ask for|hold|store)\b.{0,90}\b(?:to"
    r"|so (?:that )?(?:we|i) can) (?!be\b|do\b|have\b)\w.{6,}"
    r"|\bso (?:that )?(?:we|i|the driver|(?:the|your) (?:\w+ ){1,2}(?:can|gets?|arrives?"
    r"|reach(?:es)?)) \w.{6,}"
    r"|\bmatch you with \w.{6,}"
    r"|\b(?:lets?|allows?) us (?:to )?(?!be\b|do\b|have\b)\w.{6,}"
    r"|\bwe (?:will |may )?(?:only )?(?:e-?mail|text|call|phone|tell) you\b(?! if| when| before)"
    r".{6,}"
)
_ENGLISH_DATA_NOUNS = words(
    r"\b(?:names?|address(?:es)?|e-?mails?|phone|telephone|numbers?|data|information|details|records?|forms?)\b"
)
_NO_USE = words(
    r"ます|です|ました|ください|氏名|お?名前|住所|電話番号|取得|収集|預か|いただきます"
    r"|次の(?:とおり|目的)|以下|別(?:途|紙)|(?:通知|明示|公表|お知らせ|特定)(?:し|いた)"
    r"|^\W*(?:利用)?目的\W*$|\bas follows|\bfollowing\b|\bcollect"
)
"""What stands under a heading of purposes beside the purposes: the data, and where it is told."""


def names_aim(text: str, names_work: Callable[[str], bool]) -> bool:
    """Tell whether a sentence says what is done with personal data that somebody gives."""
    if _other(text) or not DATA.search(text):
        return False
    if text.isascii():
        found = _ENGLISH_AIM.search(text)
        return bool(found) and names_work(_ENGLISH_DATA_NOUNS.sub("", found[0] if found else ""))
    return bool(_AIM.search(text) and _USED.search(text)) and names_work(_DATA_NOUNS.sub("", text))


def is_aim(text: str, names_work: Callable[[str], bool]) -> bool:
    """Tell whether what stands under a heading of purposes is one."""
    if _other(text) or _NO_USE.search(text) or len(text) < _A_PURPOSE:
        return False
    return names_work(_ENGLISH_DATA_NOUNS.sub("", _DATA_NOUNS.sub("", text)))


_A_PURPOSE = 6
"""Characters; a purpose has more."""


def _other(text: str) -> bool:
    return bool(
        _OTHER_DUTY.search(text)
        or _BETTER.search(text)
        or (NEGATED.search(text) and not UNLESS.search(text))
    )
