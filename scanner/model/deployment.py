"""Everything known of one target at one moment."""

from __future__ import annotations

from datetime import datetime

import msgspec

from scanner.model.facts import Reason, Unknown
from scanner.model.subjects import Account, AnySubject
from scanner.model.text import Text

SNAPSHOT_SCHEMA = "mamori.snapshot/1"


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of the target that could not be looked at, or not completely."""

    where: str
    """The section or thing, as the reader would name it: `users`, `tls ma.example.jp:443`."""
    reason: Reason
    detail: Text | None = None
    remedy: Text | None = None

    def as_unknown(self) -> Unknown:
        """Return what every fact of this part is."""
        return Unknown(self.reason, self.detail, self.remedy)


class Deployment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One target as collected; free of secrets, so that it can be saved and judged again."""

    schema: str = SNAPSHOT_SCHEMA
    target: str
    platform: str
    collected_at: datetime
    subjects: tuple[AnySubject, ...]
    populations: dict[str, Unknown] = {}
    """Subject types whose list is missing or incomplete, and why.

    A type that is absent here was listed completely, so that no subject of it means none exists.
    """
    problems: tuple[Problem, ...] = ()
    complete: bool = True
    """False when the scan was stopped before it had seen everything."""
    requests: int = 0
    """HTTP requests sent to the platform."""

    @property
    def account(self) -> Account:
        """The tenant; every deployment has exactly one."""
        return next(subject for subject in self.subjects if isinstance(subject, Account))

    def as_of(self, now: datetime) -> Deployment:
        """Return the deployment with every statement that has lapsed by `now` made unknown."""
        subjects = tuple(_lapse(subject, now) for subject in self.subjects)
        if all(new is old for new, old in zip(subjects, self.subjects, strict=True)):
            return self
        return msgspec.structs.replace(self, subjects=subjects)


def _lapse(subject: AnySubject, now: datetime) -> AnySubject:
    if not subject.witnesses:
        return subject
    lapsed = {
        fact: Unknown(
            Reason.EXPIRED,
            detail=Text.of(
                "The statement by {by} was valid until {until}.", by=witness.by, until=witness.until
            ),
            remedy=Text.of("Have it confirmed again and renew it in the attestations file."),
        )
        for fact, witness in subject.witnesses.items()
        if witness.until is not None and witness.until < now
    }
    return msgspec.structs.replace(subject, **lapsed) if lapsed else subject


def decode_snapshot(data: bytes) -> Deployment:
    """Return the deployment saved in `data`.

    Raises:
        ValueError: the bytes are no snapshot, or one of a version this release does not read.
    """
    deployment = msgspec.json.decode(data, type=Deployment)
    if deployment.schema != SNAPSHOT_SCHEMA:
        raise ValueError(f"snapshot schema {deployment.schema!r}, expected {SNAPSHOT_SCHEMA!r}")
    return deployment


def encode_snapshot(deployment: Deployment) -> bytes:
    """Return `deployment` as JSON, readable by `decode_snapshot`."""
    return msgspec.json.encode(deployment)
