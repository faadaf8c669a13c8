"""`mamori credentials`: the inventory of passwords and keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scanner.cli.commands import Commands

if TYPE_CHECKING:
    from scanner.config import HeldCredential, Settings, Target
    from scanner.language import Language
    from scanner.model import Credential

F = TypeVar("F", bound=Callable[..., Any])

command = Commands(
    "credentials",
    help="Keep the inventory of passwords and keys: whose, what for, since when.",
    members={
        "list": ("scanner.cli.credentials.list", "List the credentials; no secret is read."),
        "show": ("scanner.cli.credentials.show", "Show what is known of one credential."),
        "add": ("scanner.cli.credentials.add", "Take a credential into the inventory."),
        "rotate": ("scanner.cli.credentials.rotate", "Put a new secret in the place of an old."),
        "totp": ("scanner.cli.credentials.totp", "Print the current code of a code generator."),
        "remove": ("scanner.cli.credentials.remove", "Take a credential out of the inventory."),
    },
)


class Day(click.ParamType[date]):
    """A day such as 2026-12-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or end with a sentence that says how to write one."""
        from scanner.cli.locale import say
        from scanner.model import Text
        from scanner.waivers import day

        found = day(value)
        if found is None:
            self.fail(
                say(Text.of("{value} is no day; write it as 2026-12-31.", value=repr(str(value)))),
                param,
                ctx,
            )
        return found


DAY = Day()


def find(settings: Settings, name: str) -> tuple[Target, HeldCredential]:
    """Return the credential called `name`, or that has this reference, and its target.

    Raises:
        RegistryError: there is none.
    """
    from scanner.collect.credentials import declared_credentials
    from scanner.registry import unknown_name

    known = declared_credentials(settings)
    for target, declared in known:
        if name in {declared.called, declared.ref}:
            return target, declared
    raise unknown_name("credentials", name, {declared.called for _, declared in known})


def complaints(settings: Settings, target: Target, credential: Credential) -> list[str]:
    """Return what the policy has against the new secret that `credential` describes."""
    from scanner.cli.locale import preferred
    from scanner.model import Deployment, Status
    from scanner.policy import load_policy
    from scanner.scan import judge, utc_now

    now = utc_now()
    deployment = Deployment(
        target=target.name, platform=target.platform, collected_at=now, subjects=(credential,)
    )
    policy = load_policy(settings.config.policy, settings.folder).only(("password", "mfa"))
    report = judge([deployment], policy, lang=preferred(), started=now)
    return [
        each.message
        for one in report.targets
        for each in one.findings
        if each.status is Status.FAIL
    ]


def refuse(settings: Settings, target: Target, credential: Credential, words: Language) -> bool:
    """Print what the policy has against a new secret; tell whether there was anything."""
    found = complaints(settings, target, credential)
    for each in found:
        click.echo(f"- {each}", err=True)
    if found:
        click.echo(
            words.translate(
                "It was not taken, and nothing was changed. Choose another, or add --accept-weak."
            ),
            err=True,
        )
    return bool(found)
