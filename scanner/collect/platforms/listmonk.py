"""Reads a listmonk: its users and API users, its settings, campaigns and templates.

listmonk refuses everything with 403, a wrong key as well as a missing right, and tells them apart
by its message alone. It names the right that each call needs, which is what mamori names too.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from scanner.collect.answers import (
    MOST_TEXT,
    Record,
    body,
    choice,
    either,
    encrypted,
    flag,
    host,
    mail_address,
    mail_name,
    malformed,
    moment,
    no,
    number,
    one,
    prefixed,
    present,
    text,
    texts,
)
from scanner.collect.connector import (
    Listing,
    OwnRights,
    Settings,
    Special,
    Visit,
    connector,
    lacking,
)
from scanner.collect.http import Call, Unanswered
from scanner.collect.paging import Numbered, Question, entries
from scanner.collect.platform import Host, Refusals
from scanner.collect.platforms.listmonk_local import IN_FILE, read_listmonk_file, untold
from scanner.collect.platforms.local_file import imported, local_facts
from scanner.collect.platforms.releases import advisories, parse_release
from scanner.collect.signing import Basic
from scanner.config import is_loopback
from scanner.model import (
    NOT_COLLECTED,
    Audience,
    Credential,
    CredentialKind,
    Fact,
    Integration,
    Message,
    Mfa,
    Person,
    Reason,
    Software,
    Text,
    Unknown,
)

PAGES = Numbered(size_param="per_page", size=50, total="data.total")
SUPER_ADMIN = 1
"""The id of the role that may do everything."""
_MAKES_ADMINISTRATORS = {"users:manage", "roles:manage"}

CAMPAIGNS = Call(
    section="campaigns",
    path="/api/campaigns",
    permission="campaigns:get_all",
    repeats="per 50 campaigns",
)
TEMPLATES = Call(section="templates", path="/api/templates", permission="templates:get")


def _allows_everything(record: Record) -> Fact[bool]:
    """Tell whether a user's role is that of the super administrator, or can give it to itself."""
    role, rights = number("user_role.id")(record), texts("user_role.permissions")(record)
    if role == SUPER_ADMIN:
        return True
    if isinstance(role, Unknown):
        return role
    return rights if isinstance(rights, Unknown) else not _MAKES_ADMINISTRATORS.isdisjoint(rights)


def _scopes(record: Record) -> Fact[tuple[str, ...]]:
    everything = _allows_everything(record)
    if isinstance(everything, Unknown):
        return everything
    return ("full access",) if everything else texts("user_role.permissions")(record)


def _is_person(record: Record) -> Any:
    return choice("type", {"user": True, "api": False})(record)


def _is_live_key(record: Record) -> Any:
    person = _is_person(record)
    if person is not False:
        return person if isinstance(person, Unknown) else False
    return choice("status", {"enabled": True, "disabled": False})(record)


def _version(record: Record) -> Fact[str]:
    version: Fact[str] = text("version")(record)
    if isinstance(version, str) and parse_release(version) is None:
        return malformed("version")
    return version


def _behaviour(version: Fact[str]) -> dict[str, Any]:
    """Return what every listmonk of this version does, whatever its settings.

    Source: `cmd/users.go`, `cmd/auth.go` and `internal/auth` of 6.2.0 (at least 8 characters, no
    other rule; second factors are each user's own choice; no limit on wrong passwords or on
    requests; sessions of 7 days, random and kept in the database, whose cookie is never Secure).
    On a running 6.2.0 ten wrong passwords were followed by the right one, and a user's password was
    refused by the API.
    """
    release = parse_release(version) if isinstance(version, str) else None
    if release is not None and release[0][0] == 6 and release[0][1] <= 2:
        return _OF_6
    unknown = Unknown(
        Reason.NOT_COLLECTED,
        Text.of("mamori does not know how this version of listmonk behaves here."),
        Text.of("Attest it, from the release notes or by trying it."),
    )
    return dict.fromkeys(_OF_6, unknown)


_OF_6: dict[str, Any] = {
    "mfa_enforced": False,
    "ip_allow_list": False,
    "password_min_length": 8,
    "password_blocklist": False,
    "password_composition": False,
    "password_max_age_days": None,
    "lockout_attempts": None,
    "audit_log": False,
    "api_password_sign_in": False,
    "api_rate_limited": False,
}


_LEGACY_ADMINISTRATOR = Credential(
    id="config:admin_username",
    name="admin_username in config.toml",
    kind=CredentialKind.API_KEY,
    scopes=("full access",),
)
"""A super administrator of the time before users, whom the API still takes (`cmd/init.go`)."""


async def _read_version(visit: Visit) -> None:
    """Learn the version, which any key may ask for, and what follows from it."""
    answer = await visit.client.get(CONFIG)
    record = Record(Record(answer.json()).at("data"))
    version = _version(record)
    facts: dict[str, Any] = {"version": version, "advisories": version, **_PRODUCT}
    if isinstance(version, str):
        facts.update(advisories("listmonk", version))
        facts.update(cookies_secure=False, cookies_http_only=True, secret_key_default=False)
    visit.gathering.account(**_behaviour(version))
    local = local_facts(visit.reading, read_listmonk_file, untold) or {}
    facts.update(local)
    if flag("has_legacy_user")(record) is True:
        visit.gathering.add(_LEGACY_ADMINISTRATOR)
    gap = visit.gaps.get(SETTINGS.section, NOT_COLLECTED)
    for fact in _IN_SETTINGS:
        facts[fact] = visit.memory.get(fact, gap)
    software = visit.subject(Software, record, "listmonk", "listmonk", facts)
    visit.gathering.add(msgspec.structs.replace(software, witnesses=imported(local)))
    if isinstance(version, Unknown):
        raise Unanswered(version)


def _any_origin(record: Record) -> Fact[bool]:
    """Read who may ask in a visitor's name; the setting was called otherwise before 6.2."""
    origins: Fact[tuple[str, ...]] = either(
        texts("security.trusted_urls"), texts("security.cors_origins")
    )(record)
    return origins if isinstance(origins, Unknown) else "*" in origins


def _own_host(record: Record) -> Fact[tuple[str, ...]]:
    """Read the host of which all links are made, whatever a request names (`cmd/init.go`)."""
    own: Fact[str] = host("app.root_url")(record)
    return own if isinstance(own, Unknown) else (own,)


def _servers(record: Record) -> list[Record] | Unknown:
    servers = record.at("smtp")
    if not isinstance(servers, list) or not servers:
        return malformed("smtp")
    used = [each for each in map(Record, servers) if flag("enabled")(each) is not False]
    return used or malformed("smtp")


def _mail_leaves_the_machine(record: Record) -> Fact[bool]:
    servers = _servers(record)
    if isinstance(servers, Unknown):
        return servers
    hosts: list[Fact[str]] = [text("host")(each) for each in servers]
    for each in hosts:
        if isinstance(each, Unknown):
            return each
    return not all(is_loopback(f"smtp://{each}") for each in hosts)


def _mail_is_encrypted(record: Record) -> Fact[bool]:
    """Tell whether every mail server in use is asked over TLS with its certificate checked."""
    servers = _servers(record)
    if isinstance(servers, Unknown):
        return servers
    for each in servers:
        tls = choice("tls_type", {"none": False, "starttls": True, "tls": True})(each)
        checked = no(flag("tls_skip_verify"))(each)
        for part in (tls, checked):
            if part is not True:
                return part  # type: ignore[no-any-return]
    return True


_CONTENT = re.compile(r"""\{\{-?\s*template\s+["`]content["`]\s*\.\s*-?\}\}""")
"""Where a template holds the text of a campaign."""
_PLAIN = {"plain": True, "html": False, "richtext": False, "visual": False, "markdown": False}
_STATUS = {
    **dict.fromkeys(("scheduled", "running", "paused", "finished"), True),
    **dict.fromkeys(("draft", "cancelled"), False),
}


async def _read_campaigns(visit: Visit) -> None:
    """Read campaigns, each within its template, where the unsubscribe link usually stands."""
    frames: dict[str, Fact[str]] = {}
    untold: Unknown | None = None
    try:
        async for record in entries(visit.client, Question(call=TEMPLATES, items="data")):
            identity = text("id")(record)
            if isinstance(identity, str):
                frames[identity] = body("body")(record)
    except Unanswered as gap:
        untold = lacking(gap.unknown, TEMPLATES)
        visit.gathering.missing(TEMPLATES.section, untold, Message)
    nameless = False
    async for record in entries(visit.client, Question(call=CAMPAIGNS, pages=PAGES, items=_LIST)):
        identity, name = text("id")(record), text("name")(record)
        if isinstance(identity, Unknown):
            nameless = True
            continue
        facts = {
            "published": choice("status", _STATUS)(record),
            "title": text("subject", null="")(record),
            "from_address": mail_address("from_email")(record),
            "from_name": mail_name("from_email")(record),
            **_contents(record, frames, untold),
        }
        name = name if isinstance(name, str) and name else identity
        visit.gathering.add(visit.subject(Message, record, identity, name, facts))
    if nameless:
        raise Unanswered(malformed("id"))
    if untold is not None:
        raise Unanswered(untold)


_LIST = "data.results"


def _contents(
    record: Record, frames: dict[str, Fact[str]], untold: Unknown | None
) -> dict[str, Fact[str]]:
    written, alternative = body("body")(record), body("altbody")(record)
    plain = choice("content_type", _PLAIN)(record)
    if isinstance(plain, Unknown):
        return {"html": plain, "text": plain}
    html = written
    if isinstance(html, str) and record.has("template_id"):
        html = _framed(html, frames.get(str(record.at("template_id")), untold), record)
    return {"html": "", "text": html} if plain else {"html": html, "text": alternative}


def _framed(written: str, frame: Fact[str] | None, record: Record) -> Fact[str]:
    if frame is None:
        return malformed("template_id") if record.has("template_id") else written
    if isinstance(frame, Unknown):
        return frame
    whole = _CONTENT.sub(lambda _: written, frame, count=1)
    if len(whole) > MOST_TEXT:
        return Unknown(Reason.TOO_LARGE, Text.of("The body is larger than mamori keeps."))
    return whole if _CONTENT.search(frame) else malformed("body")


SETTINGS = Call(section="settings", path="/api/settings", permission="settings:get")
CONFIG = Call(section="software", path="/api/config")
_PRODUCT = {"product": "listmonk"}
_IN_SETTINGS: dict[str, Any] = {
    "site_https": encrypted("app.root_url"),
    "trusted_hosts": _own_host,
    "cors_any_origin": _any_origin,
    "mailer_remote": _mail_leaves_the_machine,
    "mailer_encrypted": _mail_is_encrypted,
}
_TOML = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("It stands in config.toml, which the API does not show."),
    Text.of("Name the file, or a copy of it, in `local_config`."),
)
_NONE = Unknown(Reason.NOT_SUPPORTED, Text.of("listmonk has no such setting."))
_UNUSED = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("listmonk does not record when an API user signs in."),
    Text.of("Ask whose program uses it, and attest that it is in use."),
)

LISTMONK = connector(
    name="listmonk",
    title="listmonk",
    hosts=(Host(),),
    signing=(Basic(secret="token"),),  # noqa: S106 - a key of the configuration
    refusals=Refusals(
        code="message",
        reasons={
            "invalid API credentials": Reason.UNAUTHENTICATED,
            "invalid session": Reason.UNAUTHENTICATED,
        },
    ),
    sections=(
        OwnRights(
            call=Call(section="own rights", path="/api/profile"),
            items="data",
            rights=texts("user_role.permissions"),
        ),
        Settings(
            call=SETTINGS,
            items="data",
            facts={"sso_configured": flag("security.oidc.enabled")},
            remember=_IN_SETTINGS,
        ),
        Special(
            call=CONFIG,
            run=_read_version,
            facts=(
                *(f"Account.{fact}" for fact in _OF_6),
                "Software.version",
                "Software.advisories",
                "Software.advisories_as_of",
                "Software.cookies_secure",
                "Software.cookies_http_only",
                "Software.secret_key_default",
                *(f"Software.{fact}" for fact in _IN_SETTINGS),
            ),
            kinds=(Software,),
        ),
        Listing(
            call=Call(section="users", path="/api/users", permission="users:get"),
            items="data",
            subject=Person,
            where=_is_person,
            facts={
                "email": text("email", null=""),
                "username": text("username"),
                "can_sign_in": choice("status", {"enabled": True, "disabled": False}),
                "machine": no(_is_person),
                "administrator": _allows_everything,
                "roles": one("user_role.name"),
                "mfa": choice("twofa_type", {"none": Mfa.NONE, "totp": Mfa.TOTP}),
                "signs_in_by_sso": no(flag("password_login")),
                "created": moment("created_at"),
                "last_sign_in": moment("loggedin_at", null=None),
            },
        ),
        Listing(
            call=Call(section="API users", path="/api/users", permission="users:get"),
            items="data",
            subject=Credential,
            where=_is_live_key,
            id=prefixed("api-user"),
            fixed={"kind": CredentialKind.API_KEY},
            facts={"issued": moment("created_at"), "scopes": _scopes},
        ),
        Listing(
            call=Call(section="messengers", path="/api/settings", permission="settings:get"),
            items="data.messengers",
            subject=Integration,
            id=prefixed("messenger", "name"),
            facts={
                "enabled": flag("enabled"),
                "host": host("root_url"),
                "encrypted": encrypted("root_url"),
                "signed": present("username"),
            },
        ),
        Special(
            call=CAMPAIGNS,
            run=_read_campaigns,
            calls=(TEMPLATES,),
            facts=(
                "Message.published",
                "Message.title",
                "Message.from_address",
                "Message.from_name",
                "Message.html",
                "Message.text",
            ),
            kinds=(Message,),
        ),
        Listing(
            call=Call(
                section="lists",
                path="/api/lists",
                permission="lists:get_all",
                repeats="per 50 lists",
            ),
            pages=PAGES,
            items=_LIST,
            subject=Audience,
            facts={
                "contacts": number("subscriber_count"),
                "double_opt_in": choice("optin", {"double": True, "single": False}),
            },
        ),
    ),
    screens={"Person.password_changed": "Admin > Users"},
    hidden={
        **{f"Software.{fact}": _TOML for fact in IN_FILE},
        **dict.fromkeys(
            (
                "Software.debug",
                "Software.trusted_proxies",
                "Software.hsts_seconds",
            ),
            _NONE,
        ),
        "Credential.last_used": _UNUSED,
    },
    recipe=Text.of(
        "Under Admin > User roles, make a role with users:get, settings:get, campaigns:get_all, "
        "templates:get and lists:get_all only; under Admin > Users, make a user of type API with "
        "that role. Give its name and token in `credential` (username, token), and the address of "
        "listmonk in `url`."
    ),
    verified="2026-11-24, answers of a running listmonk 6.2.0",
)
