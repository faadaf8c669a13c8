"""People from a CSV file that somebody exported from an admin screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
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
from scanner.config import Export
from scanner.model import Origin, Person, Problem, Reason, Text, Unknown


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """The people of one export, and what could not be read of it."""

    people: tuple[Person, ...] = ()
    problems: tuple[Problem, ...] = ()
    complete: bool = False
    """Every row became a person, and every column that was named is there."""
    exported: datetime | None = None
    """When the file was exported, as declared or as it was written; None where there is no file."""


_EMPLOYED = Text.of("Write no in the cells of those who still work for the organisation.")
_SHAPE = Shape(
    key="people",
    fields={
        "id": Field("id", cells.text, ("id", "user id", "ユーザーID", "ユーザID", "アカウントID")),
        "name": Field(
            "name",
            cells.text,
            ("name", "full name", "氏名", "名前", "担当者名", "ユーザー名", "ユーザ名"),
        ),
        "email": Field(
            "email",
            cells.email,
            ("email", "e-mail", "email address", "mail", "メールアドレス", "メール", "Eメール"),
        ),
        "username": Field(
            "username",
            cells.text,
            ("username", "user name", "login", "login id", "ログインID", "ログイン名"),
        ),
        "roles": Field(
            "roles",
            cells.names,
            ("role", "roles", "権限", "権限グループ", "ロール", "管理者レベル", "グループ"),
        ),
        "administrator": Field(
            "administrator",
            cells.administrator,
            ("administrator", "admin", "管理者", "管理者権限"),
        ),
        "mfa": Field(
            "mfa",
            cells.second_factor,
            ("mfa", "2fa", "多要素認証", "二段階認証", "2段階認証", "二要素認証"),
        ),
        "sso": Field(
            "signs_in_by_sso",
            cells.single_sign_on,
            ("sso", "single sign-on", "シングルサインオン"),
        ),
        "enabled": Field(
            "can_sign_in",
            cells.enabled,
            ("status", "enabled", "active", "ステータス", "状態", "有効"),
        ),
        "machine": Field("machine", cells.machine),
        "created": Field(
            "created",
            cells.moment,
            ("created", "created at", "登録日", "登録日時", "作成日", "作成日時"),
        ),
        "last_sign_in": Field(
            "last_sign_in",
            cells.moment_or_never,
            (
                *("last sign-in", "last sign in", "last login", "最終ログイン", "最終ログイン日"),
                *("最終ログイン日時", "最終ログイン時刻"),
            ),
        ),
        "password_changed": Field(
            "password_changed",
            cells.moment,
            ("password changed", "パスワード更新日", "パスワード変更日"),
            shown=False,
        ),
        "left": Field("employed", cells.employed, ("left", "退職日", "在籍状況"), empty=_EMPLOYED),
    },
    needed=(
        (
            ("id", "email", "username"),
            Text(
                "No column tells who a row is about: map id, email or username to one of the "
                "columns of the file, which are: {header}."
            ),
        ),
    ),
)
# Plain attributes of a person, which have no unknown.
_ATTRIBUTES = frozenset({"id", "name"})


def read_people(
    export: Export, path: Path, *, now: datetime, usual: Mapping[str, str] | None = None
) -> Listing:
    """Return the people in the file `path`, read as `export` describes it.

    `usual` are the columns that the vendor documents. Raises nothing for what the file may hold: a
    cell that cannot be read leaves its fact unknown, a row that names nobody leaves the listing
    incomplete, and both are problems that name the line.
    """
    try:
        rows = open_export(export, path, _SHAPE, now, usual=usual)
    except UnusableError as error:
        return Listing(problems=(problem(path, _SHAPE, error),))
    people = _People(rows)
    for line, facts in rows:
        people.take(line, facts)
    return Listing(
        people=tuple(people.found.values()),
        problems=rows.problems(path),
        complete=rows.complete,
        exported=rows.exported,
    )


class _People:
    """Turns rows into people, each once."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._told = rows.facts - _ATTRIBUTES
        self._lines: dict[str, int] = {}
        self.found: dict[str, Person] = {}

    def take(self, line: int, facts: dict[str, Any]) -> None:
        """Take in one row."""
        id = _identity(facts)
        if id is None:
            self._rows.lose(
                Text.of("Line {line}: the row does not tell who it is about.", line=line)
            )
            return
        name = _said(facts.pop("name", None)) or _said(facts.get("username"))
        facts["id"] = id
        facts["name"] = name or _said(facts.get("email")) or id
        self._keep(line, Person(origin=Origin.IMPORT, **facts))

    def _keep(self, line: int, person: Person) -> None:
        first = self.found.setdefault(person.id, person)
        if first is person:
            self._lines[person.id] = line
            return
        again = Text.of(
            "Line {line} is about the same person as line {first}.",
            line=line,
            first=self._lines[person.id],
        )
        self._rows.note(again)
        doubtful = Unknown(Reason.MALFORMED, again, mend(_SHAPE))
        differing = {
            fact: doubtful
            for fact in self._told
            if _comparable(getattr(first, fact)) != _comparable(getattr(person, fact))
        }
        if differing:
            self.found[person.id] = msgspec.structs.replace(first, **differing)


def _comparable(value: Any) -> Any:
    return cells.fold(value) if isinstance(value, str) else value


def _said(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _identity(facts: Mapping[str, Any]) -> str | None:
    """Return the id of a row: its own, else its mail address, else its user name."""
    if id := _said(facts.get("id")):
        return id
    if email := _said(facts.get("email")):
        return email.casefold()
    # Marked, for a user called 12 is not the user whose id is 12.
    return f"username:{name}" if (name := _said(facts.get("username"))) else None
