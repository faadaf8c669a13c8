"""What a notice says of cookies, and of tying what they see to persons."""

from __future__ import annotations

import re

import msgspec

from checks.notices.notice import in_hidden, main
from checks.wording import NEGATED, UNLESS, Sentence, first, words
from scanner.sdk import Content

COOKIES = words(r"cookies?|クッキー|ｸｯｷｰ")
COOKIE_PART = words(
    r"cookie|クッキー|アクセス解析|analytics|広告の?配信|ウェブビーコン|(?<![ブプタ])ログ(?!イン|アウト|ラム)"
)
_USE = (
    r"(?:使用|使[いう]|利用|数え|計測|測定|取得|収集|保存|送信|設置|発行|記録|活用|受け取|使って|用いて|用い"
    r"|設定|参照|読み|付与|送付|格納|書き込|埋め込|把握|識別|通じ|通して|介し|組み合わせ"
    r"|関連|紐|ひも|集め|覚え|蓄え|記憶)"
)
_COOKIE_USED = words(
    rf"(?:cookie|クッキー).{{0,80}}{_USE}|{_USE}.{{0,60}}(?:cookie|クッキー)"
    r"|\b(?:drop|leave|write)s? (?:a |some )?(?:small )?cookies?"
    r"|cookies?\b.{0,80}\b(?:use|set|store|place|collect|track|help|allow|enable)|\b(?:use"
    r"|uses|using|set|sets|store|place|places|collect|through|via)\b.{0,80}\bcookies?"
)
_OTHERS_COOKIES = words(r"\bsponsors\b|\bsites? (?:of|run by) (?:our )?(?:others|partners)")
_COOKIE_DENIED = words(
    r"(?:cookie|クッキー).{0,40}(?:使用|利用|取得|収集|設定|発行|保存|設置).{0,6}(?:は"
    r"|を|も)?(?:一切|全く)?"
    r"(?:行|おこな|実施|いた|致|し)[^。]{0,8}(?:ません|ない(?:。|$))|"
    r"(?:cookie|クッキー)(?:技術|等)?(?:については|に関しては|は|を|の)?[、,]?[^。、,]{0,40}(?:使用|利用|取得|収集"
    r"|設定|発行|保存|用い|使い|使って)(?:して|し|致し|いたし|は(?:一切)?し|は(?:一切)?行|を(?:一切)?行)?"
    r"(?:て)?(?:い|おり|お)?(?:ません|ない(?!場合|とき|設定|よう)|ず(?!に)|なく(?!ても|て))"
    r"|(?:cookie|クッキー).{0,20}(?:一切|なし|ありません)"
    r"|(?:(?:do|does|will) not|don't|doesn't|won't) (?:use"
    r"|have|set|place|store|employ)(?: any)?.{0,30}cookies|\bno cookies\b|without (?:any )?cookies"
    r"|cookie-?(?:free|less)"
)
_COOKIE_AFFIRMED = words(
    r"(?:cookie|クッキー)[^。、,]{0,24}(?:使用|利用|取得|収集|用い|使っ|使い)(?:して|し|いたし|致し|て)?"
    r"(?:て)?(?:い|おり|お)?ます"
    r"|(?:cookie|クッキー)[^。、,]{0,24}(?:(?:使用|利用|取得|収集)する|用いる|使う)(?:こと|場合)が(?:あり|ござい)ます"
)
_COOKIE_REFUSED = words(
    r"拒否|無効|ブロック|受け入れ|受け取り?ない|オフ|削除|設定(?:を)?変更|disable|block"
    r"|refuse|reject|delete"
)
_COOKIE_DEFINED = words(
    r"(?:cookie|クッキー)(?:\(.{0,20}\))?(?:」|』)?とは|cookies? (?:is|are) (?:a )?(?:small"
    r"|piece|text)"
)
_ANALYTICS = words(
    r"google ?アナリティクス|google analytics|アクセス解析(?:ツール)?|ウェブビーコン|web beacon"
    r"|トラッキング"
)
_TRACE = (
    r"(?:cookie|クッキー|(?:閲覧|行動|アクセス|利用|訪問|操作|視聴|購買|クリック|開封"
    r"|web|ウェブ|サイト)[^。]{0,8}(?:履歴|ログ|情報|データ|状況|記録)|識別子|端末情報"
    r"|IPアドレス"
    r"|(?:行動|操作|閲覧|アクセス)(?:の)?記録|(?<!登)記録(?:は|を|に|が)|ログイン[^。]{0,20}行動|この情報|アクセス情報|操作時間"
    r"|これら(?:の)?(?:情報|データ|履歴)|当該(?:情報|データ|履歴)|同(?:情報|データ)|取得した(?:情"
    r"報|データ))"
)
_WHO = (
    r"(?:個人(?:情報|データ|を特定|を識別)|入力内容|登録内容|(?:会員|顧客|利用者|お客様|モニター)の?(?:番号|ID)"
    r"|(?:会員|お客様|お客さま|ご?登録|顧客|ユーザー"
    r"|利用者|お申込|お申し込み|ご?入力(?:いただ|頂)いた|アカウント|ご?本人|見込み客|リード)[^。]{0,14}(?:情報"
    r"|データ)?|氏名|お名前|メールアドレス|特定の個人)"
)
_TIE = (
    r"(?:(?:紐|ひも|ヒモ)[づ付]|(?:番号|ID|情報|データ)(?:を|に|と)[^。、]{0,6}(?:付して|付け|つなが|追加|加え)|関連\s?[づ付]|関係\s?[づ付]|結び\s?[つ付]|突き?合わせ"
    r"|つな(?:げ|ぎ|い)|繋(?:げ|ぎ|い)|突合|照合|統合|結合|連結|マッチング|名寄せ|組み?合わせ|リンクさせ|合わせて(?:見|拝見|把握|分析"
    r"|利用|管理|取得|活用|記録|保存|保管)|あわせて(?:記録|保存|保管|管理)|併せて(?:分析|利用|管理|活用)|とともに(?:分析|利用|管理|保存)"
    r"|連携させ|(?:個人|お客様)を(?:特定|識別)(?:して|し、|する(?:こと|場合)))"
)
_LINKED = words(
    rf"{_TRACE}.{{0,120}}{_WHO}.{{0,60}}{_TIE}|{_WHO}.{{0,80}}{_TRACE}.{{0,80}}{_TIE}"
    rf"|{_TIE}.{{0,60}}{_TRACE}.{{0,80}}{_WHO}"
    rf"|{_TRACE}.{{0,100}}{_TIE}.{{0,60}}{_WHO}"
    r"|\b(?:link|combin|associat|match|connect|merg|tie)\w*\b.{0,120}(?:personal (?:information"
    r"|data)|your (?:account|profile|name|e-?mail|identity|contact)|you personally|identif"
    r"|contact record|information you (?:provide|give)|e-?mail address"
    r"|you (?:gave|have given|provided))"
    r"|\b(?:add(?:ed)?|stor(?:e|ed)|record(?:ed)?|kept?|attach(?:ed)?|join(?:ed)?|sav(?:e|ed)|appended|written)"
    r" (?:to|with|under|in|into) (?:your|the|a|their) (?:\w+ ){0,3}"
    r"(?:profile|record|entry|account|contact|file)\b"
    r"|(?:cookie|browsing|behavio|visit|usage).{0,120}\b(?:linked|combined|associated"
    r"|matched|connected|merged|tied)\b.{0,60}(?:personal|you|name|e-?mail|account|profile"
    r"|contact)"
    r"|(?:personal (?:information|data)).{0,80}\b(?:linked|combined|associated|matched)\b.{0,60}("
    r"?:cookie|browsing|behavio|visit)"
)
_NOT_LINKED = words(
    rf"{_TIE}.{{0,24}}(?:ことは(?:一切)?(?:あり|ござい)?(?:ません|ない)|ません|ない(?:もの"
    rf"|形|状態|限り|よう)?|せず|ず(?:に|、)|なく|おりません|不可能|できない)"
    r"|(?:特定|識別)(?:する|できる|される)?.{0,16}(?:ものでは|ことは|情報は|できま|できな).{0,24}"
    r"(?:ありません|ない|せん|含)"
    r"|not (?:be )?(?:link|combin|associat|match|connect|merg|tied|personally identif)"
    r"|(?:never|cannot|without|n't).{0,40}(?:link|combin|associat|match|identif)"
)
ABOUT_TRACES = words(
    r"cookie|クッキー|履歴|(?<![ブプタ])ログ(?!イン|アウト|ラム)|識別子|閲覧|行動(?:情報|データ)|訪問"
    r"|browsing|behavio|usage|visit|pages you"
)
_CONDITION = words(
    r"限り|場合(?:を除|には|は|、)|同意.{0,10}(?:なく|得ず|ない限り)|unless|except|without your c"
    r"onsent"
)


class CookiesSaid(msgspec.Struct, frozen=True, gc=False):
    """The sentences of a notice that speak of cookies: the first of each kind."""

    used: Sentence | None
    denied: Sentence | None
    mentioned: Sentence | None


def cookies_said(content: Content) -> CookiesSaid:
    """Return what a notice says of the use of cookies."""
    found = [
        each
        for each in main(content)
        if COOKIES.search(each.text) and not _OTHERS_COOKIES.search(each.text)
    ]
    denied = first(found, _COOKIE_DENIED)
    titles = {each.heading for each in found}
    used = None
    for each in found:
        text = each.text
        if denied and any(title.endswith(text) for title in titles):
            # `Cookieの利用` may stand above either answer.
            continue
        if (
            _COOKIE_USED.search(text)
            and (not _COOKIE_DENIED.search(text) or _COOKIE_AFFIRMED.search(text))
            and not (
                _COOKIE_REFUSED.search(text)
                and not re.search(r"当社|当サイト|弊社|本サイト|本サービス|\bwe\b", text)
            )
            and not (_COOKIE_DEFINED.search(text) and len(found) == 1)
        ):
            used = each
            break
    return CookiesSaid(used, denied, found[0] if found else None)


def hidden_cookies(content: Content) -> str | None:
    """Return the use of cookies in text that is not shown."""
    return in_hidden(content, _COOKIE_USED)


def analytics(content: Content) -> Sentence | None:
    """Return the sentence that names access analysis."""
    return first(main(content), _ANALYTICS, NEGATED)


class Linkage(msgspec.Struct, frozen=True, gc=False):
    """The sentences of a notice on tying behaviour to persons: the first of each kind."""

    said: Sentence | None = None
    doubtful: Sentence | None = None
    """Under a condition."""
    denied: Sentence | None = None


def linkage(content: Content) -> Linkage:
    """Return what a notice says of tying behaviour to persons."""
    doubtful: Sentence | None = None
    denied: Sentence | None = None
    about: int = -9
    for number, each in enumerate(main(content)):
        text = each.text
        if ABOUT_TRACES.search(text):
            about = number
        near = number - about <= 2 or COOKIE_PART.search(each.heading)
        if not _LINKED.search(text):
            if _NOT_LINKED.search(text) and near:
                denied = denied or each
        elif near or ABOUT_TRACES.search(text):
            if _NOT_LINKED.search(text) and not re.search(_TIE, _after_concession(text)):
                # `同意なく…ません` is no promise never to; `紐付けない限り` is a definition.
                if (
                    _CONDITION.search(text)
                    and UNLESS.search(text)
                    and not re.search(r"ない限り|しない限り", text)
                ):
                    doubtful = doubtful or each
                else:
                    denied = denied or each
            elif _IF_TIED.search(text) and not re.search(
                r"(?:場合|こと)(?:が|も)(?:あり|ござい)", text
            ):
                doubtful = doubtful or each
            else:
                return Linkage(said=each)
    return Linkage(doubtful=doubtful, denied=denied)


def _after_concession(text: str) -> str:
    """Return what a sentence ends with, if it only grants before that something is not done."""
    granted, _, rest = text.rpartition("ませんが、")
    return rest if granted and not _NOT_LINKED.search(rest) else ""


_IF_TIED = words(
    r"(?:場合|とき|限り|もの)(?:には|は|、).{0,40}(?:個人情報|個人データ)(?:に該当"
    r"|として取り?扱|とみな)"
)
"""What would be personal data if it were tied; that says only that it might be."""


def hidden_linkage(content: Content) -> str | None:
    """Return the tying in text that is not shown."""
    return in_hidden(content, _LINKED)
