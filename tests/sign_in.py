"""A small site with a real sign-in: sessions, a TOTP step, a lock; good, or wrong in one way."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pyotp
from servers import Asked, Server

USERNAME, PASSWORD = "tester@example.co.jp", "canary-signin-Ig18Ac-password"
KEY = "CANARYSIGNINKEY234567CANARYSIGNI"
FORM = """<html><body><h1>Sign in</h1><form method="{method}" action="{action}">
<input type="hidden" name="csrf" value="{csrf}"><input name="login" type="email">
<input name="secret" type="password"><button>Go</button></form>{more}</body></html>"""
CODE_FORM = """<form method="post" action="/code"><input type="hidden" name="ticket" value="{}">
<input name="otp" autocomplete="one-time-code" inputmode="numeric"><button>Go</button></form>"""
CAPTCHA = '<div class="g-recaptcha" data-sitekey="x"></div>'

FLOW = """\
page: /login
code: {field: otp}
signed_in: /account
administrator: {page: /me, at: users.roles.name, values: [Administrator]}
sign_out: {page: /logout}
"""
"""How people sign in there, as a user would describe it."""

Answered = tuple[object, int, dict[str, str]]
"""Body, status, headers."""


def now() -> datetime:
    """Return the real time."""
    return datetime.now(UTC)


class Clock:
    """The time of both the probe and the site, which passes when somebody waits."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 9, 0, 7, tzinfo=UTC)
        self.waited = 0.0

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.waited += seconds
        self.now += timedelta(seconds=seconds)


@dataclass
class Site:
    """What `server` serves; whatever is not said to be wrong is as it should be."""

    server: Server
    clock: Callable[[], datetime]
    _: KW_ONLY
    asks: bool = True
    window: int = 1
    remembers: bool = True
    any_code: bool = False
    early: bool = False
    fixed: bool = False
    immortal: bool = False
    together: bool = False
    administrator: bool = False
    after: dict[int, Answered] = field(default_factory=dict)
    ahead: float | None = 0
    period: int = 30
    page: str = ""
    method: str = "post"
    action: str = "/login"
    leads_to: str = "/account"
    open_to_all: bool = False
    bearer: bool = False

    def __post_init__(self) -> None:
        self.totp = pyotp.TOTP(KEY, interval=self.period)
        self.last_step = -1
        self.sessions: dict[str, str] = {}
        self.tickets: set[str] = set()
        self.failures = self.in_a_row = self.most_in_a_row = self.successes = 0
        self.codes: list[str] = []
        self.server.decide_all(self.answer)

    def answer(self, asked: Asked) -> Any:
        body, status, headers = self._route(asked)
        if self.ahead is not None:
            moment = self.clock() - timedelta(seconds=self.ahead)
            headers = {"Date": format_datetime(moment, usegmt=True), **headers}
        else:
            headers = {"Date": "", **headers}
        return body, status, {"Content-Type": "text/html; charset=utf-8", **headers}

    def _route(self, asked: Asked) -> Answered:
        session = self._session(asked)
        values = self._values(asked)
        if asked.path == "/login" and asked.method == "GET":
            id = session if session is not None else self._new("")
            form = FORM.format(method=self.method, action=self.action, csrf=id, more=self.page)
            return form.encode(), 200, _cookie(id)
        if asked.path == "/login":
            return self._password(session, values)
        if asked.path == "/code":
            return self._code(session, values)
        if asked.path == "/logout":
            if not self.immortal:
                self.sessions.pop(session or "", None)
            return b"", 302, {"Location": "/login"}
        signed_in = self.open_to_all or self.sessions.get(session or "") == "in"
        if asked.path == "/account":
            return (b"welcome", 200, {}) if signed_in else (b"", 302, {"Location": "/login"})
        if asked.path == "/me" and signed_in:
            role = "Administrator" if self.administrator else "Author"
            return {"users": [{"roles": [{"name": role}]}]}, 200, {}
        if asked.path == "/refused":  # for a test that runs elsewhere
            return str(self.failures).encode(), 200, {}
        if asked.path.startswith("/now/") and isinstance(self.clock, Clock):
            self.clock.now = datetime.fromtimestamp(float(asked.path[5:]), UTC)
            return b"", 204, {}
        return b"no", 403, {}

    def _password(self, session: str | None, values: dict[str, str]) -> Answered:
        if (values.get("login"), values.get("secret")) != (USERNAME, PASSWORD):
            return self._refuse()
        if self.asks and self.together:
            if not self._good(values.get("otp", "")):
                return self._refuse()
        elif self.asks:
            ticket = secrets.token_hex(8)
            self.tickets.add(ticket)
            if self.early:
                return CODE_FORM.format(ticket).encode(), 200, _cookie(self._new("in"))
            if self.bearer:
                return {"error": "code_required", "data": {"ticket": ticket}}, 401, {}
            return CODE_FORM.format(ticket).encode(), 200, {}
        return self._welcome(session)

    def _code(self, session: str | None, values: dict[str, str]) -> Answered:
        if values.get("ticket") not in self.tickets:
            return b"no ticket", 400, {}
        self.codes.append(values.get("otp", ""))
        return self._welcome(session) if self._good(values.get("otp", "")) else self._refuse()

    def _good(self, code: str) -> bool:
        if self.any_code:
            return True
        step = int(self.clock().timestamp()) // self.period
        for each in range(step - self.window, step + self.window + 1):
            if self.totp.at(each * self.period) == code and (
                not self.remembers or each > self.last_step
            ):
                self.last_step = max(self.last_step, each)
                return True
        return False

    def _welcome(self, session: str | None) -> Answered:
        self.successes += 1
        self.in_a_row = 0
        id = session if self.fixed and session is not None else self._new("in")
        self.sessions[id] = "in"
        if self.bearer:
            return {"data": {"token": id}}, 200, {}
        return b"", 302, {"Location": self.leads_to, **_cookie(id)}

    def _refuse(self) -> Answered:
        self.failures += 1
        self.in_a_row += 1
        self.most_in_a_row = max(self.most_in_a_row, self.in_a_row)
        return self.after.get(self.failures, (self._again(), 200, {}))

    def _again(self) -> bytes:
        """Return the form anew, as sites do that refuse."""
        form = FORM.format(method=self.method, action=self.action, csrf="", more=self.page)
        return f"<p>That is wrong.</p>{form}".encode()

    def _new(self, state: str) -> str:
        id = secrets.token_hex(16)
        self.sessions[id] = state
        return id

    def _session(self, asked: Asked) -> str | None:
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        cookie = SimpleCookie(asked.headers.get("cookie", "")).get("session")
        id = bearer or (cookie.value if cookie else "")
        return id if id in self.sessions else None

    @staticmethod
    def _values(asked: Asked) -> dict[str, str]:
        if asked.headers.get("content-type", "").startswith("application/json"):
            return dict(msgspec.json.decode(asked.body))
        return dict(parse_qsl(asked.body))


def _cookie(id: str) -> dict[str, str]:
    return {"Set-Cookie": f"session={id}; HttpOnly; Path=/"}
