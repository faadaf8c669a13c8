"""Where the history of a configuration lies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scanner.collect.vaults.reference import VaultError, read_reference
from scanner.config import Settings, SharedHistory
from scanner.history.database import HistoryError, Place
from scanner.history.store import History
from scanner.private_file import file_name, state_folder


class NoHistoryError(HistoryError):
    """None is wanted."""

    exit_code = 2


def place_of(settings: Settings, environment: Mapping[str, str]) -> Place | None:
    """Return where the history of `settings` lies; None where none is wanted.

    Raises:
        HistoryError: the password of its database cannot be read.
    """
    given = settings.config.history
    if given is False:
        return None
    if given is True:
        # Targets of two configurations may have the same names, so each has its own.
        name = file_name(str(settings.folder)) + ".db"
        return Place(url=f"sqlite:///{state_folder(environment) / 'history' / name}")
    if isinstance(given, str):
        given = SharedHistory(url=given)
    if given.url.startswith("sqlite:///"):
        file = settings.path(given.url.removeprefix("sqlite:///"))
        return Place(url=f"sqlite:///{Path.cwd() / file}")
    ca_file = settings.path(given.ca_file) if given.ca_file is not None else None
    if given.password is None:
        return Place(url=given.url, ca_file=ca_file)
    try:
        held = read_reference(given.password, environment=environment, folder=settings.folder)
    except VaultError as error:
        raise HistoryError(
            "The password of the history {place} cannot be read. {cause}",
            place=given.url,
            cause=error.unknown.detail or "",
        ) from None
    return Place(url=given.url, ca_file=ca_file, password=held.secret)


def open_history(settings: Settings, environment: Mapping[str, str]) -> History:
    """Open the history of `settings` to read in it.

    Raises:
        HistoryError: there is none, or it cannot be used.
    """
    place = place_of(settings, environment)
    if place is None:
        raise NoHistoryError(
            "The configuration keeps no history; remove history: false from it to begin one."
        )
    return History.open(place)
