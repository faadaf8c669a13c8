"""Which language the user's locale asks for."""

from __future__ import annotations

import os
from collections.abc import Mapping


def preferred(environment: Mapping[str, str] = os.environ) -> str:
    """Return the code of the language that the user's locale asks for."""
    for name in ("MAMORI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "ja" if value.lower().startswith("ja") else "en"
    return "en"
