"""Puts sentences into the reader's language, and values from outside into a harmless form."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import msgspec

from scanner import registry
from scanner.document import parse
from scanner.model import Text

_VALUE_LIMIT = 200
# C0 and C1 controls, line separators, and the marks that reorder or hide text.
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
    "|[\ud800-\udfff]"
)


class Language(msgspec.Struct, frozen=True):
    """A language and its sentences, by the English template."""

    code: str
    catalogue: Mapping[str, str] = {}

    def translate(self, template: str) -> str:
        """Return `template` in this language, or as it is where no translation exists."""
        return self.catalogue.get(template, template)

    def say(self, text: Text) -> str:
        """Return `text` in this language, with its values in a harmless form."""
        return self.fill(text.template, text.values)

    def fill(self, template: str, values: Mapping[str, Any]) -> str:
        """Return `template` in this language, filled from `values`."""
        if not values:
            return self.translate(template)
        spoken = {name: self._spell(value) for name, value in values.items()}
        return self.translate(template).format_map(spoken)

    def join(self, *sentences: str) -> str:
        """Return sentences one after the other, as this language sets them."""
        return ("" if self.code == "ja" else " ").join(filter(None, sentences))

    def _spell(self, value: Any) -> str:
        if isinstance(value, Text):
            return self.say(value)
        if isinstance(value, Enum):
            return self.translate(str(value.value))
        if isinstance(value, bool) or value is None:
            return self.translate(spell(value))
        if isinstance(value, (tuple, list)):
            return ", ".join(self._spell(item) for item in value)
        return spell(value)


ENGLISH = Language("en")


@functools.cache
def language(code: str) -> Language:
    """Return the language `code`, `en` or `ja`, with every installed translation."""
    if code == ENGLISH.code:
        return ENGLISH
    catalogue: dict[str, str] = {}
    for folder in registry.policy_folders():
        texts = folder / code
        if texts.is_dir():
            for file in sorted(texts.iterdir(), key=lambda file: file.name):
                if file.name.endswith(".yaml"):
                    document = parse(file.read_bytes(), file.name)
                    catalogue.update(document.convert(dict[str, str]))
    return Language(code, catalogue)


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
        return ", ".join(printable(spell(item)) for item in items)
    return printable(str(value))


def printable(text: str, limit: int = _VALUE_LIMIT) -> str:
    r"""Return `text` from outside so that no terminal, page or log obeys it.

    Control and reordering characters become `\xNN` or `\uNNNN`; beyond `limit` characters the
    rest is cut, and the cut is shown.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return _HARMFUL.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
