"""Reads Mailchimp Transactional (Mandrill): webhooks and templates.

Its interface is asked by POST alone, with the key in each body; the calls here are those that only
read. Its answers hold the keys that sign webhooks, which are not looked at.
"""

from __future__ import annotations

from typing import Any

from scanner.collect.answers import (
    Record,
    absent,
    always,
    body,
    domain,
    either,
    encrypted,
    flag,
    host,
    malformed,
    moment,
    prefixed,
    present,
    text,
    texts,
)
from scanner.collect.connector import connector
from scanner.collect.http import Call
from scanner.collect.platform import Host, Refusals
from scanner.collect.sections import Listing
from scanner.collect.signing import BodyKey
from scanner.collect.visit import Visit
from scanner.model import Fact, Integration, Message, Reason, SendingDomain, Site, Text

_KEYS = "Settings > SMTP & API Info"


def _key(visit: Visit) -> dict[str, Any]:
    return {"key": visit.reading.secrets["token"].reveal()}


def _call(section: str, path: str) -> Call:
    return Call(section=section, path=f"/api/1.4/{path}", method="POST", permission=path)


def _is_published(record: Record) -> Fact[bool]:
    """Tell whether a template can be sent: what is published has a code of its own."""
    code = record.at("publish_code")
    if code is None or isinstance(code, str):
        return bool(code)
    return absent("publish_code") if not record.has("publish_code") else malformed("publish_code")


MANDRILL = connector(
    name="mandrill",
    title="Mailchimp Transactional (Mandrill)",
    words=("mailchimp", "intuit"),
    hosts=(Host(url="https://mandrillapp.com"),),
    signing=(BodyKey(),),
    refusals=Refusals(
        code="name",
        reasons={
            "Invalid_Key": Reason.UNAUTHENTICATED,
            "PaymentRequired": Reason.NOT_PERMITTED,
        },
    ),
    sections=(
        Listing(
            call=_call("webhooks", "webhooks/list"),
            params=_key,
            subject=Integration,
            id=prefixed("webhook"),
            name=either(text("description", null=malformed("description")), text("id")),
            facts={
                "enabled": always(True),  # noqa: FBT003 - a webhook that exists is called
                "host": host("url"),
                "encrypted": encrypted("url"),
                "signed": present("auth_key"),
                "events": texts("events"),
                "last_used": moment("last_sent_at", null=None),
            },
        ),
        Listing(
            call=_call("sending domains", "senders/domains"),
            params=_key,
            subject=SendingDomain,
            id=domain("domain"),
            name=domain("domain"),
            facts={"authentication_claimed": flag("valid_signing")},
        ),
        Listing(
            call=_call("tracking domains", "urls/tracking-domains"),
            params=_key,
            subject=Site,
            id=domain("domain"),
            name=domain("domain"),
            facts={"host": domain("domain")},
        ),
        Listing(
            call=_call("templates", "templates/list"),
            params=_key,
            subject=Message,
            id=prefixed("template", "slug"),
            facts={
                "published": _is_published,
                "title": either(
                    text("publish_subject", null=malformed("publish_subject")),
                    text("subject", null=""),
                ),
                "from_address": text("from_email", null=None),
                "from_name": text("from_name", null=None),
                "html": either(body("publish_code"), body("code")),
                "text": either(body("publish_text"), body("text")),
            },
        ),
    ),
    screens={
        "Account.mfa_enforced": "Mailchimp: Account > Settings > Security",
        "Account.scanner_excess": _KEYS,
        "Account.ip_allow_list": _KEYS,
        "Credential": _KEYS,
    },
    recipe=Text.of(
        "Under Settings > SMTP & API Info, make a key “mamori”, tick “Only Allow This Key To Use "
        "Certain API Calls”, choose Webhooks: List, Templates: List, Senders: Domains and URLs: "
        "Tracking-Domains, and give it in "
        "`credential` (token)."
    ),
    verified="2026-08-13, Mailchimp Transactional API 1.4",
    unverified=("how a key that is limited to certain calls is refused others",),
)
