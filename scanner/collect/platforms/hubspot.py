"""Reads a HubSpot account: who is in it from a list, how it is protected from its logs of changes.

HubSpot tells few settings, but logs every change of one; what was never changed inside the log's
window stays unknown. Its interfaces are versioned by date.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from scanner.collect.answers import (
    MOST_TEXT,
    Record,
    absent,
    always,
    body,
    choice,
    domain,
    either,
    flag,
    form_fields,
    made_from,
    malformed,
    moment,
    no,
    one,
    text,
    texts,
)
from scanner.collect.connector import connector
from scanner.collect.events import NOT_TOLD_HOW, EventLog, Latest, Strongest, Switch
from scanner.collect.http import Call, Unanswered
from scanner.collect.paging import Cursor
from scanner.collect.platform import Host
from scanner.collect.quota import Rate
from scanner.collect.sections import SIGNED_IN, Changes, Join, Listing, OwnRights, Settings
from scanner.collect.signing import Bearer, RefreshToken
from scanner.collect.visit import Visit
from scanner.model import (
    NOT_COLLECTED,
    Credential,
    CredentialKind,
    Fact,
    Form,
    FormField,
    Message,
    Mfa,
    Origin,
    Person,
    Reason,
    Site,
    Text,
    Unknown,
)

VERSION = "2026-03"
WINDOW_DAYS = 90
"""How far back HubSpot keeps sign-ins; the security log is read as far."""
PAGES = Cursor(param="after", at="paging.next.after", size_param="limit")
_APPS = "Settings > Integrations > Private Apps"
_SECURITY = "Settings > Security"
_HEALTH = "Settings > Security > Security Health"

_KEYS = {
    "PRIVATE_APP_ACCESS_TOKEN": "Private app token",
    "SERVICE_KEY": "Service key",
    "PERSONAL_ACCESS_KEY": "Personal access key",
    "SMTP_TOKEN": "SMTP token",
    "HAPIKEY": "API key of the old kind",
}
"""What the log calls a key, and what people do."""
_MADE = ("CREATE", "CREATED")
_ROTATED = ("ROTATE", "AUTO_ROTATE", "PASSWORD_RESET")
_ENDED = ("DEACTIVATE", "DELETED")
"""What happens to keys; the log words it by kind: SERVICE_KEY_CREATE, SMTP_TOKEN_CREATED."""
_OF_THE_OLD_KIND = "HAPIKEY"
"""A key of the account with every right, which HubSpot has since replaced."""


def _window(visit: Visit) -> dict[str, Any]:
    end = int(visit.now.timestamp() * 1000)
    return {"fromTimestamp": end - WINDOW_DAYS * 86_400_000, "toTimestamp": end}


def _keep_keys(visit: Visit, log: EventLog) -> None:
    """Keep every key whose making or replacement the log tells, and not its end."""
    for word, title in _KEYS.items():
        made, rotated, ended = (
            tuple(f"{word}_{what}" for what in each) for each in (_MADE, _ROTATED, _ENDED)
        )
        for thing in log.subjects((*made, *rotated)):
            if log.state(Switch(on=(*made, *rotated), off=ended), thing).value is False:
                continue
            issued = log.state(Latest(of=made), thing).value
            changed = log.state(Latest(of=(*made, *rotated)), thing)
            gone = log.state(Latest(of=ended))
            # An end that names no key may be the end of this one.
            doubted = gone.since and changed.since and gone.since >= changed.since
            visit.gathering.add(
                Credential(
                    id=f"{word.lower()}:{thing}",
                    name=f"{title} {thing}",
                    kind=CredentialKind.API_KEY,
                    origin=Origin.EVENT,
                    issued=NOT_TOLD_HOW if doubted else issued,
                    rotated=NOT_TOLD_HOW if doubted else changed.value,
                    scopes=("full access",) if word == _OF_THE_OLD_KIND else NOT_COLLECTED,
                )
            )


def _own_token(visit: Visit) -> dict[str, Any]:
    """Ask what mamori's own token may do; a private app's token asks about itself."""
    token = visit.reading.secrets.get("token")
    if token is None:
        raise Unanswered(
            Unknown(
                Reason.NOT_EXPOSED,
                Text.of("Only the token of a private app can be asked what it may do."),
                Text.of("Look up the scopes of mamori's app under {screen}.", screen=_APPS),
            )
        )
    return {"tokenKey": token.reveal()}


def _name(*parts: Any) -> str:
    first, last, email = (part if isinstance(part, str) else "" for part in parts)
    return f"{first} {last}".strip() or email


def _texts(value: Any, *fields: str) -> list[str]:
    """Return the texts called one of `fields` inside `value`, wherever they stand, by field."""
    found: dict[str, list[str]] = {field: [] for field in fields}
    if isinstance(value, dict | list):
        _gather(value, found, 12)
    return [each for own in found.values() for each in own]


def _gather(value: dict[str, Any] | list[Any], found: dict[str, list[str]], depth: int) -> None:
    inner: Iterable[Any] = value
    if type(value) is dict:
        for field, known in found.items():
            if type(own := value.get(field)) is str:
                known.append(own)
        inner = value.values()
    if depth > 1:
        for each in inner:
            if type(each) is dict or type(each) is list:
                _gather(each, found, depth - 1)


def _widgets(record: Record) -> Fact[str]:
    """Return the HTML of an e-mail, which lies in pieces."""
    pieces = record.at("content.widgets")
    if not isinstance(pieces, dict):
        return absent("content.widgets") if not record.has("content") else malformed("content")
    html = "\n".join(_texts(pieces, "html"))
    if len(html) > MOST_TEXT:
        return Unknown(Reason.TOO_LARGE, Text.of("The body is larger than mamori keeps."))
    return html


_CONSENT = "legalConsentOptions"
_label, _required = text("label"), flag("required", null=False)


def _with_consent(
    fields: Fact[tuple[FormField, ...]], agree: Fact[str], boxes: Any
) -> Fact[tuple[FormField, ...]]:
    """Return the fields of a form, its check boxes of consent among them."""
    if isinstance(fields, Unknown):
        return fields
    consent = [
        FormField(
            name=f"consent.{place}",
            kind="consent_checkbox",
            label=label if isinstance(label := _label(box), str) else "",
            required=_required(box) is True,
        )
        for place, box in enumerate(boxes)
    ]
    if isinstance(agree, str):
        box = FormField(name="consent", kind="consent_checkbox", label=agree, required=True)
        consent.append(box)
    return (*fields, *consent)


_fields = made_from(
    _with_consent,
    form_fields(
        "fieldGroups",
        nested="fields",
        name="name",
        kind="fieldType",
        required="required",
        label="label",
    ),
    text(f"{_CONSENT}.consentToProcessCheckboxLabel"),
    lambda record: record.records(f"{_CONSENT}.communicationsCheckboxes"),
)


def _form_texts(record: Record) -> Fact[str]:
    """Return the texts that a form shows beside its fields, as HTML."""
    if not record.has("fieldGroups"):
        return absent("fieldGroups")
    beside = _texts(record.at("fieldGroups"), "richText")
    consent = _texts(record.at(_CONSENT), "privacyText", "consentToProcessText", "label")
    return "\n".join((*beside, *consent))[:MOST_TEXT]


def _not_in_log(visit: Visit) -> dict[str, Any]:
    return {
        "idle_since": visit.now - timedelta(days=WINDOW_DAYS),
        "last_sign_in": Unknown(
            Reason.NOT_EXPOSED,
            Text.of("HubSpot tells sign-ins of the last {days} days only.", days=WINDOW_DAYS),
            Text.of("Look under {screen}, and attest what stands there.", screen=_HEALTH),
        ),
    }


TOKEN = Call(section="sign-in", path="/oauth/v1/token", method="POST", signed=False)
_ACCOUNT_TYPES = {
    "STANDARD": False,
    "SANDBOX": True,
    "DEVELOPER_TEST": True,
    "APP_DEVELOPER": False,
}
_SENT = ("PUBLISHED", "PUBLISHED_AB", "AUTOMATED", "AUTOMATED_AB", "SCHEDULED", "SCHEDULED_AB")
_NOT_SENT = ("DRAFT", "DRAFT_AB", "AUTOMATED_DRAFT", "AUTOMATED_DRAFT_AB", "ARCHIVED", "CANCELED")
_PUBLISHED = {**dict.fromkeys(_SENT, True), **dict.fromkeys(_NOT_SENT, False)}

HUBSPOT = connector(
    name="hubspot",
    title="HubSpot",
    hosts=(Host(url="https://api.hubapi.com"),),
    signing=(
        Bearer(),
        RefreshToken(call=TOKEN),
    ),
    rates=(Rate(requests=100, seconds=10), Rate(requests=250_000, seconds=86_400)),
    sections=(
        OwnRights(
            call=Call(
                section="own rights",
                path="/oauth/v2/private-apps/get/access-token-info",
                method="POST",
                permission="oauth",
            ),
            params=_own_token,
            rights=texts("scopes"),
            spare=frozenset({"oauth"}),
        ),
        Settings(
            call=Call(section="account", path=f"/account-info/{VERSION}/details"),
            facts={"sandbox": choice("accountType", _ACCOUNT_TYPES)},
        ),
        Join(
            call=Call(
                section="sign-in log",
                path=f"/account-info/{VERSION}/activity/login",
                permission="account-info.security.read",
                repeats="per 100 entries",
            ),
            pages=PAGES,
            items="results",
            subject=Person,
            key=text("userId"),
            match=text("id"),
            where=flag("loginSucceeded"),
            facts={"last_sign_in": moment("loginAt"), "idle_since": always(SIGNED_IN)},
            absent=_not_in_log,
            origin=Origin.EVENT,
            proves={"failed_sign_ins_logged": True},
        ),
        Changes(
            call=Call(
                section="security log",
                path=f"/account-info/{VERSION}/activity/security",
                permission="account-info.security.read",
                repeats="per 100 entries",
            ),
            pages=PAGES,
            items="results",
            params=_window,
            kind=text("type"),
            at=moment("createdAt"),
            days=WINDOW_DAYS,
            account={
                "sso_enforced": Switch(
                    on=("REQUIRE_SINGLE_SIGN_ON",),
                    off=("UNREQUIRE_SINGLE_SIGN_ON", "REMOVE_SINGLE_SIGN_ON"),
                    unclear=("ALLOWED_LOGIN_METHODS_UPDATE", "ALLOWED_LOGIN_METHODS_DELETE"),
                ),
                "sso_configured": Switch(
                    on=("ADD_SINGLE_SIGN_ON", "REQUIRE_SINGLE_SIGN_ON"),
                    off=("REMOVE_SINGLE_SIGN_ON",),
                ),
                "ip_allow_list": Switch(
                    on=("IP_RESTRICTIONS_ENABLED",), off=("IP_RESTRICTIONS_DISABLED",)
                ),
            },
            people={
                "mfa": Strongest(
                    of=(
                        # Somebody may have several; that one is gone says nothing of the others.
                        Switch(
                            on=("PASSKEY_ADDED",),
                            off=("PASSKEY_DELETED",),
                            on_value=Mfa.PHISHING_RESISTANT,
                        ),
                        Switch(
                            on=("ADD_TWO_FACTOR_AUTHENTICATION",),
                            off=("REMOVE_TWO_FACTOR_AUTHENTICATION",),
                            on_value=Mfa.SOME,
                            off_value=Mfa.NONE,
                        ),
                    )
                ),
                "password_changed": Latest(of=("CHANGE_PASSWORD",)),
            },
            proves={"audit_log": True},
            things=_keep_keys,
            told=("Credential.issued", "Credential.rotated", "Credential.scopes"),
        ),
        Join(
            call=Call(
                section="state of users",
                path=f"/crm/objects/{VERSION}/users",
                permission="crm.objects.users.read",
                repeats="per 100 users",
            ),
            pages=PAGES,
            items="results",
            params={"properties": "hs_internal_user_id,hs_deactivated,hs_email"},
            subject=Person,
            key=text("properties.hs_internal_user_id"),
            match=text("id"),
            facts={"can_sign_in": no(flag("properties.hs_deactivated", null=False))},
            absent={"can_sign_in": True},
        ),
        Join(
            call=Call(
                section="roles",
                path=f"/settings/users/{VERSION}/roles",
                permission="settings.users.read",
                also=("crm.objects.users.read",),
            ),
            items="results",
            subject=Person,
            key=text("id"),
            match=either(texts("roleIds", null=()), one("roleId")),
            facts={"roles": one("name")},
            absent={},
        ),
        Listing(
            call=Call(
                section="users",
                path=f"/settings/users/{VERSION}",
                permission="settings.users.read",
                also=("crm.objects.users.read",),
                repeats="per 100 users",
            ),
            pages=PAGES,
            items="results",
            subject=Person,
            name=made_from(_name, text("firstName"), text("lastName"), text("email")),
            facts={
                "email": text("email"),
                "username": text("email"),
                "administrator": flag("superAdmin"),
                "machine": always(False),  # noqa: FBT003 - HubSpot's users are people
            },
        ),
        Listing(
            call=Call(
                section="domains",
                path=f"/cms/domains/{VERSION}",
                permission="cms.domains.read",
                repeats="per 100 domains",
            ),
            pages=PAGES,
            items="results",
            subject=Site,
            id=domain("domain"),
            name=domain("domain"),
            facts={"host": domain("domain"), "certificate_claimed": flag("isSslEnabled")},
        ),
        Listing(
            call=Call(
                section="forms",
                path="/marketing/v3/forms",
                permission="forms",
                repeats="per 100 forms",
            ),
            pages=PAGES,
            items="results",
            params={"formTypes": "all"},
            subject=Form,
            facts={
                "published": no(flag("archived", null=False)),
                "fields": _fields,
                "html": _form_texts,
            },
        ),
        Listing(
            call=Call(
                section="e-mails",
                path=f"/marketing/emails/{VERSION}",
                permission="marketing.email.read",
                also=("content",),
                repeats="per 100 e-mails",
            ),
            pages=PAGES,
            items="results",
            subject=Message,
            facts={
                "published": either(flag("isPublished"), choice("state", _PUBLISHED)),
                "title": text("subject", null=""),
                "from_address": text("from.replyTo", null=None),
                "from_name": text("from.fromName", null=None),
                "html": _widgets,
                "text": body("content.plainTextVersion"),
            },
        ),
    ),
    screens={
        "Account.mfa_enforced": f"{_SECURITY} > Login",
        "Account.sso_exempt": f"{_SECURITY} > Login",
        "Account.session_idle_minutes": f"{_SECURITY} > Login",
        "Account.audit_log_days": "Settings > Audit Logs",
        "Person.signs_in_by_sso": _HEALTH,
        "Person.created": "Settings > Users & Teams",
        # Webhooks of private apps are managed in the app's settings alone.
        "Integration": "Development > Legacy apps; Settings > Integrations > Connected Apps",
    },
    recipe=Text.of(
        "As a super admin, make a service key “mamori” (Settings > Integrations > Service Keys) "
        "with these scopes only: account-info.security.read, settings.users.read, "
        "crm.objects.users.read, cms.domains.read, marketing.email.read, forms. Give it in "
        "`credential` (token); the token of a private app does as well, though HubSpot lets nobody "
        "make a new one since October 2026. HubSpot has no scope that reads forms without changing "
        "them; without `forms` they are reported as unknown."
    ),
    verified="2026-08-21, HubSpot public API specifications",
    unverified=(
        "how far back the security log goes (read for 90 days)",
        "that userId is whose second factor or password an event of the security log changes",
        "the properties hs_deactivated and hs_internal_user_id of users",
        "that a service key may read what a private app's token may",
    ),
)
