"""Vendors: whether they are bound and looked after, what they will end, and what they assess."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from scanner.sdk import (
    Account,
    Basis,
    Deadline,
    Reason,
    Rule,
    Severity,
    Unknown,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    parameter,
    passed,
)


@check("vendor.processor-agreement", severity=Severity.LOW, basis=Basis.STATUTE)
def processor_agreement(account: Account) -> Verdict:
    """A contract binds the vendor of the platform to protect the data.

    Why: Whoever entrusts data answers for the one entrusted. Without a contract there is no right
        to ask, to audit, or to be told of a leak.
    Fix: Conclude the vendor's data processing agreement; see that it covers security,
        sub-processors, notice of leaks and the return of data.
    Source: Act on the Protection of Personal Information, art. 25; GDPR, art. 28(3)
    """
    if known(account.processor_agreement):
        return passed("A processing agreement is in force.", observed=True)
    return failed("There is no processing agreement.", observed=False)


@check("vendor.certificates", severity=Severity.LOW, basis=Basis.GUIDELINE)
def certificates(account: Account) -> Verdict:
    """The vendor's security was looked at when it was chosen, and since.

    Why: A certificate proves little, but its absence or lapse is the first thing an outsider can
        see.
    Fix: Ask for a current certificate (ISO/IEC 27001, PrivacyMark, SOC 2, ISMAP), file it, and ask
        again every year.
    Source: Guidelines on the Act on the Protection of Personal Information (General Rules) 3-4-4
    """
    if known(account.vendor_certified):
        return passed("A current certificate was seen.", observed=True)
    return failed("No current certificate of the vendor was seen.", observed=False)


class Notice(Rule, frozen=True):
    """How early a deadline is spoken of."""

    days: Annotated[
        int,
        parameter("Days before the day.", source="Convention: a quarter, to change programs", ge=0),
    ] = 90


@check("vendor.deadline", severity=Severity.MEDIUM)
def deadline(deadline: Deadline, rule: Notice, now: datetime) -> Verdict:
    """Nothing rests on what the vendor ends, and what it will demand is done.

    Why: What a vendor ends stops on that day: sign-ups get lost, opt-outs are no longer carried
        over. In the hurry that follows, security is what is skipped.
    Fix: Do what the finding says, before the day that it names.
    Source: ISO/IEC 27001:2022, A.5.22 (changes of supplier services); the vendor's announcement
    """
    if deadline.concerned is False:
        return passed("It does not concern this deployment.", observed=False)
    day = known(deadline.date)
    if (day - now).days > rule.days:
        return not_applicable("There is time until {day}.", day=day)
    known(deadline.concerned)
    return failed(
        "{what} This holds from {day} on.",
        what=deadline.what,
        day=day,
        observed=day,
        expected=rule.days,
    )


@check("vendor.security-assessment", severity=Severity.MEDIUM)
def security_assessment(account: Account) -> Verdict:
    """The vendor's own assessment finds no high risk.

    Why: The vendor knows best which of its settings were behind break-ins at other customers, and
        attackers read the same list.
    Fix: Open the vendor's assessment, and mend what it rates as a high risk first.
    Fix (salesforce): Setup > Health Check > Fix Risks.
    Source: ISO/IEC 27001:2022, A.8.9
    """
    risks = account.vendor_risks
    if isinstance(risks, Unknown) and risks.reason is Reason.NOT_SUPPORTED:
        return not_applicable("The vendor makes no assessment of its own.")
    risks = known(risks)
    if risks:
        return failed(
            "The vendor rates as a high risk: {settings}.", settings=risks, observed=risks
        )
    return passed("The vendor rates no setting as a high risk.")
