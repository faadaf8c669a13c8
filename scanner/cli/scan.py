"""`mamori scan`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import ReportOptions, config_option, deliver_report, report_options
from scanner.cli.unattended import Unattended, is_due, turn, unattended_options, wait

if TYPE_CHECKING:
    from scanner.config import Settings, Target
    from scanner.language import Language
    from scanner.report import Report
    from scanner.scan import Scanned


@click.command("scan")
@config_option
@click.option("--target", "only", multiple=True, metavar="NAME", help="Scan this target alone.")
@click.option(
    "--dry-run", is_flag=True, help="Print every request that a scan would make, and make none."
)
@click.option(
    "--refresh-advisories",
    is_flag=True,
    help="Ask OSV for newer vulnerabilities of self-hosted products; the version is not told.",
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
    refresh_advisories: bool,
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
    if refresh_advisories:
        settings = settings.asking_online()
    policy = load_policy(wanted.policy or settings.config.policy, settings.folder)
    targets = select(settings, only)
    if dry_run:
        click.echo(plan(settings, targets, wanted.lang), nl=False)
        return
    words = language(wanted.lang)
    if not is_due(settings, targets, unattended):
        return
    wait(unattended)
    with turn(settings, targets, words) as free:
        _begin(settings, words)
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
        delivered = _send(settings, report, words) and delivered
        _tidy(settings, words)
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
    if not wanted.quiet:
        _announce_lapses(settings, free, words)
    on_stdout = any(each.options.to == "stdout" for each in settings.sinks)
    deliver_report(
        report,
        wanted,
        delivered=delivered,
        locked=free != targets,
        shown=on_stdout and not wanted.asked_for,
    )


def _announce_lapses(settings: Settings, targets: tuple[Target, ...], words: Language) -> None:
    """Say which answers of people lapse soon, while there is time to give them again."""
    from scanner.collect.statements.attestations import read_attestations
    from scanner.collect.statements.questions import lapsing
    from scanner.scan import utc_now

    path = settings.attestations_file
    if not path.exists():
        return
    found = lapsing(read_attestations(path), utc_now().date())
    for target in targets:
        days = sorted(each.until for each in found if each.target == target.name)
        if days:
            sentence = words.fill(
                "{target}: {count} of people's answers lapse soon, the first after {until}; "
                "mamori attest asks for them again.",
                {"target": target.name, "count": len(days), "until": days[0]},
            )
            click.echo(f"mamori: {sentence}", err=True)


def _begin(settings: Settings, words: Language) -> None:
    """Tell the sinks that a scan begins; one that does not hear it will be told how it ended."""
    from scanner.scan import courier

    for each in courier(settings).begin():
        sentence = words.fill(
            "{sink} could not be told that the scan begins: {cause}",
            {"sink": each.sink, "cause": each.cause},
        )
        click.echo(f"mamori: {sentence}", err=True)


def _send(settings: Settings, report: Report, words: Language) -> bool:
    """Send the report and what waits, say who refused, and tell whether nobody did."""
    from scanner.history.database import HistoryError
    from scanner.scan import send

    try:
        refused = send(settings, report)
    except HistoryError as error:
        click.echo(f"mamori: {words.say(error.text)}", err=True)
        return False
    for each in refused:
        sentence = words.fill(
            "{sink} did not take the report: {cause}", {"sink": each.sink, "cause": each.cause}
        )
        if report.chain is None:
            then = words.translate("No history is kept, so it is not sent again.")
        elif each.waiting == 1:
            then = words.translate("It is kept, and the next scan sends it.")
        else:
            then = words.fill(
                "{count} reports are kept, and the next scan sends them.", {"count": each.waiting}
            )
        click.echo(f"mamori: {words.join(sentence, then)}", err=True)
    return not refused


def _tidy(settings: Settings, words: Language) -> None:
    """Let the history forget what is not to be kept; the next scan makes up for it."""
    from scanner.history.database import HistoryError
    from scanner.scan import tidy

    try:
        tidy(settings)
    except HistoryError as error:
        click.echo(f"mamori: {words.say(error.text)}", err=True)


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
