"""How fast a deployment is judged: verdicts per second of one core, findings included.

10,000 people by the access and mfa checks, and 2,000 held credentials by all that judge
credentials, under the baseline policy. `--check` exits 1 below 400,000 verdicts per second or above
300 MB.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from scanner.evaluate import evaluate
from scanner.model import (
    Account,
    AnySubject,
    Credential,
    CredentialKind,
    Deployment,
    Mfa,
    NoEvidence,
    Person,
    Storage,
)
from scanner.policy import Policy, load_policy

PEOPLE, CREDENTIALS, ROUNDS = 10_000, 2_000, 7
LEAST_PER_SECOND, MOST_MEGABYTES = 400_000, 300
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def deployment() -> Deployment:
    """Return a large deployment where most is in order, some fails and some is unknown."""
    people = [_person(number) for number in range(PEOPLE)]
    credentials = [_credential(number) for number in range(CREDENTIALS)]
    account = Account(id="shop", people_total=PEOPLE, administrators=("a", "b", "c"))
    subjects: tuple[AnySubject, ...] = (account, *people, *credentials)
    return Deployment(target="shop", platform="mautic", collected_at=NOW, subjects=subjects)


def _person(number: int) -> Person:
    facts = Person(
        id=str(number),
        name=f"Person {number}",
        email=f"hanako.mori{number}@example.co.jp",
        username=f"hmori{number}",
        can_sign_in=number % 20 != 1,
        machine=number % 50 == 2,
        administrator=number % 3_000 == 3,
        mfa=(Mfa.TOTP, Mfa.PHISHING_RESISTANT, Mfa.SMS, Mfa.TOTP, Mfa.NONE)[number % 5],
        signs_in_by_sso=False,
        created=NOW - timedelta(days=500),
        last_sign_in=None if number % 40 == 4 else NOW - timedelta(days=number % 120),
        in_organisation=number % 30 != 5,
        employed=True,
    )
    # A third of a real tenant's people come from an export that leaves columns out.
    if number % 3:
        return facts
    return Person(id=facts.id, name=facts.name, email=facts.email, last_sign_in=facts.last_sign_in)


def _credential(number: int) -> Credential:
    kinds = (CredentialKind.PASSWORD, CredentialKind.API_KEY, CredentialKind.OAUTH_GRANT)
    return Credential(
        id=f"keyring:mamori/{number}",
        kind=kinds[number % 3],
        held=True,
        owner="marketing",
        storage=Storage.ENCRYPTED,
        strength=4 - number % 5 // 3,
        length=8 + number % 20,
        shared_with=(),
        mfa_protected=number % 4 == 0,
        issued=NOW - timedelta(days=number % 200),
        rotated=None,
        expires=NOW + timedelta(days=number % 300),
        last_used=NOW - timedelta(days=number % 100),
        scopes=("forms", "contacts.read"),
    )


def policy() -> Policy:
    """Return the baseline with the checks of people and of credentials alone."""
    whole = load_policy("baseline")
    kept = tuple(
        each
        for each in whole
        if {Person, Credential} & set(each.check.subjects)
        and (Person not in each.check.subjects or each.check.family in {"access", "mfa"})
    )
    return msgspec.structs.replace(whole, selected=kept)


def bare(judged: Deployment, by: Policy) -> int:
    """Call the same checks on the same subjects in a plain loop that keeps nothing."""
    verdicts = 0
    for each in by:
        rule = () if each.check.rule is None else (each.rule,)
        arguments = (*rule, NOW) if each.check.takes_now else rule
        kinds, function = each.check.subjects, each.check.function
        for subject in judged.subjects:
            if type(subject) in kinds:
                verdicts += 1
                try:
                    function(subject, *arguments)
                except NoEvidence:
                    continue
    return verdicts


def measure(work: Callable[[], int]) -> tuple[int, float, float]:
    """Return verdicts, and the median of their number per second by wall and by processor time."""
    work()
    walls, cores = [], []
    verdicts = 0
    for _ in range(ROUNDS):
        gc.collect()
        wall, core = time.perf_counter(), time.process_time()
        verdicts = work()
        cores.append(verdicts / (time.process_time() - core))
        walls.append(verdicts / (time.perf_counter() - wall))
    return verdicts, statistics.median(walls), statistics.median(cores)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 if it is slower than promised")
    options = parser.parse_args()
    judged, by = deployment(), policy()
    _, bare_wall, bare_core = measure(lambda: bare(judged, by))
    verdicts, wall, core = measure(lambda: len(evaluate(judged, by, NOW)))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"evaluate: {verdicts:,} verdicts of {len(by.selected)} checks over {PEOPLE:,} people and "
        f"{CREDENTIALS:,} credentials, median of {ROUNDS} rounds"
    )
    for name, a_core, a_clock in (
        ("with findings", core, wall),
        ("bare loop", bare_core, bare_wall),
    ):
        print(f"  {name:14} {a_core:>11,.0f} verdicts/s of one core ({a_clock:,.0f} by the clock)")
    print(f"  peak memory    {megabytes:>11,.0f} MB")
    missed = core < LEAST_PER_SECOND or megabytes > MOST_MEGABYTES
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
