"""`mamori probe leaks`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.options import ReportOptions, ca_file_option, report_options
from scanner.cli.probe import deliver_probe


@click.command("leaks")
@click.argument("places", metavar="PATH|URL...", nargs=-1, required=True)
@ca_file_option
@report_options
def command(places: tuple[str, ...], ca_file: Path | None, wanted: ReportOptions) -> None:
    """Search files, folders and web pages for keys of marketing tools.

    Of a page its scripts and their source maps are searched too, as far as they belong to the same
    site. What is found is told by its kind and its last characters, and never tried out.
    """
    import asyncio

    from scanner.cli.progress import progress
    from scanner.collect.leaks import Leaks
    from scanner.collect.probes.tls.certificate import load_trust_store
    from scanner.model import Text
    from scanner.scan import utc_now

    started = utc_now()
    load_trust_store(ca_file)
    with progress(wanted) as show:
        show(Text("Searching {count} places.", {"count": len(places)}))
        subjects = asyncio.run(Leaks().search_all(places, ca_file=ca_file))
    deliver_probe("leaks", ("token",), subjects, wanted, started)
