"""The checks of self-hosted software."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checks import software
from scanner.model import Reason, Site, Software, Status, Text, Unknown, Verdict
from scanner.sdk import Check

Judge = Callable[..., Verdict]

PASS, FAIL = Status.PASS, Status.FAIL
INCONCLUSIVE, NOT_APPLICABLE = Status.INCONCLUSIVE, Status.NOT_APPLICABLE
GAP = Unknown(Reason.NOT_CONFIGURED)


def product(**facts: Any) -> Software:
    return Software(id="mautic", product="Mautic", **facts)


@pytest.mark.parametrize(
    ("advisories", "as_of", "expected"),
    [
        ((), "2026-07-02", PASS),
        (("CVE-2026-9559 (critical): Path traversal",), "2026-07-02", FAIL),
        (("CVE-2026-9559 (critical): Path traversal",), GAP, FAIL),
        ((), "2025-11-24", PASS),
        ((), "2025-11-23", INCONCLUSIVE),
        ((), "yesterday?", INCONCLUSIVE),
        ((), "", INCONCLUSIVE),
        ((), GAP, INCONCLUSIVE),
        (GAP, "2026-07-02", INCONCLUSIVE),
    ],
)
def test_a_version_is_cleared_only_by_a_list_that_is_recent(
    judge: Judge, advisories: tuple[str, ...], as_of: str, expected: Status
) -> None:
    subject = product(advisories=advisories, advisories_as_of=as_of)
    assert judge(software.known_vulnerabilities, subject).status is expected


@pytest.mark.parametrize(
    ("check", "fact", "fault"),
    [
        (software.debug, "debug", True),
        (software.secret_key, "secret_key_default", True),
        (software.cors, "cors_any_origin", True),
        (software.session_cookie, "site_https", False),
        (software.database_superuser, "database_superuser", True),
        (software.config_permissions, "config_readable_by_others", True),
    ],
    ids=lambda value: value.id if isinstance(value, Check) else str(value),
)
def test_a_setting_that_opens_a_door_fails(
    judge: Judge, check: Check, fact: str, fault: bool
) -> None:
    assert judge(check, product(**{fact: fault})).status is FAIL
    assert judge(check, product(**{fact: not fault})).status is PASS
    assert judge(check, product(**{fact: GAP})).status is INCONCLUSIVE


@pytest.mark.parametrize(
    ("hosts", "expected"), [((), FAIL), (("ma.example.co.jp",), PASS), (GAP, INCONCLUSIVE)]
)
def test_a_product_that_answers_to_any_host_name_fails(
    judge: Judge, hosts: tuple[str, ...], expected: Status
) -> None:
    assert judge(software.trusted_hosts, product(trusted_hosts=hosts)).status is expected


@pytest.mark.parametrize(
    ("proxies", "expected"),
    [((), PASS), (("10.0.0.1",), PASS), (("10.0.0.1", "0.0.0.0/0"), FAIL), (GAP, INCONCLUSIVE)],
)
def test_a_product_that_believes_everybody_to_be_its_proxy_fails(
    judge: Judge, proxies: tuple[str, ...], expected: Status
) -> None:
    assert judge(software.trusted_proxies, product(trusted_proxies=proxies)).status is expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(31_536_000, PASS), (60, FAIL), (None, FAIL), (GAP, INCONCLUSIVE)],
)
def test_hsts_for_less_than_a_year_fails(
    judge: Judge, seconds: int | None, expected: Status
) -> None:
    assert judge(software.hsts, product(hsts_seconds=seconds)).status is expected


@pytest.mark.parametrize(
    ("secure", "http_only", "expected"),
    [
        (True, True, PASS),
        (False, True, FAIL),
        (True, False, FAIL),
        (GAP, False, FAIL),
        (False, GAP, FAIL),
        (GAP, True, INCONCLUSIVE),
        (True, GAP, INCONCLUSIVE),
    ],
)
def test_a_cookie_without_one_of_its_flags_fails(
    judge: Judge, secure: bool, http_only: bool, expected: Status
) -> None:
    subject = product(cookies_secure=secure, cookies_http_only=http_only)
    assert judge(software.cookie_flags, subject).status is expected


@pytest.mark.parametrize(
    ("check", "what"),
    [(software.database_encryption, "database"), (software.mailer_encryption, "mailer")],
    ids=["database", "mailer"],
)
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((True, True), PASS),
        ((GAP, True), PASS),
        ((True, False), FAIL),
        ((False, False), NOT_APPLICABLE),
        ((False, GAP), NOT_APPLICABLE),
        ((GAP, False), INCONCLUSIVE),
        ((True, GAP), INCONCLUSIVE),
    ],
)
def test_an_unencrypted_way_to_another_machine_fails(
    judge: Judge, check: Check, what: str, facts: tuple[bool, bool], expected: Status
) -> None:
    remote, encrypted = facts
    subject = product(**{f"{what}_remote": remote, f"{what}_encrypted": encrypted})
    assert judge(check, subject).status is expected


@pytest.mark.parametrize(
    ("defaults", "expected"),
    [((), PASS), ((Text.of("the user of the database"),), FAIL), (GAP, INCONCLUSIVE)],
)
def test_a_password_of_the_vendors_sample_fails(
    judge: Judge, defaults: Any, expected: Status
) -> None:
    subject = product(default_credentials=defaults)
    assert judge(software.default_credentials, subject).status is expected


@pytest.mark.parametrize(
    ("installers", "expected"),
    [((), PASS), (("/installer",), FAIL), (GAP, INCONCLUSIVE)],
)
def test_an_installer_that_everybody_reaches_fails(
    judge: Judge, installers: Any, expected: Status
) -> None:
    site = Site(id="https://ma.example", host="ma.example", installers=installers)
    assert judge(software.installer_reachable, site).status is expected
