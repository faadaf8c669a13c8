"""Schedules that the programs of the system accept, and that nothing in a name can break out of."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import kubernetes_validate
import msgspec
import pytest
import yaml

from scanner.config import load_config
from scanner.schedule import (
    Every,
    Plan,
    container_remarks,
    cron_remarks,
    crontab,
    manifest,
    remarks,
    units,
    with_crontab,
)


def plan(tmp_path: Path, more: str = "", *, folder: str = "etc") -> Plan:
    config = tmp_path / folder / "mamori.yaml"
    config.parent.mkdir(exist_ok=True)
    config.write_text(
        "targets:\n"
        "  - name: shop\n"
        "    platform: mautic\n"
        '    credential: {username: me, password: "systemd:shop-mautic"}\n'
        '    credentials: ["keyring:mamori/admin", "env:KEY"]\n' + more
    )
    return Plan(
        program=Path("/bin/true"),
        config=config,
        settings=load_config(config),
        every=Every.DAILY,
        hour=2,
        minute=30,
        jitter=timedelta(minutes=30),
        limit=timedelta(hours=2),
        user="daemon",
    )


def test_secrets_that_no_schedule_can_read_are_named(tmp_path: Path) -> None:
    said = [str(each) for each in remarks(plan(tmp_path))]
    assert [each.split(": ")[0] for each in said] == ["keyring:mamori/admin", "env:KEY"]
    of_cron = [str(each) for each in cron_remarks(plan(tmp_path))]
    assert [each.split(": ")[0] for each in of_cron] == [
        "systemd:shop-mautic",
        "keyring:mamori/admin",
        "env:KEY",
    ]
    assert not any("write systemd:" in each for each in of_cron)


def test_what_a_container_would_lose_is_named(tmp_path: Path) -> None:
    def said(folder: str) -> list[str]:
        return [
            str(each) for each in container_remarks(plan(tmp_path, f"ledger: {folder}/l.json\n"))
        ]

    assert said("/var/lib/mamori") == said("/var/lib/mamori/more") == []
    assert len(said("/var/lib/mamori-more")) == 1


def test_what_the_sinks_need_is_brought_too(tmp_path: Path) -> None:
    deliver = (
        "deliver:\n"
        '  - {to: slack, url: "systemd:slack"}\n'
        '  - {to: webhook, url: "https://soc.example.jp/", secret: "env:HOOK"}\n'
        "  - {to: file, path: reports/}\n"
        "  - {to: file, path: mamori.prom, format: prometheus}\n"
    )
    made = plan(tmp_path, deliver)
    service = next(iter(units(made).values()))
    assert "LoadCredential=slack:/etc/mamori/credentials/slack\n" in service
    assert [str(each).split(": ")[0] for each in remarks(made)][-1] == "env:HOOK"
    # Neither is there yet: systemd refuses a folder that does not exist.
    assert service.count(f"ReadWritePaths={tmp_path / 'etc'}\n") == 1
    (tmp_path / "etc" / "reports").mkdir()
    assert f"ReadWritePaths={tmp_path / 'etc' / 'reports'}\n" in next(iter(units(made).values()))


class TestCron:
    @pytest.mark.parametrize(
        ("every", "times"),
        [
            (Every.HOURLY, "30 * * * *"),
            (Every.DAILY, "30 2 * * *"),
            (Every.WEEKLY, "30 2 * * 1"),
            (Every.MONTHLY, "30 2 1 * *"),
        ],
    )
    def test_the_line_says_when_and_prints_nothing(
        self, tmp_path: Path, every: Every, times: str
    ) -> None:
        table = crontab(msgspec.structs.replace(plan(tmp_path), every=every))
        _, line, late, _ = table.splitlines()
        assert line.startswith(f"{times} /bin/true scan --config ")
        assert "--quiet --output /dev/null --time-limit 2h --jitter 30m; /bin/true diff" in line
        assert late.startswith("@reboot ")
        assert "--if-older" in late

    def test_a_path_is_one_word_and_no_percent_ends_the_line(self, tmp_path: Path) -> None:
        hostile = plan(tmp_path, folder="a b%c;$(id)'")
        line = crontab(hostile).splitlines()[1]
        assert not re.search(r"(?<!\\)%", line)
        command = line.split(" ", 5)[5].replace(r"\%", "%").split("; /bin/true diff")[0]
        assert str(hostile.config) in shlex.split(command)

    def test_it_replaces_its_own_lines_and_no_others(self, tmp_path: Path) -> None:
        first = plan(tmp_path)
        other = plan(tmp_path, folder="other")
        table = with_crontab(with_crontab("MAILTO=me\n1 1 * * * true", first), other)
        moved = msgspec.structs.replace(first, hour=4)
        again = with_crontab(table, moved)
        assert again.startswith("MAILTO=me\n1 1 * * * true\n")
        assert again.count(" begin\n") == 2
        assert "30 4 * * *" in again
        assert with_crontab(again, moved) == again


class TestSystemd:
    def test_systemd_finds_nothing_wrong(self, tmp_path: Path) -> None:
        if (analyze := shutil.which("systemd-analyze")) is None:
            pytest.skip("systemd-analyze is not installed")
        for number, each in enumerate(
            [
                plan(tmp_path),
                plan(tmp_path, "history: sqlite:///h.db\n", folder="own state"),
                msgspec.structs.replace(plan(tmp_path, folder="100% $HOME"), every=Every.WEEKLY),
            ]
        ):
            folder = tmp_path / f"units{number}"
            folder.mkdir()
            for name, text in units(each).items():
                (folder / name).write_text(text)
            done = subprocess.run(
                [analyze, "verify", *folder.iterdir()],
                env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:"},
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            ours = [line for line in done.stderr.splitlines() if "mamori" in line]
            assert (done.returncode, ours) == (0, [])
            for timer in folder.glob("*.timer"):
                [when] = re.findall(r"^OnCalendar=(.*)", timer.read_text(), re.MULTILINE)
                subprocess.run([analyze, "calendar", when], check=True, capture_output=True)

    def test_the_service_is_hardened(self, tmp_path: Path) -> None:
        if (analyze := shutil.which("systemd-analyze")) is None:
            pytest.skip("systemd-analyze is not installed")
        service, text = next(iter(units(plan(tmp_path)).items()))
        (tmp_path / service).write_text(text)
        done = subprocess.run(
            [analyze, "security", "--offline=true", "--threshold=25", tmp_path / service],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-300:]

    def test_secrets_come_as_credentials(self, tmp_path: Path) -> None:
        service = next(iter(units(plan(tmp_path)).values()))
        assert "LoadCredential=shop-mautic:/etc/mamori/credentials/shop-mautic\n" in service

    def test_a_service_without_files_of_its_own_needs_no_user(self, tmp_path: Path) -> None:
        service = next(iter(units(plan(tmp_path)).values()))
        assert "DynamicUser=yes" in service
        assert "User=daemon" not in service
        own = next(iter(units(plan(tmp_path, "history: sqlite:///h.db\n")).values()))
        assert "DynamicUser=yes" not in own
        assert f"User=daemon\nReadWritePaths={tmp_path / 'etc'}\n" in own


@pytest.mark.parametrize("every", Every)
def test_kubernetes_takes_the_manifest(tmp_path: Path, every: Every) -> None:
    shared = 'history: {url: "postgresql://m@db.example.jp/m", password: "systemd:db"}\n'
    made = msgspec.structs.replace(plan(tmp_path, shared), every=every)
    for each in yaml.safe_load_all(manifest(made, "example/mamori:1")):
        # By the schemas that Kubernetes publishes, and with no key that they do not know.
        kubernetes_validate.validate(each, "1.37", strict=True)


def test_the_cron_job_runs_with_the_least_rights_one_at_a_time(tmp_path: Path) -> None:
    text = manifest(plan(tmp_path), "example/mamori:1")
    volume, job = yaml.safe_load_all(text)
    assert volume["kind"] == "PersistentVolumeClaim"
    spec = job["spec"]
    assert (spec["schedule"], spec["concurrencyPolicy"]) == ("30 2 * * *", "Forbid")
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    [container] = pod["containers"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    mounted = {each["name"] for each in container["volumeMounts"]}
    assert mounted == {each["name"] for each in pod["volumes"]}
    assert "kubectl create secret generic" in text
    assert "shop-mautic=PATH" in text


def test_the_container_gets_the_files_beside_its_configuration_and_others_are_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "waivers.yaml").write_text("[]\n")
    (tmp_path / "etc" / "people.csv").write_text("email\n")
    elsewhere = tmp_path / "log.csv"
    elsewhere.write_text("time\n")
    kept = tmp_path / "key"
    more = (
        "  - name: second\n    platform: mautic\n"
        f'    credentials: ["file:{kept}"]\n'
        "    people: {csv: people.csv}\n"
        f"    logs: [{{csv: {elsewhere}}}]\n"
    )
    made = plan(tmp_path, more)
    said = [str(each).split(": ")[0] for each in container_remarks(made)]
    assert said == [f"file:{kept}", str(elsewhere)]
    command = manifest(made, "example/mamori:1").splitlines()[1]
    folder = made.config.parent
    assert f"--from-file={folder}/people.csv --from-file={folder}/waivers.yaml" in command
