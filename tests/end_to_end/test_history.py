"""What nights leave behind, through the command line: history, waivers, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner.sandbox.deployment import Sandbox

TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def demo(sandbox: Sandbox, tmp_path: Path) -> Path:
    """The demo's configuration with a history and waivers of the test's own."""
    text = sandbox.config_path.read_text(encoding="utf-8")
    for name in ("ledger.json", "attestations.yaml", "ca.pem", "local.php", "people.csv"):
        text = text.replace(f" {name}", f" {sandbox.folder / name}")
    text = text.replace("file:vault/", f"file:{sandbox.folder / 'vault'}/")
    path = tmp_path / "mamori.yaml"
    path.write_text(
        f"{text}waivers: waivers.yaml\nhistory: sqlite:///history.db\n", encoding="utf-8"
    )
    return path


class TestWaive:
    def options(self, **change: str) -> list[str]:
        given = {
            "--subject": "mautic", "--until": str(TODAY + timedelta(days=60)),
            "--reason": "behind a proxy", "--owner": "Mori",
        }  # fmt: skip
        return [each for name, value in (given | change).items() if value for each in (name, value)]

    def test_an_accepted_failure_is_told_apart_in_every_form(
        self, demo: Path, mamori: Callable[..., Any]
    ) -> None:
        before = mamori("scan", "--config", demo, "--format", "json").target
        ran = mamori("waive", "software.hsts", "--config", demo, *self.options())
        assert (ran.code, ran.out) == (0, "")
        soon = self.options(**{"--subject": "*", "--until": str(TODAY), "--reason": "soon"})
        assert mamori("waive", "software.cookie-flags", "--config", demo, *soon).code == 0
        ran = mamori("scan", "--config", demo, "--format", "json")
        [accepted] = [each for each in ran.target["findings"] if each["check"] == "software.hsts"]
        assert accepted["status"] == "fail"
        assert "behind a proxy" in accepted["waiver"]
        assert ran.target["score"]["uncapped"] > before["score"]["uncapped"]
        assert ran.target["score"]["without_waivers"] == before["score"]["low"]
        assert "software.cookie-flags *: Its last day is" in ran.err
        text = mamori("scan", "--config", demo)
        assert "Accepted by somebody" in text.out
        assert "Its last day is" in text.out
        assert text.err == ""
        listed = mamori("waive", "--config", demo)
        assert listed.code == 0
        assert [line.split()[0] for line in listed.out.splitlines()] == ["active", "expiring"]

    def test_one_without_use_is_named(self, demo: Path, mamori: Callable[..., Any]) -> None:
        options = self.options(**{"--subject": "nobody"})
        mamori("waive", "software.hsts", "--config", demo, *options)
        ran = mamori("scan", "--config", demo, "--format", "json")
        assert "accepts nothing that fails here" in ran.err
        assert ran.report["waivers"][0]["findings"] == 0

    @pytest.mark.parametrize(
        ("check", "change", "message"),
        [
            ("software.hsts", {"--until": str(TODAY - timedelta(days=1))}, "is past"),
            ("software.hsts", {"--until": "31/12/2027"}, "is no day"),
            ("software.hsts", {"--owner": ""}, "needs --owner"),
            ("software.hsts", {"--target": "nobody"}, "sorairo-mautic"),
            ("software.hst", {}, "did you mean 'software.hsts'"),
        ],
    )
    def test_what_would_silence_nothing_is_refused(
        self,
        demo: Path,
        mamori: Callable[..., Any],
        check: str,
        change: dict[str, str],
        message: str,
    ) -> None:
        ran = mamori("waive", check, "--config", demo, *self.options(**change))
        assert ran.code == 2
        assert message in ran.err
        assert not (demo.parent / "waivers.yaml").exists()


def test_the_second_scan_knows_the_first(demo: Path, mamori: Callable[..., Any]) -> None:
    first = mamori("scan", "--config", demo, "--format", "json")
    second = mamori("scan", "--config", demo, "--format", "json")
    failing = [each for each in second.target["findings"] if each["status"] == "fail"]
    assert {each["first_seen"] for each in failing} == {first.report["started_at"]}
    assert {each["open_since"] for each in failing} == {first.report["started_at"]}
    assert second.report["chain"]["number"] == 2
    assert json.loads(first.out)["chain"]["previous"] == ""
