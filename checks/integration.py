"""Integrations: where data flows to, and whether anybody can read or forge it on the way."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from checks.scopes import Scopes
from scanner.sdk import (
    Integration,
    NoEvidence,
    Reason,
    Rule,
    Severity,
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

_AGE_NOT_TOLD = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("It has never been used, and the platform does not tell when it was set up."),
    Text.of("Ask whoever set it up whether it is needed, and remove it if not."),
)


class Idle(Rule, frozen=True):
    """How long an integration may lie unused."""

    max_days: Annotated[
        int, parameter("Days.", source="PCI DSS 4.0.1, 8.2.6, by analogy with accounts", ge=1)
    ] = 90


_DATA_LEAVES = frozenset({"webhook", "remote_site"})
_DATA_COMES = "feed"
"""What mails are filled with as they are sent."""


@check("integration.webhook-https", severity=Severity.MEDIUM)
def webhook_https(integration: Integration) -> Verdict:
    """Webhooks send data encrypted.

    Why: A webhook carries names, addresses and what people did. Over plain http everybody on the
        way reads and changes it.
    Fix: Change the address of the webhook to https.
    Fix (klaviyo): Change the address of the webhook, or of the web feed that mails are filled
        with, to https.
    Source: NIST SP 800-53, SC-8
    """
    if integration.kind == _DATA_COMES:
        if known(integration.encrypted):
            return passed("The feed comes by https.", observed=True)
        return failed(
            "What mails are filled with comes from {host} unencrypted, and anybody on the way can "
            "change it.",
            host=_host(integration),
            observed=False,
            expected=True,
        )
    if integration.kind not in _DATA_LEAVES:
        return not_applicable("This is not a webhook.")
    if integration.encrypted is True:
        return passed("The webhook uses https.", observed=True)
    if integration.enabled is False:
        return not_applicable("This webhook is switched off.")
    known(integration.encrypted)
    known(integration.enabled)
    return failed(
        "Data goes to {host} unencrypted.", host=_host(integration), observed=False, expected=True
    )


@check("integration.webhook-signed", severity=Severity.LOW)
def webhook_signed(integration: Integration) -> Verdict:
    """The receiver of a webhook can tell that a message is genuine.

    Why: Without a signature anybody who learns the receiver's address can feed it false contacts
        and false consents.
    Fix: Set a secret for the webhook, and let the receiver check the signature.
    Fix (mautic): Set a secret in the webhook's settings; Mautic then sends a Webhook-Signature
        header.
    Source: NIST SP 800-53, SC-8
    """
    if integration.kind != "webhook":
        return not_applicable("This is not a webhook.")
    if integration.signed is True:
        return passed("The webhook signs its messages.", observed=True)
    if integration.enabled is False:
        return not_applicable("This webhook is switched off.")
    known(integration.signed)
    known(integration.enabled)
    return failed(
        "Messages to {host} are not signed.", host=_host(integration), observed=False, expected=True
    )


@check("integration.unused", severity=Severity.LOW)
def unused(integration: Integration, rule: Idle, now: datetime) -> Verdict:
    """Integrations that nobody uses are gone.

    Why: A forgotten integration keeps its rights. When its maker is breached or sells its domain,
        data flows to whoever comes after.
    Fix: Ask its owner whether it is needed; if not remove it, and revoke what it signed in with.
    Source: OWASP Non-Human Identities Top 10 2025, NHI1 and NHI3
    """
    used = integration.last_used
    if isinstance(used, datetime) and (now - used).days <= rule.max_days:
        return passed("The integration is in use.", observed=used, expected=rule.max_days)
    if integration.enabled is False:
        return not_applicable("This integration is switched off.")
    used = known(used)
    if used is None:
        raise NoEvidence(_AGE_NOT_TOLD)
    known(integration.enabled)
    return failed(
        "It has not been used for {days} days.",
        days=(now - used).days,
        observed=used,
        expected=rule.max_days,
    )


@check("integration.least-privilege", severity=Severity.LOW)
def least_privilege(integration: Integration, rule: Scopes) -> Verdict:
    """No app of others may do everything.

    Why: A breach at the maker of an app is a breach of all its customers, as far as the app's
        rights go.
    Fix: Connect the app anew with the rights that it needs, or choose one that asks for less.
    Source: OWASP Non-Human Identities Top 10 2025, NHI3 and NHI5
    """
    if integration.kind != "app":
        return not_applicable("This is not an app of others.")
    broad = rule.broad(known(integration.scopes))
    if broad:
        return failed("The app may do everything: {scopes}.", scopes=broad, observed=broad)
    return passed("The app may do no more than its scopes.")


@check("integration.admin-approval", severity=Severity.LOW)
def admin_approval(integration: Integration) -> Verdict:
    """Nobody lets an app in but those whom an administrator named.

    Why: Attackers call, pose as the help desk, and have people connect an app of theirs. It then
        reads everything that its victim may read, without password and second factor.
    Fix: Let only users whom an administrator approved use the app.
    Fix (salesforce): Setup > Manage Connected Apps > Edit Policies > Permitted Users: Admin
        approved users are pre-authorized.
    Source: CIS Controls 8.1, 2.5 (allowed software only); OWASP Non-Human Identities Top 10 2025,
        NHI3
    """
    if integration.kind != "app":
        return not_applicable("This is not an app of others.")
    if known(integration.admin_approved):
        return passed("Only people whom an administrator named can use it.", observed=True)
    return failed("Everybody can let this app in.", observed=False, expected=True)


def _host(integration: Integration) -> str:
    host = integration.host
    return integration.id if type(host) is Unknown else host
