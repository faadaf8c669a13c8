"""Brings together what several origins say of the same subjects, and tells where they disagree.

The more direct origin wins (`Origin.directness`), an unknown never overrides a known value, and a
disagreement is a line of the form `subject fact: origin=value, origin=value`, the winner first.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from scanner.collect.statements.attestations import Attestation, fact_types
from scanner.collect.statements.cells import fold
from scanner.config import Organisation
from scanner.language import printable, spell
from scanner.model import (
    NOT_COLLECTED,
    Account,
    AnySubject,
    Credential,
    Fact,
    Mfa,
    Origin,
    Person,
    Problem,
    Reason,
    Subject,
    Text,
    Unknown,
    Witness,
)

SAME_MOMENT = timedelta(hours=24)
"""Times less than this apart agree: exports cut to days, and write them in a zone of their own."""

# Moments that only move on: an export that is a little old says an earlier one, or never.
_MOVING_ON = frozenset({"last_sign_in", "password_changed", "rotated", "last_used"})
# Nobody's word stands in for what failed to answer in this scan, and would have said it itself.
_FAILURES = frozenset(Reason) - {
    Reason.NOT_COLLECTED,
    Reason.NOT_CONFIGURED,
    Reason.NOT_EXPOSED,
    Reason.NOT_SUPPORTED,
    Reason.EXPIRED,
}
_PLAIN = {origin: Witness(origin=origin) for origin in Origin}
_COMMON = frozenset({"id", "name", "origin", "witnesses"})


class Attested(NamedTuple):
    """Subjects with what was attested of them."""

    subjects: list[AnySubject]
    contradictions: list[str]
    problems: list[Problem]


class _Testimony(NamedTuple):
    """What one witness says of a fact."""

    value: Any
    witness: Witness


def merge(
    first: Iterable[AnySubject], second: Iterable[AnySubject]
) -> tuple[list[AnySubject], list[str]]:
    """Return the subjects of both, each once with the facts of both, and the contradictions.

    Subjects are the same if type and id are; people also by mail address or user name, unless two
    people on one side share it. Where two origins are equally direct, `first` wins.
    """
    mine, theirs = list(first), list(second)
    partners = _partners(mine, theirs)
    contradictions: list[str] = []
    merged = [
        _unite(subject, theirs[partners[place]], contradictions) if place in partners else subject
        for place, subject in enumerate(mine)
    ]
    taken = set(partners.values())
    merged.extend(subject for place, subject in enumerate(theirs) if place not in taken)
    return merged, contradictions


def attest(
    subjects: Iterable[AnySubject], attestations: Iterable[Attestation], target: str
) -> Attested:
    """Return `subjects` with the facts attested for `target`.

    An attestation fills what is unknown. Against a known fact of a more direct origin it is void,
    and a contradiction if it differs; of two attestations the later one holds. Lapsed ones are
    applied like others: `Deployment.as_of` judges them.
    """
    known = list(subjects)
    wanted = [each for each in attestations if each.target == target]
    contradictions: list[str] = []
    problems: list[Problem] = []
    places = _handles(known) if wanted else {}
    for attestation in sorted(wanted, key=lambda each: each.on, reverse=True):
        found = places.get((attestation.type, _handle(attestation)), ())
        if len(found) != 1:
            problems.append(_not_one(attestation, len(found)))
            continue
        (place,) = found
        said = _Testimony(attestation.value, attestation.witness)
        known[place] = _hear(known[place], {attestation.fact: said}, contradictions)
    return Attested(known, contradictions, problems)


def summarise(
    subjects: Iterable[AnySubject],
    populations: Mapping[str, Unknown],
    organisation: Organisation,
    contradictions: Iterable[str] = (),
    *,
    protect: bool = True,
) -> list[AnySubject]:
    """Return `subjects` with the facts that follow from others.

    These are `Person.in_organisation`, `Credential.owner_active`, `Person.mfa` where nobody signs
    in without a second factor, and of the account `people_total`, `administrators` and
    `contradictions`; what follows from attested facts lapses with them.
    """
    subjects = list(subjects)
    domains = tuple(_domain(domain) for domain in organisation.domains)
    contradictions = list(contradictions)
    claimed = _enforced(subjects)
    against = [] if claimed is None else _unprotected(subjects, claimed)
    contradictions.extend(against)
    if claimed is not None and claimed.origin is Origin.ATTESTED and against:
        subjects = [_void(each, claimed, against) for each in subjects]
        claimed = None
    enforced = claimed if protect else None
    people = _People()
    owners = _Owners(populations.get(Person.__name__))
    concluded: list[AnySubject] = []
    for subject in subjects:
        if isinstance(subject, Person):
            people.count(subject)
            owners.count(subject)
            concluded.append(_place(_protect(subject, enforced), domains))
        else:
            concluded.append(subject)
    facts = people.conclusions(populations.get(Person.__name__))
    return [
        _conclude(subject, facts, contradictions)
        if isinstance(subject, Account)
        else owners.judge(subject)
        for subject in concluded
    ]


# Who is who


def _partners(mine: list[AnySubject], theirs: list[AnySubject]) -> dict[int, int]:
    """Return for each subject of `mine` that is also in `theirs` its place there."""
    partners: dict[int, int] = {}
    taken: set[int] = set()
    for key in (_by_id, _by_email, _by_username):
        here = _unique(mine, partners, key)
        there = _unique(theirs, taken, key)
        for handle, place in here.items():
            if handle in there:
                partners[place] = there[handle]
                taken.add(there[handle])
    return partners


def _unique(
    subjects: list[AnySubject],
    done: Collection[int],
    key: Callable[[AnySubject], Hashable | None],
) -> dict[Hashable, int]:
    """Return the places of the subjects not yet `done` by their key, where one alone has it."""
    places: dict[Hashable, int] = {}
    shared: set[Hashable] = set()
    for place, subject in enumerate(subjects):
        handle = None if place in done else key(subject)
        if handle is not None and places.setdefault(handle, place) != place:
            shared.add(handle)
    return {handle: place for handle, place in places.items() if handle not in shared}


def _by_id(subject: AnySubject) -> Hashable:
    return type(subject), subject.id


def _by_email(subject: AnySubject) -> str | None:
    if isinstance(subject, Person) and isinstance(subject.email, str) and subject.email:
        return subject.email.casefold()
    return None


def _by_username(subject: AnySubject) -> str | None:
    if isinstance(subject, Person) and isinstance(subject.username, str) and subject.username:
        return subject.username
    return None


def _handles(subjects: list[AnySubject]) -> dict[tuple[str, str | None], set[int]]:
    """Return the places of subjects by every way in which an attestation may name them."""
    places: defaultdict[tuple[str, str | None], set[int]] = defaultdict(set)
    for place, subject in enumerate(subjects):
        kind = type(subject).__name__
        for name in (subject.id, _by_email(subject), _by_username(subject)):
            if name is not None:
                places[kind, name.casefold()].add(place)
        places[kind, None].add(place)
    return places


def _handle(attestation: Attestation) -> str | None:
    return None if attestation.id is None else attestation.id.casefold()


def _not_one(attestation: Attestation, found: int) -> Problem:
    if found:
        detail = Text.of(
            "Attestation {number} speaks of {subject}, which is {count} subjects.",
            number=attestation.number,
            subject=attestation.subject,
            count=found,
        )
    else:
        detail = Text.of(
            "Attestation {number} speaks of {subject}, which was not seen.",
            number=attestation.number,
            subject=attestation.subject,
        )
    return Problem(
        where="attestations",
        reason=Reason.NOT_FOUND,
        detail=detail,
        remedy=Text.of(
            "Name one subject by its id, or a person by mail address or user name; remove the "
            "attestation if it is gone."
        ),
    )


def _label(subject: AnySubject) -> str:
    if isinstance(subject, Account):
        return Account.__name__
    email = getattr(subject, "email", None)
    return f"{type(subject).__name__} {printable(email if isinstance(email, str) else subject.id)}"


# What is so


def _unite(mine: AnySubject, theirs: AnySubject, contradictions: list[str]) -> AnySubject:
    """Return one subject of two that are the same."""
    if theirs.origin.directness > mine.origin.directness:
        mine, theirs = theirs, mine
    facts = _facts(type(mine))
    united = _hear(mine, {fact: _testimony(theirs, fact) for fact in facts}, contradictions)
    completed = {
        field: getattr(theirs, field)
        for field, default in _attributes(type(mine)).items()
        if getattr(mine, field) == default
    }
    if not mine.name:
        completed["name"] = theirs.name
    return msgspec.structs.replace(united, **completed)


def _hear(
    subject: AnySubject, testimonies: Mapping[str, _Testimony], contradictions: list[str]
) -> AnySubject:
    """Return `subject` after hearing other witnesses of its facts."""
    facts: dict[str, Any] = {}
    witnesses = dict(subject.witnesses)
    for fact, other in testimonies.items():
        if other.value is NOT_COLLECTED:
            continue
        own = _testimony(subject, fact)
        kept, doubted = _weigh(fact, own, other)
        if doubted is not None:
            contradictions.append(_contradiction(subject, fact, kept, doubted))
        if kept is own:
            continue
        facts[fact] = kept.value
        witnesses.pop(fact, None)
        if kept.witness != _PLAIN[subject.origin] and not isinstance(kept.value, Unknown):
            witnesses[fact] = kept.witness
    return msgspec.structs.replace(subject, **facts, witnesses=witnesses) if facts else subject


def _weigh(
    fact: str, first: _Testimony, second: _Testimony
) -> tuple[_Testimony, _Testimony | None]:
    """Return the testimony to keep, and the other one if it contradicts."""
    if second.witness.origin.directness > first.witness.origin.directness:
        first, second = second, first
    if isinstance(first.value, Unknown) and isinstance(second.value, Unknown):
        return (second if first.value.reason is Reason.NOT_COLLECTED else first), None
    if isinstance(first.value, Unknown):
        answerable = second.witness.origin is Origin.ATTESTED and first.value.reason in _FAILURES
        return (first if answerable else second), None
    if isinstance(second.value, Unknown):
        return first, None
    if not agree(fact, first.value, second.value):
        return first, second
    if first.value is Mfa.SOME and second.value is not Mfa.SOME:
        return second, None
    return (second if _holds_longer(second.witness, first.witness) else first), None


def _holds_longer(one: Witness, other: Witness) -> bool:
    """Return whether `one` is as direct and lapses later."""
    return (
        one.origin is other.origin
        and other.until is not None
        and (one.until is None or one.until > other.until)
    )


def agree(fact: str, direct: Any, indirect: Any) -> bool:
    """Return whether two known values can both be true, the second seen earlier or less well."""
    if direct == indirect:
        return True
    if fact in _MOVING_ON and direct is not None:
        return indirect is None or bool(indirect - direct < SAME_MOMENT)
    if isinstance(direct, Mfa) and isinstance(indirect, Mfa):
        return Mfa.SOME in (direct, indirect) and Mfa.NONE not in (direct, indirect)
    if isinstance(direct, datetime) and isinstance(indirect, datetime):
        return abs(direct - indirect) < SAME_MOMENT
    return bool(_comparable(direct) == _comparable(indirect))


def _comparable(value: Any) -> Any:
    """Return `value` without differences of case and order."""
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, tuple):
        return sorted(str(_comparable(item)) for item in value)
    return value


def _contradiction(subject: AnySubject, fact: str, kept: _Testimony, other: _Testimony) -> str:
    return (
        f"{_label(subject)} {fact}: {kept.witness.origin}={spell(kept.value)}, "
        f"{other.witness.origin}={spell(other.value)}"
    )


def _testimony(subject: AnySubject, fact: str) -> _Testimony:
    witness = subject.witnesses.get(fact) or _PLAIN[subject.origin]
    return _Testimony(getattr(subject, fact), witness)


@functools.cache
def _facts(kind: type[Subject]) -> tuple[str, ...]:
    return tuple(fact_types(kind))


@functools.cache
def _attributes(kind: type[Subject]) -> dict[str, Any]:
    """Return the fields of a subject type that have no unknown, each with what it is if not set."""
    return {
        field.name: field.default_factory()
        if field.default_factory is not msgspec.NODEFAULT
        else field.default
        for field in msgspec.structs.fields(kind)
        if field.name not in _COMMON | fact_types(kind).keys()
    }


# What follows


_NO_DOMAINS = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("The configuration names no mail domains of the organisation."),
    Text.of("List them as `domains` of the `organisation` in the configuration."),
)
_NOT_ONE = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("Several people have the name by which its owner is called."),
    Text.of("Name the owner by mail address in the list of keys, or attest it."),
)
_NOBODY = Unknown(
    Reason.NOT_COLLECTED,
    Text.of("No person was listed, though somebody must be able to sign in."),
    Text.of("Let the platform list its users, or give an export of them under `people`."),
)


def _domain(name: str) -> str:
    return name.strip().casefold().strip(".@")


def _place(person: Person, domains: tuple[str, ...]) -> Person:
    """Return `person` with whether the mail address is of one of `domains` or below it."""
    if not isinstance(person.in_organisation, Unknown):
        return person
    if isinstance(person.email, Unknown):
        return msgspec.structs.replace(person, in_organisation=person.email)
    if not domains:
        return msgspec.structs.replace(person, in_organisation=_NO_DOMAINS)
    domain = _domain(person.email.rpartition("@")[2])
    inside = any(domain == own or domain.endswith(f".{own}") for own in domains)
    witness = person.witnesses.get("email")
    if witness is None:
        return msgspec.structs.replace(person, in_organisation=inside)
    witnesses = {**person.witnesses, "in_organisation": witness}
    return msgspec.structs.replace(person, in_organisation=inside, witnesses=witnesses)


def _enforced(subjects: Iterable[AnySubject]) -> Witness | None:
    """Return who says that nobody signs in without a second factor, if anybody does."""
    for subject in subjects:
        if isinstance(subject, Account) and subject.mfa_enforced is True:
            return _testimony(subject, "mfa_enforced").witness
    return None


def _unprotected(subjects: Iterable[AnySubject], enforced: Witness) -> list[str]:
    """Return who can sign in without a second factor, though it is said that nobody can."""
    return [
        f"{_label(each)} mfa: {_testimony(each, 'mfa').witness.origin.value}=none, "
        f"{enforced.origin.value}=enforced"
        for each in subjects
        if isinstance(each, Person) and each.mfa is Mfa.NONE and each.can_sign_in is True
    ]


def _void(subject: AnySubject, claimed: Witness, against: list[str]) -> AnySubject:
    """Return an account without the statement that everybody has a second factor."""
    if not isinstance(subject, Account):
        return subject
    gap = Unknown(
        Reason.NOT_EXPOSED,
        Text.of(
            "The statement by {by} counts for nothing: {facts}.",
            by=claimed.by or "-",
            facts=tuple(against),
        ),
        Text.of("Protect these people, or correct the statement with `mamori attest`."),
    )
    # Its witness stays, so that a statement that has lapsed is still said to have lapsed.
    return msgspec.structs.replace(subject, mfa_enforced=gap)


def _protect(person: Person, enforced: Witness | None) -> Person:
    """Return `person` with some second factor, where everybody has one and theirs is not known.

    Programs are left out: what holds for signing in does not hold for them, nor for what may be
    one.
    """
    if enforced is None or not isinstance(person.mfa, Unknown) or person.machine is not False:
        return person
    return msgspec.structs.replace(
        person, mfa=Mfa.SOME, witnesses={**person.witnesses, "mfa": enforced}
    )


class _People:
    """Counts people one by one, and remembers on whose word."""

    def __init__(self) -> None:
        self._seen = 0
        self._total = 0
        self._administrators: list[str] = []
        self._sign_in_gap: Unknown | None = None
        self._gap: Unknown | None = None
        self._undecided = 0
        self._sign_in_witness: Witness | None = None
        self._witness: Witness | None = None

    def count(self, person: Person) -> None:
        """Take one person into account."""
        self._seen += 1
        sign_in = _testimony(person, "can_sign_in")
        right = _testimony(person, "administrator")
        self._sign_in_witness = _weaker(self._sign_in_witness, sign_in.witness)
        self._witness = _weaker(_weaker(self._witness, sign_in.witness), right.witness)
        if isinstance(sign_in.value, Unknown):
            self._sign_in_gap = self._sign_in_gap or sign_in.value
        elif sign_in.value:
            self._total += 1
        if sign_in.value is False or right.value is False:
            return
        gap = next((each for each in (right.value, sign_in.value) if each is not True), None)
        if gap is None:
            self._administrators.append(_name(person))
        else:
            self._gap = self._gap or gap
            self._undecided += 1

    def conclusions(self, missing: Unknown | None) -> dict[str, _Testimony]:
        """Return the facts of the account, where `missing` tells why the list is incomplete."""
        gap = missing or (None if self._seen else _NOBODY)
        return {
            "people_total": self._conclusion(
                gap or self._sign_in_gap, self._total, self._sign_in_witness
            ),
            "administrators": self._conclusion(
                gap or self._undecided_gap(), tuple(sorted(self._administrators)), self._witness
            ),
        }

    def _undecided_gap(self) -> Unknown | None:
        if self._gap is None:
            return None
        return Unknown(
            self._gap.reason,
            Text.of(
                "Of {count} people it is not known whether they can sign in and change everything.",
                count=self._undecided,
            ),
            self._gap.remedy,
        )

    @staticmethod
    def _conclusion(gap: Unknown | None, value: Any, witness: Witness | None) -> _Testimony:
        return _Testimony(value if gap is None else gap, witness or _PLAIN[Origin.API])


class _Owners:
    """Tells of keys that the platform lists whether their owners still have an account."""

    def __init__(self, missing: Unknown | None) -> None:
        self._missing = missing
        self._people: list[Person] = []

    def count(self, person: Person) -> None:
        """Remember one person."""
        self._people.append(person)

    def judge(self, subject: AnySubject) -> AnySubject:
        """Return `subject` with the account of its owner, if it is a key that was listed."""
        if not isinstance(subject, Credential) or subject.held:
            return subject
        if not isinstance(subject.owner_active, Unknown):
            return subject
        return msgspec.structs.replace(subject, owner_active=self._of(subject.owner))

    def _of(self, owner: Fact[str]) -> Fact[bool]:
        if isinstance(owner, Unknown):
            return owner
        active = self._by_handle.get(fold(owner))
        if active is not None:
            return active
        called = self._by_name.get(fold(owner), ())
        if len(called) > 1:
            return _NOT_ONE
        return called[0] if called else self._missing or (False if self._people else _NOBODY)

    # Made when a key asks first: there are many people, and few platforms tell whose a key is.
    @functools.cached_property
    def _by_handle(self) -> dict[str, Fact[bool]]:
        return {
            fold(name): _has_account(person)
            for person in self._people
            for name in (person.id, person.email, person.username)
            if isinstance(name, str) and name
        }

    @functools.cached_property
    def _by_name(self) -> dict[str, list[Fact[bool]]]:
        found: dict[str, list[Fact[bool]]] = {}
        for person in self._people:
            found.setdefault(fold(person.name), []).append(_has_account(person))
        return found


def _has_account(person: Person) -> Fact[bool]:
    return False if person.employed is False else person.can_sign_in


def _weaker(one: Witness | None, other: Witness) -> Witness:
    """Return the less direct of two witnesses, lapsing with whichever lapses first."""
    if one is None or one is other:
        return other
    weaker = other if other.origin.directness < one.origin.directness else one
    untils = [until for until in (one.until, other.until) if until is not None]
    if not untils or weaker.until == min(untils):
        return weaker
    return msgspec.structs.replace(weaker, until=min(untils))


def _name(person: Person) -> str:
    if person.name:
        return person.name
    return person.email if isinstance(person.email, str) else person.id


def _conclude(
    account: Account, facts: Mapping[str, _Testimony], contradictions: Iterable[str]
) -> AnySubject:
    found = list(contradictions)
    concluded = _hear(account, facts, found)
    before = () if isinstance(account.contradictions, Unknown) else account.contradictions
    return msgspec.structs.replace(
        concluded, contradictions=tuple(dict.fromkeys((*before, *found)))
    )
