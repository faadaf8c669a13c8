"""Logging: whether somebody could find out afterwards what happened."""

from __future__ import annotations

from scanner.sdk import Account, Severity, Verdict, check, failed, known, passed


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
    Source: NIST SP 800-53, AU-2 and AU-6
    """
    if known(account.failed_sign_ins_logged):
        return passed("There is a record of failed sign-ins.", observed=True)
    return failed("Failed sign-ins are not recorded.", observed=False, expected=True)
