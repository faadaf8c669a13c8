"""The parts of an export → one table of records, whatever each part calls its columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.collect.contacts.cells import noted, text, word
from scanner.collect.contacts.columns import TIMES, ColumnError, fields, recognise
from scanner.collect.contacts.dates import Moments, forms_of, moments
from scanner.collect.contacts.exports import Part

if TYPE_CHECKING:
    import ibis

NOTED = ("source", "proof")
"""Fields of which counts only whether they say something."""


_MANY = 500


class Recognised(msgspec.Struct, frozen=True):
    """One table of an export, with what its columns hold."""

    part: Part
    columns: dict[str, str]
    """By field, its column."""
    forms: dict[str, str | None]
    """By field that holds moments as text, how they are written, if that can be told."""


def recognised(parts: Sequence[Part], given: Mapping[str, str]) -> tuple[Recognised, ...]:
    """Return `parts` with what their columns hold; `given` outweighs what the headers suggest.

    Raises:
        ColumnError: `given` is wrong, or a part has no column of mail addresses.
    """
    return tuple(_recognised(each, given, alone=len(parts) == 1) for each in parts)


def _recognised(part: Part, given: Mapping[str, str], *, alone: bool) -> Recognised:
    if not alone:
        # A folder may mix exports; what is named has to be somewhere, not everywhere.
        given = {field: name for field, name in given.items() if name in part.table.columns}
    found = recognise(part.table.columns, given)
    if "email" not in found:
        raise ColumnError(
            "{file} has no column of mail addresses that mamori recognises; name it with "
            "--column email=…. Its columns are: {columns}.",
            file=part.name,
            columns=tuple(part.table.columns),
        )
    if len(part.table.columns) > _MANY:
        # Each expression carries the columns of its table along.
        told = part.table.select(*dict.fromkeys(found.values()))
        part = msgspec.structs.replace(part, table=told)
    times = {field: found[field] for field in TIMES if field in found}
    return Recognised(part, found, forms_of(part.table, times))


def together(parts: Iterable[Recognised]) -> ibis.Table:
    """Return the records of all parts, with a column for every field.

    Each call returns a table that no backend takes for the same as that of another call, and would
    keep whole for both.
    """
    import ibis

    first, *others = (_fields(each) for each in parts)
    return ibis.union(first, *others) if others else first


def _fields(recognised: Recognised) -> ibis.Table:
    import ibis

    table = recognised.part.table.view()
    cells: dict[str, Any] = {}
    for field in fields():
        name = recognised.columns.get(field)
        if field in TIMES:
            read = moments(table[name], recognised.forms.get(field)) if name else Moments.nowhere()
            cells[field], cells[f"{field}_unread"] = read.value, read.unread
        elif field in NOTED:
            cells[field] = noted(table[name]) if name else ibis.literal(False)  # noqa: FBT003
        elif field == "email":
            cells[field] = text(table[name]).lower()
            cells["addressed"] = noted(table[name])
        else:
            cells[field] = word(table[name]) if name else ibis.null("string")
    return table.select(**cells)
