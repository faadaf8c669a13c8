"""Reads a Brevo account: its users, what Enterprise accounts log of them, webhooks and e-mails.

Brevo allows 100 requests an hour on nearly everything, so the order is that of their worth. Its
answers hold keys of the relay, of the tracker and of webhooks; none of them is looked at.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from scanner.collect.answers import (
    Record,
    absent,
    always,
    body,
    choice,
    domain,
    either,
    encrypted,
    every,
    flag,
    host,
    malformed,
    moment,
    number,
    prefixed,
    some,
    text,
    texts,
)
from scanner.collect.connector import connector
from scanner.collect.http import Call
from scanner.collect.paging import Offset
from scanner.collect.platform import Host, Refusals
from scanner.collect.quota import Rate
from scanner.collect.sections import SIGNED_IN, Join, Listing, Settings, Single
from scanner.collect.signing import HeaderKey
from scanner.collect.visit import Visit
from scanner.model import (
    Audience,
    Fact,
    Integration,
    Message,
    Origin,
    Person,
    Reason,
    SendingDomain,
    Text,
    Unknown,
)

LOG_DAYS = 30
"""Brevo answers for a month at most."""
_ENTERPRISE = "Enterprise plan"
_USERS = "Settings > Users and roles"
_SECURITY = "Settings > Security"
_FEATURES = ("marketing", "conversations", "crm")
_ACCESS = {"all": True, "full": True, "custom": False, "none": False}


def _every_right(record: Record) -> Fact[tuple[str, ...]]:
    """Return what mamori's key may do: Brevo has no keys that can do less than everything."""
    return ("full access",) if isinstance(text("email")(record), str) else absent("email")


_is_administrator = some(
    flag("is_owner"), every(*(choice(f"feature_access.{each}", _ACCESS) for each in _FEATURES))
)
"""Whether somebody owns the account, or has every feature of it."""


def _log_window(visit: Visit) -> dict[str, Any]:
    start = visit.now - timedelta(days=LOG_DAYS)
    return {"startDate": start.date().isoformat(), "endDate": visit.now.date().isoformat()}


def _not_in_log(visit: Visit) -> dict[str, Any]:
    return {
        "idle_since": visit.now - timedelta(days=LOG_DAYS),
        "last_sign_in": Unknown(
            Reason.NOT_EXPOSED,
            Text.of("Brevo tells activities of the last {days} days only.", days=LOG_DAYS),
            Text.of("Look under {screen}, and attest what stands there.", screen=_USERS),
        ),
    }


def _is_sign_in(record: Record) -> Fact[bool]:
    action = text("action")(record)
    if isinstance(action, Unknown):
        return action
    return action.lower().replace("_", "-") in {"login-success", "login"}


def _proves_itself(record: Record) -> Fact[bool]:
    """Tell whether a webhook sends something by which its receiver knows Brevo."""
    for field, kind in (("auth", dict), ("headers", list)):
        value = record.at(field)
        if isinstance(value, list) and not all(isinstance(each, dict) and each for each in value):
            return malformed(field)
        if isinstance(value, kind) and value:
            return True
        if value is not None and record.has(field) and not isinstance(value, kind):
            return malformed(field)
    return False


def _webhooks(kind: str) -> Listing:
    return Listing(
        call=Call(section=f"webhooks ({kind})", path="/v3/webhooks", asks=kind),
        params={"type": kind},
        items="webhooks",
        subject=Integration,
        id=prefixed("webhook"),
        name=either(text("description", null=malformed("description")), text("id")),
        facts={
            "enabled": always(True),  # noqa: FBT003 - a webhook that exists is called
            "host": host("url"),
            "encrypted": encrypted("url"),
            "signed": _proves_itself,
            "events": texts("events"),
        },
    )


_SENT = dict.fromkeys(("sent", "archive", "queued", "in_process", "inprocess"), True)
_NOT_SENT = dict.fromkeys(("draft", "suspended", "in_review", "cancelling", "cancelled"), False)
_SENDER = {
    "title": text("subject", null=""),
    "from_address": text("sender.email", null=None),
    "from_name": text("sender.name", null=None),
    "html": body("htmlContent"),
    "text": always(
        Unknown(Reason.NOT_EXPOSED, Text.of("Brevo makes the plain text itself, when it sends."))
    ),
}

BREVO = connector(
    name="brevo",
    title="Brevo",
    words=("sendinblue",),
    hosts=(Host(url="https://api.brevo.com"),),
    signing=(HeaderKey(header="api-key"),),
    rates=(Rate(requests=100, seconds=3600), Rate(requests=36_000, seconds=3600, calls="contacts")),
    refusals=Refusals(
        code="code",
        reasons={
            "unauthorized": Reason.UNAUTHENTICATED,
            "permission_denied": Reason.NOT_PERMITTED,
            "too_many_requests": Reason.RATE_LIMITED,
        },
    ),
    sections=(
        Settings(
            call=Call(section="own rights", path="/v3/account"),
            facts={"scanner_excess": _every_right},
        ),
        Join(
            call=Call(
                section="activity log",
                path="/v3/organization/activities",
                permission=_ENTERPRISE,
                repeats="per 100 entries",
            ),
            pages=Offset(size_param="limit", size=100),
            items="logs",
            params=_log_window,
            subject=Person,
            key=text("user_email"),
            match=text("email"),
            where=_is_sign_in,
            facts={"last_sign_in": moment("date"), "idle_since": always(SIGNED_IN)},
            absent=_not_in_log,
            origin=Origin.EVENT,
            proves={"audit_log": True},
        ),
        Listing(
            call=Call(section="users", path="/v3/organization/invited/users"),
            items="users",
            subject=Person,
            id=text("email"),
            name=text("email"),
            facts={
                "email": text("email"),
                "username": text("email"),
                "can_sign_in": choice("status", {"active": True, "pending": False}),
                "machine": always(False),  # noqa: FBT003 - programs have keys
                "administrator": _is_administrator,
            },
        ),
        _webhooks("marketing"),
        _webhooks("transactional"),
        Listing(
            call=Call(section="sending domains", path="/v3/senders/domains"),
            pages=Offset(total="count"),
            items="domains",
            subject=SendingDomain,
            id=domain("domain_name"),
            name=domain("domain_name"),
            facts={"authentication_claimed": flag("authenticated")},
        ),
        Listing(
            call=Call(section="templates", path="/v3/smtp/templates", repeats="per 50 templates"),
            pages=Offset(size_param="limit", size=50, total="count"),
            items="templates",
            subject=Message,
            id=prefixed("template"),
            facts={"published": flag("isActive"), **_SENDER},
        ),
        Listing(
            call=Call(section="campaigns", path="/v3/emailCampaigns", repeats="per 50 campaigns"),
            pages=Offset(size_param="limit", size=50, total="count"),
            items="campaigns",
            params={"excludeHtmlContent": "false", "sort": "desc"},
            subject=Message,
            id=prefixed("campaign"),
            facts={"published": choice("status", {**_SENT, **_NOT_SENT}), **_SENDER},
        ),
        Single(
            call=Call(section="contacts", path="/v3/contacts", rate="contacts"),
            params={"limit": 1},
            subject=Audience,
            id="contacts",
            facts={"contacts": number("count")},
        ),
    ),
    screens={
        "Account.mfa_enforced": _SECURITY,
        "Account.sso_configured": _SECURITY,
        "Account.sso_enforced": _SECURITY,
        "Account.ip_allow_list": f"{_SECURITY} > Authorized IPs",
        "Person.mfa": _USERS,
        "Person.roles": _USERS,
        "Person.password_changed": _USERS,
        "Person.created": _USERS,
    },
    recipe=Text.of(
        "Under Settings > SMTP & API > API keys, make a key named mamori, and give it in "
        "`credential` (token). Brevo's keys have no scopes: each can do everything, so keep it "
        "like a password, and allow it from mamori's address only under Security > Authorized IPs. "
        "Only Enterprise accounts are told of activities."
    ),
    verified="2026-08-13, developers.brevo.com and Brevo's own Python client 5.1.0",
    unverified=(
        "what the activities of the log are called (read: login-success)",
        "the values of feature_access (read: all, full, custom, none)",
        "what an account without webhooks answers",
    ),
)
