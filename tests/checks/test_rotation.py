"""The checks of ages: people's passwords by one set of rules, machines' keys by another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from checks import rotation
from scanner.model import (
    Account,
    Credential,
    CredentialKind,
    Mfa,
    Person,
    Reason,
    Status,
    Unknown,
    Verdict,
)
from scanner.sdk import Check

Judge = Callable[..., Verdict]

PASS, FAIL = Status.PASS, Status.FAIL
INCONCLUSIVE, NOT_APPLICABLE = Status.INCONCLUSIVE, Status.NOT_APPLICABLE
GAP = Unknown(Reason.NOT_EXPOSED)
PCI = {"max_age_days": None, "max_age_days_without_mfa": 90}
TWO_LIMITS = {"max_age_days": 200, "max_age_days_without_mfa": 90}
JAPAN = {"max_age_days": 90, "max_age_days_without_mfa": 90}


def dated(now: datetime, facts: dict[str, Any]) -> dict[str, Any]:
    """Return `facts` with each number turned into the time so many days before `now`."""
    return {
        name: now - timedelta(days=value) if type(value) is int else value
        for name, value in facts.items()
    }


def credential(now: datetime, kind: CredentialKind, **facts: Any) -> Credential:
    return Credential(id="keyring:mamori/a", kind=kind, **dated(now, facts))


@pytest.mark.parametrize("kind", [CredentialKind.PASSWORD, CredentialKind.API_KEY])
def test_without_a_limit_no_password_is_too_old(
    judge: Judge, now: datetime, kind: CredentialKind
) -> None:
    verdict = judge(rotation.password_age, credential(now, kind, issued=5000))
    assert verdict.status is NOT_APPLICABLE
    assert "NIST SP 800-63B-4" in verdict.template


@pytest.mark.parametrize(
    ("facts", "rule", "expected"),
    [
        ({"issued": 90}, PCI, PASS),
        ({"issued": 91, "mfa_protected": False}, PCI, FAIL),
        ({"issued": 91, "mfa_protected": True}, PCI, NOT_APPLICABLE),
        ({"issued": 91}, PCI, INCONCLUSIVE),
        ({"mfa_protected": True}, PCI, NOT_APPLICABLE),
        ({"mfa_protected": False}, PCI, INCONCLUSIVE),
        ({"unchanged_since": 200, "mfa_protected": False}, PCI, FAIL),
        ({"unchanged_since": 20, "mfa_protected": False}, PCI, INCONCLUSIVE),
        ({"issued": 200, "mfa_protected": True}, TWO_LIMITS, PASS),
        ({"issued": 201, "mfa_protected": True}, TWO_LIMITS, FAIL),
        ({"issued": 201}, TWO_LIMITS, FAIL),
        ({"issued": 200}, TWO_LIMITS, INCONCLUSIVE),
        ({"issued": 200, "mfa_protected": False}, TWO_LIMITS, FAIL),
        ({"unchanged_since": 201}, TWO_LIMITS, FAIL),
        ({"unchanged_since": 100, "mfa_protected": True}, TWO_LIMITS, INCONCLUSIVE),
        ({"issued": 91, "mfa_protected": True}, JAPAN, FAIL),
        ({"issued": 91}, JAPAN, FAIL),
        ({"issued": 500, "rotated": 10}, JAPAN, PASS),
        ({"issued": 500, "rotated": None}, JAPAN, FAIL),
        ({"rotated": None}, JAPAN, INCONCLUSIVE),
        ({"rotated": 300}, JAPAN, FAIL),
    ],
)
def test_a_held_password_is_judged_by_the_side_the_policy_takes(
    judge: Judge, now: datetime, facts: dict[str, Any], rule: dict[str, Any], expected: Status
) -> None:
    subject = credential(now, CredentialKind.PASSWORD, **facts)
    assert judge(rotation.password_age, subject, **rule).status is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"password_changed": 10}, PASS),
        ({"password_changed": 100, "mfa": Mfa.TOTP}, NOT_APPLICABLE),
        ({"password_changed": 100, "mfa": Mfa.NONE, "can_sign_in": True}, FAIL),
        ({"password_changed": 100, "mfa": Mfa.NONE}, INCONCLUSIVE),
        ({"password_changed": 100, "can_sign_in": True}, INCONCLUSIVE),
        ({"password_changed": 100, "mfa": Mfa.NONE, "can_sign_in": False}, NOT_APPLICABLE),
        ({"password_changed": 100, "mfa": Mfa.NONE, "machine": True}, NOT_APPLICABLE),
        ({"password_changed": 100, "mfa": Mfa.NONE, "signs_in_by_sso": True}, NOT_APPLICABLE),
        ({"mfa": Mfa.NONE, "can_sign_in": True}, INCONCLUSIVE),
    ],
)
def test_a_persons_password_is_judged_by_the_second_factor_beside_it(
    judge: Judge, now: datetime, facts: dict[str, Any], expected: Status
) -> None:
    assert (
        judge(rotation.password_age, Person(id="1", **dated(now, facts)), **PCI).status is expected
    )


@pytest.mark.parametrize(
    ("forced", "rule", "enforced", "expected"),
    [
        (None, {}, GAP, PASS),
        (90, {}, GAP, FAIL),
        (GAP, {}, GAP, INCONCLUSIVE),
        (90, {"max_age_days": 90}, GAP, PASS),
        (91, {"max_age_days": 90}, False, FAIL),
        (None, {"max_age_days": 90}, False, FAIL),
        (None, {"max_age_days": 90}, True, NOT_APPLICABLE),
        (None, {"max_age_days": 90}, GAP, INCONCLUSIVE),
        (None, {"max_age_days": 90, "only_without_mfa": False}, True, FAIL),
    ],
)
def test_forced_changes_are_judged_by_the_side_the_policy_takes(
    judge: Judge, forced: int | None, rule: dict[str, Any], enforced: bool, expected: Status
) -> None:
    subject = Account(id="shop", password_max_age_days=forced, mfa_enforced=enforced)
    assert judge(rotation.forced_change, subject, **rule).status is expected


KEYS = [CredentialKind.API_KEY, CredentialKind.OAUTH_CLIENT, CredentialKind.WEBHOOK_SECRET]


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"issued": 90}, PASS),
        ({"issued": 91}, FAIL),
        ({"issued": 400, "rotated": 5}, PASS),
        ({"issued": 400, "rotated": None}, FAIL),
        ({"unchanged_since": 91}, FAIL),
        ({"unchanged_since": 90}, INCONCLUSIVE),
        ({}, INCONCLUSIVE),
        ({"rotated": None}, INCONCLUSIVE),
    ],
)
def test_a_key_that_was_not_replaced_in_time_fails_and_an_unknown_age_never_passes(
    judge: Judge, now: datetime, kind: CredentialKind, facts: dict[str, Any], expected: Status
) -> None:
    assert judge(rotation.key_age, credential(now, kind, **facts)).status is expected


def test_a_gap_in_the_age_names_what_would_fill_it(judge: Judge, now: datetime) -> None:
    subject = credential(now, CredentialKind.API_KEY, issued=GAP, unchanged_since=3)
    assert judge(rotation.key_age, subject).unknown is GAP


@pytest.mark.parametrize("kind", [CredentialKind.PASSWORD, CredentialKind.OAUTH_GRANT])
def test_a_password_or_grant_is_no_key(judge: Judge, now: datetime, kind: CredentialKind) -> None:
    assert judge(rotation.key_age, credential(now, kind, issued=900)).status is NOT_APPLICABLE


@pytest.mark.parametrize(("days", "expected"), [(365, PASS), (366, FAIL), (GAP, INCONCLUSIVE)])
def test_a_consent_must_be_confirmed_once_a_year(
    judge: Judge, now: datetime, days: int, expected: Status
) -> None:
    subject = credential(now, CredentialKind.OAUTH_GRANT, issued=days)
    assert judge(rotation.oauth_grant, subject).status is expected
    key = credential(now, CredentialKind.API_KEY, issued=days)
    assert judge(rotation.oauth_grant, key).status is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"last_used": 90}, PASS),
        ({"last_used": 91}, FAIL),
        ({"last_used": None, "issued": 91}, FAIL),
        ({"last_used": None, "issued": 5}, NOT_APPLICABLE),
        ({"last_used": None}, INCONCLUSIVE),
        ({}, INCONCLUSIVE),
    ],
)
def test_a_key_that_nobody_uses_fails(
    judge: Judge, now: datetime, facts: dict[str, Any], expected: Status
) -> None:
    subject = credential(now, CredentialKind.API_KEY, **facts)
    assert judge(rotation.unused, subject).status is expected


def test_the_key_that_this_scan_uses_is_in_use(judge: Judge, now: datetime) -> None:
    subject = credential(now, CredentialKind.API_KEY, used_by_scanner=True, last_used=500)
    assert judge(rotation.unused, subject).status is PASS


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [(-1, FAIL), (0, FAIL), (13, FAIL), (14, PASS), (None, NOT_APPLICABLE), (GAP, INCONCLUSIVE)],
)
@pytest.mark.parametrize("kind", [CredentialKind.API_KEY, CredentialKind.CERTIFICATE])
def test_a_key_that_ends_soon_fails_while_there_is_time(
    judge: Judge, now: datetime, kind: CredentialKind, days_left: int | None, expected: Status
) -> None:
    end = -days_left if isinstance(days_left, int) else days_left
    subject = credential(now, kind, expires=end)
    assert judge(rotation.expires_soon, subject).status is expected


@pytest.mark.parametrize(("end", "expected"), [(-30, PASS), (None, FAIL), (GAP, INCONCLUSIVE)])
def test_a_key_that_works_for_ever_fails(
    judge: Judge, now: datetime, end: int | None, expected: Status
) -> None:
    subject = credential(now, CredentialKind.API_KEY, expires=end)
    assert judge(rotation.end_date, subject).status is expected


@pytest.mark.parametrize("check", [rotation.expires_soon, rotation.end_date, rotation.unused])
def test_passwords_and_code_generators_do_not_end_or_lie_unused(
    judge: Judge, now: datetime, check: Check
) -> None:
    for kind in (CredentialKind.PASSWORD, CredentialKind.TOTP_SECRET):
        subject = credential(now, kind, expires=5, last_used=500)
        assert judge(check, subject).status is NOT_APPLICABLE


def test_a_key_does_not_age_as_a_password_does(judge: Judge, now: datetime) -> None:
    subject = credential(now, CredentialKind.API_KEY, issued=10)
    assert judge(rotation.password_age, subject, **JAPAN).status is NOT_APPLICABLE
