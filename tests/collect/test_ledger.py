"""The rotation ledger proves since when a secret is the same, and never forgets by accident."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect import ledger as module
from scanner.collect.ledger import Ledger, Observation, default_path
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, Unknown

DAY_1 = datetime(2026, 1, 1, 9, tzinfo=UTC)
DAY_2, DAY_3, DAY_90 = (DAY_1 + timedelta(days=n) for n in (1, 2, 90))
CANARY = "canary-66b1d8"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "mamori" / "ledger.json"


def see(path: Path, value: str, now: datetime, reference: str = "env:TOKEN") -> Observation:
    with Ledger.open(path) as ledger:
        observation = ledger.observe(reference, Secret.of(value), now)
    assert ledger.problem is None
    assert isinstance(observation, Observation)
    return observation


def blind(path: Path) -> Unknown:
    """Return why the ledger at `path` cannot be used, after trying."""
    with Ledger.open(path) as ledger:
        observation = ledger.observe("env:TOKEN", Secret.of("x"), DAY_1)
    assert isinstance(observation, Unknown)
    assert observation.remedy is not None
    assert ledger.problem is not None
    assert ledger.problem.as_unknown() == observation
    return observation


def test_a_value_is_as_old_as_its_first_sight(path: Path) -> None:
    assert see(path, "a", DAY_1) == Observation(unchanged_since=DAY_1, rotated=None)
    assert see(path, "a", DAY_90) == Observation(unchanged_since=DAY_1, rotated=None)


def test_a_change_is_proved_between_the_last_sight_of_the_old_and_the_first_of_the_new(
    path: Path,
) -> None:
    see(path, "a", DAY_1)
    see(path, "a", DAY_2)
    assert see(path, "b", DAY_3) == Observation(unchanged_since=DAY_3, rotated=DAY_2)
    assert see(path, "b", DAY_90) == Observation(unchanged_since=DAY_3, rotated=DAY_2)


def test_going_back_to_an_old_value_is_a_change(path: Path) -> None:
    see(path, "a", DAY_1)
    see(path, "b", DAY_2)
    assert see(path, "a", DAY_3) == Observation(unchanged_since=DAY_3, rotated=DAY_2)


def test_references_do_not_mix(path: Path) -> None:
    see(path, "a", DAY_1, "env:ONE")
    assert see(path, "a", DAY_3, "env:TWO").unchanged_since == DAY_3
    assert see(path, "b", DAY_90, "env:TWO").rotated == DAY_3
    assert see(path, "a", DAY_90, "env:ONE").rotated is None


def test_a_clock_that_goes_back_makes_nothing_look_rotated_or_from_the_future(path: Path) -> None:
    see(path, "a", DAY_3)
    assert see(path, "a", DAY_1) == Observation(unchanged_since=DAY_1, rotated=None)
    assert see(path, "a", DAY_90) == Observation(unchanged_since=DAY_3, rotated=None)


def test_a_clock_that_was_far_ahead_does_not_make_keys_young_for_ever(path: Path) -> None:
    see(path, "a", datetime(2099, 1, 1, tzinfo=UTC))
    see(path, "b", DAY_1)
    assert see(path, "b", DAY_90) == Observation(unchanged_since=DAY_1, rotated=DAY_1)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(-400, 400)), min_size=1, max_size=12))
def test_no_history_proves_more_than_was_seen(steps: list[tuple[str, int]]) -> None:
    with Ledger.in_memory() as ledger:
        earlier: list[tuple[str, datetime]] = []
        for value, days in steps:
            now = DAY_90 + timedelta(days=days)
            earlier.append((value, now))
            found = ledger.observe("env:TOKEN", Secret.of(value), now)
            assert isinstance(found, Observation)
            assert found.unchanged_since <= now
            assert any(seen == value and found.unchanged_since <= at for seen, at in earlier)
            assert (found.rotated is not None) == (len({seen for seen, _ in earlier}) > 1)
            assert found.rotated is None or found.rotated <= now


def test_a_ledger_in_memory_leaves_nothing_behind(tmp_path: Path) -> None:
    with Ledger.in_memory() as ledger:
        ledger.observe("env:TOKEN", Secret.of("a"), DAY_1)
    assert ledger.problem is None
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_can_read_it_and_no_secret_is_in_it(path: Path) -> None:
    see(path, CANARY, DAY_1)
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["ledger.json", "ledger.json.key", "ledger.json.lock"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert all(CANARY.encode() not in file.read_bytes() for file in files)
    assert len((path.parent / "ledger.json.key").read_bytes()) == 32


def test_the_same_secret_has_another_fingerprint_in_every_ledger_and_reference(
    path: Path, tmp_path: Path
) -> None:
    see(path, "a", DAY_1, "env:ONE")
    see(path, "a", DAY_1, "env:TWO")
    see(tmp_path / "other.json", "a", DAY_1, "env:ONE")
    prints = {
        seen["fingerprint"]
        for file in (path, tmp_path / "other.json")
        for values in json.loads(file.read_bytes())["references"].values()
        for seen in values
    }
    assert len(prints) == 3


def test_files_that_were_opened_to_others_are_closed_again(path: Path) -> None:
    see(path, "a", DAY_1)
    key = path.with_name("ledger.json.key")
    key.chmod(0o644)
    see(path, "a", DAY_2)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def damage(path: Path, change: Callable[[dict[str, object]], object]) -> bytes:
    data = json.dumps(change(json.loads(path.read_bytes()))).encode()
    path.write_bytes(data)
    return data


@pytest.mark.parametrize(
    "change",
    [
        lambda book: [],
        lambda book: {**book, "references": {"env:TOKEN": 1}},
        lambda book: {**book, "more": 1},
        lambda book: {"references": {}},
        lambda book: json.loads(json.dumps(book).replace("Z", "")),
    ],
)
def test_a_damaged_ledger_is_left_as_it_is(
    change: Callable[[dict[str, object]], object], path: Path
) -> None:
    see(path, "a", DAY_1)
    data = damage(path, change)
    assert blind(path).reason is Reason.MALFORMED
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", b"x" * 100, b'{"schema":"","more":' + b"[" * 100_000]
)
def test_a_ledger_that_is_no_json_is_left_as_it_is(data: bytes, path: Path) -> None:
    see(path, "a", DAY_1)
    path.write_bytes(data)
    assert blind(path).reason is Reason.MALFORMED
    assert path.read_bytes() == data


def test_a_ledger_of_a_newer_release_is_left_as_it_is(path: Path) -> None:
    see(path, "a", DAY_1)
    data = damage(path, lambda book: {**book, "schema": "mamori.ledger/2", "more": {}})
    gap = blind(path)
    assert gap.reason is Reason.NOT_SUPPORTED
    assert gap.detail is not None
    assert gap.detail.values["found"] == "mamori.ledger/2"
    assert path.read_bytes() == data


@pytest.mark.parametrize("key", [None, b"", b"k" * 31, b"k" * 32])
def test_a_lost_key_is_not_taken_for_everything_having_changed(
    key: bytes | None, path: Path
) -> None:
    see(path, "a", DAY_1)
    file, before = path.with_name("ledger.json.key"), path.read_bytes()
    file.unlink()
    if key is not None:
        file.write_bytes(key)
    assert blind(path).reason is Reason.MALFORMED
    assert path.read_bytes() == before
    assert (file.read_bytes() if file.exists() else None) == key


def test_a_huge_ledger_is_not_read(path: Path) -> None:
    see(path, "a", DAY_1)
    os.truncate(path, module.MAX_BYTES + 1)
    assert blind(path).reason is Reason.MALFORMED


def test_a_ledger_behind_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir(parents=True)
    (tmp_path / "elsewhere").write_bytes(b"{}")
    path.symlink_to(tmp_path / "elsewhere")
    assert blind(path).reason is Reason.NOT_PERMITTED


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    gap = blind(tmp_path / "file" / "ledger.json")
    assert gap.reason is Reason.NOT_PERMITTED
    assert gap.detail is not None
    assert str(tmp_path) in gap.detail.values["file"]


def test_a_ledger_that_another_scan_keeps_is_given_up(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    see(path, "a", DAY_1)
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.05)
    with path.with_name("ledger.json.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert blind(path).reason is Reason.TIMED_OUT


def test_what_another_scan_wrote_meanwhile_is_kept(path: Path) -> None:
    with Ledger.open(path) as one:
        one.observe("env:ONE", Secret.of("a"), DAY_1)
        see(path, "a", DAY_1, "env:TWO")
    assert see(path, "a", DAY_3, "env:ONE").unchanged_since == DAY_1
    assert see(path, "a", DAY_3, "env:TWO").unchanged_since == DAY_1


def test_an_older_sight_written_late_is_no_second_change(path: Path) -> None:
    see(path, "old", DAY_1)
    with Ledger.open(path) as slow:
        slow.observe("env:TOKEN", Secret.of("old"), DAY_2)
        see(path, "new", DAY_3)
    assert see(path, "new", DAY_90) == Observation(unchanged_since=DAY_3, rotated=DAY_1)


def test_what_was_seen_before_an_error_is_written(path: Path) -> None:
    def interrupted() -> None:
        with Ledger.open(path) as ledger:
            ledger.observe("env:TOKEN", Secret.of("a"), DAY_1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert see(path, "a", DAY_90).unchanged_since == DAY_1


SCAN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from scanner.collect.ledger import Ledger
from scanner.collect.vaults.secret import Secret
for day in range(1, 6):
    with Ledger.open(Path(sys.argv[1])) as ledger:
        ledger.observe(sys.argv[2], Secret.of("a"), datetime(2026, 1, day, tzinfo=UTC))
    assert ledger.problem is None, ledger.problem
"""


def test_scans_at_the_same_time_lose_nothing(path: Path) -> None:
    scans = [
        subprocess.Popen([sys.executable, "-c", SCAN, str(path), f"env:N{number}"])
        for number in range(4)
    ]
    assert [scan.wait(30) for scan in scans] == [0] * 4
    book = json.loads(path.read_bytes())["references"]
    assert sorted(book) == [f"env:N{number}" for number in range(4)]
    assert all(len(values) == 1 for values in book.values())


def test_only_the_latest_values_are_kept(path: Path) -> None:
    with Ledger.open(path) as ledger:
        for number in range(100):
            ledger.observe("env:TOKEN", Secret.of(str(number)), DAY_1 + timedelta(days=number))
    assert len(json.loads(path.read_bytes())["references"]["env:TOKEN"]) == module.MOST_VALUES


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"XDG_STATE_HOME": "/state", "HOME": "/home/x"}, "/state/mamori/ledger.json"),
        (
            {"XDG_STATE_HOME": "relative", "HOME": "/home/x"},
            "/home/x/.local/state/mamori/ledger.json",
        ),
        ({"HOME": "/home/x"}, "/home/x/.local/state/mamori/ledger.json"),
    ],
)
def test_the_ledger_lies_in_the_state_folder(environment: dict[str, str], expected: str) -> None:
    assert default_path(environment) == Path(expected)
