"""What a notice says of the rights that people have to their data."""

from __future__ import annotations

import re

from checks.notices.cookies import COOKIES
from checks.notices.notice import A_SENTENCE, NOT_YET, OF_OTHERS, told, topics
from checks.wording import Section, Sentence, first, words
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
    r"|\b(?:demand|want|like|entitled|wish)\b.{0,20}\b(?:see|know what|view|receive|get a copy)\b"
    r"|\b(?:right|request|ask|obtain|access)\b.{0,60}\b(?:access|copy|correct|delet|eras"
    r"|rectif|your (?:personal )?(?:data|information))"
)
_CORRECTION = words(
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
)
_DISCLOSED = words(
    r"診療(?:情報|記録)の(?:提供・)?開示|(?:個人(?:情報|データ)|情報)の開示(?:について"
    r"|請求)?\s*\)?$|開示.{0,20}(?:等|訂正|削除|請求|利用停止|求め)|(?:照会|訂正|請求).{0,12}開示"
)
_ON_REQUEST = words(r"請求|求め|申し?出|希望|手続|対応いたし|応じ")
_OF_THEIR_OWN = words(r"reserves? the right|\byour bank\b|本人確認書類")
"""What businesses keep to themselves to correct, and what others hold."""
_OTHER_DISCLOSURE = words(r"第三者(?:に|へ|への).{0,12}開示|法令.{0,20}開示|捜査.{0,20}開示")
_TO_OFFICIALS = words(r"(?:裁判所|検察|警察|捜査|公的機関|官公[庁署])[^。]{0,30}開示")
RIGHTS = words(
    r"開示(?:等|請求|[、,・].{0,4}(?:訂正|修正|追加|削除|利用停止))|\brights\b(?! reserved)"
    r"|access to(?! the)"
)
_OWN_RIGHTS = words(
    r"(?:お客(?:様|さま)|利用者|ユーザー|会員|ご?本人|あなた|患者)(?:様|さま)?の(?:ご)?権利"
)
_LOOKED_AT = words(r"(?:情報|データ|記録)(?:の|を)?(?:内容(?:の|を)?)?(?:確認|閲覧|照会|開示)")
_REFUSED = words(r"(?:応じ(?:られ|かね|ませ)|お?受けでき|対応(?:でき|いたしかね))")
_ON_CONDITION = words(r"場合|とき|際|ただし|但し|除|ければ|ない(?:と|限り)|以下|次の|下記|各号")
_OF_THE_SELLER = words(r"所在地|住所|電話番号|代表者|責任者|販売業者|事業者|連絡先|氏名|特定商取引")
"""Mail-order sellers disclose their own address on request (Specified Commercial Transactions)."""


_SEE = (
    r"(?:見た|見せ|ご覧|ごらん|閲覧(?!状況|履歴|傾向|情報|データ|記録|者)|写し|コピー|複写|照会"
    r"|エクスポート"
    r"|何を持っているか|(?:情報|データ|記載|内容|登録)[^。、]{0,10}(?:を知|の?ご?確認)"
    r"|確認(?=[・、や]))"
)
_CHANGE = (
    r"(?:訂正|修正|変更|直し|直す|直って|正し|削除|消去|消し|消す|抹消|退会|やめて|使わない"
    r"|使ってほし"
    r"|止め|停止|異議)"
)
_WISH = (
    r"(?:希望|求め|請求|申し?出|申し?付け|要望|リクエスト|お?伝え|ご?連絡|お?話し|でき(?:ます|る)"
    r"|ください|下さい|言って|応じ|お?応え|お見せし)"
)
_SEEN_AND_CHANGED = words(
    r"(?:どんな情報|どのような情報|(?:自分|ご自身|自身)の情報|登録されている)[^。]{0,40}(?:教えて"
    r"|知りたい|見たい|見せて)"
    rf"[^。]{{0,40}}(?:{_WISH}|お?答え)|"
    rf"{_SEE}[^。]{{0,60}}{_CHANGE}[^。]{{0,60}}{_WISH}"
    rf"|{_WISH}[^。]{{0,40}}{_SEE}[^。]{{0,40}}{_CHANGE}"
    rf"|{_CHANGE}[^。]{{0,40}}{_SEE}[^。]{{0,40}}{_WISH}"
    r"|(?:個人データ|個人情報|データ)[^。]{0,40}エクスポート[^。]{0,40}(?:リクエスト|請求|求め"
    r"|でき)"
    r"|\b(?:may|can|right|ask|wish|want|entitled)\b.{0,40}"
    r"\b(?:see|view|copy|know what|what we hold|inspect)\b.{0,80}"
    r"\b(?:amend|correct|change|delet|eras|stop|remov)"
)
"""To see what is kept, and to have it changed, in whatever words."""
_OTHER_INFORMATION = words(
    r"(?:ポリシー|方針|ページ)[^。]{0,16}開示|株主|投資家|(?<![A-Za-z])IR(?![A-Za-z])|適時開示"
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


_HELD = (
    r"(?:情報|データ|記録|履歴|記載|内容|名簿|帳簿|台帳|帳面|原簿|カルテ|診療録|カード|登録|控え"
    r"|名前|住所|番地|電話番号|氏名|アドレス|プロフィール"
    r"|アカウント|個人|会員|履歴書|申込書|アンケート|顔写真|写真|録音|録画|成績|所見|宿帳|過去帳"
    r"|客帳|欄|全部|ぜんぶ|一切|すべて)"
)
"""What is kept of people."""
_TO_SEE = (
    r"(?:見|観|のぞ|覗|読み|読ん|読め|読む|知り|確か|たしか|確認し|閲覧し|聞き返し|見返し"
    r"|持ち出し|取り出し|書き出し|受け取り|(?:ご|御)覧になり|もらい)"
)
_TO_CHANGE = (
    r"(?:直し|なおし|変え|替え|改め|書き換え|訂正し|修正し|変更し|正し|消し|けし|削除し|抹消し"
    r"|消去し|外し|はずし|抜き|抜け|抜い|下げ|下ろし|落とし|伏せ|取っ|取り下げ"
    r"|引っ込め|引っこめ|やめ|止め|とめ|停止し|破棄し|廃棄し|処分し|捨て|燃やし|破っ|返し|忘れ"
    r"|残し|退会し|使わ|使われ|残さ|載せ|けさ)"
)
_NOUN_OF_SEEING = (
    r"(?:開示|閲覧|照会|確認|写し|コピー|複写|控え|一覧|エクスポート|ダウンロード|書き出し)"
)
_NOUN_OF_CHANGE = (
    r"(?:訂正|修正|変更|更新|書き換え|直し|削除|消去|抹消|破棄|廃棄|利用停止|使用の?(?:中止|停止)"
    r"|停止|退会|撤回|取り下げ|匿名化)"
)
_WANTS = (
    r"(?:たい|て(?:ほしい|欲しい|もらいたい|いただきたい|頂きたい|くれ|ください|下さい)|ないで"
    r"|たく(?:ない|なっ))"
)
_ASKED_FOR = (
    r"(?:(?<!法令に)(?<!法律で)(?:お|ご)?(?:申し?出|申し?付け|申しつけ|申し越し|申請|希望|求め"
    r"|要望|請求|依頼|リクエスト|望み|望ま|望め|頼ま|頼み|頼む|ご?連絡|一報)"
    r"|と?(?:言われ|言え|言っ|言う|仰|おっしゃ|聞かれ|尋ね)|求めら)"
)
_DONE = (
    r"(?:見せ|みせ|お目にかけ|お示し|開示し|お知らせし|お伝えし|お渡しし|渡し|お返しし|返し|出し"
    r"|お送りし|送り|読み上げ|印刷し|お答えし|答え|消し|消え|けし|削除し|抹消し|消去し|外し|抜き"
    r"|伏せ|取り下げ|下げ|(?<!見)直し|なおし|訂正し|修正し|改め|書き換え|破棄し|廃棄し|処分し"
    r"|捨て|破り|やめ|止め|停止し|控え|使いません|使わない|除き|除外し|取り?除|取り?消し|差し替え"
    r"|返送し|更正し|閲覧に供|交付し)(?!ませ|ない|なか|ず|なく)"
)
_IF = (
    r"(?:[^。、]{0,8}(?:あれば|あった|ありまし|ある|頂い|いただい|頂け|いただけ|くださ|次第|場合"
    r"|とき|際|により|に応じ|ば|たら|れば)|[にがはで、])"
)
_BY_WISH = words(
    # 登録内容を確認したい、消してほしい方は…
    rf"{_HELD}[^。]{{0,40}}(?:{_TO_SEE}|{_TO_CHANGE}){_WANTS}"
    rf"|(?:{_TO_SEE}|{_TO_CHANGE}){_WANTS}[^。]{{0,40}}{_HELD}[^。]{{0,40}}(?:{_DONE}|まで"
    r"|へ[。、]|ください|下さい|どうぞ)"
    # お申し出があれば、記録をお見せします
    rf"|{_ASKED_FOR}{_IF}[^。]{{0,40}}{_HELD}[^。]{{0,30}}{_DONE}"
    rf"|{_HELD}[^。]{{0,40}}{_ASKED_FOR}{_IF}[^。]{{0,30}}{_DONE}"
    # 「わたしのことは？」と聞かれたら答えます
    rf"|(?:わたし|私|自分|うち|ぼく|僕)の[^。]{{0,40}}(?:聞かれ|聞い|尋ね|言われ|言え|言っ"
    rf"|おっしゃ)[^。]{{0,16}}{_DONE}"
    # 本人が望めば消します
    rf"|(?:本人|ご自身|自分)[^。]{{0,40}}{_ASKED_FOR}{_IF}[^。]{{0,40}}{_DONE}"
)
_OWN_TO_SEE = words(
    # 自分の記録はいつでも見られます
    r"(?:自分|ご自身|ご本人|本人|あなた|自身|きみ|君)[^。]{0,40}"
    r"(?:閲覧でき|確認でき|見られます|見られる|ご覧(?:いただけ|になれ|頂け)|のぞけ|確かめ(?:られ"
    r"|る)|読め(?:ます|る)|取り出せ|持ち出せ|書き出せ|落とせ"
    r"|ダウンロードでき|エクスポートでき|お(?:見せ|渡し|送り|返し|示し|答え|伝え)(?:し|でき"
    r"|いたし)|消せ(?:ます|る)|直せ(?:ます|る)|(?:消す|直す|見る)こと(?:が|も)でき)"
    r"|いつでも(?:記録|名簿|台帳|情報|データ|登録内容|カルテ)を(?:ご覧|見|閲覧|確認)"
    r"|(?:記録|名簿|台帳|情報|データ|登録内容|カルテ)(?:を|は)いつでも(?:ご覧|見られ|閲覧|確認)"
)
_BY_THEMSELVES = words(
    # データは設定画面からすべて消せます
    r"(?:データ|記録|情報|履歴|アカウント|内容|投稿)[^。]{0,40}(?:消去|削除|抹消|消す|消せ|消し"
    r"|書き出|エクスポート|ダウンロード|取り出)[^。]{0,24}"
    r"(?:でき(?:ます|る|ま)|られ(?:ます|る)|せ(?:ます|る)|ボタン|メニュー|画面|設定|アプリ内|押す"
    r"|押し|選べ|選ぶ|コマンド)"
    r"|(?:設定|マイページ|画面|ボタン|メニュー|アプリ|コマンド)[^。]{0,30}(?:データ|記録|情報"
    r"|履歴|アカウント)(?:を|の)[^。]{0,16}"
    r"(?:消去|削除|抹消|消す|消せ|書き出|エクスポート|ダウンロード|取り出)(?!した|され|後|時|日"
    r"|期限|予定|義務)"
)
"""What people delete or take with them by a button."""
_BY_NAME = words(
    # 情報の確認・修正・削除
    rf"{_NOUN_OF_SEEING}(?:[・、,/や]|及び|および|並びに|又は|または"
    rf"|と)[^。]{{0,12}}{_NOUN_OF_CHANGE}[^。]{{0,60}}"
    r"(?:でき|可能|まで|へ|承り|承っ|受け付け|受付|応じ|求め|申し?出|申し?付け|希望|請求|依頼"
    r"|ください|下さい|どうぞ|手続|行え|ます)"
    r"|アクセス[、・,][^。]{0,12}(?:訂正|修正|消去|削除)"
)
_CHANGED_ON_REQUEST = words(
    rf"(?:{_HELD}|誤り|間違い|まちがい|誤記)[^。]{{0,24}}{_NOUN_OF_CHANGE}[^。]{{0,40}}"
    r"(?:請求|求め|依頼|申し?出|申し?付け|申請|希望|望む|望まれ|応じ|承り|承っ|受け?付け|取り次)"
    rf"|{_NOUN_OF_CHANGE}(?:の|は|を|について)?[^。]{{0,12}}(?:請求|求め|依頼|申し?出|申し?付け"
    rf"|申込|申請|希望|届)[^。]{{0,24}}(?:応じ|ください|下さい|まで|必要|無料|従う|提出|承)"
)
"""To have what is kept changed or deleted, on request."""
_THEIR_WORDS = (_BY_WISH, _OWN_TO_SEE, _BY_NAME, _BY_THEMSELVES, _CHANGED_ON_REQUEST)
_NOT_OF_DATA = words(
    r"メルマガ|メールマガジン|メール配信|ニュースレター|カタログの|お?知らせの?(?:停止|配信)"
    r"|配信(?:の)?(?:停止|解除|不要)|ブラウザ|cookie|クッキー|ｸｯｷｰ"
    r"|注文(?!履歴|の記録|者)|予約の?(?:変更|取り?消し|内容|確認)|商品|返品|交換|返金|荒らし"
    r"|誤字を|警察|裁判|令状|捜査|官庁|監督|税務|弁護士会|リンク先|著作権|サイトマップ"
    r"|解約|領収書|請求書|焼き増し|楽譜|見本|広告|在庫|座席|レシピ|検索エンジン|他(?:社|人)の"
    r"|よその|乗り換え|議事録|決算|会計報告|利害関係|取り違え"
    r"|お?届け先|届きません|宛先不明|見積|本規約|本方針|この(?:方針|規約|文書|ページ|頁)|(?:方針"
    r"|規約|ポリシー)の(?:変更|改定|内容)|同意の?うえ|採用の(?:可否|選考)"
    r"|法(?:令|律)[^。]{0,12}(?:求め|もとづ|基づ)|場合を除|(?:苦情|相談)(?:等)?(?:に"
    r"|へ)は?[^。]{0,12}(?:対応|応じ)|お手元の|配送|コース|モール|運送|他社|おこたえでき"
    r"|お?答え(?:でき|しかね)|お?受けでき|応じ(?:かね|られ)"
)
"""What people cancel, return or see that is not what is kept of them."""
_EN_SEE = (
    r"(?:see|seeing|view|read|look(?:ing)? (?:at|over|up)|check|review|inspect|access\w*|cop(?:y"
    r"|ies)|download|export|get|obtain|request details"
    r"|know what|ask (?:us |me )?(?:what|for)|show(?:n|s)?|dump|show you|tell you what|disclosure"
    r"|print)"
)
_EN_CHANGE = (
    r"(?:fix\w*|correct\w*|amend\w*|chang(?:e|ed|ing)|updat(?:e|ed|ing)|put right|mend\w*"
    r"|rectif\w*|edit\w*|alter\w*|modif\w*|repair"
    r"|delet\w*|eras\w*|remov\w*|wip(?:e|ed|ing)|bin(?:ned)?|scrub\w*|forget|forgotten|tak(?:e"
    r"|en) (?:\w+ ){0,3}(?:off|down|out)|strike|struck|scrap(?:ped)?"
    r"|destroy\w*|cross(?:ed)? (?:\w+ )?out|vanish|nuke|purge\w*|obliterat\w*|burn|gone)"
)
_EN_OF_THEM = (
    r"(?:you(?:r|rs|rself)?|my|me|mine|(?:his|her|their|its) own|(?:their|his|her) (?:data|record"
    r"|details|entry|name|file)|personal (?:data|information)|everything|information (?:held"
    r"|about))"
)
_IN_ENGLISH = words(
    # you can see, correct or delete it; to review, correct or delete…; download, delete: in the app
    r"\b(?:you|anyone|members?|customers?|people|persons?|patients?|users?|parents?|whoever|to"
    rf"|can|may|please|ask|request\w*|rights?|want|wish)\b[^.]{{0,60}}"
    rf"\b{_EN_SEE}\b[^.]{{0,60}}\b{_EN_CHANGE}\b"
    rf"|^\W*{_EN_SEE}\W+(?:\w+\W+){{0,3}}{_EN_CHANGE}\b"
    rf"|^\W*{_EN_CHANGE}\W+(?:\w+\W+){{0,3}}(?:{_EN_SEE}"
    rf"|{_EN_CHANGE})\b[^.]{{0,80}}\b(?:{_EN_OF_THEM}|ask|request|settings|profile)\b"
    r"|\b(?:can|may|right|ask|request|want|wish|lets you"
    rf"|allows? you)\b[^.]{{0,40}}\b{_EN_CHANGE}\b[^.]{{0,40}}\b{_EN_SEE}\b[^.]{{0,40}}\b(?:data"
    r"|record|file|details|information|entry|hold|held|have|it)\b"
    # ask us to delete your data
    r"|\b(?:ask|tell|write|e-?mail|mail|contact|request\w*|want|wish|like|let us know|say|ring"
    r"|call|phone|message|lets you|allows? you|right to|rights?)\b"
    rf"[^.]{{0,50}}\b(?:{_EN_CHANGE}|{_EN_SEE})\b[^.]{{0,30}}\b(?:{_EN_OF_THEM}|information|data"
    r"|record|entry|details)\b"
    # delete everything, export your data
    r"|(?:^|\b(?:can|may|could|to|and|or|you)\s)\W*(?:delete|erase|export|download|wipe"
    r"|nuke)\s(?:all (?:of )?)?(?:everything|your (?:\w+ )?(?:data|account|profile|information"
    r"|record|details|history)|my account)"
    r"|\b(?:see|view|read|inspect|look at|a copy of|copies of|details of"
    r"|particulars of)\b[^.]{0,20}\b(?:your|(?:his|her|their|its) own|yourself"
    r"|what we)\b[^.]{0,12}\b(?:entry|file|record|card|notes|personal data|data|details)\b"
    r"|\brequest\w*\b[^.]{0,16}\b(?:details|particulars|copy|copies"
    r"|disclosure)\b[^.]{0,40}\b(?:about you|personal|information|data|hold)"
    r"|\bfind out\b[^.]{0,16}\b(?:what|which) (?:data|information|we|i)\b"
    r"|\bwhat(?:ever)? (?:we|i|they) (?:hold|have|keep|know|have got|'ve got"
    r"|store)\b[^.]{0,40}\b(?:ask|write|tell|told|show|yours|request)"
    r"|\b(?:ask|tell|show|know|want)\b[^.]{0,24}\bwhat(?:ever)? (?:we|i|they)(?:'ve"
    r"| have)? (?:hold|have|keep|know|got|stored?|written)\b"
)
_NOT_OF_DATA_IN_ENGLISH = words(
    r"cookie|browser|unsubscrib|newsletter|\borders? (?:can|may)|\bpolicy\b|this (?:notice|page"
    r"|statement)|police|\bcourt\b|third[ -]part|refund|song|cancel|password|\bposts?\b"
    r"|comments?\b|menu|linked|\bwe (?:may|will|can|could|might)? ?(?:also )?(?:use|collect"
    r"|remove|delete|edit|change|update|correct|modify|review|look|check|ask|share)\b"
    r"|subprocessor|emails? you receive|marketing e?-?mail|promotional"
    r"|other people|search engines?|reserves?\b|\bnever\b|\bbank\b|before (?:you|placing)"
    r"|\blogs\b|\bsource\b|\bscores?\b|\bpricing|(?:do|does) not have to|n't have to"
)


_ASKED_TO_SEE = words(
    rf"(?:{_SEE}|{_NOUN_OF_SEEING}|見る|見たい|知る|知りたい)[^。]{{0,16}}(?:{_CHANGE}|直|消)"
    r"|(?:直し|なおし|変え"
    r"|消し|けし|改め)(?:たい|てほしい|て欲しい)"
    rf"|{_HELD}[^。]{{0,8}}(?:見|知り|確かめ|ご覧になり)たい"
    rf"|\b(?:{_EN_SEE}|disclosure|accessing|exporting|export)\b.{{0,24}}\b(?:{_EN_CHANGE}"
    r"|correction|deletion|stop)\b"
    rf"|\b(?:{_EN_CHANGE}|correction|deletion)\b.{{0,24}}\b(?:{_EN_SEE}|accessing)\b|\b(?:seeing"
    r"|accessing) your\b"
    r"|\byour (?:rights|say)\b"
)
"""What a heading says when people may ask for it under it."""
_WISHED = words(
    rf"{_WISH}|まで|へ[。、]|どうぞ|\b(?:e-?mail|write|call|ring|phone|ask|request\w*|contact"
    r"|tell|respond\w*|message|can|may|we'll|lets|press|click|settings)\b"
)


def disclosure(content: Content) -> Sentence | None:
    """Return the sentence that says how people ask for disclosure."""
    for each in told(content):
        seen = _SEEN_AND_CHANGED.search(each.text) or _in_their_words(each.text)
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


def _in_their_words(text: str) -> bool:
    """Tell whether a sentence says, as people who are no lawyers do, that they see or change it."""
    if not _NOT_OF_DATA.search(text) and any(said.search(text) for said in _THEIR_WORDS):
        return True
    return bool(_IN_ENGLISH.search(text)) and not _NOT_OF_DATA_IN_ENGLISH.search(text)


def disclosure_section(content: Content) -> Section | None:
    """Return the section that is on the disclosure of data, by its heading."""
    for section in topics(content):
        if _OTHER_INFORMATION.search(f"{section.heading}。{section.text}") and not _OWN_DATA.search(
            section.text
        ):
            continue
        if (_DISCLOSED.search(section.heading) and _ON_REQUEST.search(section.text)) or (
            (
                RIGHTS.search(section.heading)
                or (_OWN_RIGHTS.search(section.heading) and _LOOKED_AT.search(section.text))
                or (_ASKED_TO_SEE.search(section.heading) and _WISHED.search(section.text))
            )
            and len(section.text) >= A_SENTENCE
            and not NOT_YET.search(section.text)
            and not _REFUSED.search(section.text)
        ):
            return section
    return None


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
        _NOT_OF_DATA,
        _NOT_OF_DATA_IN_ENGLISH,
    )
