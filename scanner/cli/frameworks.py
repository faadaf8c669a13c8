"""`mamori frameworks`."""

from __future__ import annotations

import click

from scanner.cli.pages import language_option, show_list, show_page


@click.group("frameworks")
def command() -> None:
    """List and explain the standards and laws that checks give evidence for."""


@command.command("list")
@language_option
def list_frameworks(lang: str) -> None:
    """List the frameworks that are installed."""
    from scanner.framework import frameworks
    from scanner.language import language

    words = language(lang)
    show_list(
        (name, f"{words.translate(each.title)}, {each.version}")
        for name, each in frameworks().items()
    )


@command.command("show")
@click.argument("name")
@language_option
def show_framework(name: str, lang: str) -> None:
    """Show the controls of one framework and the checks that give evidence for each."""
    from scanner import registry
    from scanner.framework import frameworks
    from scanner.language import language

    words = language(lang)
    found = frameworks()
    if name not in found:
        raise registry.unknown_name("frameworks", name, found)
    framework = found[name]
    show_page(
        f"{framework.name} {framework.version}: {words.translate(framework.title)}",
        [
            *(
                (
                    f"{control_id}  {words.translate(control.title)}"
                    + (f"  ({control.since})" if control.since else ""),
                    ", ".join(control.checks) or words.translate("Not covered by mamori."),
                )
                for control_id, control in framework.controls.items()
            ),
            (words.translate("Sources"), "\n".join(framework.sources)),
            (words.translate("Verified"), framework.verified.isoformat()),
        ],
    )
