"""Which secrets are variations of one another: one core with a suffix for each service."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from difflib import SequenceMatcher
from itertools import combinations

from scanner.collect.vaults.secret import Secret

SHORTEST_CORE = 5
"""Characters that two short secrets must share, in a row."""
PLAIN_CORE = 8
"""Characters in a row that make a core whatever stands around them."""
SHARE = 0.4
"""Part of the shorter secret that such a core must make up: two long phrases may share a word."""
SHARE_OF_LONGER = 0.6
"""Part of the longer secret that a shorter core must make up."""
LONGEST = 128
"""Characters of a secret that are compared."""
MOST_WITH_ONE_PIECE = 200
"""More secrets than this with a piece in common: the piece is 12345, and tells nothing."""

_SIGNS = str.maketrans("@013457$!", "aoieasts" + "i")


def variations(secrets: Mapping[str, Secret]) -> dict[str, tuple[str, ...]]:
    """Return for each name the others whose secret has the same core but is not the same.

    Case, width, and signs in place of letters make no difference to a core. Nothing is kept.
    """
    plain = {name: _plain(secret) for name, secret in secrets.items()}
    found: dict[str, list[str]] = {name: [] for name in secrets}
    for one, other in _candidates(plain):
        if secrets[one] != secrets[other] and _have_one_core(plain[one], plain[other]):
            found[one].append(other)
            found[other].append(one)
    order = {name: place for place, name in enumerate(secrets)}
    return {name: tuple(sorted(others, key=order.__getitem__)) for name, others in found.items()}


def _plain(secret: Secret) -> str:
    text = unicodedata.normalize("NFKC", secret.reveal()[:LONGEST]).casefold()
    return text.translate(_SIGNS)[:LONGEST]


def _candidates(plain: Mapping[str, str]) -> set[tuple[str, str]]:
    """Return the pairs that share a piece at all, so that not every pair must be compared."""
    owners: dict[str, list[str]] = {}
    for name, text in plain.items():
        pieces = {
            text[place : place + SHORTEST_CORE] for place in range(len(text) - SHORTEST_CORE + 1)
        }
        for piece in pieces:
            owners.setdefault(piece, []).append(name)
    return {
        pair
        for names in owners.values()
        if 1 < len(names) <= MOST_WITH_ONE_PIECE
        for pair in combinations(names, 2)
    }


def _have_one_core(one: str, other: str) -> bool:
    core = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    shorter, longer = sorted((len(one), len(other)))
    if core >= PLAIN_CORE and core >= SHARE * shorter:
        return True
    return core >= SHORTEST_CORE and core >= SHARE_OF_LONGER * longer
