"""`mamori probe login`, and the same in a scan, against real servers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sign_in import FLOW, KEY, PASSWORD, USERNAME, Site, now

SECRETS = {"PW": PASSWORD, "TOTP": f"otpauth://totp/Site:tester?secret={KEY}&period=1"}


@pytest.fixture
def site(serve: Callable[..., Any]) -> Callable[..., Site]:
    return lambda **wrong: Site(serve(), now, **wrong)


@pytest.fixture
def probe(mamori: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    (tmp_path / "flow.yaml").write_text(FLOW)

    def run(url: str, *more: str, form: str = "json", **options: Any) -> Any:
        words = [*more] or ["--flow", "flow.yaml", "--password", "env:PW", "--totp", "env:TOTP"]
        who = () if "--username" in more else ("--username", USERNAME)
        return mamori(
            "probe", "login", url, *who, *words, "--format", form, variables=SECRETS, **options
        )

    return run


def statuses(ran: Any) -> dict[str, str]:
    return {each["check"]: each["status"] for each in ran.target["findings"]}


def test_a_good_sign_in_passes_in_real_time(
    site: Callable[..., Site], probe: Callable[..., Any]
) -> None:
    good = site(period=1)
    ran = probe(good.server.url)
    assert ran.code == 0, ran.err + ran.out
    assert set(statuses(ran).values()) == {"pass"}
    assert {each["subject"]["id"] for each in ran.target["findings"]} == {good.server.url}
    record = next(each for each in ran.target["findings"] if "record" in each["check"])
    assert len(record["evidence"]) == len(good.server.asked)
    assert good.failures == 3


def test_a_sign_in_by_password_alone_fails_and_what_depends_on_codes_does_not_apply(
    site: Callable[..., Site], probe: Callable[..., Any]
) -> None:
    ran = probe(site(asks=False, immortal=True, fixed=True).server.url)
    assert ran.code == 10, ran.err
    assert statuses(ran) == {
        "mfa.enforced-at-sign-in": "fail",
        "mfa.wrong-code-refused": "not_applicable",
        "mfa.replay-refused": "not_applicable",
        "mfa.skew-refused": "not_applicable",
        "access.session-renewed": "fail",
        "access.session-ended": "fail",
        "evidence.sign-in-record": "pass",
    }


def test_a_plain_form_needs_no_description_and_secrets_may_come_by_standard_input(
    site: Callable[..., Site], probe: Callable[..., Any]
) -> None:
    plain = site(asks=False)
    ran = probe(
        f"{plain.server.url}/login", "--signed-in", "/account", "--stdin",
        stdin=f"{PASSWORD}\n{KEY}\n",
    )  # fmt: skip
    assert ran.code == 10, ran.err
    assert statuses(ran)["mfa.enforced-at-sign-in"] == "fail"


def test_the_record_is_in_the_readers_language(
    site: Callable[..., Site], probe: Callable[..., Any]
) -> None:
    ran = probe(
        site(asks=False).server.url, "--flow", "flow.yaml", "--password", "env:PW", "--lang", "ja"
    )
    record = next(each for each in ran.target["findings"] if "record" in each["check"])
    assert "正しいパスワードのみ、コードなし: 302" in "\n".join(record["evidence"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--password", "env:PW"), "--flow"),
        (("--password", "env:PW", "--flow", "wrong.yaml"), "wrong.yaml, line 2, signed_inn"),
        (("--password", "env:NONE", "--flow", "mautic"), "NONE"),
        (("--password", PASSWORD, "--flow", "mautic"), "never the secret itself"),
        (("--stdin", "--flow", "mautic"), "empty"),
    ],
)
def test_what_is_wrong_with_the_command_is_said_before_anything_is_sent(
    probe: Callable[..., Any], tmp_path: Path, server: Any, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "wrong.yaml").write_text("page: /login\nsigned_inn: /account\n")
    ran = probe(server.url, *words)
    assert ran.code == 2, ran.err
    assert said in ran.err
    assert PASSWORD not in ran.err
    assert server.asked == []


def test_over_plain_http_to_another_machine_nothing_is_sent(probe: Callable[..., Any]) -> None:
    ran = probe("http://ma.example.co.jp")
    assert "plain http" in ran.out
    assert ran.target["findings"][0]["status"] == "inconclusive"


@pytest.fixture
def scan(mamori: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    def run(url: str, *words: str, allow: str = "true", more: str = "") -> Any:
        (tmp_path / "flow.yaml").write_text(FLOW)
        (tmp_path / "mamori.yaml").write_text(
            "targets:\n"
            "  - name: shop\n"
            "    platform: generic\n"
            "    endpoints: []\n"
            f"    url: {url}\n"
            f"    sign_in: {{username: {USERNAME}, password: 'env:PW', totp: 'env:TOTP',\n"
            f"      allow: {allow}, flow: flow.yaml}}\n{more}"
            "history: false\n"
        )
        return mamori("scan", *words, variables=SECRETS)

    return run


def of_sign_in(ran: Any) -> dict[str, str]:
    return {
        each["check"]: each["status"]
        for each in ran.target["findings"]
        if each["subject"]["type"] == "SignIn"
    }


def test_a_scan_tries_the_sign_in_where_it_is_allowed(
    site: Callable[..., Site], scan: Callable[..., Any]
) -> None:
    door = site(asks=False)
    ran = scan(door.server.url, "--format", "json")
    assert of_sign_in(ran)["mfa.enforced-at-sign-in"] == "fail"
    assert door.successes == 1


def test_a_scan_tries_nothing_that_nobody_has_allowed(
    site: Callable[..., Site], scan: Callable[..., Any]
) -> None:
    door = site()
    ran = scan(door.server.url, "--format", "json", allow="false")
    assert of_sign_in(ran)["mfa.enforced-at-sign-in"] == "inconclusive"
    assert "allow: true" in ran.out
    assert door.successes == door.failures == 0


def test_a_scan_leaves_whom_a_list_names_as_administrator_alone(
    site: Callable[..., Site], scan: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text(f"mail,admin\n{USERNAME},yes\n")
    door = site()
    ran = scan(
        door.server.url, "--format", "json",
        more="    people: {csv: people.csv, columns: {email: mail, administrator: admin}}\n",
    )  # fmt: skip
    assert set(of_sign_in(ran).values()) == {"inconclusive", "pass"}, of_sign_in(ran)
    assert "administrator" in ran.out
    assert not [each for each in door.server.asked if each.method == "POST"]


def test_a_dry_run_names_the_attempts_and_makes_none(
    site: Callable[..., Site], scan: Callable[..., Any]
) -> None:
    door = site()
    ran = scan(door.server.url, "--dry-run")
    assert f"sign in at {door.server.url} as {USERNAME}" in ran.out
    assert "env:PW" in ran.out
    assert door.server.asked == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("username: x, password: hunter2", "sign_in.password"),
        ("username: scanner, password: 'env:PW'", "another account"),
        ("username: x, password: 'env:PW', flow: wordpress", "wordpress"),
    ],
)
def test_a_wrong_section_is_named_by_line_and_key(
    mamori: Callable[..., Any], config: Callable[..., Path], line: str, said: str
) -> None:
    config("http://127.0.0.1:9", more=f"    sign_in: {{{line}}}\n")
    ran = mamori("scan")
    assert ran.code == 2, ran.err
    assert said in ran.err
    assert "hunter2" not in ran.err


def test_nothing_that_was_typed_stays_in_the_state_folder(
    site: Callable[..., Site], probe: Callable[..., Any], tmp_path: Path
) -> None:
    door = site(asks=False)
    assert probe(door.server.url).code == 10
    [book] = (tmp_path / "state" / "mamori" / "sign-ins").glob("*.json")
    kept = book.read_text()
    assert json.loads(kept)["username"] == USERNAME
    assert [each for each in (PASSWORD, KEY, *door.sessions) if each in kept] == []
    assert book.stat().st_mode & 0o077 == 0
