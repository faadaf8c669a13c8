"""Every command does what its help says, and ends with the code the README names."""

from __future__ import annotations

import json
import os
import re
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from rich.cells import cell_len

from scanner.cli import COMMANDS
from scanner.cli.exit_code import ExitCode
from scanner.sandbox.deployment import Sandbox

MAMORI = Path(sys.executable).parent / "mamori"
README = Path(__file__).parent.parent.parent / "README.md"


def test_the_exit_codes_are_those_of_the_readme() -> None:
    table = re.findall(r"^\| (\d+) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(code) for code in table] == sorted(code.value for code in ExitCode)


def test_the_installed_command_tells_its_version(environment: dict[str, str]) -> None:
    told = subprocess.check_output([MAMORI, "--version"], env=environment, text=True)
    assert re.fullmatch(r"mamori \d+\.\d+\.\d+\n", told)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_in_both_languages(mamori: Callable[..., Any], name: str) -> None:
    english = mamori(name, "--help")
    japanese = mamori(name, "--help", variables={"MAMORI_LANG": "ja"})
    assert english.code == japanese.code == 0
    assert english.out != japanese.out
    for line in (english.out + japanese.out).splitlines():
        assert cell_len(line) <= 80


@pytest.mark.parametrize("name", ["checks", "policies", "frameworks", "platforms"])
def test_what_is_listed_can_be_shown(mamori: Callable[..., Any], name: str) -> None:
    listed = mamori(name, "list")
    assert listed.code == 0
    assert max(map(cell_len, listed.out.splitlines())) <= 80
    first = listed.out.split()[0]
    shown = mamori(name, "show", first)
    assert shown.code == 0
    assert shown.out.startswith(first) or name == "platforms"
    assert all(line == line.rstrip() for line in (listed.out + shown.out).splitlines())
    unknown = mamori(name, "show", first + "x")
    assert unknown.code == 2
    assert first in unknown.err
    japanese = mamori(name, "show", first + "x", variables={"MAMORI_LANG": "ja"})
    assert name not in japanese.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("targets: [{name: a, platform: mautic, urll: x}]", "line 1, targets[0].urll"),
        ("targets: [{name: a, platform: mautic}]\npolicy: strickt", "did you mean 'strict'"),
        ("targets: &a [*a]", "anchors"),
        ("targets: 7", "line 1, targets: expected list"),
        ("# all of it is to come", "line 1, the document: there is nothing in it"),
        (
            "targets:\n  - {name: a, platform: mautic, ca_file: no.pem}",
            "line 2, targets[0].ca_file",
        ),
        ("targets:\n  - {name: a, platform: mautic}\nattestations: no.yaml", "line 3, attestat"),
        ("targets: [{name: a, platform: mautic}]\npolicy: ./no.yaml", "line 2, policy"),
    ],
)
def test_a_wrong_configuration_is_one_sentence_and_exit_2(
    mamori: Callable[..., Any], tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "mamori.yaml").write_text(text)
    ran = mamori("scan")
    assert ran.code == 2
    assert ran.out == ""
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_a_wrong_configuration_contacts_nothing(
    server: Any, config: Callable[..., Path], mamori: Callable[..., Any]
) -> None:
    path = config(server.url, more="    endpoint: []\n")
    assert mamori("scan", "--config", path).code == 2
    assert server.asked == []


def test_an_unknown_check_in_a_policy_is_named(mamori: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "name: mine\nversion: '1'\ntitle: Mine\nextends: baseline\nchecks:\n  mfa.enroled: {}\n"
    )
    ran = mamori("policies", "show", "./mine.yaml")
    assert ran.code == 2
    assert "line 6, checks.mfa.enroled" in ran.err
    assert "'mfa.enrolled'" in ran.err


def test_an_unknown_format_is_refused_before_anything_is_contacted(
    server: Any, config: Callable[..., Path], mamori: Callable[..., Any]
) -> None:
    ran = mamori("scan", "--config", config(server.url), "--format", "jsno")
    assert ran.code == 2
    assert "'json'" in ran.err
    assert server.asked == []


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


class TestDemo:
    def test_the_demo_reports_and_says_where_to_go_next(self, mamori: Callable[..., Any]) -> None:
        ran = mamori("demo")
        assert ran.code == 10
        assert "mfa.administrators" in ran.out
        assert "mamori init" in ran.err

    def test_findings_below_the_threshold_are_no_alarm(self, mamori: Callable[..., Any]) -> None:
        # The demo's endpoints are told apart by severity: the good one has nothing above info.
        assert mamori("demo", "--exit-zero", "--quiet").code == 0

    def test_a_file_takes_the_report_for_its_owner_alone(
        self, sandbox: Any, mamori: Callable[..., Any], tmp_path: Path
    ) -> None:
        output = tmp_path / "report.json"
        ran = mamori(
            "scan", "--config", sandbox.config_path, "--format", "json", "--output", output
        )
        assert (ran.code, ran.out) == (10, "")
        waiver, statement = ran.err.splitlines()
        assert re.fullmatch(r"mamori: Waiver 1, .* Its last day is .*", waiver)
        assert "1 of people's answers lapse soon" in statement
        assert stat.S_IMODE(output.stat().st_mode) == 0o600
        assert json.loads(output.read_bytes())["schema"] == "mamori.report/1"

    def test_a_report_that_cannot_be_written_is_not_lost(
        self, sandbox: Any, mamori: Callable[..., Any], tmp_path: Path
    ) -> None:
        ran = mamori(
            "scan", "--config", sandbox.config_path, "--format", "json", "--exit-zero",
            "--output", tmp_path / "no" / "such" / "folder.json",
        )  # fmt: skip
        assert ran.code == 12
        assert "cannot be written" in ran.err
        assert ran.report["schema"] == "mamori.report/1"

    def test_one_target_can_be_scanned_alone(
        self, sandbox: Any, mamori: Callable[..., Any]
    ) -> None:
        ran = mamori("scan", "--config", sandbox.config_path, "--target", "nobody")
        assert ran.code == 2
        assert "sorairo-mautic" in ran.err

    def test_the_doctor_finds_everything_readable(
        self, sandbox: Any, mamori: Callable[..., Any]
    ) -> None:
        ran = mamori("doctor", "--config", sandbox.config_path)
        assert re.search(r"^ok +users", ran.out, re.MULTILINE), ran.out
        for key in ("local_config", "people", "logs", "api_keys"):
            assert re.search(rf"^ok +{key}", ran.out, re.MULTILINE), ran.out

    def test_the_report_speaks_japanese(self, sandbox: Any, mamori: Callable[..., Any]) -> None:
        ran = mamori("scan", "--config", sandbox.config_path, "--lang", "ja", "--format", "json")
        sentences = [
            each["message"] for target in ran.report["targets"] for each in target["findings"]
        ]
        english = [each for each in sentences if each.isascii()]
        assert english == []


def test_init_writes_a_configuration_that_scans(
    server: Any, mamori: Callable[..., Any], tmp_path: Path
) -> None:
    answers = "株式会社サンプル\nexample.co.jp, example.jp\nbaseline\nmautic\n"
    answers += f"{server.url}\nshop\npassword\nscanner\nq7-Vx2m-Lr9z-Kp4w-Td8s\n"
    # Python warns that a pipe has no echo to switch off.
    piped = {"PYTHONWARNINGS": "ignore"}
    ran = mamori("init", stdin=answers, variables=piped)
    written = (tmp_path / "mamori.yaml").read_text(encoding="utf-8")
    assert ran.code == 11, ran.err
    assert "q7-Vx2m" not in written + ran.out + ran.err
    assert "株式会社サンプル" in written
    secret = tmp_path / "secrets" / "shop.secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert {asked.headers["authorization"][:5] for asked in server.asked} == {"Basic"}
    assert mamori("scan", "--dry-run").code == 0
    again = mamori("init", stdin=answers, variables=piped)
    assert again.code == 2
    assert "--force" in again.err


def test_the_doctor_names_the_missing_permission(
    server: Any, config: Callable[..., Path], mamori: Callable[..., Any]
) -> None:
    role = {"id": 2, "name": "weak", "isAdmin": False, "rawPermissions": {"user:users": ["view"]}}
    me = {"id": 1, "username": "scanner", "isPublished": True, "role": role}
    version = {"Mautic-Version": "7.1.2"}
    server.answer("/api/users/self", me, headers=version)
    server.answer("/api/users", {"total": 1, "users": [me]}, headers=version)
    server.answer("/api/stats/audit_log", {"stats": [], "total": "0"}, headers=version)
    server.answer("/api/contacts", {"total": "4", "contacts": {}}, headers=version)
    ran = mamori("doctor", "--config", config(server.url), variables={"SHOP": "x"})
    assert ran.code == 11
    text = " ".join(ran.out.split())
    assert re.search(r"ok users", text)
    [webhooks] = re.findall(r"gap webhooks .*?(?= gap )", text)
    assert webhooks.count("lacks webhook:webhooks:viewother") == 1
    assert "Missing permission" not in webhooks, "the same thing said twice"
    assert re.search(r"gap configuration .*local_config", text)


def test_init_has_the_tls_of_the_address_probed(
    serve: Callable[..., Any], mamori: Callable[..., Any], tmp_path: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = serve(context)
    answers = ["--organisation", "x", "--domains", "x.example", "--policy", "baseline"]
    answers += ["--name", "a", "--platform", "mautic", "--url", server.url, "--ca-file", "ca.pem"]
    answers += ["--sign-in", "password", "--username", "me", "--secret", "env:SHOP"]
    ran = mamori("init", *answers, variables={"SHOP": "x"})
    endpoint = server.url.removeprefix("https://")
    assert f'endpoints: ["{endpoint}"]' in (tmp_path / "mamori.yaml").read_text(encoding="utf-8")
    assert re.search(rf"^ok +tls {re.escape(endpoint)}", ran.out, re.MULTILINE), ran.out + ran.err


def test_init_never_replaces_a_good_configuration_by_a_bad_one(
    server: Any, config: Callable[..., Path], mamori: Callable[..., Any]
) -> None:
    path = config(server.url)
    before = path.read_bytes()
    answers = ["--organisation", "x", "--domains", "", "--policy", "baseline", "--name", "a/b"]
    answers += ["--platform", "mautic", "--url", server.url, "--sign-in", "password"]
    ran = mamori("init", "--force", *answers, "--username", "me", "--secret", "no reference")
    assert ran.code == 2
    assert path.read_bytes() == before


def test_init_asks_only_what_the_platform_needs(mamori: Callable[..., Any], tmp_path: Path) -> None:
    common = ["--force", "--organisation", "x", "--domains", "x.example", "--policy", "baseline"]

    def written(platform: str, answers: str, *given: str) -> str:
        mamori("init", *common, "--platform", platform, *given, stdin=answers)
        text = (tmp_path / "mamori.yaml").read_text(encoding="utf-8")
        target = text.partition("targets:")[2]
        kept = [each for each in target.splitlines() if each.strip() and "#" not in each]
        return "\n".join(each.strip() for each in kept)

    vault = ["--secret", "env:NOTHING"]
    assert written("satori", "\n") == '- name: "satori"\nplatform: "satori"'
    assert written("hubspot", "hub\ntoken\n", *vault) == (
        '- name: "hub"\nplatform: "hubspot"\ncredential:\ntoken: "env:NOTHING"'
    )
    assert written("sendgrid", "eu\n\n", *vault) == (
        '- name: "sendgrid"\nplatform: "sendgrid"\nregion: "eu"\ncredential:\ntoken: "env:NOTHING"'
    )
    assert written("marketo", "123-abc-456\n\noauth\nme\n", *vault) == (
        '- name: "123-abc-456"\nplatform: "marketo"\naccount: "123-abc-456"\n'
        'credential:\nclient_id: "me"\nclient_secret: "env:NOTHING"'
    )


def test_init_names_the_ways_to_sign_in(mamori: Callable[..., Any], tmp_path: Path) -> None:
    given = ["--organisation", "", "--domains", "", "--policy", "baseline", "--name", "a"]
    ran = mamori("init", *given, "--platform", "klaviyo", "--sign-in", "password")
    assert ran.code == 2
    assert "Klaviyo" in ran.err
    assert "token" in ran.err
    assert not (tmp_path / "mamori.yaml").exists()


class TestOutput:
    def test_a_pipe_stays_a_pipe(
        self, config: Callable[..., Path], mamori: Callable[..., Any], tmp_path: Path
    ) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        received: list[bytes] = []
        reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
        reader.start()
        mamori("scan", "--config", config("http://127.0.0.1:9"), "--quiet", "--output", pipe)
        reader.join(10)
        assert pipe.is_fifo()
        assert b"mamori report" in received[0]

    def test_a_full_disk_is_said_and_is_exit_12(
        self, config: Callable[..., Path], environment: dict[str, str]
    ) -> None:
        path = config("http://127.0.0.1:9")
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [MAMORI, "scan", "--config", path],
                stdout=full,
                stderr=subprocess.PIPE,
                env={**environment, "SHOP": "q7-Vx2m-Lr9z-Kp4w-Td8s"},
                check=False,
            )
        assert done.returncode == 12
        assert done.stderr.count(b"\n") == 1
        assert b"cannot be written" in done.stderr

    def test_a_reader_that_has_seen_enough_is_no_error(self, environment: dict[str, str]) -> None:
        done = subprocess.run(  # noqa: S602 - a pipe of the shell is what is tested
            f"{MAMORI} demo --quiet --details | head -n 1",
            shell=True,
            capture_output=True,
            env=environment,
            check=False,
        )
        assert done.stdout.startswith(b"mamori report")
        assert done.stderr == b""

    def test_snapshots_that_cannot_be_kept_do_not_cost_the_report(
        self, config: Callable[..., Path], mamori: Callable[..., Any], tmp_path: Path
    ) -> None:
        (tmp_path / "file").touch()
        ran = mamori(
            "scan", "--config", config("http://127.0.0.1:9"), "--format", "json",
            "--snapshot", tmp_path / "file" / "folder", variables={"SHOP": "q7-Vx2m-Lr9z-Kp4w"},
        )  # fmt: skip
        assert ran.code == 12
        assert "cannot be written" in ran.err
        assert ran.report["schema"] == "mamori.report/1"


def test_whoever_closes_what_is_said_gets_the_report_all_the_same(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "mamori.yaml").write_text(
        "targets: [{name: a, platform: generic, endpoints: [], sending_domains: []}]\n"
    )
    closing = ["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", str(MAMORI)]
    done = subprocess.run(
        [*closing, "scan", "--output", "report.json", "--format", "json"],
        env=environment, cwd=tmp_path, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode in {3, 11}
    assert json.loads((tmp_path / "report.json").read_bytes())["targets"]


def test_every_target_has_a_snapshot_of_its_own(mamori: Callable[..., Any], tmp_path: Path) -> None:
    names = ("a/b", "a_b", "..", "店" * 90)
    targets = ", ".join(f"{{name: {json.dumps(name)}, platform: mautic}}" for name in names)
    (tmp_path / "mamori.yaml").write_text(f"targets: [{targets}]", encoding="utf-8")
    mamori("scan", "--snapshot", "kept", "--quiet")
    kept = list((tmp_path / "kept").iterdir())
    assert {json.loads(path.read_bytes())["target"] for path in kept} == set(names)


def test_a_target_that_is_named_twice_is_scanned_once(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    config = tmp_path / "mamori.yaml"
    config.write_text("history: false\ntargets: [{name: leads, platform: generic}]\n")
    once = mamori("scan", "--config", config, "--target", "leads", "--format", "json")
    twice = mamori(
        *("scan", "--config", config, "--target", "leads", "--target", "leads"),
        *("--format", "json"),
    )
    assert once.code == twice.code
    assert [each["name"] for each in twice.report["targets"]] == ["leads"]


def test_a_report_whose_findings_are_of_no_check_is_no_report(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    config, saved = tmp_path / "mamori.yaml", tmp_path / "report.json"
    config.write_text("history: false\ntargets: [{name: leads, platform: generic}]\n")
    report = mamori("scan", "--config", config, "--format", "json").report
    saved.write_text(json.dumps({**report, "checks": []}))
    refused = mamori("report", saved)
    assert refused.code == 2
    assert "is not a report" in refused.err


def test_a_policy_of_ones_own_may_have_the_name_of_what_it_extends(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    text = "name: mine\nversion: '1'\ntitle: Mine\nextends: {}\n"
    (tmp_path / "baseline.yaml").write_text(text.format("baseline"))
    assert mamori("policies", "show", "baseline.yaml").code == 0
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one.yaml").write_text(text.format("../deep/one.yaml"))
    ran = mamori("policies", "show", "deep/one.yaml")
    assert ran.code == 2
    assert "extends itself" in ran.err
