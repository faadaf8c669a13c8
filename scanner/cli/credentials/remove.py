"""`mamori credentials remove`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.credentials import find
from scanner.cli.options import config_option
from scanner.cli.pages import language_option


@click.command("remove")
@click.argument("name")
@config_option
@language_option
def command(name: str, config_file: Path, lang: str) -> None:
    """Take a credential out of the inventory.

    The secret itself stays where it lies, and so does what the ledger knows of it.
    """
    from scanner import inventory
    from scanner.config import load_config
    from scanner.language import language
    from scanner.model.errors import MamoriError

    words = language(lang)
    settings = load_config(config_file)
    kept = next((each for each in settings.inventory if name in {each.name, each.ref}), None)
    if kept is None:
        _, declared = find(settings, name)
        raise MamoriError(
            "{name} stands in {file}; remove it there.",
            name=declared.called,
            file=str(config_file),
        )
    inventory.remove(settings, kept.name)
    click.echo(
        words.fill(
            "{name} is out of the inventory. Its secret still lies in {reference}; revoke it where "
            "it is valid if nobody needs it.",
            {"name": kept.name, "reference": kept.ref},
        )
    )
