"""What a check concludes of a subject."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.model.facts import Unknown
from scanner.model.subjects import Subject
from scanner.model.text import Text
from scanner.model.waiver import Waiver

if TYPE_CHECKING:
    from collections.abc import Mapping


class Status(StrEnum):
    """The five conclusions; a waiver is beside them, not one of them."""

    PASS = "pass"  # noqa: S105 - a conclusion, not a credential
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


class Severity(StrEnum):
    """How much harm a failing check stands for, from the least to the most."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Place in the order, 0 for `info` to 4 for `critical`."""
        return _RANK[self]


_RANK: Mapping[str, int] = {severity: place for place, severity in enumerate(Severity)}


class Basis(StrEnum):
    """On whose word a rule rests; guidance is not law, and the report says which it is."""

    STATUTE = "statute"
    ORDINANCE = "ordinance"
    GUIDELINE = "guideline"
    PROVIDER_RULE = "provider_rule"
    BEST_PRACTICE = "best_practice"


class Quotation(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The words that a verdict rests on, and how surely they were understood."""

    quote: str
    """The sentence as it stands, without its markup; empty where its absence is the evidence."""
    place: Text | None = None
    confidence: float = 1.0
    """From 0 to 1."""


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """One conclusion: its status, and the sentence that says so, still untranslated."""

    status: Status
    template: str
    values: dict[str, Any] = {}
    observed: Any = None
    expected: Any = None
    unknown: Unknown | None = None
    """What was missing, where the status is inconclusive."""
    evidence: tuple[str | Text, ...] = ()
    """What was seen from outside that decided, as it came: for the record, not for reading."""
    said: Quotation | None = None


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One verdict of one check on one subject."""

    check: str
    subject: Subject
    verdict: Verdict
    blind: bool = False
    """It stands for all the subjects that could not be listed; `subject` is then the account."""
    waiver: Waiver | None = None
    """Where somebody accepted the failure."""
