"""`mamori trend`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.options import config_option
from scanner.cli.pages import form_option, language_option, show_json, show_list

_BAR = 20


@click.command("trend")
@config_option
@click.option("--target", metavar="NAME", help="Only this target.")
@click.option("--last", type=click.IntRange(1), default=30, show_default=True, help="How many.")
@form_option
@language_option
def command(config_file: Path, target: str | None, last: int, form: str, lang: str) -> None:
    """Show how the score of each target has moved from scan to scan."""
    from scanner.config import load_config
    from scanner.history.location import open_history
    from scanner.language import language
    from scanner.render.change import moment
    from scanner.scan import ENVIRONMENT

    words = language(lang)
    history = open_history(load_config(config_file), ENVIRONMENT)
    scans = {each.number: each for each in history.scans(target=target, most=last)}
    judged = history.judgements(target=target, scans=scans)
    if form == "json":
        show_json(
            {
                "schema": "mamori.trend/1",
                "targets": {
                    name: [
                        {"started_at": scans[each.scan].started_at, **_fields(each)}
                        for each in judged
                        if each.target == name
                    ]
                    for name in dict.fromkeys(each.target for each in judged)
                },
            }
        )
        return
    for number, name in enumerate(sorted({each.target for each in judged})):
        click.echo(("\n" if number else "") + name)
        show_list(
            (
                moment(scans[each.scan].started_at),
                each.grade,
                f"{each.low:g}",
                "#" * int(each.low / 100 * _BAR),
                words.fill(
                    "{failing} failing, {unknown} unknown",
                    {"failing": each.failing, "unknown": each.unknown},
                ),
            )
            for each in judged
            if each.target == name
        )
    if not judged:
        click.echo(words.translate("There are no scans."), err=True)


def _fields(judgement: object) -> dict[str, object]:
    import msgspec

    fields: dict[str, object] = msgspec.to_builtins(judgement)
    fields.pop("target")
    return fields
