"""Checks of keys, integrations, records and software conclude from what connectors really read."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from vendors import NAMES, Desk, judged, read, vendor

GHOST = "GET /ghost/api/admin"


@cache
def concluded() -> frozenset[tuple[str, str]]:
    """Return every check and status that the documented answers of all vendors lead to."""
    return frozenset(
        (finding.check, finding.status.value)
        for name in NAMES
        for finding in judged(read(Desk(name))).findings
    )


@pytest.mark.parametrize(
    "check",
    [
        "access.network",
        "access.session-lifetime",
        "integration.webhook-https",
        "integration.webhook-signed",
        "logging.audit-log",
        "rotation.key-age",
        "rotation.unused",
        "token.departed-owner",
        "token.least-privilege",
        "token.network",
        "token.owner",
    ],
)
def test_a_check_passes_and_fails_by_the_answers_of_vendors(check: str) -> None:
    assert {(check, "pass"), (check, "fail")} <= concluded()


@pytest.mark.parametrize(
    "check",
    [
        "access.single-sign-on",
        "integration.admin-approval",
        "logging.retention",
        "rotation.oauth-grant",
        "token.scanner-least-privilege",
    ],
)
def test_a_check_fails_by_the_answers_of_vendors(check: str) -> None:
    assert (check, "fail") in concluded()


def statuses(
    name: str, check: str, changes: dict[tuple[Any, ...], Any], local_config: Path | None = None
) -> set[str]:
    """Return what `check` concludes of the answers of `name` with `changes` made in them."""
    answers = copy.deepcopy(vendor(name).answers)
    for path, value in changes.items():
        place: Any = answers
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    given = None if local_config is None else str(local_config)
    found = judged(read(Desk(name, answers=answers), local_config=given)).findings
    return {each.status.value for each in found if each.check == check}


_SF = "GET /services/data/{version}"
_METADATA = (f"{_SF}/tooling/query FROM SecuritySettings", "records", 0, "Metadata")
_SSO_ONLY = (*_METADATA, "singleSignOnSettings", "isLoginWithSalesforceCredentialsDisabled")
_FROZEN = (f"{_SF}/query FROM UserLogin", "records", 1, "IsFrozen")
_BOUND = (f"{_SF}/query FROM PermissionSetAssignment WHERE PermissionSet.PermissionsIsSsoEnabled",)
_NOBODY = {"totalSize": 0, "done": True, "records": []}
_COUNTS = (f"{_SF}/limits/recordCount", "sObjects")
_IS_SANDBOX = (f"{_SF}/query FROM Organization", "records", 0, "IsSandbox")

# What the vendor tells of a key that was made by the recipe, and of one that may do more.
_BY_THE_RECIPE: dict[str, tuple[tuple[Any, ...], Any, Any]] = {
    "hubspot": (
        ("POST /oauth/v2/private-apps/get/access-token-info", "scopes"),
        ["oauth", "account-info.security.read", "settings.users.read", "forms"],
        ["oauth", "account-info.security.read", "crm.objects.contacts.write"],
    ),
    "salesforce": (
        (
            f"{_SF}/query FROM PermissionSetAssignment WHERE AssigneeId",
            *("records", 0, "PermissionSet"),
        ),
        {
            "PermissionsModifyAllData": False,
            "PermissionsManageUsers": False,
            "PermissionsAuthorApex": False,
            "PermissionsDataExport": False,
        },
        {
            "PermissionsModifyAllData": False,
            "PermissionsManageUsers": False,
            "PermissionsAuthorApex": False,
            "PermissionsDataExport": True,
        },
    ),
    "marketing-cloud": (
        ("POST /v2/token", "scope"),
        "offline users_read documents_and_images_read saved_content_read tracking_events_read",
        "offline users_read users_write",
    ),
    "sendgrid": (
        ("GET /v3/scopes", "scopes"),
        ["teammates.read", "api_keys.read", "2fa_required"],
        ["teammates.read", "mail.send"],
    ),
    "activecampaign": (
        ("GET /api/3/groups", "groups", 1, "pgContactExport"),
        "0",
        "1",
    ),
    "listmonk": (
        ("GET /api/profile", "data", "user_role", "permissions"),
        ["users:get", "settings:get", "campaigns:get_all"],
        ["users:get", "subscribers:manage"],
    ),
    "mailchimp": (("GET /3.0/", "role"), "viewer", "manager"),
}


@pytest.mark.parametrize("name", _BY_THE_RECIPE)
def test_a_key_of_the_scanner_that_may_do_more_than_the_recipe_fails(name: str) -> None:
    place, recipe, more = _BY_THE_RECIPE[name]
    check = "token.scanner-least-privilege"
    assert statuses(name, check, {place: more}) == {"fail"}
    assert statuses(name, check, {place: recipe}) <= {"pass", "fail"}
    if name != "mailchimp":  # whose least role can still export all contacts
        assert statuses(name, check, {place: recipe}) == {"pass"}
    empty: tuple[Any, ...] = (None, {}, "", [])
    for nothing in empty:
        assert statuses(name, check, {place: nothing}) == {"inconclusive"}, nothing


@pytest.mark.parametrize("name", ["brevo", "ghost"])
def test_a_key_of_a_vendor_without_scopes_may_always_do_more(name: str) -> None:
    assert statuses(name, "token.scanner-least-privilege", {}) == {"fail"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({_SSO_ONLY: True}, "pass"),
        ({_SSO_ONLY: True, _FROZEN: False, _BOUND: _NOBODY}, "fail"),
        ({_SSO_ONLY: False}, "not_applicable"),
        ({_SSO_ONLY: None}, "inconclusive"),
    ],
)
def test_who_is_exempt_from_single_sign_on_is_counted(
    changes: dict[tuple[Any, ...], Any], expected: str
) -> None:
    assert statuses("salesforce", "access.sso-exemptions", changes) == {expected}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([{"name": "Contact", "count": 120}, {"name": "Lead", "count": 0}], "fail"),
        ([{"name": "Contact", "count": 0}, {"name": "Lead", "count": 0}], "pass"),
        ([{"name": "Contact", "count": 0}], "inconclusive"),
        ([{"name": "Contact", "count": 0}, {"name": "Lead", "count": "many"}], "inconclusive"),
        ([], "inconclusive"),
    ],
)
def test_the_contacts_of_a_sandbox_are_counted(counts: Any, expected: str) -> None:
    changes = {_IS_SANDBOX: True, _COUNTS: counts}
    assert statuses("salesforce", "access.sandbox-data", changes) == {expected}
    assert statuses("salesforce", "access.sandbox-data", {_COUNTS: counts}) == {"not_applicable"}


@pytest.mark.parametrize(
    ("risk", "expected"),
    [
        ("MEETS_STANDARD", "pass"),
        ("HIGH_RISK", "fail"),
        ("EXTREME_RISK", "inconclusive"),
        ("", "inconclusive"),
        (None, "inconclusive"),
    ],
)
def test_a_risk_in_words_that_nobody_knows_is_no_low_one(risk: Any, expected: str) -> None:
    place = (f"{_SF}/tooling/query FROM SecurityHealthCheckRisks", "records", 0, "RiskType")
    assert statuses("salesforce", "vendor.security-assessment", {place: risk}) == {expected}


@pytest.mark.parametrize("value", [None, ""])
def test_the_end_of_a_key_that_is_not_named_leaves_all_of_its_kind_in_doubt(value: Any) -> None:
    place = ("GET /account-info/2026-03/activity/security", "results", 10, "objectId")
    answers = copy.deepcopy(vendor("hubspot").answers)
    events = answers[place[0]]["results"]
    if value is None:
        del events[10]["objectId"]
    else:
        events[10]["objectId"] = value
    found = {
        each.subject.id: each.status.value
        for each in judged(read(Desk("hubspot", answers=answers))).findings
        if each.check == "rotation.key-age"
    }
    assert found["smtp_token:78"] == "inconclusive"
    assert found["private_app_access_token:501"] == "pass"


@pytest.mark.parametrize("value", ["", "2199-01-01T00:00:00Z", "0001-01-01T00:00:00Z"])
@pytest.mark.parametrize(
    ("name", "check", "place"),
    [
        (
            "klaviyo",
            "rotation.key-age",
            ("GET /api/api-keys", "data", 0, "attributes", "created"),
        ),
        (
            "hubspot",
            "access.single-sign-on",
            ("GET /account-info/2026-03/activity/security", "results", 2, "createdAt"),
        ),
    ],
)
def test_a_time_that_cannot_be_proves_nothing(
    name: str, check: str, place: tuple[Any, ...], value: str
) -> None:
    assert "inconclusive" in statuses(name, check, {place: value})


@pytest.mark.parametrize(("version", "expected"), [("6.65.0", "pass"), ("6.10.0", "fail")])
def test_a_release_with_published_vulnerabilities_fails(version: str, expected: str) -> None:
    changes = {(f"{GHOST}/config/", "config", "version"): version}
    assert statuses("ghost", "software.known-vulnerabilities", changes) == {expected}


@pytest.mark.parametrize(
    ("used", "expected"),
    [("2026-11-20T00:00:00.000Z", "pass"), ("2026-01-20T00:00:00.000Z", "fail")],
)
def test_a_webhook_that_nothing_calls_any_more_fails(used: str, expected: str) -> None:
    place = (f"{GHOST}/integrations/", "integrations", 2, "webhooks")
    hook = {**vendor("ghost").answers[place[0]]["integrations"][2]["webhooks"][1]}
    changes = {place: [{**hook, "last_triggered_at": used}]}
    assert statuses("ghost", "integration.unused", changes) == {expected}


@pytest.mark.parametrize(
    ("password", "expected"), [("listmonk", "fail"), ("Copper-lantern-db-77", "pass")]
)
def test_a_database_with_the_password_of_the_sample_fails(
    tmp_path: Path, password: str, expected: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[db]\nhost = "db"\nuser = "listmonk"\npassword = "{password}"\n')
    assert statuses("listmonk", "software.default-credentials", {}, path) == {expected}


def test_without_the_file_nothing_clears_a_default_password() -> None:
    assert statuses("listmonk", "software.default-credentials", {}) == {"inconclusive"}
