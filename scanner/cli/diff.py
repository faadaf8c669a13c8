"""`mamori diff`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import config_option
from scanner.cli.pages import form_option, language_option, page_width, show_json, show_made_page
from scanner.model import Severity

if TYPE_CHECKING:
    from scanner.cli.exit_code import ExitCode
    from scanner.history.change import Change


@click.command("diff")
@click.argument("before", metavar="[A", default="previous")
@click.argument("after", metavar="B]", default="latest")
@config_option
@click.option("--details", is_flag=True, help="Name every failure.")
@click.option("--quiet", is_flag=True, help="Print nothing unless something got worse.")
@click.option(
    "--fail-on",
    type=click.Choice([each.value for each in Severity]),
    default=Severity.HIGH.value,
    show_default=True,
    help="Exit with 10 when something at least this severe is new or back again.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever was found.")
@form_option
@language_option
def command(
    before: str,
    after: str,
    config_file: Path,
    details: bool,
    quiet: bool,
    fail_on: str,
    exit_zero: bool,
    form: str,
    lang: str,
) -> None:
    """Show what changed from scan A to scan B, and why the score moved.

    Without A and B the latest two scans are compared. The change of the score is split by replaying
    each scan under the rules, the time, the eyes and the waivers of the other.
    """
    from scanner.cli.exit_code import ExitCode
    from scanner.config import load_config
    from scanner.history.change import compare
    from scanner.history.location import open_history
    from scanner.language import language
    from scanner.render.change import page_of
    from scanner.scan import ENVIRONMENT

    history = open_history(load_config(config_file), ENVIRONMENT)
    change = compare(history, history.find(before), history.find(after))
    code = _code(change, Severity(fail_on))
    if not quiet or _worse(change):
        if form == "json":
            show_json(change)
        else:
            show_made_page(page_of(change, language(lang), page_width(), details=details))
    sys.exit(ExitCode.COMPLETE if exit_zero else code)


def _worse(change: Change) -> bool:
    return any(
        each.new or each.regressed or each.no_longer_visible or each.change < 0
        for each in change.targets
    )


def _code(change: Change, fail_on: Severity) -> ExitCode:
    from scanner.cli.exit_code import ExitCode

    if any(
        failure.waiver is None and failure.severity.rank >= fail_on.rank
        for target in change.targets
        for failure in (*target.new, *target.regressed)
    ):
        return ExitCode.FINDINGS
    if any(target.no_longer_visible for target in change.targets):
        return ExitCode.EVIDENCE_MISSING
    return ExitCode.COMPLETE
