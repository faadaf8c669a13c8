"""What has been gathered of one target so far; complete or not, it can be reported at any time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec

from scanner.collect.http import Unanswered
from scanner.model import (
    NOT_COLLECTED,
    Account,
    AnySubject,
    Deployment,
    Problem,
    Reason,
    Subject,
    Text,
    Unknown,
)

_NOT_REACHED = Unknown(
    Reason.INTERRUPTED, Text.of("The scan ended before this was read."), Text.of("Scan again.")
)

REPORT_IT = Text.of("Please report this, with the version of the platform.")


def broken_by(bug: Exception) -> Unknown:
    """Return what everything is that an error of mamori's own hides."""
    detail = Text.of("mamori could not make sense of the answer ({kind}).", kind=type(bug).__name__)
    return Unknown(Reason.BUG, detail, REPORT_IT)


class Part(msgspec.Struct):
    """One part of a target once it has been read."""

    gap: Unknown | None = None
    """Why it is not complete, where it is not."""


class Gathering:
    """Collects the subjects, gaps and problems of one target.

    Subject types named to it count as incompletely listed until a `section` that lists them ends
    well, so that stopping at any moment leaves the truth behind.
    """

    def __init__(self, target: str, platform: str, expected: Iterable[type[Subject]] = ()) -> None:
        self._target = target
        self._platform = platform
        self._account: dict[str, Any] = {}
        self.subjects: list[AnySubject] = []
        self.problems: list[Problem] = []
        self.populations: dict[str, Unknown] = {kind.__name__: _NOT_REACHED for kind in expected}

    def add(self, *subjects: AnySubject) -> None:
        """Keep subjects."""
        self.subjects.extend(subjects)

    def account(self, **facts: Any) -> None:
        """Keep facts of the account; one that is known is never overwritten by a gap."""
        behind = facts.pop("witnesses", {})
        self._account["witnesses"] = {**self._account.get("witnesses", {}), **behind}
        for name, value in facts.items():
            if not isinstance(value, Unknown) or isinstance(
                self._account.get(name, NOT_COLLECTED), Unknown
            ):
                self._account[name] = value

    def missing(self, where: str, unknown: Unknown, *kinds: type[Subject]) -> None:
        """Record that the part `where`, and with it the list of `kinds`, could not be read."""
        problem = Problem(
            where=where, reason=unknown.reason, detail=unknown.detail, remedy=unknown.remedy
        )
        if problem not in self.problems:  # of one answer several parts may be made
            self.problems.append(problem)
        for kind in kinds:
            self.populations[kind.__name__] = unknown

    def settle(self, kind: type[Subject]) -> None:
        """Let the list of `kind` count as complete, unless a part of it could not be read."""
        if self.populations.get(kind.__name__) is _NOT_REACHED:
            del self.populations[kind.__name__]

    @contextmanager
    def section(
        self, where: str, *kinds: type[Subject], account: Iterable[str] = ()
    ) -> Iterator[Part]:
        """Read one part: what is raised inside becomes a problem, and the rest goes on.

        `kinds` are listed completely when the block ends well; `account` names the facts of the
        account that are unknown for the same reason when it does not.
        """
        part = Part()
        try:
            yield part
        except Unanswered as gap:
            unknown = gap.unknown
        except Exception as bug:  # noqa: BLE001 - one broken section must not take the others down
            unknown = broken_by(bug)
        else:
            for kind in kinds:
                self.populations.pop(kind.__name__, None)
            return
        part.gap = unknown
        self.missing(where, unknown, *kinds)
        self.account(**dict.fromkeys(account, unknown))

    def deployment(self, *, now: datetime, complete: bool, requests: int) -> Deployment:
        """Return everything gathered so far as a deployment."""
        account = Account(id=self._target, name=self._target, **self._account)
        return Deployment(
            target=self._target,
            platform=self._platform,
            collected_at=now,
            subjects=(account, *self.subjects),
            populations=dict(self.populations),
            problems=tuple(self.problems),
            complete=complete,
            requests=requests,
        )


def fill_gaps(subject: AnySubject, hidden: Mapping[str, Unknown]) -> AnySubject:
    """Return `subject` with what nothing collected explained by `hidden`, keyed `Type.fact`."""
    kind = type(subject).__name__
    gaps = {
        fact: hidden[key]
        for fact in subject.__struct_fields__
        if getattr(subject, fact) is NOT_COLLECTED and (key := f"{kind}.{fact}") in hidden
    }
    return msgspec.structs.replace(subject, **gaps) if gaps else subject
