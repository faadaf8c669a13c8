"""`mamori credentials totp`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from scanner.cli.credentials import find
from scanner.cli.options import config_option
from scanner.cli.pages import language_option


@click.command("totp")
@click.argument("name")
@config_option
@language_option
def command(name: str, config_file: Path, lang: str) -> None:
    """Print the current code of a code generator.

    NAME is one of the inventory, or a reference such as keyring:mamori/shop-totp, which needs no
    configuration. For how long the code holds goes to standard error.
    """
    from scanner import registry
    from scanner.collect.totp import code_at
    from scanner.collect.vaults.reference import VaultError, read_reference
    from scanner.config import load_config
    from scanner.language import language
    from scanner.model.errors import MamoriError
    from scanner.scan import utc_now

    words = language(lang)
    reference, folder = name, config_file.resolve().parent
    if name.partition(":")[0] not in registry.parts("vaults") or not name.partition(":")[2]:
        settings = load_config(config_file)
        _, declared = find(settings, name)
        reference, folder = declared.ref, settings.folder
    try:
        held = read_reference(reference, environment=os.environ, folder=folder)
        code, seconds = code_at(held.secret, utc_now())
    except VaultError as error:
        gap = error.unknown
        raise MamoriError(
            "{detail} {remedy}", detail=gap.detail or gap.reason, remedy=gap.remedy or ""
        ) from None
    click.echo(code)
    click.echo(words.fill("It holds for {seconds} s.", {"seconds": int(seconds)}), err=True)
