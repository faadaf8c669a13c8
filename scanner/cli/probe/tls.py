"""`mamori probe tls`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.options import ReportOptions, ca_file_option, report_options
from scanner.cli.probe import deliver_probe


@click.command("tls")
@click.argument("endpoints", metavar="HOST[:PORT]...", nargs=-1, required=True)
@click.option("--servername", metavar="NAME", help="The name to ask for, where it is not HOST.")
@click.option("--connect", metavar="IP", help="Connect here instead of looking HOST up.")
@ca_file_option
@click.option(
    "--starttls",
    metavar="PROTOCOL",
    help="Begin in clear: smtp, imap, pop3, ftp, ldap, postgres, mysql, xmpp, sieve.",
)
@report_options
def command(
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
    deliver_probe("tls", ("tls",), subjects, wanted, started)
