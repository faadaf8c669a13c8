"""The keys that a platform issued, as a CSV file that lists them, without the keys themselves."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from scanner.collect.statements import cells
from scanner.collect.statements.export import (
    Field,
    Rows,
    Shape,
    UnusableError,
    mend,
    open_export,
    problem,
)
from scanner.collect.statements.networks import networks
from scanner.config import Export
from scanner.model import Credential, CredentialKind, Origin, Problem, Text, Unknown

_LONGEST_NUMBER = 12


class KeyList(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of one file, and what could not be read of it."""

    keys: tuple[Credential, ...] = ()
    problems: tuple[Problem, ...] = ()
    gap: Unknown | None = None
    """Why keys may be missing."""


def number(cell: str, _now: datetime) -> str:
    """Return the number of a key; of what may be the key itself, a mark of it.

    A number is short. Of anything longer four characters and a part of its SHA-256 are kept: enough
    to know it again, and no help to guess what is random.
    """
    given = cell.strip()
    if len(given) <= _LONGEST_NUMBER:
        return given
    return f"{given[:4]}…{hashlib.sha256(given.encode()).hexdigest()[:8]}"


def expiry(cell: str, _now: datetime) -> datetime | None:
    """Return the moment in `cell`, past or to come, or None for a word such as never.

    Raises:
        cells.UnreadableError: it is no date, or could be two.
    """
    if cells.fold(cell) in _ENDLESS:
        return None
    return cells.moment(cell, _ANY_DAY)


_ENDLESS = frozenset({"never", "none", "なし", "無し", "無期限", "期限なし", "無制限", "no expiry"})
_ANY_DAY = datetime(9999, 1, 1, tzinfo=UTC)


def restricted(cell: str, now: datetime) -> bool:
    """Return whether a key is bound to networks, from an answer or from their list.

    Raises:
        cells.UnreadableError: it is neither.
    """
    try:
        return bool(_answer(cell, now))
    except cells.UnreadableError:
        return not any(each.prefixlen == 0 for each in networks(cell, now))


_answer = cells.answer(no="any|all|everywhere|制限なし|すべて|全て")
_KIND = {
    word: kind
    for kind, words in (
        (CredentialKind.API_KEY, "api key|api|key|token|apiキー|キー|トークン|apiトークン"),
        (CredentialKind.OAUTH_CLIENT, "oauth|oauth client|oauth app|oauthクライアント|oauthアプリ"),
        (CredentialKind.OAUTH_GRANT, "oauth grant|grant|連携許可"),
        (CredentialKind.WEBHOOK_SECRET, "webhook|webhook secret|webhookシークレット"),
    )
    for word in words.split("|")
}


def kind(cell: str, _now: datetime) -> CredentialKind:
    """Return what a key is for.

    Raises:
        cells.UnreadableError: the word is not known.
    """
    try:
        return _KIND[cells.fold(cell)]
    except KeyError:
        raise cells.UnreadableError("write API key, OAuth client, OAuth grant or webhook") from None


_FIELDS = {
    "id": Field("id", number, ("key id", "id", "キーID", "APIキーID", "キー番号", "ID")),
    "name": Field(
        "name",
        cells.text,
        ("name", "key name", "label", "名前", "名称", "キー名", "APIキー名", "説明"),
    ),
    "kind": Field("kind", kind, ("type", "kind", "種別", "種類")),
    "owner": Field(
        "owner",
        cells.text,
        (
            *("owner", "owner email", "created by", "user", "所有者", "管理者", "担当者"),
            *("作成者", "発行者", "ユーザー"),
        ),
    ),
    "purpose": Field("purpose", cells.text, ("purpose", "description", "用途", "目的", "利用目的")),
    "created": Field(
        "issued",
        cells.moment,
        (
            "created",
            "created at",
            "issued",
            "作成日",
            "作成日時",
            "発行日",
            "発行日時",
            "登録日",
        ),
    ),
    "rotated": Field(
        "rotated",
        cells.moment_or_never,
        (
            "rotated",
            "last rotated",
            "regenerated",
            "更新日",
            "再発行日",
            "再発行日時",
            "更新日時",
        ),
    ),
    "last_used": Field(
        "last_used",
        cells.moment_or_never,
        (
            *("last used", "last used at", "last access", "最終利用日", "最終利用日時"),
            *("最終使用日", "最終使用日時", "最終アクセス日時"),
        ),
    ),
    "expires": Field(
        "expires",
        expiry,
        ("expires", "expires at", "expiry", "expiration", "有効期限", "失効日", "期限"),
    ),
    "scopes": Field(
        "scopes",
        cells.names,
        ("scopes", "scope", "permissions", "role", "スコープ", "権限", "許可", "権限範囲"),
    ),
    "networks": Field(
        "ip_restricted",
        restricted,
        ("allowed ip", "ip restriction", "IP制限", "許可IPアドレス", "許可IP", "接続元IP"),
    ),
    "enabled": Field(
        "enabled",
        cells.answer(
            yes="利用可|利用可能",
            no="revoked|deleted|expired|失効|失効済|失効済み|削除済|削除済み",
        ),
        ("status", "enabled", "active", "ステータス", "状態", "有効"),
    ),
}
_SHAPE = Shape(
    key="api_keys",
    # In a file with keys the key itself may stand in any cell.
    fields={key: field._replace(shown=False) for key, field in _FIELDS.items()},
    needed=(
        (
            ("id", "name"),
            Text(
                "No column tells which key a row is about: map `id` or `name` to one of the "
                "columns of the file, which are: {header}."
            ),
        ),
    ),
)


def read_api_keys(export: Export, path: Path, *, now: datetime) -> KeyList:
    """Return the keys in the file `path` that are not revoked, read as `export` describes it.

    Raises nothing for what the file may hold: a cell that cannot be read leaves its fact unknown, a
    row that names no key leaves the list incomplete, and both are problems that name the line.
    """
    try:
        rows = open_export(export, path, _SHAPE, now)
    except UnusableError as error:
        gap = Unknown(error.reason, error.detail, error.remedy or mend(_SHAPE))
        return KeyList(problems=(problem(path, _SHAPE, error),), gap=gap)
    keys = tuple(_keys(rows).values())
    problems = rows.problems(path)
    return KeyList(
        keys=keys, problems=problems, gap=None if rows.complete else problems[-1].as_unknown()
    )


def _keys(rows: Rows) -> dict[str, Credential]:
    found: dict[str, Credential] = {}
    for line, facts in rows:
        id, name = _said(facts.pop("id", None)), _said(facts.pop("name", None))
        if not id and not name:
            rows.lose(
                Text.of("Line {line}: the row does not tell which key it is about.", line=line)
            )
            continue
        if facts.pop("enabled", True) is False:
            continue
        known = facts.pop("kind", None)
        key = Credential(
            id=id or name,
            name=name or id,
            kind=known if isinstance(known, CredentialKind) else CredentialKind.API_KEY,
            origin=Origin.IMPORT,
            **facts,
        )
        if key.id in found:
            rows.lose(
                Text.of(
                    "Line {line}: another row is about the key {key} too; give the column `id`.",
                    line=line,
                    key=key.id,
                )
            )
        else:
            found[key.id] = key
    return found


def _said(value: Any) -> str:
    return value if isinstance(value, str) else ""
