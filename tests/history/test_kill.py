"""kill -9 at every step: nothing that was kept is lost, nothing is made up, the chain holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from scans import NOW, deployment, person

from scanner.history.chain import verify
from scanner.history.database import Place
from scanner.history.store import History
from scanner.model import Mfa
from scanner.policy import Policy
from scanner.scan import judge

KILLING = Path(__file__).parent.parent / "killing.py"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(
        "name,email,state,mfa\n" + "".join(f"P{n},p{n}@example.jp,有効,なし\n" for n in range(8))
    )
    path = tmp_path / "mamori.yaml"
    path.write_text(
        "targets:\n"
        "  - name: shop\n"
        "    platform: mautic\n"
        "    endpoints: []\n"
        "    people:\n"
        "      csv: people.csv\n"
        "      columns: {name: name, email: email, enabled: state, mfa: mfa}\n"
        "history: sqlite:///history.db\n"
    )
    return path


def killed_scans(
    config: Path, tmp_path: Path, *words: str, rounds: int = 2
) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, KILLING, str(rounds), "scan", "--config", config, "--quiet", *words],
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path)},
        capture_output=True, check=False, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_scan_that_is_killed_happened_as_a_whole_or_not_at_all(
    config: Path, tmp_path: Path
) -> None:
    nights = killed_scans(config, tmp_path, "--output", str(tmp_path / "report.txt"))
    steps = {each["step"].partition(" ")[0] for each in nights if each["killed"]}
    assert {"CREATE", "BEGIN", "INSERT", "WITH", "UPDATE", "commit", "os.rename"} <= steps
    assert not nights[-1]["killed"]
    before = 0
    whole = nights[-1]["failing"]
    assert len(whole) == 1, "every scan that is there found the same"
    assert len(whole[0]) >= 8
    for night in nights:
        assert night["intact"], night
        assert night["scans"] in (before, before + 1), night
        assert night["failing"] in ([], whole), night
        before = night["scans"]
    # Once the commit is over the scan is there, whatever happens to its report.
    after = [each for each in nights if each["step"] == "os.rename"]
    assert after[-1]["scans"] == nights[nights.index(after[-1]) - 1]["scans"] + 1


def test_what_a_killed_delivery_owes_is_delivered_by_a_later_scan(
    config: Path, tmp_path: Path
) -> None:
    with config.open("a") as more:
        more.write("deliver:\n  - {to: file, path: reports/, format: json, keep: 1000}\n")
    nights = killed_scans(config, tmp_path, rounds=1)
    assert any(each["killed"] and each["pending"] for each in nights), "none died owing a report"
    last = nights[-1]
    assert (last["killed"], last["intact"], last["pending"]) == (False, True, 0)
    delivered = [
        json.loads(file.read_text(encoding="utf-8"))
        for file in (config.parent / "reports").glob("*.json")
    ]
    # At least once: who died between sending and noting it sent again.
    assert {each["chain"]["number"] for each in delivered} == set(range(1, last["scans"] + 1))


def test_two_processes_that_write_at_once_take_turns(
    place: Place, policy: Policy, history: History
) -> None:
    program = (
        "import sys; sys.path[:0] = [sys.argv[1]]\n"
        "from scans import NOW, deployment, person\n"
        "from scanner.history.database import Place\n"
        "from scanner.history.store import History\n"
        "from scanner.policy import load_policy\n"
        "from scanner.scan import judge\n"
        "policy = load_policy('baseline').only(['mfa'])\n"
        "history = History.open(Place(url=sys.argv[2]), create=True)\n"
        "for _ in range(6):\n"
        "    seen = deployment(person('1'), target=sys.argv[3])\n"
        "    report = judge([seen], policy, lang='en', started=NOW, now=lambda: NOW)\n"
        "    history.record(report, [seen], sinks=['x'])\n"
    )

    def write(target: str) -> int:
        words = [sys.executable, "-c", program, str(KILLING.parent), place.url, target]
        return subprocess.run(words, check=False).returncode

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(write, ["shop", "blog", "shop"])) == [0, 0, 0]
    found = verify(history, now=NOW)
    assert (found.scans, found.intact) == (18, True)
    assert len(history.pending()) == 18
    weak = deployment(person("1", Mfa.NONE))
    report = judge([weak], policy, lang="en", started=NOW, now=lambda: NOW)
    again = history.record(report, [weak])
    assert again.chain is not None
    assert again.chain.number == 19
