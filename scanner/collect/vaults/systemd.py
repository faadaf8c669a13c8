"""Secrets that systemd hands to a service: LoadCredential=, LoadCredentialEncrypted=."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from scanner.collect.vaults.file import read_file
from scanner.collect.vaults.reference import Held, VaultError
from scanner.model import Reason, Text

# systemd admits the service's account by an access list, which shows as the group's mode bits.
_OTHERS = 0o007


def open_reference(
    name: str,
    *,
    environment: Mapping[str, str],
    folder: Path,  # noqa: ARG001 - part of the contract
) -> Held:
    """`systemd:NAME` reads the credential NAME of the service that mamori runs in.

    Source: systemd.exec(5), section Credentials.

    Raises:
        VaultError: mamori does not run in such a service, or the service has no such credential.
    """
    directory = environment.get("CREDENTIALS_DIRECTORY")
    if not directory:
        raise VaultError(
            Reason.NOT_CONFIGURED,
            Text.of("CREDENTIALS_DIRECTORY is not set: mamori was not started by systemd."),
            Text.of(
                "Run mamori as a systemd service with LoadCredentialEncrypted={name}:…, "
                "or keep the secret elsewhere.",
                name=name,
            ),
        )
    if "/" in name or name in {".", ".."}:
        raise VaultError(
            Reason.REFUSED,
            Text.of("{name} is not the name of a credential.", name=name),
            Text.of("Write the name as it stands before the colon in LoadCredential=."),
        )
    held = read_file(Path(directory) / name, private=_OTHERS)
    # The file is as old as the start of the service, which says nothing of the secret.
    return msgspec.structs.replace(held, stored=None)
