"""The one door through which checks, platforms, policies and renderers enter.

Everything is found by entry point, the built-in parts like a stranger's. A part that cannot be
loaded is an error that names its package: a scanner that silently lost a check would lie.
"""

from __future__ import annotations

import difflib
import functools
import importlib.resources
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from importlib.resources.abc import Traversable
from typing import Any

from scanner.model import Text
from scanner.model.errors import MamoriError
from scanner.sdk import Check, checks_in


class RegistryError(MamoriError):
    """An installed part cannot be used, or a name names no part."""


def _load(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:
        raise RegistryError(
            "The {kind} {name} of the package {package} cannot be loaded ({cause}); "
            "update or uninstall that package.",
            kind=Text(point.group.removeprefix("mamori.")),
            name=point.name,
            package=point.dist.name if point.dist else "?",
            cause=type(error).__name__,
        ) from error


@functools.cache
def _installed() -> Any:
    """Return all entry points; to look for them means to read of every installed package.

    Their type is another one before Python 3.12.
    """
    return entry_points()


def parts(kind: str) -> Mapping[str, EntryPoint]:
    """Return the entry points of the group `mamori.<kind>` by name, not yet loaded.

    Raises:
        RegistryError: two packages offer the same name.
    """
    found: dict[str, EntryPoint] = {}
    for point in sorted(_installed().select(group=f"mamori.{kind}"), key=lambda point: point.name):
        other = found.setdefault(point.name, point)
        if other.value != point.value:
            raise RegistryError(
                "Two installed packages both offer the {kind} {name}; uninstall one.",
                kind=Text(kind),
                name=point.name,
            )
    return found


def part(kind: str, name: str) -> Any:
    """Load the part `name` of `kind`.

    Raises:
        RegistryError: there is none, or it cannot be loaded.
    """
    found = parts(kind)
    if name not in found:
        raise unknown_name(kind, name, found)
    return _load(found[name])


def unknown_name(kind: str, name: str, offered: Iterable[str]) -> RegistryError:
    """Return the error for a `name` that is not among those `offered`."""
    names = sorted(offered)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return RegistryError(
            "There is no {name} among the {kind}; did you mean {near}?",
            kind=Text(kind),
            name=repr(name),
            near=repr(near[0]),
        )
    if not names:
        return RegistryError(
            "There is no {name}: there are no {kind}.", kind=Text(kind), name=repr(name)
        )
    return RegistryError(
        "There is no {name} among the {kind}; there are: {names}.",
        kind=Text(kind),
        name=repr(name),
        names=", ".join(names),
    )


@functools.cache
def checks() -> Mapping[str, Check]:
    """Return every installed check by id, in the order of the ids.

    Raises:
        RegistryError: two checks have the same id, or a package cannot be loaded.
    """
    found: dict[str, Check] = {}
    for point in parts("checks").values():
        for check in checks_in(_load(point)):
            if check.id in found:
                raise RegistryError(
                    "Two installed checks have the id {id}; uninstall one of the packages.",
                    id=check.id,
                )
            found[check.id] = check
    return dict(sorted(found.items()))


def policy_folders() -> list[Traversable]:
    """Return the folders that hold policies, frameworks and translations."""
    return [importlib.resources.files(_load(point)) for point in parts("policies").values()]
