"""How fast a report of 100,000 findings becomes each form, and how much memory that takes.

Findings per second of one core, and the megabytes that rendering adds to those of the report.
`--check` exits 1 where NDJSON or OCSF come below 50,000 findings per second or take 20 MB more.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import UTC, datetime

import msgspec

from scanner import registry
from scanner.model import Account, Deployment, Mfa, Person
from scanner.policy import load_policy
from scanner.render.format import Format
from scanner.report import Report
from scanner.scan import judge

FINDINGS, ROUNDS = 100_000, 3
LEAST_PER_SECOND, MOST_MEGABYTES = 50_000, 20
CHECKED = ("ndjson", "ocsf")
FORMS = (*CHECKED, "ecs", "cef", "csv", "sarif", "junit", "oscal")
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def large_report() -> Report:
    """Return a report of people, some of whom lack a second factor."""
    policy = load_policy("baseline").only(["access", "mfa"])
    people = [
        Person(
            id=str(number),
            name=f"花子 {number}",
            email=f"hanako.mori{number}@example.co.jp",
            can_sign_in=True,
            machine=False,
            administrator=number % 100 == 0,
            mfa=(Mfa.TOTP, Mfa.SMS, Mfa.NONE)[number % 3],
            last_sign_in=NOW,
            created=NOW,
        )
        for number in range(FINDINGS // 8)
    ]
    seen = Deployment(
        target="shop",
        platform="mautic",
        collected_at=NOW,
        subjects=(Account(id="shop", name="shop"), *people),
    )
    report = judge([seen], policy, lang="en", started=NOW, now=lambda: NOW)
    [target] = report.targets
    findings = (target.findings * (FINDINGS // len(target.findings) + 1))[:FINDINGS]
    target = msgspec.structs.replace(target, findings=findings)
    return msgspec.structs.replace(report, targets=(target,))


def measure(report: Report, name: str) -> tuple[float, float, int]:
    """Return findings per second, megabytes added, and the megabytes of what came out."""
    form: Format = registry.part("renderers", name)
    best, size = float("inf"), 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(ROUNDS):
        started = time.process_time()
        size = sum(len(piece) for piece in form.render(report))
        best = min(best, time.process_time() - started)
    added = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return FINDINGS / best, added, size // 1_000_000


def main() -> int:
    """Print the figures; return 1 if they are checked and too bad."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    report, bad = large_report(), False
    for name in FORMS:
        rate, added, size = measure(report, name)
        print(f"{name:<8} {rate:>9,.0f} findings/s  +{added:5.1f} MB  {size} MB written")
        bad |= name in CHECKED and (rate < LEAST_PER_SECOND or added > MOST_MEGABYTES)
    return int(check and bad)


if __name__ == "__main__":
    sys.exit(main())
