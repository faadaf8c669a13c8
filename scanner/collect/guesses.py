"""How many guesses a password withstands: zxcvbn's judgement, and that of somebody who knows Japan.

zxcvbn finds the parts of a password (words, dates, walks over the keyboard, repetitions) and what
each costs to guess. It is taught what it lacks: Japanese words and names in Latin letters, the
words of offices and the products they use, the years since its release, the Japanese keyboard.

It also takes any three parts for strong: nobody, it assumes, tries all ways to join parts. But
people join them in few ways, and attackers' rules know these: TokyoEigyo2024, Kaisha-Mei1!. So
there is a second reckoning, of up to three words with what people put between and after them; the
small words that sentences are made of do not count towards the three. The lower of the two counts;
four words or more are a passphrase, and zxcvbn's alone.

Everything here changes zxcvbn's module variables. It is made for a process that does nothing else.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from math import inf, log10
from typing import Any

import zxcvbn.matching
import zxcvbn.scoring

matching: Any = zxcvbn.matching
scoring: Any = zxcvbn.scoring
"""Without their types: their variables and functions are replaced here."""

Match = dict[str, Any]

LONGEST_WORD = 40
MOST_MATCHES = 1500
"""A password with more is hostile; what is left out can only make it look stronger."""
MOST_WORDS = 3
"""Words that the second reckoning joins; four unrelated words withstand it anyway."""

_LISTS = (
    "office",
    "vendors",
    "seasons",
    "phrases",
    "titles",
    "surnames",
    "given_names",
    "places",
    "words",
    "kana_keys",
)
_PARTICLES = frozenset({
    "no", "wa", "ga", "wo", "ni", "de", "to", "mo", "ka", "ha", "he", "ya", "o", "na", "ne", "yo",
    "bu", "san", "kun", "chan", "sama", "sha", "si", "shi", "ken", "ku", "cho", "machi", "desu",
    "masu", "kara", "made", "and", "the", "of", "my", "in", "is", "a", "i",
})  # fmt: skip
"""They join words, and add little to guess."""

_L33T = {
    "@": "a", "4": "a", "8": "b", "(": "c", "{": "c", "[": "c", "<": "c", "3": "e", "6": "g",
    "9": "g", "!": "i", "1": "il", "|": "il", "7": "tl", "0": "o", "$": "s", "5": "s", "+": "t",
    "%": "x", "2": "z",
}  # fmt: skip
"""Signs that stand for letters; those for two are tried both ways, all of a kind alike."""

_ranks: dict[str, int] = {}
"""Every known word, by its place in the list in which it stands highest."""
_plain: dict[str, int] = {}
"""The Japanese words in the one spelling that `_in_one_spelling` gives."""
_everyday: dict[str, int] = {}
"""The words that sentences are made of, by how common they are in their language."""


def prepare(year: int) -> None:
    """Teach this process's zxcvbn; `year` is the latest that counts as a recent one."""
    for ranked in (*map(_listed, _LISTS), *matching.RANKED_DICTIONARIES.values()):
        twice = {word: min(_ranks[word], ranked[word]) for word in _ranks.keys() & ranked.keys()}
        _ranks.update(ranked)
        _ranks.update(twice)
    for name in _LISTS:
        for rank, (word, *_) in enumerate(_lines(name), 1):
            # The first spelling is the short one of Hepburn, which needs few changes.
            plain = _in_one_spelling(word)[0] if _DOUBLED.search(word) else word
            _plain[plain] = min(rank, _plain.get(plain, rank))
    for name in ("everyday_ja", "everyday_en"):
        _everyday.update(_listed(name))
    for number in range(10):  # a digit is no word
        _ranks.pop(str(number), None)
    matching.REGEXEN["recent_year"] = re.compile("|".join(map(str, range(1900, year + 2))))
    scoring.REFERENCE_YEAR = year
    matching.dictionary_match = _dictionary_match
    matching.reverse_dictionary_match = _reverse_dictionary_match
    matching.l33t_match = _l33t_match
    matching.spatial_match = _spatial_match


def _lines(name: str) -> Iterator[list[str]]:
    text = resources.files(__package__).joinpath("wordlists", f"{name}.txt").read_text("ascii")
    return map(str.split, text.splitlines())


def _listed(name: str) -> dict[str, int]:
    return {word: rank for rank, line in enumerate(_lines(name), 1) for word in line}


def guess(text: str, words: Iterable[str]) -> float:
    """Return the power of ten of the guesses that `text` withstands.

    `words`, in lower case, are what the attacker knows of the place.
    """
    if not text:
        return 0.0
    before = {word: _ranks.get(word) for word in words}
    try:
        for rank, word in enumerate(before, 1):
            _ranks[word] = min(rank, before[word] or rank)
        matches = matching.omnimatch(text)[:MOST_MATCHES]
        found: float = scoring.most_guessable_match_sequence(text, matches)["guesses_log10"]
        return max(0.0, min(found, _joined(text, matches), _interleaved(text)))
    finally:
        for word, known in before.items():
            if known is None:
                del _ranks[word]
            else:
                _ranks[word] = known


def score(guesses_log10: float) -> int:
    """Return zxcvbn's score, 0 to 4, for a power of ten of guesses."""
    # zxcvbn lets each limit be passed by five guesses.
    return sum(guesses_log10 >= log10(10**power + 5) for power in (3, 6, 8, 10))


# Words. zxcvbn's own search is replaced by one that looks in one dictionary instead of seven, and
# that reads a sign as a letter everywhere at once: its search tries so many ways that some
# passwords take it minutes.


def _words_in(text: str, ranks: dict[str, int] = _ranks) -> Iterator[tuple[int, int, str, int]]:
    length = len(text)
    for start in range(length - 1):
        for end in range(start + 2, min(length, start + LONGEST_WORD) + 1):
            word = text[start:end]
            if word in ranks:
                yield start, end - 1, word, ranks[word]


def _dictionary_match(password: str, _ranked_dictionaries: object = None) -> list[Match]:
    lower = _lower(password)
    found = [_word(password, start, end, word, rank) for start, end, word, rank in _words_in(lower)]
    plain, places = _in_one_spelling(lower)
    if plain != lower:
        found += [
            _word(password, places[start], places[end + 1] - 1, word, _OTHER_SPELLINGS * rank)
            for start, end, word, rank in _words_in(plain, _plain)
            if lower[places[start] : places[end + 1]] not in _ranks
        ]
    return found


_OTHER_SPELLINGS = 2
"""Times more guesses for a word that is not spelt as the lists have it."""
_SPELLINGS = re.compile(
    r"(?P<sh>sy|sh|s(?=i))|(?P<ch>ty|cy|ch|t(?=i))|(?P<ts>ts|t(?=u))|(?P<f>h(?=u))"
    r"|(?P<j>zy|jy|[zd](?=i))|(?P<n>nn(?=[^aiueoy]|$)|m(?=[bp]))"
    r"|(?P<a>a[a-]+)|(?P<i>i[i-]+)|(?P<u>u[u-]+)|(?P<e>e[e-]+)|(?P<o>o(?:[ou-]|h(?![aiueoy]))+)"
)
"""What Japanese spell in several ways, by the one that is taken here."""
_DOUBLED = re.compile("aa|ii|uu|ee|o[ouh]|nn|m[bp]")
"""What of that may stand in the short spelling of Hepburn."""


def _in_one_spelling(lower: str) -> tuple[str, list[int]]:
    """Return `lower` with one spelling for all, and where each of its characters begins there.

    People mix the ways of writing Japanese in Latin letters, within a word too; the lists have each
    way by itself. Long vowels become short: pasuwa-do, pasuwaado and pasuwado are the same.
    """
    pieces: list[str] = []
    places: list[int] = []
    done = 0
    for found in _SPELLINGS.finditer(lower):
        start, end = found.span()
        kind = found.lastgroup or ""
        pieces += (lower[done:start], kind)
        places += range(done, start)
        places += [start] * len(kind)
        done = end
    pieces.append(lower[done:])
    places += range(done, len(lower) + 1)
    return "".join(pieces), places


def _reverse_dictionary_match(password: str, _ranked_dictionaries: object = None) -> list[Match]:
    last = len(password) - 1
    return [
        _word(password, last - end, last - start, word, rank, reversed=True)
        for start, end, word, rank in _words_in(_lower(password)[::-1])
        if end - start > 1
    ]


def _l33t_match(password: str, _ranked_dictionaries: object = None) -> list[Match]:
    lower = _lower(password)
    present = [sign for sign in _L33T if sign in lower]
    found: dict[tuple[int, int, str], Match] = {}
    for letters in itertools.product(*(_L33T[sign] for sign in present)):
        read = dict(zip(present, letters, strict=True))
        table = str.maketrans("".join(present), "".join(letters))
        for start, end, word, rank in _words_in(lower.translate(table)):
            written = lower[start : end + 1]
            if written != word and (start, end, word) not in found:
                found[start, end, word] = _word(
                    password,
                    start,
                    end,
                    word,
                    rank,
                    sub={sign: letter for sign, letter in read.items() if sign in written},
                )
    return list(found.values())


def _lower(text: str) -> str:
    """Return `text` in lower case, each character in its place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(each if len(each.lower()) > 1 else each.lower() for each in text)


def _word(
    password: str,
    start: int,
    end: int,
    word: str,
    rank: int,
    *,
    reversed: bool = False,
    sub: dict[str, str] | None = None,
) -> Match:
    return {
        "pattern": "dictionary",
        "dictionary_name": "known",
        "i": start,
        "j": end,
        "token": password[start : end + 1],
        "matched_word": word,
        "rank": rank,
        "reversed": reversed,
        "l33t": sub is not None,
        "sub": sub or {},
    }


# Walks over the keyboard. zxcvbn knows walks from key to neighbouring key; people also walk in
# lines beside each other (1qaz2wsx), which is a walk whose steps recur.

_KEYS_US = (
    ("1234567890-=", "!@#$%^&*()_+"),
    ("qwertyuiop[]", "QWERTYUIOP{}"),
    ("asdfghjkl;'", 'ASDFGHJKL:"'),
    ("zxcvbnm,./", "ZXCVBNM<>?"),
)
_KEYS_JIS = (
    ("1234567890-^\\", "!\"#$%&'()\0=~|"),
    ("qwertyuiop@[", "QWERTYUIOP`{"),
    ("asdfghjkl;:]", "ASDFGHJKL+*}"),
    ("zxcvbnm,./\\", "ZXCVBNM<>?_"),
)
"""The keys of JIS X 6002, plain and shifted; there is nothing on the shifted zero."""
_KEYPAD = (("789", ""), ("456", ""), ("123", ""), ("0", ""))


def _places(rows: tuple[tuple[str, str], ...]) -> dict[str, tuple[int, int, bool]]:
    return {
        character: (x, y, shifted)
        for y, row in enumerate(rows)
        for shifted, keys in zip((False, True), row, strict=True)
        for x, character in enumerate(keys)
        if character != "\0"
    }


_KEYBOARDS = tuple(map(_places, (_KEYS_US, _KEYS_JIS, _KEYPAD)))
_SHORTEST_WALK = 3
_FIRST_KEY = 30
"""Keys to start from; few start in the middle."""
_TURN = 6
"""Directions to turn to, about."""
_LEAP = 40
"""Keys to go on from, after a leap."""
_SHIFT = 3
"""Whether, and from where, the shift key is held."""


_zxcvbn_spatial_match = matching.spatial_match


def _spatial_match(password: str, **_: object) -> list[Match]:
    found: list[Match] = _zxcvbn_spatial_match(password)
    return found + [match for places in _KEYBOARDS for match in _walks(password, places)]


def _walks(password: str, places: dict[str, tuple[int, int, bool]]) -> Iterator[Match]:
    start, length = 0, len(password)
    while start < length:
        if password[start] not in places:
            start += 1
            continue
        steps: list[tuple[int, int]] = []
        costs = [float(_FIRST_KEY * (_SHIFT if places[password[start]][2] else 1))]
        end, leaps = start, 0
        while end + 1 < length and password[end + 1] in places:
            here, there = places[password[end]], places[password[end + 1]]
            step = (there[0] - here[0], there[1] - here[1])
            near = _is_near(step)
            cost = _step_cost(steps, step, near=near)
            if not near:
                if cost == _LEAP:
                    leaps += 1
                    # A leap is part of a walk between two lines of at least three keys.
                    if leaps > 1 or len(steps) < 2 or not _is_line(password, end + 1, places):
                        break
                else:
                    leaps = max(0, leaps - 1)
            steps.append(step)
            costs.append(cost * (_SHIFT if here[2] != there[2] else 1))
            end += 1
        if end - start + 1 >= _SHORTEST_WALK:
            guesses = 1.0
            for place, cost in enumerate(costs):
                guesses *= cost
                if place + 1 >= _SHORTEST_WALK:
                    yield {
                        "pattern": "spatial",
                        "graph": "walk",
                        "i": start,
                        "j": start + place,
                        "token": password[start : start + place + 1],
                        "guesses": max(1, round(min(guesses, 1e30) * 1.2 ** (place // 2))),
                    }
        start += 1 if end == start else max(1, end - start)


def _is_near(step: tuple[int, int]) -> bool:
    return step != (0, 0) and max(map(abs, step)) == 1


def _is_line(password: str, start: int, places: dict[str, tuple[int, int, bool]]) -> bool:
    keys = password[start : start + 3]
    if len(keys) < 3 or any(each not in places for each in keys):
        return False
    spots = [places[each] for each in keys]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(spots)]
    return steps[0] == steps[1] and _is_near(steps[0])


def _step_cost(steps: list[tuple[int, int]], step: tuple[int, int], *, near: bool) -> float:
    """Return how many steps an attacker would try before this one."""
    if steps and step == steps[-1]:
        return 1
    for lag in range(2, min(len(steps), 9)):
        # The same step came `lag` steps ago, after the same step as now: the pattern recurs.
        if steps[-lag] == step and steps[-lag - 1] == steps[-1]:
            return 1.5
    return _TURN if near else _LEAP


# The second reckoning.

_SIGNS = {
    "!": 3, "@": 4, "#": 5, "-": 3, "_": 3, ".": 4, "$": 6, "?": 6, "*": 6, "&": 8, "+": 8, "%": 10,
    "/": 10, "=": 10, " ": 4, "~": 12, ",": 12, ":": 12, ";": 15, "^": 15, "(": 15, ")": 15,
}  # fmt: skip
"""How many signs people think of before this one."""
_OTHER_SIGN = 33
_LONGEST_EVERYDAY = 14
_PARTICLE_GUESSES = 6
"""Guesses for one of the few particles that may follow a word."""
_BEFORE_EVERYDAY = 10
"""Guesses that even the commonest word of a sentence takes."""
_DIGITS = re.compile("[0-9]+")
_PHONE = re.compile(
    "0[5789]0-?[0-9]{4}-?[0-9]{4}(?![0-9])"
    "|(?=0(?:[0-9]-?){9}(?![0-9]))0[1-9][0-9]{0,3}-?[0-9]{1,4}-?[0-9]{4}"
)
_POST_CODE = re.compile("[0-9]{3}-[0-9]{4}")
_ERA = re.compile("(?:reiwa|heisei|showa|shouwa|[rhs])(?:0?[1-9]|[1-6][0-9])(?![0-9])")
_FAMILIAR = {
    "1": 2, "01": 8, "11": 15, "12": 8, "21": 15, "00": 15, "99": 15, "23": 15, "77": 15, "69": 15,
    "123": 3, "111": 8, "777": 10, "000": 10, "007": 10, "999": 12, "321": 10, "001": 10,
    "1234": 4, "0000": 15, "1111": 12, "4649": 20, "5963": 40, "0123": 20, "12345": 5, "123456": 5,
}  # fmt: skip
"""Numbers that come before others of their length. 4649 reads yoroshiku, 5963 gokurosan."""

_WAYS_TO_WRITE_A_DAY = 4
"""Its parts in another order, or without zeros."""

_WORD, _EVERYDAY, _PARTICLE, _OTHER = "word", "everyday", "particle", "other"
Part = tuple[int, float, str]
"""Where it ends (exclusive), the power of ten of its guesses, and its kind."""


def _joined(text: str, matches: list[Match]) -> float:
    """Return the power of ten of the guesses for somebody who joins parts as people do.

    The guesses of the parts are multiplied, with two for each join: is there a further part?
    Everything shorter comes before; each further part makes that ten times more.
    """
    length = len(text)
    parts = _parts(text, matches)
    # By how many words there are so far, and whether the last part is one, or an everyday one.
    best: list[dict[tuple[int, bool], tuple[float, int]]] = [{} for _ in range(length + 1)]
    best[0][0, False] = (0.0, 0)
    join = log10(2)
    for start in range(length):
        for (words, after_word), (cost, count) in best[start].items():
            for end, own, kind in parts[start]:
                if kind is _PARTICLE and not after_word:
                    continue
                state = (words + (kind is _WORD), kind in (_WORD, _EVERYDAY))
                if state[0] > MOST_WORDS:
                    continue
                more = own + (join if count else 0.0)
                if kind is _WORD and words and text[start].isupper():
                    more -= log10(2)  # who writes one word large writes the next one so
                if state[0] == MOST_WORDS > words:
                    more += 1.0  # by now it counts that each may come from any list
                candidate = (cost + more, count + 1)
                known = best[end].get(state)
                if known is None or candidate < known:
                    best[end][state] = candidate
    return min(
        (
            log10(10**cost + 10 ** min(7, count + 2) * (count > 1))
            for cost, count in best[length].values()
        ),
        default=inf,
    )


_WAYS_TO_DEAL = 20
"""Ways to deal a number among letters that people think of: between all, around, in the middle…"""


def _interleaved(text: str) -> float:
    """Return the power of ten of the guesses for a word with a number dealt among its letters."""
    letters = "".join(each for each in _lower(text) if each.isalpha())
    number = "".join(each for each in text if not each.isalpha())
    ranks = [_ranks[word] for word in (letters, letters[::-1]) if word in _ranks]
    if len(letters) < 3 or not number or not ranks:
        return inf
    capitals = 1 if text.islower() else 2
    guesses = min(ranks) * capitals * _WAYS_TO_DEAL
    if number.isdigit() and number.isascii():
        year = len(number) == 4 and 1900 <= int(number) <= scoring.REFERENCE_YEAR + 1
        return log10(guesses * (_year_guesses(int(number)) if year else _number_guesses(number)))
    return log10(guesses) + sum(log10(_SIGNS.get(each, _OTHER_SIGN)) for each in set(number))


def _parts(text: str, matches: list[Match]) -> list[list[Part]]:
    parts: list[list[Part]] = [[] for _ in text]
    for match in matches:
        kind = _WORD if match["pattern"] == "dictionary" else _OTHER
        parts[match["i"]].append((match["j"] + 1, _match_cost(match), kind))
    lower = _lower(text)
    for start, character in enumerate(text):
        parts[start] += _small_words(lower, start)
        if character.isdigit() and character.isascii():
            parts[start] += _numbers(text, start)
        else:
            cost = log10(_character_guesses(text, start))
            parts[start].append((start + 1, cost, _OTHER))
    for pattern, guesses in ((_PHONE, 3e7), (_POST_CODE, 1.2e5)):
        for found in pattern.finditer(text):
            parts[found.start()].append((found.end(), log10(guesses), _OTHER))
    for found in _ERA.finditer(lower):
        parts[found.start()].append((found.end(), log10(60), _OTHER))
    return parts


def _small_words(lower: str, start: int) -> Iterator[Part]:
    for end in range(start + 1, min(len(lower), start + _LONGEST_EVERYDAY) + 1):
        word = lower[start:end]
        if word in _PARTICLES:
            yield end, log10(_PARTICLE_GUESSES), _PARTICLE
        if end - start > 1 and (rank := _everyday.get(word)) is not None:
            guesses = (_BEFORE_EVERYDAY + rank) * (3 if end - start == 2 else 1)
            yield end, log10(guesses), _EVERYDAY


def _character_guesses(text: str, start: int) -> int:
    character = text[start]
    if character.isalpha():
        like_before = start > 0 and text[start - 1].isupper()
        return 26 if character.islower() or like_before else 52
    return 2 if character in text[:start] else _SIGNS.get(character, _OTHER_SIGN)


def _match_cost(match: Match) -> float:
    if match["pattern"] == "dictionary":
        guesses = max(scoring.dictionary_guesses(match), 1)
        # Two letters are hardly a word; they stand in for what is between words.
        return log10(max(guesses, 60) if match["j"] - match["i"] < 2 else guesses)
    if match["pattern"] == "regex":
        return log10(_year_guesses(int(match["token"])))
    if match["pattern"] == "date" and not match["separator"]:
        if match["year"] > scoring.REFERENCE_YEAR + 1:
            return float(len(match["token"]))  # digits that happen to read as some day to come
        return log10(scoring.date_guesses(match) * _WAYS_TO_WRITE_A_DAY)
    return log10(max(float(scoring.estimate_guesses(match, match["token"])), 1))


def _year_guesses(year: int) -> float:
    """Return how many years come to mind before this one: the latest first, then birthdays."""
    return max(6.0, 1.5 * abs(int(scoring.REFERENCE_YEAR) - year))


def _numbers(text: str, start: int) -> Iterator[Part]:
    run = _DIGITS.match(text, start)
    assert run is not None
    for end in range(start + 1, min(run.end(), start + 8) + 1):
        digits = text[start:end]
        yield end, log10(_number_guesses(digits)), _OTHER


@functools.lru_cache(4096)
def _number_guesses(digits: str) -> float:
    guesses = _FAMILIAR.get(digits, 10.0 ** len(digits))
    if len(digits) == 4:
        month, day = int(digits[:2]), int(digits[2:])
        if (1 <= month <= 12 and 1 <= day <= 31) or (1 <= day <= 12 and 1 <= month <= 31):
            guesses = min(guesses, 366)
    if len(digits) == 6 and 1 <= int(digits[4:]) <= 12:
        guesses = min(guesses, 12 * _year_guesses(int(digits[:4])))
    if len(digits) == 8 and 1900 <= int(digits[:4]) <= scoring.REFERENCE_YEAR + 1:
        month, day = int(digits[4:6]), int(digits[6:])
        if 1 <= month <= 12 and 1 <= day <= 31:
            guesses = min(guesses, 366 * _year_guesses(int(digits[:4])))
    return guesses
