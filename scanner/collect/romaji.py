"""Japanese in Latin letters, in the ways that people write it."""

from __future__ import annotations

import re
import unicodedata

_ROWS = (
    ("あいうえお", "a i u e o", "a i u e o"),
    ("かきくけこ", "ka ki ku ke ko", "ka ki ku ke ko"),
    ("さしすせそ", "sa shi su se so", "sa si su se so"),
    ("たちつてと", "ta chi tsu te to", "ta ti tu te to"),
    ("なにぬねの", "na ni nu ne no", "na ni nu ne no"),
    ("はひふへほ", "ha hi fu he ho", "ha hi hu he ho"),
    ("まみむめも", "ma mi mu me mo", "ma mi mu me mo"),
    ("やゆよ", "ya yu yo", "ya yu yo"),
    ("らりるれろ", "ra ri ru re ro", "ra ri ru re ro"),
    ("わゐゑをん", "wa i e o n", "wa i e wo n"),
    ("がぎぐげご", "ga gi gu ge go", "ga gi gu ge go"),
    ("ざじずぜぞ", "za ji zu ze zo", "za zi zu ze zo"),
    ("だぢづでど", "da ji zu de do", "da di du de do"),
    ("ばびぶべぼ", "ba bi bu be bo", "ba bi bu be bo"),
    ("ぱぴぷぺぽ", "pa pi pu pe po", "pa pi pu pe po"),
    ("ぁぃぅぇぉゃゅょゎゔ", "a i u e o ya yu yo wa vu", "a i u e o ya yu yo wa vu"),
)
"""Kana, Hepburn, Kunrei."""
_HEPBURN, _KUNREI = (
    {kana: latin for row in _ROWS for kana, latin in zip(row[0], row[way].split(), strict=True)}
    for way in (1, 2)
)
_SMALL = {"ゃ": "a", "ゅ": "u", "ょ": "o", "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o"}
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヴ") + 1)}


def has_kana(text: str) -> bool:
    """Tell whether `text` has a character that `romanised` would replace."""
    return any("ぁ" <= each <= "ヿ" for each in text)


def romanised(text: str) -> str:
    """Return `text` with its kana as one types them: とうきょう is toukyou."""
    return _romanise(_hiragana(text), _HEPBURN)


def spellings(reading: str) -> list[str]:
    """Return how people write `reading`, which is in kana, the likeliest first.

    佐藤 is sato, satou or satoh; 土屋 is tsuchiya or tutiya; 難波 is namba or nanba.
    """
    reading = _hiragana(reading)
    hepburn, kunrei = _romanise(reading, _HEPBURN), _romanise(reading, _KUNREI)
    short = _shortened(hepburn)
    found = [short, hepburn, kunrei, _shortened(kunrei)]
    found += [re.sub("n(?=[bmp])", "m", each) for each in (short, hepburn)]
    if re.search("o[uo]$", hepburn):
        found.append(_shortened(hepburn[:-1]) + "h")
    if hepburn.startswith("oo"):
        found.append("oh" + _shortened(hepburn[2:]))
    if re.search("j[auo]", hepburn):
        found.append(re.sub("j(?=[auo])", "jy", hepburn))
    return list(dict.fromkeys(found))


def _hiragana(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_TO_HIRAGANA)


def _shortened(latin: str) -> str:
    return re.sub("uu", "u", re.sub("o[uo]", "o", latin))


def _romanise(reading: str, table: dict[str, str]) -> str:
    latin = ""
    for place, kana in enumerate(reading):
        if kana == "っ":
            following = table.get(reading[place + 1 : place + 2], "")[:1]
            latin += {"c": "t", "a": "", "i": "", "u": "", "e": "", "o": ""}.get(
                following, following
            )
        elif kana == "ー":
            latin += latin[-1:]
        elif kana in _SMALL and latin:
            latin = _combined(latin, kana)
        else:
            latin += table.get(kana, kana)
    return latin


def _combined(latin: str, small: str) -> str:
    """Return `latin` with a small kana after it: ki + ya is kya, shi + ya is sha, fu + a is fa."""
    vowel = _SMALL[small]
    if latin.endswith(("shi", "chi", "ji")):
        return latin[:-1] + vowel
    if small in "ゃゅょ":
        return latin[:-1] + "y" + vowel if latin.endswith("i") else latin + "y" + vowel
    if latin.endswith(("fu", "vu", "te", "de")):
        return latin[:-1] + vowel
    return latin + vowel
