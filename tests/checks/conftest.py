"""Judging one subject by one check, the way the engine does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from scanner.evaluate import evaluate
from scanner.model import Account, AnySubject, Deployment, Verdict
from scanner.policy import Policy, Selected
from scanner.sdk import Check

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """Return the time that everything is judged at."""
    return NOW


@pytest.fixture
def judge() -> Callable[..., Verdict]:
    """Return what judges a subject by a check, under its default rule or the values given."""

    def judge_one(check: Check, subject: AnySubject, **values: Any) -> Verdict:
        rule = check.rule(**values) if check.rule else None
        selected = Selected(check=check, severity=check.severity, weight=1, rule=rule, sources={})
        policy = Policy(name="one", version="1", title="", chain=("one",), selected=(selected,))
        others = () if isinstance(subject, Account) else (Account(id="shop"),)
        deployment = Deployment(
            target="shop", platform="mautic", collected_at=NOW, subjects=(*others, subject)
        )
        findings = evaluate(deployment, policy, NOW)
        return next(each.verdict for each in findings if each.subject is subject)

    return judge_one
