"""To whom a notice says that data goes: third parties, other countries, joint users."""

from __future__ import annotations

import re

import msgspec

from checks.notices.notice import OF_OTHERS, main, told, topics, under
from checks.wording import NEGATED, Section, Sentence, first, is_heading, sections, words
from scanner.sdk import Content, Region

GIVEN = words(
    r"情報を[^。、]{0,4}(?:渡し|見せ)[^。、]{0,4}(?:相手|先)|第三者(?:に|へ|への|に対し|に対する|提供|以外)?.{0,40}(?:提供|開示|譲渡|預託|公開"
    r"|漏えい|漏洩|販売|貸与|引き渡|共有)|第三者提供"
    r"|(?:提供|開示|譲渡).{0,20}第三者"
    r"|\b(?:shar|disclos|sell|sold|transfer|provid|rent|giv|pass)\w*\b.{0,80}(?:third[ -]?part"
    r"|affiliat|service provider|partner|processor|anyone|others|vendors)|third[ -]part(?:y"
    r"|ies).{0,60}(?:shar|disclos|provid|receiv|transfer)|recipients"
)
_KEPT = words(
    r"(?:第三者|他社|外部)(?:への)?(?:の)?(?:情報)?提供\s*[:：]?\s*(?:なし|無し|ありません|(?:いた|致)?しません|行いません|しない)|"
    r"(?:個人(?:情報|データ)|お客様(?:の)?情報)(?:を|について).{0,30}(?:開示|販売|貸し?出|譲渡|提供|公開|漏ら)"
    r"[^。]{0,40}(?:(?:いた|致)?しません|(?:あり|ござい|行い)ません|することはない)"
    r"|(?:だれ|誰|他人|他者|他社|他の?[^。、]{0,8}|ほかの?[^。、]{0,8}|社外|外部?|どこ|第三者|業者|[^。、]{1,8}以外の(?:者|方|人))"
    r"[^。、]{0,6}(?:に|へ)[もは]?[^。]{0,24}(?:渡|送|出す|出し|明か|譲|貸|見せ|見られ|知らせ|知られ|教え|売|漏|公開|提供|開示|話[しす])"
    r"[^。]{0,16}(?:ません|ない(?!と|場合|よう)|ず|禁)"
    r"|\b(?:not|never|n['’]t) (?:(?:ever|also) )?(?:sell|share|rent|trade|give|disclose|pass|lend"
    r"|hand|reveal)|\b(?:nobody|no ?one)(?: else)?\b.{0,20}\b(?:gets?|sees?|receives?|has access)"
    r"|\bto (?:nobody|no ?one)\b"
)
NOT_GIVING = words(
    r"第三者(?:配信|による|の(?:権利|著作|サイト|ウェブ)|が(?:提供|運営)|から(?:の)?(?:提供"
    r"|取得|アクセス))|第三者提供の?記録|third-party (?:cookies|ads|websites|links)"
)
_GROUND = words(
    r"同意|承諾|了解|法令|法律|裁判所|捜査|命令|除|委託|オプトアウト|consent|law|legal"
    r"|except|unless|only|process"
)
_RELATED = words(
    r"(?:委託先|提携先|グループ会社|関連会社|協力会社|外部)(?:の[^。]{0,12})?(?:に|へ)[^。]{0,30}"
    r"(?:提供|開示|預け|渡)|(?:提供|開示)[^。]{0,16}(?:委託|共同利用)|(?:他|外部|社外)(?:の[^。]{"
    r"0,8})?(?:に|へ)[^。]{0,16}(?:提供|開示|公開|漏ら)|processors?|sub-?contract"
    r"|\bshar(?:e|es|ed|ing)\b.{0,60}\bwith\b|\b(?:goes|go|sent|passed) to (?:our|the)\b"
)
_PERHAPS_GIVEN = words(
    r"(?:他|外|[会当]?社|院|師|所|会|店|団体|企業|(?<!行政)機関|業者|メーカー|警察|関係者|取引先)(?:等|など)?(?:に|へ)[^。]{0,20}(?:伝え|渡|預け|送[りるっ付]|知らせ|提供|共有"
    r"|公開|見せ)|口外|(?:渡|見せ|共有)[^。]{0,10}(?:相手|先)|(?:捜査|警察|裁判所|令状|司法)[^。]{0,40}(?:応じ|協力|提供|開示)"
    r"|\b(?:passed on|handed over|given to|disclosed)\b"
)
_LEADING_AWAY = words(r"リンク|バナー|移動(?:先|され|する)|遷移|外部サイト")
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
_HAND = r"(?:提供|開示|伝え|渡|教え|答え|知らせ|見せ|公開|お?届け|通知|共有|漏ら|出(?:す|し))"
_CONSENT = r"(?:同意|承諾|了解|了承|許可|許諾|OK|よいとおっしゃ)"
_ONLY_WITH = words(
    rf"{_CONSENT}[^。]{{0,40}}{_HAND}(?!(?:いただ|頂|くださ|下さ))"
    rf"|{_HAND}[^。]{{0,24}}(?:は|場合|とき|際)[^。]{{0,16}}{_CONSENT}"
    rf"|法(?:令|律)[^。]{{0,24}}(?:ところ|場合|定め|求め|以外|よる)[^。]{{0,24}}{_HAND}(?!(?:いただ|頂|くださ|下さ))"
)
"""Data goes to others with consent, or where the law says so, in whatever words."""
_AMENDED = words(r"変更|改[定訂]")
_GIVEN_HEADING = words(
    r"第三者|提供先|提供しない|(?:外|他人|他社|よそ)(?:へ|に|への)[^。]{0,6}(?:出す|出し|見せ|渡|提供|情報提供)"
    r"|passing on|who (?:else )?(?:sees|gets)|sharing|with whom|recipients"
)
_ON_GROUND = words(
    rf"{_CONSENT}|法(?:令|律)(?!を)|\bconsent|\blaw|statute|\bcourt|unless|except|\bonly\b"
)
_PROMISE = words(
    r"適切|適正|慎重|厳重|厳正|配慮|注意|審査|基準に従|適当|判断|遵守|順守"
    r"|see fit|with care|carefully"
)
"""What sounds like a ground, and is none."""
_COMPLIANCE = words(
    r"(?:関係|関連)?(?:法令|法律|法規|ガイドライン)(?:等|など)?(?:[・や及びその他]*(?:規範|規程|規則|ガイドライン)等?)?を(?:遵守|順守|守)[^。、,]{0,6}"
)


class Given(msgspec.Struct, frozen=True, gc=False):
    """What a notice says of giving data to third parties."""

    said: Sentence | None = None
    """That it is not given, or on what ground."""
    confidence: float = 0.0
    groundless: Sentence | None = None
    """That it is given, where no ground is named."""


def given(content: Content) -> Given:
    """Return what `content` says of giving data to third parties."""
    found = [
        each
        for each in told(content)
        if GIVEN.search(each.text)
        and not OF_OTHERS.search(each.text)
        and not (NOT_GIVING.search(each.text) and not re.search(r"第三者(?:に|へ)", each.text))
    ]
    for each in found:
        if (
            NEGATED.search(each.text)
            or _KEPT.search(each.text)
            or _GROUND.search(_COMPLIANCE.sub("", each.text))
        ):
            return Given(each, 0.9)
    if not found:
        return Given()
    if _GROUND.search(_COMPLIANCE.sub("", _beside(content, found[0]))):
        return Given(found[0], 0.8)
    claim = found[1] if len(found[0].text) < _TITLE and len(found) > 1 else found[0]
    if claim is not found[0] and not promised(claim.text):
        return Given(claim, 0.6)
    return Given(groundless=claim)


_TITLE = 24
"""Characters; a title has no more."""
_SHOWN = (Region.MAIN, Region.FORM)


def _beside(content: Content, claim: Sentence) -> str:
    """Return what is said of the same matter: all of its section, or the next sentences."""
    for section in topics(content):
        texts = [each.text for each in section.sentences]
        if claim.text in texts and any(each.block == claim.block for each in section.sentences):
            place = texts.index(claim.text)
            near = texts[place:][:_CONDITIONS]
            if GIVEN.search(section.heading):
                near = texts
            elif promised(claim.text) and not _LISTS.search(claim.text):
                near = []
            return "\n".join(each for each in near if each != claim.text)
    return ""


_LISTS = words(r"次の|以下|下記|各号|場合|ただし|但し|:")
_CONDITIONS = 9
"""Sentences in which the conditions of giving data may be listed, the first included."""


def kept(content: Content) -> Sentence | None:
    """Return the sentence that says that nobody is given the data, in other words."""
    return first(main(content), _KEPT, OF_OTHERS) or first(
        told(content), _ONLY_WITH, OF_OTHERS, _AMENDED
    )


def promised(text: str) -> bool:
    """Tell whether `text` promises care, which is no ground to give data to others."""
    return bool(_PROMISE.search(text))


def related(content: Content) -> Sentence | None:
    """Return the sentence on entrusting data, or sharing it."""
    return first(main(content), _RELATED, _LEADING_AWAY)


def given_under(content: Content) -> Section | None:
    """Return the section on third parties in which a ground, or a denial, stands."""
    for title, ground in ((GIVEN, _GROUND), (_GIVEN_HEADING, _ON_GROUND)):
        section = under(content, title)
        if section and (
            NEGATED.search(section.text) or ground.search(_COMPLIANCE.sub("", section.text))
        ):
            return section
    return None


def promised_under(content: Content) -> Sentence | None:
    """Return the promise that is all that stands under a title on third parties."""
    section = under(content, GIVEN)
    if section and not _GROUND.search(_COMPLIANCE.sub("", section.text)):
        return first(list(section.sentences), _PROMISE)
    return None


def perhaps_given(content: Content) -> Sentence | None:
    """Return a sentence that may speak of giving data to others, in words of its own."""
    return first(told(content), _PERHAPS_GIVEN, _LEADING_AWAY)


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
            if _LISTS.search(claim.text):
                text += _beside(content, claim)
            return None if _ABROAD_RULED.search(text) else claim
    return None


_FAR = words(r"外国|海外|国外|越境|グローバル|国際|abroad|overseas|leaves|transfer|countries")


def foreign_service(content: Content) -> Sentence | None:
    """Return the sentence that names a service from abroad."""
    return first(main(content), _FOREIGN_SERVICES)


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
                near = section.sentences[place:][:_CONDITIONS]
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
