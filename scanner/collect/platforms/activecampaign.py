"""Reads an ActiveCampaign account: its users and their groups, webhooks and e-mails.

Its keys have no scopes: each may do what its user's group may, so mamori asks what that is. Flags
are the texts "0" and "1".
"""

from __future__ import annotations

from typing import Any

from scanner.collect.answers import (
    MOST_TEXT,
    Record,
    absent,
    always,
    body,
    encrypted,
    flag,
    host,
    malformed,
    number,
    prefixed,
    text,
    texts,
)
from scanner.collect.connector import connector
from scanner.collect.http import Call, Unanswered
from scanner.collect.paging import Offset, Question, entries
from scanner.collect.platform import Host
from scanner.collect.quota import Rate
from scanner.collect.sections import Listing, Single, Special
from scanner.collect.signing import HeaderKey
from scanner.collect.visit import Visit
from scanner.model import (
    Audience,
    Fact,
    Form,
    FormField,
    Integration,
    Message,
    Person,
    Reason,
    Text,
    Unknown,
)

PAGES = Offset(size_param="limit", size=100, total="meta.total")
MOST_USERS = 200
_USERS_SCREEN = "Settings > Users & Groups"
_SECURITY = "Settings > Security"
_ME = Call(section="own rights", path="/api/3/users/me")
_GROUPS = Call(section="groups", path="/api/3/groups")
_USERS = Call(section="users", path="/api/3/users", repeats="per 100 users")
_GROUP_OF = Call(
    section="group of a user",
    path="/api/3/users/{user_id}/userGroup",
    repeats="per user, at most 200",
)
_RIGHTS = (
    "p_admin",
    "pg_user_add",
    "pg_user_edit",
    "pg_user_delete",
    "pgContactExport",
    "pgContactImport",
    "pgContactDelete",
    "pgGroupEdit",
    "pgMessageSend",
)
"""What a group may be let do that changes things or takes them away."""


async def _read_users(visit: Visit) -> None:
    """Read the groups and what they may, then each user and the group that they belong to."""
    groups = await _groups(visit)
    gap: Unknown | None = None
    asked = 0
    async for record in entries(visit.client, Question(call=_USERS, pages=PAGES, items="users")):
        identity = text("id")(record)
        if isinstance(identity, Unknown) or not identity:
            gap = malformed("id")
            continue
        asked += 1
        group: Record | Unknown = _TOO_MANY
        if asked <= MOST_USERS:
            group = await _group_of(visit, identity, groups)
        if isinstance(group, Unknown):
            gap = group
        visit.gathering.add(_person(visit, record, identity, group))
    if gap is not None:
        raise Unanswered(gap)


def _person(visit: Visit, record: Record, identity: str, group: Record | Unknown) -> Any:
    known = group if isinstance(group, Record) else None
    untold = group if isinstance(group, Unknown) else absent("group")
    title = text("title")(known) if known else untold
    name = " ".join(
        part
        for field in ("firstName", "lastName")
        if isinstance(part := text(field)(record), str) and part
    )
    return visit.subject(
        Person,
        record,
        identity,
        name or identity,
        {
            "email": text("email")(record),
            "username": text("username")(record),
            "can_sign_in": True,
            "machine": False,
            "administrator": flag("p_admin")(known) if known else untold,
            "roles": (title,) if isinstance(title, str) else title,
        },
    )


async def _groups(visit: Visit) -> dict[str, Record]:
    """Return the groups by their id; they are asked for once."""
    if "groups" not in visit.memory:
        question = Question(call=_GROUPS, pages=PAGES, items="groups")
        found = [(text("id")(each), each) async for each in entries(visit.client, question)]
        visit.memory["groups"] = {
            identity: record for identity, record in found if isinstance(identity, str)
        }
    groups: dict[str, Record] = visit.memory["groups"]
    return groups


async def _group_of(visit: Visit, user: str, groups: dict[str, Record]) -> Record | Unknown:
    try:
        answer = await visit.client.get(_GROUP_OF, user_id=user)
    except Unanswered as refused:
        return visit.lacking(refused.unknown, _GROUP_OF)
    group = text("userGroup.group")(Record(answer.json()))
    if isinstance(group, Unknown):
        return group
    return groups.get(group) or absent("groups")


async def _read_own_rights(visit: Visit) -> None:
    """Learn what mamori's key may do: all that the group of its user may."""
    answer = await visit.client.get(_ME)
    user = text("user.id")(Record(answer.json()))
    if isinstance(user, Unknown):
        raise Unanswered(user)
    group = await _group_of(visit, user, await _groups(visit))
    if isinstance(group, Unknown):
        raise Unanswered(group)
    rights = {right: flag(right)(group) for right in _RIGHTS}
    untold = [each for each in rights.values() if isinstance(each, Unknown)]
    granted = tuple(right for right, allowed in rights.items() if allowed is True)
    visit.gathering.account(scanner_excess=untold[0] if untold and not granted else granted)


_SHOWN = frozenset({"header", "html", "image"})
"""Parts of a form that nobody fills in."""


def _fields(record: Record) -> Fact[tuple[FormField, ...]]:
    if not isinstance(record.at("cfields"), list):
        return absent("cfields") if not record.has("cfields") else malformed("cfields")
    found = []
    for each in record.records("cfields"):
        kind, label = text("type")(each), text("header", null="")(each)
        if isinstance(kind, Unknown):
            return malformed("cfields")
        if kind not in _SHOWN:
            must = flag("required", null=False)(each)
            label = label if isinstance(label, str) else ""
            found.append(
                FormField(name=label or kind, kind=kind, label=label, required=must is True)
            )
    return tuple(found)


def _texts_of_form(record: Record) -> Fact[str]:
    """Return the texts that a form shows beside its fields, as HTML."""
    if not isinstance(record.at("cfields"), list):
        return absent("cfields") if not record.has("cfields") else malformed("cfields")
    parts = [body("body")(record)]
    for each in record.records("cfields"):
        kind = text("type")(each)
        if isinstance(kind, str) and kind in _SHOWN:
            parts += [text("header", null="")(each), body("html")(each)]
    return "\n".join(each for each in parts if isinstance(each, str) and each)[:MOST_TEXT]


_TOO_MANY = Unknown(
    Reason.TOO_LARGE,
    Text.of("There are more of them than are asked for one by one in one scan."),
)
_NO_STATE = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("ActiveCampaign does not tell whether a message was sent."),
    Text.of("Give a sample of what is sent under `messages`."),
)

ACTIVECAMPAIGN = connector(
    name="activecampaign",
    title="ActiveCampaign",
    hosts=(Host(url="https://{account}.api-us1.com"),),
    signing=(HeaderKey(header="Api-Token"),),
    rates=(Rate(requests=5, seconds=1),),
    sections=(
        Special(
            call=_ME,
            run=_read_own_rights,
            calls=(_GROUPS, _GROUP_OF),
            facts=("Account.scanner_excess",),
        ),
        Special(
            call=_USERS,
            run=_read_users,
            facts=(
                "Person.email",
                "Person.username",
                "Person.can_sign_in",
                "Person.machine",
                "Person.administrator",
                "Person.roles",
            ),
            kinds=(Person,),
        ),
        Listing(
            call=Call(section="webhooks", path="/api/3/webhooks"),
            pages=PAGES,
            items="webhooks",
            subject=Integration,
            id=prefixed("webhook"),
            facts={
                "enabled": always(True),  # noqa: FBT003 - a webhook that exists is called
                "host": host("url"),
                "encrypted": encrypted("url"),
                "signed": always(False),  # noqa: FBT003 - ActiveCampaign cannot
                "events": texts("events"),
            },
        ),
        Listing(
            call=Call(section="e-mails", path="/api/3/messages", repeats="per 100 e-mails"),
            pages=PAGES,
            items="messages",
            subject=Message,
            id=prefixed("message"),
            name=text("name"),
            facts={
                "published": always(_NO_STATE),
                "title": text("subject", null=""),
                "from_address": text("fromemail", null=None),
                "from_name": text("fromname", null=None),
                "html": body("html"),
                "text": body("text"),
            },
        ),
        Listing(
            call=Call(section="forms", path="/api/3/forms", repeats="per 100 forms"),
            pages=PAGES,
            items="forms",
            subject=Form,
            id=prefixed("form"),
            name=text("name"),
            facts={
                "published": always(True),  # noqa: FBT003 - each has a page of its own
                "fields": _fields,
                "html": _texts_of_form,
            },
        ),
        Single(
            call=Call(section="contacts", path="/api/3/contacts"),
            items="meta",
            params={"limit": 1},
            subject=Audience,
            id="contacts",
            facts={"contacts": number("total")},
        ),
    ),
    screens={
        "Account.mfa_enforced": _SECURITY,
        "Account.sso_configured": _SECURITY,
        "Account.sso_enforced": _SECURITY,
        "Person.mfa": _USERS_SCREEN,
        "Person.last_sign_in": _USERS_SCREEN,
        "Person.created": _USERS_SCREEN,
        "Person.password_changed": _USERS_SCREEN,
        "Credential": "Settings > Developer",
    },
    recipe=Text.of(
        "Under Settings > Users & Groups, make a group with no right but to see messages, forms, "
        "contacts and settings, and a user “mamori” in it. Sign in as that user, and give the key "
        "under Settings > Developer in `credential` (token) and the address beside it in `url`. "
        "ActiveCampaign's keys have no scopes: each may do what its user may."
    ),
    verified="2026-08-13, ActiveCampaign's OpenAPI description of v3",
    unverified=(
        "the answer that names the group of a user (read: userGroup.group)",
        "which rights a user needs to see users and groups",
    ),
)
