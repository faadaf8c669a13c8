"""`mamori credentials add`."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.credentials import DAY, refuse
from scanner.cli.options import config_option
from scanner.cli.pages import language_option
from scanner.model import CredentialKind, Mfa

if TYPE_CHECKING:
    from scanner.config import Settings, Target


@click.command("add")
@click.argument("name")
@config_option
@click.option("--target", "target_name", metavar="NAME", help="The target it belongs to.")
@click.option("--ref", "reference", metavar="REFERENCE", help="Where the secret already lies.")
@click.option("--stdin", is_flag=True, help="Read the secret from standard input.")
@click.option(
    "--kind",
    type=click.Choice([each.value for each in CredentialKind]),
    default=CredentialKind.PASSWORD.value,
    show_default=True,
    metavar="KIND",
    help="What it is: password, api_key, oauth_client, oauth_grant, totp_secret, webhook_secret "
    "or certificate.",
)
@click.option("--username", default="", help="The user name that it belongs to.")
@click.option("--owner", help="Who answers for it.")
@click.option("--purpose", help="What it is for.")
@click.option("--issued", type=DAY, help="The day it was made.")
@click.option("--rotated", type=DAY, help="The day it was last changed.")
@click.option("--expires", type=DAY, help="The day it ends.")
@click.option(
    "--mfa",
    type=click.Choice([each.value for each in Mfa]),
    help="The second factor that stands beside it.",
)
@click.option("--accept-weak", is_flag=True, help="Take the secret whatever the policy says.")
@language_option
def command(
    name: str,
    config_file: Path,
    target_name: str | None,
    reference: str | None,
    stdin: bool,
    kind: str,
    username: str,
    owner: str | None,
    purpose: str | None,
    issued: date | None,
    rotated: date | None,
    expires: date | None,
    mfa: str | None,
    accept_weak: bool,
    lang: str,
) -> None:
    """Take a credential into the inventory.

    Without --ref the secret is asked for, not shown, judged by the policy, and put into the
    keyring of the operating system, or into a file of mode 0600 where there is none. Secrets are
    never taken from the command line.
    """
    from scanner import inventory
    from scanner.cli.exit_code import ExitCode
    from scanner.cli.secrets import ask_for_secret, keep
    from scanner.collect.rotation import measure_new
    from scanner.collect.vaults.reference import VaultError, read_reference
    from scanner.config import Inventoried, load_config
    from scanner.language import language
    from scanner.model.errors import MamoriError

    words = language(lang)
    settings = load_config(config_file)
    target = _target(settings, target_name)
    if any(each.name == name for each in settings.inventory):
        raise MamoriError(
            "The inventory has {name} already; remove it first, or choose another name.",
            name=repr(name),
        )
    entry = Inventoried(
        name=name,
        target=target.name,
        ref=reference or "",
        kind=CredentialKind(kind),
        username=username,
        owner=owner,
        purpose=purpose,
        issued=issued,
        rotated=rotated,
        expires=expires,
        mfa=None if mfa is None else Mfa(mfa),
    )
    if reference is None:
        _refuse_to_overwrite(settings, name)
        secret = ask_for_secret(words.translate("Secret (not shown)"), stdin=stdin, twice=True)
        found = measure_new(settings, target, entry, secret, environment=os.environ)
        if not accept_weak and refuse(settings, target, found, words):
            sys.exit(ExitCode.FINDINGS)
        from msgspec.structs import replace

        entry = replace(entry, ref=keep(name, secret, settings.folder))
    inventory.put(settings, entry)
    click.echo(
        words.fill(
            "{name} is in the inventory {file}; its secret lies in {reference}.",
            {"name": name, "file": str(settings.inventory_file), "reference": entry.ref},
        )
    )
    try:
        read_reference(entry.ref, environment=os.environ, folder=settings.folder)
    except VaultError as error:
        from scanner.report import say_unknown

        click.echo(say_unknown(error.unknown, words), err=True)
        sys.exit(ExitCode.EVIDENCE_MISSING)


def _refuse_to_overwrite(settings: Settings, name: str) -> None:
    from scanner.cli.secrets import places
    from scanner.collect.vaults.reference import VaultError, read_reference
    from scanner.model.errors import MamoriError

    for place in places(name):
        try:
            read_reference(place, environment=os.environ, folder=settings.folder)
        except VaultError:
            continue
        raise MamoriError(
            "{reference} holds a secret already; take that one with --ref, or choose another name.",
            reference=place,
        )


def _target(settings: Settings, name: str | None) -> Target:
    from scanner.model.errors import MamoriError
    from scanner.scan import select

    targets = select(settings, [] if name is None else [name])
    if len(targets) > 1:
        raise MamoriError(
            "Say with --target which one it belongs to: {targets}.",
            targets=", ".join(target.name for target in targets),
        )
    return targets[0]
