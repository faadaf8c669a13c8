"""The options that every command with a report takes, and what they do with it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from scanner.model import Severity

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("text", "json", "ndjson")


class ReportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a report is wanted."""

    format: str
    output: Path | None
    policy: str | None
    fail_on: Severity
    lang: str
    quiet: bool
    exit_zero: bool
    details: bool


def report_options(function: F) -> F:
    """Add the options; the command receives them as one `ReportOptions` named `wanted`."""
    options = [
        click.option(
            "--format",
            "format_",
            metavar="NAME",
            default="text",
            show_default=True,
            help="Form of the report: text, json, ndjson.",
        ),
        click.option(
            "--output",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Write the report to this file (mode 0600) instead of standard output.",
        ),
        click.option("--policy", metavar="NAME|FILE", help="Judge by this policy."),
        click.option(
            "--fail-on",
            type=click.Choice([each.value for each in Severity]),
            default=Severity.HIGH.value,
            show_default=True,
            help="Exit with 10 when a failing check is at least this severe.",
        ),
        click.option("--lang", type=click.Choice(["en", "ja"]), help="Language of the report."),
        click.option("--details", is_flag=True, help="In text, list every finding, passes too."),
        click.option("--quiet", is_flag=True, help="Show no progress on standard error."),
        click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever was found."),
    ]

    def command(**given: Any) -> None:
        from scanner import registry
        from scanner.cli.locale import preferred

        wanted = ReportOptions(
            format=given.pop("format_"),
            output=given.pop("output"),
            policy=given.pop("policy"),
            fail_on=Severity(given.pop("fail_on")),
            lang=given.pop("lang") or preferred(),
            details=given.pop("details"),
            quiet=given.pop("quiet"),
            exit_zero=given.pop("exit_zero"),
        )
        # Before anything is contacted: a report that cannot be rendered is worth no scan.
        registry.part("renderers", wanted.format)
        function(wanted=wanted, **given)

    command.__name__ = function.__name__
    command.__doc__ = function.__doc__
    command.__dict__.update(function.__dict__)
    for option in reversed(options):
        command = option(command)
    return command  # type: ignore[return-value] # click replaces the signature


def deliver_report(report: Any, wanted: ReportOptions, *, hint: str = "") -> None:
    """Render and deliver `report`, and end the process with its exit code.

    `hint` is for a person: it follows a text report, on standard error.
    """
    from scanner import registry
    from scanner.cli import say
    from scanner.cli.exit_code import exit_code
    from scanner.deliver.file import DeliveryError, write

    render = registry.part("renderers", wanted.format)
    to_terminal = wanted.output is None and sys.stdout.isatty()
    colour = to_terminal and not os.environ.get("NO_COLOR")
    if wanted.format == "text":
        width = shutil.get_terminal_size().columns if to_terminal else 80
        data = render(report, width=max(40, min(width, 100)), colour=colour, details=wanted.details)
    else:
        data = render(report)
    delivered = True
    if wanted.output is not None:
        try:
            write(wanted.output, data)
        except DeliveryError as error:
            # The report is not lost: it goes where it would have gone without --output.
            delivered = False
            click.echo(f"mamori: {say(error.text, wanted.lang)}", err=True)
    if wanted.output is None or not delivered:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    if hint and wanted.format == "text" and not wanted.quiet:
        click.echo(f"\n{hint}", err=True)
    sys.exit(exit_code(report, wanted.fail_on, delivered=delivered, only_report=wanted.exit_zero))
