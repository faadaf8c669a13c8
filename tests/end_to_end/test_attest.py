"""A tool without an interface is judged by what people state, from the question to the finding."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from scanner import registry

STATED = {
    *("satori", "kairos3", "shanon", "bdash", "list-finder"),
    *("bownow", "synergy", "haihaimail", "generic"),
}
TODAY = datetime.now(UTC).date()
PEOPLE = (
    "氏名,メールアドレス,管理者,ステータス,最終ログイン日,多要素認証,在籍状況,種別\n"
    f"佐藤花子,hanako@example.co.jp,管理者,有効,{TODAY},認証アプリ,在籍,人\n"
    f"鈴木太郎,taro@example.co.jp,一般,有効,{TODAY},{{taro}},在籍,人\n"
)


@pytest.fixture
def target(tmp_path: Path) -> Callable[..., Path]:
    """Write a configuration of one SATORI, with a list of its users in Shift_JIS."""

    def write(*, taro: str = "認証アプリ", platform: str = "satori") -> Path:
        (tmp_path / "users.csv").write_bytes(PEOPLE.format(taro=taro).encode("cp932"))
        path = tmp_path / "mamori.yaml"
        path.write_text(
            "organisation: {name: Example, domains: [example.co.jp]}\n"
            "targets:\n"
            f"  - {{name: lead, platform: {platform}, endpoints: [], sending_domains: [],\n"
            "     people: {csv: users.csv}}\n",
            encoding="utf-8",
        )
        return path

    return write


def entries(folder: Path) -> Any:
    return yaml.safe_load((folder / "attestations.yaml").read_text(encoding="utf-8"))[
        "attestations"
    ]


def statuses(ran: Any, check: str) -> list[str]:
    return [each["status"] for each in ran.target["findings"] if each["check"] == check]


def test_the_platforms_without_an_interface_are_there(mamori: Callable[..., Any]) -> None:
    assert set(registry.parts("platforms")) >= STATED
    shown = mamori("platforms", "show", "shanon", "--lang", "ja").out
    assert "全CSVダウンロード" in shown
    assert "all administrators" not in shown


def test_answers_given_at_the_prompt_become_facts(
    mamori: Callable[..., Any], target: Callable[..., Path], tmp_path: Path
) -> None:
    target()
    (tmp_path / "shot.png").write_bytes(b"a screenshot")
    ran = mamori(
        *("attest", "--until", str(TODAY + timedelta(days=90)), "--lang", "en"),
        stdin="Sato, IT\nyes\nshot.png\n" + "\n" * 3 + "12x\n12\n\n" + "\n" * 20,
    )
    assert ran.code == 0
    assert "多要素認証(MFA)設定" in ran.err
    assert "'12x' is no whole number." in ran.err
    first, second = entries(tmp_path)
    assert first == {
        "target": "lead",
        "subject": "Account",
        "fact": "mfa_enforced",
        "value": True,
        "by": "Sato, IT",
        True: TODAY,  # what YAML 1.1 makes of a bare `on`
        "until": TODAY + timedelta(days=90),
        "evidence": hashlib.sha256(b"a screenshot").hexdigest(),
    }
    assert (second["fact"], second["value"]) == ("password_min_length", 12)
    scanned = mamori("scan", "--format", "json")
    assert statuses(scanned, "mfa.enforced") == ["pass"]
    assert statuses(scanned, "mfa.enrolled") == ["pass", "pass"]
    assert statuses(scanned, "logging.audit-log") == ["inconclusive"]


@pytest.mark.parametrize(("lang", "says"), [("en", "recorded"), ("ja", "記録")])
def test_what_is_stated_is_judged_in_both_languages(
    mamori: Callable[..., Any], target: Callable[..., Path], lang: str, says: str
) -> None:
    target(taro="なし")
    state(mamori, "audit_log", "いいえ")
    scanned = mamori("scan", "--format", "json", "--lang", lang)
    [finding] = [e for e in scanned.target["findings"] if e["check"] == "logging.audit-log"]
    assert finding["status"] == "fail"
    assert finding["origin"] == "attested"
    assert says in finding["message"]
    assert sorted(statuses(scanned, "mfa.enrolled")) == ["fail", "pass"]


def state(mamori: Callable[..., Any], fact: str, value: str, *, days: int = 90) -> Any:
    until = str(TODAY + timedelta(days=days))
    ran = mamori("attest", "--fact", fact, "--value", value, "--by", "Sato", "--until", until)
    assert ran.code == 0, ran.err
    return ran


def test_an_answer_takes_effect_without_being_named_and_the_dry_run_shows_its_file(
    mamori: Callable[..., Any], target: Callable[..., Path], tmp_path: Path
) -> None:
    target()
    assert "attestations.yaml" not in mamori("scan", "--dry-run", "--lang", "en").out
    assert "The next scan reads it" in state(mamori, "audit_log", "yes").err
    file = tmp_path / "attestations.yaml"
    assert f"read the attestations in {file}" in mamori("scan", "--dry-run", "--lang", "en").out
    assert statuses(mamori("scan", "--format", "json"), "logging.audit-log") == ["pass"]


def test_a_file_that_the_configuration_names_is_written_and_read_in_place_of_the_usual_one(
    mamori: Callable[..., Any], target: Callable[..., Path], tmp_path: Path
) -> None:
    path = target()
    path.write_text(
        path.read_text(encoding="utf-8") + "attestations: said.yaml\n", encoding="utf-8"
    )
    state(mamori, "audit_log", "yes")
    assert (tmp_path / "said.yaml").exists()
    assert not (tmp_path / "attestations.yaml").exists()
    assert statuses(mamori("scan", "--format", "json"), "logging.audit-log") == ["pass"]


def open_facts(mamori: Callable[..., Any]) -> dict[str, str]:
    ran = mamori("attest", "--list", "--format", "json", "--lang", "en")
    assert ran.code == 11
    return {each["fact"]: each["state"] for each in json.loads(ran.out)}


def test_an_answer_is_asked_for_again_before_it_lapses(
    mamori: Callable[..., Any], target: Callable[..., Path]
) -> None:
    target()
    state(mamori, "audit_log", "yes", days=31)
    state(mamori, "lockout_attempts", "never", days=30)
    found = open_facts(mamori)
    assert "audit_log" not in found
    assert found["lockout_attempts"] == "lapsing"
    assert found["mfa_enforced"] == "open"


def test_a_scan_announces_answers_that_lapse_soon(
    mamori: Callable[..., Any], target: Callable[..., Path]
) -> None:
    target()
    state(mamori, "audit_log", "yes", days=31)
    state(mamori, "lockout_attempts", "never", days=20)
    told = mamori("scan", "--format", "json").err
    assert f"1 of people's answers lapse soon, the first after {TODAY + timedelta(days=20)}" in told
    assert "lapse" not in mamori("scan", "--format", "json", "--quiet").err
    state(mamori, "lockout_attempts", "never", days=200)
    assert "lapse" not in mamori("scan", "--format", "json").err


def test_a_lapsed_answer_is_none(
    mamori: Callable[..., Any], target: Callable[..., Path], tmp_path: Path
) -> None:
    target()
    state(mamori, "audit_log", "yes")
    path = tmp_path / "attestations.yaml"
    text = path.read_text(encoding="utf-8")
    for day, back in ((TODAY, 60), (TODAY + timedelta(days=90), 1)):
        text = text.replace(str(day), str(TODAY - timedelta(days=back)))
    path.write_text(text, encoding="utf-8")
    assert open_facts(mamori)["audit_log"] == "lapsed"
    assert statuses(mamori("scan", "--format", "json"), "logging.audit-log") == ["inconclusive"]


def test_an_answer_that_the_list_contradicts_has_no_effect_and_is_named(
    mamori: Callable[..., Any], target: Callable[..., Path]
) -> None:
    target(taro="なし")
    state(mamori, "mfa_enforced", "yes")
    scanned = mamori("scan", "--format", "json")
    assert statuses(scanned, "mfa.enforced") == ["inconclusive"]
    assert sorted(statuses(scanned, "mfa.enrolled")) == ["fail", "pass"]
    [named] = [e for e in scanned.target["findings"] if e["check"] == "evidence.contradiction"]
    assert named["status"] == "fail"
    assert "taro@example.co.jp" in named["message"]
    assert open_facts(mamori)["mfa_enforced"] == "contradicted"
    asked = mamori("attest", "--lang", "en", stdin="Sato\n" + "\n" * 30)
    assert "counts for nothing" in asked.err


def test_a_tool_without_a_list_of_people_passes_nothing_about_them(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "mamori.yaml").write_text(
        "targets: [{name: lead, platform: generic, endpoints: [], sending_domains: []}]\n"
    )
    scanned = mamori("scan", "--format", "json")
    people = [e for e in scanned.target["findings"] if e["check"].startswith(("mfa.", "access."))]
    assert people
    assert not [each["check"] for each in people if each["status"] == "pass"]


def test_the_columns_that_bownow_documents_are_read_without_being_named(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "users.csv").write_text(
        "ログインID,担当者名,メールアドレス,利用可能トラッキングコード,備考,最終ログイン日\n"
        "hanako,佐藤花子,hanako@example.co.jp,UTC_1,,2020/01/01\n",
        encoding="utf-8",
    )
    (tmp_path / "mamori.yaml").write_text(
        "targets: [{name: lead, platform: bownow, endpoints: [], sending_domains: [],\n"
        "  people: {csv: users.csv}}]\n"
    )
    scanned = mamori("scan", "--format", "json")
    [person] = {
        each["subject"]["name"]
        for each in scanned.target["findings"]
        if each["subject"]["type"] == "Person"
    }
    assert person == "佐藤花子"
    assert not [each for each in scanned.target["problems"] if "people" in each["where"]]


def test_logs_keys_and_networks_reach_the_findings_of_a_tool_without_an_interface(
    mamori: Callable[..., Any], target: Callable[..., Path], tmp_path: Path
) -> None:
    path = target(taro="-")
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "     people: {csv: users.csv}}",
            "     people: {csv: users.csv}, logs: [{csv: log.csv}], api_keys: {csv: keys.csv},\n"
            "     ip_allow_list: {csv: networks.csv}}",
        ),
        encoding="utf-8",
    )
    (tmp_path / "log.csv").write_bytes(
        (
            "日時,ログインID,操作,結果,IPアドレス,対象ユーザー\r\n"
            f"{TODAY} 00:01,hanako@example.co.jp,ログイン,失敗,203.0.113.9,\r\n"
            f"{TODAY} 00:02,hanako@example.co.jp,ログイン,成功,198.51.100.9,\r\n"
            f"{TODAY} 00:03,taro@example.co.jp,二段階認証解除,成功,198.51.100.9,\r\n"
        ).encode("cp932")
    )
    (tmp_path / "keys.csv").write_text("キー名,所有者,権限\nLP,gone@example.co.jp,全権限\n")
    (tmp_path / "networks.csv").write_text("許可IPアドレス\n203.0.113.0/24\n")
    dry = mamori("scan", "--dry-run", "--lang", "en").out
    assert all(
        f"read the file {tmp_path / each}.csv" in dry for each in ("log", "keys", "networks")
    )
    scanned = mamori("scan", "--format", "json")
    assert statuses(scanned, "logging.audit-log") == ["pass"]
    assert statuses(scanned, "logging.failed-sign-ins") == ["pass"]
    assert statuses(scanned, "access.network") == ["fail"]
    assert statuses(scanned, "evidence.contradiction") == ["fail"]
    assert statuses(scanned, "token.least-privilege") == ["fail"]
    assert statuses(scanned, "token.departed-owner") == ["fail"]
    assert not [each for each in scanned.target["problems"] if each["where"].startswith("logs")]
    [second] = [
        each["message"]
        for each in scanned.target["findings"]
        if each["check"] == "mfa.enrolled" and each["status"] == "fail"
    ]
    assert str(TODAY) in second
    (tmp_path / "log.csv").unlink()
    without = mamori("scan", "--format", "json")
    assert statuses(without, "logging.audit-log") == ["inconclusive"]
    assert without.target["score"]["low"] <= scanned.target["score"]["low"]


def test_evidence_that_is_not_there_is_named_before_anything_is_asked(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "mamori.yaml").write_text("targets: [{name: leads, platform: satori}]\n")
    ran = mamori("attest", "--by", "Hanako", "--evidence", "none.png", stdin="yes\n")
    assert ran.code == 2
    assert ran.err == "mamori: none.png is no file.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--fact", "audit_log", "--value", "maybe", "--by", "S"), "neither yes nor no"),
        (("--fact", "audit_logs", "--value", "yes", "--by", "S"), "audit_log"),
        (("--fact", "audit_log", "--value", "yes"), "--by"),
        (("--until", "2026-02-30"), "is no day"),
        (
            ("--fact", "audit_log", "--value", "yes", "--by", "S", "--until", "2020-01-01"),
            "2020-01-01",
        ),
        (
            ("--fact", "audit_log", "--value", "yes", "--by", "S", "--evidence", "no.png"),
            "no.png is no file",
        ),
    ],
)
def test_a_statement_that_cannot_be_is_refused_and_nothing_is_written(
    mamori: Callable[..., Any],
    target: Callable[..., Path],
    tmp_path: Path,
    arguments: tuple[str, ...],
    says: str,
) -> None:
    target()
    ran = mamori("attest", "--lang", "en", *arguments)
    assert ran.code == 2
    assert says in ran.err
    assert not (tmp_path / "attestations.yaml").exists()
