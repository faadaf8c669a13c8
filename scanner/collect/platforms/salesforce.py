"""Reads a Salesforce org: its security settings, people, second factors, apps and tokens.

Nearly everything is one path that takes a query, so that the calls differ by what they ask. Of
OAuth tokens no column with a token is ever named: one of them revokes, another renews. Fields that
some editions lack are looked up first, and then asked for only where they exist.
"""

from __future__ import annotations

from collections.abc import Callable
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
from scanner.collect.connector import Join, Listing, Settings, Special, Visit, connector
from scanner.collect.http import Call, Unanswered
from scanner.collect.paging import NextLink, Question, entries
from scanner.collect.platform import Host, Refusals
from scanner.collect.quota import Rate
from scanner.collect.signing import Bearer, ClientCredentials, JwtBearer, RefreshToken
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
_PAGES = NextLink(at="nextRecordsUrl", total="totalSize")
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

_METHODS: tuple[tuple[Mfa, tuple[str, ...]], ...] = (
    (Mfa.PHISHING_RESISTANT, ("HasSecurityKey", "HasBuiltInAuthenticator", "HasU2F")),
    (Mfa.TOTP, ("HasTotp",)),
    (Mfa.PUSH, ("HasSalesforceAuthenticator",)),
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


def _ask(section: str, asks: str, permission: str = "", *, tooling: bool = False) -> Call:
    return Call(
        section=section,
        path=_TOOLING if tooling else _QUERY,
        asks=asks,
        permission=permission,
        repeats="per 2000 entries",
    )


def _version(visit: Visit) -> dict[str, Any]:
    newest = visit.memory.get("version")
    return {"version": newest if isinstance(newest, str) else f"v{NEWEST_TESTED}.0"}


def _soql(query: str) -> Callable[[Visit], dict[str, Any]]:
    return lambda visit: {"q": query}


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


def _users(visit: Visit) -> dict[str, Any]:
    """Ask for the fields that this edition has; all documented ones where it did not tell."""
    has = visit.memory.get("user fields") or frozenset(_USER_FIELDS)
    fields = [each for each in _USER_FIELDS if "." in each or each in has]
    return {"q": f"SELECT {','.join(fields)} {_OF_PEOPLE}"}


def _strongest(record: Record) -> Fact[Mfa]:
    told = False
    for kind, fields in _METHODS:
        flags = [flag(each)(record) for each in fields]
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


async def _read_own_rights(visit: Visit) -> None:
    answer = await visit.client.get(USERINFO)
    identity = text("user_id")(Record(answer.json()))
    if isinstance(identity, Unknown) or not identity.isalnum():
        visit.gathering.account(scanner_excess=identity)
        return
    fields = ",".join(f"PermissionSet.{each}" for each in _EXCESS)
    question = Question(
        call=OWN_SETS,
        pages=_PAGES,
        items="records",
        params={"q": f"SELECT {fields} {OWN_SETS.asks}='{identity}'"},
        names=_version(visit),
    )
    held: set[str] = set()
    gap: Unknown | None = None
    async for record in entries(visit.client, question):
        for permission, title in _EXCESS.items():
            granted = flag(f"PermissionSet.{permission}")(record)
            if granted is True:
                held.add(title)
            elif isinstance(granted, Unknown):
                gap = granted
    visit.gathering.account(scanner_excess=gap or tuple(sorted(held)))


async def _read_risks(visit: Visit) -> None:
    """Learn which settings Salesforce's own Health Check rates as a high risk."""
    question = Question(
        call=RISKS,
        pages=_PAGES,
        items="records",
        params={"q": "SELECT Setting,RiskType FROM SecurityHealthCheckRisks"},
        names=_version(visit),
    )
    risks: list[str] = []
    gap: Unknown | None = None
    async for record in entries(visit.client, question):
        setting, risk = text("Setting")(record), text("RiskType")(record)
        if isinstance(setting, Unknown) or isinstance(risk, Unknown):
            gap = malformed("RiskType")
        elif risk == "HIGH_RISK":
            risks.append(setting)
    visit.gathering.account(vendor_risks=gap or tuple(sorted(risks)))


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


async def _read_exempt(visit: Visit) -> None:
    """Learn whom single sign-on does not bind: who lacks the permission that makes it so."""
    gap = visit.gaps.get("users")
    if gap is not None:
        raise Unanswered(gap)
    question = Question(
        call=BY_SSO,
        pages=_PAGES,
        items="records",
        params={"q": f"SELECT AssigneeId {BY_SSO.asks}=true AND Assignee.IsActive=true"},
        names=_version(visit),
    )
    bound: set[str] = set()
    async for record in entries(visit.client, question):
        identity = text("AssigneeId")(record)
        if isinstance(identity, Unknown):
            raise Unanswered(identity)
        bound.add(identity)
    people = [each for each in visit.gathering.subjects if isinstance(each, Person)]
    exempt = [
        each.name for each in people if each.id not in bound and each.can_sign_in is not False
    ]
    visit.gathering.account(sso_exempt=tuple(sorted(exempt)))


USERINFO = Call(section="own rights", path="/services/oauth2/userinfo")
OWN_SETS = _ask("own rights", "FROM PermissionSetAssignment WHERE AssigneeId", _SETUP)
BY_SSO = _ask(
    "single sign-on of users",
    "FROM PermissionSetAssignment WHERE PermissionSet.PermissionsIsSsoEnabled",
    _SETUP,
)
RISKS = _ask("health check", "FROM SecurityHealthCheckRisks", _SETUP, tooling=True)
MORE = Call(section="further entries", path="/services/data/{version}/query/{locator}")
MORE_TOOLING = Call(
    section="further entries", path="/services/data/{version}/tooling/query/{locator}"
)
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
        Special(
            call=USERINFO,
            calls=(OWN_SETS, MORE, MORE_TOOLING),
            run=_read_own_rights,
            facts=("Account.scanner_excess",),
        ),
        Special(call=RISKS, run=_read_risks, facts=("Account.vendor_risks",)),
        Settings(
            call=_ask("settings", "FROM SecuritySettings", _SETUP, tooling=True),
            items="records.0",
            params=_soql("SELECT Id,Metadata FROM SecuritySettings LIMIT 1"),
            names=_version,
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
            call=_ask("organisation", "FROM Organization"),
            items="records.0",
            params=_soql("SELECT Id,IsSandbox FROM Organization LIMIT 1"),
            names=_version,
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
            call=_ask("sign-in log", "FROM LoginHistory", "Monitor Login History"),
            items="records.0",
            params=_soql(
                "SELECT Id,LoginTime,Status FROM LoginHistory ORDER BY LoginTime DESC LIMIT 1"
            ),
            names=_version,
            facts={"failed_sign_ins_logged": _logged},
        ),
        Settings(
            call=_ask("audit log", "FROM SetupAuditTrail", _SETUP),
            items="records.0",
            params=_soql(
                "SELECT Id,CreatedDate FROM SetupAuditTrail ORDER BY CreatedDate DESC LIMIT 1"
            ),
            names=_version,
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
            call=_ask(
                "administrators",
                "FROM PermissionSetAssignment WHERE Assignee.IsActive",
                _SETUP,
            ),
            pages=_PAGES,
            items="records",
            params=_soql(
                "SELECT AssigneeId FROM PermissionSetAssignment WHERE Assignee.IsActive=true AND "
                "(PermissionSet.PermissionsModifyAllData=true OR "
                "PermissionSet.PermissionsManageUsers=true)"
            ),
            names=_version,
            subject=Person,
            key=text("AssigneeId"),
            match=text("Id"),
            facts={"administrator": always(True)},  # noqa: FBT003 - who is listed is one
            absent={"administrator": False},
        ),
        Join(
            call=_ask("frozen users", "FROM UserLogin", "Manage Users"),
            pages=_PAGES,
            items="records",
            params=_soql("SELECT UserId,IsFrozen FROM UserLogin"),
            names=_version,
            subject=Person,
            key=text("UserId"),
            match=text("Id"),
            facts={"can_sign_in": no(flag("IsFrozen"))},
            absent={"can_sign_in": True},
        ),
        Join(
            call=_ask("second factors", "FROM TwoFactorMethodsInfo", "Manage MFA in API"),
            pages=_PAGES,
            items="records",
            params=_soql(
                "SELECT UserId,HasTotp,HasSalesforceAuthenticator,HasSecurityKey,"
                "HasBuiltInAuthenticator,HasU2F FROM TwoFactorMethodsInfo"
            ),
            names=_version,
            subject=Person,
            key=text("UserId"),
            match=text("Id"),
            facts={"mfa": _strongest},
            absent={"mfa": Mfa.NONE},
        ),
        Join(
            call=_ask("verifications", "FROM VerificationHistory", _SETUP),
            pages=_PAGES,
            items="records",
            params=_soql(
                "SELECT UserId,VerificationMethod,VerificationTime FROM VerificationHistory WHERE "
                "Status IN ('Succeeded','AutomatedSuccess') AND "
                "VerificationTime=LAST_N_DAYS:180 ORDER BY VerificationTime DESC"
            ),
            names=_version,
            subject=Person,
            key=text("UserId"),
            match=text("Id"),
            facts={"mfa": choice("VerificationMethod", _VERIFIED_BY)},
            absent={"mfa": _NOT_VERIFIED},
        ),
        Listing(
            call=_ask("users", "FROM User", "View All Users"),
            pages=_PAGES,
            items="records",
            params=_users,
            names=_version,
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
        Special(
            call=BY_SSO,
            run=_read_exempt,
            facts=("Account.sso_exempt",),
        ),
        Listing(
            call=_ask("OAuth tokens", "FROM OauthToken", "Customize Application"),
            pages=_PAGES,
            items="records",
            params=_soql(
                "SELECT Id,AppName,User.Username,CreatedDate,LastUsedDate FROM OauthToken"
            ),
            names=_version,
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
            call=_ask("connected apps", "FROM ConnectedApplication", _SETUP, tooling=True),
            pages=_PAGES,
            items="records",
            params=_soql(
                "SELECT Id,Name,OptionsAllowAdminApprovedUsersOnly FROM ConnectedApplication"
            ),
            names=_version,
            subject=Integration,
            id=text("Id"),
            name=text("Name"),
            fixed={"kind": "app"},
            facts={"admin_approved": flag("OptionsAllowAdminApprovedUsersOnly")},
        ),
        Listing(
            call=_ask("remote sites", "FROM RemoteProxy", _SETUP, tooling=True),
            pages=_PAGES,
            items="records",
            params=_soql("SELECT Id,SiteName,EndpointUrl,IsActive FROM RemoteProxy"),
            names=_version,
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
            call=_ask("named credentials", "FROM NamedCredential", _SETUP),
            pages=_PAGES,
            items="records",
            params=_soql("SELECT Id,MasterLabel,Endpoint FROM NamedCredential"),
            names=_version,
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
            call=_ask("certificates", "FROM Certificate", _SETUP, tooling=True),
            pages=_PAGES,
            items="records",
            params=_soql("SELECT Id,DeveloperName,ExpirationDate FROM Certificate"),
            names=_version,
            subject=Credential,
            id=prefixed("certificate", "Id"),
            name=text("DeveloperName"),
            fixed={"kind": CredentialKind.CERTIFICATE},
            facts={"expires": moment("ExpirationDate")},
        ),
        Listing(
            call=_ask("DKIM keys", "FROM EmailDomainKey"),
            pages=_PAGES,
            items="records",
            params=_soql("SELECT Id,Domain,IsActive FROM EmailDomainKey ORDER BY IsActive DESC"),
            names=_version,
            subject=SendingDomain,
            id=domain("Domain"),
            name=domain("Domain"),
            facts={"authentication_claimed": flag("IsActive")},
        ),
        Listing(
            call=_ask("e-mails", "FROM EmailTemplate"),
            pages=_PAGES,
            items="records",
            params=_soql("SELECT Id,Name,Subject,HtmlValue,Body,IsActive FROM EmailTemplate"),
            names=_version,
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
