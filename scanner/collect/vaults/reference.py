"""References like `keyring:mamori/shop` → the secrets they name, by whichever vault holds them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from scanner import registry
from scanner.collect.vaults.secret import Secret
from scanner.model import Fact, Reason, Storage, Text, Unknown
from scanner.model.errors import MamoriError


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A secret, and what its vault tells about it."""

    secret: Secret
    storage: Fact[Storage]
    stored: datetime | None = None
    """When the vault stored this copy, if it tells; the vendor may have issued it long before."""


class VaultError(Exception):
    """A secret could not be read or stored; `unknown` says why, and what to do."""

    def __init__(self, reason: Reason, detail: Text, remedy: Text | None = None) -> None:
        super().__init__(reason.value)
        self.unknown = Unknown(reason, detail, remedy)

    def __str__(self) -> str:
        texts = (self.unknown.detail, self.unknown.remedy)
        return " ".join(text.template.format_map(text.values) for text in texts if text)


class Vault(Protocol):
    """What an entry point of the group `mamori.vaults` is."""

    def __call__(self, name: str, *, environment: Mapping[str, str], folder: Path) -> Held:
        """Return the secret `name`; relative paths start from `folder`. Raises `VaultError`."""


def read_reference(reference: str, *, environment: Mapping[str, str], folder: Path) -> Held:
    """Return what `reference`, written `scheme:name`, points to.

    Raises:
        VaultError: there is no such vault or secret, or it cannot be read.
    """
    scheme, _, name = reference.partition(":")
    failure: VaultError
    try:
        return _vault(scheme)(name, environment=environment, folder=folder)
    except VaultError:
        raise
    except MamoriError as error:
        failure = VaultError(Reason.NOT_CONFIGURED, error.text)
    except Exception as bug:  # noqa: BLE001 - a stranger's vault must not take the scan down
        failure = _broken(scheme, type(bug).__name__)
    # Raised here, so that no traceback reaches back into the vault and what it held in its hands.
    raise failure


@functools.cache  # looking an entry point up takes longer than reading a secret
def _vault(scheme: str) -> Vault:
    vault: Vault = registry.part("vaults", scheme)
    return vault


def _broken(scheme: str, kind: str) -> VaultError:
    return VaultError(
        Reason.BUG,
        Text.of("The vault {vault} failed ({kind}).", vault=scheme, kind=kind),
        Text.of("Please report this to whoever provides the vault."),
    )
