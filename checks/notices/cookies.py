"""What a notice says of cookies."""

from __future__ import annotations

import msgspec

from checks.notices.notice import A_SENTENCE, NOT_YET, OF_OTHERS, in_hidden, main, topics
from checks.wording.sentences import Sentence, first
from checks.wording.words import NEGATED, words
from scanner.sdk import Content

COOKIES = words(r"cookies?|クッキー|ｸｯｷｰ")
COOKIE_PART = words(
    r"cookie|クッキー|アクセス解析|解析ツール|analytics|広告の?配信|ウェブビーコン|(?<![ブプタ])ログ(?!イン"
    r"|アウト|ラム)"
)
_USE = (
    r"(?:使用|使[いう]|利用|数え|計測|測定|取得|収集|保存|送信|設置|発行|記録|活用|受け取|使って"
    r"|用いて|用い"
    r"|設定|参照|読み|付与|送付|格納|書き込|埋め込|把握|識別|通じ|通して|介し|組み合わせ"
    r"|関連|紐|ひも|集め|覚え|蓄え|記憶)"
)
_COOKIE_USED = words(
    rf"(?:cookie|クッキー).{{0,80}}{_USE}|{_USE}.{{0,60}}(?:cookie|クッキー)"
    r"|(?:cookie|クッキー)[^。]{0,40}(?:使っ|つか[いうっわ]|使わ(?:せ|れ)|使と|置(?:い|か|き)|残(?:り|し|る)"
    r"|付(?:き|く|け)|渡し|働|入(?:り|る|れ)|見分け|貼|預け|動か|届き|発生|あり(?:ます)?|要り"
    r"|必要|二つ|三つ|一つ|\d枚|枚)"
    r"|\b(?:drop|leave|write)s? (?:a |some )?(?:small )?cookies?"
    r"|cookies?\b.{0,80}\b(?:use|set|store|place|collect|track|help|allow|enable|remember|keep"
    r"|need|save|hold|know|tell|greet|sit|ride|live|last|appear|expire|evaporate|recogni[sz]e)"
    r"|\b(?:use"
    r"|uses|using|set|sets|store|place|places|collect|through|via|save\w*|saving|need\w*|brings?"
    r"|puts?|deploys?|employs?|issues?|got|gives?|leaves?|installs?|place\w*|work\w* with"
    r"|run\w* on|picked up)\b.{0,80}\bcookies?"
)
_OF_SPONSORS = words(r"\bsponsors\b")
_OTHERS_COOKIES = words(
    r"\bsites? (?:of|run by) (?:our )?(?:others|partners)|\b(?:those|these|their|other|others'"
    r"|linked|external|third[- ]party) (?:web)?sites?\b|\bother people's\b"
    r"|\bown (?:rules|policy|policies|business)\b|\bown (?:use of )?cookies\b"
    r"|\bcookie rules apply|\bsites we link|\b(?:youtube|facebook|amazon|google)'s\b"
    r"|\bonce you are on\b"
    r"|各社|モール側?の|提携(?:先|ショップ)|(?:YouTube|Facebook|Google|SNS)(?:社|を開|の(?:ページ"
    r"|規約|ポリシー|各社))|(?:そのサイト|その会社|そのショップ|同社|先方)(?:が|の)"
    r"|ほかの(?:サイト|ホームページ)|リンク先|リンク集|よその(?:サイト|ページ)|他(?:社"
    r"|者)の?(?:サイト|ページ)|外部サイト|協賛"
)
"""Cookies that other sites set on their own pages."""
_AT_LARGE = words(
    r"規制|法律|規則|法改正|(?:多く|一般)の(?:ウェブ)?サイト|近年|動向|セミナー|レス時代"
    r"|用語の説明|って(?:何|なん)|とは何|(?:の|に関する)(?:意味|考え方)|をいう。|説明は|別紙"
    r"|ご?質問は|質問は[^。]{0,30}まで|準備中|今後|関知|解説"
    r"|\b(?:laws?|regulation|european|many (?:web)?sites|definitions?|what is|separate page"
    r"|questions about|not responsible)\b"
)
"""Cookies as a subject to speak of."""
_EATEN = words(
    r"(?:cookie|クッキー)の?(?:缶|生地|作り|づくり|の?型|教室|を?食べ|を焼|を出す|(?:や|と"
    r"|、)(?:ケーキ|お茶|マフィン|パン|焼き?菓子)|セット|詰め?合わせ|の味|の?レシピ|のアレル|は犬"
    r"|の箱は|缶|は日持ち|の焼き上が|[やと、](?:フィナンシェ|ビスケット|マドレーヌ|チョコ"
    r"|スコーン|せんべい)|をたべ|をお出し)"
    r"|(?:手作り|焼き?たて|看板犬|お茶菓子|おやつ)[^。]{0,12}(?:cookie|クッキー)|cookies? (?:jar"
    r"|tin|dough|cutter|bazaar)|cookie-cutting|\b(?:bak(?:e|ing|ery)\w*|eat\w*|oatmeal|biscuits?"
    r"|crumbs? of|dog|ginger|nuts|allergic|best-before|bazaar)\b"
)
"""Biscuits."""
_ADVICE_ALONE = words(
    r"(?:ブラウザ|browser|safari|firefox|chrome|edge)[^。]{0,60}(?:拒否|無効|ブロック|削除"
    r"|消(?:す|し|せ)|断る|受け入れ|選べ|設定)|(?:拒否|無効|ブロック|削除|消(?:す|し|せ)"
    r"|断る)[^。]{0,40}(?:ブラウザ)"
    r"|\b(?:browsers?|safari|firefox|chrome)\b.{0,60}\b(?:block|refuse|reject|clear|delete|accept"
    r"|treat|disable)|\b(?:block|refuse|reject|clear|delete|disable"
    r"|treat)\w*\b.{0,60}\b(?:browsers?|safari|firefox|chrome)\b"
    r"|(?:お孫さん|ネットの世界|という言葉|この文書では)|\bthe word\b|\bin general\b|一般に"
)
"""What people can do in their own browser, whatever the site does."""
_OWN = words(
    r"当社|当サイト|弊社|本サイト|本サービス|当店|当院|当会|当ブログ|このサイト|うち|私たち"
    r"|わたしたち|\b(?:we (?:use|set|also|do|place|drop|leave|have|may|and)|our (?:own|cookies"
    r"|(?:web)?site|pages|shop|service)|this (?:web)?site)\b"
)
_LIKE_COOKIES = words(
    r"(?:ブラウザ|端末|スマホ|パソコン|お使いの機器)(?:の中)?(?:に|へ)[^。]{0,24}(?:印|目印|札"
    r"|メモ|番号|識別子|文字列|覚え書き|小さなファイル|データ)を?[^。]{0,16}(?:置|保存|残|預け"
    r"|持たせ|記録|付け|書き込|送)"
    r"|\b(?:small|tiny|little) (?:text )?(?:file|marker|tag|identifier)s?\b.{0,40}\b(?:browser"
    r"|device|computer|phone)|\b(?:marker|identifier)s?\b.{0,20}\b(?:in|on) your (?:browser"
    r"|device|computer|phone)"
)
"""What does the work of a cookie, called by no name."""
_COOKIE_DENIED = words(
    r"(?:cookie|クッキー).{0,40}(?:使用|利用|取得|収集|設定|発行|保存|設置)[^。、,・]{0,6}(?:は"
    r"|を|も)?(?:一切|全く)?"
    r"(?:行|おこな|実施|いた|致|し)[^。]{0,8}(?:ません|ない(?:。|$))|"
    r"(?:cookie|クッキー)(?:技術|等)?(?:については|に関しては|は|を"
    r"|の)?[、,]?[^。、,]{0,40}(?:使用|利用|取得|収集"
    r"|設定|発行|保存|用い|使い|使って)(?:して|し|致し|いたし|は(?:一切)?し|は(?:一切)?行"
    r"|を(?:一切)?行)?"
    r"(?:て)?(?:い|おり|お)?(?:ません|ない(?!場合|とき|設定|よう)|ず(?!に)|なく(?!ても|て))"
    r"|(?:cookie|クッキー).{0,20}(?:一切|なし|ありません)"
    r"|(?:(?:do|does|will) not|don't|doesn't|won't) (?:use"
    r"|have|set|place|store|employ)(?: any)?.{0,30}cookies|\bno cookies\b|without (?:any )?cookies"
    r"|cookie-?(?:free|less)"
)
_COOKIE_AFFIRMED = words(
    r"(?:cookie|クッキー)[^。、,]{0,24}(?:使用|利用|取得|収集|用い|使っ|使い)(?:して|し|いたし"
    r"|致し|て)?"
    r"(?:て)?(?:い|おり|お)?ます"
    r"|(?:cookie|クッキー)[^。、,]{0,24}(?:(?:使用|利用|取得|収集)する|用いる|使う)(?:こと"
    r"|場合)が(?:あり|ござい)ます"
    r"|\bbut\b.{0,80}\b(?:us(?:e|es|ed|ing)|sets?|places?) .{0,20}cookies"
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
ABOUT_TRACES = words(
    r"cookie|クッキー|履歴|(?<![ブプタ])ログ(?!イン|アウト|ラム)|識別子|閲覧|行動(?:情報|データ)"
    r"|訪問"
    r"|browsing|behavio|usage|visit|pages you|automatically collected|\blog (?:information|data)\b"
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
        if COOKIES.search(each.text)
        and not (_OTHERS_COOKIES.search(each.text) and not _OWN.search(each.text))
        and not any(other.search(each.text) for other in (_EATEN, _OF_SPONSORS))
    ]
    denied = first(found, _COOKIE_DENIED)
    titles = {each.heading for each in main(content)}
    used = None
    for each in found:
        # `Cookieの利用` may stand above either answer.
        if not (denied and any(title.endswith(each.text) for title in titles)) and _says_used(each):
            used = each
            break
    if not (used or denied):
        named = (each for each in found if each.text not in titles and _is_named(each.text))
        used = next(named, None) or _under_cookies(content)
    if not (used or found):
        used = first(main(content), _LIKE_COOKIES, OF_OTHERS, _COOKIE_REFUSED, NEGATED)
    return CookiesSaid(used, denied, found[0] if found else None)


def _says_used(each: Sentence) -> bool:
    text = each.text
    return bool(
        _COOKIE_USED.search(text)
        and (not _COOKIE_DENIED.search(text) or _COOKIE_AFFIRMED.search(text))
        and not (_COOKIE_REFUSED.search(text) and not _OWN.search(text))
        and not (_COOKIE_DEFINED.search(text) and not _OWN.search(text))
        and not (_AT_LARGE.search(text) and not _OWN.search(text))
    )


def _is_named(text: str) -> bool:
    """Tell whether an item has cookies in it as what there is, as `Cookies: one`."""
    return bool(_ITEM.search(text)) and not any(
        other.search(text)
        for other in (
            _COOKIE_DENIED,
            _COOKIE_DEFINED,
            _COOKIE_REFUSED,
            _ADVICE_ALONE,
            _AT_LARGE,
            NEGATED,
        )
    )


_ITEM = words(r"^\W*(?:cookies?|クッキー|サイトの目印)[^。.:]{0,8}(?::|\||:|—|\-|…)|(?<![。.?!])$")
"""What is no sentence: a line of a list, or a label and what is there."""


def _under_cookies(content: Content) -> Sentence | None:
    """Return what is said of the use of cookies under a heading that names them."""
    return next(
        (
            each
            for section in topics(content)
            if COOKIES.search(section.heading) and not _EATEN.search(section.heading)
            for each in section.sentences
            if len(each.text) >= A_SENTENCE
            and not each.text.endswith("?")
            and not NEGATED.search(each.text)
            and not NOT_YET.search(each.text)
            and not any(
                other.search(each.text)
                for other in (
                    _COOKIE_DENIED,
                    _COOKIE_DEFINED,
                    _ADVICE_ALONE,
                    _COOKIE_REFUSED,
                    OF_OTHERS,
                    _OTHERS_COOKIES,
                )
            )
        ),
        None,
    )


def hidden_cookies(content: Content) -> str | None:
    """Return the use of cookies in text that is not shown."""
    return in_hidden(content, _COOKIE_USED)


def analytics(content: Content) -> Sentence | None:
    """Return the sentence that names access analysis."""
    return first(main(content), _ANALYTICS, NEGATED)
