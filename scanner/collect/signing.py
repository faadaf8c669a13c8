"""How vendors want requests signed, each way written once; a connector names those it takes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Literal

import httpx
import msgspec

from scanner.collect.answers import Record
from scanner.collect.http import BasicAuth, Call, Client, HeaderAuth, Unanswered
from scanner.collect.vaults.secret import Secret
from scanner.config import Login
from scanner.model import Reason, Text, Unknown


class Keys(msgspec.Struct, frozen=True):
    """What the configuration gives to sign in with."""

    login: Login
    secrets: Mapping[str, Secret]
    account: str
    """The account within the platform, where the configuration names one."""
    host: str = ""
    """The name of the deployment's own host."""

    def has(self, *names: str) -> bool:
        """Tell whether all of `names` are given."""
        return all(
            name in self.secrets or (name not in SECRETS and getattr(self.login, name, None))
            for name in names
        )


SECRETS = ("password", "token", "client_secret", "refresh_token", "private_key")


class Signing(msgspec.Struct, frozen=True, kw_only=True):
    """One way to sign. `needs` names the keys of `credential` that it takes."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The keys of `credential` that it takes."""
        return ("token",)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The requests it makes by itself."""
        return ()

    async def sign(self, client: Client, keys: Keys) -> None:
        """Sign every request of `client` from now on.

        Raises:
            Unanswered: it cannot; the reason is in it.
        """
        raise NotImplementedError


class Bearer(Signing, frozen=True, kw_only=True):
    """A token in the Authorization header, after the vendor's word for it."""

    word: str = "Bearer"

    async def sign(self, client: Client, keys: Keys) -> None:
        client.sign(HeaderAuth("Authorization", keys.secrets["token"], f"{self.word} "))


class HeaderKey(Signing, frozen=True, kw_only=True):
    """A key in a header of the vendor's own."""

    header: str

    async def sign(self, client: Client, keys: Keys) -> None:
        client.sign(HeaderAuth(self.header, keys.secrets["token"]))


class BodyKey(Signing, frozen=True, kw_only=True):
    """A key that the connector itself puts into each body, for there is no other way."""

    async def sign(self, client: Client, keys: Keys) -> None:  # noqa: ARG002 - as all do
        client.sign(httpx.Auth())


class Basic(Signing, frozen=True, kw_only=True):
    """User name and password (RFC 7617), or what the vendor takes for a password."""

    secret: Literal["password", "token"] = "password"  # noqa: S105 - a key of the configuration

    @property
    def needs(self) -> tuple[str, ...]:
        return ("username", self.secret)

    async def sign(self, client: Client, keys: Keys) -> None:
        # `account` is the company before the user name, where the vendor wants it so.
        name = f"{keys.account}\\{keys.login.username}" if keys.account else keys.login.username
        client.sign(BasicAuth(name or "", keys.secrets[self.secret]))


class BasicKey(Signing, frozen=True, kw_only=True):
    """A key as the password of a fixed user name."""

    username: str

    async def sign(self, client: Client, keys: Keys) -> None:
        client.sign(BasicAuth(self.username, keys.secrets["token"]))


class Minted(Signing, frozen=True, kw_only=True):
    """A way in which a token is fetched first, and again when it has expired."""

    call: Call
    style: Literal["form", "query", "json"] = "form"
    more: dict[str, str] = {}
    """Further fields of the request; `{account}` and `{host}` stand for the target's."""
    word: str = "Bearer"

    @property
    def calls(self) -> tuple[Call, ...]:
        return (self.call,)

    def fields(self, keys: Keys) -> dict[str, str]:
        """Return the fields that ask for a token."""
        raise NotImplementedError

    async def sign(self, client: Client, keys: Keys) -> None:
        async def fetch() -> httpx.Auth:
            needed = "{account}" in self.call.path
            place = {"account": keys.account or "common"} if needed else {}
            fields = {
                **{
                    name: value.format(account=keys.account, host=keys.host)
                    for name, value in self.more.items()
                    if keys.account or "{account}" not in value
                },
                **self.fields(keys),
            }
            token = await self._token(client, fields, place)
            return self.auth(token)

        client.sign(await fetch(), fetch)

    def auth(self, token: Secret) -> httpx.Auth:
        """Return what puts `token` into requests."""
        return HeaderAuth("Authorization", token, f"{self.word} ")

    async def _token(
        self, client: Client, fields: Mapping[str, str], place: dict[str, Any]
    ) -> Secret:
        if self.style == "query":
            answer = await client.get(self.call, fields, **place)
        elif self.style == "json":
            answer = await client.post(self.call, json=dict(fields), **place)
        else:
            answer = await client.post(self.call, fields, **place)
        token = Record(answer.json()).at("access_token")
        if not isinstance(token, str) or not token:
            raise Unanswered(
                Unknown(Reason.MALFORMED, Text.of("The answer holds no access token."))
            )
        return Secret.of(token)


class ClientCredentials(Minted, frozen=True, kw_only=True):
    """An OAuth 2 client of its own (RFC 6749 §4.4)."""

    @property
    def needs(self) -> tuple[str, ...]:
        return ("client_id", "client_secret")

    def fields(self, keys: Keys) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": keys.login.client_id or "",
            "client_secret": keys.secrets["client_secret"].reveal(),
        }


class RefreshToken(Minted, frozen=True, kw_only=True):
    """An OAuth 2 client with a refresh token that somebody granted (RFC 6749 §6)."""

    @property
    def needs(self) -> tuple[str, ...]:
        return ("client_id", "client_secret", "refresh_token")

    def fields(self, keys: Keys) -> dict[str, str]:
        return {
            "grant_type": "refresh_token",
            "client_id": keys.login.client_id or "",
            "client_secret": keys.secrets["client_secret"].reveal(),
            "refresh_token": keys.secrets["refresh_token"].reveal(),
        }


class JwtBearer(Minted, frozen=True, kw_only=True):
    """An assertion signed with a private key of RSA (RFC 7523)."""

    audience: str
    """Who is to believe the assertion."""
    sandbox_audience: str = ""
    """The same, where the host is a sandbox's."""
    sandbox: str = ".sandbox."
    """What the host of a sandbox has in its name."""

    @property
    def needs(self) -> tuple[str, ...]:
        return ("client_id", "username", "private_key")

    def fields(self, keys: Keys) -> dict[str, str]:
        claims = {
            "iss": keys.login.client_id,
            "sub": keys.login.username,
            "aud": self._audience(keys.host),
            # Three minutes are the most; some of them may be the difference of two clocks.
            "exp": int(time.time()) + 120,
        }
        return {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": _rs256(claims, keys.secrets["private_key"]),
        }

    def _audience(self, host: str) -> str:
        in_sandbox = self.sandbox_audience and self.sandbox in host
        return self.sandbox_audience if in_sandbox else self.audience


class KeyJwt(Signing, frozen=True, kw_only=True):
    """A token that mamori signs by itself from a key of the form `id:secret` (HS256)."""

    word: str
    audience: str
    seconds: int = 300

    async def sign(self, client: Client, keys: Keys) -> None:
        async def make() -> httpx.Auth:
            key, _, secret = keys.secrets["token"].reveal().partition(":")
            token = _hs256(key, secret, self.audience, self.seconds)
            return HeaderAuth("Authorization", token, f"{self.word} ")

        client.sign(await make(), make)


def _rs256(claims: Mapping[str, Any], key: Secret) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    try:
        private = serialization.load_pem_private_key(key.reveal().encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None  # outside the handler: its exception may quote the key
    if not isinstance(private, rsa.RSAPrivateKey):
        raise Unanswered(
            Unknown(
                Reason.UNAUTHENTICATED,
                Text.of("The private key is not an RSA key in PEM without a passphrase."),
                Text.of("Give the key whose certificate the app of the platform has."),
            )
        )
    signed = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{signed}.{_base64(private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _hs256(key: str, secret: str, audience: str, seconds: int) -> Secret:
    import hmac

    try:
        raw = bytes.fromhex(secret)
    except ValueError:
        raw = b""
    if not raw or not key:
        raise Unanswered(
            Unknown(
                Reason.UNAUTHENTICATED,
                Text.of("The key is not of the form id:secret."),
                Text.of("Copy the whole key, with what stands before and after its colon."),
            )
        )
    now = int(time.time())
    head = _part({"alg": "HS256", "typ": "JWT", "kid": key})
    signed = f"{head}.{_part({'iat': now, 'exp': now + seconds, 'aud': audience})}"
    return Secret.of(f"{signed}.{_base64(hmac.digest(raw, signed.encode(), 'sha256'))}")


def _part(claims: Mapping[str, Any]) -> str:
    return _base64(msgspec.json.encode(claims))


def _base64(raw: bytes) -> str:
    import base64

    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
