"""The configuration file of a self-hosted product, where mamori may read it."""

from __future__ import annotations

import ipaddress
import os
import stat
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from scanner.collect.http import Unanswered
from scanner.model import Origin, Reason, Text, Unknown, Witness

T = TypeVar("T")
MAX_BYTES = 1_048_576
DATABASE = Text.of("the user of the database")
ADMINISTRATOR = Text.of("an administrator who stands in the configuration")


def read_local_file(path: Path, remedy: Text) -> bytes:
    """Return the content of a regular file of a reasonable size.

    Raises:
        Unanswered: it cannot be had; `remedy` says which file to name.
    """
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _unreadable(Reason.MALFORMED, "{file} is not a regular file.", path, remedy)
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _unreadable(
            Reason.NOT_FOUND, "The file {file} does not exist.", path, remedy
        ) from None
    except PermissionError:
        raise _unreadable(
            Reason.NOT_PERMITTED, "mamori may not read the file {file}.", path, remedy
        ) from None
    except (OSError, ValueError):
        raise _unreadable(
            Reason.MALFORMED, "The file {file} cannot be read.", path, remedy
        ) from None
    if len(content) > MAX_BYTES:
        raise _unreadable(Reason.TOO_LARGE, "The file {file} is larger than 1 MiB.", path, remedy)
    return content


def imported(facts: Mapping[str, Any]) -> dict[str, Witness]:
    """Return the witnesses of what is known from a file.

    It is the file as somebody named it, not what the running product says of itself: environment
    variables may override it, so it counts as an import.
    """
    witness = Witness(origin=Origin.IMPORT)
    return {name: witness for name, value in facts.items() if not isinstance(value, Unknown)}


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting, so that a pipe in the file's place cannot hold the scan."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unreadable(reason: Reason, template: str, path: Path, remedy: Text) -> Unanswered:
    return Unanswered(Unknown(reason, Text(template, {"file": str(path)}), remedy))


def readable_by_others(path: Path) -> bool | Unknown:
    """Tell whether the mode bits let other accounts of the machine read the file."""
    if os.name != "posix":
        return Unknown(Reason.NOT_SUPPORTED, Text.of("This system has no POSIX file modes."))
    try:
        real = path.resolve(strict=True)
        reachable = all(folder.stat().st_mode & stat.S_IXOTH for folder in real.parents)
        return reachable and bool(real.stat().st_mode & stat.S_IROTH)
    except OSError:
        return Unknown(Reason.NOT_FOUND, Text.of("The file vanished while it was looked at."))


def is_this_machine(host: str) -> bool:
    """Tell whether a server of this name, address or socket is on the product's own machine."""
    host = host.strip().strip("[]").lower()
    if host in ("", "localhost") or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    user: str
    password: str
    source: str
    """The file of the vendor that shows it."""


@cache
def _documented() -> Mapping[str, tuple[_Pair, ...]]:
    data = files("scanner.collect.platforms").joinpath("documented_passwords.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, tuple[_Pair, ...]])


def is_default(product: str, user: str, password: str) -> bool:
    """Tell whether a password is the one that the vendor documents, the user's name, or none."""
    return password in ("", user, product) or any(
        (each.user, each.password) == (user, password) for each in _documented()[product]
    )
