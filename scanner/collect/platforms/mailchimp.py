"""Reads a Mailchimp account: what its key may do, apps and webhooks, audiences and campaigns.

Mailchimp tells nothing of who else can sign in; that comes from people. Members of audiences are
counted and never fetched.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scanner.collect.answers import (
    Record,
    absent,
    always,
    body,
    choice,
    domain,
    encrypted,
    flag,
    host,
    malformed,
    number,
    prefixed,
    text,
)
from scanner.collect.connector import connector
from scanner.collect.http import Call
from scanner.collect.paging import Offset
from scanner.collect.platform import Host
from scanner.collect.sections import Detail, Listing, Settings
from scanner.collect.signing import BasicKey
from scanner.model import (
    Audience,
    Fact,
    Integration,
    Message,
    Reason,
    SendingDomain,
    Text,
    Unknown,
)

MOST_CAMPAIGNS = 200
"""Campaigns whose contents are asked for; the newest come first."""
PAGES = Offset(size_param="count", size=1000, total="total_items")
_SECURITY = "Account > Settings > Security"
_USERS = "Account > Settings > Users"


_FETCHES = Unknown(
    Reason.NOT_SUPPORTED, Text.of("It fetches what it wants; Mailchimp sends it nothing.")
)


def _every_right(record: Record) -> Fact[tuple[str, ...]]:
    """Return what mamori's key may do: all that its owner may, for keys have no scopes."""
    role = choice("role", {"viewer": "view", **dict.fromkeys(_WRITING, "full access")})(record)
    if isinstance(role, Unknown):
        return role
    return () if role == "view" else (role,)


_WRITING = ("owner", "admin", "manager", "author")


def _secret_in_address(record: Record) -> Fact[bool]:
    """Tell whether a webhook's address has a query, where Mailchimp advises to put a secret."""
    address = record.at("url")
    if not isinstance(address, str) or not address:
        return malformed("url") if record.has("url") else absent("url")
    try:
        return bool(urlsplit(address).query)
    except ValueError:
        return malformed("url")


_SENT = dict.fromkeys(("sent", "sending", "schedule"), True)
_NOT_SENT = dict.fromkeys(("save", "paused", "canceled", "canceling", "archived"), False)

MAILCHIMP = connector(
    name="mailchimp",
    title="Mailchimp",
    words=("intuit",),
    hosts=(Host(url="https://{account}.api.mailchimp.com"),),
    account_in_token=r"-([a-z]{2,4}\d{1,3})$",  # noqa: S106 - a pattern
    signing=(BasicKey(username="mamori"),),
    sections=(
        Settings(
            call=Call(section="own rights", path="/3.0/"),
            params={"fields": "role"},
            facts={"scanner_excess": _every_right},
        ),
        Listing(
            call=Call(section="audiences", path="/3.0/lists", repeats="per 1000 audiences"),
            pages=PAGES,
            items="lists",
            params={
                "fields": "lists.id,lists.name,lists.double_optin,lists.stats.member_count,"
                "total_items"
            },
            subject=Audience,
            facts={
                "contacts": number("stats.member_count"),
                "double_opt_in": flag("double_optin"),
            },
        ),
        Listing(
            call=Call(
                section="webhooks",
                path="/3.0/lists/{list_id}/webhooks",
                repeats="per audience",
            ),
            of="audiences",
            place="list_id",
            items="webhooks",
            subject=Integration,
            id=prefixed("webhook", "list_id", "id"),
            name=host("url"),
            facts={
                "enabled": always(True),  # noqa: FBT003 - a webhook that exists is called
                "host": host("url"),
                "encrypted": encrypted("url"),
                "signed": _secret_in_address,
            },
        ),
        Listing(
            call=Call(section="batch webhooks", path="/3.0/batch-webhooks"),
            pages=PAGES,
            items="webhooks",
            params={"fields": "webhooks.id,webhooks.url,webhooks.enabled,total_items"},
            subject=Integration,
            id=prefixed("batch-webhook"),
            facts={
                "enabled": flag("enabled"),
                "host": host("url"),
                "encrypted": encrypted("url"),
                "signed": _secret_in_address,
            },
        ),
        Listing(
            call=Call(section="apps", path="/3.0/authorized-apps"),
            pages=PAGES,
            items="apps",
            params={"fields": "apps.id,apps.name,total_items"},
            subject=Integration,
            id=prefixed("app"),
            fixed={"kind": "app"},
            facts={
                "enabled": always(True),  # noqa: FBT003 - it is listed while it has access
                **dict.fromkeys(("host", "encrypted", "signed"), always(_FETCHES)),
            },
        ),
        Listing(
            call=Call(section="connected sites", path="/3.0/connected-sites"),
            pages=PAGES,
            items="sites",
            params={"fields": "sites.foreign_id,sites.domain,total_items"},
            subject=Integration,
            id=prefixed("site", "foreign_id"),
            name=text("domain"),
            fixed={"kind": "site"},
            facts={
                "enabled": always(True),  # noqa: FBT003 - as above
                "host": text("domain"),
                **dict.fromkeys(("encrypted", "signed"), always(_FETCHES)),
            },
        ),
        Listing(
            call=Call(section="sending domains", path="/3.0/verified-domains"),
            items="domains",
            subject=SendingDomain,
            id=domain("domain"),
            name=domain("domain"),
            facts={"authentication_claimed": flag("authenticated")},
        ),
        Listing(
            call=Call(section="campaigns", path="/3.0/campaigns", repeats="per 1000 campaigns"),
            pages=PAGES,
            items="campaigns",
            params={
                "fields": "campaigns.id,campaigns.status,campaigns.settings,total_items",
                "sort_field": "create_time",
                "sort_dir": "DESC",
            },
            subject=Message,
            name=text("settings.title"),
            detail=Detail(
                call=Call(
                    section="contents of a campaign",
                    path="/3.0/campaigns/{campaign_id}/content",
                    repeats="per campaign, at most 200",
                ),
                names={"campaign_id": "id"},
                fixed={"fields": "html,plain_text"},
                most=MOST_CAMPAIGNS,
            ),
            facts={
                "published": choice("status", {**_SENT, **_NOT_SENT}),
                "title": text("settings.subject_line", null=""),
                "from_address": text("settings.reply_to", null=None),
                "from_name": text("settings.from_name", null=None),
                "html": body("html"),
                "text": body("plain_text"),
            },
        ),
    ),
    screens={
        "Account.mfa_enforced": _SECURITY,
        "Account.audit_log": _SECURITY,
        "Account.people_total": _USERS,
        "Person": _USERS,
        "Credential": "Account > Extras > API keys",
        "Integration.last_used": "Account > Extras > Registered apps",
    },
    recipe=Text.of(
        "Invite a user for mamori as Viewer where your plan has that role, make an API key under "
        "Account > Extras > API keys, and give it whole, with the data centre at its end, in "
        "`credential` (token). Mailchimp's keys have no scopes and do all that their owner may, so "
        "keep it like a password."
    ),
    verified="2026-08-13, Mailchimp Marketing API 3.0.55 and 3.0.80",
    unverified=(
        "whether the owner of a key can be a Viewer",
        "that reply_to of a campaign is also its sender, as in Mailchimp's own forms",
    ),
)
