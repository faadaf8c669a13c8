"""The score on the built-in checks and the shipped policies: never better by blindness."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from scanner import registry
from scanner.evaluate import evaluate
from scanner.language import ENGLISH
from scanner.model import (
    SUBJECT_TYPES,
    Account,
    AnySubject,
    Deployment,
    Finding,
    Mfa,
    Person,
    Reason,
    Severity,
    Status,
    Subject,
    Text,
    Unknown,
    Verdict,
)
from scanner.model.deployment import decode_snapshot, encode_snapshot
from scanner.policy import WEIGHTS, Policy, load_policy, shipped
from scanner.score import GRADES, Score, Weighed, score, score_tallies, tally
from scanner.sdk import Check

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
POLICIES = sorted(shipped())
SHARED = {"id", "name", "origin", "witnesses", "kind", "product", "host", "port", "evidence"}
NO_FACTS = {"held", "used_by_scanner", "record", "sends_to"}
"""What is always known of a subject."""
ACCOUNT = Account(id="shop")

BETTER = {Status.FAIL: 0, Status.INCONCLUSIVE: 0, Status.NOT_APPLICABLE: 1, Status.PASS: 2}
"""What each conclusion brings the score; an error would be as bad as a failure."""


@cache
def policy(name: str) -> Policy:
    return load_policy(name)


def weighed(name: str) -> list[Weighed]:
    return [Weighed(each.check.id, each.severity, each.weight) for each in policy(name)]


# Random deployments

REASONS = [Unknown(reason) for reason in Reason]
unknowns = st.sampled_from(REASONS)
TEXTS = [
    *("", "admin", "info@example.co.jp", "hanako.mori", "営業", "2026-01-01", "RSA", "EC", "MD5"),
    *("none", "quarantine", "reject", "enforce", "pass", "softfail", "self", "lax"),
    *("SHA256", "self_signed", "good", "revoked", "*", "0.0.0.0/0", "\x1b[31m", "{brace}"),
]
KNOWN_TYPES: dict[Any, Callable[[Random], Any]] = {
    Unknown: lambda random: random.choice(REASONS),
    bool: lambda random: random.random() < 0.5,
    int: lambda random: random.choice([0, random.randint(1, 30), random.randint(0, 100_000_000)]),
    float: lambda random: random.choice([0.0, 40.0, random.uniform(0, 40)]),
    str: lambda random: random.choice(TEXTS),
    datetime: lambda random: NOW + timedelta(days=random.randint(-900, 400)),
    types.NoneType: lambda random: None,
    Text: lambda random: Text.of("it is not as it should be"),
}


@cache
def maker(hint: Any) -> Callable[[Random], Any]:
    """Return what makes values of the type `hint`, unknown ones among them where it allows them."""
    arguments = typing.get_args(hint)
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        either = [maker(each) for each in arguments]
        return lambda random: random.choice(either)(random)
    if typing.get_origin(hint) is tuple:
        if arguments[-1] is not Ellipsis:
            each_of = [maker(each) for each in arguments]
            return lambda random: tuple(make(random) for make in each_of)
        entry = maker(arguments[0])
        return lambda random: tuple(entry(random) for _ in range(random.randint(0, 3)))
    if typing.get_origin(hint) is dict:
        key, value = map(maker, arguments)
        return lambda random: {key(random): value(random) for _ in range(random.randint(0, 3))}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        members = list(hint)
        return lambda random: random.choice(members)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct) and hint not in KNOWN_TYPES:
        parts = {part: maker(typing.get_type_hints(hint)[part]) for part in hint.__struct_fields__}
        return lambda random: hint(**{part: make(random) for part, make in parts.items()})
    return KNOWN_TYPES[hint]


@cache
def subject_maker(
    kind: type[Subject], facts: frozenset[str] | None = None
) -> Callable[[Random], Any]:
    """Return what makes subjects of `kind`, with values for all `facts`, or for those named."""
    hints = typing.get_type_hints(kind)
    fields = {
        name: maker(hints[name])
        for name in kind.__struct_fields__
        if name not in SHARED and (facts is None or name in facts)
    }
    fixed: dict[str, Any] = {}
    if "kind" in kind.__struct_fields__:
        if hints["kind"] is str:
            fixed["kind"] = "webhook"
        else:
            fields["kind"] = maker(hints["kind"])
    if "product" in kind.__struct_fields__:
        fixed["product"] = "Mautic"
    if hints.get("host") is str:
        fixed["host"] = "ma.example.co.jp"
    if "port" in kind.__struct_fields__:
        fixed["port"] = 443

    def make(random: Random) -> Any:
        found = {name: make(random) for name, make in fields.items()}
        return kind(id=str(UUID(int=random.getrandbits(128))), **fixed, **found)

    return make


seeds = st.randoms(use_true_random=True)


@cache
def subjects(kind: type[Subject]) -> st.SearchStrategy[Any]:
    """Return subjects of `kind`.

    Each is one draw: to draw each of its facts by itself takes ten times as long.
    """
    return seeds.map(subject_maker(kind))


def unknown_among(kinds: Iterable[str]) -> st.SearchStrategy[dict[str, Unknown]]:
    return st.dictionaries(st.sampled_from(sorted(kinds)), unknowns, max_size=2)


@st.composite
def deployments(draw: st.DrawFn) -> Deployment:
    others = [kind for kind in SUBJECT_TYPES.values() if kind is not Account]
    found: list[AnySubject] = [draw(subjects(Account))]
    kinds = draw(st.lists(st.sampled_from(others), max_size=6))
    found += [draw(subjects(kind)) for kind in kinds]
    return Deployment(
        target="shop",
        platform="mautic",
        collected_at=NOW,
        subjects=tuple(found),
        populations=draw(unknown_among(SUBJECT_TYPES)),
    )


quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=40)


def judged(deployment: Deployment, name: str) -> Score:
    return score(evaluate(deployment, policy(name), NOW), weighed(name))


def is_known(subject: Subject, fact: str) -> bool:
    return fact not in SHARED and not isinstance(getattr(subject, fact), (Unknown, dict))


def facts_known(deployment: Deployment) -> list[tuple[int, str]]:
    return [
        (place, fact)
        for place, subject in enumerate(deployment.subjects)
        for fact in subject.__struct_fields__
        if is_known(subject, fact) and fact not in {"held", "used_by_scanner"}
    ]


def changed(deployment: Deployment, place: int, fact: str, value: Any) -> Deployment:
    found = list(deployment.subjects)
    found[place] = msgspec.structs.replace(found[place], **{fact: value})
    return msgspec.structs.replace(deployment, subjects=tuple(found))


# The checks


@cache
def alone(check: str, name: str) -> Policy:
    return policy(name).only([check])


def status(check: Check, subject: AnySubject, name: str) -> Status:
    held: tuple[AnySubject, ...] = (
        (subject,) if isinstance(subject, Account) else (ACCOUNT, subject)
    )
    deployment = Deployment(target="t", platform="mautic", collected_at=NOW, subjects=held)
    return next(
        each.verdict.status
        for each in evaluate(deployment, alone(check.id, name), NOW)
        if each.subject is subject
    )


@pytest.mark.parametrize("check", registry.checks().values(), ids=lambda check: check.id)
@settings(deadline=None, max_examples=40)
@given(random=seeds)
def test_losing_a_fact_never_improves_a_verdict(check: Check, random: Random) -> None:
    name = random.choice(POLICIES)
    subject = subject_maker(random.choice(check.subjects), check.reads)(random)
    note(f"{subject} by {name}")
    before = status(check, subject, name)
    for fact in check.reads - SHARED - NO_FACTS:
        if fact in subject.__struct_fields__ and is_known(subject, fact):
            blinded = msgspec.structs.replace(subject, **{fact: Unknown(Reason.NOT_PERMITTED)})
            assert BETTER[status(check, blinded, name)] <= BETTER[before], fact


@quick
@given(deployment=deployments(), name=st.sampled_from(POLICIES))
def test_no_check_ever_breaks_on_any_deployment(deployment: Deployment, name: str) -> None:
    findings = evaluate(deployment, policy(name), NOW)
    assert [each for each in findings if each.verdict.status is Status.ERROR] == []


@quick
@given(deployment=deployments(), name=st.sampled_from(POLICIES))
def test_every_sentence_of_a_check_has_the_values_that_its_places_name(
    deployment: Deployment, name: str
) -> None:
    for each in evaluate(deployment, policy(name), NOW):
        if each.verdict.template:
            assert ENGLISH.fill(each.verdict.template, each.verdict.values).strip()
        else:
            assert each.verdict.unknown is not None


@quick
@given(deployment=deployments(), name=st.sampled_from(POLICIES), data=st.data())
def test_closing_an_account_never_lowers_the_score(
    deployment: Deployment, name: str, data: st.DataObject
) -> None:
    both = (*deployment.subjects, data.draw(subjects(Person)))
    held = msgspec.structs.replace(deployment, subjects=both)
    opened = changed(held, len(both) - 1, "can_sign_in", value=True)
    closed = changed(held, len(both) - 1, "can_sign_in", value=False)
    assert judged(closed, name).low >= judged(opened, name).low


@quick
@given(deployment=deployments(), name=st.sampled_from(POLICIES), data=st.data())
def test_a_stronger_second_factor_never_lowers_the_score(
    deployment: Deployment, name: str, data: st.DataObject
) -> None:
    person = data.draw(subjects(Person))
    low = -1.0
    for mfa in (Mfa.NONE, Mfa.EMAIL, Mfa.SMS, Mfa.PUSH, Mfa.TOTP, Mfa.PHISHING_RESISTANT):
        stronger = msgspec.structs.replace(person, mfa=mfa)
        held = msgspec.structs.replace(deployment, subjects=(*deployment.subjects, stronger))
        reached = judged(held, name).low
        assert reached >= low, mfa
        low = reached


@quick
@given(deployment=deployments(), name=st.sampled_from(POLICIES), data=st.data())
def test_losing_evidence_never_raises_the_score_or_the_grade(
    deployment: Deployment, name: str, data: st.DataObject
) -> None:
    before = judged(deployment, name)
    blinded = deployment
    for place, fact in data.draw(st.lists(st.sampled_from(facts_known(deployment)), max_size=12)):
        blinded = changed(blinded, place, fact, data.draw(unknowns))
    after = judged(blinded, name)
    assert after.low <= before.low
    assert after.grade >= before.grade


@quick
@given(deployment=deployments(), name=st.sampled_from(POLICIES), gap=unknowns)
def test_losing_a_whole_list_never_raises_the_score_or_the_grade(
    deployment: Deployment, name: str, gap: Unknown
) -> None:
    before = judged(deployment, name)
    for kind in {type(each).__name__ for each in deployment.subjects} - {"Account"}:
        kept = tuple(each for each in deployment.subjects if type(each).__name__ != kind)
        blinded = msgspec.structs.replace(
            deployment, subjects=kept, populations=deployment.populations | {kind: gap}
        )
        after = judged(blinded, name)
        assert after.low <= before.low, kind
        assert after.grade >= before.grade, kind


@quick
@given(deployment=deployments(), name=st.sampled_from(POLICIES), data=st.data())
def test_the_order_of_subjects_and_findings_never_matters(
    deployment: Deployment, name: str, data: st.DataObject
) -> None:
    shuffled = msgspec.structs.replace(
        deployment, subjects=tuple(data.draw(st.permutations(deployment.subjects)))
    )
    findings = evaluate(shuffled, policy(name), NOW)
    data.draw(st.randoms()).shuffle(findings)
    assert score(findings, reversed(weighed(name))) == judged(deployment, name)


@quick
@given(deployment=deployments(), name=st.sampled_from(POLICIES))
def test_the_score_is_an_interval_with_a_coverage_between_none_and_all(
    deployment: Deployment, name: str
) -> None:
    result = judged(deployment, name)
    assert 0 <= result.low <= result.high <= 100
    assert 0 <= result.coverage <= 1
    assert all(0 <= each.low <= each.high <= 100 for each in result.families)


@quick
@given(deployment=deployments(), name=st.sampled_from(POLICIES))
def test_a_saved_deployment_scores_as_it_did(deployment: Deployment, name: str) -> None:
    saved = decode_snapshot(encode_snapshot(deployment))
    assert judged(saved, name) == judged(deployment, name)


# The formula, on conclusions alone

CHECKS = tuple(
    Weighed(f"family{place % 3}.check{place}", severity, WEIGHTS[severity])
    for place, severity in enumerate(list(Severity) * 2)
)


def finding(check: str, concluded: Status, *, blind: bool = False) -> Finding:
    return Finding(check, ACCOUNT, Verdict(concluded, "…"), blind=blind)


@st.composite
def findings(draw: st.DrawFn) -> list[Finding]:
    found = []
    for check in CHECKS:
        concluded = draw(st.lists(st.sampled_from(list(Status)), max_size=4))
        found += [finding(check.check, each) for each in concluded]
        if draw(st.integers(0, 9)) == 0:
            found.append(finding(check.check, Status.INCONCLUSIVE, blind=True))
    return found


@given(found=findings(), data=st.data())
def test_fixing_a_subject_never_lowers_the_score(found: list[Finding], data: st.DataObject) -> None:
    failing = [place for place, each in enumerate(found) if each.verdict.status is Status.FAIL]
    before = score(found, CHECKS)
    for place in data.draw(st.permutations(failing)):
        found[place] = finding(found[place].check, Status.PASS)
        after = score(found, CHECKS)
        assert after.low >= before.low
        assert after.high >= before.high
        assert after.grade <= before.grade
        before = after


@given(found=findings(), data=st.data())
def test_a_worse_conclusion_never_raises_the_score(
    found: list[Finding], data: st.DataObject
) -> None:
    changeable = [place for place, each in enumerate(found) if not each.blind]
    if not changeable:
        return
    place = data.draw(st.sampled_from(changeable))
    worse = [each for each in BETTER if BETTER[each] <= _worth(found[place].verdict.status)]
    before = score(found, CHECKS)
    found[place] = finding(found[place].check, data.draw(st.sampled_from(worse)))
    after = score(found, CHECKS)
    assert after.low <= before.low
    assert after.grade >= before.grade


def _worth(concluded: Status) -> int:
    return BETTER.get(concluded, 0)


@given(found=findings())
def test_the_fixes_bring_the_points_they_promise(found: list[Finding]) -> None:
    tallies = [each for each in tally(found, CHECKS) if each.weighed.weight]
    before = score_tallies(tallies)
    for fix in before.fixes:
        done = [
            (each.fixed() if fix.action == "fix" else each.answered())
            if each.weighed.check == fix.check
            else each
            for each in tallies
        ]
        gained = _uncapped(done) - _uncapped(tallies)
        assert gained == pytest.approx(fix.points, abs=0.06)


def _uncapped(tallies: list[Any]) -> float:
    total = sum(each.weighed.weight for each in tallies)
    lost: float = sum(each.loss_low for each in tallies)
    return 100 * (1 - lost / total) if total else 0.0


@given(found=findings())
def test_the_next_grade_comes_with_the_checks_it_names(found: list[Finding]) -> None:
    before = score(found, CHECKS)
    if before.next_grade is None:
        return
    named = before.next_grade.checks
    kept = [each for each in found if each.check not in named]
    mended = [finding(check, Status.PASS) for check in named]
    assert score(kept + mended, CHECKS).grade <= before.next_grade.grade
    assert before.next_grade.grade < before.grade


HIGH = Weighed("a.high", Severity.HIGH, 6.0)
MEDIUM = Weighed("a.medium", Severity.MEDIUM, 3.0)
CRITICAL = Weighed("b.critical", Severity.CRITICAL, 10.0)
INFO = Weighed("b.info", Severity.INFO, 0.0)


def test_a_check_loses_half_its_weight_and_the_failing_share_of_the_rest() -> None:
    found = [
        finding(MEDIUM.check, Status.FAIL),
        *(finding(MEDIUM.check, Status.PASS) for _ in range(3)),
        finding(HIGH.check, Status.PASS),
    ]
    # 3 × (½ + ½ × ¼) of 9 is lost: 100 × (1 − 1.875 / 9) = 79.16…
    assert score(found, (HIGH, MEDIUM)).low == 79.1


def test_an_unanswered_question_counts_as_failing_below_and_as_passing_above() -> None:
    found = [finding(MEDIUM.check, Status.INCONCLUSIVE), finding(HIGH.check, Status.PASS)]
    result = score(found, (HIGH, MEDIUM))
    assert (result.low, result.high) == (66.6, 100.0)
    assert result.coverage == pytest.approx(0.667)


def test_a_list_that_is_missing_loses_the_whole_weight() -> None:
    found = [finding(MEDIUM.check, Status.PASS) for _ in range(9)]
    found += [finding(MEDIUM.check, Status.INCONCLUSIVE, blind=True)]
    result = score([*found, finding(HIGH.check, Status.PASS)], (HIGH, MEDIUM))
    assert (result.low, result.high) == (66.6, 100.0)


def test_a_failure_in_a_list_of_unknown_length_costs_at_least_half_the_weight() -> None:
    found = [finding(MEDIUM.check, Status.FAIL), finding(HIGH.check, Status.PASS)]
    found += [finding(MEDIUM.check, Status.INCONCLUSIVE, blind=True)]
    result = score(found, (HIGH, MEDIUM))
    assert (result.low, result.high) == (66.6, 83.3)


@pytest.mark.parametrize(("worst", "cap"), [(CRITICAL, 49.0), (HIGH, 79.0)])
def test_a_failing_check_caps_the_score_by_its_severity(worst: Weighed, cap: float) -> None:
    many = [Weighed(f"c.check{place}", Severity.CRITICAL, 10.0) for place in range(50)]
    found = [finding(each.check, Status.PASS) for each in many]
    result = score([*found, finding(worst.check, Status.FAIL)], [*many, worst])
    assert result.low == cap
    assert result.high == cap


def test_an_unanswered_critical_check_caps_the_low_end_alone() -> None:
    many = [Weighed(f"c.check{place}", Severity.CRITICAL, 10.0) for place in range(50)]
    found = [finding(each.check, Status.PASS) for each in many]
    result = score([*found, finding(CRITICAL.check, Status.INCONCLUSIVE)], [*many, CRITICAL])
    assert result.low == 49.0
    assert result.high == 100.0
    assert result.grade == "F"


def test_nothing_judged_is_nothing_known() -> None:
    result = score([], (HIGH, MEDIUM))
    assert (result.low, result.high, result.coverage) == (0.0, 100.0, 0.0)
    assert result.grade == "F"


def test_what_does_not_apply_does_not_count() -> None:
    found = [finding(MEDIUM.check, Status.NOT_APPLICABLE), finding(HIGH.check, Status.PASS)]
    assert score(found, (HIGH, MEDIUM)).low == 100.0


def test_checks_that_inform_weigh_nothing() -> None:
    found = [finding(INFO.check, Status.FAIL), finding(HIGH.check, Status.PASS)]
    result = score(found, (HIGH, INFO))
    assert result.low == 100.0
    assert result.fixes == ()


def test_what_lifts_the_cap_comes_first() -> None:
    found = [finding(HIGH.check, Status.FAIL), finding(CRITICAL.check, Status.FAIL)]
    found += [finding(CRITICAL.check, Status.PASS) for _ in range(99)]
    first = score(found, (HIGH, CRITICAL)).fixes[0]
    assert first.check == CRITICAL.check
    assert first.lifts_cap
    assert (first.subjects, first.of) == (1, 100)


@pytest.mark.parametrize(("grade", "least"), GRADES)
def test_a_grade_begins_at_its_lowest_score(grade: str, least: float) -> None:
    found = [finding("a.good", Status.PASS), finding("a.bad", Status.FAIL)]
    rules = (
        Weighed("a.good", Severity.LOW, least),
        Weighed("a.bad", Severity.LOW, 100 - least),
    )
    assert score(found, rules).grade == grade
