"""Passwords: how strong each held one is, and what the platform asks of everybody's."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from scanner.sdk import (
    Account,
    Credential,
    CredentialKind,
    Fact,
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


class Strength(Rule, frozen=True):
    """How hard to guess a password must be."""

    minimum: Annotated[
        int,
        parameter(
            "Lowest accepted zxcvbn score, 0 (guessed at once) to 4 (out of reach).",
            source="zxcvbn: 3 withstands 10^8 guesses, 4 withstands 10^10",
            ge=0,
            le=4,
        ),
    ] = 3


class Length(Rule, frozen=True):
    """How long a password must be."""

    minimum: Annotated[
        int,
        parameter(
            "Characters, where the password is all it takes to sign in.",
            source="NIST SP 800-63B-4 §3.1.1.2",
            ge=1,
        ),
    ] = 15
    minimum_with_mfa: Annotated[
        int,
        parameter(
            "Characters, where a second factor stands beside the password.",
            source="NIST SP 800-63B-4 §3.1.1.2",
            ge=1,
        ),
    ] = 8


class Composition(StrEnum):
    """Whether passwords must mix letters, digits and signs."""

    FORBIDDEN = "forbidden"
    """Asking for it is itself a fault."""
    REQUIRED = "required"
    ANY = "any"


class CompositionRule(Rule, frozen=True):
    """What the platform should say about character classes."""

    composition: Annotated[
        Composition,
        parameter(
            "`forbidden`, `required` or `any`.",
            source="NIST SP 800-63B-4 §3.1.1.2; OWASP ASVS 5.0, 6.2.5",
        ),
    ] = Composition.FORBIDDEN


class Lockout(Rule, frozen=True):
    """How many guesses the platform allows."""

    most: Annotated[
        int,
        parameter(
            "Wrong passwords in a row before signing in is blocked or slowed.",
            source="NIST SP 800-63B-4 §3.2.2",
            ge=1,
        ),
    ] = 100


@check("password.strength", severity=Severity.HIGH)
def strength(credential: Credential, rule: Strength) -> Verdict:
    """Passwords are hard to guess.

    Why: Attackers try leaked passwords, dictionary words, names and years first, and the names of
        the company and of the product with them. A password among those falls within minutes, and
        with it every contact that the account can export.
    Fix: Replace it with one that a password manager has generated, or with a phrase of five or more
        unrelated words. Leave out the names of the company, the product and people, and years.
    Source: NIST SP 800-63B-4 §3.1.1.2 (compare with a list of common, expected and compromised
        values); OWASP ASVS 5.0, 6.2.4 and 6.2.11
    """
    if credential.kind is not _PASSWORD:
        return not_applicable("Only passwords are judged by how people choose them.")
    score = known(credential.strength)
    if score >= rule.minimum:
        return passed("The password is hard to guess.")
    return failed(
        "The password is easy to guess: strength {score} of 4.",
        score=score,
        observed=score,
        expected=rule.minimum,
    )


@check("password.length", severity=Severity.HIGH)
def length(credential: Credential, rule: Length) -> Verdict:
    """Passwords are long enough for how they are used.

    Why: Once a list of password hashes has leaked, every further character multiplies the
        attacker's work. Where no second factor stands beside the password, its length is all there
        is.
    Fix: Replace it with a longer one; a phrase of several words is long and can be remembered.
    Source: NIST SP 800-63B-4 §3.1.1.2 (15 characters alone, 8 with a second factor); PCI DSS 4.0.1,
        8.3.6; CIS Controls 8.1, 5.2; OWASP ASVS 5.0, 6.2.1
    """
    if credential.kind is not _PASSWORD:
        return not_applicable("Only passwords are judged by their length.")
    least = _broken(known(credential.length), rule, credential.mfa_protected)
    if least is None:
        return passed("The password is long enough.")
    return failed("The password is shorter than {least} characters.", least=least, expected=least)


@check("password.reuse", severity=Severity.HIGH)
def reuse(credential: Credential) -> Verdict:
    """No secret is used in two places.

    Why: A secret that leaks at one place is tried at all others within hours. Reuse turns one
        breach into several.
    Fix: Give each account a secret of its own, made by a password manager or by the platform.
    Source: 総務省 (never reuse a password); CIS Controls 8.1, 5.2 (unique passwords)
    """
    if not credential.held:
        return not_applicable("Reuse can only be judged of secrets that mamori was given.")
    others = known(credential.shared_with)
    if not others:
        return passed("No other credential has the same secret.")
    return failed("The same secret is used by {others}.", others=others)


@check("password.near-reuse", severity=Severity.MEDIUM)
def near_reuse(credential: Credential) -> Verdict:
    """No password is a variation of another.

    Why: One core with a suffix for each service, or a number that goes up, looks like many
        passwords and is one: whoever learns two of them knows the rest.
    Fix: Give each account a password of its own, made by a password manager.
    Source: NIST SP 800-63B-4 §3.1.1.2 (derivatives of what is known are expected values)
    """
    if not credential.held or credential.kind is not _PASSWORD:
        return not_applicable("Likeness can only be judged of passwords that mamori was given.")
    others = known(credential.resembles)
    if not others:
        return passed("No other password is like it.")
    return failed("The password is a variation of {others}.", others=others)


@check("password.breached", severity=Severity.HIGH)
def breached(credential: Credential) -> Verdict:
    """No password stands in the lists of leaked ones.

    Why: Passwords that leaked anywhere are what attackers try first, everywhere: the lists are
        public, and hold more than a thousand million. Such a password is no secret any more,
        however long it is.
    Fix: Replace it at once by one that a password manager has generated, wherever it is in use.
    Source: NIST SP 800-63B-4 §3.1.1.2 (compare with passwords from breaches); OWASP ASVS 5.0,
        6.2.12
    """
    if credential.kind is not _PASSWORD:
        return not_applicable("Only passwords are looked up; a random key stands in no list.")
    times = known(credential.breaches)
    if times == 0:
        return passed("The password stands in no list of leaked passwords.", observed=0)
    return failed("The password has leaked.", observed=times, expected=0)


@check("password.platform-policy", severity=Severity.MEDIUM)
def platform_policy(account: Account, rule: Length) -> Verdict:
    """The platform refuses short and common passwords.

    Why: People choose what a platform lets them choose. Where it accepts short or well-known
        passwords, some account has one, and an attacker needs only one.
    Fix: Raise the minimum length in the platform's security settings, and have common passwords
        refused. Where the platform offers neither, let people sign in through an identity provider
        that does.
    Fix (mautic): Mautic's minimum length is part of the product and cannot be raised. Let people
        sign in through SAML, with an identity provider that demands longer passwords.
    Source: NIST SP 800-63B-4 §3.1.1.2; OWASP ASVS 5.0, 6.2.1 and 6.2.4; CIS Controls 8.1, 5.2
    """
    if account.password_blocklist is False:
        return failed("The platform accepts common passwords.", observed=False, expected=True)
    shortest = known(account.password_min_length)
    least = _broken(shortest, rule, account.mfa_enforced)
    if least is not None:
        return failed(
            "The platform accepts passwords shorter than {least} characters.",
            least=least,
            observed=shortest,
            expected=least,
        )
    known(account.password_blocklist)
    return passed("Short and common passwords are refused.")


@check("password.composition", severity=Severity.LOW)
def composition(account: Account, rule: CompositionRule) -> Verdict:
    """The platform's demand for mixed characters follows the policy.

    Why: Where a mix of letters, digits and signs is demanded, people meet it in the same few ways:
        a capital first, a digit and an exclamation mark last. Attackers try those first, so that
        the demand costs memory and brings little; length and a list of common passwords bring more.
    Fix: Set the demand for character classes in the platform's security settings as the policy
        asks.
    Source: NIST SP 800-63B-4 §3.1.1.2 and OWASP ASVS 5.0, 6.2.5 (no such demand); PCI DSS 4.0.1,
        8.3.6 (letters and digits)
    """
    wanted = rule.composition
    if wanted is Composition.ANY:
        return not_applicable("The policy leaves the mix of characters to the platform.")
    demanded = known(account.password_composition)
    if demanded is (wanted is Composition.REQUIRED):
        return passed("The demand for mixed characters follows the policy.", observed=demanded)
    if demanded:
        return failed("The platform demands a mix of characters.", observed=True, expected=False)
    return failed("The platform demands no mix of characters.", observed=False, expected=True)


@check("password.lockout", severity=Severity.MEDIUM)
def lockout(account: Account, rule: Lockout) -> Verdict:
    """Guessing a password is stopped after some attempts.

    Why: Without a limit a program can try millions of passwords against a known user name, day and
        night, until one opens the door.
    Fix: Set a limit of failed sign-ins in the platform's security settings. Where it has none, put
        the sign-in page behind a proxy that slows repeated attempts down, or behind single sign-on.
    Fix (mautic): Mautic has no lock-out. Limit requests to /s/login and /api at the web server or a
        firewall that reads its log, or let people sign in through SAML.
    Source: NIST SP 800-63B-4 §3.2.2 (at most 100 in a row); PCI DSS 4.0.1, 8.3.4 (at most 10);
        OWASP ASVS 5.0, 6.3.1
    """
    attempts = known(account.lockout_attempts)
    if attempts is None:
        return failed("Passwords can be guessed without limit.", expected=rule.most)
    if attempts <= rule.most:
        return passed("Guessing is stopped.", observed=attempts, expected=rule.most)
    return failed(
        "Guessing is stopped only after {attempts} attempts.",
        attempts=attempts,
        observed=attempts,
        expected=rule.most,
    )


@check("password.api-sign-in", severity=Severity.MEDIUM)
def api_sign_in(account: Account) -> Verdict:
    """The API takes no one's password.

    Why: An API that accepts a password asks for nothing else: neither single sign-on nor a second
        factor stands before it. A stolen password is then enough, whatever the sign-in page
        demands.
    Fix: Switch signing in with user name and password off for the API, and use tokens instead.
    Fix (mautic): Create credentials of type OAuth 2 for each program under Settings, API
        Credentials, then switch "Enable HTTP basic auth?" off under Configuration, API Settings.
    Source: PCI DSS 4.0.1, 8.5.1 (no bypass of the second factor); OWASP ASVS 5.0, 6.3.4
    """
    if known(account.api_password_sign_in):
        return failed("The API takes a user name and a password.", observed=True, expected=False)
    return passed("The API takes no passwords.", observed=False)


@check("password.api-rate-limit", severity=Severity.LOW)
def api_rate_limit(account: Account) -> Verdict:
    """The API answers only so many requests at a time.

    Why: An API without a limit lets a program guess passwords and tokens as fast as the server can
        answer, and lets a stolen token carry every contact away in minutes.
    Fix: Set a limit of requests for the API, in the platform or in the proxy before it.
    Fix (mautic): Mautic up to 6: set `api_rate_limiter_limit` to a number above 0 under
        Configuration, API Settings. Mautic 7 has no limiter: limit requests to /api at the web
        server.
    Source: OWASP ASVS 5.0, 6.3.1
    """
    if known(account.api_rate_limited):
        return passed("The API limits requests.", observed=True)
    return failed("The API answers requests without limit.", observed=False, expected=True)


def _broken(characters: int, rule: Length, protected: Fact[bool]) -> int | None:
    """Return the minimum that is not reached, if any.

    Whether a second factor protects the password is asked only where it decides.
    """
    alone, beside = rule.minimum, rule.minimum_with_mfa
    if characters >= max(alone, beside):
        return None
    if type(protected) is Unknown and characters < min(alone, beside):
        return min(alone, beside)
    least = beside if known(protected) else alone
    return least if characters < least else None
