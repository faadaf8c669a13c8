"""Contact records are counted where they lie, in whatever way exports are written."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.contacts.audit import audit, mask
from scanner.collect.contacts.columns import ColumnError
from scanner.collect.contacts.dates import form_of
from scanner.collect.contacts.exports import ContactsError
from scanner.model import ContactList, Reason, Unknown

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HEADER = "email,consent basis,consent at,consent source,proof,opt out at,last sent at,created at"

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return what writes an export of these lines, and gives its path."""

    def written(*lines: str, name: str = "list.csv", encoding: str = "utf-8") -> str:
        data = "".join(f"{line}\n" for line in lines).encode(encoding)
        path = tmp_path / name
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return str(path)

    return written


def look(source: str, **options: Any) -> ContactList:
    return audit(source, now=NOW, **options)


GOOD = (
    "taro@sample.example,opt-in,2026-10-01 09:00:00,https://sample.example/form,v3,,"
    "2026-11-01 10:00:00,2026-10-01 09:00:00"
)


def test_a_record_with_everything_counts_nowhere(write: Write) -> None:
    seen = look(write(HEADER, GOOD))
    assert (seen.rows, seen.mailable) == (1, 1)
    assert not any(count(seen).values())


def count(seen: ContactList) -> dict[str, Any]:
    return {
        name: getattr(seen, name)
        for name in (
            "without_basis",
            "without_source",
            "without_time",
            "without_proof",
            "without_record",
            "consumers_without_opt_in",
            "sent_after_opt_out",
            "returned",
            "proof_missing_for_a_month",
            "proof_missing_for_three_years",
            "idle",
        )
    }


@pytest.mark.parametrize(
    ("row", "counted"),
    [
        (
            "a@b.example,,,form,v3,,2026-11-01,2026-01-01",
            {"without_basis", "without_time", "without_record"},
        ),
        (
            "a@b.example,不明,,form,v3,,2026-11-01,2026-01-01",
            {"without_basis", "without_time", "without_record"},
        ),
        ("a@b.example,名刺,,form,v3,,2026-11-01,2026-01-01", {"without_time", "without_record"}),
        ("a@b.example,opt-in,2026-10-01,,v3,,2026-11-01,2026-01-01", {"without_source"}),
        ("a@b.example,opt-in,2026-10-01,form,,,2026-11-01,2026-01-01", {"without_proof"}),
        (
            "a@gmail.com,名刺,,form,v3,,2026-11-01,2026-01-01",
            {"without_time", "without_record", "consumers_without_opt_in"},
        ),
        (
            "a@gmail.com,customer,,form,v3,,2026-11-01,2026-01-01",
            {"without_time", "without_record"},
        ),
        ("a@gmail.com,opt-in,2026-10-01,form,v3,,2026-11-01,2026-01-01", set()),
        (
            "a@b.example,opt-in,2026-01-01,form,v3,2026-05-01,2026-05-03,2026-01-01",
            {"sent_after_opt_out"},
        ),
        ("a@b.example,opt-in,2026-01-01,form,v3,2026-05-01,2026-05-01 20:00,2026-01-01", set()),
        (
            "a@b.example,,,,,2026-11-20,2026-11-10,2026-01-01",
            {"proof_missing_for_a_month", "proof_missing_for_three_years"},
        ),
        ("a@b.example,,,,,2025-11-20,2025-11-10,2025-01-01", {"proof_missing_for_three_years"}),
        ("a@b.example,opt-in,2023-10-01,form,v3,,2024-01-01,2023-10-01", {"idle"}),
    ],
)
def test_each_fault_counts_where_it_belongs(write: Write, row: str, counted: set[str]) -> None:
    seen = look(write(HEADER, GOOD, row))
    assert {name for name, number in count(seen).items() if number} == counted
    assert set(seen.samples) == counted


@pytest.mark.parametrize("word", ["unsubscribed", "Cleaned", "配信停止", "hard bounced", "仮登録"])
def test_who_is_stopped_is_not_mailable(write: Write, word: str) -> None:
    seen = look(write("メールアドレス,ステータス", f"a@b.example,{word}", "c@d.example,有効"))
    assert (seen.rows, seen.mailable) == (2, 1)


def test_an_address_that_opted_out_and_stands_in_the_list_again_is_found(write: Write) -> None:
    seen = look(
        write(
            "email,status,opt out at,consent at",
            "Back@Sample.example,unsubscribed,2026-03-01,2025-01-01",
            "back@sample.example ,subscribed,,2025-01-01",
            "anew@sample.example,unsubscribed,2026-03-01,2025-01-01",
            "anew@sample.example,subscribed,,2026-04-01",
        )
    )
    assert seen.returned == 1
    assert seen.samples["returned"] == "b***@s***.example"


def test_a_list_of_opt_outs_beside_the_records_is_held_against_them(write: Write) -> None:
    records = write("email,consent at", "a@b.example,2026-01-01", "c@d.example,2026-01-01")
    stopped = write("Email Address,UNSUB_TIME", "A@b.example,2026-02-01", name="stopped.csv")
    assert look(records, suppression=stopped).returned == 1


def test_an_export_that_does_not_tell_is_unknown_and_says_which_column_would(write: Write) -> None:
    seen = look(write("email", "a@b.example"))
    assert isinstance(seen.without_proof, Unknown)
    assert seen.without_proof.reason is Reason.NOT_COLLECTED
    assert isinstance(seen.returned, Unknown)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("name", ["list.csv", "list.csv.gz"])
def test_encodings_and_compression_are_recognised(write: Write, encoding: str, name: str) -> None:
    seen = look(
        write(
            "メールアドレス,氏名,同意日時,取得元",
            "taro@sample.example,髙橋 太郎,2026年10月1日 9:05,フォーム",
            encoding=encoding,
            name=name,
        )
    )
    assert (seen.rows, seen.without_time, seen.without_source) == (1, 0, 0)
    assert not seen.unread_times


@pytest.mark.parametrize("rest", ["\t", ";"])
def test_delimiters_are_recognised(write: Write, rest: str) -> None:
    seen = look(write(rest.join(["Email", "Consent Timestamp"]), f"a@b.example{rest}2026-01-01"))
    assert seen.without_time == 0


def test_torn_and_damaged_rows_are_named_and_the_rest_is_judged(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(
        b"email,consent at,source\n"
        + b"".join(b"u%d@b.example,2026-01-01,form\n" % number for number in range(50))
        + b"bad\xff\xfe@b.example,2026-01-01,form\n"
        + b"x@b.example,2026-01-01,form,more,still more\n"
        + b"torn@b.exam"
    )
    seen = look(str(path))
    assert (seen.rows, seen.damaged_rows) == (50, 3)
    assert seen.damaged_places == (
        "list.csv:52 (invalid encoding)",
        "list.csv:53 (too many columns)",
        "list.csv:54 (missing columns)",
    )


def test_cells_that_hold_no_moment_are_counted(write: Write) -> None:
    seen = look(write("email,consent at", "a@b.example,2026-01-01", "c@d.example,yesterday"))
    assert (seen.without_time, seen.unread_times) == (1, {"consent_at": 1})


def test_a_folder_is_one_list_whatever_its_files_call_their_columns(write: Write) -> None:
    write("Email Address,OPTIN_TIME", "a@b.example,2026-01-01", name="one.csv")
    source = write("メールアドレス,同意日時", "c@d.example,2026/1/2", name="two.csv")
    seen = look(str(Path(source).parent))
    assert (seen.rows, seen.without_time) == (2, 0)


def test_parquet_is_read_by_its_types(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table({"email": ["a@b.example", "c@d.example"], "consent_at": [NOW, None]})
    parquet.write_table(table, tmp_path / "list.parquet")
    seen = look(str(tmp_path / "list.parquet"))
    assert (seen.rows, seen.without_time) == (2, 1)


def test_a_column_can_be_named(write: Write) -> None:
    source = write("宛先,いつ", "a@b.example,2026-01-01")
    with pytest.raises(ColumnError):
        look(source)
    assert look(source, columns={"email": "宛先", "consent_at": "いつ"}).without_time == 0
    with pytest.raises(ColumnError):
        look(source, columns={"email": "宛て先"})
    with pytest.raises(ColumnError):
        look(source, columns={"mail": "宛先"})


@pytest.mark.parametrize("data", [b"", b"\n\n"])
def test_an_empty_file_tells_nothing(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    seen = look(str(path))
    assert isinstance(seen.rows, Unknown)
    assert isinstance(seen.without_basis, Unknown)


def test_what_is_not_there_tells_nothing(tmp_path: Path) -> None:
    seen = look(str(tmp_path / "none.csv"))
    assert isinstance(seen.rows, Unknown)
    assert seen.rows.reason is Reason.NOT_FOUND
    assert isinstance(look(str(tmp_path / ("n" * 300))).rows, Unknown)


def test_a_password_in_the_address_is_refused() -> None:
    with pytest.raises(ContactsError) as refused:
        look("postgres://me:geheim@127.0.0.1/contacts", table="contacts")
    assert "geheim" not in str(refused.value)


def test_an_address_that_is_none_is_refused_and_not_repeated() -> None:
    with pytest.raises(ContactsError) as refused:
        look("postgres://me:geheim@[127/contacts", table="contacts")
    assert "geheim" not in str(refused.value)


def test_a_database_that_does_not_answer_tells_nothing() -> None:
    seen = look(
        "postgres://me@127.0.0.1:1/contacts",
        table="contacts",
        password="env:SECRET",
        environment={"SECRET": "geheim"},
    )
    assert isinstance(seen.rows, Unknown)
    assert "geheim" not in repr(seen)


@pytest.mark.parametrize("written", ["text", "timestamptz"])
def test_a_database_answers_the_same_questions(postgresql: str, written: str) -> None:
    import psycopg

    table = f"contacts_{written}"
    with psycopg.connect(postgresql) as connection:
        connection.execute(
            f"CREATE TABLE {table} (email text, status text, opt_out_at {written}, "
            f"last_sent_at {written}, consent_at {written}, source text)"
        )
        connection.execute(
            f"INSERT INTO {table} VALUES "  # noqa: S608 - a name of the test's own
            "('a@gmail.com', 'active', NULL, '2026-11-01 00:00', NULL, NULL),"
            "('B@b.example', 'active', NULL, '2026-11-01 00:00', '2026-01-01', 'form'),"
            "('b@b.example', 'unsubscribed', '2026-03-01', '2026-05-01', NULL, 'form')"
        )
    seen = look(postgresql, table=table)
    assert (seen.rows, seen.mailable, seen.without_basis, seen.without_source) == (3, 2, 1, 1)
    assert (seen.consumers_without_opt_in, seen.sent_after_opt_out, seen.returned) == (1, 1, 1)
    assert seen.samples["returned"] == "b***@b***.example"


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (["2026-01-02T03:04:05Z"], "iso"),
        (["2026/1/2"], "slashes"),
        (["2026年1月2日 3:04"], "japanese"),
        (["20260102"], "compact"),
        (["01/02/2026", "01/31/2026"], "month first"),
        (["01/02/2026", "31/01/2026"], "day first"),
        (["01/02/2026"], None),
        (["soon"], None),
    ],
)
def test_the_form_of_dates_is_taken_from_those_that_have_one(
    cells: list[str], form: str | None
) -> None:
    assert form_of(cells) == form


@given(st.text(min_size=2), st.text())
def test_a_masked_address_never_shows_the_name(name: str, host: str) -> None:
    shown = mask(f"{name.replace('@', '')}@{host}.example")
    assert shown.index("@") <= 4
