"""`mamori probe message`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.options import ReportOptions, ca_file_option, report_options
from scanner.cli.probe import deliver_probe


@click.command("message")
@click.argument("places", metavar="PATH|URL...", nargs=-1, required=True)
@click.option(
    "--policy-page",
    metavar="PATH|URL",
    help="The sender's privacy policy, which should tell of open tracking.",
)
@click.option(
    "--follow",
    is_flag=True,
    help="Open the opt-out address and the pages that name the sender (GET alone). Some services "
    "take the first as the opt-out itself.",
)
@ca_file_option
@report_options
def command(
    places: tuple[str, ...],
    policy_page: str | None,
    follow: bool,
    ca_file: Path | None,
    wanted: ReportOptions,
) -> None:
    """Judge mails (.eml), templates (.html, .txt), and folders of them."""
    from scanner.cli.progress import progress
    from scanner.collect.probes.published import look_at_messages
    from scanner.model import Text
    from scanner.scan import utc_now

    started = utc_now()
    with progress(wanted) as show:
        show(Text("Looking at {count} places.", {"count": len(places)}))
        subjects = look_at_messages(places, policy_page=policy_page, follow=follow, ca_file=ca_file)
    deliver_probe("message", ("opt-out", "sender", "tracking"), subjects, wanted, started)
