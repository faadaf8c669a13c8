"""The demo deployment behaves like what it stands for, on real sockets."""

from __future__ import annotations

import json
import socket
import ssl
import stat
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml

from scanner.sandbox.deployment import KNOWN, TARGET, Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def trust(sandbox: Sandbox) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(sandbox.folder / "ca.pem"))


@pytest.fixture(scope="module")
def api(sandbox: Sandbox, trust: ssl.SSLContext) -> Iterator[httpx.Client]:
    password = (sandbox.folder / "vault/scanner").read_text().strip()
    with httpx.Client(
        base_url=sandbox.url, auth=("mamori", password), verify=trust, trust_env=False
    ) as client:
        yield client


@pytest.fixture(scope="module")
def stranger(sandbox: Sandbox, trust: ssl.SSLContext) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.url, verify=trust, trust_env=False) as client:
        yield client


def handshake(sandbox: Sandbox, door: str, context: ssl.SSLContext) -> ssl.SSLSocket:
    host, port = sandbox.endpoints[door].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        return context.wrap_socket(raw, server_hostname=host)


def refusal(sandbox: Sandbox, door: str, context: ssl.SSLContext) -> str:
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        handshake(sandbox, door, context)
    return caught.value.verify_message


def test_it_starts_and_stops_quickly_and_leaves_nothing_behind() -> None:
    threads = threading.active_count()
    start = time.perf_counter()
    with Sandbox() as running:
        started = time.perf_counter() - start
        folder, port = running.folder, int(running.url.rpartition(":")[2])
        assert running.config_path.is_file()
    assert started < 1.5
    assert time.perf_counter() - start < 2.5
    assert not folder.exists()
    assert threading.active_count() == threads
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_two_can_run_side_by_side(sandbox: Sandbox) -> None:
    with Sandbox() as other:
        assert other.folder != sandbox.folder
        assert not set(other.endpoints.values()) & set(sandbox.endpoints.values())


def test_it_listens_on_loopback_alone(sandbox: Sandbox) -> None:
    assert all(each.startswith("127.0.0.1:") for each in sandbox.endpoints.values())
    assert sandbox.url.startswith("https://127.0.0.1:")


def test_secrets_lie_in_a_folder_of_their_owner_alone(sandbox: Sandbox) -> None:
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (sandbox.folder / "vault").iterdir()
    }
    assert stat.S_IMODE((sandbox.folder / "vault").stat().st_mode) == 0o700
    assert stat.S_IMODE(sandbox.folder.stat().st_mode) == 0o700
    assert modes.pop("backup") == 0o644
    assert set(modes.values()) == {0o600}


def test_the_configuration_holds_references_and_no_secret(sandbox: Sandbox) -> None:
    text = sandbox.config_path.read_text()
    target, _ = yaml.safe_load(text)["targets"]
    assert target["name"] == TARGET
    for path in (sandbox.folder / "vault").iterdir():
        assert path.read_text().strip() not in text
        assert f"file:vault/{path.name}" in text


def test_the_certificate_of_the_good_endpoint_is_trusted(
    sandbox: Sandbox, trust: ssl.SSLContext
) -> None:
    with handshake(sandbox, "good", trust) as secured:
        assert secured.version() == "TLSv1.3"


@pytest.mark.parametrize(
    ("door", "message"),
    [
        ("expired", "certificate has expired"),
        ("self-signed", "self-signed certificate"),
        ("wrong-name", "IP address mismatch, certificate is not valid for '127.0.0.1'."),
        ("incomplete-chain", "unable to get local issuer certificate"),
    ],
)
def test_a_bad_certificate_is_refused_for_its_own_reason(
    sandbox: Sandbox, trust: ssl.SSLContext, door: str, message: str
) -> None:
    assert refusal(sandbox, door, trust) == message


def test_the_legacy_endpoint_completes_a_handshake_with_the_oldest_protocol(
    sandbox: Sandbox,
) -> None:
    if "legacy" not in sandbox.endpoints:
        pytest.skip("this OpenSSL has no TLS 1.0")
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.minimum_version = old.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    with handshake(sandbox, "legacy", old) as secured:
        assert secured.version() == "TLSv1"
    with pytest.raises(ssl.SSLError):
        handshake(sandbox, "good", old)


def test_the_outdated_endpoint_has_a_short_key_and_no_forward_secrecy(sandbox: Sandbox) -> None:
    lax = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    lax.check_hostname, lax.verify_mode = False, ssl.CERT_NONE
    lax.set_ciphers("ALL:@SECLEVEL=0")
    with handshake(sandbox, "short-key", lax) as secured:
        cipher = secured.cipher()
        assert cipher is not None
        assert cipher[0] in ("AES128-SHA", "AES256-SHA")


def test_the_plain_endpoint_answers_http_without_tls(sandbox: Sandbox) -> None:
    answer = httpx.get(f"http://{sandbox.endpoints['plain']}/", trust_env=False)
    assert answer.status_code == 204


def test_a_client_that_hangs_does_not_block_the_others(sandbox: Sandbox, api: httpx.Client) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)):
        assert api.get("/api/users/self").status_code == 200


def test_shapes_and_totals_are_as_odd_as_mautics(api: httpx.Client) -> None:
    def read(path: str) -> Any:
        answer = api.get(f"/api/{path}")
        assert answer.headers["Mautic-Version"] == "7.0.0"
        return answer.json()

    assert isinstance(read("users")["users"], list)
    assert isinstance(read("hooks")["hooks"], dict)
    assert isinstance(read("emails")["emails"], dict)
    assert read("emails?start=10")["emails"] == []
    assert read("contacts?limit=1")["total"] == "18452"
    assert read("contacts?start=10")["contacts"] == {}
    assert read("users?limit=1")["total"] == 12
    assert read("users/3")["user"]["email"] == "marco@agency.example"


def test_users_are_paged_without_gap_or_repetition(api: httpx.Client) -> None:
    pages = [api.get(f"/api/users?start={start}&limit=5").json()["users"] for start in (0, 5, 10)]
    assert sorted(user["id"] for page in pages for user in page) == list(range(1, 13))


def test_the_audit_log_filters_and_sorts(api: httpx.Client) -> None:
    log = "/api/stats/audit_log?order[0][col]=id&order[0][dir]=DESC&where[0][col]=user_id"
    rows = api.get(f"{log}&where[0][expr]=eq&where[0][val]=3").json()["stats"]
    assert [row["user_id"] for row in rows] == ["3"]
    ids = [int(row["id"]) for row in api.get(log.partition("&where")[0]).json()["stats"]]
    assert ids == sorted(ids, reverse=True)


def test_refusals_are_those_of_mautic(stranger: httpx.Client) -> None:
    anonymous = stranger.get("/api/users")
    assert (anonymous.status_code, anonymous.json()["errors"][0]["type"]) == (401, "access_denied")
    assert "WWW-Authenticate" not in anonymous.headers
    wrong = stranger.get("/api/users", auth=("mamori", "wrong"))
    assert (wrong.status_code, wrong.content) == (401, b"")
    assert wrong.headers["WWW-Authenticate"].startswith("Basic")
    bearer = stranger.get("/api/users", headers={"Authorization": "Bearer nonsense"})
    assert (bearer.status_code, bearer.json()["errors"][0]["type"]) == (401, "invalid_grant")
    assert all("Mautic-Version" not in each.headers for each in (anonymous, wrong, bearer))


@pytest.mark.parametrize("header", ["Basic", "Basic ???", "Basic /w=="])
def test_a_malformed_basic_header_is_a_wrong_password(stranger: httpx.Client, header: str) -> None:
    assert stranger.get("/api/users", headers={"Authorization": header}).status_code == 401


def test_a_client_of_oauth_signs_in_and_is_nobody(sandbox: Sandbox, stranger: httpx.Client) -> None:
    grant = {"grant_type": "client_credentials", "client_id": "1_mamori"}
    wrong = stranger.post("/oauth/v2/token", data={**grant, "client_secret": "wrong"})
    assert (wrong.status_code, wrong.json()["errors"][0]["type"]) == (400, "invalid_client")
    secret = (sandbox.folder / "vault/scanner-client").read_text().strip()
    token = stranger.post("/oauth/v2/token", data={**grant, "client_secret": secret}).json()
    assert token["expires_in"] == 3600
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    me = stranger.get("/api/users/self", headers=headers).json()
    assert "id" not in me
    assert me["role"]["isAdmin"] is False


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed(api: httpx.Client, method: str) -> None:
    before = api.get("/api/users").json()
    answer = api.request(method, "/api/users/3/edit", json={"isPublished": False})
    assert answer.status_code == 403
    assert api.get("/api/users").json() == before


def test_what_does_not_exist_is_not_found(api: httpx.Client) -> None:
    assert api.get("/api/users/999").json()["errors"][0]["message"] == "Item was not found."
    missing = api.get("/api/nosuch")
    assert missing.status_code == 404
    assert json.loads(missing.content)["errors"][0]["message"].endswith("/api/nosuch")


def test_the_export_is_shift_jis_and_names_the_factors(sandbox: Sandbox) -> None:
    lines = (sandbox.folder / "people.csv").read_bytes().decode("shift_jis").splitlines()
    assert lines[0] == "氏名,メールアドレス,状態,二要素認証,退職日"
    assert "Marco Rossi,marco@agency.example,有効,なし,在籍中" in lines


def test_known_weaknesses_name_each_subject_once(sandbox: Sandbox) -> None:
    assert len(KNOWN) == len(set(KNOWN))
    ids = {subject for _, subject in sandbox.known}
    assert ids > {sandbox.endpoints["expired"], "file:vault/crm-key", "3", TARGET}
