"""Logging: whether somebody could find out afterwards what happened."""

from __future__ import annotations

from typing import Annotated

from scanner.sdk import (
    Account,
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


class Retention(Rule, frozen=True):
    """How long records are kept."""

    min_days: Annotated[
        int, parameter("Days.", source="PCI DSS 4.0.1, 10.5.1 (twelve months)", ge=1)
    ] = 365


@check("logging.audit-log", severity=Severity.MEDIUM)
def audit_log(account: Account) -> Verdict:
    """Sign-ins and changes are recorded.

    Why: After a breach the first question is whose data was taken. Without a record the answer is:
        everybody's.
    Fix: Switch the audit log on, let the scanner read it, and copy it to a place where an intruder
        cannot delete it.
    Source: NIST SP 800-53, AU-2 and AU-3
    """
    if known(account.audit_log):
        return passed("There is a record of sign-ins and changes.", observed=True)
    return failed("Sign-ins and changes are not recorded.", observed=False, expected=True)


@check("logging.failed-sign-ins", severity=Severity.LOW)
def failed_sign_ins(account: Account) -> Verdict:
    """Failed sign-ins are recorded.

    Why: Guessing shows in failed sign-ins long before one succeeds. Where they are not recorded,
        the first sign of an attack is its success.
    Fix: Switch their recording on, and have somebody told when they come in numbers.
    Fix (mautic): Mautic writes no failed sign-ins to its audit log. Let the web server record POST
        requests to /s/login with their status, and watch that record.
    Source: NIST SP 800-53, AU-2
    """
    if known(account.failed_sign_ins_logged):
        return passed("There is a record of failed sign-ins.", observed=True)
    return failed("Failed sign-ins are not recorded.", observed=False, expected=True)


@check("logging.retention", severity=Severity.LOW)
def retention(account: Account, rule: Retention) -> Verdict:
    """The record of sign-ins and changes is kept for long enough.

    Why: Break-ins are found after months, and then the question is what was done in those months.
    Fix: Lengthen the time for which the platform keeps its record, or copy it to a place of your
        own before it is deleted.
    Source: PCI DSS 4.0.1, 10.5.1
    """
    if account.audit_log is False:
        return not_applicable("Nothing is recorded; another rule judges that.")
    days = known(account.audit_log_days)
    known(account.audit_log)
    if days is None:
        return passed("The record is kept without end.", observed=None, expected=rule.min_days)
    if days >= rule.min_days:
        return passed("The record is kept.", observed=days, expected=rule.min_days)
    return failed(
        "The record is kept for {days} days.", days=days, observed=days, expected=rule.min_days
    )
