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
    issued: datetime | None = None
    """What the vault itself tells, here and below, counts before what is declared elsewhere."""
    rotated: datetime | None = None
    expires: datetime | None = None
    owner: str | None = None
    purpose: str | None = None


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


class Store(Protocol):
    """What an entry point of the group `mamori.stores` is."""

    def __call__(
        self, name: str, secret: Secret, *, environment: Mapping[str, str], folder: Path
    ) -> None:
        """Put `secret` in the place of the secret `name`. Raises `VaultError`."""


class Host(Protocol):
    """What an entry point of the group `mamori.vault-hosts` is."""

    def __call__(self, name: str, environment: Mapping[str, str]) -> str:
        """Return whom reading the secret `name` would ask; asks nobody and raises nothing."""


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


def announce_reference(reference: str, environment: Mapping[str, str]) -> Text:
    """Return what reading `reference` would do, and whom it would ask."""
    scheme, _, name = reference.partition(":")
    if scheme not in registry.parts("vault-hosts"):
        return Text.of("  read the secret {reference}", reference=reference)
    host: Host = registry.part("vault-hosts", scheme)
    return Text.of(
        "  read the secret {reference} from {host}",
        reference=reference,
        host=host(name, environment),
    )


def store_reference(
    reference: str, secret: Secret, *, environment: Mapping[str, str], folder: Path
) -> None:
    """Put `secret` where `reference` points, in place of what is there, and read it back.

    Raises:
        VaultError: mamori does not write to that vault, or the vault did not take it.
    """
    scheme, _, name = reference.partition(":")
    failure: VaultError
    try:
        writable(reference)
        store: Store = registry.part("stores", scheme)
        store(name, secret, environment=environment, folder=folder)
        if read_reference(reference, environment=environment, folder=folder).secret == secret:
            return
        failure = VaultError(
            Reason.BUG,
            Text.of("{reference} took the new secret, but gives another.", reference=reference),
            Text.of("Look into the vault before anything else relies on it."),
        )
    except VaultError:
        raise
    except MamoriError as error:
        failure = VaultError(Reason.NOT_CONFIGURED, error.text)
    except Exception as bug:  # noqa: BLE001 - as above
        failure = _broken(scheme, type(bug).__name__)
    raise failure


def writable(reference: str) -> None:
    """Return where mamori can put a secret to `reference`.

    Raises:
        VaultError: mamori only reads from that vault.
    """
    scheme = reference.partition(":")[0]
    if scheme not in registry.parts("stores"):
        raise VaultError(
            Reason.NOT_SUPPORTED,
            Text.of("mamori only reads from {vault}: references.", vault=scheme),
            Text.of("Put the new secret there yourself, then say so with --done."),
        )


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
