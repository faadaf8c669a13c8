"""What sounds like a purpose of personal data, and names none."""

from __future__ import annotations

import functools
import re
from importlib import resources

from checks.wording.words import words


def names_work(text: str) -> bool:
    """Tell whether anything is left of a purpose without what every business could say of itself.

    Guidelines (General Rules) 3-1-1: “for our business” and “to improve services” name none.
    """
    left = _IN_GENERAL.sub(" ", _WHO.sub(" ", _WHEN_TAKEN.sub("", text))).lower()
    return bool(_SITE_MADE_BETTER.search(text)) or any(
        not _is_general(each) for each in _STEMS.findall(left)
    )


_SITE_MADE_BETTER = words(r"(?:サイト|ホームページ)の?[^。、]{0,6}(?:改善|改良|見直し)")
_STEMS = re.compile(r"[一-龥々ァ-ヶー]+|[a-zà-ÿ]+")
"""What a sentence is about; hiragana only bends it."""


def _is_general(run: str) -> bool:
    """Tell whether a run of letters is made of words of any business, one after the other."""
    ends = {0}
    for end in range(1, len(run) + 1):
        if any(run[start:end] in _words_of_any_business() for start in ends):
            ends.add(end)
    return len(run) in ends


@functools.cache
def _words_of_any_business() -> frozenset[str]:
    text = resources.files(__package__).joinpath("words_of_any_business.txt").read_text("utf-8")
    lines = text.splitlines()
    return frozenset(each for line in lines if not line.startswith("#") for each in line.split())


def tells_what_is_collected(text: str) -> bool:
    """Tell whether a sentence tells which data is taken, and nothing of what for."""
    return bool(_COLLECTED.search(text)) and not _WHAT_FOR.search(text)


_WHEN_TAKEN = words(
    r"^[^。]{0,60}(?:の?際|とき|場合)に、?(?:お預かり|取得|収集|ご?提供|ご?登録|ご?記入|ご?入力|いただ|頂)[^。、は]{0,20}"
    r"(?:個人)?(?:情報|データ)[はを]、?(?=[^。]{0,24}(?:範囲|目的の))"
)
"""On what occasion data was taken, which is no purpose of it."""


FORBIDDEN = words(
    r"ご?遠慮(?:ください|下さい|願)|無断(?:で|転載|使用|複製)"
    r"|禁(?:止|じ)|お断り|\b(?:may|must) not\b|prohibited"
)
"""What readers are asked not to do."""
_COLLECTED = words(
    r"を?(?:収集|取得|お預かり|記録|保存)(?:し|いた|する|させ)[^。]{0,16}。?$"
    r"|を(?:お聞き|うかが|伺|いただ|頂|預か)[^。]{0,16}。?$"
    r"|^(?:when|if) you .{0,60}\bwe (?:receive|collect|get|store|ask for)\b"
    r"|\b(?:also )?(?:collects?|receives?|stores?) (?:your "
    r"|the )?(?:\w+ ){0,3}(?:name|e-?mail|address|ip\b|data)"
)
_WHAT_FOR = words(
    r"ため|為に|目的|使[いうわっ]|用い|利用|活用|[るうくすつむぶ]のに"
    r"|ように|\b(?:so|in order|for|to (?!us\b)[a-z]{3})"
)


_LEGAL_FORM = (
    r"(?:(?:株式|有限|合同|合資|合名)会社|(?:社団|財団|学校|医療|社会福祉|宗教|独立行政)法人)"
)
_WHO = words(
    rf"[^、。はがの\s]{{0,16}}{_LEGAL_FORM}[^、。はがの\s]{{0,16}}(?=は|が|の|で)"
    r"|^\W*(?:here )?(?:at )?(?-i:[A-Z][\w&.'’-]*(?: [A-Z][\w&.'’-]*){0,4})"
    r"(?=,? (?:we|will|may|us(?:es?|ing)|collects?|holds?|keeps?|exists?|aims?|strives?|is)\b)"
)
"""Names of those who use it."""
_IN_GENERAL = words(
    r"[一-龥ァ-ヶー]{0,8}(?:サービス|商品|製品|事業|業務|経営|営業)(?:全般|内容|品質|運営|活動)?の?"
    r"(?:質の?)?(?:向上|改善|充実|遂行|発展|拡大|強化|推進)"
    r"|[一-龥ァ-ヶー・]{1,12}の(?:さらなる|更なる|一層の)?(?:発展|飛躍|繁栄|高度化)"
    r"|(?:際|時|折)に?お?(?:知らせ|伝え|示し)し?た|受け継|[当弊本][ァ-ヶー]{2,8}(?=[のはがをで])"
    r"|(?:良い[一-龥ァ-ヶー・]{0,14}|価値|感動|安心|安全|信頼|笑顔|[一二三四五]つ)(?:を[ごお]?|お)届け"
    r"|depending on how you \w+ with|keeping with|in the course of"
)
"""What says no more than its words, though one of them may."""
