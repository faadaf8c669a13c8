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
    always,
    body,
    choice,
    either,
    encrypted,
    flag,
    host,
    made_from,
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
from scanner.collect.connector import connector
from scanner.collect.http import Call
from scanner.collect.paging import Numbered
from scanner.collect.platform import Host, Refusals
from scanner.collect.platforms.listmonk_local import IN_FILE, read_listmonk_file
from scanner.collect.platforms.local_file import is_this_machine
from scanner.collect.platforms.self_hosted import Numbers, ProgramFacts, SelfHosted
from scanner.collect.sections import Keep, Listing, OwnRights, Settings, Single
from scanner.collect.signing import Basic
from scanner.collect.visit import Visit
from scanner.model import (
    Audience,
    Credential,
    CredentialKind,
    Fact,
    Integration,
    Message,
    Mfa,
    Person,
    Reason,
    Text,
    Unknown,
)

PAGES = Numbered(size_param="per_page", size=50, total="data.total")
SUPER_ADMIN = 1
"""The id of the role that may do everything."""
_FULL = ("full access",)
_MAKES_ADMINISTRATORS = {"users:manage", "roles:manage"}

TEMPLATES = Call(section="templates", path="/api/templates", permission="templates:get")


_ROLE, _RIGHTS = number("user_role.id"), texts("user_role.permissions")
_IS_PERSON = choice("type", {"user": True, "api": False})
_IS_ENABLED = choice("status", {"enabled": True, "disabled": False})


def _allows_everything(role: Fact[int], rights: Fact[tuple[str, ...]]) -> Fact[bool]:
    """Tell whether a user's role is that of the super administrator, or can give it to itself."""
    if role == SUPER_ADMIN:
        return True
    if isinstance(role, Unknown):
        return role
    return rights if isinstance(rights, Unknown) else not _MAKES_ADMINISTRATORS.isdisjoint(rights)


def _scopes(role: Fact[int], rights: Fact[tuple[str, ...]]) -> Fact[tuple[str, ...]]:
    everything = _allows_everything(role, rights)
    if isinstance(everything, Unknown):
        return everything
    return _FULL if everything else rights


def _is_live_key(person: Fact[bool], enabled: Fact[bool]) -> Fact[bool]:
    if person is not False:
        return person if isinstance(person, Unknown) else False
    return enabled


def _behaviour(_: Visit, release: Numbers) -> ProgramFacts | None:
    """Return what every listmonk of `release` does, whatever its settings.

    Source: `cmd/users.go`, `cmd/auth.go` and `internal/auth` of 6.2.0 (at least 8 characters, no
    other rule; second factors are each user's own choice; no limit on wrong passwords or on
    requests; sessions of 7 days, random and kept in the database, whose cookie is never Secure).
    On a running 6.2.0 ten wrong passwords were followed by the right one, and a user's password was
    refused by the API.
    """
    known = release[0] == 6 and release[1] <= 2
    return ProgramFacts(account=_OF_6, software=_SOFTWARE_OF_6) if known else None


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


_SOFTWARE_OF_6 = {"cookies_secure": False, "cookies_http_only": True, "secret_key_default": False}


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
    gap = next((each for each in hosts if isinstance(each, Unknown)), None)
    return gap or not all(isinstance(each, str) and is_this_machine(each) for each in hosts)


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


_LIST = "data.results"
_CONTENT = re.compile(r"""\{\{-?\s*template\s+["`]content["`]\s*\.\s*-?\}\}""")
"""Where a template holds the text of a campaign."""
_PLAIN = {"plain": True, "html": False, "richtext": False, "visual": False, "markdown": False}
_STATUS = {
    **dict.fromkeys(("scheduled", "running", "paused", "finished"), True),
    **dict.fromkeys(("draft", "cancelled"), False),
}


_IS_PLAIN = choice("content_type", _PLAIN)


def _within_template(visit: Visit, record: Record, campaign: Message) -> Message:
    """Put a campaign's text into its template, where the unsubscribe link usually stands."""
    plain = _IS_PLAIN(record)
    if isinstance(plain, Unknown):
        return msgspec.structs.replace(campaign, html=plain, text=plain)
    html = campaign.html
    if isinstance(html, str) and record.has("template_id"):
        frames = visit.memory.get(TEMPLATES.section, {})
        frame = frames.get(str(record.at("template_id")))
        gap = visit.gaps.get(TEMPLATES.section, malformed("template_id"))
        html = gap if frame is None else _framed(html, body("body")(Record(frame)))
    if plain:
        return msgspec.structs.replace(campaign, html="", text=html)
    return msgspec.structs.replace(campaign, html=visit.fit(html))


def _framed(written: str, frame: Fact[str]) -> Fact[str]:
    if isinstance(frame, Unknown):
        return frame
    whole = _CONTENT.sub(lambda _: written, frame, count=1)
    if len(whole) > MOST_TEXT:
        return Unknown(Reason.TOO_LARGE, Text.of("The body is larger than mamori keeps."))
    return whole if _CONTENT.search(frame) else malformed("body")


SETTINGS = Call(section="settings", path="/api/settings", permission="settings:get")
CONFIG = Call(section="software", path="/api/config")
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
            rights=_RIGHTS,
        ),
        Settings(
            call=SETTINGS,
            items="data",
            facts={
                "sso_configured": flag("security.oidc.enabled"),
                "Software.site_https": encrypted("app.root_url"),
                "Software.trusted_hosts": _own_host,
                "Software.cors_any_origin": _any_origin,
                "Software.mailer_remote": _mail_leaves_the_machine,
                "Software.mailer_encrypted": _mail_is_encrypted,
            },
        ),
        Settings(call=CONFIG, items="data", facts={}, remember={"version": text("version")}),
        Single(
            # A super administrator of the time before users, whom the API takes (`cmd/init.go`).
            call=CONFIG,
            items="data",
            where=flag("has_legacy_user"),
            subject=Credential,
            id="config:admin_username",
            name="admin_username in config.toml",
            fixed={"kind": CredentialKind.API_KEY},
            facts={"scopes": always(_FULL)},
        ),
        SelfHosted(
            call=CONFIG,
            product="listmonk",
            title="listmonk",
            behaviour=_behaviour,
            facts=(
                *(f"Account.{fact}" for fact in _OF_6),
                *(f"Software.{fact}" for fact in _SOFTWARE_OF_6),
            ),
            file=read_listmonk_file,
            in_file=IN_FILE,
        ),
        Listing(
            call=Call(section="users", path="/api/users", permission="users:get"),
            items="data",
            subject=Person,
            where=_IS_PERSON,
            facts={
                "email": text("email", null=""),
                "username": text("username"),
                "can_sign_in": _IS_ENABLED,
                "machine": no(_IS_PERSON),
                "administrator": made_from(_allows_everything, _ROLE, _RIGHTS),
                "roles": one("user_role.name"),
                "mfa": choice("twofa_type", {"none": Mfa.NONE, "totp": Mfa.TOTP}),
                "signs_in_by_sso": no(flag("password_login")),
                "created": moment("created_at"),
                "last_sign_in": moment("loggedin_at", null=None),
            },
            others=(
                Listing(
                    call=Call(section="API users", path=""),
                    subject=Credential,
                    where=made_from(_is_live_key, _IS_PERSON, _IS_ENABLED),
                    id=prefixed("api-user"),
                    fixed={"kind": CredentialKind.API_KEY},
                    facts={
                        "issued": moment("created_at"),
                        "scopes": made_from(_scopes, _ROLE, _RIGHTS),
                    },
                ),
            ),
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
        Keep(call=TEMPLATES, items="data", kept=("body",)),
        Listing(
            call=Call(
                section="campaigns",
                path="/api/campaigns",
                permission="campaigns:get_all",
                repeats="per 50 campaigns",
            ),
            pages=PAGES,
            items=_LIST,
            subject=Message,
            facts={
                "published": choice("status", _STATUS),
                "title": text("subject", null=""),
                "from_address": mail_address("from_email"),
                "from_name": mail_name("from_email"),
                "html": body("body"),
                "text": body("altbody"),
            },
            settle=_within_template,
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
        **dict.fromkeys(IN_FILE, _TOML),
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
    rights_at="Admin > User roles",
    recipe=Text.of(
        "Under Admin > User roles, make a role with users:get, settings:get, campaigns:get_all, "
        "templates:get and lists:get_all only; under Admin > Users, make a user of type API with "
        "that role. Give its name and token in `credential` (username, token), and the address of "
        "listmonk in `url`."
    ),
    verified="2026-11-24, answers of a running listmonk 6.2.0",
)
