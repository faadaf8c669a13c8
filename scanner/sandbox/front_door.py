"""The demo's sign-in page, as Mautic's own: a user name, a password, and nothing else."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

import msgspec

_COOKIE = "8f1d2c3b4a5968778695a4b3c2d1e0f9"
_FORM = (
    '<!doctype html><title>Mautic</title><form name="login" action="/s/login_check" method="post">'
    '<input type="text" name="_username"><input type="password" name="_password">'
    '<input type="hidden" name="_csrf_token" value="{}"><button>Login</button></form>'
)


class Shown(msgspec.Struct, frozen=True):
    """What a visitor gets."""

    status: int
    headers: dict[str, str]
    html: str = ""


class FrontDoor:
    """Lets one account in, which may see nothing but that it is in."""

    def __init__(self, username: str, password: str) -> None:
        self._account = (username, password)
        self._sessions: dict[str, bool] = {}
        """Whether somebody is signed in, by the cookie's value."""

    def answer(self, path: str, cookies: str, form: Mapping[str, str]) -> Shown:
        """Return what `path` under `/s/` shows to the holder of `cookies` who sends `form`."""
        session = _session(cookies)
        if path == "/s/login":
            id = self._begin(signed_in=False)
            return Shown(200, _cookie(id), _FORM.format(id))
        if path == "/s/login_check" and self._right(session, form):
            del self._sessions[session]
            return Shown(302, {"Location": "/s/account", **_cookie(self._begin(signed_in=True))})
        if self._sessions.get(session):
            if path == "/s/account":
                return Shown(200, {}, "<!doctype html><title>Account</title>")
            if path == "/s/config/edit":
                return Shown(403, {})
            if path == "/s/logout":
                del self._sessions[session]
        return Shown(302, {"Location": "/s/login"})

    def _right(self, session: str, form: Mapping[str, str]) -> bool:
        given = (form.get("_username", ""), form.get("_password", ""))
        return (
            session in self._sessions
            and form.get("_csrf_token") == session
            and all(
                hmac.compare_digest(one.encode(), other.encode())
                for one, other in zip(given, self._account, strict=True)
            )
        )

    def _begin(self, *, signed_in: bool) -> str:
        id = secrets.token_hex(16)
        self._sessions[id] = signed_in
        return id


def _session(cookies: str) -> str:
    try:
        held = SimpleCookie(cookies).get(_COOKIE)
    except CookieError:
        return ""
    return "" if held is None else held.value


def _cookie(id: str) -> dict[str, str]:
    return {"Set-Cookie": f"{_COOKIE}={id}; Path=/; Secure; HttpOnly; SameSite=Lax"}
