"""Runs the installed command, as a user, cron or a SIEM would."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from forkserver import ForkServers

from scanner.cli import main

CONFIGURATION = """\
organisation: {name: Example, domains: [example.co.jp]}
targets:
  - name: shop
    platform: mautic
    endpoints: []
    local_config: local.php
    people: {csv: people.csv, columns: {name: name, email: email, enabled: state, mfa: mfa}}
waivers: waivers.yaml
history: sqlite:///history.db
"""
PEOPLE = """\
name,email,state,mfa
Hanako,hanako@example.co.jp,有効,なし
Taro,taro@example.co.jp,有効,TOTP
"""
SETTINGS = """\
<?php
$parameters = array(
    'db_driver' => 'pdo_mysql',
    'db_host' => 'db.example.co.jp',
    'db_user' => 'mautic',
    'secret_key' => 'temp',
    'site_url' => 'https://ma.example.co.jp',
    'cookie_secure' => 1,
    'cookie_httponly' => 0,
    'headers_sts' => 0,
);
"""


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def report(self) -> Any:
        return json.loads(self.out)

    @property
    def target(self) -> Any:
        [target] = self.report["targets"]
        return target


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Nothing of the developer's own state: no keyring, no ledger, no locale."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "LANG": "C.UTF-8",
        "COLUMNS": "80",
        "PYTHONWARNINGS": "error",
    }


@pytest.fixture
def mamori(
    environment: dict[str, str], tmp_path: Path, fork_servers: ForkServers
) -> Callable[..., Ran]:
    """Run `mamori` with arguments, from a folder that is not the project's.

    With `program` that text of Python runs in its place.
    """

    def run(
        *arguments: str | Path,
        stdin: str = "",
        variables: Mapping[str, str] | None = None,
        program: str | None = None,
    ) -> Ran:
        ended = fork_servers.run(
            [*map(str, arguments)],
            program=program,
            stdin=stdin.encode(),
            environment={**environment, **(variables or {})},
            folder=tmp_path,
        )
        return Ran(ended.code, ended.out.decode(), ended.err.decode())

    return run


@pytest.fixture
def mamori_inside(
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> Callable[..., Ran]:
    """Run `mamori` as `mamori` does, in this process: for where no start of one is under test."""

    def run(*arguments: str | Path, variables: Mapping[str, str] | None = None) -> Ran:
        capfdbinary.readouterr()
        with monkeypatch.context() as patch:
            for name in os.environ:
                patch.delenv(name)
            for name, value in {**environment, **(variables or {})}.items():
                patch.setenv(name, value)
            patch.chdir(tmp_path)
            patch.setattr(sys, "argv", ["mamori", *map(str, arguments)])
            code = 0
            try:
                main()
            except SystemExit as ended:
                code = int(ended.code or 0)
        out, err = capfdbinary.readouterr()
        return Ran(code, out.decode(), err.decode())

    return run


@pytest.fixture
def config(tmp_path: Path) -> Callable[..., Path]:
    """Write a configuration of one Mautic and return its path."""

    def write(url: str, *, more: str = "") -> Path:
        path = tmp_path / "mamori.yaml"
        path.write_text(
            "organisation: {name: Example, domains: [example.co.jp]}\n"
            "targets:\n"
            "  - name: shop\n"
            "    platform: mautic\n"
            f"    url: {url}\n"
            '    credential: {username: scanner, password: "env:SHOP"}\n' + more,
            encoding="utf-8",
        )
        return path

    return write


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A configuration of what lies in files alone, so that a scan takes no longer than it must."""
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "local.php").write_text(SETTINGS, encoding="utf-8")
    path = tmp_path / "mamori.yaml"
    path.write_text(CONFIGURATION, encoding="utf-8")
    return path
