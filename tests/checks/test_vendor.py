"""The checks of what vendors end, and of what they say themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from checks import vendor
from scanner.model import Account, Deadline, Reason, Status, Text, Unknown, Verdict

Judge = Callable[..., Verdict]
PASS, FAIL = Status.PASS, Status.FAIL
INCONCLUSIVE, NOT_APPLICABLE = Status.INCONCLUSIVE, Status.NOT_APPLICABLE
GAP = Unknown(Reason.NOT_EXPOSED)


@pytest.mark.parametrize(
    ("days", "concerned", "expected"),
    [
        (-10, True, FAIL),
        (-10, False, PASS),
        (-10, GAP, INCONCLUSIVE),
        (30, True, FAIL),
        (30, GAP, INCONCLUSIVE),
        (200, True, NOT_APPLICABLE),
        (200, GAP, NOT_APPLICABLE),
        (200, False, PASS),
    ],
)
def test_a_deadline_is_spoken_of_a_quarter_before_and_for_ever_after(
    judge: Judge, now: datetime, days: int, concerned: Any, expected: Status
) -> None:
    subject = Deadline(
        id="x",
        date=now + timedelta(days=days),
        what=Text("It ends."),
        source="https://vendor.example/",
        concerned=concerned,
    )
    assert judge(vendor.deadline, subject).status is expected


@pytest.mark.parametrize(
    ("risks", "expected"),
    [
        ((), PASS),
        (("Password length",), FAIL),
        (GAP, INCONCLUSIVE),
        (Unknown(Reason.NOT_PERMITTED), INCONCLUSIVE),
        (Unknown(Reason.NOT_SUPPORTED), NOT_APPLICABLE),
    ],
)
def test_the_vendors_own_assessment_counts_where_there_is_one(
    judge: Judge, risks: Any, expected: Status
) -> None:
    subject = Account(id="shop", vendor_risks=risks)
    assert judge(vendor.security_assessment, subject).status is expected
