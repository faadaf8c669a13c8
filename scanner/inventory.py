"""The inventory of credentials: a file that people may edit, and `mamori credentials` keeps.

A change touches the lines of one entry; all others stay as they are, with their comments.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import yaml

from scanner.config import Inventoried, Settings, read_inventory
from scanner.document import exists, lines_of, parse
from scanner.model.errors import MamoriError
from scanner.private_file import write_private, writing

_HEADING = """\
# Who keeps which secret, and since when. The secrets never stand here, only where they lie.
credentials:
"""


class InventoryError(MamoriError):
    """The inventory cannot be changed as it was asked for."""


def put(settings: Settings, entry: Inventoried) -> None:
    """Write `entry` in place of the one of its name, or at the end.

    Raises:
        InventoryError: the file does not take it; it stays as it was.
        DocumentError: the entry or the file is wrong.
    """
    entries = settings.inventory
    names = [each.name for each in entries]
    if entry.name in names:
        place = names.index(entry.name)
        wanted = (*entries[:place], entry, *entries[place + 1 :])
    else:
        place = len(entries)
        wanted = (*entries, entry)
    _write(settings, place, _lines(entry), wanted)


def remove(settings: Settings, name: str) -> None:
    """Take the entry called `name` out. Raises as `put` does."""
    place = [each.name for each in settings.inventory].index(name)
    wanted = (*settings.inventory[:place], *settings.inventory[place + 1 :])
    _write(settings, place, [], wanted)


def _write(settings: Settings, place: int, new: list[str], wanted: tuple[Inventoried, ...]) -> None:
    path = settings.inventory_file
    lines = _read(path)
    start, end = _block(path, lines, place)
    indent = _indent(path, lines)
    lines[start:end] = [f"{indent}{line}" for line in new]
    data = ("\n".join(lines) + "\n").encode()
    targets = [target.name for target in settings.config.targets]
    if read_inventory(parse(data, str(path)), targets) != wanted:
        raise InventoryError(
            "{file} is not written one key a line; change it by hand.", file=str(path)
        )
    with writing(path, InventoryError):
        write_private(path.resolve(), data)


def _read(path: Path) -> list[str]:
    text = lines_of(path) if exists(path) else _HEADING
    lines = text.splitlines()
    empty = [n for n, line in enumerate(lines) if line.split("#")[0].strip() == "credentials: []"]
    for number in empty:
        lines[number] = "credentials:"
    return (
        lines
        if any(line.startswith("credentials:") for line in lines)
        else [
            *lines,
            *_HEADING.splitlines(),
        ]
    )


def _block(path: Path, lines: list[str], place: int) -> tuple[int, int]:
    """Return the first line of the entry at `place`, and the line after its last key."""
    document = parse("\n".join(lines).encode(), str(path))
    entries = document.value.get("credentials") or []
    if place >= len(entries):
        return len(lines), len(lines)
    starts = document.line(("credentials", place)) - 1
    keys = entries[place]
    ends = max(document.line(("credentials", place, key)) for key in keys)
    return starts, ends


def _indent(path: Path, lines: list[str]) -> str:
    document = parse("\n".join(lines).encode(), str(path))
    if not document.value.get("credentials"):
        return "  "
    line = lines[document.line(("credentials", 0)) - 1]
    return line[: len(line) - len(line.lstrip())]


def _lines(entry: Inventoried) -> list[str]:
    first = {"name": entry.name, "target": entry.target, "ref": entry.ref, "kind": entry.kind.value}
    given: dict[str, Any] = msgspec.to_builtins(entry, builtin_types=(date,))
    rest = {
        key: value for key, value in given.items() if key not in first and value not in (None, "")
    }
    # No value is broken over lines: an entry is found again by the lines of its keys.
    text: str = yaml.safe_dump([first | rest], allow_unicode=True, sort_keys=False, width=10**6)
    return text.splitlines()
