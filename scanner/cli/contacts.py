"""`mamori contacts`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from scanner.cli.options import ReportOptions, report_options
from scanner.cli.probe import deliver_probe


@click.group("contacts")
def command() -> None:
    """Judge exported contact records."""


@command.command("audit")
@click.argument("sources", metavar="FILE|FOLDER|DATABASE-URL...", nargs=-1, required=True)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=HEADER",
    help="Which column holds a field; most headers are recognised.",
)
@click.option("--table", metavar="NAME", help="The table of the database.")
@click.option(
    "--password",
    metavar="REFERENCE",
    help="Where the password of the database lies, such as env:NAME.",
)
@click.option("--encoding", metavar="NAME", help="Encoding of the files, where it is not UTF-8.")
@click.option(
    "--suppression",
    type=click.Path(exists=True),
    help="A list of addresses that opted out, which must not be sent to.",
)
@report_options
def audit(
    sources: tuple[str, ...],
    columns: tuple[str, ...],
    table: str | None,
    password: str | None,
    encoding: str | None,
    suppression: str | None,
    wanted: ReportOptions,
) -> None:
    """Hold contact records of any size against the law: consent, proof, opt-outs, retention.

    Reads CSV (UTF-8, Shift_JIS, UTF-16; .gz too) and Parquet, or asks the database where the
    records lie. Only counts and masked examples come back, never the list.
    """
    from scanner.collect.contacts.audit import audit as audit_contacts
    from scanner.collect.contacts.exports import by_field
    from scanner.scan import ENVIRONMENT, utc_now

    started = utc_now()
    given = by_field(columns)
    subjects = []
    for source in dict.fromkeys(sources):
        with _bar(source, quiet=wanted.quiet) as progress:
            subjects.append(
                audit_contacts(
                    source,
                    now=started,
                    columns=given,
                    table=table,
                    password=password,
                    environment=ENVIRONMENT,
                    encoding=encoding or "",
                    suppression=suppression,
                    progress=progress,
                )
            )
    deliver_probe(
        "contacts", ("opt-in", "opt-out", "retention", "evidence"), subjects, wanted, started
    )


@contextmanager
def _bar(source: str, *, quiet: bool) -> Iterator[Callable[[float | None], None]]:
    """Show how much of `source` is read, while somebody is there to see it."""
    if quiet or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from scanner.language import printable

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(escape(printable(source, 40)), total=None)
        yield lambda done: bar.update(task, total=1 if done is not None else None, completed=done)
