"""What a notice says of tying what people do on its pages to who they are."""

from __future__ import annotations

import re

import msgspec

from checks.notices.cookies import ABOUT_TRACES, COOKIE_PART
from checks.notices.notice import in_hidden, main
from checks.wording.sentences import Sentence, together
from checks.wording.words import UNLESS, words
from scanner.sdk import Content

_TRACE = (
    r"(?:cookie|クッキー|(?:閲覧|行動|アクセス|利用|訪問|操作|視聴|購買|クリック|開封"
    r"|web|ウェブ|サイト)[^。]{0,8}(?:履歴|ログ|情報|データ|状況|記録)|識別子|端末情報"
    r"|IPアドレス"
    r"|(?:行動|操作|閲覧|アクセス)(?:の)?記録|(?<!登)記録(?:は|を|に|が)|ログイン[^。]{0,20}行動"
    r"|この情報|アクセス情報|操作時間"
    r"|これら(?:の)?(?:情報|データ|履歴)|当該(?:情報|データ|履歴)|同(?:情報|データ)|取得した(?:情"
    r"報|データ)|(?:分析|解析)(?:の)?結果|計測データ)"
)
_WHO = (
    r"(?:個人(?:情報|データ|を特定|を識別)|入力内容|登録内容|(?:会員|顧客|利用者|お客様"
    r"|モニター)の?(?:番号|ID)|[一-龥ァ-ヶー]{2,8}ID"
    r"|(?:会員|お客様|お客さま|ご?登録|顧客|ユーザー"
    r"|利用者|お申込|お申し込み|ご?入力(?:いただ|頂)いた|アカウント|ご?本人|見込み客"
    r"|リード)[^。]{0,14}(?:情報"
    r"|データ)?|氏名|お名前|メールアドレス|特定の個人|(?<!第三)者(?:様|さま)?の?情報)"
)
_TIE = (
    r"(?:(?:紐|ひも|ヒモ)[づ付]|(?:番号|ID|情報|データ)(?:を|に|と)[^。、]{0,6}(?:付して|付け"
    r"|つなが|追加|加え)|関連\s?[づ付]|関係\s?[づ付]|結び\s?[つ付]|突き?合わせ"
    r"|つな(?:げ|ぎ|い|が)|繋(?:げ|ぎ|い|がっ)"
    r"|突合|照合|統合|結合|連結|マッチング|名寄せ|組み?合わせ"
    r"|リンクさせ|合わせて(?:見|拝見|把握|分析"
    r"|利用|管理|取得|活用|記録|保存|保管)|あわせて(?:記録|保存|保管|管理|分析|利用)|併せて(?:分析|利用"
    r"|管理|活用)|とともに(?:分析|利用|管理|保存)"
    r"|連携(?:させ|して)|(?:個人|お客様)を(?:特定|識別)(?:して|し、|する(?:こと|場合)))"
)
_LINKED = words(
    rf"{_TRACE}.{{0,120}}{_WHO}.{{0,60}}{_TIE}|{_WHO}.{{0,80}}{_TRACE}.{{0,80}}{_TIE}"
    rf"|{_TIE}.{{0,60}}{_TRACE}.{{0,80}}{_WHO}"
    rf"|{_TRACE}.{{0,100}}{_TIE}.{{0,60}}{_WHO}"
    r"|\b(?:link|combin|associat|match|connect|merg|tie)\w*\b.{0,150}(?:personal (?:information"
    r"|data)|your (?:[\w-]+ )?(?:account|profile|name|e-?mail|identity|contact)"
    r"|you personally|identif|contact (?:record|information|details)"
    r"|(?:information|details|data) you (?:provide|give|registered)"
    r"|e-?mail address|you (?:gave|have given|provided))"
    r"|\b(?:add(?:ed)?|stor(?:e|ed)|record(?:ed)?|kept?|attach(?:ed)?|join(?:ed)?|sav(?:e|ed)"
    r"|appended|written)"
    r" (?:to|with|under|in|into) (?:your|the|a|their) (?:\w+ ){0,3}"
    r"(?:profile|record|entry|account|contact|file|(?:member\w*|customer|guest) number)\b"
    r"|(?:cookie|browsing|behavio|visit|usage).{0,120}\b(?:linked|combined|associated"
    r"|matched|connected|merged|tied)\b.{0,60}(?:personal|you|name|e-?mail|account|profile"
    r"|contact)"
    r"|(?:personal (?:information|data)).{0,80}\b(?:linked|combined|associated|matched)\b.{0,60}("
    r"?:cookie|browsing|behavio|visit)"
)
_SEEN = (
    r"(?:cookie|クッキー|閲覧|足あと|足跡|足どり|足取り|訪問|来訪|アクセス(?:ログ|の?記録|履歴"
    r"|情報|状況|の様子)|クリック|開封|視聴|再生|検索(?:語|した|され|の履歴)|操作|行動"
    r"|サイト(?:内|上|で)の(?:動き|行動|操作|挙動)"
    r"|(?:見|み|ご覧になっ|ご覧いただい|読まれ|読ん|開い|開かれ|押し|押され|踏ん|聴い|観|眺め)た"
    r"|見て(?:い|お|から|くださ|来)|(?:あいだ|間|中)の(?:動き|操作|行動)"
    r"|ご覧に(?:なる|なり)|お?読み(?:に|まし)|閲覧(?:された|した)|(?<![ブプタカ])ログ(?!イン|アウト|ラム|ハウス)|目印"
    r"|識別子|広告(?:用の)?(?:ID|番号)|(?:端末|デバイス)(?:の番号|番号|情報)|トラッキング"
    r"|ピクセル)"
)
"""What people do on pages and in mails."""
_PERSON = (
    r"(?:会員(?:番号|証|名|台帳|情報|登録|ページ|様|さま)?|組合員(?:番号)?|お?名前|氏名|実名|本名"
    r"|アカウント|(?:ユーザー|利用者|会員|顧客|プレイヤー|登録)ID|ID番号|契約(?:者|番号)"
    r"|申込(?:者|み)?|お申し?込み|購入者|登録(?:者|情報"
    r"|内容|メール)|(?:ご)?本人|ゲーム内ID|お客(?:様"
    r"|さま)(?:番号|情報|の?(?:お名前|記録|カード|台帳|登録))|顧客(?:情報|番号|台帳)?|得意先"
    r"|メールアドレス|(?<!IP)アドレス|電話番号"
    r"|(?:ご)?注文(?:番号|者|内容|情報|履歴)?|予約(?:者|番号"
    r"|内容|情報|票)|控え|お?問い?合わ?せ(?:内容|情報)?"
    r"|応募(?:情報|者|内容)|エントリー(?:情報|内容)?|カルテ"
    r"|診察券|プロフィール|ニックネーム|ハンドル|個人|生徒|受講者|読者|名簿|台帳|宿帳|ご?請求内容"
    r"|送信(?:内容|された)|名刺|(?:社員|職員|患者|購読者|学籍|診察券|区画|組合員|支援者|寄付者|寄附者|得意先|お客様"
    r"|お客さま|加入者|利用者|受講者|読者|顧客)(?:番号|コード|カード|ID|台帳)|ポイントカード"
    r"|お一人|一人(?:ひとり|ずつ)|人ごと|どなた|購入(?:情報|履歴))"
)
"""Whom they are, and what is kept under their names."""
_BROUGHT = (
    rf"(?:{_TIE}|(?:と|を)?結[んび]|(?:情報|記録)を?あわせて|(?:と|に|へ)\s?(?:一緒|いっしょ)に|(?:と|も)(?:併せ|合わせ|あわせ)|併せて"
    r"|合わせて(?:見|参照|記録|保|分析|管理|利用)|照らし合わせ|重ね合わせ|(?:と|に)重ね|くっつ"
    r"|(?:と|を)?セットで|対応(?:づけ|付け|させ)|ひとまとめ|一つに(?:まと|な)|同じ行|結び合わせ"
    r"|結ばれ|結び付|一体で|付随して|帰属|転記|一致(?:させ"
    r"|し|する)|付して|加わ[りる]|書き添え|流し込"
    r"|寄せ(?:られ|て)|(?:個人|ご?本人|会員)のもの(?:と|として)|名前付きで|番号付きで|番号(?:と"
    r"|を)合わせ"
    r"|の?(?:横|隣|下|裏|欄|画面|記録|ページ|カード|もと)に(?:記録|残|載|並|書|付|表示|出|入|溜"
    r"|貯|保存)|に(?:記録|登録|保存|加え|足し|書き込|残し"
    r"|残り|残る|付けて|付きま|付いて|載り|追記|反映)"
    r"|ごとに|単位で|別に(?:記録|保存|管理|集計|見|残)|(?:もの|履歴|記録)として(?:残|記録|保|管理"
    r"|扱|蓄積|たま))"
)
"""How the one is brought to the other."""
_KNOWN_BY_NAME = words(
    # どの会員がどのページを見たか、分かります
    r"(?:誰|だれ|どなた|どの(?:会員|お客(?:様|さま)|方|人|生徒|利用者|読者|社員|患者|組合員"
    r"|ユーザー)(?:様|さま|さん)?|(?:会員|お客|読者|購読者|利用者|ユーザー|お申込|ログイン中"
    r"|お問い?合わ?せ)[^。、]{0,16}|(?:された|いただいた|頂いた|くださった|した)方)(?:が|の|は"
    r"|については、?)?[^。]{0,30}"
    rf"{_SEEN}[^。]{{0,30}}(?:か(?:も|は|が|を|まで|、)?[^。]{{0,16}})(?:分か|わか|判|知(?:り|れ"
    r"|る|って)|把握|見え|見られ|確認でき|確認し|記録|残(?:り|る|し)|届|通知|調べ|印刷|印字|表示|載"
    r"|伝わ|出(?:ます|る|ま))"
    r"|\b(?:see|know|tells?|shows?|reports?|look up|find out|records?)\b.{0,30}\b(?:which"
    r"|what) (?:\w+ )?(?:members?|subscribers?|readers?|customers?|users?|persons?|patrons?"
    r"|donors?|students?|(?:named )?(?:contacts?|recipients?|individuals?)|of you)\b.{0,24}"
    r"\b(?:looked|look|open\w*|click\w*|view\w*|visit\w*|read|watch\w*|used|bought|follow\w*|saw)\b"
    r"|\b(?:see|know|look up|find out)\b.{0,20}\b(?:what|which)\b.{0,24}\b(?:a (?:given |single "
    r"|particular )?(?:member|subscriber|reader|customer|named user)|each (?:member|subscriber"
    r"|reader|customer|user))"
    r"|\brecogni[sz]e you as\b.{0,30}\b(?:member|customer|subscriber)|\bknow it(?:'s| is"
    r"| was) you\b"
    r"|\bwho (?:opened|clicked|opens|clicks|read|looked)\b|\b(?:opened|clicked|followed"
    r"|viewed)\b.{0,30}\bby whom\b"
)
_BROUGHT_TOGETHER = words(
    rf"{_SEEN}[^。]{{0,80}}{_PERSON}[^。]{{0,30}}{_BROUGHT}"
    rf"|{_PERSON}[^。]{{0,60}}{_SEEN}[^。]{{0,60}}{_BROUGHT}"
    r"|\bwhich pages\b.{0,40}\bwith (?:your|their) names?\b"
    r"|\blog(?:s|ged)? .{0,40}\b(?:viewed|visited|opened|looked at)\b.{0,16}\b(?:on|in|to"
    r"|against) your\b"
    r"|\b(?:history|records?|logs?|visits?) of (?:registered )?(?:members?|users?"
    r"|customers?)\b.{0,24}"
    r"\b(?:combined|linked|associated|matched|stored|kept)\b.{0,40}\b(?:registered|member|account|their)\b"
    r"|\b(?:analytics|usage) data\b.{0,30}\b(?:stored|kept|held) with your\b"
    r"|\baccess logs?\b.{0,60}\btogether with\b.{0,60}\bnames?\b"
    # アクセス履歴から個人を割り出すことがあります
    rf"|{_SEEN}[^。]{{0,40}}(?:個人|お客(?:様|さま)|会員|契約者|登録者|申込者|ご?本人|どの方か"
    r"|誰か|氏名|お名前)(?:様|さま)?(?:を|が|まで)?(?:特定し(?!な|得な)|特定する(?:こと|場合)が"
    r"|割り出(?!せな|さな|しませ)|見分け(?!られな)|判別|突き止め|たどれ|判明|分かります"
    r"|わかります|(?:分か|わか)る(?:こと|場合)が)"
    rf"|{_SEEN}[^。]{{0,60}}(?:お客(?:様|さま)|会員(?:様|さま)?|方|人|読者|利用者|一人ひとり"
    r"|お一人|メールアドレス|アドレス|会員番号)(?:ごと|別|単位)に"
    rf"|{_SEEN}[^。]{{0,40}}(?:個人|お客(?:様|さま)|ご?本人)を?(?:識別|特定)(?:した|できる"
    rf"|し得る)(?:状態|形|かたち)で[^。]{{0,12}}(?:記録|保存|管理|分析)"
    rf"|{_SEEN}[^。]{{0,50}}{_BROUGHT}[^。]{{0,30}}{_PERSON}[^。]{{0,20}}(?:ます|いる|する|残"
    r"|ある|され)"
    r"|\b(?:cookies?|brows\w+|visit\w*|clicks?|clicked|pages?|view\w*|session|usage|activity"
    r"|behaviou?r\w*|history|opened|reading|ad(?:vertising)? id"
    r"|device id|record of|events?|articles?)\b.{0,80}"
    r"\b(?:tied to|linked (?:to|with)|next to|beside|alongside|against|under|attach\w* to"
    r"|points? (?:at|to)|joined (?:to|with)|matched (?:to|with|against)|combined with"
    r"|connected (?:to|with)|associated with|in association with|together with|attributed to"
    r"|(?:record\w*|stored?|saved?|kept|written|writes?|filed?|add(?:ed|s)?|logged|noted|put"
    r"|folded|listed|held|pinned) (?:\w+ ){0,3}(?:with|into|in|to|under|against|by))\b.{0,16}"
    r"\b(?:your|his|her|their|that|this|members?'s?"
    r"|customers?'s?|\w+['’]s|the(?= (?:account|profile"
    r"|membership|contact|booking|order|registration"
    r"|subscription)\b)|the (?:client|donor|member"
    r"|learner|customer|patient|contact|subscriber|buyer|guest|individual"
    r"|person)(?:'s)?)\b.{0,16}\b(?:account|profile"
    r"|name|e-?mail|address|user ?id|player ?id|member(?:ship)? (?:number|record|no)"
    r"|customer (?:number|record|file|card)|contact|character|subscriber|candidate|licen[cs]e"
    r"|record|file|order|reservation|inquiry|enquiry"
    r"|membership|booking|request|message|registration"
    r"|application|username|phone number|details|number|row|database|sheet|folder|card"
    r"|who (?:has|holds))\b"
    r"|\b(?:pages?|visits?|adverts?|ads?|clicks?|products?|browsing)\b.{0,60}"
    r"\b(?:hold|held|keep|shown?)\b (?:\w+ ){0,6}(?:together |along)?with your (?:\w+ )?"
    r"(?:enquiry|inquiry|record|order|booking|account|profile|details|request|name|e-?mail|file)\b"
    r"|\b(?:link|associat|attach|connect|match|join|tie|tying|combin|merg|attribut"
    r"|add)\w*\b.{0,24}\b(?:cookies?|brows\w+|visits?|usage|activity|history|pages?|clicks?"
    r"|behaviou?r\w*|articles?|events|device information|viewed|what you"
    r"|(?:products|items|goods|things|articles|offers) you)\b.{0,40}"
    r"\b(?:to|with|into) (?:it\b|(?:(?:your|his|her|their|the) )?(?:\w+ ){0,2}(?:account"
    r"|profile|name|e-?mail|(?:order|customer|contact) information"
    r"|record|file|contact|card|number|details|membership|registration|subscription|booking"
    r"|reservation)\b)"
)
_THESE_BROUGHT = words(
    rf"(?:ログイン|サインイン)[^。]{{0,20}}{_TIE}"
    rf"|^これらは[^。]{{0,20}}{_PERSON}[^。]{{0,8}}{_TIE}|"
    r"(?:これら|それまで|それ以前|この|その|当該|同)の?(?:記録|情報|履歴"
    rf"|データ)[^。]{{0,60}}(?:{_PERSON}[^。]{{0,30}}{_BROUGHT}|(?:お客(?:様|さま)|会員|利用者"
    r"|一人|方)(?:ごと|別)に)"
    rf"|{_PERSON}[^。]{{0,30}}(?:これら|それまで|それ以前|この|その|当該|同)の?(?:記録|情報|履歴"
    rf"|データ)[^。]{{0,40}}{_BROUGHT}"
    r"|\b(?:it|that|this|these|they)\b.{0,24}\b(?:points? (?:at|to)|tied to|linked (?:to|with)"
    r"|next to|attached to|matched (?:to|with)|connected (?:to|with)|joined (?:to"
    r"|with))\b.{0,24}\b(?:account|membership|profile|name"
    r"|e-?mail|address|user ?id|record|character|member"
    r"|customer|row)\b"
)
"""The same, of what the sentence before has told of."""
_TIED_TO = words(
    r"(?:会員|ユーザー|利用者|顧客|お客様)(?:様)?(?:ごと|別)に[^。、]{0,8}(?:集計|記録|分析|把握|保存)|"
    rf"(?:(?:会員|顧客|お客様|利用者|ご?登録)[^。、]{{0,4}}(?:ID|番号|情報)|アカウント|お?名前|氏名"
    rf"|メールアドレス)[^。、]{{0,8}}[にと]、?[^。、]{{0,4}}{_TIE}"
)
"""To what it is tied, where what is tied was named before."""
_NEVER = words(
    r"(?:ごと|別)に(?:異なる)?(?:表示|画面|内容)を?(?:変え|切り替え|出し分け)|"
    r"(?:ブラウザ|コンピュータ[ーの]?|端末|ハードディスク|パソコン|PC|スマートフォン)(?:内"
    r"|の中)?に[^。]{0,12}(?:保存|記録|書き込|置)|(?:cookie|クッキー)\s?に(?:保存|書|入)|かどうか"
    r"|方針による|方針により|切って(?:あり|い)|SNSを|製品の特長|別々の|自動的に残|\bwhether\b"
    r"|\bclinic\b"
    r"|ません|(?:し|され|でき|れ|ら|は|が|か|け|げ|め|え|せ|さ|ま)ない(?!と|よう|限り|方|人|とき"
    r"|場合|うち|まま)|(?:せ|ら|れ|か|わ|さ|け)ず(?:に|、|。)|ありえ|無名|匿名の?まま(?!ですが"
    r"|でも)|集計(?:した|され)?(?:数|値)|統計(?:的|として)|\b(?:not|never|no|nobody|cannot|can't"
    r"|don't|doesn't|isn't|aren't|won't|without|nor|neither|unless|anonymous|aggregate[ds]?)\b"
)
"""Where it may be said that they are not brought together."""
_NOT_LINKED = words(
    rf"{_TIE}.{{0,24}}(?:ことは(?:一切)?(?:あり|ござい)?(?:ません|ない)|ません|(?<!たく)ない(?:もの"
    rf"|形|状態|限り|よう)?|せず|ず(?:に|、)|なく|おりません|不可能|できない)"
    r"|(?:特定|識別)(?:する|できる|される)?.{0,16}(?:ものでは|ことは|情報は|できま|できな).{0,24}"
    r"(?:ありません|ない|せん|含)"
    r"|\bno (?:personal(?:ly)?|identif\w+)(?: \w+)? (?:information|data)\b"
    r"|not (?:be )?(?:link|combin|associat|match|connect|merg|tied|personally identif)"
    r"|(?:never|cannot|without|n't).{0,40}(?:link|combin|associat|match|identif|connect|tie\b"
    r"|join|merg|attach)"
)
_CONDITION = words(
    r"限り|場合(?:を除|には|は|、)|同意.{0,10}(?:なく|得ず|ない限り)|unless|except|without your c"
    r"onsent"
)


_OF_DOINGS = words(
    rf"{_SEEN}|cookie|クッキー|アクセス|ページ|サイト|リンク|広告"
    rf"|タグ|履歴|記録|ログイン|配信|計測|画面|データ|識別|番号"
    r"|\b(?:cookies?|brows\w+|visit\w*|click\w*|pages?|sites?|views?|view\w+|open\w*|track\w*"
    r"|activity|behavio\w*|history|usage|us(?:e|ed|ing)|look\w*|read\w*|watch\w*|session|pixels?"
    r"|log(?:s|ged)? ?(?:in|on)?|sign(?:s|ed)?[ -]in|analytic\w*"
    r"|events?|records?|device|recogni[sz]\w*|remember\w*)\b"
)
_COUNTED = words(
    r"統計|集計|人数|件数|何人|何名|何件|(?:延べ"
    r"|アクセス)数|\bhow (?:many|often)\b|statistic|aggregat"
    r"|\b(?:in total|totals|number of)\b"
)


def may_tell_of_linkage(text: str) -> bool:
    """Tell whether a sentence may be of what persons do on pages, and not of how many do it."""
    return bool(_OF_DOINGS.search(text)) and not (
        _DEFINES.match(text)
        or _EXPLAINED.search(text)
        or (_COUNTED.search(text) and not _NAMED.search(text))
    )


_DEFINES = words(
    r"\W*(?:(?:non-)?personal|usage|log|technical|device) (?:data|information)"
    r"(?:\W{1,3}(?:means|any|refers)|: information)\b"
)
_EXPLAINED = words(
    r"\btraffic log cookies\b|\bwhich pages (?:are|were|get|you find)\b"
    r"|\blets you know when you visit\b|\bcookies? (?:is|are) (?:an? )?(?:\w+ ){0,3}(?:files?"
    r"|strings?|pieces?)\b|\bsmall (?:\w+ )?files?\b"
    r"|(?:cookie|クッキー)[^。]{0,6}とは、|IP\s?アドレスは[^。]{0,24}匿名"
)
"""What cookies are."""
_NAMED = words(rf"{_TIE}|名前|氏名|会員|個人|\b(?:your|names?|accounts?|members?|e-?mail)\b")


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
    said = main(content)
    telling = sorted(together(said).holding(*_TELLING))
    for number in (n for n in telling if not _DEFINES.match(said[n].text)):
        each = said[number]
        text = each.text
        if ABOUT_TRACES.search(text):
            about = number
        near = number - about <= 2 or COOKIE_PART.search(each.heading)
        if _tied_in_their_words(text, near):
            return Linkage(said=each)
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


_TELLING = (
    ABOUT_TRACES,
    _LINKED,
    _NOT_LINKED,
    _KNOWN_BY_NAME,
    _BROUGHT_TOGETHER,
    _THESE_BROUGHT,
    _TIED_TO,
)
"""What holds none of these says nothing of it."""


def _tied_in_their_words(text: str, near: object) -> bool:
    """Tell whether a sentence says, as people who are no lawyers do, that both come together.

    What a sentence means by `this` is known where cookies and the like are spoken of `near`.
    """
    return not _NEVER.search(text) and bool(
        _KNOWN_BY_NAME.search(text)
        or _BROUGHT_TOGETHER.search(text)
        or (near and (_THESE_BROUGHT.search(text) or _TIED_TO.search(text)))
    )


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
