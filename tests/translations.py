"""The Japanese catalogues as they are kept, for the tests that hold them complete."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent.parent / "policies/locale/ja/LC_MESSAGES"


@functools.cache
def japanese() -> Mapping[str, str]:
    """Return every translation by its English template."""
    found: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.po")):
        with file.open("rb") as source:
            found |= {str(each.id): str(each.string) for each in read_po(source) if each.id}
    return found
