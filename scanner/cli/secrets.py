"""Secrets from a person's keyboard or a program's standard input into a vault."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.locale import translate

if TYPE_CHECKING:
    from scanner.collect.vaults.secret import Secret


def ask_for_secret(question: str, *, stdin: bool = False, twice: bool = False) -> Secret:
    """Return the secret that somebody types without seeing it, or the one on standard input.

    Raises:
        MamoriError: standard input is empty, no text, or longer than a secret can be.
    """
    from scanner.collect.vaults.file import MAX_BYTES
    from scanner.collect.vaults.secret import Secret
    from scanner.model.errors import MamoriError

    if not stdin and not _at_a_terminal():
        # There is nothing to hide what is typed on; a program may give it among its answers.
        secret = Secret.of(sys.stdin.readline().rstrip("\r\n"))
        if not secret:
            raise MamoriError(
                "There is no terminal to type a secret at; give it on standard input."
            )
        return secret
    if not stdin:
        confirm = translate("Once more") if twice else False
        return Secret.of(
            click.prompt(question, hide_input=True, confirmation_prompt=confirm, err=True)
        )
    given = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(given) > MAX_BYTES:
        raise MamoriError(
            "Standard input holds more than {most} bytes; give the secret alone.", most=MAX_BYTES
        )
    try:
        secret = Secret.of(given.removesuffix(b"\n").removesuffix(b"\r").decode())
    except UnicodeDecodeError:
        secret = Secret.of("")
    if not secret:
        raise MamoriError("Standard input holds no secret; give it as UTF-8 text.")
    return secret


def _at_a_terminal() -> bool:
    """Tell whether somebody can type without being read, as `getpass` finds out."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return sys.stdin.isatty()
    return True


def secrets_on_stdin() -> list[Secret]:
    """Return one secret for each line of standard input, empty ones too.

    Raises:
        MamoriError: standard input is empty.
    """
    from scanner.collect.vaults.secret import Secret
    from scanner.model.errors import MamoriError

    # In one expression, so that no variable holds what a traceback could show.
    found = [
        Secret.of(line.removesuffix(b"\r").decode("utf-8", "surrogateescape"))
        for line in sys.stdin.buffer.read().removesuffix(b"\n").split(b"\n")
    ]
    if len(found) == 1 and not found[0]:
        raise MamoriError("Standard input is empty; give one secret per line.")
    return found


def places(name: str) -> tuple[str, str]:
    """Return the references to where `keep` may put the secret of `name`."""
    from scanner.private_file import file_name

    return f"keyring:mamori/{name}", f"file:secrets/{file_name(name)}.secret"


def keep(name: str, secret: Secret, folder: Path) -> str:
    """Put `secret` where it is safest here, and return the reference to it."""
    from scanner.collect.vaults import os_keyring
    from scanner.collect.vaults.reference import VaultError
    from scanner.deliver.file import make_folder, write
    from scanner.private_file import file_name

    try:
        return os_keyring.store("mamori", name, secret)
    except VaultError:
        path = folder / "secrets" / f"{file_name(name)}.secret"
        make_folder(path.parent)
        write(path, secret.pieces())
        click.echo(
            translate("No keyring is usable here; the secret lies in a file of mode 0600 instead."),
            err=True,
        )
        return f"file:{path.relative_to(folder)}"
