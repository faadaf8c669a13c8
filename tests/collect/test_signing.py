"""How each way to sign in looks to a server that checks it as the vendor does."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import subprocess
import time
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from scanner.collect import http
from scanner.collect.http import Call, Client, Unanswered
from scanner.collect.quota import Quota, Rate
from scanner.collect.signing import (
    Basic,
    BasicKey,
    Bearer,
    ClientCredentials,
    HeaderKey,
    JwtBearer,
    KeyJwt,
    Keys,
    RefreshToken,
    Signing,
)
from scanner.collect.vaults.secret import Secret
from scanner.config import Login
from scanner.model import Reason

TOKEN = Call(section="sign-in", path="/token", method="POST", signed=False)
THINGS = Call(section="things", path="/things")
ONE = Call(section="thing", path="/things/{id}")


def keys(host: str = "127.0.0.1", account: str = "", **given: str) -> Keys:
    secret = {"password", "token", "client_secret", "refresh_token", "private_key"}
    return Keys(
        Login(**{name: value for name, value in given.items() if name not in secret}),
        {name: Secret.of(value) for name, value in given.items() if name in secret},
        account,
        host,
    )


def signed(server: Any, way: Signing, given: Keys) -> Any:
    """Return the request for things that reached `server`."""
    server.answer("/things", [])

    async def run() -> None:
        async with Client(server.url, (*way.calls, THINGS)) as client:
            await way.sign(client, given)
            await client.get(THINGS)

    asyncio.run(run())
    return server.asked[-1]


def form(asked: Any) -> dict[str, str]:
    return {name: value for name, [value] in parse_qs(asked.body).items()}


def part(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


@pytest.mark.parametrize(
    ("way", "header", "value"),
    [
        (Bearer(), "authorization", "Bearer t-1"),
        (Bearer(word="Klaviyo-API-Key"), "authorization", "Klaviyo-API-Key t-1"),
        (HeaderKey(header="api-key"), "api-key", "t-1"),
        (BasicKey(username="api"), "authorization", "Basic YXBpOnQtMQ=="),
    ],
)
def test_a_token_stands_where_the_vendor_wants_it(
    server: Any, way: Signing, header: str, value: str
) -> None:
    assert signed(server, way, keys(token="t-1")).headers[header] == value


def test_the_company_stands_before_the_user_name_where_there_is_one(server: Any) -> None:
    given = keys(account="Sample", username="mamori", password="p:1")
    header = signed(server, Basic(), given).headers["authorization"]
    assert base64.b64decode(header.removeprefix("Basic ")) == rb"Sample\mamori:p:1"


@pytest.mark.parametrize("style", ["form", "json", "query"])
def test_a_client_of_its_own_fetches_a_token_first(server: Any, style: Any) -> None:
    method = "GET" if style == "query" else "POST"
    call = Call(section="sign-in", path="/token", method=method, signed=False)
    server.answer("/token", {"access_token": "minted", "expires_in": 3600})
    way = ClientCredentials(call=call, style=style, more={"scope": "https://{host}/.default"})
    asked = signed(server, way, keys(client_id="c", client_secret="s", host="org.example"))
    assert asked.headers["authorization"] == "Bearer minted"
    first = server.asked[0]
    sent = first.query if style == "query" else {}
    sent = sent or (json.loads(first.body) if style == "json" else form(first))
    assert sent == {
        "grant_type": "client_credentials",
        "client_id": "c",
        "client_secret": "s",
        "scope": "https://org.example/.default",
    }
    assert "authorization" not in first.headers


def test_a_refresh_token_is_turned_into_an_access_token(server: Any) -> None:
    server.answer("/token", {"access_token": "minted"})
    given = keys(client_id="c", client_secret="s", refresh_token="r-1")
    asked = signed(server, RefreshToken(call=TOKEN), given)
    assert asked.headers["authorization"] == "Bearer minted"
    assert form(server.asked[0]) == {
        "grant_type": "refresh_token",
        "client_id": "c",
        "client_secret": "s",
        "refresh_token": "r-1",
    }


@pytest.fixture(scope="module")
def private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: Any) -> str:
    return str(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
    )


@pytest.mark.parametrize(
    ("host", "audience"),
    [
        ("sample.my.salesforce.com", "https://login.salesforce.com"),
        ("sample--dev.sandbox.my.salesforce.com", "https://test.salesforce.com"),
    ],
)
def test_an_assertion_is_signed_for_its_audience_and_lives_for_minutes(
    server: Any, private: rsa.RSAPrivateKey, host: str, audience: str
) -> None:
    server.answer("/token", {"access_token": "minted"})
    way = JwtBearer(
        call=TOKEN,
        audience="https://login.salesforce.com",
        sandbox_audience="https://test.salesforce.com",
    )
    given = keys(host, client_id="3MVG9", username="mamori@example.co.jp", private_key=pem(private))
    assert signed(server, way, given).headers["authorization"] == "Bearer minted"
    sent = form(server.asked[0])
    assert sent["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    head, claims, signature = sent["assertion"].split(".")
    assert part(head) == {"alg": "RS256", "typ": "JWT"}
    told = part(claims)
    assert 60 <= told.pop("exp") - time.time() <= 180
    assert told == {"iss": "3MVG9", "sub": "mamori@example.co.jp", "aud": audience}
    raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    private.public_key().verify(
        raw, f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
    )


def odd() -> str:
    """Return a key on a curve that the library does not know."""
    made = ["openssl", "ecparam", "-name", "secp112r1", "-genkey", "-noout"]
    return subprocess.run(made, capture_output=True, check=True, text=True).stdout


@pytest.mark.parametrize("kind", ["no key at all", "elliptic", "odd"])
def test_a_key_of_another_kind_is_named_and_not_quoted(server: Any, kind: str) -> None:
    made = {"elliptic": lambda: pem(ec.generate_private_key(ec.SECP256R1())), "odd": odd}
    key = made.get(kind, lambda: "secret-pem-1")()
    given = keys(client_id="c", username="u", private_key=key)
    with pytest.raises(Unanswered) as caught:
        signed(server, JwtBearer(call=TOKEN, audience="https://login.example"), given)
    assert caught.value.unknown.reason is Reason.UNAUTHENTICATED
    assert "secret-pem-1" not in repr(caught.value)
    assert not server.asked


def test_a_key_of_two_parts_signs_a_token_of_its_own(server: Any) -> None:
    given = keys(token="6489:" + "ab" * 32)
    asked = signed(server, KeyJwt(word="Ghost", audience="/admin/"), given)
    word, _, token = asked.headers["authorization"].partition(" ")
    assert word == "Ghost"
    head, claims, signature = token.split(".")
    assert part(head) == {"alg": "HS256", "typ": "JWT", "kid": "6489"}
    told = part(claims)
    assert told["exp"] - told["iat"] == 300
    assert told["aud"] == "/admin/"
    wanted = hmac.digest(b"\xab" * 32, f"{head}.{claims}".encode(), "sha256")
    assert base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)) == wanted


# Tokens that expire while a scan runs


class Office:
    """Gives out tokens, each good for so many requests."""

    def __init__(self, server: Any, good_for: int) -> None:
        self.given = 0
        self._left = 0
        self._good_for = good_for
        server.decide("/token", lambda asked: self._give())
        server.decide_all(self._serve)

    def _give(self) -> Any:
        self.given += 1
        self._left = self._good_for
        return {"access_token": f"t-{self.given}"}

    def _serve(self, asked: Any) -> Any:
        if asked.headers.get("authorization") != f"Bearer t-{self.given}" or self._left == 0:
            return {}, 401, {}
        self._left -= 1
        return [asked.path]


def ask_for_many(server: Any, count: int, at_once: int) -> list[Any]:
    way = ClientCredentials(call=TOKEN)

    async def run() -> list[Any]:
        async with Client(server.url, (TOKEN, ONE)) as client:
            await way.sign(client, keys(client_id="c", client_secret="s"))
            gate = asyncio.Semaphore(at_once)

            async def one(number: int) -> Any:
                async with gate:
                    return (await client.get(ONE, id=number)).json()

            return await asyncio.gather(*map(one, range(count)), return_exceptions=True)

    return asyncio.run(run())


@pytest.mark.parametrize("at_once", [1, 4])
def test_an_expired_token_is_replaced_as_often_as_the_scan_lasts(
    server: Any, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(http, "RENEWED_LATELY", 0.0)
    # Good for twice as many as run at once: the others' requests must not use up a new one.
    office = Office(server, good_for=8)
    answers = ask_for_many(server, 20, at_once)
    assert answers == [[f"/things/{number}"] for number in range(20)]
    assert office.given == 3


def test_requests_that_run_side_by_side_share_one_new_token(server: Any) -> None:
    office = Office(server, good_for=4)
    answers = ask_for_many(server, 8, at_once=4)
    assert answers == [[f"/things/{number}"] for number in range(8)]
    assert office.given == 2


def test_a_token_that_is_refused_at_once_is_no_expired_one(server: Any) -> None:
    office = Office(server, good_for=0)
    [refused] = ask_for_many(server, 1, 1)
    assert refused.unknown.reason is Reason.UNAUTHENTICATED
    assert office.given == 2


def test_a_vendor_that_names_no_time_is_asked_again_when_it_counts_anew(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        await real(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    replies: Any = iter([({}, 429, {}), ({}, 429, {}), ([1], 200, {})])
    server.decide("/things", lambda asked: next(replies))

    async def run() -> Any:
        quota = Quota([Rate(requests=100, seconds=20), Rate(requests=50_000, seconds=86_400)], 1.0)
        async with Client(server.url, (THINGS,), quota=quota) as client:
            return (await client.get(THINGS)).json()

    assert asyncio.run(run()) == [1]
    assert max(waited) == 20
    assert min(waited) < 2, "the first time it asks again soon"
