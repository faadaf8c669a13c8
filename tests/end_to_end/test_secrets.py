"""Canaries: a distinct secret in every place one may stand, and none of them anywhere else."""

from __future__ import annotations

import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from scanner.sandbox.deployment import Sandbox

CANARIES = {
    "env": "canary-env-Zx81Kq-password",
    "file": "canary-file-Yw72Lp-password",
    "systemd": "canary-systemd-Xv63Mo-token",
    "client": "canary-client-Wu54Nn-secret",
    "totp": "CANARYTOTPSEED234567CANARYTOTPSE",
    "hook": "canary-hook-Vt45Om-secret",
    "hook-url": "canary-hookurl-Us36Pl-key",
    "database": "canary-database-Tr27Qk",
    "mailer": "canary-mailer-Sq18Rj",
    "signing": "canary-signing-Rp09Si",
    "access": "canary-access-token-Qo90Th",
    "echo": "canary-echoed-Pn81Ug",
}

LOCAL = """<?php $parameters = [
 'db_password' => '{database}', 'mailer_dsn' => 'smtp://u:{mailer}@mail.example:25',
 'secret_key' => '{signing}', 'site_url' => 'http://127.0.0.1', 'db_host' => 'db.example',
];"""


def spelt(secret: str) -> set[str]:
    """The forms in which a secret would leak."""
    return {
        secret,
        quote(secret, safe=""),
        b64encode(secret.encode()).decode(),
        b64encode(f"me:{secret}".encode()).decode(),
        secret.encode().hex(),
    }


@pytest.fixture
def laid_out(server: Any, tmp_path: Path) -> Path:
    """A deployment that knows every canary, and a configuration that refers to them."""
    hook = {
        "id": 1,
        "name": "hook",
        "isPublished": True,
        "webhookUrl": f"https://user:{CANARIES['hook-url']}@hooks.example/{CANARIES['hook-url']}"
        f"?key={CANARIES['hook-url']}",
        "secret": CANARIES["hook"],
        "triggers": [],
    }
    me = {
        "id": 1,
        "username": "me",
        "email": "s@example.co.jp",
        "isPublished": True,
        "role": {"id": 1, "name": "Administrator", "isAdmin": True, "rawPermissions": None},
        "lastLogin": None,
        "dateAdded": None,
    }
    version = {"Mautic-Version": "7.0.0"}
    server.answer("/oauth/v2/token", {"access_token": CANARIES["access"], "expires_in": 3600})
    server.answer("/api/users/self", me, headers=version)
    server.answer("/api/users", {"total": 1, "users": [me]}, headers=version)
    server.answer("/api/hooks", {"total": 1, "hooks": {"1": hook}}, headers=version)
    # Vendors echo credentials in their errors.
    server.answer(
        "/api/forms",
        {"errors": [{"code": 500, "message": f"bad password {CANARIES['echo']}", "type": "x"}]},
        status=500,
    )
    server.decide("/api/emails", lambda asked: (asked.headers["authorization"].encode(), 200, {}))
    (tmp_path / "credentials").mkdir(mode=0o700)
    (tmp_path / "credentials" / "token").write_text(CANARIES["systemd"])
    (tmp_path / "secret").write_text(CANARIES["file"] + "\n")
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "local.php").write_text(LOCAL.format_map(CANARIES))
    path = tmp_path / "mamori.yaml"
    common = f"platform: mautic, url: '{server.url}', local_config: local.php, credential: "
    path.write_text(
        "targets:\n"
        f"  - {{name: basic, {common}{{username: me, password: 'env:BASIC'}},\n"
        "     credentials: ['file:secret', {ref: 'env:TOTP', kind: totp_secret}]}\n"
        f"  - {{name: oauth, {common}{{client_id: me, client_secret: 'env:CLIENT'}}}}\n"
        f"  - {{name: bearer, {common}{{token: 'systemd:token'}}}}\n"
    )
    return path


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    return {
        "BASIC": CANARIES["env"],
        "CLIENT": CANARIES["client"],
        "TOTP": CANARIES["totp"],
        "CREDENTIALS_DIRECTORY": str(tmp_path / "credentials"),
    }


def assert_no_canary(where: str, text: str) -> None:
    leaked = [name for name, secret in CANARIES.items() for form in spelt(secret) if form in text]
    assert not leaked, f"{leaked} in {where}"


@pytest.mark.parametrize("form", ["text", "json", "ndjson"])
def test_no_secret_is_in_a_report_a_log_a_snapshot_or_the_ledger(
    laid_out: Path,
    variables: dict[str, str],
    mamori: Callable[..., Any],
    tmp_path: Path,
    form: str,
) -> None:
    ran = mamori(
        "scan", "--config", laid_out, "--format", form, "--details", "--snapshot", "snapshots",
        variables={**variables, "PYTHONASYNCIODEBUG": "1", "PYTHONDEVMODE": "1"},
    )  # fmt: skip
    assert ran.code == 10, ran.err
    assert_no_canary("standard output", ran.out)
    assert_no_canary("standard error", ran.err)
    written = [*tmp_path.glob("snapshots/*"), *tmp_path.glob("state/**/*")]
    assert {path.suffix for path in written} >= {".json"}
    for path in written:
        if path.is_file():
            assert_no_canary(path.name, path.read_bytes().decode(errors="replace"))


def test_no_secret_is_in_a_traceback(
    laid_out: Path, variables: dict[str, str], environment: dict[str, str]
) -> None:
    """Break mamori inside, where secrets are at hand, and print everything Python would."""
    broken = (
        "import asyncio, sys, traceback\n"
        "from rich.console import Console\n"
        "from scanner.cli import cli\n"
        "import scanner.collect.http as http, scanner.collect.survey as survey\n"
        "def bomb(*a, **k): raise RuntimeError('provoked')\n"
        "survey.merge = bomb\n"
        f"try: cli(['scan', '--config', {str(laid_out)!r}], standalone_mode=False)\n"
        "except RuntimeError:\n"
        "    traceback.print_exc()\n"
        "    Console(stderr=True, width=300).print_exception(show_locals=True)\n"
        "else: sys.exit('nothing was provoked')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken],
        capture_output=True,
        env={**environment, **variables, "PYTHONWARNINGS": "ignore"},
        timeout=60,
        check=False,
    )
    text = done.stderr.decode()
    assert done.returncode == 0, text
    assert "provoked" in text
    assert_no_canary("the traceback", text)


def test_no_secret_is_in_the_process_list(environment: dict[str, str]) -> None:
    secrets: list[str] = []
    seen: set[str] = set()
    with Sandbox() as sandbox:
        secrets += [path.read_text().strip() for path in (sandbox.folder / "vault").iterdir()]
        mamori = Path(sys.executable).parent / "mamori"
        with subprocess.Popen(
            [mamori, "scan", "--config", sandbox.config_path, "--quiet"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as running:
            while running.poll() is None:
                for path in Path("/proc").glob("[0-9]*/cmdline"):
                    try:
                        seen.add(path.read_bytes().decode(errors="replace"))
                    except OSError:
                        continue
                time.sleep(0.02)
    assert any("strength" in each for each in seen), "the measuring process was not caught"
    assert [secret for secret in secrets for each in seen if secret in each] == []


def test_a_password_on_standard_input_is_named_by_its_line_alone(
    mamori: Callable[..., Any],
) -> None:
    lines = "Takahashi2024\nq7-Vx2m-Lr9z-Kp4w-Td8s\n\nTakahashi2024\n"
    for form in ("json", "text", "ndjson"):
        ran = mamori("probe", "password", "--stdin", "--format", form, stdin=lines)
        assert ran.code == 10, ran.err
        assert "Takahashi" not in ran.out + ran.err
        assert "Vx2m" not in ran.out + ran.err
    ran = mamori("probe", "password", "--stdin", "--format", "json", stdin=lines)
    strong = {
        each["subject"]["id"]: each["status"]
        for each in ran.target["findings"]
        if each["check"] == "password.strength"
    }
    assert strong == {"1": "fail", "2": "pass", "3": "fail", "4": "fail"}
