"""Reads Dynamics 365 Customer Insights - Journeys through Dataverse: users, settings, assets.

Signing in is Microsoft Entra's, whose tools tell second factors and sign-ins. Which columns the
tables of Journeys have differs by version, so theirs are read without naming them in the request.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from scanner.collect.answers import (
    Record,
    always,
    body,
    choice,
    either,
    encrypted,
    flag,
    host,
    made_from,
    moment,
    no,
    number,
    text,
    texts,
)
from scanner.collect.connector import connector
from scanner.collect.http import Call
from scanner.collect.paging import NextLink
from scanner.collect.platform import Host
from scanner.collect.quota import Rate
from scanner.collect.sections import Join, Listing, Settings
from scanner.collect.signing import Bearer, ClientCredentials
from scanner.collect.visit import Visit
from scanner.model import Fact, Form, Integration, Message, Origin, Person, Reason, Text, Unknown

API = "/api/data/v9.2"
WINDOW_DAYS = 90
_PAGES = NextLink(at="@odata.nextLink")
_PAGE_SIZE = {"Prefer": "odata.maxpagesize=500"}
_NON_INTERACTIVE = "4"
_ADMINISTRATORS = frozenset({"system administrator", "システム管理者"})
_ENTRA = "Microsoft Entra admin center > Protection"
_JOURNEYS = "Customer Insights - Journeys"
_POWER = "Power Platform admin center > Settings > Privacy + Security"


def _idle_minutes(record: Record) -> Fact[int | None]:
    """Return the shorter of the two limits of a session that are switched on; None without."""
    limits: list[int] = []
    for switch, minutes in (
        ("inactivitytimeoutenabled", "inactivitytimeoutinmins"),
        ("sessiontimeoutenabled", "sessiontimeoutinmins"),
    ):
        on = flag(switch)(record)
        if isinstance(on, Unknown):
            return on
        value = number(minutes)(record) if on else None
        if isinstance(value, Unknown):
            return value
        if value is not None:
            limits.append(value)
    return min(limits, default=None)


def _retention(record: Record) -> Fact[int | None]:
    """Return the days that audits are kept; -1 stands for without end."""
    if record.at("auditretentionperiodv2") in (-1, "-1"):
        return None
    days: Fact[int | None] = number("auditretentionperiodv2")(record)
    return days


_roles = texts("systemuserroles_association", of="name")


def _one_administers(roles: Fact[tuple[str, ...]]) -> Fact[bool]:
    if isinstance(roles, Unknown):
        return roles
    return any(role.lower() in _ADMINISTRATORS for role in roles)


def _newest_accesses(visit: Visit) -> dict[str, Any]:
    since = (visit.now - timedelta(days=WINDOW_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "$select": "createdon,action,_userid_value",
        "$filter": f"(action eq 64 or action eq 65) and createdon ge {since}",
        "$orderby": "createdon desc",
    }


_WEBHOOK = 8
"""The contract of a service endpoint that is a webhook."""
_PROVES_ITSELF = {"4": True, "5": True, "6": True}
"""A webhook key, a header and a query string: a secret that the receiver knows."""
_NO_ACCESS = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("The audit log of the last {days} days holds no access of this account.", days=90),
    Text.of(
        "Look under {screen}, and attest what stands there.", screen=f"{_ENTRA} > Sign-in logs"
    ),
)
TOKEN = Call(
    section="sign-in",
    host="login",
    path="/{account}/oauth2/v2.0/token",
    method="POST",
    signed=False,
)

DYNAMICS = connector(
    name="dynamics",
    title="Dynamics 365 Customer Insights - Journeys",
    words=("microsoft", "dynamics", "journeys"),
    hosts=(Host(), Host(name="login", url="https://login.microsoftonline.com")),
    signing=(
        ClientCredentials(call=TOKEN, more={"scope": "https://{host}/.default"}),
        Bearer(),
    ),
    rates=(Rate(requests=6000, seconds=300),),
    sections=(
        Settings(
            call=Call(
                section="settings",
                path=f"{API}/organizations",
                permission="prvReadOrganization",
            ),
            items="value.0",
            facts={
                "audit_log": flag("isauditenabled"),
                "audit_log_days": _retention,
                "session_idle_minutes": _idle_minutes,
                "ip_allow_list": flag("enableipbasedfirewallrule", null=False),
            },
        ),
        Join(
            call=Call(
                section="audit log",
                path=f"{API}/audits",
                permission="prvReadAuditSummary",
                headers=_PAGE_SIZE,
                repeats="per 500 entries",
            ),
            pages=_PAGES,
            items="value",
            params=_newest_accesses,
            subject=Person,
            key=text("_userid_value"),
            match=text("systemuserid"),
            facts={"last_sign_in": moment("createdon")},
            absent={"last_sign_in": _NO_ACCESS},
            origin=Origin.EVENT,
        ),
        Listing(
            call=Call(
                section="users",
                path=f"{API}/systemusers",
                permission="prvReadUser and prvReadRole",
                headers=_PAGE_SIZE,
                repeats="per 500 users",
            ),
            pages=_PAGES,
            items="value",
            params={
                "$select": "systemuserid,fullname,internalemailaddress,domainname,isdisabled,"
                "accessmode,createdon",
                "$expand": "systemuserroles_association($select=name)",
            },
            subject=Person,
            id=text("systemuserid"),
            name=text("fullname"),
            facts={
                "email": either(text("internalemailaddress"), text("domainname")),
                "username": text("domainname", null=""),
                "can_sign_in": no(flag("isdisabled")),
                "machine": choice(
                    "accessmode",
                    {**dict.fromkeys(("0", "1", "2", "3", "5"), False), _NON_INTERACTIVE: True},
                ),
                "administrator": made_from(_one_administers, _roles),
                "roles": _roles,
                "created": moment("createdon"),
                "signs_in_by_sso": always(True),  # noqa: FBT003 - Entra signs everybody in
            },
        ),
        Listing(
            call=Call(
                section="webhooks",
                path=f"{API}/serviceendpoints",
                permission="prvReadServiceEndpoint",
                headers=_PAGE_SIZE,
            ),
            pages=_PAGES,
            items="value",
            params={
                "$select": "serviceendpointid,name,url,authtype",
                "$filter": f"contract eq {_WEBHOOK}",
            },
            subject=Integration,
            id=text("serviceendpointid"),
            name=text("name"),
            facts={
                "enabled": always(True),  # noqa: FBT003 - a webhook that exists is called
                "host": host("url"),
                "encrypted": encrypted("url"),
                "signed": choice("authtype", _PROVES_ITSELF),
            },
        ),
        Listing(
            call=Call(
                section="e-mails",
                path=f"{API}/msdynmkt_emails",
                permission="prvReadmsdynmkt_email",
                headers={"Prefer": "odata.maxpagesize=50"},
                repeats="per 50 e-mails",
            ),
            pages=_PAGES,
            items="value",
            subject=Message,
            id=text("msdynmkt_emailid"),
            name=text("msdynmkt_name"),
            facts={
                "title": text("msdynmkt_subject", null=""),
                "html": body("msdynmkt_body"),
            },
        ),
        Listing(
            call=Call(
                section="forms",
                path=f"{API}/msdynmkt_marketingforms",
                permission="prvReadmsdynmkt_marketingform",
                headers={"Prefer": "odata.maxpagesize=50"},
                repeats="per 50 forms",
            ),
            pages=_PAGES,
            items="value",
            subject=Form,
            id=text("msdynmkt_marketingformid"),
            name=text("msdynmkt_name"),
            facts={"html": body("msdynmkt_formhtml")},
        ),
    ),
    screens={
        "Account.mfa_enforced": f"{_ENTRA} > Conditional Access",
        "Account.sso_exempt": f"{_ENTRA} > Conditional Access",
        "Account.lockout_attempts": f"{_ENTRA} > Authentication methods",
        "Account.password_min_length": f"{_ENTRA} > Authentication methods",
        "Account.failed_sign_ins_logged": f"{_ENTRA} > Sign-in logs",
        "Account.sandbox": "Power Platform admin center > Environments",
        "Account.scanner_excess": f"{_POWER} > Security roles",
        "Person.mfa": f"{_ENTRA} > Authentication methods > User registration details",
        "Person.password_changed": "Microsoft Entra admin center > Users",
        "SendingDomain": f"{_JOURNEYS} > Settings > Email marketing > Domain authentication",
        "Form.fields": f"{_JOURNEYS} > Forms",
        "Form.published": f"{_JOURNEYS} > Forms",
        "Message.published": f"{_JOURNEYS} > Emails",
        "Message.from_address": f"{_JOURNEYS} > Emails",
    },
    recipe=Text.of(
        "Register an application in Microsoft Entra, add it as an application user of the "
        "environment (Power Platform admin center > Users), and give it a security role of its "
        "own with Read of Organization, User, Security Role, Audit Summary, Service Endpoint, "
        "Email and Marketing form, and nothing else. Give its client_id and client_secret in "
        "`credential`, the directory (tenant) ID in `account`, and the address of the environment "
        "in `url`."
    ),
    verified="2026-11-24, learn.microsoft.com Dataverse table reference",
    unverified=(
        "the columns of msdynmkt_emails and msdynmkt_marketingforms",
        "that role System Administrator has its English or Japanese name",
    ),
)
