"""Where a notice says that data goes beside third parties: to other countries, to joint users."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from checks.notices.notice import told, topics
from checks.notices.third_parties import CONDITIONS, LISTS, beside
from checks.wording.sentences import Section, Sentence, first, is_heading, sections
from checks.wording.words import words
from scanner.sdk import Content, Region

_COUNTRY = (
    r"(?:米国|アメリカ|EU|欧州|シンガポール|アイルランド|カナダ"
    r"|英国|イギリス|インド|中国|中華人民|台湾|韓国|大韓民国"
    r"|フィリピン|ベトナム|ドイツ|フランス|オランダ|タイ王国"
    r"|マレーシア|オーストラリア|スイス|香港|ミャンマー"
    r"|United States|(?-i:\bUSA?\b)|U\.S\.|Ireland|Germany|Singapore|Philippines|Vietnam"
    r"|China|India|Canada|United Kingdom|\bUK\b|EEA|European|Netherlands|Taiwan|Korea|Australia)"
)
_FOREIGN = r"(?:外国|海外|(?<!国内)国外|越境|国境を越え|居住国以外|オフショア)"
_HOME = (
    rf"(?:{_COUNTRY}|Japan|(?-i:\b(?:EU|US)\b)|Hong Kong|New Zealand"
    r"|(?:your|this|the|our|home) (?:countr|state|province|jurisdiction))"
)
_SENT = (
    r"(?:(?:提供|送付|送信|移転|委託|共有|開示|通知)(?:[、・][^。、]{1,6}){0,3}"
    r"を?(?:し|す|さ|いた|致|行|先)|渡[すりるさっ]|送[りっら]|伝え|知らせ|任せ)"
)
_GOES_ABROAD = words(
    rf"{_FOREIGN}[^。]{{0,60}}{_SENT}"
    r"|\b(?:sen[dt]|transfer(?:red|s)?|shar(?:e|es|ed|ing)|provide[ds]?"
    r"|disclosed?|pass(?:ed)?|forward(?:ed)?|staffed|live)\b.{0,90}"
    rf"\b(?:overseas|abroad|(?:other|foreign) countries|countries other than"
    r"|outside (?:of )?(?:the )?{_HOME}"
    r"|worldwide|(?:over|around|across) the world)"
    rf"|\boutside (?:the )?{_HOME}.{{0,60}}\b(?:provided|transferred|sent|passed|shared)\b"
)
"""Servers alone are no recipients."""
_OUTSIDE = words(rf"\boutside(?: of)?(?: the)? {_HOME}|\bcountries other than.{{0,30}}")
"""It tells where data is not."""
_ABROAD_RULED = words(
    rf"{_COUNTRY}|同意(?!したものと)|相当措置|基準(?:に)?適合|標準契約"
    r"|契約(?:を|に|で|により)|保護水準|同等"
    r"|外的環境|(?<!日本)国内の|(?:提供|移転|渡|委託|送信"
    r"|持ち出)[^。、]{0,14}(?:ません|ない)|法令に(?:基づ|定め|より)|法第"
    r"|(?:国の|個人情報保護)制度|国または地域|国内に"
    r"|consent|agreed|contract|clauses|safeguard|adequa|framework|agreement"
)
"""A country, consent or safeguards; or that no data goes abroad."""
_ABROAD = words(
    rf"(?:{_FOREIGN}|域外).{{0,60}}(?:第三者|提供|委託|移転"
    r"|サーバ|保管|保存|所在|クラウド|事業者|会社|法人|個人情報|データ|制度|送ら)"
    rf"|(?:第三者|提供|委託|移転|サーバ|保管|保存|所在|クラウド).{{0,60}}{_FOREIGN}|外的環境"
    rf"|{_COUNTRY}.{{0,60}}(?:第三者|提供|委託|移転|サーバ|保管"
    rf"|保存|所在|クラウド|事業者|法人|個人情報|データ|制度|処理)"
    rf"|(?:第三者|提供|委託|移転|サーバ|保管|保存|所在|クラウド|Inc|LLC|Ltd).{{0,60}}{_COUNTRY}"
    r"|\b(?:transfer|stor|process|hosted|locat|send|sent"
    r"|kept|keep|established|based|provided)\w*\b.{0,120}"
    rf"(?:outside (?:of )?(?:the )?{_HOME}|abroad|countries|overseas|international)"
    rf"|\b(?:transfer|stor|process|hosted|handled|managed|locat|send|sent|kept|keeps?"
    rf"|established|based|provided?|held)\w*\b.{{0,120}}{_COUNTRY}"
    r"|international(?:ly)? transfer|standard contractual clauses|servers? .{0,30}\boutside\b"
)
_FOREIGN_SERVICES = words(
    r"google(?! chrome)|グーグル|hubspot|salesforce|セールスフォース"
    r"|pardot|marketo|マルケト|mailchimp"
    r"|\baws\b|amazon web services|microsoft(?! edge)|zoho|klaviyo|sendgrid|zendesk|slack|stripe"
    r"|facebook|meta "
)
JOINT = words(
    r"共同(?:して)?(?:で)?(?:利用|使[いうっわ])"
    r"|\bused jointly\b|\bjoint(?:ly)? use|\buse .{0,40}\bjointly\b|\bshared? jointly\b"
)
_JOINT_DENIED = words(
    r"共同(?:して)?利用.{0,30}(?:行っておりません|行いません|いたしません|しません|ありません"
    r"|しておりません|ございません|行っていません|なし)"
)
_NONE = words(
    r"(?:いたし|致し|し|行い|行って|おこない|あり|ござい)(?:おり|い)?ません|なし|無し"
    r"|none\b|not applicable"
)
"""What stands under a heading and denies all of it."""
_JOINT_STATUTE = words(
    r"共同(?:して)?(?:で)?利用(?:する|される|し|を行う|に伴).{0,24}(?:場合|とき|提供され"
    r"|ことに伴).{0,160}|特定の者との間で共同|第三者に該当しない|第三者には?該当|次に掲げる場合"
)
_JOINT_PARTS = (
    (
        "items",
        words(
            r"項目|\bnames?\b|\baddress|データ:|[一-龥ァ-ヶー]{2,}[、・][一-龥ァ-ヶー]{2,}(?:、"
            r"|及び|および)?[一-龥ァ-ヶー]{0,12}を、?[^。]{0,40}共同|(?:使う|使用する"
            r"|利用する|共有する)\s?(?:個人)?(?:情報|データ)"
            r"|プロフィール|\bitems\b|(?:共同(?:して)?利用(?:する"
            r"|される)).{0,12}(?:個人情報|個人データ|データ"
            r"|情報)|氏名[、,・/]"
        ),
    ),
    (
        "scope",
        words(
            r"範囲|共同利用者|共同(?:して)?利用(?:を行う|する)(?:者|会社|法人)|グループ(?:会社"
            r"|各社|企業)|関連会社|子会社|親会社|兄弟会社|加盟店|提携"
            r"|(?:相手|利用者|メンバー|参加(?:会社|団体))\s?[:：]"
            r"|(?:株式会社|有限会社|合同会社|各社|法人|大学|組合|病院|支部|相談所"
            r"|[店所])[^。]{0,60}(?:が|は|と|で|および|及び)[^。]{0,80}共同(?:して)?(?:で)?利用"
            r"|(?:会社|法人|組合|協会|病院)[^。]{0,30}と(?:の間|[、共])"
            r"|(?:使う|使用する|利用する|共有する)\s?(?:者|会社"
            r"|事業者|団体|先|相手)|(?:当社|会社)と[^。]{0,40}は、"
            r"|\bwith the\b|\bcompanies\b|association|joint users|\bparties\b"
        ),
    ),
    (
        "purpose",
        words(
            r"目的|[るの]ため(?:に)?[、]?(?:共同|利用)|(?:行う|図る|する)ために"
            r"|\b(?:for|in order to|purposes?)\b"
        ),
    ),
    (
        "responsible",
        words(
            r"責任(?:を有する|を負う|を(?:も|持)[っつち]|者)|管理責任|責任主体"
            r"|\bresponsib|\bin charge\b"
        ),
    ),
)


def _following(content: Content, block: int) -> str:
    """Return what goes on after a heading in headings of its own, as the parts of joint use."""
    parts = [content.blocks[block].text]
    for each in content.blocks[block + 1 : block + 14]:
        points = any(pattern.search(each.text) for _, pattern in _JOINT_PARTS)
        if is_heading(each) and not points and not _REFERENCE.match(each.text):
            break
        parts.append(each.text)
    return "\n".join(parts)


_REFERENCE = words(r"第?\s?\d+\s?[条項](?:第|の|に|から|\()|[上前]記|冒頭")
"""A part that is stated by where it is stated."""


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
        far = bool(_FAR.search(section.heading))
        for each in section.sentences:
            on_request = on_request or bool(_ON_REQUEST.search(each.text))
            goes = _GOES_ABROAD.search(each.text)
            if not (
                goes
                or _ABROAD.search(each.text)
                or _LIES_ABROAD.search(each.text)
                or (far and _COUNTRY_NAMED.search(each.text))
            ):
                continue
            near = section.text if far else each.text
            if LISTS.search(each.text):
                near += beside(content, each)
            if _ABROAD_RULED.search(_OUTSIDE.sub("", near)):
                ruled = ruled or each
            elif goes and _SOMEBODY.search(each.text):
                sent = sent or each
            elif _LIES_ABROAD.search(each.text):
                kept = kept or each
            elif not _TITLE.match(each.text):
                perhaps = perhaps or each
    return Abroad(ruled, sent, kept, perhaps, on_request)


_LYING = r"(?:保存|保管|蓄積|記録|管理|処理|格納|取り?扱[いうっわ]|置[いきか]|預け|バックアップ)"
_KEPT = (
    r"(?:情報|データ|名簿|記録|履歴|内容|アドレス|バックアップ"
    r"|(?:当[社店院園会]|弊社|自社|本サービス)の?サーバ)"
)
_THEIRS = r"\b(?:data|information|details|records|addresses|database|backups?)\b"
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
    r"情報|データ|名簿|記録|履歴|状況|者|先|会社|社員|スタッフ|講師|団体|機関|グループ|拠点"
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


_SHOWN = (Region.MAIN, Region.FORM)


class Joint(msgspec.Struct, frozen=True, gc=False):
    """What a notice says of using data jointly."""

    heading: str
    claim: Sentence | None
    missing: tuple[str, ...]
    """Which of its parts are not stated."""
    elsewhere: bool
    """They may be, on another page."""


def joint(content: Content) -> Joint | None:
    """Return what `content` says of using data jointly, if it says that it is."""
    claimed: list[Section] = []
    texts: list[str] = []
    claim: Sentence | None = None
    for section in sections(content, *_SHOWN):
        denied = _JOINT_DENIED.search(section.text) or _NONE.match(section.text)
        if JOINT.search(section.heading) and not denied:
            claimed.append(section)
            texts.append(f"{section.heading}\n{section.text}")
            claim = claim or next(iter(section.sentences), None)
            continue
        for place, each in enumerate(section.sentences):
            if _claims_joint_use(each.text):
                claimed.append(section)
                texts.append("\n".join(_points(section.sentences[place:][:CONDITIONS])))
                claim = claim or each
    if not claimed:
        return None
    # The parts are often headings of their own, right after the one that announces them.
    if JOINT.search(claimed[0].heading):
        texts.append(_following(content, claimed[0].block))
    text = "\n".join(texts)
    return Joint(
        claimed[0].heading,
        claim,
        tuple(name for name, pattern in _JOINT_PARTS if not pattern.search(text)),
        bool(_ELSEWHERE.search(text)),
    )


def _points(near: tuple[Sentence, ...]) -> Iterator[str]:
    """Yield what is said of joint use, until another matter begins."""
    for place, each in enumerate(near):
        if place and _OTHER_MATTER.match(each.text):
            return
        yield each.text


_OTHER_MATTER = words(
    r"\W{0,2}(?:第\s?)?\d{1,2}\W{0,3}(?:条\W{0,2})?(?:安全|開示|権利|変更|第三者|cookie|クッキー"
    r"|お?問い?合わ?せ|委託|窓口|訂正|security|rights|contact)"
)


def _claims_joint_use(text: str) -> bool:
    return bool(
        JOINT.search(text)
        and not _JOINT_DENIED.search(text)
        and (not _JOINT_STATUTE.search(text) or _JOINT_BY_US.search(text))
        and _JOINT_DONE.search(text)
    )


_JOINT_DONE = words(
    r"共同利用(?:に関して|について|に関する)[^。]{0,40}(?:参照|ご覧|公表|こちら)"
    r"|共同(?:して)?(?:で)?利用(?:を)?(?:し|いた|行|す|させ|され)|\bused jointly|\bjointly use"
)
_JOINT_BY_US = words(
    r"(?:当[社方店会院園所行]|当(?:法人|協会|グループ|組合|財団)|弊[社店]"
    r"|私(?:ども|たち)|業務の?遂行).{0,60}共同(?:して)?(?:で)?利用(?:します"
    r"|いたします|しております|しています|することがあります|(?:する|し[^。]{0,40})場合があります)"
)
_ELSEWHERE = words(
    r"(?:ページ|案内|個別に|都度)[^。]{0,16}(?:明示|明らか"
    r"|通知|公表|お?知らせ)|別途|別に定め|別紙|こちら"
    r"|ページ(?:を|に)|公表(?:いた|し|事項)|参照(?:くだ|下|願)|https?://|事前に.{0,10}(?:通知|公表)"
)
