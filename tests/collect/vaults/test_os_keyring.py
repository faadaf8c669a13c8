"""The keyring: a real Secret Service, and the backends that must not pass for one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import keyring.errors
import pytest
from keyring.backends import chainer, fail, null

from scanner.collect.vaults import os_keyring
from scanner.collect.vaults.os_keyring import backend_state, open_reference, store
from scanner.collect.vaults.reference import Held, VaultError
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, Storage, Unknown

needs_secret_service = pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="gnome-keyring and dbus are not installed",
)

UNLOCKED = "printf test-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
LOCKED = "gnome-keyring-daemon --daemonize --components=secrets >/dev/null"

STORE_AND_READ = """
import json, sys
from pathlib import Path
from scanner.collect.vaults import os_keyring
from scanner.collect.vaults.secret import Secret
reference = os_keyring.store("mamori", "shop/prod", Secret.of(sys.stdin.read()))
held = os_keyring.open_reference(reference.partition(":")[2], environment={}, folder=Path())
state = os_keyring.backend_state()
print(json.dumps({
    "reference": reference, "value": held.secret.reveal(), "storage": held.storage,
    "stored": held.stored.isoformat(), "name": state.name, "usable": state.usable,
}))
"""

READ = """
import json
from pathlib import Path
from scanner.collect.vaults import os_keyring
from scanner.collect.vaults.reference import VaultError
def read(name):
    try:
        os_keyring.open_reference(name, environment={}, folder=Path())
    except VaultError as error:
        return error.unknown.reason, str(error)
usable = os_keyring.backend_state().usable
print(json.dumps([read("mamori/shop/prod"), read("mamori/none"), usable]))
"""


class Kept(keyring.backend.KeyringBackend):
    """A backend that keeps what it is given in memory."""

    priority = -1  # keyring knows every class; this one must never be chosen by itself

    def __init__(self, **entries: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # keyring is typed in part
        self.entries = {("mamori", user): value for user, value in entries.items()}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password


class PlaintextKeyring(Kept):
    """Named as those of keyrings.alt are."""


class EncryptedKeyring(Kept):
    """Named as those of keyrings.alt are."""


class Locked(EncryptedKeyring):
    """A backend that nobody unlocks."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked(f"canary {service} {username}")


class Chain(chainer.ChainerBackend):
    backends: Any = ()
    priority = -1


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)


def use(*backends: keyring.backend.KeyringBackend) -> None:
    chosen = backends[0]
    if len(backends) > 1:
        chosen = Chain()  # type: ignore[no-untyped-call]
        chosen.backends = backends
    keyring.set_keyring(chosen)


def read(name: str) -> Held:
    return open_reference(name, environment={}, folder=Path())


def refusal(name: str) -> Unknown:
    with pytest.raises(VaultError) as error:
        read(name)
    assert error.value.__context__ is None or isinstance(error.value.__context__, VaultError)
    return error.value.unknown


def in_session(home: Path, daemon: str, script: str, given: str = "") -> Any:
    """Run `script` beside a Secret Service of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "XDG_DATA_HOME": str(home / "data"),
    }
    (home / "run").mkdir(mode=0o700, exist_ok=True)
    (home / "data" / "keyrings").mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            "dbus-run-session",
            "--",
            "sh",
            "-c",
            f'{daemon}; exec "$0" -c "$1"',
            sys.executable,
            script,
        ],
        input=given,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@needs_secret_service
def test_a_real_secret_service_keeps_encrypted_and_tells_when(tmp_path: Path) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    # The daemon reads its password from a pipe of its own; the secret arrives on standard input.
    answer = in_session(tmp_path, UNLOCKED, STORE_AND_READ, given="canary-パス 1")
    assert answer["reference"] == "keyring:mamori/shop/prod"
    assert answer["value"] == "canary-パス 1"
    assert answer["storage"] == Storage.ENCRYPTED
    assert answer["name"] == "keyring.backends.SecretService.Keyring"
    assert answer["usable"] is True
    assert before <= datetime.fromisoformat(answer["stored"]) <= datetime.now(UTC)
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*.keyring"))
    assert written
    assert b"canary" not in written

    entry, missing, usable = in_session(tmp_path, LOCKED, READ)
    assert entry[0] == Reason.UNAUTHENTICATED
    assert "locked" in entry[1]
    assert missing[0] == Reason.UNAUTHENTICATED
    assert usable is False


def test_the_service_ends_at_the_first_slash() -> None:
    use(EncryptedKeyring(**{"shop/prod": "x"}))
    held = read("mamori/shop/prod")
    assert held.secret == Secret.of("x")
    assert held.storage is Storage.ENCRYPTED
    assert held.stored is None


@pytest.mark.parametrize("name", ["mamori", "/user", "mamori/", ""])
def test_a_reference_without_service_and_user_is_explained(name: str) -> None:
    use(EncryptedKeyring())
    assert refusal(name).reason is Reason.NOT_CONFIGURED


def test_a_missing_entry_is_not_found() -> None:
    use(EncryptedKeyring())
    assert refusal("mamori/none").reason is Reason.NOT_FOUND


def test_a_plaintext_keyring_is_read_and_reported() -> None:
    use(PlaintextKeyring(shop="x"))
    assert read("mamori/shop").storage is Storage.PLAINTEXT_KEYRING
    state = backend_state()
    assert state.storage is Storage.PLAINTEXT_KEYRING
    assert not state.usable


def test_in_a_chain_the_keyring_that_answered_counts() -> None:
    use(EncryptedKeyring(good="x"), PlaintextKeyring(bad="x"))
    assert read("mamori/good").storage is Storage.ENCRYPTED
    assert read("mamori/bad").storage is Storage.PLAINTEXT_KEYRING


def test_a_locked_keyring_does_not_hide_the_next_one() -> None:
    use(Locked(), PlaintextKeyring(bad="x"))
    assert read("mamori/bad").storage is Storage.PLAINTEXT_KEYRING
    missing = refusal("mamori/none")
    assert missing.reason is Reason.UNAUTHENTICATED
    assert "canary" not in repr(missing)


def test_an_unknown_backend_is_not_taken_for_an_encrypted_one() -> None:
    use(Kept(shop="x"))
    storage = read("mamori/shop").storage
    assert isinstance(storage, Unknown)
    assert storage.reason is Reason.NOT_EXPOSED


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_a_backend_that_keeps_nothing_is_no_keyring(backend: Any) -> None:
    use(backend())
    gap = refusal("mamori/shop")
    assert gap.reason is Reason.NOT_CONFIGURED
    assert gap.remedy is not None
    assert not backend_state().usable
    with pytest.raises(VaultError):
        store("mamori", "shop", Secret.of("x"))


def test_a_chain_of_nothing_is_no_keyring() -> None:
    use(null.Keyring(), fail.Keyring())  # type: ignore[no-untyped-call]
    assert refusal("mamori/shop").reason is Reason.NOT_CONFIGURED


def test_storing_passes_by_whatever_does_not_encrypt() -> None:
    plain, encrypted = PlaintextKeyring(), EncryptedKeyring()
    use(plain, encrypted)
    assert store("mamori", "shop", Secret.of("x")) == "keyring:mamori/shop"
    assert plain.entries == {}
    assert encrypted.entries == {("mamori", "shop"): "x"}


def test_storing_fails_where_nothing_encrypts() -> None:
    use(PlaintextKeyring())
    with pytest.raises(VaultError, match="no keyring here that keeps secrets encrypted"):
        store("mamori", "shop", Secret.of("x"))


def test_a_configured_backend_that_does_not_load_is_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Keyring")
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    gap = refusal("mamori/shop")
    assert gap.reason is Reason.NOT_CONFIGURED
    assert "PYTHON_KEYRING_BACKEND" in repr(gap.remedy)


def test_a_prompt_that_nobody_answers_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    class Waiting(EncryptedKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            answered.wait(30)
            return super().get_password(service, username)

    monkeypatch.setattr(os_keyring, "PATIENCE_SECONDS", 0.05)
    use(Waiting())
    assert refusal("mamori/shop").reason is Reason.TIMED_OUT
    answered.set()
