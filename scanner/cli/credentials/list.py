"""`mamori credentials list`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import config_option
from scanner.cli.pages import form_option, language_option, show_json, show_list

if TYPE_CHECKING:
    from scanner.config import HeldCredential, Settings, Target
    from scanner.language import Language


@click.command("list")
@config_option
@click.option("--target", "only", multiple=True, metavar="NAME", help="Of this target alone.")
@form_option
@language_option
def command(config_file: Path, only: tuple[str, ...], form: str, lang: str) -> None:
    """List the credentials; no secret is read.

    All that the configuration and the inventory name: those mamori signs in with, and those to be
    judged.
    """
    from scanner.collect.credentials import declared_credentials
    from scanner.config import load_config
    from scanner.language import language
    from scanner.scan import select

    words = language(lang)
    settings = load_config(config_file)
    chosen = {target.name for target in select(settings, only)}
    found = [each for each in declared_credentials(settings) if each[0].name in chosen]
    if form == "json":
        show_json([entry(settings, *each) for each in found])
    elif found:
        show_list([_row(words, *each) for each in found])
    else:
        click.echo(words.translate("There are no credentials; mamori credentials add takes one."))


def entry(settings: Settings, target: Target, declared: HeldCredential) -> dict[str, Any]:
    """Return what the configuration and the inventory say of a credential."""
    login = target.credential.references.values() if target.credential else ()
    return {
        "name": declared.called,
        "target": target.name,
        "reference": declared.ref,
        "kind": declared.kind,
        "username": declared.username or None,
        "owner": declared.owner,
        "purpose": declared.purpose,
        "issued": declared.issued,
        "rotated": declared.rotated,
        "expires": declared.expires,
        "mfa": declared.mfa,
        "used_by_mamori": declared.ref in login,
        "inventory": any(each.ref == declared.ref for each in settings.inventory),
    }


def _row(words: Language, target: Target, declared: HeldCredential) -> tuple[str, ...]:
    from scanner.language import printable

    changed = declared.rotated or declared.issued
    about = [
        words.fill(template, {"value": value})
        for template, value in (
            ("of {value}", declared.owner),
            ("for {value}", declared.purpose),
            ("changed {value}", changed),
            ("ends {value}", declared.expires),
            ("in {value}", declared.ref if declared.name else None),
        )
        if value
    ]
    return (
        printable(declared.called),
        printable(target.name),
        words.translate(declared.kind.value).replace("_", " "),
        "; ".join(about),
    )
