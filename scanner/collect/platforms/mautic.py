"""Reads a Mautic 4 to 7: its API with an account of its own, and its `config/local.php`.

What Mautic answers is told in docs/platforms/mautic.md. Three habits of it shape this file: lists
come as lists or as objects keyed by id; a role that may see only its own things gets status 200 and
an empty list; and an account that uses nothing but the API never has a last sign-in.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from scanner.collect.http import Answer, BasicAuth, BearerAuth, Call, Client, Unanswered
from scanner.collect.platform import Platform, Reading
from scanner.collect.platforms.local_file import imported
from scanner.collect.platforms.mautic_local import LocalConfiguration, read_local
from scanner.collect.platforms.mautic_releases import behaviour
from scanner.collect.platforms.releases import advisories, parse_release
from scanner.collect.vaults.secret import Secret
from scanner.model import (
    NOT_COLLECTED,
    Audience,
    Fact,
    Form,
    FormField,
    Integration,
    Message,
    Person,
    Reason,
    Software,
    Subject,
    Text,
    Unknown,
)

PAGE = 100
SIGN_INS = 2000
"""The newest sign-ins that are read from the audit log; older ones could only repeat them."""
BEYOND_ALL = 1_000_000_000
"""A place in the list of contacts where there are none: the total comes without anybody's data."""
MOST_ENTRIES = 200_000
"""Entries read of one list."""
MOST_TEXT = 262_144
"""Characters kept of one body."""
MOST_TEXT_IN_ALL = 67_108_864
"""Characters kept of all bodies of one target."""

TOKEN = Call(
    section="sign-in",
    path="/oauth/v2/token",
    method="POST",
    repeats="once, with an OAuth 2 client only",
)
SELF = Call(
    section="sign-in",
    path="/api/users/self",
    facts=("Account.scanner_excess", "Account.api_password_sign_in", "Software.version"),
)
SIGN_IN_LOG = Call(
    section="audit log",
    path="/api/stats/audit_log",
    facts=("Account.audit_log", "Person.last_sign_in"),
    repeats="per 500 sign-ins, at most 4 times",
)
USERS = Call(
    section="users",
    path="/api/users",
    permission="user:users:view",
    facts=(
        "Person.email",
        "Person.username",
        "Person.can_sign_in",
        "Person.administrator",
        "Person.roles",
        "Person.created",
        "Person.last_sign_in",
    ),
    repeats="per 100 users",
)
WEBHOOKS = Call(
    section="webhooks",
    path="/api/hooks",
    permission="webhook:webhooks:viewother",
    facts=(
        "Integration.host",
        "Integration.encrypted",
        "Integration.signed",
        "Integration.enabled",
        "Integration.events",
    ),
    repeats="per 100 webhooks",
)
FORMS = Call(
    section="forms",
    path="/api/forms",
    permission="form:forms:viewother",
    facts=("Form.published", "Form.fields", "Form.html"),
    repeats="per 100 forms",
)
EMAILS = Call(
    section="e-mails",
    path="/api/emails",
    permission="email:emails:viewother",
    facts=(
        "Message.published",
        "Message.title",
        "Message.from_address",
        "Message.from_name",
        "Message.html",
        "Message.text",
    ),
    repeats="per 100 e-mails",
)
CONTACTS = Call(
    section="contacts",
    path="/api/contacts",
    permission="lead:leads:viewother",
    facts=("Audience.contacts",),
)

_LISTS: tuple[type[Subject], ...] = (Person, Integration, Form, Message, Audience, Software)
_LISTED_BY_API: tuple[type[Subject], ...] = (Person, Integration, Form, Message, Audience)
_READ_BY_API = ("audit_log", "scanner_excess", "api_password_sign_in")


async def read(reading: Reading) -> None:
    """Read one Mautic into `reading.gathering`."""
    mautic = _Mautic(reading)
    try:
        await mautic.sign_in()
    except Unanswered as gap:
        reading.gathering.missing("sign-in", gap.unknown, *_LISTED_BY_API)
        reading.gathering.account(**dict.fromkeys(_READ_BY_API, gap.unknown))
        mautic.keep_software(mautic.read_local_config(), gap.unknown)
        return
    except Exception:
        # The file on disk is not to be lost with whatever the server did.
        mautic.keep_software(mautic.read_local_config(), _NOT_READ)
        raise
    mautic.keep_software(mautic.read_local_config())
    await mautic.read_sections()


class _Role(msgspec.Struct, frozen=True):
    """What the scanner's own credential may do."""

    administrator: bool
    levels: dict[str, tuple[str, ...]]
    """The rights by area, as `{"email:emails": ("viewown", "viewother")}`."""

    def grants(self, permission: str) -> bool:
        area, _, level = permission.rpartition(":")
        held = self.levels.get(area, ())
        return self.administrator or level in held or "full" in held

    @property
    def excess(self) -> tuple[str, ...]:
        """The rights beyond looking."""
        if self.administrator:
            return ("administrator",)
        return tuple(
            f"{area}:{level}"
            for area, levels in sorted(self.levels.items())
            for level in levels
            if not level.startswith("view") and area != "api:access"
        )


class _Mautic:
    """One Mautic while it is read."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._gathering = reading.gathering
        self._local: LocalConfiguration | None = None
        self._version: Fact[str] = NOT_COLLECTED
        self._role: _Role | None = None
        self._own_id: str | None = None
        self._by_basic = False
        self._takes_passwords: bool | None = None
        """What signing in has proven of the API."""
        self._sign_ins: dict[str, datetime] = {}
        self._room = MOST_TEXT_IN_ALL

    @property
    def _client(self) -> Client:
        if self._reading.client is None:
            raise Unanswered(
                Unknown(
                    Reason.NOT_CONFIGURED,
                    Text.of("The target has no address, so its API was not read."),
                    Text.of("Give the address of the Mautic in `url`."),
                )
            )
        return self._reading.client

    async def sign_in(self) -> None:
        """Sign in, and find out as whom.

        Raises:
            Unanswered: nothing else of the API could be read either.
        """
        await self._sign()
        try:
            me = _object((await self._get(SELF)).json())
        except Unanswered as gap:
            if gap.unknown.reason is Reason.DISABLED:
                self._takes_passwords = False
            if gap.unknown.reason not in _SURVIVABLE:
                raise
            self._gathering.missing("sign-in", gap.unknown)
            self._gathering.account(scanner_excess=gap.unknown)
            return
        if self._by_basic:
            self._takes_passwords = True
        self._own_id = _id(me)
        self._role = _role(me.get("role"))
        self._gathering.account(
            scanner_excess=_ROLE_NOT_TOLD if self._role is None else self._role.excess
        )

    async def _sign(self) -> None:
        client, login = self._client, self._reading.target.credential
        secrets = self._reading.secrets
        if login is not None and login.username is not None and "password" in secrets:
            client.sign(BasicAuth(login.username, secrets["password"]))
            self._by_basic = True
        elif login is not None and login.client_id is not None and "client_secret" in secrets:
            client.sign(BearerAuth(await self._token(login.client_id, secrets["client_secret"])))
        elif "token" in secrets:
            client.sign(BearerAuth(secrets["token"]))
        elif self._reading.no_secret is not None:
            raise Unanswered(self._reading.no_secret)
        else:
            raise Unanswered(
                Unknown(
                    Reason.NOT_CONFIGURED,
                    Text.of("No credential for the API is configured."),
                    Text.of(
                        "Give in `credential` a username and password, or a client_id and "
                        "client_secret, or a token."
                    ),
                )
            )

    async def _token(self, client_id: str, client_secret: Secret) -> Secret:
        """Return the access token of an OAuth 2 client (RFC 6749 §4.4)."""
        answer = await self._client.post(
            TOKEN,
            {
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": client_secret.reveal(),
            },
        )
        token = _object(answer.json()).get("access_token")
        if not isinstance(token, str) or not token:
            raise Unanswered(
                Unknown(Reason.MALFORMED, Text.of("Mautic's answer holds no access token."))
            )
        return Secret.of(token)

    def read_local_config(self) -> dict[str, Any]:
        """Keep what local.php tells of the account, and return what it tells of the software."""
        given = self._reading.target.local_config
        if given is None:
            self._keep_account({})
            return {}
        release = parse_release(self._version) if isinstance(self._version, str) else None
        found: list[LocalConfiguration] = []
        with self._gathering.section("local_config"):
            path = self._reading.settings.path(given)
            found.append(read_local(path, release[0] if release else None))
        if found:
            self._local = found[0]
            self._keep_account(self._local.account)
            return self._local.software
        gap = self._gathering.problems[-1].as_unknown()
        self._keep_account(dict.fromkeys(_LOCAL_ACCOUNT, gap))
        return dict.fromkeys(_LOCAL_SOFTWARE, gap)

    def _keep_account(self, local: dict[str, Any]) -> None:
        """Keep facts of the file, but for what signing in has proven, which outweighs it."""
        proven = self._takes_passwords
        claimed = local.get("api_password_sign_in")
        if proven is not None:
            local = {**local, "api_password_sign_in": proven}
        witnesses = imported(local)
        if proven is not None:
            witnesses.pop("api_password_sign_in")
            if isinstance(claimed, bool) and claimed is not proven:
                self._gathering.account(
                    contradictions=(
                        f"Account api_password_sign_in: api={proven}, import={claimed}",
                    )
                )
        self._gathering.account(**local, witnesses=witnesses)

    def keep_software(self, settings: dict[str, Any], gap: Unknown | None = None) -> None:
        """Keep the product with `settings`, its version and what follows from that.

        `gap` says why there is no version.
        """
        version = self._version if gap is None else gap
        facts: dict[str, Any] = {"version": version, "advisories": version}
        if isinstance(version, str):
            facts = {"version": version, **advisories("mautic", version)}
            self._gathering.account(**behaviour(version))
        with self._gathering.section("software", Software):
            self._gathering.add(
                Software(
                    id="mautic",
                    name="Mautic",
                    product="Mautic",
                    witnesses=imported(settings),
                    **facts,
                    **settings,
                )
            )

    async def read_sections(self) -> None:
        """Read everything else, each section for itself."""
        section = self._gathering.section
        with section("audit log", account=("audit_log",)):
            await self._read_sign_ins()
        with section("users", Person):
            await self._list(USERS, "users", self._person)
        with section("webhooks", Integration):
            await self._list(WEBHOOKS, "hooks", self._webhook)
        with section("forms", Form):
            await self._list(FORMS, "forms", self._form)
        with section("e-mails", Message):
            await self._list(EMAILS, "emails", self._message)
        with section("contacts", Audience):
            contacts = await self._contacts()
            self._gathering.add(Audience(id="contacts", name="Contacts", contacts=contacts))

    async def _get(self, call: Call, params: Mapping[str, Any] | None = None) -> Answer:
        try:
            answer = await self._client.get(call, params)
        except Unanswered as gap:
            if gap.unknown.reason is Reason.NOT_PERMITTED and call.permission:
                raise Unanswered(_not_permitted(call), gap.status) from None
            raise
        if self._version is NOT_COLLECTED:
            self._version = _version(answer)
        return answer

    async def _list(self, call: Call, key: str, make: Callable[[str, dict[str, Any]], Any]) -> None:
        """Add what `make` makes of every entry that `call` lists.

        Raises:
            Unanswered: the list is not complete; what could be read of it has been added.
        """
        if self._role is not None and not self._role.grants(call.permission):
            raise Unanswered(_not_permitted(call))
        async for identity, record in self._entries(call, key):
            self._gathering.add(make(identity, record))
        if self._role is None and call.permission.endswith(":viewother"):
            raise Unanswered(_ROLE_NOT_TOLD)

    async def _entries(
        self, call: Call, key: str, page: int = PAGE, **more: Any
    ) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Yield each entry once with its id, through all pages, and end whatever the server says.

        Raises:
            Unanswered: a page failed, or fewer entries came than were announced.
        """
        seen: set[str] = set()
        start = broken = 0
        order = more or {"orderBy": "id", "orderByDir": "ASC"}
        while True:
            try:
                answer = await self._get(call, {"start": start, "limit": page, **order})
            except Unanswered as gap:
                if gap.unknown.reason is not Reason.TOO_LARGE or page == 1:
                    raise
                page = max(1, page // 10)
                continue
            total, entries = _envelope(answer.json(), key)
            if len(entries) > page or len(seen) > MOST_ENTRIES:
                raise Unanswered(_TOO_MANY)
            fresh = 0
            for identity, record in entries:
                if identity is None or record is None:
                    broken += 1
                elif identity not in seen:
                    seen.add(identity)
                    fresh += 1
                    yield identity, record
            start += len(entries)
            if not fresh or (len(entries) < page and start >= total):
                break
        if broken or len(seen) < total:
            raise Unanswered(_incomplete(max(total, len(seen) + broken), len(seen)))

    async def _read_sign_ins(self) -> None:
        """Learn from the audit log when each user last used the sign-in form."""
        conditions = {
            f"where[{place}][{part}]": value
            for place, (column, wanted) in enumerate((("object", "security"), ("action", "login")))
            for part, value in (("col", column), ("expr", "eq"), ("val", wanted))
        }
        newest_first = {"order[0][col]": "id", "order[0][dir]": "DESC"}
        count = 0
        async for _, row in self._entries(SIGN_IN_LOG, "stats", 500, **conditions, **newest_first):
            count += 1
            when = _time(row, "date_added")
            user = _identity(row.get("user_id"))
            if user is not None and isinstance(when, datetime):
                self._sign_ins[user] = max(when, self._sign_ins.get(user, when))
            if count >= SIGN_INS:
                break
        self._gathering.account(audit_log=True if self._sign_ins else _NO_SIGN_IN_LOGGED)

    def _person(self, identity: str, record: dict[str, Any]) -> Person:
        role = record.get("role")
        own = identity == self._own_id
        last_sign_in = self._last_sign_in(identity, record)
        sso = self._local.account["sso_configured"] if self._local else None
        return Person(
            id=identity,
            name=_full_name(record) or identity,
            email=_text(record, "email"),
            username=_text(record, "username"),
            can_sign_in=_flag(record, "isPublished"),
            # Only people use the form: whose account it is when mamori was lent a person's.
            machine=own and not isinstance(last_sign_in, datetime),
            administrator=_administrator(role),
            roles=_roles(role),
            signs_in_by_sso=False if sso is False else NOT_COLLECTED,
            created=_created(record),
            last_sign_in=self._reading.now if own else last_sign_in,
        )

    def _last_sign_in(self, identity: str, record: dict[str, Any]) -> Fact[datetime | None]:
        """Return the later of what the account and the audit log say; both know the form only."""
        told = _time(record, "lastLogin")
        logged = self._sign_ins.get(identity)
        if isinstance(told, datetime) and logged is not None:
            return max(told, logged)
        return told if logged is None else logged

    def _webhook(self, identity: str, record: dict[str, Any]) -> Integration:
        try:
            url = urlsplit(record.get("webhookUrl") or "")
            scheme, host = str(url.scheme), url.hostname
        except (ValueError, TypeError, AttributeError):
            scheme, host = "", None
        unreadable = _malformed("webhookUrl")
        return Integration(
            id=identity,
            name=_name(record) or identity,
            kind="webhook",
            enabled=_flag(record, "isPublished"),
            # Path and query of the address may hold a token, so they stay here.
            host=str(host) if host else unreadable,
            encrypted=scheme == "https" if host else unreadable,
            signed=_signed(record),
            events=_texts(record, "triggers"),
        )

    def _form(self, identity: str, record: dict[str, Any]) -> Form:
        return Form(
            id=identity,
            name=_name(record) or identity,
            published=_flag(record, "isPublished"),
            fields=_form_fields(record),
            html=self._body(record, "cachedHtml"),
        )

    def _message(self, identity: str, record: dict[str, Any]) -> Message:
        return Message(
            id=identity,
            name=_name(record) or identity,
            published=_flag(record, "isPublished"),
            title=_text(record, "subject"),
            from_address=_optional_text(record, "fromAddress"),
            from_name=_optional_text(record, "fromName"),
            html=self._body(record, "customHtml"),
            text=self._body(record, "plainText"),
        )

    def _body(self, record: dict[str, Any], field: str) -> Fact[str]:
        """Return a body; null means an empty one."""
        body = _optional_text(record, field)
        if not isinstance(body, str):
            return "" if body is None else body
        if len(body) > min(MOST_TEXT, self._room):
            return Unknown(Reason.TOO_LARGE, Text.of("The body is larger than mamori keeps."))
        self._room -= len(body)
        return body

    async def _contacts(self) -> Fact[int]:
        """Return how many contacts there are, without asking for any of them."""
        if self._role is None:
            return _ROLE_NOT_TOLD
        if not self._role.grants(CONTACTS.permission):
            # The recipe leaves this right out, so it is no problem of the scan.
            return _not_permitted(CONTACTS)
        answer = await self._get(CONTACTS, {"start": BEYOND_ALL, "limit": 1, "minimal": 1})
        total = _total(_object(answer.json()).get("total"))
        return _malformed("total") if total is None else total


# What Mautic's answers are made of.


def _object(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise Unanswered(
        Unknown(Reason.MALFORMED, Text.of("The answer is JSON, but not the object expected."))
    )


def _envelope(value: Any, key: str) -> tuple[int, list[tuple[str | None, dict[str, Any] | None]]]:
    """Return the announced total and the entries of one page, each with its id."""
    body = _object(value)
    if key not in body:
        raise Unanswered(_refused_within(body) or _malformed(key))
    entries = list(_records(body[key]))
    total = _total(body.get("total"))
    return (0 if total is None else total), entries


def _refused_within(body: dict[str, Any]) -> Unknown | None:
    """Return what an answer of status 200 says that ought to be 403; statistics do that."""
    match body:
        case {"errors": [{"code": 403}, *_]}:
            return Unknown(
                Reason.NOT_PERMITTED, Text.of("The role of mamori's account has no right to this.")
            )
    return None


def _records(value: Any) -> Iterator[tuple[str | None, dict[str, Any] | None]]:
    """Yield the entries of a list, or of an object keyed by id."""
    if isinstance(value, list):
        for record in value:
            yield (_id(record), record) if isinstance(record, dict) else (None, None)
    elif isinstance(value, dict):
        for key, record in value.items():
            yield (_id(record) or key, record) if isinstance(record, dict) else (None, None)
    elif value is not None:
        raise Unanswered(
            Unknown(Reason.MALFORMED, Text.of("The answer is JSON, but not the list expected."))
        )


def _total(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value):
        return int(value)
    return value if type(value) is int and value >= 0 else None


def _id(record: dict[str, Any]) -> str | None:
    return _identity(record.get("id"))


def _identity(value: Any) -> str | None:
    """Return an id as text; Mautic writes it as a number or as its digits."""
    if type(value) is int:
        return str(value)
    return value if isinstance(value, str) and 0 < len(value) <= 64 else None


def _role(value: Any) -> _Role | None:
    """Return the role in an answer, or None where it cannot be made out."""
    if not isinstance(value, dict):
        return None
    administrator = _flag(value, "isAdmin")
    if isinstance(administrator, Unknown):
        return None
    permissions = value.get("rawPermissions") or {}
    if not isinstance(permissions, dict):
        return None
    levels = {
        area: tuple(held.values()) if isinstance(held, dict) else held
        for area, held in permissions.items()
    }
    try:
        return msgspec.convert({"administrator": administrator, "levels": levels}, _Role)
    except msgspec.ValidationError:
        return None


_AS_GOOD_AS_ADMINISTRATOR = (
    "user:users:edit",
    "user:users:create",
    "user:roles:edit",
)
_MISSING = object()


def _fact(record: Any, field: str, kinds: type | tuple[type, ...]) -> Any:
    """Return the field of `record` if it is of one of `kinds`, else why it is unknown."""
    value = record.get(field, _MISSING) if isinstance(record, dict) else _MISSING
    if value is _MISSING:
        return _absent(field)
    return value if isinstance(value, kinds) else _malformed(field)


def _text(record: Any, field: str) -> Fact[str]:
    value: Fact[str] = _fact(record, field, str)
    return value


def _optional_text(record: Any, field: str) -> Fact[str | None]:
    value = _fact(record, field, (str, type(None)))
    return None if value == "" else value


def _flag(record: Any, field: str) -> Fact[bool]:
    value = _fact(record, field, (bool, int, str))
    if isinstance(value, bool | Unknown):
        return value
    return value in (1, "1") if value in (0, 1, "0", "1") else _malformed(field)


def _texts(record: Any, field: str) -> Fact[tuple[str, ...]]:
    value = _fact(record, field, (list, dict))
    parts = list(value.values()) if isinstance(value, dict) else value
    if isinstance(parts, Unknown):
        return parts
    return tuple(parts) if all(isinstance(part, str) for part in parts) else _malformed(field)


def _time(record: Any, field: str) -> Fact[datetime | None]:
    """Return a moment; those of the audit log are UTC without saying so."""
    value: Fact[str | None] = _fact(record, field, (str, type(None)))
    if not isinstance(value, str):
        return value
    try:
        when = datetime.fromisoformat(value)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return _malformed(field)


def _created(record: dict[str, Any]) -> Fact[datetime]:
    when = _time(record, "dateAdded")
    if when is None:
        return Unknown(
            Reason.NOT_EXPOSED,
            Text.of("Mautic keeps no date for the account that its installer made."),
        )
    return when


def _signed(record: dict[str, Any]) -> Fact[bool]:
    """Tell whether there is a signing secret; the secret itself goes nowhere."""
    secret = _optional_text(record, "secret")
    return secret if isinstance(secret, Unknown) else secret is not None


def _name(record: dict[str, Any]) -> str:
    name = record.get("name")
    return name if isinstance(name, str) else ""


def _full_name(record: dict[str, Any]) -> str:
    names = (record.get("firstName"), record.get("lastName"))
    full = " ".join(name for name in names if isinstance(name, str) and name)
    username = record.get("username")
    return full or (username if isinstance(username, str) else "")


def _administrator(role: Any) -> Fact[bool]:
    """Tell whether a role may do everything, or may give itself the right to.

    Who may edit users can take the role of an administrator, and who may edit roles can make an
    administrator's of their own (tried on 5.2.10); Mautic ignores whether a role is published.
    """
    rights = _role(role)
    if rights is None:
        told = _flag(role, "isAdmin")
        return True if told is True else _malformed("role")
    return any(map(rights.grants, _AS_GOOD_AS_ADMINISTRATOR))


def _roles(role: Any) -> Fact[tuple[str, ...]]:
    name = _text(role, "name")
    return name if isinstance(name, Unknown) else (name,)


def _form_fields(record: dict[str, Any]) -> Fact[tuple[FormField, ...]]:
    entries = _fact(record, "fields", (list, dict))
    if isinstance(entries, Unknown):
        return entries
    fields = []
    for entry in entries.values() if isinstance(entries, dict) else entries:
        name, kind = _text(entry, "alias"), _text(entry, "type")
        required = _flag(entry, "isRequired")
        if isinstance(name, Unknown) or isinstance(kind, Unknown) or isinstance(required, Unknown):
            return _malformed("fields")
        label = _optional_text(entry, "label")
        fields.append(
            FormField(
                name=name,
                kind=kind,
                label=label if isinstance(label, str) else "",
                required=required,
            )
        )
    return tuple(fields)


# Why something is unknown.

_NOT_READ = Unknown(Reason.BUG, Text.of("The API could not be read."))
_TOO_MANY = Unknown(
    Reason.TOO_LARGE, Text.of("Mautic listed more entries than were asked for, or than is sane.")
)

_SURVIVABLE = frozenset(
    {Reason.MALFORMED, Reason.NOT_PERMITTED, Reason.SERVER_ERROR, Reason.TOO_LARGE}
)
"""After these the rest of the API is still worth asking."""

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


def _absent(field: str) -> Unknown:
    return Unknown(
        Reason.NOT_EXPOSED, Text.of("This Mautic's answer has no field {field}.", field=field)
    )


def _malformed(field: str) -> Unknown:
    return Unknown(
        Reason.MALFORMED,
        Text.of("The field {field} of Mautic's answer is not of the form expected.", field=field),
    )


def _incomplete(announced: int, read_: int) -> Unknown:
    return Unknown(
        Reason.MALFORMED,
        Text.of(
            "Mautic announced {announced} entries, and {read} could be read.",
            announced=announced,
            read=read_,
        ),
        Text.of("Scan again; if it stays so, look for errors in Mautic's log."),
    )


def _not_permitted(call: Call) -> Unknown:
    return Unknown(
        Reason.NOT_PERMITTED,
        Text.of("The role of mamori's account lacks {permission}.", permission=call.permission),
        Text.of(
            "Give the role {permission} (Settings, Roles, Permissions).",
            permission=call.permission,
        ),
    )


def explain(status: int, body: bytes) -> Unknown | None:
    """Read Mautic's own refusals; None for those that mean what they always mean."""
    kind = _error_kind(body)
    if status == 403 and kind == "api_disabled":
        return Unknown(
            Reason.DISABLED,
            Text.of("Mautic's API is switched off."),
            Text.of("Switch it on under Configuration, API Settings, API enabled."),
        )
    if status == 403 and kind == "access_denied":
        return Unknown(
            Reason.DISABLED,
            Text.of("Mautic's API takes no user name and password."),
            Text.of(
                "Give an OAuth 2 client in `credential` (client_id and client_secret), or switch "
                "on Configuration, API Settings, HTTP basic auth."
            ),
        )
    if status in (400, 401) and kind in ("invalid_client", "unauthorized_client"):
        return Unknown(
            Reason.UNAUTHENTICATED,
            Text.of("Mautic refused the OAuth 2 client."),
            Text.of(
                "Check client_id and client_secret under Settings, API Credentials; the client "
                "must be allowed the grant client_credentials."
            ),
        )
    if status == 401 and kind == "invalid_grant":
        return Unknown(
            Reason.UNAUTHENTICATED,
            Text.of("Mautic refused the token: it is wrong or has expired."),
            Text.of("Give a client_id and client_secret instead, with which mamori gets its own."),
        )
    if status == 401:
        return Unknown(
            Reason.UNAUTHENTICATED,
            Text.of("Mautic refused the user name and password, or the account is unpublished."),
            Text.of("Check `credential`, and the account under Settings, Users."),
        )
    return None


def _error_kind(body: bytes) -> str:
    """Return the `type` of the first error that `body` describes."""
    try:
        first = msgspec.json.decode(body)["errors"][0]["type"]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, LookupError, TypeError):
        return ""
    return first if isinstance(first, str) else ""


def _version(answer: Answer) -> Fact[str]:
    version = answer.headers.get("mautic-version")
    if version is None:
        return Unknown(
            Reason.NOT_EXPOSED,
            Text.of("The answer has no Mautic-Version header; a proxy may take it away."),
            Text.of("Let the header pass, or attest the version."),
        )
    return version if parse_release(version) is not None else _malformed("Mautic-Version")


# What the product does not tell.

_NAME_LOCAL_CONFIG = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("Only Mautic's own configuration file tells this."),
    Text.of(
        "Give the path of config/local.php (Mautic 4: app/config/local.php) in `local_config`, on "
        "the server or as a copy."
    ),
)
_LOCAL_SOFTWARE = (
    "site_https",
    "debug",
    "secret_key_default",
    "trusted_hosts",
    "trusted_proxies",
    "cors_any_origin",
    "hsts_seconds",
    "cookies_secure",
    "cookies_http_only",
    "database_remote",
    "database_encrypted",
    "database_superuser",
    "mailer_remote",
    "mailer_encrypted",
    "config_readable_by_others",
)
_LOCAL_ACCOUNT = (
    "remember_me_days",
    "sso_configured",
    "sso_enforced",
    "api_password_sign_in",
    "api_rate_limited",
)
_NO_SECOND_FACTOR = Unknown(
    Reason.NOT_SUPPORTED,
    Text.of("Mautic has no second factor of its own."),
    Text.of(
        "Let people sign in through a SAML identity provider that demands one, keep the API from "
        "taking passwords, and attest the provider's policy."
    ),
)
_HIDDEN: dict[str, Unknown] = {
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
    **{f"Account.{fact}": _NAME_LOCAL_CONFIG for fact in _LOCAL_ACCOUNT},
    **{f"Software.{fact}": _NAME_LOCAL_CONFIG for fact in _LOCAL_SOFTWARE},
}

_RECIPE = Text.of(
    "1. Under Settings, Roles, make a role “mamori” without full system access and with these "
    "permissions only: Users - View (user:users:view); Webhooks - View Others "
    "(webhook:webhooks:viewother); Forms - View Others (form:forms:viewother); Emails - View "
    "Others (email:emails:viewother). The audit log needs none. With Contacts - View Others "
    "(lead:leads:viewother) mamori would also tell how many contacts there are; leave it out "
    "where the number does not matter. 2. Under Settings, Users, make a user with that role and a "
    "long random password, and give username and password in `credential`. This needs HTTP basic "
    "auth, which mamori will report; an OAuth 2 client (client_id, client_secret) does without, "
    "but one that Mautic's own screen makes may do everything, which mamori will report instead."
)

MAUTIC = Platform(
    name="mautic",
    title="Mautic",
    words=("mautic", "acquia", "marketing", "campaign"),
    calls=(TOKEN, SELF, SIGN_IN_LOG, USERS, WEBHOOKS, FORMS, EMAILS, CONTACTS),
    lists=_LISTS,
    hidden=_HIDDEN,
    recipe=_RECIPE,
    read=read,
    explain=explain,
)
