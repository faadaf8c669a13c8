"""Cells are read in the spellings of real admin screens, and never guessed."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.statements import cells
from scanner.model import Mfa

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-24",
        "2026/11/24",
        "2026.11.24",
        "20261124",
        "２０２６／１１／２４",
        "2026年11月24日",
        "2026年 11月 24日(火)",
        "令和8年11月24日",
        "平成38年11月24日",
        "R8.11.24",
        "r8/11/24",
        "24 Nov 2026",
        "24-November-2026",
        "Nov 24, 2026",
        "Tuesday, November 24, 2026",
        "24/11/2026",
        "11/24/2026",
        "24.11.2026",
    ],
)
def test_a_day_is_read_in_every_common_spelling(cell: str) -> None:
    assert cells.moment(cell, NOW) == datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "hour"),
    [
        ("2026/11/24 9:05", 9),
        ("2026-11-24T09:05:00Z", 9),
        ("2026-11-24T09:05:00.123456+09:00", 0),
        ("2026-11-24 09:05:00 -0500", 14),
        ("2026/11/24 09:05 JST", 0),
        ("2026年11月24日 午後3時5分", 15),
        ("2026年11月24日9時05分", 9),
        ("Tue, 24 Nov 2026 09:05:00 GMT", 9),
        ("11/24/2026 12:05 AM", 0),
        ("11/24/2026, 12:05 p.m.", 12),
    ],
)
def test_a_time_is_read_with_its_zone_and_without_one_as_utc(cell: str, hour: int) -> None:
    assert cells.moment(cell, NOW).replace(second=0) == datetime(2026, 11, 24, hour, 5, tzinfo=UTC)


def test_the_first_year_of_an_era_is_read() -> None:
    assert cells.moment("令和元年5月1日", NOW) == datetime(2019, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["03/04/2026", "4-3-2026", "1.2.2026"])
def test_a_date_that_could_be_two_days_is_refused(cell: str) -> None:
    with pytest.raises(cells.UnreadableError, match="two different days"):
        cells.moment(cell, NOW)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-30",
        "2026-13-01",
        "2026-11-24 25:00",
        "2026-11-24 13:00 PM",
        "2026-11-24T00:00:00+99:00",
        "26/11/24",
        "46350",
        "1795500000",
        "yesterday",
        "1970-01-01",
        "1900/01/00",
        "2026-11-24" + " " * 100 + "x",
        "=TODAY()",
        "Foo 24, 2026",
    ],
)
def test_what_is_no_date_is_refused(cell: str) -> None:
    with pytest.raises(cells.UnreadableError):
        cells.moment(cell, NOW)


def test_a_date_after_tomorrow_is_refused_where_it_must_have_passed() -> None:
    assert cells.moment("2026-11-26", NOW).day == 26
    with pytest.raises(cells.UnreadableError, match="future"):
        cells.moment("2026-11-27", NOW)


@pytest.mark.parametrize("cell", ["never", "未ログイン", "ログイン履歴なし", "Never logged in"])
def test_a_word_says_that_nobody_ever_signed_in(cell: str) -> None:
    assert cells.moment_or_never(cell, NOW) is None
    with pytest.raises(cells.UnreadableError):
        cells.moment(cell, NOW)


@pytest.mark.parametrize(
    "cell", ["有効", "はい", "ON", "○", "TRUE", "設定済", "設定済み", "利用中", "登録済み", "１"]
)
def test_a_yes_is_recognised(cell: str) -> None:
    assert cells.enabled(cell, NOW) is True


@pytest.mark.parametrize(
    "cell", ["無効", "いいえ", "off", "×", "False", "未設定", "停止中", "未登録", "招待中", "0"]
)
def test_a_no_is_recognised(cell: str) -> None:
    assert cells.enabled(cell, NOW) is False


@pytest.mark.parametrize("cell", ["x", "maybe", "ロック中", "2", "=TRUE()"])
def test_a_word_that_answers_neither_way_is_refused(cell: str) -> None:
    with pytest.raises(cells.UnreadableError):
        cells.enabled(cell, NOW)


@pytest.mark.parametrize(
    ("cell", "rights"),
    [("特権管理者", True), ("Owner", True), ("一般", False), ("閲覧者", False)],
)
def test_the_name_of_a_level_tells_an_administrator(cell: str, *, rights: bool) -> None:
    assert cells.administrator(cell, NOW) is rights


@pytest.mark.parametrize(
    ("cell", "method"),
    [
        ("なし", Mfa.NONE),
        ("未設定", Mfa.NONE),
        ("有効", Mfa.SOME),
        ("ワンタイムパスワード", Mfa.SOME),
        ("メール", Mfa.EMAIL),
        ("SMS", Mfa.SMS),
        ("プッシュ通知", Mfa.PUSH),
        ("認証アプリ", Mfa.TOTP),
        ("Google Authenticator", Mfa.TOTP),
        ("セキュリティキー", Mfa.PHISHING_RESISTANT),
        ("パスキー", Mfa.PHISHING_RESISTANT),
        ("有効（SMS）", Mfa.SMS),
        ("SMS、ＦＩＤＯ２", Mfa.PHISHING_RESISTANT),
        ("SMS; TOTP", Mfa.TOTP),
        ("Passkey and SMS", Mfa.PHISHING_RESISTANT),
    ],
)
def test_the_strongest_second_factor_is_read(cell: str, method: Mfa) -> None:
    assert cells.second_factor(cell, NOW) is method


@pytest.mark.parametrize("cell", ["なし、SMS", "fax", "SMS; carrier pigeon", "()"])
def test_a_second_factor_that_is_not_understood_is_refused(cell: str) -> None:
    with pytest.raises(cells.UnreadableError):
        cells.second_factor(cell, NOW)


@pytest.mark.parametrize(
    ("cell", "still"),
    [
        ("2026-11-24", False),
        ("2026-11-25", True),
        ("2027-03-31", True),
        ("退職済み", False),
        ("yes", False),
        ("在籍", True),
        ("いいえ", True),
    ],
)
def test_people_are_employed_until_the_end_of_their_last_day(cell: str, *, still: bool) -> None:
    assert cells.employed(cell, NOW) is still


@pytest.mark.parametrize("cell", ["有効", "無効", "停止中"])
def test_the_status_of_an_account_does_not_tell_who_left(cell: str) -> None:
    with pytest.raises(cells.UnreadableError):
        cells.employed(cell, NOW)


@pytest.mark.parametrize("cell", ["", " 　", "-", "－", "―", "N/A", "null", "不明", "0000-00-00"])
def test_a_cell_that_says_nothing_is_blank(cell: str) -> None:
    assert cells.blank(cell)


@pytest.mark.parametrize("cell", ["0", "なし", "×", "never"])
def test_a_cell_that_says_no_is_not_blank(cell: str) -> None:
    assert not cells.blank(cell)


def test_names_are_split_at_every_separator() -> None:
    assert cells.names("管理者; 編集者、閲覧者/API,x ；", NOW) == (
        "管理者",
        "編集者",
        "閲覧者",
        "API",
        "x",
    )


@pytest.mark.parametrize("cell", ["hanako", "@example.jp", "a@", "a b@c.jp", "<a@b.jp>", "a@b,c@d"])
def test_what_is_no_mail_address_is_refused(cell: str) -> None:
    with pytest.raises(cells.UnreadableError):
        cells.email(cell, NOW)


@given(st.datetimes(datetime(1990, 1, 2), datetime(2026, 11, 25)))  # noqa: DTZ001 - its zone is none
def test_every_moment_survives_being_written_and_read(when: datetime) -> None:
    when = when.replace(microsecond=0, tzinfo=UTC)
    for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H時%M分%S秒"):
        assert cells.moment(when.strftime(form), NOW) == when
    assert cells.moment(when.strftime("%d %b %Y %I:%M:%S %p"), NOW) == when


@given(st.text(max_size=80))
def test_no_cell_raises_anything_but_unreadable(cell: str) -> None:
    for read in (
        cells.email,
        cells.names,
        cells.enabled,
        cells.second_factor,
        cells.moment_or_never,
        cells.employed,
    ):
        with suppress(cells.UnreadableError):
            read(cell, NOW)
