"""Reads a Mailgun account: its users and the age of their passwords, its API keys and webhooks.

Mailgun is the one vendor known to tell when a password was last changed. Its times are UTC without
saying so, which is how mamori reads times without a zone.
"""

from __future__ import annotations

from typing import Any

from scanner.collect.answers import (
    Record,
    always,
    choice,
    domain,
    either,
    encrypted,
    every,
    flag,
    host,
    made_from,
    malformed,
    moment,
    no,
    one,
    prefixed,
    some,
    text,
    texts,
)
from scanner.collect.connector import connector
from scanner.collect.http import Answer, Call
from scanner.collect.paging import Offset, Pages
from scanner.collect.platform import Host
from scanner.collect.sections import Listing, Settings
from scanner.collect.signing import BasicKey
from scanner.model import (
    Credential,
    CredentialKind,
    Fact,
    Integration,
    Mfa,
    Person,
    Reason,
    SendingDomain,
    Text,
    Unknown,
)

_ADMIN = "Admin"
_SECURITY = "Account Settings > Account Security"
_KEYS = "Account Settings > API Security"
_NO_DATE = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("Mailgun holds no date for it."),
    Text.of("Let its owner change the password once; Mailgun then tells the date."),
)


_role = choice(
    "role",
    {
        "admin": True,
        **dict.fromkeys(("basic", "analyst", "billing", "support", "developer"), False),
    },
)


def _second_factor(active: Fact[bool]) -> Fact[Mfa]:
    """Return the second factor; one that is set up but not confirmed asks nobody for anything."""
    return active if isinstance(active, Unknown) else Mfa.SOME if active else Mfa.NONE


class ByEvent(Pages, frozen=True, kw_only=True):
    """The addresses of a domain's webhooks, which Mailgun groups by the event that calls them."""

    def decode(self, answer: Answer) -> Any:
        """Return each host once, with its events; the rest of an address may be a secret."""
        webhooks = Record(answer.json()).at("webhooks")
        if not isinstance(webhooks, dict):
            return {"webhooks": None}
        events: dict[str, list[str]] = {}
        for event, told in webhooks.items():
            urls = texts("urls", null=())(Record(told))
            for url in ("",) if isinstance(urls, Unknown) else urls:
                place = Record({"url": url})
                scheme = "https" if encrypted("url")(place) is True else "http"
                to = host("url")(place)
                events.setdefault("" if isinstance(to, Unknown) else f"{scheme}://{to}", []).append(
                    event
                )
        return {"webhooks": [{"url": url, "events": each} for url, each in events.items()]}


_is_live_key = every(
    # Those of Mailgun's own site live for a day.
    choice("kind", {"user": True, "domain": True, "web": False}),
    no(flag("is_disabled", null=False)),
)


def _any_address(record: Record) -> Fact[bool]:
    addresses = texts("addresses", of="ip_address")(record)
    return addresses if isinstance(addresses, Unknown) else bool(addresses)


MAILGUN = connector(
    name="mailgun",
    title="Mailgun",
    words=("sinch",),
    hosts=(Host(url="https://api.mailgun.net", regions={"eu": "https://api.eu.mailgun.net"}),),
    signing=(BasicKey(username="api"),),
    sections=(
        Listing(
            call=Call(
                section="users", path="/v5/users", permission=_ADMIN, repeats="per 100 users"
            ),
            pages=Offset(param="skip", size_param="limit", size=100, total="total"),
            items="users",
            subject=Person,
            name=either(text("name"), text("email")),
            facts={
                "email": text("email"),
                "username": text("email"),
                "can_sign_in": every(flag("activated"), no(flag("is_disabled"))),
                "machine": always(False),  # noqa: FBT003 - programs have keys
                "administrator": some(flag("is_master", null=False), _role),
                "roles": one("role"),
                "mfa": made_from(_second_factor, every(flag("tfa_enabled"), flag("tfa_active"))),
                "password_changed": moment("password_updated_at", null=_NO_DATE),
            },
        ),
        Settings(
            call=Call(section="IP allow-list", path="/v2/ip_whitelist", permission=_ADMIN),
            facts={"Credential.ip_restricted": _any_address},
        ),
        Listing(
            call=Call(section="keys", path="/v1/keys", permission=_ADMIN),
            items="items",
            subject=Credential,
            where=_is_live_key,
            name=either(text("description", null=malformed("description")), text("id")),
            fixed={"kind": CredentialKind.API_KEY},
            facts={
                "issued": moment("created_at"),
                "rotated": always(None),
                "expires": moment("expires_at", null=None),
                "scopes": one("role"),
                # The address, for by it the owner is found among the users.
                "owner": either(text("requestor", null=malformed("requestor")), text("user_name")),
            },
        ),
        Listing(
            call=Call(section="webhooks", path="/v1/webhooks", permission=_ADMIN),
            items="webhooks",
            subject=Integration,
            id=text("webhook_id"),
            name=either(text("description", null=malformed("description")), text("webhook_id")),
            facts={
                "enabled": always(True),  # noqa: FBT003 - a webhook that exists is called
                "host": host("url"),
                "encrypted": encrypted("url"),
                # Each message holds a time, a token and their HMAC under the account's own key.
                "signed": always(True),  # noqa: FBT003
                "events": texts("event_types"),
            },
        ),
        Listing(
            call=Call(
                section="domains",
                path="/v4/domains",
                permission=_ADMIN,
                repeats="per 100 domains",
            ),
            pages=Offset(param="skip", size_param="limit", size=100, total="total_count"),
            items="items",
            subject=SendingDomain,
            id=domain("name"),
            name=domain("name"),
            facts={
                "authentication_claimed": choice(
                    "state", {"active": True, "unverified": False, "disabled": False}
                )
            },
        ),
        Listing(
            call=Call(
                section="webhooks of a domain",
                path="/v3/domains/{domain}/webhooks",
                permission=_ADMIN,
                repeats="per domain, at most 100",
            ),
            of="domains",
            place="domain",
            most=100,
            pages=ByEvent(),
            items="webhooks",
            subject=Integration,
            id=prefixed("webhook", "domain", "url"),
            name=host("url"),
            facts={
                "enabled": always(True),  # noqa: FBT003 - as above
                "host": host("url"),
                "encrypted": encrypted("url"),
                "signed": always(True),  # noqa: FBT003 - as above
                "events": texts("events"),
            },
        ),
        Listing(
            call=Call(
                section="SMTP credentials",
                path="/v3/domains/{domain}/credentials",
                permission=_ADMIN,
                repeats="per domain, at most 100",
            ),
            of="domains",
            place="domain",
            most=100,
            pages=Offset(param="skip", size_param="limit", size=100, total="total_count"),
            items="items",
            subject=Credential,
            id=prefixed("smtp", "login"),
            name=text("login"),
            fixed={"kind": CredentialKind.API_KEY},
            facts={"issued": moment("created_at"), "scopes": always(("sending",))},
        ),
    ),
    screens={
        "Account.mfa_enforced": _SECURITY,
        "Account.sso_configured": _SECURITY,
        "Account.sso_enforced": _SECURITY,
        "Account.scanner_excess": _KEYS,
        "Account.audit_log": _SECURITY,
        "Person.last_sign_in": "Account Settings > Users",
        "Person.created": "Account Settings > Users",
        "Credential.last_used": _KEYS,
    },
    recipe=Text.of(
        "Under Account Settings > API Security, make a key for mamori with an expiration, and give "
        "it in `credential` (token). Only a key with the role Admin is told of users and keys; "
        "with Analyst mamori names what it misses. For an account in Europe, set `region: eu`. "
        "Put the address that mamori scans from on the IP allow-list."
    ),
    verified="2026-08-21, documentation.mailgun.com and Mailgun's own Go client",
    unverified=(
        "which roles of a key may list users and keys (named here as Admin)",
        "that the list of users has the fields of a single user",
        "that the IP allow-list holds for SMTP credentials as well as for keys",
    ),
)
