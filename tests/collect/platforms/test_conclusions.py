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
