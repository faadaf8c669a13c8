"""Patterns of words → the same patterns, quick to try.

Python tries a pattern of many alternatives at every character of a text, one alternative after the
other, and slower still where capitals do not matter. Three things spare it most of that: looking
first for the words that every match must hold, which most texts do not; trying the pattern at those
characters alone that a match can begin with; and trying it in lower case. None changes what is
found.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import Any

try:
    # No public part of the standard library; without it patterns are as slow as they are.
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover - no Python so far
    _parser = None

_MOST = 512
"""Words; more of them would be found no faster than the pattern itself."""
_MOST_JOINED = 32
"""Words that are made of others; where there would be more, either those or the others will do."""
_CLASSES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_NOT_WORD": r"\W",
}

Items = Iterable[tuple[Any, Any]]


def guarded(pattern: str) -> str:
    """Return `pattern` so that it is tried only where a match can begin.

    What it finds begins where a match does, and need not end there.
    """
    begins, empty = _first(_parser.parse(pattern)) if _parser else (None, True)
    if empty or not begins:
        return pattern
    # Python skips what is not of a set that a pattern begins with, but not of one it looks ahead
    # for: so the character comes first, and whether a match begins with it is asked behind it.
    return f"[{''.join(sorted(begins))}](?<=(?={pattern})[\\s\\S])"


def lowered(pattern: str) -> str:
    """Return `pattern` as it is for text in lower case."""
    # Capitals after a backslash, and those that begin a group, are no letters to be found.
    return re.sub(r"(\\.|\(\?P?<?\w*)|[A-Z]", lambda each: each[1] or each[0].lower(), pattern)


def needles(pattern: str) -> list[str]:
    """Return words, in lower case, of which every match of `pattern` holds one.

    Empty where there are no such words.
    """
    needed = _needed(_parser.parse(pattern)) if _parser else frozenset()
    return sorted(each for each in needed if not any(o in each for o in needed if o != each))


def any_of(words: Iterable[str]) -> str:
    """Return the pattern of `words`, in which each beginning that some share is tried once."""
    ends: dict[str, list[str]] = {}
    for each in sorted(words):
        ends.setdefault(each[:1], []).append(each[1:])
    return "|".join(
        re.escape(first)
        + (rest[0] and re.escape(rest[0]) if len(rest) == 1 else f"(?:{any_of(rest)})")
        for first, rest in ends.items()
    )


def _first(items: Items) -> tuple[set[str] | None, bool]:
    """Return what a match can begin with, written as inside `[]`, and whether it can be empty.

    None where it can be anything.
    """
    begins: set[str] = set()
    for operation, details in items:
        these, empty = _first_of(operation, details)
        if these is None:
            return None, False
        begins |= these
        if not empty:
            return begins, False
    return begins, True


def _first_of(operation: object, details: Any) -> tuple[set[str] | None, bool]:
    match str(operation):
        case "LITERAL":
            return {re.escape(chr(details))}, False
        case "IN":
            members = [_member(str(kind), each) for kind, each in details]
            return (None if None in members else {each for each in members if each}), False
        case "SUBPATTERN":
            return _first(details[3])
        case "MAX_REPEAT" | "MIN_REPEAT":
            begins, empty = _first(details[2])
            return begins, empty or not details[0]
        case "BRANCH":
            found = [_first(each) for each in details[1]]
            empty = any(empty for _, empty in found)
            if any(begins is None for begins, _ in found):
                return None, empty
            return set().union(*(begins for begins, _ in found if begins)), empty
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return set(), True
    return None, False


def _member(kind: str, member: Any) -> str | None:
    """Return one member of a set of characters as it is written in a pattern."""
    match kind:
        case "LITERAL":
            return re.escape(chr(member))
        case "RANGE":
            return "-".join(re.escape(chr(each)) for each in member)
        case "CATEGORY":
            return _CLASSES.get(str(member))
    return None


def _needed(items: Items) -> frozenset[str]:
    """Return words of which every match holds one, the rarest that can be told; or none."""
    found: list[frozenset[str]] = []
    run = frozenset(("",))
    for operation, details in items:
        words = _all(operation, details)
        joined = None if words is None else _joined(run, words)
        if joined is None:
            found.append(run)
            run = frozenset(("",)) if words is None else words
            found.append(_needed_by(operation, details))
        else:
            run = joined
    found.append(run)
    usable = [each for each in found if each and "" not in each]
    return max(usable, key=_rarity, default=frozenset())


def _rarity(words: frozenset[str]) -> tuple[int, int]:
    """Return how rare `words` are, about: by the least rare of them, then by how few they are."""
    least = min(0 if each in _EVERYDAY else len(each.encode()) for each in words)
    return min(_RARE, least), -len(words)


_RARE = 6
"""Bytes of a word that few texts hold by chance: six letters, or two characters of Japanese."""
_EVERYDAY = frozenset(
    (
        *("お客様", "お知らせ", "サービス", "サイト", "ページ", "メール", "会員", "会社", "個人"),
        *("個人情報", "利用", "取得", "当社", "情報", "提供", "案内", "目的", "登録", "送信"),
        *("配信", "email", "e-mail", "information", "mail", "personal", "please", "privacy"),
        *("service", "your"),
    )
)
"""Words that many notices and mails hold."""


def _needed_by(operation: object, details: Any) -> frozenset[str]:
    """Return what `_needed` does, for one item of a pattern."""
    match str(operation):
        case "SUBPATTERN":
            return _needed(details[3])
        case "MAX_REPEAT" | "MIN_REPEAT" if details[0]:
            return _needed(details[2])
        case "BRANCH":
            branches = [_needed(each) for each in details[1]]
            every = frozenset(itertools.chain.from_iterable(branches))
            return every if all(branches) and len(every) <= _MOST else frozenset()
    return frozenset()


def _all(operation: object, details: Any) -> frozenset[str] | None:
    """Return everything that one item of a pattern can be, in lower case, if that is not much."""
    match str(operation):
        case "LITERAL":
            return frozenset((chr(details).lower(),))
        case "IN" if all(str(kind) == "LITERAL" for kind, _ in details):
            return frozenset(chr(each).lower() for _, each in details)
        case "AT":
            return frozenset(("",))
        case "SUBPATTERN":
            return _every(details[3])
        case "MAX_REPEAT" | "MIN_REPEAT" if tuple(details[:2]) == (0, 1):
            words = _every(details[2])
            return None if words is None else words | {""}
        case "BRANCH":
            branches = [_every(each) for each in details[1]]
            if None in branches:
                return None
            every = frozenset(itertools.chain.from_iterable(filter(None, branches)))
            return every if len(every) <= _MOST else None
    return None


def _every(items: Items) -> frozenset[str] | None:
    """Return everything that a pattern can be, in lower case, if that is not much."""
    run: frozenset[str] | None = frozenset(("",))
    for operation, details in items:
        words = _all(operation, details)
        run = None if run is None or words is None else _joined(run, words)
    return run


def _joined(run: frozenset[str], words: frozenset[str]) -> frozenset[str] | None:
    if len(run) * len(words) > _MOST_JOINED and min(len(run), len(words)) > 1:
        return None
    return frozenset(first + then for first in run for then in words)
