"""Names of human beings, as those who answer for a notice or a mail give theirs."""

from __future__ import annotations

import functools
import re
from importlib import resources

_ROLE = (
    r"(?:代表(?:者|取締役|理事|社員|世話人)?(?:社長)?|[店園院所塾校会社団座学]長|[店園]主|宮司|住職|神父|牧師"
    r"|女将|親方|棟梁|杜氏|(?:理事|組合|委員|編集|事務局|教室|教会|自治会|町内会|保存会)長|教頭|主宰者?|主催者?"
    r"|世話[役人]|(?:運営|店舗)?責任者|運営者?|経営者?|発行[人者]?|編集人?|開発者?|制作者?|作者|管理人|事業主"
    r"|オーナー(?:[ァ-ヶー]+)?|ディレクター|スタッフ|担当者?|文責|署名|差出人|氏名|本名"
    r"|[一-龥ァ-ヶー]{1,14}(?:士|医師?|[師家]|アドバイザー|コンサルタント|コーチ|インストラクター|デザイナー"
    r"|カメラマン|ライター))"
)
"""What people are, who sign with their names."""
_NAME = (
    r"(?P<name>(?P<family>[一-龥々﨑ヶケノ]{1,4})(?P<gap>[ \u3000]?)"
    r"(?P<given>[一-龥々ぁ-んァ-ヶー]{1,5}?))"
)
_END = r"(?![一-龥々ぁ-んァ-ヶー])"
_ANOTHERS = re.compile(r"\s?(?:様|さま|さん|氏|先生|殿|ちゃん|くん)")
"""What follows the name of somebody else."""
_NOT_ANOTHERS = rf"(?!{_ANOTHERS.pattern})"
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
    r"|(?:作っ|つくっ|やっ|書い|営ん)[てで](?:いる|る|おります|おる))(?:のは)?、?"
    rf"{_NAME}(?=[(（です、。])"
)
_NO_GIVEN = re.compile(
    r"[店社部課係市県区町村駅校院園館線号円分時月日年所様会組授長員氏室局便]$|さん$|さま$|先生$"
    r"|ます|です|する|した|から|まで|^より$"
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
    if _NO_GIVEN.search(given) or _UNIT.fullmatch(family):
        return False
    if match["gap"]:
        return titled or family in _names("family") or given in _names("given")
    # Where the given name begins is not told: any family name may be the first part.
    whole = family + given
    if whole in _names("family"):
        return False
    if titled and match.re is _WHO_DOES and _FOUR_KANJI.fullmatch(whole):
        return True
    parts = [(whole[:at], whole[at:]) for at in range(1, min(len(whole), 5))]
    return any(
        first in _names("family") and (second in _names("given") or len(second) in _USUAL)
        for first, second in parts
        if len(first) > 1 or second in _names("given")
    )


_UNIT = re.compile(r"[部課係室局班店者員長主士師]|担当|部[長員]|課長")
"""What stands before a name and is no part of it: `編集部 佐々木`."""
_WORD = re.compile(r"[一-龥々﨑ヶケノ]{1,4}[ \u3000][一-龥々]{1,3}|[一-龥々﨑ヶケノ]{2,8}")


def full_name(text: str) -> str | None:
    """Return the first name in `text` whose two parts many people have, whosever it is."""
    for match in _WORD.finditer(text):
        if _ANOTHERS.match(text, match.end()):
            continue
        word = match[0]
        if word in _names("family"):
            continue
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


def signing(line: str) -> str | None:
    """Return the Japanese name by which whoever wrote `line` signs it, or introduces themselves."""
    return person(line) or _given_in_kana(line) or _introduced(line) or _in_two_parts(line)


def _given_in_kana(line: str) -> str | None:
    """Return a name of which the given part is written in kana, as many are."""
    for match in _with_given_in_kana().finditer(line):
        if not _ANOTHERS.match(line, match.end()):
            return match["name"]
    return None


_IN_LATIN = re.compile(r"(?P<given>[A-Z][a-zà-ÿ'’-]+)(?: [A-Z][a-zà-ÿ'’.-]*){1,3}")


def is_named_abroad(name: str) -> bool:
    """Tell whether `name` begins as a human being's does outside Japan: `Anna Maria Berg`."""
    match = _IN_LATIN.fullmatch(name)
    return match is not None and match["given"] in _names("given", "_abroad")


@functools.cache
def _with_given_in_kana() -> re.Pattern[str]:
    given = "|".join(sorted(_names("given", "_in_kana")))
    return re.compile(
        rf"(?<![一-龥々])(?P<name>[一-龥々]{{1,3}}[ \u3000]?(?:{given}))"
        r"(?=です|と申|でござい|より|\s*(?:[(（]|$)|[ \u3000])"
    )


def _introduced(line: str) -> str | None:
    """Return the name in one piece by which somebody introduces themselves."""
    for match in _INTRODUCED.finditer(line):
        name: str = match["name"] or match["signed"]
        if name in _names("family") or _NO_GIVEN.search(name):
            continue
        if match["name"] and len(name) > _A_FAMILY:
            return name
        if len(name) <= _A_FAMILY:
            parts = [(name[:at], name[at:]) for at in range(1, len(name))]
        else:
            parts = [(name[:at], "") for at in range(1, _A_FAMILY + 1)]
        if any(a in _names("family") and (not b or b in _names("given")) for a, b in parts):
            return name
    return None


_INTRODUCED = re.compile(
    r"(?:[家師士範者医員長主人手]の|[\s、。])(?P<name>[一-龥々]{3,6})(?=と申します|でございます"
    r"|にございます)"
    r"|[主長師士家者人]\s(?P<signed>[一-龥々]{4})(?=\s*$)"
)
_A_FAMILY = 3
"""Letters that a family name has at most."""


def _in_two_parts(line: str) -> str | None:
    """Return the family and given name that a line ends with, or that it says somebody has."""
    for match in _TWO_PARTS.finditer(line):
        if _ANOTHERS.match(line, match.end()) or _NO_GIVEN.search(match["given"]):
            continue
        if match["family"] in _names("family") or match["given"] in _names("given"):
            return match["name"]
    return None


_TWO_PARTS = re.compile(
    r"(?<![一-龥々])(?P<name>(?P<family>[一-龥々]{1,4})[ \u3000](?P<given>[一-龥々ぁ-ん]{1,4}?))"
    r"(?=\s*(?:$|[(（]|[・&＆]\s?[一-龥ぁ-んァ-ヶ]{1,5}\s*$|拝|です|と申|で?にござい|でござい"
    r"|の[^\s。]{1,12}(?:便り|だより|たより|通信|ブログ|コラム|メルマガ|レター|日記)"
    r"|が[^\s。]{0,12}(?:お届け|書い|お送り|発行|配信)))"
)


def head(line: str) -> str | None:
    """Return `line` where all it says is that somebody heads a shop, a school or a practice."""
    match = _HEAD.fullmatch(line.strip())
    return match[0] if match else None


_HEAD = re.compile(
    r"\W{0,3}\S{0,16}?(?:店主|店長|代表(?:者|取締役|理事|社員)?|責任者|編集長|発行人|主宰|院長|所長"
    r"|塾長|園長|住職)"
    r"\s?[:：]?\s*[一-龥々]{1,4}\s?[一-龥々ぁ-んァ-ヶー]{1,6}\W{0,3}"
)


def is_foreign(name: str) -> bool:
    """Tell whether a name is written as those of people from abroad are."""
    return bool(_FOREIGNER.fullmatch(name))


def foreign(line: str) -> str | None:
    """Return the name of somebody from abroad, or one that a mark of copyright has in Latin."""
    if match := _A_FOREIGNER.search(line):
        return match["name"] or match["ahead"]
    match = _ROMANISED.search(line)
    return match["name"] if match else None


def at_work(text: str) -> str | None:
    """Return the name in Latin letters that begins a line of `text` with its bearer's work."""
    match = _AT_WORK.search(text)
    return match["name"] if match else None


_AT_WORK = re.compile(
    r"^\W{0,3}(?P<name>[A-Z][a-zà-ÿ'’-]+(?: [A-Z][a-zà-ÿ'’.-]*){1,3}),?\s?[,(|·–—-]?\s?"
    r"(?:[a-z-]+ (?:and |& )?){0,2}?"
    r"(?i:owner|founder|co-?founder|proprietor|sole trader|photographer|editor|author|writer"
    r"|publisher|director|principal|coach|therapist|artist|maker|baker|farmer|designer|consultant"
    r"|teacher|vet|agent|broker|realtor|solicitor|attorney|lawyer|accountant|trading as|t/a|d/?b/?a"
    r"|doing business as)\b",
    re.MULTILINE,
)


def in_latin(line: str) -> str | None:
    """Return the name that `line` ends with, of somebody from Japan or abroad, in Latin letters."""
    match = _SIGNED_IN_LATIN.search(line)
    if match is None:
        return None
    name = match["name"]
    return name if is_named_abroad(name) or _ROMAJI.fullmatch(name) else None


_SIGNED_IN_LATIN = re.compile(
    r"(?:^|[,:·|]\s|\b(?:by|is|from)\s)(?P<name>[A-Z][a-zà-ÿ'’-]+(?: [A-Z][a-zà-ÿ'’.-]+){1,2})"
    r"(?=\s*(?:$|[,(|·]))"
)
_FOREIGNER = re.compile(r"[ァ-ヶー]{2,10}・[ァ-ヶー]{2,12}|[A-Z][a-z]{1,14} [A-Z][a-z]{1,14}")
_A_FOREIGNER = re.compile(
    rf"(?:[士家師]|代表|店主|オーナー|シェフ|講師|コーチ"
    rf"|主宰)\s?[:：]?\s?(?P<name>{_FOREIGNER.pattern})\s*(?=$|[(（])"
    rf"|^\s*(?P<ahead>[ァ-ヶー]{{2,10}}・[ァ-ヶー]{{2,12}})\s?[(（][^()（）\n]{{0,20}}"
    r"(?:代表|店主|オーナー|主宰|院長|経営)"
)
_SYLLABLES = r"(?:[kstnhmyrwgzdbpj]?[hsy]?[aiueo]n?){2,5}"
_ROMAJI = re.compile(rf"{_SYLLABLES} {_SYLLABLES}", re.IGNORECASE)
_ROMANISED = re.compile(
    rf"(?:©|\(c\)|copyright)\s*(?:\d{{4}})?\s*(?P<name>{_SYLLABLES} {_SYLLABLES})(?![\w-])",
    re.IGNORECASE,
)
"""A Japanese name in Latin letters, behind a mark of copyright."""


@functools.cache
def _names(kind: str, script: str = "") -> frozenset[str]:
    """Return the names of a kind that most people in Japan have, or those of another script."""
    names = resources.files(__package__).joinpath(f"{kind}_names{script}.txt")
    return frozenset(names.read_text("utf-8").split())
