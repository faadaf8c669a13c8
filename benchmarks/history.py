"""How long it takes to keep a scan of 100,000 findings, and to compare two of them.

Two scans of 9,100 people, of whom one in a hundred changes overnight. `--check` exits 1 where
keeping and comparing both takes 5 seconds or more of one core, or the whole 300 MB or more.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from scanner.history.change import compare
from scanner.history.database import Place
from scanner.history.store import History
from scanner.model import Account, Deployment, Mfa, Person
from scanner.policy import Policy, load_policy
from scanner.report import Report
from scanner.scan import judge

PEOPLE = 9_100
MOST_SECONDS, MOST_MEGABYTES = 5.0, 300
NOW = datetime(2026, 11, 24, tzinfo=UTC)

T = TypeVar("T")


def deployment(night: int) -> Deployment:
    """Return a large deployment as one night finds it."""
    people = [_person(number, night) for number in range(PEOPLE)]
    account = Account(id="shop", people_total=PEOPLE, administrators=("a", "b", "c"))
    return Deployment(
        target="shop",
        platform="mautic",
        collected_at=NOW + timedelta(days=night),
        subjects=(account, *people),
    )


def _person(number: int, night: int) -> Person:
    changed = night * (number % 100 == 7)
    return Person(
        id=str(number),
        name=f"Person {number}",
        email=f"hanako.mori{number}@example.co.jp",
        username=f"hmori{number}",
        can_sign_in=True,
        machine=False,
        administrator=number % 3_000 == 3,
        mfa=(Mfa.TOTP, Mfa.PHISHING_RESISTANT, Mfa.SMS, Mfa.NONE)[(number + changed) % 4],
        signs_in_by_sso=False,
        created=NOW - timedelta(days=500),
        last_sign_in=NOW - timedelta(days=number % 120),
        in_organisation=number % 30 != 5,
        employed=True,
    )


def report(seen: Deployment, policy: Policy) -> Report:
    """Judge a night."""
    at = seen.collected_at
    return judge([seen], policy, lang="en", started=at, now=lambda: at)


def keep(history: History, made: Report, seen: Deployment) -> None:
    """Keep a night."""
    history.record(made, [seen])


def measure(name: str, work: Callable[[], T]) -> tuple[T, float]:
    """Do `work`, and print and return its processor time."""
    gc.collect()
    core, wall = time.process_time(), time.perf_counter()
    result = work()
    core, wall = time.process_time() - core, time.perf_counter() - wall
    print(f"  {name:24} {core:>6.2f} s of one core ({wall:.2f} by the clock)")
    return result, core


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 if it is slower than promised")
    options = parser.parse_args()
    policy = load_policy("baseline").only(["mfa", "access"])
    spent = 0.0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "history.db"
        history = History.open(Place(url=f"sqlite:///{file}"), create=True)
        for night in (0, 1):
            seen = deployment(night)
            made = report(seen, policy)
            if not night:
                print(f"history: {len(made.targets[0].findings):,} findings of {PEOPLE:,} people")
            name = "the first scan is kept" if not night else "the next one is kept"
            _, core = measure(name, partial(keep, history, made, seen))
            spent += core
            del seen, made
        change, core = measure(
            "both are compared", lambda: compare(history, history.find("1"), history.find("2"))
        )
        spent += core
        size = file.stat().st_size / 1e6
    [target] = change.targets
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  new, fixed, still open   {len(target.new)}, {len(target.fixed)}, ", end="")
    print(f"{len(target.still_open)}; score {target.change:+g}")
    print(f"  all of it                {spent:>6.2f} s of one core")
    print(f"  the file                 {size:>6.1f} MB")
    print(f"  peak memory              {megabytes:>6.0f} MB")
    missed = spent >= MOST_SECONDS or megabytes >= MOST_MEGABYTES
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
