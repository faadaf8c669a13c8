"""`mamori waive`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import config_option
from scanner.cli.pages import language_option, show_list

if TYPE_CHECKING:
    from datetime import date

    from scanner.config import Settings
    from scanner.language import Language
    from scanner.report import Report
    from scanner.waivers import Entry


@click.command("waive")
@click.argument("check", required=False)
@config_option
@click.option(
    "--subject",
    "subjects",
    multiple=True,
    metavar="ID",
    help="The subject that may fail, by its id in the report; * stands for every subject.",
)
@click.option("--target", metavar="NAME", help="Only in this target.")
@click.option("--until", metavar="DATE", help="The last day on which it holds, as 2026-12-31.")
@click.option("--reason", metavar="TEXT", help="Why the failure is acceptable.")
@click.option("--owner", metavar="NAME", help="Who accepts it.")
@language_option
def command(
    check: str | None,
    config_file: Path,
    subjects: tuple[str, ...],
    target: str | None,
    until: str | None,
    reason: str | None,
    owner: str | None,
    lang: str,
) -> None:
    """Accept a failing check of a subject until a day.

    The waiver is written at the end of the waivers file, for others to review. Without CHECK the
    waivers of that file are listed. The last day counts, in UTC; then the failure counts again.
    """
    from scanner.config import load_config
    from scanner.language import language
    from scanner.scan import utc_now

    words = language(lang)
    settings = load_config(config_file)
    today = utc_now().date()
    if check is None:
        _list(settings, today, words)
        return
    given = {"--subject": subjects, "--until": until, "--reason": reason, "--owner": owner}
    if missing := [name for name, value in given.items() if not value]:
        raise click.UsageError(
            words.fill("A waiver needs {options}.", {"options": ", ".join(missing)})
        )
    assert until is not None
    assert reason is not None
    assert owner is not None
    _write(settings, check, subjects, target, until, reason, owner, today, words)


def _list(settings: Settings, today: date, words: Language) -> None:
    from scanner.language import printable
    from scanner.scan import waivers_of

    rows = [
        (
            words.translate(each.state(today).value),
            printable(str(each.entry.until or "-")),
            printable(each.entry.check),
            printable(str(each.entry.subject)),
            words.say(each.problem)
            if each.problem
            else printable(f"{each.entry.owner}: {each.entry.reason}"),
        )
        for each in waivers_of(settings)
    ]
    if rows:
        show_list(rows)
    else:
        click.echo(words.translate("There are no waivers."), err=True)


def _write(
    settings: Settings,
    check: str,
    subjects: tuple[str, ...],
    target: str | None,
    until: str,
    reason: str,
    owner: str,
    today: date,
    words: Language,
) -> None:
    from scanner.private_file import writing
    from scanner.scan import select
    from scanner.waivers import Entry, WaiverError, add, day

    select(settings, [] if target is None else [target])
    path = settings.waivers_file
    for subject in subjects:
        entry = Entry(
            check=check,
            subject=subject,
            target=target,
            until=day(until) or until,
            reason=reason,
            owner=owner,
            on=today,
        )
        with writing(path, WaiverError):
            add(path, entry, today)
        _warn(settings, entry, words)
    click.echo(
        words.fill(
            "Written to {file}: {check} is accepted until {until}.",
            {"file": str(path), "check": check, "until": until},
        ),
        err=True,
    )


def _warn(settings: Settings, entry: Entry, words: Language) -> None:
    """Say so where the latest scan knows no such failure, which a typing mistake would cause."""
    from scanner.history.database import HistoryError
    from scanner.history.location import open_history
    from scanner.model import Status
    from scanner.model.waiver import EVERY_SUBJECT
    from scanner.scan import ENVIRONMENT

    try:
        history = open_history(settings, ENVIRONMENT)
        scans = history.scans(target=entry.target, most=1)
        reports: list[Report] = [history.report(each.number) for each in scans]
    except HistoryError:
        return
    if not reports or entry.subject == EVERY_SUBJECT:
        return
    for target in reports[0].targets:
        for each in target.findings:
            failing = each.check == entry.check and each.status is Status.FAIL
            if failing and entry.subject in (each.subject.id, each.subject.name):
                return
    click.echo(
        words.fill(
            "Note: in the latest scan nothing called {subject} fails {check}.",
            {"subject": str(entry.subject), "check": entry.check},
        ),
        err=True,
    )
