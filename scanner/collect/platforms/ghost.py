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
from scanner.collect.connector import connector
from scanner.collect.http import Answer, Call, Unanswered
from scanner.collect.paging import Numbered, Pages, Question, entries
from scanner.collect.platform import Host
from scanner.collect.platforms.ghost_local import IN_FILE, read_ghost_file
from scanner.collect.platforms.self_hosted import Numbers, ProgramFacts, SelfHosted
from scanner.collect.sections import Listing, Settings, Single, Special
from scanner.collect.signing import KeyJwt
from scanner.collect.visit import Visit
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


class Pairs(Pages, frozen=True, kw_only=True):
    """Settings that come as a list of keys and values, of which only those named are looked at."""

    def decode(self, answer: Answer) -> Any:
        """Return the settings as fields."""
        told = Record(answer.json()).at("settings")
        if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
            raise Unanswered(malformed("settings"))
        pairs = ((text("key")(Record(each)), each.get("value")) for each in told)
        return {key: value for key, value in pairs if isinstance(key, str) and key in _LOOKED_AT}


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


_ENVIRONMENTS = {"production": False, "development": True}


def _behaviour(visit: Visit, release: Numbers) -> ProgramFacts | None:
    """Return what every Ghost of `release` does, whatever its settings.

    Source: `core/server/lib/validate-password.js` of 6.65.0, whose settings know no list of
    networks, and a running one, which refused a password of its list of bad ones. It builds every
    link from the address that it was told.
    """
    if release[0] != 6:
        return None
    untold = visit.gaps.get(SITE.section, NOT_COLLECTED)
    address = {
        "cookies_secure": visit.memory.get("https", untold),
        "trusted_hosts": visit.memory.get("own host", untold),
    }
    return ProgramFacts(account=_OF_6, software={**_SOFTWARE_6, **address})


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


def _own_host(record: Record) -> Fact[tuple[str, ...]]:
    own: Fact[str] = host("url")(record)
    return own if isinstance(own, Unknown) else (own,)


def _with_second_factor(visit: Visit, _: Record, person: Person) -> Person:
    """Tell of somebody's second factor: a code by e-mail, each time or on a new device."""
    told = [
        visit.memory.get(name, visit.gaps.get(call.section, NOT_COLLECTED))
        for name, call in (("each time", SETTINGS), ("on new devices", CONFIG))
    ]
    unknown = next((each for each in told if isinstance(each, Unknown)), Mfa.NONE)
    return msgspec.structs.replace(person, mfa=Mfa.EMAIL if True in told else unknown)


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
        Settings(
            call=SETTINGS,
            pages=Pairs(),
            facts={
                "mfa_enforced": flag("require_email_mfa"),
                "scanner_excess": always(_EVERY_KEY),
            },
            remember={"each time": flag("require_email_mfa")},
        ),
        Single(
            call=SETTINGS,
            pages=Pairs(),
            subject=Form,
            id="portal",
            name="Portal",
            facts={
                "published": choice("members_signup_access", _SIGN_UP),
                "fields": _sign_up_fields,
                "html": _sign_up_html,
            },
        ),
        Settings(
            call=CONFIG,
            items="config",
            facts={"Software.debug": choice("environment", _ENVIRONMENTS)},
            remember={
                "version": text("version"),
                "on new devices": flag("security.staffDeviceVerification"),
            },
        ),
        Settings(
            call=SITE,
            items="site",
            facts={"Software.site_https": encrypted("url")},
            remember={"https": encrypted("url"), "own host": _own_host},
        ),
        SelfHosted(
            call=CONFIG,
            product="ghost",
            title="Ghost",
            behaviour=_behaviour,
            facts=(
                *(f"Account.{fact}" for fact in _OF_6),
                *(f"Software.{fact}" for fact in (*_SOFTWARE_6, "cookies_secure", "trusted_hosts")),
            ),
            file=read_ghost_file,
            in_file=IN_FILE,
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
                "mfa": always(NOT_COLLECTED),
                "created": moment("created_at"),
                "last_sign_in": moment("last_seen", null=None),
            },
            settle=_with_second_factor,
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
