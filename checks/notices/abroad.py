"""What a notice says of data that goes to other countries, or lies there."""

from __future__ import annotations

import msgspec

from checks.notices.giving import DATA, HANDED
from checks.notices.notice import told, topics
from checks.notices.third_parties import LISTS, beside
from checks.wording.addresses import postal_address
from checks.wording.sentences import Section, Sentence, first
from checks.wording.words import words
from scanner.sdk import Content

_COUNTRY = (
    r"(?:米国|アメリカ|EU|欧州|シンガポール|アイルランド|カナダ"
    r"|英国|イギリス|インド|中国|中華人民|台湾|韓国|大韓民国"
    r"|フィリピン|ベトナム|ドイツ|フランス|オランダ|タイ王国"
    r"|マレーシア|オーストラリア|スイス|香港|ミャンマー"
    r"|United States|(?-i:\bUSA?\b)|U\.S\.|Ireland|Germany|Singapore|Philippines|Vietnam"
    r"|China|India\b|Canada\b|United Kingdom|\bUK\b|EEA|European|Netherlands|Taiwan|Korea\b"
    r"|Australia\b)"
)
_FOREIGN = (
    r"(?:外国|海外|域外|世界(?:各[地国]|中)|国内外の(?:グループ|関連会社|拠点)|各国の"
    r"|(?<!国内)国外|越境|国境を越え|居住国以外|オフショア)"
)
_HOME = (
    rf"(?:{_COUNTRY}|Japan|(?-i:\b(?:EU|US)\b)|Hong Kong|New Zealand"
    r"|(?:your|this|the|our|home) (?:countr|state|province|jurisdiction))"
)
_SENT = (
    r"(?:(?:提供|送付|送信|移転|委託|共有|開示|通知|登録|報告|転送|回付)(?:[、・][^。、]{1,6}){0,3}"
    r"を?(?:し|す|さ|いた|致|行|先)|移[りるさ]|やり取り|渡[すりるさっ]|送[りっら]|伝え|知らせ|任せ)"
)
_GOES_ABROAD = words(
    rf"{_FOREIGN}[^。]{{0,60}}{_SENT}"
    r"|\b(?:sen[dt]|transfer(?:red|s)?|shar(?:e|es|ed|ing)|provide[ds]?"
    r"|disclosed?|pass(?:ed)?|forward(?:ed)?|mov(?:e|ed|es)|staffed|live)\b.{0,90}"
    rf"\b(?:overseas|abroad|(?:other|foreign) countries|countries other than"
    rf"|outside (?:of )?(?:the )?{_HOME}"
    r"|worldwide|(?:over|around|across|throughout) the world)"
    r"|\b(?:located|based) (?:overseas|abroad|in other countries)\b.{0,60}"
    r"\b(?:sent|shared|passed|given|disclosed)\b"
    rf"|\boutside (?:the )?{_HOME}.{{0,60}}\b(?:provided|transferred|sent|passed|shared)\b"
)
"""Servers alone are no recipients."""
_OUTSIDE = words(
    r"(?:EU|EEA|欧州(?:経済領域)?|日本)の?(?:域|国)外|"
    rf"(?-i:[A-Z])[\w-]+ {_COUNTRY}(?=[(、「」])|"
    rf"\bout(?:side)?(?: of)?(?: the)? {_HOME}|\bcountries other than.{{0,30}}"
)
"""It tells where data is not."""
_ABROAD_RULED = words(
    rf"{_COUNTRY}|同意(?!したものと)|相当措置|基準(?:に)?適合|標準契約"
    r"|契約(?:を|に|で|により)|保護水準|同等"
    r"|外的環境|(?<!日本)国内の|(?:提供|移転|渡|委託|送信"
    r"|持ち出)[^。、]{0,14}(?:ません|ない)|法令に(?:基づ|定め|より)|法第"
    r"|国の[^。]{0,30}制度|(?:国の|個人情報保護)制度|国または地域|国内に"
    r"|よいと|(?:書面|返事|お?答え|「はい」)[^。]{0,24}(?:場合|とき|時)(?:だけ|のみ|に限)"
    r"|\bnot (?:generally )?(?:transfer|send|store|move)\b"
    r"|consent|agreed|contract|clauses|safeguard|adequa|framework|agreement"
)
"""A country, consent or safeguards; or that no data goes abroad."""
_ABROAD = words(
    rf"(?:{_FOREIGN}|域外).{{0,60}}(?:第三者|提供|委託|移転"
    r"|サーバ|保管|保存|所在|クラウド|事業者|会社|法人|個人情報|データ|制度|送ら)"
    rf"|(?:第三者|提供|委託|移転|サーバ|保管|保存|所在|クラウド).{{0,60}}{_FOREIGN}|外的環境"
    rf"|{_COUNTRY}.{{0,60}}(?:第三者|提供|委託|移転|サーバ|保管"
    rf"|保存|所在|クラウド|事業者|法人|個人情報|データ|制度|処理)"
    rf"|(?:第三者|提供|委託|移転|サーバ|保管|保存|所在|クラウド).{{0,60}}{_COUNTRY}"
    r"|\b(?:transfer|stor|process|hosted|locat|send|sent"
    r"|kept|keep|established|based|provided)\w*\b.{0,120}"
    rf"(?:outside (?:of )?(?:the )?{_HOME}|abroad|countries|overseas|international)"
    rf"|\b(?:transfer|stor|process|hosted|handled|managed|locat|send|sent|kept|keeps?"
    rf"|established|based|provided?|held)\w*\b.{{0,120}}{_COUNTRY}"
    r"|international(?:ly)? transfer|standard contractual clauses|servers? .{0,30}\boutside\b"
)
_FIRM_ABROAD = words(rf"\b(?:Inc|LLC|Ltd)\b.{{0,60}}{_COUNTRY}")
"""A business abroad, which is a recipient, unless it is the operator."""
_FOREIGN_SERVICES = words(
    r"google(?! chrome)|グーグル|hubspot|salesforce|セールスフォース"
    r"|pardot|marketo|マルケト|mailchimp"
    r"|\baws\b|amazon web services|microsoft(?! edge)|zoho|klaviyo|sendgrid|zendesk|slack|stripe"
    r"|facebook|meta "
)


class Abroad(msgspec.Struct, frozen=True, gc=False):
    """What a notice says of data that goes abroad."""

    ruled: Sentence | None = None
    """Where to, or by what consent or safeguard; or that it does not."""
    sent: Sentence | None = None
    """That it goes to somebody there, and no more."""
    kept: Sentence | None = None
    """That it lies there, and no more."""
    perhaps: Sentence | None = None
    """Something that is there, whether it has to do with the data or not."""
    on_request: bool = False
    """What is done for its safety is told to whoever asks."""


def abroad(content: Content) -> Abroad:
    """Return what `content` says of data that goes abroad."""
    ruled = sent = kept = perhaps = None
    on_request = False
    for section in topics(content):
        far, ruled_here, sent_here = bool(_FAR.search(section.heading)), False, None
        for each in section.sentences:
            on_request = on_request or bool(_ON_REQUEST.search(each.text))
            goes = _GOES_ABROAD.search(each.text)
            lies = _is_seen_abroad(each.text, section, far=far)
            if not (
                goes
                or lies
                or _ABROAD.search(each.text)
                or (_FIRM_ABROAD.search(each.text) and not postal_address(each.text))
                or (far and _COUNTRY_NAMED.search(each.text))
            ):
                continue
            near = section.text if far or _CELL_ABROAD.fullmatch(each.text) else each.text
            if LISTS.search(each.text):
                near += beside(content, each)
            if _ABROAD_RULED.search(_OUTSIDE.sub("", near)):
                ruled, ruled_here = ruled or each, True
            elif goes and _SOMEBODY.search(each.text):
                sent_here = sent_here or each
            elif lies:
                kept = kept or each
            elif not _TITLE.match(each.text):
                perhaps = perhaps or each
        if not ruled_here:
            sent = sent or sent_here
    return Abroad(ruled, sent, kept, perhaps, on_request)


def _is_seen_abroad(text: str, section: Section, *, far: bool) -> bool:
    """Tell whether data lies in another country, or somebody there is given it."""
    if _LIES_ABROAD.search(text):
        return True
    if _OF_READERS_ABROAD.search(text):
        return False
    if _CELL_ABROAD.fullmatch(text):
        return bool(_GIVING.search(f"{section.heading} {section.text}"))
    if _SEATED_ABROAD.search(text):
        given = (DATA.search(each.text) and HANDED.search(each.text) for each in section.sentences)
        return any(given)
    return bool(
        (_SOMEBODY_ABROAD.search(text) or (far and _ON_THE_SPOT.search(text)))
        and DATA.search(text)
        and (HANDED.search(text) or _LAID.search(text))
    )


_THERE = r"(?:海外|国外|外国|他国|オフショア)"
_BUSINESS = (
    r"(?:会社|企業|法人|業者|事業者|代理店|販売店|特約店|本社|支社|子会社|親会社|拠点|工場|センター|委託先|提携先|取引先"
    r"|配信先|パートナー|スタッフ|チーム|技術者|団体|機関|学校|大学|ホテル|オペレーター|エージェント|ベンダー|開発元|サーバー?|クラウド|講師|教師|担当者|通訳|翻訳者|フリーランス|在宅ワーカー|オペレータ)"
)
_SOMEBODY_ABROAD = words(
    rf"{_THERE}(?:の|に(?:ある|所在する|位置する|置[いか][^。、]{{0,4}}))[^。、]{{0,16}}{_BUSINESS}|{_THERE}{_BUSINESS}"
    r"|\b(?:offshore|overseas|foreign|international) (?:[\w-]+ ){0,2}(?:teams?|staff|compan(?:y"
    r"|ies)|offices?|cent(?:re|er)s?"
    r"|desks?|contractors?|partners?|vendors?|suppliers?|providers?|affiliates?|subsidiar(?:y|ies)|parent|agents?|insurers?|reinsurers?|underwriters?"
    r"|banks?|hotels?|schools?|universities|developers?|freelancers?|laborator(?:y|ies)|labs?|colleagues|recruiters?|servers?|back-?office)\b"
    r"|\b(?:in|to) any (?:other )?(?:countr\w+|place|location|jurisdiction)s? (?:in )?(?:where"
    r"|which|that|of the world)\b"
    r"|\b(?:anywhere|somewhere) (?:else )?in the world\b"
)
_ON_THE_SPOT = words(
    rf"現地の?(?:[^。、]{{0,14}}{_BUSINESS}|航空会社|旅館|ガイド)|\blocal (?:\w+ )?(?:agents?"
    rf"|operators?|partners?|dealers?|hotels?)\b"
)
"""Abroad, where the heading has it."""
_SEATED_ABROAD = words(
    rf"{_BUSINESS}[^。]{{0,24}}(?:日本国)?(?:国外|海外|外国)(?:に|で|から)(?:所在|あり|ござい|位置|拠点|居住|在住|住ん|勤務|働|作業|対応)"
    r"|\b(?:team|compan(?:y|ies)|studio|suppliers?|partners?|vendors?|developers?|staff|contractors?|agents?)\b.{0,40}"
    r"\b(?:based|located|sits?|works?|live) (?:overseas|abroad|offshore|in (?:another"
    r"|other) countr(?:y|ies))\b"
)
_CELL_ABROAD = words(
    rf"\W*(?:[^。、]{{0,12}}[:：]\s?)?{_THERE}(?:(?:の|に(?:ある|所在する))?[^。]{{0,20}}{_BUSINESS}[^。]{{0,20}})?\W*"
    r"|\W*(?:overseas|abroad|offshore)\W*"
)
_GIVING = words(
    r"提供|送信|委託|共有|渡す|送付|移転|預け|所在|recipients?|transfer|sharing|shared|vendors?|processors?|suppliers?"
)
_LAID = words(
    r"保存|保管|蓄積|格納|処理|閲覧|参照|管理|やり(?:取り|とり)|取り?扱|アクセス|送信|複製|バックアップ"
    r"|\b(?:stor|process|host|held|kept|keep|sav|manag|handl|access|view|see|typ|read|copied|answer)\w*\b"
)
_OF_READERS_ABROAD = words(
    r"\((?:海外|国外|外国)[^()]{0,16}(?:を|も)含[^()]*\)|"
    r"海外(?:から|在住|居住|旅行|発送|配送|留学|出張|赴任|サイト|メディア|製品|商品|仕様|市場|展開)(?![^。]{0,30}(?:提供|渡|送信|送付))"
    r"|\bforeign (?:exchange|currenc|language|national)|\b(?:customers|visitors|users"
    r"|orders) (?:from |living )?(?:overseas|abroad)\b"
)
"""Who reads it abroad, or what is sold there."""
_LYING = r"(?:保存|保管|蓄積|記録|管理|処理|格納|取り?扱[いうっわ]|置[いきか]|預け|バックアップ)"
_KEPT = (
    r"(?:情報|データ|名簿|記録|履歴|内容|アドレス|バックアップ"
    r"|(?:当[社店院園会]|弊社|自社|本サービス)の?サーバ)"
)
_THEIRS = r"\b(?:data|information|details|records|files|addresses|database|backups?)\b"
_ELSEWHERE_IN_WORLD = (
    rf"(?:\boutside (?:of )?(?:the )?{_HOME}|\babroad|\boverseas"
    rf"|\b(?:other|foreign) countries|\bcountries other than"
    r"|\b(?:over|around|across|throughout) the world|\bworldwide)"
)
_LIES_ABROAD = words(
    rf"{_KEPT}[^。]{{0,60}}{_FOREIGN}[^。]{{0,40}}{_LYING}"
    rf"|{_FOREIGN}[^。]{{0,40}}{_KEPT}[^。]{{0,40}}{_LYING}"
    rf"|{_FOREIGN}[^。]{{0,40}}{_LYING}[^。]{{0,30}}{_KEPT}"
    rf"|{_KEPT}[^。]{{0,40}}(?:サーバ|クラウド|データセンタ)[^。]{{0,30}}{_FOREIGN}"
    rf"|{_THEIRS}.{{0,80}}"
    r"\b(?:stor|process|host|held|hold|kept|keep|maintain|sav|sit|li[ev]|manag|handl|work|transfer|us)"
    rf"\w*\b.{{0,80}}{_ELSEWHERE_IN_WORLD}"
    r"|\b(?:stor|process|host|hold|keep|maintain|sav|manag|handl)\w*\b.{0,80}"
    rf"{_THEIRS}.{{0,80}}{_ELSEWHERE_IN_WORLD}"
    rf"|(?:{_THEIRS}|\bprofiles\b).{{0,50}}\b(?:visible|copied|accessible|open) to .{{0,30}}"
    r"\b(?:offshore|overseas|foreign)\b"
    r"|\b(?:foreign|overseas) (?:servers?|data cent(?:er|re)s?|cloud)\b"
    rf"|{_THEIRS}.{{0,40}}\b(?:visible|accessible|seen|open) .{{0,60}}{_ELSEWHERE_IN_WORLD}"
    rf"|\b(?:servers?|data cent(?:er|re)s?|backups?|cloud)\b.{{0,40}}{_ELSEWHERE_IN_WORLD}"
)
"""That what is known of persons lies, or is worked on, in another country."""
_ON_REQUEST = words(
    r"(?:安全管理|外国|海外|国外|措置)[^。]{0,60}(?:求め"
    r"|請求|お?問い?合わ?せ|お?申し?出|ご連絡)[^。]{0,24}"
    r"(?:回答|お答え|お?知らせ|ご?説明|開示|通知|ご案内)"
    r"|(?:求め|請求|お?問い?合わ?せ|お?申し?出)[^。]{0,30}(?:安全管理"
    r"|外国|海外|国外|措置)[^。]{0,40}"
    r"(?:回答|お答え|お?知らせ|ご?説明|開示|通知|ご案内)"
    r"|\b(?:ask|request|contact|e-?mail|write to) .{0,60}\b(?:safeguards|countries|locations?)\b"
    r"|\b(?:safeguards|countries|locations?)\b.{0,60}\b(?:on|upon|at your) request"
)
"""An answer without delay is as good as a notice (Act, art. 32(1))."""


_TITLE = words(r"[^。.]{0,30}(?<!ます)(?<!です)$")
_COUNTRY_NAMED = words(_COUNTRY)
_SOMEBODY = words(
    r"情報|データ|アドレス|氏名|お?名前|名簿|記録|履歴|状況|者|先|会社|本社|支社|代理店|販売店|工場|社員|スタッフ|講師|団体|機関|グループ|拠点"
    r"|\b(?:data|information|details|affiliat|partner|vendor"
    r"|compan|recruiter|agent|translator|desk|staff|universit)"
)
_FAR = words(
    r"外国|海外|国外|越境|グローバル|国際|移転|abroad|overseas|leaves|transfer|countries|outside"
)


def foreign_service(content: Content) -> Sentence | None:
    """Return the sentence that says that a service from abroad keeps personal data."""
    return first(
        [each for each in told(content) if _KEEPS.search(each.text)],
        _FOREIGN_SERVICES,
        _OF_VISITS,
    )


_KEEPS = words(
    r"(?:個人|情報|データ|名簿|顧客|会員|氏名|アドレス)[^。]{0,40}(?:保存"
    r"|保管|預け|処理|管理|蓄積|登録|委託|置[いき])"
    r"|(?:保存|保管|処理|管理|蓄積)[^。]{0,24}(?:個人|情報|データ|名簿|顧客|会員)"
    r"|\b(?:data|information|details|lists?|addresses|records"
    r"|names)\b.{0,60}\b(?:stor|kept|held|process|host|manag)"
    r"|\b(?:stor|keep|hold|process|host|manag)\w*\b.{0,60}\b(?:data"
    r"|information|details|lists?|addresses|records|names)\b"
)
_OF_VISITS = words(
    r"cookie|クッキー|解析|アナリティクス|analytics|広告|アドセンス"
    r"|advert|\bads?\b|pixel|ピクセル|閲覧|アカウント|ログイン"
)
"""What such a service is told of visits is no list of persons."""
