"""The inventory, kept through the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

STRONG = "vK8#mQ2z!pLw9xRt"
OTHER = "Zt7^nWc4@hYb2LqF"
KEY = "TQ7Z2XKHM4ZC6W5YJ3PBVRA7LNED5UOG"


@pytest.fixture(autouse=True)
def configured(config: Callable[..., Path]) -> Path:
    return config("https://ma.example.co.jp")


def listed(mamori: Callable[..., Any]) -> dict[str, Any]:
    ran = mamori("credentials", "list", "--format", "json")
    assert ran.code == 0, ran.err
    return {each["name"]: each for each in json.loads(ran.out)}


def test_a_credential_is_added_with_all_that_is_said_of_it(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    ran = mamori(
        *("credentials", "add", "admin", "--stdin", "--owner", "佐藤", "--purpose", "日常業務"),
        *("--username", "admin", "--mfa", "totp", "--issued", "2026-01-02"),
        stdin=STRONG + "\n",
    )
    assert ran.code == 0, ran.err
    [found] = [each for name, each in listed(mamori).items() if name == "admin"]
    assert (found["owner"], found["purpose"], found["issued"]) == ("佐藤", "日常業務", "2026-01-02")
    assert found["reference"] == "file:secrets/admin.secret"
    kept = tmp_path / "secrets" / "admin.secret"
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == (STRONG, 0o600)
    assert STRONG not in ran.out + ran.err + (tmp_path / "credentials.yaml").read_text()
    assert "env:SHOP" in listed(mamori)  # what mamori signs in with belongs to the inventory


def test_the_end_of_a_line_is_no_part_of_a_secret(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    words = ("credentials", "add", "windows", "--kind", "api_key", "--stdin")
    assert mamori(*words, stdin="xQ7-wP2m-Zr9k-Lt4v\r\n").code == 0
    assert (tmp_path / "secrets" / "windows.secret").read_text() == "xQ7-wP2m-Zr9k-Lt4v"


def test_a_secret_is_taken_whole_or_not_at_all(mamori: Callable[..., Any], tmp_path: Path) -> None:
    words = ("credentials", "add", "signer", "--kind", "certificate", "--stdin", "--accept-weak")
    ran = mamori(*words, stdin="k" * 65_537)
    assert ran.code == 2
    assert "more than 65536 bytes" in ran.err
    assert not (tmp_path / "secrets").exists()
    assert mamori(*words, stdin="k" * 65_536).code == 0
    assert len((tmp_path / "secrets" / "signer.secret").read_text()) == 65_536


def test_a_weak_password_is_taken_only_by_those_who_insist(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    ran = mamori("credentials", "add", "admin", "--stdin", stdin="Takahashi2024\n")
    assert ran.code == 10
    assert "guess" in ran.err
    assert not (tmp_path / "secrets").exists()
    insisting = ("credentials", "add", "admin", "--stdin", "--accept-weak")
    assert mamori(*insisting, stdin="Takahashi2024\n").code == 0


def test_the_mark_that_some_editors_put_first_is_no_part_of_the_inventory(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    inventory = tmp_path / "credentials.yaml"
    inventory.write_text("credentials: []  # ours\n", encoding="utf-8-sig")
    added = mamori("credentials", "add", "a", "--stdin", "--mfa", "totp", stdin=STRONG)
    assert added.code == 0, added.err
    assert "a" in listed(mamori)


def test_adding_never_overwrites_a_secret(mamori: Callable[..., Any], tmp_path: Path) -> None:
    assert mamori("credentials", "add", "a", "--stdin", "--mfa", "totp", stdin=STRONG).code == 0
    assert mamori("credentials", "remove", "a").code == 0
    again = mamori("credentials", "add", "a", "--stdin", "--mfa", "totp", stdin=OTHER)
    assert again.code == 2
    assert (tmp_path / "secrets" / "a.secret").read_text() == STRONG


def test_rotating_stores_the_new_secret_dates_it_and_keeps_the_old_fingerprint(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    mamori("credentials", "add", "admin", "--stdin", "--mfa", "totp", stdin=STRONG)
    note = "# asked for by the auditors"
    inventory = tmp_path / "credentials.yaml"
    inventory.write_text(f"{note}\n{inventory.read_text()}")
    same = mamori("credentials", "rotate", "admin", "--stdin", stdin=STRONG)
    assert same.code == 2
    near = mamori("credentials", "rotate", "admin", "--stdin", stdin=STRONG + "7")
    assert (near.code, "variation" in near.err) == (10, True)
    assert (tmp_path / "secrets" / "admin.secret").read_text() == STRONG
    ran = mamori("credentials", "rotate", "admin", "--stdin", stdin=OTHER)
    assert ran.code == 0, ran.err
    assert (tmp_path / "secrets" / "admin.secret").read_text() == OTHER
    assert listed(mamori)["admin"]["rotated"] is not None
    assert note in inventory.read_text()
    [ledger] = tmp_path.glob("state/mamori/ledger.json")
    [values] = json.loads(ledger.read_text())["references"].values()
    assert len(values) == 2
    assert not {STRONG, OTHER} & set((ran.out + ran.err + ledger.read_text()).split())


def test_where_mamori_cannot_write_a_change_by_hand_is_noted_once_it_is_one(
    mamori: Callable[..., Any],
) -> None:
    refused = mamori("credentials", "rotate", "env:SHOP", "--stdin", stdin=OTHER)
    assert (refused.code, "--done" in refused.err) == (2, True)
    changed = {"SHOP": OTHER}
    assert mamori("credentials", "rotate", "env:SHOP", "--done", variables=changed).code == 0
    assert listed(mamori)["env:SHOP"]["rotated"] is not None
    again = mamori("credentials", "rotate", "env:SHOP", "--done", variables=changed)
    assert (again.code, "still has the value" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("secret", "length"),
    [
        (KEY, 6),
        (KEY[:16], 6),  # 80 bits: judged as too short, but people need the code
        (f"otpauth://totp/Mautic:a?secret={KEY}&digits=8&algorithm=SHA256&period=60", 8),
    ],
)
def test_a_code_generator_prints_its_code_alone(
    secret: str, length: int, mamori: Callable[..., Any]
) -> None:
    ran = mamori("credentials", "totp", "env:OTP", variables={"OTP": secret})
    assert ran.code == 0, ran.err
    assert ran.out.strip().isdecimal()
    assert len(ran.out.strip()) == length
    assert secret not in ran.out + ran.err


def test_what_makes_no_codes_is_said_to_make_none(mamori: Callable[..., Any]) -> None:
    ran = mamori("credentials", "totp", "env:OTP", variables={"OTP": "not-a-key!"})
    assert (ran.code, ran.out) == (2, "")
    assert "not-a-key!" not in ran.err


def test_show_tells_what_is_known_and_why_the_rest_is_not(mamori: Callable[..., Any]) -> None:
    ran = mamori("credentials", "show", "env:SHOP", "--format", "json", variables={"SHOP": STRONG})
    shown = json.loads(ran.out)
    assert (shown["strength"], shown["storage"], shown["length"]) == (4, "environment", 16)
    assert "breaches" in shown["unknown"]
    assert STRONG not in ran.out + ran.err


def test_what_the_inventory_names_is_measured(mamori: Callable[..., Any]) -> None:
    mamori("credentials", "add", "old", "--stdin", "--accept-weak", stdin="Sakura2026\n")
    shown = mamori("credentials", "show", "old", "--format", "json")
    assert json.loads(shown.out)["strength"] <= 2


def test_a_wrong_inventory_is_named_by_file_line_and_key(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "credentials.yaml").write_text(
        "credentials:\n- {name: a, target: nowhere, ref: 'env:A'}\n"
    )
    ran = mamori("credentials", "list")
    assert ran.code == 2
    assert "credentials.yaml, line 2" in ran.err


def test_an_inventory_in_another_style_is_left_as_it_is(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "credentials.yaml"
    path.write_text("credentials: [{name: a, target: shop, ref: 'env:A'}]\n")
    ran = mamori("credentials", "remove", "a")
    assert ran.code == 2
    assert path.read_text() == "credentials: [{name: a, target: shop, ref: 'env:A'}]\n"


def test_without_a_configuration_init_is_named(mamori: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "mamori.yaml").unlink()
    ran = mamori("credentials", "list")
    assert (ran.code, "mamori init" in ran.err) == (2, True)


def test_an_export_is_judged_entry_by_entry(mamori: Callable[..., Any], tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(
        "name,login_username,login_password,login_totp\n"
        f"Mautic,admin,{STRONG},{KEY[:16]}\nOld,admin,Takahashi2024,\nShop,shop,{STRONG},\n"
    )
    export.chmod(0o644)
    ran = mamori("probe", "password", "--export", export, "--format", "json")
    found = {
        (each["check"], each["subject"]["name"]): each["status"] for each in ran.target["findings"]
    }
    assert ran.code == 10
    assert found["password.strength", "Old / admin"] == "fail"
    assert found["password.strength", "Mautic / admin"] == "pass"
    assert found["password.reuse", "Mautic / admin"] == "fail"
    assert found["mfa.totp-secret", "Mautic / admin (TOTP)"] == "fail"
    assert found["token.storage", "Old / admin"] == "fail"
    assert not {STRONG, "Takahashi2024", KEY[:16]} & set((ran.out + ran.err).split('"'))


def test_a_scan_judges_what_the_inventory_names(mamori: Callable[..., Any], tmp_path: Path) -> None:
    mamori("credentials", "add", "old", "--stdin", "--accept-weak", stdin="Sakura2026\n")
    (tmp_path / "mamori.yaml").write_text(
        "targets:\n  - {name: shop, platform: mautic, url: 'http://127.0.0.1:9', endpoints: []}\n"
    )
    ran = mamori("scan", "--format", "json", "--quiet")
    status = {
        (each["check"], each["subject"]["id"]): each["status"] for each in ran.target["findings"]
    }
    assert status["password.strength", "file:secrets/old.secret"] == "fail"
    assert "Sakura2026" not in ran.out + ran.err
