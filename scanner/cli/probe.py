"""`mamori probe`: one thing, without a configuration."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import ReportOptions, deliver_report, report_options

if TYPE_CHECKING:
    from scanner.model import AnySubject


@click.group("probe")
def command() -> None:
    """Look at one thing, without a configuration."""


@command.command("tls")
@click.argument("endpoints", metavar="HOST[:PORT]...", nargs=-1, required=True)
@click.option("--servername", metavar="NAME", help="The name to ask for, where it is not HOST.")
@click.option("--connect", metavar="IP", help="Connect here instead of looking HOST up.")
@click.option(
    "--ca-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Trust this CA too (PEM).",
)
@click.option("--starttls", metavar="PROTOCOL", help="Begin in clear: smtp, imap, pop3.")
@report_options
def tls(
    endpoints: tuple[str, ...],
    servername: str | None,
    connect: str | None,
    ca_file: Path | None,
    starttls: str | None,
    wanted: ReportOptions,
) -> None:
    """Probe TLS endpoints the way an attacker and a browser would."""
    import asyncio

    from scanner.cli.progress import progress
    from scanner.collect.probes.tls import probe_endpoint
    from scanner.model import Endpoint, Text
    from scanner.scan import utc_now

    started = utc_now()

    async def probe_all() -> list[Endpoint]:
        gate = asyncio.Semaphore(64)

        async def probe(endpoint: str) -> Endpoint:
            async with gate:
                return await probe_endpoint(
                    endpoint,
                    server_name=servername,
                    connect=connect,
                    ca_file=ca_file,
                    starttls=starttls,
                    now=started,
                )

        return await asyncio.gather(*(probe(each) for each in dict.fromkeys(endpoints)))

    with progress(wanted) as show:
        show(Text("Probing {count} endpoints.", {"count": len(endpoints)}))
        subjects = asyncio.run(probe_all())
    _deliver("tls", tuple(subjects), wanted, started)


@command.command("password")
@click.option(
    "--stdin", is_flag=True, help="Judge one secret per line of standard input, by line number."
)
@click.option(
    "--word",
    "words",
    multiple=True,
    metavar="WORD",
    help="A word that makes a password weak: the company, the tool, the user name.",
)
@report_options
def password(stdin: bool, words: tuple[str, ...], wanted: ReportOptions) -> None:
    """Judge passwords; they are measured in memory, and neither shown nor kept."""
    import msgspec

    from scanner.cli import translate
    from scanner.collect.credentials import measure_passwords
    from scanner.collect.vaults.secret import Secret
    from scanner.model.errors import MamoriError
    from scanner.scan import utc_now

    started = utc_now()
    if stdin:
        given = sys.stdin.buffer.read()
        if not given:
            raise MamoriError("Standard input is empty; give one secret per line.")
        secrets = {
            str(number): Secret.of(line.removesuffix(b"\r").decode("utf-8", "surrogateescape"))
            for number, line in enumerate(given.removesuffix(b"\n").split(b"\n"), 1)
        }
    else:
        typed = click.prompt(translate("Password"), hide_input=True, err=True)
        secrets = {"password": Secret.of(typed)}
    subjects = tuple(
        msgspec.structs.replace(each, name=f"line {each.id}") if stdin else each
        for each in measure_passwords(secrets, words)
    )
    _deliver("password", subjects, wanted, started)


def _deliver(
    kind: str, subjects: tuple[AnySubject, ...], wanted: ReportOptions, started: datetime
) -> None:
    from scanner.model import Deployment
    from scanner.policy import load_policy
    from scanner.scan import judge

    policy = load_policy(wanted.policy or "baseline", Path()).family(kind)
    deployment = Deployment(
        target=f"probe {kind}", platform="probe", collected_at=started, subjects=subjects
    )
    deliver_report(judge([deployment], policy, lang=wanted.lang, started=started), wanted)
