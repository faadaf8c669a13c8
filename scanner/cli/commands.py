"""Groups of commands whose members are imported when they are called, in the user's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import click

from scanner.cli.locale import preferred, translate


class Commands(click.Group):
    """A group that knows its members by name, module and one sentence, and imports no more."""

    def __init__(self, *args: Any, members: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order a newcomer meets them."""
        return list(self.members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, imported now."""
        if cmd_name not in self.members:
            return None
        command = import_module(self.members[cmd_name][0]).command
        assert isinstance(command, click.Command)
        if preferred() != "en":
            localise(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any of them."""
        with formatter.section(translate("Commands")):
            formatter.write_dl(
                [(name, translate(text)) for name, (_, text) in self.members.items()]
            )


class Formatter(click.HelpFormatter):
    """Wraps help by the columns it takes; click's own breaks at spaces, which Japanese has not."""

    def write_text(self, text: str) -> None:
        """Write paragraphs, each behind the present indentation."""
        self._write(text, "", self.current_indent)

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write terms and what they mean, in two columns."""
        rows = list(rows)
        column = min(max(len(term) for term, _ in rows), col_max) + col_spacing
        for term, meaning in rows:
            lead = " " * self.current_indent + term.ljust(column)
            if len(term) > column - col_spacing or not meaning:
                self.write(f"{lead.rstrip()}\n")
                lead = ""
            self._write(meaning, lead, self.current_indent + column)

    def _write(self, text: str, lead: str, indent: int) -> None:
        from scanner.render.page import wrap

        for number, paragraph in enumerate(text.split("\n\n")):
            if number:
                self.write("\n")
            for line in wrap(paragraph, self.width - indent):
                self.write(f"{lead or ' ' * indent}{line}\n")
                lead = ""


def localise(command: click.Command) -> None:
    """Put the help of `command`, its options and its members into the user's language."""
    command.help = "\n\n".join(translate(each) for each in paragraphs(command.help or ""))
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = translate(parameter.help)
    if isinstance(command, click.Group):
        for member in command.commands.values():
            localise(member)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a help text, each as one line: the keys of their translations."""
    return [" ".join(each.split()) for each in text.split("\n\n")]
