"""Evidence: whether the sources that a verdict rests on agree.

These checks inform; they weigh nothing, so that a witness who falls silent cannot raise a score.
"""

from __future__ import annotations

from typing import Annotated

from scanner.sdk import (
    Account,
    Credential,
    Rule,
    Severity,
    SignIn,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    parameter,
    passed,
)


class Tolerance(Rule, frozen=True):
    """How far two clocks may differ."""

    days: Annotated[
        int,
        parameter(
            "Days by which a declared date may be later than the ledger allows.",
            source="Convention: a date without a time or zone is exact to a day",
            ge=0,
        ),
    ] = 2


@check("evidence.contradiction", severity=Severity.INFO)
def contradiction(account: Account) -> Verdict:
    """What different sources say of the same thing agrees.

    Why: Where an export and the platform disagree, one of them is old, wrong or forged. mamori
        follows the more direct one; a person should know why they differ.
    Fix: Make the export or the statement anew, or find out who changed what in between.
    Source: ISO/IEC 27001:2022, A.5.16 (identities are kept up to date)
    """
    found = known(account.contradictions)
    if not found:
        return passed("The sources agree.")
    return failed("The sources disagree: {facts}.", facts=found, observed=len(found), expected=0)


@check("evidence.rotation-date", severity=Severity.INFO)
def rotation_date(credential: Credential, rule: Tolerance) -> Verdict:
    """A secret was really changed when its keeper says so.

    Why: A date in a file says what somebody meant to do. The ledger has seen whether the secret is
        still the same, and a change that did not happen leaves every leaked copy working.
    Fix: Change the secret, or correct its date of rotation.
    Source: OWASP ASVS 5.0, 13.3.4 (rotation is enforced)
    """
    if not credential.held:
        return not_applicable("mamori was not given this secret.")
    rotated = known(credential.rotated)
    if rotated is None:
        return not_applicable("No change is claimed.")
    if (rotated - known(credential.unchanged_since)).days <= rule.days:
        return passed("The ledger does not speak against the date.", observed=rotated)
    return failed(
        "It is said to have been changed on {rotated}, but is the same as on {seen}.",
        rotated=rotated,
        seen=credential.unchanged_since,
        observed=rotated,
    )


@check("evidence.sign-in-record", severity=Severity.INFO)
def sign_in_record(sign_in: SignIn) -> Verdict:
    """What was tried at a sign-in is on record.

    Why: A probe that signs in leaves traces in logs and may alarm those who watch them. They can
        tell it from an attack by when it asked for what.
    Fix: Hand the record to whoever watches the platform's log.
    Source: ISO/IEC 27001:2022, A.8.34 (tests are agreed on and recorded)
    """
    return passed(
        "{requests} requests, {refused} refused sign-ins.",
        requests=sign_in.requests,
        refused=sign_in.refused,
        observed=sign_in.requests,
        evidence=sign_in.record,
    )
