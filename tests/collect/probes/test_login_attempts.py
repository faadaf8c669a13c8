"""Attempts at an account: counted before they are made, whatever happens then."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.probes.login.attempts import MOST_FAILURES, PERIOD, Refused, SpentError, kept
from scanner.model import Reason

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def reason(folder: Path) -> Reason:
    with pytest.raises(Refused) as refused, kept(folder, "a.test", "me") as book:
        book.begin(NOW)
    return refused.value.unknown.reason


def test_an_attempt_is_on_the_disk_before_it_is_made(tmp_path: Path) -> None:
    with kept(tmp_path, "a.test", "me") as book:
        book.begin(NOW)
        [path] = tmp_path.glob("*.json")
        assert [each["failed"] for each in json.loads(path.read_bytes())["attempts"]] == [True]
        book.succeeded()
        assert book.failures(NOW) == 0
    assert path.stat().st_mode & 0o077 == 0


def test_three_failures_are_the_end_of_a_day_and_the_time_of_the_next_is_told(
    tmp_path: Path,
) -> None:
    with kept(tmp_path, "a.test", "me") as book:
        for minute in range(MOST_FAILURES):
            book.begin(NOW + timedelta(minutes=minute))
        with pytest.raises(SpentError) as spent:
            book.begin(NOW + timedelta(hours=23))
        assert "2026-11-26 09:00 UTC" in str(spent.value.unknown.remedy)
        book.begin(NOW + PERIOD)
        with pytest.raises(SpentError):
            book.begin(NOW + PERIOD)


@settings(max_examples=25)  # each writes to the disk, and waits for it
@given(st.lists(st.tuples(st.integers(-48, 48), st.booleans()), max_size=20))
def test_whatever_the_clock_does_no_day_has_more_than_three_failures(
    tmp_path_factory: pytest.TempPathFactory, tries: list[tuple[int, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("books")
    forward: list[datetime] = []
    moment = latest = NOW
    for hours, succeeds in tries:
        moment += timedelta(hours=hours)
        with kept(folder, "a.test", "me") as book:
            try:
                book.begin(moment)
            except SpentError:
                continue
            latest = max(latest, moment)
            if succeeds:
                book.succeeded()
            else:
                # A clock that went ahead and came back has let a day pass that never was.
                forward += [moment] if moment == latest else []
                # As many as count from any moment on, the future of a clock that went back too.
                assert book.failures(moment) <= MOST_FAILURES
    for each in forward:
        assert sum(each - PERIOD < other <= each for other in forward) <= MOST_FAILURES


def test_an_account_is_the_same_however_it_is_spelt(tmp_path: Path) -> None:
    with kept(tmp_path, "A.test", "Me@Example.jp ") as book:
        book.begin(NOW)
    with kept(tmp_path, "a.TEST", " me@example.JP") as book:
        assert book.failures(NOW) == 1
    with kept(tmp_path, "b.test", "me@example.jp") as book:
        assert book.failures(NOW) == 0


def test_two_probes_of_one_account_take_turns(tmp_path: Path) -> None:
    with kept(tmp_path, "a.test", "me"):
        assert reason(tmp_path) is Reason.REFUSED
    with kept(tmp_path, "a.test", "me") as book:
        book.begin(NOW)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"x" * 70_000,
        b'{"schema":"mamori.sign-ins/9","host":"a","username":"b"}',
        b'{"host":"a","username":"b","attempts":[{"at":"2026-11-25T09:00:00"}]}',
    ],
)
def test_where_the_count_cannot_be_read_nothing_is_tried(tmp_path: Path, damage: bytes) -> None:
    with kept(tmp_path, "a.test", "me") as book:
        book.begin(NOW)
    [path] = tmp_path.glob("*.json")
    path.write_bytes(damage)
    assert reason(tmp_path) is Reason.MALFORMED
    assert path.read_bytes() == damage


def test_where_the_count_cannot_be_written_nothing_is_tried(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert reason(tmp_path / "file" / "folder") is Reason.REFUSED


def test_what_was_seen_counts_for_a_day(tmp_path: Path) -> None:
    with kept(tmp_path, "a.test", "me") as book:
        book.keep({"x": True}, NOW)
    with kept(tmp_path, "a.test", "me") as book:
        assert book.earlier("x", NOW + timedelta(hours=23)) is not None
        assert book.earlier("x", NOW + PERIOD) is None
        assert book.earlier("y", NOW) is None
