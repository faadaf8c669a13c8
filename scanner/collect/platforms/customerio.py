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
from scanner.collect.connector import Detail, Listing, Special, Visit, connector, lacking
from scanner.collect.http import Call, Unanswered
from scanner.collect.paging import Cursor, Question, entries
from scanner.collect.platform import Host
from scanner.collect.quota import Rate
from scanner.collect.signing import Bearer
from scanner.model import Fact, Integration, Message, Reason, Text, Unknown

PAGES = Cursor(param="start", at="next", size_param="limit", size=100)
MOST_CAMPAIGNS = 200
_TEAM = "Account Settings > Team Members"
_CAMPAIGNS = Call(section="campaigns", path="/v1/campaigns")
_ACTIONS = Call(
    section="contents of a campaign",
    path="/v1/campaigns/{campaign_id}/actions",
    repeats="per campaign, at most 200",
)


def _is_mail(record: Record) -> Fact[bool]:
    kind = text("type")(record)
    return kind if isinstance(kind, Unknown) else kind == "email"


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
_STATES = {"running": True, "draft": False, "stopped": False}


async def _read_campaigns(visit: Visit) -> None:
    """Read the e-mails that the steps of campaigns send."""
    gap: Unknown | None = None
    asked = 0
    async for campaign in entries(visit.client, Question(call=_CAMPAIGNS, items="campaigns")):
        identity = text("id")(campaign)
        if isinstance(identity, Unknown):
            gap = identity
            continue
        if asked == MOST_CAMPAIGNS:
            gap = _TOO_MANY
            break
        asked += 1
        published = choice("state", _STATES)(campaign)
        question = Question(
            call=_ACTIONS, pages=PAGES, items="actions", names={"campaign_id": identity}
        )
        try:
            async for action in entries(visit.client, question):
                gap = _keep(visit, identity, published, action) or gap
        except Unanswered as refused:
            gap = lacking(refused.unknown, _ACTIONS)
    if gap is not None:
        raise Unanswered(gap)


def _keep(visit: Visit, campaign: str, published: Fact[bool], action: Record) -> Unknown | None:
    mail, number = _is_mail(action), text("id")(action)
    for part in (mail, number):
        if isinstance(part, Unknown):
            return part
    if mail:
        name = text("name")(action)
        facts = {fact: read(action) for fact, read in _mail("").items()}
        identity = f"action:{campaign}:{number}"
        visit.gathering.add(
            visit.subject(
                Message,
                action,
                identity,
                name if isinstance(name, str) and name else identity,
                {"published": published, **facts},
            )
        )
    return None


_TOO_MANY = Unknown(
    Reason.TOO_LARGE,
    Text.of("There are more of them than are asked for one by one in one scan."),
)


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
        Special(
            call=_CAMPAIGNS,
            run=_read_campaigns,
            calls=(_ACTIONS,),
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
    ),
    screens={
        "Account.mfa_enforced": "Account Settings > Security",
        "Account.sso_configured": "Account Settings > Security",
        "Account.sso_enforced": "Account Settings > Security",
        "Account.audit_log": "Account Settings > Audit Logs",
        "Account.scanner_excess": "Account Settings > API Credentials",
        "Person": _TEAM,
        "Credential": "Account Settings > API Credentials",
    },
    recipe=Text.of(
        "Under Account Settings > API Credentials > App API Keys, make a key “mamori” for the "
        "workspace, allow it from mamori's address only, and give it in `credential` (token). "
        "For a workspace in Europe, set `region: eu`."
    ),
    verified="2026-08-13, Customer.io's App API description",
    unverified=(
        "the fields of newsletters, campaigns and their contents",
        "that newsletters have the field sent_at, null until they are sent",
    ),
)
