"""The checks of integrations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from checks import integration
from scanner.model import Integration, Reason, Status, Unknown, Verdict
from scanner.sdk import Check

Judge = Callable[..., Verdict]

PASS, FAIL = Status.PASS, Status.FAIL
INCONCLUSIVE, NOT_APPLICABLE = Status.INCONCLUSIVE, Status.NOT_APPLICABLE
GAP = Unknown(Reason.NOT_PERMITTED)


def webhook(**facts: Any) -> Integration:
    return Integration(id="5", **facts)


@pytest.mark.parametrize(
    ("check", "fact"),
    [(integration.webhook_https, "encrypted"), (integration.webhook_signed, "signed")],
    ids=["https", "signed"],
)
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((True, True), PASS),
        ((True, GAP), PASS),
        ((False, True), FAIL),
        ((False, False), NOT_APPLICABLE),
        ((False, GAP), INCONCLUSIVE),
        ((GAP, True), INCONCLUSIVE),
    ],
)
def test_a_webhook_that_anybody_can_read_or_forge_fails(
    judge: Judge, check: Check, fact: str, facts: tuple[bool, bool], expected: Status
) -> None:
    value, enabled = facts
    assert judge(check, webhook(enabled=enabled, **{fact: value})).status is expected
    app = webhook(kind="app", enabled=enabled, **{fact: value})
    assert judge(check, app).status is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("encrypted", "expected"), [(True, PASS), (False, FAIL), (GAP, INCONCLUSIVE)]
)
def test_a_feed_that_anybody_on_the_way_can_change_fails_whether_it_can_be_switched_off_or_not(
    judge: Judge, encrypted: Any, expected: Status
) -> None:
    feed = webhook(kind="feed", encrypted=encrypted)
    assert judge(integration.webhook_https, feed).status is expected
    assert judge(integration.webhook_signed, feed).status is NOT_APPLICABLE


def test_a_failing_webhook_is_named_by_its_host_or_else_its_id(judge: Judge) -> None:
    known_host = webhook(enabled=True, encrypted=False, host="crm.example.co.jp")
    assert judge(integration.webhook_https, known_host).values == {"host": "crm.example.co.jp"}
    assert judge(integration.webhook_https, webhook(enabled=True, encrypted=False)).values == {
        "host": "5"
    }


@pytest.mark.parametrize(
    ("days", "enabled", "expected"),
    [
        (90, GAP, PASS),
        (91, True, FAIL),
        (91, False, NOT_APPLICABLE),
        (91, GAP, INCONCLUSIVE),
        (None, True, INCONCLUSIVE),
        (GAP, True, INCONCLUSIVE),
    ],
)
def test_an_integration_that_nobody_uses_fails(
    judge: Judge, now: datetime, days: int | None, enabled: bool, expected: Status
) -> None:
    used = now - timedelta(days=days) if isinstance(days, int) else days
    assert judge(integration.unused, webhook(last_used=used, enabled=enabled)).status is expected


def test_a_remote_site_that_data_goes_to_in_clear_fails_as_a_webhook_does(judge: Judge) -> None:
    site = webhook(kind="remote_site", enabled=True, encrypted=False, host="legacy.example")
    assert judge(integration.webhook_https, site).status is FAIL


@pytest.mark.parametrize(
    ("scopes", "expected"), [(("api",), PASS), (("api", "Full"), FAIL), (GAP, INCONCLUSIVE)]
)
def test_an_app_that_may_do_everything_fails(judge: Judge, scopes: Any, expected: Status) -> None:
    assert judge(integration.least_privilege, webhook(kind="app", scopes=scopes)).status is expected
    assert judge(integration.least_privilege, webhook(scopes=scopes)).status is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("approved", "expected"), [(True, PASS), (False, FAIL), (GAP, INCONCLUSIVE)]
)
def test_an_app_that_everybody_can_let_in_fails(
    judge: Judge, approved: Any, expected: Status
) -> None:
    app = webhook(kind="app", admin_approved=approved)
    assert judge(integration.admin_approval, app).status is expected
