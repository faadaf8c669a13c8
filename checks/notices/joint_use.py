"""What a notice says of using data jointly with others."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from checks.notices.third_parties import CONDITIONS
from checks.wording.sentences import Section, Sentence, is_heading, sections
from checks.wording.words import words
from scanner.sdk import Content, Region

JOINT = words(
    r"共同(?:して)?(?:で)?(?:利用|使[いうっわ])"
    r"|\bused jointly\b|\bjoint(?:ly)? (?:use|utili[sz])|\bshared use\b"
    r"|\buse .{0,90}\bjointly\b|\bshared? jointly\b"
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
_KINDS_OF_DATA = (
    r"(?:氏名|名前|住所|電話|アドレス|連絡先|履歴|番号|病名|症状|検査|評価|成績|会社名|所属"
    r"|生年月日|誕生日)"
)
_JOINT_PARTS = (
    (
        "items",
        words(
            r"項目|(?:何|なに)を|データ:|プロフィール"
            rf"|{_KINDS_OF_DATA}[^。]{{0,60}}(?:を|は)、?[^。]{{0,90}}(?:共同|共有|一緒に)"
            rf"|(?:情報|データ)(?:は|:)\s?[^。]{{0,30}}{_KINDS_OF_DATA}"
            r"|[一-龥ァ-ヶー]{2,}[、・][一-龥ァ-ヶー]{2,}(?:、|及び|および)?[一-龥ァ-ヶー]{0,12}を、?[^。]{0,40}共同"
            r"|(?:使う|使用する|利用する|共有する|共同(?:して)?利用(?:する|される)).{0,12}(?:個人情報|個人データ"
            r"|データ|情報)|氏名[、,・/]"
            r"|\bnames?\b|\baddress|\bitems\b|\bcontact details|\be-?mail|\bhistory\b"
            r"|\brésumés?|\bresults\b"
            r"|\bplayer id|\b(?:data|information) (?:concerned|shared|items|used)"
            r"|categories of (?:personal )?data"
        ),
    ),
    (
        "scope",
        words(
            r"範囲|共同利用者|(?:だれ|誰|どこ)[がと]|共同(?:して)?利用(?:を行う|する)(?:者|会社|法人)(?!の利用目的)|グループ(?:会社"
            r"|各社|企業)|関連会社|子会社|親会社|兄弟会社|姉妹店|加盟店|提携[^。]{0,8}(?:各社|会社|企業|一覧)"
            r"|(?:相手|利用者|メンバー|参加(?:会社|団体))\s?[:：]|利用するのは"
            r"|(?:株式会社|有限会社|合同会社|各社|法人|大学|組合|病院|支部|相談所"
            r"|(?<!住)[店所])[^。\n]{0,60}(?:が|は|と|で|および|及び)[^。\n]{0,80}(?:共同(?:して)?(?:で)?利用|一緒に使)"
            r"|(?:会社|法人|組合|協会|病院|事業者|機関|団体)[^。]{0,30}と(?:の間|[、共])"
            r"|(?:使う|使用する|利用する|共有する)\s?(?:者|会社"
            r"|事業者|団体|先|相手)(?!の利用目的)|(?:当社|会社)と[^。]{0,40}は、"
            r"|\bwith (?:the|our|its)\b|\b(?:Ltd|Inc|LLC|Corp)\b.{0,90}\bjointly\b"
            r"|\bjointly\b.{0,120}\b(?:compan(?:y|ies)|clinics|hospitals|stores|shops|branches|offices|schools"
            r"|hotels|members|subsidiaries|affiliates)\b"
            r"|\b(?:branches|clinics|stores|hotels|subsidiaries)\b.{0,40}\bjointly\b"
            r"|\bamong\b.{0,60}\bsubsidiaries|\bcompanies\b|association|\busers\b(?! of)"
            r"|\bwho uses\b"
            r"|\bshared with\b|\bparties\b"
        ),
    ),
    (
        "purpose",
        words(
            r"目的|(?:何|なん|なに)のため|使い(?:みち|道)|用途|[るの]ため(?:に)?[、]?(?:共同|利用|一緒)"
            r"|ため、[^。]{0,60}共同|(?:行う|図る|する)ために"
            r"|\b(?:for|in order to|so that|purposes?|why)\b|\bto (?!the\b|our\b|us\b|its\b"
            r"|you\b)[a-z]{3,}"
        ),
    ),
    (
        "responsible",
        words(
            r"責任(?:を有する|を負う|を(?:も|持)[っつち]|者)|管理責任|責任主体"
            r"|\bresponsib|\bin charge\b|\bmanager\b"
        ),
    ),
)


def _following(content: Content, block: int) -> str:
    """Return what goes on after a heading in headings of its own, as the parts of joint use."""
    parts = [content.blocks[block].text]
    labelled = False
    for each in content.blocks[block + 1 : block + 14]:
        points = any(pattern.search(each.text) for _, pattern in _JOINT_PARTS)
        # What stands under the label of a part is none, however short.
        titled = each.heading or (not labelled and is_heading(each))
        if titled and not points and not _REFERENCE.match(each.text):
            break
        parts.append(each.text)
        labelled = titled
    return "\n".join(parts)


_REFERENCE = words(r"第?\s?\d+\s?[条項](?:第|の|に|から|\()|[上前]記|冒頭")
"""A part that is stated by where it is stated."""


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
    if JOINT.search(claimed[0].heading) and not _says_it_itself(claimed[0].text):
        texts.append(_following(content, claimed[0].block))
    text = "\n".join(texts)
    return Joint(
        claimed[0].heading,
        claim,
        tuple(name for name, pattern in _JOINT_PARTS if not pattern.search(text)),
        bool(_ELSEWHERE.search(_LIST_OF_USERS.sub("", text))),
    )


def _says_it_itself(text: str) -> bool:
    """Tell whether a section states parts of joint use in its text, and announces no list."""
    stated = sum(bool(pattern.search(text)) for _, pattern in _JOINT_PARTS)
    return stated >= _SOME_PARTS and not _ANNOUNCES.search(text)


_SOME_PARTS = 2
_ANNOUNCES = words(r"次の|以下の|下記|とおり|通り|ほか、|following|as follows|below|:\s*$")


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
    r"|\buse .{0,90}\bjointly\b"
)
_JOINT_BY_US = words(
    r"(?:当[社方店会院園所行]|当(?:法人|協会|グループ|組合|財団)|弊[社店]"
    r"|私(?:ども|たち)|業務の?遂行).{0,60}共同(?:して)?(?:で)?利用(?:します"
    r"|いたします|しております|しています|することがあります|(?:する|し[^。]{0,40})場合があります)"
)
_LIST_OF_USERS = words(
    r"\([^()]{0,12}一覧は[^()]*\)|\([^()]{0,16}(?:一覧|ページ)[^()]{0,8}掲載[^()]*\)"
)
"""It tells of the users alone where they are named."""
_ELSEWHERE = words(
    r"(?:ページ|案内|個別に|都度)[^。]{0,16}(?:明示|明らか"
    r"|通知|公表|お?知らせ)|別途|別に定め|別紙|(?<!一覧は)こちら"
    r"|ページ(?:を|に)|公表(?:いた|し|事項)|参照(?:くだ|下|願)|https?://|事前に.{0,10}(?:通知|公表)"
)
