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
from scanner.model import Credential, Endpoint, Origin, Reason, Unknown

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
    targets = select(settings, only)
    gaps = _keyring(targets, words) + examine(settings, targets, words)
    sys.exit(ExitCode.EVIDENCE_MISSING if gaps else ExitCode.COMPLETE)


def _keyring(targets: Iterable[Target], words: Language) -> int:
    """Tell how the keyring is, where a secret is to come from it; return 1 if it is unusable."""
    from scanner.collect.vaults import os_keyring

    if not any(
        reference.startswith("keyring:") for target in targets for reference in target.references
    ):
        return 0
    state = os_keyring.backend_state()
    mark = words.translate("ok" if state.usable else "gap")
    show_list([(mark, "keyring", words.say(state.text))])
    return 0 if state.usable else 1


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
        if deployment.requests and "clock" not in failed:
            answered["clock"] = None
        answered.update(dict.fromkeys(_readable(deployment)))
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


def _readable(deployment: Deployment) -> Iterable[str]:
    """Return the references whose secrets could be read, and the endpoints that answered."""
    for subject in deployment.subjects:
        if isinstance(subject, Credential) and not isinstance(subject.storage, Unknown):
            yield subject.id
        elif isinstance(subject, Endpoint) and subject.reachable is True:
            yield f"tls {subject.id}"
