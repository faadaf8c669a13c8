"""Reports made the way production makes them: deployment → evaluate → build_report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest

from scanner.evaluate import evaluate
from scanner.language import language
from scanner.model import AnySubject, Deployment, Origin, Problem, Reason, Text, Unknown, Witness
from scanner.policy import WEIGHTS, Disagreement, Policy, Selected
from scanner.report import Judged, Report, Run, build_report
from scanner.sdk import (
    Account,
    Check,
    Credential,
    CredentialKind,
    Mfa,
    Person,
    Rule,
    Severity,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    parameter,
    passed,
)

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class Dormant(Rule, frozen=True):
    max_days: Annotated[int, parameter("Days", source="An invented standard 1.2", ge=1)] = 90


@check("mfa.enrolled", severity=Severity.CRITICAL)
def enrolled(person: Person) -> Verdict:
    """Everyone who can sign in has a second factor.

    Why: A stolen password alone opens the account, and with it the data of every contact.
    Fix: Have the person enrol an authenticator app or a security key.
    Source: NIST SP 800-63B-4.
    """
    if not known(person.can_sign_in):
        return not_applicable("Cannot sign in.")
    if known(person.mfa) is not Mfa.NONE:
        return passed("A second factor stands beside the password.")
    return failed("{name} signs in with a password alone.", name=person.name)


@check("access.dormant", severity=Severity.MEDIUM)
def dormant(person: Person, rule: Dormant, now: datetime) -> Verdict:
    """Accounts that nobody uses are closed.

    Why: Nobody notices when an unused account is taken over.
    Fix: Close the account.
    Source: PCI DSS 8.2.6.
    """
    last = known(person.last_sign_in)
    if last is not None and (now - last).days <= rule.max_days:
        return passed("In use.", observed=last)
    return failed(
        "Nobody has signed in for more than {days} days.", days=rule.max_days, observed=last
    )


@check("evidence.contradiction", severity=Severity.INFO)
def contradiction(account: Account) -> Verdict:
    """All sources agree.

    Why: A source that is wrong once may be wrong again.
    Fix: Find out which is right.
    Source: Own judgement.
    """
    lines = known(account.contradictions)
    if lines:
        return failed("Sources disagree: {lines}", lines=lines, observed=lines)
    return passed("Sources agree.")


@check("password.strength", severity=Severity.HIGH)
def strength(credential: Credential) -> Verdict:
    """Passwords resist guessing.

    Why: Guessing starts with the words that everybody uses.
    Fix: Let a password manager make the password.
    Source: NIST SP 800-63B-4.
    """
    if known(credential.strength) < 3:
        return failed("The password is easy to guess.", expected=3)
    return passed("The password is hard to guess.")


CHECKS: tuple[Check, ...] = (dormant, contradiction, enrolled, strength)

POLICY = Policy(
    name="sample",
    version="7",
    title="A sample",
    chain=("sample",),
    selected=tuple(
        Selected(
            check=each,
            severity=each.severity,
            weight=WEIGHTS[each.severity],
            rule=each.rule() if each.rule else None,
            sources={},
            disagreements=(
                (Disagreement("An invented standard 3.4", "Accounts are closed after 45 days."),)
                if each is dormant
                else ()
            ),
        )
        for each in CHECKS
    ),
)

NO_PERMISSION = Unknown(
    Reason.NOT_PERMITTED,
    Text.of("The role of the scanner may not list users."),
    Text.of("Give the role the permission {permission}.", permission="user:users:view"),
)


def person(number: int, **facts: Any) -> Person:
    facts = {
        "name": f"Person {number}",
        "can_sign_in": True,
        "mfa": Mfa.TOTP,
        "last_sign_in": NOW,
        **facts,
    }
    return Person(id=str(number), **facts)


def deployment(
    *subjects: AnySubject, target: str = "shop", account: Account | None = None, **rest: Any
) -> Deployment:
    return Deployment(
        target=target,
        platform="mautic",
        collected_at=NOW,
        subjects=(account or Account(id=target, name=target), *subjects),
        **rest,
    )


def report(*deployments: Deployment, lang: str = "en", complete: bool = True) -> Report:
    return build_report(
        Run(
            scan_id="0123456789abcdef",
            started_at=NOW,
            finished_at=NOW,
            version="0.1.0",
            complete=complete,
        ),
        [Judged(each, evaluate(each, POLICY, NOW)) for each in deployments],
        POLICY,
        language(lang),
        {"mfa.enrolled": ("nist-800-63b:2.2",)},
    )


def shop(**rest: Any) -> Deployment:
    """A deployment in which everything that a report can show happens at least once."""
    return deployment(
        *(person(n, mfa=Mfa.NONE, last_sign_in=None) for n in range(1, 9)),
        *(person(n) for n in range(9, 12)),
        person(12, mfa=Unknown(Reason.NOT_EXPOSED, Text.of("The vendor does not tell."))),
        person(13, can_sign_in=False, mfa=Mfa.NONE),
        person(14, name="山田 花子", mfa=Mfa.NONE),
        person(15, name="[red]not red[/red]", mfa=Mfa.NONE),
        person(
            16,
            origin=Origin.API,
            witnesses={"mfa": Witness(origin=Origin.ATTESTED, by="Hanako")},
        ),
        Credential(id="file:weak", kind=CredentialKind.PASSWORD, strength=1),
        Credential(id="env:GONE", kind=CredentialKind.PASSWORD, strength=NO_PERMISSION),
        account=Account(id="shop", name="shop", contradictions=("1 mfa: api=none, import=totp",)),
        populations={"Credential": NO_PERMISSION},
        problems=(
            Problem(where="roles", reason=Reason.NOT_PERMITTED),
            Problem(where="audit log", reason=Reason.NOT_PERMITTED),
            Problem(
                where="tls ma.example.jp:443",
                reason=Reason.UNREACHABLE,
                remedy=Text.of("Check that the address is right."),
            ),
        ),
        **rest,
    )


@pytest.fixture
def make_report() -> Callable[..., Report]:
    return report


@pytest.fixture
def make_shop() -> Callable[..., Deployment]:
    return shop
