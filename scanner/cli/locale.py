"""The language that the user's locale asks for, and sentences in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.model import Text


def preferred(environment: Mapping[str, str] = os.environ) -> str:
    """Return the code of the language that the user's locale asks for."""
    for name in ("MAMORI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "ja" if value.lower().startswith("ja") else "en"
    return "en"


def translate(template: str) -> str:
    """Return a sentence of the command line in the language of the user's locale."""
    code = preferred()
    if code == "en":
        return template
    from scanner.language import language

    return language(code).translate(template)


def say(text: Text, code: str | None = None) -> str:
    """Return `text` in the language `code`, or in that of the user's locale."""
    from scanner.language import language

    return language(code or preferred()).say(text)
