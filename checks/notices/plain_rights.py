"""How people are told, in everyday words, that they can see, change or end what is kept of them."""

from __future__ import annotations

from checks.wording.words import words

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
SEEN_AND_CHANGED = words(
    r"(?:どんな情報|どのような情報|(?:自分|ご自身|自身)の情報|登録されている)[^。]{0,40}(?:教えて"
    r"|知りたい|見たい|見せて)"
    rf"[^。]{{0,40}}(?:{_WISH}|お?答え)|"
    rf"{_SEE}[^。]{{0,60}}{_CHANGE}[^。]{{0,60}}{_WISH}"
    rf"|{_WISH}[^。]{{0,40}}{_SEE}[^。]{{0,40}}{_CHANGE}"
    rf"|{_CHANGE}[^。]{{0,40}}{_SEE}[^。]{{0,40}}{_WISH}"
    # 見る、直す、消す、使うのを止める
    r"|(?:見る|直す|消す|訂正する|止める|やめる)[、・](?:[^。]{0,8}[、・])?[^。、]{0,8}(?:直す"
    r"|消す|止める|やめる|持ち出す)(?=[。、・]|$)"
    r"|(?:個人データ|個人情報|データ)[^。]{0,40}エクスポート[^。]{0,40}(?:リクエスト|請求|求め"
    r"|でき)"
    r"|\b(?:may|can|right|ask|wish|want|entitled)\b.{0,40}"
    r"\b(?:see|view|copy|know what|what we hold|inspect)\b.{0,80}"
    r"\b(?:amend|correct|change|delet|eras|stop|remov)"
)
"""To see what is kept, and to have it changed, in whatever words."""

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
    r"|停止|退会|撤回|取り下げ|取り?消し|更正|非表示|非公開|除外|匿名化)"
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
    # 使うのをやめて、と言われたら
    r"|(?:利用|使用|使うの|掲載|保管)(?:の|を)?(?:停止|中止|やめ|取りやめ|望まれない"
    r"|望まない)[^。]{0,30}"
    r"(?:請求|求め|希望|申し?出|言われ|言って|応じ|ご?連絡|受け)"
    # 写しの交付は、申請書で
    r"|(?:記録|カルテ|情報|データ|名簿|相談票|台帳|控え|自分の分)の?(?:写し|コピー|複写"
    r"|閲覧)[^。]{0,30}(?:交付|申請|請求|いつでも|郵送|お出し|差し上げ|お渡し)"
)
"""To have what is kept changed or deleted, on request."""
_THEIR_WORDS = (_BY_WISH, _OWN_TO_SEE, _BY_NAME, _BY_THEMSELVES, _CHANGED_ON_REQUEST)
NOT_OF_DATA = words(
    r"メルマガ|メールマガジン|メール配信|ニュースレター|カタログの|お?知らせの?(?:停止|配信)"
    r"|配信(?:の)?(?:停止|解除|不要)|ブラウザ|cookie|クッキー|ｸｯｷｰ"
    r"|注文(?!履歴|の記録|者)|予約の?(?:変更|取り?消し|内容|確認)|商品|返品|交換|返金|荒らし"
    r"|誤字を|警察|裁判|令状|捜査|官庁|監督|税務|弁護士会|リンク先|著作権|サイトマップ"
    r"|サービスの?(?:変更|提供|中止|終了)|契約解除|解約|領収書|請求書|焼き増し|楽譜|見本|広告"
    r"|在庫|座席|レシピ|検索エンジン|他(?:社|人)の"
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
    rf"\b{_EN_SEE}\b[^.]{{0,80}}\b{_EN_CHANGE}\b"
    rf"|^\W*{_EN_SEE}\W+(?:\w+\W+){{0,3}}{_EN_CHANGE}\b"
    rf"|^\W*{_EN_CHANGE}\W+(?:\w+\W+){{0,3}}(?:{_EN_SEE}"
    rf"|{_EN_CHANGE})\b[^.]{{0,80}}\b(?:{_EN_OF_THEM}|ask|request|settings|profile)\b"
    r"|\b(?:can|may|right|ask|request|want|wish|lets you"
    rf"|allows? you)\b[^.]{{0,40}}\b{_EN_CHANGE}\b[^.]{{0,40}}\b{_EN_SEE}\b[^.]{{0,40}}\b(?:data"
    r"|record|file|details|information|entry|hold|held|have|it)\b"
    # ask us to delete your data
    r"|\b(?:ask|tell|write|e-?mail(?! (?:partner|provider|platform|tool|system|software"
    r"|service|list))|mail|contact|request\w*|want|wish|like|let us know|say|ring"
    r"|call|phone|message|lets you|allows? you|right to|rights?)\b"
    rf"[^.]{{0,50}}\b(?:{_EN_CHANGE}|{_EN_SEE})\b[^.]{{0,30}}\b(?:{_EN_OF_THEM}|information|data"
    r"|record|entry|details)\b"
    # have your name taken off; deletion requests are answered
    r"|\b(?:have|get|had|want|like|wish|need) (?:your|his|her|their|my|it|them|us|inaccurate"
    r"|incomplete)\b"
    rf"[^.]{{0,30}}\b{_EN_CHANGE}\b"
    r"|\b(?:deletion|erasure|correction|access|disclosure|removal|rectification|amendment"
    r"|subject)\b.{0,20}\brequests?\b"
    r"|\brequests? (?:for|to) (?:\w+,? ){0,4}(?:access|correction|deletion|removal|erasure"
    r"|disclosure|rectification|modification|copy|copies|delete|correct|see)\b"
    r"|\b(?:stop|object to|restrict) (?:us )?(?:using|processing|keeping|holding"
    r"|the use of)? ?(?:of )?your (?:personal )?(?:data|details|information|name|number)\b"
    r"|\b(?:can|may|could)\b.{0,30}\b(?:edit|hide|correct|change|delete|remove"
    r"|erase)\b.{0,16}\b(?:your|their|his|her)(?: own)? (?:\w+ ){0,2}(?:entry|details|record"
    r"|information|data|file|name)\b"
    r"|\bif\b.{0,40}\b(?:wrong|incorrect|inaccurate|out of date|outdated|mistakes?"
    r"|misspel\w+)\b.{0,50}\b(?:tell|fix|correct|let us know|amend|change|mend)\b"
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
NOT_OF_DATA_IN_ENGLISH = words(
    r"cookie|browser|unsubscrib|newsletter|\borders? (?:can|may)|\bpolicy\b|this (?:notice|page"
    r"|statement)|police|\bcourt\b|third[ -]part|refund|song|cancel|password|\bposts?\b"
    r"|comments?\b|menu|linked|\bwe (?:may|will|can|could|might)? ?(?:also )?(?:use|collect"
    r"|remove|delete|edit|change|update|correct|modify|review|look|check|ask|share)\b"
    r"|unauthori[sz]ed|\bwe (?:want|try|do not|don't|cannot|never)\b|subprocessor"
    r"|emails? you receive|marketing e?-?mail|promotional"
    r"|other people|search engines?|reserves?\b|\bnever\b|\bbank\b|before (?:you|placing)"
    r"|\blogs\b|\bsource\b|\bscores?\b|\bpricing|(?:do|does) not have to|n't have to"
)


ASKED_TO_SEE = words(
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
WISHED = words(
    rf"{_WISH}|まで|へ[。、]|どうぞ|\b(?:e-?mail|write|call|ring|phone|ask|request\w*|contact"
    r"|tell|respond\w*|message|can|may|we'll|lets|press|click|settings)\b"
)


THEIR_WORDS = (*_THEIR_WORDS, _IN_ENGLISH)
"""What holds none of these is no sentence that `in_their_words` finds."""


def in_their_words(text: str) -> bool:
    """Tell whether a sentence says, as people who are no lawyers do, that they see or change it."""
    if not NOT_OF_DATA.search(text) and any(said.search(text) for said in _THEIR_WORDS):
        return True
    return bool(_IN_ENGLISH.search(text)) and not NOT_OF_DATA_IN_ENGLISH.search(text)
