"""The checks of second factors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checks import mfa
from scanner.model import (
    Account,
    Credential,
    CredentialKind,
    Mfa,
    Person,
    Reason,
    SignIn,
    Status,
    Text,
    Unknown,
    Verdict,
)
from scanner.sdk import Check

Judge = Callable[..., Verdict]

PASS, FAIL = Status.PASS, Status.FAIL
INCONCLUSIVE, NOT_APPLICABLE = Status.INCONCLUSIVE, Status.NOT_APPLICABLE
GAP = Unknown(Reason.NOT_SUPPORTED)


def person(**facts: Any) -> Person:
    return Person(id="1", name="花子", **facts)


@pytest.mark.parametrize(("fact", "expected"), [(True, PASS), (False, FAIL), (GAP, INCONCLUSIVE)])
def test_a_second_factor_that_is_a_choice_fails(judge: Judge, fact: bool, expected: Status) -> None:
    assert judge(mfa.enforced, Account(id="shop", mfa_enforced=fact)).status is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"mfa": Mfa.SOME}, PASS),
        ({"mfa": Mfa.EMAIL}, PASS),
        ({"mfa": Mfa.NONE, "can_sign_in": True}, FAIL),
        ({"mfa": Mfa.NONE}, INCONCLUSIVE),
        ({"mfa": Mfa.NONE, "can_sign_in": False}, NOT_APPLICABLE),
        ({"mfa": Mfa.NONE, "can_sign_in": True, "machine": True}, NOT_APPLICABLE),
        ({"mfa": Mfa.NONE, "can_sign_in": True, "machine": False}, FAIL),
        ({"mfa": Mfa.NONE, "can_sign_in": True, "signs_in_by_sso": True}, INCONCLUSIVE),
        ({"mfa": Mfa.NONE, "can_sign_in": True, "signs_in_by_sso": False}, FAIL),
        ({"can_sign_in": True}, INCONCLUSIVE),
        ({"can_sign_in": False}, NOT_APPLICABLE),
        ({"machine": True}, NOT_APPLICABLE),
    ],
)
def test_who_signs_in_by_a_password_alone_fails(
    judge: Judge, facts: dict[str, Any], expected: Status
) -> None:
    assert judge(mfa.enrolled, person(**facts)).status is expected


def test_a_product_without_second_factors_is_neither_a_pass_nor_a_failure(judge: Judge) -> None:
    verdict = judge(mfa.enrolled, person(mfa=GAP, can_sign_in=True))
    assert verdict.status is INCONCLUSIVE
    assert verdict.unknown is GAP


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"administrator": True, "mfa": Mfa.EMAIL}, PASS),
        ({"administrator": True, "mfa": Mfa.SOME}, PASS),
        ({"administrator": True, "mfa": Mfa.NONE, "can_sign_in": True}, FAIL),
        ({"administrator": True, "mfa": Mfa.NONE, "can_sign_in": False}, NOT_APPLICABLE),
        ({"administrator": True, "can_sign_in": True}, INCONCLUSIVE),
        ({"administrator": False, "mfa": Mfa.NONE, "can_sign_in": True}, NOT_APPLICABLE),
        ({"mfa": Mfa.NONE, "can_sign_in": True}, INCONCLUSIVE),
        ({"mfa": Mfa.TOTP, "can_sign_in": True}, NOT_APPLICABLE),
    ],
)
def test_an_administrator_without_a_second_factor_fails(
    judge: Judge, facts: dict[str, Any], expected: Status
) -> None:
    assert judge(mfa.administrators, person(**facts)).status is expected


@pytest.mark.parametrize("check", [mfa.administrators, mfa.method], ids=lambda check: check.id)
def test_factors_are_ordered_from_none_over_intercepted_ones_to_phishing_resistant_ones(
    judge: Judge, check: Any
) -> None:
    order = [{Mfa.NONE}, {Mfa.EMAIL, Mfa.SMS}, {Mfa.PUSH, Mfa.TOTP}, {Mfa.PHISHING_RESISTANT}]
    for wanted, minimums in enumerate(order):
        for minimum in minimums:
            for had, factors in enumerate(order):
                for factor in factors:
                    subject = person(mfa=factor, can_sign_in=True, administrator=True)
                    expected = PASS if had >= wanted else FAIL
                    assert judge(check, subject, minimum=minimum).status is expected


def test_a_weak_factor_is_judged_of_an_account_that_is_known_to_be_open(judge: Judge) -> None:
    assert judge(mfa.method, person(mfa=Mfa.SMS)).status is INCONCLUSIVE
    assert judge(mfa.method, person(mfa=Mfa.SMS, can_sign_in=False)).status is NOT_APPLICABLE
    assert judge(mfa.method, person(mfa=Mfa.SMS, machine=True)).status is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("minimum", "expected"),
    [(Mfa.SMS, PASS), (Mfa.TOTP, INCONCLUSIVE), (Mfa.PHISHING_RESISTANT, INCONCLUSIVE)],
)
def test_a_factor_that_the_platform_does_not_name_counts_as_the_weakest(
    judge: Judge, minimum: Mfa, expected: Status
) -> None:
    subject = person(mfa=Mfa.SOME, can_sign_in=True)
    assert judge(mfa.method, subject, minimum=minimum).status is expected


def totp(**facts: Any) -> Credential:
    return Credential(id="file:seed", kind=CredentialKind.TOTP_SECRET, held=True, **facts)


@pytest.mark.parametrize(
    ("bits", "expected"), [(80, FAIL), (127, FAIL), (128, PASS), (160, PASS), (GAP, INCONCLUSIVE)]
)
def test_a_short_secret_of_a_code_generator_fails(
    judge: Judge, bits: int, expected: Status
) -> None:
    random = totp(totp_bits=bits, totp_guessable=False)
    assert judge(mfa.totp_secret, random).status is expected
    assert judge(mfa.totp_secret, totp(totp_bits=bits, totp_guessable=True)).status is FAIL
    if expected is PASS:
        assert judge(mfa.totp_secret, totp(totp_bits=bits)).status is INCONCLUSIVE


def test_a_password_is_no_code_generator(judge: Judge) -> None:
    subject = Credential(id="a", kind=CredentialKind.PASSWORD)
    assert judge(mfa.totp_secret, subject).status is NOT_APPLICABLE
    assert judge(mfa.totp_parameters, subject).status is NOT_APPLICABLE


GOOD = {"totp_digits": 6, "totp_period": 30, "totp_algorithm": "SHA1"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, PASS),
        ({"totp_digits": 8}, PASS),
        ({"totp_digits": 5}, FAIL),
        ({"totp_period": 60}, FAIL),
        ({"totp_period": None}, FAIL),
        ({"totp_algorithm": "MD5"}, FAIL),
        ({"totp_algorithm": "SHA512"}, PASS),
        ({"totp_period": GAP}, INCONCLUSIVE),
        ({"totp_period": GAP, "totp_digits": 5}, FAIL),
        ({"totp_digits": GAP, "totp_algorithm": "MD5"}, FAIL),
    ],
)
def test_codes_outside_the_standard_fail(
    judge: Judge, changes: dict[str, Any], expected: Status
) -> None:
    assert judge(mfa.totp_parameters, totp(**(GOOD | changes))).status is expected


@pytest.mark.parametrize(
    ("faults", "expected"), [((), PASS), ((Text.of("It is odd"),), FAIL), (GAP, INCONCLUSIVE)]
)
def test_an_address_with_faults_fails(judge: Judge, faults: Any, expected: Status) -> None:
    assert judge(mfa.totp_provisioning, totp(totp_faults=faults)).status is expected


OF_CODES = (
    (mfa.wrong_code_refused, "wrong_code"),
    (mfa.replay_refused, "used_code"),
    (mfa.skew_refused, "old_code"),
)


@pytest.mark.parametrize(("check", "fact"), OF_CODES)
@pytest.mark.parametrize(
    ("opened", "expected"),
    [(False, PASS), (True, FAIL), (None, NOT_APPLICABLE), (GAP, INCONCLUSIVE)],
)
def test_a_code_that_must_not_be_taken_fails_where_it_is(
    judge: Judge, check: Check, fact: str, opened: Any, expected: Status
) -> None:
    record = (Text.of("what was done"),)
    verdict = judge(check, SignIn(id="https://a.test", record=record, **{fact: opened}))
    assert verdict.status is expected
    assert verdict.evidence == (record if expected in {PASS, FAIL} else ())


@pytest.mark.parametrize(("opened", "expected"), [(False, PASS), (True, FAIL), (GAP, INCONCLUSIVE)])
def test_a_password_that_is_enough_fails(judge: Judge, opened: Any, expected: Status) -> None:
    subject = SignIn(id="https://a.test", password_alone=opened)
    assert judge(mfa.enforced_at_sign_in, subject).status is expected
