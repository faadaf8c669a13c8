"""`mamori probe mail`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.options import ReportOptions, ca_file_option, report_options
from scanner.cli.probe import deliver_probe


@click.command("mail")
@click.argument("domains", metavar="DOMAIN...", nargs=-1, required=True)
@click.option(
    "--resolver", metavar="IP:PORT", help="Ask this DNS resolver instead of the system's."
)
@click.option(
    "--platform",
    "platforms",
    multiple=True,
    metavar="NAME",
    help="A product that sends in the domain's name, such as mailchimp.",
)
@click.option(
    "--selector",
    "selectors",
    multiple=True,
    metavar="NAME",
    help="A DKIM selector to look at, beside those that mamori knows.",
)
@ca_file_option
@report_options
def command(
    domains: tuple[str, ...],
    resolver: str | None,
    platforms: tuple[str, ...],
    selectors: tuple[str, ...],
    ca_file: Path | None,
    wanted: ReportOptions,
) -> None:
    """Probe domains that send mail: SPF, DKIM, DMARC and what else their DNS says."""
    import asyncio

    from scanner.cli.progress import progress
    from scanner.collect.probes.dns import Resolver, ascii_domain
    from scanner.collect.probes.fetch import Visitor
    from scanner.collect.probes.mail import probe_domain, sender
    from scanner.collect.probes.tls.certificate import load_trust_store
    from scanner.model import SendingDomain, Text
    from scanner.scan import utc_now

    started = utc_now()
    tools = [sender(name) for name in dict.fromkeys(platforms)]
    for each in domains:
        ascii_domain(each)  # before anything is asked
    load_trust_store(ca_file)

    async def probe_all() -> list[SendingDomain]:
        questions = Resolver(resolver)
        gate = asyncio.Semaphore(32)
        async with Visitor(ca_file=ca_file, resolver=questions) as visitor:

            async def probe(domain: str) -> SendingDomain:
                async with gate:
                    return await probe_domain(
                        domain,
                        resolver=questions,
                        visitor=visitor,
                        tools=tools,
                        selectors=selectors,
                        ca_file=ca_file,
                        now=started,
                    )

            return await asyncio.gather(*(probe(each) for each in dict.fromkeys(domains)))

    with progress(wanted) as show:
        show(Text("Probing {count} domains.", {"count": len(domains)}))
        subjects = asyncio.run(probe_all())
    deliver_probe("mail", ("mail",), subjects, wanted, started)
