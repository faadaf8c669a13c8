"""Lists and pages of text for `list` and `show`, in columns that fit the terminal."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from scanner.render.page import Page

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
    from rich.cells import cell_len, set_cell_size

    rows = list(rows)
    page = _page()
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for *cells, last in rows:
        lead = "".join(
            set_cell_size(cell, width) + "  "
            for cell, width in zip(cells, widths[:-1], strict=True)
        )
        page.write(last or "-", lead=lead)
    _print(page)


def show_page(title: str, sections: Iterable[tuple[str, str]]) -> None:
    """Print a title and its sections; empty ones are left out."""
    page = _page()
    page.write(title, "bold")
    for name, text in sections:
        if not text:
            continue
        page.blank()
        page.write(name, "bold")
        for line in text.splitlines():
            page.write(line.strip(), lead="  " + " " * (len(line) - len(line.lstrip())))
    _print(page)


def _page() -> Page:
    from scanner.render.page import Page

    return Page(max(40, min(shutil.get_terminal_size().columns, 100)))


def _print(page: Page) -> None:
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    click.echo(page.to_bytes(colour=colour), nl=False)
