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

MAMORI = Path(sys.executable).parent / "mamori"
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
    "keyring": "canary-keyring-Om72Vf-token",
    "redirect": "canary-redirect-Nl63We",
    "column": "canary-column-Mk54Xd",
    "identity-provider": "canary-saml-Lj45Yc",
    "overriding": "canary-overriding-Ki36Zb",
    "key": "canary-key-Jh27Ba",
}

LOCAL = """<?php $parameters = [
 'db_password' => '{database}', 'mailer_dsn' => 'smtp://u:{mailer}@mail.example:25',
 'secret_key' => '{signing}', 'site_url' => 'http://127.0.0.1', 'db_host' => 'db.example',
 'saml_idp_own_private_key' => '{identity-provider}', '{key}' => ['{key}'],
];"""
OVERRIDE = "<?php $parameters = ['db_password' => '{overriding}', 'secret_key' => '{overriding}'];"
KEYRING = """
import keyring.backend
class Canary(keyring.backend.KeyringBackend):
    priority = 1
    def get_password(self, service, username):
        return '{keyring}' if (service, username) == ('mamori', 'shop') else None
    def set_password(self, service, username, password):
        raise NotImplementedError
"""


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
    beyond = f"https://me:{CANARIES['redirect']}@127.0.0.1:1/?key={CANARIES['redirect']}"
    server.answer("/api/contacts", b"", 302, {"Location": beyond})
    (tmp_path / "credentials").mkdir(mode=0o700)
    (tmp_path / "credentials" / "token").write_text(CANARIES["systemd"])
    (tmp_path / "secret").write_text(CANARIES["file"] + "\n")
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "local.php").write_text(LOCAL.format_map(CANARIES))
    (tmp_path / "parameters_local.php").write_text(OVERRIDE.format_map(CANARIES))
    (tmp_path / "broken.php").write_text(LOCAL.format_map(CANARIES).replace("];", ". => ];"))
    (tmp_path / "canary_keyring.py").write_text(KEYRING.format_map(CANARIES))
    (tmp_path / "people.csv").write_text(
        f"mail,password,last\na@example.jp,{CANARIES['column']},never\n"
        f"b@example.jp,{CANARIES['column']},whenever\nc@example.jp,{CANARIES['column']}\n"
    )
    path = tmp_path / "mamori.yaml"
    common = f"platform: mautic, url: '{server.url}', local_config: local.php, credential: "
    path.write_text(
        "targets:\n"
        f"  - {{name: basic, {common}{{username: me, password: 'env:BASIC'}},\n"
        "     credentials: ['file:secret', {ref: 'env:TOTP', kind: totp_secret}]}\n"
        f"  - {{name: oauth, {common}{{client_id: me, client_secret: 'env:CLIENT'}}}}\n"
        f"  - {{name: bearer, {common}{{token: 'systemd:token'}},\n"
        "     people: {csv: people.csv, columns: {email: mail, last_sign_in: last}}}\n"
        f"  - {{name: ring, platform: mautic, url: '{server.url}', local_config: broken.php,\n"
        "     credential: {token: 'keyring:mamori/shop'}}\n"
    )
    return path


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    return {
        "BASIC": CANARIES["env"],
        "CLIENT": CANARIES["client"],
        "TOTP": CANARIES["totp"],
        "CREDENTIALS_DIRECTORY": str(tmp_path / "credentials"),
        "PYTHON_KEYRING_BACKEND": "canary_keyring.Canary",
        "PYTHONPATH": str(tmp_path),
    }


def assert_no_canary(where: str, text: str) -> None:
    leaked = [name for name, secret in CANARIES.items() for form in spelt(secret) if form in text]
    assert not leaked, f"{leaked} in {where}"


def test_every_canary_of_a_vault_is_really_used(
    laid_out: Path, variables: dict[str, str], mamori: Callable[..., Any], server: Any
) -> None:
    assert mamori("scan", "--config", laid_out, variables=variables).code == 10
    used = {asked.headers.get("authorization") for asked in server.asked}
    assert used >= {f"Bearer {CANARIES[vault]}" for vault in ("systemd", "access", "keyring")}
    assert "/api/contacts" in {asked.path for asked in server.asked}, "the redirect was not met"


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


@pytest.mark.parametrize("command", [("doctor",), ("scan", "--dry-run")])
def test_no_secret_is_in_what_is_said_before_a_scan(
    laid_out: Path, variables: dict[str, str], mamori: Callable[..., Any], command: tuple[str, ...]
) -> None:
    ran = mamori(*command, "--config", laid_out, variables=variables)
    assert ran.code in {0, 11}, ran.err
    assert "keyring" in ran.out
    assert_no_canary("standard output", ran.out)
    assert_no_canary("standard error", ran.err)


@pytest.mark.parametrize(
    ("canary", "credential"),
    [
        ("env", "credential: {username: me, password: '{}'}"),
        ("env", "credential: {username: me, password: ['{}']}"),
        ("env", "credential: {username: me, password: '{}"),
        ("env", "credential: {username: me, password: *{}}"),
        ("env", "credential: {username: me, password: !{} x}"),
        ("env", "credential: '{}'"),
        ("client", "credentials: ['{}']"),
        ("client", "credentials: [{ref: '{}', kind: api_key}]"),
        ("hook-url", "url: 'https://me:{}@ma.example'"),
        ("hook-url", "url: 'https://ma.example/?key={}'"),
        ("hook-url", "endpoints: ['me:{}@ma.example:443']"),
    ],
)
def test_a_secret_that_stands_where_it_does_not_belong_is_not_repeated(
    mamori: Callable[..., Any], tmp_path: Path, canary: str, credential: str
) -> None:
    line = credential.replace("{}", CANARIES[canary])
    (tmp_path / "mamori.yaml").write_text(f"targets:\n  - {{name: a, platform: mautic, {line}}}\n")
    ran = mamori("scan")
    assert ran.code == 2, ran.out
    assert "line 2" in ran.err or "line 3" in ran.err
    assert_no_canary("standard error", ran.err + ran.out)


def test_no_secret_is_in_a_traceback(
    laid_out: Path, variables: dict[str, str], mamori: Callable[..., Any]
) -> None:
    """Break mamori inside, where secrets are at hand, and print everything Python would."""
    broken = (
        "import asyncio, sys, traceback\n"
        "from rich.console import Console\n"
        "from scanner.cli import cli\n"
        "import scanner.collect.http as http, scanner.collect.survey as survey\n"
        "def bomb(*a, **k): raise RuntimeError('provoked')\n"
        "survey.merge = bomb\n"
        "try: cli(standalone_mode=False)\n"
        "except RuntimeError:\n"
        "    traceback.print_exc()\n"
        "    Console(stderr=True, width=300).print_exception(show_locals=True)\n"
        "else: sys.exit('nothing was provoked')\n"
    )
    ran = mamori(
        "scan", "--config", laid_out, program=broken,
        variables={**variables, "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    text = ran.err
    assert ran.code == 0, text
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


@pytest.mark.parametrize(
    ("switch", "status"), [([], "inconclusive"), (["--mfa"], "pass"), (["--no-mfa"], "fail")]
)
def test_a_password_may_be_shorter_beside_a_second_factor(
    mamori: Callable[..., Any], switch: list[str], status: str
) -> None:
    ran = mamori(
        "probe", "password", "--stdin", "--format", "json", *switch, stdin="q7-Vx2m-Lr9z\n"
    )
    [length] = [each for each in ran.target["findings"] if each["check"] == "password.length"]
    assert length["status"] == status


@pytest.mark.parametrize(("given", "code"), [("q7-Vx2m-Lr9z\n", 11), ("", 2)])
def test_where_no_terminal_is_a_secret_comes_from_standard_input_or_is_asked_for_there(
    environment: dict[str, str], given: str, code: int
) -> None:
    ran = subprocess.run(
        [MAMORI, "probe", "password", "--lang", "en", "--quiet"],
        input=given, env=environment, capture_output=True, text=True, check=False,
        start_new_session=True,  # so that the terminal of whoever runs the tests is not asked
    )  # fmt: skip
    expected = "mamori: There is no terminal to type a secret at; give it on standard input.\n"
    assert (ran.returncode, ran.stderr) == (code, "" if given else expected)
