"""`mamori credentials rotate`."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.credentials import DAY, find, refuse
from scanner.cli.options import config_option
from scanner.cli.pages import language_option

if TYPE_CHECKING:
    from scanner.config import HeldCredential, Settings, Target
    from scanner.language import Language


@click.command("rotate")
@click.argument("name")
@config_option
@click.option("--stdin", is_flag=True, help="Read the new secret from standard input.")
@click.option("--done", is_flag=True, help="The new secret lies in its vault already.")
@click.option("--expires", type=DAY, help="The day the new secret ends.")
@click.option("--accept-weak", is_flag=True, help="Take the secret whatever the policy says.")
@language_option
def command(
    name: str,
    config_file: Path,
    stdin: bool,
    done: bool,
    expires: date | None,
    accept_weak: bool,
    lang: str,
) -> None:
    """Put a new secret in the place of an old.

    The new one is asked for, not shown, judged by the policy, compared with all others, and stored
    where the old one lies. The ledger keeps the old one's fingerprint, the inventory the day.
    """
    from msgspec.structs import asdict

    from scanner import inventory
    from scanner.collect.vaults.reference import VaultError
    from scanner.config import Inventoried, load_config
    from scanner.language import language
    from scanner.model.errors import MamoriError
    from scanner.scan import utc_now

    words = language(lang)
    settings = load_config(config_file)
    target, declared = find(settings, name)
    try:
        (_note if done else _replace)(settings, target, declared, words, stdin, accept_weak)
    except VaultError as error:
        gap = error.unknown
        raise MamoriError(
            "{detail} {remedy}", detail=gap.detail or gap.reason, remedy=gap.remedy or ""
        ) from None
    kept = next((each for each in settings.inventory if each.ref == declared.ref), None)
    fields = asdict(kept or declared) | {"rotated": utc_now().date(), "expires": expires}
    fields |= {"name": declared.called, "target": target.name}
    inventory.put(settings, Inventoried(**fields))
    click.echo(
        words.fill(
            "{name} is changed; the inventory {file} has the day.",
            {"name": declared.called, "file": str(settings.inventory_file)},
        )
    )
    if declared.expires is not None and expires is None:
        click.echo(
            words.fill(
                "It was said to end on {end}; give the end of the new one with --expires.",
                {"end": declared.expires},
            ),
            err=True,
        )
    click.echo(
        words.fill(
            "Now try whatever uses it, then revoke the old one at {target}.",
            {"target": target.name},
        ),
        err=True,
    )


def _replace(
    settings: Settings,
    target: Target,
    declared: HeldCredential,
    words: Language,
    stdin: bool,
    accept_weak: bool,
) -> None:
    from scanner.cli.exit_code import ExitCode
    from scanner.cli.secrets import ask_for_secret
    from scanner.collect.rotation import RotationError, measure_new, replace_secret
    from scanner.collect.vaults.reference import writable
    from scanner.scan import utc_now

    writable(declared.ref)
    if not stdin:
        click.echo(
            words.fill(
                "Make the new secret at {target} first, and leave the old one valid until "
                "everything uses the new one.",
                {"target": target.name},
            ),
            err=True,
        )
    secret = ask_for_secret(words.translate("New secret (not shown)"), stdin=stdin, twice=True)
    found = measure_new(settings, target, declared, secret, environment=os.environ)
    itself = f"{target.name}: {declared.called}"
    if itself in (() if not isinstance(found.shared_with, tuple) else found.shared_with):
        raise RotationError("This is the present secret of {name}.", name=declared.called)
    if not accept_weak and refuse(settings, target, found, words):
        sys.exit(ExitCode.FINDINGS)
    problem = replace_secret(settings, declared.ref, secret, environment=os.environ, now=utc_now())
    if problem is not None:
        click.echo(words.say(problem), err=True)


def _note(
    settings: Settings,
    target: Target,
    declared: HeldCredential,
    words: Language,
    stdin: bool,
    accept_weak: bool,
) -> None:
    from scanner.collect.rotation import note_change
    from scanner.collect.vaults.reference import read_reference
    from scanner.scan import utc_now

    held = read_reference(declared.ref, environment=os.environ, folder=settings.folder)
    note_change(settings, declared.ref, held.secret, environment=os.environ, now=utc_now())
