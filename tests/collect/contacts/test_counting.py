"""What is counted is what a plain loop over the records counts, however they are stored."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.contacts.audit import (
    GRACE,
    IDLE,
    MONTH,
    THREE_YEARS,
    audit,
    mask,
)
from scanner.collect.contacts.cells import words
from scanner.collect.contacts.exports import open_export

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = NOW.replace(tzinfo=None)
TEXTS: dict[str, tuple[str, ...]] = {
    "email": (
        "",
        " ",
        "Taro@Gmail.com",
        "taro@gmail.com ",
        "a@b.example",
        "\u3000A@b.example",
        "x",
    ),
    "consent basis": ("", "opt-in", "Opt-In\u3000", "customer", "不明", "名刺", "同意", " "),
    "opt in": ("", "no", "no", "yes", "Unsubscribed", "希望する"),
    "status": ("", "subscribed", "有効", "active", "bounced", " Cleaned", "配信停止\u3000"),
    "unsubscribed": ("", "0", "false", "いいえ", "1", "はい"),
    "source": ("", "\u3000", "form", "\u00a0form", "フォーム"),
    "proof": ("", " ", "v3"),
}
SHARE = {
    "consent at": 0.3,
    "opt out at": 0.1,
    "last sent at": 0.7,
    "created at": 0.5,
    "last activity": 0.2,
}
"""By time, how many records have it."""
Record = dict[str, Any]


def made(seed: int, count: int) -> list[Record]:
    """Return records in which every cell may say anything that it can say."""
    some = random.Random(seed)  # noqa: S311 - the same records each time
    return [
        {name: some.choice(cells) for name, cells in TEXTS.items()}
        | {
            name: TODAY - timedelta(hours=some.randrange(4 * 365 * 24))
            if some.random() < SHARE[name]
            else None
            for name in SHARE
        }
        for _ in range(count)
    ]


def plainly(records: Sequence[Record]) -> dict[str, list[str]]:
    """Return, by fact, the addresses of the records that count."""
    said = words()
    found: dict[str, list[str]] = {}
    told = [_told(each) for each in records]
    since: dict[str, datetime] = {}
    for each in told:
        if each["email"] and each["stopped"]:
            out = each["opt out at"] or datetime.min  # noqa: DTZ901 - as all of them
            since[each["email"]] = max(out, since.get(each["email"], out))
    for each in told:
        mailable = bool(each["email"]) and not each["stopped"]
        consent, sent, out = each["consent at"], each["last sent at"], each["opt out at"]
        recorded = consent or each["source"] or each["proof"]
        alive = max(
            (each[name] for name in SHARE if name != "opt out at" and each[name]),
            default=datetime(1970, 1, 1),  # noqa: DTZ001
        )
        based = each["opted in"] or (
            each["consent basis"] and each["consent basis"] not in said.nothing
        )
        back = mailable and each["email"] in since
        for name, counts in {
            "mailable": mailable,
            "without_basis": mailable and not based,
            "without_source": mailable and not each["source"],
            "without_time": mailable and not consent,
            "without_proof": mailable and not each["proof"],
            "without_record": mailable and not (consent and (each["source"] or each["proof"])),
            "consumers_without_opt_in": mailable
            and each["email"].partition("@")[2] in said.consumer_domains
            and not each["opted in"]
            and each["consent basis"] not in said.customer,
            "sent_after_opt_out": sent and out and sent > out + GRACE,
            "proof_missing_for_a_month": not recorded and sent and sent >= TODAY - MONTH,
            "proof_missing_for_three_years": not recorded and sent and sent >= TODAY - THREE_YEARS,
            "idle": mailable and alive < TODAY - IDLE,
            "returned": back and not (consent and consent > since[each["email"]] != datetime.min),  # noqa: DTZ901
        }.items():
            found.setdefault(name, [])
            if counts:
                found[name].append(each["email"])
    return found


def _told(record: Record) -> Record:
    said = words()
    told = {
        name: cell.strip().lower() if isinstance(cell, str) else cell
        for name, cell in record.items()
    }
    told["stopped"] = bool(
        told["unsubscribed"] in said.yes + said.stopped
        or told["status"] in said.stopped
        or told["opt in"] in said.stopped
        or told["opt out at"]
    )
    told["opted in"] = bool(
        told["opt in"] in said.yes + said.opted_in
        or told["consent basis"] in said.opted_in
        or told["consent at"]
    )
    return told


def as_csv(records: Sequence[Record], path: Path) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, records[0])
        writer.writeheader()
        writer.writerows(records)


def as_parquet(records: Sequence[Record], path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist(list(records)), path)


@pytest.mark.parametrize("write", [as_csv, as_parquet])
def test_any_records_are_counted_as_a_plain_loop_counts_them(tmp_path: Path, write: Any) -> None:
    records = made(seed=1, count=3_000)
    path = tmp_path / write.__name__.replace("as_", "list.")
    write(records, path)
    seen, plain = audit(str(path), now=NOW), plainly(records)
    assert seen.rows == len(records)
    assert {name: getattr(seen, name) for name in plain} == {
        name: len(addresses) for name, addresses in plain.items()
    }
    assert all(plain.values())
    assert seen.samples == {
        name: mask(min(filter(None, addresses)))
        for name, addresses in plain.items()
        if name != "mailable"
    }


def test_how_far_the_counting_is_can_be_told(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("email\n" + "taro@sample.example\n" * 1_000_000)
    with open_export(str(path)) as exported, ThreadPoolExecutor(1) as worker:
        running = worker.submit(exported.keep, exported.parts[0].table)
        told = set()
        while wait([running], timeout=0.01).not_done:
            told.add(exported.progress())
    assert any(told)
    assert all(0 <= done <= 1 for done in told if done is not None)
