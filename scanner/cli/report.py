"""`mamori report`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import ReportOptions, config_option, deliver_report, report_options
from scanner.config import DEFAULT_FILE

if TYPE_CHECKING:
    from scanner.config import Settings
    from scanner.model import Deployment
    from scanner.report import Report


@click.command("report")
@click.argument("report", default="latest", metavar="[SCAN|FILE]")
@config_option
@click.option(
    "--snapshot",
    metavar="SCAN|FILE",
    help="Judge again what this scan collected, or what scan --snapshot saved in this file.",
)
@report_options
def command(report: str, config_file: Path, snapshot: str | None, wanted: ReportOptions) -> None:
    """Render a saved report again, or judge a snapshot again by any policy.

    SCAN is called as mamori history says; FILE is a report saved as JSON. A snapshot is judged as
    of the time when it was collected, by the policy of the configuration or by --policy.
    """
    if snapshot is not None:
        deliver_report(_judged(snapshot, config_file, wanted), wanted)
    if wanted.policy is not None:
        raise click.UsageError(_judged_already(wanted.lang))
    deliver_report(_saved(report, config_file), wanted)


def _judged_already(lang: str) -> str:
    from scanner.language import language

    return language(lang).translate(
        "A report is judged already; --snapshot judges a scan again by a policy."
    )


def _saved(name: str, config_file: Path) -> Report:
    from scanner.config import load_config
    from scanner.history.location import open_history
    from scanner.history.store import read_report
    from scanner.scan import ENVIRONMENT

    if _is_file(name):
        return read_report(Path(name))
    history = open_history(load_config(config_file), ENVIRONMENT)
    return history.report(history.find(name).number)


def _judged(name: str, config_file: Path, wanted: ReportOptions) -> Report:
    from scanner.config import load_config
    from scanner.policy import load_policy
    from scanner.scan import judge_again

    # A snapshot in a file can be judged by anybody who has it, without a configuration.
    bare = _is_file(name) and config_file == DEFAULT_FILE and not config_file.exists()
    settings = None if bare else load_config(config_file)
    chosen = wanted.policy or (settings.config.policy if settings else "baseline")
    policy = load_policy(chosen, settings.folder if settings else None)
    return judge_again(_snapshots(name, settings), settings, policy, lang=wanted.lang)


def _snapshots(name: str, settings: Settings | None) -> list[Deployment]:
    from scanner.history.location import open_history
    from scanner.history.store import UnknownScanError, read_snapshot
    from scanner.scan import ENVIRONMENT

    if _is_file(name):
        return [read_snapshot(Path(name))]
    assert settings is not None, "only a file needs no configuration"
    history = open_history(settings, ENVIRONMENT)
    scan = history.find(name)
    found = history.snapshots(scan.number)
    if not found:
        raise UnknownScanError(
            "The snapshots of the scan {number} are not kept.", number=scan.number
        )
    return found


def _is_file(name: str) -> bool:
    return "/" in name or name.endswith(".json") or Path(name).is_file()
