"""`mamori probe web`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.options import ReportOptions, ca_file_option, report_options
from scanner.cli.probe import deliver_probe


@click.command("web")
@click.argument("urls", metavar="URL...", nargs=-1, required=True)
@click.option(
    "--resolver", metavar="IP:PORT", help="Ask this DNS resolver instead of the system's."
)
@ca_file_option
@report_options
def command(
    urls: tuple[str, ...], resolver: str | None, ca_file: Path | None, wanted: ReportOptions
) -> None:
    """Probe websites: https, security headers, cookies, exposed paths, abandoned aliases."""
    import asyncio

    from scanner.cli.progress import progress
    from scanner.collect.probes.dns import Resolver, system_resolver
    from scanner.collect.probes.fetch import Visitor
    from scanner.collect.probes.tls.certificate import load_trust_store
    from scanner.collect.probes.web import check_address, probe_site
    from scanner.model import Site, Text
    from scanner.scan import utc_now

    started = utc_now()
    for each in urls:
        check_address(each)  # before anything is asked
    load_trust_store(ca_file)
    questions = system_resolver(resolver)

    async def probe_all() -> list[Site]:
        gate = asyncio.Semaphore(16)

        async def probe(url: str) -> Site:
            given = questions if resolver and isinstance(questions, Resolver) else None
            async with gate, Visitor(ca_file=ca_file, resolver=given) as visitor:
                return await probe_site(url, visitor=visitor, resolver=questions, now=started)

        return await asyncio.gather(*(probe(each) for each in dict.fromkeys(urls)))

    with progress(wanted) as show:
        show(Text("Probing {count} websites.", {"count": len(urls)}))
        subjects = asyncio.run(probe_all())
    deliver_probe("web", ("web",), subjects, wanted, started)
