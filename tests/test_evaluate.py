"""The engine: every subject by every check, and nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from scanner.evaluate import evaluate
from scanner.model import (
    Account,
    AnySubject,
    Credential,
    CredentialKind,
    Deployment,
    Origin,
    Person,
    Reason,
    Severity,
    Status,
    Text,
    Unknown,
    Verdict,
    Witness,
)
from scanner.policy import Policy, Selected
from scanner.sdk import Check, Rule, check, failed, known, passed

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ACCOUNT = Account(id="shop")


class Limit(Rule, frozen=True):
    """A limit."""

    most: int = 1


def explained(function: Callable[..., Verdict]) -> Callable[..., Verdict]:
    function.__doc__ = "It holds.\n\nWhy: so.\nFix: so.\nSource: so.\n"
    return function


@check("first.employed", severity=Severity.LOW)
@explained
def employed(person: Person) -> Verdict:
    return passed("…") if known(person.employed) else failed("…")


@check("first.limited", severity=Severity.LOW)
@explained
def limited(_person: Person, rule: Limit, now: datetime) -> Verdict:
    return passed("{most} {now}", most=rule.most, now=now)


@check("first.dated", severity=Severity.LOW)
@explained
def dated(_person: Person, now: datetime) -> Verdict:
    return passed("{now}", now=now)


@check("first.union", severity=Severity.LOW)
@explained
def union(_subject: Person | Credential) -> Verdict:
    return passed("…")


@check("first.broken", severity=Severity.LOW)
@explained
def broken(person: Person) -> Verdict:
    raise RuntimeError("hunter2 for " + person.id)


def policy(*checks: Check, **values: Any) -> Policy:
    selected = tuple(
        Selected(
            check=each,
            severity=each.severity,
            weight=1,
            rule=each.rule(**values) if each.rule else None,
            sources={},
        )
        for each in checks
    )
    return Policy(name="p", version="1", title="", chain=("p",), selected=selected)


def deployment(*subjects: AnySubject, **populations: Unknown) -> Deployment:
    return Deployment(
        target="shop",
        platform="mautic",
        collected_at=NOW,
        subjects=(ACCOUNT, *subjects),
        populations=populations,
    )


def test_every_subject_of_a_checks_type_is_judged_once_and_no_other() -> None:
    people = [Person(id=str(number), employed=True) for number in range(3)]
    key = Credential(id="key", kind=CredentialKind.API_KEY)
    findings = evaluate(deployment(*people, key), policy(employed), NOW)
    assert [each.subject for each in findings] == people
    assert {each.check for each in findings} == {"first.employed"}


def test_a_check_of_two_types_judges_both() -> None:
    key = Credential(id="key", kind=CredentialKind.API_KEY)
    findings = evaluate(deployment(key, Person(id="1")), policy(union), NOW)
    assert {each.subject.id for each in findings} == {"key", "1"}


def test_a_check_gets_its_rule_and_the_time_it_asked_for() -> None:
    findings = evaluate(deployment(Person(id="1")), policy(limited, dated, most=7), NOW)
    assert [each.verdict.values for each in findings] == [{"most": 7, "now": NOW}, {"now": NOW}]


def test_a_missing_fact_is_a_question_with_its_reason_and_never_a_pass() -> None:
    gap = Unknown(Reason.NOT_PERMITTED, Text.of("No."), Text.of("Grant it."))
    [finding] = evaluate(deployment(Person(id="1", employed=gap)), policy(employed), NOW)
    assert finding.verdict.status is Status.INCONCLUSIVE
    assert finding.verdict.unknown is gap


def test_people_who_lack_a_fact_for_different_reasons_are_told_apart() -> None:
    gaps = [Unknown(reason) for reason in Reason]
    people = [Person(id=str(n), employed=gap) for n, gap in enumerate(gaps)]
    findings = evaluate(deployment(*people), policy(employed), NOW)
    assert [each.verdict.unknown for each in findings] == gaps


def test_a_list_that_is_incomplete_yields_one_question_more() -> None:
    gap = Unknown(Reason.RATE_LIMITED)
    findings = evaluate(
        deployment(Person(id="1", employed=True), Person=gap), policy(employed), NOW
    )
    assert [each.verdict.status for each in findings] == [Status.PASS, Status.INCONCLUSIVE]
    assert [each.blind for each in findings] == [False, True]
    assert findings[1].subject is ACCOUNT
    assert findings[1].verdict.unknown is gap


def test_an_empty_list_that_is_complete_yields_nothing() -> None:
    assert evaluate(deployment(), policy(employed), NOW) == []


def test_a_check_of_two_types_asks_once_however_many_lists_are_missing() -> None:
    gaps = {"Person": Unknown(Reason.TIMED_OUT), "Credential": Unknown(Reason.DISABLED)}
    findings = evaluate(deployment(**gaps), policy(union), NOW)
    assert len(findings) == 1
    assert findings[0].blind


def test_a_broken_check_is_an_error_of_its_own_and_the_others_go_on() -> None:
    found = evaluate(deployment(Person(id="1", employed=True)), policy(broken, employed), NOW)
    assert [each.verdict.status for each in found] == [Status.ERROR, Status.PASS]


def test_an_error_tells_kind_and_place_but_nothing_that_the_check_said() -> None:
    [finding] = evaluate(deployment(Person(id="secret-id")), policy(broken), NOW)
    assert finding.verdict.values["kind"] == "RuntimeError"
    assert finding.verdict.values["place"].startswith("test_evaluate.py:")
    assert "hunter2" not in repr(finding.verdict)
    assert "secret-id" not in repr(finding.verdict)


def test_a_statement_counts_until_it_lapses_and_is_a_question_from_then_on() -> None:
    until = NOW + timedelta(days=1)
    witness = Witness(origin=Origin.ATTESTED, by="Sato", until=until)
    held = deployment(Person(id="1", employed=True, witnesses={"employed": witness}))
    [before] = evaluate(held, policy(employed), until)
    [after] = evaluate(held, policy(employed), until + timedelta(seconds=1))
    assert before.verdict.status is Status.PASS
    assert after.verdict.status is Status.INCONCLUSIVE
    assert after.verdict.unknown is not None
    assert after.verdict.unknown.reason is Reason.EXPIRED
