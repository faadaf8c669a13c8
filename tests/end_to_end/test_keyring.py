"""`mamori credentials` beside a real Secret Service: unlocked, locked, and absent."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MAMORI = Path(sys.executable).parent / "mamori"
STRONG = "vK8#mQ2z!pLw9xRt"
OTHER = "Zt7^nWc4@hYb2LqF"
THIRD = "mB5&uXe8%gRk3JsD"
CONFIG = "targets: [{name: shop, platform: generic, endpoints: [], sending_domains: []}]\n"

UNLOCKED = "printf test-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
LOCKED = "gnome-keyring-daemon --daemonize --components=secrets >/dev/null"
NO_SERVICE = ":"

needs_secret_service = pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="gnome-keyring and dbus are not installed",
)

RUN = """
import json, subprocess, sys
ran = []
for arguments, stdin in json.load(sys.stdin):
    done = subprocess.run(arguments, input=stdin, capture_output=True, text=True, timeout=60)
    ran.append([done.returncode, done.stdout, done.stderr])
print(json.dumps(ran))
"""


def in_session(
    folder: Path, daemon: str, *commands: tuple[list[str], str]
) -> list[tuple[int, str, str]]:
    """Run commands of mamori one after the other beside a Secret Service of its own."""
    (folder / "run").mkdir(mode=0o700, exist_ok=True)
    (folder / "data" / "keyrings").mkdir(parents=True, exist_ok=True)
    (folder / "mamori.yaml").write_text(CONFIG)
    given = [([str(MAMORI), "credentials", *arguments], stdin) for arguments, stdin in commands]
    program = [sys.executable, "-c", RUN]
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", f'{daemon}; exec "$@"', "-", *program]
        if daemon != NO_SERVICE
        else program,
        input=json.dumps(given),
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_STATE_HOME": str(folder / "state"),
            "LANG": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return [tuple(each) for each in json.loads(done.stdout)]


def add(name: str, secret: str) -> tuple[list[str], str]:
    return ["add", name, "--stdin", "--mfa", "totp"], secret


@needs_secret_service
def test_a_password_lives_in_a_real_keyring_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    ran = added, _, shown, _ = in_session(
        tmp_path,
        UNLOCKED,
        add("admin", STRONG),
        (["rotate", "admin", "--stdin"], OTHER),
        (["show", "admin", "--format", "json"], ""),
        (["remove", "admin"], ""),
    )
    assert [each[0] for each in ran] == [0, 0, 0, 0], ran
    assert "keyring:mamori/admin" in added[1]
    told = json.loads(shown[1])
    assert (told["strength"], told["storage"]) == (4, "encrypted")
    assert told["rotated"] is not None
    assert not (tmp_path / "secrets").exists()
    # It stays in the keyring, encrypted.
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert list(tmp_path.rglob("*.keyring"))
    for secret in (STRONG, OTHER):
        assert secret.encode() not in kept
        assert secret not in str(ran)

    ran = fallen_back, referred, refused = in_session(
        tmp_path,
        LOCKED,
        add("other", STRONG),
        (["add", "admin", "--ref", "keyring:mamori/admin"], ""),
        (["rotate", "admin", "--stdin"], THIRD),
    )
    assert (fallen_back[0], "a file of mode 0600" in fallen_back[2]) == (0, True)
    assert (referred[0], "locked" in referred[2]) == (11, True)
    assert (refused[0], "locked" in refused[2]) == (2, True)
    assert "Traceback" not in str(ran)


def test_without_a_keyring_the_secret_lies_in_a_file_and_the_reference_says_why(
    tmp_path: Path,
) -> None:
    added, referred = in_session(
        tmp_path,
        NO_SERVICE,
        add("other", STRONG),
        (["add", "admin", "--ref", "keyring:mamori/admin"], ""),
    )
    assert (added[0], "a file of mode 0600" in added[2]) == (0, True)
    assert (tmp_path / "secrets" / "other.secret").stat().st_mode & 0o777 == 0o600
    assert (referred[0], "no keyring on this machine" in referred[2]) == (11, True)
