"""How a sentence says that personal data is given to others, and on what ground.

Source: Act on the Protection of Personal Information, art. 27(1): the person's consent, or one of
the exceptions.
"""

from __future__ import annotations

import re

from checks.notices.notice import OF_OTHERS
from checks.wording.words import Bilingual, words

GIVEN = words(
    r"情報を[^。、]{0,4}(?:渡し|見せ)[^。、]{0,4}(?:相手|先)|第三者(?:に|へ|への|に対し|に対する|提供|以外)?.{0,40}(?:提供|開示|譲渡|預託|公開"
    r"|漏えい|漏洩|販売|貸与|引き渡|共有)|第三者提供"
    r"|(?:提供|開示|譲渡).{0,20}第三者"
    r"|\b(?:shar|disclos|sell|sold|transfer|provid|rent|giv|pass)\w*\b.{0,80}(?:third[ -]?part"
    r"|affiliat|service provider|partner|processor|anyone|others|vendors)|third[ -]part(?:y"
    r"|ies).{0,60}(?:shar|disclos|provid|receiv|transfer)|recipients"
)
DATA = Bilingual(
    r"情報|データ|個人|名前|氏名|[本実]名|経歴|志望|お名|住所|番地|住まい|電話|番号|メール|アドレス|連絡先|名簿|[台顧宿客]帳|帳面|カルテ|記録|履歴|リスト|写真|顔|映像|動画|録音"
    r"|中身|内容|病名|持病|診断|検査|検体|成績|点数|プロフィール|応募|注文|相談|秘密|会員|顧客|お客|患者|利用者|参加者|寄付者|受講者|写し|結果|名刺|伝票|様子|届け先",
    r"\b(?:data|info(?:rmation)?|details?|particulars|names?|address(?:es)?|e-?mails?|phone|numbers?"
    r"|lists?|notes|records?|files?|logs?|profiles?|photos?|images?|x-rays?|cvs?|résumés?|results?|orders?"
    r"|bookings?|passengers?|identity|contacts?|customers?|members?|subscribers?|donors?|answers"
    r"|charts?|reports?|you|it|them|something|anything|everything)\b",
)
_OUTSIDER = Bilingual(
    r"(?:(?:第三|他|ほか|別|外|よそ)(?:[のさ][^。、\s]{0,10}|部)?|どこ|だれ|誰|どなた|人様"
    r"|[^。、\s]{0,10}(?:(?<!利用|申込|応募|契約|登録|購入|参加|保護|従業|担当|責任|管理|加入|受講|対象)者|(?<![本個])人|(?<![当弊自])社|(?<![当弊本])店|(?<![絡け宛付])先|主|(?<!務)局|署|(?<![場住務])所|庁|省|市|県|町|村|(?<![当本機社])会"
    r"|(?<![当本弊])[院校園]|医|学|団|家|師|士|官|隊|寺|警察|企業|機関|団体|連盟|組合|銀行|グループ|メーカー|スポンサー|パートナー|(?<![皆客])さん|オーナー))"
    r"(?:等|など|たち|の者|の人|の方|各社|さん|さま|様)?(?:[(（][^)）]{0,30}[)）])?(?:にも?は?|へも?は?|への|に対し)|第三者提供|外部提供|社外|口外|横流し|門外",
    r"third[ -]part|\b(?:nobody|no ?one|none|anyone|anybody|any other|others?|else|outsiders?"
    r"|outside"
    r"|elsewhere|beyond|away|sponsors?|advertis\w+|partners?|affiliat\w+|brokers?|marketers?"
    r"|compan(?:y|ies)|organi[sz]ations?|businesses|firms?|police|garda\w*|courts?|judges?"
    r"|authorit\w+|regulators?|government|officials?|tax ?(?:man|office)|customs|insurers?"
    r"|couriers?|(?:social )?(?:media )?platforms|social networks?"
    r"|banks?|employers?|hospitals?|doctors?|specialists?|schools?|council|federation|organi[sz]ers?"
    r"|press|newspapers?|(?<!user )agents?|agenc\w+|suppliers?|buyers?|landlord|carriers?"
    r"|accountants?"
    r"|publishers?|universit\w+|clinics?|labs?|laborator\w+|exam boards?)\b",
)
HAND = (
    r"(?:渡[しさすりっるせ]|提供|開示|共有|伝え|知らせ|教え|見せ|送[りるっ付信]|お?届け|明か[さしす]|漏ら|もら[さしす]|売[るりっら]|販売|譲[りるっ渡]|貸[しさす与]|公開|回[しさすっ]"
    r"|流[しさす]|話[しさす]|しゃべ|口外|申し上げ|答え|応じ|回答|報告|申告|提出|(?<!持ち)出[しさすせ]|連携|引き渡|引き継|横流し|転送|配[りるっ布達]|紹介|移転|届け出|通知|提示|明らか|やり取り|やりとり|分かち合|知らさ|融通|発表|差し?出|移[しさす])"
)
HANDED = Bilingual(
    HAND,
    r"\b(?:shar(?:e[sd]?|ing)|disclos\w+|sell(?:s|ing)?|sold|rent(?:s|ed|ing|al)?|lend|lent"
    r"|trad(?:e[sd]?|ing)|swap\w*|barter\w*|giv(?:e[sn]?|ing)|gave|pass(?:es|ed|ing)?"
    r"|hand(?:s|ed|ing)?|send(?:s|ing)?|sent|forward(?:s|ed|ing)?|transfer\w*|provid(?:e[sd]?|ing)"
    r"|referred|circulated|refer(?:s|red)?|releas\w+|reveal\w*|suppl(?:y|ies|ied)|divulg\w+|tells?|told|shown?|goes|go|gets?|receiv\w+"
    r"|sees?|learns?|hears?|reach(?:es)?|leav(?:e|es|ing)|report(?:s|ed)?|pull)\b",
)
"""Verbs of giving."""
_REFUSED = Bilingual(
    r"ません|ない(?!と|よう)|なし|無し|ず(?:[、。に]|$)|ぬ(?:[、。]|$)|厳禁|断[りっる]|かねます|不出|皆無",
    r"\b(?:never|not|no|nobody|no ?one|none|nothing|refuse|cannot|zero)\b|n['’]t\b",
)
STRONG = Bilingual(
    r"同意|承諾|承知|承認|了解|了承(?!ください|下さい|の(?:ほど|程|うえ|上)|願)|許[しす可諾]|合意|うなず|首を縦|署名|判子|一筆|希望(?!者(?:に|へ))|望まれ|頼まれ|おっしゃ|よいと|断り|断ら?れ"
    r"|(?<![方手])法(?:令|律|の|に|で|が)|令状|裁判|命令|命じ|義務|捜査|届け出|オプトアウト|緊急|急を要|命に|人命|災害",
    r"consent|permission|\bpermit|approv|\bagree|\byes\b|\bsign(?:ed|s|ature)?\b|\btick|\bcourts?\b"
    r"|warrant|subpoena|\blaws?\b|\blegal|statut|\bact\b|\bjudge|\brequir|oblig|compel"
    r"|opt(?:ed)?[ -]"
    r"?(?:in|out)|\ballow|authori[sz]|\blet us\b|\binvite|\byour nod\b|your (?:say-so|leave)"
    r"|\b(?:after|when|if|until|unless|what) you\b|asks? (?:you|first)|emergenc|life",
)
"""What lets data go: the person's will, the law, or danger."""
LIMIT = Bilingual(
    r"限[りるっ定]|のみ|だけ(?!でな)|除[きくい]|以外|例外|ため(?:に|です|で)|必要(?:が|だ|な[のた]で|です)",
    r"\bonly\b|\bunless\b|\bexcept|\bbecause\b|\bso (?:that|they|it|he|she)\b|\bneeds?\b"
    r"|\bin order\b",
)
"""What narrows to whom data goes, or what of it, or tells why."""
AT_WILL = words(
    r"(?:必要|適[当切宜]|妥当|ふさわし|相応|合理|有益|有用|相当|やむ)[^。、]{0,16}(?:判断|認め|考え|思|みな|場合|とき|限り|応じ)|判断(?:により|で|に基づ|のもと)|裁量|任意に|適宜|随時|都合|慣例|慣行"
    r"|規[則程約定](?:に|の定め)|内規|基準(?:は|に)|社会通念|個別に検討|発展のため|円滑|責任を(?:持|も)って|適[切正]に|関係先|各方面|広告[^。]{0,12}(?:精度|効果|ため)"
    r"|see fit|\bdiscretion|\bappropriate|\breasonabl|\b(?:think|consider|believe|deem|feel)s?\b"
    r"|from time to time|\bas (?:needed|required|necessary)\b|\bif necessary|business requires"
    r"|\bwhere (?:needed|useful)"
    r"|may interest|of interest"
)
"""What leaves it to the giver whether data is given."""
_NOT_OURS = words(
    r"ください|下さい|なさい|同意書|申込書|用紙|印刷|禁止|(?:こと|もの)を禁じ|控え|遠慮|いけません|てはなりません|こと。|パスワード|暗証|アカウント|資格|会員証|会員の地位|cookie|クッキー|タグ|リンク|著作|転載|ちゃだめ"
    r"|から(?:の|個人)?[^。、]{0,10}(?:提供|受け|もら|届|得|頂|いただ)|提供(?:元|いただ|頂|され[るた]|受け|を受け)|(?:ください|下さ)っ|統計|匿名|わから|分から|特定(?:でき|され)ない|委託|請け|外注|業務委託"
    r"|(?:漏え?い|漏れ|流出|紛失)[^。]{0,16}(?:場合|とき|際|報告)|なりすま|不正|侵入|改ざん|盗|退会|(?:会員|利用者|ユーザー|生徒|団員)は|商品|荷物|着物|規程|約束させ|誓約|監督"
    r"|開示(?:等|を|の|・|、)[^。]{0,20}(?:請求|求め|手続|希望|訂正|消去|削除)|共同|(?:手続|手数料|請求書|様式)|記録の?(?:保存|開示)|\d+\s?(?:円|年)"
    r"|\bwith you\b|password|cookies?\b|\bpixel|\btags?\b|\baccount\b|\byou (?:may|must|should"
    r"|can(?:not|'t)?) (?:not )?(?:share|sell|give|pass|transfer|send)"
    r"|^\W*(?:please\b|(?:do not|don['’]t|never|if you) (?:share|give|send|pass|tell|sell))"
    r"|\b(?:sends?|gives?|tells?|told|gave|provid\w+|pass\w*|gets?|shar\w+|hands?"
    r"|show) (?:it to )?(?:us|me|you)\b"
    r"(?! (?:our|their|relevant|ads?\b|advert|\w+ ads?\b))"
    r"|\bdeleted?\b|subcontract|sub-process|processors?\b|hosting|breach|leak|aggregate|anonym|statistic|\brefund|licen[cs]e\b"
)
"""What others must not do, or do; what is no personal data; what is done when data has leaked."""
_WHOLLY = words(
    r"^[^をは]{0,24}(?:ません|ない|ず|なし)[ね。]*$"
    r"|(?:売|貸|譲|回|出|渡)[^。]{0,14}(?:ません|ない|ず)[、。・]?[^。を]{0,12}(?:売|貸|譲|出|渡)[^。]{0,10}(?:ません|ない|ず)"
)


def tells(text: str) -> bool:
    """Tell whether a sentence says on what ground data is given to others, or that it is not."""
    text = without_pretext(text)
    if _AS_LAW_ASKS.search(text):
        return True
    if ABROAD.search(text) and not _BUSINESSES.search(text):
        return False
    return _is_handed(text) and bool(_REFUSED.search(text) or STRONG.search(text))


_AS_LAW_ASKS = words(
    r"\bwe (?:may |will |can |might )?(?:also )?(?:disclose|release|share)\b.{0,90}"
    r"\b(?:comply with|required by|obey|respond to) .{0,30}\b(?:laws?|legal|courts?|subpoena"
    r"|warrant)\b"
)


def names_who(text: str) -> bool:
    """Tell whether a sentence says to whom data is given, and neither ground nor denial."""
    return (
        _is_handed(text)
        and not (at_will(text) or PROMISE.search(text) or ABROAD.search(text))
        and bool(LIMIT.search(text) or (_ANNOUNCED.search(text) and not _BUSINESSES.search(text)))
    )


ABROAD = words(r"海外|外国|国外|\bcountries|\boverseas|\babroad|\bworld")
"""Who is abroad is not named by that."""


def _is_handed(text: str) -> bool:
    if _NOT_OURS.search(text) or ADDRESSED.search(text) or not HANDED.search(text):
        return False
    return bool(
        _OUTSIDER.search(text) and (DATA.search(text) or _WHOLLY.search(text) or GIVEN.search(text))
    )


ADDRESSED = words(
    rf"{HAND}[^。]{{0,10}}(?:ください|下さい|なさい|こと。|てはなりません|ちゃだめ|でね|禁止)|(?:同意|承諾|了承|許可)を[^。]{{0,6}}(?:ください|下さい)"
    r"|パスワード|暗証|会員証|会員カード|資格を|(?<!情報の)地位|(?:会員|利用者)は、[^。]{0,40}(?:できません|なりません)|許可が要る|着物|荷物|又貸し"
    r"|password|\byou (?:may|must|should) not\b|^\W*(?:please )?(?:do not|never) (?:share|give)"
)
"""What readers are asked not to do, or what is no data."""
STOPPING = words(
    r"第三者(?:へ|への|に対する)?の?(?:情報)?提供の?(?:停止|記録|禁止)|third[ -]party provision"
    r"|(?:suspension|cessation|discontinuance) of (?:the )?(?:third|provision)[^.;]{0,30}"
)
"""What may be asked for, whether or not data is given."""


CONSENT = (
    r"(?:同意(?!書)|承諾|了解|了承(?!ください|下さい|の(?:ほど|程|うえ|上)|願)"
    r"|許可|許諾|OK|よいとおっしゃ)"
)
PROMISE = words(
    r"適切|適正|慎重|厳重|厳正|配慮|注意|審査|基準に従|適当|判断|遵守|順守|責任を(?:持|も)って|誠実"
    r"|see fit|with care|carefully"
)
"""What sounds like a ground, and is none."""
COMPLIANCE = words(
    r"(?:関係|関連)?(?:法令|法律|法規|ガイドライン)(?:等|など)?(?:[・や及びその他]*(?:規範|規程|規則|ガイドライン)等?)?を(?:遵守|順守|守)[^。、,]{0,6}"
    r"|(?:関係|関連)?(?:法令|法律|法規)[^。、]{0,12}に(?:照らし|則り|のっとり|配慮|従[いっ])[^。]{0,20}(?:責任|適[切正]|慎重|厳正|対応いた)"
    r"|\bin accordance with (?:applicable )?laws?\b"
)
_BUSINESSES = Bilingual(
    r"第三者提供|(?:第三者|協賛|提携|スポンサー|広告主|広告会社|関係(?:先|会社|団体|機関|者)|外部|他社|他の(?:企業|会社|団体|事業者)|各社|(?:出展者|加盟店|会員企業)(?:全社|各社)?|企業|取引先|パートナー|加盟店|名簿(?:業者|事業者)|(?:調査|販売|製薬|食品|保険|不動産|通信)(?:会社|業者))[^。、]{0,20}(?:に|へ|への)",
    r"third[ -]part(?:y|ies)\b|\b(?:business )?partners\b|\bsponsors?\b|\badvertisers?\b"
    r"|\baffiliates?\b"
    r"|\b(?:other|selected) (?:compan|organi[sz]|business|firms|part(?:y|ies))|\bothers\b"
    r"|\bvendors\b|\bsocial (?:media )?(?:platforms?|networks?)\b|\bshared with them\b"
    r"|\bexhibitors\b",
)
"""Outsiders; neither processors nor whoever does a part of what was ordered."""
_ANNOUNCED = words(
    r"(?:ます|ある|あり得る|できる|する|す)(?:。|$)|ます|もの(?:と|で)|対応|検討|\b(?:may|might|will|can|do|we|are|is|gets?|goes|receives?|learns?|sees?|hears?)\b"
)


def groundless(text: str) -> bool:
    """Tell whether a sentence says that outsiders are given data, and names no ground for it."""
    unasked = bool(_UNASKED.search(text))
    text = without_pretext(text)
    given_away = unasked or any(each.search(text) for each in (_AS_WE_LIKE, _SOLD, _TO_ADVERTISE))
    return bool(
        (given_away or _BUSINESSES.search(text))
        and HANDED.search(text)
        and _ANNOUNCED.search(text)
        and (DATA.search(text) or GIVEN.search(text))
        and not _NOT_OURS.search(text)
        and not OF_OTHERS.search(text)
        and not _REFUSED.search(text)
        and not STRONG.search(text)
        and (given_away or at_will(text) or PROMISE.search(text) or not LIMIT.search(text))
    )


def without_pretext(text: str) -> str:
    """Return a sentence without what sounds like a ground or a denial, and is none."""
    text = _BROKEN.sub("", text)
    for pretext in (STOPPING, COMPLIANCE, _AGREED_BY_READING, _UNASKED):
        text = pretext.sub("", text)
    return text


_BROKEN = re.compile(r"(?<=[ぁ-ヿ一-鿿])[ \u3000]+(?=[ぁ-ヿ一-鿿])")
"""Where a line was broken within a word."""
_UNASKED = words(
    r"(?:(?:ご?本人|利用者|お客(?:様|さま)|会員|皆(?:様|さま)|個別)(?:等)?(?:の|に|から|へ)?)?(?:個別の?|事前の?|事前に|あらかじめ|改めて|都度の?){0,2}"
    r"(?:(?:ご?(?:同意|承諾|承認|了解|許可|許諾|確認))(?:を|は)?(?:得(?:る(?:こと)?な[くし]に?|ないで|ず(?:に|とも)?)|いただか(?:ない|ず)に?|いただくことなく"
    r"|取ら(?:ない|ず)に?|要(?:し|さ)(?:ない|ず)|なし(?:に|で)|な[くし]に?|の有無(?:に|を)[^。、]{0,8}|[^。、]{0,4}必要(?:と|は)[^。、]{0,6}(?:せず|ない|ません|なく))"
    r"|(?:お?断り|予告|通知|お?知らせ|連絡)(?:を?する(?:こと)?)?(?:もな(?:く|しに)|な(?:く|しに)|せずに|を?することなく))"
    r"|[^。、]{0,10}の有無に(?:かか|関)わらず|異議を(?:述べ|申し?立て|唱え)[^。、]{0,12}"
    r"|\bwithout (?:(?:any|further|prior|your|their|first|separate|additional"
    r"|the) ){0,3}(?:notice|notif\w+|asking|consent|permission|approval|telling)\b(?: (?:you"
    r"|them|first)){0,2}"
    r"|\bwe (?:do not|don['’]t|will not|won['’]t|need not) (?:first )?(?:ask|tell|notify"
    r"|seek)\b[^.,;]{0,40}"
    r"|\bno (?:notice|consent|permission) (?:is|will be) (?:sent|given|needed|required"
    r"|sought)\b[^.,;]{0,30}"
    r"|\bwhether or not you[^.,;]{0,30}"
)
"""Nobody is asked, which is the contrary of a ground."""
_AGREED_BY_READING = words(
    r"\byou (?:hereby )?(?:acknowledge and )?(?:agree|consent|accept)\b(?: that)?"
)
"""The notice says it for its reader, who has given no consent by that."""


def at_will(text: str) -> bool:
    """Tell whether data is sold, given at the giver's will, or given though nobody is asked."""
    return any(
        each.search(text) for each in (AT_WILL, _AS_WE_LIKE, _FOR_MONEY, _TO_ADVERTISE, _UNASKED)
    )


_AS_WE_LIKE = words(
    r"(?:当|弊)[社店院園会](?:が|の判断で)[^。、]{0,20}(?:考え|思|選[びん定]|見込|認め)[^。、]{0,14}(?:に|へ)"
    r"|(?:必要|適[当切]|有益|妥当|有用|役立つ|役に立つ)と[^。、]{0,6}(?:判断|認め|考え)[^。]{0,12}(?:場合|とき|時)[^。]{0,50}(?:会社|企業|[者方]|先|団体|個人|店)[^。、]{0,6}(?:に|へ)"
    r"|\b(?:part(?:y|ies)|persons?|compan(?:y|ies)|organi[sz]ations?|anyone) (?:as|that|which"
    r"|whom) (?:we|it|the \w+) (?:deems?|thinks?|sees?|considers?) (?:fit|appropriate|suitable)\b"
    r"|\b(?:if|(?:when|where|what|which|whom?)(?:ever)?"
    r") we (?:think|feel|believe|see fit|like|wish|choose"
    r"|consider)\b(?!.{0,80}\b(?:protect|safety|fraud|rights))"
)
"""Whom data is given to is for the giver to say."""
_TO_ADVERTISE = words(
    r"(?:企業|会社|業者|各社|先|店|団体)から[^。、]{0,20}(?:ご?案内|ご?連絡|DM|ダイレクトメール|お?電話|広告|営業|勧誘)[^。]{0,16}(?:あり|ござい|差し上げ|送|届|行|まいり|参り)"
    r"|\b(?:they|who|them) (?:can|may|will|might|to) .{0,40}\b(?:deals?|offers?|write to you"
    r"|contact you|call you|their (?:products|services))\b"
)
"""What others are given it for is their own advertising."""
_SOLD = words(
    r"(?:有償で|有料で|対価)[^。、]{0,20}(?:譲|提供|渡|開示)|売り渡"
    r"|\bwe (?:(?:may|also|can|will) ){0,2}(?:sell|rent)\b"
)
_FOR_MONEY = words(
    r"有償で|有料で|対価|売却|収益|名簿を販売|販売(?:し(?:て|ま)|する|いたし)|売り渡"
    r"|\b(?:buys?|bought|sells?|sold|selling|paid for|for payment)\b"
)
TO_THE_PERSON = words(
    r"本人(?:に対し|へ|に)[^。]{0,60}開示|(?:全部|一部)を開示|開示の?(?:求め|請求)|開示対象|(?:情報|データ)[^。]{0,12}ご?提供(?:いただ|頂|され(?:る|た))[^。]{0,12}(?:任意|かどうか)"
)
"""People are shown their own data, or asked for it."""
