"""`mamori policies`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.pages import language_option, show_list, show_page


@click.group("policies")
def command() -> None:
    """List and explain the policies."""


@command.command("list")
@language_option
def list_policies(lang: str) -> None:
    """List the policies that are installed."""
    from scanner.language import language
    from scanner.policy import load_policy, shipped

    words = language(lang)
    policies = [load_policy(name) for name in sorted(shipped())]
    show_list((each.name, each.version, words.translate(each.title)) for each in policies)


@command.command("show")
@click.argument("name", metavar="NAME|FILE")
@language_option
def show_policy(name: str, lang: str) -> None:
    """Explain one policy: every check with its severity, weight, values and their sources."""
    from scanner.language import language
    from scanner.model import Text
    from scanner.policy import chosen, load_policy

    words = language(lang)
    policy = load_policy(name, Path())
    sections = [
        (words.translate("Made of"), " ← ".join(policy.chain)),
        (words.translate("Digest"), policy.digest),
    ]
    for selected in policy:
        lines = [
            words.fill(
                "{severity}, weight {weight}",
                {"severity": selected.severity, "weight": selected.weight},
            ),
            *(
                words.fill(
                    "{name} = {value} ({source})",
                    {"name": each.name, "value": each.value, "source": Text(each.source)},
                )
                for each in chosen(selected)
            ),
            *(
                words.fill(
                    "{source} disagrees: {says}",
                    {"source": Text(each.source), "says": Text(each.says)},
                )
                for each in selected.disagreements
            ),
        ]
        sections.append((selected.check.id, "\n".join(lines)))
    show_page(f"{policy.name} {policy.version}: {words.translate(policy.title)}", sections)
