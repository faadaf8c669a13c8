"""`mamori scan`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import ReportOptions, config_option, deliver_report, report_options
from scanner.cli.unattended import Unattended, is_due, turn, unattended_options, wait

if TYPE_CHECKING:
    from scanner.config import Settings
    from scanner.report import Report
    from scanner.scan import Scanned


@click.command("scan")
@config_option
@click.option("--target", "only", multiple=True, metavar="NAME", help="Scan this target alone.")
@click.option(
    "--dry-run", is_flag=True, help="Print every request that a scan would make, and make none."
)
@click.option(
    "--snapshot",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep what was collected in this folder, one JSON file per target.",
)
@unattended_options
@report_options
def command(
    config_file: Path,
    only: tuple[str, ...],
    dry_run: bool,
    snapshot: Path | None,
    unattended: Unattended,
    wanted: ReportOptions,
) -> None:
    """Scan the deployments named in mamori.yaml.

    Reads only: nothing in a deployment is changed. The report goes to standard output, progress and
    problems of mamori itself to standard error.
    """
    from scanner.cli.progress import progress
    from scanner.config import load_config
    from scanner.deliver.file import DeliveryError
    from scanner.language import language
    from scanner.policy import load_policy
    from scanner.scan import plan, save_snapshots, scan, select

    settings = load_config(config_file)
    policy = load_policy(wanted.policy or settings.config.policy, settings.folder)
    targets = select(settings, only)
    if dry_run:
        click.echo(plan(settings, targets, wanted.lang), nl=False)
        return
    words = language(wanted.lang)
    for key in settings.config.unused:
        sentence = words.fill("This release of mamori does nothing with {key}.", {"key": key})
        click.echo(f"mamori: {sentence}", err=True)
    if not is_due(settings, targets, unattended):
        return
    wait(unattended)
    with turn(settings, targets, words) as free:
        with progress(wanted) as report_progress:
            scanned = scan(
                settings,
                policy,
                free,
                lang=wanted.lang,
                progress=report_progress,
                limit=unattended.time_limit,
            )
        report, delivered = _remember(scanned, settings, wanted)
    if snapshot is not None:
        try:
            save_snapshots(scanned, snapshot)
        except DeliveryError as error:
            delivered = False
            click.echo(f"mamori: {words.say(error.text)}", err=True)
    if wanted.format != "text" and not wanted.quiet:
        from scanner.render.digest import waiver_notices

        for notice in waiver_notices(report, words):
            click.echo(f"mamori: {notice}", err=True)
    deliver_report(report, wanted, delivered=delivered, locked=free != targets)


def _remember(scanned: Scanned, settings: Settings, wanted: ReportOptions) -> tuple[Report, bool]:
    """Return the report as the history has it, or as it is where the history takes nothing."""
    from scanner.cli.locale import say
    from scanner.history.database import HistoryError
    from scanner.scan import remember

    try:
        return remember(scanned, settings), True
    except HistoryError as error:
        click.echo(f"mamori: {say(error.text, wanted.lang)}", err=True)
        return scanned.report, False
