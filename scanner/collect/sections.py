"""What a connector is made of: sections, each with its call, its pages and a field for each fact.

One section that fails leaves the others standing: its facts, and the facts that it would have added
to others' subjects, are unknown for its reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from datetime import datetime, timedelta
from itertools import compress
from typing import Any

import msgspec

from scanner.collect.answers import (
    Page,
    Reader,
    Record,
    absent,
    always,
    malformed,
    text,
)
from scanner.collect.events import EventLog, Trace, kinds
from scanner.collect.http import Call, Unanswered
from scanner.collect.paging import ONE_PAGE, Pages, Question, page_by_page
from scanner.collect.visit import EARLIEST, Joined, Visit
from scanner.model import (
    NOT_COLLECTED,
    SUBJECT_TYPES,
    Account,
    Origin,
    Person,
    Reason,
    Subject,
    Text,
    Unknown,
    Witness,
)

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


def given(what: Given, visit: Visit) -> Mapping[str, Any]:
    """Return the parameters that `what` stands for."""
    return what(visit) if callable(what) else what


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
            if self.call in visit.repeated:
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
            if nameless or not EARLIEST <= at <= latest:
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


def _said(record: Record, path: str) -> str:
    value = text(path)(record)
    if isinstance(value, Unknown):
        raise Unanswered(value)
    return str(value)


_NOT_MADE_OUT = malformed("id")
_NOTHING_KEPT: Mapping[str, Any] = {}
SIGNED_IN = Unknown(
    Reason.NOT_SUPPORTED, Text.of("The log holds a sign-in of theirs, so they are not idle.")
)
"""Since when somebody has been idle who is not."""
_NAMELESS = Unknown(
    Reason.MALFORMED, Text.of("An entry does not say what happened, when, or to whom.")
)
_TOO_MANY = Unknown(
    Reason.TOO_LARGE,
    Text.of("There are more of them than are asked for one by one in one scan."),
)
