"""Reads a business unit of Salesforce Account Engagement (Pardot): its users, forms and e-mails.

Signing in, second factors and passwords are those of the Salesforce org beside it, which the
platform `salesforce` reads. Every request names the fields that it wants; there are no others.
"""

from __future__ import annotations

from scanner.collect.answers import (
    always,
    body,
    choice,
    domain,
    flag,
    made_from,
    moment,
    no,
    prefixed,
    text,
)
from scanner.collect.connector import connector
from scanner.collect.http import Call
from scanner.collect.paging import NextLink
from scanner.collect.platform import Host, Refusals
from scanner.collect.quota import Rate
from scanner.collect.sections import Listing
from scanner.collect.signing import Bearer, JwtBearer, RefreshToken
from scanner.model import Fact, Form, Message, Person, Reason, Site, Text, Unknown

_PAGES = NextLink(at="nextPageUrl", size_param="limit", size=200)
_ROLE_OF_ADMINISTRATORS = "administrator"
_SALESFORCE = "Salesforce Setup, or the platform salesforce of mamori"


def _fields(*names: str) -> dict[str, str]:
    return {"fields": ",".join(names)}


def _full_name(*parts: Fact[str]) -> str:
    return " ".join([part for part in parts if isinstance(part, str) and part])


def _is_administrator(role: Fact[str]) -> Fact[bool]:
    return role if isinstance(role, Unknown) else role.lower() == _ROLE_OF_ADMINISTRATORS


def _roles(name: Fact[str], role: Fact[str]) -> Fact[tuple[str, ...]]:
    told = role if isinstance(name, Unknown) else name
    return told if isinstance(told, Unknown) else (told,)


_CERTIFICATE = {
    **dict.fromkeys(("enabled", "active", "complete", "valid"), True),
    **dict.fromkeys(("disabled", "pending", "requested", "failed", "error", "expired"), False),
}
"""What states of a certificate mean; others are left open."""
TOKEN = Call(
    section="sign-in", host="login", path="/services/oauth2/token", method="POST", signed=False
)

ACCOUNT_ENGAGEMENT = connector(
    name="account-engagement",
    title="Salesforce Account Engagement (Pardot)",
    words=("pardot", "salesforce"),
    hosts=(
        Host(
            url="https://pi.pardot.com",
            regions={"sandbox": "https://pi.demo.pardot.com"},
        ),
        Host(
            name="login",
            url="https://login.salesforce.com",
            regions={"sandbox": "https://test.salesforce.com"},
        ),
    ),
    headers={"Pardot-Business-Unit-Id": "{account}"},
    signing=(
        JwtBearer(
            call=TOKEN,
            audience="https://login.salesforce.com",
            sandbox_audience="https://test.salesforce.com",
            sandbox="pi.demo.",
        ),
        RefreshToken(call=TOKEN),
        Bearer(),
    ),
    rates=(Rate(requests=25_000, seconds=86_400),),
    refusals=Refusals(code="code", reasons={"66": Reason.RATE_LIMITED}, spent=frozenset({"122"})),
    sections=(
        Listing(
            call=Call(
                section="users",
                path="/api/v5/objects/users",
                permission="Admin > User > View",
                repeats="per 200 users",
            ),
            pages=_PAGES,
            items="values",
            params=_fields(
                *("id", "email", "username", "firstName", "lastName", "role", "roleName"),
                *("isDeleted", "createdAt"),
            ),
            subject=Person,
            name=made_from(_full_name, text("firstName"), text("lastName")),
            facts={
                "email": text("email"),
                "username": text("username", null=""),
                "administrator": made_from(_is_administrator, text("role")),
                "roles": made_from(_roles, text("roleName"), text("role")),
                "can_sign_in": no(flag("isDeleted")),
                "created": moment("createdAt"),
            },
        ),
        Listing(
            call=Call(
                section="forms",
                path="/api/v5/objects/forms",
                permission="Marketing > Forms > Forms > View",
                repeats="per 200 forms",
            ),
            pages=_PAGES,
            items="values",
            params=_fields("id", "name"),
            subject=Form,
            id=prefixed("form"),
            facts={"published": always(True)},  # noqa: FBT003 - deleted ones are not listed
        ),
        Listing(
            call=Call(
                section="form handlers",
                path="/api/v5/objects/form-handlers",
                permission="Marketing > Forms > Form Handlers > View",
                repeats="per 200 forms",
            ),
            pages=_PAGES,
            items="values",
            params=_fields("id", "name"),
            subject=Form,
            id=prefixed("form-handler"),
            facts={"published": always(True)},  # noqa: FBT003 - deleted ones are not listed
        ),
        Listing(
            call=Call(
                section="tracker domains",
                path="/api/v5/objects/tracker-domains",
                permission="Marketing > Forms > Forms > View",
                also=("Marketing > Landing Pages > Landing Pages > View",),
                repeats="per 200 domains",
            ),
            pages=_PAGES,
            items="values",
            params=_fields("id", "domain", "sslStatus", "isDeleted"),
            subject=Site,
            id=domain("domain"),
            where=no(flag("isDeleted", null=False)),
            name=domain("domain"),
            facts={
                "host": domain("domain"),
                "certificate_claimed": choice("sslStatus", _CERTIFICATE),
            },
        ),
        Listing(
            call=Call(
                section="e-mails",
                path="/api/v5/objects/email-templates",
                permission="Marketing > Emails > Email Templates > View",
                repeats="per 200 e-mails",
            ),
            pages=_PAGES,
            items="values",
            params=_fields("id", "name", "subject", "htmlMessage", "textMessage"),
            subject=Message,
            facts={
                "title": text("subject", null=""),
                "html": body("htmlMessage"),
                "text": body("textMessage"),
            },
        ),
    ),
    screens={
        "Account.mfa_enforced": _SALESFORCE,
        "Account.sso_configured": _SALESFORCE,
        "Account.sso_enforced": _SALESFORCE,
        "Account.ip_allow_list": _SALESFORCE,
        "Account.session_idle_minutes": _SALESFORCE,
        "Account.password_min_length": _SALESFORCE,
        "Account.audit_log": _SALESFORCE,
        "Person.mfa": _SALESFORCE,
        "Person.last_sign_in": _SALESFORCE,
        "Person.password_changed": _SALESFORCE,
        "Message.from_address": "Content > Email Templates",
        "Message.from_name": "Content > Email Templates",
        "Form.fields": "Content > Forms",
        "Form.html": "Content > Forms",
    },
    recipe=Text.of(
        "In Salesforce, make an external client app with the scope pardot_api, and a user of "
        "Account Engagement with a custom role that may View only: Admin > User, Marketing > "
        "Forms, Marketing > Emails. Give in `credential` the client_id, username and private_key "
        "of a JWT bearer flow, or a token; in `account` the ID of the business unit (0Uv…, Account "
        "Engagement Settings). One target is one business unit."
    ),
    verified="2026-11-24, developer.salesforce.com Account Engagement API version 5",
    unverified=(
        "the fields role and roleName of users with a custom role",
        "the values of sslStatus of tracker domains",
    ),
)
