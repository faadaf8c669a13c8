"""What the author of a check can rely on."""

from __future__ import annotations

import types
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import pytest

from scanner.model import Status
from scanner.sdk import (
    Account,
    Check,
    Credential,
    InvalidCheckError,
    NoEvidence,
    Person,
    Reason,
    Rule,
    Severity,
    Unknown,
    Verdict,
    check,
    checks_in,
    failed,
    known,
    not_applicable,
    parameter,
    passed,
)


class Age(Rule, frozen=True):
    """An age."""

    max_days: Annotated[int, parameter("Days.", source="A standard, 1.2", ge=1)] = 90


@check("house.key-age", severity=Severity.HIGH)
def key_age(credential: Credential, rule: Age, now: datetime) -> Verdict:
    """Keys are young.

    Why: Because
        of this.
    Fix: Do that.
    Fix (mautic): Do it there.
    Source: A standard, 1.2
    """
    return _judge(credential, rule, now)


def _judge(credential: Credential, rule: Age, now: datetime) -> Verdict:
    issued = known(credential.issued)
    return passed("Young.") if (now - issued).days <= rule.max_days else failed("Old.")


def test_a_check_is_described_once_by_its_signature_and_docstring() -> None:
    assert key_age.id == "house.key-age"
    assert key_age.family == "house"
    assert key_age.severity is Severity.HIGH
    assert key_age.subjects == (Credential,)
    assert key_age.rule is Age
    assert key_age.takes_now
    assert key_age.title == "Keys are young."
    assert key_age.why == "Because of this."
    assert key_age.source == "A standard, 1.2"


def test_a_fix_is_the_platforms_own_where_it_differs() -> None:
    assert key_age.fix_for("mautic") == "Do it there."
    assert key_age.fix_for("hubspot") == "Do that."


def test_the_facts_a_check_reads_are_found_wherever_it_reads_them() -> None:
    assert key_age.reads == {"issued"}


def test_a_check_may_judge_two_types_and_need_nothing_else() -> None:
    @check("house.both", severity=Severity.LOW)
    def both(_subject: Credential | Person) -> Verdict:
        """Both.

        Why: so.
        Fix: so.
        Source: so.
        """
        return passed("…")

    assert both.subjects == (Credential, Person)
    assert both.rule is None
    assert not both.takes_now


def documented(function: Callable[..., Verdict], text: str) -> Callable[..., Verdict]:
    function.__doc__ = text
    return function


GOOD = "Title.\n\nWhy: so.\nFix: so.\nSource: so.\n"


@pytest.mark.parametrize(
    "id", ["", "mfa", "mfa.", "MFA.x", "mfa.Enrolled", "mfa enrolled.x", "a.b.c"]
)
def test_an_id_of_another_form_is_refused(id: str) -> None:
    def judge(_account: Account) -> Verdict:
        return passed("…")

    with pytest.raises(InvalidCheckError, match="kebab-name"):
        check(id, severity=Severity.LOW)(documented(judge, GOOD))


@pytest.mark.parametrize("section", ["Why", "Fix", "Source"])
def test_a_check_that_does_not_explain_itself_is_refused(section: str) -> None:
    def judge(_account: Account) -> Verdict:
        return passed("…")

    text = GOOD.replace(f"{section}: so.\n", "")
    with pytest.raises(InvalidCheckError, match=rf"house\.x lacks: {section}"):
        check("house.x", severity=Severity.LOW)(documented(judge, text))


def test_a_check_without_a_docstring_is_refused() -> None:
    def judge(_account: Account) -> Verdict:
        return passed("…")

    with pytest.raises(InvalidCheckError, match="Why, Fix, Source"):
        check("house.x", severity=Severity.LOW)(judge)


def no_type(_account) -> Verdict:  # type: ignore[no-untyped-def] # noqa: ANN001 - the fault under test
    return passed("…")


def no_subject(_number: int) -> Verdict:
    return passed("…")


def strange_parameter(_account: Account, _factor: float) -> Verdict:
    return passed("…")


def rule_after_time(_account: Account, _now: datetime, _rule: Age) -> Verdict:
    return passed("…")


@pytest.mark.parametrize("function", [no_type, no_subject, strange_parameter, rule_after_time])
def test_a_signature_that_the_engine_cannot_serve_is_refused(
    function: Callable[..., Verdict],
) -> None:
    with pytest.raises(InvalidCheckError, match=r"parameter"):
        check("house.x", severity=Severity.LOW)(documented(function, GOOD))


@pytest.mark.parametrize("value", [False, None, 0, "", ()])
def test_known_returns_a_value_also_where_it_is_false_or_empty(value: object) -> None:
    assert known(value) is value


def test_known_ends_the_check_where_evidence_is_missing() -> None:
    gap = Unknown(Reason.NOT_EXPOSED)
    with pytest.raises(NoEvidence) as raised:
        known(gap)
    assert raised.value.unknown is gap


def test_the_three_conclusions_keep_their_sentence_and_values() -> None:
    verdict = failed("{name} is late.", name="Mori", observed=3, expected=2)
    assert (verdict.status, verdict.template, verdict.values) == (
        Status.FAIL,
        "{name} is late.",
        {"name": "Mori"},
    )
    assert (verdict.observed, verdict.expected) == (3, 2)
    assert passed("Well.").status is Status.PASS
    assert not_applicable("No {thing}.", thing="key").status is Status.NOT_APPLICABLE


def test_the_checks_of_a_module_come_in_the_order_they_are_written() -> None:
    module = types.ModuleType("house")
    vars(module).update(second=key_age, other=3, first=key_age)
    found = list(checks_in(module))
    assert found == [key_age, key_age]
    assert all(isinstance(each, Check) for each in found)
