"""What a key, or an app of others, is allowed, in the words of vendors."""

from __future__ import annotations

from typing import Annotated

from scanner.sdk import Rule, parameter


class Scopes(Rule, frozen=True):
    """Which scopes allow everything."""

    everything: Annotated[
        tuple[str, ...],
        parameter(
            "Scopes, in lower case, that stand for all rights.",
            source="OWASP Non-Human Identities Top 10 2025, NHI5; names as vendors use them",
        ),
    ] = (
        *("*", "admin", "administrator", "all", "full", "full access", "full_access", "root"),
        *("全権限", "すべて", "全て", "フルアクセス", "管理者", "全機能"),
    )

    def broad(self, scopes: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of `scopes` that allow everything."""
        return tuple(each for each in scopes if each.lower() in self.everything)
