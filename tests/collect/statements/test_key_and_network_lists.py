"""Lists of keys and of networks are read without the keys, and never as narrower than they are."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.statements.api_keys import KeyList, read_api_keys
from scanner.collect.statements.networks import AllowList, read_allow_list
from scanner.config import Export
from scanner.language import ENGLISH
from scanner.model import CredentialKind, Origin, Reason, Unknown

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRET = "sk_live_9f8e7d6c5b4a39281706"


def _file(folder: Path, data: str | bytes) -> Path:
    path = folder / "list.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    return path


def keys(folder: Path, data: str | bytes, columns: dict[str, str] | None = None) -> KeyList:
    export = Export(csv="list.csv", columns=columns or {})
    return read_api_keys(export, _file(folder, data), now=NOW)


def networks(folder: Path, data: str | bytes) -> AllowList:
    return read_allow_list(Export(csv="list.csv"), _file(folder, data), now=NOW)


def test_every_column_of_a_key_becomes_its_fact(tmp_path: Path) -> None:
    read = keys(
        tmp_path,
        (
            "キーID,キー名,種別,所有者,用途,作成日,更新日,最終利用日,有効期限,スコープ,許可IPアドレス,状態\n"
            "k1,基幹連携,APIキー,hanako@example.co.jp,受注,2025/01/02,なし,未使用,2027/01/02,"
            "参照、送信,203.0.113.0/24,有効\n"
            "k2,旧,APIキー,x,y,2025/01/02,なし,なし,無期限,参照,なし,失効\n"
        ).encode("cp932"),
    )
    assert (read.problems, read.gap) == ((), None)
    [key] = read.keys
    assert (key.id, key.name, key.kind) == ("k1", "基幹連携", CredentialKind.API_KEY)
    assert (key.owner, key.purpose, key.origin) == ("hanako@example.co.jp", "受注", Origin.IMPORT)
    assert key.issued == datetime(2025, 1, 2, tzinfo=UTC)
    assert (key.rotated, key.last_used) == (None, None)
    assert key.expires == datetime(2027, 1, 2, tzinfo=UTC)
    assert key.scopes == ("参照", "送信")
    assert key.ip_restricted is True


def test_english_headers_are_recognised_and_empty_cells_are_not_exposed(tmp_path: Path) -> None:
    read = keys(
        tmp_path, "Name,Created by,Created,Last used,Scopes,Expires\nLP,,2026-11-01,,,never"
    )
    [key] = read.keys
    assert key.expires is None
    for fact in (key.owner, key.last_used, key.scopes):
        assert isinstance(fact, Unknown)
        assert fact.reason is Reason.NOT_EXPOSED


def test_what_may_be_the_key_itself_is_kept_nowhere(tmp_path: Path) -> None:
    read = keys(tmp_path, f"ID,Name,Created\n{SECRET},LP,{SECRET}\n")
    assert SECRET not in repr(read).replace("2026", "")
    [key] = read.keys
    assert key.id.startswith("sk_l…")
    assert keys(tmp_path, f"ID,Name\n{SECRET},LP\n").keys[0].id == key.id
    # A column that is called after the key itself is never read by itself.
    assert SECRET not in repr(keys(tmp_path, f"名称,APIキー\nLP,{SECRET}\n"))


def test_keys_that_may_be_missing_leave_a_gap(tmp_path: Path) -> None:
    for data in (
        "ID,Name\n,\nk1,a\n",
        "ID,Name\nk1,a\nk1,b\n",
        "ID,Name\nk1,a,b,c\n",
        "Name\n",
        "Colour\nred\n",
        "",
    ):
        read = keys(tmp_path, data)
        assert (read.gap is None) is (data == "ID,Name\n,\nk1,a\n"), data
        assert bool(read.problems) is (read.gap is not None)
    assert keys(tmp_path, "ID,Name\nk1,a\n").gap is None


@pytest.mark.parametrize(
    ("rows", "limited"),
    [
        ("203.0.113.7", True),
        ("203.0.113.0/24\n2001:db8::/32", True),
        ("203.0.113.1-203.0.113.20", True),
        ("203.0.113.1 〜 203.0.113.20", True),
        ("10.0.0.0/8", True),
        ("0.0.0.0/0", False),
        ("::/0", False),
        ("203.0.113.7\n0.0.0.0/1\n128.0.0.0/1", False),
        ("64.0.0.0/2", False),
    ],
)
def test_networks_limit_unless_they_are_everywhere(
    tmp_path: Path, rows: str, limited: bool
) -> None:
    read = networks(tmp_path, f"許可IPアドレス\n{rows}\n")
    assert (read.limited, read.problems) == (limited, ())


def test_a_row_that_is_switched_off_lets_nobody_in(tmp_path: Path) -> None:
    read = networks(tmp_path, "IPアドレス,状態\n203.0.113.7,有効\n0.0.0.0/0,無効\n")
    assert read.limited is True
    assert networks(tmp_path, "IPアドレス,状態\n0.0.0.0/0,たぶん\n").limited is False


@pytest.mark.parametrize(
    "rows",
    ["203.0.113.7\nsomewhere", "203.0.113.9-203.0.113.1", "203.0.113.1-::5", "", '"1'],
)
def test_a_list_that_cannot_be_read_whole_is_no_list(tmp_path: Path, rows: str) -> None:
    read = networks(tmp_path, f"許可IPアドレス\n{rows}\n")
    assert isinstance(read.limited, Unknown)
    assert read.problems


def test_a_file_without_a_column_for_them_names_its_columns(tmp_path: Path) -> None:
    [problem] = networks(tmp_path, "場所\n本社\n").problems
    assert problem.detail is not None
    assert "場所" in ENGLISH.say(problem.detail)


@given(st.binary(max_size=200))
def test_no_bytes_raise_and_no_garbage_limits_anybody(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert networks(folder, b"IP\n" + data).limited is not True or any(
        chr(each).isdigit() for each in data
    )
    keys(folder, b"ID,Name,Created,Scopes,IP\n" + data)
