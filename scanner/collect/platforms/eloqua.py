"""Reads an Oracle Eloqua: its users and security groups, e-mails and forms.

Eloqua writes flags as text and moments as seconds since 1970.
"""

from __future__ import annotations

from typing import Any

from scanner.collect.answers import (
    Record,
    absent,
    always,
    body,
    choice,
    domain,
    either,
    flag,
    malformed,
    moment,
    text,
    texts,
)
from scanner.collect.connector import connector
from scanner.collect.http import Call
from scanner.collect.paging import Numbered
from scanner.collect.platform import Host
from scanner.collect.sections import Join, Listing
from scanner.collect.signing import Basic, Bearer
from scanner.model import Fact, Form, FormField, Message, Person, Site, Text, Unknown

_CONSUME = "Consume API"
_SECURITY = "Settings > Users > Security"


def _pages(size: int) -> Numbered:
    return Numbered(param="page", size_param="count", size=size, total="total")


def _can_sign_in(record: Record) -> Fact[bool]:
    disabled, deleted = flag("isDisabled")(record), flag("isDeleted", null=False)(record)
    if disabled is True or deleted is True:
        return False
    return disabled if isinstance(disabled, Unknown) else True


def _is_administrator(record: Record) -> Fact[bool]:
    """Tell it by the security groups: Eloqua's own group of administrators has it in its name."""
    names = texts("securityGroups", of="name")(record)
    if isinstance(names, Unknown):
        return names
    return any("administrator" in name.lower() for name in names)


def _is_required(record: Record) -> bool:
    return any(
        "required" in str(each.at("condition.type")).lower()
        for each in record.records("validations")
    )


def _fields(record: Record) -> Fact[tuple[FormField, ...]]:
    elements = record.at("elements")
    if not isinstance(elements, list):
        return absent("elements")
    fields = []
    for each in map(Record, elements):
        name, kind = text("htmlName")(each), text("displayType")(each)
        if isinstance(name, Unknown):
            if each.at("type") in ("FormFieldGroup", "FormFieldSpacer"):
                continue
            return malformed("elements")
        label = text("name")(each)
        fields.append(
            FormField(
                name=name,
                kind=kind if isinstance(kind, str) else "",
                label=label if isinstance(label, str) else "",
                required=_is_required(each),
            )
        )
    return tuple(fields)


_MICROSITES = "/api/rest/1.0/assets/microsites"
_STATUS: dict[str, Any] = {
    **dict.fromkeys(("active", "scheduled", "completed"), True),
    **dict.fromkeys(("draft", "deactivated", "inactive"), False),
}

ELOQUA = connector(
    name="eloqua",
    title="Oracle Eloqua",
    words=("oracle",),
    hosts=(Host(),),
    signing=(Basic(), Bearer()),
    sections=(
        Listing(
            call=Call(
                section="users",
                path="/api/rest/2.0/system/users",
                permission=_CONSUME,
                repeats="per 500 users",
            ),
            pages=_pages(500),
            items="elements",
            params={"depth": "complete"},
            subject=Person,
            facts={
                "email": text("emailAddress"),
                "username": text("loginName"),
                "can_sign_in": _can_sign_in,
                "administrator": _is_administrator,
                "roles": texts("securityGroups", of="name"),
                "signs_in_by_sso": flag("ssoOnly"),
                "created": moment("createdAt"),
            },
        ),
        Listing(
            call=Call(
                section="e-mails",
                path="/api/rest/2.0/assets/emails",
                permission=_CONSUME,
                repeats="per 50 e-mails",
            ),
            pages=_pages(50),
            items="elements",
            params={"depth": "complete"},
            subject=Message,
            facts={
                "published": choice("currentStatus", _STATUS),
                "title": text("subject", null=""),
                "from_address": text("senderEmail", null=None),
                "from_name": text("senderName", null=None),
                "html": either(body("htmlContent.html"), body("htmlContent.htmlBody")),
                "text": body("plainText"),
            },
        ),
        Listing(
            call=Call(
                section="forms",
                path="/api/rest/2.0/assets/forms",
                permission=_CONSUME,
                repeats="per 50 forms",
            ),
            pages=_pages(50),
            items="elements",
            params={"depth": "complete"},
            subject=Form,
            facts={
                "published": choice("currentStatus", _STATUS),
                "fields": _fields,
                "html": body("html"),
            },
        ),
        Join(
            call=Call(
                section="certificates of microsites",
                path=_MICROSITES,
                asks="true",
                permission=_CONSUME,
                repeats="per 100 microsites",
            ),
            pages=_pages(100),
            items="elements",
            nested="domains",
            params={"depth": "complete", "isCertificateProvisioned": "true"},
            subject=Site,
            key=domain("domains"),
            match=domain("domains"),
            facts={"certificate_claimed": always(True)},  # noqa: FBT003 - by what is asked
            absent={"certificate_claimed": False},
        ),
        Listing(
            call=Call(
                section="microsites",
                path=_MICROSITES,
                permission=_CONSUME,
                repeats="per 100 microsites",
            ),
            pages=_pages(100),
            items="elements",
            nested="domains",
            params={"depth": "complete"},
            subject=Site,
            id=domain("domains"),
            name=domain("domains"),
            facts={"host": domain("domains")},
        ),
    ),
    screens={
        "Account.mfa_enforced": _SECURITY,
        "Account.sso_configured": _SECURITY,
        "Account.sso_enforced": _SECURITY,
        "Account.ip_allow_list": "Settings > Security > IP whitelist",
        "Account.password_min_length": f"{_SECURITY} > Password & login",
        "Account.password_max_age_days": f"{_SECURITY} > Password & login",
        "Account.lockout_attempts": f"{_SECURITY} > Password & login",
        "Account.session_idle_minutes": f"{_SECURITY} > Password & login",
        "Account.audit_log": "Settings > Reporting > Auditing",
        "Account.audit_log_days": "Settings > Reporting > Auditing",
        "Account.failed_sign_ins_logged": "Settings > Reporting > Auditing",
        "Account.scanner_excess": "Settings > Users > Groups",
        "Person.mfa": _SECURITY,
        "Person.last_sign_in": "Settings > Reporting > Auditing > User Login",
        "Person.password_changed": _SECURITY,
    },
    recipe=Text.of(
        "Under Settings > Users > Groups, make a security group with the action permission "
        "Consume API and with View only of e-mails and forms, and a user with nothing but that "
        "group. Give in `url` the address that https://login.eloqua.com/id names for the "
        "account, in `account` the company name, and in `credential` username and password, or "
        "a token."
    ),
    verified="2026-08-07, Oracle's REST API description",
    unverified=(
        "whether the list of users hides fields from others than administrators",
        "the fields of e-mails and forms, and how a required field is marked",
        "that a group of administrators has that word in its name",
        "that the domains of a microsite are a list of host names",
    ),
)
