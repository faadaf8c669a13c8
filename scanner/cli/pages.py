"""Lists and pages of text for `list` and `show`, in columns that fit the terminal."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable
from datetime import timedelta
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


def form_option(function: F) -> F:
    """Add `--format` for what is no report: text for a person, or JSON for a program."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="Text, or JSON for a program.",
    )(function)


class Duration(click.ParamType[timedelta]):
    """A time such as 90s, 30m, 12h, 1d or 2w."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Return the time, or end with a sentence that says how to write one."""
        if isinstance(value, timedelta):
            return value
        match = re.fullmatch(r"([1-9]\d{0,5})([smhdw])", str(value))
        if match is None:
            self.fail(_duration_form(str(value)), param, ctx)
        return int(match[1]) * _UNITS[match[2]]


_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
DURATION = Duration()


def _duration_form(value: str) -> str:
    from scanner.cli.locale import say
    from scanner.model import Text

    return say(
        Text.of("{value} is no time; write it as 90s, 30m, 12h, 1d or 2w.", value=repr(value))
    )


def show_json(value: Any) -> None:
    """Print `value` as indented JSON."""
    import msgspec

    _print(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def show_list(rows: Iterable[tuple[str, ...]]) -> None:
    """Print `rows` in columns; the last column takes the rest of the line and wraps in itself.

    Where the others would leave it too little, the widest of them are cut.
    """
    from rich.cells import cell_len

    from scanner.render.page import fit

    rows = list(rows)
    page = _page()
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)][:-1]
    while sum(widths) + 2 * len(widths) > page.width * 3 // 4:
        widths[widths.index(max(widths))] -= 1
    for *cells, last in rows:
        lead = "".join(fit(cell, width) + "  " for cell, width in zip(cells, widths, strict=True))
        page.write(last or "-", lead=lead)
    show_made_page(page)


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
    show_made_page(page)


def page_width() -> int:
    """Return how many columns a page may have in this terminal."""
    return max(40, min(shutil.get_terminal_size().columns, 100))


def _page() -> Page:
    from scanner.render.page import Page

    return Page(page_width())


def tell(text: str, lead: str = "") -> None:
    """Write `text` to standard error, wrapped as its language is."""
    page = _page()
    page.write(text, lead=lead)
    click.echo(page.to_bytes(colour=False), nl=False, err=True)


def show_made_page(page: Page) -> None:
    """Print a page, in colour on a terminal."""
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    _print(page.to_bytes(colour=colour))


def _print(data: bytes) -> None:
    from scanner.deliver.file import DeliveryError

    try:
        click.echo(data, nl=False)
    except OSError as error:
        # Python would try again, and complain, when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        cause = None if isinstance(error, BrokenPipeError) else error.strerror
    else:
        return
    if cause is not None:  # None: the reader, such as `head`, has seen enough
        raise DeliveryError("Standard output cannot be written ({cause}).", cause=cause)
