"""Says on standard error what is being done, while somebody is there to read it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scanner.cli.options import ReportOptions
from scanner.language import language
from scanner.model import Text


@contextmanager
def progress(wanted: ReportOptions) -> Iterator[Callable[[Text], None]]:
    """Offer a function that shows one sentence of progress, in the reader's language.

    On a terminal the sentence replaces the one before; elsewhere, and with `--quiet`, nothing is
    shown, so that a cron job's mail stays empty.
    """
    if wanted.quiet or not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console
    from rich.markup import escape

    words = language(wanted.lang)
    with Console(stderr=True).status("mamori") as status:
        yield lambda text: status.update(escape(words.say(text)))
