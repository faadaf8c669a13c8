"""What the cells of an export say, asked so that whatever holds them answers fast."""

from __future__ import annotations

import functools
import importlib.resources
from typing import Any

import msgspec

_WIDE = ("\u3000", "\u00a0")
_NARROW = (" ", "\t", "\r", "\n")


class Words(msgspec.Struct, frozen=True):
    """What the cells of exports say, in lower case."""

    yes: tuple[str, ...]
    nothing: tuple[str, ...]
    customer: tuple[str, ...]
    opted_in: tuple[str, ...]
    stopped: tuple[str, ...]
    consumer_domains: tuple[str, ...]


@functools.cache
def words() -> Words:
    """Return the words that exports use."""
    data = importlib.resources.files(__package__).joinpath("words.json").read_bytes()
    return msgspec.json.decode(data, type=Words)


def text(column: Any) -> Any:
    """Return what each cell says, without the space around it; null where that is nothing."""
    import ibis

    said = _string(column)
    bare = _strip(said)
    if _embedded(column):
        # To strip a cell takes DuckDB longer than all that is asked of it otherwise, and hardly
        # any needs it.
        ends = (said.endswith(each) for each in _NARROW + _WIDE)
        bare = ibis.ifelse(ibis.or_(~_starts(said), *ends), bare, said)
    return bare.nullif("")


def word(column: Any) -> Any:
    """Return what each cell of a column of few different values says, in lower case."""
    return _strip(_string(column)).lower().nullif("")


def noted(column: Any) -> Any:
    """Tell whether each cell says anything."""
    import ibis

    if not column.type().is_string():
        return column.notnull()
    says = _strip(column) != ""
    if _embedded(column):
        says = ibis.ifelse(_starts(column), True, says)  # noqa: FBT003
    return says.fill_null(False)  # noqa: FBT003


def is_one(column: Any, of: tuple[str, ...]) -> Any:
    """Tell whether each cell is a word `of` those; null where it says nothing."""
    import ibis

    if _embedded(column):
        # DuckDB makes a join of a long IN, but asks a list once for each different value.
        return ibis.literal(list(of), type="array<string>").contains(column)
    return column.isin(of)


def _starts(column: Any) -> Any:
    """Tell whether each cell begins with a character of ASCII that can be seen."""
    return column.between("!", "~")


def _string(column: Any) -> Any:
    return column if column.type().is_string() else column.cast("string")


def _strip(column: Any) -> Any:
    for each in _WIDE:
        column = column.replace(each, " ")
    return column.strip()


def _embedded(column: Any) -> bool:
    return bool(column.get_backend().name == "duckdb")
