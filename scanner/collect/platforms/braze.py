"""Reads a workspace of Braze: its e-mail templates and the e-mails of its campaigns.

Braze lets nobody list its users: its SCIM interface answers for one address at a time, with a token
of its own. What it logs of sign-ins is a download, the last 10,000 security events.
"""

from __future__ import annotations

from typing import Any

from scanner.collect.answers import (
    Record,
    always,
    body,
    encrypted,
    flag,
    host,
    mail_address,
    mail_name,
    no,
    prefixed,
    text,
)
from scanner.collect.connector import connector
from scanner.collect.http import Answer, Call
from scanner.collect.paging import Numbered, Offset, Pages
from scanner.collect.platform import Host
from scanner.collect.quota import Rate
from scanner.collect.sections import Detail, Keep, Listing
from scanner.collect.signing import Bearer
from scanner.model import Fact, Integration, Message, Reason, Text, Unknown

_SECURITY = "Settings > Admin Settings > Security Settings"
_USERS = "Settings > Company Users"
_KEYS = "Settings > APIs and Identifiers"


class Details(Pages, frozen=True, kw_only=True):
    """The details of a campaign: its messages stand by their ids, and it is a draft or not."""

    def decode(self, answer: Answer) -> Any:
        """Return the messages as a list, each with its id and what holds for the campaign."""
        told = Record(answer.json())
        messages = told.at("messages")
        if not isinstance(messages, dict):
            return {"messages": None}
        own = {"draft": told.at("draft")} if "draft" in told.at("") else {}
        return {
            "messages": [
                {**own, "number": number, **fields} if isinstance(fields, dict) else fields
                for number, fields in messages.items()
            ]
        }


def _channel(wanted: str) -> Any:
    """Read whether a message goes out by the channel `wanted`."""

    def read(record: Record) -> Fact[bool]:
        channel = text("channel")(record)
        return channel if isinstance(channel, Unknown) else channel == wanted

    return read


_NO_TEXT = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("Braze does not tell the plain text of a campaign's e-mail."),
    Text.of("Give a sample of it under `messages`."),
)
_NO_STATE = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("Braze does not tell which campaigns use a template."),
    Text.of("Give a sample of what is sent under `messages`."),
)
_AS_WRITTEN = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("What a campaign's webhook sends, its signature too, is what people wrote into it."),
    Text.of("Look at its headers and its body, and attest what stands there."),
)


BRAZE = connector(
    name="braze",
    title="Braze",
    hosts=(
        Host(
            url="https://rest.{region}.braze.com",
            regions={
                "fra-01": "https://rest.fra-01.braze.eu",
                "fra-02": "https://rest.fra-02.braze.eu",
            },
        ),
    ),
    signing=(Bearer(),),
    rates=(Rate(requests=250_000, seconds=3600),),
    sections=(
        Keep(
            call=Call(
                section="campaigns",
                path="/campaigns/list",
                permission="campaigns.list",
                repeats="per 100 campaigns",
            ),
            pages=Numbered(first=0),
            items="campaigns",
            params={"sort_direction": "desc"},
            kept=("name",),
        ),
        Listing(
            call=Call(
                section="contents of a campaign",
                path="/campaigns/details",
                permission="campaigns.details",
                repeats="per campaign, at most 200",
            ),
            of="campaigns",
            place="campaign_id",
            most=200,
            pages=Details(),
            items="messages",
            subject=Message,
            id=prefixed("campaign", "campaign_id", "number"),
            where=_channel("email"),
            facts={
                "published": no(flag("draft")),
                "title": text("subject", null=""),
                "from_address": mail_address("from"),
                "from_name": mail_name("from"),
                "html": body("body"),
                "text": always(_NO_TEXT),
            },
            others=(
                Listing(
                    call=Call(section="webhooks of campaigns", path=""),
                    subject=Integration,
                    id=prefixed("campaign", "campaign_id", "number"),
                    where=_channel("webhook"),
                    facts={
                        "enabled": no(flag("draft")),
                        "host": host("url"),
                        "encrypted": encrypted("url"),
                        "signed": always(_AS_WRITTEN),
                    },
                ),
            ),
        ),
        Listing(
            call=Call(
                section="templates",
                path="/templates/email/list",
                permission="templates.email.list",
                repeats="per 100 templates",
            ),
            pages=Offset(size_param="limit", size=100),
            items="templates",
            subject=Message,
            id=prefixed("template", "email_template_id"),
            name=text("template_name"),
            detail=Detail(
                call=Call(
                    section="contents of a template",
                    path="/templates/email/info",
                    permission="templates.email.info",
                    repeats="per template, at most 200",
                ),
                params={"email_template_id": "email_template_id"},
                most=200,
            ),
            facts={
                "published": always(_NO_STATE),
                "title": text("subject", null=""),
                "from_address": always(_NO_STATE),
                "from_name": always(_NO_STATE),
                "html": body("body"),
                "text": body("plaintext_body"),
            },
        ),
    ),
    screens={
        "Account.mfa_enforced": _SECURITY,
        "Account.sso_configured": _SECURITY,
        "Account.sso_enforced": _SECURITY,
        "Account.ip_allow_list": _SECURITY,
        "Account.password_min_length": _SECURITY,
        "Account.password_composition": _SECURITY,
        "Account.password_max_age_days": _SECURITY,
        "Account.session_idle_minutes": _SECURITY,
        "Account.audit_log": f"{_SECURITY} > Security Event Download",
        "Account.failed_sign_ins_logged": f"{_SECURITY} > Security Event Download",
        "Account.scanner_excess": _KEYS,
        "Person": _USERS,
        "Credential": _KEYS,
    },
    recipe=Text.of(
        "Under Settings > APIs and Identifiers, make a REST API key “mamori” with campaigns.list, "
        "campaigns.details, templates.email.list and templates.email.info only, and with mamori's "
        "address on its IP allow-list; neither can be changed later. Give it in `credential` "
        "(token), and the instance, as iad-05 or fra-01, in `region`."
    ),
    verified="2026-08-13, Braze's Postman collection",
    unverified=(
        "templates made by drag and drop are not told by the interface",
        "that a webhook of a campaign names its address in the field url",
    ),
)
