"""Reads a Salesforce Marketing Cloud Engagement: users by SOAP, logs and domains by REST.

SOAP has one address for reading and writing. What leaves for it is a Retrieve and nothing else: the
client looks into the body. Passwords, challenge phrases and answers of users are never asked for.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import httpx

from scanner.collect.answers import (
    Record,
    absent,
    body,
    domain,
    flag,
    made_from,
    moment,
    text,
    texts,
)
from scanner.collect.connector import connector
from scanner.collect.http import Answer, Call, Client, HeaderAuth, Revealing, Unanswered
from scanner.collect.paging import Numbered, Pages, Seen
from scanner.collect.platform import Host, Refusals
from scanner.collect.sections import Listing, OwnRights, Settings
from scanner.collect.signing import Bearer, ClientCredentials, Keys
from scanner.collect.vaults.secret import Secret
from scanner.collect.visit import Visit
from scanner.model import Fact, Message, Person, Reason, SendingDomain, Text, Unknown

_PARTNER = "http://exacttarget.com/wsdl/partnerAPI"
_AUDIT = "Audit Logging | API Access and Data | Tracking Event | Read"
_SECURITY = "Setup > Security > Security Settings"
_PLACE = "{token}"
_EMAILS = "207,208,209"
"""The asset types template-based, HTML and text-only e-mail."""
_ADMINISTRATORS = frozenset({"administrator", "marketing cloud administrator"})


class FuelAuth(HeaderAuth):
    """Signs REST in the header, and SOAP in the envelope as well, where it wants the token."""

    def __init__(self, token: Revealing) -> None:
        super().__init__("Authorization", token, "Bearer ")

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token for the time of the request only."""
        for signed in super().auth_flow(request):
            if "SOAPAction" not in signed.headers:
                yield signed
                continue
            token = escape(signed.headers["Authorization"].removeprefix("Bearer ")).encode()
            headers = httpx.Headers(signed.headers)
            del headers["Content-Length"]
            yield httpx.Request(
                signed.method,
                signed.url,
                headers=headers,
                content=signed.content.replace(_PLACE.encode(), token),
                extensions=signed.extensions,
            )


class Package(ClientCredentials, frozen=True, kw_only=True):
    """An installed package for server-to-server use."""

    def auth(self, token: Secret) -> httpx.Auth:
        return FuelAuth(token)


class Token(Bearer, frozen=True, kw_only=True):
    """A token that somebody else fetched; it lives for twenty minutes."""

    async def sign(self, client: Client, keys: Keys) -> None:
        client.sign(FuelAuth(keys.secrets["token"]))


class Retrieve(Pages, frozen=True, kw_only=True):
    """Asks SOAP for objects of one kind, 2500 at a time."""

    kind: str
    properties: tuple[str, ...]
    filter: str = ""
    """`Property=value`, for an exact match."""

    async def ask(
        self, client: Client, call: Call, params: Mapping[str, Any], names: Mapping[str, Any]
    ) -> Answer:
        """Send a Retrieve; the token stands in its header."""
        envelope = self._envelope(str(params.get("continue", "")))
        return await client.post(
            call,
            content=envelope.encode(),
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": "Retrieve"},
            **names,
        )

    def _envelope(self, continued: str) -> str:
        asked = f"<ObjectType>{self.kind}</ObjectType>"
        asked += "".join(f"<Properties>{each}</Properties>" for each in self.properties)
        if self.filter:
            name, _, value = self.filter.partition("=")
            asked += (
                '<Filter xsi:type="SimpleFilterPart">'
                f"<Property>{name}</Property><SimpleOperator>equals</SimpleOperator>"
                f"<Value>{value}</Value></Filter>"
            )
        if continued:
            asked += f"<ContinueRequest>{escape(continued)}</ContinueRequest>"
        asked += "<QueryAllAccounts>true</QueryAllAccounts>"
        return (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f'<s:Header><fueloauth xmlns="http://exacttarget.com">{_PLACE}</fueloauth></s:Header>'
            f'<s:Body><RetrieveRequestMsg xmlns="{_PARTNER}">'
            f"<RetrieveRequest>{asked}</RetrieveRequest></RetrieveRequestMsg></s:Body>"
            "</s:Envelope>"
        )

    def decode(self, answer: Answer) -> Any:
        """Return the status, the request's id and the results of a Retrieve."""
        if b"<!" in answer.body:  # entities and doctypes have no place in it
            raise Unanswered(_NOT_SOAP)
        try:
            root = ET.fromstring(answer.body)  # noqa: S314 - no entities, see above
        except (ET.ParseError, ValueError, RecursionError):
            raise Unanswered(_NOT_SOAP) from None
        found = next((each for each in root.iter() if _tag(each) == "RetrieveResponseMsg"), None)
        if found is None:
            raise Unanswered(_fault(root))
        status = next((each.text or "" for each in found if _tag(each) == "OverallStatus"), "")
        if not status.startswith(("OK", "MoreDataAvailable")):
            raise Unanswered(_failure(status))
        return {
            "OverallStatus": status,
            "RequestID": next((each.text for each in found if _tag(each) == "RequestID"), None),
            "Results": [_plain(each) for each in found if _tag(each) == "Results"],
        }

    def following(self, seen: Seen) -> Any:
        """Return how to go on, while there is more."""
        if seen.page.at("OverallStatus") != "MoreDataAvailable":
            return None
        # The id of the request stays the same: the page's number keeps them apart.
        return {"continue": seen.page.at("RequestID"), "turn": seen.turned}


@lru_cache(maxsize=256)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _tag(element: ET.Element) -> str:
    return _local(element.tag)


def _plain(element: ET.Element, depth: int = 8) -> Any:
    """Return an element as a text, or as an object whose repeated children are lists."""
    if not len(element) or not depth:
        return element.text or ""
    found: dict[str, Any] = {}
    for each in element:
        name = _local(each.tag)
        value = _plain(each, depth - 1) if len(each) else each.text or ""
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def _fault(root: ET.Element) -> Unknown:
    code = next((each.text or "" for each in root.iter() if _tag(each) == "faultcode"), "")
    if not code:
        return _NOT_SOAP
    if "17" in code:
        return Unknown(
            Reason.RATE_LIMITED,
            Text.of("The platform refused with its error {code}.", code="17"),
            Text.of("Scan at a quieter hour."),
        )
    if "security" in code.lower() or "auth" in code.lower():
        return Unknown(
            Reason.UNAUTHENTICATED,
            Text.of("The platform refused with its error {code}.", code=code[:60]),
            Text.of("Check what `credential` points to."),
        )
    return Unknown(
        Reason.SERVER_ERROR,
        Text.of("The platform refused with its error {code}.", code=code[:60]),
    )


def _failure(status: str) -> Unknown:
    denied = "permission" in status.lower() or "insufficient" in status.lower()
    return Unknown(
        Reason.NOT_PERMITTED if denied else Reason.MALFORMED,
        Text.of("The platform refused with its error {code}.", code=status[:60]),
    )


_NOT_SOAP = Unknown(Reason.MALFORMED, Text.of("The answer is not that of a SOAP Retrieve."))


_role = text("Name")


def _roles(record: Record) -> Any:
    """Return the names of the roles; one alone comes without a list around it."""
    given = record.at("Roles.Role")
    if not record.has("Roles"):
        return absent("Roles")
    roles = given if isinstance(given, list) else [given]
    names = [_role(Record(each)) for each in roles if isinstance(each, dict)]
    return tuple([each for each in names if isinstance(each, str)])


def _one_administers(roles: Fact[tuple[str, ...]]) -> Fact[bool]:
    if isinstance(roles, Unknown):
        return roles
    return any(role.lower() in _ADMINISTRATORS for role in roles)


_last, _made, _changed = (
    moment("LastSuccessfulLogin", null=None),
    moment("CreatedDate"),
    moment("ModifiedDate"),
)


def _last_sign_in(record: Record) -> Any:
    """Return the last sign-in; the date of making or changing in its place stands for never."""
    last = _last(record)
    if isinstance(last, Unknown) or last is None:
        return last
    return None if last in (_made(record), _changed(record)) else last


def _logged(record: Record) -> Fact[bool]:
    """Tell whether there is an entry; an empty log may also be one that is switched off."""
    entries = record.at("items")
    if not isinstance(entries, list) or not all(
        isinstance(each, dict) and each for each in entries
    ):
        return absent("items")
    return True if entries else _NOTHING_LOGGED


_NOTHING_LOGGED = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("The log can be read, but holds nothing of the last 30 days."),
    Text.of("See whether it is switched on under {screen}.", screen="Email Studio > Admin"),
)


def _last_days(visit: Visit) -> dict[str, Any]:
    return {
        "$page": 1,
        "$pagesize": 1,
        "startdate": (visit.now - timedelta(days=30)).date().isoformat(),
        "enddate": visit.now.date().isoformat(),
    }


def _is_domain(record: Record) -> Fact[bool]:
    """Tell whether an entry is a domain; that of a single address is of the type UserDomain."""
    kind = text("domainType")(record)
    return kind if isinstance(kind, Unknown) else kind != "UserDomain"


def _authenticated(record: Record) -> Fact[bool]:
    """Tell whether Marketing Cloud signs for a domain: it does for those delegated to it."""
    kind, status = text("domainType")(record), text("status")(record)
    for each in (kind, status):
        if isinstance(each, Unknown):
            return each
    return kind in _DELEGATED and status.lower() == "verified"


def _published(record: Record) -> Fact[bool]:
    status = text("status.name")(record)
    return status if isinstance(status, Unknown) else status.lower() != "draft"


def _own_client(visit: Visit) -> dict[str, Any]:
    """Ask what mamori's package may do: the answer that brings a token names its scopes."""
    login = visit.reading.target.credential
    secret = visit.reading.secrets.get("client_secret")
    if login is None or login.client_id is None or secret is None:
        raise Unanswered(_SCOPES_NOT_TOLD)
    return {
        "grant_type": "client_credentials",
        "client_id": login.client_id,
        "client_secret": secret.reveal(),
    }


_SCOPES = frozenset(
    {
        "users_read",
        "documents_and_images_read",
        "saved_content_read",
        "tracking_events_read",
        "offline",
    }
)
"""Those of the recipe, and the one that every token has."""
_PACKAGES = "Setup > Apps > Installed Packages"
_SCOPES_NOT_TOLD = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("A token tells nothing of its scopes; only the answer that brings it does."),
    Text.of("Look under {screen}, and attest what stands there.", screen=_PACKAGES),
)
_DELEGATED = frozenset({"SAP", "PrivateDomain"})
TOKEN = Call(section="sign-in", host="auth", path="/v2/token", method="POST", signed=False)
OWN_TOKEN = Call(section="own rights", host="auth", path="/v2/token", method="POST", signed=False)

MARKETING_CLOUD = connector(
    name="marketing-cloud",
    title="Salesforce Marketing Cloud Engagement",
    words=("salesforce", "sfmc", "exacttarget"),
    hosts=(
        Host(url="https://{account}.rest.marketingcloudapis.com"),
        Host(name="auth", url="https://{account}.auth.marketingcloudapis.com"),
        Host(name="soap", url="https://{account}.soap.marketingcloudapis.com"),
    ),
    signing=(Package(call=TOKEN, style="json"), Token()),
    refusals=Refusals(
        code="errorcode",
        reasons={
            "50100": Reason.RATE_LIMITED,
            "50200": Reason.RATE_LIMITED,
            "50300": Reason.SERVER_ERROR,
        },
    ),
    sections=(
        OwnRights(call=OWN_TOKEN, params=_own_client, rights=texts("scope"), spare=_SCOPES),
        Settings(
            call=Call(
                section="security log", path="/data/v1/audit/securityEvents", permission=_AUDIT
            ),
            params=_last_days,
            facts={"failed_sign_ins_logged": _logged},
        ),
        Settings(
            call=Call(section="audit log", path="/data/v1/audit/auditEvents", permission=_AUDIT),
            params=_last_days,
            facts={"audit_log": _logged},
        ),
        Listing(
            call=Call(
                section="users",
                host="soap",
                path="/Service.asmx",
                method="POST",
                soap="RetrieveRequestMsg",
                asks="AccountUser",
                permission="Users | Read",
                repeats="per 2500 users",
            ),
            pages=Retrieve(
                kind="AccountUser",
                properties=(
                    *("AccountUserID", "UserID", "Name", "Email", "ActiveFlag", "IsAPIUser"),
                    *("LastSuccessfulLogin", "CreatedDate", "ModifiedDate", "Roles"),
                ),
                # Asked for together with the closed ones, roles are lost after 2500 rows.
                filter="ActiveFlag=true",
            ),
            items="Results",
            subject=Person,
            id=text("AccountUserID"),
            name=text("Name"),
            facts={
                "email": text("Email"),
                "username": text("UserID"),
                "can_sign_in": flag("ActiveFlag"),
                "machine": flag("IsAPIUser"),
                "administrator": made_from(_one_administers, _roles),
                "roles": _roles,
                "created": moment("CreatedDate"),
                "last_sign_in": _last_sign_in,
            },
        ),
        Listing(
            call=Call(
                section="sending domains",
                path="/messaging/v1/domainverification",
                permission="Saved Content | Read",
                repeats="per 50 domains",
            ),
            pages=Numbered(param="$page", size_param="$pagesize", size=50, total="count"),
            items="items",
            subject=SendingDomain,
            id=domain("domain"),
            name=domain("domain"),
            where=_is_domain,
            facts={"authentication_claimed": _authenticated},
        ),
        Listing(
            call=Call(
                section="e-mails",
                path="/asset/v1/content/assets",
                permission="Documents and Images | Read",
                repeats="per 50 e-mails",
            ),
            pages=Numbered(param="$page", size_param="$pagesize", size=50, total="count"),
            items="items",
            params={"$filter": f"assetType.id in ({_EMAILS})"},
            subject=Message,
            facts={
                "published": _published,
                "title": text("views.subjectline.content", null=""),
                "html": body("views.html.content"),
                "text": body("views.text.content"),
            },
        ),
    ),
    screens={
        "Account.mfa_enforced": _SECURITY,
        "Account.sso_configured": "Setup > Security > SSO Settings",
        "Account.sso_enforced": "Setup > Security > SSO Settings",
        "Account.ip_allow_list": "Setup > Security > Login IP Allowlist",
        "Account.password_min_length": _SECURITY,
        "Account.password_composition": _SECURITY,
        "Account.password_max_age_days": _SECURITY,
        "Account.lockout_attempts": _SECURITY,
        "Account.session_idle_minutes": _SECURITY,
        "Account.audit_log_days": "Setup > Security > Audit Trail",
        "Account.scanner_excess": _PACKAGES,
        "Person.mfa": "Setup > Users",
        "Person.signs_in_by_sso": "Setup > Users",
        "Message.from_address": "Email Studio > Admin > Sender Profiles",
        "Message.from_name": "Email Studio > Admin > Sender Profiles",
    },
    recipe=Text.of(
        "In the enterprise business unit, make an installed package (Setup > Apps > Installed "
        "Packages) with an API integration of the type server-to-server and these scopes only: "
        "Users Read, Documents and Images Read, Saved Content Read, Tracking Events Read. Give its "
        "client_id and client_secret in `credential`; `account` is the name before "
        ".rest.marketingcloudapis.com. "
        "The audit log must be switched on under Email Studio > Admin > Security Settings."
    ),
    verified="2026-11-24, developer.salesforce.com Marketing Cloud APIs; sfmc-devtools",
    unverified=(
        "the fields of log entries (that there are some is all that counts)",
        "the names of the scopes as the screen shows them",
    ),
)
