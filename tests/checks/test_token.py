"""The checks of tokens and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checks import token
from scanner.model import (
    Account,
    Artifact,
    Credential,
    CredentialKind,
    Reason,
    Status,
    Storage,
    Unknown,
    Verdict,
)

Judge = Callable[..., Verdict]

PASS, FAIL = Status.PASS, Status.FAIL
INCONCLUSIVE, NOT_APPLICABLE = Status.INCONCLUSIVE, Status.NOT_APPLICABLE
GAP = Unknown(Reason.NOT_EXPOSED)


def key(kind: CredentialKind = CredentialKind.API_KEY, **facts: Any) -> Credential:
    return Credential(id="env:TOKEN", kind=kind, **facts)


@pytest.mark.parametrize(
    ("excess", "expected"),
    [((), PASS), (("administrator",), FAIL), (None, NOT_APPLICABLE), (GAP, INCONCLUSIVE)],
)
def test_a_scanner_that_may_do_more_than_look_fails(
    judge: Judge, excess: tuple[str, ...], expected: Status
) -> None:
    subject = Account(id="shop", scanner_excess=excess)
    assert judge(token.scanner_least_privilege, subject).status is expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Storage.ENCRYPTED, PASS),
        (Storage.OWNER_ONLY, PASS),
        (Storage.ENVIRONMENT, PASS),
        (Storage.READABLE_BY_OTHERS, FAIL),
        (Storage.PLAINTEXT_KEYRING, FAIL),
        (GAP, INCONCLUSIVE),
    ],
)
def test_a_secret_that_others_can_read_fails(
    judge: Judge, place: Storage, expected: Status
) -> None:
    assert judge(token.storage, key(held=True, storage=place)).status is expected


def test_a_policy_can_refuse_the_environment(judge: Judge) -> None:
    subject = key(held=True, storage=Storage.ENVIRONMENT)
    assert judge(token.storage, subject, accepted=(Storage.ENCRYPTED,)).status is FAIL


def test_the_place_of_a_key_that_is_only_listed_is_not_judged(judge: Judge) -> None:
    assert judge(token.storage, key()).status is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("owner", "expected"), [("marketing", PASS), ("", FAIL), ("  ", FAIL), (GAP, INCONCLUSIVE)]
)
def test_a_key_without_an_owner_fails(judge: Judge, owner: str, expected: Status) -> None:
    assert judge(token.owner, key(owner=owner)).status is expected


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        (("forms", "contacts.read"), PASS),
        ((), PASS),
        (("forms", "*"), FAIL),
        (("ADMIN",), FAIL),
        (GAP, INCONCLUSIVE),
    ],
)
def test_a_key_that_allows_everything_fails(
    judge: Judge, scopes: tuple[str, ...], expected: Status
) -> None:
    assert judge(token.least_privilege, key(scopes=scopes)).status is expected


def test_a_password_is_no_key(judge: Judge) -> None:
    subject = key(CredentialKind.PASSWORD)
    assert judge(token.owner, subject).status is NOT_APPLICABLE
    assert judge(token.least_privilege, subject).status is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((), Status.PASS),
        (("a.js:1 SendGrid API key …abcd (01234567)",), Status.FAIL),
        (Unknown(Reason.NOT_PERMITTED), Status.INCONCLUSIVE),
    ],
)
def test_a_key_that_lies_open_fails(judge: Judge, keys: Any, expected: Status) -> None:
    assert judge(token.exposed, Artifact(id="site", exposed_keys=keys)).status is expected


@pytest.mark.parametrize(("active", "expected"), [(True, PASS), (False, FAIL), (GAP, INCONCLUSIVE)])
def test_a_key_whose_owner_has_no_account_any_more_fails(
    judge: Judge, active: Any, expected: Status
) -> None:
    subject = key(CredentialKind.OAUTH_GRANT, owner="gone@example.co.jp", owner_active=active)
    assert judge(token.departed_owner, subject).status is expected


def test_a_secret_that_mamori_was_given_is_not_judged_by_its_owners_account(judge: Judge) -> None:
    subject = key(held=True, owner="Web team", owner_active=False)
    assert judge(token.departed_owner, subject).status is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("restricted", "expected"), [(True, PASS), (False, FAIL), (GAP, INCONCLUSIVE)]
)
def test_a_key_that_works_from_everywhere_fails(
    judge: Judge, restricted: Any, expected: Status
) -> None:
    assert judge(token.network, key(ip_restricted=restricted)).status is expected
