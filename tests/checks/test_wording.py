"""A search that looks first whether it need look finds what a plain search finds."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

import checks
from checks.wording.words import Bilingual, Words

CORPUS = Path(__file__).parents[1] / "corpus"
MODULES = sorted(each.name for each in pkgutil.walk_packages(checks.__path__, "checks."))
SOME = 256
"""Lines that are searched for each module, for each others, from all over the corpus."""


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return [line for file in CORPUS.glob("*.yaml") for line in file.read_text().split("\n")]


def spans(found: Iterable[re.Match[str] | None]) -> list[tuple[int, int] | None]:
    return [each and each.span() for each in found]


@pytest.mark.parametrize("name", MODULES)
def test_words_are_found_in_any_case_as_a_plain_search_finds_them(
    name: str, lines: list[str]
) -> None:
    some = lines[MODULES.index(name) :: len(lines) // SOME]
    held = list(vars(importlib.import_module(name)).values())
    inside = (vars(each).values() for each in held if isinstance(each, Bilingual))
    patterns = [each for each in (*held, *itertools.chain(*inside)) if isinstance(each, Words)]
    for words in patterns:
        # A name in braces would be a part that nobody put in.
        assert not re.search(r"\{_?[A-Z][A-Z_]+\}", vars(words)["_pattern"])
        plain = re.compile(vars(words)["_pattern"], re.IGNORECASE)
        for text in (each for line in some for each in (line, line.upper())):
            assert spans([words.search(text)]) == spans([plain.search(text)])
            assert spans(words.finditer(text)) == spans(plain.finditer(text))
