"""Moments in exports: which of the ways to write a date a column uses, and how to read it."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from scanner.collect.contacts.cells import text

_SAMPLE = 2_000
"""Cells by which the form of a column is told."""
_FIRST = 100_000
"""Rows in which they are looked for first."""
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
    "month first, by halves of the day": (
        r"(?:0?[1-9]|1[0-2])/(?:1[3-9]|2\d|3[01])/\d{4},? +\d{1,2}:\d{2}(?::\d{2})? ?[AaPp][Mm]",
        r"^(\d+)/(\d+)/(\d{4}),? +([0-9:]+).*$",
        r"\3-\1-\2 \4",
    ),
    "day first": (
        r"(?:1[3-9]|2\d|3[01])[/.](?:0?[1-9]|1[0-2])[/.]\d{4}" + _TIME,
        r"^(\d+)[/.](\d+)[/.](\d{4})",
        r"\3-\2-\1",
    ),
}
_NUMBERS: Mapping[str, tuple[str, str, float]] = {
    "days of a sheet": (r"[3-5]\d{4}(?:\.\d+)?", "1899-12-30", 86_400),
    "seconds": (r"1\d{9}", "1970-01-01", 1),
    "milliseconds": (r"1\d{12}", "1970-01-01", 0.001),
}
"""By form: how to recognise it, the moment it counts from, and how many seconds one is."""
_RECOGNISED = {name: re.compile(form) for name, (form, *_) in ({**_FORMS, **_NUMBERS}).items()}


class Moments(msgspec.Struct, frozen=True):
    """A column of moments, as expressions."""

    value: Any
    """UTC, without a zone; null where the cell says nothing or cannot be read."""
    unread: Any
    """Whether the cell says something that is no moment."""

    @classmethod
    def nowhere(cls) -> Moments:
        """Return what stands for a column that an export does not have."""
        import ibis

        return cls(ibis.null("timestamp"), ibis.literal(False))  # noqa: FBT003


def forms_of(table: Any, columns: Mapping[str, str]) -> dict[str, str | None]:
    """Return, by field, how the moments in those `columns` that hold text are written.

    `03/04/2026` could be two days. Such a column is read by the cells that can be only one, and not
    at all if it has none.
    """
    texts = {field: name for field, name in columns.items() if not _typed(table[name])}
    if not texts:
        return {}
    first = table.select(**{field: table[name] for field, name in texts.items()}).limit(_FIRST)
    cells = {field: _written(column) for field, column in first.to_pyarrow().to_pydict().items()}
    for field, name in texts.items():
        if not cells[field]:
            # Hardly anybody has one, such as the time of an opt-out.
            column = table.select(cell=table[name].cast("string"))
            some = column.filter(column.cell.strip() != "").limit(_SAMPLE)
            cells[field] = _written(some.to_pyarrow()["cell"].to_pylist())
    return {field: form_of(each) for field, each in cells.items()}


def _typed(column: Any) -> bool:
    kind = column.type()
    return bool(kind.is_timestamp() or kind.is_date())


def _written(column: Iterable[Any]) -> list[str]:
    cells = (str(cell).strip() for cell in column if cell is not None)
    return list(itertools.islice(filter(None, cells), _SAMPLE))


def moments(column: Any, form: str | None) -> Moments:
    """Return the moments in `column`; where it holds text, they are written in `form`."""
    import ibis

    if _typed(column):
        return Moments(_without_zone(column), ibis.literal(False))  # noqa: FBT003
    said = text(column)
    if form is None:
        return Moments(ibis.null("timestamp"), said.notnull())
    if form in _NUMBERS:
        value = _counted(said, form)
    else:
        _, wanted, instead = _FORMS[form]
        value = _cast(said.re_replace(wanted, instead) if wanted else said)
    if form.endswith("by halves of the day"):
        value += _half(said)
    return Moments(value, value.isnull() & said.notnull())


def form_of(cells: list[str]) -> str | None:
    """Return the form that most of `cells` have, if any has one."""
    found = Counter(
        name for cell in cells for name, form in _RECOGNISED.items() if form.fullmatch(cell)
    )
    return found.most_common(1)[0][0] if found else None


def _counted(said: Any, form: str) -> Any:
    import ibis

    written, begin, seconds = _NUMBERS[form]
    number = ibis.ifelse(said.re_search(f"^{written}$"), said, ibis.null("string")).cast("float64")
    return ibis.timestamp(begin) + (number * seconds).round().cast("int64").as_interval("s")


def _half(said: Any) -> Any:
    """Return what the half of the day adds to a time of twelve hours."""
    import ibis

    late, noon = said.upper().endswith("PM"), said.re_search(r"[ ,]12:")
    hours = ibis.ifelse(late & ~noon, 12, ibis.ifelse(~late & noon, -12, 0))
    return hours.cast("int64").as_interval("h")


def _cast(text: Any) -> Any:
    import ibis
    from ibis.expr.operations import TryCast

    if text.get_backend().has_operation(TryCast):
        return text.try_cast("timestamp")
    sure = ibis.ifelse(text.re_search(f"^{_ISO}$"), text, ibis.null("string"))
    return _without_zone(sure.cast("timestamp"))


def _without_zone(column: Any) -> Any:
    kind = column.type()
    if kind.is_timestamp() and kind.timezone is not None:
        return column.cast("timestamp('UTC')").cast("timestamp")
    return column.cast("timestamp")
