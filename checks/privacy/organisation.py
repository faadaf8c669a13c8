"""What no page shows: that the people know the rules, and what to do when data leaks."""

from __future__ import annotations

from scanner.sdk import Account, Basis, Severity, Verdict, check, failed, known, passed


@check("privacy.staff-training", severity=Severity.LOW, basis=Basis.STATUTE)
def staff_training(account: Account) -> Verdict:
    """Those who use the platform know the rules for it.

    Why: Most leaks and unwanted mails begin with somebody who did not know: a list sent to the
        wrong audience, an export in a private folder.
    Fix: Instruct everybody with an account on data protection and mail law, once a year, and keep a
        record of it.
    Source: Act on the Protection of Personal Information, art. 24; Guidelines (General Rules) 10-4
    """
    if known(account.staff_trained):
        return passed("The users were instructed.", observed=True)
    return failed("The users were not instructed within the last year.", observed=False)


@check("privacy.leak-runbook", severity=Severity.LOW, basis=Basis.STATUTE)
def leak_runbook(account: Account) -> Verdict:
    """It is written down what to do when data leaks.

    Why: The first report to the authority is due within three to five days of noticing. Nobody
        finds out in that time who has to write it.
    Fix: Write down who decides, who reports to whom and by when, and rehearse it once a year.
    Source: Act on the Protection of Personal Information, art. 26; Enforcement Rules, art. 7 to 10
    """
    if known(account.leak_runbook):
        return passed("There is a runbook for leaks.", observed=True)
    return failed("There is no runbook for leaks.", observed=False)
