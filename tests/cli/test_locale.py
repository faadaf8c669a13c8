"""The locale chooses the language of the command line."""

from __future__ import annotations

import pytest

from scanner.cli.locale import preferred


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}, "en"),
        ({"MAMORI_LANG": "ja", "LC_ALL": "C"}, "ja"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_locale_chooses_the_language(variables: dict[str, str], code: str) -> None:
    assert preferred(variables) == code
