"""A connector as data: sections that say what is asked for, and the one engine that reads them.

A section names its call, how the answer is split into pages, and for each fact the field that gives
it. From the same data come the requests that may be made, the dry run, `platforms show` and the
pages of the documentation. One section that fails leaves the others standing: its facts, and the
facts that it would have added to others' subjects, are unknown for its reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from datetime import UTC, datetime, timedelta
from itertools import compress
from typing import Any, NamedTuple

import msgspec

from scanner.collect.answers import (
    MOST_WORDS,
    Page,
    Reader,
    Record,
    absent,
    always,
    malformed,
    of_each,
    text,
)
from scanner.collect.events import EventLog, Trace, kinds
from scanner.collect.gathering import REPORT_IT, broken_by
from scanner.collect.http import Call, Client, Unanswered
from scanner.collect.paging import ONE_PAGE, Pages, Question, page_by_page
from scanner.collect.platform import (
    ONLY_PEOPLE_TELL,
    Host,
    Platform,
    Reading,
    Refusals,
)
from scanner.collect.quota import Rate
from scanner.collect.signing import Basic, Keys, Signing
from scanner.config import Login
from scanner.model import (
    NOT_COLLECTED,
    SUBJECT_TYPES,
    Account,
    AnySubject,
    Credential,
    Integration,
    Origin,
    Person,
    Reason,
    SendingDomain,
    Site,
    Subject,
    Text,
    Unknown,
    Witness,
)

MOST_TEXT_IN_ALL = 67_108_864
"""Characters kept of all bodies of one target."""
MOST_SHOWN = 60
"""Characters of a name in a problem."""
DETAILS_AT_ONCE = 4
MOST_WAITING = 10 * DETAILS_AT_ONCE
"""Entries whose details are in memory at one time."""
MOST_DETAILS = 1000
"""Subjects of one list that are asked for one by one."""

HOPELESS = frozenset({Reason.NOT_PERMITTED, Reason.UNAUTHENTICATED, Reason.RATE_LIMITED})
"""Why one of many questions of the same kind was not answered, when no other will be."""

EVERY = always(True)  # noqa: FBT003
"""Takes every entry of a list."""

Given = Mapping[str, Any] | Callable[["Visit"], Mapping[str, Any]]
"""Parameters, or how to make them of what is known by then."""


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

    def __init__(self, platform: Platform, reading: Reading, sections: Sequence[Section]) -> None:
        self.platform = platform
        self.reading = reading
        self.sections = sections
        self.own_rights = next((each for each in sections if isinstance(each, OwnRights)), None)
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

    def doubt(self, section: Section) -> Unknown | None:
        """Return why `section` may get fewer entries than there are, where that is so.

        Raises:
            Unanswered: the credential is known to lack the right.
        """
        own, needs = self.own_rights, (section.call.permission, *section.call.also)
        if own is None or own.grants is None or not section.call.permission:
            return None
        if not isinstance(self.rights, tuple):
            return own.untold if section.silent else None
        if not any(own.grants(self.rights, right) for right in needs if right):
            raise Unanswered(self.not_permitted(section.call))
        return None

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
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def _implausible(value: Any, latest: datetime) -> bool:
    if type(value) is datetime:
        return not _EARLIEST <= value <= latest
    return type(value) is str and not value


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a platform, read by one call."""

    call: Call
    gate: bool = False
    """Nothing else is asked where it is refused."""
    optional: bool = False
    """The recipe leaves its right out: to be without it is no problem of the scan."""
    silent: bool = False
    """Without the right the vendor leaves entries out, and refuses nothing."""
    pages: Pages = ONE_PAGE
    items: str = ""
    """Where in the answer the list, or the object, stands."""
    empty: Callable[[Record], bool] = lambda page: False
    """Whether an answer without a list says by that, credibly, that there is nothing."""
    params: Given = {}
    names: Given = {}
    """What stands at the places of the call's path."""
    nested: str = ""
    """Where an entry holds a list of which each counts, together with the entry's own fields."""
    of: str = ""
    """The earlier section for each of whose entries it is asked once."""
    place: str = ""
    """What the id of that entry is called in the path or the parameters, and beside what it is
    asked for."""
    most: int = MOST_DETAILS
    """For how many it is asked at the most."""

    @property
    def gives(self) -> tuple[str, ...]:
        """The facts it answers, as `Person.email`."""
        return ()

    @property
    def lists(self) -> tuple[type[Subject], ...]:
        """The subject types whose list it is, or is part of."""
        return ()

    @property
    def logged(self) -> tuple[str, ...]:
        """Those of `gives` that come from a log of changes."""
        return ()

    @property
    def declared(self) -> tuple[Call, ...]:
        """Its requests, with the facts each answers."""
        return (msgspec.structs.replace(self.call, facts=self.gives),)

    async def read(self, visit: Visit) -> None:
        """Read it.

        Raises:
            Unanswered: it is not complete; what could be read has been kept.
        """
        raise NotImplementedError

    @property
    def incomplete(self) -> tuple[type[Subject], ...]:
        """Those of `lists` that are not complete when it fails."""
        return self.lists

    def failed(self, visit: Visit, gap: Unknown) -> None:
        """Tell those that wait for its facts that there will be none."""
        prefix = f"{Account.__name__}."
        visit.gathering.account(
            **{fact.removeprefix(prefix): gap for fact in self.gives if fact.startswith(prefix)}
        )

    def forgone(self, visit: Visit, gap: Unknown) -> None:
        """Do without it, for it is optional and `gap` the lack of a right."""
        self.failed(visit, gap)

    async def one(self, visit: Visit) -> Record:
        """Return the object that it asks for; what another section has asked is not asked again."""
        asked = (self.call.host, self.call.path, self.call.asks)
        told = visit.answers.get(asked)
        if told is None:
            told = await self._ask(visit)
            if sum(each.call == self.call for each in visit.sections) > 1:
                visit.answers[asked] = told
        if isinstance(told, Unanswered):
            raise told
        return Record(Record(told).at(self.items))

    async def _ask(self, visit: Visit) -> Any:
        """Return what its call gives, or why it gives nothing."""
        params = {**given(self.params, visit), **self.pages.params}
        try:
            answer = await self.pages.ask(visit.client, self.call, params, given(self.names, visit))
            return self.pages.decode(answer)
        except Unanswered as gap:
            return gap

    async def page_by_page(self, visit: Visit) -> AsyncIterator[Page]:
        """Yield the entries of its list, one page after the other."""
        if not self.of:
            async for page in self._asked(visit, {}):
                yield page
            return
        gap = visit.gaps.get(self.of)
        earlier = visit.memory.get(self.of)
        if earlier is None:
            raise Unanswered(gap or absent(self.of))
        for identity, fields in list(earlier.items())[: self.most]:
            own = {**fields, self.place: identity}
            try:
                async for page in self._asked(visit, {self.place: identity}):
                    yield Page(Record({**own, **record.fields}) for record in page)
            except Unanswered as refused:
                gap = visit.lacking(refused.unknown, self.call)
                if gap.reason in HOPELESS:
                    break
        if gap is None and len(earlier) > self.most:
            gap = _TOO_MANY
        if gap is not None:
            raise Unanswered(gap)

    async def _asked(self, visit: Visit, own: Mapping[str, str]) -> AsyncIterator[Page]:
        in_path = "{" + self.place + "}" in self.call.path
        question = Question(
            call=self.call,
            pages=self.pages,
            items=self.items,
            empty=self.empty,
            params={**given(self.params, visit), **({} if in_path else own)},
            names={**given(self.names, visit), **(own if in_path else {})},
        )
        async for page in page_by_page(visit.client, question):
            if not self.nested:
                yield page
                continue
            lists = [(record.fields, record.at(self.nested)) for record in page]
            yield Page(
                Record({**outer, **(each if isinstance(each, dict) else {self.nested: each})})
                for outer, inner in lists
                if isinstance(inner, list)
                for each in inner
            )
            if any(not isinstance(inner, list) for _, inner in lists):
                raise Unanswered(malformed(self.nested))


def _those(page: Page, wanted: Sequence[Any]) -> Page:
    """Return the records of `page` that are `wanted`; mostly all are."""
    return page if all(wanted) else Page(compress(page, wanted))


class Keep(Section, frozen=True, kw_only=True):
    """A list whose entries are no subjects, read for the sections that are asked for each."""

    id: Reader = text("id")
    kept: tuple[str, ...] = ()
    """The fields of an entry that later sections need."""

    async def read(self, visit: Visit) -> None:
        found: dict[str, dict[str, Any]] = {}
        visit.memory[self.call.section] = found
        gap: Unknown | None = None
        async for page in self.page_by_page(visit):
            for record, identity in zip(page, visit.each(self.id, page), strict=True):
                if isinstance(identity, Unknown) or not identity:
                    gap = _NOT_MADE_OUT
                else:
                    found.setdefault(
                        identity, {name: record.at(name) for name in self.kept if record.has(name)}
                    )
        if gap is not None:
            raise Unanswered(gap)


class Gist(Section, frozen=True, kw_only=True):
    """A list that tells facts of the account as a whole."""

    facts: Mapping[str, Callable[[Visit, Sequence[Record]], Any]]
    """What all its entries together make of each fact."""

    @property
    def gives(self) -> tuple[str, ...]:
        return tuple(f"Account.{fact}" for fact in self.facts)

    async def read(self, visit: Visit) -> None:
        whole = [record async for page in self.page_by_page(visit) for record in page]
        visit.gathering.account(
            **{
                fact: visit.attempt(sum_up, visit, whole, entry=fact)
                for fact, sum_up in self.facts.items()
            }
        )


class Settings(Section, frozen=True, kw_only=True):
    """An object whose fields are facts of the account, or of all subjects that are read after it.

    Those of subjects are named with their type, as `Credential.ip_restricted`.
    """

    facts: Mapping[str, Reader]
    remember: Mapping[str, Reader] = {}
    """What later sections need, by the name they ask for."""

    @property
    def gives(self) -> tuple[str, ...]:
        return tuple(fact if "." in fact else f"Account.{fact}" for fact in self.facts)

    async def read(self, visit: Visit) -> None:
        record = await self.one(visit)
        visit.memory.update(visit.facts(self.remember, record))
        self._tell(visit, visit.facts(self.facts, record))

    def failed(self, visit: Visit, gap: Unknown) -> None:
        self._tell(visit, dict.fromkeys(self.facts, gap))

    def _tell(self, visit: Visit, facts: Mapping[str, Any]) -> None:
        of_subjects: dict[str, dict[str, Any]] = {}
        for name, value in facts.items():
            kind, _, fact = name.rpartition(".")
            of_subjects.setdefault(kind or Account.__name__, {})[fact] = value
        visit.gathering.account(**of_subjects.pop(Account.__name__, {}))
        for kind, told in of_subjects.items():
            visit.joins.setdefault(SUBJECT_TYPES[kind], []).append(
                Joined(match=always(""), facts=tuple(told), absent=told)
            )


class OwnRights(Section, frozen=True, kw_only=True):
    """What the scanner's own credential may do."""

    rights: Reader
    """Reads the rights as a tuple of names."""
    spare: frozenset[str] = frozenset()
    """Rights that every credential has, and that allow nothing."""
    excess: Callable[[tuple[str, ...]], tuple[str, ...]] | None = None
    """Picks those that no call needs, where that is not a matter of their names alone."""
    grants: Callable[[tuple[str, ...], str], bool] | None = None
    """Tells whether the rights hold one that a call needs. What they do not is not asked."""
    untold: Unknown = NOT_COLLECTED
    """What a list is, without the rights being known, that leaves entries out in silence."""
    remember: Mapping[str, Reader] = {}
    """What later sections need, by the name they ask for."""

    @property
    def gives(self) -> tuple[str, ...]:
        return ("Account.scanner_excess",)

    async def read(self, visit: Visit) -> None:
        record = await self.one(visit)
        visit.memory.update(visit.facts(self.remember, record))
        rights = visit.rights = self.rights(record)
        if self.excess is None or isinstance(rights, Unknown):
            visit.gathering.account(scanner_excess=visit.excess(rights, self.spare))
        else:
            visit.gathering.account(scanner_excess=self.excess(rights))


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """A call that tells more of one entry of a list."""

    call: Call
    names: Mapping[str, str] = {}
    """The places of its path, and the fields of the entry that fill them."""
    params: Mapping[str, str] = {}
    """Parameters, likewise."""
    fixed: Mapping[str, str] = {}
    """Parameters that are the same for all."""
    items: str = ""
    into: str = ""
    """The field under which the answer stands beside the entry's own; empty mixes them."""
    absent: Mapping[str, Any] | None = None
    """The fields of an entry of which the vendor knows no more (404), where that is an answer."""
    most: int = MOST_DETAILS


class Listing(Section, frozen=True, kw_only=True):
    """A list whose entries are subjects."""

    subject: type[Subject]
    facts: Mapping[str, Reader]
    id: Reader = text("id")
    name: Reader = text("name")
    fixed: Mapping[str, Any] = {}
    """Attributes that all of them have, as the kind of a credential."""
    where: Reader = EVERY
    """Whether an entry is such a subject; one that does not tell leaves the list incomplete."""
    detail: Detail | None = None
    settle: Callable[[Visit, Record, Any], Any] | None = None
    """Settles what only an entry together with what was read before tells of its subject."""
    others: tuple[Listing, ...] = ()
    """What else the same list holds; their calls are not made."""

    @property
    def gives(self) -> tuple[str, ...]:
        own = tuple(f"{self.subject.__name__}.{fact}" for fact in self.facts)
        return (*own, *(fact for each in self.others for fact in each.gives))

    @property
    def lists(self) -> tuple[type[Subject], ...]:
        return (self.subject, *(each.subject for each in self.others))

    @property
    def declared(self) -> tuple[Call, ...]:
        own = msgspec.structs.replace(self.call, facts=self.gives)
        if self.detail is None:
            return (own,)
        facts = tuple(f"{self.subject.__name__}.{fact}" for fact in self.facts)
        return (own, msgspec.structs.replace(self.detail.call, facts=facts))

    async def read(self, visit: Visit) -> None:
        seen: dict[str, Mapping[str, Any]] = {}
        visit.memory[self.call.section] = seen
        others: list[dict[str, Mapping[str, Any]]] = [{} for _ in self.others]
        nameless = 0
        gaps: list[Unanswered] = []
        async for page in self.page_by_page(visit):
            for other, known in zip(self.others, others, strict=True):
                nameless += other.keep(visit, page, known)
            if self.detail is None:
                nameless += self.keep(visit, page, seen)
                continue
            for start in range(0, len(page), MOST_WAITING):
                batch = Page(page[start : start + MOST_WAITING])
                nameless += await self._keep_detailed(visit, self.detail, batch, seen, gaps)
        if nameless:
            raise Unanswered(
                Unknown(
                    Reason.MALFORMED,
                    Text.of("{count} entries of the list cannot be made out.", count=nameless),
                )
            )
        if gaps:
            raise gaps[0]

    def keep(self, visit: Visit, page: Page, seen: dict[str, Mapping[str, Any]]) -> int:
        """Keep the subjects on `page`, and return how many of its entries cannot be made out."""
        identities = self.identify(visit, page, seen)
        records = _those(page, identities)
        kept = [identity for identity in identities if identity]
        return identities.count(None) + self._add(visit, kept, records)

    def identify(
        self, visit: Visit, page: Page, seen: dict[str, Mapping[str, Any]]
    ) -> list[str | None]:
        """Return the id of each entry that is such a subject, and not yet among those `seen`.

        An empty one stands for an entry that is none; None for one that does not tell.
        """
        identities: list[str | None] = []
        wants, ids = visit.each(self.where, page), visit.each(self.id, page)
        if self.where is EVERY and set(map(type, ids)) == {str} and "" not in ids:
            fresh = dict.fromkeys(ids, _NOTHING_KEPT)
            if len(fresh) == len(ids) and seen.keys().isdisjoint(fresh):
                seen.update(fresh)
                return ids
        for wanted, identity in zip(wants, ids, strict=True):
            if wanted is False or (wanted is True and type(identity) is str and identity in seen):
                identities.append("")
            elif wanted is not True or type(identity) is not str or not identity:
                identities.append(None)
            else:
                seen[identity] = _NOTHING_KEPT
                identities.append(identity)
        return identities

    async def _keep_detailed(
        self,
        visit: Visit,
        detail: Detail,
        batch: Page,
        seen: dict[str, Mapping[str, Any]],
        gaps: list[Unanswered],
    ) -> int:
        """Keep the subjects of `batch` with what is told of each by itself, as `keep` does."""
        room = max(0, detail.most - len(seen))
        identities = self.identify(visit, batch, seen)
        records = [record for record, identity in zip(batch, identities, strict=True) if identity]
        gate = asyncio.Semaphore(DETAILS_AT_ONCE)

        async def ask_for(record: Record) -> Record:
            async with gate:
                return await self._detailed(visit, detail, record, gaps)

        if len(records) > room and not any(gap.unknown is _TOO_MANY for gap in gaps):
            gaps.append(Unanswered(_TOO_MANY))
        records[:room] = await asyncio.gather(*map(ask_for, records[:room]))
        kept = [identity for identity in identities if identity]
        return identities.count(None) + self._add(visit, kept, Page(records))

    async def _detailed(
        self, visit: Visit, detail: Detail, record: Record, gaps: list[Unanswered]
    ) -> Record:
        if any(gap.unknown.reason in HOPELESS for gap in gaps):
            return record
        try:
            names = {place: _said(record, path) for place, path in detail.names.items()}
            params = {place: _said(record, path) for place, path in detail.params.items()}
            params.update(detail.fixed)
            answer = await ONE_PAGE.ask(visit.client, detail.call, params, names)
            more = Record(answer.json()).at(detail.items)
        except Unanswered as gap:
            if gap.unknown.reason is Reason.NOT_FOUND and detail.absent is not None:
                return Record({**record.fields, **detail.absent})
            gaps.append(Unanswered(visit.lacking(gap.unknown, detail.call)))
            return record
        if detail.into:
            return Record({**record.fields, detail.into: more})
        return Record({**record.fields, **more}) if isinstance(more, dict) else record

    def _add(self, visit: Visit, identities: list[str], records: Page) -> int:
        """Keep the subjects that `records` describe, and return how many of them are lost."""
        names = [
            name if type(name) is str and name else identity
            for name, identity in zip(
                visit.each(self.name, records, identities), identities, strict=True
            )
        ]
        facts = {fact: visit.each(read, records, identities) for fact, read in self.facts.items()}
        facts.update((fact, [value] * len(records)) for fact, value in self.fixed.items())
        made = visit.subjects(self.subject, records, identities, names, facts)
        if (settle := self.settle) is not None:
            settled = [
                visit.attempt(settle, visit, record, subject, entry=identity)
                for record, subject, identity in zip(records, made, identities, strict=True)
            ]
            made = [subject for subject in settled if not isinstance(subject, Unknown)]
        visit.gathering.add(*made)
        return len(records) - len(made)


class Single(Section, frozen=True, kw_only=True):
    """An object that is a subject by itself."""

    subject: type[Subject]
    id: str
    name: str = ""
    facts: Mapping[str, Reader]
    fixed: Mapping[str, Any] = {}
    where: Reader = EVERY
    """Whether there is one."""

    @property
    def gives(self) -> tuple[str, ...]:
        return tuple(f"{self.subject.__name__}.{fact}" for fact in self.facts)

    @property
    def lists(self) -> tuple[type[Subject], ...]:
        return (self.subject,)

    async def read(self, visit: Visit) -> None:
        record = await self.one(visit)
        if self.where(record) is True:
            self._add(visit, record, visit.facts(self.facts, record))

    def forgone(self, visit: Visit, gap: Unknown) -> None:
        self._add(visit, Record({}), dict.fromkeys(self.facts, gap))

    def _add(self, visit: Visit, record: Record, facts: Mapping[str, Any]) -> None:
        name = self.name or self.id
        visit.gathering.add(
            visit.subject(self.subject, record, self.id, name, {**self.fixed, **facts})
        )


class Join(Section, frozen=True, kw_only=True):
    """A list that tells more of the subjects of another one, which is read after it.

    Of several entries on one subject the newest moment counts, and of other facts the first.
    """

    subject: type[Subject]
    key: Reader
    """What an entry calls its subject."""
    match: Reader
    """What the subject's own record calls it."""
    facts: Mapping[str, Reader]
    absent: Given
    """The facts of a subject that no entry mentions."""
    where: Reader = EVERY
    """Whether an entry counts."""
    origin: Origin = Origin.API
    proves: Mapping[str, Any] = {}
    """Facts of the account that an answer proves, as that there is an audit log."""
    unproven: Unknown | None = None
    """What those are without any entry that counts, where an empty answer proves nothing."""

    @property
    def gives(self) -> tuple[str, ...]:
        return (
            *(f"{self.subject.__name__}.{fact}" for fact in self.facts),
            *(f"Account.{fact}" for fact in self.proves),
        )

    @property
    def logged(self) -> tuple[str, ...]:
        if self.origin is not Origin.EVENT:
            return ()
        return tuple(f"{self.subject.__name__}.{fact}" for fact in self.facts)

    async def read(self, visit: Visit) -> None:
        found: dict[str, dict[str, Any]] = {fact: {} for fact in self.facts}
        counted = 0
        async for page in self.page_by_page(visit):
            counted += self._take(visit, page, found)
        self._announce(visit, found, None)
        unproven = None if counted else self.unproven
        visit.gathering.account(
            **(dict.fromkeys(self.proves, unproven) if unproven else self.proves)
        )

    def _take(self, visit: Visit, page: Page, found: dict[str, dict[str, Any]]) -> int:
        """Add what `page` tells to what was `found` before, and return how many entries count."""
        counts = visit.each(self.where, page)
        records = _those(page, [each is not False for each in counts])
        keys = visit.each(self.key, records)
        if len(records) > counts.count(True) or not all(isinstance(key, str) for key in keys):
            # What it says may be the newest word on somebody, and nobody knows on whom.
            raise Unanswered(_NAMELESS)
        keys = [key.casefold() for key in keys]
        for fact, read in self.facts.items():
            known = found[fact]
            for key, value in zip(keys, visit.each(read, records, keys), strict=True):
                before = known.setdefault(key, value)
                if before is not value:
                    known[key] = _better(before, value)
        return len(records)

    def failed(self, visit: Visit, gap: Unknown) -> None:
        super().failed(visit, gap)
        self._announce(visit, {}, gap)

    def _announce(
        self, visit: Visit, found: dict[str, dict[str, Any]], gap: Unknown | None
    ) -> None:
        visit.joins.setdefault(self.subject, []).append(
            Joined(
                match=self.match,
                facts=tuple(self.facts),
                absent=given(self.absent, visit),
                origin=self.origin,
                found=found,
                gap=gap,
            )
        )


def _better(one: Any, other: Any) -> Any:
    """Return which of two facts on the same subject counts."""
    if type(one) is Unknown:
        return other
    return max(one, other) if type(one) is type(other) is datetime else one


class Changes(Section, frozen=True, kw_only=True):
    """A log of changes, from which the state they led to is read."""

    kind: Reader
    at: Reader
    days: int
    """How far back it is read."""
    account: Mapping[str, Trace] = {}
    people: Mapping[str, Trace] = {}
    about: Reader = text("userId")
    """The person whom an event concerns."""
    match: Reader = text("id")
    """What the person's own record calls it."""
    proves: Mapping[str, Any] = {}
    thing: Reader = text("objectId", null="")
    """What else an event concerns, as a key; one that does not say so may concern any."""
    things: Callable[[Visit, EventLog], None] = lambda visit, log: None
    """Makes subjects of the things whose events the log holds."""
    told: tuple[str, ...] = ()
    """The facts that `things` gives."""

    @property
    def gives(self) -> tuple[str, ...]:
        return (*self.logged, *(f"Account.{fact}" for fact in self.proves))

    @property
    def logged(self) -> tuple[str, ...]:
        return (
            *(f"Account.{fact}" for fact in self.account),
            *(f"Person.{fact}" for fact in self.people),
            *self.told,
        )

    async def read(self, visit: Visit) -> None:
        start = visit.now - timedelta(days=self.days)
        log, things = EventLog(start), EventLog(start)
        account = frozenset().union(*map(kinds, self.account.values()))
        of_people = frozenset().union(*map(kinds, self.people.values()))
        async for page in self.page_by_page(visit):
            for kind, at, about, thing in self._told(visit, page):
                if kind in account:
                    log.add(kind, at)
                if about:
                    log.add(kind, at, about)
                elif kind in of_people:
                    raise Unanswered(_NAMELESS)
                things.add(kind, at, thing)
        visit.gathering.account(**self.proves)
        states = {fact: log.state(trace) for fact, trace in self.account.items()}
        visit.gathering.account(
            **{fact: state.value for fact, state in states.items()},
            witnesses={
                fact: Witness(origin=Origin.EVENT, since=state.since)
                for fact, state in states.items()
                if not isinstance(state.value, Unknown)
            },
        )
        self._announce(visit, log)
        self.things(visit, things)

    def _told(
        self, visit: Visit, page: Sequence[Record]
    ) -> Iterator[tuple[str, datetime, str, str]]:
        """Yield kind and time of each event, and whom and what it concerns, as far as it tells."""
        readers, latest = (self.kind, self.at, self.about, self.thing), visit.latest
        rows = zip(*(visit.each(read, page) for read in readers), strict=True)
        for kind, at, about, thing in rows:
            if type(kind) is not str or not kind or type(at) is not datetime:
                # It may be the newest change of anything.
                raise Unanswered(_NAMELESS)
            nameless = type(thing) is Unknown and thing.reason is Reason.MALFORMED
            if nameless or not _EARLIEST <= at <= latest:
                raise Unanswered(_NAMELESS)
            whom = about if type(about) is str else ""
            yield kind, at, whom, thing if type(thing) is str else ""

    def failed(self, visit: Visit, gap: Unknown) -> None:
        super().failed(visit, gap)
        self._join(visit, Joined(match=self.match, facts=tuple(self.people), absent={}, gap=gap))

    def _announce(self, visit: Visit, log: EventLog) -> None:
        joined = Joined(
            match=self.match,
            facts=tuple(self.people),
            absent={fact: log.state(trace).value for fact, trace in self.people.items()},
            origin=Origin.EVENT,
            found={},
            since={},
        )
        for fact, trace in self.people.items():
            states = [(about.casefold(), state) for about, state in log.changed(trace).items()]
            joined.found[fact] = {about: state.value for about, state in states}
            joined.since[fact] = {
                about: state.since for about, state in states if state.since is not None
            }
        self._join(visit, joined)

    def _join(self, visit: Visit, joined: Joined) -> None:
        if self.people:
            visit.joins.setdefault(Person, []).append(joined)


class Special(Section, frozen=True, kw_only=True):
    """A part that no other section describes, read by a function of the connector's own."""

    run: Callable[[Visit], Awaitable[None]]
    facts: tuple[str, ...] = ()
    kinds: tuple[type[Subject], ...] = ()
    calls: tuple[Call, ...] = ()
    """Further requests that it makes."""

    @property
    def gives(self) -> tuple[str, ...]:
        return self.facts

    @property
    def lists(self) -> tuple[type[Subject], ...]:
        return self.kinds

    @property
    def declared(self) -> tuple[Call, ...]:
        return (
            msgspec.structs.replace(self.call, facts=self.gives),
            *(
                call if call.facts else msgspec.structs.replace(call, facts=self.gives)
                for call in self.calls
            ),
        )

    async def read(self, visit: Visit) -> None:
        await self.run(visit)


def connector(
    *,
    name: str,
    title: str,
    sections: tuple[Section, ...],
    recipe: Text,
    words: tuple[str, ...] = (),
    screens: Mapping[str, str] | None = None,
    hidden: Mapping[str, Unknown] | None = None,
    hosts: tuple[Host, ...] = (Host(),),
    signing: tuple[Signing, ...],
    headers: dict[str, str] | None = None,
    rates: tuple[Rate, ...] = (),
    refusals: Refusals | None = None,
    account_in_token: str = "",
    rights_at: str = "",
    verified: str = "",
    unverified: tuple[str, ...] = (),
) -> Platform:
    """Return the platform that `sections` describe.

    `screens` names, for facts that no section gives, and types of subjects that none lists, the
    screen where the answer stands; `hidden` gives the whole reason, where there is more to say.
    What neither names is hidden all the same, and said to be so.
    """
    lists = tuple(dict.fromkeys(kind for section in sections for kind in section.lists))
    given_facts = {fact for section in sections for fact in section.gives}
    joined = {fact for each in sections if not isinstance(each, Listing) for fact in each.gives}
    partly = {
        f"{kind.__name__}.{field.name}"
        for section in sections
        if isinstance(section, Listing)
        for each in (section, *section.others)
        for kind in (each.subject,)
        for field in msgspec.structs.fields(kind)
        if f"{kind.__name__}.{field.name}" in given_facts - set(each.gives) - joined
    }
    calls = [call for way in signing for call in way.calls]
    calls += [call for section in sections for call in (*section.declared, *section.pages.calls)]

    async def read(reading: Reading) -> None:
        await _read(platform, sections, reading)

    platform = Platform(
        name=name,
        title=title,
        words=(*name.split("-"), *words, "marketing", "campaign"),
        calls=_once(calls),
        lists=lists,
        hidden={
            **dict.fromkeys(sorted(partly), _partly_told(title)),
            **_hidden(title, lists, given_facts, screens or {}, hidden or {}),
        },
        unlisted={
            kind: Unknown(
                Reason.NOT_EXPOSED,
                Text.of("mamori reads no list of these from {platform}.", platform=title),
                Text.of("Look under {screen}.", screen=screen),
            )
            for kind, screen in (screens or {}).items()
            if kind in SUBJECT_TYPES and SUBJECT_TYPES[kind] not in lists
        },
        recipe=recipe,
        read=read,
        explain=refusals.explain if refusals else (lambda status, body: None),
        hosts=hosts,
        signing=signing,
        headers=headers or {},
        rates=rates,
        account_in_token=account_in_token,
        rights_at=rights_at,
        events=frozenset(fact for section in sections for fact in section.logged),
        verified=verified,
        unverified=unverified,
    )
    return platform


def given(what: Given, visit: Visit) -> Mapping[str, Any]:
    """Return the parameters that `what` stands for."""
    return what(visit) if callable(what) else what


async def _read(platform: Platform, sections: Sequence[Section], reading: Reading) -> None:
    populations = reading.gathering.populations
    visit = Visit(platform, reading, sections)
    closed = await _open(visit)
    gaps: dict[type[Subject], Unknown] = {}
    waiting = [kind for section in sections for kind in section.lists]
    for section in sections:
        gap = await _read_section(section, visit) if closed is None else closed
        if closed is not None:
            section.failed(visit, closed)
        elif gap is not None and _ends_all(section, visit, gap):
            closed = gap
        for kind in section.lists:
            waiting.remove(kind)
            if gap is not None and kind in section.incomplete:
                gaps.setdefault(kind, gap)
                populations[kind.__name__] = gaps[kind]
            elif kind not in waiting and kind not in gaps:
                populations.pop(kind.__name__, None)


_OF_ONE_ANSWER = frozenset(
    {Reason.MALFORMED, Reason.NOT_PERMITTED, Reason.SERVER_ERROR, Reason.TOO_LARGE, Reason.BUG}
)
"""After these the next answer may well be a good one."""


def _ends_all(section: Section, visit: Visit, gap: Unknown) -> bool:
    """Tell whether nothing else is asked because of `gap`, as of a password that was refused."""
    if gap.reason is Reason.UNAUTHENTICATED and isinstance(visit.signing, Basic):
        return visit.signing.secret == "password"  # noqa: S105 - a key of the configuration
    return section.gate and gap.reason not in _OF_ONE_ANSWER


async def _open(visit: Visit) -> Unknown | None:
    """Sign in, and return why nothing can be asked, if so."""
    with visit.gathering.section("sign-in") as part:
        await _sign_in(visit)
    return part.gap


async def _read_section(section: Section, visit: Visit) -> Unknown | None:
    """Read `section`, and return why it could not be read completely, if so."""
    with visit.gathering.section(section.call.section) as part:
        try:
            await _read_with_rights(section, visit)
        except Unanswered as refused:
            gap = visit.lacking(refused.unknown, section.call)
            raise Unanswered(gap, refused.status) from None
    _tell_broken(section, visit)
    if part.gap is not None:
        visit.gaps[section.call.section] = part.gap
        section.failed(visit, part.gap)
    return part.gap


def _tell_broken(section: Section, visit: Visit) -> None:
    """Name the entries that readers of `section` broke on as a problem."""
    broken, visit.broken = visit.broken, []
    for kind in dict.fromkeys(each.kind for each in broken):
        entries = list(dict.fromkeys(each.entry for each in broken if each.kind == kind))
        detail = Text.of(
            "mamori broke on {count} entries of this part ({kind}), the first being {entry}; what "
            "else it holds was read.",
            count=len(entries),
            kind=kind,
            entry=entries[0][:MOST_SHOWN],
        )
        visit.gathering.missing(section.call.section, Unknown(Reason.BUG, detail, REPORT_IT))


async def _read_with_rights(section: Section, visit: Visit) -> None:
    """Read `section` as far as the credential's rights go.

    Raises:
        Unanswered: it is not complete, or may not be.
    """
    doubt: Unknown | None = None
    try:
        doubt = visit.doubt(section)
        if doubt is None or not section.optional:
            await section.read(visit)
    except Unanswered as refused:
        if not section.optional or refused.unknown.reason is not Reason.NOT_PERMITTED:
            raise
        section.forgone(visit, visit.lacking(refused.unknown, section.call))
        return
    if doubt is not None and section.optional:
        section.forgone(visit, doubt)
    elif doubt is not None:
        raise Unanswered(doubt)


async def _sign_in(visit: Visit) -> None:
    reading, platform = visit.reading, visit.platform
    if reading.client is None:
        raise Unanswered(
            Unknown(
                Reason.NOT_CONFIGURED,
                Text.of("The target has no address, so its API was not read."),
                Text.of("Give the address of the deployment in `url`."),
            )
        )
    if reading.no_secret is not None:
        raise Unanswered(reading.no_secret)
    token = reading.secrets.get("token")
    keys = Keys(
        reading.target.credential or Login(),
        reading.secrets,
        platform.account(reading.target, token.reveal() if token is not None else ""),
        reading.client.host,
    )
    for way in platform.signing:
        if keys.has(*way.needs):
            await way.sign(reading.client, keys)
            visit.signing = way
            return
    ways = "; ".join(", ".join(way.needs) for way in platform.signing)
    raise Unanswered(
        Unknown(
            Reason.NOT_CONFIGURED,
            Text.of("No credential for the API is configured."),
            Text.of("Give in `credential` one of these: {ways}.", ways=ways),
        )
    )


def _said(record: Record, path: str) -> str:
    value = text(path)(record)
    if isinstance(value, Unknown):
        raise Unanswered(value)
    return str(value)


def _once(calls: Iterable[Call]) -> tuple[Call, ...]:
    """Return `calls` with those that are the same request made one."""
    merged: dict[tuple[str, str, str, str], Call] = {}
    for call in calls:
        key = (call.host, call.method, call.path, call.section)
        known = merged.get(key)
        facts = dict.fromkeys((*(known.facts if known else ()), *call.facts))
        merged[key] = msgspec.structs.replace(call, facts=tuple(facts))
    return tuple(merged.values())


DERIVED = frozenset(
    {
        "Account.people_total",
        "Account.administrators",
        "Account.contradictions",
        "Person.in_organisation",
        "Person.employed",
        "Credential.mfa_protected",
        "Credential.owner_active",
        "Account.vendor_risks",
    }
)
"""Facts that follow from others, or that people state."""
PROBED = (SendingDomain, Site)
"""What a probe sees with its own eyes once the platform has named it."""
NOT_LOOKED_AT = Unknown(
    Reason.NOT_COLLECTED,
    Text.of("Only what lies in the target's own domains is looked at from outside."),
    Text.of("List it under `sending_domains` or `endpoints` if it is yours."),
)


def _hidden(
    title: str,
    lists: Iterable[type[Subject]],
    given_facts: Iterable[str],
    screens: Mapping[str, str],
    reasons: Mapping[str, Unknown],
) -> dict[str, Unknown]:
    """Return every fact of the listed subjects that no section gives, and why."""
    known = DERIVED | set(given_facts)
    hidden: dict[str, Unknown] = {}
    kinds: tuple[type[Subject], ...] = (Account, *lists)
    for kind in dict.fromkeys(kinds):
        for field in msgspec.structs.fields(SUBJECT_TYPES[kind.__name__]):
            fact = f"{kind.__name__}.{field.name}"
            if field.default is NOT_COLLECTED and fact not in known:
                screen = screens.get(fact) or screens.get(kind.__name__)
                probed = kind in PROBED and screen is None
                gap = NOT_LOOKED_AT if probed else _not_told(title, screen)
                hidden[fact] = gap if screen else ONLY_PEOPLE_TELL.get(fact, gap)
    for fact, screen in screens.items():
        if "." in fact:
            hidden.setdefault(fact, _not_told(title, screen))
    return {**hidden, **reasons}


def _partly_told(title: str) -> Unknown:
    return Unknown(
        Reason.NOT_EXPOSED,
        Text.of("The API of {platform} tells this of some, and not of this one.", platform=title),
        Text.of("Look it up in the platform's settings, and attest it."),
    )


def _not_told(title: str, screen: str | None) -> Unknown:
    if screen is None:
        return Unknown(
            Reason.NOT_EXPOSED,
            Text.of("The API of {platform} does not tell this.", platform=title),
            Text.of("Look it up in the platform's settings, and attest it."),
        )
    return Unknown(
        Reason.NOT_EXPOSED,
        Text.of("The API of {platform} does not tell this.", platform=title),
        Text.of("Look under {screen}, and attest what stands there.", screen=screen),
    )


_NOT_MADE_OUT = malformed("id")
_NOTHING_KEPT: Mapping[str, Any] = {}
SIGNED_IN = Unknown(
    Reason.NOT_SUPPORTED, Text.of("The log holds a sign-in of theirs, so they are not idle.")
)
"""Since when somebody has been idle who is not."""
_NAMELESS = Unknown(
    Reason.MALFORMED, Text.of("An entry does not say what happened, when, or to whom.")
)
_TOO_MUCH = Unknown(Reason.TOO_LARGE, Text.of("All bodies together are larger than mamori keeps."))
_TOO_MANY = Unknown(
    Reason.TOO_LARGE,
    Text.of("There are more of them than are asked for one by one in one scan."),
)
