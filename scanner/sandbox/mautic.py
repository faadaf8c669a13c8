"""A server that speaks Mautic's API as Mautic 7.0.0 was seen to speak it, and reads only.

Its oddities are Mautic's own: lists here and objects keyed by id there, totals as numbers here and
as text there, an empty body for a wrong password, empty lists for a weak role.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scanner.sandbox.company import DOMAIN, NAME, PEOPLE, ROLES, SCANNER, Role, Somebody
from scanner.sandbox.front_door import FrontDoor
from scanner.sandbox.server import Page

VERSION = "7.0.0"
CONTACTS = 18_452
TOKEN_SECONDS = 3600

Query = Mapping[str, str]


class Refusal(Exception):
    """An answer that is no answer."""

    def __init__(self, status: int, message: str, kind: str | None = None, **rest: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body: Any = {"errors": [{"message": message, "code": status, "type": kind, **rest}]}
        self.headers: dict[str, str] = {}


class WrongPassword(Refusal):
    """Mautic's answer to a wrong password says nothing at all."""

    def __init__(self) -> None:
        super().__init__(401, "")
        self.body = None
        self.headers = {"WWW-Authenticate": 'Basic realm="Secured Area"'}


class Mautic:
    """What one instance holds, and who may see it. Nothing in it can be changed."""

    def __init__(self, now: datetime, *, password: str, client_secret: str) -> None:
        self._now = now
        self._passwords = {"mamori": password}
        self._clients = {"1_mamori": client_secret}
        self._tokens: set[str] = set()
        self._routes: Mapping[str, Callable[[Role, Query], Any]] = {
            "users": self._users,
            "roles": self._roles,
            "hooks": self._hooks,
            "forms": self._forms,
            "emails": self._emails,
            "contacts": self._contacts,
            "stats/audit_log": self._audit_log,
        }

    def sign_in(self, authorization: str) -> Somebody | None:
        """Return whose credential it is, None for an OAuth client, which is nobody.

        Raises:
            Refusal: the header is missing or wrong.
        """
        scheme, _, credential = authorization.partition(" ")
        if scheme == "Basic":
            return self._person(credential)
        if scheme == "Bearer" and credential in self._tokens:
            return None
        if scheme == "Bearer":
            raise Refusal(401, "The access token provided is invalid.", "invalid_grant")
        raise Refusal(401, "API authorization denied.", "access_denied")

    def token(self, path: str, form: Query) -> dict[str, Any]:
        """Return what a POST to `path` brings: an access token (RFC 6749, section 4.4).

        Raises:
            Refusal: the client or the grant is unknown, or `path` is another.
        """
        if path != "/oauth/v2/token":
            raise Refusal(403, _NO_ACCESS, details=[])
        known = self._clients.get(form.get("client_id", ""))
        given = form.get("client_secret", "")
        if known is None or not hmac.compare_digest(known.encode(), given.encode()):
            raise Refusal(400, "The client credentials are invalid", "invalid_client")
        if form.get("grant_type") != "client_credentials":
            raise Refusal(
                400, "Invalid grant_type parameter or parameter missing", "invalid_request"
            )
        token = secrets.token_hex(32)
        self._tokens.add(token)
        return {
            "access_token": token,
            "expires_in": TOKEN_SECONDS,
            "token_type": "bearer",
            "scope": None,
        }

    def answer(self, who: Somebody | None, path: str, query: Query) -> Any:
        """Return what stands at `path` under `/api/`, for `who` to see.

        Raises:
            Refusal: there is no such thing, or `who` may not see it.
        """
        role = who.role if who else SCANNER
        if path == "users/self":
            return self._self(who, role)
        if path in self._routes:
            return self._routes[path](role, query)
        section, _, id = path.rpartition("/")
        if section in ("users", "roles", "hooks", "forms", "emails"):
            listed = self._routes[section](role, {"limit": "1000"})[section]
            rows = listed.values() if isinstance(listed, dict) else listed
            for row in rows:
                if str(row["id"]) == id:
                    return {section.removesuffix("s"): row}
            raise Refusal(404, "Item was not found.", details=[])
        raise Refusal(404, f"Requested URL not found: /api/{path}")

    def _person(self, credential: str) -> Somebody:
        try:
            username, _, given = base64.b64decode(credential, validate=True).decode().partition(":")
        except ValueError:
            username = given = ""
        known = self._passwords.get(username, "")
        if not known or not hmac.compare_digest(known.encode(), given.encode()):
            raise WrongPassword
        return next(each for each in PEOPLE if each.username == username)

    def _self(self, who: Somebody | None, role: Role) -> dict[str, Any]:
        whole = {**self._stamps(30), **_role(role)}
        if who is None:
            return {
                "isPublished": True,
                "username": "mamori [1]",
                "firstName": "mamori",
                "lastName": "[1]",
                "role": whole,
                "timezone": "",
                "locale": "",
            }
        return {**self._user(who), "role": whole}

    def _users(self, role: Role, query: Query) -> dict[str, Any]:
        _demand(role, "user:users", "view")
        people = sorted(PEOPLE, key=lambda each: (each.last_name, each.first_name))
        if query.get("orderBy", "").rpartition(".")[2] == "id":
            people.sort(key=lambda each: each.id, reverse=query.get("orderByDir") == "DESC")
        return {
            "total": len(people),
            "users": [self._user(each) for each in _page(people, query)],
        }

    def _user(self, who: Somebody) -> dict[str, Any]:
        last = None if who.signed_in is None else self._moment(who.signed_in)
        return {
            **self._stamps(who.created),
            "isPublished": who.enabled,
            "id": who.id,
            "username": who.username,
            "firstName": who.first_name,
            "lastName": who.last_name,
            "email": who.email,
            "position": None,
            "role": {"createdByUser": None, "modifiedByUser": None, **_role(who.role)},
            "timezone": None,
            "locale": None,
            "lastLogin": last,
            "lastActive": last,
            "signature": None,
        }

    def _roles(self, role: Role, query: Query) -> dict[str, Any]:
        _demand(role, "user:roles", "view")
        rows = [{**self._stamps(600), **_role(each)} for each in ROLES]
        return {"total": len(rows), "roles": list(_page(rows, query))}

    def _hooks(self, role: Role, query: Query) -> dict[str, Any]:
        _demand(role, "webhook:webhooks", "viewother")
        hooks = [
            ("CRM", "https://crm.sorairo.example/in", ["mautic.lead_post_save_new"]),
            ("Data warehouse", "http://dwh.sorairo.example/in", ["mautic.email_on_send"]),
        ]
        rows = [
            {
                **self._stamps(300),
                "id": number,
                "name": name,
                "description": None,
                "webhookUrl": url,
                "secret": secrets.token_hex(32),
                "eventsOrderbyDir": None,
                "category": None,
                "triggers": triggers,
            }
            for number, (name, url, triggers) in enumerate(hooks, 1)
        ]
        return {"total": len(rows), "hooks": _keyed(_page(rows, query))}

    def _forms(self, role: Role, query: Query) -> dict[str, Any]:
        if not _may(role, "form:forms", "viewother"):
            return {"total": 0, "forms": []}
        fields = [("email", "メールアドレス", "email", True), ("tel", "電話番号", "phone", False)]
        rows = [
            {
                **self._stamps(200),
                "id": 1,
                "name": "資料請求",
                "alias": "shiryou",
                "category": None,
                "description": None,
                "cachedHtml": '<form method="post" id="mauticform_shiryou"></form>',
                "publishUp": None,
                "publishDown": None,
                "fields": [
                    {
                        "id": number,
                        "label": label,
                        "showLabel": True,
                        "alias": alias,
                        "type": kind,
                        "defaultValue": None,
                        "isRequired": required,
                        "order": number,
                        "properties": [],
                    }
                    for number, (kind, label, alias, required) in enumerate(fields, 1)
                ],
                "actions": [],
            }
        ]
        return {"total": len(rows), "forms": list(_page(rows, query))}

    def _emails(self, role: Role, query: Query) -> dict[str, Any]:
        if not _may(role, "email:emails", "viewother"):
            return {"total": 0, "emails": []}
        rows = [
            {
                **self._stamps(100),
                "id": 1,
                "name": "Newsletter",
                "subject": "【広告】新商品のご案内",
                "language": "ja",
                "category": None,
                "fromAddress": f"news@{DOMAIN}",
                "fromName": NAME,
                "replyToAddress": None,
                "bccAddress": None,
                "customHtml": "<p>新商品です。</p><a href='{unsubscribe_url}'>配信停止</a>",
                "plainText": "新商品のご案内です。配信停止: {unsubscribe_url}",
                "emailType": "list",
                "publishUp": None,
                "publishDown": None,
                "readCount": 5120,
                "sentCount": 17_903,
                "headers": [],
            }
        ]
        return {"total": len(rows), "emails": _keyed(_page(rows, query))}

    def _contacts(self, role: Role, query: Query) -> dict[str, Any]:
        if not _may(role, "lead:leads", "viewother"):
            return {"total": "0", "contacts": {}}
        row = {
            **self._stamps(10),
            "id": 1,
            "points": 0,
            "color": None,
            "fields": {"all": {"id": 1}},
        }
        return {"total": str(CONTACTS), "contacts": _keyed(_page([row], query)) or {}}

    def _audit_log(self, _role: Role, query: Query) -> dict[str, Any]:
        # Mautic shows this table to every role that may use the API.
        logged = sorted(
            (each for each in PEOPLE if each.signed_in is not None and each.signed_in <= 365),
            key=lambda each: (-(each.signed_in or 0), each.id),
        )
        rows = [
            {
                "id": str(number),
                "user_id": str(who.id),
                "user_name": who.name,
                "bundle": "user",
                "object": "security",
                "object_id": str(who.id),
                "action": "login",
                "details": f'a:1:{{s:8:"username";s:{len(who.username)}:"{who.username}";}}',
                "date_added": self._past(who.signed_in or 0).strftime("%Y-%m-%d %H:%M:%S"),
                "ip_address": "192.0.2.10",
            }
            for number, who in enumerate(logged, 1)
        ]
        rows = [row for row in rows if all(row.get(k) == v for k, v in _conditions(query))]
        column = query.get("order[0][col]", "id")
        rows.sort(
            key=lambda row: int(row["id"]) if column == "id" else row.get(column, ""),
            reverse=query.get("order[0][dir]", "").upper() == "DESC",
        )
        return {"total": str(len(rows)), "stats": list(_page(rows, query))}

    def _stamps(self, days: int) -> dict[str, Any]:
        return {
            "isPublished": True,
            "dateAdded": self._moment(days),
            "dateModified": self._moment(days),
            "createdBy": 1,
            "createdByUser": PEOPLE[0].name,
            "modifiedBy": 1,
            "modifiedByUser": PEOPLE[0].name,
        }

    def _moment(self, days: int) -> str:
        return self._past(days).strftime("%Y-%m-%dT%H:%M:%S+00:00")

    def _past(self, days: int) -> datetime:
        return self._now - timedelta(days=days, hours=1)


class Api(Page):
    """Answers HTTP requests to a `Mautic`."""

    def __init__(self, mautic: Mautic, door: FrontDoor, *connection: Any) -> None:
        self._mautic = mautic
        self._door = door
        super().__init__(*connection)

    def read(self) -> None:
        """Answer a GET."""
        where = urlsplit(self.path)
        if where.path.startswith("/s/"):
            self._show(where.path, {})
            return
        known: dict[str, str] = {}
        try:
            who = self._mautic.sign_in(self.headers.get("Authorization", ""))
            known = {"Mautic-Version": VERSION}
            path = where.path.removeprefix("/api/").strip("/")
            self._send(200, self._mautic.answer(who, path, _first(where.query)), **known)
        except Refusal as refusal:
            self._send(refusal.status, refusal.body, **known, **refusal.headers)

    def write(self) -> None:
        """Answer a POST or the like; only asking for a token and signing in are allowed."""
        form = self.rfile.read(min(_number(self.headers.get("Content-Length"), 0), _MAX_FORM))
        if self.path == "/s/login_check":
            self._show(self.path, _first(form.decode("ascii", "replace")))
            return
        try:
            token = self._mautic.token(self.path, _first(form.decode("ascii", "replace")))
            self._send(200, token)
        except Refusal as refusal:
            self._send(refusal.status, refusal.body, **refusal.headers)

    def _show(self, path: str, form: Query) -> None:
        shown = self._door.answer(path, self.headers.get("Cookie", ""), form)
        data = shown.html.encode()
        self.send_response(shown.status)
        for name, value in {
            **shown.headers,
            "Content-Type": "text/html; charset=UTF-8",
            "Content-Length": str(len(data)),
            "Connection": "close",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def version_string(self) -> str:
        """Name the web server as most installations do."""
        return "nginx"

    def _send(self, status: int, body: Any, **headers: str) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            **headers,
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            "Cache-Control": "no-cache, private",
            "Connection": "close",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


_MAX_FORM = 65_536
_NO_ACCESS = "You do not have access to the requested area/action."


def _may(role: Role, area: str, right: str) -> bool:
    if role.permissions is None:
        return True
    granted = role.permissions.get(area, ())
    return right in granted or "full" in granted


def _demand(role: Role, area: str, right: str) -> None:
    if not _may(role, area, right):
        raise Refusal(403, _NO_ACCESS, details=[])


def _role(role: Role) -> dict[str, Any]:
    return {
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "isAdmin": role.permissions is None,
        "rawPermissions": role.permissions,
    }


def _page(rows: list[Any], query: Query) -> Iterable[Any]:
    start, limit = _number(query.get("start"), 0), _number(query.get("limit"), 30)
    return rows[start : start + limit]


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdecimal() else default


def _keyed(rows: Iterable[dict[str, Any]]) -> dict[str, Any] | list[Any]:
    """Key rows by id; PHP writes an empty array as a list."""
    return {str(row["id"]): row for row in rows} or []


def _conditions(query: Query) -> Iterable[tuple[str, str]]:
    number = 0
    while (column := query.get(f"where[{number}][col]")) is not None:
        yield column, query.get(f"where[{number}][val]", "")
        number += 1


def _first(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
