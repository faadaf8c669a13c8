"""What time alone changed from one scan to a later one: what expired while nobody touched it.

Checks that ask for the time judge dates, and can be replayed at another one. Some facts however are
stated as of the day of the scan, because the probe alone can tell: whether a chain was within its
dates, whether a staple was fresh, how far back a log goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from scanner.model import (
    Account,
    Deployment,
    Endpoint,
    MailServer,
    Person,
    Reason,
    SendingDomain,
    Site,
    Subject,
    Text,
    Unknown,
)

_SAME_CERTIFICATE = (
    "certificate_subject",
    "certificate_issuer",
    "certificate_names",
    "certificate_not_before",
    "certificate_not_after",
    "certificate_key",
    "certificate_key_bits",
)
_TRUST = ("certificate_trusted", "trust_failure", "chain_complete", "public_root")


class Span(msgspec.Struct, frozen=True):
    """Two scans of one target, and the time between them."""

    earlier: Deployment
    later: Deployment
    begins: datetime
    ends: datetime

    def aged(self) -> Deployment:
        """Return what the later scan would have seen, had nobody touched what the earlier saw."""
        return _with(self.earlier, self.later, self.turned())

    def restored(self) -> Deployment:
        """Return what the earlier scan would have seen of what the later one saw."""
        return _with(self.later, self.earlier, self.turned())

    def turned(self) -> dict[Key, frozenset[str]]:
        """Return the facts that time alone changed, by subject."""
        there = by_key(self.later)
        found = {}
        for key, one in by_key(self.earlier).items():
            other = there.get(key)
            if other is not None and one != other:
                found[key] = frozenset([*_expired(one, other), *self._of_its_kind(one, other)])
        return {key: names for key, names in found.items() if names}

    def passed(self, moment: object) -> bool:
        """Tell whether `moment` lies between the scans."""
        return isinstance(moment, datetime) and self.begins <= moment <= self.ends

    def _of_its_kind(self, one: Subject, other: Subject) -> Iterator[str]:
        judge = _TURNING.get(type(one))
        return iter(()) if judge is None else judge(one, other, self)


Key = tuple[type[Subject], str]


def by_key(deployment: Deployment) -> dict[Key, Any]:
    """Return the subjects by what they are the same by in another scan."""
    return {(type(each), each.id): each for each in deployment.subjects}


def facts_of(kind: type[Subject]) -> tuple[str, ...]:
    """Return the names of the fields of a subject that can be facts."""
    return tuple(name for name in kind.__struct_fields__ if name not in Subject.__struct_fields__)


def _with(
    deployment: Deployment, source: Deployment, turned: Mapping[Key, frozenset[str]]
) -> Deployment:
    """Return `deployment` with the facts that `turned` as `source` has them."""
    if not turned:
        return deployment
    there = by_key(source)
    subjects = []
    for each in deployment.subjects:
        key = (type(each), each.id)
        changed: dict[str, Any] = {name: getattr(there[key], name) for name in turned.get(key, ())}
        subjects.append(msgspec.structs.replace(each, **changed) if changed else each)
    return msgspec.structs.replace(deployment, subjects=tuple(subjects))


def _expired(one: Subject, other: Subject) -> Iterator[str]:
    """Yield what was known and is said to be too old by now, such as an export of people."""
    for name in facts_of(type(one)):
        then, now = getattr(one, name), getattr(other, name)
        if type(now) is Unknown and now.reason is Reason.EXPIRED and type(then) is not Unknown:
            yield name


def _endpoint(one: Endpoint, other: Endpoint, span: Span) -> Iterator[str]:
    del span
    if not _same(one, other, _SAME_CERTIFICATE):
        return
    if one.certificate_trusted is True and other.trust_failure == "expired_issuer":
        yield from _TRUST
    if (one.staple, other.staple) == ("good", "stale"):
        yield "staple"


def _same(one: Subject, other: Subject, names: tuple[str, ...]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _site(one: Site, other: Site, span: Span) -> Iterator[str]:
    then, now = one.security_txt_faults, other.security_txt_faults
    if isinstance(then, Unknown) or isinstance(now, Unknown):
        return
    if then != now and then == tuple(each for each in now if not _is_expiry(each, span)):
        yield "security_txt_faults"


def _is_expiry(fault: Text, span: Span) -> bool:
    """Tell whether a fault is that a date between the scans has passed."""
    given = fault.values.get("date")
    if isinstance(given, str):  # as a snapshot has it
        try:
            given = datetime.fromisoformat(given)
        except ValueError:
            return False
    return isinstance(given, datetime) and given.tzinfo is not None and span.passed(given)


def _sending_domain(one: SendingDomain, other: SendingDomain, span: Span) -> Iterator[str]:
    then, now = one.mail_servers, other.mail_servers
    if isinstance(then, Unknown) or isinstance(now, Unknown) or len(then) != len(now):
        return
    pairs = zip(then, now, strict=True)
    if then != now and all(a == b or _has_expired(a, b, span) for a, b in pairs):
        yield "mail_servers"


def _has_expired(one: MailServer, other: MailServer, span: Span) -> bool:
    return (
        span.passed(other.certificate_ends)
        and msgspec.structs.replace(one, certificate_good=other.certificate_good) == other
    )


def _person(one: Person, other: Person, span: Span) -> Iterator[str]:
    """The log goes back as far as ever, which is to a later day."""
    del span
    then, now = one.idle_since, other.idle_since
    if isinstance(then, datetime) and isinstance(now, datetime) and then < now:
        yield "idle_since"


def _account(one: Account, other: Account, span: Span) -> Iterator[str]:
    then, now = one.contradictions, other.contradictions
    if isinstance(then, Unknown) or isinstance(now, Unknown) or then == now:
        return
    there = by_key(span.later)
    expired = {
        each.host
        for each in span.earlier.subjects
        if isinstance(each, Endpoint)
        and span.passed(each.certificate_not_after)
        and (twin := there.get((Endpoint, each.id))) is not None
        and _same(each, twin, _SAME_CERTIFICATE)
    }
    theirs = tuple(f"Site {host} certificate: probe=expired, " for host in sorted(expired))
    if expired and then == tuple(each for each in now if not each.startswith(theirs)):
        yield "contradictions"


_TURNING: Mapping[type[Subject], Callable[[Any, Any, Span], Iterator[str]]] = {
    Account: _account,
    Endpoint: _endpoint,
    Person: _person,
    SendingDomain: _sending_domain,
    Site: _site,
}
