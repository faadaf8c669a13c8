"""`mamori probe form`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.options import ReportOptions, ca_file_option, report_options
from scanner.cli.probe import deliver_probe


@click.command("form")
@click.argument("places", metavar="PATH|URL...", nargs=-1, required=True)
@ca_file_option
@report_options
def command(places: tuple[str, ...], ca_file: Path | None, wanted: ReportOptions) -> None:
    """Judge the forms of pages: what they tell, and how they ask for consent."""
    from scanner.cli.progress import progress
    from scanner.collect.probes.published import look_at_forms
    from scanner.model import Text
    from scanner.scan import utc_now

    started = utc_now()
    with progress(wanted) as show:
        show(Text("Looking at {count} places.", {"count": len(places)}))
        subjects = look_at_forms(places, ca_file=ca_file)
    deliver_probe("form", ("privacy", "opt-in"), subjects, wanted, started)
