"""`mamori history`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import config_option
from scanner.cli.pages import DURATION, form_option, language_option, show_json, show_list

if TYPE_CHECKING:
    from scanner.config import Settings
    from scanner.language import Language


@click.group("history", invoke_without_command=True)
@config_option
@click.option("--target", metavar="NAME", help="Only scans of this target.")
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@form_option
@language_option
@click.pass_context
def command(
    ctx: click.Context, config_file: Path, target: str | None, last: int, form: str, lang: str
) -> None:
    """List the scans, the latest first.

    A scan is called by its number, by its id or the beginning of it, by a day, or latest and
    previous: mamori report 7, mamori diff previous latest.
    """
    if ctx.invoked_subcommand is not None:
        # What stands before the name of a member holds for it as well.
        ctx.default_map = {ctx.invoked_subcommand: {"config_file": config_file, "lang": lang}}
        return
    from scanner.config import load_config
    from scanner.history.location import open_history
    from scanner.language import language
    from scanner.render.change import moment
    from scanner.scan import ENVIRONMENT

    words = language(lang)
    history = open_history(load_config(config_file), ENVIRONMENT)
    scans = history.scans(target=target, most=last)
    judged = history.judgements(target=target, scans=[each.number for each in scans])
    if form == "json":
        show_json({"schema": "mamori.history/1", "scans": scans, "targets": judged})
        return
    rows = [
        (
            str(scan.number),
            scan.scan_id[:8],
            moment(scan.started_at),
            "; ".join(
                f"{each.target} {each.grade} {each.low:g}"
                for each in judged
                if each.scan == scan.number
            )
            + ("" if scan.complete else " " + words.translate("(incomplete)"))
            + ("" if scan.pruned_at is None else " " + words.translate("(pruned)")),
        )
        for scan in scans
    ]
    if rows:
        show_list(rows)
    else:
        click.echo(words.translate("There are no scans."), err=True)


@command.command("prune")
@config_option
@click.option("--keep", type=click.IntRange(1), metavar="COUNT", help="Keep so many of the latest.")
@click.option(
    "--older-than",
    type=DURATION,
    metavar="TIME",
    help="Prune nothing that is younger, as 400d or 52w.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be pruned, and prune nothing.")
@click.option(
    "--forget",
    metavar="SINK",
    help="Owe nothing more to a sink that the configuration does not name any more.",
)
@language_option
def prune(
    config_file: Path,
    keep: int | None,
    older_than: timedelta | None,
    dry_run: bool,
    forget: str | None,
    lang: str,
) -> None:
    """Let go of old reports, and of what was collected for them.

    Their hashes stay, so that mamori verify still proves the chain, and so do the scores. A report
    that --keep or --older-than keeps stays; without either, the configuration's retention decides.
    The latest report always stays, as does one that still has to be delivered.
    """
    from scanner.config import load_config
    from scanner.history.location import open_history
    from scanner.history.pruning import Keep, keep_of
    from scanner.language import language
    from scanner.scan import ENVIRONMENT, utc_now

    words = language(lang)
    settings = load_config(config_file)
    wanted = Keep(scans=keep, age=older_than)
    sinks = {each.options.id for each in settings.sinks}
    if forget is not None:
        _forget(settings, sinks, forget, words, dry_run=dry_run)
        if wanted == Keep():
            return
    if wanted == Keep():
        if settings.config.retention is None:
            raise click.UsageError(
                words.translate(
                    "Say what stays: --keep, --older-than, or retention in the configuration."
                )
            )
        wanted = keep_of(settings.config.retention)
    history, now = open_history(settings, ENVIRONMENT), utc_now()
    pruned = history.prunable(wanted, now)
    if not dry_run:
        pruned = history.prune(wanted, now, compact=True)
    values = {"first": pruned.first, "last": pruned.last, "kept": pruned.kept}
    if not pruned.count:
        said = words.fill("Nothing to prune; left: {kept}.", values)
    elif dry_run:
        said = words.fill(
            "Would prune the reports of the scans {first} to {last}; left: {kept}.", values
        )
    else:
        said = words.fill(
            "Pruned the reports of the scans {first} to {last}; left: {kept}.", values
        )
    click.echo(said, err=True)
    if pruned.waiting is not None:
        waits = words.fill(
            "The next one waits for {sink}, and stays until that has it."
            if pruned.waiting in sinks
            else "The next one waits for {sink}, which the configuration does not name any more; "
            "--forget {sink} lets go of what waits for it.",
            {"sink": pruned.waiting},
        )
        click.echo(waits, err=True)


def _forget(
    settings: Settings, sinks: set[str], sink: str, words: Language, *, dry_run: bool
) -> None:
    """Let go of what waits for a sink that was given up."""
    from scanner.history.location import open_history
    from scanner.scan import ENVIRONMENT

    if sink in sinks:
        raise click.UsageError(
            words.fill(
                "The configuration names {sink}; take it out first, or let it be delivered.",
                {"sink": sink},
            )
        )
    history = open_history(settings, ENVIRONMENT)
    count = len(history.pending(sink)) if dry_run else history.forget(sink)
    said = words.fill(
        "Would forget what waits for {sink}: {count}."
        if dry_run
        else "Forgotten what waited for {sink}: {count}.",
        {"sink": sink, "count": count},
    )
    click.echo(said, err=True)
