"""`mamori history`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.options import config_option
from scanner.cli.pages import form_option, language_option, show_json, show_list


@click.command("history")
@config_option
@click.option("--target", metavar="NAME", help="Only scans of this target.")
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@form_option
@language_option
def command(config_file: Path, target: str | None, last: int, form: str, lang: str) -> None:
    """List the scans, the latest first.

    A scan is called by its number, by its id or the beginning of it, by a day, or latest and
    previous: mamori report 7, mamori diff previous latest.
    """
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
            + ("" if scan.complete else " " + words.translate("(incomplete)")),
        )
        for scan in scans
    ]
    if rows:
        show_list(rows)
    else:
        click.echo(words.translate("There are no scans."), err=True)
