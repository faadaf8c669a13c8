"""The company's second tool, which has no interface: what people exported and stated of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from scanner.sandbox.company import DOMAIN, PEOPLE, Somebody

TARGET = "sorairo-satori"

_USERS = ("aiko", "kenji", "haruka", "daichi", "yuki", "misaki", "ryo")
_ADDRESS = "192.0.2.17"

FAULTS: tuple[tuple[str, str], ...] = (
    ("access.dormant", f"daichi@{DOMAIN}"),
    ("access.dormant", f"haruka@{DOMAIN}"),
    ("access.leaver", f"misaki@{DOMAIN}"),
    ("mfa.enrolled", f"ryo@{DOMAIN}"),
    ("mfa.method", f"ryo@{DOMAIN}"),
    ("evidence.contradiction", TARGET),
    ("rotation.key-age", "基幹連携"),
    ("token.departed-owner", "基幹連携"),
    ("token.least-privilege", "基幹連携"),
)
"""The weaknesses that the files tell of, as (check, subject id)."""


def files(now: datetime) -> Iterator[tuple[str, bytes]]:
    """Yield the exports by their names: CSV in Shift_JIS, as Japanese admin screens write it."""
    yield "satori-users.csv", _export(_users(now))
    yield "satori-log.csv", _export(_log(now))
    yield "satori-keys.csv", _export(_keys(now))


def configuration(endpoint: str, resolver: str) -> dict[str, object]:
    """Return the target's entry in `mamori.yaml`; `endpoint` is where it lets people sign in."""
    return {
        "name": TARGET,
        "platform": "satori",
        "people": {"csv": "satori-users.csv"},
        "logs": [{"csv": "satori-log.csv"}],
        "api_keys": {"csv": "satori-keys.csv"},
        "endpoints": [endpoint],
        "sending_domains": [],
        "resolver": resolver,
        "pages": [],
        "messages": [],
    }


def attestations(endpoint: str, now: datetime) -> Iterator[dict[str, object]]:
    """Yield what people state: one statement is about to lapse, and one is not so."""
    day = now.date()
    yield _statement("Account", "lockout_attempts", 5, day - timedelta(days=170))
    yield _statement("Account", "password_min_length", 15, day - timedelta(days=20))
    yield _statement(f"Endpoint {endpoint}", "tls", value=True, on=day - timedelta(days=20))


def _statement(subject: str, fact: str, value: object, on: date) -> dict[str, object]:
    return {
        "target": TARGET,
        "subject": subject,
        "fact": fact,
        "value": value,
        "by": PEOPLE[1].name,
        "on": on,
        "until": on + timedelta(days=180),
    }


def _people() -> Iterator[Somebody]:
    return (each for each in PEOPLE if each.username in _USERS)


def _users(now: datetime) -> Iterator[list[str]]:
    yield ["氏名", "メールアドレス", "管理者", "ステータス", "在籍状況"]
    for each in _people():
        administrator = "管理者" if each.role.permissions is None else "一般"
        employed = "在籍" if each.left is None else _day(now, each.left)
        yield [each.name, each.email, administrator, "有効", employed]


def _log(now: datetime) -> Iterator[list[str]]:
    yield ["日時", "ユーザー", "操作", "対象ユーザー", "結果", "IPアドレス"]
    yield from _rows(now, 200, "aiko", "ログイン")
    for each in _people():
        yield from _rows(now, 190, "aiko", "二段階認証を有効化", about=each.email)
    yield from _rows(now, 150, "haruka", "ログイン")
    yield from _rows(now, 40, "misaki", "CSVエクスポート")
    yield from _rows(now, 39, "misaki", "ログイン")
    yield from _rows(now, 12, "aiko", "二段階認証を解除", about=f"ryo@{DOMAIN}")
    yield from _rows(now, 3, "kenji", "ログイン", result="失敗")
    for name in ("kenji", "yuki", "ryo", "aiko"):
        yield from _rows(now, 2, name, "ログイン")


def _rows(
    now: datetime, ago: int, who: str, what: str, *, about: str = "", result: str = "成功"
) -> Iterator[list[str]]:
    yield [f"{_day(now, ago)} 09:05", f"{who}@{DOMAIN}", what, about, result, _ADDRESS]


def _keys(now: datetime) -> Iterator[list[str]]:
    yield ["キー名", "所有者", "作成日", "最終利用日", "権限"]
    yield ["フォーム連携", f"aiko@{DOMAIN}", _day(now, 60), _day(now, 1), "フォーム参照"]
    yield ["基幹連携", f"misaki@{DOMAIN}", _day(now, 700), _day(now, 1), "全権限"]


def _day(now: datetime, ago: int) -> str:
    return (now - timedelta(days=ago)).strftime("%Y/%m/%d")


def _export(rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("cp932")
