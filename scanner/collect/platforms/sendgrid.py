"""Reads a Twilio SendGrid account: teammates, sign-in settings, API keys, webhooks and templates.

SendGrid's keys have scopes of one verb each, so mamori's key can be made to read only, and is asked
whether it was.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    moment,
    one,
    prefixed,
    present,
    some_of,
    text,
    texts,
)
from scanner.collect.connector import connector
from scanner.collect.http import Call
from scanner.collect.paging import NextLink, Offset
from scanner.collect.platform import Host
from scanner.collect.sections import Detail, Listing, OwnRights, Settings
from scanner.collect.signing import Bearer
from scanner.model import (
    Credential,
    CredentialKind,
    Fact,
    Integration,
    Message,
    Person,
    Reason,
    SendingDomain,
    Site,
    Text,
    Unknown,
)

_TEAM = "Settings > Teammates"
_MARKERS = frozenset(
    {
        "2fa_exempt",
        "2fa_required",
        "sender_verification_eligible",
        "sender_verification_exempt",
        "sender_verification_legacy",
    }
)
"""What SendGrid lists among the scopes and that allows nothing."""
_EVERYTHING = frozenset({"api_keys.create", "mail.send", "teammates.create"})
"""Scopes that only a key with full access has together."""


_POLICY_NOT_TOLD = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("SendGrid does not tell which security policy holds for a parse webhook."),
    Text.of("Look under Settings > Inbound Parse, and attest what stands there."),
)


def _integrations(record: Record) -> dict[str, dict[str, Any]]:
    """Return the identity providers by their id, for what is asked about each."""
    known = [text("id")(each) for each in record.records("")]
    return {each: {} for each in known if isinstance(each, str)}


def _addresses(record: Record) -> Fact[bool]:
    """Tell whether only some addresses are let in; an entry for all of them keeps nobody out."""
    addresses = texts("result", of="ip")(record)
    if isinstance(addresses, Unknown):
        return addresses
    return bool(addresses) and not any(each.endswith("/0") for each in addresses)


def _attempts(record: Record) -> Fact[bool]:
    """Tell whether attempts to sign in are recorded, successful or not."""
    allowed = [flag("allowed")(each) for each in record.records("result")]
    return True if True in allowed or False in allowed else absent("result.allowed")


def _scopes(record: Record) -> Fact[tuple[str, ...]]:
    # SendGrid's own description has a list around it, its interface has none.
    scopes = either(texts("scopes"), texts("result.0.scopes"))(record)
    if isinstance(scopes, Unknown):
        return scopes
    return ("full access",) if set(scopes) >= _EVERYTHING else scopes


def _signed(record: Record) -> Fact[bool]:
    """Tell whether messages are signed, or sent with a token of the receiver's own."""
    found = [present(each)(record) for each in ("public_key", "oauth_client_id")]
    if True in found:
        return True
    return found[0]  # type: ignore[no-any-return]


def _link_host(record: Record) -> Fact[str]:
    """Return the host that links in mails lead to, which is given in two parts."""
    below = text("subdomain")(record)
    if isinstance(below, Unknown):
        return below
    return domain("host")(Record({"host": f"{below}.{record.at('domain')}"}))  # type: ignore[no-any-return]


def _versions(record: Record) -> Iterator[Record]:
    for each in record.records("versions"):
        if flag("active")(each) is True:
            yield each


def _of_active(reader: Any) -> Any:
    """Read a field of a template's active version."""

    def read(record: Record) -> Any:
        if not isinstance(record.at("versions"), list):
            return absent("versions")
        for each in _versions(record):
            return reader(each)
        return Unknown(Reason.NOT_FOUND, Text.of("The template has no active version."))

    return read


SENDGRID = connector(
    name="sendgrid",
    title="Twilio SendGrid",
    words=("twilio",),
    hosts=(Host(url="https://api.sendgrid.com", regions={"eu": "https://api.eu.sendgrid.com"}),),
    signing=(Bearer(),),
    sections=(
        OwnRights(
            call=Call(section="own rights", path="/v3/scopes"),
            rights=texts("scopes"),
            spare=_MARKERS,
        ),
        Settings(
            call=Call(
                section="single sign-on",
                path="/v3/sso/integrations",
                permission="sso.settings.read",
            ),
            facts={"sso_configured": some_of("", flag("enabled"))},
            remember={"single sign-on": _integrations},
        ),
        Settings(
            call=Call(
                section="IP allow-list",
                path="/v3/access_settings/whitelist",
                permission="access_settings.whitelist.read",
            ),
            facts={"ip_allow_list": _addresses, "Credential.ip_restricted": _addresses},
        ),
        Listing(
            call=Call(
                section="certificates of single sign-on",
                path="/v3/sso/integrations/{integration_id}/certificates",
                permission="sso.settings.read",
                repeats="per identity provider",
            ),
            of="single sign-on",
            place="integration_id",
            subject=Credential,
            id=prefixed("sso-certificate"),
            fixed={"kind": CredentialKind.CERTIFICATE},
            facts={"expires": moment("not_after")},
        ),
        Settings(
            call=Call(
                section="sign-in log",
                path="/v3/access_settings/activity",
                permission="access_settings.activity.read",
            ),
            params={"limit": 1},
            facts={"failed_sign_ins_logged": _attempts},
        ),
        Listing(
            call=Call(
                section="users",
                path="/v3/teammates",
                permission="teammates.read",
                repeats="per 500 users",
            ),
            pages=Offset(size_param="limit", size=500),
            items="result",
            subject=Person,
            id=text("username"),
            name=text("username"),
            facts={
                "email": text("email"),
                "username": text("username"),
                "can_sign_in": always(True),  # noqa: FBT003 - who is only invited is listed elsewhere
                "machine": always(False),  # noqa: FBT003 - programs have keys
                "administrator": flag("is_admin"),
                "roles": one("user_type"),
                "signs_in_by_sso": flag("is_sso"),
            },
        ),
        Listing(
            call=Call(section="keys", path="/v3/api_keys", permission="api_keys.read"),
            items="result",
            subject=Credential,
            id=text("api_key_id"),
            fixed={"kind": CredentialKind.API_KEY},
            detail=Detail(
                call=Call(
                    section="scopes of a key",
                    path="/v3/api_keys/{api_key_id}",
                    permission="api_keys.read",
                    repeats="per key",
                ),
                names={"api_key_id": "api_key_id"},
            ),
            facts={"scopes": _scopes},
        ),
        Listing(
            call=Call(
                section="webhooks",
                path="/v3/user/webhooks/event/settings/all",
                permission="user.webhooks.event.settings.read",
            ),
            items="webhooks",
            subject=Integration,
            name=text("friendly_name"),
            facts={
                "enabled": flag("enabled"),
                "host": host("url"),
                "encrypted": encrypted("url"),
                "signed": _signed,
            },
        ),
        Listing(
            call=Call(
                section="parse webhooks",
                path="/v3/user/webhooks/parse/settings",
                permission="user.webhooks.parse.settings.read",
            ),
            items="result",
            subject=Integration,
            id=prefixed("parse", "hostname"),
            name=text("hostname"),
            facts={
                "enabled": always(True),  # noqa: FBT003 - what is set up is in force
                "host": host("url"),
                "encrypted": encrypted("url"),
                "signed": always(_POLICY_NOT_TOLD),
            },
        ),
        Listing(
            call=Call(
                section="sending domains",
                path="/v3/whitelabel/domains",
                permission="whitelabel.read",
                repeats="per 50 domains",
            ),
            pages=Offset(size_param="limit", size=50),
            items="",
            subject=SendingDomain,
            id=domain("domain"),
            name=domain("domain"),
            facts={"authentication_claimed": flag("valid")},
        ),
        Listing(
            call=Call(
                section="tracking domains",
                path="/v3/whitelabel/links",
                permission="whitelabel.read",
                repeats="per 50 domains",
            ),
            pages=Offset(size_param="limit", size=50),
            items="",
            subject=Site,
            id=_link_host,
            name=_link_host,
            facts={"host": _link_host},
        ),
        Listing(
            call=Call(
                section="templates",
                path="/v3/templates",
                permission="templates.read",
                repeats="per 200 templates",
            ),
            pages=NextLink(at="_metadata.next", size_param="page_size", size=200),
            items="result",
            params={"generations": "legacy,dynamic"},
            subject=Message,
            detail=Detail(
                call=Call(
                    section="contents of a template",
                    path="/v3/templates/{template_id}",
                    permission="templates.read",
                    repeats="per template, at most 200",
                ),
                names={"template_id": "id"},
                most=200,
            ),
            facts={
                "published": some_of("versions", flag("active")),
                "title": _of_active(text("subject", null="")),
                "html": _of_active(body("html_content")),
                "text": _of_active(body("plain_content")),
            },
        ),
    ),
    screens={
        "Account.mfa_enforced": "Settings > Two-Factor Authentication",
        "Account.sso_enforced": "Settings > SSO Settings",
        "Account.audit_log": "Activity",
        "Person.mfa": "Settings > Two-Factor Authentication",
        "Person.last_sign_in": _TEAM,
        "Person.created": _TEAM,
        "Person.password_changed": _TEAM,
        "Credential.issued": "Settings > API Keys",
        "Credential.rotated": "Settings > API Keys",
        "Credential.last_used": "Settings > API Keys",
    },
    rights_at="Settings > API Keys",
    recipe=Text.of(
        "Under Settings > API Keys, make a key with Restricted Access and these scopes only: "
        "sso.settings.read, access_settings.whitelist.read, access_settings.activity.read, "
        "teammates.read, api_keys.read, user.webhooks.event.settings.read, "
        "user.webhooks.parse.settings.read, whitelabel.read, templates.read. Give it in "
        "`credential` (token). For an account in Europe, set `region: eu`."
    ),
    verified="2026-08-13, Twilio's public API specifications",
    unverified=(
        "which scopes SendGrid lists that allow nothing (2fa_…, sender_verification_…)",
        "SendGrid publishes no numbers for its rate limits",
    ),
)
