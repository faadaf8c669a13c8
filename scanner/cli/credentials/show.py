"""`mamori credentials show`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.credentials import find
from scanner.cli.credentials.list import entry
from scanner.cli.options import config_option
from scanner.cli.pages import form_option, language_option, show_json, show_page

if TYPE_CHECKING:
    from scanner.config import HeldCredential, Settings, Target
    from scanner.model import Credential

_FACTS = {
    "storage": "Kept",
    "length": "Length",
    "strength": "Strength, 0 to 4",
    "breaches": "Times in lists of leaked passwords",
    "shared_with": "The same value as",
    "resembles": "A variation of",
    "issued": "Issued",
    "rotated": "Rotated",
    "expires": "Expires",
    "unchanged_since": "Unchanged at least since",
    "totp_bits": "Bits of the shared secret",
    "totp_digits": "Digits of a code",
    "totp_period": "Seconds a code holds",
    "totp_algorithm": "Function that makes codes",
    "totp_guessable": "The shared secret is no random one",
    "totp_faults": "Faults of its address",
}


@click.command("show")
@click.argument("name")
@config_option
@form_option
@language_option
def command(name: str, config_file: Path, form: str, lang: str) -> None:
    """Show what is known of one credential.

    The secret is read and measured in memory, and neither shown nor kept; the ledger notes its
    fingerprint, as a scan does.
    """
    from scanner.config import load_config
    from scanner.language import language
    from scanner.model import NOT_COLLECTED, Unknown
    from scanner.report import say_unknown

    words = language(lang)
    settings = load_config(config_file)
    target, declared = find(settings, name)
    found = _measure(settings, target, declared)
    facts = {
        fact: value
        for fact in _FACTS
        if (value := getattr(found, fact)) is not NOT_COLLECTED and value != NOT_COLLECTED
    }
    if form == "json":
        told = {
            fact: None if isinstance(value, Unknown) else value for fact, value in facts.items()
        }
        unknown = {
            fact: say_unknown(value, words)
            for fact, value in facts.items()
            if isinstance(value, Unknown)
        }
        show_json({**entry(settings, target, declared), **told, "unknown": unknown})
        return
    told_by = {
        fact: f" ({words.translate(found.witnesses[fact].origin.value)})"
        for fact in found.witnesses
    }
    sections = [
        ("Target", target.name),
        ("Where it lies", declared.ref),
        ("Kind", words.fill("{value}", {"value": declared.kind})),
        ("User name", declared.username),
        ("Owner", declared.owner or words.translate("not said")),
        ("Purpose", declared.purpose or words.translate("not said")),
        *(
            (
                _FACTS[fact],
                say_unknown(value, words)
                if isinstance(value, Unknown)
                else words.fill("{value}", {"value": value}) + told_by.get(fact, ""),
            )
            for fact, value in facts.items()
        ),
    ]
    show_page(declared.called, [(words.translate(title), text) for title, text in sections])


def _measure(settings: Settings, target: Target, declared: HeldCredential) -> Credential:
    from scanner.collect.breaches import BreachLists
    from scanner.collect.credentials import collect_credentials
    from scanner.collect.ledger import Ledger, default_path
    from scanner.collect.strength import StrengthMeter
    from scanner.scan import utc_now

    given = settings.config.ledger
    path = default_path(os.environ) if given is None else settings.path(given)
    with (
        StrengthMeter() as meter,
        BreachLists(settings.breaches) as lists,
        Ledger.open(path) as book,
    ):
        found = collect_credentials(
            settings, environment=os.environ, now=utc_now(), ledger=book, meter=meter, lists=lists
        )
    return next(each for each in found.credentials[target.name] if each.id == declared.ref)
