"""People from a CSV file that somebody exported from an admin screen."""

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
from scanner.config import PeopleExport
from scanner.language import printable
from scanner.model import Origin, Person, Problem, Reason, Text, Unknown

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_CELL_CHARACTERS = 10_000
MAX_AGE = timedelta(days=400)
"""After that an export tells nothing of today; an attestation holds no longer either."""

_HEADER_ROWS = 20
_HEADER_CHARACTERS = 1_000_000
_MOST_PROBLEMS = 100
_SHOWN_CHARACTERS = 60


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """The people of one export, and what could not be read of it."""

    people: tuple[Person, ...] = ()
    problems: tuple[Problem, ...] = ()
    complete: bool = False
    """Every row became a person, and every column that was named is there."""
    exported: datetime | None = None
    """When the file was exported, as declared or as it was written; None where there is no file."""


class _Field(NamedTuple):
    fact: str
    read: cells.Reader
    shown: bool = True
    """A wrong value may be repeated; where a password could stand by mistake, it may not."""


_FIELDS: Mapping[str, _Field] = {
    "id": _Field("id", cells.text),
    "name": _Field("name", cells.text),
    "email": _Field("email", cells.email),
    "username": _Field("username", cells.text),
    "roles": _Field("roles", cells.names),
    "administrator": _Field("administrator", cells.administrator),
    "mfa": _Field("mfa", cells.second_factor),
    "sso": _Field("signs_in_by_sso", cells.single_sign_on),
    "enabled": _Field("can_sign_in", cells.enabled),
    "machine": _Field("machine", cells.machine),
    "created": _Field("created", cells.moment),
    "last_sign_in": _Field("last_sign_in", cells.moment_or_never),
    "password_changed": _Field("password_changed", cells.moment, shown=False),
    "left": _Field("employed", cells.employed),
}
_KEYS = ("id", "email", "username")
# Plain attributes of a person, which have no unknown.
_ATTRIBUTES = frozenset({"id", "name"})

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


_HEADERS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "user id", "ユーザーID", "ユーザID", "アカウントID"),
    "name": ("name", "full name", "氏名", "名前", "担当者名", "ユーザー名", "ユーザ名"),
    "email": ("email", "e-mail", "email address", "mail", "メールアドレス", "メール", "Eメール"),
    "username": ("username", "user name", "login", "login id", "ログインID", "ログイン名"),
    "roles": ("role", "roles", "権限", "権限グループ", "ロール", "管理者レベル", "グループ"),
    "administrator": ("administrator", "admin", "管理者", "管理者権限"),
    "mfa": ("mfa", "2fa", "多要素認証", "二段階認証", "2段階認証", "二要素認証"),
    "sso": ("sso", "single sign-on", "シングルサインオン"),
    "enabled": ("status", "enabled", "active", "ステータス", "状態", "有効"),
    "created": ("created", "created at", "登録日", "登録日時", "作成日", "作成日時"),
    "last_sign_in": (
        *("last sign-in", "last sign in", "last login", "最終ログイン", "最終ログイン日"),
        *("最終ログイン日時", "最終ログイン時刻"),
    ),
    "password_changed": ("password changed", "パスワード更新日", "パスワード変更日"),
    "left": ("left", "退職日", "在籍状況"),
}
"""Headers of admin screens, for a file whose columns nobody named."""


def read_people(
    export: PeopleExport, path: Path, *, now: datetime, usual: Mapping[str, str] | None = None
) -> Listing:
    """Return the people in the file `path`, read as `export` describes it.

    Where it names no columns, those that the header has of `_HEADERS` are read, and those that the
    vendor documents, `usual`, must be there.

    Raises nothing for what the file may hold: a cell that cannot be read leaves its fact unknown, a
    row that names nobody leaves the listing incomplete, and both are problems that name the line.
    """
    try:
        data, written = _read(path)
        exported = _exported(export, written, now)
        text = _decode(data, export.encoding)
        table = _table(text, export.columns or {**_recognise(text), **(usual or {})})
    except _Unusable as error:
        return Listing(problems=(_problem(path, error.reason, error.detail, error.remedy),))
    rows = _Rows(table, now)
    rows.read()
    return Listing(
        people=tuple(rows.people.values()),
        problems=tuple(
            _problem(path, Reason.MALFORMED, detail, _MEND) for detail in rows.problems()
        ),
        complete=rows.complete,
        exported=exported,
    )


_MEND = Text.of("Correct the file or `people` in the configuration, and scan again.")


def _problem(path: Path, reason: Reason, detail: Text, remedy: Text) -> Problem:
    return Problem(
        where=f"people {printable(path.name)}", reason=reason, detail=detail, remedy=remedy
    )


class _Unusable(Exception):
    """Nothing can be taken from the file."""

    def __init__(self, reason: Reason, detail: Text, remedy: Text = _MEND) -> None:
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
            raise _Unusable(Reason.NOT_FOUND, Text.of("This is no file."), _NO_FILE)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except PermissionError:
        raise _Unusable(
            Reason.NOT_PERMITTED,
            Text.of("The file may not be read."),
            Text.of("Let the user who runs mamori read the file."),
        ) from None
    except (OSError, ValueError):
        raise _Unusable(Reason.NOT_FOUND, Text.of("There is no such file."), _NO_FILE) from None
    if len(data) > MAX_BYTES:
        raise _Unusable(
            Reason.TOO_LARGE,
            Text.of("The file is larger than {limit} bytes.", limit=MAX_BYTES),
            Text.of("Export the people alone, with the columns that are mapped."),
        )
    return data, datetime.fromtimestamp(status.st_mtime, UTC)


def _exported(export: PeopleExport, written: datetime, now: datetime) -> datetime:
    if export.exported is None:
        exported = min(written, now)
    else:
        exported = datetime.combine(export.exported, time.min, tzinfo=UTC)
    if exported > now + timedelta(days=1):
        raise _Unusable(
            Reason.MALFORMED,
            Text.of("The day of the export, {day}, has not come yet.", day=exported),
            Text.of("Correct `exported` in the configuration."),
        )
    if now - exported > MAX_AGE:
        raise _Unusable(
            Reason.EXPIRED,
            Text.of(
                "The export of {day} is older than {days} days.", day=exported, days=MAX_AGE.days
            ),
            Text.of("Export the people again."),
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
            raise _Unusable(
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


def _recognise(text: str) -> dict[str, str]:
    """Return the columns whose header tells by itself what they say, by key."""
    known = {cells.fold(header): key for key, names in _HEADERS.items() for header in names}
    _, _, header = _find_header(text, {name: name for name in known})
    found: dict[str, str] = {}
    for name in header:
        key = known.get(cells.fold(name))
        if key is not None:
            found.setdefault(key, name)
    return found


def _table(text: str, wanted: Mapping[str, str]) -> _Table:
    delimiter, line, header = _find_header(text, wanted)
    places: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        places.setdefault(cells.fold(name), []).append(place)
    table = _Table(text, delimiter, header, line, [], {}, [])
    for key, name in wanted.items():
        found = places.get(cells.fold(name), [])
        if key not in _FIELDS:
            table.wrong.append(_unknown_key(key, header))
        elif len(found) == 1:
            table.columns.append(_Column(key, name, found[0], _empty(key, name)))
        else:
            detail = _not_one(key, name, found, header)
            table.wrong.append(detail)
            table.absent[_FIELDS[key].fact] = Unknown(Reason.NOT_FOUND, detail, _MEND)
    if not any(column.key in _KEYS for column in table.columns):
        raise _Unusable(
            Reason.MALFORMED,
            Text.of(
                "No column tells who a row is about: map id, email or username to one of the "
                "columns of the file, which are: {header}.",
                header=_shown(header),
            ),
        )
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
        raise _Unusable(Reason.MALFORMED, Text.of("The file has no rows."), _NO_FILE)
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


def _unknown_key(key: str, header: list[str]) -> Text:
    near = difflib.get_close_matches(key, _FIELDS, n=1)
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
        keys=list(_FIELDS),
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


def _empty(key: str, name: str) -> Unknown:
    """Return what an empty cell of the column says: one object for all rows."""
    return Unknown(
        Reason.NOT_EXPOSED,
        Text.of("The column {column} of the export is empty for this person.", column=name),
        Text.of("Write no in the cells of those who still work for the organisation.")
        if key == "left"
        else Text.of("Fill the cell, or attest the fact."),
    )


class _Rows:
    """Turns the rows of a table into people."""

    def __init__(self, table: _Table, now: datetime) -> None:
        self._table = table
        self._now = now
        self._lines: dict[str, int] = {}
        self._wrong: list[Text] = []
        self._more = 0
        self.people: dict[str, Person] = {}
        self.complete = not table.wrong

    def problems(self) -> Iterator[Text]:
        """Yield what is wrong, the first of many and how many more."""
        yield from self._table.wrong
        yield from self._wrong
        if self._more:
            yield Text.of("The file has {count} more faults of this kind.", count=self._more)

    def read(self) -> None:
        """Read every row below the header."""
        rows = 0
        for line, row in _records(self._table.text, self._table.delimiter):
            if line <= self._table.line:
                continue
            if row is None:
                self._lose(
                    Text.of("Line {line}: the quotation marks of the row do not match.", line=line)
                )
            elif row != self._table.header and any(cell.strip() for cell in row):
                rows += 1
                if rows > MAX_ROWS:
                    self._lose(
                        Text.of("The file has more than {limit} rows of people.", limit=MAX_ROWS)
                    )
                    return
                self._row(line, row)
        if not rows:
            self._lose(Text.of("The file lists no people below its header."))

    def _row(self, line: int, row: list[str]) -> None:
        width = len(self._table.header)
        if any(cell.strip() for cell in row[width:]):
            # A delimiter within a cell has moved the cells behind it, nobody knows from where on.
            self._lose(
                Text.of(
                    "Line {line}: the row has {cells} cells, the header {width}; put cells that "
                    "hold a {delimiter} in quotation marks.",
                    line=line,
                    cells=len(row),
                    width=width,
                    delimiter={"\t": "tab"}.get(self._table.delimiter, self._table.delimiter),
                )
            )
            return
        facts: dict[str, Any] = dict(self._table.absent)
        for column in self._table.columns:
            facts[_FIELDS[column.key].fact] = self._cell(line, row, column)
        id = _identity(facts)
        if id is None:
            self._lose(Text.of("Line {line}: the row does not tell who it is about.", line=line))
            return
        name = _said(facts.pop("name", None)) or _said(facts.get("username"))
        facts["id"] = id
        facts["name"] = name or _said(facts.get("email")) or id
        self._keep(line, Person(origin=Origin.IMPORT, **facts))

    def _cell(self, line: int, row: list[str], column: _Column) -> Any:
        if column.place >= len(row):
            return self._fault(
                Text.of(
                    "Line {line}, column {column}: the row ends before this cell.",
                    line=line,
                    column=column.header,
                )
            )
        cell = row[column.place]
        if len(cell) > MAX_CELL_CHARACTERS:
            return self._fault(
                Text.of(
                    "Line {line}, column {column}: the cell is longer than {limit} characters.",
                    line=line,
                    column=column.header,
                    limit=MAX_CELL_CHARACTERS,
                )
            )
        if UNREADABLE.search(cell):
            return self._fault(
                Text.of(
                    "Line {line}, column {column}: the cell holds characters that cannot be read; "
                    "declare the `encoding` of the file.",
                    line=line,
                    column=column.header,
                )
            )
        if cells.blank(cell):
            return column.empty
        try:
            return _FIELDS[column.key].read(cell, self._now)
        except cells.UnreadableError as error:
            return self._fault(_misread(line, column, cell, error.expected))

    def _keep(self, line: int, person: Person) -> None:
        first = self.people.setdefault(person.id, person)
        if first is person:
            self._lines[person.id] = line
            return
        again = Text.of(
            "Line {line} is about the same person as line {first}.",
            line=line,
            first=self._lines[person.id],
        )
        self._note(again)
        doubtful = Unknown(Reason.MALFORMED, again, _MEND)
        facts = {_FIELDS[column.key].fact for column in self._table.columns} - _ATTRIBUTES
        differing = {
            fact: doubtful
            for fact in facts
            if _comparable(getattr(first, fact)) != _comparable(getattr(person, fact))
        }
        if differing:
            self.people[person.id] = msgspec.structs.replace(first, **differing)

    def _fault(self, detail: Text) -> Unknown:
        self._note(detail)
        return Unknown(Reason.MALFORMED, detail, _MEND)

    def _lose(self, detail: Text) -> None:
        self._note(detail)
        self.complete = False

    def _note(self, detail: Text) -> None:
        if len(self._wrong) < _MOST_PROBLEMS:
            self._wrong.append(detail)
        else:
            self._more += 1


def _misread(line: int, column: _Column, cell: str, expected: Text) -> Text:
    if not _FIELDS[column.key].shown:
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


def _comparable(value: Any) -> Any:
    return cells.fold(value) if isinstance(value, str) else value


def _said(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _identity(facts: Mapping[str, Any]) -> str | None:
    """Return the id of a row: its own, else its mail address, else its user name."""
    if id := _said(facts.get("id")):
        return id
    if email := _said(facts.get("email")):
        return email.casefold()
    # Marked, for a user called 12 is not the user whose id is 12.
    return f"username:{name}" if (name := _said(facts.get("username"))) else None
