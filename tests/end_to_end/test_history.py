"""What nights leave behind, through the command line: history, waivers, and what became of it."""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner.lock import locked
from scanner.model.errors import MamoriError
from scanner.private_file import state_folder

MAMORI = Path(sys.executable).parent / "mamori"
TODAY = datetime.now(UTC).date()


@pytest.fixture
def mamori(mamori_inside: Callable[..., Any]) -> Callable[..., Any]:
    """Many commands on one history; that a program starts is tested elsewhere."""
    return mamori_inside


class Disk:
    """A disk of 2 MB, seen by the processes that are started through it and by no other."""

    def __init__(self, folder: Path, keeper: subprocess.Popen[str]) -> None:
        self.folder = folder
        self._keeper = keeper

    def run(
        self, *words: str | Path, environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        enter = ["nsenter", f"--target={self._keeper.pid}", "--mount"]
        if os.geteuid():
            enter += ["--user", "--preserve-credentials"]
        return subprocess.run(
            [*enter, "--", *words], env=environment, capture_output=True, check=False, text=True
        )

    def fill(self, *, leave: int) -> None:
        """Leave so many bytes free."""
        self.free()
        space = os.statvfs(self._seen)
        (self._seen / "filler").write_bytes(bytes(space.f_bavail * space.f_frsize - leave))

    def free(self) -> None:
        (self._seen / "filler").unlink(missing_ok=True)

    def read(self, name: str) -> str:
        return (self._seen / name).read_text(encoding="utf-8")

    @property
    def _seen(self) -> Path:
        return Path(f"/proc/{self._keeper.pid}/root{self.folder}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Mount a small disk, as root or in a name space of one's own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    apart = ["unshare", "--mount", *(["--user", "--map-root-user"] if os.geteuid() else [])]
    mount = f"mount -t tmpfs -o size=2m tmpfs '{folder}' && echo mounted && exec sleep 600"
    with subprocess.Popen(
        [*apart, "sh", "-c", mount], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as keeper:
        assert keeper.stdout is not None
        try:
            if keeper.stdout.readline() != "mounted\n":
                pytest.skip("nobody may mount a disk here")
            yield Disk(folder, keeper)
        finally:
            keeper.kill()


class TestWaive:
    def options(self, **change: str) -> list[str]:
        given = {
            "--subject": "mautic", "--until": str(TODAY + timedelta(days=60)),
            "--reason": "behind a proxy", "--owner": "Mori",
        }  # fmt: skip
        return [each for name, value in (given | change).items() if value for each in (name, value)]

    def test_an_accepted_failure_is_told_apart_in_every_form(
        self, shop: Path, mamori: Callable[..., Any]
    ) -> None:
        before = mamori("scan", "--config", shop, "--format", "json").target
        ran = mamori("waive", "software.hsts", "--config", shop, *self.options())
        assert (ran.code, ran.out) == (0, "")
        soon = self.options(**{"--subject": "*", "--until": str(TODAY), "--reason": "soon"})
        assert mamori("waive", "software.cookie-flags", "--config", shop, *soon).code == 0
        ran = mamori("scan", "--config", shop, "--format", "json")
        [accepted] = [each for each in ran.target["findings"] if each["check"] == "software.hsts"]
        assert accepted["status"] == "fail"
        assert "behind a proxy" in accepted["waiver"]
        assert ran.target["score"]["uncapped"] > before["score"]["uncapped"]
        assert ran.target["score"]["without_waivers"] == before["score"]["low"]
        assert "software.cookie-flags *: Its last day is" in ran.err
        text = mamori("scan", "--config", shop)
        assert "Accepted by somebody" in text.out
        assert "Its last day is" in text.out
        assert text.err == ""
        listed = mamori("waive", "--config", shop)
        assert listed.code == 0
        assert [line.split()[0] for line in listed.out.splitlines()] == ["active", "expiring"]

    def test_they_are_found_beside_the_configuration(
        self, shop: Path, mamori: Callable[..., Any]
    ) -> None:
        shop.write_text(shop.read_text().replace("waivers: waivers.yaml\n", ""))
        assert (
            mamori("waive", "software.hsts", "--config", shop, *self.options()).err.count("\n") == 1
        )
        ran = mamori("scan", "--config", shop, "--format", "json")
        [accepted] = [each for each in ran.target["findings"] if each["check"] == "software.hsts"]
        assert "behind a proxy" in accepted["waiver"]

    def test_a_subject_that_nobody_knows_is_said(
        self, shop: Path, mamori: Callable[..., Any]
    ) -> None:
        mamori("scan", "--config", shop, "--output", os.devnull)
        ran = mamori("waive", "software.hsts", "--config", shop, *self.options())
        assert "Note" not in ran.err
        wrong = self.options(**{"--subject": "mautik"})
        ran = mamori("waive", "software.hsts", "--config", shop, *wrong)
        assert ran.code == 0
        assert "nothing called mautik fails software.hsts" in ran.err

    def test_one_without_use_is_named(self, shop: Path, mamori: Callable[..., Any]) -> None:
        options = self.options(**{"--subject": "nobody"})
        mamori("waive", "software.hsts", "--config", shop, *options)
        ran = mamori("scan", "--config", shop, "--format", "json")
        assert "accepts nothing that fails here" in ran.err
        assert ran.report["waivers"][0]["findings"] == 0

    @pytest.mark.parametrize(
        ("check", "change", "message"),
        [
            ("software.hsts", {"--until": str(TODAY - timedelta(days=1))}, "is past"),
            ("software.hsts", {"--until": "31/12/2027"}, "is no day"),
            ("software.hsts", {"--owner": ""}, "needs --owner"),
            ("software.hsts", {"--target": "nobody"}, "shop"),
            ("software.hst", {}, "did you mean 'software.hsts'"),
        ],
    )
    def test_what_would_silence_nothing_is_refused(
        self,
        shop: Path,
        mamori: Callable[..., Any],
        check: str,
        change: dict[str, str],
        message: str,
    ) -> None:
        ran = mamori("waive", check, "--config", shop, *self.options(**change))
        assert ran.code == 2
        assert message in ran.err
        assert not (shop.parent / "waivers.yaml").exists()


class TestCommands:
    """One history of three scans, read by every command that reads it."""

    @pytest.fixture
    def nights(self, shop: Path, mamori: Callable[..., Any]) -> Path:
        local = shop.parent / "local.php"
        before = local.read_text()
        mamori("scan", "--config", shop, "--output", os.devnull)
        local.write_text(before.replace("'temp'", f"'{hashlib.sha256(b'shop').hexdigest()}'"))
        mamori("scan", "--config", shop, "--output", os.devnull)
        local.write_text(before)
        mamori("scan", "--config", shop, "--output", shop.parent / "third.json", "--format", "json")
        return shop

    def test_they_agree(self, nights: Path, mamori: Callable[..., Any]) -> None:
        third = json.loads((nights.parent / "third.json").read_bytes())

        def run(*words: str | Path, code: int = 0) -> Any:
            ran = mamori(*words, "--config", nights)
            assert (ran.code, ran.err) == (code, "")
            assert max(map(len, ran.out.splitlines()), default=0) <= 80 or "json" in words
            return json.loads(ran.out) if "json" in words else ran.out

        listed = run("history", "--format", "json")
        assert [each["number"] for each in listed["scans"]] == [3, 2, 1]
        assert listed["scans"][0]["scan_id"] == third["scan_id"]
        assert third["scan_id"][:8] in run("history")
        lows = [each["low"] for each in listed["targets"]]
        assert lows[2] == third["targets"][0]["score"]["low"]
        trend = run("trend", "--format", "json")
        [points] = trend["targets"].values()
        assert [each["low"] for each in points] == lows
        assert "shop" in run("trend")

        [fixed] = run("diff", "1", "2", "--format", "json", code=0)["targets"]
        assert fixed["fixed"]
        assert fixed["new"] == []
        [back] = run("diff", "--format", "json", code=10)["targets"]
        assert {each["fingerprint"] for each in back["regressed"]} == {
            each["fingerprint"] for each in fixed["fixed"]
        }
        for one in (fixed, back):
            parts = one["attribution"]
            assert round(sum(parts.values()), 6) == one["change"]
        assert "Back again" in run("diff", code=10)
        assert run("diff", "1", "2", "--quiet") == ""
        assert run("diff", "3", "3") != ""

        assert run("report", "3", "--format", "json", code=10) == third
        assert run("report", nights.parent / "third.json", code=10) == run(
            "report", "latest", code=10
        )
        again = run("report", "--snapshot", "3", "--format", "json", code=10)
        assert again["targets"][0]["score"] == third["targets"][0]["score"]
        strict = run("report", "--snapshot", "3", "--policy", "strict", "--format", "json", code=10)
        assert strict["policy"] == "strict"

        proven = run("verify", nights.parent / "third.json", "--format", "json", code=0)
        assert proven["intact"] is True
        assert list(proven["reports"].values()) == [3]
        assert "unbroken" in run("verify")

    def test_old_reports_are_pruned_by_hand_or_every_night(
        self, shop: Path, mamori: Callable[..., Any]
    ) -> None:
        mamori("scan", "--config", shop, "--output", os.devnull)
        alone = mamori("diff", "--config", shop)
        assert (alone.code, "one scan alone" in alone.err) == (2, True)
        mamori("scan", "--config", shop, "--output", os.devnull)
        prune = ("history", "prune", "--config", shop)
        assert mamori(*prune).code == 2
        ran = mamori(*prune, "--keep", "1", "--dry-run")
        assert (ran.code, ran.out) == (0, "")
        assert ran.err == "Would prune the reports of the scans 1 to 1; left: 1.\n"
        ran = mamori("history", "--config", shop, "prune", "--keep", "1")
        assert ran.err == "Pruned the reports of the scans 1 to 1; left: 1.\n"
        assert mamori("report", "1", "--config", shop).code == 2
        ran = mamori("verify", "--config", shop)
        assert ran.code == 0
        assert "scans 1 to 1, by" in ran.out
        assert "(pruned)" in mamori("history", "--config", shop).out.splitlines()[-1]
        shop.write_text(f"{shop.read_text()}retention: {{scans: 1}}\n")
        assert mamori("scan", "--config", shop, "--output", os.devnull).err == ""
        listed = mamori("history", "--config", shop, "--format", "json").report["scans"]
        assert [each["pruned_at"] is None for each in listed] == [True, False, False]

    def test_what_waits_for_a_sink_that_was_given_up_can_be_let_go(
        self, shop: Path, mamori: Callable[..., Any]
    ) -> None:
        without = shop.read_text()
        sink = "{to: syslog, host: 127.0.0.1, port: 1, transport: tcp, name: old}"
        shop.write_text(f"{without}deliver: [{sink}]\n")
        for _ in range(2):
            assert "old did not take" in mamori("scan", "--config", shop).err
        prune = ("history", "prune", "--config", shop)
        refused = mamori(*prune, "--forget", "old")
        assert (refused.code, "take it out first" in refused.err) == (2, True)
        shop.write_text(without)
        assert "--forget old" in mamori(*prune, "--keep", "1").err
        forgotten = mamori(*prune, "--keep", "1", "--forget", "old")
        assert forgotten.err.splitlines() == [
            "Forgotten what waited for old: 2.",
            "Pruned the reports of the scans 1 to 1; left: 1.",
        ]

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_a_list_that_cannot_be_written_is_said_and_is_exit_12(
        self, shop: Path, mamori: Callable[..., Any], environment: dict[str, str], form: str
    ) -> None:
        mamori("scan", "--config", shop, "--output", os.devnull)
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [MAMORI, "history", "--config", shop, "--format", form],
                stdout=full, stderr=subprocess.PIPE, env=environment, check=False,
            )  # fmt: skip
        assert done.returncode == 12
        assert done.stderr.startswith(b"mamori: Standard output cannot be written")
        assert done.stderr.count(b"\n") == 1

    def test_a_chain_that_was_changed_is_exit_10(
        self, shop: Path, mamori: Callable[..., Any]
    ) -> None:
        mamori("scan", "--config", shop, "--output", os.devnull)
        with sqlite3.connect(shop.parent / "history.db") as database:
            database.execute("UPDATE judgement SET low = 100, grade = 'A'")
        database.close()
        ran = mamori("verify", "--config", shop)
        assert ran.code == 10
        assert "BROKEN" in ran.out

    def test_a_night_that_was_missed_is_exit_11(
        self, shop: Path, mamori: Callable[..., Any]
    ) -> None:
        mamori("scan", "--config", shop, "--output", os.devnull)
        time.sleep(1.6)
        mamori("scan", "--config", shop, "--output", os.devnull)
        ran = mamori("verify", "--config", shop, "--every", "1s")
        assert ran.code == 11
        assert "hours, from" in ran.out

    @pytest.mark.parametrize("name", ["history", "trend", "diff", "verify", "report"])
    def test_without_a_history_they_say_so(
        self, shop: Path, mamori: Callable[..., Any], name: str
    ) -> None:
        ran = mamori(name, "--config", shop)
        assert (ran.code, ran.out) == (3, "")
        assert "no history" in ran.err
        assert not (shop.parent / "history.db").exists()

    def test_a_snapshot_in_a_file_needs_no_configuration(
        self, shop: Path, mamori: Callable[..., Any], tmp_path: Path
    ) -> None:
        scanned = mamori(
            "scan", "--config", shop, "--format", "json", "--snapshot", tmp_path / "kept"
        )
        shop.unlink()
        [snapshot] = (tmp_path / "kept").iterdir()
        ran = mamori("report", "--snapshot", snapshot, "--format", "json")
        assert ran.code == 10
        assert ran.target["score"] == scanned.target["score"]

    def test_no_history_is_kept_where_none_is_wanted(
        self, shop: Path, mamori: Callable[..., Any], environment: dict[str, str]
    ) -> None:
        text = shop.read_text().replace("history: sqlite:///history.db", "history: false")
        shop.write_text(text)
        ran = mamori("scan", "--config", shop, "--format", "json")
        assert ran.report["chain"] is None
        assert not (Path(environment["XDG_STATE_HOME"]) / "mamori" / "history").exists()
        assert mamori("history", "--config", shop).code == 2


class TestTrouble:
    """The report is told in any case; what could not be kept is said, and is exit 12."""

    def scan(self, mamori: Callable[..., Any], shop: Path, **variables: str) -> Any:
        ran = mamori("scan", "--config", shop, "--format", "json", variables=variables)
        assert ran.report["schema"] == "mamori.report/1"
        return ran

    def test_a_history_that_is_damaged_stays_as_it_is(
        self, shop: Path, mamori: Callable[..., Any]
    ) -> None:
        (shop.parent / "history.db").write_bytes(b"this is no database, but it was one " * 99)
        before = (shop.parent / "history.db").read_bytes()
        ran = self.scan(mamori, shop)
        assert ran.code == 10, "findings come before what could not be kept"
        assert "is damaged and was left as it is" in ran.err
        exit_zero = mamori("scan", "--config", shop, "--exit-zero", "--output", os.devnull)
        assert exit_zero.code == 12
        assert (shop.parent / "history.db").read_bytes() == before
        ran = mamori("history", "--config", shop)
        assert (ran.code, ran.err.count("\n")) == (3, 1)

    def test_a_home_that_cannot_be_written_to_costs_the_history_and_not_the_report(
        self, shop: Path, mamori: Callable[..., Any]
    ) -> None:
        text = shop.read_text().replace("history: sqlite:///history.db\n", "")
        shop.write_text(text)
        nowhere = {"XDG_STATE_HOME": "/proc/nowhere", "HOME": "/proc/nowhere"}
        ran = mamori("scan", "--config", shop, "--format", "json", "--exit-zero", variables=nowhere)
        assert ran.code == 12
        assert ran.report["chain"] is None
        assert "The history /proc/nowhere/" in ran.err
        assert "nothing keeps two scans" in ran.err

    def test_a_file_that_may_not_grow_leaves_what_was_kept(
        self, shop: Path, mamori: Callable[..., Any], environment: dict[str, str]
    ) -> None:
        # The limit of a process: what is written past it fails as on a full disk, but otherwise.
        self.scan(mamori, shop)
        kept = mamori("report", "1", "--config", shop, "--format", "json").report
        limited = ["/bin/sh", "-c", 'trap "" XFSZ; ulimit -f 16; exec "$@"', "sh", str(MAMORI)]
        done = subprocess.run(
            [*limited, "scan", "--config", str(shop), "--exit-zero"],
            # Half a compiled module would be left for everybody.
            env={**environment, "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 12, done.stderr
        assert b"history.db" in done.stderr
        assert b"mamori report" in done.stdout
        assert mamori("report", "1", "--config", shop, "--format", "json").report == kept

    def test_a_full_disk_leaves_what_was_kept(
        self, shop: Path, disk: Disk, environment: dict[str, str]
    ) -> None:
        def run(*words: str | Path, code: int) -> Any:
            ran = disk.run(MAMORI, *words, "--config", shop, environment=environment)
            assert ran.returncode == code, ran.stderr
            return ran

        url = f"history: sqlite:///{disk.folder}/history.db"
        shop.write_text(shop.read_text().replace("history: sqlite:///history.db", url))
        saved = disk.folder / "report.json"
        scan = ("scan", "--exit-zero", "--format", "json")
        render = ("report", saved, "--exit-zero", "--format", "html")
        run(*scan, "--output", saved, code=0)
        kept = disk.read("report.json")
        # There is no room for the index of a log, and then none for the log.
        for room in (20_000, 60_000):
            disk.fill(leave=room)
            full = run(*scan, code=12)
            assert json.loads(full.stdout)["targets"], "the report is told all the same"
            assert full.stderr == (
                f"mamori: The disk is full; the history {disk.folder}/history.db stayed as it "
                "was.\n"
            )
        refused = run(*render, "--output", saved, code=12)
        assert f"{saved} cannot be written (No space left on device)" in refused.stderr
        assert disk.read("report.json") == kept, "the older file stays"
        disk.free()
        assert "unbroken" in run("verify", saved, code=0).stdout
        assert json.loads(run(*scan, code=0).stdout)["chain"]["number"] == 2


class TestTurns:
    def test_two_scans_of_one_target_do_not_run_at_once(
        self,
        server: Any,
        config: Callable[..., Path],
        mamori: Callable[..., Any],
        environment: dict[str, str],
    ) -> None:
        reached, go = threading.Event(), threading.Event()

        def hang(_: Any) -> Any:
            reached.set()
            go.wait(30)
            return {}

        server.decide("/api/users/self", hang)
        path = config(server.url)
        secret = {"SHOP": "q7-Vx2m-Lr9z-Kp4w-Td8s"}
        with subprocess.Popen(
            [MAMORI, "scan", "--config", path, "--output", os.devnull],
            env={**environment, **secret}, stderr=subprocess.PIPE,
        ) as first:  # fmt: skip
            assert reached.wait(20)
            other = mamori("scan", "--config", path, variables=secret)
            assert (other.code, other.out) == (75, "")
            assert "Another scan" in other.err
            first.kill()
            first.communicate()
            go.set()
        # The lock dies with its holder, however that ends.
        assert mamori("scan", "--config", path, variables=secret).code in (10, 11)

    def test_the_targets_that_are_free_are_scanned(
        self,
        config: Callable[..., Path],
        mamori: Callable[..., Any],
        environment: dict[str, str],
    ) -> None:
        other = "  - {name: blog, platform: mautic, endpoints: []}\n"
        path = config("http://127.0.0.1:9", more=other)
        folder = Path(environment["XDG_STATE_HOME"]) / "mamori" / "locks"
        with locked([f"mautic {path.parent / 'blog'} blog"], folder) as held:
            assert held
            ran = mamori("scan", "--config", path, "--format", "json", variables={"SHOP": "x"})
        assert ran.code == 75
        assert [each["name"] for each in ran.report["targets"]] == ["shop"]
        assert "Another scan of blog is running" in ran.err

    def test_a_scan_that_was_just_made_is_not_made_again(
        self, shop: Path, mamori: Callable[..., Any]
    ) -> None:
        assert mamori("scan", "--config", shop, "--if-older", "1h", "--quiet").code == 10
        again = mamori("scan", "--config", shop, "--if-older", "1h")
        assert (again.code, again.out, again.err) == (0, "", "")
        time.sleep(1)
        assert mamori("scan", "--config", shop, "--if-older", "1s", "--quiet").code == 10

    def test_a_scan_ends_when_its_time_is_over_and_tells_what_it_saw(
        self, server: Any, config: Callable[..., Path], mamori: Callable[..., Any]
    ) -> None:
        go = threading.Event()
        server.decide("/api/users/self", lambda _: go.wait(30) or {})
        secret = {"SHOP": "q7-Vx2m-Lr9z-Kp4w-Td8s"}
        begun = time.monotonic()
        ran = mamori(
            "scan", "--config", config(server.url), "--time-limit", "2s", "--jitter", "1s",
            "--format", "json", variables=secret,
        )  # fmt: skip
        go.set()
        assert time.monotonic() - begun < 20
        assert ran.report["complete"] is False

    def test_a_time_that_is_none_is_said(self, shop: Path, mamori: Callable[..., Any]) -> None:
        ran = mamori("scan", "--config", shop, "--time-limit", "2 hours")
        assert ran.code == 2
        assert "write it as 90s, 30m, 12h, 1d or 2w" in ran.err


class TestSchedule:
    @pytest.mark.parametrize("kind", ["cron", "systemd", "kubernetes"])
    def test_each_is_printed(self, shop: Path, mamori: Callable[..., Any], kind: str) -> None:
        ran = mamori("schedule", kind, "--config", shop, "--at", "03:15")
        assert ran.code == 0
        assert re.search(r"15 3 \* \* \*|OnCalendar=\*-\*-\* 03:15:00", ran.out)
        assert mamori("schedule", kind, "--config", shop, "--at", "25:00").code == 2

    def test_units_are_installed_where_they_belong(
        self, shop: Path, mamori: Callable[..., Any], tmp_path: Path
    ) -> None:
        folder = tmp_path / "units"
        folder.mkdir()
        words = ["schedule", "systemd", "--config", shop, "--folder", folder]
        if not Path("/run/systemd/system").is_dir():
            ran = mamori(*words, "--install")
            assert ran.code == 0
            assert {each.suffix for each in folder.iterdir()} == {".service", ".timer"}
        assert mamori(*words[:-1], tmp_path / "none", "--install").code == 2

    def test_a_crontab_keeps_what_it_had(
        self, shop: Path, mamori: Callable[..., Any], tmp_path: Path
    ) -> None:
        # Stands for the program of that name, by what POSIX says of it.
        table, programs = tmp_path / "table", tmp_path / "bin"
        programs.mkdir()
        program = programs / "crontab"
        program.write_text(
            f'#!/bin/sh\ncase $1 in -l) cat "{table}" ;; -) cat >"{table}" ;; esac\n'
        )
        program.chmod(0o755)
        path = {"PATH": f"{programs}:{os.environ['PATH']}"}
        for _ in range(2):
            table.write_text(table.read_text() if table.exists() else "0 0 * * * true\n")
            ran = mamori("schedule", "cron", "--config", shop, "--install", variables=path)
            assert ran.code == 0
        lines = table.read_text().splitlines()
        assert lines[0] == "0 0 * * * true"
        assert len(lines) == 5
        others = "# 日本".encode("shift_jis") + b"\n0 0 * * * true\n"
        table.write_bytes(others)
        ran = mamori("schedule", "cron", "--config", shop, "--install", variables=path)
        assert ran.code == 0
        assert table.read_bytes().startswith(others)

    def test_an_account_that_is_a_number_alone_can_print_schedules_and_is_told_of_its_state(
        self, shop: Path, mamori_inside: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As in a container, where nobody wrote the number into a list of accounts."""

        def nobody(number: int) -> object:
            raise KeyError(number)

        monkeypatch.setattr(pwd, "getpwuid", nobody)
        ran = mamori_inside("schedule", "systemd", "--config", shop)
        assert ran.code == 0
        assert f"User={os.getuid()}" in ran.out

        monkeypatch.delenv("HOME")
        with pytest.raises(MamoriError, match="has no home folder"):
            state_folder({})

    def test_a_crontab_that_cannot_be_read_is_not_replaced(
        self, shop: Path, mamori: Callable[..., Any], tmp_path: Path
    ) -> None:
        table, programs = tmp_path / "table", tmp_path / "bin"
        programs.mkdir()
        program = programs / "crontab"
        program.write_text(
            "#!/bin/sh\ncase $1 in -l) echo 'Input/output error' >&2; exit 1 ;; "
            f'-) cat >"{table}" ;; esac\n'
        )
        program.chmod(0o755)
        path = {"PATH": f"{programs}:{os.environ['PATH']}"}
        ran = mamori("schedule", "cron", "--config", shop, "--install", variables=path)
        assert ran.code == 2
        assert "Input/output error" in ran.err
        assert not table.exists()


def test_the_second_scan_knows_the_first(shop: Path, mamori: Callable[..., Any]) -> None:
    first = mamori("scan", "--config", shop, "--format", "json")
    second = mamori("scan", "--config", shop, "--format", "json")
    failing = [each for each in second.target["findings"] if each["status"] == "fail"]
    assert {each["first_seen"] for each in failing} == {first.report["started_at"]}
    assert {each["open_since"] for each in failing} == {first.report["started_at"]}
    assert second.report["chain"]["number"] == 2
    assert json.loads(first.out)["chain"]["previous"] == ""
