"""Romaji: the ways people write one reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.romaji import has_kana, romanised, spellings


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("さとう", {"sato", "satou", "satoh"}),
        ("つちや", {"tsuchiya", "tutiya"}),
        ("なんば", {"nanba", "namba"}),
        ("おおた", {"ota", "oota", "ohta"}),
        ("しょうじ", {"shoji", "shouji", "syouzi", "syozi"}),
        ("じゅん", {"jun", "zyun", "jyun"}),
        ("マーケティング", {"maaketingu"}),
        ("ファックス", {"fakkusu"}),
        ("マッチャ", {"matcha"}),
    ],
)
def test_a_reading_has_the_spellings_that_people_use(reading: str, expected: set[str]) -> None:
    assert expected <= set(spellings(reading))


def test_kana_is_read_as_typed_and_the_rest_stays() -> None:
    assert romanised("とうきょう2024!") == "toukyou2024!"
    assert romanised("ﾊﾟｽﾜｰﾄﾞ") == "pasuwaado"
    assert romanised("東京タワー") == "東京tawaa"
    assert has_kana("東京タワー")
    assert not has_kana("東京2024")


@given(st.text("あぁいうえきしちつにゃゅょっーんパ", max_size=20))
def test_any_kana_becomes_latin(reading: str) -> None:
    assert romanised(reading).isascii()
