"""The checks of records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checks import logging
from scanner.model import Account, Reason, Status, Unknown, Verdict
from scanner.sdk import Check

Judge = Callable[..., Verdict]


@pytest.mark.parametrize(
    ("check", "fact"),
    [(logging.audit_log, "audit_log"), (logging.failed_sign_ins, "failed_sign_ins_logged")],
    ids=["audit log", "failed sign-ins"],
)
def test_a_platform_that_records_nothing_fails(judge: Judge, check: Check, fact: str) -> None:
    gap = Unknown(Reason.NOT_PERMITTED)
    for value, expected in (
        (True, Status.PASS),
        (False, Status.FAIL),
        (gap, Status.INCONCLUSIVE),
    ):
        facts: dict[str, Any] = {fact: value}
        assert judge(check, Account(id="shop", **facts)).status is expected


@pytest.mark.parametrize(
    ("log", "days", "expected"),
    [
        (True, 365, Status.PASS),
        (True, None, Status.PASS),
        (True, 30, Status.FAIL),
        (True, Unknown(Reason.NOT_EXPOSED), Status.INCONCLUSIVE),
        (Unknown(Reason.NOT_PERMITTED), 365, Status.INCONCLUSIVE),
        (False, Unknown(Reason.NOT_EXPOSED), Status.NOT_APPLICABLE),
    ],
)
def test_a_record_is_kept_for_a_year(judge: Judge, log: Any, days: Any, expected: Status) -> None:
    subject = Account(id="shop", audit_log=log, audit_log_days=days)
    assert judge(logging.retention, subject).status is expected
