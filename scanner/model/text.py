"""Sentences that are put into the reader's language only when somebody reads them."""

from __future__ import annotations

from typing import Any

import msgspec


class Text(msgspec.Struct, frozen=True, gc=False):
    """An English sentence with `{name}` places, and the values that fill them.

    The template is also the key under which a translation is found, so that no sentence has a
    second identity that could drift from the first.
    """

    template: str
    values: dict[str, Any] = {}

    @classmethod
    def of(cls, template: str, /, **values: Any) -> Text:
        """Return the sentence `template` filled from `values`."""
        return cls(template, values)

    def __str__(self) -> str:
        """Return the sentence in English, for errors that no reader's language is known for."""
        return self.template.format_map(self.values)
