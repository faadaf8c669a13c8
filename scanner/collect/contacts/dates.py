"""Moments in exports: which of the ways to write a date a column uses, and how to read it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

_SAMPLE = 2000
_TIME = r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_ZONE = r"(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?"
_ISO = r"\d{4}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01])" + _TIME + _ZONE

# By form: how to recognise it, what to find, and what to put there so that ISO 8601 results.
_FORMS: Mapping[str, tuple[str, str, str]] = {
    "iso": (_ISO, "", ""),
    "slashes": (r"\d{4}/\d{1,2}/\d{1,2}" + _TIME + _ZONE, r"^(\d{4})/(\d+)/(\d+)", r"\1-\2-\3"),
    "dots": (r"\d{4}\.\d{1,2}\.\d{1,2}" + _TIME, r"^(\d{4})\.(\d+)\.(\d+)", r"\1-\2-\3"),
    "japanese": (
        r"\d{4}年\d{1,2}月\d{1,2}日" + _TIME,
        r"^(\d{4})年(\d+)月(\d+)日",
        r"\1-\2-\3",
    ),
    "compact": (r"\d{8}", r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3"),
    "month first": (
        r"(?:0?[1-9]|1[0-2])/(?:1[3-9]|2\d|3[01])/\d{4}" + _TIME,
        r"^(\d+)/(\d+)/(\d{4})",
        r"\3-\1-\2",
    ),
    "day first": (
        r"(?:1[3-9]|2\d|3[01])[/.](?:0?[1-9]|1[0-2])[/.]\d{4}" + _TIME,
        r"^(\d+)[/.](\d+)[/.](\d{4})",
        r"\3-\2-\1",
    ),
}
_RECOGNISED = {name: re.compile(form) for name, (form, _, _) in _FORMS.items()}


class Moments(msgspec.Struct, frozen=True):
    """A column of moments, as expressions."""

    value: Any
    """UTC, without a zone; null where the cell says nothing or cannot be read."""
    unread: Any
    """1 where the cell says something that is no moment, else 0."""

    @classmethod
    def nowhere(cls) -> Moments:
        """Return what stands for a column that an export does not have."""
        import ibis

        return cls(ibis.null("timestamp"), ibis.literal(0, "int64"))


def read_as(table: Any, name: str) -> Moments:
    """Return the moments in the column `name`, written the way most of its first cells are.

    `03/04/2026` could be two days. Such a column is read by the cells that can be only one, and not
    at all if it has none.
    """
    import ibis

    column = table[name]
    if column.type().is_timestamp() or column.type().is_date():
        return Moments(_without_zone(column), ibis.literal(0, "int64"))
    text = column.cast("string")
    cells = table.select(cell=text.strip())
    sample = cells.filter(cells.cell != "").limit(_SAMPLE)
    form = form_of(sample.to_pyarrow()["cell"].to_pylist())
    if form is None:
        return Moments(ibis.null("timestamp"), ibis.ifelse(text.strip() != "", 1, 0))
    _, wanted, instead = _FORMS[form]
    iso = text.strip().re_replace(wanted, instead) if wanted else text
    value = _cast(iso, table)
    # Most cells are read: the others alone are looked at again.
    return Moments(value, ibis.ifelse(value.isnull(), ibis.ifelse(text.strip() != "", 1, 0), 0))


def form_of(cells: list[str]) -> str | None:
    """Return the form that most of `cells` have, if any has one."""
    found = Counter(
        name for cell in cells for name, form in _RECOGNISED.items() if form.fullmatch(cell)
    )
    return found.most_common(1)[0][0] if found else None


def _cast(text: Any, table: Any) -> Any:
    import ibis
    from ibis.expr.operations import TryCast

    backend = table.get_backend()
    if backend.has_operation(TryCast):
        return text.try_cast("timestamp")
    sure = ibis.ifelse(text.re_search(f"^{_ISO}$"), text, ibis.null("string"))
    return _without_zone(sure.cast("timestamp"))


def _without_zone(column: Any) -> Any:
    kind = column.type()
    if kind.is_timestamp() and kind.timezone is not None:
        return column.cast("timestamp('UTC')").cast("timestamp")
    return column.cast("timestamp")
