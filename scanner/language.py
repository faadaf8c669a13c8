"""Puts sentences into the reader's language, and values from outside into a harmless form."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from gettext import GNUTranslations, NullTranslations
from typing import Any

import msgspec

from scanner import registry
from scanner.model import Text

_VALUE_LIMIT = 200
_MOST_ITEMS = 20
_PLAIN = re.compile(r"[ -~\u3001-\u30ff\u4e00-\u9fff\uff01-\uff5e]*")
"""Text that needs no closer look: ASCII without controls, and most of Japanese."""
_HARMFUL_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# Letters and marks that show nothing, and so could hide or imitate.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_MOST_MARKS = 4
"""Combining marks in a row that some script needs; more of them climb over other lines."""


class Language(msgspec.Struct, frozen=True):
    """A language and its sentences, by the English template."""

    code: str
    catalogues: tuple[NullTranslations, ...] = ()

    def translate(self, template: str) -> str:
        """Return `template` in this language, or as it is where no translation exists."""
        for catalogue in self.catalogues if template else ():
            translated = catalogue.gettext(template)
            if translated != template:
                return translated
        return template

    def say(self, text: Text) -> str:
        """Return `text` in this language, with its values in a harmless form."""
        return self.fill(text.template, text.values)

    def fill(self, template: str, values: Mapping[str, Any]) -> str:
        """Return `template` in this language, filled from `values`."""
        if not values:
            return self.translate(template)
        spoken = {name: self._spell(value) for name, value in values.items()}
        try:
            return self.translate(template).format_map(spoken)
        except (LookupError, AttributeError, ValueError, TypeError):  # somebody edited it
            return harmless(template)

    def join(self, *sentences: str) -> str:
        """Return sentences one after the other, as this language sets them."""
        return ("" if self.code == "ja" else " ").join(filter(None, sentences))

    def _spell(self, value: Any) -> str:
        if isinstance(value, Text):
            return self.say(value)
        if isinstance(value, Enum):
            return self.translate(str(value.value)).replace("_", " ")
        if isinstance(value, bool) or value is None:
            return self.translate(spell(value))
        if isinstance(value, (tuple, list)):
            return _listed([self._spell(item) for item in value[:_MOST_ITEMS]], len(value))
        return spell(value)


ENGLISH = Language("en")


@functools.cache
def language(code: str) -> Language:
    """Return the language `code`, `en` or `ja`, with every installed translation."""
    if code == ENGLISH.code:
        return ENGLISH
    catalogues = []
    for folder in registry.policy_folders():
        texts = folder / "locale" / code / "LC_MESSAGES"
        if texts.is_dir():
            for file in sorted(texts.iterdir(), key=lambda file: file.name):
                if file.name.endswith(".mo"):
                    with file.open("rb") as compiled:
                        catalogues.append(GNUTranslations(compiled))
    return Language(code, tuple(catalogues))


def spell(value: Any) -> str:
    """Return a value as a person writes it: dates as ISO 8601, lists with commas."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, dict):
        return " ".join(f"{printable(str(name))}={spell(part)}" for name, part in value.items())
    if isinstance(value, (tuple, list, set, frozenset)):
        items = sorted(value) if isinstance(value, (set, frozenset)) else list(value)
        return _listed([printable(spell(item)) for item in items[:_MOST_ITEMS]], len(items))
    try:
        return printable(str(value))
    except ValueError:  # Python spells no integer of more than 4,300 digits
        return f"{value:#x}"[:20] + "…"


def _listed(shown: list[str], count: int) -> str:
    return ", ".join(shown) + (f", … ({count})" if count > len(shown) else "")


def printable(text: str, limit: int = _VALUE_LIMIT) -> str:
    r"""Return `text` from outside so that no terminal, page or log obeys it.

    Control, reordering and invisible characters become `\xNN` or `\uNNNN`; beyond `limit`
    characters the rest is cut, and the cut is shown.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return harmless(text)


def harmless(text: str) -> str:
    """Return `text` with every character that steers, hides or reorders made visible."""
    if _PLAIN.fullmatch(text):
        return text
    shown, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        shown.append(
            _escape(character) if marks > _MOST_MARKS or _is_harmful(character) else character
        )
    return "".join(shown)


@functools.lru_cache(maxsize=4096)
def _is_harmful(character: str) -> bool:
    return (
        unicodedata.category(character) in _HARMFUL_CATEGORIES
        or character in _INVISIBLE
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
