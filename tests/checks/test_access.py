"""The checks of who can sign in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from checks import access
from scanner.model import Account, Person, Reason, Status, Unknown, Verdict

Judge = Callable[..., Verdict]

PASS, FAIL = Status.PASS, Status.FAIL
INCONCLUSIVE, NOT_APPLICABLE = Status.INCONCLUSIVE, Status.NOT_APPLICABLE
GAP = Unknown(Reason.NOT_PERMITTED)


def person(**facts: Any) -> Person:
    return Person(id="1", name="花子", **facts)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), FAIL),
        (("a",), FAIL),
        (("a", "b"), PASS),
        (("a", "b", "c"), PASS),
        (("a", "b", "c", "d"), FAIL),
        (GAP, INCONCLUSIVE),
    ],
)
def test_two_or_three_people_should_be_able_to_change_everything(
    judge: Judge, names: tuple[str, ...], expected: Status
) -> None:
    subject = Account(id="shop", administrators=names)
    assert judge(access.administrator_count, subject).status is expected


@pytest.mark.parametrize(
    ("count", "people", "expected"),
    [(2, 2, PASS), (2, GAP, PASS), (3, 12, PASS), (3, 11, FAIL), (3, GAP, INCONCLUSIVE)],
)
def test_a_team_of_administrators_fails_beyond_the_smallest(
    judge: Judge, count: int, people: int, expected: Status
) -> None:
    subject = Account(id="shop", administrators=("a",) * count, people_total=people)
    assert judge(access.administrator_share, subject).status is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"machine": True, "administrator": True, "can_sign_in": True}, FAIL),
        ({"machine": True, "administrator": False}, PASS),
        ({"machine": False, "administrator": True, "can_sign_in": True}, NOT_APPLICABLE),
        ({"machine": True, "administrator": True, "can_sign_in": False}, NOT_APPLICABLE),
        ({"administrator": True, "can_sign_in": True}, INCONCLUSIVE),
        ({"machine": True, "can_sign_in": True}, INCONCLUSIVE),
        ({"machine": True, "administrator": True}, INCONCLUSIVE),
        ({"administrator": False}, NOT_APPLICABLE),
    ],
)
def test_a_program_with_an_administrators_rights_fails(
    judge: Judge, facts: dict[str, Any], expected: Status
) -> None:
    assert judge(access.machine_administrator, person(**facts)).status is expected


@pytest.mark.parametrize(
    ("days", "facts", "expected"),
    [
        (90, {}, PASS),
        (91, {"can_sign_in": True}, FAIL),
        (91, {}, INCONCLUSIVE),
        (91, {"can_sign_in": False}, NOT_APPLICABLE),
        (91, {"can_sign_in": True, "machine": True}, NOT_APPLICABLE),
        (None, {"can_sign_in": True}, NOT_APPLICABLE),
        (GAP, {"can_sign_in": True}, INCONCLUSIVE),
        (GAP, {"can_sign_in": False}, NOT_APPLICABLE),
    ],
)
def test_an_open_account_that_nobody_uses_fails(
    judge: Judge, now: datetime, days: Any, facts: dict[str, Any], expected: Status
) -> None:
    last = now - timedelta(days=days) if isinstance(days, int) else days
    assert judge(access.dormant, person(last_sign_in=last, **facts)).status is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"last_sign_in": 800}, PASS),
        ({"last_sign_in": None, "created": 31, "can_sign_in": True}, FAIL),
        ({"last_sign_in": None, "created": 30, "can_sign_in": True}, NOT_APPLICABLE),
        ({"last_sign_in": None, "created": 31}, INCONCLUSIVE),
        ({"last_sign_in": None, "can_sign_in": True}, INCONCLUSIVE),
        ({"last_sign_in": None, "created": 31, "can_sign_in": False}, NOT_APPLICABLE),
        ({"last_sign_in": None, "created": 31, "machine": True}, NOT_APPLICABLE),
        ({"created": 31, "can_sign_in": True}, INCONCLUSIVE),
    ],
)
def test_an_account_that_waits_too_long_for_its_first_sign_in_fails(
    judge: Judge, now: datetime, facts: dict[str, Any], expected: Status
) -> None:
    dated: dict[str, Any] = {
        name: now - timedelta(days=value) if type(value) is int else value
        for name, value in facts.items()
    }
    assert judge(access.never_signed_in, person(**dated)).status is expected


GENERIC = [
    "info",
    "INFO",
    "sales-team",
    "sales2",
    "no-reply",
    "web.master",
    "eigyo",
    "kouhou1",
    "営業",
]
PERSONAL = ["hanako.mori", "mori.sales", "j.test", "infante", "admina", "soumura", "dev", "", "42"]


@pytest.mark.parametrize("name", GENERIC)
def test_an_account_that_belongs_to_a_function_fails(judge: Judge, name: str) -> None:
    by_mail = person(email=f"{name}@example.co.jp", can_sign_in=True)
    assert judge(access.shared_account, by_mail).status is FAIL
    by_name = person(username=name, can_sign_in=True)
    assert judge(access.generic_username, by_name).status is FAIL


@pytest.mark.parametrize("name", PERSONAL)
def test_the_name_of_a_person_is_not_taken_for_a_function(judge: Judge, name: str) -> None:
    assert judge(access.shared_account, person(email=f"{name}@example.co.jp")).status is PASS
    assert judge(access.generic_username, person(username=name)).status is PASS


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"email": GAP, "can_sign_in": True}, INCONCLUSIVE),
        ({"email": "info@example.co.jp"}, INCONCLUSIVE),
        ({"email": "info@example.co.jp", "can_sign_in": False}, NOT_APPLICABLE),
        ({"email": "info@example.co.jp", "machine": True}, NOT_APPLICABLE),
    ],
)
def test_a_shared_account_is_judged_while_it_is_open_to_people(
    judge: Judge, facts: dict[str, Any], expected: Status
) -> None:
    assert judge(access.shared_account, person(**facts)).status is expected


def test_a_policy_can_name_its_own_shared_accounts(judge: Judge) -> None:
    subject = person(email="mori@example.co.jp", can_sign_in=True)
    assert judge(access.shared_account, subject, words=("mori",)).status is FAIL


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"in_organisation": True}, PASS),
        ({"in_organisation": False, "can_sign_in": True}, FAIL),
        ({"in_organisation": False}, INCONCLUSIVE),
        ({"in_organisation": False, "can_sign_in": False}, NOT_APPLICABLE),
        ({"can_sign_in": True}, INCONCLUSIVE),
    ],
)
def test_an_address_of_another_organisation_fails(
    judge: Judge, facts: dict[str, Any], expected: Status
) -> None:
    assert judge(access.outside_domain, person(**facts)).status is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"administrator": True, "in_organisation": False, "can_sign_in": True}, FAIL),
        ({"administrator": True, "in_organisation": False}, INCONCLUSIVE),
        ({"administrator": True, "in_organisation": True}, PASS),
        ({"administrator": False, "in_organisation": False}, NOT_APPLICABLE),
        ({"in_organisation": True}, NOT_APPLICABLE),
        ({"in_organisation": False, "can_sign_in": True}, INCONCLUSIVE),
        ({"administrator": True, "can_sign_in": True}, INCONCLUSIVE),
        ({"administrator": True, "can_sign_in": False}, NOT_APPLICABLE),
    ],
)
def test_an_administrator_from_outside_fails(
    judge: Judge, facts: dict[str, Any], expected: Status
) -> None:
    assert judge(access.outside_administrator, person(**facts)).status is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"employed": True}, PASS),
        ({"employed": False, "can_sign_in": True}, FAIL),
        ({"employed": False, "can_sign_in": False}, NOT_APPLICABLE),
        ({"employed": False}, INCONCLUSIVE),
        ({"can_sign_in": True}, INCONCLUSIVE),
    ],
)
def test_a_leaver_who_can_still_sign_in_fails(
    judge: Judge, facts: dict[str, Any], expected: Status
) -> None:
    assert judge(access.leaver, person(**facts)).status is expected


@pytest.mark.parametrize(
    ("configured", "enforced", "expected"),
    [
        (True, True, PASS),
        (True, False, FAIL),
        (True, GAP, INCONCLUSIVE),
        (False, GAP, NOT_APPLICABLE),
        (GAP, True, PASS),
        (GAP, False, INCONCLUSIVE),
    ],
)
def test_single_sign_on_that_can_be_passed_by_fails(
    judge: Judge, configured: bool, enforced: bool, expected: Status
) -> None:
    subject = Account(id="shop", sso_configured=configured, sso_enforced=enforced)
    assert judge(access.single_sign_on, subject).status is expected


@pytest.mark.parametrize(
    ("minutes", "expected"), [(60, PASS), (61, FAIL), (None, FAIL), (GAP, INCONCLUSIVE)]
)
def test_a_session_that_outlasts_the_working_day_fails(
    judge: Judge, minutes: int | None, expected: Status
) -> None:
    subject = Account(id="shop", session_idle_minutes=minutes)
    assert judge(access.session_lifetime, subject).status is expected


@pytest.mark.parametrize(
    ("days", "expected"), [(30, PASS), (365, FAIL), (None, PASS), (GAP, INCONCLUSIVE)]
)
def test_a_browser_that_stays_signed_in_for_a_year_fails(
    judge: Judge, days: int | None, expected: Status
) -> None:
    subject = Account(id="shop", remember_me_days=days)
    assert judge(access.remember_me, subject).status is expected


@pytest.mark.parametrize(
    ("exempt", "enforced", "expected"),
    [
        ((), True, PASS),
        (("emergency",), True, PASS),
        (("a", "b"), True, FAIL),
        (GAP, True, INCONCLUSIVE),
        ((), GAP, INCONCLUSIVE),
        (("a", "b"), False, NOT_APPLICABLE),
    ],
)
def test_more_than_one_exemption_from_single_sign_on_fails(
    judge: Judge, exempt: Any, enforced: Any, expected: Status
) -> None:
    subject = Account(id="shop", sso_configured=True, sso_enforced=enforced, sso_exempt=exempt)
    assert judge(access.sso_exemptions, subject).status is expected


@pytest.mark.parametrize(("named", "expected"), [(True, PASS), (False, FAIL), (GAP, INCONCLUSIVE)])
def test_signing_in_from_everywhere_is_told(judge: Judge, named: Any, expected: Status) -> None:
    assert judge(access.network, Account(id="shop", ip_allow_list=named)).status is expected


@pytest.mark.parametrize(
    ("sandbox", "contacts", "expected"),
    [
        (True, 0, PASS),
        (True, 5, FAIL),
        (True, GAP, INCONCLUSIVE),
        (False, GAP, NOT_APPLICABLE),
        (GAP, 0, INCONCLUSIVE),
    ],
)
def test_a_sandbox_holds_no_contacts(
    judge: Judge, sandbox: Any, contacts: Any, expected: Status
) -> None:
    subject = Account(id="shop", sandbox=sandbox, sandbox_contacts=contacts)
    assert judge(access.sandbox_data, subject).status is expected


@pytest.mark.parametrize(("days", "expected"), [(90, FAIL), (200, FAIL), (30, INCONCLUSIVE)])
def test_whom_a_log_of_the_whole_time_does_not_name_is_dormant(
    judge: Judge, now: datetime, days: int, expected: Status
) -> None:
    quiet = person(
        last_sign_in=Unknown(Reason.NOT_EXPOSED),
        idle_since=now - timedelta(days=days),
        can_sign_in=True,
        machine=False,
    )
    assert judge(access.dormant, quiet).status is expected
