"""A pattern that is made quick finds what it finds as it is written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.messages.refusing import OPT_OUT
from checks.wording.patterns import any_of, guarded, lowered, needles
from checks.wording.words import words

PATTERNS = (
    r"(?:メール|購読)(?:の|を)?.{0,4}(?:停止|解除)|退会|un-?subscrib",
    r"\b\d{1,3}\s?%\s?off|\bSale\b|[a-c]x+",
    r"(?<!\d)0\d{1,4}[-(]\d{2,4}|tel[:：]?\s?\d+",
    r"^\s*(?:vol\.|第\d+号)|(?:終わり|end)$",
    r"(?P<name>[^\s:]{1,4})\s*[:/](?!/)|(?:abc){2}|\W{3}|x?",
    r"(?:data|to).{0,9}(?:\bU\.?S\b|\W[A-D]\S)|ß",
)


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=50)
@given(data=st.data())
def test_every_match_holds_a_needle_and_is_found_where_it_begins(
    pattern: str, data: st.DataObject
) -> None:
    text = data.draw(
        st.one_of(
            st.from_regex(re.compile(pattern, re.IGNORECASE)),
            st.text("aABbcxU.S tel:0123-(%メール停止退会第号\n", max_size=30),
        )
    )
    plain = re.compile(pattern, re.IGNORECASE)
    small = re.compile(guarded(lowered(pattern)))
    begins = [at for at in range(len(text) + 1) if plain.match(text, at)]
    assert [at for at in range(len(text) + 1) if small.match(text.lower(), at)] == begins
    if begins and needles(pattern):
        assert re.search(any_of(needles(pattern)), text.lower())


def test_the_rarest_words_are_the_needles() -> None:
    found = needles(r"(?:メール|購読)(?:の|を)?.{0,4}(?:停止|解除)|退会|un-?subscrib")
    assert found == ["un-subscrib", "unsubscrib", "停止", "解除", "退会"]
    assert any_of(found) == r"u(?:n(?:\-subscrib|subscrib))|停止|解除|退会"


def test_everyday_words_are_needles_only_where_there_are_no_others() -> None:
    refusing = ["中止", "停止", "取消", "解除"]
    assert needles(r"(?:メール|案内).{0,9}(?:停止|解除|中止|取消)") == refusing
    assert needles(r"(?:メール|案内)\w") == ["メール", "案内"]


def test_what_may_be_empty_is_found_as_often_as_it_is_there() -> None:
    assert [each.span() for each in words("(?:ab)?").finditer("xAB")] == [(0, 0), (1, 3), (3, 3)]


def test_patterns_of_hundreds_of_words_have_needles_too() -> None:
    many = "|".join(f"{first}{second} .x" for first in "abcdefghijkl" for second in "mnopqrstuvwx")
    assert len(needles(many)) == 144
    assert all(each.needles for each in OPT_OUT.both)


def test_what_can_be_anything_has_no_needles() -> None:
    assert not needles(r"\w+|abc")
    assert guarded(r"\w*|abc") == r"\w*|abc"
