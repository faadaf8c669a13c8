"""A CSV file that somebody exported from an admin screen → rows whose cells are read.

What a kind of export may hold is data (`Shape`); encoding, delimiter, the place of the header, torn
rows and unreadable cells are dealt with here, for all of them.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import re
import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from scanner.collect.statements import cells
from scanner.config import Export
from scanner.language import printable
from scanner.model import Problem, Reason, Text, Unknown

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_CELL_CHARACTERS = 10_000
MAX_AGE = timedelta(days=400)
"""After that an export tells nothing of today; an attestation holds no longer either."""

_HEADER_ROWS = 20
_HEADER_CHARACTERS = 1_000_000
_MOST_PROBLEMS = 100
_SHOWN_CHARACTERS = 60
_MOST_KNOWN = 10_000


_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "cp932": "cp932",
    "windows-31j": "cp932",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Field(NamedTuple):
    """What a column may say."""

    fact: str
    read: cells.Reader
    headers: tuple[str, ...] = ()
    """What admin screens call it, the plainest first."""
    shown: bool = True
    """A wrong value may be repeated; where a secret could stand by mistake, it may not."""
    empty: Text = Text.of("Fill the cell, or attest the fact.")
    """What to do about an empty cell."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind of export may hold."""

    key: str
    """Where the configuration names the file."""
    fields: Mapping[str, Field]
    """By the keys of `columns`."""
    needed: tuple[tuple[tuple[str, ...], Text], ...] = ()
    """Keys of which one must have a column, and the sentence for a file that has none of them."""


class UnusableError(Exception):
    """Nothing can be taken from the file."""

    def __init__(self, reason: Reason, detail: Text, remedy: Text | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        self.remedy = remedy


_NO_FILE = Text.of("Export it from the admin screen, or correct `csv` in the configuration.")


def _read(path: Path) -> tuple[bytes, datetime]:
    """Return the bytes of the file, and when it was last written."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnusableError(Reason.NOT_FOUND, Text.of("This is no file."), _NO_FILE)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except PermissionError:
        raise UnusableError(
            Reason.NOT_PERMITTED,
            Text.of("The file may not be read."),
            Text.of("Let the user who runs mamori read the file."),
        ) from None
    except (OSError, ValueError):
        raise UnusableError(Reason.NOT_FOUND, Text.of("There is no such file."), _NO_FILE) from None
    if len(data) > MAX_BYTES:
        raise UnusableError(
            Reason.TOO_LARGE,
            Text.of("The file is larger than {limit} bytes.", limit=MAX_BYTES),
            Text.of("Export less at once, with the columns that are mapped."),
        )
    return data, datetime.fromtimestamp(status.st_mtime, UTC)


def _exported(export: Export, written: datetime, now: datetime) -> datetime:
    if export.exported is None:
        exported = min(written, now)
    else:
        exported = datetime.combine(export.exported, time.min, tzinfo=UTC)
    if exported > now + timedelta(days=1):
        raise UnusableError(
            Reason.MALFORMED,
            Text.of("The day of the export, {day}, has not come yet.", day=exported),
            Text.of("Correct `exported` in the configuration."),
        )
    if now - exported > MAX_AGE:
        raise UnusableError(
            Reason.EXPIRED,
            Text.of(
                "The export of {day} is older than {days} days.", day=exported, days=MAX_AGE.days
            ),
            Text.of("Export it again."),
        )
    return exported


def _decode(data: bytes, declared: str | None) -> str:
    """Return the text of `data`; characters that cannot be read become U+FFFD or private ones."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if declared is not None:
        known = _ENCODINGS.get(declared.strip().lower())
        if known is None:
            raise UnusableError(
                Reason.MALFORMED,
                Text.of(
                    "{encoding} is no encoding that mamori reads; there are utf-8, shift_jis and "
                    "utf-16.",
                    encoding=declared,
                ),
            )
        return data.decode(known, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # One damaged cell must not turn a whole file into another encoding's characters.
        return min(
            (data.decode(each, "replace") for each in ("cp932", "utf-8")),
            key=lambda text: len(UNREADABLE.findall(text)),
        )


# NUL, the replacement character, and what Shift_JIS makes of bytes that mean nothing in it.
UNREADABLE = re.compile("[\x00\x80\ufffd\uf8f0-\uf8f3]")


class _Column(NamedTuple):
    key: str
    header: str
    place: int
    empty: Unknown


class _Table(NamedTuple):
    """A file whose columns are found."""

    text: str
    delimiter: str
    header: list[str]
    line: int
    """Where the header starts."""
    columns: list[_Column]
    absent: dict[str, Unknown]
    """The facts whose column is not in the file."""
    wrong: list[Text]
    """What does not fit between the configuration and the header."""


def mend(shape: Shape) -> Text:
    """Return what to do about a file of `shape` that does not say what it should."""
    return Text.of(
        "Correct the file or `{key}` in the configuration, and scan again.", key=shape.key
    )


def problem(path: Path, shape: Shape, why: UnusableError) -> Problem:
    """Return `why` as a problem of the file `path`."""
    return Problem(
        where=f"{shape.key} {printable(path.name)}",
        reason=why.reason,
        detail=why.detail,
        remedy=why.remedy or mend(shape),
    )


def open_export(
    export: Export,
    path: Path,
    shape: Shape,
    now: datetime,
    *,
    usual: Mapping[str, str] | None = None,
    ages: bool = True,
) -> Rows:
    """Return the rows of the file `path`, read as `export` describes it.

    Where it names no columns, those that the header has of `shape` are read, and those that the
    vendor documents, `usual`, must be there. One that `ages` tells nothing once it is older than
    `MAX_AGE`.

    Raises:
        UnusableError: nothing can be taken from the file.
    """
    data, written = _read(path)
    exported = _exported(export, written, now) if ages else None
    text = _decode(data, export.encoding)
    wanted = export.columns or {**_recognise(text, shape), **(usual or {})}
    return Rows(_table(text, wanted, shape), shape, now, exported)


def _recognise(text: str, shape: Shape) -> dict[str, str]:
    """Return the columns whose header tells by itself what they say, by key."""
    known = {
        cells.fold(header): (key, rank)
        for key, field in shape.fields.items()
        for rank, header in enumerate(field.headers)
    }
    _, _, header = _find_header(text, {name: name for name in known})
    found: dict[str, tuple[int, str]] = {}
    for name in header:
        key, rank = known.get(cells.fold(name), ("", 0))
        if key and (key not in found or rank < found[key][0]):
            found[key] = rank, name
    return {key: name for key, (_, name) in found.items()}


def _table(text: str, wanted: Mapping[str, str], shape: Shape) -> _Table:
    delimiter, line, header = _find_header(text, wanted)
    places: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        places.setdefault(cells.fold(name), []).append(place)
    table = _Table(text, delimiter, header, line, [], {}, [])
    for key, name in wanted.items():
        found = places.get(cells.fold(name), [])
        if key not in shape.fields:
            table.wrong.append(_unknown_key(key, header, shape))
        elif len(found) == 1:
            empty = _empty(name, shape.fields[key])
            table.columns.append(_Column(key, name, found[0], empty))
        else:
            detail = _not_one(key, name, found, header)
            table.wrong.append(detail)
            table.absent[shape.fields[key].fact] = Unknown(Reason.NOT_FOUND, detail, mend(shape))
    for keys, sentence in shape.needed:
        if not any(column.key in keys for column in table.columns):
            raise UnusableError(Reason.MALFORMED, Text.of(sentence.template, header=_shown(header)))
    return table


def _find_header(text: str, wanted: Mapping[str, str]) -> tuple[str, int, list[str]]:
    """Return the delimiter, and line and cells of the row that names most of the wanted columns.

    Exports put titles and dates above it.
    """
    names = {cells.fold(name) for name in wanted.values()}
    best: tuple[tuple[int, int, int], tuple[str, int, list[str]]] | None = None
    for delimiter in (",", ";", "\t"):
        for line, row in _first_rows(text, delimiter):
            hits = len(names & {cells.fold(cell) for cell in row})
            rank = (hits, len(row), -line)
            if best is None or rank > best[0]:
                best = rank, (delimiter, line, row)
    if best is None:
        raise UnusableError(Reason.MALFORMED, Text.of("The file has no rows."), _NO_FILE)
    return best[1]


def _first_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    seen = 0
    for line, row in _records(text[:_HEADER_CHARACTERS], delimiter):
        if row and any(cell.strip() for cell in row):
            yield line, row
            seen += 1
        if seen == _HEADER_ROWS:
            return


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield each record with the line it starts on; None where its quotation marks do not match."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None
        else:
            yield line, row


def _unknown_key(key: str, header: list[str], shape: Shape) -> Text:
    near = difflib.get_close_matches(key, shape.fields, n=1)
    if near:
        return Text.of(
            "`columns` has the unknown key {key}; did you mean {near}? "
            "The columns of the file are: {header}.",
            key=key,
            near=near[0],
            header=_shown(header),
        )
    return Text.of(
        "`columns` has the unknown key {key}; the keys are {keys}. "
        "The columns of the file are: {header}.",
        key=key,
        keys=list(shape.fields),
        header=_shown(header),
    )


def _not_one(key: str, name: str, found: list[int], header: list[str]) -> Text:
    if found:
        return Text.of(
            "The file has {count} columns called {column}, so that {key} cannot be told; "
            "rename all but one.",
            count=len(found),
            column=name,
            key=key,
        )
    return Text.of(
        "The file has no column called {column} for {key}; its columns are: {header}.",
        column=name,
        key=key,
        header=_shown(header),
    )


def _shown(header: list[str]) -> list[str]:
    """Return the names of columns, few and short enough to be read."""
    return [printable(name.strip(), _SHOWN_CHARACTERS) for name in header[:50]]


def _empty(name: str, field: Field) -> Unknown:
    """Return what an empty cell of the column says: one object for all rows."""
    return Unknown(
        Reason.NOT_EXPOSED,
        Text.of("The cell in the column {column} of the export is empty.", column=name),
        field.empty,
    )


class Rows:
    """The rows of one export, and what is wrong with them."""

    def __init__(
        self, table: _Table, shape: Shape, now: datetime, exported: datetime | None
    ) -> None:
        self._table = table
        self._shape = shape
        self._now = now
        self._wrong: list[Text] = []
        self._more = 0
        self._known: dict[str, dict[str, Any]] = {column.key: {} for column in table.columns}
        """What cells were read as, by column: a log says the same few things all the time."""
        self.exported = exported
        """When the file was exported, as declared or as it was written."""
        self.complete = not table.wrong
        """Every row was read, and every column that was named is there."""

    @property
    def columns(self) -> frozenset[str]:
        """The keys whose column the file has."""
        return frozenset(column.key for column in self._table.columns)

    @property
    def facts(self) -> frozenset[str]:
        """The facts that a row may tell."""
        return frozenset(self._shape.fields[key].fact for key in self.columns)

    def problems(self, path: Path) -> tuple[Problem, ...]:
        """Return what is wrong, the first of many and how many more."""
        details = [*self._table.wrong, *self._wrong]
        if self._more:
            details.append(
                Text.of("The file has {count} more faults of this kind.", count=self._more)
            )
        return tuple(
            problem(path, self._shape, UnusableError(Reason.MALFORMED, detail))
            for detail in details
        )

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield every row below the header: the line it starts on, and its facts."""
        rows = 0
        for line, row in _records(self._table.text, self._table.delimiter):
            if line <= self._table.line:
                continue
            if row is None:
                self.lose(
                    Text.of("Line {line}: the quotation marks of the row do not match.", line=line)
                )
            elif row != self._table.header and any(cell.strip() for cell in row):
                rows += 1
                if rows > MAX_ROWS:
                    self.lose(Text.of("The file has more than {limit} rows.", limit=MAX_ROWS))
                    return
                facts = self._row(line, row)
                if facts is not None:
                    yield line, facts
        if not rows:
            self.lose(Text.of("The file lists nothing below its header."))

    def _row(self, line: int, row: list[str]) -> dict[str, Any] | None:
        width = len(self._table.header)
        if any(cell.strip() for cell in row[width:]):
            # A delimiter within a cell has moved the cells behind it, nobody knows from where on.
            self.lose(
                Text.of(
                    "Line {line}: the row has {cells} cells, the header {width}; put cells that "
                    "hold a {delimiter} in quotation marks.",
                    line=line,
                    cells=len(row),
                    width=width,
                    delimiter={"\t": "tab"}.get(self._table.delimiter, self._table.delimiter),
                )
            )
            return None
        facts: dict[str, Any] = dict(self._table.absent)
        for column in self._table.columns:
            facts[self._shape.fields[column.key].fact] = self._cell(line, row, column)
        return facts

    def _cell(self, line: int, row: list[str], column: _Column) -> Any:
        if column.place >= len(row):
            return self.fault(
                Text.of(
                    "Line {line}, column {column}: the row ends before this cell.",
                    line=line,
                    column=column.header,
                )
            )
        cell = row[column.place]
        if len(cell) > MAX_CELL_CHARACTERS:
            return self.fault(
                Text.of(
                    "Line {line}, column {column}: the cell is longer than {limit} characters.",
                    line=line,
                    column=column.header,
                    limit=MAX_CELL_CHARACTERS,
                )
            )
        known = self._known[column.key]
        if cell in known:
            return known[cell]
        if UNREADABLE.search(cell):
            return self.fault(
                Text.of(
                    "Line {line}, column {column}: the cell holds characters that cannot be read; "
                    "declare the `encoding` of the file.",
                    line=line,
                    column=column.header,
                )
            )
        if cells.blank(cell):
            return column.empty
        field = self._shape.fields[column.key]
        try:
            value = field.read(cell, self._now)
        except cells.UnreadableError as error:
            return self.fault(_misread(line, column, cell, error.expected, shown=field.shown))
        if len(known) < _MOST_KNOWN:
            known[cell] = value
        return value

    def fault(self, detail: Text) -> Unknown:
        """Note what is wrong with one cell, and return what its fact is."""
        self.note(detail)
        return Unknown(Reason.MALFORMED, detail, mend(self._shape))

    def lose(self, detail: Text) -> None:
        """Note what is wrong with a row of which nothing can be taken."""
        self.note(detail)
        self.complete = False

    def note(self, detail: Text) -> None:
        """Note what is wrong."""
        if len(self._wrong) < _MOST_PROBLEMS:
            self._wrong.append(detail)
        else:
            self._more += 1


def _misread(line: int, column: _Column, cell: str, expected: Text, *, shown: bool) -> Text:
    if not shown:
        return Text.of(
            "Line {line}, column {column}: the value is not understood; {expected}.",
            line=line,
            column=column.header,
            expected=expected,
        )
    return Text.of(
        "Line {line}, column {column}: {value} is not understood; {expected}.",
        line=line,
        column=column.header,
        value=printable(cell.strip(), _SHOWN_CHARACTERS),
        expected=expected,
    )
