"""What people export of a target beside its list of people: logs, keys, networks."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

import msgspec

from scanner.collect.merge import merge
from scanner.collect.statements.api_keys import KeyList, read_api_keys
from scanner.collect.statements.logs import Log
from scanner.collect.statements.networks import AllowList, read_allow_list
from scanner.config import Target
from scanner.model import AnySubject, Problem


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """What was known of a target, with what its exports say."""

    subjects: list[AnySubject]
    contradictions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class Exports(msgspec.Struct, frozen=True, kw_only=True):
    """The exports of one target, read."""

    log: Log | None = None
    keys: KeyList | None = None
    networks: AllowList | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read."""
        return (
            *(self.log.problems if self.log is not None else ()),
            *(self.keys.problems if self.keys is not None else ()),
            *(self.networks.problems if self.networks is not None else ()),
        )

    def join(
        self,
        subjects: Collection[AnySubject],
        *,
        target: str,
        now: datetime,
        listed: datetime | None,
        everybody: bool,
    ) -> Joined:
        """Return the `subjects` of `target` with what the exports say of them.

        `listed` tells when their imported facts were written, `everybody` that the platform itself
        has listed all people.
        """
        known = list(subjects)
        if self.log is None and self.networks is None and self.keys is None:
            return Joined(subjects=known)
        supplied = (self.log or Log()).testify(
            target, known, now=now, listed=listed, everybody=everybody, allowed=self.networks
        )
        keys = () if self.keys is None else self.keys.keys
        joined, contradictions = merge(supplied.subjects, [*supplied.said, *keys])
        return Joined(
            subjects=joined,
            contradictions=(*supplied.contradictions, *contradictions),
            problems=supplied.problems,
        )


def read_exports(target: Target, locate: Callable[[str], Path], *, now: datetime) -> Exports:
    """Return the exports that `target` names, found by `locate`; what is wrong is told in them."""
    log: Log | None = None
    if target.logs:
        log = Log()
        for each in target.logs:
            log.read(each, locate(each.csv), now=now)
    keys, networks = target.api_keys, target.ip_allow_list
    return Exports(
        log=log,
        keys=None if keys is None else read_api_keys(keys, locate(keys.csv), now=now),
        networks=None
        if networks is None
        else read_allow_list(networks, locate(networks.csv), now=now),
    )
