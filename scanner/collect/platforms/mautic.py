"""Reads a Mautic 4 to 7: its API with an account of its own, and its `config/local.php`.

What Mautic answers is told in docs/platforms/mautic.md. Three habits of it shape this file: lists
come as lists or as objects keyed by id; a role that may see only its own things gets status 200 and
an empty list; and an account that uses nothing but the API never has a last sign-in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from scanner.collect.answers import (
    Record,
    always,
    body,
    encrypted,
    flag,
    form_fields,
    host,
    malformed,
    moment,
    number,
    one,
    present,
    text,
    texts,
)
from scanner.collect.connector import connector
from scanner.collect.http import Answer, Call
from scanner.collect.paging import Headed, Offset, Seen
from scanner.collect.platform import Refusals
from scanner.collect.platforms.mautic_local import IN_FILE, read_local
from scanner.collect.platforms.mautic_releases import BY_RELEASE, behaviour
from scanner.collect.platforms.self_hosted import SelfHosted
from scanner.collect.sections import Join, Listing, OwnRights, Single
from scanner.collect.signing import Basic, Bearer, ClientCredentials
from scanner.collect.visit import Visit
from scanner.model import (
    Audience,
    Fact,
    Form,
    Integration,
    Message,
    Person,
    Reason,
    Text,
    Unknown,
)

BEYOND_ALL = 1_000_000_000
"""A place in the list of contacts where there are none: the total comes without anybody's data."""
_EVERYTHING = "administrator"
_MAKES_ADMINISTRATORS = ("user:users:edit", "user:users:create", "user:roles:edit")


class Lists(Offset, frozen=True, kw_only=True):
    """Mautic's lists: PHP writes one as an object where its numbers have gaps, and none as null.

    The total is a number or its digits. It ends no list whose pages come full.
    """

    param: str = "start"
    size_param: str = "limit"
    total: str = "total"
    stops: bool = True

    def decode(self, answer: Answer) -> Any:
        """Return the answer with lists in the place of such objects."""
        page = answer.json()
        if not isinstance(page, dict):
            return page
        total = number("total")(Record(page))
        lists = {name: _entries(value) for name, value in page.items()}
        return {**lists, "total": total if isinstance(total, int) else 0}

    def following(self, seen: Seen) -> Any:
        full = seen.entries >= self.size
        if not seen.entries or (not full and seen.read >= seen.page.at("total")):
            return None
        return {self.param: seen.read}


def _entries(value: Any) -> Any:
    if value is None:
        return []
    if isinstance(value, dict):
        value = [
            {**each, "id": each.get("id") or key} if isinstance(each, dict) else each
            for key, each in value.items()
        ]
    for each in value if isinstance(value, list) else ():
        for name, inner in each.items() if isinstance(each, dict) else ():
            if type(inner) is dict and inner and all(number.isdecimal() for number in inner):
                each[name] = list(inner.values())
    return value


PAGES = Lists()
BY_ID = {"start": 0, "orderBy": "id", "orderByDir": "ASC"}
"""Whoever comes or goes while pages are turned moves no other entry over their edges."""


def _rights(record: Record) -> Fact[tuple[str, ...]]:
    """Read what a role may do, as `email:emails:viewother`, or that it may do everything."""
    everything = flag("role.isAdmin")(record)
    if isinstance(everything, Unknown):
        return everything
    if everything:
        return (_EVERYTHING,)
    areas = record.at("role.rawPermissions") if record.has("role.rawPermissions") else {}
    if areas == []:
        areas = {}
    if not isinstance(areas, dict):
        return malformed("role")
    held: list[str] = []
    for area, levels in sorted(areas.items()):
        names = list(levels.values()) if isinstance(levels, dict) else levels
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            return malformed("role")
        held += [f"{area}:{name}" for name in names]
    return tuple(held)


def _own_rights(record: Record) -> Fact[tuple[str, ...]]:
    rights = _rights(record)
    return _ROLE_NOT_TOLD if isinstance(rights, Unknown) else rights


def _grants(rights: tuple[str, ...], permission: str) -> bool:
    area = permission.rpartition(":")[0]
    return not {_EVERYTHING, permission, f"{area}:full"}.isdisjoint(rights)


def _beyond_looking(rights: tuple[str, ...]) -> tuple[str, ...]:
    """Return the rights that no scan needs; one of `api:access` allows nothing by itself."""
    areas = ((right, *right.rpartition(":")[::2]) for right in rights)
    return tuple(
        right
        for right, area, level in areas
        if area != "api:access" and not level.startswith("view")
    )


def _administrator(record: Record) -> Fact[bool]:
    """Tell whether a role may do everything, or may give itself the right to.

    Who may edit users can take the role of an administrator, and who may edit roles can make an
    administrator's of their own (tried on 5.2.10); Mautic ignores whether a role is published.
    """
    rights = _rights(record)
    if isinstance(rights, Unknown):
        return rights
    return any(_grants(rights, right) for right in _MAKES_ADMINISTRATORS)


def _full_name(record: Record) -> str:
    names = (record.at("firstName"), record.at("lastName"))
    full = " ".join(name for name in names if isinstance(name, str) and name)
    username = record.at("username")
    return full or (username if isinstance(username, str) else "")


def _settle(visit: Visit, _: Record, person: Person) -> Person:
    """Settle who mamori itself is, and who cannot sign in through an identity provider."""
    if visit.memory["file"].account.get("sso_configured") is False:
        person = msgspec.structs.replace(person, signs_in_by_sso=False)
    if person.id != visit.memory.get("own id"):
        return person
    # Only people use the form: whose account it is when mamori was lent a person's.
    machine = not isinstance(person.last_sign_in, datetime)
    return msgspec.structs.replace(person, machine=machine, last_sign_in=visit.now)


def _version(record: Record) -> Fact[str]:
    told: Fact[str] = text("headers.mautic-version")(record)
    return told if record.has("headers.mautic-version") else _NO_VERSION


def _proven(visit: Visit) -> dict[str, bool]:
    """Return whether the API takes passwords, as far as signing in has proven it."""
    gap = visit.gaps.get(SELF.section)
    if gap is not None:
        return {"api_password_sign_in": False} if gap.reason is Reason.DISABLED else {}
    return {"api_password_sign_in": True} if isinstance(visit.signing, Basic) else {}


def _is_of_somebody(record: Record) -> bool:
    return not isinstance(text("user_id")(record), Unknown)


TOKEN = Call(
    section="sign-in",
    path="/oauth/v2/token",
    method="POST",
    signed=False,
    repeats="once, with an OAuth 2 client only",
)
SELF = Call(section="sign-in", path="/api/users/self")

_ROLE_NOT_TOLD = Unknown(
    Reason.NOT_EXPOSED,
    Text.of(
        "Mautic did not tell the role of mamori's own account, so a list may hold only what that "
        "account may see."
    ),
    Text.of("Let mamori sign in as a user with the role of the recipe."),
)
_NO_SIGN_IN_LOGGED = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("The audit log can be read, but holds no sign-in."),
    Text.of("Sign in to Mautic once and scan again; a cleanup may have emptied the log."),
)
_NO_DATE = Unknown(
    Reason.NOT_EXPOSED, Text.of("Mautic keeps no date for the account that its installer made.")
)
_NO_VERSION = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("The answer has no Mautic-Version header; a proxy may take it away."),
    Text.of("Let the header pass, or attest the version."),
)
_BAD_CLIENT = Unknown(
    Reason.UNAUTHENTICATED,
    Text.of("Mautic refused the OAuth 2 client."),
    Text.of(
        "Check client_id and client_secret under Settings, API Credentials; the client "
        "must be allowed the grant client_credentials."
    ),
)
_NAME_LOCAL_CONFIG = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("Only Mautic's own configuration file tells this."),
    Text.of(
        "Give the path of config/local.php (Mautic 4: app/config/local.php) in `local_config`, on "
        "the server or as a copy."
    ),
)
_NO_SECOND_FACTOR = Unknown(
    Reason.NOT_SUPPORTED,
    Text.of("Mautic has no second factor of its own."),
    Text.of(
        "Let people sign in through a SAML identity provider that demands one, keep the API from "
        "taking passwords, and attest the provider's policy."
    ),
)

MAUTIC = connector(
    name="mautic",
    title="Mautic",
    words=("acquia",),
    signing=(Basic(), ClientCredentials(call=TOKEN), Bearer()),
    refusals=Refusals(
        code=("errors.0.type", "errors.0.code"),
        inside=True,
        reasons={
            # Statistics refuse with status 200.
            "200 403": Unknown(
                Reason.NOT_PERMITTED, Text.of("The role of mamori's account has no right to this.")
            ),
            "403 api_disabled": Unknown(
                Reason.DISABLED,
                Text.of("Mautic's API is switched off."),
                Text.of("Switch it on under Configuration, API Settings, API enabled."),
            ),
            "403 access_denied": Unknown(
                Reason.DISABLED,
                Text.of("Mautic's API takes no user name and password."),
                Text.of(
                    "Give an OAuth 2 client in `credential` (client_id and client_secret), or "
                    "switch on Configuration, API Settings, HTTP basic auth."
                ),
            ),
            "invalid_client": _BAD_CLIENT,
            "unauthorized_client": _BAD_CLIENT,
            "401 invalid_grant": Unknown(
                Reason.UNAUTHENTICATED,
                Text.of("Mautic refused the token: it is wrong or has expired."),
                Text.of(
                    "Give a client_id and client_secret instead, with which mamori gets its own."
                ),
            ),
            "401": Unknown(
                Reason.UNAUTHENTICATED,
                Text.of(
                    "Mautic refused the user name and password, or the account is unpublished."
                ),
                Text.of("Check `credential`, and the account under Settings, Users."),
            ),
        },
    ),
    sections=(
        OwnRights(
            call=SELF,
            gate=True,
            pages=Headed(),
            rights=_own_rights,
            excess=_beyond_looking,
            grants=_grants,
            untold=_ROLE_NOT_TOLD,
            remember={"own id": text("id"), "version": _version},
        ),
        SelfHosted(
            call=SELF,
            product="mautic",
            title="Mautic",
            behaviour=behaviour,
            facts=(*BY_RELEASE, "Account.api_password_sign_in"),
            file=read_local,
            in_file=IN_FILE,
            proven=_proven,
        ),
        Join(
            call=Call(
                section="audit log",
                path="/api/stats/audit_log",
                repeats="per 500 sign-ins, at most 4 times",
            ),
            # Older sign-ins could only repeat the newest.
            pages=Lists(size=500, newest=2000),
            items="stats",
            params={
                "start": 0,
                "where[0][col]": "object",
                "where[0][expr]": "eq",
                "where[0][val]": "security",
                "where[1][col]": "action",
                "where[1][expr]": "eq",
                "where[1][val]": "login",
                "order[0][col]": "id",
                "order[0][dir]": "DESC",
            },
            subject=Person,
            where=_is_of_somebody,
            key=text("user_id"),
            match=text("id"),
            facts={"last_sign_in": moment("date_added")},
            absent={},
            proves={"audit_log": True},
            unproven=_NO_SIGN_IN_LOGGED,
        ),
        Listing(
            call=Call(
                section="users",
                path="/api/users",
                permission="user:users:view",
                repeats="per 100 users",
            ),
            pages=PAGES,
            items="users",
            params=BY_ID,
            subject=Person,
            name=_full_name,
            facts={
                "email": text("email"),
                "username": text("username"),
                "can_sign_in": flag("isPublished"),
                "machine": always(False),  # noqa: FBT003 - Mautic tells no programs from people
                "administrator": _administrator,
                "roles": one("role.name"),
                "created": moment("dateAdded", null=_NO_DATE),
                "last_sign_in": moment("lastLogin", null=None),
            },
            settle=_settle,
        ),
        Listing(
            call=Call(
                section="webhooks",
                path="/api/hooks",
                permission="webhook:webhooks:viewother",
                repeats="per 100 webhooks",
            ),
            silent=True,
            pages=PAGES,
            items="hooks",
            params=BY_ID,
            subject=Integration,
            fixed={"kind": "webhook"},
            facts={
                "enabled": flag("isPublished"),
                "host": host("webhookUrl"),
                "encrypted": encrypted("webhookUrl"),
                "signed": present("secret"),
                "events": texts("triggers"),
            },
        ),
        Listing(
            call=Call(
                section="forms",
                path="/api/forms",
                permission="form:forms:viewother",
                repeats="per 100 forms",
            ),
            silent=True,
            pages=PAGES,
            items="forms",
            params=BY_ID,
            subject=Form,
            facts={
                "published": flag("isPublished"),
                "fields": form_fields(
                    "fields", name="alias", kind="type", required="isRequired", label="label"
                ),
                "html": body("cachedHtml"),
            },
        ),
        Listing(
            call=Call(
                section="e-mails",
                path="/api/emails",
                permission="email:emails:viewother",
                repeats="per 100 e-mails",
            ),
            silent=True,
            pages=PAGES,
            items="emails",
            params=BY_ID,
            subject=Message,
            facts={
                "published": flag("isPublished"),
                "title": text("subject"),
                "from_address": text("fromAddress", null=None),
                "from_name": text("fromName", null=None),
                "html": body("customHtml"),
                "text": body("plainText"),
            },
        ),
        Single(
            call=Call(section="contacts", path="/api/contacts", permission="lead:leads:viewother"),
            optional=True,
            silent=True,
            params={"start": BEYOND_ALL, "limit": 1, "minimal": 1},
            subject=Audience,
            id="contacts",
            name="Contacts",
            facts={"contacts": number("total")},
        ),
    ),
    hidden={
        "Person.mfa": _NO_SECOND_FACTOR,
        "Account.mfa_enforced": _NO_SECOND_FACTOR,
        "Person.signs_in_by_sso": Unknown(
            Reason.NOT_EXPOSED,
            Text.of("Mautic does not tell who signs in through the identity provider."),
            Text.of("Give `local_config`; without single sign-on nobody does."),
        ),
        "Person.password_changed": Unknown(
            Reason.NOT_EXPOSED,
            Text.of(
                "Mautic keeps no date of a password change, neither in the account nor in its log."
            ),
            Text.of("Keep the date in the list of people (`people`), or attest your procedure."),
        ),
        "Account.session_idle_minutes": Unknown(
            Reason.NOT_EXPOSED,
            Text.of("The server's PHP ends sessions, not Mautic."),
            Text.of("Attest session.gc_maxlifetime of the server's php.ini."),
        ),
        "Integration.last_used": Unknown(
            Reason.NOT_EXPOSED,
            Text.of("Mautic's API does not tell when a webhook was last delivered."),
            Text.of("Look at the webhook's log in Mautic."),
        ),
        **dict.fromkeys(IN_FILE, _NAME_LOCAL_CONFIG),
    },
    rights_at="Settings > Roles > Permissions",
    recipe=Text.of(
        "1. Under Settings, Roles, make a role “mamori” without full system access and with these "
        "permissions only: Users - View (user:users:view); Webhooks - View Others "
        "(webhook:webhooks:viewother); Forms - View Others (form:forms:viewother); Emails - View "
        "Others (email:emails:viewother). The audit log needs none. With Contacts - View Others "
        "(lead:leads:viewother) mamori would also tell how many contacts there are; leave it out "
        "where the number does not matter. 2. Under Settings, Users, make a user with that role "
        "and a long random password, and give username and password in `credential`. This needs "
        "HTTP basic auth, which mamori will report; an OAuth 2 client (client_id, client_secret) "
        "does without, but one that Mautic's own screen makes may do everything, which mamori will "
        "report instead."
    ),
    verified="2026-11-24, running Mautic 5.2.10, 6.0.8, 7.0.0 and 7.0.2",
)
