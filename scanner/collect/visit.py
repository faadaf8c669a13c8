"""One target while a connector reads it, and what its sections know of each other's subjects."""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from scanner.collect.answers import (
    MOST_WORDS,
    Reader,
    Record,
    malformed,
    of_each,
)
from scanner.collect.gathering import broken_by
from scanner.collect.http import Call, Client, Unanswered
from scanner.collect.platform import (
    Platform,
    Reading,
)
from scanner.collect.signing import Signing
from scanner.model import (
    NOT_COLLECTED,
    AnySubject,
    Credential,
    Integration,
    Origin,
    Person,
    Reason,
    Subject,
    Text,
    Unknown,
    Witness,
)

MOST_TEXT_IN_ALL = 67_108_864
"""Characters kept of all bodies of one target."""
_TOO_MUCH = Unknown(Reason.TOO_LARGE, Text.of("All bodies together are larger than mamori keeps."))


class Joined(msgspec.Struct):
    """What one section adds to the subjects of another."""

    match: Reader
    facts: tuple[str, ...]
    absent: Mapping[str, Any]
    """The facts of a subject that the section does not mention."""
    origin: Origin = Origin.API
    found: dict[str, dict[str, Any]] = {}
    """By fact, and by what `match` gives, in lower case."""
    since: dict[str, dict[str, datetime]] = {}
    gap: Unknown | None = None

    @staticmethod
    def keys(names: Sequence[Any]) -> list[Any]:
        """Return what `told` knows subjects by that `match` calls so; an empty name is nobody's."""
        return [(name.casefold() or None) if isinstance(name, str) else name for name in names]

    def told(self, fact: str, keys: Sequence[Any]) -> list[Any]:
        """Return `fact` of each of the subjects that `keys` stand for."""
        if self.gap is not None:
            return [self.gap] * len(keys)
        found = self.found.get(fact, {})
        absent = self.absent.get(fact, NOT_COLLECTED)
        return [
            found.get(key, absent) if type(key) is str else self._unlike(fact, key, absent)
            for key in keys
        ]

    def witness(self, fact: str, key: Any) -> Witness:
        """Return who stands behind `fact` of the subject that `key` stands for."""
        since = self.since.get(fact, {}).get(key) if isinstance(key, str) else None
        return Witness(origin=self.origin, since=since)

    def _unlike(self, fact: str, key: Any, absent: Any) -> Any:
        """Return what stands behind a `key` that is no name, or all of several names."""
        if not isinstance(key, tuple):
            return key if isinstance(key, Unknown) else absent
        found = self.found.get(fact, {})
        parts = [found.get(each.casefold(), malformed(fact)) for each in key]
        gap = next((each for each in parts if isinstance(each, Unknown)), None)
        return gap or tuple(inner for each in parts for inner in each)


class Broken(NamedTuple):
    """An entry that a reader broke on."""

    entry: str
    kind: str
    """Of the exception."""


class Visit:
    """One target while a connector reads it."""

    def __init__(self, platform: Platform, reading: Reading, repeated: Collection[Call]) -> None:
        self.platform = platform
        self.reading = reading
        self.repeated = repeated
        """Calls that several sections make."""
        self.rights: Any = None
        """What the credential may do, once it has been asked."""
        self.signing: Signing | None = None
        """The way in which mamori has signed in."""
        self.gathering = reading.gathering
        self.now = reading.now
        self.latest = reading.now + timedelta(days=1)
        """The last moment that can have been, by clocks that are not all alike."""
        self.memory: dict[str, Any] = {}
        """What sections leave for later ones."""
        self.joins: dict[type[Subject], list[Joined]] = {}
        self.gaps: dict[str, Unknown] = {}
        """Why sections failed, by their name."""
        self.answers: dict[tuple[str, ...], Any] = {}
        """What came of the calls that several sections make. All others are soon dropped."""
        self.broken: list[Broken] = []
        """What readers of the present section broke on."""
        self._room = MOST_TEXT_IN_ALL

    @property
    def client(self) -> Client:
        """What asks the target."""
        assert self.reading.client is not None, "nothing is asked of a target without an address"
        return self.reading.client

    def each(self, read: Reader, records: Sequence[Record], names: Sequence[str] = ()) -> list[Any]:
        """Return what `read` makes of each of `records`, which may have `names`.

        What a reader breaks on, for that is a bug of its own, is lost for that record alone.
        """
        try:
            return of_each(read, records)
        except Exception:  # noqa: BLE001 - most of them are well
            whose = names or [f"#{place}" for place, _ in enumerate(records, 1)]
            pairs = zip(records, whose, strict=True)
            return [self.attempt(read, record, entry=name) for record, name in pairs]

    def facts(self, readers: Mapping[str, Reader], record: Record) -> dict[str, Any]:
        """Return what each of `readers` makes of `record`."""
        return {name: self.each(read, [record], [name])[0] for name, read in readers.items()}

    def attempt(self, make: Callable[..., Any], *given: Any, entry: str) -> Any:
        """Return what `make` makes of `given`; an `entry` that it breaks on is noted, and unknown.

        Raises:
            Unanswered: it says itself that there is no answer.
        """
        try:
            return make(*given)
        except Unanswered:
            raise
        except Exception as bug:  # noqa: BLE001 - it must not take the others down
            self.broken.append(Broken(entry, type(bug).__name__))
            return broken_by(bug)

    def fit(self, value: Any) -> Any:
        """Return `value`, or why it is not kept: all bodies together must fit into memory."""
        if isinstance(value, str) and len(value) > MOST_WORDS:
            if len(value) > self._room:
                return _TOO_MUCH
            self._room -= len(value)
        return value

    def excess(self, rights: Any, spare: Iterable[str] = ()) -> Any:
        """Return those of `rights` that no call needs; `spare` are some that allow nothing."""
        if isinstance(rights, Unknown):
            return rights
        if not rights:  # with none it could not have asked
            return malformed("scopes")
        needed = set(spare)
        for call in self.platform.calls:
            needed.update((call.permission, *call.also))
        return tuple(sorted(set(rights) - needed))

    def not_permitted(self, call: Call) -> Unknown:
        """Return what everything is that `call` would have told, without the right to make it."""
        needs = {"permission": call.permission}
        remedy = Text("Give it {permission}, and scan again.", needs)
        if self.platform.rights_at:
            remedy = Text(
                "Give it {permission} under {screen}, and scan again.",
                {**needs, "screen": self.platform.rights_at},
            )
        lacks = Text("mamori's credential lacks {permission}.", needs)
        return Unknown(Reason.NOT_PERMITTED, lacks, remedy)

    def lacking(self, unknown: Unknown, call: Call) -> Unknown:
        """Return `unknown` with the name of the right that is missing, where that is the reason.

        One that names a right already is left alone: it comes from another call of the same
        section.
        """
        if unknown.reason is not Reason.NOT_PERMITTED or not call.permission:
            return unknown
        named = self.not_permitted(call)
        names_one = (
            unknown.detail and named.detail and unknown.detail.template == named.detail.template
        )
        return unknown if names_one else named

    def subject(
        self, kind: type[Subject], record: Record, id: str, name: str, facts: dict[str, Any]
    ) -> AnySubject:
        """Return a subject of `kind` with `facts`, to which it adds those of other sections."""
        columns = {fact: [value] for fact, value in facts.items()}
        return self.subjects(kind, [record], [id], [name], columns)[0]

    def subjects(
        self,
        kind: type[Subject],
        records: Sequence[Record],
        ids: Sequence[str],
        names: Sequence[str],
        facts: dict[str, list[Any]],
    ) -> list[AnySubject]:
        """Return the subjects of `records`, as `subject` does; `facts` has a column for each.

        There are very many: whatever can be done for a whole column is done for it.
        """
        for fact, values in facts.items():
            if [value for value in values if type(value) is str and len(value) > MOST_WORDS]:
                facts[fact] = [self.fit(value) for value in values]
        columns: dict[str, Sequence[Any]] = {"id": ids, "name": names, **facts}
        behind: list[dict[str, Witness]] = []
        known_by: dict[Reader, list[Any]] = {}
        for join in self.joins.get(kind, ()):
            if join.match not in known_by:
                known_by[join.match] = join.keys(self.each(join.match, records, ids))
            behind = _joined(join, known_by[join.match], columns, behind)
        for fact in _IMPLAUSIBLE.get(kind, ()):
            if fact in columns:
                columns[fact] = [
                    malformed(fact) if _implausible(value, self.latest) else value
                    for value in columns[fact]
                ]
        if behind:
            columns["witnesses"] = behind
        make: Any = kind
        rows = zip(*columns.values(), strict=True)
        return [make(**dict(zip(columns, row, strict=True))) for row in rows]


def _joined(
    join: Joined,
    keys: Sequence[Any],
    columns: dict[str, Sequence[Any]],
    behind: list[dict[str, Witness]],
) -> list[dict[str, Witness]]:
    """Add to `columns` what `join` tells of the subjects that `keys` stand for.

    Return who stands `behind` the facts from then on.
    """
    for fact in dict.fromkeys((*join.facts, *join.absent)):
        own = columns.get(fact) or [NOT_COLLECTED] * len(keys)
        told = join.told(fact, keys)
        columns[fact] = [
            more
            if (type(value) is Unknown and more is not NOT_COLLECTED)
            or (type(more) is datetime and _is_later(more, value))
            else value
            for value, more in zip(own, told, strict=True)
        ]
        if join.origin is not Origin.API and join.gap is None:
            behind = behind or [{} for _ in keys]
            for known, key, more in zip(behind, keys, told, strict=True):
                if type(more) is not Unknown:
                    known[fact] = join.witness(fact, key)
    return behind


def _is_later(value: datetime, own: Any) -> bool:
    """Tell whether another section knows a later moment than the subject itself, or than never."""
    return own is None or (type(own) is datetime and value > own)


_PAST = ("created", "issued", "last_sign_in", "last_used", "password_changed", "rotated")
_NAMES = ("email", "username")
_IMPLAUSIBLE: Mapping[type[Subject], tuple[str, ...]] = {
    kind: tuple(each for each in (*_PAST, *_NAMES) if each in kind.__struct_fields__)
    for kind in (Person, Credential, Integration)
}
"""Facts of which a time to come, a time before all platforms, or an empty name is no value."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def _implausible(value: Any, latest: datetime) -> bool:
    if type(value) is datetime:
        return not EARLIEST <= value <= latest
    return type(value) is str and not value
