"""`mamori demo`."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import click

from scanner.cli.options import ReportOptions, deliver_report, report_options

if TYPE_CHECKING:
    from scanner.language import Language
    from scanner.sandbox.deployment import Sandbox


@click.command("demo")
@click.option(
    "--serve", is_flag=True, help="Keep the deployment running, to play with, until Ctrl-C."
)
@report_options
def command(serve: bool, wanted: ReportOptions) -> None:
    """Scan an embedded deployment with known weaknesses.

    A Mautic-speaking server, good and bad TLS endpoints, a vault, and the exports of a tool without
    an interface start on this machine's loopback address, and are scanned by the very code that
    scans production.
    """
    from scanner.cli.progress import progress
    from scanner.config import load_config
    from scanner.language import language
    from scanner.policy import load_policy
    from scanner.sandbox.deployment import Sandbox
    from scanner.scan import scan

    words = language(wanted.lang)
    with Sandbox() as sandbox:
        if serve:
            _serve(sandbox, words)
            return
        settings = load_config(sandbox.config_path)
        policy = load_policy(wanted.policy or settings.config.policy, settings.folder)
        with progress(wanted) as show:
            scanned = scan(
                settings, policy, settings.config.targets, lang=wanted.lang, progress=show
            )
    deliver_report(scanned.report, wanted, hint=words.translate(NEXT))


NEXT = (
    "This was the demo. Next: mamori init, for a deployment of your own, or "
    "mamori demo --serve, to look around in this one."
)


def _serve(sandbox: Sandbox, words: Language) -> None:
    click.echo(
        words.fill(
            "The demo deployment runs at {url}. Scan it from another terminal:\n"
            "  mamori scan --config {config}\n"
            "Ctrl-C ends it.",
            {"url": sandbox.url, "config": str(sandbox.config_path)},
        )
    )
    ended = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: ended.set())
    ended.wait()
