"""Old reports are let go, and what remains proves the chain and knows what is open."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scans import NOW, deployment, person

from scanner.history.chain import Pruning, verify
from scanner.history.database import HistoryError, Place
from scanner.history.pruning import Keep
from scanner.history.store import History, canonical
from scanner.model import Mfa, Reason, Unknown
from scanner.report import Report, ReportedFinding

Record = Callable[..., Report]
DAY = timedelta(days=1)
LATER = NOW + 10 * DAY
WEAK = deployment(person("1", Mfa.NONE))


@pytest.fixture
def nights(record: Record) -> list[Report]:
    return [record(WEAK, at=NOW + night * DAY) for night in range(7)]


def kept(history: History) -> list[int]:
    return sorted(each.number for each in history.scans() if each.pruned_at is None)


@pytest.mark.parametrize(
    ("keep", "numbers"),
    [
        (Keep(scans=3), [5, 6, 7]),
        (Keep(age=timedelta(days=5)), [6, 7]),
        (Keep(scans=3, age=timedelta(days=5)), [5, 6, 7]),
        (Keep(scans=1, age=timedelta(days=8)), [3, 4, 5, 6, 7]),
        (Keep(age=timedelta(seconds=1)), [7]),
        (Keep(scans=9), [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_what_either_rule_keeps_stays_and_always_the_latest(
    history: History, nights: list[Report], keep: Keep, numbers: list[int]
) -> None:
    wanted = history.prunable(keep, LATER)
    assert kept(history) == [1, 2, 3, 4, 5, 6, 7], "saying what would be is not doing it"
    assert history.prune(keep, LATER) == wanted
    assert kept(history) == numbers
    assert (wanted.count, wanted.kept) == (7 - len(numbers), len(numbers))
    for number in numbers:
        assert canonical(history.report(number)) == canonical(nights[number - 1])
        assert len(history.snapshots(number)) == 1
    for number in set(range(1, 8)) - set(numbers):
        assert history.snapshots(number) == []
        with pytest.raises(HistoryError, match="is not kept"):
            history.report(number)


@pytest.mark.usefixtures("nights")
def test_the_chain_holds_and_says_what_was_pruned(history: History, record: Record) -> None:
    history.prune(Keep(scans=4), LATER)
    found = verify(history, now=LATER)
    assert (found.intact, found.scans) == (True, 7)
    assert found.pruned == Pruning(first=1, last=3, at=LATER)
    again = record(WEAK, at=LATER)
    assert again.chain is not None
    assert again.chain.number == 8
    history.prune(Keep(scans=4), LATER + DAY)
    found = verify(history, now=LATER)
    assert found.intact
    assert found.pruned == Pruning(first=1, last=4, at=LATER + DAY)
    assert [each.low for each in history.judgements()], "the scores stay"


@pytest.mark.usefixtures("nights")
@pytest.mark.parametrize(
    ("statement", "scan"),
    [
        ("UPDATE scan SET digest = 'x' WHERE number = 2", 3),
        ("UPDATE scan SET previous = 'x' WHERE number = 2", 2),
        ("DELETE FROM scan WHERE number = 2", 3),
        ("UPDATE scan SET report = NULL WHERE number = 6", 6),
        ("UPDATE scan SET report = NULL, pruned_at = started_at WHERE number = 6", 6),
    ],
)
def test_what_was_taken_otherwise_is_still_found(
    place: Place, history: History, statement: str, scan: int
) -> None:
    history.prune(Keep(scans=4), LATER)
    assert place.file is not None
    with sqlite3.connect(place.file) as database:
        database.execute(statement)
    database.close()
    assert scan in {each.scan for each in verify(history, now=LATER).breaks}


def test_what_has_still_to_be_delivered_stays(history: History, record: Record) -> None:
    for night in range(5):
        record(WEAK, at=NOW + night * DAY, sinks=["siem"] if night == 2 else [])
    pruned = history.prune(Keep(scans=1), LATER)
    assert (pruned.last, pruned.waiting) == (2, "siem")
    [waiting] = history.pending()
    assert history.report_bytes(waiting.scan)
    history.delivered(waiting.id, LATER)
    history.prune(Keep(scans=1), LATER)
    assert kept(history) == [5]


STATES = st.sampled_from([Mfa.NONE, Mfa.TOTP, Unknown(Reason.NOT_PERMITTED), None])


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    past=st.lists(STATES, min_size=2, max_size=5),
    now=STATES,
    prunes=st.tuples(st.integers(1, 3), st.integers(1, 4)),
)
def test_since_when_something_is_open_is_known_as_if_nothing_had_been_pruned(
    tmp_path_factory: pytest.TempPathFactory,
    record: Record,
    past: list[Mfa | Unknown | None],
    now: Mfa | Unknown | None,
    prunes: tuple[int, int],
) -> None:
    keep, since = prunes

    def told(*, pruned: bool) -> list[object]:
        file = tmp_path_factory.mktemp("history") / "history.db"
        history = History.open(Place(url=f"sqlite:///{file}"), create=True)
        for night, state in enumerate([*past, now]):
            seen = deployment() if state is None else deployment(person("1", state))
            last = record(seen, at=NOW + night * DAY, into=history)
            if pruned and night >= since:
                history.prune(Keep(scans=keep), LATER)
        return [(each.fingerprint, each.open_since) for each in findings(last)]

    assert told(pruned=True) == told(pruned=False)


def findings(report: Report) -> tuple[ReportedFinding, ...]:
    [target] = report.targets
    return target.findings


def test_a_history_that_is_pruned_every_night_stops_growing(
    place: Place, history: History, record: Record
) -> None:
    """Everybody is somebody else every night, which is the worst that can happen."""
    assert place.file is not None
    used, spells = [], []
    for night in range(24):
        at = NOW + night * DAY
        people = (person(f"{night}-{number}", Mfa.NONE) for number in range(50))
        record(deployment(*people), at=at)
        history.prune(Keep(scans=4), at)
        with sqlite3.connect(place.file) as database:
            spells += database.execute("SELECT count(*) FROM spell").fetchone()
            [pages] = database.execute("PRAGMA page_count").fetchone()
            [free] = database.execute("PRAGMA freelist_count").fetchone()
        database.close()
        used.append(pages - free)
    assert spells[-1] == spells[10]
    # Unpruned a night takes a dozen; what is left of one is its row, its score and its hash.
    assert used[-1] - used[10] < 2 * 13
    before = place.file.stat().st_size
    history.prune(Keep(scans=1), LATER, compact=True)
    assert place.file.stat().st_size < before / 2
