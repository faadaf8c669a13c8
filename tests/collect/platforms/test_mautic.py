"""The Mautic connector over real sockets, against answers of the forms that Mautic gives."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scanner.collect import answers, http, visit
from scanner.collect.gathering import Gathering, fill_gaps
from scanner.collect.http import Client
from scanner.collect.platform import Reading
from scanner.collect.platforms.mautic import MAUTIC
from scanner.collect.vaults.secret import Secret
from scanner.config import Config, Login, Settings, Target
from scanner.model import (
    NOT_COLLECTED,
    SUBJECT_TYPES,
    Audience,
    Deployment,
    Form,
    FormField,
    Integration,
    Message,
    Origin,
    Person,
    Reason,
    Software,
    Unknown,
)
from scanner.model.deployment import encode_snapshot

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BASIC = Login(username="scanner", password="env:X")
PASSWORD = "Tsuki-ga-kirei-77"
VERSION = {"Mautic-Version": "7.0.0"}
ADMINISTRATOR = {"id": 1, "name": "Administrator", "isAdmin": True, "rawPermissions": None}
READER = {
    "id": 2,
    "name": "mamori",
    "isAdmin": False,
    "rawPermissions": {
        "user:users": ["view"],
        "webhook:webhooks": ["viewother"],
        "form:forms": ["viewother"],
        "email:emails": ["viewother"],
    },
}
STAFF = {"id": 3, "name": "Staff", "isAdmin": False, "rawPermissions": {"lead:leads": ["full"]}}
DENIED = {"errors": [{"code": 403, "message": "You do not have access.", "details": []}]}
SECRETS = ("hook-secret-0123", "key=abc", "Db-pass-7!", "Mail-pass-9", "f" * 64)


def user(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "isPublished": True,
        "dateAdded": "2025-10-20T03:08:51+00:00",
        "id": number,
        "username": f"user{number}",
        "firstName": "First",
        "lastName": f"Last{number}",
        "email": f"user{number}@example.co.jp",
        "role": STAFF,
        "lastLogin": "2026-11-01T00:00:00+00:00",
        **fields,
    }


def webhook(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "isPublished": True,
        "name": f"Hook {number}",
        "webhookUrl": "http://hooks.partner.example/in?key=abc",
        "secret": "hook-secret-0123",
        "triggers": ["mautic.form_on_submit"],
        **fields,
    }


class Mautic:
    """Speaks for one Mautic through a loopback server."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.url: str = server.url
        self.role: Any = READER
        self.me: dict[str, Any] = {"id": 9, "username": "scanner"}
        self.users: list[dict[str, Any]] = [user(1), user(9, username="scanner", lastLogin=None)]
        self.log: list[dict[str, Any]] = []
        self.headers = dict(VERSION)
        server.decide("/api/users/self", lambda _: self._with({**self.me, "role": self.role}))
        server.decide("/api/users", lambda asked: self._with(page("users", self.users, asked)))
        server.decide("/api/stats/audit_log", lambda asked: page("stats", self.log, asked))
        for path, key, empty in (
            ("hooks", "hooks", []),
            ("forms", "forms", []),
            ("emails", "emails", []),
            ("contacts", "contacts", {}),
        ):
            server.answer(f"/api/{path}", {"total": "0", key: empty})

    def _with(self, body: object) -> tuple[object, int, dict[str, str]]:
        return body, 200, self.headers

    def read(
        self,
        login: Login | None = BASIC,
        secrets: dict[str, str] | None = None,
        local_config: Path | None = None,
        url: str | None = "",
        **client: Any,
    ) -> Deployment:
        secrets = {"password": PASSWORD} if secrets is None else secrets
        target = Target(
            name="shop",
            platform="mautic",
            credential=login,
            local_config=str(local_config) if local_config else None,
        )
        gathering = Gathering("shop", "mautic", MAUTIC.lists)

        async def run() -> int:
            settings = Settings(config=Config(targets=(target,)), folder=Path("/"))
            reading = Reading(
                target=target,
                settings=settings,
                secrets={key: Secret.of(value) for key, value in secrets.items()},
                client=None,
                gathering=gathering,
                now=NOW,
            )
            if url is None:
                await MAUTIC.read(reading)
                return 0
            async with Client(
                url or self.url, MAUTIC.calls, explain=MAUTIC.explain, **client
            ) as opened:
                await MAUTIC.read(
                    Reading(
                        target=target,
                        settings=settings,
                        secrets=reading.secrets,
                        client=opened,
                        gathering=gathering,
                        now=NOW,
                    )
                )
                return opened.requests

        requests = asyncio.run(run())
        told = gathering.deployment(now=NOW, complete=True, requests=requests)
        saved = encode_snapshot(told).decode()
        assert not [secret for secret in (*SECRETS, PASSWORD) if secret in saved]
        return told


def page(key: str, entries: list[dict[str, Any]], asked: Any) -> dict[str, Any]:
    start, limit = int(asked.query.get("start", 0)), int(asked.query.get("limit", 30))
    return {"total": len(entries), key: entries[start : start + limit]}


@pytest.fixture
def fake(server: Any, monkeypatch: pytest.MonkeyPatch) -> Mautic:
    # Loading the public authorities takes 30 ms, and these tests speak plain http.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    monkeypatch.setattr(ssl, "create_default_context", lambda **_: context)
    return Mautic(server)


def of(told: Deployment, kind: type[Any]) -> dict[str, Any]:
    return {subject.id: subject for subject in told.subjects if isinstance(subject, kind)}


def reason(fact: Any) -> Reason | None:
    return fact.reason if isinstance(fact, Unknown) else None


def words(unknown: Any) -> str:
    assert isinstance(unknown, Unknown)
    texts = [text for text in (unknown.detail, unknown.remedy) if text is not None]
    return " ".join(text.template.format(**text.values) for text in texts)


def test_everything_is_read_with_the_least_privileged_role(fake: Mautic) -> None:
    fake.server.answer("/api/hooks", {"total": 1, "hooks": {"1": webhook(1)}})
    fake.server.answer(
        "/api/forms",
        {
            "total": 1,
            "forms": [
                {
                    "id": 1,
                    "name": "Newsletter",
                    "isPublished": True,
                    "cachedHtml": "<form>",
                    "fields": [
                        {"alias": "email", "type": "email", "label": "Email", "isRequired": True}
                    ],
                }
            ],
        },
    )
    fake.server.answer(
        "/api/emails",
        {
            "total": 1,
            "emails": {
                "3": {
                    "id": 3,
                    "name": "Sale",
                    "isPublished": True,
                    "subject": "【広告】",
                    "fromAddress": None,
                    "fromName": "Kumo",
                    "customHtml": "<p>",
                    "plainText": None,
                }
            },
        },
    )
    told = fake.read()
    assert told.problems == ()
    assert told.populations == {}
    assert told.account.scanner_excess == ()
    assert of(told, Form)["1"].fields == (
        FormField(name="email", kind="email", label="Email", required=True),
    )
    message = of(told, Message)["3"]
    assert (message.title, message.from_address, message.from_name) == ("【広告】", None, "Kumo")
    assert (message.html, message.text) == ("<p>", "")
    hook = of(told, Integration)["1"]
    assert (hook.host, hook.encrypted, hook.signed) == ("hooks.partner.example", False, True)
    assert hook.events == ("mautic.form_on_submit",)


def test_only_the_declared_calls_are_made_and_each_is_signed(fake: Mautic) -> None:
    fake.role = ADMINISTRATOR
    told = fake.read()
    asked = fake.server.asked
    assert told.requests == len(asked) == 7
    for request in asked:
        assert any(call.matches(request.method, request.path) for call in MAUTIC.calls)
        assert request.method == "GET"
        assert request.headers["authorization"].startswith("Basic ")


def test_people_are_told_as_mautic_knows_them(fake: Mautic) -> None:
    fake.users = [
        user(1, role=ADMINISTRATOR, dateAdded=None),
        user(2, isPublished=False),
        user(3, lastLogin=None),
        user(9, username="scanner", lastLogin=None),
        user(10, firstName="\x1b[31mRED", lastName="x" * 10_000, email=None),
    ]
    people = of(fake.read(), Person)
    assert list(people) == ["1", "2", "3", "9", "10"]
    first = people["1"]
    assert (first.name, first.username, first.email) == (
        "First Last1",
        "user1",
        "user1@example.co.jp",
    )
    assert (first.administrator, first.roles, first.machine) == (True, ("Administrator",), False)
    assert first.last_sign_in == datetime(2026, 11, 1, tzinfo=UTC)
    assert reason(first.created) is Reason.NOT_EXPOSED
    assert people["2"].can_sign_in is False
    assert people["2"].created == datetime(2025, 10, 20, 3, 8, 51, tzinfo=UTC)
    assert people["3"].last_sign_in is None
    assert (people["9"].machine, people["9"].last_sign_in) == (True, NOW)
    assert people["10"].name == "\x1b[31mRED " + "x" * 10_000
    assert reason(people["10"].email) is Reason.MALFORMED
    mfa = fill_gaps(first, dict(MAUTIC.hidden)).mfa  # type: ignore[union-attr]
    assert reason(mfa) is Reason.NOT_SUPPORTED


def test_a_persons_account_that_mamori_was_lent_is_still_judged_as_a_persons(fake: Mautic) -> None:
    # As 7.0.0 answers: of an administrator's role, /users/self tells no rawPermissions at all.
    fake.role = {"id": 1, "name": "Administrator", "isAdmin": True}
    fake.me = {"id": 1, "username": "admin"}
    fake.users = [user(1, role=ADMINISTRATOR), user(9, username="scanner", lastLogin=None)]
    told = fake.read()
    lent = of(told, Person)["1"]
    assert (lent.machine, lent.administrator, lent.last_sign_in) == (False, True, NOW)
    assert told.account.scanner_excess == ("administrator",)
    fake.log = [{"id": "9", "user_id": "1", "date_added": "2026-11-20 08:00:00"}]
    fake.users = [user(1, role=ADMINISTRATOR, lastLogin=None)]
    assert of(fake.read(), Person)["1"].machine is False


@pytest.mark.parametrize(
    ("permissions", "administrator"),
    [
        ({"user:users": ["full"]}, True),
        ({"user:users": ["view", "edit"]}, True),
        ({"user:users": {"1": "create"}}, True),
        ({"user:roles": ["edit"]}, True),
        ({"user:users": ["view"], "user:roles": ["view", "create"], "lead:leads": ["full"]}, False),
        ([], False),
        (None, False),
    ],
)
def test_who_can_make_himself_an_administrator_is_one(
    fake: Mautic, permissions: object, administrator: bool
) -> None:
    role = {"name": "Operations", "isAdmin": False, "rawPermissions": permissions}
    fake.users = [user(1, role=role)]
    assert of(fake.read(), Person)["1"].administrator is administrator


def test_the_audit_log_is_a_second_witness_of_sign_ins(fake: Mautic) -> None:
    row = {"bundle": "user", "object": "security", "action": "login", "ip_address": "203.0.113.9"}
    fake.users = [user(1, lastLogin=None), user(2), user(3)]
    fake.log = [
        {"id": "9", "user_id": "1", "date_added": "2026-11-20 08:00:00", **row},
        {"id": "8", "user_id": "1", "date_added": "2026-11-10 08:00:00", **row},
        {"id": "7", "user_id": "2", "date_added": "2026-10-01 08:00:00", **row},
    ]
    told = fake.read()
    people = of(told, Person)
    assert people["1"].last_sign_in == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert people["2"].last_sign_in == datetime(2026, 11, 1, tzinfo=UTC)
    assert told.account.audit_log is True
    assert b"203.0.113.9" not in encode_snapshot(told)
    [asked] = [asked for asked in fake.server.asked if asked.path.endswith("audit_log")]
    assert asked.query["where[1][val]"] == "login"


@pytest.mark.parametrize(
    ("answer", "status", "why"),
    [
        ({"errors": [{"code": 403, "message": "no"}]}, 200, Reason.NOT_PERMITTED),
        ({"availableTables": ["page_hits"]}, 200, Reason.MALFORMED),
        (DENIED, 403, Reason.NOT_PERMITTED),
        ({"total": "0", "stats": []}, 200, Reason.NOT_EXPOSED),
    ],
)
def test_an_audit_log_that_tells_nothing_is_not_taken_for_one(
    fake: Mautic, answer: object, status: int, why: Reason
) -> None:
    fake.server.answer("/api/stats/audit_log", answer, status)
    told = fake.read()
    assert reason(told.account.audit_log) is why
    assert len(of(told, Person)) == 2


def test_an_audit_log_of_many_years_is_not_read_to_its_end(fake: Mautic) -> None:
    fake.log = [
        {"id": str(number), "user_id": "1", "date_added": "2026-11-20 08:00:00"}
        for number in range(5000)
    ]
    told = fake.read()
    assert told.account.audit_log is True
    assert sum(asked.path.endswith("audit_log") for asked in fake.server.asked) == 4


def test_the_weak_credential_finds_empty_lists_and_is_not_believed(fake: Mautic) -> None:
    # Mautic answers 200 with nothing where the role may see only its own things.
    fake.role = {
        "name": "Viewer",
        "isAdmin": False,
        "rawPermissions": {"email:emails": ["viewown"], "form:forms": ["viewown"]},
    }
    fake.server.answer("/api/users", DENIED, 403)
    told = fake.read()
    assert {name: gap.reason for name, gap in told.populations.items()} == dict.fromkeys(
        ("Person", "Integration", "Form", "Message"), Reason.NOT_PERMITTED
    )
    assert "email:emails:viewother" in words(told.populations["Message"])
    assert reason(of(told, Audience)["contacts"].contacts) is Reason.NOT_PERMITTED
    assert told.account.scanner_excess == ()


def test_an_unknown_role_leaves_every_list_uncertain(fake: Mautic) -> None:
    fake.role = None
    told = fake.read()
    assert reason(told.account.scanner_excess) is Reason.NOT_EXPOSED
    assert set(told.populations) == {"Integration", "Form", "Message"}
    assert len(of(told, Person)) == 2
    assert reason(of(told, Audience)["contacts"].contacts) is Reason.NOT_EXPOSED


@pytest.mark.parametrize(
    ("role", "excess"),
    [
        (ADMINISTRATOR, ("administrator",)),
        (READER, ()),
        (
            {
                "isAdmin": False,
                "rawPermissions": {
                    "lead:leads": ["viewother", "deleteown"],
                    "api:access": ["full"],
                    "email:emails": ["full"],
                    "lead:export": ["enable"],
                },
            },
            ("email:emails:full", "lead:export:enable", "lead:leads:deleteown"),
        ),
    ],
)
def test_what_the_scanner_may_do_beyond_looking_is_told(
    fake: Mautic, role: object, excess: tuple[str, ...]
) -> None:
    fake.role = role
    assert fake.read().account.scanner_excess == excess


def test_the_contacts_are_counted_without_reading_any(fake: Mautic) -> None:
    fake.role = ADMINISTRATOR
    everybody = [{"id": number, "email": "taro@example.com"} for number in range(31)]
    fake.server.decide(
        "/api/contacts", lambda asked: {**page("contacts", everybody, asked), "total": "31"}
    )
    assert of(fake.read(), Audience)["contacts"].contacts == 31
    [asked] = [asked for asked in fake.server.asked if asked.path == "/api/contacts"]
    assert int(asked.query["start"]) >= 1_000_000_000


def test_all_pages_are_read_in_few_requests(fake: Mautic) -> None:
    fake.users = [user(number) for number in range(1, 351)]
    told = fake.read()
    assert len(of(told, Person)) == 350
    assert "Person" not in told.populations
    assert sum(asked.path == "/api/users" for asked in fake.server.asked) == 4


def test_a_page_that_fails_leaves_what_was_read_and_the_gap(fake: Mautic) -> None:
    fake.users = [user(number) for number in range(1, 251)]
    fake.server.decide(
        "/api/users",
        lambda asked: (
            (b"", 500, {}) if asked.query["start"] != "0" else page("users", fake.users, asked)
        ),
    )
    told = fake.read()
    assert len(of(told, Person)) == 100
    assert told.populations["Person"].reason is Reason.SERVER_ERROR
    assert "Form" not in told.populations


@pytest.mark.parametrize("total", [0, 5, "1000000", None, -1, True, "many", 2.5])
def test_a_server_that_repeats_its_page_for_ever_is_left(fake: Mautic, total: object) -> None:
    everybody = [user(number) for number in range(1, 101)]
    fake.server.answer("/api/users", {"total": total, "users": everybody})
    told = fake.read()
    assert len(of(told, Person)) == 100
    assert sum(asked.path == "/api/users" for asked in fake.server.asked) == 2
    assert ("Person" in told.populations) is (total == "1000000")


def test_a_server_that_invents_people_for_ever_is_stopped_by_the_budget(fake: Mautic) -> None:
    numbers = itertools.count(1)
    fake.server.decide(
        "/api/users", lambda _: {"total": 10**9, "users": [user(next(numbers)) for _ in range(9)]}
    )
    told = fake.read(budget=12)
    assert told.populations["Person"].reason is Reason.REFUSED
    assert told.requests == 12


def test_a_page_too_large_is_asked_for_in_smaller_ones(
    fake: Mautic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_BODY", 100_000)
    emails = [
        {"id": number, "name": "Sale", "isPublished": True, "customHtml": "x" * 3000}
        for number in range(1, 61)
    ]
    fake.server.decide("/api/emails", lambda asked: page("emails", emails, asked))
    told = fake.read()
    assert len(of(told, Message)) == 60
    assert "Message" not in told.populations


def test_bodies_are_kept_only_up_to_a_limit(fake: Mautic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "MOST_TEXT_IN_ALL", 2500)
    monkeypatch.setattr(answers, "MOST_TEXT", 2000)
    sizes = {"1": 1500, "2": 2010, "3": 1500, "4": 900}
    emails = {key: {"id": int(key), "customHtml": "x" * size} for key, size in sizes.items()}
    fake.server.answer("/api/emails", {"total": 4, "emails": emails})
    kept = {key: reason(message.html) for key, message in of(fake.read(), Message).items()}
    assert kept == {"1": None, "2": Reason.TOO_LARGE, "3": Reason.TOO_LARGE, "4": None}


@pytest.mark.parametrize("empty", [[], {}, None])
def test_nothing_is_nothing_in_every_form(fake: Mautic, empty: object) -> None:
    for path, key in (("users", "users"), ("hooks", "hooks"), ("emails", "emails")):
        fake.server.answer(f"/api/{path}", {"total": "0", key: empty})
    told = fake.read()
    assert told.populations == {}
    assert not of(told, Person)


def test_lists_and_objects_keyed_by_id_read_the_same(fake: Mautic) -> None:
    hooks = [webhook(1), webhook(2)]
    fake.server.answer("/api/hooks", {"total": 2, "hooks": hooks})
    as_list = of(fake.read(), Integration)
    keyed = {str(hook["id"]): {**hook, "id": None} for hook in hooks}
    fake.server.answer("/api/hooks", {"total": "2", "hooks": keyed})
    assert of(fake.read(), Integration) == as_list


ODD: list[Any] = [None, 7, -1.5, True, "", "x", [], {}, [[]], {"a": None}, "9" * 400, 10**30]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
def test_a_field_of_a_wrong_type_costs_that_fact_alone(fake: Mautic, odd: object) -> None:
    records: dict[str, tuple[str, dict[str, Any]]] = {
        "/api/users": ("users", user(1)),
        "/api/hooks": ("hooks", webhook(1)),
        "/api/forms": ("forms", {"id": 1, "name": "F", "isPublished": True, "fields": []}),
        "/api/emails": ("emails", {"id": 1, "name": "E", "isPublished": True, "subject": "S"}),
    }
    fake.role = ADMINISTRATOR
    for path, (key, record) in records.items():
        variants = [
            {**record, "id": number, field: odd} for number, field in enumerate(record, 2)
            if field != "id"
        ]  # fmt: skip
        absent = [
            {name: value for name, value in record.items() if name != field} | {"id": number}
            for number, field in enumerate(record, 100)
        ]
        entries = [record, *variants, *absent]
        fake.server.answer(path, {"total": len(entries), key: entries})
        assert len({entry["id"] for entry in entries}) == len(entries)
    told = fake.read()
    assert told.problems == ()
    assert told.populations == {}
    intact = of(told, Person)["1"]
    assert (intact.name, intact.can_sign_in, intact.administrator) == ("First Last1", True, False)
    assert of(told, Integration)["1"].signed is True
    encode_snapshot(told)


@pytest.mark.parametrize("odd", [None, 7, "x", [], [[]], {"a": None}], ids=repr)
@pytest.mark.parametrize("path", ["users", "hooks", "forms", "emails", "stats/audit_log"])
def test_an_answer_of_a_wrong_form_costs_that_section_alone(
    fake: Mautic, path: str, odd: object
) -> None:
    fake.server.answer(f"/api/{path}", odd)
    assert_only_expected_reasons(fake.read())
    key = path.removesuffix("/audit_log")
    fake.server.answer(f"/api/{path}", {"total": 1, key: odd})
    assert_only_expected_reasons(fake.read())
    fake.server.answer(f"/api/{path}", {"total": odd, key: [odd, {"id": odd}]})
    assert_only_expected_reasons(fake.read())


def assert_only_expected_reasons(told: Deployment) -> None:
    assert {problem.reason for problem in told.problems} <= {Reason.MALFORMED}
    assert len(told.problems) <= 1


def test_entries_without_an_id_are_missed(fake: Mautic) -> None:
    fake.server.answer("/api/hooks", {"total": 2, "hooks": [webhook(1), {"name": "?"}]})
    told = fake.read()
    assert list(of(told, Integration)) == ["1"]
    assert told.populations["Integration"].reason is Reason.MALFORMED


@pytest.mark.parametrize(
    ("url", "secret", "facts"),
    [
        ("https://crm.example.net/x", "s", ("crm.example.net", True, True)),
        ("HTTPS://u:p@CRM.example.net:8443/x", "", ("crm.example.net", True, False)),
        ("http://[2001:db8::1]/", None, ("2001:db8::1", False, False)),
        ("ftp://files.example.net/", "s", ("files.example.net", False, True)),
    ],
)
def test_of_a_webhook_only_host_and_protection_are_kept(
    fake: Mautic, url: str, secret: object, facts: tuple[object, ...]
) -> None:
    hooks = [webhook(1, webhookUrl=url, secret=secret)]
    fake.server.answer("/api/hooks", {"total": 1, "hooks": hooks})
    hook = of(fake.read(), Integration)["1"]
    assert (hook.host, hook.encrypted, hook.signed) == facts


@pytest.mark.parametrize(
    ("status", "body", "why", "remedy"),
    [
        (401, b"", Reason.UNAUTHENTICATED, "Users"),
        (401, error := b'{"errors":[{"type":"access_denied","code":401}]}', Reason.UNAUTHENTICATED,
         "credential"),
        (401, b'{"errors":[{"type":"invalid_grant"}]}', Reason.UNAUTHENTICATED, "client_id"),
        (403, b'{"errors":[{"type":"api_disabled"}]}', Reason.DISABLED, "API Settings"),
        (403, error, Reason.DISABLED, "basic auth"),
        (404, b"", Reason.NOT_FOUND, "url"),
    ],
)  # fmt: skip
def test_a_refused_sign_in_is_explained_and_not_repeated(
    fake: Mautic, status: int, body: bytes, why: Reason, remedy: str
) -> None:
    fake.server.answer("/api/users/self", body, status)
    told = fake.read()
    [problem] = told.problems
    assert (problem.where, problem.reason) == ("sign-in", why)
    assert remedy in words(problem.as_unknown())
    assert set(told.populations) == {"Person", "Integration", "Form", "Message", "Audience"}
    assert len(fake.server.asked) == 1, "wrong passwords are not tried again and again"
    assert reason(of(told, Software)["mautic"].version) is why
    assert reason(told.account.scanner_excess) is why


def test_an_api_that_refuses_passwords_is_proven_by_the_refusal(fake: Mautic) -> None:
    fake.server.answer("/api/users/self", {"errors": [{"type": "access_denied"}]}, 403)
    assert fake.read().account.api_password_sign_in is False


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        (b"", 500, Reason.SERVER_ERROR),
        (b"<html>Sign in</html>", 200, Reason.MALFORMED),
        (b"", 429, Reason.RATE_LIMITED),
    ],
)
@pytest.mark.parametrize("path", ["users", "hooks", "forms", "emails", "stats/audit_log"])
def test_a_section_that_fails_takes_no_other_down(
    fake: Mautic, path: str, body: bytes, status: int, why: Reason
) -> None:
    # A wait longer than the client's patience, so that the test need not wait.
    headers = {"Retry-After": "3600", "Content-Type": "text/html"}
    fake.server.answer(f"/api/{path}", body, status, headers)
    told = fake.read()
    assert [problem.reason for problem in told.problems] == [why]
    paths = {asked.path for asked in fake.server.asked}
    assert {"/api/users", "/api/hooks", "/api/forms", "/api/emails"} <= paths


def test_who_am_i_failing_leaves_the_rest_to_be_read(fake: Mautic) -> None:
    fake.server.answer("/api/users/self", b"", 500)
    told = fake.read()
    assert len(of(told, Person)) == 2
    assert reason(of(told, Software)["mautic"].version) is Reason.SERVER_ERROR
    assert reason(told.populations["Form"]) is Reason.NOT_EXPOSED


def test_an_oauth_client_gets_its_token_and_uses_it(fake: Mautic) -> None:
    fake.me = {"username": "Scanner [1]"}
    fake.server.answer("/oauth/v2/token", {"access_token": "token-1", "expires_in": 3600})
    told = fake.read(Login(client_id="1_abc", client_secret="env:X"), {"client_secret": "s&cret=1"})
    assert told.problems == ()
    first, *others = fake.server.asked
    assert (first.method, first.path) == ("POST", "/oauth/v2/token")
    assert "authorization" not in first.headers
    assert "client_secret=s%26cret%3D1" in first.body
    assert {asked.headers["authorization"] for asked in others} == {"Bearer token-1"}
    assert told.account.api_password_sign_in == NOT_COLLECTED
    assert not any(person.machine for person in of(told, Person).values())
    assert b"token-1" not in encode_snapshot(told)


@pytest.mark.parametrize(
    ("answer", "status", "why"),
    [
        ({"errors": [{"type": "invalid_client", "code": 400}]}, 400, Reason.UNAUTHENTICATED),
        ({"errors": [{"type": "api_disabled"}]}, 403, Reason.DISABLED),
        ({"token_type": "bearer"}, 200, Reason.MALFORMED),
        ({"access_token": ["t"]}, 200, Reason.MALFORMED),
    ],
)
def test_an_oauth_client_without_token_reads_nothing(
    fake: Mautic, answer: object, status: int, why: Reason
) -> None:
    fake.server.answer("/oauth/v2/token", answer, status)
    told = fake.read(Login(client_id="1", client_secret="env:X"), {"client_secret": "s"})
    assert [problem.reason for problem in told.problems] == [why]
    assert len(fake.server.asked) == 1


def test_a_token_of_ones_own_is_used(fake: Mautic) -> None:
    fake.read(Login(token="env:X"), {"token": "token-2"})
    assert {asked.headers["authorization"] for asked in fake.server.asked} == {"Bearer token-2"}


@pytest.mark.parametrize("login", [None, Login(username="only-a-name"), Login(client_id="1")])
def test_without_a_credential_nothing_is_sent_and_the_remedy_is_named(
    fake: Mautic, login: Login | None
) -> None:
    told = fake.read(login, {})
    assert fake.server.asked == []
    assert told.populations["Person"].reason is Reason.NOT_CONFIGURED
    assert "`credential`" in words(told.populations["Person"])


def test_a_password_never_goes_to_a_plain_http_address(fake: Mautic) -> None:
    told = fake.read(url="http://192.0.2.1")
    assert told.populations["Person"].reason is Reason.REFUSED
    assert told.requests == 0


@pytest.mark.parametrize(
    ("version", "known", "unknown"),
    [
        ("7.0.0", {"CVE-2026-9559", "CVE-2026-3105"}, {"CVE-2024-47051"}),
        ("7.0.0-rc", {"CVE-2026-9559", "CVE-2026-3105"}, set()),
        ("7.1.2-rc", {"CVE-2026-9559"}, {"CVE-2026-3105"}),
        ("7.1.2", set(), {"CVE-2026-9559", "CVE-2026-4776"}),
        ("6.0.8", {"CVE-2026-4776"}, {"CVE-2026-9559", "CVE-2026-3105"}),
        ("5.2.10", {"CVE-2026-4776"}, {"CVE-2026-3105"}),
        ("5.2.2", {"CVE-2024-47051", "CVE-2025-9822"}, {"CVE-2022-25768"}),
        ("4.4.13", {"CVE-2024-47051", "CVE-2026-4776"}, {"CVE-2022-25768"}),
        ("4.4.18", {"CVE-2026-4776"}, {"CVE-2025-13827"}),
    ],
)
def test_the_published_vulnerabilities_of_a_version_are_told(
    fake: Mautic, version: str, known: set[str], unknown: set[str]
) -> None:
    fake.headers = {"Mautic-Version": version}
    software = of(fake.read(), Software)["mautic"]
    assert software.version == version
    named = {advisory.split(" ")[0] for advisory in software.advisories}
    assert known <= named
    assert not unknown & named
    assert software.advisories_as_of == "2026-07-02"
    assert all(re.fullmatch(r"CVE-\S+ \(\w+\): .+", each) for each in software.advisories)


@pytest.mark.parametrize("version", ["", "latest", "7", "7.x", "1" * 500, "7.0.0; DROP"])
def test_a_version_that_cannot_be_read_gives_no_clean_bill(fake: Mautic, version: str) -> None:
    fake.headers = {"Mautic-Version": version}
    software = of(fake.read(), Software)["mautic"]
    if version == "7":
        assert "CVE-2026-9559" in " ".join(software.advisories)
        return
    assert reason(software.version) is Reason.MALFORMED
    assert reason(software.advisories) is Reason.MALFORMED


def test_without_the_header_there_is_no_version(fake: Mautic) -> None:
    fake.headers = {}
    software = of(fake.read(), Software)["mautic"]
    assert reason(software.version) is reason(software.advisories) is Reason.NOT_EXPOSED


def test_the_fixed_behaviour_is_told_only_of_versions_that_were_looked_at(fake: Mautic) -> None:
    told: dict[str, Any] = {}
    for version in ("4.4.13", "5.2.10", "6.0.8", "7.0.0", "7.1.0", "7.2.0", "4.3.0"):
        fake.headers = {"Mautic-Version": version}
        told[version] = fake.read().account
    for version in ("5.2.10", "6.0.8", "7.0.0"):
        account = told[version]
        assert (account.password_min_length, account.password_blocklist) == (6, True)
        assert (account.lockout_attempts, account.password_max_age_days) == (None, None)
        assert account.failed_sign_ins_logged is False
    assert told["4.4.13"].password_blocklist is False
    assert reason(told["7.1.0"].lockout_attempts) is Reason.NOT_EXPOSED
    for version in ("7.2.0", "4.3.0"):
        assert reason(told[version].password_min_length) is Reason.NOT_COLLECTED
    assert told["7.0.0"].api_rate_limited is False


def test_every_hidden_fact_exists_and_says_what_to_do() -> None:
    for key, gap in MAUTIC.hidden.items():
        kind, _, fact = key.partition(".")
        assert fact in SUBJECT_TYPES[kind].__struct_fields__
        assert gap.detail is not None
        assert gap.remedy is not None
    for call in MAUTIC.calls:
        for key in call.facts:
            kind, _, fact = key.partition(".")
            assert fact in SUBJECT_TYPES[kind].__struct_fields__


def test_the_recipe_names_every_permission_that_a_call_needs() -> None:
    needed = [call.permission for call in MAUTIC.calls if call.permission]
    assert needed
    assert all(f"({permission})" in MAUTIC.recipe.template for permission in needed)


# The configuration file.

WEAK = """<?php
$parameters = array(
    'db_host' => 'db.example.net', 'db_user' => 'root', 'db_password' => 'Db-pass-7!',
    'secret_key' => 'temp', 'site_url' => 'http://ma.example.jp', 'debug' => true,
    'trusted_proxies' => array('0' => '0.0.0.0/0'),
    'cors_restrict_domains' => 0, 'cookie_secure' => 0,
    'mailer_dsn' => 'smtp://u:Mail-pass-9@mail.example.net:25?verify_peer=0',
    'api_enabled' => 1, 'api_enable_basic_auth' => 1,
);
"""
HARD = f"""<?php
$parameters = [
    'db_host' => '127.0.0.1', 'db_user' => 'mautic', 'db_password' => 'Db-pass-7!',
    'secret_key' => '{"f" * 64}', 'site_url' => 'https://ma.example.jp',
    'trusted_hosts' => ['^ma\\.example\\.jp$'], 'headers_sts' => true,
    'headers_sts_expire_time' => 31536000, 'cookie_httponly' => true,
    'mailer_dsn' => 'smtps://u:Mail-pass-9%%40@mail.example.net:465',
    'rememberme_lifetime' => 86400, 'saml_idp_metadata' => 'PD94bWw=', 'api_enabled' => true,
];
"""


@pytest.fixture
def local_config(tmp_path: Path) -> Callable[[str], Path]:
    def write(code: str, name: str = "local.php") -> Path:
        path = tmp_path / name
        path.write_text(code, encoding="utf-8")
        path.chmod(0o600)
        return path

    return write


def software(told: Deployment) -> Any:
    return of(told, Software)["mautic"]


def test_a_weak_configuration_is_told(fake: Mautic, local_config: Any) -> None:
    told = fake.read(local_config=local_config(WEAK))
    weak = software(told)
    assert (weak.site_https, weak.debug, weak.secret_key_default) == (False, True, True)
    assert (weak.trusted_hosts, weak.trusted_proxies) == ((), ("0.0.0.0/0",))
    assert (weak.cors_any_origin, weak.hsts_seconds) == (True, None)
    assert (weak.cookies_secure, weak.cookies_http_only) == (False, False)
    assert (weak.database_remote, weak.database_encrypted) == (True, False)
    assert weak.database_superuser is True
    assert (weak.mailer_remote, weak.mailer_encrypted) == (True, False)
    assert weak.witnesses["debug"].origin is Origin.IMPORT
    assert "version" not in weak.witnesses
    account = told.account
    assert (account.remember_me_days, account.sso_configured) == (365, False)
    assert account.api_password_sign_in is True
    assert "api_password_sign_in" not in account.witnesses, "signing in has proven it"
    assert account.witnesses["remember_me_days"].origin is Origin.IMPORT


def test_a_hardened_configuration_is_told(fake: Mautic, local_config: Any) -> None:
    told = fake.read(Login(token="env:X"), {"token": "t"}, local_config(HARD))
    hard = software(told)
    assert (hard.site_https, hard.debug, hard.secret_key_default) == (True, False, False)
    assert hard.trusted_hosts == ("^ma\\.example\\.jp$",)
    assert (hard.cors_any_origin, hard.hsts_seconds) == (False, 31_536_000)
    assert (hard.cookies_secure, hard.cookies_http_only) == (True, True)
    assert (hard.database_remote, hard.database_superuser) == (False, False)
    assert (hard.mailer_remote, hard.mailer_encrypted) == (True, True)
    account = told.account
    assert (account.remember_me_days, account.api_password_sign_in) == (1, False)
    # Beside SAML the sign-in form goes on taking passwords.
    assert (account.sso_configured, account.sso_enforced) == (True, False)
    assert reason(of(told, Person)["1"].signs_in_by_sso) is Reason.NOT_COLLECTED


def test_what_the_file_leaves_out_has_the_products_default(fake: Mautic, local_config: Any) -> None:
    path = local_config("<?php $parameters = [];")
    told = fake.read(local_config=path)
    bare = software(told)
    assert (bare.site_https, bare.secret_key_default, bare.cors_any_origin) == (False, True, False)
    assert (bare.cookies_secure, bare.mailer_remote) == (True, False)
    assert told.account.remember_me_days == 365
    assert of(told, Person)["1"].signs_in_by_sso is False
    fake.headers = {"Mautic-Version": "7.1.2"}
    assert fake.read(local_config=path).account.remember_me_days == 90
    without_version = fake.read(None, {}, path).account
    assert reason(without_version.remember_me_days) is Reason.NOT_COLLECTED
    assert without_version.sso_configured is False


def test_the_file_is_read_although_nothing_else_can_be(fake: Mautic, local_config: Any) -> None:
    told = fake.read(None, {}, local_config(WEAK), url=None)
    assert software(told).debug is True
    assert told.account.api_password_sign_in is True
    assert told.populations["Person"].reason is Reason.NOT_CONFIGURED


def test_signing_in_outweighs_the_file_and_the_contradiction_is_told(
    fake: Mautic, local_config: Any
) -> None:
    path = local_config("<?php $parameters = ['api_enabled' => true];")
    account = fake.read(local_config=path).account
    assert account.api_password_sign_in is True
    assert account.contradictions == ("Account api_password_sign_in: api=True, import=False",)


@pytest.mark.parametrize(
    ("version", "limit", "limited"),
    [("6.0.8", 100, True), ("6.0.8", 0, False), ("7.0.0", 100, False), ("5.2.10", "'9'", True)],
)
def test_the_rate_limiter_counts_only_where_the_version_has_one(
    fake: Mautic, local_config: Any, version: str, limit: object, limited: bool
) -> None:
    fake.headers = {"Mautic-Version": version}
    path = local_config(f"<?php $parameters = ['api_rate_limiter_limit' => {limit}];")
    assert fake.read(local_config=path).account.api_rate_limited is limited


@pytest.mark.parametrize(
    ("setting", "remote", "encrypted"),
    [
        ("'mailer_dsn' => 'smtp://localhost:25'", False, Reason.NOT_EXPOSED),
        ("'mailer_dsn' => 'null://null'", False, Reason.NOT_EXPOSED),
        ("'mailer_dsn' => 'sendmail://default'", False, Reason.NOT_EXPOSED),
        ("'mailer_dsn' => 'smtp://mx.example.net:587'", True, False),
        ("'mailer_dsn' => 'smtp://mx.example.net?require_tls=true'", True, True),
        ("'mailer_dsn' => 'smtp://mx.example.net:465'", True, True),
        ("'mailer_dsn' => 'smtps://mx.example.net?verify_peer=0'", True, False),
        ("'mailer_dsn' => 'mautic+ses+api://k:s@default'", True, True),
        ("'mailer_dsn' => 'ses+smtp://k:s@default'", True, Reason.NOT_EXPOSED),
        ("'mailer_dsn' => 'failover(smtps://a.example smtp://b.example)'", True, False),
        ("'mailer_dsn' => 'failover(smtps://a.example smtps://b.example)'", True, True),
        ("'mailer_dsn' => getenv('MAILER_DSN')", Reason.NOT_EXPOSED, Reason.NOT_EXPOSED),
        ("'mailer_dsn' => '%env(MAILER_DSN)%'", Reason.NOT_EXPOSED, Reason.NOT_EXPOSED),
        ("'mailer_dsn' => 'getenv(MAILER_DSN)'", Reason.NOT_EXPOSED, Reason.NOT_EXPOSED),
        ("'mailer_dsn' => ['x']", Reason.MALFORMED, Reason.MALFORMED),
        ("'mailer_dsn' => 'smtp://[bad'", Reason.MALFORMED, Reason.MALFORMED),
        ("'mailer_transport' => 'smtp', 'mailer_host' => 'mx.example.net'", True, False),
        ("'mailer_transport' => 'smtp', 'mailer_host' => 'mx.jp', 'mailer_encryption' => 'tls'",
         True, True),
        ("'mailer_transport' => 'smtp', 'mailer_host' => 'localhost'", False, Reason.NOT_EXPOSED),
        ("'mailer_transport' => 'mail'", False, Reason.NOT_EXPOSED),
        ("'mailer_transport' => 'gmail'", True, True),
        ("'mailer_transport' => 'mautic.transport.amazon'", True, Reason.NOT_EXPOSED),
    ],
)  # fmt: skip
def test_how_mail_leaves_is_told(
    fake: Mautic, local_config: Any, setting: str, remote: object, encrypted: object
) -> None:
    told = software(fake.read(local_config=local_config(f"<?php $parameters = [{setting}];")))
    assert [reason(fact) or fact for fact in (told.mailer_remote, told.mailer_encrypted)] == [
        remote,
        encrypted,
    ]


@pytest.mark.parametrize(
    ("setting", "anyone"),
    [
        ("'cors_valid_domains' => ['https://www.example.jp', 'https://*.example.jp']", False),
        ("'cors_valid_domains' => ['*']", True),
        ("'cors_valid_domains' => ['https://*']", True),
        ("'cors_restrict_domains' => false", True),
        ("'cors_restrict_domains' => '0'", True),
    ],
)
def test_who_may_read_across_origins_is_told(
    fake: Mautic, local_config: Any, setting: str, anyone: bool
) -> None:
    told = fake.read(local_config=local_config(f"<?php $parameters = [{setting}];"))
    assert software(told).cors_any_origin is anyone


def test_files_beside_local_php_are_taken_into_account(fake: Mautic, local_config: Any) -> None:
    path = local_config(WEAK)
    local_config("<?php $parameters = ['debug' => false];", "parameters_local.php")
    local_config("<?php", "config_override.php")
    told = software(fake.read(local_config=path))
    assert told.debug is False
    assert reason(told.database_encrypted) is Reason.NOT_EXPOSED
    local_config("<?php $parameters = f();", "parameters_local.php")
    assert reason(software(fake.read(local_config=path)).debug) is Reason.MALFORMED


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, Reason.NOT_FOUND),
        (b"debug: true", Reason.MALFORMED),
        (b"<?php $parameters = f();", Reason.MALFORMED),
        (b"<?php $parameters = ['a' => '" + b"x" * 1_048_576 + b"'];", Reason.TOO_LARGE),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_the_rest_goes_on(
    fake: Mautic, tmp_path: Path, content: bytes | None, why: Reason
) -> None:
    path = tmp_path / "local.php"
    if content is not None:
        path.write_bytes(content)
    told = fake.read(local_config=path)
    [problem] = told.problems
    assert (problem.where, problem.reason) == ("local_config", why)
    assert "local.php" in words(problem.as_unknown())
    assert reason(software(told).debug) is why
    assert reason(told.account.remember_me_days) is why
    assert len(of(told, Person)) == 2


def test_a_folder_or_a_pipe_in_the_files_place_does_not_hold_the_scan(
    fake: Mautic, tmp_path: Path
) -> None:
    pipe = tmp_path / "local.php"
    os.mkfifo(pipe)
    assert [p.reason for p in fake.read(local_config=pipe).problems] == [Reason.MALFORMED]
    assert [p.reason for p in fake.read(local_config=tmp_path).problems] == [Reason.MALFORMED]


def test_a_configuration_that_others_can_read_is_told(
    fake: Mautic, local_config: Any, tmp_path: Path
) -> None:
    path = local_config(HARD)
    assert software(fake.read(local_config=path)).config_readable_by_others is False
    path.chmod(0o644)
    told = software(fake.read(local_config=path)).config_readable_by_others
    assert told is all(folder.stat().st_mode & 0o001 for folder in tmp_path.resolve().parents)
    tmp_path.chmod(0o700)
    assert software(fake.read(local_config=path)).config_readable_by_others is False


def test_a_bug_in_one_reader_is_ours_and_loses_its_fact_alone(
    fake: Mautic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(answers, "urlsplit", broken)
    fake.server.answer("/api/hooks", {"total": 1, "hooks": {"1": webhook(1)}})
    told = fake.read()
    assert [problem.reason for problem in told.problems] == [Reason.BUG]
    assert not told.populations
    (hook,) = (each for each in told.subjects if isinstance(each, Integration))
    assert isinstance(hook.encrypted, Unknown)
    assert hook.encrypted.reason is Reason.BUG


def test_a_problem_elsewhere_at_the_same_time_is_not_taken_for_one_of_the_interface(
    fake: Mautic, monkeypatch: pytest.MonkeyPatch
) -> None:
    gatherings: list[Gathering] = []
    monkeypatch.setattr(Gathering, "__init__", _remembered(Gathering.__init__, gatherings))

    def meanwhile(_: Any) -> Any:
        elsewhere = Unknown(Reason.NOT_CONFIGURED)
        gatherings[0].missing("endpoints", elsewhere)
        return {"access_token": "token-1"}

    fake.server.decide("/oauth/v2/token", meanwhile)
    told = fake.read(Login(client_id="1", client_secret="env:X"), {"client_secret": "s"})
    assert [problem.where for problem in told.problems] == ["endpoints"]
    assert len(of(told, Person)) == 2


def _remembered(make: Any, made: list[Gathering]) -> Any:
    def remember(self: Gathering, *given: Any) -> None:
        make(self, *given)
        made.append(self)

    return remember
