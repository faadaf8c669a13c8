"""A log is replayed into the state it led to; what it does not tell, or not clearly, is unknown."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.statements.actions import Topic, understand
from scanner.collect.statements.exports import Exports, Joined
from scanner.collect.statements.logs import Log
from scanner.collect.statements.networks import read_allow_list
from scanner.config import Event, Export, LogExport
from scanner.language import ENGLISH
from scanner.model import Account, Mfa, Origin, Person, Reason, Unknown

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HEADER = "日時,ログインID,操作,対象ユーザー,結果,IPアドレス"
HANAKO = Person(id="h", name="佐藤花子", email="hanako@example.co.jp", origin=Origin.IMPORT)
TARO = Person(id="t", name="鈴木太郎", email="taro@example.co.jp", origin=Origin.IMPORT)
Judge = Callable[..., "Outcome"]


class Outcome:
    """What came of logs: people by id, the account, and what was said of the files."""

    def __init__(self, log: Log, joined: Joined) -> None:
        self.people = {each.id: each for each in joined.subjects if isinstance(each, Person)}
        [self.account] = [each for each in joined.subjects if isinstance(each, Account)]
        self.contradictions = joined.contradictions
        self.said = [
            ENGLISH.say(each.detail) for each in (*log.problems, *joined.problems) if each.detail
        ]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Replay rows below the usual header, or whole files, over two people."""

    def run(
        *files: str | bytes,
        people: tuple[Person, ...] = (HANAKO, TARO),
        listed: datetime | None = None,
        everybody: bool = True,
        allowed: str = "",
        header: str = HEADER,
        **export: Any,
    ) -> Outcome:
        log = Log()
        for number, data in enumerate(files):
            path = tmp_path / f"log{number}.csv"
            text = f"{header}\n{data}" if isinstance(data, str) else data
            path.write_bytes(text.encode("cp932") if isinstance(text, str) else text)
            log.read(LogExport(csv=path.name, **export), path, now=NOW)
        networks = None
        if allowed:
            path = tmp_path / "networks.csv"
            path.write_text(f"許可IPアドレス\n{allowed}\n", encoding="utf-8")
            os.utime(path, (NOW.timestamp(), NOW.timestamp()))
            networks = read_allow_list(Export(csv=path.name), path, now=NOW)
        joined = Exports(log=log, networks=networks).join(
            (Account(id="lead"), *people),
            target="lead",
            now=NOW,
            listed=listed,
            everybody=everybody,
        )
        return Outcome(log, joined)

    return run


def row(
    day: str, who: str, what: str, about: str = "", *, result: str = "成功", address: str = ""
) -> str:
    return f"2026/{day} 10:00,{who},{what},{about},{result},{address}\n"


SIGN_IN = row("11/23", "hanako@example.co.jp", "ログイン")
OLDEST = row("06/01", "hanako@example.co.jp", "ログイン")


def detail(fact: Any) -> str:
    assert isinstance(fact, Unknown)
    assert fact.detail is not None
    return ENGLISH.say(fact.detail)


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_the_newest_sign_in_counts_in_every_encoding(judge: Judge, encoding: str) -> None:
    found = judge(f"{HEADER}\n{SIGN_IN}{OLDEST}".encode(encoding))
    hanako = found.people["h"]
    assert hanako.last_sign_in == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert hanako.witnesses["last_sign_in"].since == hanako.last_sign_in
    assert found.said == []


def test_who_is_not_in_the_log_was_not_seen_since_it_begins_and_not_never(judge: Judge) -> None:
    taro = judge(OLDEST, SIGN_IN).people["t"]
    assert "2026-06-01" in detail(taro.last_sign_in)
    # Its two files do not meet: of the months between nothing is known.
    taro = judge(OLDEST + SIGN_IN).people["t"]
    newest = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert taro.idle_since == datetime(2026, 6, 1, 10, tzinfo=UTC) + (NOW - newest)


def test_files_that_meet_tell_of_one_long_time(judge: Judge) -> None:
    middle = row("10/01", "hanako@example.co.jp", "ログイン")
    apart, met = (
        judge(OLDEST + middle, later + SIGN_IN).people["t"].idle_since
        for later in (row("10/05", "h", "ログイン"), row("10/02", "h", "ログイン"))
    )
    assert isinstance(apart, datetime)
    assert isinstance(met, datetime)
    assert apart - met > timedelta(days=120)


def test_nobody_has_been_idle_for_longer_than_their_account_exists(judge: Judge) -> None:
    added = row("11/20", "hanako@example.co.jp", "ユーザー追加", "taro@example.co.jp")
    taro = judge(OLDEST + added + SIGN_IN).people["t"]
    assert taro.created == taro.idle_since == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_a_sign_in_under_an_unknown_name_may_be_anybodys(judge: Judge) -> None:
    for stranger in ("yamada", "他の名前"):
        people = judge(OLDEST + row("11/22", stranger, "ログイン") + SIGN_IN).people
        assert isinstance(people["t"].idle_since, Unknown)
    people = judge(OLDEST + row("11/22", "gone@example.co.jp", "ログイン") + SIGN_IN).people
    assert isinstance(people["t"].idle_since, datetime)


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("佐藤花子", "by name"),
        ("ＨＡＮＡＫＯ＠example.co.jp", "by an address in wide letters"),
        ("佐藤 (hanako@example.co.jp)", "by an address beside the name"),
        ("H", "by id"),
    ],
)
def test_people_are_known_by_every_name_that_is_theirs_alone(
    judge: Judge, who: str, name: str
) -> None:
    found = judge(row("11/23", who, "ログイン"))
    assert isinstance(found.people["h"].last_sign_in, datetime), name


def test_a_name_of_two_people_is_nobodys(judge: Judge) -> None:
    twin = Person(id="x", name="佐藤花子", email="x@example.co.jp", origin=Origin.IMPORT)
    found = judge(row("11/23", "佐藤花子", "ログイン"), people=(HANAKO, twin))
    assert all(isinstance(each.last_sign_in, Unknown) for each in found.people.values())
    assert all(isinstance(each.idle_since, Unknown) for each in found.people.values())


def test_the_last_event_of_a_pair_gives_the_state_and_since_when(judge: Judge) -> None:
    on = row("08/01", "hanako@example.co.jp", "二段階認証を有効化")
    off = row("09/01", "hanako@example.co.jp", "二段階認証を無効化")
    for rows, state, since in (
        (on + off, Mfa.NONE, 9),
        (off.replace("09/01", "07/01") + on, Mfa.SOME, 8),
    ):
        found = judge(rows).people
        assert found["h"].mfa is state
        assert found["h"].witnesses["mfa"].since == datetime(2026, since, 1, 10, tzinfo=UTC)
        assert found["h"].witnesses["mfa"].origin is Origin.IMPORT
        assert "where it begins" in detail(found["t"].mfa)


def test_what_an_administrator_does_to_others_is_theirs_where_a_column_says_so(
    judge: Judge,
) -> None:
    found = judge(
        row("08/01", "hanako@example.co.jp", "管理者権限を付与", "taro@example.co.jp")
        + row("08/02", "hanako@example.co.jp", "ユーザー停止", "taro@example.co.jp")
        + row("08/03", "hanako@example.co.jp", "二要素認証を解除", "taro@example.co.jp")
    ).people
    assert found["t"].administrator is True
    assert found["t"].can_sign_in is False
    assert found["t"].mfa is Mfa.NONE
    assert isinstance(found["h"].mfa, Unknown)


def test_without_that_column_it_is_nobodys_and_older_words_are_in_doubt(judge: Judge) -> None:
    header = "日時,ユーザー,操作"
    on = "2026/08/01 10:00,hanako@example.co.jp,二要素認証を有効化\n"
    off = "2026/08/02 10:00,taro@example.co.jp,二要素認証を解除\n"
    assert judge(on, header=header).people["h"].mfa is Mfa.SOME
    found = judge(on + off, header=header).people
    assert "二要素認証を解除" in detail(found["h"].mfa)
    assert isinstance(found["t"].mfa, Unknown)
    gone = "2026/08/02 10:00,hanako@example.co.jp,ユーザー削除\n"
    assert isinstance(judge(gone, header=header).people["h"].can_sign_in, Unknown)


def test_words_that_are_not_understood_leave_a_doubt_until_somebody_explains_them(
    judge: Judge,
) -> None:
    on = row("08/01", "hanako@example.co.jp", "二段階認証を有効化")
    odd = row("09/01", "hanako@example.co.jp", "二段階認証ハズシ")
    found = judge(on + odd)
    assert "二段階認証ハズシ" in detail(found.people["h"].mfa)
    assert "二段階認証ハズシ" in found.said[0]
    found = judge(on + odd, events={"二段階認証ハズシ": Event.MFA_OFF})
    assert found.people["h"].mfa is Mfa.NONE
    assert found.said == []
    assert judge(on + odd, events={"二段階認証ハズシ": Event.OTHER}).people["h"].mfa is Mfa.SOME
    # What came before the doubt and speaks of somebody else stands.
    odd = row("09/01", "taro@example.co.jp", "二段階認証ハズシ")
    assert judge(on + odd).people["h"].mfa is Mfa.SOME


def test_what_failed_did_not_happen_and_shows_that_failures_are_recorded(judge: Judge) -> None:
    found = judge(
        row("08/01", "hanako@example.co.jp", "二段階認証を有効化", result="失敗")
        + row("08/02", "hanako@example.co.jp", "ログイン", result="失敗")
    )
    assert isinstance(found.people["h"].mfa, Unknown)
    assert isinstance(found.people["h"].last_sign_in, Unknown)
    assert found.account.failed_sign_ins_logged is True
    assert isinstance(judge(SIGN_IN).account.failed_sign_ins_logged, Unknown)


def test_sign_ins_alone_are_no_record_of_changes(judge: Judge) -> None:
    assert "no change" in detail(judge(SIGN_IN).account.audit_log)
    assert judge(SIGN_IN + row("11/01", "h", "メール配信")).account.audit_log is True
    assert isinstance(judge(row("11/01", "h", "メール配信")).account.audit_log, Unknown)


@pytest.mark.parametrize(
    "torn",
    [
        "2026/09/01 10:00,x,y,z,成功,,,more\n",
        '2026/09/01 10:00,"x"y,z,,,\n',
        "いつか,x,ログイン,,成功,\n",
        ",x,ログイン,,成功,\n",
    ],
)
def test_a_row_that_is_torn_may_be_the_newest_word_on_anything(judge: Judge, torn: str) -> None:
    on = row("08/01", "hanako@example.co.jp", "二段階認証を有効化")
    found = judge(on + torn + SIGN_IN + row("11/01", "h", "メール配信"))
    assert isinstance(found.people["h"].mfa, Unknown)
    assert isinstance(found.people["h"].last_sign_in, Unknown)
    assert isinstance(found.people["t"].idle_since, Unknown)
    assert found.account.audit_log is True
    assert any("Line 3" in each for each in found.said)


@pytest.mark.parametrize("cell", ["\ufffd".encode(), b"\x00", b"x" * 10_001])
def test_a_damaged_cell_spoils_what_its_row_may_have_said(judge: Judge, cell: bytes) -> None:
    on = row("08/01", "hanako@example.co.jp", "二段階認証を有効化")
    start = f"{HEADER}\n{on}2026/09/01 10:00,".encode()
    whom = judge(start + cell + ",二段階認証を無効化,,成功,\n".encode())
    assert isinstance(whom.people["h"].mfa, Unknown)
    what = judge(start + b"taro@example.co.jp," + cell + ",taro@example.co.jp,成功,\n".encode())
    assert what.people["h"].mfa is Mfa.SOME


def test_hostile_cells_are_text_and_are_shown_harmlessly(judge: Judge) -> None:
    evil = "=cmd|'/c calc'!A0 \x1b[31m二段階認証"
    found = judge(row("08/01", "=HYPERLINK(1)", evil) + SIGN_IN)
    assert "\x1b" not in "".join(found.said)
    assert "=HYPERLINK(1)" not in found.people


def test_a_log_of_another_year_and_an_empty_one_tell_nothing(judge: Judge) -> None:
    old = judge("2024/01/01 10:00,hanako@example.co.jp,ログイン,,成功,\n")
    assert "older than 400 days" in old.said[0]
    assert "lists nothing" in judge("").said[0]
    no_action = judge("2026/11/01,hanako@example.co.jp\n", header="日時,ユーザー")
    assert no_action.said == ["No column tells what happened."]
    for each in (old, no_action):
        assert isinstance(each.account.audit_log, Unknown)
    said = judge("2026/11/01,hanako@example.co.jp\n", header="日時,ユーザー", sign_ins=True)
    assert isinstance(said.people["h"].last_sign_in, datetime)


def test_a_file_that_is_missing_leaves_what_others_say_in_doubt(
    tmp_path: Path,
) -> None:
    log = Log()
    path = tmp_path / "one.csv"
    path.write_text(f"{HEADER}\n{SIGN_IN}", encoding="utf-8")
    log.read(LogExport(csv="one.csv"), path, now=NOW)
    log.read(LogExport(csv="gone.csv"), tmp_path / "gone.csv", now=NOW)
    found = Outcome(
        log,
        Exports(log=log).join(
            (Account(id="lead"), HANAKO), target="lead", now=NOW, listed=None, everybody=True
        ),
    )
    assert isinstance(found.people["h"].last_sign_in, Unknown)
    assert found.said == ["There is no such file."]


def test_what_came_after_the_list_was_written_replaces_what_it_says(judge: Judge) -> None:
    listed = datetime(2026, 9, 1, tzinfo=UTC)
    hanako = Person(**{**_fields(HANAKO), "mfa": Mfa.NONE})
    later = judge(row("10/01", "h", "二要素認証を有効化"), people=(hanako,), listed=listed)
    assert later.people["h"].mfa is Mfa.SOME
    assert later.contradictions == ()
    before = judge(row("08/01", "h", "二要素認証を有効化"), people=(hanako,), listed=listed)
    assert before.people["h"].mfa is Mfa.NONE
    assert before.contradictions == ("Person hanako@example.co.jp mfa: import=none, import=some",)


def test_what_a_platform_itself_says_comes_before_its_log(judge: Judge) -> None:
    hanako = Person(**{**_fields(HANAKO), "mfa": Mfa.NONE, "origin": Origin.API})
    found = judge(row("10/01", "h", "二要素認証を有効化"), people=(hanako,))
    assert found.people["h"].mfa is Mfa.NONE
    assert found.contradictions == ("Person hanako@example.co.jp mfa: api=none, import=some",)


def test_who_signed_in_after_the_list_was_written_and_is_not_on_it_is_named(judge: Judge) -> None:
    listed = datetime(2026, 9, 1, tzinfo=UTC)
    rows = row("10/01", "new@example.co.jp", "ログイン") + row("08/01", "gone@x.jp", "ログイン")
    found = judge(rows, listed=listed, everybody=False)
    assert set(found.people) == {"h", "t", "new@example.co.jp"}
    [said] = found.said
    assert "after the list of people was written" in said
    assert "1 (new@example.co.jp)" in said
    # A platform that lists everybody itself knows better.
    assert set(judge(rows, listed=listed).people) == {"h", "t"}


def test_without_any_list_those_who_sign_in_are_the_people_that_are_known(judge: Judge) -> None:
    found = judge(SIGN_IN + row("11/01", "system", "ログイン"), people=(), everybody=False)
    assert set(found.people) == {"hanako@example.co.jp"}
    assert isinstance(found.people["hanako@example.co.jp"].can_sign_in, Unknown)


def test_settings_of_the_tenant_follow_from_its_log(judge: Judge) -> None:
    found = judge(
        row("08/01", "h", "多要素認証を必須化")
        + row("08/02", "h", "IP制限を有効化")
        + row("08/03", "h", "シングルサインオン強制を解除")
    ).account
    assert found.mfa_enforced is True
    assert found.ip_allow_list is True
    assert found.sso_enforced is False
    assert found.witnesses["mfa_enforced"].since == datetime(2026, 8, 1, 10, tzinfo=UTC)
    unclear = judge(
        row("08/01", "h", "多要素認証を必須化") + row("09/01", "h", "多要素認証ポリシー")
    )
    assert isinstance(unclear.account.mfa_enforced, Unknown)


def test_a_sign_in_from_another_network_belies_the_list_of_networks(judge: Judge) -> None:
    inside = row("11/23", "h", "ログイン", address="203.0.113.7")
    assert judge(inside, allowed="203.0.113.0/24").account.ip_allow_list is True
    mapped = row("11/22", "h", "ログイン", address="::ffff:203.0.113.7")
    assert judge(inside + mapped, allowed="203.0.113.0/24").account.ip_allow_list is True
    outside = row("11/22", "h", "ログイン", address="198.51.100.9")
    found = judge(inside + outside, allowed="203.0.113.0/24")
    assert found.account.ip_allow_list is False
    assert found.contradictions == ("Account ip_allow_list: import=198.51.100.9, import=true",)
    torn = judge(inside + "2026/11/22 10:00,a,b,c,d,e,f,g\n", allowed="203.0.113.0/24")
    assert isinstance(torn.account.ip_allow_list, Unknown)
    for harmless in (
        row("11/22", "h", "ログイン", address="10.1.2.3"),
        row("06/22", "h", "ログイン", address="198.51.100.9"),
        row("11/22", "h", "ログイン", result="失敗", address="198.51.100.9"),
    ):
        assert judge(inside + harmless, allowed="203.0.113.0/24").account.ip_allow_list is True


def test_a_declared_beginning_and_end_count(judge: Judge) -> None:
    found = judge(SIGN_IN, since=date(2026, 1, 1), exported=date(2026, 11, 24))
    assert found.people["t"].idle_since == datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "event"),
    [
        ("ログイン成功", Event.SIGN_IN),
        ("管理画面にログインしました", Event.SIGN_IN),
        ("User logged in", Event.SIGN_IN),
        ("user.login", Event.SIGN_IN),
        ("ログイン失敗", Event.SIGN_IN_FAILED),
        ("Failed login attempt", Event.SIGN_IN_FAILED),
        ("２段階認証の設定を無効に変更", Event.MFA_OFF),
        ("Two-factor authentication enabled", Event.MFA_ON),
        ("Admin role removed", Event.NO_ADMINISTRATOR),
        ("管理者権限を剥奪しました", Event.NO_ADMINISTRATOR),
        ("ユーザーを作成", Event.USER_ADDED),
        ("User deleted", Event.USER_DISABLED),
        ("アカウント有効化", Event.USER_ENABLED),
        ("パスワード変更", Event.PASSWORD_CHANGED),
        ("多要素認証の必須を解除", Event.MFA_OPTIONAL),
        ("IPアドレス制限を無効", Event.NETWORKS_OPEN),
    ],
)
def test_whole_phrases_are_understood(words: str, event: Event) -> None:
    assert understand(words, {}) == (event, frozenset())


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        ("管理者Aがユーザーを削除", {Topic.ROLE, Topic.USER}),
        ("二段階認証設定", {Topic.MFA, Topic.TENANT_MFA}),
        ("パスワード再設定メール送信", {Topic.PASSWORD}),
        ("ログアウト", set()),
        ("ログイン履歴ダウンロード", set()),
        ("メール配信", set()),
    ],
)
def test_other_phrases_leave_a_doubt_on_what_they_speak_of(words: str, topics: set[Topic]) -> None:
    assert understand(words, {}) == (Event.OTHER, frozenset(topics))


@given(st.binary(max_size=300))
def test_no_bytes_raise_and_none_gives_anybody_a_second_factor(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        path.write_bytes(f"{HEADER}\n".encode() + data)
        log = Log()
        log.read(LogExport(csv="log.csv"), path, now=NOW)
        supplied = log.testify(
            "lead", (HANAKO,), now=NOW, listed=None, everybody=True, allowed=None
        )
    people = [each for each in supplied.said if isinstance(each, Person)]
    assert all(each.mfa is not Mfa.SOME for each in people)


def _fields(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in ("id", "name", "email", "origin")}


def test_reasons_of_what_cannot_be_read_are_told(judge: Judge) -> None:
    found = judge(row("08/01", "hanako@example.co.jp", "ログイン", result="たぶん") + OLDEST)
    fact = found.people["h"].last_sign_in
    assert isinstance(fact, Unknown)
    assert fact.reason is Reason.MALFORMED
    assert any("たぶん" in each for each in found.said)
