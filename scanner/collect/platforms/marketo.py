"""Reads an Adobe Marketo Engage: its user management, its assets, and who uses its interface.

Marketo writes most errors into answers of status 200. Its user management is another interface,
without the prefix `/rest` and with real status codes, and writes dates in a form of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.collect.answers import (
    Record,
    absent,
    body,
    choice,
    domain,
    either,
    flag,
    form_fields,
    malformed,
    moment,
    text,
    texts,
)
from scanner.collect.connector import connector
from scanner.collect.http import Call
from scanner.collect.paging import Offset
from scanner.collect.platform import Host, Refusals
from scanner.collect.quota import Rate
from scanner.collect.sections import Detail, Join, Listing
from scanner.collect.signing import Bearer, ClientCredentials
from scanner.model import Fact, Form, Integration, Message, Person, Reason, Site, Text, Unknown

ADMIN_ROLE = 1
USERS = "Access Users and Access User Management Api"
ASSETS = "Read-Only Assets"
_PAGES = Offset(size_param="maxReturn", size=200)
_USED_LATELY = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("Marketo tells the use of its interface in the last {days} days only.", days=7),
    Text.of("Look under {screen}, and attest what stands there.", screen="Admin > Web Services"),
)


def _says_none(page: Record) -> bool:
    """Tell whether an answer without a list is the one for nothing found."""
    return page.at("success") is True


def _name(record: Record) -> str:
    parts = [text(field)(record) for field in ("firstName", "lastName")]
    return " ".join(part for part in parts if isinstance(part, str) and part)


def _is_administrator(record: Record) -> Fact[bool]:
    roles = record.at("userRoleWorkspaces")
    if not isinstance(roles, list):
        return absent("userRoleWorkspaces")
    ids = [Record(each).at("accessRoleId") for each in roles]
    if not all(type(each) is int or (isinstance(each, str) and each.isdecimal()) for each in ids):
        return malformed("userRoleWorkspaces")
    return any(int(each) == ADMIN_ROLE for each in ids)


def _can_sign_in(record: Record) -> Fact[bool]:
    """Tell whether an invitation was taken; a locked account opens by itself."""
    if record.at("invited") is True:
        return False
    return True if isinstance(record.at("userRoleWorkspaces"), list) else absent("isLocked")


def _form_texts(record: Record) -> Fact[str]:
    """Return the texts between the fields of a form, as HTML."""
    if not isinstance(record.at("fields"), list):
        return absent("fields")
    found = (text("text", most=100_000)(each) for each in record.records("fields"))
    return "\n".join(each for each in found if isinstance(each, str))


_APPROVED: Mapping[str, Any] = {"approved": True, "draft": False, "approved with draft": True}
_ALL_USERS = Call(
    section="users",
    path="/userservice/management/v1/users/allusers.json",
    permission=USERS,
    repeats="per 200 users",
)
TOKEN = Call(section="sign-in", path="/identity/oauth/token", signed=False)

MARKETO = connector(
    name="marketo",
    title="Adobe Marketo Engage",
    words=("adobe",),
    hosts=(Host(url="https://{account}.mktorest.com"),),
    signing=(ClientCredentials(call=TOKEN, style="query"), Bearer()),
    rates=(Rate(requests=100, seconds=20), Rate(requests=50_000, seconds=86_400)),
    refusals=Refusals(
        code="errors.0.code",
        inside=True,
        spent=frozenset({"607"}),
        reasons={
            "601": Reason.UNAUTHENTICATED,
            "602": Reason.UNAUTHENTICATED,
            "603": Reason.NOT_PERMITTED,
            "604": Reason.TIMED_OUT,
            "606": Reason.RATE_LIMITED,
            "608": Reason.SERVER_ERROR,
            "610": Reason.NOT_FOUND,
            "611": Reason.SERVER_ERROR,
            "615": Reason.RATE_LIMITED,
            "702": Reason.NOT_FOUND,
            "713": Reason.SERVER_ERROR,
        },
    ),
    sections=(
        Join(
            call=Call(section="use of the interface", path="/rest/v1/stats/usage/last7days.json"),
            items="result",
            empty=_says_none,
            subject=Integration,
            nested="users",
            key=text("userId"),
            match=text("userid"),
            facts={"last_used": moment("date")},
            absent={"last_used": _USED_LATELY},
        ),
        Listing(
            call=_ALL_USERS,
            pages=Offset(param="pageOffset", size_param="pageSize", size=200),
            subject=Person,
            id=text("userid"),
            name=_name,
            detail=Detail(
                call=Call(
                    section="user",
                    path="/userservice/management/v1/users/{userid}/user.json",
                    permission=USERS,
                    repeats="per user",
                ),
                names={"userid": "userid"},
                absent={"invited": True},
                most=500,
            ),
            facts={
                "email": text("emailAddress"),
                "username": text("userid"),
                "machine": flag("apiOnly"),
                "can_sign_in": _can_sign_in,
                "administrator": _is_administrator,
                "roles": texts("userRoleWorkspaces", of="accessRoleName"),
                "last_sign_in": moment("lastLoginAt", null=None),
            },
            others=(
                Listing(
                    call=_ALL_USERS,
                    subject=Integration,
                    id=text("userid"),
                    name=text("emailAddress"),
                    where=flag("apiOnly"),
                    fixed={"kind": "api_user"},
                    facts={"enabled": flag("apiOnly")},
                ),
            ),
        ),
        Listing(
            call=Call(
                section="forms",
                path="/rest/asset/v1/forms.json",
                permission=ASSETS,
                repeats="per 200 forms",
            ),
            pages=_PAGES,
            items="result",
            empty=_says_none,
            params={"status": "approved"},
            subject=Form,
            detail=Detail(
                call=Call(
                    section="form",
                    path="/rest/asset/v1/form/{id}/fields.json",
                    permission=ASSETS,
                    repeats="per form, at most 200",
                ),
                names={"id": "id"},
                items="result",
                into="fields",
                most=200,
            ),
            facts={
                "published": choice("status", _APPROVED),
                "fields": form_fields(
                    "fields", name="id", kind="dataType", required="required", label="label"
                ),
                "html": _form_texts,
            },
        ),
        Listing(
            call=Call(
                section="landing page domains",
                path="/rest/asset/v1/landingPageDomains.json",
                permission="Read-Only Redirect Rules",
                repeats="per 200 domains",
            ),
            pages=_PAGES,
            items="result",
            empty=_says_none,
            subject=Site,
            id=domain("hostname"),
            name=domain("hostname"),
            facts={"host": domain("hostname")},
        ),
        Listing(
            call=Call(
                section="e-mails",
                path="/rest/asset/v1/emails.json",
                permission=ASSETS,
                repeats="per 200 e-mails",
            ),
            pages=_PAGES,
            items="result",
            empty=_says_none,
            params={"status": "approved"},
            subject=Message,
            detail=Detail(
                call=Call(
                    section="e-mail",
                    path="/rest/asset/v1/email/{id}/fullContent.json",
                    permission=ASSETS,
                    repeats="per e-mail, at most 200",
                ),
                names={"id": "id"},
                fixed={"type": "HTML"},
                items="result.0",
                into="full",
                most=200,
            ),
            facts={
                "published": choice("status", _APPROVED),
                "title": either(text("subject.value"), text("subject")),
                "from_address": either(text("fromEmail.value"), text("fromEmail")),
                "from_name": either(text("fromName.value"), text("fromName")),
                "html": body("full.content"),
            },
        ),
    ),
    screens={
        "Account.mfa_enforced": "Adobe Admin Console > Settings > Authentication",
        "Account.sso_configured": "Admin > Single Sign-On",
        "Account.sso_enforced": "Admin > Single Sign-On",
        "Account.ip_allow_list": "Admin > Web Services > IP Restrictions",
        "Account.audit_log": "Admin > Audit Trail",
        "Account.audit_log_days": "Admin > Audit Trail",
        "Account.session_idle_minutes": "Admin > Login Settings",
        "Account.password_min_length": "Admin > Login Settings",
        "Account.scanner_excess": "Admin > Users & Roles > Roles",
        "Person.mfa": "Adobe Admin Console > Users",
        "Person.created": "Admin > Users & Roles",
    },
    recipe=Text.of(
        "Under Admin > Users & Roles, make an API-only role with Access Users, Access User "
        "Management Api, Read-Only Assets and Read-Only Redirect Rules, and an API-only user with "
        "it; under Admin > LaunchPoint, make a custom service for that user, and give its "
        "client_id and client_secret in `credential`. `account` is the Munchkin ID, as 123-ABC-456."
    ),
    verified="2026-11-24, AdobeDocs marketo-apis and marketo-developer",
    unverified=("whether pageOffset of the list of users counts users (it is read so) or pages",),
)
