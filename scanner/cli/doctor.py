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
    gaps = _keyring(targets, words) + examine(settings, targets, words) + _sinks(settings, words)
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


def _sinks(settings: Settings, words: Language) -> int:
    """Tell whether the secrets of each sink can be read, and return how many cannot."""
    from scanner.scan import courier

    messenger = courier(settings)
    causes = {each.sink: each.cause for each in messenger.unreadable()}
    if messenger.names:
        click.echo(f"\n{words.translate('Where reports go')}")
        show_list(
            (
                words.translate("gap" if name in causes else "ok"),
                printable(name),
                words.say(causes[name]) if name in causes else words.translate("is configured"),
            )
            for name in messenger.names
        )
    return len(causes)


def examine(settings: Settings, targets: Iterable[Target], words: Language) -> int:
    """Read each target as a scan would, print a line per part, and return how many are missing."""
    from scanner import registry
    from scanner.scan import look

    targets = tuple(targets)
    named = {target.name: target for target in targets}
    gaps = 0
    for deployment in look(settings, targets):
        click.echo(f"\n{printable(deployment.target)} ({deployment.platform})")
        platform = registry.part("platforms", deployment.platform)
        calls = platform.calls
        permissions = {call.section: call.permission for call in calls}
        failed = {problem.where for problem in deployment.problems}
        answered = dict.fromkeys(
            call.section
            for call in calls
            if call.section not in failed and _answered(deployment, call.facts)
        )
        if deployment.requests and "clock" not in failed:
            answered["clock"] = None
        for key in ("local_config", "people", "logs", "api_keys", "ip_allow_list"):
            spoilt = any(each.partition(" ")[0] == key for each in failed)
            if getattr(named[deployment.target], key) and not spoilt:
                answered[key] = None
        answered.update(dict.fromkeys(_readable(deployment)))
        rows = [
            (words.translate("ok"), words.translate(section), words.translate("can be read"))
            for section in answered
        ]
        for problem in deployment.problems:
            text = _say(problem.as_unknown(), words)
            missing = permissions.get(problem.where)
            if missing and problem.reason is Reason.NOT_PERMITTED and missing not in text:
                scope = words.fill("Missing permission: {permission}.", {"permission": missing})
                text = words.join(text, scope)
            rows.append((words.translate("gap"), printable(words.translate(problem.where)), text))
        unset = _not_configured(deployment, platform.hidden.values())
        rows += [
            (words.translate("gap"), words.translate("configuration"), _say(unknown, words))
            for unknown in unset
        ]
        show_list(rows)
        gaps += len(deployment.problems) + len(unset)
    return gaps


def _say(unknown: Unknown, words: Language) -> str:
    """Return why something is unknown, and what to do about it."""
    from scanner.report import say_unknown

    remedy = "" if unknown.remedy is None else words.say(unknown.remedy)
    return words.join(say_unknown(unknown, words), remedy)


def _not_configured(deployment: Deployment, hidden: Iterable[Unknown]) -> list[Unknown]:
    """Return what the platform hides, and what a line of the configuration would tell."""
    open_ones = {
        id(value)
        for subject in deployment.subjects
        for value in (getattr(subject, fact) for fact in subject.__struct_fields__)
        if isinstance(value, Unknown)
    }
    settable = {id(each): each for each in hidden if each.reason is Reason.NOT_CONFIGURED}
    return [each for identity, each in settable.items() if identity in open_ones]


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
