"""Reads the fields of an answer that a connector names, each for itself, and drops the others.

A connector lists the fields it wants; what it does not name is never kept, so that a secret in an
answer has nowhere to go. A field that is missing or of another form makes its own fact unknown and
leaves the others standing. Vendors write numbers and flags as text now and then, which is read too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parseaddr, parsedate_to_datetime
from functools import cache, lru_cache, partial, wraps
from itertools import islice
from typing import Any, ParamSpec
from urllib.parse import urlsplit

import msgspec

from scanner.model import Fact, FormField, Reason, Text, Unknown

MOST_TEXT = 262_144
"""Characters kept of one body."""
MOST_WORDS = 1000
"""Characters kept of a name, an address or another short text."""

_MISSING: Any = object()


class Record(msgspec.Struct, gc=False):
    """One object of an answer, of which nothing is seen but the fields that are asked for."""

    fields: Any

    def at(self, path: str) -> Any:
        """Return what lies at `path` (`from.replyTo`, `0.name`; empty for all), or `MISSING`."""
        value = self.fields
        if type(value) is dict and path in value:  # `@odata.nextLink` is one name
            return value[path]
        for step in _steps(path):
            if type(value) is dict and step in value:
                value = value[step]
            elif type(value) is list and step.isdecimal() and int(step) < len(value):
                value = value[int(step)]
            else:  # only among three or more may two be one
                return self._with_dotted_names(path) if path.count(".") > 1 else _MISSING
        return value

    def _with_dotted_names(self, path: str) -> Any:
        """Return what lies at `path` where a name has dots itself, as `security.oidc` does."""
        value = self.fields
        steps = list(_steps(path))
        while steps:
            step = steps.pop(0)
            if type(value) is dict:
                while step not in value and steps:
                    step = f"{step}.{steps.pop(0)}"
            if type(value) is dict and step in value:
                value = value[step]
            elif type(value) is list and step.isdecimal() and int(step) < len(value):
                value = value[int(step)]
            else:
                return _MISSING
        return value

    def has(self, path: str) -> bool:
        """Tell whether something other than null lies at `path`."""
        return self.at(path) not in (_MISSING, None)

    def records(self, path: str) -> Iterator[Record]:
        """Yield the objects of the list at `path`, if there is one."""
        value = self.at(path)
        for each in value if isinstance(value, list) else ():
            if isinstance(each, dict):
                yield Record(each)

    def __repr__(self) -> str:
        return "<record>"


@cache
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")) if path else ()


class Page(list[Record]):
    """Records that are read together, and what each reader has made of them."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        super().__init__(records)
        self.columns: dict[Reader, list[Any]] = {}
        """Several facts, and what other lists add, are often read of the same field."""


Reader = Callable[[Record], Any]
"""Turns a record into a fact."""
P = ParamSpec("P")


def _made_once(make: Callable[P, Reader]) -> Callable[P, Reader]:
    """Let `make` return the same reader for the same field, for it may be named for each record."""
    known = lru_cache(maxsize=4096, typed=True)(make)

    @wraps(make)
    def reader(*args: P.args, **kwargs: P.kwargs) -> Reader:
        try:
            return known(*args, **kwargs)  # type: ignore[arg-type]
        except TypeError:  # a sentence or a list of meanings has no hash
            return make(*args, **kwargs)

    return reader


@cache
def absent(path: str) -> Unknown:
    """Return what a fact is whose field is missing."""
    return Unknown(Reason.NOT_EXPOSED, Text.of("The answer has no field {field}.", field=path))


@cache
def malformed(path: str) -> Unknown:
    """Return what a fact is whose field is not of the documented form."""
    return Unknown(
        Reason.MALFORMED,
        Text.of("The field {field} of the answer is not of the form expected.", field=path),
    )


class Field:
    """A reader of one field, which reads it of many records at a fraction of the cost.

    `convert` gives `_MISSING` for what it cannot read; `null` is what a null stands for. A value of
    the type `plain`, a text with no more characters than `most`, is the fact as it stands; a text
    among `meanings` is the fact that it means; `quick` reads most values by itself, and gives None
    for those that `convert` is to look at.
    """

    def __init__(
        self,
        path: str,
        convert: Callable[[Any], Any],
        null: Any = _MISSING,
        *,
        plain: type | None = None,
        most: int = 0,
        meanings: Mapping[str, Any] | None = None,
        quick: Callable[[Any], Any] | None = None,
    ) -> None:
        self._path = path
        self._steps = path.split(".")
        self._convert = convert
        self._null = malformed(path) if null is _MISSING else null
        self._absent = absent(path)
        self._plain = plain
        self._most = most
        self._meanings = meanings
        self._quick = quick

    def __call__(self, record: Record) -> Any:
        """Return the fact of `record`."""
        value = record.at(self._path)
        plain = type(value) is str and 0 < len(value) <= self._most
        return value if plain else self._fact(value)

    def of_each(self, records: Sequence[Record]) -> list[Any]:
        """Return the fact of each of `records`."""
        values, fact, plain = self._values(records), self._fact, self._plain
        gap, null = self._absent, self._null
        if plain is str:
            most = self._most
            return [
                value
                if type(value) is str and 0 < len(value) <= most
                else (gap if value is _MISSING else null if value is None else fact(value))
                for value in values
            ]
        if (meanings := self._meanings) is not None:
            return [
                meanings[value] if type(value) is str and value in meanings else fact(value)
                for value in values
            ]
        if (quick := self._quick) is not None:
            return [
                null if value is None else (fact(value) if (read := quick(value)) is None else read)
                for value in values
            ]
        return [
            value
            if type(value) is plain
            else (gap if value is _MISSING else null if value is None else fact(value))
            for value in values
        ]

    def _values(self, records: Sequence[Record]) -> list[Any]:
        path, steps = self._path, self._steps
        if len(steps) == 1 and path:
            try:
                return [each.fields.get(path, _MISSING) for each in records]
            except AttributeError:  # an entry of a list inside may be no object
                return [each.at(path) for each in records]
        values = [each.fields for each in records]
        for step in steps:
            values = [
                value.get(step, _MISSING) if type(value) is dict else _MISSING for value in values
            ]
        return [
            each.at(path) if value is _MISSING or path in each.fields else value
            for each, value in zip(records, values, strict=True)
        ]

    def _fact(self, value: Any) -> Any:
        if value is _MISSING:
            return self._absent
        if value is None:
            return self._null
        read = self._convert(value)
        return malformed(self._path) if read is _MISSING else read


class _Columns:
    """A reader that is best at many records at once."""

    def __init__(self, of_each: Callable[[Sequence[Record]], list[Any]]) -> None:
        self.of_each = of_each

    def __call__(self, record: Record) -> Any:
        return self.of_each([record])[0]


def of_each(read: Reader, records: Sequence[Record]) -> list[Any]:
    """Return what `read` makes of each of `records`, which nobody may change."""
    if type(records) is not Page:
        return _of_each(read, records)
    known = records.columns.get(read)
    if known is None:
        known = records.columns[read] = _of_each(read, records)
    return known


def _of_each(read: Reader, records: Sequence[Record]) -> list[Any]:
    if isinstance(read, Field | _Always | _Columns | _Combined):
        return read.of_each(records)
    return [read(each) for each in records]


@_made_once
def text(path: str, *, null: Any = _MISSING, most: int = MOST_WORDS) -> Reader:
    """Read a text; `null` is what a null stands for. An empty one counts as null if that is set."""

    def convert(value: Any) -> Any:
        if type(value) is int and value >= 0:
            return str(value)
        if not isinstance(value, str):
            return _MISSING
        if not value and null is not _MISSING:
            return null
        return value if len(value) <= most else _MISSING

    return Field(path, convert, null, plain=str, most=most)


@_made_once
def body(path: str) -> Reader:
    """Read a long text, as the HTML of an e-mail; null is an empty one."""

    def convert(value: Any) -> Any:
        if isinstance(value, str) and len(value) > MOST_TEXT:
            return Unknown(Reason.TOO_LARGE, Text.of("The body is larger than mamori keeps."))
        return value if isinstance(value, str) else _MISSING

    return Field(path, convert, "", plain=str, most=MOST_TEXT)


_FLAGS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


@_made_once
def flag(path: str, *, null: Any = _MISSING) -> Reader:
    """Read a yes or no."""

    def convert(value: Any) -> Any:
        if value is True or value is False:
            return value
        if type(value) is int and value >= 0:
            return value == 1 if value in (0, 1) else _MISSING
        return _FLAGS.get(value.lower(), _MISSING) if isinstance(value, str) else _MISSING

    return Field(path, convert, null, plain=bool)


def no(reader: Reader) -> Reader:
    """Read the opposite of a yes or no, as `can sign in` from `deactivated`."""
    return _Combined((reader,), _opposite)


class _Combined:
    """Makes one fact of what several readers say."""

    def __init__(self, readers: Sequence[Reader], combine: Callable[..., Any]) -> None:
        self._readers = readers
        self._combine = combine

    def __call__(self, record: Record) -> Any:
        return self._combine(*[read(record) for read in self._readers])

    def of_each(self, records: Sequence[Record]) -> list[Any]:
        return list(map(self._combine, *[of_each(read, records) for read in self._readers]))


def made_from(combine: Callable[..., Any], *readers: Reader) -> Reader:
    """Read what `combine` makes of what `readers` say, given in their order."""
    return _Combined(readers, combine)


def _opposite(value: Any) -> Any:
    return value if isinstance(value, Unknown) else not value


@_made_once
def number(path: str, *, null: Any = _MISSING) -> Reader:
    """Read a whole number that is not negative."""

    def convert(value: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value.strip()):
            return int(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return value if type(value) is int and 0 <= value < 10**15 else _MISSING

    return Field(path, convert, null)


def choice(path: str, meanings: Mapping[str, Any], *, null: Any = _MISSING) -> Reader:
    """Read one of the documented values, whatever its case; others are malformed."""
    known = {each.lower(): meaning for each, meaning in meanings.items()}
    as_written = dict(meanings)

    def convert(value: Any) -> Any:
        if type(value) is str and value in as_written:
            return as_written[value]
        if isinstance(value, bool | int):
            value = str(value)
        return known.get(value.lower(), _MISSING) if isinstance(value, str) else _MISSING

    return Field(path, convert, null, meanings=as_written)


@_made_once
def texts(path: str, *, of: str = "", null: Any = _MISSING) -> Reader:
    """Read a list of texts, or the field `of` of a list of objects."""

    def convert(value: Any) -> Any:
        if not value and isinstance(value, str):
            return null
        if isinstance(value, str):
            words = not of and value.isprintable()
            return tuple(value.replace(",", " ").split()) if words else _MISSING
        if not isinstance(value, list):
            return _MISSING
        parts = [Record(each).at(of) for each in value] if of else value
        for part in parts:
            if type(part) is not str or not 0 < len(part) <= MOST_WORDS:
                return _MISSING
        return tuple(parts)

    return Field(path, convert, null)


@_made_once
def one(path: str) -> Reader:
    """Read a text as a list of it alone, as the role of somebody who has one."""

    def convert(value: Any) -> Any:
        if type(value) is int and value >= 0:
            return (str(value),)
        return (value,) if isinstance(value, str) and 0 < len(value) <= MOST_WORDS else _MISSING

    return Field(path, convert)


@_made_once
def prefixed(prefix: str, *paths: str) -> Reader:
    """Read an id that is unique among its like only, as one that is unique in the account."""
    named = paths or ("id",)

    def with_prefix(*parts: Any) -> Any:
        for part in parts:
            if isinstance(part, Unknown):
                return part
        return f"{prefix}:{':'.join(parts)}" if all(parts) else malformed(named[0])

    return made_from(with_prefix, *map(text, named))


@_made_once
def moment(path: str, *, null: Any = _MISSING) -> Reader:
    """Read a moment: ISO 8601 and its relatives, that of e-mails, or a count since 1970."""

    def convert(value: Any) -> Any:
        if value == "" and null is not _MISSING:
            return null
        when = parse_moment(value)
        return _MISSING if when is None else when

    return Field(path, convert, null, quick=parse_moment)


_ODD_ZONE = re.compile(r"(?i)t?([+-]\d\d):?(\d\d)$")
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?=[Tt ]|$)")
_ONLY_DIGITS = re.compile(r"^(\d{8})(\d{6})$")
_COUNT = re.compile(r"[0-9]{9,13}")
_MILLISECONDS_FROM = 10**11
"""As seconds this is the year 5138; as milliseconds, 1973."""
_NO_COUNT_FROM = 10**13
"""As milliseconds this is the year 2286; a larger number is none of them."""


def parse_moment(value: Any) -> datetime | None:
    """Return the moment that `value` stands for, or None; without a zone it is UTC."""
    if isinstance(value, str):
        if len(value) > len("2020-01-01T") and value[4] == "-":
            try:  # as most write it
                when = datetime.fromisoformat(value)
                # Reading it twice is quicker than to give it a zone.
                return _in_utc(when if when.tzinfo else datetime.fromisoformat(f"{value}Z"))
            except (ValueError, OverflowError):
                pass
        elif _COUNT.fullmatch(value):
            value = int(value)
    try:
        if type(value) is int and 0 < value < _NO_COUNT_FROM:
            return datetime.fromtimestamp(value / (1000 if value > _MILLISECONDS_FROM else 1), UTC)
        return _as_written(value.strip()) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None


def _as_written(value: str) -> datetime:
    # `20200731T20:49:54.0t+0000` is a moment as well, and so is `20200731204954`.
    written = _COMPACT.sub(r"\1-\2-\3", _ONLY_DIGITS.sub(r"\1T\2", value))
    written = re.sub(r"(\.\d{6})\d+", r"\1", written)
    if len(written) > len("2020-01-01"):
        written = _ODD_ZONE.sub(r"\1:\2", written)
    if written[:1].isalpha():  # as e-mails write it (RFC 5322, 3.3)
        return _in_utc(parsedate_to_datetime(written))
    return _in_utc(datetime.fromisoformat(_digits(written)))


def _in_utc(when: datetime) -> datetime:
    if when.tzinfo is UTC:
        return when
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _digits(written: str) -> str:
    """Give a fraction of a second three or six digits, as Python 3.11 wants them."""
    return re.sub(r"\.(\d{1,5})(?!\d)", lambda part: f".{part[1]:0<6}", written)


def _address(path: str, pick: Callable[[str, str], Any]) -> Reader:
    """Read a part of an address; its path and query may hold a token, so they stay behind."""

    def convert(value: Any) -> Any:
        try:
            parts = urlsplit(value if isinstance(value, str) else "")
            host = parts.hostname
        except ValueError:
            return _MISSING
        return pick(parts.scheme, host) if host and len(host) <= MOST_WORDS else _MISSING

    return Field(path, convert)


@_made_once
def host(path: str) -> Reader:
    """Read the host of an address, and nothing else of it."""
    return _address(path, lambda scheme, host: host)


_DOMAIN = re.compile(r"(?!-)[\w-]{1,63}(\.[\w-]{1,63})+")


@_made_once
def domain(path: str) -> Reader:
    """Read the name of a host or a mail domain, in lower case and without a dot at its end."""

    def convert(value: Any) -> Any:
        name = value.lower().removesuffix(".") if isinstance(value, str) else ""
        return name if len(name) <= 253 and _DOMAIN.fullmatch(name) else _MISSING

    return Field(path, convert)


@_made_once
def encrypted(path: str) -> Reader:
    """Read whether an address is an encrypted one."""
    return _address(path, lambda scheme, host: scheme in ("https", "wss", "ssl", "tls"))


_mailbox = lru_cache(maxsize=1024)(parseaddr)
"""The name and address of a sender, for many mails have the same one."""


@_made_once
def mail_address(path: str) -> Reader:
    """Read the address of a sender (RFC 5322, 3.4), without the name before it."""

    def convert(value: Any) -> Any:
        address = _mailbox(value)[1] if isinstance(value, str) else ""
        return address if "@" in address and len(address) <= MOST_WORDS else _MISSING

    return Field(path, convert)


@_made_once
def mail_name(path: str) -> Reader:
    """Read the name of a sender that stands before the address; None where none does."""

    def convert(value: Any) -> Any:
        name, address = _mailbox(value) if isinstance(value, str) else ("", "")
        return (name or None) if "@" in address and len(name) <= MOST_WORDS else _MISSING

    return Field(path, convert)


_CONTROL = re.compile(r"[^\S\r\n\t ]|[\x00-\x08\x0e-\x1f\x7f]")


@_made_once
def present(path: str) -> Reader:
    """Read whether a field holds something; what it is goes nowhere, for it may be a secret."""

    def convert(value: Any) -> Any:
        if isinstance(value, str):
            return _MISSING if _CONTROL.search(value) else bool(value)
        if isinstance(value, list) and all(isinstance(each, str) and each for each in value):
            return bool(value)
        return _MISSING

    return Field(path, convert, null=False)


class _Always:
    def __init__(self, value: Any) -> None:
        self._value = value

    def __call__(self, _: Record) -> Any:
        return self._value

    def of_each(self, records: Sequence[Record]) -> list[Any]:
        return [self._value] * len(records)


def always(value: Any) -> Reader:
    """Return `value`, whatever the record says."""
    return _Always(value)


def either(*readers: Reader) -> Reader:
    """Read what the first of `readers` that knows it says."""
    first, *others = readers

    def read(records: Sequence[Record]) -> list[Any]:
        found = of_each(first, records)[:]
        for other in others:
            left = [place for place, value in enumerate(found) if type(value) is Unknown]
            told = of_each(other, [records[place] for place in left])
            for place, value in zip(left, told, strict=True):
                if type(value) is not Unknown:
                    found[place] = value
        return found

    return _Columns(read)


def every(*readers: Reader) -> Reader:
    """Read whether all of `readers` say yes; a no decides, whatever the others do not know."""
    return _decided(readers, by=False)


def some(*readers: Reader) -> Reader:
    """Read whether one of `readers` says yes; a yes decides, whatever the others do not know."""
    return _decided(readers, by=True)


def some_of(path: str, reader: Reader) -> Reader:
    """Read whether `reader` says yes of one entry of the list at `path`."""

    def read(record: Record) -> Any:
        value = record.at(path)
        if value is _MISSING:
            return absent(path)
        if not isinstance(value, list) or any(not isinstance(each, dict) for each in value):
            return malformed(path)
        return _decide(*[reader(Record(each)) for each in value], by=True)

    return read


def _decided(readers: tuple[Reader, ...], *, by: bool) -> Reader:
    return _Combined(readers, partial(_decide, by=by))


def _decide(*values: Any, by: bool) -> Any:
    """Return `by` if one of `values` is, else what is unknown of them, else the opposite."""
    otherwise = not by
    gap: Any = None
    for value in values:
        if value is by:
            return by
        if value is not otherwise:
            gap = gap or value
    return gap or otherwise


def form_fields(
    path: str, *, name: str, kind: str, required: str, label: str = "", nested: str = ""
) -> Reader:
    """Read the fields of a form; `nested` is where each of a list of groups keeps its own."""
    readers = (text(name), text(kind), flag(required, null=False))
    says = text(label) if label else always("")

    def entries(record: Record) -> list[Record] | Unknown:
        value = record.at(path)
        if not isinstance(value, list):
            return absent(path) if value is _MISSING else malformed(path)
        if not nested:
            return [Record(each) for each in value]
        groups = [Record(each).at(nested) for each in value]
        if any(not isinstance(group, list) for group in groups):
            return malformed(path)
        return [Record(each) for group in groups for each in group]

    def read(records: Sequence[Record]) -> list[Fact[tuple[FormField, ...]]]:
        forms = [entries(record) for record in records]
        every_one = [each for form in forms if isinstance(form, list) for each in form]
        rows = zip(*(of_each(reader, every_one) for reader in (*readers, says)), strict=True)
        fields = (
            None
            if Unknown in (type(own), type(sort), type(must))
            else FormField(
                name=own, kind=sort, required=must, label=said if type(said) is str else ""
            )
            for own, sort, must, said in rows
        )
        found: list[Fact[tuple[FormField, ...]]] = []
        for form in forms:
            if isinstance(form, Unknown):
                found.append(form)
                continue
            told = list(islice(fields, len(form)))
            known = tuple(each for each in told if each is not None)
            found.append(known if len(known) == len(told) else malformed(path))
        return found

    return _Columns(read)
