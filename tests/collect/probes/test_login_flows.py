"""Flows: those that mamori brings along, at servers that follow the products, and people's own.

Mautic and Ghost were also tried themselves, in the releases that the flows name; listmonk is
followed by its source.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from email.utils import format_datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pyotp
import pytest
from servers import Asked, Server
from sign_in import KEY, PASSWORD, USERNAME, Clock

from scanner.collect.probes.login import TestAccount, load_flow, probe_login, ready_flows
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, SignIn, Unknown
from scanner.model.errors import MamoriError

Answered = tuple[object, int, dict[str, str]]


class Product:
    """What the products share: sessions in a cookie, and the time."""

    cookie = "session"

    def __init__(self, server: Server, clock: Clock, *, administrator: bool = False) -> None:
        self.server, self.clock, self.administrator = server, clock, administrator
        self.sessions: dict[str, bool] = {}
        server.decide_all(self._answer)

    def _answer(self, asked: Asked) -> Answered:
        cookies = SimpleCookie(asked.headers.get("cookie", ""))
        session = cookies[self.cookie].value if self.cookie in cookies else ""
        body, status, headers = self.answer(asked, session)
        date = format_datetime(self.clock(), usegmt=True)
        kind = "application/json" if isinstance(body, dict) else "text/html; charset=UTF-8"
        return body, status, {"Date": date, "Content-Type": kind, **headers}

    def answer(self, asked: Asked, session: str) -> Answered:
        raise NotImplementedError

    def open(self, *, path: str = "/") -> dict[str, str]:
        id = secrets.token_hex(16)
        self.sessions[id] = True
        return {"Set-Cookie": f"{self.cookie}={id}; Path={path}; HttpOnly; SameSite=Lax"}


class Listmonk(Product):
    """listmonk 6, cmd/auth.go: a temporary token between the steps, codes by pquerna/otp.

    That library allows one step of skew and remembers nothing.
    """

    page = (
        '<form method="post" action="/admin/login" class="form"><input type="hidden" name="nonce"'
        ' value="n"/><input type="hidden" name="next" value="/admin"/><input id="username"'
        ' type="text" name="username" autofocus required minlength="3"/><input id="password"'
        ' type="password" name="password" required minlength="8"/></form>'
    )
    code_page = (
        '<form method="post" action="/admin/login/twofa" class="form"><input type="hidden"'
        ' name="token" value="{}"/><input type="hidden" name="next" value="/admin"/><input'
        ' id="totp_code" type="text" name="totp_code" pattern="[0-9]{{6}}" maxlength="6"/></form>'
    )

    def __init__(self, *given: Any, generator: bool = True, **more: Any) -> None:
        super().__init__(*given, **more)
        self.generator = generator
        self.tokens: set[str] = set()

    def answer(self, asked: Asked, session: str) -> Answered:
        values = dict(parse_qsl(asked.body))
        match asked.method, asked.path:
            case "GET", "/admin/login":
                return self.page.encode(), 200, {"Set-Cookie": "nonce=n; Path=/; HttpOnly"}
            case "POST", "/admin/login":
                return self._login(values)
            case "GET", "/admin/login/twofa" if asked.query["token"] in self.tokens:
                return self.code_page.format(asked.query["token"]).encode(), 200, {}
            case "POST", "/admin/login/twofa" if values["token"] in self.tokens:
                return self._verify(values)
            case "GET", "/admin" | "/api/profile" if session in self.sessions:
                role = {"id": 1 if self.administrator else 2, "name": "x"}
                return {"data": {"username": USERNAME, "user_role": role}}, 200, {}
            case "POST", "/api/logout" if session in self.sessions:
                del self.sessions[session]
                return {"data": True}, 200, {}
            case _, "/api/profile":
                return {"message": "invalid session"}, 403, {}
        return b"", 302, {"Location": "/admin/login"}

    def _login(self, values: dict[str, str]) -> Answered:
        assert values["nonce"] == "n"
        if (values["username"], values["password"]) != (USERNAME, PASSWORD):
            return f"{self.page}<span class=error>Invalid login</span>".encode(), 200, {}
        if not self.generator:
            return b"", 302, {"Location": values["next"], **self.open()}
        token = secrets.token_hex(32)
        self.tokens.add(token)
        return b"", 302, {"Location": f"/admin/login/twofa?token={token}&next=%2Fadmin"}

    def _verify(self, values: dict[str, str]) -> Answered:
        code = pyotp.TOTP(KEY)
        if not code.verify(values["totp_code"], for_time=self.clock(), valid_window=1):
            return self.code_page.format(values["token"]).encode(), 200, {}
        self.tokens.remove(values["token"])
        return b"", 302, {"Location": values["next"], **self.open()}


class Mautic(Product):
    """Mautic 7, UserBundle: one form, its token bound to the session, which is renewed."""

    cookie = "a1b2c3"
    page = (
        '<form name="login" data-toggle="ajax" action="/s/login_check" method="post"><input'
        ' type="text" id="username" name="_username" value="" required/><input type="password"'
        ' id="password" name="_password" required/><input type="checkbox" id="remember_me"'
        ' name="_remember_me"/><input type="hidden" name="_csrf_token" value="{}"/></form>'
    )

    def answer(self, asked: Asked, session: str) -> Answered:
        values = dict(parse_qsl(asked.body))
        signed_in = self.sessions.get(session, False)
        match asked.path:
            case "/s/login":
                cookie = self.open()
                id = cookie["Set-Cookie"].partition("=")[2].partition(";")[0]
                self.sessions[id] = False
                return self.page.format(id).encode(), 200, cookie
            case "/s/login_check":
                right = (values["_username"], values["_password"]) == (USERNAME, PASSWORD)
                if right and values["_csrf_token"] == session and "_remember_me" not in values:
                    del self.sessions[session]
                    return b"", 302, {"Location": "/s/dashboard", **self.open()}
            case "/s/dashboard" | "/s/account" if signed_in:
                return b'<input type="password" name="user[plainPassword]">', 200, {}
            case "/s/config/edit" if signed_in:
                return b"", 200 if self.administrator else 403, {}
            case "/s/logout" if signed_in:
                del self.sessions[session]
        return b"", 302, {"Location": "/s/login"}


class Ghost(Product):
    """Ghost 6, api/endpoints/session.js: JSON, an unverified session, a code by mail."""

    cookie = "ghost-admin-api-session"

    def __init__(self, *given: Any, mails: bool = True, **more: Any) -> None:
        super().__init__(*given, **more)
        self.mails = mails
        self.tried: list[str] = []

    def answer(self, asked: Asked, session: str) -> Answered:
        values = msgspec.json.decode(asked.body) if asked.body else {}
        if asked.method != "GET":
            assert asked.headers["origin"] == self.server.url
        match asked.method, asked.path:
            case "POST", "/ghost/api/admin/session":
                if (values["username"], values["password"]) != (USERNAME, PASSWORD):
                    return self.error("PASSWORD_INCORRECT", "Your password is incorrect."), 422, {}
                cookie = self.open(path="/ghost")
                if not self.mails:
                    return b"Created", 201, cookie
                self.sessions = dict.fromkeys(self.sessions, False)
                return self.error("2FA_NEW_DEVICE_DETECTED", "User must verify"), 403, cookie
            case "PUT", "/ghost/api/admin/session/verify":
                self.tried.append(values["token"])
                return b"Unauthorized", 401, {}
            case "GET", "/ghost/api/admin/users/me/" if self.sessions.get(session):
                name = "Owner" if self.administrator else "Author"
                return {"users": [{"roles": [{"name": name}]}]}, 200, {}
            case "DELETE", "/ghost/api/admin/session":
                self.sessions.pop(session, None)
                return b"", 204, {}
        return self.error(None, "Authorization failed"), 403, {}

    @staticmethod
    def error(code: str | None, message: str) -> dict[str, Any]:
        return {"errors": [{"code": code, "message": message, "type": "x"}]}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def probe(serve: Callable[..., Server], tmp_path: Path, clock: Clock) -> Callable[..., SignIn]:
    def run(
        kind: type[Product], *, totp: bool = False, known: bool | None = None, **more: Any
    ) -> SignIn:
        product = kind(serve(), clock, **more)
        return asyncio.run(
            probe_login(
                product.server.url,
                flow=load_flow(kind.__name__.lower(), tmp_path),
                account=TestAccount(
                    username=USERNAME,
                    password=Secret.of(PASSWORD),
                    totp=Secret.of(KEY) if totp else None,
                    administrator=known,
                ),
                folder=tmp_path / "state",
                clock=clock,
                sleep=clock.sleep,
            )
        )

    return run


def facts(seen: SignIn) -> list[object]:
    values = [seen.password_alone, seen.wrong_code, seen.used_code, seen.old_code]
    return [each.reason if isinstance(each, Unknown) else each for each in values]


def test_listmonk_refuses_wrong_and_old_codes_and_takes_a_used_one(
    probe: Callable[..., SignIn],
) -> None:
    seen = probe(Listmonk, totp=True)
    assert facts(seen) == [False, False, True, False]
    assert (seen.fixed_session, seen.outlives_sign_out, seen.refused) == (False, False, 2)


def test_a_listmonk_user_without_a_generator_is_signed_in_by_password_alone(
    probe: Callable[..., SignIn],
) -> None:
    seen = probe(Listmonk, totp=True, generator=False)
    assert facts(seen) == [True, None, None, None]


def test_mautic_signs_in_by_password_alone(probe: Callable[..., SignIn]) -> None:
    seen = probe(Mautic)
    assert facts(seen) == [True, None, None, None]
    assert (seen.fixed_session, seen.outlives_sign_out) == (False, False)


def test_ghost_asks_for_a_code_that_mamori_does_not_get(probe: Callable[..., SignIn]) -> None:
    unknown = [Reason.NOT_CONFIGURED] * 2
    assert facts(probe(Ghost)) == [False, Reason.REFUSED, *unknown]
    assert facts(probe(Ghost, known=False)) == [False, False, *unknown]
    assert facts(probe(Ghost, mails=False)) == [True, None, None, None]


@pytest.mark.parametrize("kind", [Listmonk, Mautic, Ghost])
def test_an_administrator_is_recognised_by_what_the_product_says(
    probe: Callable[..., SignIn], kind: type[Product]
) -> None:
    alone = {"mails": False} if kind is Ghost else {}
    seen = probe(kind, totp=kind is Listmonk, administrator=True, **alone)
    assert facts(seen) == [Reason.REFUSED] * 4
    assert seen.refused == 0


def test_the_ready_flows_are_those_of_the_products_that_people_run_themselves(
    tmp_path: Path,
) -> None:
    assert set(ready_flows()) == {"mautic", "listmonk", "ghost"}
    for name in ready_flows():
        assert load_flow(name, tmp_path).administrator is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("page: /login\nsigned_inn: /account", "line 2, signed_inn"),
        ("page: /login", "signed_in"),
        ("page: //evil.example/login\nsigned_in: /account", "line 1, page"),
        ("page: https://evil.example/\nsigned_in: /account", "line 1, page"),
        ("signed_in: /account\ncode: {method: DELETE}", "line 2, code.method"),
        ("kind: json\nsigned_in: /a", "submit"),
        ("kind: json\nsigned_in: /a\nsubmit: /s\nusername: u", "password"),
        ("kind: json\nsigned_in: /a\nsubmit: /s\nusername: u\npassword: p\ncode: {}", "field"),
    ],
)
def test_what_is_wrong_with_a_flow_is_named_by_line_and_key(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "flow.yaml").write_text(text)
    with pytest.raises(MamoriError) as wrong:
        load_flow("flow.yaml", tmp_path)
    assert said in str(wrong.value)


@pytest.mark.parametrize("given", ["wordpress", "none.yaml"])
def test_a_flow_that_is_not_there_is_named(tmp_path: Path, given: str) -> None:
    with pytest.raises(MamoriError) as wrong:
        load_flow(given, tmp_path)
    assert given in str(wrong.value)
