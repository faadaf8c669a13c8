"""Reads a workspace of Braze: its e-mail templates and the e-mails of its campaigns.

Braze lets nobody list its users: its SCIM interface answers for one address at a time, with a token
of its own. What it logs of sign-ins is a download, the last 10,000 security events.
"""

from __future__ import annotations

from typing import Any

from scanner.collect.answers import (
    Record,
    absent,
    always,
    body,
    flag,
    mail_address,
    mail_name,
    malformed,
    no,
    prefixed,
    text,
)
from scanner.collect.connector import Detail, Listing, Special, Visit, connector, lacking
from scanner.collect.http import Call, Unanswered
from scanner.collect.paging import Numbered, Offset, Question, entries
from scanner.collect.platform import Host
from scanner.collect.quota import Rate
from scanner.collect.signing import Bearer
from scanner.model import Message, Reason, Text, Unknown

MOST_CAMPAIGNS = 200
_SECURITY = "Settings > Admin Settings > Security Settings"
_USERS = "Settings > Company Users"
_KEYS = "Settings > APIs and Identifiers"
_CAMPAIGNS = Call(
    section="campaigns",
    path="/campaigns/list",
    permission="campaigns.list",
    repeats="per 100 campaigns",
)
_CAMPAIGN = Call(
    section="contents of a campaign",
    path="/campaigns/details",
    permission="campaigns.details",
    repeats="per campaign, at most 200",
)


async def _read_campaigns(visit: Visit) -> None:
    """Read the e-mails of campaigns, the newest first; which they are only their details tell."""
    gap: Unknown | None = None
    asked = 0
    question = Question(
        call=_CAMPAIGNS,
        pages=Numbered(first=0),
        items="campaigns",
        params={"sort_direction": "desc"},
    )
    async for campaign in entries(visit.client, question):
        identity = text("id")(campaign)
        if isinstance(identity, Unknown):
            gap = identity
            continue
        if asked == MOST_CAMPAIGNS:
            gap = _TOO_MANY
            break
        asked += 1
        try:
            answer = await visit.client.get(_CAMPAIGN, {"campaign_id": identity})
            gap = _keep(visit, identity, campaign, Record(answer.json())) or gap
        except Unanswered as refused:
            gap = lacking(refused.unknown, _CAMPAIGN)
            if gap.reason is Reason.NOT_PERMITTED:
                break
    if gap is not None:
        raise Unanswered(gap)


def _keep(visit: Visit, campaign: str, listed: Record, details: Record) -> Unknown | None:
    messages = details.at("messages")
    if not isinstance(messages, dict):
        return malformed("messages") if details.has("messages") else absent("messages")
    name = text("name")(listed)
    for number, fields in messages.items():
        record = Record(fields)
        channel = text("channel")(record)
        if isinstance(channel, Unknown):
            return channel
        if channel != "email":
            continue
        identity = f"campaign:{campaign}:{number}"[:200]
        facts: dict[str, Any] = {
            "published": no(flag("draft"))(details),
            "title": text("subject", null="")(record),
            "from_address": mail_address("from")(record),
            "from_name": mail_name("from")(record),
            "html": body("body")(record),
            "text": _NO_TEXT,
        }
        name = name if isinstance(name, str) and name else identity
        visit.gathering.add(visit.subject(Message, record, identity, name, facts))
    return None


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
_TOO_MANY = Unknown(
    Reason.TOO_LARGE,
    Text.of("There are more of them than are asked for one by one in one scan."),
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
        Special(
            call=_CAMPAIGNS,
            run=_read_campaigns,
            calls=(_CAMPAIGN,),
            facts=(
                "Message.published",
                "Message.title",
                "Message.from_address",
                "Message.from_name",
                "Message.html",
                "Message.text",
            ),
            kinds=(Message,),
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
    unverified=("templates made by drag and drop are not told by the interface",),
)
