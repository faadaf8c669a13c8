"""The one base of every error that a user can cause or mend."""

from __future__ import annotations

from typing import Any

from scanner.model.text import Text


class MamoriError(Exception):
    """Something the user can mend. `text` says what is wrong, where, and what to do.

    Subclasses stand beside the interface that raises them and choose their exit code.
    """

    exit_code = 2

    def __init__(self, template: str, /, **values: Any) -> None:
        self.text = Text(template, values)
        super().__init__(template, values)

    def __str__(self) -> str:
        return str(self.text)
