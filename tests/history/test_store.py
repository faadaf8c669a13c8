"""What is recorded comes back as it was, and each finding knows since when it is as it is."""

from __future__ import annotations

import hashlib
import os
import socket
import sqlite3
import ssl
import stat
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pg8000.dbapi  # type: ignore[import-untyped] # it ships no types
import pytest
import trustme
from scans import NOW, deployment, person
from servers import running_postgresql

from scanner.collect.vaults.secret import Secret
from scanner.history.chain import verify
from scanner.history.database import HistoryError, Place
from scanner.history.pruning import Keep
from scanner.history.schema import METADATA, MIGRATIONS, migrate
from scanner.history.store import History, UnknownScanError, canonical
from scanner.model import Mfa, Reason, Status, Unknown
from scanner.report import Report, ReportedFinding

Record = Callable[..., Report]

DAY = timedelta(days=1)


def finding(report: Report, check: str, subject: str) -> ReportedFinding:
    [found] = [
        each
        for target in report.targets
        for each in target.findings
        if (each.check, each.subject.id) == (check, subject)
    ]
    return found


def test_a_scan_comes_back_as_it_was_recorded(history: History, record: Record) -> None:
    seen = deployment(person("1"), person("2", Mfa.NONE))
    report = record(seen)
    [scan] = history.scans()
    assert canonical(history.report(scan.number)) == canonical(report)
    assert history.snapshots(scan.number) == [seen]
    [judgement] = history.judgements()
    [target] = report.targets
    assert (judgement.target, judgement.low, judgement.grade) == (
        "shop", target.score.low, target.grade,
    )  # fmt: skip
    assert judgement.failing == sum(each.status is Status.FAIL for each in target.findings)


def test_a_report_carries_how_its_score_came_about(record: Record) -> None:
    before = [record(deployment(person("1", Mfa.NONE)), at=NOW + n * DAY) for n in range(2)]
    last = record(deployment(person("1")), at=NOW + 2 * DAY)
    [target] = last.targets
    scores = [each.targets[0].score.low for each in (*before, last)]
    assert [each.at for each in target.trend] == [NOW, NOW + DAY, NOW + 2 * DAY]
    assert [each.low for each in target.trend] == scores
    assert scores[0] < scores[2]


def test_reports_are_chained_by_their_hashes(history: History, record: Record) -> None:
    first = record(deployment(person("1")))
    second = record(deployment(person("1")), at=NOW + DAY)
    assert first.chain is not None
    assert (first.chain.number, first.chain.previous) == (1, "")
    assert second.chain is not None
    assert second.chain.previous == hashlib.sha256(canonical(first)).hexdigest()
    assert [each.number for each in history.scans()] == [2, 1]


class TestTimes:
    """`first_seen` is of the status, ever; `open_since` of the failing that has not ended."""

    def times(self, report: Report, subject: str = "1") -> tuple[datetime | None, datetime | None]:
        found = finding(report, "mfa.enrolled", subject)
        assert found.last_seen == report.started_at
        return found.first_seen, found.open_since

    def test_a_failure_is_open_since_it_was_first_seen(self, record: Record) -> None:
        weak = deployment(person("1", Mfa.NONE))
        for day in range(3):
            report = record(weak, at=NOW + day * DAY)
        assert self.times(report) == (NOW, NOW)

    def test_what_fails_again_is_open_anew_but_was_seen_before(self, record: Record) -> None:
        weak, strong = deployment(person("1", Mfa.NONE)), deployment(person("1"))
        record(weak)
        fixed = record(strong, at=NOW + DAY)
        assert self.times(fixed) == (NOW + DAY, None)
        assert self.times(record(weak, at=NOW + 2 * DAY)) == (NOW, NOW + 2 * DAY)

    def test_what_could_not_be_seen_for_a_while_was_open_all_the_time(self, record: Record) -> None:
        weak = deployment(person("1", Mfa.NONE))
        record(weak)
        record(deployment(person("1", Unknown(Reason.NOT_PERMITTED))), at=NOW + DAY)
        record(deployment(blind=True), at=NOW + 2 * DAY)
        assert self.times(record(weak, at=NOW + 3 * DAY)) == (NOW, NOW)

    def test_who_was_gone_and_comes_back_is_open_anew(self, record: Record) -> None:
        weak = deployment(person("1", Mfa.NONE))
        record(weak)
        record(deployment(), at=NOW + DAY)
        record(deployment(), at=NOW + 2 * DAY)
        assert self.times(record(weak, at=NOW + 3 * DAY)) == (NOW, NOW + 3 * DAY)

    def test_a_scan_that_was_stopped_takes_nothing_for_gone(self, record: Record) -> None:
        weak = deployment(person("1", Mfa.NONE))
        record(weak)
        record(msgspec.structs.replace(deployment(), complete=False), at=NOW + DAY)
        assert self.times(record(weak, at=NOW + 2 * DAY)) == (NOW, NOW)

    def test_a_clock_that_went_back_makes_nothing_begin_after_it_was_seen(
        self, record: Record
    ) -> None:
        weak = deployment(person("1", Mfa.NONE))
        record(weak)
        assert self.times(record(weak, at=NOW - DAY)) == (NOW - DAY, NOW - DAY)

    def test_a_night_on_which_nothing_changes_writes_no_findings(
        self, place: Place, record: Record
    ) -> None:
        weak = deployment(person("1", Mfa.NONE))
        record(weak)
        assert place.file is not None
        with sqlite3.connect(place.file) as database:
            [before] = database.execute("SELECT count(*) FROM spell").fetchall()
            record(weak, at=NOW + DAY)
            [after] = database.execute("SELECT count(*) FROM spell").fetchall()
        database.close()
        assert before == after

    def test_targets_that_are_scanned_apart_do_not_disturb_each_other(self, record: Record) -> None:
        weak = deployment(person("1", Mfa.NONE))
        record(weak)
        record(deployment(person("1"), target="other"), at=NOW + DAY)
        assert self.times(record(weak, at=NOW + 2 * DAY)) == (NOW, NOW)


class TestNames:
    def test_a_scan_is_called_by_its_id_number_day_or_place(
        self, history: History, record: Record
    ) -> None:
        first, second = record(deployment()), record(deployment(), at=NOW + DAY)
        for name, wanted in {
            first.scan_id: 1, first.scan_id[:6]: 1, "1": 1, "2026-11-02": 1, "previous": 1,
            second.scan_id: 2, "2": 2, "2026-11-03": 2, "latest": 2,
        }.items():  # fmt: skip
            assert history.find(name).number == wanted, name

    @pytest.mark.parametrize("name", ["3", "nothing", "2026-11-09", "", "abc"])
    def test_a_name_that_no_scan_has_is_said(
        self, history: History, record: Record, name: str
    ) -> None:
        record(deployment())
        with pytest.raises(UnknownScanError, match="no scan"):
            history.find(name)


class TestOutbox:
    def test_a_report_waits_for_each_sink_until_it_is_delivered(
        self, history: History, record: Record
    ) -> None:
        record(deployment(), sinks=["syslog a", "hec b", "syslog a"])
        record(deployment(), at=NOW + DAY, sinks=["syslog a"])
        waiting = history.pending()
        assert [(each.scan, each.sink) for each in waiting] == [
            (1, "syslog a"), (1, "hec b"), (2, "syslog a"),
        ]  # fmt: skip
        history.failed(waiting[0].id, NOW, "refused")
        history.advance(waiting[0].id, 7)
        [again, _] = history.pending("syslog a")
        assert (again.attempts, again.error, again.cursor) == (1, "refused", 7)
        history.delivered(waiting[0].id, NOW)
        assert [each.scan for each in history.pending("syslog a")] == [2]

    def test_nothing_is_owed_for_a_scan_that_was_not_stored(
        self, history: History, record: Record, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record(deployment())
        monkeypatch.setattr("scanner.history.store._judgement_row", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            record(deployment(), sinks=["syslog a"])
        assert history.pending() == []
        assert len(history.scans()) == 1


class TestFile:
    def test_only_its_owner_can_read_it(self, place: Place, record: Record) -> None:
        record(deployment())
        assert place.file is not None
        for file in (place.file, *place.file.parent.glob("history.db-*")):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        assert stat.S_IMODE(place.file.parent.stat().st_mode) == 0o700

    def test_a_file_that_was_open_to_others_is_closed(self, place: Place, record: Record) -> None:
        record(deployment())
        assert place.file is not None
        place.file.chmod(0o644)
        History.open(place)
        assert stat.S_IMODE(place.file.stat().st_mode) == 0o600

    def test_it_holds_no_report_in_clear(self, place: Place, record: Record) -> None:
        record(deployment(person("1", Mfa.NONE)))
        assert place.file is not None
        stored = b"".join(each.read_bytes() for each in place.file.parent.iterdir())
        assert b"signs in with" not in stored

    def test_reading_begins_none(self, place: Place) -> None:
        with pytest.raises(HistoryError, match="no history"):
            History.open(place)
        assert place.file is not None
        assert not place.file.exists()

    def test_one_that_is_damaged_is_left_as_it_is(self, place: Place, record: Record) -> None:
        record(deployment())
        assert place.file is not None
        for each in place.file.parent.glob("history.db-*"):
            each.unlink()
        place.file.write_bytes(b"no database" + os.urandom(5000))
        before = place.file.read_bytes()
        with pytest.raises(HistoryError, match="damaged"):
            History.open(place, create=True)
        assert place.file.read_bytes() == before

    def test_one_that_another_program_holds_is_said_after_a_while(
        self, place: Place, record: Record
    ) -> None:
        record(deployment())
        assert place.file is not None
        other = sqlite3.connect(place.file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        history = History.open(place, patience=0.1)
        with pytest.raises(HistoryError, match="Another program"):
            record(deployment(), into=history)
        other.close()
        assert len(history.scans()) == 1


class TestMigrations:
    def test_the_tables_are_those_that_the_code_knows(self, place: Place) -> None:
        from sqlalchemy import create_engine, inspect

        History.open(place, create=True)
        tables = inspect(create_engine(place.url))
        found = {
            table: {column["name"] for column in tables.get_columns(table)}
            for table in tables.get_table_names()
        }
        assert found == {
            table.name: {column.name for column in table.columns}
            for table in METADATA.sorted_tables
        }

    def test_a_later_version_keeps_what_is_there(
        self, place: Place, record: Record, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from sqlalchemy import Connection

        report = record(deployment())

        def second(connection: Connection) -> None:
            connection.exec_driver_sql("ALTER TABLE scan ADD COLUMN note TEXT")

        steps = (*MIGRATIONS, second)
        monkeypatch.setattr("scanner.history.database.MIGRATIONS", steps)
        monkeypatch.setattr("scanner.history.database.migrate", lambda c: migrate(c, steps))
        for _ in range(2):  # each step is done once
            assert canonical(History.open(place).report(1)) == canonical(report)
        assert place.file is not None
        with sqlite3.connect(place.file) as database:
            assert database.execute("SELECT note FROM scan").fetchall() == [(None,)]
            assert database.execute("SELECT version FROM mamori_schema").fetchall() == [(2,)]
        database.close()

    def test_a_step_that_fails_leaves_the_version_before(
        self, place: Place, record: Record, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from sqlalchemy import Connection

        record(deployment())

        def broken(connection: Connection) -> None:
            connection.exec_driver_sql("ALTER TABLE scan ADD COLUMN note TEXT")
            connection.exec_driver_sql("ALTER TABLE nothing ADD COLUMN note TEXT")

        steps = (*MIGRATIONS, broken)
        with monkeypatch.context() as patch:
            patch.setattr("scanner.history.database.MIGRATIONS", steps)
            patch.setattr("scanner.history.database.migrate", lambda c: migrate(c, steps))
            with pytest.raises(HistoryError, match="cannot be used"):
                History.open(place)
        assert len(History.open(place).scans()) == 1

    def test_one_of_a_newer_release_is_not_touched(self, place: Place, record: Record) -> None:
        record(deployment())
        assert place.file is not None
        with sqlite3.connect(place.file) as database:
            database.execute("UPDATE mamori_schema SET version = 99")
        database.close()
        with pytest.raises(HistoryError, match="newer mamori"):
            History.open(place, create=True)


def ask_for_a_password(url: str, password: str) -> str:
    """Make the server at `url` ask for `password`, and return the address of who has to give it."""
    folder = Path(url.partition("?host=")[2])
    rules = folder / "data" / "pg_hba.conf"
    rules.write_text("local all keeper scram-sha-256\n" + rules.read_text())
    server = pg8000.dbapi.connect(
        user="mamori", database="postgres", unix_sock=f"{folder}/.s.PGSQL.5432"
    )
    server.autocommit = True
    server.cursor().execute(f"CREATE ROLE keeper SUPERUSER LOGIN PASSWORD '{password}'")
    server.cursor().execute("SELECT pg_reload_conf()")
    server.close()
    theirs = url.replace("mamori@", "keeper@")
    for _ in range(100):
        try:
            History.open(Place(url=theirs))
        except HistoryError as refused:
            if "password" in str(refused):
                break
        time.sleep(0.05)
    return theirs


def test_a_team_shares_one_in_postgresql(postgresql: str, record: Record) -> None:
    url = ask_for_a_password(postgresql, "k7-Wq2x-Lm9p")
    for password in (None, Secret.of("hunter2")):
        with pytest.raises(HistoryError, match="cannot be used") as caught:
            History.open(Place(url=url, password=password), create=True)
        assert "hunter2" not in str(caught.value)
    place = Place(url=url, password=Secret.of("k7-Wq2x-Lm9p"))
    with pytest.raises(HistoryError, match="no history"):
        History.open(place)
    history = History.open(place, create=True)
    weak = deployment(person("1", Mfa.NONE), *map(person, map(str, range(2, 100))))
    report = record(weak, into=history, sinks=["syslog a"])
    record(deployment(person("1")), at=NOW + DAY, into=history)
    again = record(weak, at=NOW + 2 * DAY, into=History.open(place))
    assert canonical(history.report(1)) == canonical(report)
    assert again.chain is not None
    assert again.chain.number == 3
    found = finding(again, "mfa.enrolled", "1")
    assert (found.first_seen, found.open_since) == (NOW, NOW + 2 * DAY)
    [waiting] = history.pending()
    history.delivered(waiting.id, NOW)
    assert history.pending() == []
    assert len(history.snapshots(1)[0].subjects) == 100
    assert history.prune(Keep(scans=1), NOW + 3 * DAY, compact=True).count == 2
    assert verify(history, now=NOW + 3 * DAY).intact
    assert finding(record(weak, at=NOW + 4 * DAY, into=history), "mfa.enrolled", "1") is not None


@pytest.fixture(scope="module")
def guarded() -> Iterator[tuple[int, trustme.CA]]:
    """Run a server that takes nothing but TLS and a password; its port, and who certified it."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    files = {
        "server.crt": issued.cert_chain_pems[0].bytes(),
        "server.key": issued.private_key_pem.bytes(),
        "pg_hba.conf": b"local all all trust\nhostssl all all all scram-sha-256\n",
    }
    options = ("listen_addresses=localhost", f"port={port}", "ssl=on")
    with running_postgresql(*options, files=files) as folder:
        server = pg8000.dbapi.connect(
            user="mamori", database="postgres", unix_sock=f"{folder}/.s.PGSQL.{port}"
        )
        server.autocommit = True
        server.cursor().execute("CREATE ROLE keeper SUPERUSER LOGIN PASSWORD 'k7-Wq2x-Lm9p'")
        server.close()
        yield port, authority


PASSWORD = Secret.of("k7-Wq2x-Lm9p")


class TestTls:
    """A server on another machine, which is this one."""

    def test_a_history_travels_encrypted_to_a_server_that_proves_itself(
        self, guarded: tuple[int, trustme.CA], tmp_path: Path, record: Record
    ) -> None:
        port, authority = guarded
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        url = f"postgresql://keeper@localhost:{port}/postgres?sslmode=verify-full"
        place = Place(url=url, password=PASSWORD, ca_file=tmp_path / "ca.pem")
        history = History.open(place, create=True)
        report = record(deployment(person("1", Mfa.NONE)), into=history)
        assert canonical(History.open(place).report(1)) == canonical(report)

    def test_one_that_another_authority_certified_gets_no_password(
        self, guarded: tuple[int, trustme.CA], tmp_path: Path
    ) -> None:
        port, _ = guarded
        trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
        for ca_file, cause in (
            (tmp_path / "ca.pem", "unable to get local issuer certificate"),
            (None, "unable to get local issuer certificate"),
        ):
            url = f"postgresql://keeper@localhost:{port}/postgres?sslmode=verify-full"
            with pytest.raises(HistoryError) as refused:
                History.open(Place(url=url, password=PASSWORD, ca_file=ca_file), create=True)
            assert str(refused.value) == (
                f"The server of the history {url} did not prove its identity ({cause}), so "
                "nothing was sent. Where an authority of your own certified it, name that as "
                "`ca_file`."
            )

    def test_one_of_another_name_gets_no_password(
        self, guarded: tuple[int, trustme.CA], tmp_path: Path
    ) -> None:
        port, authority = guarded
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        url = f"postgresql://keeper@127.0.0.1:{port}/postgres"
        with pytest.raises(HistoryError, match="IP address mismatch"):
            History.open(Place(url=url, password=PASSWORD, ca_file=tmp_path / "ca.pem"))


def test_a_server_that_does_not_answer_is_said() -> None:
    place = Place(url="postgresql://mamori@127.0.0.1:9/mamori")
    with pytest.raises(HistoryError, match=r"The history postgresql://.* cannot be used"):
        History.open(place, create=True)


@pytest.mark.parametrize(
    ("url", "tls"),
    [
        ("postgresql://me@db.example.jp/mamori", True),
        ("postgresql://me@localhost.example.jp/mamori", True),
        ("postgresql://me@localhost/mamori", False),
        ("postgresql://me@[::1]:5433/mamori", False),
        ("postgresql:///mamori?host=/run/postgresql", False),
    ],
)
def test_what_leaves_this_machine_is_encrypted_for_a_server_that_proves_itself(
    monkeypatch: pytest.MonkeyPatch, url: str, *, tls: bool
) -> None:
    asked: list[dict[str, object]] = []

    def connect(**given: object) -> None:
        asked.append(given)
        raise OSError("no server here")

    monkeypatch.setattr("pg8000.dbapi.connect", connect)
    with pytest.raises(HistoryError, match="no server here"):
        History.open(Place(url=url), create=True)
    context = asked[0].get("ssl_context")
    assert (context is not None) is tls
    if isinstance(context, ssl.SSLContext):
        assert context.check_hostname
        assert context.verify_mode is ssl.CERT_REQUIRED
