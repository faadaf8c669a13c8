"""Reads a Ghost: its staff, its settings, the sign-up form and the posts that go out as e-mail.

Everything is asked with the key of a custom integration. Other integrations and their webhooks
Ghost shows to administrators alone, and so to their staff access tokens, of the same form. The
settings hold keys of other services, masked or not; only those named here are looked at.
"""

from __future__ import annotations

from typing import Any

import msgspec

from scanner.collect.answers import (
    MOST_TEXT,
    Record,
    always,
    body,
    choice,
    either,
    encrypted,
    flag,
    host,
    malformed,
    moment,
    number,
    one,
    prefixed,
    present,
    text,
    texts,
)
from scanner.collect.connector import Joined, Listing, Single, Special, Visit, connector
from scanner.collect.http import Call, Unanswered
from scanner.collect.paging import Numbered, Question, entries
from scanner.collect.platform import Host
from scanner.collect.platforms.ghost_local import IN_FILE, read_ghost_file, untold
from scanner.collect.platforms.local_file import imported, local_facts
from scanner.collect.platforms.releases import advisories, parse_release
from scanner.collect.signing import KeyJwt
from scanner.model import (
    NOT_COLLECTED,
    Audience,
    Credential,
    CredentialKind,
    Fact,
    Form,
    FormField,
    Integration,
    Message,
    Mfa,
    Person,
    Reason,
    Software,
    Text,
    Unknown,
)

API = "/ghost/api/admin"
PAGES = Numbered(size_param="limit", size=100, total="meta.pagination.total")
SETTINGS = Call(section="settings", path=f"{API}/settings/")
CONFIG = Call(section="software", path=f"{API}/config/")
INTEGRATIONS = Call(
    section="integrations",
    path=f"{API}/integrations/",
    permission="a staff access token of an administrator",
)
SITE = Call(section="site", path=f"{API}/site/")
_EVERY_KEY = ("members:write", "newsletters:write", "pages:write", "posts:write", "themes:write")
"""What the key of every integration may do besides reading; Ghost has none that only reads."""
_LOOKED_AT = frozenset(
    {
        "members_signup_access",
        "portal_signup_checkbox_required",
        "portal_signup_terms_html",
        "require_email_mfa",
    }
)


async def _read_settings(visit: Visit) -> None:
    """Read the settings, a list of keys and values, and the sign-up form that they make."""
    found: dict[str, Any] = {}
    async for record in entries(visit.client, Question(call=SETTINGS, items="settings")):
        key = text("key")(record)
        if isinstance(key, str) and key in _LOOKED_AT:
            found[key] = record.at("value")
    settings = Record(found)
    required = flag("require_email_mfa")(settings)
    visit.memory["required"] = required
    visit.gathering.account(mfa_enforced=required, scanner_excess=_EVERY_KEY)
    visit.gathering.add(
        visit.subject(
            Form,
            settings,
            "portal",
            "Portal",
            {
                "published": choice("members_signup_access", _SIGN_UP)(settings),
                "fields": _sign_up_fields(settings),
                "html": _sign_up_html(settings),
            },
        )
    )


_SIGN_UP = {"all": True, "paid": True, "invite": False, "none": False}


def _sign_up_fields(settings: Record) -> Fact[tuple[FormField, ...]]:
    terms = body("portal_signup_terms_html")(settings)
    box = flag("portal_signup_checkbox_required")(settings)
    if isinstance(terms, Unknown):
        return terms
    if isinstance(box, Unknown):
        return box
    fields = (
        FormField(name="name", kind="text", label="Name"),
        FormField(name="email", kind="email", label="Email", required=True),
    )
    if not terms or not box:
        return fields
    return (*fields, FormField(name="terms", kind="consent_checkbox", label=terms, required=True))


def _sign_up_html(settings: Record) -> Fact[str]:
    """Return the sign-up form as Portal draws it, with the terms and the box before them.

    Source: `apps/portal/src/components/pages/signup-page.js` as it runs in Ghost 6.65.0.
    """
    terms = body("portal_signup_terms_html")(settings)
    box = flag("portal_signup_checkbox_required")(settings)
    for each in (terms, box):
        if isinstance(each, Unknown):
            return each
    ticked = '<input type="checkbox" name="terms" required>' if terms and box else ""
    return (
        '<form><label>Name <input type="text" name="name"></label>'
        '<label>Email <input type="email" name="email" required></label>'
        f'<div><label>{ticked}</label>{terms}</div><button type="submit">Sign up</button></form>'
    )


async def _read_software(visit: Visit) -> None:
    """Read the version, which no one but the key's holder sees in full, and what follows of it."""
    try:
        record = Record(Record((await visit.client.get(CONFIG)).json()).at("config"))
    except Unanswered as gap:
        _tell_second_factors(visit, gap.unknown)
        raise
    _tell_second_factors(visit, flag("security.staffDeviceVerification")(record))
    version = text("version")(record)
    if isinstance(version, str) and parse_release(version) is None:
        version = malformed("version")
    facts: dict[str, Any] = {"product": "Ghost", "version": version, "advisories": version}
    if isinstance(version, str):
        facts.update(advisories("ghost", version))
        facts.update(_SOFTWARE_6 if _is_6(version) else {})
    facts["debug"] = choice("environment", _ENVIRONMENTS)(record)
    visit.gathering.account(**_behaviour(version))
    local = local_facts(visit.reading, read_ghost_file, untold)
    if local is not None:
        facts.update(local.software)
        visit.gathering.account(**local.account, witnesses=imported(local.account))
    try:
        site = Record((await visit.client.get(SITE)).json())
        facts.update(_facts_of_address(site, version))
    except Unanswered as gap:
        facts["site_https"] = gap.unknown
        visit.gathering.missing(SITE.section, gap.unknown)
    software = visit.subject(Software, record, "ghost", "Ghost", facts)
    witnesses = {} if local is None else imported(local.software)
    visit.gathering.add(msgspec.structs.replace(software, witnesses=witnesses))
    if isinstance(version, Unknown):
        raise Unanswered(version)


_ENVIRONMENTS = {"production": False, "development": True}


def _behaviour(version: Fact[str]) -> dict[str, Any]:
    """Return what every Ghost of this version does, whatever its settings.

    Source: `core/server/lib/validate-password.js` of 6.65.0, whose settings know no list of
    networks, and a running one, which refused a password of its list of bad ones.
    """
    if _is_6(version):
        return _OF_6
    unknown = Unknown(
        Reason.NOT_COLLECTED,
        Text.of("mamori does not know how this version of Ghost behaves here."),
        Text.of("Attest it, from the release notes or by trying it."),
    )
    return dict.fromkeys(_OF_6, unknown)


def _is_6(version: Fact[str]) -> bool:
    release = parse_release(version) if isinstance(version, str) else None
    return release is not None and release[0][0] == 6


_OF_6: dict[str, Any] = {
    "ip_allow_list": False,
    "password_min_length": 10,
    "password_blocklist": True,
    "password_composition": False,
    "password_max_age_days": None,
}
_SOFTWARE_6: dict[str, Any] = {
    # `admin_session_secret` and the others are made at random for each installation.
    "secret_key_default": False,
    # `web/api/middleware/cors.js`: the site's own hosts, and the machine's.
    "cors_any_origin": False,
    # `services/auth/session/express-session.js`
    "cookies_http_only": True,
}
"""What every Ghost 6 does, whatever its settings."""


def _facts_of_address(site: Record, version: Fact[str]) -> dict[str, Any]:
    """Return what follows from the address that Ghost was told: it builds every link from it."""
    https = encrypted("site.url")(site)
    if not _is_6(version):
        return {"site_https": https}
    own: Fact[str] = host("site.url")(site)
    return {
        "site_https": https,
        "cookies_secure": https,
        "trusted_hosts": own if isinstance(own, Unknown) else (own,),
    }


def _tell_second_factors(visit: Visit, on_new_devices: Fact[bool]) -> None:
    """Tell of everybody's second factor: a code by e-mail, each time or on a new device."""
    each_time = visit.memory.get("required", visit.gaps.get(SETTINGS.section, NOT_COLLECTED))
    told = (each_time, on_new_devices)
    unknown = next((each for each in told if isinstance(each, Unknown)), Mfa.NONE)
    mfa = Mfa.EMAIL if True in told else unknown
    visit.joins.setdefault(Person, []).append(
        Joined(match=text("id"), facts=("mfa",), absent={"mfa": mfa})
    )


_POST = {"published": True, "sent": True, "draft": False, "scheduled": True}
_STATUS = {
    "active": True,
    **{f"warn-{count}": True for count in range(1, 5)},
    "inactive": False,
    "locked": False,
}


def _is_administrator(record: Record) -> Fact[bool]:
    roles = texts("roles", of="name")(record)
    if isinstance(roles, Unknown):
        return roles
    return not {"Owner", "Administrator"}.isdisjoint(roles)


def _is_mail(record: Record) -> Fact[bool]:
    """Tell whether a post goes out, or went out, as an e-mail."""
    newsletter = record.at("newsletter")
    if newsletter is None or isinstance(newsletter, dict):
        return newsletter is not None
    return malformed("newsletter")


def _mail(record: Record) -> Fact[str]:
    """Return a post as it is sent: Ghost adds the newsletter's footer and a link to unsubscribe.

    Source: `email-service/email-templates/template.hbs` of 6.65.0.
    """
    written, footer = body("html")(record), body("newsletter.footer_content")(record)
    for each in (written, footer):
        if isinstance(each, Unknown):
            return each
    whole = f'{written}\n{footer}\n<a href="%%{{unsubscribe_url}}%%">Unsubscribe</a>'
    if len(whole) > MOST_TEXT:
        return Unknown(Reason.TOO_LARGE, Text.of("The body is larger than mamori keeps."))
    return whole


async def _read_integrations(visit: Visit) -> None:
    """Read the keys and webhooks of integrations, as far as somebody made or uses them."""
    question = Question(
        call=INTEGRATIONS, items="integrations", params={"include": "api_keys,webhooks"}
    )
    gap: Unknown | None = None
    async for record in entries(visit.client, question):
        kind, name = choice("type", _INTEGRATIONS)(record), text("name")(record)
        keys, hooks = _inner(record, "api_keys"), _inner(record, "webhooks")
        gap = gap or next((each for each in (kind, keys, hooks) if isinstance(each, Unknown)), None)
        for key in keys if isinstance(keys, list) and isinstance(kind, str) else ():
            gap = _keep_key(visit, key, kind, name) or gap
        for hook in hooks if isinstance(hooks, list) else ():
            gap = _keep_webhook(visit, hook, name) or gap
    visit.gathering.account(scanner_excess=("administrator",))
    if gap is not None:
        raise Unanswered(gap)


_INTEGRATIONS = {
    **dict.fromkeys(("core", "internal"), "own"),
    "builtin": "builtin",
    "custom": "custom",
}


def _inner(record: Record, path: str) -> list[Record] | Unknown:
    inner = record.at(path)
    if not isinstance(inner, list) or not all(isinstance(each, dict) for each in inner):
        return malformed(path)
    return [Record(each) for each in inner]


def _keep_key(visit: Visit, key: Record, kind: Fact[str], name: Fact[str]) -> Unknown | None:
    """Keep a key that may write, and return why it cannot be made out, if so."""
    writes = choice("type", {"admin": True, "content": False})(key)
    used = moment("last_seen_at", null=None)(key)
    # Every Ghost comes with keys of its own, and with some that nobody has seen yet.
    if writes is False or kind == "own" or (kind == "builtin" and used is None):
        return None
    if isinstance(writes, Unknown):  # it may be one that every page shows its visitors
        return writes
    if isinstance(used, Unknown) and kind == "builtin":
        return used
    identity: Fact[str] = prefixed("integration-key")(key)
    if isinstance(identity, Unknown):
        return identity
    facts = {
        "kind": CredentialKind.API_KEY,
        "issued": moment("created_at")(key),
        "last_used": used,
        "scopes": _EVERY_KEY,
    }
    called = name if isinstance(name, str) else identity
    visit.gathering.add(visit.subject(Credential, key, identity, called, facts))
    return None


def _keep_webhook(visit: Visit, hook: Record, name: Fact[str]) -> Unknown | None:
    identity: Fact[str] = prefixed("webhook")(hook)
    if isinstance(identity, Unknown):
        return identity
    facts = {
        "enabled": True,
        "host": host("target_url")(hook),
        "encrypted": encrypted("target_url")(hook),
        "signed": present("secret")(hook),
        "events": one("event")(hook),
        "last_used": moment("last_triggered_at", null=None)(hook),
    }
    called = name if isinstance(name, str) else identity
    visit.gathering.add(visit.subject(Integration, hook, identity, called, facts))
    return None


_IN_FILE = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("It stands in config.production.json, which the API does not show."),
    Text.of("Name the file, or a copy of it, in `local_config`."),
)

GHOST = connector(
    name="ghost",
    title="Ghost",
    hosts=(Host(),),
    signing=(KeyJwt(word="Ghost", audience="/admin/"),),
    headers={"Accept-Version": "v5.0"},
    sections=(
        Special(
            call=SETTINGS,
            run=_read_settings,
            facts=(
                "Account.mfa_enforced",
                "Account.scanner_excess",
                "Form.published",
                "Form.fields",
                "Form.html",
            ),
            kinds=(Form,),
        ),
        Special(
            call=CONFIG,
            run=_read_software,
            calls=(SITE,),
            facts=(
                *(f"Account.{fact}" for fact in _OF_6),
                "Person.mfa",
                "Software.version",
                "Software.advisories",
                "Software.advisories_as_of",
                "Software.site_https",
                "Software.debug",
                "Software.cookies_secure",
                "Software.trusted_hosts",
                *(f"Software.{fact}" for fact in _SOFTWARE_6),
            ),
            kinds=(Software,),
        ),
        Listing(
            call=Call(section="users", path=f"{API}/users/", repeats="per 100 users"),
            pages=PAGES,
            items="users",
            params={"include": "roles"},
            subject=Person,
            facts={
                "email": text("email"),
                "username": text("email"),
                "can_sign_in": choice("status", _STATUS),
                "machine": always(False),  # noqa: FBT003 - programs have integrations
                "administrator": _is_administrator,
                "roles": texts("roles", of="name"),
                "created": moment("created_at"),
                "last_sign_in": moment("last_seen", null=None),
            },
        ),
        Listing(
            call=Call(section="e-mails", path=f"{API}/posts/", repeats="per 100 posts"),
            pages=PAGES,
            items="posts",
            params={"include": "newsletter", "formats": "html,plaintext"},
            subject=Message,
            where=_is_mail,
            name=text("title"),
            facts={
                "published": choice("status", _POST),
                "title": either(text("email_subject"), text("title")),
                "from_address": text("newsletter.sender_email", null=None),
                "from_name": text("newsletter.sender_name", null=None),
                "html": _mail,
                "text": body("plaintext"),
            },
        ),
        Special(
            call=INTEGRATIONS,
            run=_read_integrations,
            facts=(
                *(f"Credential.{fact}" for fact in ("issued", "last_used", "scopes")),
                *(
                    f"Integration.{fact}"
                    for fact in ("enabled", "host", "encrypted", "signed", "events", "last_used")
                ),
            ),
            kinds=(Credential, Integration),
        ),
        Single(
            call=Call(section="members", path=f"{API}/members/"),
            items="meta.pagination",
            params={"limit": 1},
            subject=Audience,
            id="members",
            facts={"contacts": number("total")},
        ),
    ),
    screens={
        "Account.sso_configured": "Settings > Staff",
        "Person.password_changed": "Settings > Staff",
    },
    hidden={
        "Account.audit_log": Unknown(
            Reason.NOT_EXPOSED,
            Text.of("Ghost records what its staff change, but not who signs in."),
            Text.of("Let the web server record sign-ins, and attest that it does."),
        ),
        **dict.fromkeys(IN_FILE, _IN_FILE),
    },
    recipe=Text.of(
        "Under Settings > Advanced > Integrations, add a custom integration “mamori”, and give its "
        "Admin API key in `credential` (token), whole, with its colon, and the address of Ghost in "
        "`url`. Ghost has no keys that only read, so keep it like a password. To have other keys "
        "and webhooks judged too, take the staff access token of an administrator's own page "
        "instead; it may do whatever that administrator may."
    ),
    verified="2026-11-25, a running Ghost 6.65.0",
    unverified=("how Ghost 5 answers, and older ones",),
)
