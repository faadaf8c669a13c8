"""How often the checks of the law are right on real pages: the confusion table, per check.

The texts are not ours to publish. FOLDER holds those that `tests/corpus/real.yaml` names, each as
the first 16 digits of its SHA-256 with any ending; what is not there is left out, and counted.
`--check` exits 1 where less than 95 % of the failures are right, less than 90 % are found, or more
than 15 % is left to a person.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from scanner import registry
from scanner.collect.probes.published.mail import read_message
from scanner.collect.probes.published.page import read_page
from scanner.model import Form, Message, NoEvidence, Page
from scanner.sdk import Check

LABELS = Path(__file__).parents[1] / "tests" / "corpus" / "real.yaml"
PRECISION, RECALL, MOST_LEFT = 0.95, 0.90, 0.15
Table = dict[str, Counter[tuple[str, str]]]


def measure(folder: Path) -> tuple[Table, int]:
    """Return, per check, how often what was labelled met what was concluded; and how many lack."""
    files = {path.name.partition(".")[0]: path for path in folder.rglob("*") if path.is_file()}
    labelled: dict[str, list[dict[str, Any]]] = yaml.safe_load(LABELS.read_text("utf-8"))
    table: Table = {}
    missing = 0
    for kind, cases in labelled.items():
        for each in cases:
            path = files.get(each["sha256"])
            data = path.read_bytes() if path is not None else b""
            if hashlib.sha256(data).hexdigest()[:16] != each["sha256"]:
                missing += 1
                continue
            found = [read_message(data, "x")] if kind == "mails" else read_page(data, "x")
            for check, label in each["labels"].items():
                table.setdefault(check, Counter())[label, conclude(check, found)] += 1
    return table, missing


def conclude(check: str, found: Sequence[Page | Form | Message]) -> str:
    """Return the worst status a check concludes; `review` is an answer left to a person."""
    asked = registry.checks()[check]
    statuses = {_status(asked, each) for each in found if isinstance(each, asked.subjects)}
    return next((each for each in (*_FROM_THE_WORST, *statuses) if each in statuses), "none")


_FROM_THE_WORST = ("fail", "review", "pass")


def _status(asked: Check, subject: Page | Form | Message) -> str:
    try:
        status: str = asked.function(subject).status.value
    except NoEvidence:
        return "review"
    return "review" if status == "inconclusive" else status


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    if asked.folder is None:
        print("the law on real pages: not measured, for no folder of them was named")
        return 0
    table, missing = measure(asked.folder)
    print(f"{'check':34}{'judged':>7}{'failing':>8}{'found':>7}{'falsely':>8}{'left':>6}")
    good = True
    for check, counts in table.items():
        judged = counts.total()
        failing = sum(n for (label, _), n in counts.items() if label == "fail")
        found = counts["fail", "fail"]
        falsely = sum(n for (label, said), n in counts.items() if said == "fail" != label)
        left = sum(n for (label, said), n in counts.items() if said == "review" != label)
        print(f"{check:34}{judged:7}{failing:8}{found:7}{falsely:8}{left:6}")
        good &= found >= PRECISION * (found + falsely) and left <= MOST_LEFT * judged
        good &= found >= RECALL * failing or failing - found <= 1
    print(f"{missing} of the labelled texts are not in {asked.folder}.")
    return 0 if good or not asked.check else 1


if __name__ == "__main__":
    sys.exit(main())
