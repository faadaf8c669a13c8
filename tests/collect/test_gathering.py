"""Whatever happens while collecting, what is told afterwards is true."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from scanner.collect.gathering import Gathering, fill_gaps
from scanner.collect.http import Unanswered
from scanner.model import (
    NOT_COLLECTED,
    Deployment,
    Form,
    Mfa,
    Person,
    Reason,
    Text,
    Unknown,
)

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DENIED = Unknown(Reason.NOT_PERMITTED, Text.of("No."), Text.of("Ask."))


def fail(error: Exception) -> None:
    raise error


def gathering() -> Gathering:
    return Gathering("shop", "mautic", (Person, Form))


def deployment(gathering: Gathering) -> Deployment:
    return gathering.deployment(now=NOW, complete=True, requests=3)


def test_what_nobody_listed_counts_as_interrupted() -> None:
    told = deployment(gathering())
    assert {name: gap.reason for name, gap in told.populations.items()} == {
        "Person": Reason.INTERRUPTED,
        "Form": Reason.INTERRUPTED,
    }
    assert (told.account.id, told.requests) == ("shop", 3)


def test_a_section_that_ends_well_has_listed_its_kinds() -> None:
    gathered = gathering()
    with gathered.section("users", Person):
        gathered.add(Person(id="1"))
    told = deployment(gathered)
    assert set(told.populations) == {"Form"}
    assert [type(subject) for subject in told.subjects[1:]] == [Person]


def test_a_section_that_fails_keeps_what_was_read_and_says_why() -> None:
    gathered = gathering()
    with gathered.section("users", Person, account=("audit_log",)):
        gathered.add(Person(id="1"))
        fail(Unanswered(DENIED, 403))
    with gathered.section("forms", Form):
        pass
    told = deployment(gathered)
    assert told.populations == {"Person": DENIED}
    assert told.account.audit_log == DENIED
    assert [subject.id for subject in told.subjects[1:]] == ["1"]
    [problem] = told.problems
    assert (problem.where, problem.as_unknown()) == ("users", DENIED)


def test_a_bug_in_a_section_is_told_as_ours_without_its_message() -> None:
    gathered = gathering()
    with gathered.section("users", Person):
        fail(KeyError("hunter2"))
    told = deployment(gathered)
    assert told.populations["Person"].reason is Reason.BUG
    assert "KeyError" in repr(told.problems)
    assert "hunter2" not in repr(told)


def test_an_interruption_is_not_swallowed() -> None:
    gathered = gathering()
    with pytest.raises(asyncio.CancelledError), gathered.section("users", Person):
        raise asyncio.CancelledError
    assert deployment(gathered).populations["Person"].reason is Reason.INTERRUPTED


def test_a_known_fact_is_never_overwritten_by_a_gap() -> None:
    gathered = gathering()
    gathered.account(audit_log=DENIED)
    gathered.account(audit_log=True)
    gathered.account(audit_log=DENIED)
    assert deployment(gathered).account.audit_log is True


def test_gaps_are_filled_only_where_nothing_was_collected() -> None:
    person = Person(id="1", machine=False, roles=DENIED)
    absent = Unknown(Reason.NOT_SUPPORTED)
    filled = fill_gaps(
        person,
        {
            "Person.mfa": absent,
            "Person.machine": absent,
            "Person.roles": absent,
            "Form.html": absent,
        },
    )
    assert isinstance(filled, Person)
    assert filled.mfa is absent
    assert filled.machine is False
    assert filled.roles is DENIED
    assert filled.email is NOT_COLLECTED
    whole = Person(id="2", mfa=Mfa.TOTP)
    assert fill_gaps(whole, {"Person.mfa": absent}) is whole
