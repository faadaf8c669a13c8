"""To whom a notice says that data goes: third parties, other countries, joint users."""

from __future__ import annotations

import re

import msgspec

from checks.notices.notice import main, told, under
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
    r"(?:個人(?:情報|データ)|お客様(?:の)?情報)(?:を|について).{0,30}(?:開示|販売|貸し?出|譲渡|提供|公開|漏ら)"
    r"[^。]{0,40}(?:(?:いた|致)?しません|(?:あり|ござい|行い)ません|することはない)"
    r"|(?:だれ|誰|他人|他者|他社|他の?[^。、]{0,8}|ほかの?[^。、]{0,8}|社外|外部?|どこ|第三者|[^。、]{1,8}以外の(?:者|方|人))"
    r"[^。、]{0,6}(?:に|へ)[もは]?[^。]{0,24}(?:渡|送|出す|出し|明か|譲|貸|見せ|見られ|知らせ|知られ|教え|売|漏|公開|提供|開示)"
    r"[^。]{0,16}(?:ません|ない(?!と|場合|よう)|ず)"
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
    r"|公開|見せ)|口外|(?:渡|見せ|共有)[^。]{0,10}(?:相手|先)|(?:捜査|警察|裁判所|令状)[^。]{0,30}(?:応じ|協力)"
    r"|\b(?:passed on|handed over|given to|disclosed)\b"
)
_LEADING_AWAY = words(r"リンク|バナー|移動(?:先|され|する)|遷移|外部サイト")
_ABROAD = words(
    r"(?:外国|海外|国外|越境|域外|米国|アメリカ|EU|欧州|シンガポール|アイルランド|カナダ"
    r"|英国|インド|中国|台湾|韓国|フィリピン|ベトナム).{0,60}(?:第三者|提供|委託|移転"
    r"|サーバ|保管|保存|所在|クラウド|事業者|法人|個人情報|データ|制度)"
    r"|(?:第三者|提供|委託|移転|サーバ|保管|保存|所在|クラウド).{0,60}(?:外国|海外|国外"
    r"|米国|アメリカ|欧州)|外的環境"
    r"|\b(?:transfer|stor|process|hosted|locat|send)\w*\b.{0,120}(?:outside|abroad|countries"
    r"|country|united states|\bthe US\b|\bU\.S\.|\bUSA\b|overseas|international|EEA|Japan)"
    r"|international(?:ly)? transfer|standard contractual clauses"
)
_FOREIGN_SERVICES = words(
    r"google|グーグル|hubspot|salesforce|セールスフォース|pardot|marketo|マルケト|mailchimp"
    r"|\baws\b|amazon web services|microsoft|zoho|klaviyo|sendgrid|zendesk|slack|stripe"
    r"|facebook|meta "
)
_JOINT = words(r"共同(?:して)?(?:で)?利用")
_JOINT_DENIED = words(
    r"共同(?:して)?利用.{0,30}(?:行っておりません|行いません|いたしません|しません|ありません"
    r"|しておりません|ございません|行っていません|なし)"
)
_JOINT_STATUTE = words(
    r"共同(?:して)?(?:で)?利用(?:する|される|し|を行う|に伴).{0,24}(?:場合|とき|提供され"
    r"|ことに伴).{0,160}|特定の者との間で共同|第三者に該当しない|第三者には?該当|次に掲げる場合"
)
_JOINT_PARTS = (
    (
        "items",
        words(
            r"項目|(?:共同(?:して)?利用(?:する|される)).{0,12}(?:個人情報|個人データ|データ"
            r"|情報)|氏名[、,・/]"
        ),
    ),
    (
        "scope",
        words(
            r"範囲|共同利用者|共同(?:して)?利用(?:を行う|する)(?:者|会社|法人)|グループ(?:会社"
            r"|各社|企業)|関連会社|子会社|加盟店"
        ),
    ),
    ("purpose", words(r"目的")),
    ("responsible", words(r"責任(?:を有する|を負う|者)|管理責任|責任主体")),
)


def _following(content: Content, block: int) -> str:
    """Return what goes on after a heading in headings of its own, as the parts of joint use."""
    parts: list[str] = []
    for each in content.blocks[block + 1 : block + 14]:
        points = any(pattern.search(each.text) for _, pattern in _JOINT_PARTS)
        if is_heading(each) and not points:
            break
        parts.append(each.text)
    return "\n".join(parts)


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
        and not (NOT_GIVING.search(each.text) and not re.search(r"第三者(?:に|へ)", each.text))
    ]
    for each in found:
        if NEGATED.search(each.text) or _GROUND.search(each.text):
            return Given(each, 0.9)
    if not found:
        return Given()
    section = next(
        (each for each in sections(content, *_SHOWN) if found[0] in each.sentences), None
    )
    if section is not None and _GROUND.search(section.text.replace(found[0].text, "")):
        return Given(found[0], 0.8)
    if len(found[0].text) < 24 and len(found) > 1:
        return Given(found[1], 0.6)
    return Given(groundless=found[0])


_SHOWN = (Region.MAIN, Region.FORM)


def kept(content: Content) -> Sentence | None:
    """Return the sentence that says that nobody is given the data, in other words."""
    return first(main(content), _KEPT)


def related(content: Content) -> Sentence | None:
    """Return the sentence on entrusting data, or sharing it."""
    return first(main(content), _RELATED, _LEADING_AWAY)


def given_under(content: Content) -> Section | None:
    """Return the section on third parties in which a ground, or a denial, stands."""
    section = under(content, GIVEN)
    if section and (NEGATED.search(section.text) or _GROUND.search(section.text)):
        return section
    return None


def perhaps_given(content: Content) -> Sentence | None:
    """Return a sentence that may speak of giving data to others, in words of its own."""
    return first(told(content), _PERHAPS_GIVEN, _LEADING_AWAY)


def abroad(content: Content) -> Sentence | None:
    """Return the sentence that says where abroad data goes."""
    return first(main(content), _ABROAD)


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
    claims: list[Section] = []
    claim: Sentence | None = None
    for section in sections(content, *_SHOWN):
        if _JOINT.search(section.heading) and not _JOINT_DENIED.search(section.text):
            claims.append(section)
            claim = claim or next(iter(section.sentences), None)
            continue
        for each in section.sentences:
            if _claims_joint_use(each.text):
                claims.append(section)
                claim = claim or each
    if not claims:
        return None
    text = "\n".join(f"{each.heading}\n{each.text}" for each in claims)
    # The parts are often headings of their own, right after the one that announces them.
    text += "\n" + _following(content, claims[0].block)
    return Joint(
        claims[0].heading,
        claim,
        tuple(name for name, pattern in _JOINT_PARTS if not pattern.search(text)),
        bool(_ELSEWHERE.search(text)),
    )


def _claims_joint_use(text: str) -> bool:
    return bool(
        _JOINT.search(text)
        and not _JOINT_DENIED.search(text)
        and (not _JOINT_STATUTE.search(text) or _JOINT_BY_US.search(text))
        and re.search(r"共同(?:して)?(?:で)?利用(?:を)?(?:し|いた|行|す|させ)", text)
    )


_JOINT_BY_US = words(
    r"(?:当社|弊社|当グループ|当行).{0,60}共同(?:して)?(?:で)?利用(?:します"
    r"|いたします|しております|しています|することがあります|する場合があります)"
)
_ELSEWHERE = words(
    r"別途|別に定め|別紙|こちら|ページ(?:を|に)|公表(?:いた|し)|https?://|事前に.{0,10}(?:通知|公表)"
)
