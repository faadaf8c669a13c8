"""`mamori probe page`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.options import ReportOptions, ca_file_option, report_options
from scanner.cli.probe import deliver_probe


@click.command("page")
@click.argument("places", metavar="PATH|URL...", nargs=-1, required=True)
@click.option(
    "--together", is_flag=True, help="They belong to one site: judge each beside the others."
)
@ca_file_option
@report_options
def command(
    places: tuple[str, ...], together: bool, ca_file: Path | None, wanted: ReportOptions
) -> None:
    """Judge web pages: privacy policies, and what other pages tell third parties."""
    from scanner.cli.progress import progress
    from scanner.collect.probes.published import look_at_pages
    from scanner.model import Text
    from scanner.scan import utc_now

    started = utc_now()
    with progress(wanted) as show:
        show(Text("Looking at {count} places.", {"count": len(places)}))
        subjects = look_at_pages(places, together=together, ca_file=ca_file)
    deliver_probe("page", ("privacy", "tracking", "opt-in"), subjects, wanted, started)
