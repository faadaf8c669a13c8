"""Lists and pages of text for `list` and `show`, in columns that fit the terminal."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def language_option(function: F) -> F:
    """Add `--lang`; without it the user's locale decides."""

    def code(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str:
        from scanner.cli.locale import preferred

        return value or preferred()

    return click.option(
        "--lang", type=click.Choice(["en", "ja"]), callback=code, help="Language of the text."
    )(function)


def show_list(rows: Iterable[tuple[str, ...]]) -> None:
    """Print `rows` in columns; the last column takes the rest of the line and wraps in itself."""
    from rich.table import Table
    from rich.text import Text

    rows = list(rows)
    if not rows:
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for index in range(len(rows[0])):
        table.add_column(no_wrap=index < len(rows[0]) - 1, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    _print(table)


def show_page(title: str, sections: Iterable[tuple[str, str]]) -> None:
    """Print a title and its sections; empty ones are left out."""
    from rich.padding import Padding
    from rich.text import Text

    parts: list[Any] = [Text(title, style="bold")]
    for name, text in sections:
        if text:
            parts += ["", Text(name, style="bold"), Padding(Text(text), (0, 0, 0, 2))]
    _print(*parts)


def _print(*parts: Any) -> None:
    """Print what rich renders, without the spaces it fills its lines with."""
    from rich.console import Console

    width = max(40, min(shutil.get_terminal_size().columns, 100))
    console = Console(width=width, highlight=False)
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())
