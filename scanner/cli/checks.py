"""`mamori checks`."""

from __future__ import annotations

import click

from scanner.cli.pages import language_option, show_list, show_page


@click.group("checks")
def command() -> None:
    """List and explain the checks."""


@command.command("list")
@language_option
def list_checks(lang: str) -> None:
    """List every check with its severity."""
    from scanner import registry
    from scanner.language import language

    words = language(lang)
    show_list(
        (check.id, words.translate(check.severity.value), words.translate(check.title))
        for check in registry.checks().values()
    )


@command.command("show")
@click.argument("check_id", metavar="ID")
@language_option
def show_check(check_id: str, lang: str) -> None:
    """Explain one check: what it asks, why, what to do, and on whose word."""
    from scanner import registry
    from scanner.framework import controls_by_check
    from scanner.language import language
    from scanner.model import Text
    from scanner.policy import parameters

    words = language(lang)
    checks = registry.checks()
    if check_id not in checks:
        raise registry.unknown_name("checks", check_id, checks)
    check = checks[check_id]
    sections = [
        (words.translate("Why"), words.translate(check.why)),
        (words.translate("Fix"), words.translate(check.fix)),
        *(
            (words.fill("Fix ({platform})", {"platform": platform}), words.translate(fix))
            for platform, fix in check.fixes.items()
        ),
        (words.translate("Source"), words.translate(check.source)),
        (words.translate("Basis"), words.translate(check.basis.value).replace("_", " ")),
        (words.translate("Severity"), words.translate(check.severity.value)),
        (
            words.translate("Judges"),
            ", ".join(words.translate(kind.__name__) for kind in check.subjects),
        ),
        (words.translate("Reads"), ", ".join(sorted(check.reads))),
        (
            words.translate("Parameters"),
            "\n".join(
                words.fill(
                    "{name} = {value}: {meaning} ({source})",
                    {
                        "name": each.name,
                        "value": each.value,
                        "meaning": Text(each.meaning),
                        "source": Text(each.source),
                    },
                )
                for each in parameters(check)
            ),
        ),
        (words.translate("Evidence for"), ", ".join(controls_by_check().get(check.id, ()))),
    ]
    show_page(f"{check.id}: {words.translate(check.title)}", sections)
