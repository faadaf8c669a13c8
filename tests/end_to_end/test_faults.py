"""Whatever the deployment does, that section is inconclusive and the rest is reported."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

STRONG = {"SHOP": "q7-Vx2m-Lr9z-Kp4w-Td8s-Hn3b"}

ROLE = {
    "id": 2,
    "name": "mamori",
    "isAdmin": False,
    "rawPermissions": {
        "user:users": ["view"],
        "webhook:webhooks": ["viewother"],
        "form:forms": ["viewother"],
        "email:emails": ["viewother"],
    },
}
USER = {
    "isPublished": True,
    "id": 1,
    "username": "hanako",
    "firstName": "Hanako",
    "lastName": "Yamada",
    "email": "hanako@example.co.jp",
    "role": ROLE,
    "lastLogin": "2099-01-01T00:00:00+00:00",
    "dateAdded": "2020-01-01T00:00:00+00:00",
}
SCANNER = {**USER, "id": 2, "username": "scanner", "email": "scanner@example.co.jp"}
VERSION = {"Mautic-Version": "7.1.2"}


@pytest.fixture
def mautic(server: Any) -> Any:
    """A small Mautic without faults."""
    server.answer("/api/users/self", SCANNER, headers=VERSION)
    server.answer("/api/users", {"total": 2, "users": [USER, SCANNER]}, headers=VERSION)
    server.answer("/api/stats/audit_log", {"stats": [], "total": "0"}, headers=VERSION)
    server.answer("/api/hooks", {"total": 0, "hooks": []}, headers=VERSION)
    server.answer("/api/forms", {"total": 0, "forms": []}, headers=VERSION)
    server.answer("/api/emails", {"total": 0, "emails": []}, headers=VERSION)
    server.answer("/api/contacts", {"total": "4", "contacts": {}}, headers=VERSION)
    return server


def reasons(target: Any) -> dict[str, str]:
    return {problem["where"]: problem["reason"] for problem in target["problems"]}


def statuses(target: Any, check: str) -> set[str]:
    return {each["status"] for each in target["findings"] if each["check"] == check}


def endless() -> Iterator[bytes]:
    yield from itertools.repeat(b'{"users": "' + b"x" * 65_536)


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"status": 401}, "unauthenticated"),
    ({"status": 403, "body": {"errors": [{"code": 403, "type": None}]}}, "not_permitted"),
    ({"status": 429, "headers": {"Retry-After": "3600"}}, "rate_limited"),
    ({"status": 500}, "server_error"),
    ({"body": b"<html><title>Sign in</title></html>"}, "malformed"),
    ({"body": {"users": "nonsense"}}, "malformed"),
    ({"body": endless()}, "too_large"),
    ({"status": 302, "headers": {"Location": "https://elsewhere.example/"}}, "redirected"),
]


@pytest.mark.parametrize(("fault", "reason"), FAULTS, ids=[reason for _, reason in FAULTS])
def test_one_failing_section_is_named_and_leaves_the_others_standing(
    mautic: Any,
    config: Callable[..., Path],
    mamori: Callable[..., Any],
    fault: dict[str, Any],
    reason: str,
) -> None:
    mautic.answer("/api/users", **fault)
    ran = mamori("scan", "--config", config(mautic.url), "--format", "json", variables=STRONG)
    assert reasons(ran.target)["users"] == reason
    assert statuses(ran.target, "access.dormant") == {"inconclusive"}
    assert statuses(ran.target, "software.known-vulnerabilities") == {"pass"}
    assert ran.err == ""


def test_retry_after_is_waited_for(
    mautic: Any, config: Callable[..., Path], mamori: Callable[..., Any]
) -> None:
    refused: Iterator[Any] = iter([({}, 429, {"Retry-After": "0"})])
    mautic.decide("/api/users", lambda _: next(refused, {"total": 1, "users": [USER]}))
    ran = mamori("scan", "--config", config(mautic.url), "--format", "json", variables=STRONG)
    assert "users" not in reasons(ran.target)


def test_a_deployment_that_is_down_leaves_what_else_is_known(
    config: Callable[..., Path], mamori: Callable[..., Any]
) -> None:
    path = config("http://127.0.0.1:9")
    ran = mamori("scan", "--config", path, "--format", "json", variables=STRONG)
    assert ran.code == 11
    assert reasons(ran.target)["sign-in"] == "unreachable"
    assert statuses(ran.target, "password.strength") == {"pass"}
    assert statuses(ran.target, "mfa.enrolled") == {"inconclusive"}


def test_nothing_seen_at_all_is_exit_3(
    config: Callable[..., Path], mamori: Callable[..., Any]
) -> None:
    ran = mamori("scan", "--config", config("http://127.0.0.1:9"), "--format", "json")
    assert ran.code == 3
    assert reasons(ran.target)["env:SHOP"] == "not_configured"


def test_a_name_full_of_escapes_is_shown_harmlessly(
    mautic: Any, config: Callable[..., Path], mamori: Callable[..., Any]
) -> None:
    hostile = {**USER, "id": 3, "firstName": "\x1b]0;pwned\x07\x1b[31m", "lastName": "x" * 10_000}
    mautic.answer("/api/users", {"total": 2, "users": [hostile, SCANNER]}, headers=VERSION)
    path = config(mautic.url)
    for form in ("text", "json", "ndjson"):
        ran = mamori("scan", "--config", path, "--format", form, "--details", variables=STRONG)
        assert "\x1b" not in ran.out
        assert "\x07" not in ran.out
        assert "pwned" in ran.out
        assert "x" * 1000 not in ran.out


def test_only_the_declared_calls_are_made_and_the_dry_run_names_them_all(
    mautic: Any, config: Callable[..., Path], mamori: Callable[..., Any]
) -> None:
    path = config(mautic.url)
    planned = mamori("scan", "--config", path, "--dry-run", variables=STRONG)
    assert planned.code == 0
    assert mautic.asked == []
    mamori("scan", "--config", path, "--quiet", variables=STRONG)
    assert mautic.asked
    for asked in mautic.asked:
        assert f"{asked.method} {mautic.url}{asked.path} " in planned.out


def test_the_credential_is_not_sent_over_plain_http_to_another_machine(
    config: Callable[..., Path], mamori: Callable[..., Any]
) -> None:
    path = config("http://ma.invalid", more="    endpoints: []\n")
    ran = mamori("scan", "--config", path, "--format", "json", variables=STRONG)
    assert reasons(ran.target)["sign-in"] == "refused"


def test_an_endpoint_that_is_no_host_leaves_the_others_judged(
    mautic: Any, config: Callable[..., Path], mamori: Callable[..., Any]
) -> None:
    endpoint = mautic.url.removeprefix("http://")
    path = config(mautic.url, more=f'    endpoints: ["{endpoint}", "☃☃.example:443"]\n')
    ran = mamori("scan", "--config", path, "--format", "json", variables=STRONG)
    judged = [each for each in ran.target["findings"] if each["check"] == "tls.available"]
    assert {each["status"] for each in judged} == {"fail", "inconclusive"}
    assert "tls ☃☃.example:443" in reasons(ran.target)
