"""Reads a workspace of Customer.io: its reporting webhooks, and the e-mails that it sends.

Customer.io tells nothing of team members, sign-in or keys.
"""

from __future__ import annotations

from typing import Any

from scanner.collect.answers import (
    Record,
    always,
    body,
    choice,
    domain,
    encrypted,
    flag,
    host,
    mail_address,
    mail_name,
    malformed,
    no,
    prefixed,
    text,
    texts,
)
from scanner.collect.connector import connector
from scanner.collect.http import Call
from scanner.collect.paging import Cursor
from scanner.collect.platform import Host
from scanner.collect.quota import Rate
from scanner.collect.sections import Detail, Keep, Listing
from scanner.collect.signing import Bearer
from scanner.model import Audience, Fact, Integration, Message, Reason, SendingDomain, Text, Unknown

PAGES = Cursor(param="start", at="next", size_param="limit", size=100)
_TEAM = "Account Settings > Team Members"


def _is_mail(record: Record) -> Fact[bool]:
    kind = text("type")(record)
    return kind if isinstance(kind, Unknown) else kind == "email"


def _domain_of_sender(record: Record) -> Any:
    address = text("email")(record)
    if isinstance(address, Unknown):
        return address
    return domain("domain")(Record({"domain": address.rpartition("@")[2]}))


def _is_webhook(record: Record) -> Fact[bool]:
    kind = text("type")(record)
    return kind if isinstance(kind, Unknown) else kind == "webhook"


def _mail(place: str) -> dict[str, Any]:
    """Return the readers of an e-mail whose contents lie at `place`."""
    at = f"{place}." if place else ""
    return {
        "title": text(f"{at}subject", null=""),
        "from_address": mail_address(f"{at}from"),
        "from_name": mail_name(f"{at}from"),
        "html": body(f"{at}body"),
        "text": always(_NO_TEXT),
    }


_NO_TEXT = Unknown(
    Reason.NOT_EXPOSED, Text.of("Customer.io makes the plain text itself, when it sends.")
)
_AS_WRITTEN = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("What a campaign's webhook sends, its signature too, is what people wrote into it."),
    Text.of("Look at its headers and its body, and attest what stands there."),
)
_ASKED = {
    "true": False,
    "false": Unknown(
        Reason.NOT_EXPOSED,
        Text.of(
            "Nobody has this topic without having chosen it; how that is confirmed, {platform} "
            "does not tell.",
            platform="Customer.io",
        ),
        Text.of("Sign up with an address of your own, or attest `double_opt_in` of the Audience."),
    ),
}
_STATES = {"running": True, "draft": False, "stopped": False}


def _has_gone_out(record: Record) -> Fact[bool]:
    if "sent_at" not in record.at(""):
        return malformed("sent_at")
    return record.at("sent_at") is not None


CUSTOMERIO = connector(
    name="customerio",
    title="Customer.io",
    words=("customer",),
    hosts=(Host(url="https://api.customer.io", regions={"eu": "https://api-eu.customer.io"}),),
    signing=(Bearer(),),
    rates=(Rate(requests=10, seconds=1),),
    sections=(
        Listing(
            call=Call(section="webhooks", path="/v1/reporting_webhooks"),
            items="reporting_webhooks",
            subject=Integration,
            id=prefixed("webhook"),
            facts={
                "enabled": no(flag("disabled")),
                "host": host("endpoint"),
                "encrypted": encrypted("endpoint"),
                # Each message carries X-CIO-Signature, under a key of the webhook's own.
                "signed": always(True),  # noqa: FBT003
                "events": texts("events"),
            },
        ),
        Listing(
            call=Call(section="senders", path="/v1/sender_identities", repeats="per 100 senders"),
            pages=PAGES,
            items="sender_identities",
            params={"hidden": "true"},
            subject=SendingDomain,
            id=_domain_of_sender,
            name=_domain_of_sender,
            where=lambda record: record.at("template_type") != "phone",
            facts={},
        ),
        Listing(
            call=Call(section="topics of the subscription center", path="/v1/subscription_topics"),
            items="topics",
            subject=Audience,
            id=prefixed("topic"),
            # Whom it holds has not asked for it, let alone confirmed an address.
            facts={"double_opt_in": choice("subscribed_by_default", _ASKED)},
        ),
        Listing(
            call=Call(section="newsletters", path="/v1/newsletters", repeats="per 100 newsletters"),
            pages=PAGES,
            items="newsletters",
            subject=Message,
            id=prefixed("newsletter"),
            where=_is_mail,
            detail=Detail(
                call=Call(
                    section="contents of a newsletter",
                    path="/v1/newsletters/{newsletter_id}/contents",
                    repeats="per newsletter, at most 200",
                ),
                names={"newsletter_id": "id"},
                into="detail",
                most=200,
            ),
            facts={"published": _has_gone_out, **_mail("detail.contents.0")},
        ),
        Keep(
            call=Call(section="campaigns", path="/v1/campaigns"), items="campaigns", kept=("state",)
        ),
        Listing(
            call=Call(
                section="contents of a campaign",
                path="/v1/campaigns/{campaign_id}/actions",
                repeats="per campaign, at most 200",
            ),
            of="campaigns",
            place="campaign_id",
            most=200,
            pages=PAGES,
            items="actions",
            subject=Message,
            id=prefixed("action", "campaign_id", "id"),
            where=_is_mail,
            facts={"published": choice("state", _STATES), **_mail("")},
            others=(
                Listing(
                    call=Call(section="webhooks of campaigns", path=""),
                    subject=Integration,
                    id=prefixed("action", "campaign_id", "id"),
                    where=_is_webhook,
                    facts={
                        "enabled": choice("state", _STATES),
                        "host": host("url"),
                        "encrypted": encrypted("url"),
                        "signed": always(_AS_WRITTEN),
                    },
                ),
            ),
        ),
    ),
    screens={
        "Account.mfa_enforced": "Account Settings > Security",
        "Account.sso_configured": "Account Settings > Security",
        "Account.sso_enforced": "Account Settings > Security",
        "Account.audit_log": "Account Settings > Audit Logs",
        "Account.scanner_excess": "Account Settings > API Credentials",
        "Person": _TEAM,
        "Credential": "Account Settings > API Credentials",
        "Audience.contacts": "People",
    },
    recipe=Text.of(
        "Under Account Settings > API Credentials > App API Keys, make a key “mamori” for the "
        "workspace, allow it from mamori's address only, and give it in `credential` (token). "
        "For a workspace in Europe, set `region: eu`."
    ),
    verified="2026-11-25, Customer.io's App API description",
    unverified=(
        "the fields of the contents of newsletters and campaigns",
        "that newsletters have the field sent_at, null until they are sent",
    ),
)
