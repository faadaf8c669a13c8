"""Tokens and keys: where they lie, whose they are, and how much they allow."""

from __future__ import annotations

from typing import Annotated

from checks.scopes import Scopes
from scanner.sdk import (
    Account,
    Artifact,
    Credential,
    CredentialKind,
    Rule,
    Severity,
    Storage,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    parameter,
    passed,
)

_ACTING = frozenset(
    {CredentialKind.API_KEY, CredentialKind.OAUTH_CLIENT, CredentialKind.OAUTH_GRANT}
)


class Places(Rule, frozen=True):
    """Where a secret may lie."""

    accepted: Annotated[
        tuple[Storage, ...],
        parameter(
            "Kinds of places.",
            source="OWASP ASVS 5.0, 13.3.1 asks for a vault; a file of its owner's is the least",
        ),
    ] = (Storage.ENCRYPTED, Storage.OWNER_ONLY, Storage.ENVIRONMENT)


@check("token.scanner-least-privilege", severity=Severity.MEDIUM)
def scanner_least_privilege(account: Account) -> Verdict:
    """The scanner itself may do no more than look.

    Why: A credential that lies on one more machine is one more to steal. If it can only read
        settings, a thief gains little; with an administrator's rights the scanner would be the
        weakest point.
    Fix: Give the scanner an account with the rights that `mamori platforms show` lists, and no
        more.
    Source: OWASP Non-Human Identities Top 10 2025, NHI5; ISO/IEC 27001:2022, A.8.2
    """
    excess = known(account.scanner_excess)
    if excess is None:
        return not_applicable("mamori has no credential of this tool.")
    if not excess:
        return passed("The scanner may only look.")
    return failed("The scanner may also do this: {rights}.", rights=excess, observed=excess)


@check("token.storage", severity=Severity.HIGH)
def storage(credential: Credential, rule: Places) -> Verdict:
    """Secrets lie where others cannot read them.

    Why: A secret that other accounts of the machine can read, or that is stored without encryption,
        is theirs as well: one careless program or backup gives it away.
    Fix: Put it into the operating system's keyring, an encrypted systemd credential, or a file with
        mode 0600 in a folder with mode 0700. If others could read it, replace it.
    Source: OWASP ASVS 5.0, 13.3.1; PCI DSS 4.0.1, 8.6.2
    """
    if not credential.held:
        return not_applicable("mamori does not know where this credential is kept.")
    place = known(credential.storage)
    if place in rule.accepted:
        return passed("The secret is kept well.", observed=place)
    return failed(
        "The secret is kept in a poor place: {place}.",
        place=place,
        observed=place,
        expected=rule.accepted,
    )


@check("token.owner", severity=Severity.LOW)
def owner(credential: Credential) -> Verdict:
    """Every key has an owner.

    Why: A key whose owner nobody knows is never revoked: nobody dares to, for nobody knows what
        would stop. It outlives its purpose and its maker.
    Fix: Find out who needs it, and name them as its `owner` beside the credential in the
        configuration.
    Source: CIS Controls 8.1, 5.5; OWASP Non-Human Identities Top 10 2025, NHI1
    """
    if credential.kind not in _ACTING:
        return not_applicable("This is not a key that a program acts with.")
    if known(credential.owner).strip():
        return passed("The key has an owner.")
    return failed("Nobody is named as the owner of this key.")


@check("token.least-privilege", severity=Severity.MEDIUM)
def least_privilege(credential: Credential, rule: Scopes) -> Verdict:
    """No key allows everything.

    Why: A key is as dangerous as what it allows. One that only reads forms leaks forms; one that
        allows everything exports all contacts and sends in the company's name.
    Fix: Issue a key with the scopes that its program needs, and revoke the old one.
    Source: OWASP Non-Human Identities Top 10 2025, NHI5
    """
    if credential.kind not in _ACTING:
        return not_applicable("This is not a key that a program acts with.")
    broad = rule.broad(known(credential.scopes))
    if broad:
        return failed("The key allows everything: {scopes}.", scopes=broad, observed=broad)
    return passed("The key allows no more than its scopes.")


@check("token.exposed", severity=Severity.CRITICAL)
def exposed(artifact: Artifact) -> Verdict:
    """No key of a marketing tool lies where others can read it.

    Why: Whoever reads a page's scripts, a repository or a shared folder has the keys in it.
        Programs search for them day and night, and use what they find within minutes: to export
        the contacts, or to send mail in the company's name.
    Fix: Revoke the key at its vendor first, then issue a new one and keep it in a vault; what was
        published once stays known. In web pages, let your own server make the call.
    Source: OWASP ASVS 5.0, 13.3.1; PCI DSS 4.0.1, 8.6.2; OWASP Non-Human Identities Top 10 2025,
        NHI2
    """
    keys = known(artifact.exposed_keys)
    if keys:
        return failed(
            "Keys that lie open ({count}): {keys}.",
            count=len(keys),
            keys=keys,
            observed=len(keys),
            expected=0,
        )
    return passed("No key was found.", observed=0)


@check("token.departed-owner", severity=Severity.MEDIUM)
def departed_owner(credential: Credential) -> Verdict:
    """No key outlives the account of its owner.

    Why: A grant or key of somebody who has left still works, and nobody looks after it. Whoever
        has a copy, the one who left included, comes in without signing in.
    Fix: Revoke it. Where a program still needs it, let somebody who is there issue a new one.
    Fix (salesforce): Setup > Connected Apps OAuth Usage > Block, or revoke the user's sessions.
    Source: OWASP Non-Human Identities Top 10 2025, NHI1; ISO/IEC 27001:2022, A.5.18
    """
    if credential.kind not in _ACTING or credential.held:
        return not_applicable("This is not a key that the platform issued to somebody.")
    if known(credential.owner_active):
        return passed("Its owner still has an account.")
    return failed(
        "Its owner {owner} has no open account any more.",
        owner=credential.owner,
        observed=False,
        expected=True,
    )


@check("token.network", severity=Severity.INFO)
def network(credential: Credential) -> Verdict:
    """Keys work from named networks only.

    Why: A stolen key that works from everywhere is used from everywhere, and within minutes.
    Fix: Where the vendor allows it, bind the key to the addresses of the program that uses it.
    Source: NIST SP 800-53, AC-17; convention
    """
    if credential.kind not in _ACTING or credential.held:
        return not_applicable("This is not a key that the platform issued to somebody.")
    if known(credential.ip_restricted):
        return passed("It works from named networks only.", observed=True)
    return failed("It works from everywhere.", observed=False, expected=True)
