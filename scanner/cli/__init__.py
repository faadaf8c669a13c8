"""The command line. It parses, calls and prints; it decides nothing.

Commands are imported when they are used, so that `mamori --help` costs little more than click.
"""

from __future__ import annotations

import os
import signal
import sys

import click

from scanner import __version__
from scanner.cli.commands import Commands, Formatter, localise
from scanner.cli.locale import preferred, say

GARBAGE = 100_000
"""Objects made before Python looks for those that nothing holds any more."""

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("scanner.cli.demo", "Scan an embedded deployment with known weaknesses."),
    "init": ("scanner.cli.init", "Ask a few questions and write mamori.yaml."),
    "scan": ("scanner.cli.scan", "Scan the deployments named in mamori.yaml."),
    "probe": ("scanner.cli.probe", "Look at one thing, without a configuration."),
    "report": ("scanner.cli.report", "Render a saved report again, or judge a snapshot again."),
    "history": ("scanner.cli.history", "List the scans, the latest first."),
    "diff": ("scanner.cli.diff", "Show what changed between two scans, and why."),
    "trend": ("scanner.cli.trend", "Show how the score of each target has moved."),
    "verify": ("scanner.cli.verify", "Prove that the audits ran, and show the gaps."),
    "schedule": ("scanner.cli.schedule", "Scan every night: by cron, systemd or Kubernetes."),
    "credentials": (
        "scanner.cli.credentials",
        "Keep the inventory of passwords and keys: whose, what for, since when.",
    ),
    "attest": ("scanner.cli.attest", "Answer what no interface tells."),
    "waive": ("scanner.cli.waive", "Accept a failing check of a subject until a day."),
    "contacts": ("scanner.cli.contacts", "Judge exported contact records."),
    "checks": ("scanner.cli.checks", "List and explain the checks."),
    "policies": ("scanner.cli.policies", "List and explain the policies."),
    "frameworks": ("scanner.cli.frameworks", "List and explain the standards and laws."),
    "platforms": ("scanner.cli.platforms", "List and explain the platforms mamori reads."),
    "doctor": ("scanner.cli.doctor", "Find out what keeps mamori from seeing everything."),
}


@click.group(
    cls=Commands,
    members=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(__version__, message="mamori %(version)s")
def cli() -> None:
    """Tell how safe each marketing-automation deployment is, and what to fix first."""


def _open_what_is_closed() -> None:
    """Open to nothing what the caller has closed of standard input, output and error.

    Otherwise the next file to be opened would get its number, and what is said there.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None and os.open(os.devnull, os.O_RDWR) == number:
            mode = "w" if number else "r"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def main() -> None:
    """Run `mamori`; errors the user can mend become one sentence and an exit code."""
    import gc
    import resource

    from scanner.model.errors import MamoriError

    _open_what_is_closed()
    # What mamori holds in memory must not lie in a file because it crashed.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Nearly all that a scan makes it keeps to the end: to look it through often finds nothing.
    gc.set_threshold(GARBAGE)
    try:
        if preferred() != "en":
            click.Context.formatter_class = Formatter
            localise(cli)
        cli(prog_name="mamori", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(128 + signal.SIGINT)
    except MamoriError as error:
        click.echo(f"mamori: {say(error.text)}", err=True)
        sys.exit(error.exit_code)
