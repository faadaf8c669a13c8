"""Vendors: whether those who process data for the organisation are bound and looked after."""

from __future__ import annotations

from scanner.sdk import Account, Basis, Severity, Verdict, check, failed, known, passed


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
