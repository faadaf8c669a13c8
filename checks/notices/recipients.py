"""Where a notice says that data goes beside third parties: to other countries, to joint users."""

from __future__ import annotations

import msgspec

from checks.notices.notice import main, told, topics
from checks.notices.third_parties import CONDITIONS, LISTS, beside
from checks.wording import Section, Sentence, first, is_heading, sections, words
from scanner.sdk import Content, Region

_COUNTRY = (
    r"(?:米国|アメリカ|EU|欧州|シンガポール|アイルランド|カナダ|英国|イギリス|インド|中国|中華人民|台湾|韓国|大韓民国"
    r"|フィリピン|ベトナム|ドイツ|フランス|オランダ|タイ王国|マレーシア|オーストラリア|スイス|香港|ミャンマー"
    r"|United States|\bUSA?\b|U\.S\.|Ireland|Germany|Singapore|Philippines|Vietnam"
    r"|China|India|Canada|United Kingdom|\bUK\b|EEA|European|Netherlands|Taiwan|Korea|Australia)"
)
_FOREIGN = r"(?:外国|海外|国外|国境を越え)"
_SENT = (
    r"(?:(?:提供|送付|送信|移転|委託|共有)を?(?:し|す|さ|いた|致)|渡[すりるさっ])[^。]{0,24}ます"
)
_GOES_ABROAD = words(
    rf"(?:情報|データ|名簿)[^。]{{0,60}}{_FOREIGN}[^。]{{0,50}}{_SENT}"
    rf"|{_FOREIGN}[^。]{{0,50}}(?:情報|データ|名簿)[^。]{{0,40}}{_SENT}"
    r"|\b(?:sent|transferred|kept|stored|staffed|live)\b.{0,60}"
    r"\b(?:overseas|abroad|other countries|outside Japan)"
)
"""Servers alone are no recipients."""
_ABROAD_RULED = words(
    rf"{_COUNTRY}|同意(?!したものと)|相当措置|基準(?:に)?適合|標準契約"
    r"|契約(?:を|に|で|により)|保護水準|同等"
    r"|外的環境|国内の|(?:提供|移転|渡|委託|送信)[^。、]{0,14}(?:ません|ない)|法令に(?:基づ|定め|より)|法第"
    r"|(?:国の|個人情報保護)制度"
    r"|consent|agreed|contract|clauses|safeguard|adequa|framework"
)
"""A country, consent or safeguards; or that no data goes abroad."""
_ABROAD = words(
    r"(?:外国|海外|国外|越境|域外|米国|アメリカ|EU|欧州|シンガポール|アイルランド|カナダ"
    r"|英国|インド|中国|台湾|韓国|フィリピン|ベトナム).{0,60}(?:第三者|提供|委託|移転"
    r"|サーバ|保管|保存|所在|クラウド|事業者|法人|個人情報|データ|制度)"
    r"|(?:第三者|提供|委託|移転|サーバ|保管|保存|所在|クラウド).{0,60}(?:外国|海外|国外"
    r"|米国|アメリカ|欧州)|外的環境"
    r"|\b(?:transfer|stor|process|hosted|locat|send|sent)\w*\b.{0,120}"
    r"(?:outside|abroad|countries"
    r"|country|united states|\bthe US\b|\bU\.S\.|\bUSA\b|overseas|international|EEA|Japan)"
    r"|international(?:ly)? transfer|standard contractual clauses"
)
_FOREIGN_SERVICES = words(
    r"google(?! chrome)|グーグル|hubspot|salesforce|セールスフォース"
    r"|pardot|marketo|マルケト|mailchimp"
    r"|\baws\b|amazon web services|microsoft(?! edge)|zoho|klaviyo|sendgrid|zendesk|slack|stripe"
    r"|facebook|meta "
)
JOINT = words(r"共同(?:して)?(?:で)?利用|\bused jointly\b|\bjoint(?:ly)? use|\bshared? jointly\b")
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
            r"項目|\bnames?\b|\baddress|データ:|(?:使う|使用する|利用する|共有する)\s?(?:個人)?(?:情報|データ)|プロフィール|\bitems\b|(?:共同(?:して)?利用(?:する|される)).{0,12}(?:個人情報|個人データ|データ"
            r"|情報)|氏名[、,・/]"
        ),
    ),
    (
        "scope",
        words(
            r"範囲|共同利用者|共同(?:して)?利用(?:を行う|する)(?:者|会社|法人)|グループ(?:会社"
            r"|各社|企業)|関連会社|子会社|加盟店|提携|(?:会社|法人|組合|協会|病院)[^。]{0,30}と(?:の間|[、共])"
            r"|(?:使う|使用する|利用する|共有する)\s?(?:者|会社|事業者|団体|先|相手)|(?:当社|会社)と[^。]{0,40}は、"
            r"|\bwith the\b|\bcompanies\b|association|joint users|\bparties\b"
        ),
    ),
    (
        "purpose",
        words(
            r"目的|[るの]ため(?:に)?[、]?(?:共同|利用)|(?:行う|図る|する)ために"
            r"|\b(?:for|in order to)\b"
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


def abroad(content: Content) -> Sentence | None:
    """Return the sentence that says where abroad data goes."""
    return first(main(content), _ABROAD)


def lawless_abroad(content: Content) -> Sentence | None:
    """Return the sentence that says data goes abroad, where nothing more is said of it."""
    claim = first(told(content), _GOES_ABROAD)
    if claim is None:
        return None
    for section in topics(content):
        if any((each.block, each.text) == (claim.block, claim.text) for each in section.sentences):
            text = section.text if _FAR.search(section.heading) else claim.text
            if LISTS.search(claim.text):
                text += beside(content, claim)
            return None if _ABROAD_RULED.search(text) else claim
    return None


_FAR = words(r"外国|海外|国外|越境|グローバル|国際|abroad|overseas|leaves|transfer|countries")


def foreign_service(content: Content) -> Sentence | None:
    """Return the sentence that names a service from abroad."""
    return first(main(content), _FOREIGN_SERVICES)


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
                near = section.sentences[place:][:CONDITIONS]
                texts.append("\n".join(other.text for other in near))
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


def _claims_joint_use(text: str) -> bool:
    return bool(
        JOINT.search(text)
        and not _JOINT_DENIED.search(text)
        and (not _JOINT_STATUTE.search(text) or _JOINT_BY_US.search(text))
        and _JOINT_DONE.search(text)
    )


_JOINT_DONE = words(
    r"共同(?:して)?(?:で)?利用(?:を)?(?:し|いた|行|す|させ|され)|\bused jointly|\bjointly use"
)
_JOINT_BY_US = words(
    r"(?:当[社方店会院園所行]|当(?:法人|協会|グループ|組合|財団)|弊[社店]|私(?:ども|たち)|業務の?遂行).{0,60}共同(?:して)?(?:で)?利用(?:します"
    r"|いたします|しております|しています|することがあります|(?:する|し[^。]{0,40})場合があります)"
)
_ELSEWHERE = words(
    r"(?:ページ|案内|個別に|都度)[^。]{0,16}(?:明示|明らか|通知|公表|お?知らせ)|別途|別に定め|別紙|こちら|ページ(?:を|に)|公表(?:いた|し)|https?://|事前に.{0,10}(?:通知|公表)"
)
