"""`mamori probe password`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scanner.cli.options import ReportOptions, report_options
from scanner.cli.probe import deliver_probe

if TYPE_CHECKING:
    from scanner.collect.vaults.secret import Secret

_OF_EXPORTS = (
    *("mfa.totp-secret", "mfa.totp-parameters", "mfa.totp-provisioning"),
    "token.storage",
)


@click.command("password")
@click.option(
    "--stdin", is_flag=True, help="Judge one secret per line of standard input, by line number."
)
@click.option(
    "--export",
    "exports",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Judge every password in this export of KeePass, Bitwarden or 1Password, by its entry.",
)
@click.option(
    "--word",
    "words",
    multiple=True,
    metavar="WORD",
    help="A word that makes a password weak: the company, the tool, the user name.",
)
@click.option(
    "--mfa/--no-mfa",
    default=None,
    help="Whether a second factor stands beside them; without one they have to be longer.",
)
@click.option(
    "--breaches",
    type=click.Path(exists=True),
    help="Look passwords up in this list of leaked ones: hashes in one sorted file, or a folder.",
)
@click.option(
    "--online",
    is_flag=True,
    help="Ask Have I Been Pwned, by five digits of each password's SHA-1.",
)
@report_options
def command(
    stdin: bool,
    exports: tuple[str, ...],
    words: tuple[str, ...],
    mfa: bool | None,
    breaches: str | None,
    online: bool,
    wanted: ReportOptions,
) -> None:
    """Judge passwords; they are measured in memory, and neither shown nor kept."""
    from pathlib import Path

    import msgspec

    from scanner.cli.locale import translate
    from scanner.cli.secrets import ask_for_secret, secrets_on_stdin
    from scanner.collect.breaches import NOT_CONFIGURED
    from scanner.collect.credentials import measure_export, measure_passwords
    from scanner.collect.password_exports import read_export
    from scanner.config import Breaches
    from scanner.model import Reason, Text, Unknown
    from scanner.scan import utc_now

    started = utc_now()
    secrets: dict[str, Secret] = {}
    if stdin:
        secrets = {str(number): each for number, each in enumerate(secrets_on_stdin(), 1)}
    elif not exports:
        secrets = {"password": ask_for_secret(translate("Password"))}
    not_said = Unknown(
        Reason.NOT_CONFIGURED,
        Text.of("It was not said whether a second factor stands beside it."),
        Text.of("Add --mfa or --no-mfa."),
    )
    not_looked_up = Unknown(
        Reason.NOT_CONFIGURED,
        Text.of("It is not among the 30,000 most common passwords; no longer list was asked."),
        Text.of("Name a list of leaked passwords with --breaches, or allow --online."),
    )
    in_folder = breaches is not None and Path(breaches).is_dir()
    lists = Breaches(
        file=None if in_folder else breaches, folder=breaches if in_folder else None, online=online
    )
    exported = [
        each
        for file in dict.fromkeys(exports)
        for each in measure_export(file, read_export(Path(file)), words, lists)
    ]
    subjects = tuple(
        msgspec.structs.replace(
            each,
            name=f"line {each.id}" if stdin and each.id in secrets else each.name,
            mfa_protected=True if each.mfa_protected is True else not_said if mfa is None else mfa,
            breaches=not_looked_up if each.breaches == NOT_CONFIGURED else each.breaches,
        )
        for each in (*measure_passwords(secrets, words, lists), *exported)
    )
    families = ("password", *(_OF_EXPORTS if exports else ()))
    deliver_probe("password", families, subjects, wanted, started)
