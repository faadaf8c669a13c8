"""Exports as tools write them, and as they arrive: torn, mixed, titled, or no list at all."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.collect.contacts.audit import audit
from scanner.collect.contacts.columns import recognise
from scanner.collect.contacts.heading import find_heading
from scanner.model import ContactList, Unknown

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HEADER = "email,consent at,source,氏名\n"
ROWS = "".join(f"u{number}@sample.example,2026-10-01 09:00,form,山田\n" for number in range(20))
LIST = HEADER + ROWS


def look(folder: Path, data: bytes, name: str = "list.csv") -> ContactList:
    path = folder / name
    path.write_bytes(data)
    return audit(str(path), now=NOW)


@pytest.mark.parametrize(
    "data",
    [
        LIST.encode("utf-16-le"),
        LIST.replace("email", "メールアドレス").encode("euc_jp"),
        LIST.encode("utf-16")[:-1],
        ("sep=;\n" + LIST.replace(",", ";")).replace("\n", "\r\n").encode(),
        ("顧客リスト\n\n" + LIST).encode(),
        (HEADER + ROWS.replace("\n", "\r\n")).encode(),
        LIST.replace("\n", "\r").encode(),
        LIST.replace("source", '"source\nof it"').encode(),
    ],
    ids=["utf-16", "euc-jp", "odd", "separator", "title", "mixed ends", "old ends", "two lines"],
)
def test_every_record_is_read(tmp_path: Path, data: bytes) -> None:
    seen = look(tmp_path, data)
    assert (seen.rows, seen.damaged_rows, seen.without_time) == (20, 0, 0)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ('torn@sample.example,2026-10-01,"form', "list.csv:22 (unquoted value)"),
        ("torn@samp", "list.csv:22 (missing columns)"),
        (f'a@b.example,,"{"x" * 3_000_000}",\n', "list.csv:22 (line size over maximum)"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_takes_no_other_down(
    tmp_path: Path, more: str, place: str
) -> None:
    seen = look(tmp_path, (LIST + more).encode())
    assert (seen.rows, seen.damaged_rows, seen.damaged_places) == (20, 1, (place,))


def test_a_compressed_file_that_is_torn_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = (HEADER + ROWS * 50).encode()
    seen = look(tmp_path, gzip.compress(whole)[:-30], "list.csv.gz")
    assert isinstance(seen.rows, int)
    assert 0 < seen.rows < 1000
    assert seen.damaged_rows == 1
    assert seen.damaged_places[0].startswith("list.csv.gz:")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04\0\0", "a workbook or an archive"),
        (b"<!doctype html><html><body>Sign in</body></html>", "a web page or JSON"),
        (b'[{"email": "a@b.example"}]', "a web page or JSON"),
        (bytes(range(256)), "no text"),
    ],
)
def test_what_only_its_name_makes_a_list_is_said_to_be_none(
    tmp_path: Path, data: bytes, said: str
) -> None:
    seen = look(tmp_path, data)
    assert isinstance(seen.rows, Unknown)
    assert seen.rows.detail is not None
    assert said in seen.rows.detail.template


def test_a_file_that_is_only_named_as_compressed_is_read(tmp_path: Path) -> None:
    assert look(tmp_path, LIST.encode(), "list.csv.gz").rows == 20


@pytest.mark.parametrize(
    ("cell", "after"),
    [
        ("46296", "46296.375"),
        ("1790812800", "1790845200"),
        ("1790812800000", "1790845200000"),
        ("10/31/2026, 12:05 AM", "10/31/2026, 9:05 PM"),
    ],
)
def test_moments_are_read_as_sheets_and_programs_count_them(
    tmp_path: Path, cell: str, after: str
) -> None:
    rows = "".join(f'a@b.example,"{each}","{after}"\n' for each in (cell, cell))
    seen = look(tmp_path, f"email,opt out at,last sent at\n{rows}".encode())
    assert not seen.unread_times
    assert seen.sent_after_opt_out == 0
    assert seen.proof_missing_for_a_month in (0, 2) or isinstance(
        seen.proof_missing_for_a_month, Unknown
    )


@pytest.mark.parametrize(
    ("tool", "header", "fields"),
    [
        (
            "hubspot",
            (
                "Record ID,First Name,Email,Legal basis for processing contact's data,"
                "Unsubscribed from all email,Last marketing email send date,"
                "Original Traffic Source,"
                "Create Date,Last Activity Date"
            ),
            "basis opted_out last_sent_at source created_at active_at",
        ),
        (
            "mailchimp",
            (
                "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,"
                "CONFIRM_IP,"
                "LAST_CHANGED,LEID,EUID,UNSUB_TIME,UNSUB_REASON"
            ),
            "consent_at proof active_at opt_out_at",
        ),
        (
            "klaviyo",
            (
                "Email,Klaviyo ID,Email Marketing Consent,$consent_timestamp,$source,"
                "$consent_form_version,Profile Created On,Last Active"
            ),
            "opt_in consent_at source proof created_at active_at",
        ),
        (
            "brevo",
            "CONTACT ID,EMAIL,FIRSTNAME,DOUBLE_OPT-IN,EMAIL_BLACKLISTED,ADDED_TIME",
            "opt_in opted_out created_at",
        ),
        (
            "sendgrid",
            "EMAIL,FIRST_NAME,CREATED_AT,UPDATED_AT,CONTACT_ID,LAST_OPENED,LAST_EMAILED",
            "created_at active_at last_sent_at",
        ),
        ("mautic", "id,email,dateAdded,lastActive,doNotContact", "created_at active_at opted_out"),
        (
            "listmonk",
            "uuid,email,name,attributes,status,created_at,updated_at",
            "status created_at",
        ),
        ("salesforce", "Email,HasOptedOutOfEmail,LeadSource,CreatedDate", "opted_out source"),
        (
            "ghost",
            "id,email,name,note,subscribed_to_emails,created_at,labels",
            "opt_in created_at",
        ),
        ("blastmail", "E-Mail,ステータス,登録日,登録区分", "status created_at source"),
        (
            "japanese",
            "メールアドレス,氏名,メール配信可否,同意日時,取得経路,配信停止日,最終配信日時",
            "opt_in consent_at source opt_out_at last_sent_at",
        ),
    ],
)
def test_the_columns_of_each_tool_are_recognised(tool: str, header: str, fields: str) -> None:
    found = recognise(find_heading(f"{header}\nx\n").columns, {})
    assert {"email", *fields.split()} <= set(found), tool


def test_columns_of_one_name_are_told_apart() -> None:
    heading = find_heading("Email,email,,Consent At,\na,b,c,d,e\n")
    assert heading.columns == ("Email", "email_1", "column2", "Consent At", "column4")
    assert (heading.delimiter, heading.lines) == (",", 1)
