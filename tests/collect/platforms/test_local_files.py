"""The configuration files of Ghost and listmonk, read beside their interfaces."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vendors import Desk, read, vendor

from scanner.collect.answers import Record
from scanner.collect.http import Unanswered
from scanner.collect.platforms.ghost_local import _database, read_ghost_file
from scanner.collect.platforms.ghost_local import _mail as mail
from scanner.collect.platforms.listmonk import _mail_leaves_the_machine
from scanner.collect.platforms.listmonk_local import read_listmonk_file
from scanner.collect.platforms.local_file import ADMINISTRATOR, DATABASE, is_this_machine
from scanner.collect.platforms.self_hosted import ProgramFacts
from scanner.model import Account, Credential, Deployment, Origin, Reason, Software, Unknown

Written = Callable[[object], Path]
GHOST = {
    "url": "https://letter.example.co.jp",
    "database": {
        "client": "mysql",
        "connection": {
            "host": "db.internal",
            "user": "ghost",
            "password": "Copper-lantern-db-77",
            "database": "ghost",
            "ssl": {"ca": "…"},
        },
    },
    "mail": {
        "transport": "SMTP",
        "options": {"host": "smtp.example.co.jp", "port": 465, "secure": True},
    },
    "admin": {"sessionMaxAgeMs": 2_592_000_000},
}
LISTMONK = """
[app]
address = "localhost:9000"
[db]
host = "localhost"
user = "letters"
password = "Copper-lantern-db-77"
ssl_mode = "verify-full"
"""


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(content: object) -> Path:
        path = tmp_path / "settings"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        path.chmod(0o600)
        return path

    return write


def ghost(written: Written, **changes: Any) -> ProgramFacts:
    return read_ghost_file(written({**GHOST, **changes}))


def test_a_ghost_set_up_with_care_is_told(written: Written) -> None:
    told = ghost(written)
    assert told.software == {
        "database_remote": True,
        "database_encrypted": True,
        "database_superuser": False,
        "default_credentials": (),
        "mailer_remote": True,
        "mailer_encrypted": True,
        "config_readable_by_others": False,
        "trusted_proxies": ("*",),
    }
    assert ghost(written, usingLoopbackReverseProxy=True).software["trusted_proxies"] == (
        "loopback",
    )
    assert told.account == {"remember_me_days": 30, "lockout_attempts": 5}


def test_what_a_ghost_leaves_out_has_the_products_default(written: Written) -> None:
    assert read_ghost_file(written("{}")).account == {
        "remember_me_days": 180,
        "lockout_attempts": 5,
    }


@pytest.mark.parametrize(
    ("connection", "expected"),
    [
        ({"user": "root", "password": "example"}, (True, (DATABASE,))),
        ({"user": "ghost", "password": "ghost"}, (False, (DATABASE,))),
        ({"user": "letters", "password": ""}, (False, (DATABASE,))),
        ({"user": "letters"}, (False, (DATABASE,))),
        ({"user": "letters", "password": "example"}, (False, ())),
    ],
)
def test_a_database_that_opens_to_the_documented_password_is_told(
    connection: dict[str, str], expected: tuple[bool, object]
) -> None:
    facts = _database(Record({"database": {"client": "mysql", "connection": connection}}))
    assert (facts["database_superuser"], facts["default_credentials"]) == expected
    assert facts["database_encrypted"] is False


def test_a_database_in_a_file_has_no_password_to_be_guessed() -> None:
    facts = _database(Record({"database": {"client": "sqlite3", "connection": {"filename": "x"}}}))
    assert facts["default_credentials"] == ()
    assert facts["database_remote"] is False


@pytest.mark.parametrize(
    ("settings", "remote", "encrypted"),
    [
        ({}, True, Unknown),
        ({"transport": "Direct"}, True, Unknown),
        ({"transport": "sendmail"}, False, Unknown),
        ({"transport": "SES"}, True, True),
        ({"transport": "SMTP", "options": {"host": "127.0.0.1"}}, False, Unknown),
        ({"transport": "SMTP", "options": {"service": "Mailgun"}}, True, Unknown),
        ({"transport": "SMTP", "options": {"host": "a.example", "port": 587}}, True, False),
        ({"transport": "SMTP", "options": {"host": "a.example", "requireTLS": True}}, True, True),
        ({"transport": "SMTP", "options": {"host": "a.example", "secure": True}}, True, True),
        (
            {
                "transport": "SMTP",
                "options": {
                    "host": "a.example",
                    "secure": True,
                    "tls": {"rejectUnauthorized": False},
                },
            },
            True,
            False,
        ),
        ({"transport": "pigeon"}, Unknown, Unknown),
        ({"transport": 7}, Unknown, Unknown),
    ],
)
def test_mail_counts_as_encrypted_only_where_tls_is_demanded(
    settings: dict[str, Any], remote: object, encrypted: object
) -> None:
    facts = mail(Record({"mail": settings}))
    for fact, expected in (("mailer_remote", remote), ("mailer_encrypted", encrypted)):
        found = facts[fact]
        assert (type(found) if isinstance(found, Unknown) else found) is expected


def test_a_listmonk_set_up_with_care_is_told(written: Written) -> None:
    assert read_listmonk_file(written(LISTMONK)).software == {
        "database_remote": False,
        "database_encrypted": True,
        "database_superuser": False,
        "default_credentials": (),
        "config_readable_by_others": False,
    }


@pytest.mark.parametrize(
    ("user", "password", "more", "expected"),
    [
        ("listmonk", "listmonk", "", (DATABASE,)),
        ("letters", "letters", "", (DATABASE,)),
        ("letters", "", "", (DATABASE,)),
        (
            "letters",
            "x" * 20,
            '[app]\nadmin_username = "listmonk"\nadmin_password = "listmonk"',
            (ADMINISTRATOR,),
        ),
        # listmonk itself lets nobody in by so short a one.
        ("letters", "x" * 20, '[app]\nadmin_username = "admin"\nadmin_password = "admin"', ()),
        ("letters", "x" * 20, '[app]\nadmin_username = "a"\nadmin_password = "Copper-lantern"', ()),
    ],
)
def test_the_passwords_of_listmonks_sample_are_told(
    written: Written, user: str, password: str, more: str, expected: object
) -> None:
    path = written(f'[db]\nhost = "db"\nuser = "{user}"\npassword = "{password}"\n{more}')
    facts = read_listmonk_file(path).software
    assert facts["default_credentials"] == expected
    assert facts["database_remote"] is True
    assert facts["database_encrypted"] is False


@pytest.mark.parametrize("reader", [read_ghost_file, read_listmonk_file])
@pytest.mark.parametrize("content", ["[", "\0", "7 7"])
def test_a_file_of_another_form_is_refused(
    written: Written, reader: Callable[[Path], object], content: str
) -> None:
    with pytest.raises(Unanswered) as refused:
        reader(written(content))
    assert refused.value.unknown.reason is Reason.MALFORMED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                (
                    *("database", "client", "connection", "user", "password", "host", "ssl"),
                    *("mail", "transport", "options", "admin", "spam", "user_login", "service"),
                    *("db", "ssl_mode", "app", "admin_username", "admin_password", "url"),
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(JSON)
def test_whatever_a_file_holds_nothing_breaks(content: object) -> None:
    record = Record(content)
    for facts in (_database(record), mail(record)):
        for value in facts.values():
            assert isinstance(value, bool | tuple | Unknown)


def deployment(name: str, path: Path | None, answers: dict[str, Any]) -> Deployment:
    desk = Desk(name, answers={**vendor(name).answers, **answers})
    return read(desk, local_config=None if path is None else str(path))


def one(found: Deployment, kind: type[Any]) -> Any:
    [subject] = [each for each in found.subjects if isinstance(each, kind)]
    return subject


def test_a_ghosts_file_fills_what_its_interface_hides_and_says_where_it_comes_from(
    written: Written,
) -> None:
    bare = one(deployment("ghost", None, {}), Software)
    assert bare.database_remote.reason is Reason.NOT_EXPOSED
    assert "local_config" in bare.default_credentials.remedy.template
    found = deployment("ghost", written(GHOST), {})
    software = one(found, Software)
    assert software.database_remote is True
    assert software.witnesses["database_remote"].origin is Origin.IMPORT
    assert software.debug is False
    assert "debug" not in software.witnesses
    assert one(found, Account).remember_me_days == 30


def test_a_file_that_cannot_be_read_is_a_problem_and_the_rest_is_known(tmp_path: Path) -> None:
    found = deployment("listmonk", tmp_path / "nowhere", {})
    software = one(found, Software)
    assert software.default_credentials.reason is Reason.NOT_FOUND
    assert software.version == "v6.2.0"
    assert [each.where for each in found.problems] == ["local_config"]


def test_an_administrator_of_listmonks_old_kind_is_a_key_that_may_do_everything() -> None:
    [config] = [key for key in vendor("listmonk").answers if key.endswith("/api/config")]
    answer = vendor("listmonk").answers[config]
    old = {**answer, "data": {**answer["data"], "has_legacy_user": True}}
    found = deployment("listmonk", None, {config: old})
    keys = {each.id: each for each in found.subjects if isinstance(each, Credential)}
    assert keys["config:admin_username"].scopes == ("full access",)
    assert "config:admin_username" not in {
        each.id for each in deployment("listmonk", None, {}).subjects
    }


@pytest.mark.parametrize(
    ("host", "here"),
    [
        *((each, True) for each in ("", "localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]")),
        ("/run/mysqld/mysqld.sock", True),
        *((each, False) for each in ("127.example.co.jp", "127.0.0.1.nip.io", "db", "::2")),
    ],
)
def test_a_server_is_on_this_machine_by_its_address_and_not_by_how_its_name_begins(
    host: str, here: bool
) -> None:
    assert is_this_machine(host) is here
    servers = Record({"smtp": [{"enabled": True, "host": host}]})
    assert _mail_leaves_the_machine(servers) is not here


def test_no_password_of_a_file_is_kept(written: Written) -> None:
    found = deployment("ghost", written(GHOST), {})
    assert b"Copper-lantern" not in msgspec.json.encode(found)
