"""Second factors: whether they are demanded, who has one, and how well it resists.

An exemption must be proved: only an account known to belong to a program, or known to be closed,
is let off.
"""

from __future__ import annotations

from typing import Annotated

from scanner.sdk import (
    Account,
    Credential,
    CredentialKind,
    Fact,
    Mfa,
    NoEvidence,
    Person,
    Reason,
    Rule,
    Severity,
    SignIn,
    Text,
    Unknown,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    parameter,
    passed,
)

_TOTP_SECRET = CredentialKind.TOTP_SECRET
_NONE = Mfa.NONE
_SOME = Mfa.SOME

_WRONG = Text.of("A wrong code")
_USED = Text.of("A code that had been used")
_OLD = Text.of("An unused code of two time steps ago")

_RANK = {
    Mfa.NONE: 0,
    # A factor that the platform does not name is at least the weakest there is.
    Mfa.SOME: 1,
    Mfa.EMAIL: 1,
    Mfa.SMS: 1,
    Mfa.PUSH: 2,
    Mfa.TOTP: 2,
    Mfa.PHISHING_RESISTANT: 3,
}

_METHOD_NOT_TOLD = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("It is known that there is a second factor, but not which."),
    Text.of("Look it up on the platform's screen of users, and attest it."),
)
_ELSEWHERE = Unknown(
    Reason.NOT_EXPOSED,
    Text.of(
        "The identity provider asks for the second factor, or does not; the platform cannot tell."
    ),
    Text.of("Attest which second factor the identity provider demands of these people."),
)


class Method(Rule, frozen=True):
    """Which second factors suffice."""

    minimum: Annotated[
        Mfa,
        parameter(
            "The weakest accepted: email and sms, then push and totp, then phishing_resistant.",
            source="OWASP ASVS 5.0, 6.3.6 and 6.6.1 (no e-mail, limits for SMS)",
        ),
    ] = Mfa.TOTP


class AdministratorMethod(Rule, frozen=True):
    """Which second factors suffice for those who can change everything."""

    minimum: Annotated[
        Mfa,
        parameter(
            "The weakest accepted: email and sms, then push and totp, then phishing_resistant.",
            source="CIS Controls 8.1, 6.5 (any second factor)",
        ),
    ] = Mfa.EMAIL


class TotpSecret(Rule, frozen=True):
    """How long the shared secret of a code generator must be."""

    minimum_bits: Annotated[
        int, parameter("Bits of the shared secret.", source="RFC 4226, R6", ge=1)
    ] = 128


class TotpParameters(Rule, frozen=True):
    """What the codes of a code generator must be like."""

    minimum_digits: Annotated[
        int, parameter("Digits of a code.", source="RFC 4226 (6 to 8 digits)", ge=1)
    ] = 6
    maximum_period: Annotated[
        int,
        parameter(
            "Seconds for which a code holds.", source="RFC 6238; OWASP ASVS 5.0, 6.5.5", ge=1
        ),
    ] = 30
    algorithms: Annotated[
        tuple[str, ...], parameter("Accepted hash functions.", source="RFC 6238")
    ] = ("SHA1", "SHA256", "SHA512")


@check("mfa.enforced", severity=Severity.HIGH)
def enforced(account: Account) -> Verdict:
    """Nobody can sign in without a second factor.

    Why: Where a second factor is a choice, the people with the weakest passwords do not choose it,
        and an attacker needs only one account.
    Fix: Demand a second factor of everybody in the platform's security settings, or demand single
        sign-on with an identity provider that asks for one.
    Fix (mautic): Mautic has no second factor of its own. Set SAML up under Configuration, User/
        Authentication Settings, with an identity provider that demands one, and attest its policy.
    Source: CIS Controls 8.1, 6.3; PCI DSS 4.0.1, 8.4.2; OWASP ASVS 5.0, 6.3.3; NIST SP 800-63B-4
        §2.2
    """
    if known(account.mfa_enforced):
        return passed("Everybody needs a second factor.", observed=True)
    return failed("The platform lets people sign in without one.", observed=False, expected=True)


@check("mfa.enrolled", severity=Severity.HIGH)
def enrolled(person: Person) -> Verdict:
    """Everyone who can sign in has a second factor.

    Why: A password that was reused, guessed or typed into a false page opens the account at once if
        nothing else is asked for.
    Fix: Have them set a second factor up, best a passkey or a security key, else an authenticator
        app.
    Fix (mautic): Mautic has no second factor of its own. Let them sign in through SAML, with an
        identity provider that demands one, and attest its policy.
    Source: CIS Controls 8.1, 6.3; PCI DSS 4.0.1, 8.4.2; OWASP ASVS 5.0, 6.3.3; NIST SP 800-63B-4
        §2.2
    """
    mfa = person.mfa
    if mfa is not _NONE and type(mfa) is not Unknown:
        return passed("There is a second factor.", observed=mfa)
    return _without(person)


@check("mfa.administrators", severity=Severity.CRITICAL)
def administrators(person: Person, rule: AdministratorMethod) -> Verdict:
    """Everyone who can change everything has a second factor.

    Why: An administrator's account exports every contact, sends in the company's name, and creates
        further accounts to come back with. It is the one that attackers look for.
    Fix: Have them set a second factor up today; until then take the administrator role away.
    Fix (mautic): Mautic has no second factor of its own. Let administrators sign in through SAML,
        with an identity provider that demands one, and attest its policy.
    Source: CIS Controls 8.1, 6.5; PCI DSS 4.0.1, 8.4.1; OWASP ASVS 5.0, 6.3.3; ISO/IEC 27001:2022,
        A.8.2 and A.8.5
    """
    administrator = person.administrator
    if administrator is False:
        return not_applicable("This is no administrator.")
    if _suffices(person, rule.minimum):
        if administrator is True:
            return passed("This administrator's second factor suffices.", observed=person.mfa)
        return not_applicable(
            "The second factor suffices, whether this is an administrator or not."
        )
    if _exempt(person):
        return not_applicable("No person signs in with this account.")
    known(administrator)
    return _too_weak(person, rule.minimum)


@check("mfa.method", severity=Severity.MEDIUM)
def method(person: Person, rule: Method) -> Verdict:
    """Second factors cannot be intercepted easily.

    Why: Codes sent by e-mail fall with the mailbox, and codes sent by SMS with the telephone
        number, which attackers have moved to their own card. Only factors bound to the address of
        the page withstand a false sign-in page.
    Fix: Replace codes by e-mail and SMS with an authenticator app, better with a passkey or a
        security key, and switch the weaker ways off.
    Source: OWASP ASVS 5.0, 6.3.6 and 6.6.1; NIST SP 800-63B-4 §2.2 (a phishing-resistant one shall
        be offered)
    """
    if _suffices(person, rule.minimum):
        return passed("The second factor is of an accepted kind.", observed=person.mfa)
    if _exempt(person):
        return not_applicable("No person signs in with this account.")
    return _too_weak(person, rule.minimum)


@check("mfa.totp-secret", severity=Severity.MEDIUM)
def totp_secret(credential: Credential, rule: TotpSecret) -> Verdict:
    """The secret of each code generator is long enough, and random.

    Why: Whoever sees a few codes can search for a short secret by computer, and then makes every
        later code. One from a manual, or one that somebody made up, needs no search.
    Fix: Set the second factor up anew where the platform issues longer secrets; many once issued 80
        bits. Take a secret that the platform has made.
    Source: RFC 4226, R6 (128 bits required, 160 recommended) and §7.5 (made at random)
    """
    if credential.kind is not _TOTP_SECRET:
        return not_applicable("This is no code generator.")
    if credential.totp_guessable is True:
        return failed("The shared secret is no random one: an example, a text, or repeated bytes.")
    if known(credential.totp_bits) < rule.minimum_bits:
        return failed(
            "The shared secret is shorter than {bits} bits.",
            bits=rule.minimum_bits,
            expected=rule.minimum_bits,
        )
    known(credential.totp_guessable)
    return passed("The shared secret is long enough.")


@check("mfa.totp-parameters", severity=Severity.LOW)
def totp_parameters(credential: Credential, rule: TotpParameters) -> Verdict:
    """Codes are long, short-lived and made by a standard function.

    Why: Fewer digits and a longer life give an attacker more guesses for each code, and more time
        to use one that was seen.
    Fix: Set the second factor up anew with six digits or more, a period of 30 seconds, and SHA-1,
        SHA-256 or SHA-512.
    Source: RFC 4226 (6 to 8 digits); RFC 6238 (30 seconds); OWASP ASVS 5.0, 6.5.5
    """
    if credential.kind is not _TOTP_SECRET:
        return not_applicable("This is no code generator.")
    digits, period = credential.totp_digits, credential.totp_period
    algorithm = credential.totp_algorithm
    if period is None:
        return failed(
            "Codes follow a counter, and hold until they are used.", expected=rule.maximum_period
        )
    if type(digits) is not Unknown and digits < rule.minimum_digits:
        return failed("Codes have {digits} digits.", digits=digits, expected=rule.minimum_digits)
    if type(period) is not Unknown and period > rule.maximum_period:
        return failed(
            "Codes hold for {period} seconds.", period=period, expected=rule.maximum_period
        )
    if type(algorithm) is not Unknown and algorithm not in rule.algorithms:
        return failed(
            "Codes are made by {algorithm}.", algorithm=algorithm, expected=rule.algorithms
        )
    known(digits)
    known(period)
    known(algorithm)
    return passed("Codes are made as the standard says.")


@check("mfa.enforced-at-sign-in", severity=Severity.HIGH)
def enforced_at_sign_in(sign_in: SignIn) -> Verdict:
    """The right password alone opens no session.

    Why: What the settings say and what the door does are two things. Where the password alone
        opens it, one that was reused, guessed or typed into a false page is enough.
    Fix: Set a second factor up for the account, and demand one of everybody in the platform's
        security settings, or behind single sign-on.
    Fix (mautic): Mautic has no second factor of its own. Let people sign in through SAML, with an
        identity provider that demands one.
    Source: PCI DSS 4.0.1, 8.5.1 (no access before all factors); OWASP ASVS 5.0, 6.3.3 and 6.3.4;
        CIS Controls 8.1, 6.3; NIST SP 800-63B-4 §2.2
    """
    if known(sign_in.password_alone):
        return failed(
            "The test account was signed in with the password alone.",
            observed=True,
            expected=False,
            evidence=sign_in.record,
        )
    return passed("The password alone opened no session.", observed=False, evidence=sign_in.record)


@check("mfa.wrong-code-refused", severity=Severity.HIGH)
def wrong_code_refused(sign_in: SignIn) -> Verdict:
    """A wrong code opens no session.

    Why: A sign-in that asks for a code and takes any looks protected, and is not.
    Fix: Take the sign-in off the network until the code is compared with the one expected, and
        report the defect to whoever makes the product.
    Source: NIST SP 800-63B-4 §3.1.4; PCI DSS 4.0.1, 8.5.1; OWASP ASVS 5.0, 6.3.3
    """
    return _of_code(sign_in, sign_in.wrong_code, _WRONG)


@check("mfa.replay-refused", severity=Severity.MEDIUM)
def replay_refused(sign_in: SignIn) -> Verdict:
    """A code opens a session once.

    Why: Whoever looks over a shoulder, or lets people type their code into a false page, has it
        in the same minute. A code that was used already must be worth nothing.
    Fix: Update the product to a version that remembers the last code of each account; where there
        is none, put the sign-in behind single sign-on, or use passkeys.
    Source: RFC 6238 §5.2 (a code is accepted once); NIST SP 800-63B-4 §3.1.4; PCI DSS 4.0.1, 8.5.1;
        OWASP ASVS 5.0, 6.5.1
    """
    return _of_code(sign_in, sign_in.used_code, _USED)


@check("mfa.skew-refused", severity=Severity.MEDIUM)
def skew_refused(sign_in: SignIn) -> Verdict:
    """A code whose time is long past opens no session.

    Why: Every further time step that is let in is a further code that a guess may hit, and leaves
        a code that was seen or fished valid for longer.
    Fix: Allow one time step of delay at most in the settings of the second factor, and keep the
        server's clock right by NTP.
    Source: RFC 6238 §5.2 (at most one time step of delay); OWASP ASVS 5.0, 6.5.5
    """
    return _of_code(sign_in, sign_in.old_code, _OLD)


def _of_code(sign_in: SignIn, opened: Fact[bool | None], code: Text) -> Verdict:
    """Judge whether a code that must not be taken was taken."""
    opened = known(opened)
    if opened is None:
        return not_applicable("The sign-in asked for no code.")
    if opened:
        return failed(
            "{code} opened a session.",
            code=code,
            observed=True,
            expected=False,
            evidence=sign_in.record,
        )
    return passed("{code} was refused.", code=code, observed=False, evidence=sign_in.record)


@check("mfa.totp-provisioning", severity=Severity.LOW)
def totp_provisioning(credential: Credential) -> Verdict:
    """The address by which a code generator is set up is as apps expect it.

    Why: An address that names no account, or two services, ends up in the wrong place of somebody's
        list of codes; a key in another spelling makes some apps refuse it, and people then do
        without a second factor, or copy the key by hand.
    Fix: Scan the QR code of the platform again, and store its address as it is.
    Source: Key Uri Format (google/google-authenticator), label, issuer and secret; RFC 4648 §6
    """
    if credential.kind is not _TOTP_SECRET:
        return not_applicable("This is no code generator.")
    faults = known(credential.totp_faults)
    if faults:
        return failed("The address has faults: {faults}.", faults=faults, observed=len(faults))
    return passed("The address is as apps expect it.")


def _suffices(person: Person, minimum: Mfa) -> bool:
    mfa = person.mfa
    return type(mfa) is not Unknown and _RANK[mfa] >= _RANK[minimum]


def _exempt(person: Person) -> bool:
    return person.can_sign_in is False or person.machine is True


def _too_weak(person: Person, minimum: Mfa) -> Verdict:
    """Judge somebody of whom no sufficient factor is known, and who is not known to be exempt."""
    mfa = known(person.mfa)
    if mfa is _NONE:
        return _without(person)
    if mfa is _SOME:
        raise NoEvidence(_METHOD_NOT_TOLD)
    known(person.can_sign_in)
    return failed("The second factor is weak: {mfa}.", mfa=mfa, observed=mfa, expected=minimum)


def _without(person: Person) -> Verdict:
    """Judge somebody who has no second factor here, or of whom that is not known."""
    if _exempt(person):
        return not_applicable("No person signs in with this account.")
    known(person.mfa)
    known(person.can_sign_in)
    if person.signs_in_by_sso is True:
        raise NoEvidence(_ELSEWHERE)
    return failed("A password alone is enough to sign in.", observed=_NONE)
