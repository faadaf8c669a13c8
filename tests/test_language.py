"""Values from outside are shown harmlessly; sentences come in the reader's language."""

from __future__ import annotations

from datetime import UTC, datetime
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.language import ENGLISH, Language, language, printable, spell
from scanner.model import Text


def test_terminal_escapes_become_visible() -> None:
    assert printable("\x1b[31mred\x1b[0m\n") == "\\x1b[31mred\\x1b[0m\\x0a"


def test_marks_that_reorder_text_become_visible() -> None:
    assert printable("abc\u202egpj.exe") == "abc\\u202egpj.exe"


def test_a_long_value_is_cut_and_the_cut_is_shown() -> None:
    assert printable("x" * 10_000) == "x" * 199 + "…"


@given(st.text())
def test_nothing_printable_returns_can_steer_a_terminal(text: str) -> None:
    shown = printable(text)
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in shown)
    shown.encode()  # lone surrogates would fail here


def test_values_are_never_read_as_templates() -> None:
    text = Text.of("{name} has a problem.", name="{secret.__class__}")
    assert ENGLISH.say(text) == "{secret.__class__} has a problem."


class Sentences(NullTranslations):
    """A catalogue of what a test says."""

    def gettext(self, message: str) -> str:
        return {"{n} people": "{n}人"}.get(message, message)


def test_a_translation_keeps_the_values() -> None:
    japanese = Language("ja", (Sentences(),))
    assert japanese.say(Text.of("{n} people", n=3)) == "3人"


def test_values_are_spelt_for_people() -> None:
    assert spell(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02"
    assert spell(("a", "b")) == "a, b"
    assert [spell(value) for value in (True, False, None)] == ["yes", "no", "none"]


def test_the_shipped_japanese_texts_load() -> None:
    assert language("ja").translate("yes") == "はい"


@pytest.mark.parametrize(
    "hidden", ["\u00ad", "\u200b", "\u3164", "\ufe0f", "\U000e0041", "\ue000", "\u2800"]
)
def test_what_nobody_sees_becomes_visible(hidden: str) -> None:
    assert hidden not in printable(f"ad{hidden}min")


def test_marks_that_climb_over_other_lines_are_cut_short() -> None:
    assert printable("a" + "\u0301" * 50).count("\u0301") == 4


def test_a_list_without_end_is_cut_and_counted() -> None:
    assert spell(["name"] * 5000).endswith("… (5000)")
    assert len(spell(["x" * 1000] * 5000)) < 5000


def test_a_number_too_long_to_spell_is_no_error() -> None:
    assert spell(10**5000).endswith("…")


@pytest.mark.parametrize(
    "edited", ["{gone}", "{a.gone}", "{a[0][0][gone]}", "{a:>x}", "{", "{a!x}"]
)
def test_a_sentence_that_somebody_edited_in_a_snapshot_is_said_as_it_stands(edited: str) -> None:
    assert ENGLISH.say(Text(edited, {"a": "value"})) == edited
