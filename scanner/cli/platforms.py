"""`mamori platforms`."""

from __future__ import annotations

import click

from scanner.cli.pages import language_option, show_list, show_page


@click.group("platforms")
def command() -> None:
    """List and explain the platforms mamori reads."""


@command.command("list")
@language_option
def list_platforms(lang: str) -> None:
    """List the platforms, and how much of each can be read."""
    from scanner import registry
    from scanner.language import language

    words = language(lang)
    platforms = [registry.part("platforms", name) for name in registry.parts("platforms")]
    show_list(
        (
            each.name,
            each.title,
            words.fill(
                "{calls} calls, {facts} facts",
                {
                    "calls": len(each.calls),
                    "facts": len({fact for call in each.calls for fact in call.facts}),
                },
            ),
        )
        for each in platforms
    )


@command.command("show")
@click.argument("name")
@language_option
def show_platform(name: str, lang: str) -> None:
    """Explain one platform: the account to make, every request, and what the vendor hides."""
    from scanner import registry
    from scanner.collect.connector import NOT_LOOKED_AT
    from scanner.language import language
    from scanner.report import say_unknown

    words = language(lang)
    platform = registry.part("platforms", name)
    calls = [
        f"{call.method} {call.path}"
        + (f" {call.asks}" if call.asks else "")
        + (f" ({words.translate(call.repeats)})" if call.repeats else "")
        + (f"\n  {words.translate('needs')} {call.permission}" if call.permission else "")
        + (f"\n  {words.translate('gives')} {', '.join(call.facts)}" if call.facts else "")
        for call in platform.calls
    ]
    hidden: dict[str, list[str]] = {}
    for fact, unknown in {**platform.unlisted, **platform.hidden}.items():
        if unknown is NOT_LOOKED_AT:  # a probe tells it
            continue
        remedy = words.say(unknown.remedy) if unknown.remedy is not None else ""
        text = words.join(say_unknown(unknown, words), remedy)
        hidden.setdefault(text, []).append(fact)
    ways = "\n".join(", ".join(way.needs) for way in platform.signing)
    limits = "\n".join(
        words.fill(
            "{requests} requests per {seconds} seconds",
            {"requests": each.requests, "seconds": each.seconds},
        )
        + (f" ({each.calls})" if each.calls else "")
        for each in platform.rates
    )
    show_page(
        platform.title,
        [
            (words.translate("The account to make for mamori"), words.say(platform.recipe)),
            (words.translate("The rights that it needs"), "\n".join(platform.permissions)),
            (words.translate("What `credential` takes"), ways),
            (
                words.translate("Where it answers"),
                "\n".join(host.url for host in platform.hosts if host.url),
            ),
            (words.translate("The vendor's limits, of which a scan takes a fifth"), limits),
            (words.translate("Every request it makes"), "\n".join(calls)),
            (
                words.translate("What the platform does not tell"),
                "\n".join(f"{', '.join(facts)}: {text}" for text, facts in hidden.items()),
            ),
        ],
    )
