"""Logs of sign-ins and changes, as CSV → the state that they led to.

The rows are replayed (`scanner/collect/events.py`): the newest event of a pair gives the state and
since when it holds; of what the log does not mention, nothing is known before its first day. A row
that cannot be read, or speaks of something in words that are not understood, may be the newest word
on it: what it might have changed is then unknown, never off and never on.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec

from scanner.collect.events import EventLog, Latest, State, Switch, Trace
from scanner.collect.merge import agree
from scanner.collect.statements import cells
from scanner.collect.statements.actions import TOPICS, Topic, understand
from scanner.collect.statements.export import (
    MAX_AGE,
    Field,
    Rows,
    Shape,
    UnusableError,
    mend,
    open_export,
    problem,
)
from scanner.collect.statements.networks import AllowList
from scanner.config import Event, LogExport
from scanner.language import printable
from scanner.model import (
    NOT_COLLECTED,
    Account,
    AnySubject,
    Mfa,
    Origin,
    Person,
    Problem,
    Reason,
    Text,
    Unknown,
    Witness,
)

RECENT = timedelta(days=30)
"""Sign-ins from other networks that are older may come from before the list of networks."""
_NEXT = timedelta(days=1)
"""A log that begins no later than this after another one ends goes on where that ended."""
_MOST_ADDRESSES = 100_000
_MOST_WORDS = 10_000
_MOST_NAMED = 10
_SHOWN = 60
_FOR_EVER = datetime.max.replace(tzinfo=UTC)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NOBODY = frozenset({"system", "システム", "batch", "バッチ", "anonymous", "guest"})
_ANYBODY = ""


def address(cell: str, _now: datetime) -> str:
    """Return the first IP address in `cell`; proxies write several.

    Raises:
        cells.UnreadableError: it begins with none.
    """
    given = re.split(r"[\s,;]", cells.fold(cell))[0]
    port = re.fullmatch(r"\[(.+)\]:\d+|([\d.]+):\d+", given)
    try:
        return str(ipaddress.ip_address((port[1] or port[2]) if port else given))
    except ValueError:
        raise cells.UnreadableError("write an IP address") from None


_SHAPE = Shape(
    key="logs",
    fields={
        "when": Field(
            "when",
            cells.moment,
            (
                *("timestamp", "datetime", "date time", "date/time", "event time", "time", "date"),
                *("occurred at", "created at", "login time", "日時", "操作日時", "実行日時"),
                *("発生日時", "ログイン日時", "アクセス日時", "タイムスタンプ", "日付", "時刻"),
            ),
        ),
        "who": Field(
            "who",
            cells.text,
            (
                *("email", "user email", "mail", "メールアドレス", "login id", "ログインID"),
                *("username", "user name", "user id", "ユーザーID", "ユーザID", "アカウントID"),
                *("user", "actor", "account", "performed by", "operator", "ユーザー", "ユーザ"),
                *(
                    "アカウント",
                    "操作者",
                    "実行者",
                    "ユーザー名",
                    "ユーザ名",
                    "担当者",
                    "担当者名",
                    "氏名",
                ),
            ),
        ),
        "what": Field(
            "what",
            cells.text,
            (
                *("event", "event type", "event name", "action", "activity", "operation", "type"),
                *(
                    "操作",
                    "操作内容",
                    "操作種別",
                    "アクション",
                    "イベント",
                    "イベント名",
                    "処理",
                    "内容",
                ),
                "種別",
            ),
        ),
        "about": Field(
            "about",
            cells.text,
            (
                *("target user", "affected user", "target", "対象ユーザー", "対象ユーザ", "対象者"),
                *("対象アカウント", "対象"),
            ),
        ),
        "result": Field(
            "result",
            cells.answer(
                yes="success|succeeded|successful|ok|成功|正常|完了|許可|allow|allowed|granted|200",
                no="failure|failed|fail|error|ng|失敗|異常|エラー|拒否|deny|denied|blocked|認証失敗"
                "|パスワード誤り|401|403",
            ),
            ("result", "outcome", "success", "status", "結果", "成否", "ログイン結果", "処理結果"),
        ),
        "address": Field(
            "address",
            address,
            (
                *("ip address", "ip", "source ip", "client ip", "remote address", "IPアドレス"),
                *("接続元IPアドレス", "接続元IP", "アクセス元IP", "アクセス元IPアドレス"),
            ),
        ),
    },
    needed=(
        (
            ("when",),
            Text(
                "No column tells when something happened: map `when` to one of the columns of the "
                "file, which are: {header}."
            ),
        ),
        (
            ("who",),
            Text(
                "No column tells who did something: map `who` to one of the columns of the file, "
                "which are: {header}."
            ),
        ),
    ),
)

_SIGN_IN = Latest(of=(Event.SIGN_IN,))
_OF_PEOPLE: Mapping[str, tuple[Trace, Topic]] = {
    "last_sign_in": (_SIGN_IN, Topic.SIGN_IN),
    "mfa": (
        Switch(on=(Event.MFA_ON,), off=(Event.MFA_OFF,), on_value=Mfa.SOME, off_value=Mfa.NONE),
        Topic.MFA,
    ),
    "administrator": (
        Switch(on=(Event.ADMINISTRATOR,), off=(Event.NO_ADMINISTRATOR,)),
        Topic.ROLE,
    ),
    "can_sign_in": (Switch(on=(Event.USER_ENABLED,), off=(Event.USER_DISABLED,)), Topic.USER),
    "created": (Latest(of=(Event.USER_ADDED,)), Topic.USER),
    "password_changed": (Latest(of=(Event.PASSWORD_CHANGED,)), Topic.PASSWORD),
}
_OF_ACCOUNT: Mapping[str, tuple[Trace, Topic]] = {
    "mfa_enforced": (
        Switch(on=(Event.MFA_REQUIRED,), off=(Event.MFA_OPTIONAL,)),
        Topic.TENANT_MFA,
    ),
    "sso_enforced": (
        Switch(on=(Event.SSO_REQUIRED,), off=(Event.SSO_OPTIONAL,)),
        Topic.TENANT_SSO,
    ),
    "ip_allow_list": (
        Switch(on=(Event.NETWORKS_LIMITED,), off=(Event.NETWORKS_OPEN,)),
        Topic.TENANT_NETWORKS,
    ),
}
_TENANT = frozenset(topic for _, topic in _OF_ACCOUNT.values())
# What people do to their own account, where no column says whose it was.
_OWN = frozenset({Topic.SIGN_IN, Topic.MFA, Topic.PASSWORD})

_TORN = Text.of("Rows of a log could not be read, and one of them may say otherwise.")
_MEND = mend(_SHAPE)


_NO_ACTION = Text.of("No column tells what happened.")
_SAY_ACTION = Text.of(
    "Map `what` to a column of the file, or say `sign_ins: true` if every row is a sign-in."
)
_ONLY_SIGN_INS = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("The logs hold sign-ins, and no change of anything."),
    Text.of("Give the log of changes under `logs` as well, or attest `audit_log`."),
)


class Supplied(msgspec.Struct, frozen=True, kw_only=True):
    """What the logs say of the subjects of one target."""

    subjects: list[AnySubject]
    """Those that were known, without what was written of them before the log says otherwise."""
    said: list[AnySubject]
    """What the log says of them, and of those who are in the log alone."""
    contradictions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class Log:
    """What the logs of one target hold, of which only the newest of each kind is kept."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._newest: dict[tuple[str, Event], datetime] = {}
        self._doubts: dict[tuple[str, Topic], tuple[datetime, Text]] = {}
        """What was not understood, by whom it concerns and what it may have changed."""
        self._spelt: dict[str, str] = {}
        self._spans: list[tuple[datetime, datetime]] = []
        """The times of which all sign-ins are there."""
        self._addresses: dict[str, datetime] = {}
        self._first: datetime | None = None

    def read(self, export: LogExport, path: Path, *, now: datetime) -> None:
        """Take in the file `path`, read as `export` describes it.

        Raises nothing for what the file may hold: what cannot be read is a problem that names the
        line.
        """
        try:
            rows = open_export(export, path, _SHAPE, now, ages=False)
            self._read(export, path, rows, now)
        except UnusableError as error:
            self.problems.append(problem(path, _SHAPE, error))
            self._doubt(Topic, _FOR_EVER, _TORN)

    def _read(self, export: LogExport, path: Path, rows: Rows, now: datetime) -> None:
        if "what" not in rows.columns and not export.sign_ins:
            raise UnusableError(Reason.NOT_CONFIGURED, _NO_ACTION, _SAY_ACTION)
        words = _Words(export)
        oldest, newest, sign_ins = _FOR_EVER, _LONG_AGO, False
        for line, facts in rows:
            at = facts["when"]
            if isinstance(at, Unknown):
                rows.lose(
                    Text.of("Line {line}: the row does not tell when it happened.", line=line)
                )
                continue
            oldest, newest = min(oldest, at), max(newest, at)
            event, topics = words.told(facts)
            sign_ins |= event is Event.SIGN_IN
            self._take(at, event, topics, facts)
        self.problems.extend(rows.problems(path))
        self.problems.extend(words.problems(path))
        if newest is _LONG_AGO:
            raise UnusableError(Reason.MALFORMED, Text.of("No row of the log could be read."))
        if now - newest > MAX_AGE:
            raise UnusableError(
                Reason.EXPIRED,
                Text.of(
                    "The newest row of the log, of {day}, is older than {days} days.",
                    day=newest,
                    days=MAX_AGE.days,
                ),
                Text.of("Export it again."),
            )
        if not rows.complete:
            self._doubt(Topic, _FOR_EVER, _TORN)
        start = oldest if export.since is None else min(oldest, _midnight(export.since))
        end = newest if export.exported is None else max(newest, _midnight(export.exported))
        self._first = start if self._first is None else min(start, self._first)
        if sign_ins and rows.complete:
            self._spans.append((start, min(end, now)))

    def _take(
        self, at: datetime, event: Event, topics: frozenset[Topic], facts: Mapping[str, Any]
    ) -> None:
        who, about = _name(facts.get("who")), _name(facts.get("about"))
        told = "about" in facts
        topic = TOPICS.get(event)
        whose = _ANYBODY
        if topic is not None and topic not in _TENANT:
            whose = who if topic is Topic.SIGN_IN else about or (who if topic in _OWN else "")
            # Without a column for it, what an administrator switched off for somebody else stands
            # under the administrator's own name.
            if not whose or _damaged(facts) or (event is Event.MFA_OFF and not told):
                topics, event = frozenset((topic,)), Event.OTHER
        for each in topics:
            own = who if each is Topic.SIGN_IN or (told and each in _OWN) else _ANYBODY
            concerned = _ANYBODY if _damaged(facts) else about or own
            self._doubt((each,), at, _unclear(facts, at), concerned)
        self._happened(event, at, whose)
        found = facts.get("address")
        if event is Event.SIGN_IN and isinstance(found, str):
            self._came_from(found, at)

    def _came_from(self, place: str, at: datetime) -> None:
        if place in self._addresses or len(self._addresses) < _MOST_ADDRESSES:
            self._addresses[place] = max(at, self._addresses.get(place, at))

    def _happened(self, event: Event, at: datetime, whose: str) -> None:
        key = _handle(whose), event
        self._spelt.setdefault(key[0], whose)
        self._newest[key] = max(at, self._newest.get(key, at))

    def _doubt(
        self, topics: Iterable[Topic], at: datetime, why: Text, whose: str = _ANYBODY
    ) -> None:
        for topic in topics:
            key = _handle(whose), topic
            if key not in self._doubts or at > self._doubts[key][0]:
                self._doubts[key] = at, why

    def testify(
        self,
        target: str,
        subjects: Collection[AnySubject],
        *,
        now: datetime,
        listed: datetime | None,
        everybody: bool,
        allowed: AllowList | None,
    ) -> Supplied:
        """Return what the logs say of `target` and its `subjects`.

        The imported facts of these were written when they were `listed`; `everybody` tells that
        nobody is missing among them. `allowed` are the networks that people should come from.
        """
        contradictions: list[str] = []
        said: list[AnySubject] = [self._account(target, allowed, contradictions)]
        if self._first is None:
            return Supplied(
                subjects=list(subjects), said=said, contradictions=tuple(contradictions)
            )
        people = [each for each in subjects if isinstance(each, Person)]
        names = _Names(people)
        strangers = [] if everybody else self._strangers(names, listed)
        replay = _Replay(self._first, self._newest, self._doubts, names)
        quiet = self._covered(now)
        unmatched = [
            handle
            for handle, event in self._newest
            if event is Event.SIGN_IN and handle not in names.known
        ]
        # Whom the log calls by a name that nobody has, may be anybody; by an address, nobody else.
        others = all("@" in handle for handle in unmatched)
        kept: dict[str, AnySubject] = {}
        for person in (*people, *strangers):
            told_apart = not unmatched or (others and isinstance(person.email, str))
            word = replay.person(person, quiet if told_apart else None)
            kept[person.id] = _without_outdated(person, word, listed)
            said.append(word)
        return Supplied(
            subjects=[
                *(kept[each.id] if isinstance(each, Person) else each for each in subjects),
                *strangers,
            ],
            said=said,
            contradictions=tuple(contradictions),
            problems=_unlisted(strangers) if listed is not None else (),
        )

    def _account(
        self, target: str, allowed: AllowList | None, contradictions: list[str]
    ) -> Account:
        facts: dict[str, Any] = {}
        witnesses: dict[str, Witness] = {}
        if allowed is not None:
            # A log that was lost might have told of somebody from elsewhere.
            lost = self._doubts.get((_ANYBODY, Topic.TENANT_NETWORKS), (_LONG_AGO,))[0]
            sure = allowed.limited is not True or lost is not _FOR_EVER
            facts["ip_allow_list"] = (
                allowed.limited if sure else Unknown(Reason.MALFORMED, _TORN, _MEND)
            )
        if self._first is not None:
            kinds = {event for _, event in self._newest}
            if Event.SIGN_IN in kinds:
                changes = kinds - {Event.SIGN_IN, Event.SIGN_IN_FAILED}
                facts["audit_log"] = True if changes else _ONLY_SIGN_INS
            if Event.SIGN_IN_FAILED in kinds:
                facts["failed_sign_ins_logged"] = True
            replay = _Replay(self._first, self._newest, self._doubts, _Names(()))
            for fact, (trace, topic) in _OF_ACCOUNT.items():
                state = replay.state(trace, topic, _ANYBODY)
                if state.since is not None:
                    facts[fact] = state.value
                    witnesses[fact] = Witness(origin=Origin.IMPORT, since=state.since)
        outside = self._elsewhere(allowed) if allowed is not None else ()
        if outside:
            facts["ip_allow_list"] = False
            witnesses.pop("ip_allow_list", None)
            contradictions.append(
                f"Account ip_allow_list: {Origin.IMPORT}={', '.join(outside[:_MOST_NAMED])}, "
                f"{Origin.IMPORT}=true"
            )
        return Account(id=target, origin=Origin.IMPORT, witnesses=witnesses, **facts)

    def _elsewhere(self, allowed: AllowList) -> tuple[str, ...]:
        """Return the addresses outside the networks from which somebody signed in lately."""
        if allowed.limited is not True or not self._addresses:
            return ()
        recent = max(self._addresses.values()) - RECENT
        lately = (each for each, at in self._addresses.items() if at >= recent)
        return tuple(sorted(each for each in lately if allowed.keeps_out(each)))

    def _strangers(self, names: _Names, since: datetime | None) -> list[Person]:
        """Return those who signed in, `since` then where it is given, and are not known."""
        found = []
        for (handle, event), at in self._newest.items():
            if event is not Event.SIGN_IN or not handle or handle in names.known:
                continue
            if since is None or at > since:
                found.append(_stranger(self._spelt[handle]))
                names.known[handle] = found[-1].id
        return found

    def _covered(self, now: datetime) -> datetime | None:
        """Return since when nobody can have signed in unseen, were the logs to end now.

        They end earlier, and what they tell of so many days is told of as many fewer.
        """
        start: datetime | None = None
        end = _LONG_AGO
        for first, last in sorted(self._spans, key=lambda span: span[1], reverse=True):
            if start is None:
                start, end = first, last
            elif last + _NEXT >= start:
                start = min(start, first)
        return None if start is None else start + (now - end)


class _Words:
    """Reads what the rows of one file say happened."""

    def __init__(self, export: LogExport) -> None:
        self._own = {cells.fold(words): event for words, event in export.events.items()}
        self._all_sign_ins = export.sign_ins
        self._known: dict[str, tuple[Event, frozenset[Topic]]] = {}
        self._unclear: dict[str, None] = {}

    def told(self, facts: Mapping[str, Any]) -> tuple[Event, frozenset[Topic]]:
        """Return what happened, and what may have changed besides."""
        words, result = facts.get("what"), facts.get("result")
        if self._all_sign_ins and not isinstance(words, str):
            event, topics = Event.SIGN_IN, frozenset[Topic]()
        elif isinstance(words, str):
            event, topics = self._understood(words)
        else:
            return Event.OTHER, frozenset(Topic)
        if isinstance(result, Unknown) and result.reason is Reason.MALFORMED:
            topic = TOPICS.get(event)
            return Event.OTHER, topics if topic is None else frozenset((topic,))
        if result is False:
            failed = event is Event.SIGN_IN
            return (Event.SIGN_IN_FAILED if failed else Event.OTHER), frozenset()
        return event, topics

    def _understood(self, words: str) -> tuple[Event, frozenset[Topic]]:
        found = self._known.get(words)
        if found is None:
            found = understand(words, self._own)
            if len(self._known) < _MOST_WORDS:
                self._known[words] = found
            if found[1] and len(self._unclear) < _MOST_NAMED:
                self._unclear[printable(words.strip(), _SHOWN)] = None
        return found

    def problems(self, path: Path) -> Iterator[Problem]:
        """Yield what was not understood."""
        if self._unclear:
            yield problem(
                path,
                _SHAPE,
                UnusableError(
                    Reason.MALFORMED,
                    Text.of(
                        "What the log says in these words is not understood: {words}.",
                        words=list(self._unclear),
                    ),
                    Text.of("Say under `events` of the log what they mean; `other` is nothing."),
                ),
            )


class _Names:
    """Who is meant by what a log calls somebody; what could be two people is nobody."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.known: dict[str, str] = {}
        """Ids by handle."""
        for way in (_by_id, _by_email, _by_username, _by_name):
            found: dict[str, str] = {}
            shared: set[str] = set()
            for person in people:
                handle = way(person)
                if handle and found.setdefault(handle, person.id) != person.id:
                    shared.add(handle)
            for handle, id in found.items():
                if handle not in shared:
                    self.known.setdefault(handle, id)


class _Replay:
    """The events of a log, with everybody called by their id."""

    def __init__(
        self,
        start: datetime,
        newest: Mapping[tuple[str, Event], datetime],
        doubts: Mapping[tuple[str, Topic], tuple[datetime, Text]],
        names: _Names,
    ) -> None:
        self._log = EventLog(start)
        self._start = start
        for (handle, event), at in newest.items():
            self._log.add(event, at, names.known.get(handle, handle))
        self._topics = {TOPICS.get(event) for _, event in newest}
        self._doubts: dict[tuple[str, Topic], tuple[datetime, Text]] = {}
        for (handle, topic), doubt in doubts.items():
            key = names.known.get(handle, handle), topic
            self._doubts[key] = max(doubt, self._doubts.get(key, doubt), key=lambda each: each[0])

    def state(self, trace: Trace, topic: Topic, whose: str) -> State:
        """Return what is so, unless something that was not understood came later."""
        state = self._log.state(trace, whose)
        doubt = self._doubt(topic, whose)
        if state.since is None or doubt is None or doubt[0] < state.since:
            return state
        return State(Unknown(Reason.MALFORMED, doubt[1], _MEND), state.since)

    def _doubt(self, topic: Topic, whose: str) -> tuple[datetime, Text] | None:
        found = [self._doubts.get((each, topic)) for each in {whose, _ANYBODY}]
        clear = (each for each in found if each is not None)
        return max(clear, key=lambda each: each[0], default=None)

    def person(self, person: Person, idle: datetime | None) -> Person:
        """Return what the log says of `person`, whom nobody saw since `idle` if it says nothing."""
        facts: dict[str, Any] = {}
        witnesses: dict[str, Witness] = {}
        for fact, (trace, topic) in _OF_PEOPLE.items():
            state = self.state(trace, topic, person.id)
            if topic in self._topics or state.since is not None:
                facts[fact] = state.value
            if state.since is not None and not isinstance(state.value, Unknown):
                witnesses[fact] = Witness(origin=Origin.IMPORT, since=state.since)
        quiet = "last_sign_in" in facts and "last_sign_in" not in witnesses
        if quiet and idle is not None and self._doubt(Topic.SIGN_IN, person.id) is None:
            created = (person.created, facts.get("created"))
            facts["idle_since"] = max(
                [idle, *(each for each in created if isinstance(each, datetime))]
            )
        return Person(
            id=person.id, name=person.name, origin=Origin.IMPORT, witnesses=witnesses, **facts
        )


def _without_outdated(person: Person, word: Person, listed: datetime | None) -> Person:
    """Return `person` without what was imported of them before the log says otherwise."""
    outdated: dict[str, Any] = {}
    for fact, witness in word.witnesses.items():
        behind = person.witnesses.get(fact)
        origin = person.origin if behind is None else behind.origin
        old = getattr(person, fact)
        if (
            origin is Origin.IMPORT
            and listed is not None
            and witness.since is not None
            and witness.since > listed
            and not isinstance(old, Unknown)
            and not agree(fact, old, getattr(word, fact))
        ):
            outdated[fact] = NOT_COLLECTED
    return msgspec.structs.replace(person, **outdated) if outdated else person


def _unlisted(strangers: Collection[Person]) -> tuple[Problem, ...]:
    if not strangers:
        return ()
    return (
        Problem(
            where="logs",
            reason=Reason.NOT_FOUND,
            detail=Text.of(
                "So many signed in after the list of people was written, and are not on it: "
                "{count} ({names}).",
                count=len(strangers),
                names=[printable(each.name, _SHOWN) for each in list(strangers)[:_MOST_NAMED]],
            ),
            remedy=Text.of("Export the list of people again."),
        ),
    )


def _stranger(spelt: str) -> Person:
    if "@" in spelt:
        return Person(id=spelt.casefold(), name=spelt, email=spelt, origin=Origin.IMPORT)
    return Person(id=f"username:{spelt}", name=spelt, username=spelt, origin=Origin.IMPORT)


def _by_id(person: Person) -> str:
    return _handle(person.id)


def _by_email(person: Person) -> str:
    return _handle(person.email) if isinstance(person.email, str) else ""


def _by_username(person: Person) -> str:
    return _handle(person.username) if isinstance(person.username, str) else ""


def _by_name(person: Person) -> str:
    return _handle(person.name)


def _handle(name: str) -> str:
    return cells.fold(name)


def _name(value: Any) -> str:
    """Return whom a cell names: the mail address in it, where there is one, else all of it."""
    if not isinstance(value, str):
        return ""
    given = value.strip()
    found = _ADDRESS.findall(given)
    name = found[0] if len(found) == 1 else given
    return "" if _handle(name) in _NOBODY else name


_ADDRESS = re.compile(r"[^\s<>()\[\]（）,;:\"']+@[^\s<>()\[\]（）,;:\"']+")


def _damaged(facts: Mapping[str, Any]) -> bool:
    """Return whether it cannot be read whom a row is about."""
    return any(
        isinstance(value, Unknown) and value.reason is not Reason.NOT_EXPOSED
        for value in (facts.get("who"), facts.get("about"))
    )


def _unclear(facts: Mapping[str, Any], at: datetime) -> Text:
    words = facts.get("what")
    if not isinstance(words, str):
        return Text.of("A row of the log of {day} does not tell what happened, or to whom.", day=at)
    return Text.of(
        "The log says {words} on {day}, and not clearly what changed, or for whom.",
        words=printable(words.strip(), _SHOWN),
        day=at,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
