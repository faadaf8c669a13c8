"""The checks of the evidence itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from checks import evidence
from scanner.model import (
    Account,
    Credential,
    CredentialKind,
    Reason,
    Severity,
    Status,
    Unknown,
    Verdict,
)

Judge = Callable[..., Verdict]

PASS, FAIL = Status.PASS, Status.FAIL
INCONCLUSIVE, NOT_APPLICABLE = Status.INCONCLUSIVE, Status.NOT_APPLICABLE
GAP = Unknown(Reason.NOT_COLLECTED)


@pytest.mark.parametrize(
    ("found", "expected"),
    [((), PASS), (("Person 1 mfa: api=none, import=totp",), FAIL), (GAP, INCONCLUSIVE)],
)
def test_sources_that_disagree_are_reported(
    judge: Judge, found: tuple[str, ...], expected: Status
) -> None:
    subject = Account(id="shop", contradictions=found)
    assert judge(evidence.contradiction, subject).status is expected


@pytest.mark.parametrize(
    ("rotated", "seen", "expected"),
    [
        (10, 9, PASS),
        (10, 12, PASS),
        (10, 13, FAIL),
        (None, 300, NOT_APPLICABLE),
        (10, GAP, INCONCLUSIVE),
        (GAP, 10, INCONCLUSIVE),
    ],
)
def test_a_claimed_change_that_the_ledger_refutes_is_reported(
    judge: Judge, now: datetime, rotated: Any, seen: Any, expected: Status
) -> None:
    subject = Credential(
        id="env:TOKEN",
        kind=CredentialKind.API_KEY,
        held=True,
        rotated=now - timedelta(days=rotated) if isinstance(rotated, int) else rotated,
        unchanged_since=now - timedelta(days=seen) if isinstance(seen, int) else seen,
    )
    assert judge(evidence.rotation_date, subject).status is expected


def test_the_ledger_says_nothing_of_secrets_it_never_saw(judge: Judge) -> None:
    subject = Credential(id="7", kind=CredentialKind.API_KEY)
    assert judge(evidence.rotation_date, subject).status is NOT_APPLICABLE


def test_a_witness_who_falls_silent_cannot_raise_the_score() -> None:
    assert evidence.contradiction.severity is Severity.INFO
    assert evidence.rotation_date.severity is Severity.INFO
