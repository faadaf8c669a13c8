"""Secrets in environment variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from scanner.collect.vaults.reference import Held, VaultError
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, Storage, Text


def open_reference(
    name: str,
    *,
    environment: Mapping[str, str],
    folder: Path,  # noqa: ARG001 - part of the contract
) -> Held:
    """`env:NAME` reads the environment variable NAME of mamori's own process.

    Raises:
        VaultError: the variable is not set, or empty.
    """
    if not environment.get(name):
        raise VaultError(
            Reason.NOT_CONFIGURED,
            Text.of("The environment variable {name} is not set, or empty.", name=name),
            Text.of("Set {name} for the process that runs mamori.", name=name),
        )
    return Held(secret=Secret.of(environment[name]), storage=Storage.ENVIRONMENT)


class Environment(Mapping[str, str]):
    """Environment variables that no traceback with local variables prints."""

    __slots__ = ("_variables",)

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def __getitem__(self, name: str) -> str:
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def __repr__(self) -> str:
        return f"<{len(self)} environment variables>"
