"""Which column of an export says what, by its header or by what the user says."""

from __future__ import annotations

import functools
import importlib.resources
import re
import unicodedata
from collections.abc import Iterable, Mapping

import msgspec

from scanner.model.errors import MamoriError
from scanner.registry import unknown_name

TIMES = ("consent_at", "opt_out_at", "last_sent_at", "created_at", "active_at")
"""The fields that hold a moment."""


class ColumnError(MamoriError):
    """A column that the user named is not there, or is said to be something unknown."""


@functools.cache
def known_headers() -> Mapping[str, tuple[str, ...]]:
    """Return, by field, the headers that mean it, the likeliest first."""
    data = importlib.resources.files(__package__).joinpath("columns.json").read_bytes()
    columns = msgspec.json.decode(data)["columns"]
    return {field: tuple(map(_fold, headers)) for field, headers in columns.items()}


def fields() -> tuple[str, ...]:
    """Return the fields that a column can hold."""
    return tuple(known_headers())


def recognise(header: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of an export by field.

    `given` names columns by field and outweighs what the headers suggest. Raises:
        ColumnError: `given` names a field or a column that does not exist.
    """
    header = list(header)
    folded = {_fold(name): name for name in reversed(header)}
    for field in given:
        if field not in known_headers():
            wrong = unknown_name("fields", field, known_headers())
            raise ColumnError(wrong.text.template, **wrong.text.values)
    found: dict[str, str] = {}
    taken = set(given.values())
    for field, headers in known_headers().items():
        if field in given:
            name = given[field] if given[field] in header else folded.get(_fold(given[field]))
            if name is None:
                raise ColumnError(
                    "There is no column {name}; the columns are: {columns}.",
                    name=repr(given[field]),
                    columns=tuple(header),
                )
            found[field] = name
            continue
        for each in headers:
            if each in folded and folded[each] not in taken:
                found[field] = folded[each]
                taken.add(folded[each])
                break
    return found


def _fold(header: str) -> str:
    return re.sub(
        r"[\s._\-/'\u2019()（）$*]+", "", unicodedata.normalize("NFKC", header).casefold()
    )
