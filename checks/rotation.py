"""Rotation: how old each password and key is, and whether it is still needed.

People's passwords and machines' keys are judged by different rules: the standards that forbid
forced changes speak of what people must remember.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated

import msgspec

from scanner.sdk import (
    Account,
    Credential,
    CredentialKind,
    Fact,
    Mfa,
    Person,
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

_PASSWORD = CredentialKind.PASSWORD
_OAUTH_GRANT = CredentialKind.OAUTH_GRANT
_KEYS = frozenset(
    {CredentialKind.API_KEY, CredentialKind.OAUTH_CLIENT, CredentialKind.WEBHOOK_SECRET}
)
_SIGNING_IN = frozenset(
    {CredentialKind.API_KEY, CredentialKind.OAUTH_CLIENT, CredentialKind.OAUTH_GRANT}
)
_ENDING = _KEYS | {_OAUTH_GRANT, CredentialKind.CERTIFICATE}
_NO_MFA = Mfa.NONE
_FOREVER = math.inf

Days = Annotated[int, msgspec.Meta(ge=1)]


class PasswordAge(Rule, frozen=True):
    """How old a person's password may become."""

    max_age_days: Annotated[
        Days | None,
        parameter(
            "Days after which a password must be changed; none asks for no regular change.",
            source="NIST SP 800-63B-4 §3.1.1.2; OWASP ASVS 5.0, 6.2.10",
        ),
    ] = None
    max_age_days_without_mfa: Annotated[
        Days | None,
        parameter(
            "The same, where no second factor stands beside the password.",
            source="NIST SP 800-63B-4 §3.1.1.2; OWASP ASVS 5.0, 6.2.10",
        ),
    ] = None


class ForcedChange(Rule, frozen=True):
    """What the platform should do about old passwords."""

    max_age_days: Annotated[
        Days | None,
        parameter(
            "Days after which the platform must force a change; none means it must not.",
            source="NIST SP 800-63B-4 §3.1.1.2; OWASP ASVS 5.0, 6.2.10",
        ),
    ] = None
    only_without_mfa: Annotated[
        bool,
        parameter(
            "Whether a second factor demanded of everybody makes the change needless.",
            source="PCI DSS 4.0.1, 8.3.9",
        ),
    ] = True


class KeyAge(Rule, frozen=True):
    """How old a machine's key may become."""

    max_days: Annotated[
        int,
        parameter(
            "Days.",
            source="Convention; PCI DSS 4.0.1, 8.6.3 leaves the number to a risk analysis",
            ge=1,
        ),
    ] = 90


class GrantAge(Rule, frozen=True):
    """How old a consent may become before somebody confirms it."""

    max_days: Annotated[
        int,
        parameter(
            "Days.",
            source="Convention; OWASP ASVS 5.0, 13.1.4 asks for a schedule without naming a number",
            ge=1,
        ),
    ] = 365


class Unused(Rule, frozen=True):
    """How long a key may lie unused."""

    max_days: Annotated[
        int, parameter("Days.", source="PCI DSS 4.0.1, 8.2.6, by analogy with accounts", ge=1)
    ] = 90


class ExpiresSoon(Rule, frozen=True):
    """How near the end of a key may come."""

    warn_days: Annotated[
        int, parameter("Days before the end.", source="Convention: two working weeks", ge=0)
    ] = 14


@check("rotation.password-age", severity=Severity.MEDIUM)
def password_age(subject: Credential | Person, rule: PasswordAge, now: datetime) -> Verdict:
    """People's passwords are changed as often as the policy asks.

    Why: A password that leaked long ago keeps working until it is changed. The standards disagree
        on the remedy: forced changes lead people to weak patterns, and so NIST wants a change only
        on a sign of compromise, while PCI DSS wants one every 90 days where nothing else protects
        the account.
    Fix: Change the password now. Better than changing it regularly is a second factor.
    Source: NIST SP 800-63B-4 §3.1.1.2 and OWASP ASVS 5.0, 6.2.10 (no periodic change); PCI DSS
        4.0.1, 8.3.9 (90 days where it is the only factor)
    """
    relaxed, strict = _limits(rule)
    if strict is _FOREVER:
        return not_applicable(
            "NIST SP 800-63B-4 advises against changing passwords by the calendar."
        )
    if isinstance(subject, Credential) and subject.kind is not _PASSWORD:
        return not_applicable("The age of keys is judged by another rule.")
    least, most = _age(subject, now)
    if most <= strict:
        return passed("The password is recent enough.", observed=most, expected=strict)
    if isinstance(subject, Person) and (
        subject.can_sign_in is False or subject.machine is True or subject.signs_in_by_sso is True
    ):
        return not_applicable("No person signs in here with a password of this platform.")
    limit = relaxed
    if least <= relaxed:
        limit = relaxed if known(_protected(subject)) else strict
    if limit is _FOREVER:
        return not_applicable("A second factor protects this password, so it may stay.")
    if most <= limit:
        return passed("The password is recent enough.", observed=most, expected=limit)
    if least <= limit:
        known(_changed(subject))
    if isinstance(subject, Person):
        known(subject.can_sign_in)
    return failed(
        "The password has been the same for {days} days or more.",
        days=least,
        observed=least,
        expected=limit,
    )


@check("rotation.forced-change", severity=Severity.LOW)
def forced_change(account: Account, rule: ForcedChange) -> Verdict:
    """The platform forces password changes as the policy asks.

    Why: Forced regular changes lead people to count a digit up, which attackers know; without any,
        a leaked password works for ever where nobody notices the leak. Standards take opposite
        sides, and the policy has to choose one.
    Fix: Set the password expiry in the platform's security settings as the policy asks.
    Source: NIST SP 800-63B-4 §3.1.1.2 and OWASP ASVS 5.0, 6.2.10 (no periodic change); PCI DSS
        4.0.1, 8.3.9 (90 days where it is the only factor)
    """
    forced = known(account.password_max_age_days)
    if rule.max_age_days is None:
        if forced is None:
            return passed("The platform forces no periodic change.")
        return failed(
            "The platform forces a change every {days} days.", days=forced, observed=forced
        )
    if forced is not None and forced <= rule.max_age_days:
        return passed("The platform forces a change.", observed=forced, expected=rule.max_age_days)
    if rule.only_without_mfa and known(account.mfa_enforced):
        return not_applicable("Everybody needs a second factor, so passwords may stay.")
    return failed(
        "The platform does not force a change within {days} days.",
        days=rule.max_age_days,
        observed=forced,
        expected=rule.max_age_days,
    )


@check("rotation.key-age", severity=Severity.MEDIUM)
def key_age(credential: Credential, rule: KeyAge, now: datetime) -> Verdict:
    """Machine keys are replaced regularly.

    Why: A key leaks through logs, tickets, old laptops and former colleagues, mostly unnoticed.
        Replacing it regularly ends the use of every copy that nobody knows of. Programs, unlike
        people, lose nothing by it.
    Fix: Issue a new key, put it where the program reads it, confirm that it works, then revoke the
        old one.
    Fix (mautic): Create new API credentials under Settings, API Credentials, put them where the
        program reads them, then delete the old ones.
    Source: PCI DSS 4.0.1, 8.6.3; OWASP ASVS 5.0, 13.1.4 and 13.3.4; the number of days is
        convention
    """
    if credential.kind not in _KEYS:
        return not_applicable("This is not a key that a program holds.")
    return _judge_age(credential, rule.max_days, now)


@check("rotation.oauth-grant", severity=Severity.LOW)
def oauth_grant(credential: Credential, rule: GrantAge, now: datetime) -> Verdict:
    """Consents given to other programs are confirmed from time to time.

    Why: A grant lets another company's program act here for as long as it lasts, also after the
        project has ended and after that company was breached.
    Fix: Ask its owner whether it is still needed; if so connect it anew, if not revoke it.
    Source: OWASP ASVS 5.0, 13.1.4; OWASP Non-Human Identities Top 10 2025, NHI1 and NHI3
    """
    if credential.kind is not _OAUTH_GRANT:
        return not_applicable("This is not a consent given to another program.")
    return _judge_age(credential, rule.max_days, now)


@check("rotation.unused", severity=Severity.LOW)
def unused(credential: Credential, rule: Unused, now: datetime) -> Verdict:
    """Keys that nobody uses are gone.

    Why: A key that nobody uses is watched by nobody: whoever finds it works undisturbed.
    Fix: Revoke it. Where its use is seasonal, issue a new one when the season comes.
    Source: OWASP Non-Human Identities Top 10 2025, NHI1; PCI DSS 4.0.1, 8.2.6, by analogy with
        accounts
    """
    if credential.kind not in _SIGNING_IN:
        return not_applicable("This credential is not a key by itself.")
    if credential.used_by_scanner:
        return passed("This scan uses it.")
    used = known(credential.last_used)
    if used is None:
        # Issued yesterday and not yet used is no fault.
        since = known(credential.issued)
        if (now - since).days <= rule.max_days:
            return not_applicable("It was issued so recently that it may still be waiting for use.")
        return failed("It has never been used.", observed=None, expected=rule.max_days)
    idle = (now - used).days
    if idle <= rule.max_days:
        return passed("It is in use.", observed=used, expected=rule.max_days)
    return failed(
        "It has not been used for {days} days.", days=idle, observed=used, expected=rule.max_days
    )


@check("rotation.expires-soon", severity=Severity.LOW)
def expires_soon(credential: Credential, rule: ExpiresSoon, now: datetime) -> Verdict:
    """No key is about to end, or ended, unnoticed.

    Why: When a key ends, everything that runs with it stops: opt-outs are no longer carried over,
        alarms fall silent. In the hurry that follows people issue keys with every right.
    Fix: Issue its successor now, put it where the program reads it, and remove the old one.
    Source: Convention; OWASP ASVS 5.0, 13.1.4 (a documented schedule)
    """
    if credential.kind not in _ENDING:
        return not_applicable("This credential does not end by itself.")
    end = known(credential.expires)
    if end is None:
        return not_applicable("It has no end.")
    if end <= now:
        return failed("It ended on {end}.", end=end, observed=end)
    if (end - now).days < rule.warn_days:
        return failed("It ends on {end}.", end=end, observed=end, expected=rule.warn_days)
    return passed("It does not end soon.", observed=end, expected=rule.warn_days)


@check("rotation.end-date", severity=Severity.INFO)
def end_date(credential: Credential) -> Verdict:
    """Keys end by themselves.

    Why: A key without an end works for whoever finds it, in ten years as today.
    Fix: Where the platform allows it, issue keys with an end, and note who renews them.
    Source: OWASP ASVS 5.0, 13.2.1 (no unchanging credentials)
    """
    if credential.kind not in _KEYS and credential.kind is not _OAUTH_GRANT:
        return not_applicable("This credential is not a key.")
    end = known(credential.expires)
    if end is None:
        return failed("It works for ever.", observed=None)
    return passed("It has an end.", observed=end)


def _judge_age(credential: Credential, max_days: int, now: datetime) -> Verdict:
    least, most = _age(credential, now)
    if most <= max_days:
        return passed("It is recent enough.", observed=most, expected=max_days)
    if least <= max_days:
        known(_changed(credential))
    return failed(
        "It has been the same for {days} days or more.",
        days=least,
        observed=least,
        expected=max_days,
    )


def _age(subject: Credential | Person, now: datetime) -> tuple[float, float]:
    """Return the days for which the secret has been the same: at least, and at most."""
    changed = _changed(subject)
    if type(changed) is not Unknown:
        days = (now - changed).days
        return days, days
    # The ledger has seen the value since then: it may have been the same before, too.
    seen = subject.unchanged_since if isinstance(subject, Credential) else changed
    return (0 if type(seen) is Unknown else (now - seen).days), _FOREVER


def _changed(subject: Credential | Person) -> Fact[datetime]:
    """Return the last change of the secret: the latest date that anything gives."""
    if isinstance(subject, Person):
        return subject.password_changed
    issued, rotated = subject.issued, subject.rotated
    if rotated is None or type(rotated) is Unknown:
        return issued
    if type(issued) is Unknown:
        return rotated
    return max(issued, rotated)


def _limits(rule: PasswordAge) -> tuple[float, float]:
    """Return the days allowed with a second factor, and without one."""
    protected, alone = rule.max_age_days, rule.max_age_days_without_mfa
    relaxed = _FOREVER if protected is None else protected
    return relaxed, relaxed if alone is None else min(relaxed, alone)


def _protected(subject: Credential | Person) -> Fact[bool]:
    if isinstance(subject, Credential):
        return subject.mfa_protected
    mfa = subject.mfa
    return mfa if type(mfa) is Unknown else mfa is not _NO_MFA
