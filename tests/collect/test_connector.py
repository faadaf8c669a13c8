"""A reader with a bug loses what it should have read, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.answers import Reader, Record, flag, moment, text
from scanner.collect.connector import connector
from scanner.collect.gathering import Gathering
from scanner.collect.http import Call, Client
from scanner.collect.platform import Reading
from scanner.collect.sections import Gist, Join, Listing, Section, Settings
from scanner.collect.signing import Bearer
from scanner.collect.vaults.secret import Secret
from scanner.config import Config, Login, Target
from scanner.config import Settings as Configured
from scanner.model import Account, Deployment, Person, Reason, Subject, Text, Unknown

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PEOPLE = [
    {"id": str(number), "email": f"u{number}@example.co.jp", "admin": number == 1}
    for number in range(1, 6)
]


def breaks_on(bad: str, reader: Reader) -> Reader:
    """Return a reader that is `reader` but for the record `bad`, on which it breaks."""

    def read(record: Record) -> Any:
        if record.at("id") == bad:
            raise KeyError(bad)
        return reader(record)

    return read


def people(**changed: Any) -> Listing:
    facts = {"email": text("email"), "administrator": flag("admin")}
    given = {"facts": {**facts, **changed.pop("facts", {})}, **changed}
    return Listing(
        call=Call(section="people", path="/people"), items="people", subject=Person, **given
    )


@pytest.fixture
def read(serve: Callable[..., Any]) -> Callable[..., Deployment]:
    server = serve()
    server.answer("/people", {"people": PEOPLE})
    server.answer("/log", {"log": [{"id": each["id"], "at": "2026-11-20"} for each in PEOPLE]})
    server.answer("/account", {"mfa": True, "audit": True})

    def run(*sections: Section) -> Deployment:
        found = connector(
            name="sample",
            title="Sample",
            signing=(Bearer(),),
            sections=sections,
            recipe=Text.of("Make a key."),
        )
        target = Target(
            name="shop", platform="sample", url=server.url, credential=Login(token="env:X")
        )
        gathering = Gathering("shop", "sample", found.lists)

        async def visit() -> None:
            async with Client(server.url, found.calls) as client:
                await found.read(
                    Reading(
                        target=target,
                        settings=Configured(config=Config(targets=(target,)), folder=Path("/")),
                        secrets={"token": Secret.of("t")},
                        client=client,
                        gathering=gathering,
                        now=NOW,
                    )
                )

        asyncio.run(visit())
        return gathering.deployment(now=NOW, complete=True, requests=1)

    return run


def found(deployment: Deployment) -> dict[str, Person]:
    return {each.id: each for each in deployment.subjects if isinstance(each, Person)}


def account(deployment: Deployment) -> Account:
    return next(each for each in deployment.subjects if isinstance(each, Account))


def bugs(deployment: Deployment) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (each.where, each.reason, dict(each.detail.values) if each.detail else {})
        for each in deployment.problems
    ]


def named(where: str, entry: str, kind: str = "KeyError") -> tuple[str, str, dict[str, Any]]:
    return where, Reason.BUG, {"count": 1, "entry": entry, "kind": kind}


def test_a_fact_on_whose_reading_mamori_breaks_is_lost_for_that_entry_alone(
    read: Callable[..., Deployment],
) -> None:
    told = read(people(facts={"administrator": breaks_on("3", flag("admin"))}))
    everyone = found(told)
    assert sorted(everyone) == ["1", "2", "3", "4", "5"]
    lost = everyone["3"].administrator
    assert isinstance(lost, Unknown)
    assert lost.reason is Reason.BUG
    assert everyone["3"].email == "u3@example.co.jp"
    assert [everyone[each].administrator for each in "1245"] == [True, False, False, False]
    assert bugs(told) == [named("people", "3")]
    assert not told.populations


def test_an_entry_of_which_mamori_cannot_tell_who_it_is_leaves_the_list_incomplete_and_is_counted(
    read: Callable[..., Deployment],
) -> None:
    for broken in ({"id": breaks_on("2", text("id"))}, {"where": breaks_on("2", flag("id"))}):
        told = read(people(**{"where": lambda _: True, **broken}))
        assert "2" not in found(told)
        assert "Person" in told.populations
        assert named("people", "#2") in bugs(told)
    told = read(people(id=breaks_on("2", text("id"))))
    assert sorted(found(told)) == ["1", "3", "4", "5"]


def test_a_subject_that_cannot_be_settled_is_missing_from_its_list_and_no_other_is(
    read: Callable[..., Deployment],
) -> None:
    def settle(_: Any, record: Record, person: Subject) -> Subject:
        if record.at("id") == "4":
            raise ZeroDivisionError
        return person

    told = read(people(settle=settle))
    assert sorted(found(told)) == ["1", "2", "3", "5"]
    assert "Person" in told.populations
    assert named("people", "4", "ZeroDivisionError") in bugs(told)


def test_what_another_list_adds_is_unknown_where_mamori_breaks_on_it(
    read: Callable[..., Deployment],
) -> None:
    log = Join(
        call=Call(section="log", path="/log"),
        items="log",
        subject=Person,
        key=text("id"),
        match=text("id"),
        facts={"last_sign_in": breaks_on("5", moment("at"))},
        absent={"last_sign_in": None},
    )
    told = read(log, people())
    everyone = found(told)
    lost = everyone["5"].last_sign_in
    assert isinstance(lost, Unknown)
    assert lost.reason is Reason.BUG
    assert everyone["1"].last_sign_in == datetime(2026, 11, 20, tzinfo=UTC)
    assert bugs(told) == [named("log", "5")]


def test_a_setting_on_which_mamori_breaks_leaves_the_others_standing(
    read: Callable[..., Deployment],
) -> None:
    def broken(*_: Any) -> Any:
        raise ValueError

    settings = Settings(
        call=Call(section="account", path="/account"),
        facts={"mfa_enforced": broken, "audit_log": flag("audit")},
    )
    sums = Gist(
        call=Call(section="people", path="/people"),
        items="people",
        facts={"ip_allow_list": broken, "sso_configured": lambda _, found: len(found) == 5},
    )
    told = account(read(settings, sums))
    assert told.audit_log is True
    assert told.sso_configured is True
    for lost in (told.mfa_enforced, told.ip_allow_list):
        assert isinstance(lost, Unknown)
        assert lost.reason is Reason.BUG


def test_many_entries_on_which_mamori_breaks_are_one_problem(
    read: Callable[..., Deployment],
) -> None:
    told = read(people(facts={"email": lambda record: record.at("id") / 0}))
    assert bugs(told) == [("people", Reason.BUG, {"count": 5, "entry": "1", "kind": "TypeError"})]
    assert len(found(told)) == 5


def test_a_sign_in_that_cannot_be_read_is_not_taken_for_none(
    read: Callable[..., Deployment],
) -> None:
    log = Join(
        call=Call(section="log", path="/log"),
        items="log",
        subject=Person,
        key=text("id"),
        match=text("id"),
        facts={"last_sign_in": moment("id")},
        absent={"last_sign_in": None},
    )
    last = found(read(log, people()))["1"].last_sign_in
    assert isinstance(last, Unknown)
    assert last.reason is Reason.MALFORMED
