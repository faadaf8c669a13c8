"""The options that every command with a report takes, and what they do with it."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from scanner.config import DEFAULT_FILE
from scanner.model import Severity

if TYPE_CHECKING:
    from scanner.render.format import Format
    from scanner.report import Report

F = TypeVar("F", bound=Callable[..., Any])


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
    framework: str | None
    asked_for: bool
    """Somebody named a form or a file on the command line."""


def config_option(function: F) -> F:
    """Add `--config`, which names the configuration."""
    return click.option(
        "--config",
        "config_file",
        type=click.Path(path_type=Path, dir_okay=False),
        default=DEFAULT_FILE,
        show_default=True,
        help="The configuration.",
    )(function)


def ca_file_option(function: F) -> F:
    """Add `--ca-file`, which names an authority of the user's own."""
    return click.option(
        "--ca-file",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        help="Trust this CA too (PEM).",
    )(function)


def report_options(function: F) -> F:
    """Add the options; the command receives them as one `ReportOptions` named `wanted`."""
    options = [
        click.option(
            "--format",
            "format_",
            metavar="NAME",
            default="text",
            show_default=True,
            help="Form of the report: text, html, markdown, csv, json, ndjson, ocsf, ecs, cef, "
            "sarif, oscal, junit, prometheus.",
        ),
        click.option(
            "--output",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Write the report to this file (mode 0600) instead of standard output.",
        ),
        click.option(
            "--framework",
            metavar="NAME",
            help="Show the report by the controls of this standard or law, as text or json.",
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

    @functools.wraps(function)
    def command(**given: Any) -> None:
        from click.core import ParameterSource

        from scanner import registry
        from scanner.cli.locale import preferred

        source = click.get_current_context().get_parameter_source("format_")
        asked_for = (
            given["output"] is not None
            or given["framework"] is not None
            or source is not ParameterSource.DEFAULT
        )
        wanted = ReportOptions(
            asked_for=asked_for,
            format=given.pop("format_"),
            output=given.pop("output"),
            policy=given.pop("policy"),
            framework=given.pop("framework"),
            fail_on=Severity(given.pop("fail_on")),
            lang=given.pop("lang") or preferred(),
            details=given.pop("details"),
            quiet=given.pop("quiet"),
            exit_zero=given.pop("exit_zero"),
        )
        # Before anything is contacted: a report that cannot be rendered is worth no scan.
        registry.part("renderers", wanted.format)
        if wanted.framework is not None:
            _check_framework(wanted.framework, wanted.format)
        function(wanted=wanted, **given)

    for option in reversed(options):
        command = option(command)
    return command  # type: ignore[return-value] # click replaces the signature


def _check_framework(name: str, form: str) -> None:
    from scanner.framework import frameworks
    from scanner.model.errors import MamoriError
    from scanner.registry import unknown_name

    if name not in frameworks():
        raise unknown_name("frameworks", name, frameworks())
    if form not in ("text", "json"):
        raise MamoriError(
            "--framework shows text or json; {format} shows every framework, or none.", format=form
        )


def deliver_report(
    report: Report,
    wanted: ReportOptions,
    *,
    hint: str = "",
    delivered: bool = True,
    locked: bool = False,
    shown: bool = False,
) -> None:
    """Render and deliver `report`, and end the process with its exit code.

    `hint` is for a person: it follows a text report, on standard error. `delivered` is false where
    something else could not be delivered before, `locked` true where a target was left to another
    scan, `shown` true where standard output has the report already.
    """
    from scanner.cli.exit_code import exit_code

    to_output = not shown and (
        wanted.output is None
        or not _write_file(wanted.output, _render(report, wanted), wanted.lang)
    )
    if to_output:
        # A report that its file does not take goes where it would have gone without --output.
        written = _write_output(_render(report, wanted), wanted.lang)
        delivered = written and delivered and wanted.output is None
    if hint and wanted.format == "text" and not wanted.quiet:
        from scanner.cli.pages import page_width
        from scanner.render.page import wrap

        click.echo("\n" + "\n".join(wrap(hint, page_width())), err=True)
    sys.exit(
        exit_code(
            report,
            wanted.fail_on,
            delivered=delivered,
            locked=locked,
            only_report=wanted.exit_zero,
        )
    )


def _render(report: Report, wanted: ReportOptions) -> Iterator[bytes]:
    from scanner import registry

    form: Format = registry.part("renderers", wanted.format)
    to_terminal = wanted.output is None and sys.stdout is not None and sys.stdout.isatty()
    width = max(40, min(shutil.get_terminal_size().columns if to_terminal else 80, 100))
    colour = to_terminal and not os.environ.get("NO_COLOR")
    if wanted.framework is not None:
        from scanner.framework import frameworks
        from scanner.render.framework_report import render_json, render_text

        framework = frameworks()[wanted.framework]
        if wanted.format == "json":
            return render_json(report, framework)
        return render_text(report, framework, width=width, colour=colour)
    if wanted.format != "text":
        return form.render(report)
    return form.render(report, width=width, colour=colour, details=wanted.details)


def _write_file(path: Path, data: Iterable[bytes], lang: str) -> bool:
    from scanner.cli.locale import say
    from scanner.deliver.file import DeliveryError, write

    try:
        write(path, data)
    except DeliveryError as error:
        click.echo(f"mamori: {say(error.text, lang)}", err=True)
        return False
    return True


def _write_output(data: Iterable[bytes], lang: str) -> bool:
    from scanner.cli.locale import say
    from scanner.model import Text

    if sys.stdout is None:
        return False  # closed by whoever started mamori
    try:
        sys.stdout.buffer.writelines(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        # Python would try again, and complain, when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return True  # the reader, such as `head`, has seen enough
        sentence = Text.of("Standard output cannot be written ({cause}).", cause=error.strerror)
        click.echo(f"mamori: {say(sentence, lang)}", err=True)
        return False
    return True
