"""Names of human beings, as those who answer for a notice or a mail give theirs."""

from __future__ import annotations

import functools
import re
from importlib import resources

_ROLE = (
    r"(?:代表(?:者|取締役|理事|社員|世話人)?(?:社長)?|[店園院所塾校会社団座学]長|[店園]主|宮司|住職|神父|牧師"
    r"|女将|親方|棟梁|杜氏|(?:理事|組合|委員|編集|事務局|教室|教会|自治会|町内会|保存会)長|教頭|主宰者?|主催者?"
    r"|世話[役人]|(?:運営|店舗)?責任者|運営者?|経営者?|発行[人者]?|編集人?|開発者?|制作者?|作者|管理人|事業主"
    r"|オーナー(?:[ァ-ヶー]+)?|ディレクター|スタッフ|担当者?|文責|署名|差出人|氏名"
    r"|[一-龥ァ-ヶー]{1,14}(?:士|医師?|[師家]|アドバイザー|コンサルタント|コーチ|インストラクター|デザイナー"
    r"|カメラマン|ライター))"
)
"""What people are, who sign with their names."""
_NAME = (
    r"(?P<name>(?P<family>[一-龥々﨑ヶケノ]{1,4})(?P<gap>[ \u3000]?)"
    r"(?P<given>[一-龥々ぁ-んァ-ヶー]{1,5}?))"
)
_END = r"(?![一-龥々ぁ-んァ-ヶー])"
ANOTHERS = re.compile(r"\s?(?:様|さま|さん|氏|先生|殿|ちゃん|くん)")
"""What follows the name of somebody else."""
_NOT_ANOTHERS = rf"(?!{ANOTHERS.pattern})"
_WITH_A_ROLE = re.compile(
    rf"{_ROLE}(?:の|[\s:：/・、(（\u3000]{{0,3}}){_NAME}(?:{_END}|(?=です|と申)){_NOT_ANOTHERS}"
)
_SAYS_SO = re.compile(
    rf"(?:^|[のはでる、。\s(（:])\s?{_NAME}(?=です|と(?:申|もう)します"
    r"|(?:\s?[(（][^()（）\n]{1,40}[)）])?が(?:個人|一人|ひとり|1人)?で?(?:運営|経営|担当|やって|書いて|作って|つくって|切り盛り|営んで|して[いお]))"
)
_ALONE = re.compile(
    rf"^[^\w\n]*(?:[^\s\n]{{1,20}}[園店屋堂舎房院社所塾室]\s)?{_NAME}{_END}{_NOT_ANOTHERS}(?:\s?[(（][^()（）\n]{{1,40}}[)）])?[^\w\n]*$",
    re.MULTILINE,
)
_ROLE_BESIDE = re.compile(
    rf"(?:^|[\s:：、。「」]){_NAME}\s?[(（][^()（）\n]{{0,20}}"
    r"(?:個人事業|店主|店長|代表|主宰|屋号|管理人|作者|本名|オーナー|園主|院長|所長)"
)
_WHO_DOES = re.compile(
    r"(?:(?:運営|経営|開発|制作|主宰|発行)(?:して(?:いる|おります|おる)|する)"
    r"|(?:作っ|つくっ|やっ|書い|営ん)て(?:いる|る|おります|おる))(?:のは)?、?"
    rf"{_NAME}(?=[(（です、。])"
)
_NO_GIVEN = re.compile(
    r"[店社部課係市県区町村駅校院園館線号円分時月日年所様会組授長員氏]$|さん$|さま$|先生$|ます|です|する|した|から|まで"
)
"""What follows a family name where it is the name of something else."""


def person(text: str) -> str | None:
    """Return the first Japanese name in `text` of a human being who gives it as their own.

    Whoever is addressed, or is told of, gives none: `佐藤花子様`.
    """
    for pattern in (_WITH_A_ROLE, _ROLE_BESIDE, _WHO_DOES, _SAYS_SO, _ALONE):
        at = 0
        while match := pattern.search(text, at):
            if _is_a_name(match, titled=pattern not in (_SAYS_SO, _ALONE)):
                return match["name"]
            # What was taken for a role, or a name, may have the real one inside.
            at = match.start() + 1
    return None


def _is_a_name(match: re.Match[str], *, titled: bool) -> bool:
    family, given = match["family"], match["given"]
    if _NO_GIVEN.search(given):
        return False
    if match["gap"]:
        return titled or family in _names("family") or given in _names("given")
    # Where the given name begins is not told: any family name may be the first part.
    whole = family + given
    if titled and match.re is _WHO_DOES and _FOUR_KANJI.fullmatch(whole):
        return True
    parts = [(whole[:at], whole[at:]) for at in range(1, min(len(whole), 5))]
    return any(
        first in _names("family") and (second in _names("given") or len(second) in _USUAL)
        for first, second in parts
        if len(first) > 1 or second in _names("given")
    )


_WORD = re.compile(r"[一-龥々﨑ヶケノ]{1,4}[ \u3000][一-龥々]{1,3}|[一-龥々﨑ヶケノ]{2,8}")


def full_name(text: str) -> str | None:
    """Return the first name in `text` whose two parts many people have, whosever it is."""
    for match in _WORD.finditer(text):
        if ANOTHERS.match(text, match.end()):
            continue
        word = match[0]
        family, gap, given = word.replace("\u3000", " ").partition(" ")
        parts = [(family, given)] if gap else [(word[:at], word[at:]) for at in range(1, len(word))]
        if len(word) >= _FULL and any(
            a in _names("family") and b in _names("given") for a, b in parts
        ):
            return word
    return None


_FOUR_KANJI = re.compile(r"[一-龥々]{4}")
"""As most names have, whoever bears them."""
_FULL = 3
"""Letters; what has fewer is more often a word."""
_USUAL = range(1, 4)
"""Letters of a given name."""


def is_family(name: str) -> bool:
    """Tell whether many families in Japan have a name."""
    return name in _names("family")


def is_given(name: str) -> bool:
    """Tell whether many people in Japan have a given name."""
    return name in _names("given")


@functools.cache
def _names(kind: str) -> frozenset[str]:
    """Return the family names, or the given ones, that most people in Japan have."""
    names = resources.files(__package__).joinpath(f"{kind}_names.txt")
    return frozenset(names.read_text("utf-8").split())
