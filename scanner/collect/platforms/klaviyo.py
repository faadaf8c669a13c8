"""Reads a Klaviyo account: its API keys and their scopes, webhooks, forms and campaigns.

Keys are told by the beta of the interface, under a revision of its own. Klaviyo tells nothing of
who can sign in; that comes from people.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.collect.answers import (
    MOST_TEXT,
    Record,
    absent,
    always,
    body,
    choice,
    domain,
    encrypted,
    flag,
    host,
    moment,
    prefixed,
    text,
    texts,
)
from scanner.collect.connector import connector
from scanner.collect.http import Call
from scanner.collect.paging import NextLink
from scanner.collect.platform import Host
from scanner.collect.quota import Rate
from scanner.collect.sections import Detail, Listing, Settings
from scanner.collect.signing import Bearer
from scanner.model import (
    Audience,
    Credential,
    CredentialKind,
    Fact,
    Form,
    Integration,
    Message,
    Reason,
    SendingDomain,
    Text,
    Unknown,
)

REVISION = "2026-07-15"
BETA = {"revision": f"{REVISION}.pre"}
PAGES = NextLink(at="links.next", among="links")
MOST_DETAILS = 100
"""Forms and campaigns that are asked for one by one; the newest come first."""
_KEYS = "Settings > API keys"
_USERS = "Settings > Users"
_SECURITY = "Settings > Security"


def _scopes(record: Record) -> Fact[tuple[str, ...]]:
    """Read what a key may do; one that may write everywhere is one with full access."""
    scopes = texts("attributes.scopes")(record)
    if isinstance(scopes, Unknown):
        return scopes
    return ("full access",) if set(scopes) >= _EVERYTHING else scopes


_EVERYTHING = frozenset({"campaigns:write", "events:write", "lists:write", "profiles:write"})
"""Scopes that in practice only a key with full access has together."""


def _contents(value: Any, depth: int = 24) -> Iterator[str]:
    """Yield the texts that a form shows, wherever its blocks keep them."""
    if isinstance(value, dict) and depth:
        for name in ("content", "text", "html"):
            if isinstance(value.get(name), str):
                yield value[name]
        for each in value.values():
            yield from _contents(each, depth - 1)
    elif isinstance(value, list) and depth:
        for each in value:
            yield from _contents(each, depth - 1)


def _shown(record: Record) -> Fact[str]:
    definition = record.at("detail.attributes.definition")
    if not isinstance(definition, dict):
        return absent("definition")
    return "\n".join(_contents(definition))[:MOST_TEXT]


def _included(record: Record, field: str) -> Any:
    """Return a body of the template that came along with a campaign's message."""
    if not record.has("detail.data.0"):
        return absent("data")
    for each in record.records("detail.included"):
        if each.at("type") == "template":
            return body(f"attributes.{field}")(each)
    return absent("included")


_CONTENT = "detail.data.0.attributes.definition.content"
_SENT = (
    "adding recipients",
    "preparing to schedule",
    "preparing to send",
    "queued without recipients",
    "scheduled",
    "sending",
    "sending segments",
    "sent",
    "variations sent",
)
_NOT_SENT = (
    "draft",
    "cancelled",
    "cancelled: account disabled",
    "cancelled: internal error",
    "cancelled: no recipients",
    "cancelled: smart sending",
)
_STATUS = {**dict.fromkeys(_SENT, True), **dict.fromkeys(_NOT_SENT, False)}

KLAVIYO = connector(
    name="klaviyo",
    title="Klaviyo",
    hosts=(Host(url="https://a.klaviyo.com"),),
    signing=(Bearer(word="Klaviyo-API-Key"),),
    headers={"revision": REVISION},
    rates=(
        Rate(requests=1, seconds=1, calls="XS"),
        Rate(requests=15, seconds=60, calls="XS"),
        Rate(requests=3, seconds=1, calls="S"),
        Rate(requests=60, seconds=60, calls="S"),
        Rate(requests=10, seconds=1, calls="M"),
        Rate(requests=150, seconds=60, calls="M"),
    ),
    sections=(
        Settings(
            call=Call(
                section="account", path="/api/accounts", permission="accounts:read", rate="XS"
            ),
            items="data.0.attributes",
            facts={"sandbox": flag("test_account")},
        ),
        Listing(
            call=Call(
                section="keys",
                path="/api/api-keys",
                permission="credentials:read",
                headers=BETA,
                rate="XS",
            ),
            pages=PAGES,
            items="data",
            subject=Credential,
            name=text("attributes.name"),
            where=choice("attributes.status", {"active": True, "disabled": False}),
            fixed={"kind": CredentialKind.API_KEY},
            facts={
                "issued": moment("attributes.created"),
                "rotated": always(None),  # a key is replaced, not changed
                "scopes": _scopes,
            },
        ),
        Listing(
            call=Call(
                section="sending domains",
                path="/api/sending-domains",
                permission="sender-config:read",
                headers=BETA,
                rate="XS",
                repeats="per 20 domains",
            ),
            pages=PAGES,
            items="data",
            subject=SendingDomain,
            id=domain("attributes.domain"),
            name=domain("attributes.domain"),
            facts={
                "authentication_claimed": choice(
                    "attributes.status", {"active": True, "warming": True, "pending": False}
                )
            },
        ),
        Listing(
            call=Call(
                section="webhooks", path="/api/webhooks", permission="webhooks:read", rate="XS"
            ),
            pages=PAGES,
            items="data",
            subject=Integration,
            name=text("attributes.name"),
            facts={
                "enabled": flag("attributes.enabled"),
                "host": host("attributes.endpoint_url"),
                "encrypted": encrypted("attributes.endpoint_url"),
                # None can be made without a secret, which signs each message.
                "signed": always(True),  # noqa: FBT003
            },
        ),
        Listing(
            call=Call(
                section="web feeds",
                path="/api/web-feeds",
                permission="web-feeds:read",
                rate="XS",
                repeats="per 5 feeds",
            ),
            pages=PAGES,
            items="data",
            subject=Integration,
            id=prefixed("feed"),
            name=text("attributes.name"),
            fixed={"kind": "feed"},
            facts={"host": host("attributes.url"), "encrypted": encrypted("attributes.url")},
        ),
        Listing(
            call=Call(
                section="lists",
                path="/api/lists",
                permission="lists:read",
                rate="M",
                repeats="per 10 lists",
            ),
            pages=PAGES,
            items="data",
            subject=Audience,
            name=text("attributes.name"),
            facts={
                "double_opt_in": choice(
                    "attributes.opt_in_process", {"double_opt_in": True, "single_opt_in": False}
                )
            },
        ),
        Listing(
            call=Call(section="forms", path="/api/forms", permission="forms:read", rate="S"),
            pages=PAGES,
            items="data",
            params={"sort": "-updated_at"},
            subject=Form,
            name=text("attributes.name"),
            detail=Detail(
                call=Call(
                    section="contents of a form",
                    path="/api/forms/{form_id}",
                    permission="forms:read",
                    rate="S",
                    repeats="per form, at most 100",
                ),
                names={"form_id": "id"},
                items="data",
                into="detail",
                most=MOST_DETAILS,
            ),
            facts={
                "published": choice("attributes.status", {"live": True, "draft": False}),
                "html": _shown,
            },
        ),
        Listing(
            call=Call(
                section="campaigns", path="/api/campaigns", permission="campaigns:read", rate="M"
            ),
            pages=PAGES,
            items="data",
            params={"filter": "equals(messages.channel,'email')", "sort": "-created_at"},
            subject=Message,
            name=text("attributes.name"),
            detail=Detail(
                call=Call(
                    section="contents of a campaign",
                    path="/api/campaigns/{campaign_id}/campaign-messages",
                    permission="campaigns:read",
                    rate="M",
                    repeats="per campaign, at most 100",
                ),
                names={"campaign_id": "id"},
                fixed={"include": "template"},
                into="detail",
                most=MOST_DETAILS,
            ),
            facts={
                "published": choice("attributes.status", _STATUS),
                "title": text(f"{_CONTENT}.subject", null=""),
                "from_address": text(f"{_CONTENT}.from_email", null=None),
                "from_name": text(f"{_CONTENT}.from_label", null=None),
                "html": lambda record: _included(record, "html"),
                "text": lambda record: _included(record, "text"),
            },
        ),
    ),
    screens={
        "Account.mfa_enforced": _SECURITY,
        "Account.sso_configured": _SECURITY,
        "Account.sso_enforced": _SECURITY,
        "Account.scanner_excess": _KEYS,
        "Person": _USERS,
        "Credential.last_used": _KEYS,
        "Form.fields": "Sign-up forms",
    },
    hidden={
        "Credential.owner": Unknown(
            Reason.NOT_EXPOSED,
            Text.of("Klaviyo does not tell who made a key."),
            Text.of("Write its owner into its name, and attest it."),
        )
    },
    recipe=Text.of(
        "Under Settings > API keys, make a custom private key with Read Access to these scopes "
        "only: accounts:read, credentials:read, sender-config:read, webhooks:read, web-feeds:read, "
        "lists:read, forms:read, campaigns:read, templates:read. Give it in `credential` (token)."
    ),
    verified="2026-08-21, Klaviyo's OpenAPI descriptions of 2026-07-15, stable and beta",
    unverified=(
        "that the beta's lists of keys and of sending domains are open to every account",
        "where the blocks of a form keep their texts (read: content, text, html)",
    ),
)
