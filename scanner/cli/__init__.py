"""The command line. It parses, calls and prints; it decides nothing.

Commands are imported when they are used, so that `mamori --help` costs little more than click.
"""

from __future__ import annotations

import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from scanner import __version__
from scanner.cli.locale import preferred

if TYPE_CHECKING:
    from scanner.model import Text

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("scanner.cli.demo", "Scan an embedded deployment with known weaknesses."),
    "init": ("scanner.cli.init", "Ask a few questions and write mamori.yaml."),
    "scan": ("scanner.cli.scan", "Scan the deployments named in mamori.yaml."),
    "probe": ("scanner.cli.probe", "Look at one thing, without a configuration."),
    "checks": ("scanner.cli.checks", "List and explain the checks."),
    "policies": ("scanner.cli.policies", "List and explain the policies."),
    "frameworks": ("scanner.cli.frameworks", "List and explain the standards and laws."),
    "platforms": ("scanner.cli.platforms", "List and explain the platforms mamori reads."),
    "doctor": ("scanner.cli.doctor", "Find out what keeps mamori from seeing everything."),
}


class Commands(click.Group):
    """A group whose members are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        if preferred() != "en":
            localise(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any of them."""
        with formatter.section(translate("Commands")):
            formatter.write_dl([(name, translate(text)) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(__version__, message="mamori %(version)s")
def cli() -> None:
    """Tell how safe each marketing-automation deployment is, and what to fix first."""


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


def translate(template: str) -> str:
    """Return a sentence of the command line in the language of the user's locale."""
    code = preferred()
    if code == "en":
        return template
    from scanner.language import language

    return language(code).translate(template)


def say(text: Text, code: str | None = None) -> str:
    """Return `text` in the language `code`, or in that of the user's locale."""
    from scanner.language import language

    return language(code or preferred()).say(text)


def main() -> None:
    """Run `mamori`; errors the user can mend become one sentence and an exit code."""
    from scanner.model.errors import MamoriError

    try:
        if preferred() != "en":
            localise(cli)
        cli(prog_name="mamori", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(128 + signal.SIGINT)
    except MamoriError as error:
        click.echo(f"mamori: {say(error.text)}", err=True)
        sys.exit(error.exit_code)
