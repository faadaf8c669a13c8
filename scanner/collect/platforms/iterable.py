"""Reads a project of Iterable: its webhooks, and the e-mails of its campaigns.

Iterable's keys belong to one project. It tells nothing of members, roles or keys.
"""

from __future__ import annotations

from scanner.collect.answers import (
    Record,
    body,
    choice,
    encrypted,
    flag,
    host,
    prefixed,
    text,
)
from scanner.collect.connector import connector
from scanner.collect.http import Call
from scanner.collect.paging import NextLink
from scanner.collect.platform import Host, Refusals
from scanner.collect.quota import Rate
from scanner.collect.sections import Detail, Listing
from scanner.collect.signing import HeaderKey
from scanner.model import Fact, Integration, Message, Reason, Text, Unknown

_KEYS = "Integrations > API Keys"
_MEMBERS = "Settings > Organization Members"


def _is_mail(record: Record) -> Fact[bool]:
    medium = text("messageMedium")(record)
    return medium if isinstance(medium, Unknown) else medium.lower() == "email"


_SENT = ("ready", "scheduled", "running", "finished", "starting", "recurring")
_NOT_SENT = ("draft", "aborted", "archived")

ITERABLE = connector(
    name="iterable",
    title="Iterable",
    hosts=(Host(url="https://api.iterable.com", regions={"eu": "https://api.eu.iterable.com"}),),
    signing=(HeaderKey(header="Api-Key"),),
    rates=(Rate(requests=100, seconds=10),),
    refusals=Refusals(
        code="code",
        reasons={
            "BadApiKey": Reason.UNAUTHENTICATED,
            "BadAuthorizationHeader": Reason.UNAUTHENTICATED,
            "RateLimitExceeded": Reason.RATE_LIMITED,
        },
    ),
    sections=(
        Listing(
            call=Call(section="webhooks", path="/api/webhooks"),
            items="webhooks",
            subject=Integration,
            id=prefixed("webhook"),
            name=host("endpoint"),
            facts={
                "enabled": flag("enabled"),
                "host": host("endpoint"),
                "encrypted": encrypted("endpoint"),
                # What it signs in with at the receiver tells the receiver that it is Iterable.
                "signed": choice("authType", {"noauth": False, "basic": True, "oauth2": True}),
            },
        ),
        Listing(
            call=Call(section="campaigns", path="/api/campaigns"),
            pages=NextLink(at="nextPageUrl"),
            items="campaigns",
            subject=Message,
            where=_is_mail,
            detail=Detail(
                call=Call(
                    section="contents of a campaign",
                    path="/api/templates/email/get",
                    repeats="per campaign, at most 200",
                ),
                params={"templateId": "templateId"},
                into="template",
                most=200,
            ),
            facts={
                "published": choice(
                    "campaignState",
                    {**dict.fromkeys(_SENT, True), **dict.fromkeys(_NOT_SENT, False)},
                ),
                "title": text("template.subject", null=""),
                "from_address": text("template.fromEmail", null=None),
                "from_name": text("template.fromName", null=None),
                "html": body("template.html"),
                "text": body("template.plainText"),
            },
        ),
    ),
    screens={
        "Account.mfa_enforced": _MEMBERS,
        "Account.sso_configured": "Settings > SSO",
        "Account.scanner_excess": _KEYS,
        "Person": _MEMBERS,
        "Audience": "Settings > Message Channels and Types",
        "Credential": _KEYS,
    },
    recipe=Text.of(
        "Under Integrations > API Keys, make a server-side key “mamori” for the project, with JWT "
        "off, of the type that only reads where your project offers it, and give it in "
        "`credential` (token). For a project in Europe, set `region: eu`."
    ),
    verified="2026-08-13, Iterable's Swagger description",
    unverified=(
        "whether a project offers keys that only read",
        "the fields of campaigns and templates, and how the list of campaigns is split into pages",
        "one limit for all requests (read: 100 in 10 seconds; Iterable has one for each)",
    ),
)
