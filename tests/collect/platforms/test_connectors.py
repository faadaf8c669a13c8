"""Every connector that is declared as data, held to the same promises by what it declares."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vendors import NAMES, Desk, Refusal, judged, key, platform, read, vendor

from scanner import registry
from scanner.collect import http
from scanner.model import Audience, Deployment, Reason, Software, Status, Unknown
from scanner.model.deployment import encode_snapshot
from scanner.report import ReportedTarget

BY_HAND = {"mautic", "listmonk", "ghost"}
"""Tested against the real programs, each in its own file."""


def test_every_connector_to_a_service_is_held_to_these_promises() -> None:
    with_api = {
        name for name in registry.parts("platforms") if registry.part("platforms", name).calls
    }
    assert with_api - BY_HAND <= set(NAMES)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def facts_of(deployment: Deployment) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for subject in deployment.subjects:
        facts = {
            field: value
            for field in subject.__struct_fields__
            if not isinstance(value := getattr(subject, field), Unknown)
        }
        plain = msgspec.json.decode(msgspec.json.encode(facts))
        found.setdefault(type(subject).__name__, {})[subject.id] = plain
    return found


@pytest.mark.usefixtures("quick")
class TestOverASocket:
    """The documented answers, over a real connection."""

    def test_the_documented_answers_are_understood(self, name: str, serve: Any) -> None:
        desk = Desk(name)
        deployment = read(desk, desk.serve(serve()))
        assert not deployment.problems
        found = facts_of(deployment)
        for kind, subjects in vendor(name).expect.items():
            for id, facts in subjects.items():
                assert id in found.get(kind, {}), (kind, id, sorted(found.get(kind, {})))
                seen = {fact: found[kind][id].get(fact) for fact in facts}
                assert seen == facts, (kind, id)
        assert not any(kind.__name__ in deployment.populations for kind in platform(name).lists)

    def test_too_many_requests_are_waited_out(self, name: str, serve: Any) -> None:
        desk = Desk(name, first=vendor(name).limited)
        deployment = read(desk, desk.serve(serve()))
        assert facts_of(deployment) == facts_of(answered(name))

    @pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"", b"[" * 100_000])
    def test_what_is_not_the_api_is_named_and_proves_nothing(
        self, name: str, serve: Any, body: bytes
    ) -> None:
        desk = Desk(name, refuse_all=Refusal(200, body))
        deployment = read(desk, desk.serve(serve()))
        proves_nothing(deployment, name)


def proves_nothing(deployment: Deployment, name: str) -> None:
    assert deployment.problems
    assert all(problem.reason is not Reason.BUG for problem in deployment.problems)
    certain: set[Any] = {Software}  # there is a program, whether it answers or not
    certain |= {Audience} if vendor(name).optional else set()  # and what the recipe leaves out
    lists = set(platform(name).lists) - certain
    assert all(kind.__name__ in deployment.populations for kind in lists)
    assert not passes(judged(deployment))


@cache
def answered(name: str) -> Deployment:
    """Return what the connector makes of the whole documented answers."""
    return read(Desk(name))


@cache
def report(name: str) -> ReportedTarget:
    return judged(answered(name))


def passes(told: ReportedTarget) -> set[str]:
    """Return what is passed, besides what says that nothing contradicts nothing."""
    return {
        finding.fingerprint
        for finding in told.findings
        if finding.status is Status.PASS and finding.family != "evidence"
    }


def test_only_declared_requests_are_made_and_every_declared_one_is(name: str) -> None:
    desk = Desk(name)
    read(desk)
    assert not desk.undeclared
    declared = {key(call.method, call.path, call.asks) for call in platform(name).calls}
    assert declared - set(desk.asked) == set(vendor(name).unasked)


def test_no_secret_of_an_answer_is_kept(name: str) -> None:
    saved = encode_snapshot(answered(name)).decode()
    for secret in (*vendor(name).secrets, *vendor(name).credential.values()):
        assert secret not in saved


def test_every_fact_is_given_or_its_absence_explained(name: str) -> None:
    deployment = answered(name)
    for subject in deployment.subjects:
        for field in subject.__struct_fields__:
            value = getattr(subject, field)
            if isinstance(value, Unknown) and type(subject) in platform(name).lists:
                explained = value.detail is not None
                stated = f"{type(subject).__name__}.{field}" in {
                    "Person.employed",
                    "Credential.mfa_protected",
                    "Credential.owner_active",
                }
                assert explained or stated, (subject.id, field)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("status", [401, 500, 404])
def test_an_interface_that_refuses_everything_proves_nothing(name: str, status: int) -> None:
    refusal = vendor(name).refused if status == 401 else Refusal(status, {"message": "no"})
    proves_nothing(read(Desk(name, refuse_all=refusal)), name)


@pytest.mark.parametrize("name", [n for n in NAMES if "password" in vendor(n).credential])
def test_a_password_that_was_refused_is_tried_once_lest_it_lock_an_account(name: str) -> None:
    desk = Desk(name, refuse_all=vendor(name).refused)
    deployment = read(desk)
    assert len(desk.asked) == 1
    assert {gap.reason for gap in deployment.populations.values()} == {Reason.UNAUTHENTICATED}


def scopes() -> Iterator[Any]:
    for name in NAMES:
        for scope in platform(name).permissions:
            yield pytest.param(name, scope, id=f"{name}-{scope}")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("name", "scope"), list(scopes()))
def test_a_missing_scope_is_named_and_never_raises_the_score(name: str, scope: str) -> None:
    partial = read(Desk(name, without=scope))
    named = [p for p in partial.problems if p.detail and scope in str(p.detail)]
    assert bool(named) is (scope not in vendor(name).optional), "do the problems name it?"
    assert all(problem.reason is Reason.NOT_PERMITTED for problem in named)
    before, after = report(name), judged(partial)
    assert after.score.low <= before.score.low
    assert after.score.uncapped <= before.score.uncapped
    lost = {finding.fingerprint for finding in before.findings if concluded(finding)} - {
        finding.fingerprint for finding in after.findings if concluded(finding)
    }
    unanswered = [f for f in after.findings if f.status is Status.INCONCLUSIVE]
    if lost:
        assert any(scope in finding.message for finding in unanswered), lost
    assert passes(after) <= passes(before)


def concluded(finding: Any) -> bool:
    return finding.status in {Status.PASS, Status.FAIL}


# Garbage

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
WRONG = st.sampled_from([{}, {"x": {}}, [[]], [{}], [""], -7, 1.5, "", "\0" * 1100])
"""Values that no field of any vendor has."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for each, inner in value.items():
            yield (*path, each)
            yield from places(inner, (*path, each))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield (*path, number)
            yield from places(inner, (*path, number))


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new


GARBAGE = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.usefixtures("quick")
@GARBAGE
@given(data=st.data())
def test_random_json_neither_crashes_a_connector_nor_passes(name: str, data: st.DataObject) -> None:
    answers = {place: data.draw(JSON) for place in vendor(name).answers}
    deployment = read(Desk(name, answers=answers))
    assert all(problem.reason is not Reason.BUG for problem in deployment.problems)
    assert not passes(judged(deployment))


@pytest.mark.usefixtures("quick")
@GARBAGE
@given(data=st.data())
def test_a_field_of_another_form_proves_nothing_new(name: str, data: st.DataObject) -> None:
    before = report(name)
    answers = copy.deepcopy(vendor(name).answers)
    path = data.draw(
        st.sampled_from(
            [p for p in places(answers) if (len(p) > 1 and p[1] != "pages") or len(p) > 3]
        )
    )
    put(answers, path, data.draw(WRONG))
    deployment = read(Desk(name, answers=answers))
    assert all(problem.reason is not Reason.BUG for problem in deployment.problems), path
    after = judged(deployment)
    assert after.score.uncapped <= before.score.uncapped, path
    assert passes(after) <= passes(before), path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""

    async def at_once(seconds: float) -> None:
        await _sleep(0 if seconds < 100 else seconds)

    _sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", at_once)
    monkeypatch.setattr(http, "ATTEMPTS", 2)
