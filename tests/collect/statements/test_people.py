"""An export is read for all that it says, and what it does not say is known to be missing."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.statements import export as module
from scanner.collect.statements.people import Listing, read_people
from scanner.config import Export
from scanner.language import ENGLISH, printable
from scanner.model import Fact, Mfa, Origin, Reason, Unknown

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
COLUMNS = {"email": "メールアドレス", "name": "担当者名", "last_sign_in": "最終ログイン日"}
TEXT = (
    "担当者名,メールアドレス,最終ログイン日\r\n"
    "山田 花子,hanako@example.co.jp,2026/11/20\r\n"
    "髙橋①,taka@example.co.jp,未ログイン\r\n"
)


def listing(
    folder: Path, data: bytes | str, columns: dict[str, str] | None = None, **export: Any
) -> Listing:
    path = folder / "people.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    given = Export(csv=path.name, columns=columns or COLUMNS, **export)
    return read_people(given, path, now=NOW)


def sentences(read: Listing) -> list[str]:
    return [ENGLISH.say(each.detail) for each in read.problems if each.detail is not None]


def reason(fact: Fact[Any]) -> Reason:
    assert isinstance(fact, Unknown)
    return fact.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_delimiter_are_recognised(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    read = listing(tmp_path, TEXT.replace(",", delimiter).encode(encoding))
    assert read.problems == ()
    assert read.complete
    assert [person.name for person in read.people] == ["山田 花子", "髙橋①"]
    assert [person.id for person in read.people] == ["hanako@example.co.jp", "taka@example.co.jp"]
    assert read.people[0].last_sign_in == datetime(2026, 11, 20, tzinfo=UTC)
    assert read.people[1].last_sign_in is None
    assert {person.origin for person in read.people} == {Origin.IMPORT}


def test_a_declared_encoding_is_used_and_an_unknown_one_named(tmp_path: Path) -> None:
    assert listing(tmp_path, TEXT.encode("cp932"), encoding="Shift_JIS").complete
    read = listing(tmp_path, TEXT, encoding="klingon")
    assert not read.complete
    assert "klingon is no encoding" in sentences(read)[0]


def test_every_column_becomes_its_fact(tmp_path: Path) -> None:
    row = {
        "id": "u1",
        "email": "Hanako@Example.co.jp",
        "username": "=hanako",
        "name": "+山田",
        "roles": "編集者、閲覧者",
        "administrator": "一般",
        "mfa": "認証アプリ",
        "sso": "いいえ",
        "enabled": "利用中",
        "machine": "no",
        "created": "R6.4.1",
        "last_sign_in": "2026-11-24T08:00:00+09:00",
        "password_changed": "2026年1月5日",
        "left": "2026-12-31",
    }
    columns = {key: f"列 {key}" for key in row}
    read = listing(tmp_path, ",".join(columns.values()) + "\n" + ",".join(row.values()), columns)
    assert read.problems == ()
    (person,) = read.people
    assert (person.id, person.name, person.email) == ("u1", "+山田", "Hanako@Example.co.jp")
    assert person.username == "=hanako"
    assert person.roles == ("編集者", "閲覧者")
    assert person.administrator is False
    assert person.mfa is Mfa.TOTP
    assert person.signs_in_by_sso is False
    assert person.can_sign_in is True
    assert person.machine is False
    assert person.created == datetime(2024, 4, 1, tzinfo=UTC)
    assert person.last_sign_in == datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert person.password_changed == datetime(2026, 1, 5, tzinfo=UTC)
    assert person.employed is True


def test_two_facts_may_come_from_one_column(tmp_path: Path) -> None:
    columns = {"email": "mail", "roles": "権限", "administrator": "権限"}
    (person,) = listing(tmp_path, "mail,権限\na@b.jp,管理者\n", columns).people
    assert person.roles == ("管理者",)
    assert person.administrator is True


def test_an_empty_cell_is_not_exposed_and_a_column_not_mapped_not_collected(tmp_path: Path) -> None:
    columns = {"email": "mail", "mfa": "MFA", "last_sign_in": "last"}
    read = listing(tmp_path, "mail,MFA,last\na@b.jp,-,\nb@b.jp,,－\n", columns)
    assert read.complete
    for person in read.people:
        assert reason(person.mfa) is Reason.NOT_EXPOSED
        assert reason(person.last_sign_in) is Reason.NOT_EXPOSED
        assert reason(person.administrator) is Reason.NOT_COLLECTED


def test_a_wrong_cell_is_named_by_line_and_column_and_the_good_cells_are_used(
    tmp_path: Path,
) -> None:
    text = (
        'name,mail,last\n"two\nlines",a@b.jp,2026-11-01\n\nx,b@b.jp,03/04/2026\ny,c@b.jp,\x1b[31m\n'
    )
    columns = {"name": "name", "email": "mail", "last_sign_in": "last"}
    read = listing(tmp_path, text, columns)
    assert read.complete
    assert [person.name for person in read.people] == ["two\nlines", "x", "y"]
    assert reason(read.people[1].last_sign_in) is Reason.MALFORMED
    first, second = sentences(read)
    assert first.startswith("Line 5, column last: 03/04/2026 is not understood; write the year")
    assert second.startswith("Line 6, column last: \\x1b[31m is not understood")
    assert {problem.where for problem in read.problems} == {"people people.csv"}


def test_a_value_that_may_be_a_password_is_not_repeated(tmp_path: Path) -> None:
    columns = {"email": "mail", "password_changed": "パスワード"}
    read = listing(tmp_path, "mail,パスワード\na@b.jp,hunter2-canary\n", columns)
    assert sentences(read)[0].startswith("Line 2, column パスワード: the value is not understood")
    assert "canary" not in repr(read)


def test_a_column_that_is_missing_or_twice_there_is_named_with_the_header(tmp_path: Path) -> None:
    columns = {"email": "mail", "mfa": "二段階認証", "name": "n", "emial": "mail", "zzz": "n"}
    read = listing(tmp_path, "mail,n,n\na@b.jp,x,y\n", columns)
    assert not read.complete
    missing, twice, near, unknown = sentences(read)
    assert missing == (
        "The file has no column called 二段階認証 for mfa; its columns are: mail, n, n."
    )
    assert twice.startswith("The file has 2 columns called n, so that name cannot be told")
    assert near.startswith("`columns` has the unknown key emial; did you mean email?")
    assert unknown.startswith("`columns` has the unknown key zzz; the keys are id, name, email")
    assert "mail, n, n" in near
    assert "mail, n, n" in unknown
    assert read.people[0].email == "a@b.jp"
    assert reason(read.people[0].mfa) is Reason.NOT_FOUND


def test_a_file_that_does_not_tell_who_is_unusable(tmp_path: Path) -> None:
    read = listing(tmp_path, "氏名,部署\n山田,営業\n", {"name": "氏名"})
    assert read.people == ()
    assert not read.complete
    assert "which are: 氏名, 部署." in sentences(read)[0]


def test_the_header_is_found_below_a_title_and_by_loose_spelling(tmp_path: Path) -> None:
    title = "ユーザー一覧\n出力日,2026/11/24\n\n"
    header = "担当者名 ,ﾒｰﾙｱﾄﾞﾚｽ,最終ログイン日\n"
    read = listing(tmp_path, title + header + "花子,h@e.jp,2026/11/01\n")
    assert read.problems == ()
    assert [person.id for person in read.people] == ["h@e.jp"]


def test_a_row_with_too_many_cells_is_not_used_for_its_columns_have_moved(tmp_path: Path) -> None:
    read = listing(tmp_path, "担当者名,メールアドレス,最終ログイン日\na,b,c@d.jp,2026/11/01\n")
    assert read.people == ()
    assert not read.complete
    assert "Line 2: the row has 4 cells, the header 3" in sentences(read)[0]


def test_a_row_that_ends_early_keeps_its_good_cells(tmp_path: Path) -> None:
    read = listing(tmp_path, "担当者名,メールアドレス,最終ログイン日\na,c@d.jp\nb,d@d.jp,-,,\n")
    assert [person.id for person in read.people] == ["c@d.jp", "d@d.jp"]
    assert reason(read.people[0].last_sign_in) is Reason.MALFORMED
    assert len(read.problems) == 1


def test_a_row_about_nobody_leaves_the_list_incomplete(tmp_path: Path) -> None:
    read = listing(tmp_path, TEXT + "合計 2件,,\r\n")
    assert len(read.people) == 2
    assert not read.complete
    assert "Line 4: the row does not tell who it is about." in sentences(read)


def test_an_open_quotation_mark_does_not_swallow_people_unseen(tmp_path: Path) -> None:
    read = listing(tmp_path, TEXT + '"open,x@y.jp,2026/11/01\r\nz,z@y.jp,2026/11/01\r\n')
    assert len(read.people) == 2
    assert not read.complete
    assert sentences(read) == ["Line 4: the quotation marks of the row do not match."]


def test_of_two_rows_about_one_person_only_what_they_agree_on_is_known(tmp_path: Path) -> None:
    columns = {"email": "mail", "administrator": "admin", "enabled": "on"}
    read = listing(tmp_path, "mail,admin,on\na@b.jp,no,yes\nA@B.jp,yes,yes\n", columns)
    (person,) = read.people
    assert person.email == "a@b.jp" or reason(person.email) is Reason.MALFORMED
    assert person.email == "a@b.jp"
    assert reason(person.administrator) is Reason.MALFORMED
    assert person.can_sign_in is True
    assert sentences(read) == ["Line 3 is about the same person as line 2."]


def test_a_user_name_is_not_taken_for_an_id(tmp_path: Path) -> None:
    (person,) = listing(tmp_path, "login\n12\n", {"username": "login"}).people
    assert person.id == "username:12"
    assert person.name == "12"


def test_characters_that_cannot_be_read_spoil_their_cell_alone(tmp_path: Path) -> None:
    data = TEXT.encode() + b"\xff\xfe,bad@e.jp,2026/11/01\r\nnul\0,nul@e.jp,2026/11/01\r\n"
    read = listing(tmp_path, data)
    assert [person.id for person in read.people][2:] == ["bad@e.jp", "nul@e.jp"]
    assert read.people[0].name == "山田 花子"
    assert [line[:6] for line in sentences(read)] == ["Line 4", "Line 5"]


def test_one_damaged_cell_does_not_turn_shift_jis_into_nonsense(tmp_path: Path) -> None:
    read = listing(tmp_path, TEXT.encode("cp932") + b"\xfd\x81,bad@e.jp,2026/11/01\r\n")
    assert [person.name for person in read.people] == ["山田 花子", "髙橋①", "bad@e.jp"]
    assert sentences(read)[0].startswith("Line 4, column 担当者名: the cell holds characters")


def test_a_cell_of_monstrous_length_is_refused(tmp_path: Path) -> None:
    read = listing(tmp_path, TEXT + f"{'x' * 10_001},x@e.jp,2026/11/01\r\n")
    assert read.people[2].id == "x@e.jp"
    assert "longer than 10000 characters" in sentences(read)[0]
    read = listing(tmp_path, TEXT + f"{'x' * 200_000},x@e.jp,2026/11/01\r\ny,y@e.jp,2026/11/01\r\n")
    assert [person.id for person in read.people][2:] == ["y@e.jp"]
    assert not read.complete


def test_a_file_or_a_list_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 1)
    read = listing(tmp_path, TEXT)
    assert (len(read.people), read.complete) == (1, False)
    assert sentences(read) == ["The file has more than 1 rows."]
    monkeypatch.setattr(module, "MAX_BYTES", 50)
    read = listing(tmp_path, TEXT)
    assert (read.people, read.problems[0].reason) == ((), Reason.TOO_LARGE)


def test_many_faults_are_counted_and_the_first_told(tmp_path: Path) -> None:
    rows = "".join(f"x,u{number}@e.jp,soon\n" for number in range(250))
    read = listing(tmp_path, "担当者名,メールアドレス,最終ログイン日\n" + rows)
    assert len(read.people) == 250
    assert len(read.problems) == 101
    assert sentences(read)[-1] == "The file has 150 more faults of this kind."


@pytest.mark.parametrize("data", ["", "\n\n", " \n,,\n"])
def test_an_empty_file_lists_nobody_and_says_so(tmp_path: Path, data: str) -> None:
    read = listing(tmp_path, data)
    assert (read.people, read.complete) == ((), False)
    assert read.problems


def test_a_header_alone_is_not_an_empty_organisation(tmp_path: Path) -> None:
    read = listing(tmp_path, TEXT.splitlines(keepends=True)[0])
    assert not read.complete
    assert sentences(read) == ["The file lists nothing below its header."]


def test_a_missing_file_and_a_folder_are_problems(tmp_path: Path) -> None:
    export = Export(csv="x.csv", columns=COLUMNS)
    for path in (tmp_path / "x.csv", tmp_path, tmp_path / ("n" * 300), Path("nul\0")):
        read = read_people(export, path, now=NOW)
        assert (read.complete, read.exported) == (False, None)
        assert read.problems[0].reason is Reason.NOT_FOUND


def test_a_named_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    read = read_people(Export(csv="pipe.csv", columns=COLUMNS), pipe, now=NOW)
    assert read.problems[0].reason is Reason.NOT_FOUND


def test_the_day_of_the_export_is_declared_or_that_of_the_file(tmp_path: Path) -> None:
    assert listing(tmp_path, TEXT).exported == NOW
    read = listing(tmp_path, TEXT, exported=date(2026, 10, 1))
    assert read.exported == datetime(2026, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "why"), [(date(2025, 10, 1), Reason.EXPIRED), (date(2027, 1, 1), Reason.MALFORMED)]
)
def test_an_export_from_long_ago_or_from_the_future_tells_nothing(
    tmp_path: Path, day: date, why: Reason
) -> None:
    read = listing(tmp_path, TEXT, exported=day)
    assert (read.people, read.complete) == ((), False)
    assert read.problems[0].reason is why


ANY_BYTES = st.binary(max_size=400) | st.lists(
    st.sampled_from(
        [
            b"mail",
            b"name",
            b",",
            b";",
            b"\t",
            b'"',
            b"\r",
            b"\n",
            b"\0",
            b"a@b.jp",
            b"\xff",
            b"\x82",
        ]
    ),
    max_size=60,
).map(b"".join)


@given(data=ANY_BYTES, encoding=st.sampled_from([None, "utf-8", "shift_jis", "utf-16"]))
def test_no_bytes_raise_and_what_is_lost_is_told(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, encoding: str | None
) -> None:
    folder = tmp_path_factory.getbasetemp()
    read = listing(folder, data, {"email": "mail", "name": "name"}, encoding=encoding)
    assert read.complete or read.problems
    assert len({person.id for person in read.people}) == len(read.people)
    for sentence in sentences(read):
        assert printable(sentence, 10_000) == sentence
