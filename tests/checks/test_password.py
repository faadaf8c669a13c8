"""The checks of passwords."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from checks import password
from scanner.model import Account, Credential, CredentialKind, Reason, Status, Unknown, Verdict

Judge = Callable[..., Verdict]

PASS, FAIL = Status.PASS, Status.FAIL
INCONCLUSIVE, NOT_APPLICABLE = Status.INCONCLUSIVE, Status.NOT_APPLICABLE
GAP = Unknown(Reason.NOT_PERMITTED)


def secret(**facts: Any) -> Credential:
    return Credential(id="keyring:mamori/a", kind=CredentialKind.PASSWORD, held=True, **facts)


@pytest.mark.parametrize(
    ("score", "expected"), [(0, FAIL), (2, FAIL), (3, PASS), (4, PASS), (GAP, INCONCLUSIVE)]
)
def test_a_password_that_is_easily_guessed_fails(
    judge: Judge, score: int, expected: Status
) -> None:
    assert judge(password.strength, secret(strength=score)).status is expected


def test_a_key_is_not_judged_as_if_a_person_had_chosen_it(judge: Judge) -> None:
    key = Credential(id="env:TOKEN", kind=CredentialKind.API_KEY, held=True, strength=0, length=3)
    assert judge(password.strength, key).status is NOT_APPLICABLE
    assert judge(password.length, key).status is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("length", "protected", "expected"),
    [
        (15, False, PASS),
        (14, False, FAIL),
        (8, True, PASS),
        (7, True, FAIL),
        (15, GAP, PASS),
        (7, GAP, FAIL),
        (14, GAP, INCONCLUSIVE),
        (GAP, True, INCONCLUSIVE),
    ],
)
def test_length_is_judged_by_whether_a_second_factor_stands_beside_it(
    judge: Judge, length: int, protected: bool, expected: Status
) -> None:
    subject = secret(length=length, mfa_protected=protected)
    assert judge(password.length, subject).status is expected


@pytest.mark.parametrize(("protected", "named"), [(False, 15), (True, 8), (GAP, 8)])
def test_a_short_password_is_told_the_minimum_that_it_surely_breaks(
    judge: Judge, protected: bool, named: int
) -> None:
    verdict = judge(password.length, secret(length=7, mfa_protected=protected))
    assert verdict.values == {"least": named}


def test_a_policy_that_asks_for_more_beside_a_second_factor_is_followed(judge: Judge) -> None:
    subject = secret(length=10, mfa_protected=True)
    assert judge(password.length, subject, minimum=8, minimum_with_mfa=12).status is FAIL


@pytest.mark.parametrize("length", [0, 6, 13, 14])
def test_a_finding_never_tells_how_long_a_password_is(judge: Judge, length: int) -> None:
    subject = secret(length=length, mfa_protected=False)
    verdict = judge(password.length, subject)
    assert verdict.status is FAIL
    told = msgspec.json.decode(msgspec.json.encode(verdict))
    assert length not in {told["observed"], told["expected"], *told["values"].values()}


@pytest.mark.parametrize(
    ("others", "expected"), [((), PASS), (("shop: env:B",), FAIL), (GAP, INCONCLUSIVE)]
)
def test_a_secret_used_twice_fails(judge: Judge, others: tuple[str, ...], expected: Status) -> None:
    assert judge(password.reuse, secret(shared_with=others)).status is expected


@pytest.mark.parametrize(
    ("others", "expected"), [((), PASS), (("shop: env:B",), FAIL), (GAP, INCONCLUSIVE)]
)
def test_a_variation_of_another_password_fails(
    judge: Judge, others: tuple[str, ...], expected: Status
) -> None:
    assert judge(password.near_reuse, secret(resembles=others)).status is expected
    key = Credential(id="7", kind=CredentialKind.API_KEY, held=True)
    assert judge(password.near_reuse, key).status is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("times", "expected"), [(0, PASS), (1, FAIL), (37_000_000, FAIL), (GAP, INCONCLUSIVE)]
)
def test_a_leaked_password_fails(judge: Judge, times: int, expected: Status) -> None:
    assert judge(password.breached, secret(breaches=times)).status is expected
    key = Credential(id="7", kind=CredentialKind.API_KEY, held=True)
    assert judge(password.breached, key).status is NOT_APPLICABLE


def test_reuse_is_not_guessed_of_secrets_that_nobody_handed_over(judge: Judge) -> None:
    listed = Credential(id="7", kind=CredentialKind.API_KEY)
    assert judge(password.reuse, listed).status is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"password_min_length": 15, "password_blocklist": True}, PASS),
        ({"password_min_length": 15, "password_blocklist": False}, FAIL),
        ({"password_min_length": 15}, INCONCLUSIVE),
        ({"password_min_length": 6}, FAIL),
        ({"password_min_length": 8, "password_blocklist": True}, INCONCLUSIVE),
        ({"password_min_length": 8, "password_blocklist": True, "mfa_enforced": True}, PASS),
        ({"password_min_length": 8, "password_blocklist": True, "mfa_enforced": False}, FAIL),
        ({"password_blocklist": False}, FAIL),
        ({"password_blocklist": True}, INCONCLUSIVE),
    ],
)
def test_the_platform_must_refuse_short_and_common_passwords(
    judge: Judge, facts: dict[str, Any], expected: Status
) -> None:
    assert judge(password.platform_policy, Account(id="shop", **facts)).status is expected


@pytest.mark.parametrize(
    ("demanded", "wanted", "expected"),
    [
        (True, "forbidden", FAIL),
        (False, "forbidden", PASS),
        (True, "required", PASS),
        (False, "required", FAIL),
        (GAP, "required", INCONCLUSIVE),
        (GAP, "any", NOT_APPLICABLE),
    ],
)
def test_mixed_characters_are_judged_by_the_side_the_policy_takes(
    judge: Judge, demanded: bool, wanted: str, expected: Status
) -> None:
    subject = Account(id="shop", password_composition=demanded)
    rule = {"composition": password.Composition(wanted)}
    assert judge(password.composition, subject, **rule).status is expected


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [(5, PASS), (100, PASS), (101, FAIL), (None, FAIL), (GAP, INCONCLUSIVE)],
)
def test_guessing_without_a_limit_fails(
    judge: Judge, attempts: int | None, expected: Status
) -> None:
    assert judge(password.lockout, Account(id="shop", lockout_attempts=attempts)).status is expected


@pytest.mark.parametrize(("taken", "expected"), [(True, FAIL), (False, PASS), (GAP, INCONCLUSIVE)])
def test_an_api_that_takes_passwords_fails(judge: Judge, taken: bool, expected: Status) -> None:
    subject = Account(id="shop", api_password_sign_in=taken)
    assert judge(password.api_sign_in, subject).status is expected


@pytest.mark.parametrize(
    ("limited", "expected"), [(True, PASS), (False, FAIL), (GAP, INCONCLUSIVE)]
)
def test_an_api_without_a_limit_fails(judge: Judge, limited: bool, expected: Status) -> None:
    subject = Account(id="shop", api_rate_limited=limited)
    assert judge(password.api_rate_limit, subject).status is expected
