"""Which secrets are variations of one another: one core with a suffix for each service."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from difflib import SequenceMatcher
from importlib import resources
from itertools import combinations

from scanner.collect.romaji import romanised
from scanner.collect.vaults.secret import Secret

PIECE = 4
"""Characters in a row that two secrets must share to be compared at all."""
SHORTEST_CORE = 5
"""Characters that two short secrets must share, in a row."""
PLAIN_CORE = 8
"""Characters in a row that make a core whatever stands around them."""
SHARE = 0.4
"""Part of the shorter secret that such a core must make up: two long phrases may share a word."""
SHARE_OF_LONGER = 0.6
"""Part of the longer secret that a shorter core must make up."""
SHARE_IN_PARTS = 0.7
"""Part of the longer secret that a core must make up when something stands in its middle."""
LONGEST = 128
"""Characters of a secret that are compared."""
MOST_WITH_ONE_PIECE = 200
"""More secrets than this with a piece in common: the piece is 1234, and tells nothing."""

_SIGNS = str.maketrans("@013457$!", "aoieasts" + "i", " -_./:")


def variations(secrets: Mapping[str, Secret]) -> dict[str, tuple[str, ...]]:
    """Return for each name the others whose secret has the same core but is not the same.

    Case, width, separators, kana or Latin letters, and signs in place of letters make no difference
    to a core, nor do the names of products beside it. It may also stand backwards. Nothing is kept.
    """
    plain = {name: _plain(secret) for name, secret in secrets.items()}
    found: dict[str, list[str]] = {name: [] for name in secrets}
    for one, other in _candidates(plain):
        if secrets[one] != secrets[other] and (
            _have_one_core(plain[one], plain[other])
            or _have_one_core(plain[one], plain[other][::-1])
        ):
            found[one].append(other)
            found[other].append(one)
    order = {name: place for place, name in enumerate(secrets)}
    return {name: tuple(sorted(others, key=order.__getitem__)) for name, others in found.items()}


def _plain(secret: Secret) -> str:
    text = unicodedata.normalize("NFKC", secret.reveal()[:LONGEST]).casefold()
    text = romanised(text).translate(_SIGNS)[:LONGEST]
    core = _products().sub("", text)
    return core if len(core) >= PIECE else text


@functools.cache
def _products() -> re.Pattern[str]:
    names = resources.files(__package__).joinpath("wordlists", "vendors.txt").read_text("ascii")
    longest_first = sorted((n for n in names.split() if len(n) > 3), key=len, reverse=True)
    return re.compile("|".join(re.escape(name.translate(_SIGNS)) for name in longest_first))


def _candidates(plain: Mapping[str, str]) -> set[tuple[str, str]]:
    """Return the pairs that share a piece at all, so that not every pair must be compared."""
    owners: dict[str, list[str]] = {}
    for name, text in plain.items():
        # Each with its mirror image, so that one backwards meets the other.
        for piece in {*_pieces(text), *_pieces(text[::-1])}:
            owners.setdefault(piece, []).append(name)
    return {
        pair
        for names in owners.values()
        if 1 < len(names) <= MOST_WITH_ONE_PIECE
        for pair in combinations(names, 2)
    }


def _pieces(text: str) -> set[str]:
    return {text[place : place + PIECE] for place in range(len(text) - PIECE + 1)}


def _have_one_core(one: str, other: str) -> bool:
    if one == other:
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    core = matcher.find_longest_match().size
    shorter, longer = sorted((len(one), len(other)))
    if core >= PLAIN_CORE and core >= SHARE * shorter:
        return True
    if core >= SHORTEST_CORE and core >= SHARE_OF_LONGER * longer:
        return True
    parts = sum(each.size for each in matcher.get_matching_blocks() if each.size >= PIECE)
    return parts >= PLAIN_CORE and parts >= SHARE_IN_PARTS * longer
