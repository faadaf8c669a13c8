"""Reads a Salesforce org: its security settings, people, second factors, apps and tokens.

Nearly everything is one path that takes a query, so that the calls differ by what they ask. Of
OAuth tokens no column with a token is ever named: one of them revokes, another renews. Fields that
some editions lack are looked up first, and then asked for only where they exist.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

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
    moment,
    no,
    number,
    prefixed,
    text,
)
from scanner.collect.connector import connector
from scanner.collect.http import Call, Unanswered
from scanner.collect.paging import NextLink
from scanner.collect.platform import Host, Refusals
from scanner.collect.quota import Rate
from scanner.collect.sections import Gist, Join, Listing, Settings
from scanner.collect.signing import Bearer, ClientCredentials, JwtBearer, RefreshToken
from scanner.collect.visit import Visit
from scanner.model import (
    Credential,
    CredentialKind,
    Fact,
    Integration,
    Message,
    Mfa,
    Person,
    Reason,
    SendingDomain,
    Text,
    Unknown,
)

NEWEST_TESTED = 67
AUDIT_TRAIL_DAYS = 180
_QUERY = "/services/data/{version}/query"
_TOOLING = "/services/data/{version}/tooling/query"
_FURTHER = "further entries"
_PAGES = NextLink(
    at="nextRecordsUrl",
    total="totalSize",
    leads_to=(
        Call(section=_FURTHER, path=_QUERY + "/{locator}"),
        Call(section=_FURTHER, path=_TOOLING + "/{locator}"),
    ),
)
_SETUP = "View Setup and Configuration"
_PROFILES = "Setup > Profiles"
_WINDOW_DAYS = 180
"""How far back verifications are read where the enrolments themselves are not told."""

_MINUTES = {
    "FifteenMinutes": 15,
    "ThirtyMinutes": 30,
    "SixtyMinutes": 60,
    "TwoHours": 120,
    "FourHours": 240,
    "EightHours": 480,
    "TwelveHours": 720,
    "TwentyFourHours": 1440,
}
_DAYS = {
    "ThirtyDays": 30,
    "SixtyDays": 60,
    "NinetyDays": 90,
    "SixMonths": 180,
    "OneYear": 365,
    "Never": None,
}
_ATTEMPTS = {"ThreeAttempts": 3, "FiveAttempts": 5, "TenAttempts": 10, "NoLimit": None}
_COMPLEXITY = {
    "NoRestriction": False,
    "AlphaNumeric": True,
    "SpecialCharacters": True,
    "UpperLowerCase": True,
    "UpperLowerCaseNumeric": True,
    "UpperLowerCaseNumericSpecialCharacters": True,
    "Any3UpperLowerCaseNumericSpecialCharacters": True,
}

_METHODS = (
    (
        Mfa.PHISHING_RESISTANT,
        (flag("HasSecurityKey"), flag("HasBuiltInAuthenticator"), flag("HasU2F")),
    ),
    (Mfa.TOTP, (flag("HasTotp"),)),
    (Mfa.PUSH, (flag("HasSalesforceAuthenticator"),)),
)
_VERIFIED_BY = {
    "U2F": Mfa.PHISHING_RESISTANT,
    "BuiltInAuthenticator": Mfa.PHISHING_RESISTANT,
    "WebAuthnRoamingAuthenticator": Mfa.PHISHING_RESISTANT,
    "PwlessPasskey": Mfa.PHISHING_RESISTANT,
    "Totp": Mfa.TOTP,
    "SalesforceAuthenticator": Mfa.PUSH,
}
_NOT_VERIFIED = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("No verification is on record for the last {days} days.", days=_WINDOW_DAYS),
    Text.of("Give mamori's user the permission {permission}.", permission="Manage MFA in API"),
)

_USER_FIELDS = (
    *("Id", "Name", "Username", "Email", "IsActive", "UserType", "LastLoginDate"),
    *("LastPasswordChangeDate", "FederationIdentifier", "CreatedDate", "Profile.Name"),
)
_OF_PEOPLE = "FROM User WHERE IsActive=true AND UserType IN ('Standard','PowerPartner')"
_EXCESS = {
    "PermissionsModifyAllData": "Modify All Data",
    "PermissionsManageUsers": "Manage Users",
    "PermissionsAuthorApex": "Author Apex",
    "PermissionsDataExport": "Weekly Data Export",
}


def _query(
    section: str,
    soql: str | Callable[[Visit], str],
    permission: str = "",
    *,
    asks: str = "",
    items: str = "records",
    tooling: bool = False,
) -> dict[str, Any]:
    """Return how a section asks for what `soql` selects.

    `asks` tells apart what several sections ask of one object.
    """
    if isinstance(soql, str):
        asks = asks or f"FROM {soql.partition(' FROM ')[2].partition(' ')[0]}"
    call = Call(
        section=section,
        path=_TOOLING if tooling else _QUERY,
        asks=asks,
        permission=permission,
        repeats="per 2000 entries",
    )

    def params(visit: Visit) -> dict[str, Any]:
        return {"q": soql(visit) if callable(soql) else soql}

    return {"call": call, "pages": _PAGES, "items": items, "params": params, "names": _version}


def _version(visit: Visit) -> dict[str, Any]:
    newest = visit.memory.get("version")
    return {"version": newest if isinstance(newest, str) else f"v{NEWEST_TESTED}.0"}


def _newest(record: Record) -> str | None:
    """Return the newest version that both sides know, as `v67.0`."""
    told = record.at("")
    numbers = [text("version")(Record(each)) for each in told] if isinstance(told, list) else []
    known = [
        int(each.partition(".")[0])
        for each in numbers
        if isinstance(each, str) and each.partition(".")[0].isdecimal()
    ]
    usable = [each for each in known if each <= NEWEST_TESTED]
    return f"v{max(usable)}.0" if usable else None


def _field_names(record: Record) -> frozenset[str]:
    names = (text("name")(each) for each in record.records("fields"))
    return frozenset(name for name in names if isinstance(name, str))


def _users(visit: Visit) -> str:
    """Ask for the fields that this edition has; all documented ones where it did not tell."""
    has = visit.memory.get("user fields") or frozenset(_USER_FIELDS)
    fields = [each for each in _USER_FIELDS if "." in each or each in has]
    return f"SELECT {','.join(fields)} {_OF_PEOPLE}"


def _strongest(record: Record) -> Fact[Mfa]:
    told = False
    for kind, methods in _METHODS:
        flags = [has(record) for has in methods]
        if True in flags:
            return kind
        told = told or any(each is False for each in flags)
    return Mfa.NONE if told else flag("HasTotp")(record)


def _registered(record: Record) -> Fact[bool]:
    """Tell whether everybody who signs in on the page itself must show a second factor."""
    enforced: Fact[bool] = flag("Metadata.sessionSettings.enableMFADirectUILoginOptIn")(record)
    return enforced


def _by_sso(record: Record) -> Fact[bool]:
    identity = text("FederationIdentifier", null="")(record)
    return identity if isinstance(identity, Unknown) else bool(identity)


def _logged(record: Record) -> Fact[bool]:
    """Tell whether there is an entry: whoever asks has signed in, so a log that works has one."""
    return True if text("Id")(record) and record.has("Id") else absent("Id")


def _kept_for(record: Record) -> Fact[int]:
    """Return the days that Salesforce keeps changes of the setup: the same in every org."""
    logged = _logged(record)
    return logged if isinstance(logged, Unknown) else AUDIT_TRAIL_DAYS


def _profile(record: Record) -> Any:
    name = text("Profile.Name")(record)
    return name if isinstance(name, Unknown) else (name,)


def _own_sets(visit: Visit) -> str:
    """Ask for the permission sets of mamori's own user."""
    identity = visit.memory.get("own id", visit.gaps.get(USERINFO.section))
    if isinstance(identity, Unknown):
        raise Unanswered(identity)
    if not isinstance(identity, str) or not identity.isalnum():
        raise Unanswered(malformed("user_id"))
    fields = ",".join(f"PermissionSet.{each}" for each in _EXCESS)
    return f"SELECT {fields} {_OWN_SETS}='{identity}'"


def _beyond_looking(_: Visit, sets: Sequence[Record]) -> Fact[tuple[str, ...]]:
    """Return what permission sets allow that no scan needs."""
    granted = [
        (title, flag(f"PermissionSet.{permission}")(each))
        for each in sets
        for permission, title in _EXCESS.items()
    ]
    gap = next((value for _, value in granted if isinstance(value, Unknown)), None)
    return gap or tuple(sorted({title for title, value in granted if value}))


def _high_risks(_: Visit, risks: Sequence[Record]) -> Fact[tuple[str, ...]]:
    """Return the settings that Salesforce's own Health Check rates as a high risk."""
    name, high = text("Setting"), choice("RiskType", _RATED)
    rated = [(name(each), high(each)) for each in risks]
    settings = tuple(sorted(str(setting) for setting, risk in rated if risk is True))
    untold = any(isinstance(part, Unknown) for each in rated for part in each)
    return malformed("RiskType") if untold and not settings else settings


_RATED = {
    "HIGH_RISK": True,
    **dict.fromkeys(("MEDIUM_RISK", "LOW_RISK", "MEETS_STANDARD", "INFORMATIONAL"), False),
}
"""Whether a rating of Health Check is a high risk; another one is not known to be none."""


def _contacts(record: Record) -> Fact[int]:
    """Return the number of contacts and leads; one that is not counted leaves it unknown."""
    if not record.has("sObjects"):
        return absent("sObjects")
    found: dict[str, int] = {}
    for each in record.records("sObjects"):
        name, many = text("name")(each), number("count")(each)
        if isinstance(name, str) and isinstance(many, int) and many >= 0:
            found[name] = many
    missing = next((each for each in _CONTACTS if each not in found), None)
    return sum(found[each] for each in _CONTACTS) if missing is None else absent(missing)


_CONTACTS = ("Contact", "Lead")


def _exempt(visit: Visit, bound: Sequence[Record]) -> Fact[tuple[str, ...]]:
    """Return whom single sign-on does not bind: who lacks the permission that makes it so."""
    ids = [text("AssigneeId")(each) for each in bound]
    gap = next((each for each in ids if isinstance(each, Unknown)), visit.gaps.get("users"))
    people = [each for each in visit.gathering.subjects if isinstance(each, Person)]
    free = (each for each in people if each.id not in ids and each.can_sign_in is not False)
    return gap or tuple(sorted(each.name for each in free))


USERINFO = Call(section="own rights", path="/services/oauth2/userinfo")
_OWN_SETS = "FROM PermissionSetAssignment WHERE AssigneeId"
_BY_SSO = "FROM PermissionSetAssignment WHERE PermissionSet.PermissionsIsSsoEnabled"
_ADMINISTRATORS = "FROM PermissionSetAssignment WHERE Assignee.IsActive"
TOKEN = Call(section="sign-in", path="/services/oauth2/token", method="POST", signed=False)

SALESFORCE = connector(
    name="salesforce",
    title="Salesforce",
    words=("crm",),
    hosts=(Host(url="https://{account}.my.salesforce.com"),),
    signing=(
        JwtBearer(
            call=TOKEN,
            audience="https://login.salesforce.com",
            sandbox_audience="https://test.salesforce.com",
        ),
        RefreshToken(call=TOKEN),
        ClientCredentials(call=TOKEN),
        Bearer(),
    ),
    rates=(Rate(requests=100_000, seconds=86_400),),
    refusals=Refusals(
        code="0.errorCode",
        reasons={
            "INVALID_SESSION_ID": Reason.UNAUTHENTICATED,
            "INSUFFICIENT_ACCESS": Reason.NOT_PERMITTED,
            "INVALID_TYPE": Reason.NOT_PERMITTED,
            "INVALID_FIELD": Reason.NOT_PERMITTED,
            "API_DISABLED_FOR_ORG": Reason.DISABLED,
            "REQUEST_LIMIT_EXCEEDED": Reason.RATE_LIMITED,
        },
    ),
    sections=(
        Settings(
            call=Call(section="versions", path="/services/data/"),
            facts={},
            remember={"version": _newest},
        ),
        Settings(call=USERINFO, facts={}, remember={"own id": text("user_id")}),
        Gist(
            **_query("own rights", _own_sets, _SETUP, asks=_OWN_SETS),
            facts={"scanner_excess": _beyond_looking},
        ),
        Gist(
            **_query(
                "health check",
                "SELECT Setting,RiskType FROM SecurityHealthCheckRisks",
                _SETUP,
                tooling=True,
            ),
            facts={"vendor_risks": _high_risks},
        ),
        Settings(
            **_query(
                "settings",
                "SELECT Id,Metadata FROM SecuritySettings LIMIT 1",
                _SETUP,
                items="records.0",
                tooling=True,
            ),
            facts={
                "mfa_enforced": _registered,
                "sso_configured": flag("Metadata.singleSignOnSettings.enableSamlLogin"),
                "sso_enforced": flag(
                    "Metadata.singleSignOnSettings.isLoginWithSalesforceCredentialsDisabled"
                ),
                "password_min_length": number("Metadata.passwordPolicies.minimumPasswordLength"),
                "password_composition": choice("Metadata.passwordPolicies.complexity", _COMPLEXITY),
                "password_max_age_days": choice("Metadata.passwordPolicies.expiration", _DAYS),
                "lockout_attempts": choice("Metadata.passwordPolicies.maxLoginAttempts", _ATTEMPTS),
                "session_idle_minutes": choice("Metadata.sessionSettings.sessionTimeout", _MINUTES),
            },
        ),
        Settings(
            **_query(
                "organisation", "SELECT Id,IsSandbox FROM Organization LIMIT 1", items="records.0"
            ),
            facts={"sandbox": flag("IsSandbox")},
        ),
        Settings(
            call=Call(
                section="number of contacts",
                path="/services/data/{version}/limits/recordCount",
                permission=_SETUP,
            ),
            params={"sObjects": ",".join(_CONTACTS)},
            names=_version,
            facts={"sandbox_contacts": _contacts},
        ),
        Settings(
            **_query(
                "sign-in log",
                "SELECT Id,LoginTime,Status FROM LoginHistory ORDER BY LoginTime DESC LIMIT 1",
                "Monitor Login History",
                items="records.0",
            ),
            facts={"failed_sign_ins_logged": _logged},
        ),
        Settings(
            **_query(
                "audit log",
                "SELECT Id,CreatedDate FROM SetupAuditTrail ORDER BY CreatedDate DESC LIMIT 1",
                _SETUP,
                items="records.0",
            ),
            facts={"audit_log": _logged, "audit_log_days": _kept_for},
        ),
        Settings(
            call=Call(
                section="fields of users", path="/services/data/{version}/sobjects/User/describe"
            ),
            names=_version,
            facts={},
            remember={"user fields": _field_names},
        ),
        Join(
            **_query(
                "administrators",
                "SELECT AssigneeId FROM PermissionSetAssignment WHERE Assignee.IsActive=true AND "
                "(PermissionSet.PermissionsModifyAllData=true OR "
                "PermissionSet.PermissionsManageUsers=true)",
                _SETUP,
                asks=_ADMINISTRATORS,
            ),
            subject=Person,
            key=text("AssigneeId"),
            match=text("Id"),
            facts={"administrator": always(True)},  # noqa: FBT003 - who is listed is one
            absent={"administrator": False},
        ),
        Join(
            **_query("frozen users", "SELECT UserId,IsFrozen FROM UserLogin", "Manage Users"),
            subject=Person,
            key=text("UserId"),
            match=text("Id"),
            facts={"can_sign_in": no(flag("IsFrozen"))},
            absent={"can_sign_in": True},
        ),
        Join(
            **_query(
                "second factors",
                "SELECT UserId,HasTotp,HasSalesforceAuthenticator,HasSecurityKey,"
                "HasBuiltInAuthenticator,HasU2F FROM TwoFactorMethodsInfo",
                "Manage MFA in API",
            ),
            subject=Person,
            key=text("UserId"),
            match=text("Id"),
            facts={"mfa": _strongest},
            absent={"mfa": Mfa.NONE},
        ),
        Join(
            **_query(
                "verifications",
                "SELECT UserId,VerificationMethod,VerificationTime FROM VerificationHistory WHERE "
                "Status IN ('Succeeded','AutomatedSuccess') AND "
                "VerificationTime=LAST_N_DAYS:180 ORDER BY VerificationTime DESC",
                _SETUP,
            ),
            subject=Person,
            key=text("UserId"),
            match=text("Id"),
            facts={"mfa": choice("VerificationMethod", _VERIFIED_BY)},
            absent={"mfa": _NOT_VERIFIED},
        ),
        Listing(
            **_query("users", _users, "View All Users", asks="FROM User"),
            subject=Person,
            id=text("Id"),
            name=text("Name"),
            facts={
                "email": text("Email"),
                "username": text("Username"),
                "roles": _profile,
                "signs_in_by_sso": _by_sso,
                "created": moment("CreatedDate"),
                "last_sign_in": moment("LastLoginDate", null=None),
                "password_changed": moment("LastPasswordChangeDate"),
            },
        ),
        Gist(
            **_query(
                "single sign-on of users",
                f"SELECT AssigneeId {_BY_SSO}=true AND Assignee.IsActive=true",
                _SETUP,
                asks=_BY_SSO,
            ),
            facts={"sso_exempt": _exempt},
        ),
        Listing(
            **_query(
                "OAuth tokens",
                "SELECT Id,AppName,User.Username,CreatedDate,LastUsedDate FROM OauthToken",
                "Customize Application",
            ),
            subject=Credential,
            id=text("Id"),
            name=text("AppName"),
            fixed={"kind": CredentialKind.OAUTH_GRANT},
            facts={
                "owner": text("User.Username"),
                "purpose": text("AppName"),
                "issued": moment("CreatedDate"),
                "last_used": moment("LastUsedDate", null=None),
            },
        ),
        Listing(
            **_query(
                "connected apps",
                "SELECT Id,Name,OptionsAllowAdminApprovedUsersOnly FROM ConnectedApplication",
                _SETUP,
                tooling=True,
            ),
            subject=Integration,
            id=text("Id"),
            name=text("Name"),
            fixed={"kind": "app"},
            facts={"admin_approved": flag("OptionsAllowAdminApprovedUsersOnly")},
        ),
        Listing(
            **_query(
                "remote sites",
                "SELECT Id,SiteName,EndpointUrl,IsActive FROM RemoteProxy",
                _SETUP,
                tooling=True,
            ),
            subject=Integration,
            id=text("Id"),
            name=text("SiteName"),
            fixed={"kind": "remote_site"},
            facts={
                "host": host("EndpointUrl"),
                "encrypted": encrypted("EndpointUrl"),
                "enabled": flag("IsActive"),
            },
        ),
        Listing(
            **_query(
                "named credentials", "SELECT Id,MasterLabel,Endpoint FROM NamedCredential", _SETUP
            ),
            subject=Integration,
            id=text("Id"),
            name=text("MasterLabel"),
            fixed={"kind": "remote_site"},
            facts={
                "host": host("Endpoint"),
                "encrypted": encrypted("Endpoint"),
                "enabled": always(True),  # noqa: FBT003 - it cannot be switched off
            },
        ),
        Listing(
            **_query(
                "certificates",
                "SELECT Id,DeveloperName,ExpirationDate FROM Certificate",
                _SETUP,
                tooling=True,
            ),
            subject=Credential,
            id=prefixed("certificate", "Id"),
            name=text("DeveloperName"),
            fixed={"kind": CredentialKind.CERTIFICATE},
            facts={"expires": moment("ExpirationDate")},
        ),
        Listing(
            **_query(
                "DKIM keys", "SELECT Id,Domain,IsActive FROM EmailDomainKey ORDER BY IsActive DESC"
            ),
            subject=SendingDomain,
            id=domain("Domain"),
            name=domain("Domain"),
            facts={"authentication_claimed": flag("IsActive")},
        ),
        Listing(
            **_query(
                "e-mails", "SELECT Id,Name,Subject,HtmlValue,Body,IsActive FROM EmailTemplate"
            ),
            subject=Message,
            id=text("Id"),
            name=text("Name"),
            facts={
                "published": flag("IsActive"),
                "title": text("Subject", null=""),
                "html": body("HtmlValue"),
                "text": body("Body"),
            },
        ),
    ),
    screens={
        "Account.ip_allow_list": f"{_PROFILES} > Login IP Ranges",
        "Account.api_password_sign_in": "Setup > OAuth and OpenID Connect Settings",
        "Integration.last_used": "Setup > Connected Apps OAuth Usage",
        "Integration.scopes": "Setup > Connected Apps OAuth Usage",
        "Credential.scopes": "Setup > Connected Apps OAuth Usage",
    },
    recipe=Text.of(
        "Make a user with the license Salesforce Integration and a permission set of its own: API "
        "Enabled, View Setup and Configuration, View All Users, Monitor Login History, Manage MFA "
        "in API. Manage Users and Customize Application would add frozen users and OAuth tokens; "
        "both allow changes, so without them these are unknown. Make an external client app for "
        "the JWT bearer or client credentials flow with the scope api, and give its client_id, "
        "username and private_key, or client_id and client_secret, in `credential`; `account` is "
        "the name before .my.salesforce.com. A profile may override the password and session "
        "settings of the org, which mamori does not see."
    ),
    verified="2026-11-24, @salesforce/types 1.9.0 and the object reference (v67.0)",
    unverified=(
        "that TwoFactorMethodsInfo can be queried in every edition; VerificationHistory fills in",
        "which edition has LastPasswordChangeDate (the fields of User are looked up first)",
        "whether recordCount names an object that has no records (without it nothing is concluded)",
        "that every edition has the permission Is Single Sign-On Enabled (PermissionsIsSsoEnabled)",
    ),
)
