"""Whatever is changed in the chain is found, and so is every night without a scan."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scans import NOW, deployment, person

from scanner.history.chain import Verification, find_in_chain, verify
from scanner.history.database import Place
from scanner.history.store import History
from scanner.model import Mfa
from scanner.render import json_report
from scanner.report import Report

Record = Callable[..., Report]
DAY = timedelta(days=1)


@pytest.fixture
def week(record: Record) -> list[Report]:
    return [record(deployment(person("1", Mfa.NONE)), at=NOW + night * DAY) for night in range(7)]


def check(history: History, **more: Any) -> Verification:
    return verify(history, now=NOW + 6 * DAY + timedelta(hours=1), **more)


def tamper(place: Place, *statements: tuple[str, tuple[object, ...]]) -> None:
    assert place.file is not None
    with sqlite3.connect(place.file) as database:
        for statement, values in statements:
            database.execute(statement, values)
    database.close()


def test_a_week_of_scans_holds_and_has_no_gap(history: History, week: list[Report]) -> None:
    found = check(history)
    assert (found.intact, found.scans, found.gaps, found.clock_went_back) == (True, 7, (), ())
    assert (found.first, found.last) == (week[0].started_at, week[6].started_at)
    assert [(each.target, each.hours) for each in found.intervals] == [("shop", 24.0)]


def test_an_empty_history_holds(history: History) -> None:
    assert check(history).intact


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize(
    ("statement", "problems"),
    [
        ("DELETE FROM scan WHERE number = 3", {4: "Scans 3 to 3 are missing."}),
        ("DELETE FROM scan WHERE number = 1", {2: "Scans 1 to 1 are missing."}),
        ("UPDATE scan SET previous = 'x' WHERE number = 3", {3: "does not follow"}),
        ("UPDATE scan SET report = NULL WHERE number = 3", {3: "is missing"}),
        ("UPDATE scan SET report = x'00' WHERE number = 3", {3: "is damaged"}),
        ("UPDATE scan SET started_at = '2026-11-01T02:30:00+00:00' WHERE number = 3", {3: "says"}),
        ("UPDATE scan SET scan_id = 'other' WHERE number = 3", {3: "says something else"}),
        ("UPDATE judgement SET low = 100 WHERE scan = 3", {3: "score of shop was changed"}),
        ("UPDATE judgement SET grade = 'A' WHERE scan = 3", {3: "score of shop was changed"}),
        ("UPDATE judgement SET snapshot = x'00' WHERE scan = 3", {3: "snapshot of shop"}),
    ],
)
def test_what_was_changed_is_found_where_it_was_changed(
    place: Place, history: History, statement: str, problems: dict[int, str]
) -> None:
    tamper(place, (statement, ()))
    found = check(history)
    assert not found.intact
    for scan, problem in problems.items():
        assert problem in " ".join(str(each.problem) for each in found.breaks if each.scan == scan)


@pytest.mark.usefixtures("week")
def test_a_report_that_was_written_anew_breaks_the_chain_behind_it(
    place: Place, history: History
) -> None:
    forged = history.report_bytes(3).replace(b'"status":"fail"', b'"status":"pass"')
    digest = hashlib.sha256(forged).hexdigest()
    update = "UPDATE scan SET report = ?, digest = ? WHERE number = 3"
    tamper(place, (update, (zlib.compress(forged), digest)))
    [broken] = check(history).breaks
    assert (broken.scan, str(broken.problem)) == (4, "It does not follow the report before.")


def test_a_saved_report_proves_that_nothing_was_written_anew(
    place: Place, history: History, week: list[Report], tmp_path: Path
) -> None:
    saved = tmp_path / "report.json"
    saved.write_bytes(b"".join(json_report.render(week[6])))
    assert find_in_chain(history, saved) == 7
    forged = history.report_bytes(7).replace(b'"status":"fail"', b'"status":"pass"')
    update = "UPDATE scan SET report = ?, digest = ? WHERE number = 7"
    tamper(place, (update, (zlib.compress(forged), hashlib.sha256(forged).hexdigest())))
    assert check(history).intact, "the chain alone cannot tell"
    assert find_in_chain(history, saved) is None


def test_a_target_that_was_given_up_has_no_gap_since_its_last_scan(
    history: History, record: Record
) -> None:
    for night in range(3):
        record(deployment(), deployment(target="blog"), at=NOW + night * DAY)
    late = NOW + 20 * DAY
    assert {each.target for each in verify(history, now=late).gaps} == {"shop", "blog"}
    found = verify(history, now=late, targets={"blog"})
    assert {each.target for each in found.gaps} == {"blog"}
    assert [(each.target, each.last) for each in found.retired] == [("shop", NOW + 2 * DAY)]
    assert verify(history, now=late, targets={"blog", "shop"}).retired == ()


def test_nights_without_a_scan_are_gaps(history: History, record: Record) -> None:
    for night in (0, 1, 2, 5, 6):
        record(deployment(), at=NOW + night * DAY)
    [gap] = check(history).gaps
    assert (gap.target, gap.after, gap.until, gap.hours) == (
        "shop", NOW + 2 * DAY, NOW + 5 * DAY, 72.0,
    )  # fmt: skip


@pytest.mark.usefixtures("week")
def test_a_schedule_that_has_ended_is_a_gap_until_now(history: History) -> None:
    [gap] = verify(history, now=NOW + 9 * DAY).gaps
    assert (gap.until, gap.hours) == (None, 72.0)


def test_a_target_that_is_left_out_has_a_gap_though_others_were_scanned(
    history: History, record: Record
) -> None:
    for night in range(7):
        others = [] if night in (3, 4) else [deployment(target="blog")]
        record(deployment(), *others, at=NOW + night * DAY)
    assert [each.target for each in check(history).gaps] == ["blog"]


@pytest.mark.usefixtures("week")
def test_somebody_may_say_how_often_it_is_to_be(history: History) -> None:
    found = check(history, every=timedelta(hours=12))
    assert len(found.gaps) == 6
    assert all(each.told for each in found.intervals)


def test_a_clock_that_went_back_is_named_and_breaks_nothing(
    history: History, record: Record
) -> None:
    record(deployment())
    record(deployment(), at=NOW - DAY)
    found = check(history)
    assert found.intact
    assert found.clock_went_back == (2,)
