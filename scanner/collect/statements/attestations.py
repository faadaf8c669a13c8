"""Attestations: what somebody says of a target where no interface does, and until when."""

from __future__ import annotations

import difflib
import functools
import hashlib
import operator
import typing
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec

from scanner.document import Document, Place, read
from scanner.model import SUBJECT_TYPES, Origin, Subject, Unknown, Witness

MOST_DAYS = 400
"""The longest that a statement holds: a year, and some weeks to renew it in."""

MAX_EVIDENCE_BYTES = 256 * 1024 * 1024

_NEVER = "never"
# mamori's own conclusions from the other facts.
_DERIVED = frozenset({"contradictions"})


class Attestation(msgspec.Struct, frozen=True, kw_only=True):
    """One statement: who says what of which subject, and until when."""

    number: int
    """Its place in the file, counted from 1."""
    target: str
    type: str
    """The name of a subject type."""
    id: str | None
    """The subject's id, or a person's mail address or user name; None means the only one."""
    fact: str
    value: Any
    by: str
    on: date
    until: date
    """The last day on which the statement holds, in UTC."""
    evidence: str = ""
    """SHA-256 of the file that was shown, in hexadecimal."""
    note: str = ""

    @property
    def subject(self) -> str:
        """The subject as a reader would write it."""
        return self.type if self.id is None else f"{self.type} {self.id}"

    @property
    def witness(self) -> Witness:
        """What stands behind the fact."""
        return Witness(
            origin=Origin.ATTESTED,
            by=self.by,
            until=datetime.combine(self.until, time.max, tzinfo=UTC),
            evidence=self.evidence,
        )


class _Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: str
    id: str | None = None


_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    target: _Line
    subject: _Line | _Named
    fact: _Line
    value: Any
    by: _Line
    on: date
    until: date
    evidence: Annotated[str, msgspec.Meta(pattern="^[0-9A-Fa-f]{64}$")] | None = None
    evidence_file: _Line | None = None
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    attestations: list[_Entry] | None


def read_attestations(
    path: Path, *, targets: Collection[str] | None = None, today: date | None = None
) -> tuple[Attestation, ...]:
    """Return the statements in the file `path`, lapsed ones included, in their order.

    Where `targets` are given, a statement about another one is an error; where `today` is, so is
    one made after tomorrow, by which somebody could attest for ever.

    Raises:
        DocumentError: the file cannot be read or says something that cannot be; file, line and
            key are named.
    """
    return interpret(read(path), path.parent, targets=targets, today=today)


def interpret(
    document: Document,
    folder: Path,
    *,
    targets: Collection[str] | None = None,
    today: date | None = None,
) -> tuple[Attestation, ...]:
    """Return the statements in `document`, whose paths start from `folder`.

    Raises:
        DocumentError: as `read_attestations` does.
    """
    entries = document.convert(_File).attestations or []
    return tuple(
        _attestation(
            document,
            ("attestations", place),
            entry,
            folder=folder,
            targets=targets,
            today=today,
        )
        for place, entry in enumerate(entries)
    )


@functools.cache
def fact_types(kind: type[Subject]) -> Mapping[str, Any]:
    """Return the facts of a subject type by name, each with the type of its known values."""
    facts: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        members = typing.get_args(field.type)
        if Unknown in members and field.name not in _DERIVED:
            known = (member for member in members if member is not Unknown)
            facts[field.name] = functools.reduce(operator.or_, known)
    return facts


def _attestation(
    document: Document,
    place: Place,
    entry: _Entry,
    *,
    folder: Path,
    targets: Collection[str] | None,
    today: date | None,
) -> Attestation:
    if targets is not None and entry.target not in targets:
        raise _not_among(document, (*place, "target"), entry.target, targets)
    kind, id = _subject(document, (*place, "subject"), entry.subject)
    facts = fact_types(SUBJECT_TYPES[kind])
    if entry.fact not in facts:
        raise _not_among(document, (*place, "fact"), entry.fact, facts)
    value = _value(document, (*place, "value"), entry.value, facts[entry.fact])
    _check_days(document, place, entry, today)
    return Attestation(
        number=int(place[-1]) + 1,
        target=entry.target,
        type=kind,
        id=id,
        fact=entry.fact,
        value=value,
        by=entry.by,
        on=entry.on,
        until=entry.until,
        evidence=_evidence(document, place, entry, folder),
        note=entry.note,
    )


def _subject(document: Document, place: Place, given: str | _Named) -> tuple[str, str | None]:
    if isinstance(given, _Named):
        kind, id = given.type, given.id
    else:
        kind, _, rest = given.strip().partition(" ")
        id = rest.strip() or None
    if kind not in SUBJECT_TYPES:
        raise _not_among(document, place, kind, SUBJECT_TYPES)
    return kind, id


def _not_among(document: Document, place: Place, given: str, offered: Iterable[str]) -> Exception:
    names = sorted(offered)
    near = difflib.get_close_matches(given, names, n=1)
    if near:
        return document.error(
            place,
            "there is no {given}; did you mean {near}?",
            given=repr(given),
            near=repr(near[0]),
        )
    return document.error(
        place, "there is no {given}; there are: {names}.", given=repr(given), names=", ".join(names)
    )


def _value(document: Document, place: Place, given: Any, kind: Any) -> Any:
    members = typing.get_args(kind) or (kind,)
    if given == _NEVER and type(None) in members:
        return None
    # YAML reads 2026-11-24 as a date, and a time without a zone as one of no place.
    if datetime in members and type(given) is date:
        given = datetime.combine(given, time.min)
    value = document.convert_value(given, kind, place)
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value).astimezone(UTC)
    if isinstance(value, int | float) and value < 0:
        raise document.error(place, "write a number that is 0 or more.")
    return value


def _check_days(document: Document, place: Place, entry: _Entry, today: date | None) -> None:
    if entry.until <= entry.on:
        raise document.error((*place, "until"), "`until` must be later than `on`.")
    if entry.until - entry.on > timedelta(days=MOST_DAYS):
        raise document.error(
            (*place, "until"),
            "a statement holds for {most} days at most; write an earlier day and renew it then.",
            most=MOST_DAYS,
        )
    # Somewhere on Earth it is tomorrow already.
    if today is not None and entry.on > today + timedelta(days=1):
        raise document.error((*place, "on"), "`on` is the day of the statement, and has not come.")


def _evidence(document: Document, place: Place, entry: _Entry, folder: Path) -> str:
    if entry.evidence_file is None:
        return (entry.evidence or "").lower()
    inside = (*place, "evidence_file")
    if entry.evidence is not None:
        raise document.error(inside, "give `evidence` or `evidence_file`, not both.")
    try:
        path = folder / Path(entry.evidence_file).expanduser()
        if not path.is_file():
            raise document.error(inside, "there is no such file.")
        if path.stat().st_size > MAX_EVIDENCE_BYTES:
            raise document.error(
                inside, "the file is larger than {limit} bytes.", limit=MAX_EVIDENCE_BYTES
            )
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, RuntimeError) as error:  # the last: ~ of a user who is none
        raise document.error(
            inside, "the file cannot be read ({cause}).", cause=type(error).__name__
        ) from None
