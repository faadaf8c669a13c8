"""Who signs a mail: bodies and human beings that its lines name as those it comes from."""

from __future__ import annotations

import re

from checks.wording.legal_names import entity, labelled_name, public_body
from checks.wording.personal_names import (
    at_work,
    foreign,
    full_name,
    head,
    in_latin,
    is_foreign,
    signing,
)
from checks.wording.words import words
from scanner.sdk import Content

_LETTERS = re.compile(r"[一-龥々﨑ァ-ヶ]|JA")
"""What is in every line that names one; English with quotes or dashes of its own has none."""
_MENTIONED = words(
    r"監修|取材|協力|講師|登壇|講演|ゲスト|出演|演奏|指揮|監督|著者|著[:：]|著作|写真[:：]|撮影"
    r"|イラスト|推薦|インタビュー"
    r"|対談|聞き手|語り手|選手|お客様の声|受講生|読者|体験談|宛|御中|様$|様[へに]"
)
"""What stands with the name of somebody who is told of."""
_FORM_BEHIND = re.compile(
    r"[^\s、。「」()]{2,30}\s?(?:\((?:株式会社|有限会社|合同会社|(?:一般|公益)(?:社団|財団)法人"
    r"|特定非営利活動法人"
    r"|(?:NPO|学校|医療|社会福祉|宗教)法人)\)|(?<=\s)(?:一般|公益)(?:社団|財団)法人$)"
    r"|\((?:学|社|財|医|福|宗|特非|一社|公社|一財|公財)\)\s?[^\s、。「」()]{2,24}"
)
"""A legal form that stands behind the name, or short before it."""
_FOUNDED_BY_LAW = re.compile(
    r"[^\s、。「」()はがをにで]{0,10}(?:市|区|町|村|県|都|府|道|国|組合)立\s?[^\s、。「」()]{1,16}"
    r"(?:学校|小学校|中学校|高校|大学|病院|図書館|美術館|博物館|科学館|文学館|会館|ホール|センター"
    r"|保育園|幼稚園)"
    r"|[^\s、。「」()はがをにで]{2,14}大学(?:院|校)?(?=\s|$|[^\s]{0,12}(?:課|室|係|センター|局"
    r"|部)$)"
    r"|JA(?:全農)?[^\s、。「」()A-Za-z]{2,12}"
    r"|[^\s、。「」()はがをにで]{1,8}(?<!の)[市区町村]役?[所場]?\s?[^\s、。]{2,16}(?:課|室|係|局"
    r"|部)(?:です|より|から|$|\s)"
)
_FIRST_BLOCKS = 4
"""Blocks in which a mail says who speaks."""


def signatory(line: str) -> str | None:
    """Return the body or the human being that `line` names, as a signature or a greeting does."""
    if not _LETTERS.search(line) or _MENTIONED.search(line):
        return None
    match = _FORM_BEHIND.search(line) or (
        _FOUNDED_BY_LAW.search(line) if len(line) <= _A_SIGNATURE else None
    )
    if match and not _PLACE_OR_STUDENT.search(line):
        return match[0].strip()
    if public_body(line):
        return line.strip()
    return signing(line) or (full_name(line) if _speaks_or_signs(line) else None)


def _speaks_or_signs(line: str) -> bool:
    """Tell whether whoever is named in `line` does the talking, or no more than signs."""
    return bool(_ONES_OWN.search(line)) or (
        len(line) <= _A_SIGNATURE and not _A_SENTENCE.search(line)
    )


_ONES_OWN = words(
    r"と(?:申|もう)します|(?:で|に)ございます|です(?:$|。|、)|わたくし|私|お送りし|お届けし|書いて"
    r"|発行"
)
_A_SENTENCE = words(r"[。!?]|です|ます|ました|ください")
_PLACE_OR_STUDENT = words(r"会場|場所|開催|アクセス|進学|合格|卒業|受験|出身|先輩|さん")
_A_SIGNATURE = 40
"""Characters of a line that is a name with what belongs to it."""


def signatory_of(content: Content) -> tuple[str, int] | None:
    """Return who signs or opens a mail with a name of a body or their own, and the block."""
    total = len(content.blocks)
    for number in (*range(total - 1, total // 2 - 1, -1), *range(min(_FIRST_BLOCKS, total // 2))):
        for line in content.blocks[number].text.split("\n"):
            if not line.isascii() and (found := signatory(line)):
                return found, number
    return None


def named_in_full(named: str) -> bool:
    """Tell whether what a label names is a legal person, a body or a human being."""
    return bool(
        entity(named)
        or public_body(named)
        or public_body(named.split(" ", maxsplit=1)[0])
        or signatory(named)
        or full_name(named)
        or is_foreign(named.strip())
    )


_OF_A_COMPANY = words(r"会社|法人|社名|商号|販売業者|事業者|氏名又は名称")


def said_to_be_one(line: str) -> str | None:
    """Return what `line` says a company, or a dealer as statute names one, is called."""
    named = labelled_name(line)
    if named is None or not _OF_A_COMPANY.search(line.replace(named, " ")):
        return None
    return named


def perhaps_signed_by(content: Content) -> str | None:
    """Return what may be the name of a human being or a body where a mail tells who sent it."""
    total = len(content.blocks)
    last = total * 2 // 3
    for number in (*range(total - 1, last - 1, -1), *range(min(_FIRST_BLOCKS, last))):
        for line in content.blocks[number].text.split("\n"):
            if _MENTIONED.search(line):
                continue
            if number >= last and (town := _A_TOWN.fullmatch(line)):
                return town[0]
            found = full_name(line) if len(line) <= _A_GREETING else None
            if found and (number >= last or _GIVES_A_NAME.match(line.partition(found)[2])):
                return found
            if found := foreign(line) or (in_latin(line) if number >= last else None):
                return found
    return None


_A_TOWN = re.compile(r"\s*(?:[一-龥]{2,3}[都道府県])?[一-龥々ヶケノ]{1,6}[市区町村]\s*")
"""A town by itself, which is a body of its own, or a place."""


def at_work_in(content: Content) -> str | None:
    """Return the name, with what they do, by which somebody signs a mail in English at its end."""
    last = content.blocks[len(content.blocks) // 2 :]
    return next(filter(None, (at_work(block.text) for block in last)), None)


_GIVES_A_NAME = re.compile(r"\s*(?:です|と申|で?にござい|でござい|より|から|[(（]|拝|$)")
_A_GREETING = 60


def may_be_a_body(name: str) -> bool:
    """Tell whether a name may be that of a society, a school or a practice of its own."""
    return bool(_MAY_BE.search(name)) and not _A_DESK.search(name) and not head(name)


_MAY_BE = words(
    r"協会|学会|学園|大学|学校|同窓会|校友会|後援会|保存会|連盟|連合|高校|幼稚園|保育園|病院"
    r"|クリニック|医院|歯科|薬局|財団|組合|銀行|証券"
    r"|生命保険|振興会|研究所|図書館|美術館|博物館|観光局|観光協会|協議会|事務所|記念館|資料館"
    r"|^.{1,6}[市区町村県].*(?:センター|館|会)|商工会|公社|機構|放送局"
    r"|新聞社|役所|役場|[都道府県市区町村]$"
    r"|寺$|神社|教会|実行委員会|法人|会社"
)
_A_DESK = words(
    r"編集部|動物病院|サポート|カスタマー|お客様|キャンペーン|運営事務局|友の会|ファンクラブ|(?:市場|通販|本"
    r"|支|号)店"
)
