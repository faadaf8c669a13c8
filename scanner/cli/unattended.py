"""What a scan does differently where nobody watches: it waits its turn, and not for ever."""

from __future__ import annotations

import functools
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from scanner.cli.pages import DURATION

if TYPE_CHECKING:
    from scanner.config import Settings, Target
    from scanner.language import Language

F = TypeVar("F", bound=Callable[..., Any])


class Unattended(msgspec.Struct, frozen=True, kw_only=True):
    """How a scan is to behave in a schedule."""

    jitter: timedelta | None
    time_limit: timedelta | None
    if_older: timedelta | None


def unattended_options(function: F) -> F:
    """Add the options; the command receives them as one `Unattended` named `unattended`."""
    options = [
        click.option(
            "--jitter",
            type=DURATION,
            metavar="TIME",
            help="Begin so much later at most, as 30m, by chance.",
        ),
        click.option(
            "--time-limit",
            type=DURATION,
            metavar="TIME",
            help="Stop looking after so long, as 2h, and report what was seen.",
        ),
        click.option(
            "--if-older",
            type=DURATION,
            metavar="TIME",
            help="Scan only if a target's last complete scan is older than this, as 1d.",
        ),
    ]

    @functools.wraps(function)
    def command(**given: Any) -> None:
        unattended = Unattended(**{name: given.pop(name) for name in Unattended.__struct_fields__})
        function(unattended=unattended, **given)

    for option in reversed(options):
        command = option(command)
    return command  # type: ignore[return-value] # click replaces the signature


def is_due(settings: Settings, targets: tuple[Target, ...], unattended: Unattended) -> bool:
    """Tell whether a scan of `targets` is due; one that nobody can tell of is."""
    if unattended.if_older is None:
        return True
    from scanner.history.database import HistoryError
    from scanner.history.location import open_history
    from scanner.language import printable
    from scanner.scan import ENVIRONMENT, utc_now

    try:
        history = open_history(settings, ENVIRONMENT)
        times = {scan.number: scan.started_at for scan in history.scans()}
        latest = {each.target: times[each.scan] for each in history.judgements() if each.complete}
    except HistoryError:
        return True
    now = utc_now()
    for target in targets:
        seen = latest.get(printable(target.name))
        # A scan that lies in the future was made before the clock was put back.
        if seen is None or not timedelta() <= now - seen < unattended.if_older:
            return True
    return False


def wait(unattended: Unattended) -> None:
    """Wait for a time by chance, at most as long as `--jitter` says."""
    if unattended.jitter is not None:
        time.sleep(secrets.SystemRandom().uniform(0, unattended.jitter.total_seconds()))


@contextmanager
def turn(
    settings: Settings, targets: tuple[Target, ...], words: Language
) -> Iterator[tuple[Target, ...]]:
    """Hold the locks of `targets` for the time of the block; offer those nobody else scans.

    Raises:
        LockError: all of them are being scanned.
    """
    from scanner.lock import LockError, locked
    from scanner.private_file import state_folder
    from scanner.scan import ENVIRONMENT

    names = {_identity(settings, target): target for target in targets}
    folder = state_folder(ENVIRONMENT) / "locks"
    with ExitStack() as stack:
        try:
            held = stack.enter_context(locked(names, folder))
        except OSError as error:
            held = frozenset(names)
            _say(
                words,
                "{folder} cannot be used ({cause}), so nothing keeps two scans from running at "
                "once.",
                folder=str(folder),
                cause=error.strerror or type(error).__name__,
            )
        free = tuple(target for name, target in names.items() if name in held)
        if not free:
            raise LockError("Another scan of the same targets is running.")
        for target in names.values():
            if target not in free:
                _say(
                    words,
                    "Another scan of {target} is running; it is left out.",
                    target=target.name,
                )
        yield free


def _identity(settings: Settings, target: Target) -> str:
    """Return what is the same in every configuration that names this deployment."""
    return f"{target.platform} {target.url or settings.folder / target.name} {target.name}"


def _say(words: Language, template: str, **values: str) -> None:
    click.echo(f"mamori: {words.fill(template, values)}", err=True)
