"""`mamori doctor`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import config_option
from scanner.cli.pages import language_option, show_list
from scanner.language import printable
from scanner.model import Origin, Reason, Unknown

if TYPE_CHECKING:
    from scanner.config import Settings, Target
    from scanner.language import Language
    from scanner.model import Deployment


@click.command("doctor")
@config_option
@click.option("--target", "only", multiple=True, metavar="NAME", help="Examine this target alone.")
@language_option
def command(config_file: Path, only: tuple[str, ...], lang: str) -> None:
    """Find out what keeps mamori from seeing everything.

    Tries the vaults, the network, the clock, the sign-in and every permission, and says for each
    gap what to do. Reads only, like a scan.
    """
    from scanner.cli.exit_code import ExitCode
    from scanner.config import load_config
    from scanner.language import language
    from scanner.scan import select

    words = language(lang)
    settings = load_config(config_file)
    _vaults(words)
    gaps = examine(settings, select(settings, only), words)
    sys.exit(ExitCode.EVIDENCE_MISSING if gaps else ExitCode.COMPLETE)


def _vaults(words: Language) -> None:
    from scanner.collect.vaults import os_keyring

    state = os_keyring.backend_state()
    show_list(
        [(words.translate("ok" if state.usable else "gap"), "keyring", words.say(state.text))]
    )


def examine(settings: Settings, targets: Iterable[Target], words: Language) -> int:
    """Read each target as a scan would, print a line per part, and return how many are missing."""
    from scanner import registry
    from scanner.report import say_unknown
    from scanner.scan import look

    gaps = 0
    for deployment in look(settings, targets):
        click.echo(f"\n{printable(deployment.target)} ({deployment.platform})")
        calls = registry.part("platforms", deployment.platform).calls
        permissions = {call.section: call.permission for call in calls}
        failed = {problem.where for problem in deployment.problems}
        answered = dict.fromkeys(
            call.section
            for call in calls
            if call.section not in failed and _answered(deployment, call.facts)
        )
        rows = [
            (words.translate("ok"), words.translate(section), words.translate("can be read"))
            for section in answered
        ]
        for problem in deployment.problems:
            missing = permissions.get(problem.where)
            text = words.join(
                say_unknown(problem.as_unknown(), words),
                words.fill("Missing permission: {permission}.", {"permission": missing})
                if missing and problem.reason is Reason.NOT_PERMITTED
                else "",
                words.say(problem.remedy) if problem.remedy is not None else "",
            )
            rows.append((words.translate("gap"), printable(words.translate(problem.where)), text))
        show_list(rows)
        gaps += len(deployment.problems)
    return gaps


def _answered(deployment: Deployment, facts: Iterable[str]) -> bool:
    """Tell whether the platform gave any of `facts`, each written as `Person.email`."""
    for each in facts:
        kind, _, fact = each.partition(".")
        subjects = [one for one in deployment.subjects if type(one).__name__ == kind]
        if not subjects and kind not in deployment.populations:
            return True
        for one in subjects:
            known = not isinstance(getattr(one, fact), Unknown)
            if known and one.origin is Origin.API and fact not in one.witnesses:
                return True
    return False
