"""Secrets in 1Password, by its own command `op`."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from scanner.collect.vaults.reference import Held, VaultError
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, Storage, Text

TIMEOUT_SECONDS = 30.0
MAX_BYTES = 1_048_576

_FORM = Text.of("Write op:VAULT/ITEM or op:VAULT/ITEM/FIELD, such as op:Marketing/Mautic/password.")
_KEPT = ("PATH", "HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "LANG", "TMPDIR")


def open_reference(
    name: str,
    *,
    environment: Mapping[str, str],
    folder: Path,  # noqa: ARG001 - part of the contract
) -> Held:
    """`op:VAULT/ITEM/FIELD` reads a field of an item; `password` where none is named.

    `op` signs in as it always does: by the app, or by OP_SERVICE_ACCOUNT_TOKEN.
    Source: 1Password CLI 2, `op item get --format json`.

    Raises:
        VaultError: `op` is missing, not signed in, or finds no such item or field.
    """
    vault, _, rest = name.partition("/")
    item, _, field = rest.partition("/")
    if not vault or not item or vault.startswith("-") or item.startswith("-"):
        raise VaultError(
            Reason.NOT_CONFIGURED, Text.of("op:{name} names no vault and item.", name=name), _FORM
        )
    found = _get(vault, item, environment)
    secret = _field(found, field or "password")
    if not secret:
        raise VaultError(
            Reason.NOT_FOUND,
            Text.of("The item {item} has no field {field}.", item=item, field=field or "password"),
            _FORM,
        )
    return Held(
        secret=secret,
        storage=Storage.ENCRYPTED,
        # The item's last change may have been of its title: it proves an age, not a rotation.
        stored=_moment(found.get("updated_at")),
    )


def host(name: str, environment: Mapping[str, str]) -> str:  # noqa: ARG001 - part of the contract
    """Return who is asked: the command does so itself, at the address of whoever is signed in."""
    return environment.get("OP_CONNECT_HOST") or "1Password"


def _get(vault: str, item: str, environment: Mapping[str, str]) -> dict[str, Any]:
    program = shutil.which("op", path=environment.get("PATH"))
    if program is None:
        raise VaultError(
            Reason.NOT_CONFIGURED,
            Text.of("The command op of 1Password is not installed."),
            Text.of("Install 1Password CLI 2, and sign in with it."),
        )
    needed = {
        key: value
        for key, value in environment.items()
        if key in _KEPT or key.startswith(("OP_", "LC_"))
    }
    arguments = [program, "item", "get", item, "--vault", vault, "--format", "json"]
    try:
        # No shell; the arguments are names, never secrets. What it complains of is not repeated.
        done = subprocess.run(  # noqa: S603
            arguments,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=needed,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        done = None
    except OSError as error:
        raise VaultError(
            Reason.NOT_CONFIGURED,
            Text.of("op cannot be run: {cause}.", cause=error.strerror),
            Text.of("Install 1Password CLI 2, and sign in with it."),
        ) from None
    if done is None:
        raise VaultError(
            Reason.TIMED_OUT,
            Text.of("op did not answer within {seconds} s.", seconds=TIMEOUT_SECONDS),
            Text.of("Unlock 1Password, or give op a service account in OP_SERVICE_ACCOUNT_TOKEN."),
        )
    if done.returncode:
        raise _refusal(done.stderr, vault, item)
    return _parse(done.stdout)


def _refusal(complaint: bytes, vault: str, item: str) -> VaultError:
    if b"isn't a" in complaint or b"not found" in complaint:
        return VaultError(
            Reason.NOT_FOUND,
            Text.of("1Password has no item {item} in the vault {vault}.", item=item, vault=vault),
            _FORM,
        )
    return VaultError(
        Reason.UNAUTHENTICATED,
        Text.of("op is not signed in, or may not read this item."),
        Text.of("Unlock 1Password, or give op a service account in OP_SERVICE_ACCOUNT_TOKEN."),
    )


def _parse(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data) if len(data) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise VaultError(
            Reason.MALFORMED,
            Text.of("op answered with something that is no item."),
            Text.of("Install 1Password CLI 2, and sign in with it."),
        )
    return found


def _field(item: Mapping[str, Any], wanted: str) -> Secret | None:
    fields = item.get("fields")
    for each in fields if isinstance(fields, list) else ():
        if isinstance(each, dict) and wanted in (each.get("id"), each.get("label")):
            value = each.get("value")
            return Secret.of(value) if isinstance(value, str) else None
    return None


def _moment(given: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(given))
    except ValueError:
        return None
    return found if found.tzinfo else None
